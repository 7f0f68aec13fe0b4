//! The law of the printer: what is printed, loaded and read back reaches a fixed point after one trip, and
//! the diff at the fixed point is empty. And the law of changes: on a server as on paper.
mod changes;
#[path = "../common/corpus.rs"]
mod collection;
mod corners;
mod corpus;
mod generate;
mod generated;
mod ground;
