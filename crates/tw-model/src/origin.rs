//! Where an element came from: the start of its chain of custody.
use serde::{Deserialize, Serialize};

/// The source of an element, a decision or a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Origin {
    /// A line of the brief (1-based) and its text without the line break.
    Brief {
        /// 1-based line number.
        line: u32,
        /// The line's text.
        text: String,
    },
    /// A span of a DDL file.
    Sql {
        /// File as the user named it.
        file: String,
        /// 1-based line number.
        line: u32,
    },
    /// An object of a server's catalogue.
    Catalogue {
        /// The object, schema-qualified.
        object: String,
    },
    /// An assumption we made because the brief is silent; shown as a gap where it matters.
    Assumed {
        /// What we assumed, as a sentence.
        assumption: String,
    },
}

impl Origin {
    /// An assumption.
    pub fn assumed(assumption: impl Into<String>) -> Self {
        Origin::Assumed { assumption: assumption.into() }
    }
    /// Short form for a terminal: `line 12`, `shop.sql:4`, `public.users`, `assumed`.
    pub fn short(&self) -> String {
        match self {
            Origin::Brief { line, .. } => format!("line {line}"),
            Origin::Sql { file, line } => format!("{file}:{line}"),
            Origin::Catalogue { object } => object.clone(),
            Origin::Assumed { .. } => "assumed".into(),
        }
    }
}
