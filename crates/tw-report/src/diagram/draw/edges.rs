//! Edges with their marks and verbs.
use super::{Edge, End, MARK_ROOM, escape, note_of, spelled};
use crate::{
    diagram::layers::{Placed, Tip, n},
    text::one_line,
};
use std::fmt::Write;

/// Every edge.
pub(super) fn write_edges(out: &mut String, edges: &[Edge], placed: &Placed) {
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
            let tip = if edge.label_at_from { route.from } else { route.to };
            let own = edge.from == edge.to;
            let _ = write!(
                out,
                "<text class=\"verb\" x=\"{}\" y=\"{}\"{}>{}</text>",
                n(tip.x + tip.dir * MARK_ROOM),
                n(tip.y - 5.0),
                if tip.dir > 0.0 { "" } else { " text-anchor=\"end\"" },
                escape(&if own { format!("{} ↺", note_of(&edge.label)) } else { spelled(edge, tip.dir) })
            );
        }
        out.push_str("</g>");
    }
}

/// The crow's foot or bars at an end.
fn mark(out: &mut String, tip: Tip, end: End) {
    let x = |d: f64| n(tip.x + tip.dir * d);
    let bar = |d: f64| format!("M{} {}V{}", x(d), n(tip.y - 6.0), n(tip.y + 6.0));
    let foot = format!("M{} {}L{} {}L{} {}", x(0.0), n(tip.y - 7.0), x(12.0), n(tip.y), x(0.0), n(tip.y + 7.0));
    let ring = |d: f64| format!("<circle class=\"ring\" cx=\"{}\" cy=\"{}\" r=\"4\"/>", x(d), n(tip.y));
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
