//! Workload queries made runnable: arguments drawn from the sample, text over the design or over the
//! plain tables; and as calls of a mix.
use super::Ground;
use tw_model::{
    change::Fact,
    draft::Draft,
    ident::quote,
    model::{Attribute, Entity, Model, ParamType, Query, Value},
    render,
    sql::{EntitySql, StatementKind},
};

mod call;
mod draw;
mod tenant;

pub use call::{call, mix};
pub use draw::arguments;
pub use tenant::tenant_value;

/// Which tables a query runs over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// One plain table per concept.
    Plain,
    /// The design's tables.
    Design,
}

/// The statement with kept values in place of its parameters. Values returned by an earlier plain
/// statement are kept under `plain_x`, so that the two sides do not mix.
pub fn with_arguments(ground: &Ground, query: &Query, sql: &EntitySql, side: Side) -> String {
    with_pasted(ground, query, sql, side, None)
}

/// The same, with a text pasted after one parameter's value, as string building would.
pub fn with_pasted(ground: &Ground, query: &Query, sql: &EntitySql, side: Side, paste: Option<(&str, &str)>) -> String {
    let design = ground.draft.mapping();
    let mapping = if side == Side::Plain { ground.plain } else { &design };
    render::statement_with(sql, mapping, &mut |name| {
        let known = query.params.iter().find(|p| p.name == name);
        let prefix = if known.is_none() && side == Side::Plain { "plain_" } else { "" };
        let parts = render::param_types(name, mapping, &query.params).len();
        let cast = match known.map(|p| &p.ty) {
            Some(ParamType::Type { ty }) => format!("::{}", ty.sql),
            _ => String::new(),
        };
        let pasted = paste.filter(|(p, _)| *p == name).map_or("", |(_, text)| text);
        kept_names(&format!("{prefix}{name}"), parts).into_iter().map(|n| format!(":'{n}'{cast}{pasted}")).collect()
    })
}

/// `SELECT` of everything an entity holds. With `identity` also what the server makes (surrogate keys,
/// ends, row timestamps); without, only what statements say.
pub fn contents(ground: &Ground, entity: &Entity, side: Side, identity: bool) -> String {
    let design = ground.draft.mapping();
    let mapping = if side == Side::Plain { ground.plain } else { &design };
    let relation = &mapping.relations[&entity.name];
    // A default that follows the clock is another in each run, so it is no part of a receipt.
    let timeless = |a: &Attribute| {
        !matches!(&a.default, Some(Value::Now))
            && !matches!(&a.default, Some(Value::Expression(e)) if e.to_lowercase().contains("current_") || e.contains("now"))
    };
    let said = |member: &&String| identity || entity.attribute(member).is_some_and(timeless);
    let columns: Vec<String> =
        relation.all.iter().filter(said).flat_map(|m| relation.columns[m].iter().map(|c| c.name.clone())).collect();
    format!("SELECT {} FROM {}", columns.join(", "), relation.read_from)
}

/// Names under which a parameter's parts are kept.
pub fn kept_names(name: &str, parts: usize) -> Vec<String> {
    if parts == 1 { vec![name.to_string()] } else { (1..=parts).map(|n| format!("{name}_{n}")).collect() }
}

/// `PREPARE name(types) AS statement` over the design, and the parts of its parameters in order.
pub fn prepared(ground: &Ground, query: &Query, statement: usize) -> Option<(String, render::Rendered)> {
    let sql = &query.statements.get(statement)?.sql;
    let rendered = render::statement(sql, &ground.draft.mapping(), &query.params);
    let name =
        if query.statements.len() == 1 { query.name.clone() } else { format!("{}_{}", query.name, statement + 1) };
    Some((quote(&name), rendered))
}

/// Facts that the inserts of a query lean on: what the server fills in for columns that are left out.
pub fn filled_in(draft: &Draft, query: &Query) -> Vec<Fact> {
    let p = super::steps::Physical(draft);
    let mut facts = vec![];
    for write in
        query.statements.iter().filter(|s| s.sql.kind == StatementKind::Insert).filter_map(|s| s.sql.writes.as_ref())
    {
        let Some(home) = draft.homes.get(&write.entity) else { continue };
        let given: Vec<&String> = write.attributes.iter().filter_map(|a| home.columns.get(a)).flatten().collect();
        let Some(table) = super::steps::table(draft, &home.write_to) else { continue };
        let physical = p.table(&home.write_to).name;
        for column in table.columns.iter().filter(|c| c.not_null) {
            if given.iter().any(|path| **path == format!("{}.{}", home.write_to, column.name)) {
                continue;
            }
            let name = p.member(&home.write_to, &column.name);
            if column.default.is_some() {
                facts.push(Fact::default(&physical, &name));
            }
            if column.identity.is_some() {
                facts.push(Fact::generated(&physical, &name));
            }
        }
    }
    facts
}

/// The views that a query reads.
pub fn views_read(draft: &Draft, query: &Query) -> Vec<Fact> {
    let mapping = draft.mapping();
    let texts: Vec<String> =
        query.statements.iter().map(|s| render::statement(&s.sql, &mapping, &query.params).sql).collect();
    let mentions =
        |name: &str| texts.iter().any(|t| t.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name));
    let names = draft.schema.views.iter().map(|v| draft.name(&v.name.name));
    names.filter(|name| mentions(name)).map(|name| Fact::view(&name)).collect()
}

/// The view that an entity is read from, when it is not read from its own table.
pub fn view_of(draft: &Draft, entity: &str) -> Option<Fact> {
    let home = draft.homes.get(entity).filter(|h| h.read_from != h.write_to)?;
    Some(Fact::view(&draft.name(&home.read_from)))
}

/// Entities that a query reads or writes.
pub fn entities_of<'a>(model: &'a Model, query: &Query) -> Vec<&'a Entity> {
    let mut names: Vec<&str> =
        query.statements.iter().flat_map(|s| s.sql.scans.iter().map(|x| x.entity.as_str())).collect();
    names.extend(query.statements.iter().filter_map(|s| s.sql.writes.as_ref().map(|w| w.entity.as_str())));
    names.sort();
    names.dedup();
    names.iter().filter_map(|n| model.entity(n)).collect()
}
