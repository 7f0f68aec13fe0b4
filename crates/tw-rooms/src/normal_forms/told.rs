//! A judgement under the table's own names, and the proposed tables as statements.
use super::{
    Columns, Dependency,
    decompose::Part,
    judge::{Given, Judged, Meant},
};
use std::collections::{BTreeMap, BTreeSet};
use tw_model::{
    discovery::{ColumnFound, DependencyFound, PartFound, TableFound, Tried, ViolationFound},
    model::Action,
    print,
    schema::{Column, Constraint, ConstraintKind, Name, Schema, Table},
};

/// What a table is called, and its columns.
pub struct Described<'a> {
    /// The table.
    pub table: &'a str,
    /// Name and type of each column.
    pub columns: &'a [(String, String)],
    /// All rows were read.
    pub whole: bool,
    /// The value of a code of a column, as text.
    pub value: &'a dyn Fn(usize, u32) -> Option<String>,
}

/// Most characters of a value that is shown.
const LONGEST: usize = 60;

/// The judgement in names.
pub fn told(of: &Described, given: &Given, judged: &Judged) -> TableFound {
    let names = |columns: Columns| columns.iter().map(|c| of.columns[c].0.clone()).collect::<Vec<_>>();
    let table = &given.coded;
    let columns = of.columns.iter().zip(&table.columns).map(|((name, ty), c)| ColumnFound {
        name: name.clone(),
        ty: ty.clone(),
        distinct: c.distinct.into(),
        nulls: c.nulls as u64,
    });
    let mut dependencies = vec![];
    if !judged.constant.is_empty() {
        dependencies.push(DependencyFound { right: names(judged.constant), ..DependencyFound::default() });
    }
    dependencies.extend(together(&judged.meant).into_iter().map(|(d, m)| DependencyFound {
        left: names(d.left),
        right: names(d.right),
        g3: 0.0,
        chance: m.chance,
        repeated: m.repeated as u64,
    }));
    dependencies.extend(judged.near.iter().map(|n| DependencyFound {
        left: names(n.dependency.left),
        right: names(n.dependency.right),
        g3: n.g3,
        chance: n.chance,
        repeated: 0,
    }));
    let violations = judged.violations.iter().map(|shown| {
        let d = shown.violation.dependency;
        let value = |c: usize| (of.value)(c, table.columns[c].codes[shown.row as usize]);
        let short = |v: String| v.chars().take(LONGEST).collect::<String>();
        ViolationFound {
            left: names(d.left),
            right: names(d.right),
            leaves: shown.violation.leaves.name().into(),
            example: d.left.iter().chain(d.right.iter()).map(|c| value(c).map(short)).collect(),
            example_rows: shown.rows as u64,
        }
    });
    let named = named(of, &judged.parts, &judged.keys);
    let (before, joined, counts) = &judged.counts;
    let parts = judged.parts.iter().zip(&named).zip(counts).map(|((part, table), rows)| PartFound {
        table: table.clone(),
        columns: names(part.columns),
        key: names(part.key),
        rows: *rows as u64,
    });
    let stored = |rows: usize, part: &Part| (rows * part.columns.len()) as u64;
    let tried = (!judged.parts.is_empty()).then(|| Tried {
        lossless: judged.lossless,
        rows: *before as u64,
        joined: *joined as u64,
        values_before: (table.rows * table.columns.len()) as u64,
        values_after: judged.parts.iter().zip(counts).map(|(part, rows)| stored(*rows, part)).sum(),
    });
    TableFound {
        table: of.table.into(),
        rows: table.rows as u64,
        whole: of.whole,
        duplicates: judged.duplicates as u64,
        columns: columns.collect(),
        keys: judged.keys.iter().map(|key| names(*key)).collect(),
        keys_declared: !given.keys.is_empty(),
        dependencies,
        by_chance: judged.by_chance as u64,
        form: judged.form.map(|f| f.name().into()),
        violations: violations.collect(),
        proposal: parts.collect(),
        tried,
        sql: if judged.parts.is_empty() { String::new() } else { statements(of, given, &judged.parts, &named) },
    }
}

/// Those with one left side as one; the least chance and the rows of the left side stand for all.
fn together(meant: &[Meant]) -> Vec<(Dependency, Meant)> {
    let mut all: BTreeMap<(usize, Columns), (Dependency, Meant)> = BTreeMap::new();
    for m in meant {
        let left = m.dependency.left;
        let of = all.entry((left.len(), left)).or_insert((Dependency { left, right: Columns::NONE }, *m));
        of.0.right = of.0.right.or(m.dependency.right);
        of.1.chance = of.1.chance.min(m.chance);
    }
    all.into_values().collect()
}

/// Names of the parts: the one with a key of the table keeps its name; the others are called after their keys.
fn named(of: &Described, parts: &[Part], keys: &[Columns]) -> Vec<String> {
    let kept = parts.iter().position(|p| keys.iter().any(|key| key.within(p.columns)));
    let plain = of.table.rsplit('.').next().unwrap_or(of.table).to_string();
    let mut taken = BTreeSet::from([plain.clone()]);
    parts
        .iter()
        .enumerate()
        .map(|(n, part)| {
            if Some(n) == kept {
                return plain.clone();
            }
            let words: Vec<&str> = part.key.iter().map(|c| stem(&of.columns[c].0)).collect();
            let base = pluralizer::pluralize(&words.join("_"), 2, false);
            let names = std::iter::once(base.clone()).chain((2..).map(|n| format!("{base}_{n}")));
            let name = names.into_iter().find(|name| !taken.contains(name)).unwrap_or(base);
            taken.insert(name.clone());
            name
        })
        .collect()
}

/// `customer` of `customer_id`.
pub(super) fn stem(column: &str) -> &str {
    let endings = ["_id", "_no", "_nr", "_code", "_key", "_number"];
    endings.iter().find_map(|ending| column.strip_suffix(ending)).filter(|s| !s.is_empty()).unwrap_or(column)
}

fn statements(of: &Described, given: &Given, parts: &[Part], names: &[String]) -> String {
    let columns = |set: Columns| set.iter().map(|c| of.columns[c].0.clone()).collect::<Vec<_>>();
    let constraint = |name: String, kind: ConstraintKind| Constraint {
        name,
        kind,
        deferrable: None,
        not_valid: false,
        comment: None,
    };
    let tables = parts.iter().zip(names).map(|(part, name)| {
        let key = ConstraintKind::Primary { columns: columns(part.key), include: vec![] };
        let mut constraints = vec![constraint(format!("pk_{name}"), key)];
        let targets = parts.iter().zip(names).filter(|(o, _)| o.key != part.key && o.key.within(part.columns));
        constraints.extend(targets.map(|(other, target)| {
            let kind = ConstraintKind::Foreign {
                columns: columns(other.key),
                target: Name::new("public", target.as_str()),
                target_columns: columns(other.key),
                on_delete: Action::Restrict,
                on_update: Action::NoAction,
                match_full: false,
            };
            constraint(format!("fk_{name}_{target}"), kind)
        }));
        let of_table = part.columns.iter().map(|c| Column {
            name: of.columns[c].0.clone(),
            ty: of.columns[c].1.clone(),
            not_null: part.key.has(c) || given.coded.columns[c].nulls == 0,
            ..Column::default()
        });
        Table { name: Name::new("public", name.as_str()), columns: of_table.collect(), constraints, ..Table::default() }
    });
    print::print(&Schema { tables: tables.collect(), ..Schema::default() })
}
