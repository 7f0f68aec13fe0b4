//! Columns whose values all stand in a key of some table: references that nobody declared.
use std::collections::HashSet;

/// What is known of one column's values.
#[derive(Clone, Debug, Default)]
pub struct Values {
    /// Its table.
    pub table: String,
    /// Its name.
    pub column: String,
    /// Its type; only columns of one type are compared.
    pub ty: String,
    /// No two rows have the same value, and every row has one.
    pub unique: bool,
    /// Its distinct values, without null.
    pub distinct: HashSet<Box<[u8]>>,
}

/// All values of one column stand in another that is unique.
#[derive(Clone, Debug, PartialEq)]
pub struct Inclusion {
    /// Table and column that refer.
    pub from: (String, String),
    /// Table and column referred to.
    pub to: (String, String),
    /// Which share of the values referred to is used.
    pub used: f64,
    /// The name of the column says so too: it names the table or the column referred to.
    pub named: bool,
}

/// Inclusions between columns, those that names speak for first. A column with a single value says nothing; one that is
/// not even called like a reference (`_id`, `_code`, ...) is taken for a number that happens to be small.
pub fn inclusions(columns: &[Values]) -> Vec<Inclusion> {
    let mut found: Vec<Inclusion> = vec![];
    for to in columns.iter().filter(|c| c.unique && c.distinct.len() > 1) {
        let fits = |from: &&Values| {
            (&from.table, &from.column) != (&to.table, &to.column)
                && from.ty == to.ty
                && from.distinct.len() > 1
                && from.distinct.len() <= to.distinct.len()
                && (named(from, to) || super::super::shape::stem(&from.column) != from.column)
                && from.distinct.iter().all(|value| to.distinct.contains(value))
        };
        found.extend(columns.iter().filter(fits).map(|from| Inclusion {
            from: (from.table.clone(), from.column.clone()),
            to: (to.table.clone(), to.column.clone()),
            used: from.distinct.len() as f64 / to.distinct.len() as f64,
            named: named(from, to),
        }));
    }
    found.sort_by(|a, b| b.named.cmp(&a.named).then_with(|| (&a.from, &a.to).cmp(&(&b.from, &b.to))));
    found
}

/// `customer_id`, `customer` or `customers_id` for `customers.id`; `sku` for `products.sku`.
fn named(from: &Values, to: &Values) -> bool {
    let plain = |name: &str| name.to_lowercase().replace('_', "");
    let (column, table, key) = (plain(&from.column), plain(&to.table), plain(&to.column));
    let one = table.strip_suffix("ies").map(|t| format!("{t}y")).or_else(|| table.strip_suffix('s').map(String::from));
    let names = [Some(table.clone()), one].into_iter().flatten();
    let generic = ["id", "key", "no", "nr", "code", "name", "number"].contains(&key.as_str());
    names.into_iter().any(|name| column.contains(&name)) || (!generic && column.ends_with(&key))
}
