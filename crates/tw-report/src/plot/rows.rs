//! A plot with one axis and a row for each thing: dots with intervals and targets, or bars, one behind the other.
use super::{
    Figure, ROWS_DRAWN, Row, Rows, SERIES_DRAWN,
    ink::{self, Anchor, Entry, MARGIN, WIDTH},
    scale::{Laid, lay, written},
};
use crate::{diagram::layers::n, text::one_line};
use std::fmt::Write;

const ROW: f64 = 24.0;

/// The rows as SVG.
pub fn rows(rows: &Rows) -> String {
    let shown: Vec<&Row> = rows.rows.iter().take(ROWS_DRAWN).collect();
    let mut body = String::new();
    let mut entries: Vec<Entry> =
        rows.marks.iter().take(SERIES_DRAWN).enumerate().map(|(i, name)| Entry::Series(i, name)).collect();
    if shown.iter().any(|r| r.target.is_some()) {
        entries.push(Entry::Upright("target"));
    }
    let single = entries.len() == 1;
    let head = ink::head(&mut body, &rows.title, if single { &[] } else { &entries });
    let values = shown.iter().flat_map(|r| {
        let ends = |f: &Figure| [Some(f.value), f.low, f.high];
        let whole: f64 = r.figures.iter().take(SERIES_DRAWN).flatten().map(|f| f.value).sum();
        let each = r.figures.iter().take(SERIES_DRAWN).flatten().flat_map(ends);
        each.chain([r.target, rows.bars.then_some(whole)]).flatten()
    });
    let axis = lay(rows.axis.scale, values, 6);
    let widest = shown.iter().map(|r| ink::label_width(&ink::name(&r.name))).fold(0.0, f64::max);
    let (left, right) = (MARGIN + widest + 14.0, WIDTH - MARGIN - 26.0);
    let (top, bottom) = (head + 8.0, head + 8.0 + ROW * shown.len().max(1) as f64);
    let at = |v: f64| axis.place(v).map(|p| left + p * (right - left));
    ruler(&mut body, rows, &axis, &at, (left, right, top, bottom));
    for (i, row) in shown.iter().enumerate() {
        let y = top + ROW * i as f64 + ROW / 2.0;
        ink::text(&mut body, "label", left - 8.0, y + 4.0, Anchor::End, &ink::name(&row.name));
        one(&mut body, rows, row, y, left, &at);
    }
    let mut height = bottom + 44.0;
    let missing = rows.rows.len() - shown.len();
    if missing > 0 {
        ink::text(&mut body, "note", MARGIN, height + 2.0, Anchor::Start, &format!("{missing} more are not drawn."));
        height += 16.0;
    }
    ink::framed(&rows.id, &rows.title, &about(rows, &shown), height, &body)
}

type Place<'a> = dyn Fn(f64) -> Option<f64> + 'a;

fn ruler(out: &mut String, rows: &Rows, axis: &Laid, at: &Place, (left, right, top, bottom): (f64, f64, f64, f64)) {
    let words: Vec<String> = axis.ticks.iter().map(|t| written(rows.axis.unit, *t)).collect();
    let places: Vec<f64> = axis.ticks.iter().filter_map(|t| at(*t)).collect();
    let mut grid = String::new();
    for x in &places {
        let _ = write!(grid, "M{} {}V{}", n(*x), n(top), n(bottom));
    }
    ink::beneath(out, &places, &words, bottom + 15.0);
    ink::path(out, "grid", &grid);
    ink::path(out, "axis", &format!("M{} {}V{}H{}", n(left), n(top), n(bottom), n(right)));
    ink::text(out, "note", right, bottom + 32.0, Anchor::End, &ink::name(&rows.axis.label));
}

fn one(out: &mut String, rows: &Rows, row: &Row, y: f64, left: f64, at: &Place) {
    let (mut before, mut from) = (0.0, left);
    for (series, figure) in row.figures.iter().take(SERIES_DRAWN).enumerate() {
        let Some((figure, x)) = figure.and_then(|f| Some((f, at(before + f.value)?))) else { continue };
        if rows.bars && figure.value != 0.0 {
            let _ = write!(
                out,
                "<rect class=\"bar s{series}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"12\"/>",
                n(from),
                n(y - 6.0),
                n((x - from).max(0.5))
            );
            (before, from) = (before + figure.value, x);
        }
        let ends = (figure.low.and_then(at), figure.high.and_then(at));
        if let (Some(a), Some(b)) = ends
            && b > a
        {
            ink::path(out, &format!("span s{series}"), &format!("M{} {}H{}", n(a), n(y), n(b)));
        }
        if !rows.bars {
            ink::mark(out, series, x, y);
        }
    }
    if let Some(x) = row.target.and_then(at) {
        ink::path(out, "target", &format!("M{} {}V{}", n(x), n(y - 9.0), n(y + 9.0)));
    }
}

/// The plot in words: every figure.
fn about(rows: &Rows, shown: &[&Row]) -> String {
    let mut said = format!("{}.", one_line(&rows.axis.label));
    for row in shown {
        let figures: Vec<String> = rows
            .marks
            .iter()
            .zip(&row.figures)
            .filter_map(|(mark, f)| Some(format!("{} {}", one_line(mark), written(rows.axis.unit, f.as_ref()?.value))))
            .chain(row.target.map(|t| format!("target {}", written(rows.axis.unit, t))))
            .collect();
        said += &format!(" {}: {}.", one_line(&row.name), figures.join(", "));
    }
    said
}
