//! Which object needs which, read from the names in their text.
use crate::{ident::name, mention::Mentions, schema::*};
use std::collections::BTreeSet;

/// An object that others can need.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Object {
    Type(Name),
    Sequence(Name),
    Function(Name, String),
    Table(Name),
    View(Name),
}

impl Object {
    pub(super) fn name(&self) -> &Name {
        match self {
            Object::Type(n) | Object::Sequence(n) | Object::Function(n, _) | Object::Table(n) | Object::View(n) => n,
        }
    }
}

/// What an object's definition names.
struct Needs {
    /// Needed to create it.
    firm: Mentions,
    /// Needed by indexes, triggers and policies, which are created last but dropped with it.
    hanging: Mentions,
    /// Named in a quoted body: needed when it runs.
    body: Mentions,
}

/// Every object after what it needs to be created; otherwise types, sequences, functions, tables, views,
/// each in the schema's order. What a function's quoted body names counts only where that closes no
/// circle.
pub(super) fn in_order(schema: &Schema) -> Vec<Object> {
    ordered(schema, |n| &n.body)
}

/// Every object before what depends on it with its indexes, triggers and policies; to be dropped from the
/// end.
pub(super) fn in_order_of_hold(schema: &Schema) -> Vec<Object> {
    ordered(schema, |n| &n.hanging)
}

fn ordered(schema: &Schema, also: impl Fn(&Needs) -> &Mentions) -> Vec<Object> {
    let all = objects(schema);
    let by_name = by_word(&all);
    let edges = |pick: &dyn Fn(&Needs) -> &Mentions, loosely: bool| -> Vec<Vec<usize>> {
        all.iter()
            .enumerate()
            .map(|(at, (_, n))| {
                let mentions = pick(n);
                let mut hit: Vec<usize> = mentions
                    .words()
                    .filter_map(|w| by_name.get(w))
                    .flatten()
                    .copied()
                    .filter(|&other| {
                        let target = all[other].0.name();
                        other != at && if loosely { mentions.names_loosely(target) } else { mentions.names(target) }
                    })
                    .collect();
                hit.sort_unstable();
                hit.dedup();
                hit
            })
            .collect()
    };
    let mut firm = edges(&|n| &n.firm, false);
    let parents = parent_edges(schema, &all);
    for (at, more) in parents.into_iter().enumerate() {
        firm[at].extend(more);
    }
    let loose = edges(&|n| also(n), true);
    let mut order = vec![];
    let mut state = vec![0u8; all.len()];
    for at in 0..all.len() {
        visit(at, &firm, &loose, &mut state, &mut order);
    }
    order.into_iter().map(|at| all[at].0.clone()).collect()
}

/// Depth first, what is needed before what needs it. A loose edge is followed only where its target does
/// not firmly need us.
fn visit(at: usize, firm: &[Vec<usize>], loose: &[Vec<usize>], state: &mut [u8], out: &mut Vec<usize>) {
    if state[at] != 0 {
        return;
    }
    state[at] = 1;
    for &need in &firm[at] {
        visit(need, firm, loose, state, out);
    }
    for &need in &loose[at] {
        if state[need] == 0 && !reaches(need, at, firm) {
            visit(need, firm, loose, state, out);
        }
    }
    state[at] = 2;
    out.push(at);
}

fn reaches(from: usize, to: usize, firm: &[Vec<usize>]) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut queue = vec![from];
    while let Some(at) = queue.pop() {
        if at == to {
            return true;
        }
        queue.extend(firm[at].iter().copied().filter(|n| seen.insert(*n)));
    }
    false
}

fn by_word(all: &[(Object, Needs)]) -> std::collections::BTreeMap<String, Vec<usize>> {
    let mut map: std::collections::BTreeMap<String, Vec<usize>> = Default::default();
    for (at, (object, _)) in all.iter().enumerate() {
        map.entry(object.name().name.clone()).or_default().push(at);
    }
    map
}

/// A partition after its parent, a classic child after its parents.
fn parent_edges(schema: &Schema, all: &[(Object, Needs)]) -> Vec<Vec<usize>> {
    let position: std::collections::BTreeMap<&Name, usize> = all
        .iter()
        .enumerate()
        .filter_map(|(at, (o, _))| match o {
            Object::Table(n) => Some((n, at)),
            _ => None,
        })
        .collect();
    let mut edges = vec![vec![]; all.len()];
    for t in &schema.tables {
        let parents = t.partition_of.iter().map(|(p, _)| p).chain(&t.inherits);
        let parents = parents.filter_map(|p| position.get(p)).copied();
        edges[position[&t.name]] = parents.collect();
    }
    edges
}

fn objects(schema: &Schema) -> Vec<(Object, Needs)> {
    let firm =
        |texts: Vec<&str>| Needs { firm: Mentions::of(texts), hanging: Mentions::default(), body: Mentions::default() };
    let mut all = vec![];
    for t in &schema.types {
        all.push((Object::Type(t.name.clone()), firm(type_texts(t))));
    }
    for s in &schema.sequences {
        all.push((Object::Sequence(s.name.clone()), firm(vec![])));
    }
    for f in &schema.functions {
        let (head, body) = split_body(&f.definition);
        let needs = Needs { firm: Mentions::of([head]), hanging: Mentions::default(), body: Mentions::of([body]) };
        all.push((Object::Function(f.name.clone(), f.arguments.clone()), needs));
    }
    for t in &schema.tables {
        let mut needs = firm(table_texts(t));
        needs.hanging = Mentions::of(hanging_texts(t));
        all.push((Object::Table(t.name.clone()), needs));
    }
    for v in &schema.views {
        let mut needs = firm(vec![&v.query]);
        needs.hanging = Mentions::of(v.triggers.iter().map(|t| t.definition.as_str()));
        all.push((Object::View(v.name.clone()), needs));
    }
    all
}

/// What a type's definition says of other objects.
pub(super) fn type_texts(t: &TypeDef) -> Vec<&str> {
    match &t.kind {
        TypeKind::Enum { .. } => vec![],
        TypeKind::Domain { base, default, checks, .. } => {
            let mut all = vec![base.as_str()];
            all.extend(default.as_deref());
            all.extend(checks.iter().map(|(_, c)| c.as_str()));
            all
        }
        TypeKind::Composite { attributes } => attributes.iter().map(|(_, ty)| ty.as_str()).collect(),
        TypeKind::Range { subtype, options } => {
            let mut all = vec![subtype.as_str()];
            all.extend(options.iter().map(|(_, v)| v.as_str()));
            all
        }
    }
}

/// What CREATE TABLE says of other objects: not foreign keys, indexes, triggers or policies.
fn table_texts(t: &Table) -> Vec<&str> {
    let mut all: Vec<&str> = t.partition_by.as_deref().into_iter().collect();
    for c in &t.columns {
        all.push(&c.ty);
        all.extend(c.default.as_deref());
        all.extend(c.generated.as_ref().map(|g| g.expression.as_str()));
    }
    for c in &t.constraints {
        match &c.kind {
            ConstraintKind::Check { expression, .. } => all.push(expression),
            ConstraintKind::Exclude { definition } => all.push(definition),
            _ => {}
        }
    }
    all
}

/// What indexes, triggers and policies say of other objects.
fn hanging_texts(t: &Table) -> Vec<&str> {
    let mut all: Vec<&str> = t.triggers.iter().map(|t| t.definition.as_str()).collect();
    for i in &t.indexes {
        all.extend(i.parts.iter().filter(|p| p.is_expression).map(|p| p.column.as_str()));
        all.extend(i.filter.as_deref());
    }
    for p in &t.policies {
        all.extend(p.using.as_deref());
        all.extend(p.check.as_deref());
    }
    all
}

/// A function's text up to its quoted body, and from there. A body that is not quoted (`BEGIN ATOMIC`,
/// `RETURN ...`) is parsed by the server, so it belongs to the first half.
pub(super) fn split_body(definition: &str) -> (&str, &str) {
    let quoted = ["\nAS $", "\nAS '", " AS $", " AS '"];
    let at = quoted.iter().filter_map(|q| definition.find(q)).min();
    definition.split_at(at.unwrap_or(definition.len()))
}

/// What identifies a function besides its body: a server replaces functions only where these are equal.
pub(super) fn signature(f: &Function) -> String {
    let head = split_body(&f.definition).0;
    let lower = head.to_ascii_lowercase();
    let end = lower.find("language").unwrap_or(head.len());
    let words: Vec<&str> = head[..end].split_whitespace().collect();
    format!("{} {} {} {}", name(&f.name), f.procedure, f.aggregate, words.join(" "))
        .replace("CREATE OR REPLACE ", "CREATE ")
}
