//! `index.html`: the whole dossier in one file that needs no network and no script.
pub mod appendix;
pub mod claims;
pub mod driven;
pub mod items;
pub mod measured;
pub mod review;
pub mod rich;
pub mod schema;
pub mod summary;

use crate::{
    arrange::{self, ItemTold},
    diagram::{Place, concepts_svg, draw, er_svg},
    horizon, plot, sizes,
    text::{anchor, one_line},
    words::Status,
};
use items::item_anchor;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use rich::{rich, source_short};
use tw_model::dossier::Dossier;

/// The page's own style.
pub const STYLE: &str = include_str!("style.css");
/// Verdicts in the order of columns and figures.
const COLUMNS: [Status; 4] = [Status::Held, Status::Refuted, Status::Undecided, Status::Untried];
/// Filtering and opening; the page is whole without it.
pub const SCRIPT: &str = include_str!("script.js");

/// `index.html`.
pub fn html(dossier: &Dossier) -> String {
    let claims = arrange::claims(dossier);
    let items = arrange::items(dossier);
    let title = one_line(&dossier.model.title);
    let body = html! {
        a.skip href="#main" { "Skip to the dossier" }
        (summary::head(dossier, &claims))
        div.frame {
            (contents(entries(&items)))
            main #main {
                (summary::summary(dossier, &items, &claims))
                (filter("Find claims", "Account.balance, columns/not-null, ...", "verdict", &COLUMNS.map(Status::class)))
                (summary::gaps(dossier))
                @for item in &items {
                    (items::item(item, extra(item.number, dossier)))
                }
                section #tables {
                    h2 { "Tables" }
                    p { "The physical design, as " a href="schema.sql" { code { "schema.sql" } } " creates it. Select a table to read its page." }
                    (figure("Tables and their references", &er_svg(&dossier.physical, Place::Inline), "er.svg"))
                    (schema::tables(dossier))
                }
                section #workload { h2 { "Workload" } (appendix::workload(dossier, &claims)) }
                section #files { h2 { "Files" } (file_list(dossier)) (appendix::files(dossier)) }
                section #brief { h2 { "The brief" } (appendix::brief(dossier, &claims)) }
            }
        }
        footer { p { "Made by Tablewright from the brief alone. The same brief, seed and server give the same bytes." } }
    };
    page(&title, body, SCRIPT)
}

/// A whole page around a body.
pub fn page(title: &str, body: Markup, script: &str) -> String {
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; script-src 'sha256-{}'",
        base64(&tw_model::hash::sha256(script.as_bytes()))
    );
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="Content-Security-Policy" content=(policy);
                title { (title) }
                style { (PreEscaped(STYLE)) (PreEscaped(draw::STYLE)) (PreEscaped(plot::STYLE)) }
            }
            body { (body) @if !script.is_empty() { script { (PreEscaped(script)) } } }
        }
    }
    .into_string()
}

/// Where the script puts a search over everything of class `claim`, and what it asks: words, and one of the classes
/// that a claim can have.
pub(super) fn filter(label: &str, example: &str, by: &str, classes: &[&str]) -> Markup {
    html! { div #filter data-label=(label) data-example=(example) data-by=(by) data-classes=(classes.join(" ")) {} }
}

/// The contents beside the page: entries of a list.
pub(super) fn contents(entries: Markup) -> Markup {
    html! {
        nav.contents aria-label="Contents" {
            details {
                summary { "Contents" }
                ol { (entries) }
            }
        }
    }
}

/// An entry of the contents.
pub(super) fn entry(to: &str, name: &str) -> Markup {
    html! { li { a href={ "#" (to) } { (name) } } }
}

fn entries(items: &[ItemTold]) -> Markup {
    html! {
        (entry("summary", "Summary"))
        (entry("gaps", "Assumptions"))
        @for item in items {
            @let tally = item.tally();
            li {
                a href={ "#" (item_anchor(item.number)) } { span.number { (item.number) } " " (item.title) }
                @if tally.refuted > 0 { " " span.badge.refuted { "✗ " (tally.refuted) } }
                @if tally.undecided > 0 { " " span.badge.undecided { "? " (tally.undecided) } }
                @if item.not_designed.is_some() { " " span.badge.untried { "○ open" } }
            }
        }
        @for (to, name) in [("tables", "Tables"), ("workload", "Workload"), ("files", "Files"), ("brief", "The brief")] {
            (entry(to, name))
        }
    }
}

/// What stands after the introduction of an item.
fn extra(item: &str, dossier: &Dossier) -> Markup {
    match item {
        "2.2" => concepts(dossier),
        "2.4" => sizes(dossier),
        "2.8" => plans(dossier),
        _ => html! {},
    }
}

fn sizes(dossier: &Dossier) -> Markup {
    let rows = sizes::size_rows(dossier);
    let Some(sizes) = dossier.draft.sizes.as_ref().filter(|_| !rows.is_empty()) else { return html! {} };
    let caption = sizes::caption(sizes);
    html! {
        p { (caption) "." }
        (schema::scroll(&caption, html! {
            table {
                thead { tr { @for heading in sizes::HEADINGS { th scope="col" { (heading) } } } }
                tbody {
                    @for row in &rows {
                        tr {
                            th scope="row" { @if row.is_index { "· " } code { (row.name) } }
                            @for cell in &row.cells { td { (cell) } }
                        }
                    }
                }
            }
        }))
    }
}

fn plans(dossier: &Dossier) -> Markup {
    let rows = horizon::plan_rows(dossier);
    if rows.is_empty() {
        return html! {};
    }
    html! {
        p { (horizon::CAPTION) "." }
        (schema::scroll(horizon::CAPTION, html! {
            table {
                thead { tr { @for heading in horizon::HEADINGS { th scope="col" { (heading) } } } }
                tbody {
                    @for [query, rows, planned, without] in &rows {
                        tr { th scope="row" { code { (query) } } td { (rows) } td { (planned) } td { (without) } }
                    }
                }
            }
        }))
    }
}

fn concepts(dossier: &Dossier) -> Markup {
    html! {
        (figure("Concepts and how they relate", &concepts_svg(&dossier.model, Place::Inline), ""))
        dl.entities {
            @for entity in &dossier.model.entities {
                dt id=(anchor("entity", &entity.name)) { (one_line(&entity.name)) " " (source_short(&entity.origin)) }
                dd { @if entity.purpose.is_empty() { "No words in the brief." } @else { (rich(&entity.purpose)) } }
            }
        }
    }
}

/// A drawing in a frame that scrolls.
fn figure(caption: &str, svg: &str, file: &str) -> Markup {
    html! {
        figure.drawing {
            (schema::scroll(caption, PreEscaped(svg.to_string())))
            figcaption { (caption) @if !file.is_empty() { " (" a href=(file) { (file) } ")" } }
        }
    }
}

fn file_list(dossier: &Dossier) -> Markup {
    let proven = dossier.evidence.is_some();
    let files = [
        ("schema.sql", "the tables, loadable as it stands", true),
        ("roles.sql", "roles, privileges and policies", !dossier.roles_sql.is_empty()),
        ("postgresql.conf", "settings of the server", dossier.draft.artifacts.contains_key("postgresql.conf")),
        ("partitions.sql", "upkeep of partitions by time", dossier.draft.artifacts.contains_key("partitions.sql")),
        ("design.json", "the design as data", true),
        ("evidence.json", "every receipt as data", proven),
        ("dossier.md", "this dossier as text", true),
        ("er.svg", "the diagram of the tables", true),
        ("er.mmd", "the same for Mermaid", true),
        ("measured.json", "figures, which differ from run to run", proven),
        ("measured.html", "the same figures, drawn", proven),
    ];
    let there: Vec<(&str, &str)> = files.iter().filter(|f| f.2).map(|f| (f.0, f.1)).collect();
    beside(&there)
}

/// Files beside the page, and what each is.
pub(super) fn beside(files: &[(&str, &str)]) -> Markup {
    html! { ul.files { @for (name, what) in files { li { a href=(name) { code { (name) } } ", " (what) } } } }
}

/// Base64 of bytes given as hexadecimal: the form in which a content policy names a script.
fn base64(hex: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bytes: Vec<u32> =
        (0..hex.len() / 2).filter_map(|i| u32::from_str_radix(hex.get(2 * i..2 * i + 2)?, 16).ok()).collect();
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let at = |i: usize| chunk.get(i).copied().unwrap_or(0);
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for i in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * i) & 63) as usize];
            out.push(if i <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn base64_of_any_length() {
        assert_eq!(super::base64("4d616e"), "TWFu");
        assert_eq!(super::base64("4d61"), "TWE=");
        assert_eq!(super::base64("4d"), "TQ==");
    }
}
