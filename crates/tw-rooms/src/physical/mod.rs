//! Physical design: how rows and index entries lie on pages, and what they come to at each size.
pub mod brin;
pub mod btree;
pub mod draw;
pub mod gin;
pub mod hash;
pub mod heap;
pub mod predict;
pub mod tuple;
pub mod types;
pub mod wal;

pub use predict::{EqualImage, predict};
