//! `index.html` of a review: what the design is, what is wrong with it, why, the fix and the proof, and what was not
//! judged; one file that needs no network and no script, and stays within bounds however large the schema is.
mod findings;
mod map;
mod tables;

use super::{beside, contents, entry, filter, page, rich::rich, schema::scroll, summary::counts};
use crate::{
    arrange::plural,
    plot::{Axis, Figure, Row, Rows, Scale, Unit, rows},
    review::{by_room, next, not_judged as not_judged_by_reason, sign},
    text::{anchor, clean, one_line},
};
use findings::Told;
use maud::{Markup, PreEscaped, html};
use tw_model::finding::{Ignored, Review, Severity};

/// Bytes that the findings with their proofs may take; what does not fit is told in a line, at last only counted.
const FINDINGS_BYTES: usize = 2_500_000;
/// Bytes that the drawings may take, and the pages of tables.
const DRAWINGS_BYTES: usize = 1_500_000;
const TABLES_BYTES: usize = 1_500_000;
/// Things that were not judged, or looked away from, which are told; the rest are counted.
const LISTED: usize = 500;

/// Severities in the order of columns and figures.
const COLUMNS: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Note];

/// Rooms with what is told of their findings.
type Rooms<'a> = Vec<(&'a str, Vec<&'a Told<'a>>)>;

/// What is left of the bytes that a part of the page may take.
struct Left(usize);

impl Left {
    /// The markup when it fits; then it is counted.
    fn fit(&mut self, markup: Markup) -> Option<Markup> {
        self.0 = self.0.checked_sub(markup.0.len())?;
        Some(markup)
    }
}

/// `index.html` of a review.
pub fn review_html(review: &Review) -> String {
    let told = findings::told(review);
    let rooms: Rooms = by_room(&told, |t| t.finding);
    let body = html! {
        a.skip href="#main" { "Skip to the review" }
        (head(review))
        div.frame {
            (contents(entries(&rooms)))
            main #main {
                (summary(review, &rooms))
                (filter("Find findings", "orders.total, columns/, ...", "severity", &COLUMNS.map(Severity::word)))
                @for (room, list) in &rooms { (findings::room(review, room, list)) }
                (not_judged(review))
                (looked_away(review))
                section #tables {
                    h2 { "Tables" }
                    (map::map(review))
                    (tables::tables(review, &told))
                }
                section #files { h2 { "Files" } (beside(FILES)) }
            }
        }
        footer { p { "Made by Tablewright. What was reviewed was only read; what was tried was tried on a server of its own." } }
    };
    page(&format!("Review: {}", one_line(&review.source)), body, super::SCRIPT)
}

/// Files beside the page.
const FILES: &[(&str, &str)] = &[
    ("review.json", "the review as data: every finding whole"),
    ("review.md", "the same as text"),
    ("review.sarif", "for code scanning"),
    ("schema.sql", "the schema that was judged, as it was read back"),
    ("er.svg", "the diagram of the tables"),
    ("er.mmd", "the same for Mermaid"),
];

fn head(review: &Review) -> Markup {
    let words = COLUMNS.map(|s| if review.count(s) == 1 { s.word().into() } else { format!("{}s", s.word()) });
    let of: Vec<_> =
        COLUMNS.iter().zip(&words).map(|(s, word)| (review.count(*s), s.word(), sign(*s), word.as_str())).collect();
    let shown = review.findings.iter().filter(|f| findings::is_shown(f)).count();
    let version = review.findings.iter().find_map(|f| Some(f.proof.as_ref()?.server_version.as_str()));
    html! {
        header.top {
            p.kind-of { "Database review" }
            h1 { (one_line(&review.source)) }
            (counts("Findings", &of))
            p.about {
                (plural(review.tables, "table"))
                @if let Some(version) = version { ", " (plural(shown, "finding")) " shown on PostgreSQL " (one_line(version)) }
                ", " (review.ignored.len()) " looked away from, " (review.not_judged.len()) " not judged"
            }
        }
    }
}

fn entries(rooms: &Rooms) -> Markup {
    html! {
        (entry("summary", "Summary"))
        @for (room, list) in rooms {
            li {
                a href={ "#" (anchor("room", room)) } { (one_line(room)) }
                @for severity in COLUMNS {
                    @let n = count(list, severity);
                    @if n > 0 && severity != Severity::Note { " " span class={ "badge " (severity.word()) } { (sign(severity)) " " (n) } }
                }
            }
        }
        @for (to, name) in [("not-judged", "Not judged"), ("looked-away", "Looked away from"), ("tables", "Tables"), ("files", "Files")] {
            (entry(to, name))
        }
    }
}

fn count(list: &[&Told], severity: Severity) -> usize {
    list.iter().filter(|t| t.finding.severity == severity).count()
}

fn summary(review: &Review, rooms: &Rooms) -> Markup {
    html! {
        section #summary {
            h2 { "Summary" }
            @if rooms.is_empty() { p.quiet { "Nothing was found." } }
            @let orders = next(review);
            @if !orders.is_empty() {
                h3 { "What to do next" }
                ol.next { @for order in &orders { li { (rich(order)) } } }
            }
            @if !rooms.is_empty() {
                h3 { "Findings by room" }
                figure.drawing.severity { (scroll("Findings by room, drawn", PreEscaped(rows(&bars(rooms))))) }
                (scroll("Findings by room", html! {
                    table.matrix {
                        thead { tr { th scope="col" { "Room" } @for s in COLUMNS { th scope="col" { (s.word()) "s" } } } }
                        tbody {
                            @for (room, list) in rooms {
                                tr {
                                    th scope="row" { a href={ "#" (anchor("room", room)) } { (one_line(room)) } }
                                    @for s in COLUMNS {
                                        @let n = count(list, s);
                                        td class=(if n == 0 { "zero" } else { s.word() }) { (n) }
                                    }
                                }
                            }
                        }
                    }
                }))
            }
        }
    }
}

/// Findings of each room by severity, for a plot.
fn bars(rooms: &Rooms) -> Rows {
    let figure = |list: &[&Told], s: Severity| Some(Figure::alone(count(list, s) as f64));
    Rows {
        id: "by-room".into(),
        title: "Findings by room and severity".into(),
        axis: Axis { label: "findings".into(), unit: Unit::Number, scale: Scale::Linear },
        marks: COLUMNS.map(|s| format!("{}s", s.word())).to_vec(),
        bars: true,
        rows: rooms
            .iter()
            .map(|(room, list)| Row {
                name: room.to_string(),
                figures: COLUMNS.map(|s| figure(list, s)).to_vec(),
                target: None,
            })
            .collect(),
    }
}

fn not_judged(review: &Review) -> Markup {
    html! {
        section #not-judged {
            h2 { "Not judged" }
            @if review.not_judged.is_empty() { p.quiet { "Everything that was read was judged." } }
            @else { p { "Of this the review says nothing: it may be sound or not." } }
            dl.gaps {
                @for (things, why) in not_judged_by_reason(review).iter().take(LISTED) {
                    @let (why, rest) = why.split_once('\n').unwrap_or((why, ""));
                    dt {
                        @for (i, thing) in things.iter().take(LISTED).enumerate() { @if i > 0 { ", " } code { (one_line(thing)) } }
                        @if things.len() > LISTED { " and " (things.len() - LISTED) " more" }
                    }
                    dd { (rich(why)) @if !rest.is_empty() { pre { code { (clean(rest)) } } } }
                }
            }
            (more(not_judged_by_reason(review).len()))
        }
    }
}

fn looked_away(review: &Review) -> Markup {
    html! {
        section #looked-away {
            h2 { "Looked away from" }
            @if review.ignored.is_empty() { p.quiet { "Nobody asked to look away from anything." } }
            @else { (exceptions("Looked away from", "Object", &review.ignored)) }
            @if !review.unused_ignores.is_empty() {
                h3 { "Exceptions to take away" }
                p { "These are about nothing any more, or say no reason." }
                (exceptions("Exceptions to take away", "Ignores", &review.unused_ignores))
            }
        }
    }
}

fn exceptions(label: &str, of: &str, list: &[Ignored]) -> Markup {
    html! {
        (scroll(label, html! {
            table {
                thead { tr { @for heading in ["Rule", of, "Reason", "Said in"] { th scope="col" { (heading) } } } }
                tbody {
                    @for item in list.iter().take(LISTED) {
                        tr {
                            th scope="row" { code { (one_line(&item.rule)) } }
                            td { code { (one_line(&item.path)) } }
                            td.reasoned { (rich(&item.because)) }
                            td { (one_line(&item.said_in)) }
                        }
                    }
                }
            }
        }))
        (more(list.len()))
    }
}

/// What a list leaves out.
fn more(all: usize) -> Markup {
    html! { @if all > LISTED { p.quiet { (all - LISTED) " more are in " a href="review.json" { "review.json" } "." } } }
}
