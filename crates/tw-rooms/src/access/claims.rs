//! What is claimed of access: every role, table and verb.
use super::{
    AT,
    design::has_policies,
    policies::{TENANT_POLICY, policy_symbol, tenant_key},
    rights::{Right, VERBS, privilege, right, rights, seen_whole, word},
};
use crate::kit::{
    claim,
    queries::{entities_of, filled_in, view_of, views_read},
    steps::Physical,
};
use tw_model::{
    Path,
    change::Fact,
    claim::{Claim, ClaimId},
    draft::Draft,
    model::{Model, Query, Role, Verb},
};

pub(super) fn claims(model: &Model, draft: &Draft) -> Vec<Claim> {
    let mut all = vec![];
    for role in &model.roles {
        for entity in &model.entities {
            for verb in VERBS {
                all.push(match right(model, draft, role, &entity.name, verb) {
                    Some(right) => may(model, draft, &right, has_policies(model, draft, &entity.name)),
                    None => may_not(draft, role, &entity.name, verb),
                });
            }
        }
        let statement =
            format!("{} cannot become another role, run a program, read a file or change the schema", role.name);
        let mut c = claim(AT, "powers", Path::new(&role.name), statement, &role.origin);
        c.rests_on = vec![Fact::role(&role.name)];
        all.push(c);
    }
    for right in rights(model, draft).iter().filter(|r| !r.own.is_empty() && r.verb == Verb::Read) {
        all.push(own(draft, right));
    }
    for entity in
        model.entities.iter().filter(|e| has_policies(model, draft, &e.name) && tenant_key(model, e).is_some())
    {
        if let Some(reader) =
            rights(model, draft).iter().find(|r| r.entity == entity.name && r.verb == Verb::Read && r.own.is_empty())
        {
            let statement = format!("a session sees and writes the rows of {} of its own tenant only", entity.name);
            let mut c = claim(AT, "tenant", entity.path(), statement, &reader.origin);
            let p = Physical(draft);
            let table = p.table(&entity.name).name;
            c.rests_on = vec![Fact::row_security(&table), Fact::policy(&table, &p.member(&entity.name, TENANT_POLICY))];
            c.rests_on.extend(grants(draft, reader));
            c.presumes = vec![may_id(reader)];
            all.push(c);
        }
    }
    all.extend(model.workload.iter().filter_map(|q| prepared(model, draft, q)));
    all
}

fn subject(role: &str, verb: Verb, entity: &str) -> Path {
    Path::new(role).join(word(verb)).join(entity)
}

fn may_id(right: &Right) -> ClaimId {
    ClaimId::new("access/may", &subject(&right.role, right.verb, &right.entity))
}

/// The grants a right is made of.
pub(super) fn grants(draft: &Draft, right: &Right) -> Vec<Fact> {
    let p = Physical(draft);
    let table = p.table(&right.entity).name;
    if right.whole {
        return vec![Fact::grant(&right.role, privilege(right.verb), &table)];
    }
    p.members(&right.entity, &right.columns)
        .iter()
        .map(|c| Fact::grant(&right.role, privilege(right.verb), &format!("{table}.{c}")))
        .collect()
}

/// The grants on the view of a subtype that a right is made of besides, and the view.
fn view_facts(model: &Model, draft: &Draft, right: &Right) -> Vec<Fact> {
    let Some((view, columns)) = seen_whole(model, draft, right) else { return vec![] };
    let physical = draft.name(&view);
    let select = |on: &str| Fact::grant(&right.role, privilege(Verb::Read), on);
    let on = |c: &String| select(&format!("{physical}.{}", draft.name(&format!("{view}.{c}"))));
    let mut facts: Vec<Fact> = columns.iter().map(on).collect();
    facts.push(select(&physical));
    facts.push(Fact::view(&physical));
    facts
}

fn may(model: &Model, draft: &Draft, right: &Right, guarded: bool) -> Claim {
    let of = if right.whole || right.columns.is_empty() {
        String::new()
    } else {
        format!(" ({} and no other column)", right.columns.join(", "))
    };
    let rows = if right.own.is_empty() { "" } else { ", its own rows" };
    let statement = format!("{} may {} {}{of}{rows}", right.role, word(right.verb), right.entity);
    let mut c = claim(AT, "may", subject(&right.role, right.verb, &right.entity), statement, &right.origin);
    c.rests_on = grants(draft, right);
    c.rests_on.extend(view_facts(model, draft, right));
    if guarded && matches!(right.verb, Verb::Read | Verb::Append) {
        let p = Physical(draft);
        c.rests_on.push(Fact::policy(&p.table(&right.entity).name, &p.member(&right.entity, &policy_symbol(right))));
    }
    if !right.whole {
        // A grant on the whole table would reach the other columns.
        c.rests_on.push(Fact::grant(&right.role, privilege(right.verb), &Physical(draft).table(&right.entity).name));
    }
    c
}

fn may_not(draft: &Draft, role: &Role, entity: &str, verb: Verb) -> Claim {
    let statement = format!("{} may not {} {entity}", role.name, word(verb));
    let mut c = claim(AT, "may-not", subject(&role.name, verb, entity), statement, &role.origin);
    c.rests_on = vec![Fact::grant(&role.name, privilege(verb), &Physical(draft).table(entity).name)];
    if let (Verb::Read, Some(view)) = (verb, view_of(draft, entity)) {
        c.rests_on.push(view);
    }
    c
}

fn own(draft: &Draft, right: &Right) -> Claim {
    let statement = format!("{} sees its own rows of {} and no other", right.role, right.entity);
    let mut c = claim(AT, "own", Path::new(&right.role).join(&right.entity), statement, &right.origin);
    let p = Physical(draft);
    let table = p.table(&right.entity).name;
    c.rests_on =
        vec![Fact::row_security(&table), Fact::policy(&table, &p.member(&right.entity, &policy_symbol(right)))];
    c.rests_on.extend(grants(draft, right));
    c.presumes = vec![may_id(right)];
    c
}

/// A query rests on every grant of its role on what it touches. None for a query that nobody runs.
fn prepared(model: &Model, draft: &Draft, query: &Query) -> Option<Claim> {
    let role = query.role.as_ref()?;
    let statement = format!("{} runs as {role} with bound values, and a hostile value stays a value", query.name);
    let mut c = claim(AT, "prepared", Path::new(&query.name), statement, &query.origin);
    c.rests_on = filled_in(draft, query);
    let views = views_read(draft, query);
    let touched: Vec<String> = entities_of(model, query).iter().map(|e| e.name.clone()).collect();
    for right in rights(model, draft).iter().filter(|r| &r.role == role && touched.contains(&r.entity)) {
        if uses(query, right) {
            let of_view = view_facts(model, draft, right);
            if of_view.iter().any(|fact| views.contains(fact)) {
                c.rests_on.extend(of_view);
            } else {
                c.rests_on.extend(grants(draft, right));
            }
            c.presumes.push(may_id(right));
        }
    }
    c.rests_on.extend(views);
    Some(c)
}

/// True when the query needs the right: it scans (read) or writes (the verb) the entity.
fn uses(query: &Query, right: &Right) -> bool {
    query.statements.iter().any(|s| match right.verb {
        Verb::Read => {
            s.sql.scans.iter().any(|x| x.entity == right.entity && (!x.reads.is_empty() || !x.predicates.is_empty()))
        }
        verb => s.sql.writes.as_ref().is_some_and(|w| w.entity == right.entity) && verb_of(s.sql.kind) == Some(verb),
    })
}

fn verb_of(kind: tw_model::sql::StatementKind) -> Option<Verb> {
    use tw_model::sql::StatementKind::*;
    match kind {
        Select => None,
        Insert => Some(Verb::Append),
        Update => Some(Verb::Update),
        Delete => Some(Verb::Delete),
    }
}
