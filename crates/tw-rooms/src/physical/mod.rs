//! Physical design (2.4): how rows and index entries lie on pages, what they come to at each size, and the server.
//!
//! [`predict()`] is the model of pages; [`brief`] and [`scale`] say what is known of rows; the room decides from both.
pub mod brief;
pub mod brin;
pub mod btree;
mod claims;
pub mod design;
pub mod draw;
pub mod gin;
pub mod hash;
pub mod heap;
pub mod order;
mod partitions;
mod parts;
mod placing;
pub mod predict;
pub mod rules;
pub mod scale;
pub mod sets;
pub mod settings;
mod trials;
pub mod tuple;
pub mod types;
pub mod upkeep;
pub mod wal;

pub use predict::{EqualImage, predict};
pub use scale::scaled;

use crate::room::Room;

pub(crate) const AT: (&str, &str) = ("physical", "2.4");
/// Subject of what is about all tables at once.
const SIZES: &str = "sizes";
/// Subject of the server's settings.
const SETTINGS: &str = "settings";

/// The room.
pub const ROOM: Room = Room {
    id: "physical",
    item: "2.4",
    title: "Physical design",
    page: include_str!("README.md"),
    why_here: "Tables, columns, keys and indexes are all there; sizes and the order of columns follow from them.",
    kinds: &[
        ("heap", "the rows of a table fill as many pages as was predicted"),
        ("indexes", "each index of a table, freshly built, has as many pages as was predicted"),
        ("order", "the order of the columns makes rows shorter"),
        ("in-place", "an update of what no index holds stays on its page and touches no index"),
        ("storage", "a table has the fill of pages and the upkeep that were decided"),
        ("placed", "rows lie in the partitions that were decided for them"),
        ("pruned", "a query bounded by what decides the partition reads no other"),
        ("whole-key", "the key does not repeat, in whichever partition a row lies"),
        ("upkeep", "the file of upkeep adds partitions to come, and takes those away whose time has come"),
        ("settings", "a server takes every setting of the file"),
    ],
    design: design::design,
    claims: claims::claims,
    trial: trials::trial,
    rules: rules::RULES,
};
