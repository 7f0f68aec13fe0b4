//! Changes and schemas as SQL.
use crate::{change::Change, diff::diff, schema::Schema};

/// The statements that build the schema on an empty database: the diff from nothing, printed.
pub fn print(schema: &Schema) -> String {
    diff(&Schema::default(), schema)
        .iter()
        .flat_map(Change::sql)
        .map(|s| s + ";\n")
        .collect()
}

impl Change {
    /// The statements of this change, without semicolons, in order.
    pub fn sql(&self) -> Vec<String> {
        vec![]
    }
}
