//! NOUNS: the types every other crate speaks in. No IO, no clock, no threads, no driver.
//!
//! The words are those of `GLOSSARY.md`: a brief becomes a [`model::Model`]; decisions fold into a
//! [`draft::Draft`]; a server reports a [`schema::Schema`]; a [`claim::Claim`] is tried by a
//! [`trial::Trial`] and leaves [`evidence::Evidence`].
pub mod adopted;
pub mod advice;
pub mod change;
pub mod civil;
pub mod claim;
pub mod decision;
pub mod design;
pub mod diff;
pub mod discovery;
pub mod distribution;
pub mod dossier;
pub mod draft;
pub mod drive;
pub mod driven;
pub mod evidence;
pub mod facts;
pub mod finding;
pub mod hash;
pub mod horizon;
pub mod ident;
pub mod layout;
pub mod mention;
pub mod model;
pub mod named;
pub mod observed;
pub mod origin;
pub mod path;
pub mod pattern;
pub mod print;
pub mod printed;
pub mod render;
pub mod sample;
pub mod schema;
pub mod sql;
pub mod trial;

pub use origin::Origin;
pub use path::Path;
