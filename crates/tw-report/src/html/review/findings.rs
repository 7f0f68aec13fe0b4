//! Findings: by room and rule, each with its fix, its proof and where it is from.
use super::{COLUMNS, FINDINGS_BYTES, Left, count};
use crate::{
    arrange::plural,
    html::{
        claims::{Tried, tried},
        rich::{rich, source, sql},
    },
    review::{by_rule, message, near, proved, sign},
    text::{anchor, one_line},
};
use maud::{Markup, html};
use std::{cmp::Reverse, collections::BTreeSet};
use tw_model::{
    evidence::Verdict,
    finding::{Finding, Review, Severity},
};

/// Bytes that the findings told in a line may take.
const LINE_BYTES: usize = 600_000;

/// How a finding is told.
pub struct Told<'a> {
    /// The finding.
    pub finding: &'a Finding,
    /// Its anchor; none where it is only counted.
    pub anchor: Option<String>,
    markup: Markup,
}

/// Every finding in the review's order: the worst are told whole as far as there is room, then in a line each, and
/// what is left is counted.
pub fn told(review: &Review) -> Vec<Told<'_>> {
    let mut anchors = BTreeSet::new();
    let mut told: Vec<Told> = review
        .findings
        .iter()
        .map(|finding| {
            let mut id = anchor("finding", &finding.fingerprint);
            while !anchors.insert(id.clone()) {
                id.push('+');
            }
            Told { finding, anchor: Some(id), markup: html! {} }
        })
        .collect();
    let mut order: Vec<usize> = (0..told.len()).collect();
    order.sort_by_key(|at| Reverse(told[*at].finding.severity));
    let (mut whole, mut lines) = (Left(FINDINGS_BYTES), Left(LINE_BYTES));
    let mut rules: BTreeSet<&str> = BTreeSet::new();
    for at in order {
        let one = &mut told[at];
        let id = one.anchor.as_deref().unwrap_or("");
        // One of each rule stands open, where it was seen to do harm.
        let open = one.finding.severity == Severity::Error && rules.insert(&one.finding.rule);
        match whole
            .fit(finding(one.finding, id, open, &near(review, one.finding)))
            .or_else(|| lines.fit(line(one.finding, id)))
        {
            Some(markup) => one.markup = markup,
            None => one.anchor = None,
        }
    }
    told
}

/// True when the finding was seen to do what it says.
pub fn is_shown(finding: &Finding) -> bool {
    finding.proof.as_ref().is_some_and(|p| p.verdict == Verdict::Held)
}

/// A severity as a badge that reads without colour.
pub fn badge(severity: Severity) -> Markup {
    html! { span class={ "badge " (severity.word()) } { span aria-hidden="true" { (sign(severity)) } " " (severity.word()) } }
}

/// The findings of one room.
pub fn room(review: &Review, room: &str, list: &[&Told]) -> Markup {
    html! {
        section.room id=(anchor("room", room)) {
            h2 { (one_line(room)) }
            p.tallies {
                @for severity in COLUMNS {
                    @let n = count(list, severity);
                    @if n > 0 { span class={ "badge " (severity.word()) } { span aria-hidden="true" { (sign(severity)) } " " (plural(n, severity.word())) } }
                }
            }
            @for same in by_rule(list, |t| t.finding) { (rule(review, same)) }
        }
    }
}

/// The findings of one rule, which has one reason.
fn rule(review: &Review, same: &[&Told]) -> Markup {
    let Some(first) = same.first().map(|t| t.finding) else { return html! {} };
    let note = review.rules.iter().find(|r| r.id == first.rule);
    let counted = same.iter().filter(|t| t.anchor.is_none()).count();
    html! {
        div.rule {
            h3 { @match note { Some(note) => (rich(&note.title)), None => (one_line(&first.rule)) } }
            details.kind open {
                summary {
                    (badge(first.severity)) " " code { (one_line(&first.rule)) }
                    @if same.len() > 1 { " " span.count { (plural(same.len(), "finding")) } }
                }
                div.reasons {
                    p { (rich(&first.why)) }
                    @for heading in ["What to do", "When to accept it"] {
                        @let text = note.map(|n| n.section(heading)).unwrap_or_default();
                        @if !text.is_empty() { p { strong { (heading) ". " } (rich(&text)) } }
                    }
                }
                @for one in same { (one.markup) }
                @if counted > 0 {
                    p.quiet { (plural(counted, "finding")) " more of this rule: the page is full. All are in " a href="review.json" { "review.json" } "." }
                }
            }
        }
    }
}

fn finding(finding: &Finding, id: &str, open: bool, near: &str) -> Markup {
    html! {
        details class={ "claim " (finding.severity.word()) } id=(id) open[open] {
            summary {
                span.statement { (rich(&message(finding))) }
                @if is_shown(finding) { span.badge.held { span aria-hidden="true" { "✓" } " shown" } }
                span.from { (near) }
            }
            div.transcript {
                p.id { (finding.subject.kind.word()) " " code { (one_line(&finding.subject.path)) } ", rule " code { (one_line(&finding.rule)) } }
                p { "From " (source(&finding.origin)) }
                @match &finding.fix {
                    Some(fix) => {
                        p { strong { "The fix" } " (" (fix.safety.phrase()) ")" }
                        pre.whole { code { (sql(&fix.sql)) } }
                    },
                    None => p { strong { "No fix is written out" } ": more than one way can be right." },
                }
                @if let Some(proof) = &finding.proof {
                    details.proof {
                        summary { strong { "The proof" } ": " (proved(finding).unwrap_or_default()) }
                        (tried(&Tried { verdict: proof.verdict, reason: None, trial: proof.trial.as_ref(), outcomes: &proof.outcomes, hash: &proof.hash }, "steps"))
                    }
                }
                p.hash { "fingerprint " code { (one_line(&finding.fingerprint)) } }
            }
        }
    }
}

/// A finding in one line.
fn line(finding: &Finding, id: &str) -> Markup {
    html! {
        div class={ "claim short " (finding.severity.word()) } id=(id) {
            span.statement { (rich(&message(finding))) }
            code.id { (one_line(&finding.subject.path)) }
        }
    }
}
