//! Queries planned on the ground: what they ask of tables, what they write, and values for their parameters.
use super::{
    ground::{DATABASE, Ground},
    workload::Query,
};
use crate::Failure;
use std::collections::BTreeSet;
use tw_lab::{
    Session,
    whatif::plans::{self, Plans, Refused},
};
use tw_model::{schema::Name, trial::Actor};
use tw_rooms::indexing::accesses::{self, Access, How};

/// A query with what its plans tell.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The query; parameters have values.
    pub query: Query,
    /// What it asks of the tables.
    pub accesses: Vec<Access>,
    /// Tables whose indexes it writes.
    pub writes: BTreeSet<Name>,
    /// Parameters that were given a value without knowing what they are compared with.
    pub blind: Vec<usize>,
}

/// Plans each query; those that the server does not take are left out and told by `tell`.
pub fn plan(
    ground: &Ground,
    queries: Vec<Query>,
    tell: &mut dyn FnMut(&Query, &Refused),
) -> Result<Vec<Planned>, Failure> {
    let mut session = ground.lab.session(DATABASE, &Actor::Lab)?;
    let mut all: Vec<Planned> = vec![];
    for mut query in queries {
        match plans::plans(&mut session, &ground.search_path, &query.sql) {
            Err(refused) => tell(&query, &refused),
            Ok(said) => {
                let accesses = accesses::accesses(all.len(), &said.roots);
                let mut writes = BTreeSet::new();
                said.roots.iter().for_each(|root| written(root, &mut writes));
                let (sql, blind) = filled_in(&mut session, &query.sql, &said, &accesses);
                query.sql = sql;
                all.push(Planned { query, accesses, writes, blind });
            }
        }
    }
    Ok(all)
}

/// Tables into which a plan puts rows: their indexes get entries. What is deleted leaves them as they are.
fn written(node: &serde_json::Value, writes: &mut BTreeSet<Name>) {
    if let (Some("Insert" | "Update" | "Merge"), Some(table)) =
        (node["Operation"].as_str(), node["Relation Name"].as_str())
    {
        writes.insert(Name::new(node["Schema"].as_str().unwrap_or("public"), table));
    }
    for child in node["Plans"].as_array().into_iter().flatten() {
        written(child, writes);
    }
}

/// The statement with values in place of its parameters: of the column that each is compared with.
fn filled_in(session: &mut Session, sql: &str, said: &Plans, accesses: &[Access]) -> (String, Vec<usize>) {
    let mut blind = vec![];
    let mut values = vec![];
    for (n, ty) in said.parameters.iter().enumerate() {
        let value = compared(accesses, n + 1).and_then(|(table, column, how)| {
            let value = plans::value(session, table, column, how == How::Range)?;
            Some(if matches!(how, How::Pattern | How::Prefix) { pattern(&value) } else { value })
        });
        if value.is_none() {
            blind.push(n + 1);
        }
        values.push(value.or_else(|| any(ty)));
    }
    (plans::with_values(sql, &said.parameters, &values), blind)
}

/// The column that a parameter is compared with.
fn compared(accesses: &[Access], number: usize) -> Option<(&Name, &str, How)> {
    let mark = format!("${number}");
    let names = |sql: &str| {
        sql.match_indices(&mark).any(|(at, _)| !sql[at + mark.len()..].starts_with(|c: char| c.is_ascii_digit()))
    };
    accesses.iter().find_map(|access| {
        let condition =
            access.conditions.iter().find(|c| names(&c.sql) && c.on.as_ref().is_some_and(|on| on.is_column))?;
        Some((&access.table, condition.columns.iter().next()?.as_str(), condition.how.clone()))
    })
}

/// A pattern that finds a few: the first letters, then anything.
fn pattern(value: &str) -> String {
    value.chars().take(4).filter(|c| !matches!(c, '%' | '_' | '\\')).collect::<String>() + "%"
}

/// A value of a type for a parameter of which nothing is known, as in `LIMIT $1` or a search for words: with NULL the
/// planner would see that nothing can be found.
fn any(ty: &str) -> Option<String> {
    match ty {
        "integer" | "bigint" | "smallint" | "numeric" | "double precision" | "real" => Some("10".into()),
        "text" | "character varying" => Some("word".into()),
        _ => None,
    }
}
