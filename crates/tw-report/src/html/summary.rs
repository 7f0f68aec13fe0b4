//! The head of the page: verdicts, what to do next, what did not hold, assumptions.
use super::{
    COLUMNS, claims,
    items::item_anchor,
    rich::{claim_anchor, prose, rich, source_short},
    schema,
};
use crate::{
    arrange::{self, ItemTold, Tally, Told, plural},
    text::one_line,
    words::Status,
};
use maud::{Markup, html};
use tw_model::dossier::Dossier;

/// The title and the verdicts.
pub(super) fn head(dossier: &Dossier, claims: &[Told]) -> Markup {
    let tally = Tally::of(claims);
    html! {
        header.top {
            p.kind-of { "Database dossier" }
            h1 { (one_line(&dossier.model.title)) }
            div.purpose { (prose(&dossier.model.purpose)) }
            (counts("Verdicts", &columns(tally).map(|s| (tally.get(s), s.class(), s.sign(), s.word())).collect::<Vec<_>>()))
            p.about {
                (plural(tally.total(), "claim"))
                @match &dossier.evidence {
                    Some(file) => { ", tried on PostgreSQL " (one_line(&file.server_version)) },
                    None => { ", not tried on a server" },
                }
                ", " (plural(dossier.draft.decisions.len(), "decision"))
                ", " (plural(dossier.physical.tables.iter().filter(|t| t.partition_of.is_none()).count(), "table"))
                ", seed " (dossier.seed)
            }
        }
    }
}

/// Figures with their words, and the share each has of all: (how many, class, sign, word).
pub(super) fn counts(label: &str, counts: &[(usize, &str, &str, &str)]) -> Markup {
    html! {
        div.verdicts role="group" aria-label=(label) {
            @for (n, class, sign, word) in counts {
                div class={ "verdict " (class) @if *n == 0 { " none" } } {
                    span.figure { (n) }
                    span.word { span aria-hidden="true" { (sign) } " " (word) }
                }
            }
        }
        @if counts.iter().any(|(n, ..)| *n > 0) {
            div.share aria-hidden="true" {
                @for (n, class, ..) in counts {
                    @if *n > 0 { span class=(class) style={ "flex-grow:" (n) } {} }
                }
            }
        }
    }
}

/// What to do, what did not hold, and the table of items.
pub(super) fn summary(dossier: &Dossier, items: &[ItemTold], claims: &[Told]) -> Markup {
    let tally = Tally::of(claims);
    html! {
        section #summary {
            h2 { "Summary" }
            h3 { "What to do next" }
            ol.next { @for order in arrange::next(dossier) { li { (rich(&order)) } } }
            (loud(Status::Refuted, claims))
            (loud(Status::Undecided, claims))
            h3 { "The twelve items" }
            (schema::scroll("Verdicts by item", html! {
                table.matrix {
                    thead {
                        tr {
                            th scope="col" { "Item" }
                            th.made scope="col" { "decisions" }
                            @for status in columns(tally) {
                                th scope="col" aria-label=(status.word()) { (status.sign()) span.wide { " " (status.word()) } }
                            }
                        }
                    }
                    tbody { @for item in items { (item_row(item, tally)) } }
                }
            }))
        }
    }
}

/// The verdicts worth a column: what nobody has tried only where there is such a claim.
fn columns(all: Tally) -> impl Iterator<Item = Status> {
    COLUMNS.into_iter().filter(move |s| *s != Status::Untried || all.untried > 0)
}

fn item_row(item: &ItemTold, all: Tally) -> Markup {
    let tally = item.tally();
    let cell = |status: Status| {
        let n = tally.get(status);
        html! { td class=(if n == 0 { "zero" } else { status.class() }) { (n) } }
    };
    html! {
        tr {
            th scope="row" {
                a href={ "#" (item_anchor(item.number)) } { (item.number) " " (item.title) }
                @if let Some(open) = item.open() { " " span.badge.untried { "○ " (open) } }
            }
            td class=(if item.decisions() == 0 { "made zero" } else { "made" }) { (item.decisions()) }
            @for status in columns(all) { (cell(status)) }
        }
    }
}

/// Refuted and undecided claims stand at the top, by name.
fn loud(status: Status, claims: &[Told]) -> Markup {
    let mine: Vec<&Told> = claims.iter().filter(|t| t.status == status).collect();
    html! {
        @if !mine.is_empty() {
            h3 { (plural(mine.len(), "claim")) " " (status.word()) }
            ul class={ "loud " (status.class()) } {
                @for told in mine {
                    li {
                        (claims::badge(status)) " "
                        a href={ "#" (claim_anchor(told.id)) } { (rich(told.statement)) } " "
                        @if let Some(reason) = told.receipt.and_then(|r| r.reason.as_ref()) { span.why { (rich(reason)) } " " }
                        (source_short(told.origin))
                    }
                }
            }
        }
    }
}

/// What we had to assume.
pub(super) fn gaps(dossier: &Dossier) -> Markup {
    html! {
        section #gaps {
            h2 { "Assumptions" }
            @if dossier.model.gaps.is_empty() {
                p.quiet { "None: the brief says all that the design needed." }
            } @else {
                p { "The brief is silent on these; this is what we assumed instead." }
                dl.gaps {
                    @for gap in &dossier.model.gaps {
                        dt { code { (one_line(gap.subject.as_str())) } }
                        dd { (rich(&gap.assumption)) }
                    }
                }
            }
        }
    }
}
