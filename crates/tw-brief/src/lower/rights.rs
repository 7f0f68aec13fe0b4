//! A query is run by a role that may do what it does.
use super::Known;
use crate::cursor::Sp;
use crate::diagnostic::Fault;
use crate::syntax::Brief;
use std::collections::BTreeSet;
use tw_model::model::{Model, Role, Verb};
use tw_model::sql::{EntitySql, StatementKind};

/// Reports each query whose role lacks a right that one of its statements needs.
pub(crate) fn check(brief: &Brief, known: &Known, model: &Model, faults: &mut Vec<Fault>) {
    for line in &brief.queries {
        let Some(word) = &line.role else {
            continue;
        };
        let role = model.roles.iter().find(|r| r.name == word.v);
        let query = model.workload.iter().find(|q| q.name == line.name.v);
        let (Some(role), Some(query)) = (role, query) else {
            continue;
        };
        let mut lacking = BTreeSet::new();
        for statement in &query.statements {
            lacking.extend(needs(&statement.sql).into_iter().filter_map(|need| lacks(role, known, &need)));
        }
        faults.extend(lacking.iter().map(|what| fault(word, &line.name.v, what)));
    }
}

fn fault(role: &Sp<String>, query: &str, what: &str) -> Fault {
    Fault::new(role.span.clone(), format!("{} may not {what}, and {query} does", role.v))
        .why("what is not allowed under `## Access` is forbidden")
        .help("allow it there, or let another role run the query")
}

/// A right that a statement needs: a verb on some attributes; none named is any one of them.
struct Need {
    verb: Verb,
    entity: String,
    attributes: Vec<String>,
}

fn needs(sql: &EntitySql) -> Vec<Need> {
    let reads = sql.scans.iter().map(|scan| Need {
        verb: Verb::Read,
        entity: scan.entity.clone(),
        attributes: scan.reads.clone(),
    });
    // A lock on a row asks for the right to change it.
    let locks = sql.locks.iter().map(|entity| Need { verb: Verb::Update, entity: entity.clone(), attributes: vec![] });
    let mut out: Vec<Need> = reads.chain(locks).collect();
    if let Some(write) = &sql.writes {
        let verb = match sql.kind {
            StatementKind::Insert => Verb::Append,
            StatementKind::Update => Verb::Update,
            StatementKind::Delete => Verb::Delete,
            StatementKind::Select => return out,
        };
        // A row is deleted without reading or writing any attribute of it by name.
        if verb == Verb::Delete {
            out.retain(|need| need.entity != write.entity || !need.attributes.is_empty());
        }
        out.push(Need { verb, entity: write.entity.clone(), attributes: write.attributes.clone() });
    }
    out
}

/// What the role lacks of it, in words.
fn lacks(role: &Role, known: &Known, need: &Need) -> Option<String> {
    let verb = match need.verb {
        Verb::Read => "read",
        Verb::Append => "append",
        Verb::Update => "update",
        Verb::Delete => "delete",
    };
    let on = |never: bool| {
        role.rules.iter().filter(move |r| r.never == never && r.verb == need.verb && r.entity == need.entity)
    };
    let whole = || Some(format!("{verb} {}", need.entity));
    if on(false).next().is_none() || on(true).any(|r| r.attributes.is_empty()) {
        return whole();
    }
    let key = known.scope.entities.get(&need.entity).map(|e| e.key.clone()).unwrap_or_default();
    let named = |a: &String| if a == "key" && !key.is_empty() { key.clone() } else { vec![a.clone()] };
    let allowed = |attribute: &String| {
        on(false).any(|r| r.attributes.is_empty() || r.attributes.contains(attribute))
            && !on(true).any(|r| r.attributes.contains(attribute))
    };
    let missing: BTreeSet<String> = need.attributes.iter().flat_map(named).filter(|a| !allowed(a)).collect();
    if missing.is_empty() {
        return None;
    }
    let missing: Vec<String> = missing.into_iter().collect();
    Some(format!("{verb} {}({})", need.entity, missing.join(", ")))
}
