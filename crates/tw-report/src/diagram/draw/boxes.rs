//! Boxes with their title and rows.
use super::{Node, PAD, ROW_HEIGHT, TITLE_HEIGHT, escape, mark_width, name_of, note_of};
use crate::{
    diagram::{
        Place,
        layers::{Rect, n},
    },
    text::one_line,
};
use std::fmt::Write;

/// One box.
pub(super) fn write_node(out: &mut String, node: &Node, rect: &Rect, place: Place) {
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
        let top = if node.note.is_empty() { middle + 5.0 } else { middle - 4.0 };
        text(out, "name", x + PAD, top, false, &name_of(&node.title));
        if !node.note.is_empty() {
            text(out, "note", x + PAD, middle + 14.0, false, &note_of(&node.note));
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
            text(out, class, x + PAD + mark_width(node) - 4.0, base, false, &name_of(&row.name));
            text(out, "type", r - PAD, base, true, &note_of(&row.note));
        }
    }
    out.push_str(if linked { "</g></a>" } else { "</g>" });
}
