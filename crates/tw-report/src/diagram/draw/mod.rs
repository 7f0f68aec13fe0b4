//! Boxes, edges and crow's feet as SVG.
mod boxes;
mod edges;

use super::{
    Place,
    layers::{self, Link, Size, n},
    metrics::{Face, width},
};
use crate::text::{one_line, short};
use std::fmt::Write;

/// Room beside a box for the marks of an edge's end.
pub const MARK_ROOM: f64 = 26.0;
/// Height of a box's title bar.
pub const TITLE_HEIGHT: f64 = 34.0;
/// Height of one row.
pub const ROW_HEIGHT: f64 = 22.0;
const PAD: f64 = 14.0;
const TITLE_SIZE: f64 = 14.0;
const ROW_SIZE: f64 = 12.0;
const NOTE_SIZE: f64 = 11.0;
const LABEL_SIZE: f64 = 12.0;
const LONGEST_NAME: usize = 40;
const LONGEST_NOTE: usize = 30;

/// A box: a title, a line below it, rows.
#[derive(Clone, Debug, Default)]
pub struct Node {
    /// Title.
    pub title: String,
    /// Small text beside or under the title.
    pub note: String,
    /// Anchor in the page.
    pub href: String,
    /// Rows.
    pub rows: Vec<Row>,
    /// Drawn with a double border: it exists only with its owner.
    pub weak: bool,
}

/// A row of a box.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// `PK`, `FK`, `PK FK`, or empty.
    pub mark: &'static str,
    /// Name.
    pub name: String,
    /// Type.
    pub note: String,
    /// May be absent: drawn lighter.
    pub optional: bool,
}

/// How many take part at an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Exactly one.
    One,
    /// None or one.
    ZeroOrOne,
    /// Any number.
    ZeroOrMore,
    /// At least one.
    OneOrMore,
    /// Not a count: the general side of a specialisation.
    General,
    /// Not a count: the special side.
    Plain,
}

/// An edge between two boxes, drawn with `from` at the left where possible.
#[derive(Clone, Debug)]
pub struct Edge {
    /// Box.
    pub from: usize,
    /// Box.
    pub to: usize,
    /// Row it leaves from.
    pub from_row: Option<usize>,
    /// Row it arrives at.
    pub to_row: Option<usize>,
    /// Count at `from`.
    pub from_end: End,
    /// Count at `to`.
    pub to_end: End,
    /// Verb.
    pub label: String,
    /// The label stands at `from` and reads towards `to`; else the other way round.
    pub label_at_from: bool,
    /// Spoken form, for a tooltip and for readers who cannot see the drawing.
    pub spoken: String,
}

/// The style of every drawing; colours are variables so that a page's dark mode reaches them.
pub const STYLE: &str = include_str!("../er.css");

/// Colours for a file that stands alone.
const ALONE: &str = "svg.er{--er-paper:#fff;--er-bar:#eef2f5;--er-ink:#1c2530;--er-soft:#5a6572;--er-line:#8793a0;--er-accent:#0b5c8a;background:#fff}\
@media(prefers-color-scheme:dark){svg.er{--er-paper:#161b21;--er-bar:#222a33;--er-ink:#e6eaee;--er-soft:#a3aeb9;--er-line:#6f7c89;--er-accent:#7cc0ee;background:#161b21}}";

/// The drawing as SVG. `id` makes the ids of a page's drawings differ.
pub fn svg(id: &str, title: &str, about: &str, nodes: &[Node], edges: &[Edge], place: Place) -> String {
    let sizes: Vec<Size> = nodes.iter().map(size).collect();
    let links: Vec<Link> = edges.iter().map(link).collect();
    let placed = layers::place(&sizes, &links);
    let margin = 10.0;
    let (w, h) = (placed.width + 2.0 * margin, placed.height + 2.0 * margin);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"er\" width=\"{w}\" height=\"{h}\" viewBox=\"{m} {m} {w} {h}\" role=\"{role}\" aria-labelledby=\"{id}-title {id}-about\"><title id=\"{id}-title\">{}</title><desc id=\"{id}-about\">{}</desc>",
        escape(title),
        escape(about),
        w = n(w.ceil()),
        h = n(h.ceil()),
        m = n(-margin),
        role = if place == Place::File { "img" } else { "group" },
    );
    if place == Place::File {
        let _ = write!(out, "<style>{ALONE}{STYLE}</style>");
    }
    edges::write_edges(&mut out, edges, &placed);
    for (node, rect) in nodes.iter().zip(&placed.boxes) {
        boxes::write_node(&mut out, node, rect, place);
    }
    out.push_str("</svg>");
    out
}

/// Size of a box that holds all its text.
pub fn size(node: &Node) -> Size {
    let title = width(&name_of(&node.title), Face::Bold, TITLE_SIZE);
    let note = width(&note_of(&node.note), Face::Regular, NOTE_SIZE);
    let rows = node.rows.iter().map(|r| {
        mark_width(node)
            + width(&name_of(&r.name), Face::Mono, ROW_SIZE)
            + 18.0
            + width(&note_of(&r.note), Face::Mono, NOTE_SIZE)
    });
    let has_note = !node.note.is_empty();
    let (head, below) = match (node.rows.is_empty(), has_note) {
        (true, true) => (title.max(note), 18.0),
        (true, false) => (title, 8.0),
        (false, true) => (title + 14.0 + note, 6.0),
        (false, false) => (title, 6.0),
    };
    let widest = rows.fold(head, f64::max);
    Size {
        width: (widest + 2.0 * PAD).ceil().max(110.0),
        height: TITLE_HEIGHT + node.rows.len() as f64 * ROW_HEIGHT + below,
    }
}

/// Width of the column of marks.
fn mark_width(node: &Node) -> f64 {
    let longest = node.rows.iter().map(|r| r.mark.len()).max().unwrap_or(0);
    if longest > 2 { 42.0 } else { 26.0 }
}

fn link(edge: &Edge) -> Link {
    let port = |row: Option<usize>| row.map(|r| TITLE_HEIGHT + r as f64 * ROW_HEIGHT + ROW_HEIGHT / 2.0 + 2.0);
    let label = match edge.label.is_empty() {
        true => 0.0,
        false => width(&spelled(edge, 1.0), Face::Regular, LABEL_SIZE) + 6.0,
    };
    let room = |here: bool| MARK_ROOM + if here { label } else { 0.0 };
    Link {
        from: edge.from,
        to: edge.to,
        from_y: port(edge.from_row),
        to_y: port(edge.to_row),
        from_room: room(edge.label_at_from),
        to_room: room(!edge.label_at_from),
    }
}

fn spelled(edge: &Edge, dir: f64) -> String {
    let verb = note_of(&edge.label);
    if dir > 0.0 { format!("{verb} ▸") } else { format!("◂ {verb}") }
}

fn name_of(text: &str) -> String {
    short(&one_line(text), LONGEST_NAME)
}

fn note_of(text: &str) -> String {
    short(&one_line(text), LONGEST_NOTE)
}

/// XML text.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in crate::text::clean(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}
