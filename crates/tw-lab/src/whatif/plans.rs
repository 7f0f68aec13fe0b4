//! Plans of a user's statement with everything that is said of conditions, columns and orders. Nothing runs.
use crate::{
    LabError,
    execute::plan,
    session::Session,
    split::{Token, token},
};
use postgres::error::ErrorPosition;
use serde_json::Value;
use std::collections::BTreeSet;
use tw_model::{
    ident::{literal, quote},
    schema::Name,
};

/// Why a statement has no plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The server's words.
    pub message: String,
    /// Byte of the statement where it stopped, when it said.
    pub offset: Option<usize>,
}

/// What the planner says of a statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Plans {
    /// Root nodes of plans of the same statement.
    pub roots: Vec<Value>,
    /// Types of its parameters `$1`, `$2`, ...
    pub parameters: Vec<String>,
}

/// Settings under which a plan tells of conditions that another one hides in a hash.
const OTHER_WAYS: &[&str] = &["", "SET LOCAL enable_hashjoin = off; SET LOCAL enable_hashagg = off;"];

/// The plans of a statement; of one with parameters, for any values at all. `search_path` is where its names are looked
/// for.
pub fn plans(session: &mut Session, search_path: &str, sql: &str) -> Result<Plans, Refused> {
    let client = &mut session.client;
    let path = if search_path.is_empty() { "''" } else { search_path };
    let mut plans = Plans { roots: vec![], parameters: vec![] };
    let with_parameters = !parameters(sql).is_empty();
    for settings in OTHER_WAYS {
        let begin = format!("BEGIN READ ONLY; SET LOCAL search_path = {path}; {settings}");
        client.batch_execute(&begin).map_err(|e| refused(sql, "", &e))?;
        let root = if with_parameters {
            generic(client, sql, &mut plans.parameters)
        } else {
            plan::explain(client, "VERBOSE", sql).map_err(|e| refused(sql, "EXPLAIN (VERBOSE, FORMAT JSON) ", &e))
        };
        client.batch_execute("ROLLBACK; DEALLOCATE ALL").map_err(|e| refused(sql, "", &e))?;
        plans.roots.push(root?);
    }
    Ok(plans)
}

/// Indexes that the plan of a statement without parameters reads, by name, in the session as it is, and its
/// [kind](super::kind).
pub fn used(session: &mut Session, sql: &str) -> Result<(BTreeSet<String>, u64), LabError> {
    let plan = plan::explain(&mut session.client, "VERBOSE OFF", sql).map_err(LabError::server("no plan"))?;
    let mut used = BTreeSet::new();
    super::indexes(&plan, &mut used);
    Ok((used, super::kind(&plan)))
}

fn generic(client: &mut postgres::Client, sql: &str, types: &mut Vec<String>) -> Result<Value, Refused> {
    const HEAD: &str = "PREPARE tw_query AS ";
    client.batch_execute(&format!("{HEAD}{sql}")).map_err(|e| refused(sql, HEAD, &e))?;
    let list = "SELECT parameter_types::text[] FROM pg_catalog.pg_prepared_statements WHERE name = 'tw_query'";
    *types = client.query_one(list, &[]).map_err(|e| refused(sql, "", &e))?.get(0);
    let nulls = vec!["NULL"; types.len()].join(", ");
    client.batch_execute("SET LOCAL plan_cache_mode = force_generic_plan").map_err(|e| refused(sql, "", &e))?;
    plan::explain(client, "VERBOSE", &format!("EXECUTE tw_query({nulls})")).map_err(|e| refused(sql, "", &e))
}

fn refused(sql: &str, head: &str, error: &postgres::Error) -> Refused {
    let Some(db) = error.as_db_error() else { return Refused { message: error.to_string(), offset: None } };
    let offset = match db.position() {
        Some(ErrorPosition::Original(at)) => {
            let characters = (*at as usize).saturating_sub(1).checked_sub(head.chars().count());
            characters.map(|n| sql.char_indices().nth(n).map_or(sql.len(), |(byte, _)| byte))
        }
        _ => None,
    };
    Refused { message: db.message().to_string(), offset }
}

/// Places and numbers of the parameters in a statement.
fn parameters(sql: &str) -> Vec<(usize, usize, usize)> {
    let (mut found, mut at) = (vec![], 0);
    while at < sql.len() {
        let Ok((kind, next)) = token(sql, at) else { break };
        let digits = sql[next..].bytes().take_while(u8::is_ascii_digit).count();
        if kind == Token::Other(b'$')
            && let Ok(number) = sql[next..next + digits].parse::<usize>()
        {
            found.push((at, next + digits, number));
        }
        at = next;
    }
    found
}

/// The statement with a value in the place of each parameter; NULL for one that has none.
pub fn with_values(sql: &str, types: &[String], values: &[Option<String>]) -> String {
    let (mut out, mut at) = (String::new(), 0);
    for (from, to, number) in parameters(sql) {
        out += &sql[at..from];
        let n = number.saturating_sub(1);
        let value = values.get(n).cloned().flatten();
        let text = value.map_or("NULL".into(), |v| literal(&v));
        out += &types.get(n).map_or(text.clone(), |ty| format!("{text}::{ty}"));
        at = to;
    }
    out + &sql[at..]
}

/// The cost of a statement's plan.
pub fn cost(session: &mut Session, sql: &str) -> Result<f64, LabError> {
    let root =
        plan::explain(&mut session.client, "VERBOSE OFF", sql).map_err(LabError::server("no plan for a query"))?;
    let gone = || LabError::NotInflated { why: "EXPLAIN gave no plan with a cost".into() };
    root["Total Cost"].as_f64().ok_or_else(gone)
}

/// A value of a column as some row of the sample has it: any row's, the more common ones more likely; or the one in the
/// middle. The same each time.
pub fn value(session: &mut Session, table: &Name, column: &str, middle: bool) -> Option<String> {
    let full = format!("{}.{}", quote(&table.schema), quote(&table.name));
    let column = quote(column);
    let sql = if middle {
        format!("SELECT (percentile_disc(0.5) WITHIN GROUP (ORDER BY {column}))::text FROM {full}")
    } else {
        format!("SELECT {column}::text FROM {full} WHERE {column} IS NOT NULL ORDER BY md5(ctid::text) LIMIT 1")
    };
    session.client.query_opt(&sql, &[]).ok().flatten().and_then(|row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_found_outside_literals_and_get_values() {
        let sql = "select '$1', $1, \"$2\" from t where a = $2 and b = $$ $3 $$ limit $11";
        assert_eq!(parameters(sql).iter().map(|p| p.2).collect::<Vec<_>>(), [1, 2, 11]);
        let types = ["text".to_string(), "integer".to_string()];
        let values = [Some("it's".to_string()), None];
        assert_eq!(
            with_values("select $1 where a = $2", &types, &values),
            "select 'it''s'::text where a = NULL::integer"
        );
    }
}
