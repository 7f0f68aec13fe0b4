//! A claim as a page tells it: one line, and its transcript one click away.
use super::rich::{claim_anchor, rich, source, source_short, sql};
use crate::{
    arrange::{Tally, Told, plural},
    text::one_line,
    words::{self, Status},
};
use maud::{Markup, html};
use tw_model::{
    evidence::{Evidence, Outcome, Verdict},
    trial::{Expect, Step, Trial, Twin},
};

/// The verdict as a badge that reads without colour.
pub fn badge(status: Status) -> Markup {
    html! { span class={ "badge " (status.class()) } { span aria-hidden="true" { (status.sign()) } " " (status.word()) } }
}

/// Counts as badges; what is zero is left out.
pub fn tally(tally: Tally) -> Markup {
    html! {
        span.tally {
            @for status in Status::ALL {
                @let n = tally.get(status);
                @if n > 0 {
                    span class={ "badge " (status.class()) } { span aria-hidden="true" { (status.sign()) } " " (n) " " (status.word()) }
                }
            }
        }
    }
}

/// All claims of one kind. Open, so that every transcript is one click away.
pub fn kind(name: &str, claims: &[Told]) -> Markup {
    let tally_of = Tally::of(claims);
    html! {
        details.kind open[true] {
            summary {
                code { (one_line(name)) }
                @if claims.len() > 1 { " " span.count { (plural(claims.len(), "claim")) } " " (tally(tally_of)) }
            }
            @for told in claims { (claim(told)) }
        }
    }
}

/// One claim.
pub fn claim(told: &Told) -> Markup {
    html! {
        details class={ "claim " (told.status.class()) } id=(claim_anchor(told.id)) open[told.status == Status::Refuted] {
            summary {
                (badge(told.status))
                span.statement { (rich(told.statement)) }
                (source_short(told.origin))
            }
            div.transcript { (transcript(told)) }
        }
    }
}

fn transcript(told: &Told) -> Markup {
    html! {
        p.id { code { (one_line(&told.id.0)) } }
        p { "From " (source(told.origin)) }
        @if !told.presumes.is_empty() {
            p { "Presumes "
                @for (i, id) in told.presumes.iter().enumerate() {
                    @if i > 0 { ", " }
                    a href={ "#" (claim_anchor(id)) } { code { (one_line(&id.0)) } }
                }
            }
        }
        @match told.receipt {
            None => p.why { "Nobody has tried this claim on a server yet." },
            Some(receipt) => (tried(&Tried::of(receipt), "claim")),
        }
    }
}

/// What was done to try something, and what came of it.
pub struct Tried<'a> {
    /// Held, refuted or undecided.
    pub verdict: Verdict,
    /// Why, where it did not hold.
    pub reason: Option<&'a str>,
    /// What was done.
    pub trial: Option<&'a Trial>,
    /// What happened, one outcome a step.
    pub outcomes: &'a [Outcome],
    /// The receipt's hash.
    pub hash: &'a str,
}

impl<'a> Tried<'a> {
    fn of(receipt: &'a Evidence) -> Tried<'a> {
        Tried {
            verdict: receipt.verdict,
            reason: receipt.reason.as_deref(),
            trial: receipt.trial.as_ref(),
            outcomes: &receipt.outcomes,
            hash: &receipt.hash,
        }
    }
}

/// The steps with what was expected and what happened. `what` is tried: a claim, or steps.
pub fn tried(tried: &Tried, what: &str) -> Markup {
    let turned = words::turned_at(tried.verdict, tried.reason, tried.outcomes);
    html! {
        @if let Some(reason) = tried.reason {
            p.why { strong { (Status::of_verdict(tried.verdict).word()) ": " } (rich(reason)) }
        }
        @if let Some(trial) = tried.trial {
            p { (words::setting(trial)) }
            ol.steps {
                @for (i, one) in trial.steps.iter().enumerate() {
                    (step(trial, one, tried.outcomes.get(i), turned == Some(i)))
                }
            }
            @if trial.twin != (Twin::Schema { changes: vec![] }) {
                p.twin { strong { "Its twin" } " must fail: the same " (what) ", tried " (rich(&words::twin(&trial.twin))) "." }
            }
        }
        p.hash { "receipt " code { (one_line(tried.hash)) } }
    }
}

fn step(trial: &Trial, step: &Step, outcome: Option<&Outcome>, turned: bool) -> Markup {
    let sessions = trial.steps.iter().any(|s| s.session != 1);
    let ran = outcome.is_some_and(|o| !matches!(o, Outcome::NotRun { .. }));
    html! {
        li.turned[turned] {
            @match &step.expect {
                Expect::Resumes { .. } => span.who { "Session " (step.session) " goes on" },
                _ => span.who { @if sessions { "Session " (step.session) ", " } (rich(&words::actor(&step.actor))) },
            }
            @if !step.sql.is_empty() { pre { code { (sql(&step.sql)) } } }
            div.said {
                span.expect { (rich(&words::expectation(&step.expect))) }
                @match outcome {
                    Some(outcome) => {
                        span class=(if turned { "got otherwise" } else if ran { "got" } else { "got idle" }) {
                            span aria-hidden="true" { (if turned { "✗ " } else if ran { "✓ " } else { "– " }) }
                            @if turned { "otherwise: " }
                            (rich(&words::outcome(outcome)))
                        }
                        @if let Some(shape) = words::plan(outcome) {
                            pre.plan { code { @for line in shape { (crate::text::clean(line)) "\n" } } }
                        }
                    }
                    None => span.got.idle { "– no outcome" },
                }
            }
        }
    }
}
