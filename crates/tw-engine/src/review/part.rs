//! The part of a schema that findings are about: to make a thousand tables takes longer than to try a few of them.
use std::collections::{BTreeSet, HashMap};
use tw_model::{
    finding::{Subject, SubjectKind},
    schema::{ConstraintKind, GrantOn, Name, Schema},
};
use tw_rooms::{rule::path, scene::Scene};

/// Tables from which on a part is made.
const MANY: usize = 100;

/// The tables of the subjects, those that they refer to and that refer to them, with their parents and children;
/// references to others are left out. None where the schema is small, most of it would be in the part, or a subject is no
/// table or of one.
pub fn of(scene: &Scene, subjects: &[&Subject]) -> Option<Schema> {
    if scene.tables.len() < MANY {
        return None;
    }
    let places: HashMap<String, usize> = scene.tables.iter().enumerate().map(|(n, t)| (path(t.name()), n)).collect();
    let found: BTreeSet<usize> = subjects.iter().map(|s| table_of(&places, s)).collect::<Option<_>>()?;
    let near = family(scene, near(scene, &family(scene, found)));
    (near.len() * 2 <= scene.tables.len()).then(|| cut(scene, &near))
}

fn table_of(places: &HashMap<String, usize>, subject: &Subject) -> Option<usize> {
    use SubjectKind::{Column, Constraint, Index, Policy, Table, Trigger};
    if !matches!(subject.kind, Table | Column | Constraint | Index | Policy | Trigger) {
        return None;
    }
    // Names may have dots in them.
    let mut path = subject.path.as_str();
    loop {
        if let Some(place) = places.get(path) {
            return Some(*place);
        }
        path = path.rsplit_once('.')?.0;
    }
}

/// With what they refer to, and what refers to them.
fn near(scene: &Scene, tables: &BTreeSet<usize>) -> BTreeSet<usize> {
    let mut out = tables.clone();
    for n in tables {
        out.extend(scene.tables[*n].references.iter().filter_map(|r| r.target_place));
        out.extend(scene.referenced_by[*n].iter().map(|(from, _)| *from));
    }
    out
}

/// With their parents and children, at any distance.
fn family(scene: &Scene, mut tables: BTreeSet<usize>) -> BTreeSet<usize> {
    let mut open: Vec<usize> = tables.iter().copied().collect();
    while let Some(n) = open.pop() {
        let table = scene.tables[n].table;
        let parents = table.inherits.iter().chain(table.partition_of.iter().map(|(parent, _)| parent));
        let relatives = parents.filter_map(|p| scene.place(p)).chain(scene.children[n].iter().copied());
        open.extend(relatives.filter(|r| tables.insert(*r)));
    }
    tables
}

fn cut(scene: &Scene, near: &BTreeSet<usize>) -> Schema {
    let names: BTreeSet<&Name> = near.iter().map(|n| scene.tables[*n].name()).collect();
    let whole = scene.schema;
    let mut tables: Vec<_> = whole.tables.iter().filter(|t| names.contains(&t.name)).cloned().collect();
    for table in &mut tables {
        table.constraints.retain(|c| match &c.kind {
            ConstraintKind::Foreign { target, .. } => names.contains(target),
            _ => true,
        });
    }
    let owned = |of: &Option<(Name, String)>| of.as_ref().is_none_or(|(table, _)| names.contains(table));
    let on = |on: &GrantOn| !matches!(on, GrantOn::Table { name } if !names.contains(name));
    Schema {
        namespaces: whole.namespaces.clone(),
        extensions: whole.extensions.clone(),
        types: whole.types.clone(),
        sequences: whole.sequences.iter().filter(|s| owned(&s.owned_by)).cloned().collect(),
        tables,
        views: vec![],
        functions: whole.functions.clone(),
        roles: whole.roles.clone(),
        grants: whole.grants.iter().filter(|g| on(&g.on)).cloned().collect(),
        revokes: whole.revokes.iter().filter(|g| on(&g.on)).cloned().collect(),
        default_privileges: whole.default_privileges.clone(),
    }
}
