//! The statements that a server has counted, as queries of the brief.
mod words;

use super::lift::Lifted;
use crate::index::{statements::counted_s, workload::MOST_STATEMENTS};
use std::collections::BTreeMap;
use tw_brief::Severity;
use tw_lab::{Live, observe};
use tw_model::{adopted::Loss, model::Query, observed};
use words::Words;

/// Statements, how often each was asked, and who asks.
#[derive(Clone, Debug, Default)]
pub(super) struct Recorded {
    statements: Vec<observed::Query>,
    /// Seconds in which they were counted.
    seconds: f64,
    callers: BTreeMap<String, observed::Caller>,
}

/// Queries of a brief at most; those asked less often are told.
const MOST: usize = 100;

/// Reads the server's record of statements; none without `pg_stat_statements`.
pub(super) fn recorded(live: &mut Live) -> Recorded {
    let (Ok(Some(statements)), Some(seconds)) = (observe::queries(live, MOST_STATEMENTS), counted_s(live)) else {
        return Recorded::default();
    };
    if seconds <= 0.0 {
        return Recorded::default();
    }
    Recorded { statements, seconds, callers: observe::callers(live).unwrap_or_default() }
}

/// Says each statement in the brief, if its words are read.
pub(super) fn say(lifted: &mut Lifted, recorded: Recorded, losses: &mut Vec<Loss>) {
    let lost = |sql: &str, why: String| {
        let words: String = sql.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(120).collect();
        Loss::nowhere("Workload", words, why)
    };
    let mut left = recorded.statements.iter().filter(|s| of_tables(&s.sql, lifted)).enumerate().peekable();
    let mut said: Vec<Query> = vec![];
    while said.len() < MOST && left.peek().is_some() {
        for (n, counted) in left.by_ref().take(MOST - said.len()) {
            match (Words { lifted }).query(&counted.sql, n + 1) {
                Ok(query) => said.push(recorded.asked(counted, query, lifted)),
                Err(why) => losses.push(lost(&counted.sql, why)),
            }
        }
        let (read, unread) = read_in(lifted, said);
        losses.extend(unread.into_iter().map(|(query, why)| lost(&query.statements[0].sql.text, why)));
        said = read;
    }
    let why = format!("a brief is a page: the {MOST} statements asked most often are said");
    losses.extend(left.map(|(_, counted)| lost(&counted.sql, why.clone())));
    lifted.model.workload = said;
}

impl Recorded {
    /// The query with its rate, and who asks it: the role of the brief that the server saw, or the one whose privileges that one
    /// has. The server gives up what takes longer than the role's timeout, so that is what its calls are promised.
    fn asked(&self, counted: &observed::Query, query: Query, lifted: &Lifted) -> Query {
        let known = |role: &&String| lifted.model.roles.iter().any(|r| r.name == **role);
        let caller = counted.role.as_ref().and_then(|role| self.callers.get(role));
        let groups: Vec<&String> = caller.iter().flat_map(|c| &c.member_of).filter(known).collect();
        let role = counted.role.as_ref().filter(known).or(if let [one] = groups[..] { Some(one) } else { None });
        let timeout_ms = caller.and_then(|c| c.timeout_ms).filter(|ms| LATENCIES_MS.contains(ms));
        let rate_per_s = Some(rounded(counted.calls / self.seconds));
        Query { rate_per_s, role: role.cloned(), p99_ms: timeout_ms, ..query }
    }
}

/// Latencies that a brief may promise.
const LATENCIES_MS: std::ops::RangeInclusive<f64> = 0.01..=86_400_000.0;

/// The statement speaks of a table of the brief: the server's own questions do not.
fn of_tables(sql: &str, lifted: &Lifted) -> bool {
    let mentions = tw_model::mention::Mentions::of([sql]);
    lifted.homes.values().any(|home| mentions.names_loosely(&home.table))
}

/// The queries that are read in the brief, and the others with the reason.
fn read_in(lifted: &Lifted, mut queries: Vec<Query>) -> (Vec<Query>, Vec<(Query, String)>) {
    let mut unread = vec![];
    let mut model = lifted.model.clone();
    model.raw.clear();
    while !queries.is_empty() {
        model.workload = queries.clone();
        let text = tw_brief::write(&model);
        let (read, diagnostics) = tw_brief::read(&text);
        if read.is_some() {
            break;
        }
        let lines: Vec<&str> = text.lines().collect();
        let of = |query: &Query, line: u32| {
            let above = lines.iter().take(line as usize).rev();
            let heads = above.map(|l| l.trim_start_matches("- ")).find(|l| queries.iter().any(|q| begins(l, q)));
            heads.is_some_and(|l| begins(l, query))
        };
        let errors: Vec<_> = diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
        let why = |query: &Query| errors.iter().find(|d| of(query, d.line)).map(|d| d.what.clone());
        let found: Vec<Option<String>> = queries.iter().map(why).collect();
        // What no query is to blame for is not known here: then none is said.
        let all = found.iter().all(Option::is_none);
        let mut kept = vec![];
        for (query, why) in std::mem::take(&mut queries).into_iter().zip(found) {
            match why {
                None if !all => kept.push(query),
                why => {
                    let what = why.or(errors.first().map(|d| d.what.clone())).unwrap_or_default();
                    unread.push((query, format!("the brief language does not read it: {what}")));
                }
            }
        }
        queries = kept;
    }
    (queries, unread)
}

/// The line is the query's own.
fn begins(line: &str, query: &Query) -> bool {
    line.strip_prefix(query.name.as_str()).is_some_and(|rest| rest.starts_with('('))
}

/// Two digits of a rate; one is the least that a record can tell.
fn rounded(rate_per_s: f64) -> f64 {
    let magnitude = 10f64.powf(rate_per_s.max(1e-9).log10().floor() - 1.0);
    let rounded = (rate_per_s / magnitude).round() * magnitude;
    (rounded * 1e9).round() / 1e9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_have_two_digits() {
        assert_eq!((rounded(12.345), rounded(0.001234)), (12.0, 0.0012));
    }
}
