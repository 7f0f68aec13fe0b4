//! Hands: real servers. Starts them, loads schemas, opens sessions, executes trials.
//!
//! Only this crate opens a socket, starts a process or reads the clock. It holds no opinion on what a
//! trial's outcome means.
pub mod address;
pub mod clock;
pub mod directory;
pub mod drive;
pub mod dump;
pub mod error;
pub mod execute;
pub mod fill;
pub mod inflate;
pub mod installation;
pub mod introspect;
pub mod lab;
pub mod live;
pub mod load;
pub mod load_each;
pub mod observe;
pub mod pour;
pub mod process;
pub mod profile;
pub mod roles;
pub mod session;
pub mod settings;
pub mod split;
pub mod supervisor;
pub mod template;
pub mod user;
pub mod whatif;

pub use address::Address;
pub use error::{LabError, LiveError, LoadError};
pub use inflate::{Inflated, inflate};
pub use installation::{Installation, discover};
pub use introspect::{Introspection, Scope, introspect, introspect_all, introspect_within};
pub use lab::Lab;
pub use live::Live;
pub use load_each::LoadedEach;
pub use session::Session;
pub use settings::LabOptions;
