//! A function makes SQL of its arguments by concatenation.
//!
//! ## What
//! A PL/pgSQL function runs EXECUTE with a text that is put together with `||` from a variable that is not quoted.
//!
//! ## Why it matters
//! Whoever chooses the argument writes SQL that runs with the function's rights.
//!
//! ## What to do
//! Hand values in by USING; put names in with `format('%I', name)` or `quote_ident(name)`.
//!
//! ## When to accept it
//! When the variable is a number or comes from the catalogue: give it to `format` all the same.
//!
//! ## Sources
//! PostgreSQL manual, 43.5.4 Executing Dynamic Commands; OWASP SQL Injection Prevention Cheat Sheet.
//!
//! ```sql,finds
//! create function find(name text) returns void language plpgsql as $$ begin execute 'select * from users where name = ''' || name || ''''; end $$;
//! ```
//! ```sql,finds
//! create function find(t text) returns int language plpgsql as $$ begin return 1; end $$;
//! create or replace function find(t text) returns int language plpgsql as $f$
//! declare n int;
//! begin
//!   EXECUTE 'select count(*) from ' || t INTO n;
//!   return n;
//! end $f$;
//! ```
//! ```sql,finds
//! create domain label as text;
//! create procedure clear(t label) language plpgsql as $$ begin execute 'truncate ' || quote_ident('a') || t; end $$;
//! ```
//! ```sql,finds
//! create function find(t text) returns void language plpgsql as $$ declare q text; begin
//! q := concat('truncate ', t);
//! execute q;
//! end $$;
//! ```
//! ```sql,passes
//! create function find(t text, n int) returns void language plpgsql as $$
//! begin
//!   -- execute 'drop table ' || t;
//!   execute 'select * from ' || quote_ident(t) || ' where id = $1' using n;
//!   execute format('select * from %I', t);
//!   execute 'select 1' || ' limit 1';
//!   raise notice 'execute %', 'a' || t;
//! end $$;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, programs},
};
use tw_model::finding::{Severity, SubjectKind};

/// The rule.
pub const RULE: Rule = Rule {
    id: "access/concatenated-sql",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("concatenated_sql.rs"),
    check,
    proof: None,
};

/// What is safe to put into a statement.
const QUOTED: &[&str] = &["quote_ident(", "quote_literal(", "quote_nullable(", "format(", "''", "$1", "tg_"];

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for f in scene.schema.functions.iter().filter(|f| !f.aggregate && programs::language(f) == "plpgsql") {
        let code = programs::code(f);
        if let Some(part) = statements(&code).map(|s| built(&code, s)).find_map(open) {
            let path = format!("{}({})", crate::rule::path(&f.name), f.arguments);
            let message = format!("{} puts {part} into a statement unquoted", f.name.name);
            out.push(Spot::at(SubjectKind::Function, path, message).fact(part));
        }
    }
    out
}

/// What follows EXECUTE up to INTO, USING or the end of the statement.
fn statements(code: &str) -> impl Iterator<Item = &str> {
    let starts = code.match_indices("execute ").filter(|(at, _)| {
        // The word itself, and not GRANT EXECUTE ON or a trigger's EXECUTE FUNCTION.
        !code[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_')
    });
    starts.map(|(at, word)| {
        let rest = &code[at + word.len()..];
        let end = [";", " into ", " using ", " loop "].iter().filter_map(|e| rest.find(e)).min();
        &rest[..end.unwrap_or(rest.len())]
    })
}

/// What a statement was made of: where it is a variable, what was assigned to that.
fn built<'c>(code: &'c str, statement: &'c str) -> &'c str {
    let name = statement.trim();
    let word = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let assigned = code.rsplit_once(&format!(" {name} := ")).filter(|_| word);
    assigned.and_then(|(_, rest)| rest.split(';').next()).unwrap_or(statement)
}

/// A part that is joined in and is neither a literal nor quoted.
fn open(statement: &str) -> Option<&str> {
    let joined = statement.trim_start_matches('(').strip_prefix("concat(");
    if joined.is_none() && !statement.contains("||") || statement.starts_with("format(") {
        return None;
    }
    let parts = joined.unwrap_or(statement).split(if joined.is_some() { "," } else { "||" }).map(str::trim);
    parts.map(|p| p.trim_matches(['(', ')', ' '])).find(|part| {
        let name = part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        name && !QUOTED.iter().any(|q| part.contains(q)) && !part.contains('(') && !part.contains("::int")
    })
}
