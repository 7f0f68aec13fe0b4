//! What both forms of plot are drawn with: the frame, texts, the legend, marks told apart by shape.
use crate::{
    diagram::{
        draw::escape,
        layers::n,
        metrics::{Face, width},
    },
    text::{one_line, short},
};
use std::fmt::Write;

/// Width of every plot in pixels. On a phone it scrolls in its frame.
pub const WIDTH: f64 = 640.0;
/// Room at every side.
pub const MARGIN: f64 = 14.0;
const LONGEST_TITLE: usize = 70;
const LONGEST_NAME: usize = 34;
const LEGEND_LINE: f64 = 18.0;

/// Where a text stands against its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// It is centred there.
    Middle,
    /// It ends there.
    End,
}

/// A text at a point.
pub fn text(out: &mut String, class: &str, x: f64, y: f64, anchor: Anchor, words: &str) {
    let anchor = match anchor {
        Anchor::Start => "",
        Anchor::Middle => " text-anchor=\"middle\"",
        Anchor::End => " text-anchor=\"end\"",
    };
    let _ = write!(out, "<text class=\"{class}\" x=\"{}\" y=\"{}\"{anchor}>{}</text>", n(x), n(y), escape(words));
}

/// A path.
pub fn path(out: &mut String, class: &str, d: &str) {
    let _ = write!(out, "<path class=\"{class}\" d=\"{d}\"/>");
}

/// A name as legends and rows show it.
pub fn name(words: &str) -> String {
    short(&one_line(words), LONGEST_NAME)
}

/// Width of a small text.
pub fn note_width(words: &str) -> f64 {
    width(words, Face::Regular, 11.0)
}

/// Width of a label.
pub fn label_width(words: &str) -> f64 {
    width(words, Face::Regular, 12.0)
}

/// The mark of a series, by shape as much as by colour.
pub fn mark(out: &mut String, series: usize, x: f64, y: f64) {
    let r = 4.0;
    let at = |dx: f64, dy: f64| format!("{} {}", n(x + dx), n(y + dy));
    let d = match series {
        0 => {
            let _ = write!(out, "<circle class=\"mark s0\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>", n(x), n(y), n(r));
            return;
        }
        1 => format!("M{}L{}L{}L{}Z", at(-r, -r), at(r, -r), at(r, r), at(-r, r)),
        2 => format!("M{}L{}L{}Z", at(0.0, -r - 1.0), at(r + 1.0, r), at(-r - 1.0, r)),
        3 => format!("M{}L{}L{}L{}Z", at(0.0, -r - 2.0), at(r + 2.0, 0.0), at(0.0, r + 2.0), at(-r - 2.0, 0.0)),
        4 => format!("M{}L{}L{}Z", at(-r - 1.0, -r), at(r + 1.0, -r), at(0.0, r + 1.0)),
        _ => format!("M{}L{}L{}L{}Z", at(-r - 1.0, -1.5), at(r + 1.0, -1.5), at(r + 1.0, 1.5), at(-r - 1.0, 1.5)),
    };
    path(out, &format!("mark s{series}"), &d);
}

/// An entry of the legend.
pub enum Entry<'a> {
    /// A series of this number.
    Series(usize, &'a str),
    /// A target or a line across.
    Upright(&'a str),
}

/// Draws title and legend from the top; gives the height they take.
pub fn head(out: &mut String, title: &str, entries: &[Entry]) -> f64 {
    let mut words = one_line(title);
    let mut limit = LONGEST_TITLE;
    while width(&words, Face::Bold, 14.0) > WIDTH - 2.0 * MARGIN && limit > 1 {
        limit -= 1;
        words = short(&words, limit);
    }
    text(out, "name", MARGIN, MARGIN + 12.0, Anchor::Start, &words);
    let (mut x, mut y) = (MARGIN, MARGIN + 34.0);
    if entries.is_empty() {
        return MARGIN + 22.0;
    }
    for entry in entries {
        let (Entry::Series(_, words) | Entry::Upright(words)) = entry;
        let words = name(words);
        let takes = 18.0 + label_width(&words) + 16.0;
        if x > MARGIN && x + takes > WIDTH - MARGIN {
            (x, y) = (MARGIN, y + LEGEND_LINE);
        }
        match entry {
            Entry::Series(series, _) => mark(out, *series, x + 6.0, y - 4.0),
            Entry::Upright(_) => path(out, "target", &format!("M{} {}v12", n(x + 6.0), n(y - 10.0))),
        }
        text(out, "label", x + 18.0, y, Anchor::Start, &words);
        x += takes;
    }
    y + 8.0
}

/// The whole drawing around its body.
pub fn framed(id: &str, title: &str, about: &str, height: f64, body: &str) -> String {
    let id: String = id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' }).collect();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"plot\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" role=\"img\" aria-labelledby=\"{id}-title {id}-about\"><title id=\"{id}-title\">{}</title><desc id=\"{id}-about\">{}</desc>{body}</svg>",
        escape(&one_line(title)),
        escape(&one_line(about)),
        w = n(WIDTH),
        h = n(height.ceil()),
    )
}

/// Writes these labels under their places, upwards, as far as they have room: the first, and each that is
/// clear of the one written before it. A label at an end is moved inwards.
pub fn beneath(out: &mut String, places: &[f64], labels: &[String], y: f64) {
    let mut end = f64::NEG_INFINITY;
    for (place, words) in places.iter().zip(labels) {
        let half = note_width(words) / 2.0;
        let centre = place.min(WIDTH - half - 2.0).max(half + 2.0);
        if centre - half >= end {
            text(out, "note", centre, y, Anchor::Middle, words);
            end = centre + half + 8.0;
        }
    }
}
