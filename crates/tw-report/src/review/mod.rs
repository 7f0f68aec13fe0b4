//! A review in every voice: terminal, Markdown, SARIF and annotations. The same finding reads the same everywhere.
pub mod annotations;
pub mod explained;
pub mod markdown;
pub mod sarif;
pub mod terminal;

pub use annotations::annotations;
pub use explained::explained;
pub use markdown::markdown;
pub use sarif::sarif;
pub use terminal::terminal;

use crate::{
    arrange::plural,
    text::{one_line, short},
};
use std::{cmp::Reverse, collections::BTreeMap};
use tw_model::{
    Origin,
    evidence::Verdict,
    finding::{Finding, Review, Safety, Severity},
};

/// `3 errors, 12 warnings, 1 note`, without what there is none of; `nothing found` when there is none at all.
pub(super) fn counted(review: &Review) -> String {
    let said: Vec<String> = Severity::ALL
        .iter()
        .rev()
        .filter(|s| review.count(**s) > 0)
        .map(|s| plural(review.count(*s), s.word()))
        .collect();
    if said.is_empty() { "nothing found".into() } else { said.join(", ") }
}

/// The first line of a review: what was looked at and what came of it.
pub(crate) fn headline(review: &Review) -> String {
    format!("{}: {}; {}", one_line(&review.source), plural(review.tables, "table"), counted(review))
}

/// What was not judged, by the reason, in order.
pub(crate) fn not_judged(review: &Review) -> Vec<(Vec<&str>, &str)> {
    let mut by_reason: Vec<(Vec<&str>, &str)> = vec![];
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for item in &review.not_judged {
        let at = *places.entry(&item.why).or_insert(by_reason.len());
        if at == by_reason.len() {
            by_reason.push((vec![], &item.why));
        }
        by_reason[at].0.push(&item.what);
    }
    by_reason
}

/// At most `most` of the things in a row, and how many more there are.
pub(super) fn first_of(things: &[&str], most: usize) -> String {
    let said: Vec<String> = things.iter().take(most).map(|t| one_line(t)).collect();
    match things.len().saturating_sub(most) {
        0 => said.join(", "),
        more => format!("{} and {more} more", said.join(", ")),
    }
}

/// Characters of a message that are told: one may name every table.
const LONGEST_MESSAGE: usize = 400;

/// What is wrong, on one line that is not too long.
pub(crate) fn message(finding: &Finding) -> String {
    short(&one_line(&finding.message), LONGEST_MESSAGE)
}

/// The path of an object, then of what it may be a part of, the longest first: names may hold dots.
pub(crate) fn holders(path: &str) -> impl Iterator<Item = &str> {
    std::iter::once(path).chain(path.rmatch_indices('.').map(|(at, _)| &path[..at]))
}

/// Where a finding is, for people: a place in a file, or the object in the catalogue.
pub(super) fn place(finding: &Finding) -> String {
    match &finding.origin {
        Origin::Sql { file, line } => format!("{}:{line}", one_line(file)),
        _ => one_line(&finding.subject.path),
    }
}

/// Where a finding is, in a report about its source: of the only file, the line is enough.
pub(crate) fn near(review: &Review, finding: &Finding) -> String {
    match &finding.origin {
        Origin::Sql { file, line } if *file == review.source => format!("line {line}"),
        _ => place(finding),
    }
}

/// What came of the demonstration, as a phrase; none where there was none.
pub(crate) fn proved(finding: &Finding) -> Option<String> {
    let proof = finding.proof.as_ref()?;
    Some(match (proof.verdict, &proof.reason) {
        (Verdict::Held, _) => {
            format!("shown on PostgreSQL {}, and gone once mended", one_line(&proof.server_version))
        }
        (_, Some(reason)) => format!("not shown: {}", one_line(reason)),
        (_, None) => "not shown".into(),
    })
}

/// A sign that reads without colour.
pub(crate) fn sign(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "✗",
        Severity::Warning => "!",
        Severity::Note => "·",
    }
}

/// Findings, or what tells of them, by room: the rooms with the worst first, else in running order; in each the
/// worst first.
pub(crate) fn by_room<'a, T>(all: &'a [T], of: impl Fn(&'a T) -> &'a Finding) -> Vec<(&'a str, Vec<&'a T>)> {
    let mut rooms: Vec<(&str, Vec<&T>)> = vec![];
    for one in all {
        let room = of(one).room.as_str();
        match rooms.last_mut() {
            Some((last, list)) if *last == room => list.push(one),
            _ => rooms.push((room, vec![one])),
        }
    }
    rooms.sort_by_key(|(_, list)| Reverse(list.iter().map(|one| of(one).severity).max()));
    rooms
}

/// The findings of a room by rule and severity, in their order.
pub(crate) fn by_rule<'l, 'a, T>(
    findings: &'l [&'a T],
    of: impl Fn(&'a T) -> &'a Finding,
) -> impl Iterator<Item = &'l [&'a T]> {
    findings.chunk_by(move |a, b| (&of(a).rule, of(a).severity) == (&of(b).rule, of(b).severity))
}

/// Each rule with its first finding, its title and how often it found, the worst first: the story in short.
pub(super) fn story(review: &Review) -> Vec<(&Finding, &str, usize)> {
    let all: Vec<&Finding> = review.findings.iter().collect();
    let title = |f: &Finding| review.rules.iter().find(|r| r.id == f.rule).map_or("", |n| n.title.as_str());
    let mut rules: Vec<_> = by_rule(&all, |f| f).map(|same| (same[0], title(same[0]), same.len())).collect();
    rules.sort_by_key(|(first, _, n)| Reverse((first.severity, *n)));
    rules
}

/// What to do next, the most urgent first: orders.
pub(crate) fn next(review: &Review) -> Vec<String> {
    let mut orders = vec![];
    let errors = review.count(Severity::Error);
    if errors > 0 {
        orders.push(format!(
            "Mend the {} first: each was seen to do harm on a server of our own.",
            plural(errors, "error")
        ));
    }
    let safe = |f: &&Finding| f.fix.as_ref().is_some_and(|fix| fix.safety == Safety::Safe);
    match review.findings.iter().filter(safe).count() {
        0 => {}
        1 => orders.push("1 finding has a safe fix: `--fix mend.sql` writes it, tried.".into()),
        n => orders.push(format!("{n} findings have a safe fix: `--fix mend.sql` writes them, each tried.")),
    }
    if review.not_judged.iter().any(|n| n.why.starts_with("refused")) {
        orders.push("Look at what the server refused, under Not judged: nothing of it was reviewed.".into());
    }
    match review.unused_ignores.len() {
        0 => {}
        n => orders.push(format!("Take away {} that nothing is found for any more.", plural(n, "exception"))),
    }
    if !review.findings.is_empty() {
        orders.push(
            "Read a rule's page, and what speaks for leaving things as they are: `tablewright explain RULE`.".into(),
        );
    }
    orders
}
