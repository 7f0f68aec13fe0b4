//! What is observed of a database besides its schema: statistics, rows, queries. It is only read.
//!
//! Nothing asks for a superuser; what the user may not see is left out and said. No lock above `ACCESS SHARE` is taken.
mod queries;
mod rows;
mod statistics;

pub use queries::{callers, queries};
pub use rows::{Looked, MOST_ROWS, rows};
pub use statistics::statistics;
