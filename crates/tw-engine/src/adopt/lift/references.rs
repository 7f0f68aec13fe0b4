//! Foreign keys that are relations of entities.
use super::{Home, Unsayable, origin, tables::path};
use std::collections::{BTreeMap, BTreeSet};
use tw_model::{
    model::{Action, Relation, Side, snake_case},
    schema::{Constraint, ConstraintKind, Name, Table},
};

/// A foreign key that is an end.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    pub holder: Name,
    pub constraint: String,
    /// The end's name.
    pub end: String,
    /// Referencing columns, in the order of the key referred to.
    pub columns: Vec<String>,
    pub target: Name,
    pub optional: bool,
    /// At most one holder per target.
    pub one_to_one: bool,
    pub on_delete: Action,
    pub on_update: Action,
}

/// Every foreign key that is an end of an entity. Of the others the reason is told.
pub(super) fn find(
    tables: &[&Table],
    names: &BTreeMap<Name, String>,
    unsayable: &Unsayable,
    reasons: &mut BTreeMap<String, String>,
) -> Vec<Reference> {
    let mut all: Vec<Reference> = vec![];
    for table in tables {
        let mut used: BTreeSet<String> = BTreeSet::new();
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for constraint in &table.constraints {
            if !matches!(constraint.kind, ConstraintKind::Foreign { .. }) {
                continue;
            }
            let said = unsayable.constraints.get(&(table.name.clone(), constraint.name.clone())).cloned();
            let found = said.map_or_else(|| reference(table, constraint, tables, names, &used, &mut taken), Err);
            match found {
                Ok(reference) => {
                    used.extend(reference.columns.iter().cloned());
                    all.push(reference);
                }
                Err(why) => {
                    reasons.insert(format!("{}.{}", path(&table.name), constraint.name), why);
                }
            }
        }
    }
    // A key of several columns that an end holds must have them side by side, in the order referred to.
    loop {
        let torn = all.iter().position(|r| {
            let table = tables.iter().find(|t| t.name == r.holder);
            table.is_some_and(|t| !whole_in(t.primary_key(), &r.columns)) || circular(&all, r, tables)
        });
        let Some(at) = torn else { return all };
        let gone = all.remove(at);
        let why = "its columns stand in the key in another order, or keys refer to each other in a circle".to_string();
        reasons.insert(format!("{}.{}", path(&gone.holder), gone.constraint), why);
    }
}

/// The columns are none of the key's, or stand in it side by side.
fn whole_in(key: &[String], columns: &[String]) -> bool {
    !key.iter().any(|k| columns.contains(k)) || key.windows(columns.len()).any(|w| w == columns)
}

/// True when the key of the holder is, over other tables, part of itself.
fn circular(all: &[Reference], start: &Reference, tables: &[&Table]) -> bool {
    let in_key = |r: &&Reference| {
        let table = tables.iter().find(|t| t.name == r.holder);
        table.is_some_and(|t| r.columns.iter().any(|c| t.primary_key().contains(c)))
    };
    if !in_key(&start) {
        return false;
    }
    let mut seen: BTreeSet<&Name> = BTreeSet::new();
    let mut waiting = vec![&start.target];
    while let Some(at) = waiting.pop() {
        if *at == start.holder {
            return true;
        }
        if seen.insert(at) {
            waiting.extend(all.iter().filter(|r| r.holder == *at).filter(in_key).map(|r| &r.target));
        }
    }
    false
}

fn reference(
    table: &Table,
    constraint: &Constraint,
    tables: &[&Table],
    names: &BTreeMap<Name, String>,
    used: &BTreeSet<String>,
    taken: &mut BTreeSet<String>,
) -> Result<Reference, String> {
    let ConstraintKind::Foreign { columns, target, target_columns, on_delete, on_update, match_full } =
        &constraint.kind
    else {
        return Err("it is no foreign key".into());
    };
    let no = |why: &str| Err(why.to_string());
    let Some(to) = tables.iter().find(|t| t.name == *target) else {
        return no("the table referred to is no entity of the brief");
    };
    if constraint.deferrable.is_some() || constraint.not_valid || *match_full {
        return no("it is deferrable, not valid or MATCH FULL");
    }
    let key = to.primary_key();
    let place = |k: &String| target_columns.iter().position(|c| c == k);
    let ordered: Option<Vec<String>> = key.iter().map(|k| place(k).map(|at| columns[at].clone())).collect();
    let Some(ordered) = ordered.filter(|o| o.len() == columns.len()) else {
        return no("it refers to other columns than the key");
    };
    if ordered.iter().any(|c| used.contains(c)) {
        return no("its columns are another reference's too");
    }
    let own: Vec<_> = ordered.iter().filter_map(|c| table.column(c)).collect();
    let theirs: Vec<_> = key.iter().filter_map(|c| to.column(c)).collect();
    if own.len() != theirs.len() || own.iter().zip(&theirs).any(|(a, b)| a.ty != b.ty) {
        return no("its columns are of another type than those referred to");
    }
    if own.iter().any(|c| c.generated.is_some() || c.identity.is_some() || c.default.is_some()) {
        return no("its columns are generated or have a default, and an end of a brief has none");
    }
    let absent = own.iter().filter(|c| !c.not_null).count();
    if absent != 0 && absent != own.len() {
        return no("some of its columns may be null and others not");
    }
    let optional = absent != 0;
    let forgets = |a: &Action| matches!(a, Action::SetNull | Action::SetDefault);
    if !optional && (forgets(on_delete) || forgets(on_update)) {
        return no("it would null columns that are required");
    }
    let unique = |c: &Constraint| match &c.kind {
        ConstraintKind::Unique { columns: of, include, nulls_not_distinct: false } => {
            include.is_empty() && *of == ordered && c.deferrable.is_none()
        }
        ConstraintKind::Primary { columns: of, .. } => *of == ordered,
        _ => false,
    };
    let wanted = end_name(&ordered, key, &names[target]);
    let others: BTreeSet<&String> = table.columns.iter().map(|c| &c.name).filter(|c| !ordered.contains(c)).collect();
    let spellings = [wanted.clone(), format!("{wanted}_ref"), format!("{wanted}_of_{}", snake_case(&names[target]))];
    let free = |n: &String| n.len() <= 48 && !others.contains(n) && !taken.contains(n) && !is_taken(n);
    let Some(end) = spellings.into_iter().find(free) else {
        return no("no name for its end is free");
    };
    taken.insert(end.clone());
    Ok(Reference {
        holder: table.name.clone(),
        constraint: constraint.name.clone(),
        end,
        columns: ordered.clone(),
        target: target.clone(),
        optional,
        one_to_one: table.constraints.iter().any(unique),
        on_delete: *on_delete,
        on_update: *on_update,
    })
}

/// Words that the brief language keeps for itself.
pub(super) fn is_taken(name: &str) -> bool {
    matches!(name, "key" | "now" | "null" | "primary" | "true" | "false" | "depends")
}

/// `artist_id` that refers to `artists` is `artist`; what tells nothing is called after its target.
fn end_name(columns: &[String], key: &[String], target: &str) -> String {
    let target = snake_case(target);
    let [column] = columns else { return target };
    let column = super::columns::snake(column);
    let part = super::columns::snake(&key[0]);
    let bare = column.strip_suffix(&format!("_{part}")).or_else(|| column.strip_suffix("_id"));
    match bare {
        Some(bare) if bare.starts_with(|c: char| c.is_ascii_lowercase()) => bare.to_string(),
        _ if column == part => target,
        _ => column,
    }
}

/// Columns as members, each end whole; none when they are not.
pub(super) fn members_of(columns: &[String], home: &Home) -> Option<Vec<String>> {
    let mut out: Vec<String> = vec![];
    let mut at = 0;
    while at < columns.len() {
        let member = home.members.get(&columns[at])?;
        let width = match home.ends.get(member) {
            Some(of) if columns[at..].starts_with(of) => of.len(),
            Some(_) => return None,
            None => 1,
        };
        out.push(member.clone());
        at += width;
    }
    Some(out)
}

/// A relation line for each reference; a table whose key is two of them, and that refers to nothing else, is a pair.
pub(super) fn relations(tables: &[&Table], all: &[Reference], names: &BTreeMap<Name, String>) -> Vec<Relation> {
    let mut out = vec![];
    for table in tables {
        let own: Vec<&Reference> = all.iter().filter(|r| r.holder == table.name).collect();
        if let Some([first, second]) = pair(table, &own) {
            let side = |r: &Reference| Side { max: None, ..side(r, names) };
            out.push(Relation {
                verb: "has".into(),
                from: Side { min: 0, ..side(first) },
                to: Side { min: 0, ..side(second) },
                via: Some(names[&table.name].clone()),
                on_delete: said(first.on_delete, Action::Restrict),
                on_update: said(first.on_update, Action::NoAction),
                origin: origin(),
            });
            continue;
        }
        for reference in own {
            let holder = names[&reference.holder].clone();
            let most = reference.one_to_one.then_some(1);
            out.push(Relation {
                verb: "has".into(),
                from: side(reference, names),
                to: Side { entity: holder, role: None, min: 0, max: most },
                via: None,
                on_delete: said(reference.on_delete, Action::Restrict),
                on_update: said(reference.on_update, Action::NoAction),
                origin: origin(),
            });
        }
    }
    out
}

fn said(action: Action, unsaid: Action) -> Option<Action> {
    (action != unsaid).then_some(action)
}

/// The side that is referred to, with its role where the end is not called after it.
fn side(reference: &Reference, names: &BTreeMap<Name, String>) -> Side {
    let entity = names[&reference.target].clone();
    let role = Some(reference.end.clone()).filter(|end| *end != snake_case(&entity));
    Side { entity, role, min: u32::from(!reference.optional), max: Some(1) }
}

fn pair<'a>(table: &Table, own: &[&'a Reference]) -> Option<[&'a Reference; 2]> {
    let [a, b] = own else { return None };
    let key = table.primary_key();
    let order = |x: &Reference, y: &Reference| x.columns.iter().chain(&y.columns).eq(key);
    let (first, second) = if order(a, b) { (*a, *b) } else { (*b, *a) };
    let alike = (a.on_delete, a.on_update) == (b.on_delete, b.on_update);
    (order(first, second) && alike && !a.one_to_one && !b.one_to_one).then_some([first, second])
}
