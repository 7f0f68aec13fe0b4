//! What must go before the rest can be edited: what `to` lacks or has otherwise, and ([`super::spread`])
//! whatever depends on that.
use super::{
    graph::{Object, signature},
    spread::spread,
};
use crate::schema::*;
use std::collections::{BTreeMap, BTreeSet};

/// A part of a table: the table and the part's name.
pub(super) type Part = (Name, String);

/// Objects and parts of tables in `from` that are dropped, whether or not they come back.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Doomed {
    pub(super) objects: BTreeSet<Object>,
    pub(super) columns: BTreeSet<Part>,
    /// Columns that stay and get another type.
    pub(super) retyped: BTreeSet<Part>,
    /// Columns whose type is dropped; they wait as text.
    pub(super) parked: BTreeSet<Part>,
    pub(super) defaults: BTreeSet<Part>,
    pub(super) constraints: BTreeSet<Part>,
    pub(super) indexes: BTreeSet<Part>,
    pub(super) triggers: BTreeSet<Part>,
    pub(super) policies: BTreeSet<Part>,
}

impl Doomed {
    pub(super) fn table(&self, name: &Name) -> bool {
        self.objects.contains(&Object::Table(name.clone()))
    }
    pub(super) fn view(&self, name: &Name) -> bool {
        self.objects.contains(&Object::View(name.clone()))
    }
    fn size(&self) -> usize {
        let parts = [
            &self.columns,
            &self.retyped,
            &self.parked,
            &self.defaults,
            &self.constraints,
            &self.indexes,
            &self.triggers,
            &self.policies,
        ];
        self.objects.len() + parts.iter().map(|p| p.len()).sum::<usize>()
    }
    /// Columns of the table that change under whatever reads them.
    pub(super) fn disturbed<'a>(&'a self, table: &'a Name) -> impl Iterator<Item = &'a str> {
        let all = [&self.columns, &self.retyped, &self.parked];
        let first = (table.clone(), String::new());
        all.into_iter().flat_map(move |set| {
            set.range(first.clone()..).take_while(move |(t, _)| t == table).map(|(_, c)| c.as_str())
        })
    }
}

/// Everything that must go.
pub(super) fn doomed(from: &Schema, to: &Schema) -> Doomed {
    let mut d = Doomed::default();
    differing_objects(from, to, &mut d);
    for t in &from.tables {
        if let Some(wanted) = to.table(&t.name).filter(|_| !d.table(&t.name)) {
            differing_parts(t, wanted, &mut d);
        }
    }
    for v in &from.views {
        if let Some(wanted) = to.views.iter().find(|w| w.name == v.name) {
            parts(&v.name, &v.indexes, &wanted.indexes, same_index, |i| &i.name, &mut d.indexes);
            parts(&v.name, &v.triggers, &wanted.triggers, same_trigger, |t| &t.name, &mut d.triggers);
        }
    }
    let mut size = 0;
    while d.size() > size {
        size = d.size();
        spread(from, to, &mut d);
    }
    d
}

fn differing_objects(from: &Schema, to: &Schema, d: &mut Doomed) {
    for v in &from.views {
        let same = |w: &&View| {
            (&w.name, &w.query, w.materialized, &w.options) == (&v.name, &v.query, v.materialized, &v.options)
        };
        if !to.views.iter().any(|w| same(&w)) {
            d.objects.insert(Object::View(v.name.clone()));
        }
    }
    let kept: BTreeSet<(String, &str)> = to.functions.iter().map(|f| (signature(f), f.arguments.as_str())).collect();
    for f in &from.functions {
        if !kept.contains(&(signature(f), f.arguments.as_str())) {
            d.objects.insert(Object::Function(f.name.clone(), f.arguments.clone()));
        }
    }
    for t in &from.types {
        if !to.types.iter().any(|w| w.name == t.name && alterable(&t.kind, &w.kind)) {
            d.objects.insert(Object::Type(t.name.clone()));
        }
    }
    for s in &from.sequences {
        if !to.sequences.iter().any(|w| w.name == s.name) {
            d.objects.insert(Object::Sequence(s.name.clone()));
        }
    }
    let wanted: BTreeMap<&Name, &Table> = to.tables.iter().map(|t| (&t.name, t)).collect();
    for t in &from.tables {
        if wanted.get(&t.name).is_none_or(|w| must_recreate(t, w)) {
            d.objects.insert(Object::Table(t.name.clone()));
        }
    }
}

/// No statement gives a table another partition key, or makes a column of its own an inherited one.
fn must_recreate(t: &Table, wanted: &Table) -> bool {
    let leaves = !t.inherits.is_empty() && wanted.inherits.is_empty();
    t.partition_by != wanted.partition_by
        || t.columns.iter().any(|c| {
            let inherited = c.inherited && !leaves;
            wanted.column(&c.name).is_some_and(|w| w.inherited != inherited)
        })
}

/// True when ALTER TYPE or ALTER DOMAIN can make the one into the other.
fn alterable(from: &TypeKind, to: &TypeKind) -> bool {
    match (from, to) {
        (TypeKind::Enum { labels: old }, TypeKind::Enum { labels: new }) => {
            let mut new = new.iter();
            old.iter().all(|l| new.any(|n| n == l))
        }
        (
            TypeKind::Domain { base, collation, .. },
            TypeKind::Domain { base: new_base, collation: new_collation, .. },
        ) => (base, collation) == (new_base, new_collation),
        (TypeKind::Composite { attributes: old }, TypeKind::Composite { attributes: new }) => {
            let kept = old.iter().filter(|a| new.contains(a));
            let added = new.iter().filter(|(n, _)| !old.iter().any(|(o, _)| o == n));
            kept.chain(added).eq(new.iter())
        }
        (TypeKind::Range { .. }, TypeKind::Range { .. }) => from == to,
        _ => false,
    }
}

fn differing_parts(t: &Table, wanted: &Table, d: &mut Doomed) {
    for c in &t.columns {
        let part = (t.name.clone(), c.name.clone());
        let Some(w) = wanted.column(&c.name) else {
            d.columns.insert(part);
            continue;
        };
        let expression = match (&c.generated, &w.generated) {
            (Some(old), None) => !old.stored,
            (old, new) => old != new,
        };
        if expression {
            d.columns.insert(part);
        } else if (&c.ty, &c.collation) != (&w.ty, &w.collation) {
            d.retyped.insert(part);
        }
    }
    let same_constraint = |a: &Constraint, b: &Constraint| {
        (&a.kind, a.deferrable) == (&b.kind, b.deferrable) && (a.not_valid || !b.not_valid)
    };
    let same_policy = |a: &Policy, b: &Policy| {
        let mut b = b.clone();
        b.comment.clone_from(&a.comment);
        *a == b
    };
    parts(&t.name, &t.constraints, &wanted.constraints, same_constraint, |c| &c.name, &mut d.constraints);
    parts(&t.name, &t.indexes, &wanted.indexes, same_index, |i| &i.name, &mut d.indexes);
    parts(&t.name, &t.triggers, &wanted.triggers, same_trigger, |x| &x.name, &mut d.triggers);
    parts(&t.name, &t.policies, &wanted.policies, same_policy, |p| &p.name, &mut d.policies);
}

fn parts<T>(
    at: &Name,
    from: &[T],
    to: &[T],
    same: impl Fn(&T, &T) -> bool,
    name: impl Fn(&T) -> &String,
    out: &mut BTreeSet<Part>,
) {
    for a in from {
        if !to.iter().any(|b| name(a) == name(b) && same(a, b)) {
            out.insert((at.clone(), name(a).clone()));
        }
    }
}

fn same_index(a: &Index, b: &Index) -> bool {
    let mut b = b.clone();
    b.comment.clone_from(&a.comment);
    *a == b
}

fn same_trigger(a: &Trigger, b: &Trigger) -> bool {
    (&a.definition, &a.enabled) == (&b.definition, &b.enabled)
}
