//! The twelve items: each room's decisions, then its claims, worst first.
use super::{
    claims,
    rich::{prose, rich, source, source_short},
};
use crate::arrange::{ItemTold, RoomTold, plural};
use crate::text::anchor;
use maud::{Markup, html};
use tw_model::decision::Decision;

/// Rooms with more decisions than this show them closed.
const OPEN_DECISIONS: usize = 3;

/// The anchor of an item.
pub fn item_anchor(number: &str) -> String {
    anchor("item", number)
}

/// One item. `extra` stands after its introduction: the conceptual diagram, say.
pub fn item(item: &ItemTold, extra: Markup) -> Markup {
    html! {
        section.item id=(item_anchor(item.number)) {
            h2 { span.number { (item.number) } " " (item.title) }
            @if item.decisions() + item.tally().total() > 0 {
                p.tallies { span.count { (plural(item.decisions(), "decision")) } " " (claims::tally(item.tally())) }
            }
            @if let Some(open) = item.not_designed {
                p.open { strong { "Open." } " " (rich(open)) }
            }
            (extra)
            @for room in &item.rooms { (self::room(room)) }
            @if item.rooms.is_empty() && item.not_designed.is_none() {
                p.quiet { "No room answers this item." }
            }
        }
    }
}

fn room(room: &RoomTold) -> Markup {
    let many = room.decisions.len() > OPEN_DECISIONS;
    html! {
        section.room {
            h3 { (rich(room.title)) }
            div.summary { (prose(room.summary)) }
            @if !room.decisions.is_empty() {
                h4 { (plural(room.decisions.len(), "decision")) }
                @for (n, decision) in &room.decisions { (self::decision(*n, decision, !many)) }
            }
            @if !room.kinds.is_empty() {
                h4 { (plural(room.tally().total(), "claim")) }
                @for (name, list) in &room.kinds { (claims::kind(name, list)) }
            }
            @if room.decisions.is_empty() && room.kinds.is_empty() {
                p.quiet { "Nothing in this brief calls for it." }
            }
        }
    }
}

fn decision(number: usize, decision: &Decision, open: bool) -> Markup {
    html! {
        details.decision id={ "decision-" (number + 1) } open[open] {
            summary {
                span.statement { (rich(&decision.what)) " " span.because { (rich(&decision.why)) } }
                (source_short(&decision.origin))
            }
            div.reason {
                @if !decision.instead_of.is_empty() {
                    p { strong { "Instead of" } }
                    dl.instead {
                        @for other in &decision.instead_of {
                            dt { (rich(&other.what)) }
                            dd { (rich(&other.why)) }
                        }
                    }
                }
                p { "From " (source(&decision.origin)) }
                @if !decision.changes.is_empty() {
                    details.edits {
                        summary { (plural(decision.changes.len(), "edit")) " of the draft" }
                        ul { @for change in &decision.changes { li { (rich(&crate::changes::change(change))) } } }
                    }
                }
            }
        }
    }
}
