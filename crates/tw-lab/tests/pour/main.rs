//! Rows poured into schemas of every kind: the server lets them all in, there are as many as asked for, and the
//! same seed gives the same.
#[path = "../common/corpus.rs"]
mod collection;
mod corners;
mod corpus;
#[path = "../printer/generate/mod.rs"]
#[allow(dead_code)] // the printer's tests use the rest
mod generate;
mod generated;
mod ground;
