//! A file of queries to drive on a database that is somebody's: statements, each under a few comment lines.
//!
//! ```sql
//! -- name: history
//! -- rate: 100/s
//! -- p99: 20ms
//! -- $1 zipf 1.1: select id from account
//! select * from entry where account = $1 order by at desc limit 50;
//! ```
//!
//! `rate` is `/s`, `/min` or `/h` (1/s when unsaid), `p95` and `p99` are in `us`, `ms` or `s`, and every `$n` has a
//! query that lists what its callers choose from. Only reading statements are taken: a user's database is not
//! for trying writes on.
use crate::Failure;
use std::collections::BTreeMap;
use tw_lab::split::{self, Statement};
use tw_model::{
    Origin,
    drive::{Call, CallStatement, Choice, Draw, Mix},
    trial::Actor,
};

/// Statements in a file at most.
const STATEMENTS_MOST: usize = 500;
/// Words that a statement may begin with.
const READING: &[&str] = &["select", "with", "values", "table"];

/// What the comment lines above a statement say.
#[derive(Default)]
struct Told {
    name: Option<String>,
    rate_per_s: Option<f64>,
    p95_ms: Option<f64>,
    p99_ms: Option<f64>,
    draws: BTreeMap<usize, (Choice, String)>,
}

/// The mix of a file's text. `file` names it in messages.
pub fn mix(file: &str, text: &str) -> Result<Mix, Failure> {
    let line_at = |offset: usize| text[..offset].matches('\n').count() + 1;
    let wrong = |line: usize, why: String, help: &str| Failure::Path {
        path: file.into(),
        why: format!("line {line}: {why}"),
        help: help.into(),
    };
    let statements =
        split::split(text).map_err(|e| wrong(line_at(e.offset), e.message, "Mend the statement there."))?;
    if statements.is_empty() || statements.len() > STATEMENTS_MOST {
        let why = format!("there are {} statements in it", statements.len());
        return Err(wrong(1, why, &format!("Give from 1 to {STATEMENTS_MOST} statements.")));
    }
    let mut mix = Mix::default();
    let mut from = 0;
    for statement in &statements {
        let line = line_at(statement.offset);
        let above = text.get(from..statement.offset).unwrap_or("");
        let told = told(above, statement.text)
            .map_err(|why| wrong(line, why, "See the head of `tablewright load --help` for the comment lines."))?;
        from = statement.offset + statement.text.len();
        let first = split::words(statement.text).into_iter().find(|w| w != "(").unwrap_or_default();
        if !READING.contains(&first.as_str()) {
            let why = format!("`{first}` does not read");
            return Err(wrong(line, why, "Leave out what writes: on a user's database only reads are driven."));
        }
        let call = call(file, line, statement, told).map_err(|why| {
            wrong(line, why, "Say above the statement what each `$n` is chosen from: -- $1: select ...")
        })?;
        if mix.calls.iter().any(|c| c.name == call.name) {
            return Err(wrong(line, format!("the name {} stands twice", call.name), "Give each statement its own."));
        }
        mix.calls.push(call);
    }
    Ok(mix)
}

fn call(file: &str, line: usize, statement: &Statement, told: Told) -> Result<Call, String> {
    let highest = highest_parameter(statement.text);
    let mut draws = vec![];
    for n in 1..=highest {
        let (choice, sql) = told.draws.get(&n).cloned().ok_or(format!("nothing is said of ${n}"))?;
        draws.push(Draw { names: vec![format!("${n}")], sql, choice, within: None });
    }
    Ok(Call {
        name: told.name.unwrap_or_else(|| format!("line_{line}")),
        rate_per_s: told.rate_per_s.unwrap_or(1.0),
        p95_ms: told.p95_ms,
        p99_ms: told.p99_ms,
        actor: Actor::Owner,
        isolation: None,
        writes: false,
        guarded: true,
        draws,
        statements: vec![CallStatement {
            sql: statement.text.trim_end_matches(';').trim_end().to_string(),
            arguments: (1..=highest).map(|n| format!("${n}")).collect(),
            ..CallStatement::default()
        }],
        origin: Origin::assumed(format!("{file}, line {line}")),
    })
}

/// Comment lines above a statement, and those at its own beginning.
fn told(above: &str, text: &str) -> Result<Told, String> {
    let mut told = Told::default();
    let own = text.lines().take_while(|l| l.trim_start().starts_with("--") || l.trim().is_empty());
    for line in above.lines().chain(own) {
        let Some(comment) = line.trim().strip_prefix("--") else { continue };
        let Some((key, value)) = comment.trim().split_once(':') else { continue };
        let (key, value) = (key.trim(), value.trim());
        match key {
            "name" if value.is_empty() || value.len() > 60 => return Err("a name has 1 to 60 letters".into()),
            "name" => told.name = Some(value.to_string()),
            "rate" => told.rate_per_s = Some(rate_per_s(value)?),
            "p95" => told.p95_ms = Some(milliseconds(value)?),
            "p99" => told.p99_ms = Some(milliseconds(value)?),
            _ if key.starts_with('$') => {
                let (number, choice) = key[1..].split_once(' ').unwrap_or((&key[1..], ""));
                let n: usize = number.parse().map_err(|_| format!("`{key}` is no parameter"))?;
                let choice = match choice.trim().strip_prefix("zipf") {
                    None if choice.trim().is_empty() => Choice::Uniform,
                    None => return Err(format!("`{}` is no way to choose; there is: zipf 1.1", choice.trim())),
                    Some(exponent) => match exponent.trim().parse::<f64>() {
                        Ok(exponent) if (0.0..=5.0).contains(&exponent) => Choice::Zipf { exponent },
                        _ => return Err("zipf takes an exponent from 0 to 5: zipf 1.1".into()),
                    },
                };
                told.draws.insert(n, (choice, value.trim_end_matches(';').to_string()));
            }
            // Any other comment is somebody's own.
            _ => {}
        }
    }
    Ok(told)
}

/// `100/s`, `30/min`, `5/h` as calls a second.
fn rate_per_s(text: &str) -> Result<f64, String> {
    let wrong = || format!("`{text}` is no rate; write 100/s, 30/min or 5/h");
    let (number, per) = text.split_once('/').ok_or_else(wrong)?;
    let seconds = match per.trim() {
        "s" => 1.0,
        "min" => 60.0,
        "h" => 3600.0,
        _ => return Err(wrong()),
    };
    let rate: f64 = number.trim().parse().map_err(|_| wrong())?;
    if rate > 0.0 && rate <= 1e6 { Ok(rate / seconds) } else { Err(wrong()) }
}

/// `20ms`, `1.5s`, `300us` in milliseconds.
fn milliseconds(text: &str) -> Result<f64, String> {
    let wrong = || format!("`{text}` is no duration; write 300us, 20ms or 1.5s");
    let at = text.find(|c: char| c.is_ascii_alphabetic()).ok_or_else(wrong)?;
    let number: f64 = text[..at].trim().parse().map_err(|_| wrong())?;
    let unit = match &text[at..] {
        "us" => 0.001,
        "ms" => 1.0,
        "s" => 1000.0,
        _ => return Err(wrong()),
    };
    if number > 0.0 && number <= 1e6 { Ok(number * unit) } else { Err(wrong()) }
}

/// The highest `$n` outside of strings and comments; 0 when there is none.
fn highest_parameter(sql: &str) -> usize {
    let words = split::words(sql);
    // The dollar may stand as a word of its own.
    let joined = words.iter().filter_map(|w| w.strip_prefix('$')?.parse::<usize>().ok());
    let apart = words.windows(2).filter(|w| w[0] == "$").filter_map(|w| w[1].parse::<usize>().ok());
    joined.chain(apart).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "-- Looks of a bank.\n-- name: history\n-- rate: 30/min\n-- p99: 20ms\n-- $1 zipf 1.1: select id from account\nselect * from entry where account = $1 and note <> '$2';\n\n-- name: newest\n-- rate: 2/s\n-- p95: 1.5s\nselect max(at) from entry;\n";

    #[test]
    fn a_file_is_read_as_a_mix() {
        let mix = mix("q.sql", FILE).unwrap_or_else(|e| panic!("{e}"));
        let [history, newest] = &mix.calls[..] else { panic!("{mix:?}") };
        assert_eq!((history.name.as_str(), history.rate_per_s, history.p99_ms), ("history", 0.5, Some(20.0)));
        assert_eq!(history.draws.len(), 1);
        assert_eq!(history.draws[0].choice, Choice::Zipf { exponent: 1.1 });
        assert_eq!(history.statements[0].arguments, ["$1"]);
        assert!(history.statements[0].sql.starts_with("select"), "{:?}", history.statements);
        assert_eq!((newest.rate_per_s, newest.p95_ms, newest.draws.len()), (2.0, Some(1500.0), 0));
    }

    #[test]
    fn what_cannot_be_driven_is_said_with_its_line() {
        let says = |text: &str| mix("q.sql", text).expect_err("refused").to_string();
        assert!(says("\n-- name: x\ndelete from entry;").contains("line 3: `delete` does not read"));
        assert!(says("select * from entry where id = $1;").contains("nothing is said of $1"));
        assert!(says("-- rate: often\nselect 1;").contains("`often` is no rate"));
        assert!(says("-- p99: 20\nselect 1;").contains("`20` is no duration"));
        assert!(says("-- name: a\nselect 1;\n-- name: a\nselect 2;").contains("stands twice"));
        assert!(says("").contains("0 statements"));
    }
}
