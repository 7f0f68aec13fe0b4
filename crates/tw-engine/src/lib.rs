//! VERBS: read, design, settle, prove, verify. No topic is known here: that is the rooms'.
//!
//! Each stage takes the one before it and gives a type of its own:
//! text → [`read::Read`] → [`design::Designed`] → [`settle::Settled`] → [`prove::Proven`] → files ([`artifacts`]),
//! which [`verify`] replays without any room.
pub mod adopt;
pub mod artifacts;
pub mod counterparts;
pub mod design;
pub mod discover;
pub mod error;
pub mod fill;
pub mod index;
pub mod judge;
pub mod latency;
pub mod prove;
pub mod read;
pub mod review;
pub mod sample;
pub mod scale;
pub mod settle;
pub mod twins;
pub mod verify;
pub mod witnesses;

pub use error::Failure;
pub use tw_brief::Notation;

/// Every room, in running order.
pub fn rooms() -> &'static [tw_rooms::room::Room] {
    tw_rooms::ROOMS
}

/// The draft after each room.
pub fn steps(model: &tw_model::model::Model) -> Vec<(&'static tw_rooms::room::Room, tw_model::draft::Draft)> {
    tw_rooms::steps(model)
}

/// A commented brief to start from.
pub fn starter(title: &str) -> String {
    tw_brief::starter(title)
}

/// The name that was meant: one that holds the word, else the one that is spelled most like it.
pub fn meant<'a>(word: &str, names: &'a [String]) -> Option<&'a str> {
    let holds = names.iter().find(|n| n.ends_with(word)).or_else(|| names.iter().find(|n| n.contains(word)));
    holds.map(String::as_str).or_else(|| tw_brief::closest(word, names.iter().map(String::as_str)))
}
