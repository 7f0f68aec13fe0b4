//! The difference of two schemas, as changes.
//!
//! The diff is staged: every change it emits is applied at once to a copy of `from`, and each stage
//! compares that copy with `to`. So whatever a change takes along (the privileges on a dropped view, the
//! sequence of a dropped column) is put back by a later stage, and applying the diff ends at `to`.
mod access;
mod creation;
mod doomed;
mod graph;
mod normal;
mod removal;
mod spread;
mod table;

use crate::{change::Change, schema::Schema};

pub use normal::normal;

/// The changes that turn `from` into `to`, in an order a server accepts. Empty exactly when the two are
/// equal up to order ([`normal`]); the order of enum labels counts, that of columns does not, since a
/// server can only append columns. An object that cannot be edited in place is dropped and created
/// again, with whatever depends on it; a table only when its partition key changes.
pub fn diff(from: &Schema, to: &Schema) -> Vec<Change> {
    let (from, to) = (normal(from), normal(to));
    if from == to {
        return vec![];
    }
    let changes = staged(&from, &to, false);
    let lift = !from.default_privileges.is_empty() && changes.iter().any(creates);
    if lift { staged(&from, &to, true) } else { changes }
}

/// Puts functions and views where each comes after those it needs; nothing else moves.
pub fn sort_by_dependency(schema: &mut Schema) {
    let order = graph::in_order(schema);
    let place: std::collections::BTreeMap<graph::Object, usize> =
        order.into_iter().enumerate().map(|(at, o)| (o, at)).collect();
    let at = |o: graph::Object| place.get(&o).copied();
    schema.functions.sort_by_key(|f| at(graph::Object::Function(f.name.clone(), f.arguments.clone())));
    schema.views.sort_by_key(|v| at(graph::Object::View(v.name.clone())));
}

/// The two schemas on the way from one to the other.
struct Stage<'a> {
    from: &'a Schema,
    to: &'a Schema,
    /// `from` with every change so far applied.
    now: Schema,
    changes: Vec<Change>,
}

impl Stage<'_> {
    fn emit(&mut self, change: Change) {
        change.apply(&mut self.now);
        self.changes.push(change);
    }
}

fn staged(from: &Schema, to: &Schema, lift_default_privileges: bool) -> Vec<Change> {
    let mut stage = Stage { from, to, now: from.clone(), changes: vec![] };
    if lift_default_privileges {
        access::lift_default_privileges(&mut stage);
    }
    removal::remove(&mut stage);
    creation::create(&mut stage);
    access::settle(&mut stage);
    stage.changes
}

/// True for changes whose object would get privileges by default.
fn creates(change: &Change) -> bool {
    matches!(
        change,
        Change::CreateNamespace { .. }
            | Change::CreateType { .. }
            | Change::CreateSequence { .. }
            | Change::CreateTable { .. }
            | Change::CreateView { .. }
            | Change::CreateFunction { .. }
    )
}
