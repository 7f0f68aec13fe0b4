//! A function puts an argument into SQL with %s.
//!
//! ## What
//! A PL/pgSQL function runs EXECUTE format(...), and the argument that stands at a `%s` is a text that the caller
//! gives.
//!
//! ## Why it matters
//! `%s` puts the text in as it is: whoever chooses it writes SQL that runs with the function's rights. That format
//! is used makes it look safe.
//!
//! ## What to do
//! Write %I for names and %L for values, or hand values in by USING with $1.
//!
//! ## When to accept it
//! When the text is one of a list that the function has looked at before.
//!
//! ## Sources
//! PostgreSQL manual, 9.4.1 format; 43.5.4 Executing Dynamic Commands.
//!
//! ```sql,finds
//! create function find(name text) returns void language plpgsql as $$ begin execute format('select * from users where name = %s', name); end $$;
//! ```
//! ```sql,finds
//! create function find(t text) returns int language plpgsql as $$ begin return 1; end $$;
//! create or replace function find(t text) returns int language plpgsql as $f$
//! declare n int;
//! begin
//!   EXECUTE format('select count(*) from %I where a = %L order by %s', 'x', 'y', t) INTO n;
//!   return n;
//! end $f$;
//! ```
//! ```sql,finds
//! create domain label as text;
//! create procedure clear(n int, t label) language plpgsql as $$ begin execute format($q$truncate %2$s$q$, n, t); end $$;
//! ```
//! ```sql,passes
//! create function find(t text, n int, r regclass) returns void language plpgsql as $$
//! begin
//!   -- execute format('drop table %s', t);
//!   execute format('select * from %I where id = %L and n = %s and c = %s', t, t, n, quote_literal(t));
//!   execute format('select 1 from %s', r);
//!   raise notice '%', format('%s', t);
//! end $$;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, programs, types},
};
use tw_model::{
    finding::{Severity, SubjectKind},
    schema::Function,
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "access/formatted-sql",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("formatted_sql.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for f in scene.schema.functions.iter().filter(|f| !f.aggregate && programs::language(f) == "plpgsql") {
        let texts = texts(scene, f);
        if let Some(argument) = open(programs::body(f), &texts) {
            let path = format!("{}({})", crate::rule::path(&f.name), f.arguments);
            let message = format!("{} puts {argument} into a statement with %s, unquoted", f.name.name);
            out.push(Spot::at(SubjectKind::Function, path, message).fact(argument));
        }
    }
    out
}

/// Names of the arguments that are texts, lower case.
fn texts(scene: &Scene, function: &Function) -> Vec<String> {
    let arguments = function.arguments.split(", ").filter_map(|a| a.trim_start_matches("IN ").split_once(' '));
    arguments.filter(|(_, ty)| types::is_text(scene.base(ty))).map(|(name, _)| name.to_lowercase()).collect()
}

/// An argument of the function that stands at a `%s` of a statement that is run.
fn open(body: &str, texts: &[String]) -> Option<String> {
    let lower = body.to_lowercase();
    for (at, found) in lower.match_indices("execute format(") {
        let line = lower[..at].rfind('\n').map_or(0, |n| n + 1);
        if lower[line..at].contains("--") {
            continue;
        }
        let Some((pattern, rest)) = literal(&lower[at + found.len()..]) else { continue };
        let arguments = arguments(rest);
        let given = string_places(pattern).into_iter().filter_map(|n| arguments.get(n));
        if let Some(argument) = given.into_iter().find(|a| texts.iter().any(|t| t == *a)) {
            return Some(argument.to_string());
        }
    }
    None
}

/// A literal at the beginning of a text, and what follows it.
fn literal(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let quote = match text.chars().next()? {
        '\'' => "'",
        '$' => &text[..=text[1..].find('$')? + 1],
        _ => return None,
    };
    let inner = &text[quote.len()..];
    let end = inner.find(quote)?;
    Some((&inner[..end], &inner[end + quote.len()..]))
}

/// The arguments after the pattern, up to the parenthesis that closes the call.
fn arguments(rest: &str) -> Vec<&str> {
    let (mut depth, mut from, mut out) = (0usize, 0, vec![]);
    for (at, c) in rest.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => {
                out.push(rest[from..at].trim());
                break;
            }
            ')' => depth -= 1,
            ',' if depth == 0 => {
                out.push(rest[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    // What stands before the first comma belongs to the pattern.
    out.into_iter().skip(1).collect()
}

/// Which arguments, from 0, a pattern puts in as they are.
fn string_places(pattern: &str) -> Vec<usize> {
    let (mut next, mut out) = (0, vec![]);
    let mut rest = pattern;
    while let Some(at) = rest.find('%') {
        rest = &rest[at + 1..];
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let said = rest[..digits].parse::<usize>().ok().filter(|_| rest[digits..].starts_with('$'));
        let kind = if said.is_some() { &rest[digits + 1..] } else { rest };
        let place = said.map_or(next, |n| n.saturating_sub(1));
        match kind.chars().next() {
            Some('s') => out.push(place),
            Some('%') => rest = &rest[1..],
            _ => {}
        }
        if matches!(kind.chars().next(), Some('s' | 'i' | 'l')) {
            next = place + 1;
        }
    }
    out
}
