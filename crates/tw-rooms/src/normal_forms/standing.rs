//! Which form each table of a design is in, by what is declared: keys, what the server computes, and what the brief says.
use super::{Columns, Dependency, columns::MOST, forms};
use tw_model::{
    draft::Draft,
    model::{self, Model},
    schema::{ConstraintKind, Table},
};

/// One table of a draft.
pub struct Standing<'a> {
    /// The table.
    pub table: &'a Table,
    /// Its keys, by the symbols of their columns, the primary one first; only those that every row has.
    pub keys: Vec<Vec<String>>,
    /// What the brief says of it and keeps as it is.
    pub kept: Vec<&'a model::Dependency>,
    /// Columns that the server computes from others of the row: they are kept right.
    pub computed: Vec<&'a str>,
    /// Its form, with what is kept on purpose counted against it.
    pub form: forms::Form,
}

/// Every table that is no partition of another, and that has a key; of one with more columns than can be looked at, nothing.
pub fn standings<'a>(model: &'a Model, draft: &'a Draft) -> Vec<Standing<'a>> {
    let tables = draft.schema.wholes().filter(|t| t.columns.len() <= MOST && !t.primary_key().is_empty());
    tables.map(|table| standing(model, draft, table)).collect()
}

fn standing<'a>(model: &'a Model, draft: &'a Draft, table: &'a Table) -> Standing<'a> {
    let place = |symbol: &str| table.columns.iter().position(|c| c.name == symbol);
    let all = Columns::first(table.columns.len());
    let keys = keys(table);
    let columns = |key: &Vec<String>| Columns::of(key.iter().filter_map(|c| place(c)));
    let mut dependencies: Vec<Dependency> =
        keys.iter().map(|key| Dependency { left: columns(key), right: all }).collect();
    let entity = model.entity(&table.name.name);
    let kept: Vec<&model::Dependency> =
        entity.iter().flat_map(|e| &e.depends).filter(|d| d.kept_because.is_some()).collect();
    let of_members = |members: &[String]| -> Option<Columns> {
        let home = draft.homes.get(&table.name.name)?;
        let paths: Option<Vec<&Vec<String>>> = members.iter().map(|m| home.columns.get(m)).collect();
        let symbols = paths?.into_iter().flatten().map(|path| path.split_once('.').map_or(path.as_str(), |(_, s)| s));
        symbols.map(place).collect::<Option<Vec<usize>>>().map(Columns::of)
    };
    dependencies
        .extend(kept.iter().filter_map(|d| Some(Dependency { left: of_members(&d.from)?, right: of_members(&d.to)? })));
    let computed = table.columns.iter().filter(|c| c.generated.is_some()).map(|c| c.name.as_str()).collect();
    let (form, ..) = forms::form(&dependencies, all);
    Standing { table, keys, kept, computed, form }
}

/// Sets of columns that no two rows share and every row has.
fn keys(table: &Table) -> Vec<Vec<String>> {
    let every_row_has = |columns: &Vec<String>| columns.iter().all(|c| table.column(c).is_some_and(|c| c.not_null));
    let mut all = vec![table.primary_key().to_vec()];
    let unique = table.constraints.iter().filter_map(|c| match &c.kind {
        ConstraintKind::Unique { columns, .. } => Some(columns.clone()),
        _ => None,
    });
    all.extend(unique.filter(every_row_has));
    all.dedup();
    all
}
