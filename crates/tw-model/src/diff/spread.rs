//! Dependants of what goes, found by the names in their text.
use super::{
    doomed::Doomed,
    graph::{Object, split_body, type_texts},
};
use crate::{change::uses, mention::Mentions, print::is_foreign, schema::*};
use std::collections::{BTreeMap, BTreeSet};

/// The doomed so far, by word, to look texts up in.
struct Reach<'a> {
    objects: BTreeMap<&'a str, Vec<&'a Object>>,
    tables: BTreeMap<&'a str, BTreeSet<&'a Name>>,
    doomed: &'a Doomed,
}

impl<'a> Reach<'a> {
    fn of(doomed: &'a Doomed) -> Self {
        let mut objects: BTreeMap<&str, Vec<&Object>> = BTreeMap::new();
        for o in &doomed.objects {
            objects.entry(o.name().name.as_str()).or_default().push(o);
        }
        let mut tables: BTreeMap<&str, BTreeSet<&Name>> = BTreeMap::new();
        for set in [&doomed.columns, &doomed.retyped, &doomed.parked] {
            for (t, _) in set {
                tables.entry(t.name.as_str()).or_default().insert(t);
            }
        }
        Reach { objects, tables, doomed }
    }

    /// True when the text names a doomed object that `counts`.
    fn names(&self, m: &Mentions, counts: impl Fn(&Object) -> bool) -> bool {
        let hits = m.words().filter_map(|w| self.objects.get(w)).flatten();
        hits.into_iter().any(|o| counts(o) && m.names(o.name()))
    }

    /// True when the text names a doomed object, or a table with one of its disturbed columns.
    fn reaches(&self, m: &Mentions) -> bool {
        self.names(m, |_| true)
            || m.words()
                .filter_map(|w| self.tables.get(w))
                .flatten()
                .any(|t| m.names(t) && self.doomed.disturbed(t).any(|c| m.has_word(c)))
    }
}

/// Adds what depends on the doomed so far.
pub(super) fn spread(from: &Schema, to: &Schema, d: &mut Doomed) {
    let seen = d.clone();
    let reach = Reach::of(&seen);
    for v in &from.views {
        if !seen.view(&v.name) && reach.reaches(&Mentions::of([v.query.as_str()])) {
            d.objects.insert(Object::View(v.name.clone()));
        }
    }
    for f in &from.functions {
        let (head, _) = split_body(&f.definition);
        let m = Mentions::of([head]);
        let other = |o: &Object| o.name() != &f.name;
        let atomic = head.len() == f.definition.len();
        if reach.names(&m, other) || atomic && reach.reaches(&m) {
            d.objects.insert(Object::Function(f.name.clone(), f.arguments.clone()));
        }
    }
    for t in &from.types {
        if reach.names(&Mentions::of(type_texts(t)), |o| !matches!(o, Object::Table(_))) {
            d.objects.insert(Object::Type(t.name.clone()));
        }
    }
    for t in &from.tables {
        if !seen.table(&t.name) {
            spread_in_table(from, to, t, &reach, d);
        }
    }
}

fn spread_in_table(from: &Schema, to: &Schema, t: &Table, reach: &Reach, d: &mut Doomed) {
    let seen = reach.doomed;
    let at = |part: &String| (t.name.clone(), part.clone());
    let of = |text: &String| Mentions::of([text.as_str()]);
    let disturbed: Vec<&str> = seen.disturbed(&t.name).collect();
    let own_columns = |m: &Mentions| disturbed.iter().any(|c| m.has_word(c));
    let wanted = to.table(&t.name);
    let stays_under = |parent: &Name| {
        wanted.is_some_and(|w| w.partition_of.as_ref().is_some_and(|(p, _)| p == parent) || w.inherits.contains(parent))
    };
    let mut parents = t.partition_of.iter().map(|(p, _)| p).chain(&t.inherits);
    let in_key = t.partition_by.as_ref().is_some_and(|k| own_columns(&of(k)));
    if in_key || parents.any(|p| seen.table(p) && stays_under(p)) {
        d.objects.insert(Object::Table(t.name.clone()));
        return;
    }
    for c in &t.columns {
        if reach.names(&of(&c.ty), |o| matches!(o, Object::Type(_) | Object::Table(_))) {
            d.parked.insert(at(&c.name));
        }
        let text = Mentions::of(c.default.as_deref());
        if reach.names(&text, |o| !matches!(o, Object::Table(_) | Object::View(_))) {
            d.defaults.insert(at(&c.name));
        }
        if let Some(g) = &c.generated {
            let m = of(&g.expression);
            if reach.names(&m, |_| true) || own_columns(&m) {
                d.columns.insert(at(&c.name));
            }
        }
    }
    for c in &t.constraints {
        let gone = match &c.kind {
            ConstraintKind::Foreign { target, target_columns, columns, .. } => {
                columns.iter().any(|c| disturbed.contains(&c.as_str()))
                    || loses_target(from, target, target_columns, seen)
            }
            // An expression may not hold for the new type; a plain key is simply rebuilt.
            ConstraintKind::Check { expression: text, .. } | ConstraintKind::Exclude { definition: text } => {
                let m = of(text);
                reach.names(&m, |_| true) || own_columns(&m)
            }
            ConstraintKind::Other { definition } => {
                let m = of(definition);
                is_foreign(c) && (own_columns(&m) || reach.reaches(&m)) || reach.names(&m, |_| true)
            }
            _ => false,
        };
        let dropped = t.columns.iter().filter(|c| seen.columns.contains(&at(&c.name)));
        if gone || dropped.into_iter().any(|col| uses::constraint(c, &col.name)) {
            d.constraints.insert(at(&c.name));
        }
    }
    for i in &t.indexes {
        let expressions = i.parts.iter().filter(|p| p.is_expression).map(|p| p.column.as_str());
        let opclasses = i.parts.iter().filter_map(|p| p.opclass.as_deref());
        let m = Mentions::of(expressions.chain(opclasses).chain(i.filter.as_deref()));
        let dropped = t.columns.iter().filter(|c| seen.columns.contains(&at(&c.name)));
        let classed = i.parts.iter().any(|p| p.opclass.is_some() && disturbed.contains(&p.column.as_str()));
        if reach.names(&m, |_| true)
            || own_columns(&m)
            || classed
            || dropped.into_iter().any(|c| uses::index(i, &c.name))
        {
            d.indexes.insert(at(&i.name));
        }
    }
    for x in &t.triggers {
        let m = of(&x.definition);
        if reach.names(&m, |o| o.name() != &t.name) || own_columns(&m) {
            d.triggers.insert(at(&x.name));
        }
    }
    for p in &t.policies {
        let m = Mentions::of(p.using.as_deref().into_iter().chain(p.check.as_deref()));
        if reach.reaches(&m) || own_columns(&m) {
            d.policies.insert(at(&p.name));
        }
    }
}

/// True when the key that a foreign key needs goes, or changes its type.
fn loses_target(from: &Schema, target: &Name, columns: &[String], d: &Doomed) -> bool {
    if d.table(target) || d.disturbed(target).any(|c| columns.iter().any(|k| k == c)) {
        return true;
    }
    let Some(t) = from.table(target) else {
        return false;
    };
    let key =
        |list: &[String]| columns.is_empty() || list.len() == columns.len() && list.iter().all(|c| columns.contains(c));
    let constraint = t.constraints.iter().any(|c| {
        let over = match &c.kind {
            ConstraintKind::Primary { columns, .. } | ConstraintKind::Unique { columns, .. } => key(columns),
            ConstraintKind::Other { .. } => !is_foreign(c),
            _ => false,
        };
        over && d.constraints.contains(&(target.clone(), c.name.clone()))
    });
    let index = t.indexes.iter().any(|i| {
        let parts: Vec<String> = i.parts.iter().map(|p| p.column.clone()).collect();
        i.unique && key(&parts) && d.indexes.contains(&(target.clone(), i.name.clone()))
    });
    constraint || index
}
