//! A function says that it is immutable and is not.
//!
//! ## What
//! A function is IMMUTABLE, and its text reads a table, the clock, a setting or a random number.
//!
//! ## Why it matters
//! The server trusts the word: indexes and generated columns keep what the function said once, and searches then miss
//! rows; plans keep old answers.
//!
//! ## What to do
//! Say STABLE, or give it what it needs as an argument. Build indexes over it again.
//!
//! ## When to accept it
//! Never where an index uses it.
//!
//! ## Sources
//! PostgreSQL manual, 38.7 Function Volatility Categories.
//!
//! ```sql,finds
//! create table rates (code text primary key, rate numeric);
//! create function rate_of(text) returns numeric language sql immutable as 'select rate from rates where code = $1';
//! ```
//! ```sql,finds
//! create function age_of(d date) returns int language plpgsql as $$ begin return current_date - d; end $$;
//! alter function age_of(date) immutable;
//! ```
//! ```sql,finds
//! create function setting() returns text language plpgsql immutable as $$ begin return current_setting('app.name'); end $$;
//! ```
//! ```sql,finds
//! create domain share as numeric;
//! create function draw() returns share language sql immutable as $$ select random()::numeric $$;
//! ```
//! ```sql,passes
//! create function tidy(t text) returns text language sql immutable as $$ select lower(trim(t)) -- now() reads no clock here $$;
//! create function total(a numeric[]) returns numeric language sql immutable as $$ select sum(x) from unnest(a) x $$;
//! create function year_of(d date) returns int language sql immutable as $$ select extract(year from d)::int $$;
//! create function now_of() returns timestamptz language sql stable as $$ select now() $$;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, programs},
};
use tw_model::finding::{Severity, SubjectKind};

/// The rule.
pub const RULE: Rule = Rule {
    id: "indexing/false-immutable",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("false_immutable.rs"),
    check,
    proof: None,
};

/// Calls whose answer is another tomorrow.
const CHANGING: &[&str] = &[
    "now()",
    "current_date",
    "current_timestamp",
    "localtimestamp",
    "clock_timestamp()",
    "statement_timestamp()",
    "random()",
    "current_setting(",
    "gen_random_uuid()",
    "nextval(",
    "current_user",
    "session_user",
];

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for f in scene.schema.functions.iter().filter(|f| !f.aggregate) {
        if !programs::is_immutable(f) || !matches!(programs::language(f).as_str(), "sql" | "plpgsql") {
            continue;
        }
        let code = programs::code(f);
        let calls = CHANGING.iter().find(|call| code.contains(**call)).map(|call| call.trim_matches(['(', ')']));
        let reads = || scene.tables.iter().find(|t| reads(&code, t.table)).map(|t| t.name().name.as_str());
        if let Some(what) = calls.or_else(reads) {
            let path = format!("{}({})", crate::rule::path(&f.name), f.arguments);
            let message = format!("{} says that it is immutable and asks {what}", f.name.name);
            out.push(Spot::at(SubjectKind::Function, path, message));
        }
    }
    out
}

/// The code selects from the table.
fn reads(code: &str, table: &tw_model::schema::Table) -> bool {
    let (name, space) = (table.name.name.to_lowercase(), table.name.schema.to_lowercase());
    let follows = |at: usize| code[at..].chars().next().is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != '(');
    [format!("from {name}"), format!("from {space}.{name}"), format!("join {name}"), format!("join {space}.{name}")]
        .iter()
        .any(|text| code.match_indices(text.as_str()).any(|(at, found)| follows(at + found.len())))
}
