//! Rows of any number poured into the tables of any schema that we can read: made from the seed and their
//! number alone, by many workers, in memory that does not grow with them.
pub mod binary;
pub mod datum;
pub mod destination;
pub mod error;
pub mod files;
pub mod form;
pub mod make;
pub mod perm;
pub mod plan;
pub mod predicate;
pub mod row;
pub mod seen;
pub mod stream;
pub mod truth;
pub mod zipf;

pub use destination::Destination;
pub use error::PourError;
pub use plan::{Asked, Hint, Plan, plan};
pub use stream::{Options, Progress, Report, pour};
