//! Boxes, edges and crow's feet as SVG.
use super::{
    Place,
    layers::{self, Link, Placed, Size, Tip, n},
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
const MARK_WIDTH: f64 = 26.0;
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
    /// `PK`, `FK`, or empty.
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
pub const STYLE: &str = include_str!("er.css");

/// Colours for a file that stands alone.
const ALONE: &str = "svg.er{--er-paper:#fff;--er-bar:#eef2f5;--er-ink:#1c2530;--er-soft:#5a6572;--er-line:#8793a0;--er-accent:#0b5c8a;background:#fff}\
@media(prefers-color-scheme:dark){svg.er{--er-paper:#161b21;--er-bar:#222a33;--er-ink:#e6eaee;--er-soft:#a3aeb9;--er-line:#6f7c89;--er-accent:#7cc0ee;background:#161b21}}";

/// The drawing as SVG. `id` makes the ids of a page's drawings differ.
pub fn svg(
    id: &str,
    title: &str,
    about: &str,
    nodes: &[Node],
    edges: &[Edge],
    place: Place,
) -> String {
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
    write_edges(&mut out, edges, &placed);
    for (node, rect) in nodes.iter().zip(&placed.boxes) {
        write_node(&mut out, node, rect, place);
    }
    out.push_str("</svg>");
    out
}

/// Size of a box that holds all its text.
pub fn size(node: &Node) -> Size {
    let title = width(&name_of(&node.title), Face::Bold, TITLE_SIZE);
    let note = width(&note_of(&node.note), Face::Regular, NOTE_SIZE);
    let rows = node.rows.iter().map(|r| {
        MARK_WIDTH
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

fn link(edge: &Edge) -> Link {
    let port = |row: Option<usize>| {
        row.map(|r| TITLE_HEIGHT + r as f64 * ROW_HEIGHT + ROW_HEIGHT / 2.0 + 2.0)
    };
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
    if dir > 0.0 {
        format!("{verb} ▸")
    } else {
        format!("◂ {verb}")
    }
}

fn write_edges(out: &mut String, edges: &[Edge], placed: &Placed) {
    for (edge, route) in edges.iter().zip(&placed.routes) {
        let _ = write!(
            out,
            "<g class=\"edge\"><title>{}</title><path class=\"line\" d=\"{}\"/>",
            escape(&one_line(&edge.spoken)),
            route.path
        );
        mark(out, route.from, edge.from_end);
        mark(out, route.to, edge.to_end);
        if !edge.label.is_empty() {
            let tip = if edge.label_at_from {
                route.from
            } else {
                route.to
            };
            let own = edge.from == edge.to;
            let _ = write!(
                out,
                "<text class=\"verb\" x=\"{}\" y=\"{}\"{}>{}</text>",
                n(tip.x + tip.dir * MARK_ROOM),
                n(tip.y - 5.0),
                if tip.dir > 0.0 {
                    ""
                } else {
                    " text-anchor=\"end\""
                },
                escape(&if own {
                    format!("{} ↺", note_of(&edge.label))
                } else {
                    spelled(edge, tip.dir)
                })
            );
        }
        out.push_str("</g>");
    }
}

/// The crow's foot or bars at an end.
fn mark(out: &mut String, tip: Tip, end: End) {
    let x = |d: f64| n(tip.x + tip.dir * d);
    let bar = |d: f64| format!("M{} {}V{}", x(d), n(tip.y - 6.0), n(tip.y + 6.0));
    let foot = format!(
        "M{} {}L{} {}L{} {}",
        x(0.0),
        n(tip.y - 7.0),
        x(12.0),
        n(tip.y),
        x(0.0),
        n(tip.y + 7.0)
    );
    let ring = |d: f64| {
        format!(
            "<circle class=\"ring\" cx=\"{}\" cy=\"{}\" r=\"4\"/>",
            x(d),
            n(tip.y)
        )
    };
    let (path, ring) = match end {
        End::One => (format!("{}{}", bar(7.0), bar(12.0)), String::new()),
        End::ZeroOrOne => (bar(7.0), ring(15.0)),
        End::ZeroOrMore => (foot, ring(16.0)),
        End::OneOrMore => (format!("{foot}{}", bar(16.0)), String::new()),
        End::General => {
            let _ = write!(
                out,
                "<path class=\"ring\" d=\"M{} {}L{} {}L{} {}Z\"/>",
                x(0.0),
                n(tip.y),
                x(13.0),
                n(tip.y - 7.0),
                x(13.0),
                n(tip.y + 7.0)
            );
            return;
        }
        End::Plain => return,
    };
    let _ = write!(out, "<path class=\"line\" d=\"{path}\"/>{ring}");
}

fn write_node(out: &mut String, node: &Node, rect: &layers::Rect, place: Place) {
    let (x, y, w, h) = (rect.x, rect.y, rect.width, rect.height);
    let linked = place == Place::Inline && !node.href.is_empty();
    if linked {
        let _ = write!(out, "<a href=\"#{}\">", escape(&node.href));
    }
    let _ = write!(
        out,
        "<g class=\"box\"><title>{}</title><rect class=\"face\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"6\"/>",
        escape(&one_line(&node.title)),
        n(x),
        n(y),
        n(w),
        n(h)
    );
    if node.weak {
        let _ = write!(
            out,
            "<rect class=\"inner\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"4\"/>",
            n(x + 3.0),
            n(y + 3.0),
            n(w - 6.0),
            n(h - 6.0)
        );
    }
    let text = |out: &mut String, class: &str, x: f64, y: f64, end: bool, text: &str| {
        let _ = write!(
            out,
            "<text class=\"{class}\" x=\"{}\" y=\"{}\"{}>{}</text>",
            n(x),
            n(y),
            if end { " text-anchor=\"end\"" } else { "" },
            escape(text)
        );
    };
    if node.rows.is_empty() {
        let middle = y + h / 2.0;
        let top = if node.note.is_empty() {
            middle + 5.0
        } else {
            middle - 4.0
        };
        text(out, "name", x + PAD, top, false, &name_of(&node.title));
        if !node.note.is_empty() {
            text(
                out,
                "note",
                x + PAD,
                middle + 14.0,
                false,
                &note_of(&node.note),
            );
        }
    } else {
        let (r, b) = (x + w, y + TITLE_HEIGHT - 4.0);
        let _ = write!(
            out,
            "<path class=\"bar\" d=\"M{} {}v{}a6 6 0 0 1 6 -6h{}a6 6 0 0 1 6 6v{}Z\"/>",
            n(x),
            n(b),
            n(-(TITLE_HEIGHT - 10.0)),
            n(w - 12.0),
            n(TITLE_HEIGHT - 10.0)
        );
        text(out, "name", x + PAD, y + 20.0, false, &name_of(&node.title));
        if !node.note.is_empty() {
            text(out, "note", r - PAD, y + 20.0, true, &note_of(&node.note));
        }
        for (i, row) in node.rows.iter().enumerate() {
            let base = y + TITLE_HEIGHT + i as f64 * ROW_HEIGHT + 17.0;
            if !row.mark.is_empty() {
                text(out, "key", x + PAD - 4.0, base, false, row.mark);
            }
            let class = if row.optional { "col maybe" } else { "col" };
            text(
                out,
                class,
                x + PAD + MARK_WIDTH - 4.0,
                base,
                false,
                &name_of(&row.name),
            );
            text(out, "type", r - PAD, base, true, &note_of(&row.note));
        }
    }
    out.push_str(if linked { "</g></a>" } else { "</g>" });
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
