//! Rows written out: column symbol to text value.
use std::collections::BTreeMap;
use tw_model::{
    draft::Draft,
    ident::literal,
    schema::{ConstraintKind, Name},
};

/// One row of one table. A column that is absent takes its default.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// Table symbol.
    pub table: String,
    /// Value by column symbol, in text form; none is null.
    pub values: BTreeMap<String, Option<String>>,
}

impl Row {
    /// The same row with another value.
    pub fn with(&self, column: &str, value: Option<&str>) -> Row {
        let mut row = self.clone();
        row.values.insert(column.into(), value.map(String::from));
        row
    }
    /// The same row with that column left to its default.
    pub fn without(&self, column: &str) -> Row {
        let mut row = self.clone();
        row.values.remove(column);
        row
    }
    /// The value of a column, if it is set and not null.
    pub fn value(&self, column: &str) -> Option<&str> {
        self.values.get(column)?.as_deref()
    }

    /// `INSERT INTO ...`, columns in table order, with physical names.
    pub fn insert(&self, draft: &Draft) -> String {
        let table = draft.schema.table(&Name::symbol(&self.table));
        let columns: Vec<_> = table
            .iter()
            .flat_map(|t| &t.columns)
            .filter(|c| self.values.contains_key(&c.name) && c.generated.is_none())
            .collect();
        if columns.is_empty() {
            return format!("INSERT INTO {} DEFAULT VALUES", draft.printed_table(&self.table));
        }
        let overriding = columns.iter().any(|c| c.identity.as_ref().is_some_and(|i| i.always));
        let names: Vec<_> = columns.iter().map(|c| self.column(draft, &c.name)).collect();
        let values: Vec<_> = columns.iter().map(|c| sql_value(self.value(&c.name))).collect();
        format!(
            "INSERT INTO {} ({}){} VALUES ({})",
            draft.printed_table(&self.table),
            names.join(", "),
            if overriding { " OVERRIDING SYSTEM VALUE" } else { "" },
            values.join(", ")
        )
    }

    /// `a = '1' AND b IS NULL` over those columns.
    pub fn condition(&self, draft: &Draft, columns: &[String]) -> String {
        let one = |column: &String| match self.value(column) {
            Some(value) => format!("{} = {}", self.column(draft, column), literal(value)),
            None => format!("{} IS NULL", self.column(draft, column)),
        };
        columns.iter().map(one).collect::<Vec<_>>().join(" AND ")
    }

    /// The condition that finds this row by its primary key (or by all its values when it has none).
    pub fn by_key(&self, draft: &Draft) -> String {
        let table = draft.schema.table(&Name::symbol(&self.table));
        let key = table.map(|t| t.primary_key().to_vec()).unwrap_or_default();
        let columns = if key.is_empty() { self.values.keys().cloned().collect() } else { key };
        self.condition(draft, &columns)
    }

    fn column(&self, draft: &Draft, column: &str) -> String {
        draft.printed_column(&format!("{}.{column}", self.table))
    }
}

/// A value as SQL.
pub fn sql_value(value: Option<&str>) -> String {
    value.map_or("NULL".into(), literal)
}

/// Foreign keys of a table: (constraint symbol, its columns, target table, target columns).
pub fn foreign_keys(draft: &Draft, table: &str) -> Vec<(String, Vec<String>, String, Vec<String>)> {
    let constraints = draft.schema.table(&Name::symbol(table)).map(|t| t.constraints.as_slice()).unwrap_or(&[]);
    constraints
        .iter()
        .filter_map(|c| match &c.kind {
            ConstraintKind::Foreign { columns, target, target_columns, .. } => {
                Some((c.name.clone(), columns.clone(), target.name.clone(), target_columns.clone()))
            }
            _ => None,
        })
        .collect()
}
