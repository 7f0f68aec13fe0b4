//! The tables of a review: all of them in a list, then their pages with what was found about each.
use super::{
    COLUMNS, Left, TABLES_BYTES,
    findings::{Told, badge},
};
use crate::{
    diagram::tables::{shown, wholes},
    html::{rich::rich, schema},
    plot::{Unit, scale::written},
    review::{holders, message},
    text::{anchor, one_line},
};
use maud::{Markup, html};
use std::{cmp::Reverse, collections::BTreeMap};
use tw_model::{
    finding::{Review, Severity},
    schema::Table,
};

/// What was found about each table, by its place among the wholes.
type Found<'a> = BTreeMap<usize, Vec<&'a Told<'a>>>;

/// The list and the pages. Where there are too many, pages of the tables with the worst findings come first.
pub fn tables(review: &Review, told: &[Told]) -> Markup {
    let wholes = wholes(&review.schema);
    let found = about(&wholes, told);
    let worst = |at: &usize| found.get(at).and_then(|list| list.iter().map(|t| t.finding.severity).max());
    let mut order: Vec<usize> = (0..wholes.len()).collect();
    order.sort_by_key(|at| Reverse(worst(at)));
    let mut left = Left(TABLES_BYTES);
    let mut pages: BTreeMap<usize, Markup> = BTreeMap::new();
    for at in order {
        let list = found.get(&at).map_or(&[][..], Vec::as_slice);
        pages.extend(left.fit(schema::table(&review.schema, wholes[at], head(list), None)).map(|page| (at, page)));
    }
    html! {
        @if !wholes.is_empty() { (list(review, &wholes, &found, &pages)) }
        @if pages.len() < wholes.len() {
            p.quiet { "The page is full: " (wholes.len() - pages.len()) " tables without graver findings have no page of their own here; " a href="schema.sql" { "schema.sql" } " has them all." }
        }
        @for page in pages.values() { (page) }
    }
}

/// Findings by the table that they are about, or about a part of.
fn about<'a>(wholes: &[&Table], told: &'a [Told<'a>]) -> Found<'a> {
    let index: BTreeMap<String, usize> =
        wholes.iter().enumerate().map(|(at, t)| (format!("{}.{}", t.name.schema, t.name.name), at)).collect();
    let mut found = Found::new();
    for one in told {
        if let Some(at) = holders(&one.finding.subject.path).find_map(|path| index.get(path)) {
            found.entry(*at).or_default().push(one);
        }
    }
    found
}

fn list(review: &Review, wholes: &[&Table], found: &Found, pages: &BTreeMap<usize, Markup>) -> Markup {
    let sized = !review.sizes.is_empty();
    html! {
        @if sized { p.quiet { "Rows and sizes are what the server last counted." } }
        (schema::scroll("Tables", html! {
            table.matrix {
                thead { tr {
                    th scope="col" { "Table" }
                    th scope="col" { "columns" }
                    @if sized { th scope="col" { "rows" } th scope="col" { "size" } }
                    @for s in COLUMNS { th scope="col" { (s.word()) "s" } }
                } }
                tbody {
                    @for (at, table) in wholes.iter().enumerate() {
                        @let name = shown(&table.name);
                        @let own = found.get(&at).map_or(&[][..], Vec::as_slice);
                        tr {
                            @if pages.contains_key(&at) { th scope="row" { a href={ "#" (anchor("table", &name)) } { (one_line(&name)) } } }
                            @else { th scope="row" id=(anchor("table", &name)) { (one_line(&name)) } }
                            td.zero { (table.columns.len()) }
                            @if sized { (size(review, table)) }
                            @for s in COLUMNS { (cell(own, s)) }
                        }
                    }
                }
            }
        }))
    }
}

fn size(review: &Review, table: &Table) -> Markup {
    html! {
        @match review.sizes.get(&table.name) {
            Some(size) => {
                td.zero { (written(Unit::Rows, size.rows as f64)) }
                td.zero { (written(Unit::Bytes, size.bytes as f64)) }
            },
            None => { td.zero { "–" } td.zero { "–" } },
        }
    }
}

fn cell(own: &[&Told], severity: Severity) -> Markup {
    let n = super::count(own, severity);
    html! { td class=(if n == 0 { "zero" } else { severity.word() }) { (n) } }
}

/// What was found about a table, at the head of its page; what is not on the page is not named.
fn head(own: &[&Told]) -> Markup {
    html! {
        @if !own.is_empty() {
            ul.about {
                @for one in own {
                    @if let Some(anchor) = &one.anchor {
                        li { (badge(one.finding.severity)) " " a href={ "#" (anchor) } { (rich(&message(one.finding))) } }
                    }
                }
            }
        }
    }
}
