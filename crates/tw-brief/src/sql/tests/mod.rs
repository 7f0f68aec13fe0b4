//! A small world of entities, and what statements over it become.
mod expressions;
mod laws;
mod problems;
mod rendered;
mod scans;

use super::*;
use tw_model::sql::{MappedColumn, MappedRelation, Mapping};

fn attribute(name: &str, target: Option<&str>, values: &[&str]) -> ScopeAttribute {
    ScopeAttribute {
        name: name.into(),
        target: target.map(String::from),
        values: values.iter().map(|v| v.to_string()).collect(),
    }
}

fn entity(key: &[&str], attributes: Vec<ScopeAttribute>) -> ScopeEntity {
    ScopeEntity { key: key.iter().map(|k| k.to_string()).collect(), attributes }
}

/// A bank, a shop whose entities and ends are called `Order` and `order`, and a hospital with weak
/// entities, so composite keys.
pub(super) fn scope() -> Scope {
    let plain = |name: &str| attribute(name, None, &[]);
    let end = |name: &str, target: &str| attribute(name, Some(target), &[]);
    let entities = [
        ("User", entity(&[], vec![plain("username"), plain("email"), plain("active"), plain("tags")])),
        (
            "Account",
            entity(
                &[],
                vec![
                    end("user", "User"),
                    plain("balance"),
                    attribute("account_type", None, &["Checking", "Savings", "Credit"]),
                    attribute("status", None, &["active", "closed", "suspended", "check", "on hold"]),
                ],
            ),
        ),
        (
            "Transaction",
            entity(
                &[],
                vec![
                    end("account", "Account"),
                    plain("amount"),
                    attribute("transaction_type", None, &["Deposit", "Withdrawal", "Transfer", "Fee"]),
                    plain("transaction_date"),
                    plain("description"),
                ],
            ),
        ),
        (
            "Order",
            entity(
                &[],
                vec![
                    end("user", "User"),
                    attribute("status", None, &["cart", "placed"]),
                    plain("placed_at"),
                    plain("details"),
                ],
            ),
        ),
        ("OrderLine", entity(&["order", "line_no"], vec![end("order", "Order"), plain("line_no"), plain("amount")])),
        ("Ward", entity(&["name"], vec![plain("name")])),
        ("Bed", entity(&["ward", "number"], vec![end("ward", "Ward"), plain("number")])),
        ("Booking", entity(&[], vec![end("bed", "Bed"), end("from", "Ward"), plain("during"), plain("note")])),
        ("Employee", entity(&[], vec![plain("name"), end("manager", "Employee")])),
    ];
    Scope { entities: entities.into_iter().map(|(n, e)| (n.to_string(), e)).collect() }
}

/// Columns of a name: ends take the parts of their target's key.
fn columns(scope: &Scope, entity: &str, name: &str) -> Vec<String> {
    let of = &scope.entities[entity];
    if name == "key" {
        return match of.key.as_slice() {
            [] => vec![format!("{}_id", tw_model::model::snake_case(entity))],
            parts => parts.iter().flat_map(|p| columns(scope, entity, p)).collect(),
        };
    }
    match of.attribute(name).and_then(|a| a.target.as_ref()) {
        None => vec![tw_model::ident::quote(name)],
        Some(target) => {
            let parts = columns(scope, target, "key");
            let only = parts.len() == 1;
            let part = |p: &String| {
                if only { format!("{name}_id") } else { format!("{name}_{p}") }
            };
            parts.iter().map(part).collect()
        }
    }
}

/// Plural tables, `_id` keys; everything ours that a naming room could do.
pub(super) fn mapping(scope: &Scope) -> Mapping {
    let column = |name: String| MappedColumn { name, ty: "text".into() };
    let relation = |(name, of): (&String, &ScopeEntity)| {
        let names = of.attributes.iter().map(|a| a.name.clone());
        let key = of.key.is_empty().then(|| "key".to_string());
        let table = format!("{}s", tw_model::model::snake_case(name));
        let mapped = MappedRelation {
            read_from: table.clone(),
            write_to: table,
            key: columns(scope, name, "key").into_iter().map(column).collect(),
            columns: names
                .clone()
                .map(|a| (a.clone(), columns(scope, name, &a).into_iter().map(column).collect()))
                .collect(),
            all: key.into_iter().chain(names).collect(),
        };
        (name.clone(), mapped)
    };
    Mapping { relations: scope.entities.iter().map(relation).collect() }
}

/// What statements may name: a ward and a count with what they hold, the rest as an earlier statement gave them.
pub(super) fn params() -> Vec<Param> {
    let names = [
        "a", "account", "after", "amount", "b", "bed", "before", "day", "email", "from", "id", "k", "n", "name",
        "order", "q", "since", "text", "to", "type", "user", "x", "y",
    ];
    let unknown = names.map(|n| (n, Holds::Unknown));
    let row = |of: &str| Holds::Row(of.into());
    let known = [("a_bed", row("Bed")), ("ward", row("Ward")), ("someone", row("User")), ("count", Holds::Value)];
    unknown.into_iter().chain(known).map(|(name, holds)| Param { name: name.into(), holds }).collect()
}

/// Resolves, or says what is wrong.
pub(super) fn resolved(text: &str) -> EntitySql {
    match statement(text, &scope(), &params()) {
        Ok(sql) => sql,
        Err(problems) => panic!("{text}\n{}", shown(text, &problems)),
    }
}

/// Each parameter as `:name`, and as two columns where it names a bed.
pub(super) fn rendered(sql: &EntitySql) -> String {
    let mapping = mapping(&scope());
    tw_model::render::statement_with(sql, &mapping, &mut |name| match name {
        "bed" | "a_bed" => vec![":'bed_1'".into(), ":'bed_2'".into()],
        _ => vec![format!(":'{name}'")],
    })
}

pub(super) fn shown(text: &str, problems: &[Problem]) -> String {
    problems
        .iter()
        .map(|p| {
            let at = text.get(p.start..p.end).unwrap_or("?");
            format!("[{at}] {} ({}); {}\n", p.what, p.why, p.help)
        })
        .collect()
}
