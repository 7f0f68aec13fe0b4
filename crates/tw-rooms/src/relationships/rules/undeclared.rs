//! A column names a row of another table and does not refer to it.
//!
//! ## What
//! A column is called after a table and its key, such as `customer_id` beside a table `customers`, has the type of
//! that key, and no foreign key. Where most columns that name rows of a table are such, it is told once, of that table.
//!
//! ## Why it matters
//! Nothing keeps the row it names there, so the column fills with ids of nothing; and neither people nor tools see
//! that the tables belong together.
//!
//! ## What to do
//! `ALTER TABLE t ADD FOREIGN KEY (customer_id) REFERENCES customers NOT VALID`, mend the rows, then VALIDATE; index
//! the column.
//!
//! ## When to accept it
//! When the row lives in another database, or must be nameable after it is gone (logs).
//!
//! ## Sources
//! PostgreSQL manual, 5.4.5 Foreign Keys; Karwin, SQL Antipatterns, Keyless Entry.
//!
//! ```sql,finds
//! create table customers (id int primary key, name text unique);
//! create table visits (id int primary key, customer_id int not null);
//! ```
//! ```sql,finds
//! create table category (category_id int primary key, name text unique);
//! create table products (id int primary key);
//! alter table products add column category_id int;
//! create index on products (category_id);
//! ```
//! ```sql,finds
//! create domain number as bigint;
//! create table customers (id number primary key, name text unique);
//! create table visits (id int, at date, paying_customer_id number) partition by range (at);
//! create table visits_2024 partition of visits for values from ('2024-01-01') to ('2025-01-01');
//! ```
//! ```sql,finds
//! create table rooms (id int primary key, name text unique);
//! create table a (id int primary key, room_id int);
//! create table b (id int primary key, room_id int);
//! create table c (id int primary key, room_id int);
//! create table d (id int primary key, room_id int);
//! create table e (id int primary key, room_id int unique references rooms, next_room_id int);
//! ```
//! ```sql,passes
//! create table customers (id int primary key, name text unique);
//! create table visits (id int primary key, customer_id int not null references customers, external_customer_id text, supplier_id int);
//! create index on visits (customer_id);
//! create table visit_log (at timestamptz primary key, customer_id int);
//! create table visits_staging (at timestamptz primary key, customer_id int);
//! ```
//! ```sql,passes
//! create table customers (customer_id int primary key, name text);
//! create table regions (code text primary key, region_id int not null);
//! create table visits (id int primary key, region_id int);
//! ```
use crate::{
    kit::fitting,
    rule::{Needs, Rule, Spot},
    scene::{Kind, Scene, TableScene, words::words},
};
use tw_model::{
    change::Change,
    finding::{Safety, Severity},
    model::Action,
    schema::{Column, Constraint, ConstraintKind, Index, IndexPart, Name},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "relationships/undeclared",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("undeclared.rs"),
    check,
    proof: None,
};

use std::collections::BTreeMap;

/// Tables with a key of one column, by the words that name one row of them.
fn keyed<'s>(scene: &'s Scene) -> BTreeMap<String, Vec<(&'s TableScene<'s>, &'s Column)>> {
    let mut out: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for t in scene.designed() {
        let Some([key]) = t.primary().map(|k| k.columns.as_slice()) else { continue };
        let (Some(column), mut name) = (t.table.column(key), words(&t.name().name)) else { continue };
        if let Some(last) = name.last_mut() {
            *last = singular(last);
        }
        let name = name.join("_");
        let own = words(key).join("_");
        if own == "id" || own == format!("{name}_id") {
            out.entry(name).or_default().push((t, column));
        }
    }
    out
}

/// A word without the ending of many.
pub(super) fn singular(word: &str) -> String {
    match word {
        w if w.ends_with("ies") && w.len() > 4 => format!("{}y", &w[..w.len() - 3]),
        w if ["sses", "xes", "ches", "shes"].iter().any(|e| w.ends_with(e)) => w[..w.len() - 2].into(),
        w if w.ends_with('s') && !w.ends_with("ss") && !w.ends_with("us") && w.len() > 2 => w[..w.len() - 1].into(),
        w => w.into(),
    }
}

/// Columns that name rows of one table, from which on it is a habit of the schema, told once.
const HABIT: usize = 5;

fn check(scene: &Scene) -> Vec<Spot> {
    let mut by_target: BTreeMap<&Name, Vec<Undeclared>> = BTreeMap::new();
    for found in undeclared(scene) {
        by_target.entry(found.2).or_default().push(found);
    }
    let mut out = vec![];
    for (target, found) in by_target {
        if found.len() >= HABIT && found.len() > scene.referring(target).count() {
            out.extend(scene.table(target).map(|t| habit(t, &found)));
            continue;
        }
        out.extend(found.into_iter().map(|(t, column, target, key)| {
            let message =
                format!("{} of {} names a row of {} and is no reference", column.name, t.name().name, target.name);
            Spot::column(t.table, &column.name, message).fixed(Safety::MayRefuse, refer(t, column, target, key))
        }));
    }
    out
}

/// A column that is called after a table, with its table, and that table with its key.
pub(super) type Undeclared<'s> = (&'s TableScene<'s>, &'s Column, &'s Name, &'s str);

/// The columns that are called after a table and do not refer; those aside whose rows may outlive what they name.
pub(super) fn undeclared<'s>(scene: &'s Scene) -> Vec<Undeclared<'s>> {
    let keyed = keyed(scene);
    let mut out = vec![];
    for t in scene.designed().filter(|t| t.kind != Kind::Audit && !passes_through(&t.name().name)) {
        // Where partitions refer by themselves another rule speaks.
        let refers = |c: &str| t.refers(c) || scene.children_of(t.name()).any(|p| p.refers(c));
        for column in t.own_columns().filter(|c| !refers(&c.name) && c.generated.is_none()) {
            let Some((target, key)) = named(scene, &keyed, t, column) else { continue };
            out.push((t, column, target, key));
        }
    }
    out
}

/// What is done nearly everywhere is one decision, and one finding.
fn habit(target: &TableScene, columns: &[Undeclared]) -> Spot {
    let some: Vec<String> = columns.iter().take(3).map(|(t, c, ..)| format!("{}.{}", t.name().name, c.name)).collect();
    let (all, some) = (columns.len(), some.join(", "));
    let message = format!("{all} columns name rows of {} and are no references: {some} and others", target.name().name);
    Spot::table(target.table, message)
}

/// Rows come here before, or stay after, what they name.
fn passes_through(table: &str) -> bool {
    let passing =
        ["archive", "cache", "delta", "import", "inbound", "outbox", "queue", "raw", "staging", "stream", "tmp"];
    words(table).iter().any(|w| passing.contains(&w.as_str()))
}

/// The one table that a column is called after, and its key.
fn named<'s>(
    scene: &Scene,
    keyed: &BTreeMap<String, Vec<(&'s TableScene<'s>, &'s Column)>>,
    table: &TableScene,
    column: &Column,
) -> Option<(&'s Name, &'s str)> {
    let words = words(&column.name);
    let (last, stem) = words.split_last()?;
    // The column is the table's own id.
    let own = table.primary().is_some_and(|k| k.columns == [column.name.as_str()]);
    // What other systems call their rows is not ours.
    let foreign = stem.iter().any(|w| matches!(w.as_str(), "external" | "remote" | "foreign" | "legacy" | "old"));
    if last != "id" || stem.is_empty() || own || foreign {
        return None;
    }
    // The longest name that fits: `paying_customer_id` is a customer's, `order_line_id` an order line's.
    let tables = (0..stem.len()).find_map(|from| keyed.get(&stem[from..].join("_")))?;
    let fits = |c: &Column| scene.base(&c.ty) == scene.base(&column.ty);
    let mut fitting = tables.iter().filter(|(_, key)| fits(key));
    let (target, key) = fitting.next()?;
    (fitting.next().is_none() && target.name() != table.name()).then_some((target.name(), key.name.as_str()))
}

/// The reference, and an index where nothing finds its rows.
fn refer(table: &TableScene, column: &Column, target: &Name, primary: &str) -> Vec<Change> {
    let stem = format!("{}_{}", table.name().name, column.name);
    let key = table.table.name.clone();
    let constraint = Constraint {
        name: fitting(&format!("fk_{stem}")),
        kind: ConstraintKind::Foreign {
            columns: vec![column.name.clone()],
            target: target.clone(),
            target_columns: vec![primary.into()],
            on_delete: Action::NoAction,
            on_update: Action::NoAction,
            match_full: false,
        },
        deferrable: None,
        not_valid: false,
        comment: None,
    };
    let mut changes = vec![Change::AddConstraint { table: key.clone(), constraint }];
    if !table.ways.iter().any(|w| w.columns.first() == Some(&column.name.as_str()) && w.filter.is_none()) {
        let index = Index {
            name: fitting(&format!("idx_{stem}")),
            method: "btree".into(),
            parts: vec![IndexPart { column: column.name.clone(), ..IndexPart::default() }],
            ..Index::default()
        };
        changes.push(Change::CreateIndex { table: key, index });
    }
    changes
}
