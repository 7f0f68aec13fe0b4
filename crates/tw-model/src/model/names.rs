//! What things are called in the database where the conventions would call them otherwise.
use crate::Origin;
use serde::{Deserialize, Serialize};

/// A line of `## Names`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NameLine {
    /// The entity.
    pub entity: String,
    /// What of it is called how.
    pub of: Named,
    /// The brief line.
    pub origin: Origin,
}

/// What a line of names is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Named {
    /// `Album: albums (key as album_id, title)`.
    Table {
        /// The table's name.
        name: String,
        /// Columns that are called, in the order they have in the table; the others follow.
        columns: Vec<NamedColumn>,
    },
    /// `Album references artist: album_artist_id_fkey`.
    Constraint {
        /// Its symbol in a draft: `primary`, `references(artist)`, `unique(a,b)`, `check(a)`, `in(a)`.
        symbol: String,
        /// Its name.
        name: String,
    },
}

/// A column of a name line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedColumn {
    /// Its symbol: an attribute, an end, `end.part` where the key referred to has several columns, or `key`.
    pub symbol: String,
    /// Its name.
    pub name: String,
}

impl super::Model {
    /// The name of an entity's table and of its columns, when the brief gives them.
    pub fn named_table(&self, entity: &str) -> Option<(&str, &[NamedColumn])> {
        self.names.iter().filter(|line| line.entity == entity).find_map(|line| match &line.of {
            Named::Table { name, columns } => Some((name.as_str(), columns.as_slice())),
            Named::Constraint { .. } => None,
        })
    }
}
