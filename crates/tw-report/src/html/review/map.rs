//! The tables of a review drawn: one drawing where that can be read, else a map of the neighbourhoods and a drawing of
//! each.
use super::{DRAWINGS_BYTES, Left};
use crate::{
    arrange::plural,
    diagram::{
        BOXES_DRAWN, Place,
        draw::{Edge, End, Node, svg},
        neighbours::{self, Map, Neighbourhood},
        tables::{Drawn, drawn_svg, shown},
    },
    html::schema::scroll,
    text::{anchor, one_line},
};
use maud::{Markup, PreEscaped, html};
use std::collections::{BTreeMap, BTreeSet};
use tw_model::{
    finding::Review,
    schema::{Name, Table},
};

/// The drawings.
pub fn map(review: &Review) -> Markup {
    let map = neighbours::map(&review.schema);
    let common: Vec<String> = map.common().iter().map(|t| shown(&t.name)).collect();
    let overview = overview(&map);
    let Map { parts, alone } = map;
    let mut left = Left(DRAWINGS_BYTES);
    if let [whole] = parts.as_slice()
        && whole.name.is_empty()
    {
        return left.fit(drawing(review, whole, 0, false)).unwrap_or_else(|| full(1));
    }
    let drawn: Vec<Markup> =
        parts.iter().enumerate().map_while(|(n, part)| left.fit(drawing(review, part, n, true))).collect();
    let missing = &parts[drawn.len()..];
    html! {
        @match parts.len() {
            0 | 1 => p { "Drawn are the tables that refer to others or are referred to, with the columns of keys and references." },
            n => p { "These are too many tables for one drawing: they are drawn in " (n) " neighbourhoods, each of tables that belong together, with the columns of keys and references." },
        }
        @if !alone.is_empty() { p { (plural(alone.len(), "table")) " that refer to none, and that none refers to, are not drawn; they are in the list below." } }
        @if (2..=BOXES_DRAWN).contains(&parts.len()) {
            (framed("Neighbourhoods, and which refers to which", &overview))
            @if !common.is_empty() { p.quiet { "The map has no lines to what most neighbourhoods refer to: " (common.join(", ")) "." } }
        }
        @for drawing in &drawn { (drawing) }
        @for (n, part) in missing.iter().enumerate() {
            h3.map id=(place(drawn.len() + n)) { (one_line(&part.name)) " " span.count { (plural(part.tables.len(), "table")) } }
            @if n + 1 == missing.len() { (full(missing.len())) }
        }
    }
}

/// A drawing in a frame that scrolls.
fn framed(label: &str, svg: &str) -> Markup {
    html! { figure.drawing { (scroll(label, PreEscaped(svg.to_string()))) } }
}

fn full(missing: usize) -> Markup {
    html! { p.quiet { (plural(missing, "neighbourhood")) " more would make the page too large and " @if missing == 1 { "is" } @else { "are" } " not drawn; " a href="er.mmd" { "er.mmd" } " has every table." } }
}

fn drawing(review: &Review, part: &Neighbourhood, n: usize, keys_only: bool) -> Markup {
    let drawn =
        Drawn { id: format!("tables-{n}"), tables: part.tables.clone(), beside: part.beside.clone(), keys_only };
    let title = if part.name.is_empty() { "Tables and their references" } else { &part.name };
    let title = one_line(title);
    html! {
        @if !part.name.is_empty() { h3.map id=(place(n)) { (title) " " span.count { (plural(part.tables.len(), "table")) } } }
        (framed(&title, &drawn_svg(&review.schema, &drawn, &title, 0, Place::Inline)))
    }
}

fn place(n: usize) -> String {
    anchor("neighbourhood", &n.to_string())
}

/// Neighbourhoods as boxes that lead to their drawings.
fn overview(map: &Map) -> String {
    let (parts, common) = (&map.parts, map.common());
    let home: BTreeMap<&Name, usize> =
        parts.iter().enumerate().flat_map(|(n, part)| part.tables.iter().map(move |t| (&t.name, n))).collect();
    let nodes: Vec<Node> = parts
        .iter()
        .enumerate()
        .map(|(n, part)| Node {
            title: part.name.clone(),
            note: plural(part.tables.len(), "table"),
            href: place(n),
            ..Node::default()
        })
        .collect();
    let told = |t: &&&Table| !common.iter().any(|c| c.name == t.name);
    let links: BTreeSet<(usize, usize)> = parts
        .iter()
        .enumerate()
        .flat_map(|(n, part)| part.beside.iter().filter(told).filter_map(|t| home.get(&t.name)).map(move |to| (n, *to)))
        .collect();
    let edges: Vec<Edge> = links
        .iter()
        .map(|(from, to)| Edge {
            from: *to,
            to: *from,
            from_row: None,
            to_row: None,
            from_end: End::General,
            to_end: End::Plain,
            label: String::new(),
            label_at_from: true,
            spoken: format!("{} refers to {}", parts[*from].name, parts[*to].name),
        })
        .collect();
    svg("neighbourhoods", "Neighbourhoods", "What refers to what stands at each line.", &nodes, &edges, Place::Inline)
}
