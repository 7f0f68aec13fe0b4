//! The order of columns: the key first, then what is aligned widely before what is not, so that nothing is padded.
use super::{brief::Told, heap, predict::parts, tuple};
use tw_model::schema::{Schema, Table};

/// A better order, and what it saves.
#[derive(Clone, Debug, PartialEq)]
pub struct Packed {
    /// Column symbols.
    pub columns: Vec<String>,
    /// Mean bytes of a row before and after.
    pub bytes: (f64, f64),
    /// Rows a page before and after.
    pub rows_per_page: (f64, f64),
}

/// Bytes that a row must become shorter by, on average, to be worth another order.
const WORTH_BYTES: f64 = 1.0;

/// The packed order of a table's columns; none when it saves nothing.
///
/// The key comes first, where a reader looks for it; among equals the brief's order stays.
pub fn packed(schema: &Schema, table: &Table, told: &Told, fillfactor: u32) -> Option<Packed> {
    let key = table.primary_key();
    let rank = |name: &str, ty: &str, not_null: bool| {
        let storage = super::types::storage(ty, schema);
        let class = match (storage.fixed, storage.align) {
            (Some(bytes), 1) if bytes >= 8 => 0,
            (Some(_), 8) => 1,
            (Some(_), 4) => 2,
            (Some(_), 2) => 3,
            (Some(_), _) => 4,
            (None, _) => 5,
        };
        match key.iter().position(|k| k == name) {
            Some(place) => (0, place, 0, false),
            None => (1, 0, class, !not_null && class == 5),
        }
    };
    let mut better = table.clone();
    better.columns.sort_by_key(|c| rank(&c.name, &c.ty, c.not_null));
    let sizes = |t: &Table| tuple::heap(&parts(schema, t, &told.profile));
    let (before, after) = (sizes(table), sizes(&better));
    let bytes = (tuple::mean(&before), tuple::mean(&after));
    let per_page = |s| heap::rows_per_page(s, fillfactor);
    let packed = Packed {
        columns: better.columns.iter().map(|c| c.name.clone()).collect(),
        bytes,
        rows_per_page: (per_page(&before), per_page(&after)),
    };
    (bytes.0 - bytes.1 >= WORTH_BYTES).then_some(packed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tw_model::{
        change::Change,
        layout::TableProfile,
        schema::{Column, Constraint, ConstraintKind, Name},
    };

    fn table(columns: &[(&str, &str)]) -> Table {
        let column = |(name, ty): &(&str, &str)| Column {
            name: name.to_string(),
            ty: ty.to_string(),
            not_null: true,
            ..Column::default()
        };
        let kind = ConstraintKind::Primary { columns: vec!["key".into()], include: vec![] };
        Table {
            name: Name::symbol("T"),
            columns: columns.iter().map(column).collect(),
            constraints: vec![Constraint {
                name: "primary".into(),
                kind,
                deferrable: None,
                not_valid: false,
                comment: None,
            }],
            ..Table::default()
        }
    }

    fn packed_of(table: &Table) -> Option<Packed> {
        let profile = TableProfile { table: table.name.clone(), rows: 1000.0, ..TableProfile::default() };
        let told = Told { profile, assumed: 0.0, assumed_columns: Default::default(), free: Default::default() };
        packed(&Schema::default(), table, &told, 100)
    }

    #[test]
    fn columns_are_packed_only_where_rows_become_shorter() {
        let loose = table(&[("open", "boolean"), ("at", "bigint"), ("paid", "boolean"), ("key", "bigint")]);
        let better = packed_of(&loose).expect("padding is saved");
        assert_eq!(better.columns, ["key", "at", "open", "paid"]);
        assert_eq!(better.bytes, (56.0, 48.0));
        let mut schema = Schema { tables: vec![loose], ..Schema::default() };
        let table = Name::symbol("T");
        Change::OrderColumns { table: table.clone(), columns: better.columns.clone() }.apply(&mut schema);
        let ordered = schema.table(&table).expect("it is there");
        assert_eq!(ordered.columns.iter().map(|c| c.name.clone()).collect::<Vec<_>>(), better.columns);
        assert_eq!(packed_of(ordered), None, "a second look finds nothing to save");
    }
}
