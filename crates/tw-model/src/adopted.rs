//! What became of a schema that was adopted as a brief, and what a form could not say.
use serde::{Deserialize, Serialize};

/// Something that a form has no words for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Loss {
    /// The object: `public.film.release_year`.
    pub path: String,
    /// What of it, or the whole of it: `its index idx_title`.
    pub what: String,
    /// Why there are no words for it.
    pub why: String,
    /// What became of it.
    pub kept: Kept,
}

impl Loss {
    /// What is kept nowhere.
    pub fn nowhere(path: impl Into<String>, what: impl Into<String>, why: impl Into<String>) -> Loss {
        Loss { path: path.into(), what: what.into(), why: why.into(), kept: Kept::Nowhere }
    }
}

/// What became of something that there are no words for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kept {
    /// It stands as SQL in the brief, and a design has it.
    Sql,
    /// It is nowhere: a design of the brief does not have it.
    Nowhere,
}

impl Kept {
    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Kept::Sql => "kept as SQL in the brief",
            Kept::Nowhere => "not kept",
        }
    }
}

/// A brief that was made of a schema.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adopted {
    /// Version of this form.
    pub format: u32,
    /// What was adopted, as the user named it.
    pub source: String,
    /// The brief.
    #[serde(skip)]
    pub brief: String,
    /// Tables that became entities, and tables there are.
    pub entities: usize,
    /// See `entities`.
    pub tables: usize,
    /// What the brief language has no words for, sorted.
    pub losses: Vec<Loss>,
    /// Differences that remain between the schema and the design of the brief, each in a sentence: what
    /// [`Kept::Nowhere`] says, as the servers see it.
    pub differences: Vec<String>,
    /// The server that both were loaded into.
    pub server_version: String,
}
