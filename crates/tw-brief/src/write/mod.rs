//! From a model back to brief text: what [`crate::read`] makes the same model of.
//!
//! Only what an element says is looked at, not where it came from: expressions and statements are written as their
//! texts. A volume that was assumed is left out, as the gap says.
mod access;
mod entity;
mod names;
mod plain;
mod workload;

use plain::duration;
use tw_model::model::{
    Action, Entity, InvariantRule, KeyKind, Model, Place, Promises, Query, RawSql, Relation, Role, Side,
};
use tw_model::sql::EntityExpr;

/// The brief that says what the model holds, in canonical spacing.
pub fn write(model: &Model) -> String {
    let mut out = format!("# {}\n\n{}", model.title, paragraphs(&model.purpose));
    section(&mut out, "Promises", promises(&model.promises));
    let mut concepts: Vec<String> = model.relations.iter().map(relation).collect();
    concepts.extend(model.views.iter().map(|v| format!("view {}: {}", v.name, v.statement.text)));
    out += "## Concepts\n\n";
    items(&mut out, &concepts);
    for entity in model.entities.iter().filter(|e| has_section(model, e)) {
        out += &entity::section(model, entity);
    }
    for raw in &model.raw {
        out += &fence(raw);
    }
    section(
        &mut out,
        "Invariants",
        model.invariants.iter().map(|i| format!("{}: {}", i.name, rule(&i.rule))).collect(),
    );
    section(&mut out, "Workload", model.workload.iter().map(query).collect());
    section(&mut out, "Access", model.roles.iter().map(role).collect());
    section(&mut out, "Names", model.names.iter().map(names::line).collect());
    let out = out.trim_end().to_string() + "\n";
    crate::format(&out).unwrap_or(out)
}

fn query(query: &Query) -> String {
    workload::query(query)
}

fn role(role: &Role) -> String {
    access::role(role)
}

/// The pair of a many-to-many relation without `via` is implied: it has nothing of its own to say.
fn has_section(model: &Model, entity: &Entity) -> bool {
    !model.relations.iter().any(|r| r.many_to_many() && r.via.is_none() && r.via_name() == entity.name)
}

fn section(out: &mut String, heading: &str, lines: Vec<String>) {
    if !lines.is_empty() {
        *out += &format!("## {heading}\n\n");
        items(out, &lines);
    }
}

fn items(out: &mut String, lines: &[String]) {
    for line in lines {
        *out += &format!("- {line}\n");
    }
    if !lines.is_empty() {
        out.push('\n');
    }
}

fn paragraphs(prose: &str) -> String {
    if prose.is_empty() { String::new() } else { format!("{prose}\n\n") }
}

/// A block whose fence is longer than any in it.
fn fence(raw: &RawSql) -> String {
    let longest = raw.body.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let ticks = "`".repeat(longest.max(2) + 1);
    let place = match raw.place {
        Place::First => " first",
        Place::After => "",
        Place::Last => " last",
    };
    format!("{ticks}sql{place}\n{}\n{ticks}\n\n", raw.body.trim_end_matches('\n'))
}

fn promises(p: &Promises) -> Vec<String> {
    let mut out = vec![];
    if let Some(engine) = &p.engine {
        let version = engine.version.as_ref().map(|v| format!(" {v}{}", if engine.or_later { "+" } else { "" }));
        out.push(format!("engine: {}{}", engine.name, version.unwrap_or_default()));
    }
    if p.origins.contains_key("keys") || p.keys != KeyKind::Uuid {
        out.push(format!("keys: {}", key_kind(p.keys)));
    }
    out.extend(p.tenant.as_ref().map(|t| format!("tenant: {t}")));
    if let Some(percent) = &p.availability_percent {
        let incident = p.longest_incident_s.map(|s| format!(", longest incident {}", duration(s)));
        out.push(format!("availability: {percent}%{}", incident.unwrap_or_default()));
    }
    out.extend(p.rpo_s.map(|s| format!("rpo: {}", duration(s))));
    out.extend(p.rto_s.map(|s| format!("rto: {}", duration(s))));
    out.extend(p.copies.map(|n| format!("copies: {n}")));
    out.extend(p.horizon_days.map(|n| format!("horizon: {n} days")));
    if let Some(m) = &p.machine {
        let storage = if m.ssd { "ssd" } else { "disk" };
        out.push(format!("machine: {} cores, {}GB, {storage} {}GB", m.cores, m.memory_gb, m.storage_gb));
    }
    if let Some(t) = &p.timestamps {
        let names: Vec<&str> = t.created.iter().chain(&t.updated).map(String::as_str).collect();
        let on = if t.only_what_changes { "what changes" } else { "everything" };
        out.push(format!("timestamps: {} on {on}", names.join(", ")));
    }
    out.extend(p.naming.iter().map(|rule| format!("naming: {} {}", rule.object, rule.pattern)));
    out.extend(p.schema.as_ref().map(|s| format!("schema: {s}")));
    out.extend(p.nothing_added.then(|| "additions: none".to_string()));
    out
}

fn key_kind(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Uuid => "uuid",
        KeyKind::Bigint => "bigint",
    }
}

fn relation(relation: &Relation) -> String {
    let via = relation.via.as_ref().map(|v| format!(" via {v}")).unwrap_or_default();
    let action = |on: &str, action: Option<Action>| {
        action.map(|a| format!(", on {on} {}", a.sql().to_lowercase())).unwrap_or_default()
    };
    format!(
        "{} {} --({})--> {} {}{via}{}{}",
        side(&relation.from),
        how_many(&relation.from),
        relation.verb,
        how_many(&relation.to),
        side(&relation.to),
        action("delete", relation.on_delete),
        action("update", relation.on_update),
    )
}

fn side(side: &Side) -> String {
    match &side.role {
        Some(role) => format!("[{} as {role}]", side.entity),
        None => format!("[{}]", side.entity),
    }
}

fn how_many(side: &Side) -> String {
    match (side.min, side.max) {
        (0, None) => "*".into(),
        (min, None) => format!("{min}..*"),
        (min, Some(max)) if min == max => format!("{min}"),
        (min, Some(max)) => format!("{min}..{max}"),
    }
}

fn filter(filter: &Option<EntityExpr>) -> String {
    filter.as_ref().map(|f| format!(" where {}", f.text)).unwrap_or_default()
}

fn rule(rule: &InvariantRule) -> String {
    match rule {
        InvariantRule::AtMost { limit, entity, per, filter: told } => {
            format!("at most {limit} {entity} per {per}{}", filter(told))
        }
        InvariantRule::SumEquals { part, amount, whole, total } => {
            format!("sum({part}.{amount}) = {total} per {whole}")
        }
        InvariantRule::Always { entity, predicate } => format!("({}) for every {entity}", predicate.text),
        InvariantRule::NoRow { statement } => format!("no row: {}", statement.text),
    }
}
