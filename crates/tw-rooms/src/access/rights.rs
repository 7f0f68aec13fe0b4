//! What each role may do to each table, worked out from the brief's rules once.
use std::collections::BTreeSet;
use tw_model::{
    Origin,
    draft::Draft,
    model::{Model, Own, Role, Verb},
    schema::Name,
};

/// One role's right to one verb on one entity.
#[derive(Clone, Debug, PartialEq)]
pub struct Right {
    /// Role name.
    pub role: String,
    /// Entity.
    pub entity: String,
    /// Verb.
    pub verb: Verb,
    /// Column symbols of the entity's own table it reaches; for append and delete all of them.
    pub columns: Vec<String>,
    /// Every column of the table is reached (the grant is on the table).
    pub whole: bool,
    /// Own rows only: any of these; empty is every row.
    pub own: Vec<Own>,
    /// The brief line.
    pub origin: Origin,
}

/// The verbs a brief speaks of.
pub const VERBS: [Verb; 4] = [Verb::Read, Verb::Append, Verb::Update, Verb::Delete];

/// The SQL privilege of a verb.
pub fn privilege(verb: Verb) -> &'static str {
    match verb {
        Verb::Read => "SELECT",
        Verb::Append => "INSERT",
        Verb::Update => "UPDATE",
        Verb::Delete => "DELETE",
    }
}

/// The word of a verb.
pub fn word(verb: Verb) -> &'static str {
    match verb {
        Verb::Read => "read",
        Verb::Append => "append",
        Verb::Update => "update",
        Verb::Delete => "delete",
    }
}

/// Every right that some rule gives and no `never` takes away.
pub fn rights(model: &Model, draft: &Draft) -> Vec<Right> {
    model
        .roles
        .iter()
        .flat_map(|role| {
            model
                .entities
                .iter()
                .flat_map(move |e| VERBS.iter().filter_map(move |v| right(model, draft, role, &e.name, *v)))
        })
        .collect()
}

/// A role's right, if it has one.
pub fn right(model: &Model, draft: &Draft, role: &Role, entity: &str, verb: Verb) -> Option<Right> {
    let given: Vec<_> = role.rules.iter().filter(|r| !r.never && r.verb == verb && r.entity == entity).collect();
    let first = given.first()?;
    let table = draft.schema.table(&Name::symbol(entity))?;
    let home = draft.homes.get(entity)?;
    let own_columns = |member: &String| -> Vec<String> {
        let paths = home.columns.get(member).into_iter().flatten();
        paths.filter_map(|p| p.strip_prefix(&format!("{entity}.")).map(String::from)).collect()
    };
    let all: Vec<String> = table.columns.iter().map(|c| c.name.clone()).collect();
    // An update never reaches a key, what the server computes, or what a trigger sets.
    let stamps = model.promises.timestamps.iter().flat_map(|t| [&t.created, &t.updated]).flatten();
    let fixed: BTreeSet<String> = table
        .primary_key()
        .iter()
        .cloned()
        .chain(table.columns.iter().filter(|c| c.generated.is_some()).map(|c| c.name.clone()))
        .chain(stamps.cloned())
        .collect();
    let reachable: Vec<String> = match verb {
        Verb::Update => all.iter().filter(|c| !fixed.contains(*c)).cloned().collect(),
        _ => all.clone(),
    };
    let named: BTreeSet<String> = if given.iter().any(|r| r.attributes.is_empty()) {
        reachable.iter().cloned().collect()
    } else {
        given.iter().flat_map(|r| r.attributes.iter().flat_map(&own_columns)).collect()
    };
    let never = |attributes: &Vec<String>| attributes.iter().flat_map(&own_columns).collect::<Vec<_>>();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for rule in role.rules.iter().filter(|r| r.never && r.entity == entity) {
        match (rule.attributes.is_empty(), rule.verb == verb) {
            (true, true) => return None,
            (false, true) => taken.extend(never(&rule.attributes)),
            _ => {}
        }
    }
    let columns: Vec<String> = all.into_iter().filter(|c| named.contains(c) && !taken.contains(c)).collect();
    if columns.is_empty() {
        return None;
    }
    let whole = match verb {
        Verb::Append | Verb::Delete => true,
        Verb::Read => columns.len() == table.columns.len(),
        Verb::Update => false,
    };
    // A rule without `own` opens every row.
    let own = if given.iter().any(|r| r.own.is_none()) {
        vec![]
    } else {
        given.iter().filter_map(|r| r.own.clone()).collect()
    };
    Some(Right {
        role: role.name.clone(),
        entity: entity.into(),
        verb,
        columns,
        whole,
        own,
        origin: first.origin.clone(),
    })
}

/// What a reader of a subtype sees of its view: the view's symbol, and the columns (none is all of them). A
/// `never` on a supertype's attribute holds for the view too.
pub fn seen_whole(model: &Model, draft: &Draft, right: &Right) -> Option<(String, Vec<String>)> {
    let home = draft.homes.get(&right.entity).filter(|h| h.read_from != h.write_to && right.verb == Verb::Read)?;
    let role = model.roles.iter().find(|r| r.name == right.role)?;
    let rules: Vec<_> = role.rules.iter().filter(|r| r.verb == Verb::Read).collect();
    let given: Vec<_> = rules.iter().filter(|r| !r.never && r.entity == right.entity).collect();
    let everything = given.iter().any(|r| r.attributes.is_empty());
    let said = |attribute: &String| given.iter().any(|r| r.attributes.contains(attribute));
    let line: Vec<&str> = supertypes(model, &right.entity);
    let never = |attribute: &String| {
        rules.iter().any(|r| r.never && line.contains(&r.entity.as_str()) && r.attributes.contains(attribute))
    };
    let seen = |attribute: &String| (everything || said(attribute)) && !never(attribute);
    let tails = |attribute: &String| home.columns[attribute].iter().filter_map(|p| p.split_once('.')).map(|(_, c)| c);
    if home.all.iter().all(seen) {
        return Some((home.read_from.clone(), vec![]));
    }
    let columns: BTreeSet<&str> = home.all.iter().filter(|a| seen(a)).flat_map(tails).collect();
    Some((home.read_from.clone(), columns.into_iter().map(String::from).collect()))
}

/// The entity and everything it is a subtype of.
fn supertypes<'a>(model: &'a Model, entity: &'a str) -> Vec<&'a str> {
    let above = |name: &&'a str| model.entity(name).and_then(|e| e.supertype.as_deref());
    std::iter::successors(Some(entity), above).take(16).collect()
}

/// Tables with row-level policies: a tenant's, and those that some role sees only in part.
pub fn guarded(model: &Model, draft: &Draft) -> BTreeSet<String> {
    let tenant = model.promises.tenant.as_deref();
    let owned = model.entities.iter().filter(|e| {
        tenant.is_some() && (crate::kit::links::tenant_of(model, e).is_some() || tenant == Some(e.name.as_str()))
    });
    let in_part = rights(model, draft).into_iter().filter(|r| !r.own.is_empty()).map(|r| r.entity);
    owned.map(|e| e.name.clone()).chain(in_part).collect()
}
