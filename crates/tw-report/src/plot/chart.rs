//! A plot with two axes: lines with bands, dots with bars, lines across.
use super::{
    Chart, Drawn, POINTS_DRAWN, Point, SERIES_DRAWN, Series,
    ink::{self, Anchor, Entry, MARGIN, WIDTH},
    scale::{Laid, drawable, lay, written},
};
use crate::{
    diagram::layers::n,
    text::{count, one_line},
};
use std::fmt::Write;

/// Height of the field between the axes.
const FIELD: f64 = 240.0;
/// Height of a line that names an upright.
const NAME_LINE: f64 = 15.0;

/// The field between the axes.
struct Field {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    x: Laid,
    y: Laid,
}

impl Field {
    fn at_x(&self, v: f64) -> Option<f64> {
        self.x.place(v).map(|p| self.left + p * (self.right - self.left))
    }
    fn at_y(&self, v: f64) -> Option<f64> {
        self.y.place(v).map(|p| self.bottom - p * (self.bottom - self.top))
    }
}

/// The chart as SVG.
pub fn chart(chart: &Chart) -> String {
    let shown: Vec<&Series> = chart.series.iter().take(SERIES_DRAWN).collect();
    let points: Vec<Vec<Point>> = shown.iter().map(|s| drawn(chart, s)).collect();
    let mut body = String::new();
    let entries: Vec<Entry> = shown.iter().enumerate().map(|(i, s)| Entry::Series(i, &s.name)).collect();
    let head = ink::head(&mut body, &chart.title, if shown.len() > 1 { &entries } else { &[] });
    let across = |upright: bool| chart.lines.iter().filter(move |l| l.upright == upright).map(|l| l.at);
    let x = lay(chart.x.scale, points.iter().flatten().map(|p| p.x).chain(across(true)), 7);
    let ends = |p: &Point| [Some(p.y.value), p.y.low, p.y.high].into_iter().flatten().collect::<Vec<_>>();
    let y = lay(chart.y.scale, points.iter().flatten().flat_map(ends).chain(across(false)), 5);
    let widest = y.ticks.iter().map(|t| ink::note_width(&written(chart.y.unit, *t))).fold(0.0, f64::max);
    // Each upright line has a line of its own for its name, so that no two names meet.
    let top = head + 24.0 + NAME_LINE * chart.lines.iter().filter(|l| l.upright).count() as f64;
    let field = Field { left: MARGIN + widest + 8.0, right: WIDTH - MARGIN - 26.0, top, bottom: top + FIELD, x, y };
    axes(&mut body, chart, &field, head);
    for (i, (series, points)) in shown.iter().zip(&points).enumerate() {
        line(&mut body, i, series.drawn, points, &field);
    }
    crossing(&mut body, chart, &field, head);
    let missing = missing(chart, &points);
    let mut height = field.bottom + 44.0;
    if !missing.is_empty() {
        ink::text(&mut body, "note", MARGIN, height + 2.0, Anchor::Start, &missing);
        height += 16.0;
    }
    ink::framed(&chart.id, &chart.title, &about(chart, &shown, &points, &missing), height, &body)
}

/// The points of a series that have a place, in the order of `x`.
fn drawn(chart: &Chart, series: &Series) -> Vec<Point> {
    let fits = |p: &&Point| drawable(chart.x.scale, p.x) && drawable(chart.y.scale, p.y.value);
    let mut points: Vec<Point> = series.points.iter().filter(fits).take(POINTS_DRAWN).copied().collect();
    points.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.value.total_cmp(&b.y.value)));
    points
}

fn axes(out: &mut String, chart: &Chart, field: &Field, head: f64) {
    let mut grid = String::new();
    for tick in &field.y.ticks {
        if let Some(y) = field.at_y(*tick) {
            let _ = write!(grid, "M{} {}H{}", n(field.left), n(y), n(field.right));
            ink::text(out, "note", field.left - 6.0, y + 4.0, Anchor::End, &written(chart.y.unit, *tick));
        }
    }
    let words: Vec<String> = field.x.ticks.iter().map(|t| written(chart.x.unit, *t)).collect();
    let places: Vec<f64> = field.x.ticks.iter().filter_map(|t| field.at_x(*t)).collect();
    for x in &places {
        let _ = write!(grid, "M{} {}V{}", n(*x), n(field.top), n(field.bottom));
    }
    ink::beneath(out, &places, &words, field.bottom + 15.0);
    ink::path(out, "grid", &grid);
    ink::path(out, "axis", &format!("M{} {}V{}H{}", n(field.left), n(field.top), n(field.bottom), n(field.right)));
    ink::text(out, "note", MARGIN, head + 14.0, Anchor::Start, &ink::name(&chart.y.label));
    ink::text(out, "note", field.right, field.bottom + 32.0, Anchor::End, &ink::name(&chart.x.label));
}

fn line(out: &mut String, series: usize, how: Drawn, points: &[Point], field: &Field) {
    let place = |p: &Point, y: f64| Some((field.at_x(p.x)?, field.at_y(y)?));
    if how == Drawn::Line {
        let whole: Vec<&Point> = points.iter().filter(|p| p.y.low.is_some() && p.y.high.is_some()).collect();
        let upper = whole.iter().filter_map(|p| place(p, p.y.high?));
        let lower = whole.iter().rev().filter_map(|p| place(p, p.y.low?));
        let around: Vec<String> = upper.chain(lower).map(|(x, y)| format!("{} {}", n(x), n(y))).collect();
        if whole.len() > 1 && around.len() > 2 {
            ink::path(out, &format!("band s{series}"), &format!("M{}Z", around.join("L")));
        }
        let joined: Vec<String> =
            points.iter().filter_map(|p| place(p, p.y.value)).map(|(x, y)| format!("{} {}", n(x), n(y))).collect();
        if joined.len() > 1 {
            ink::path(out, &format!("line s{series}"), &format!("M{}", joined.join("L")));
        }
    } else {
        for p in points {
            let (low, high) = (p.y.low.unwrap_or(p.y.value), p.y.high.unwrap_or(p.y.value));
            if let (true, Some((x, a)), Some((_, b))) = (high > low, place(p, low), place(p, high)) {
                ink::path(out, &format!("span s{series}"), &format!("M{} {}V{}", n(x), n(a), n(b)));
            }
        }
    }
    // More marks than this are a blur; the line alone tells it better.
    if how == Drawn::Dots || points.len() <= 60 {
        for (x, y) in points.iter().filter_map(|p| place(p, p.y.value)) {
            ink::mark(out, series, x, y);
        }
    }
}

fn crossing(out: &mut String, chart: &Chart, field: &Field, head: f64) {
    let mut named = head + 14.0;
    for line in &chart.lines {
        let words = ink::name(&line.name);
        let wide = ink::note_width(&words);
        if line.upright {
            let Some(x) = field.at_x(line.at) else { continue };
            named += NAME_LINE;
            ink::path(out, "cross", &format!("M{} {}V{}", n(x), n(named - 8.0), n(field.bottom)));
            let (x, anchor) = if x - wide - 6.0 > MARGIN { (x - 5.0, Anchor::End) } else { (x + 5.0, Anchor::Start) };
            ink::text(out, "note", x, named, anchor, &words);
        } else {
            let Some(y) = field.at_y(line.at) else { continue };
            ink::path(out, "cross", &format!("M{} {}H{}", n(field.left), n(y), n(field.right)));
            ink::text(out, "note", field.right, (y - 4.0).max(field.top + 10.0), Anchor::End, &words);
        }
    }
}

fn missing(chart: &Chart, points: &[Vec<Point>]) -> String {
    let mut said = vec![];
    let series = chart.series.len().saturating_sub(SERIES_DRAWN);
    if series > 0 {
        said.push(format!("{} more are not drawn.", count(series as u64, "series", "series")));
    }
    let all: usize = chart.series.iter().take(SERIES_DRAWN).map(|s| s.points.len()).sum();
    let drawn: usize = points.iter().map(Vec::len).sum();
    if all > drawn {
        said.push(format!("{} not drawn.", count((all - drawn) as u64, "point is", "points are")));
    }
    said.join(" ")
}

/// The plot in words: each series' ends and greatest value.
fn about(chart: &Chart, shown: &[&Series], points: &[Vec<Point>], missing: &str) -> String {
    let mut said = format!("{} against {}.", one_line(&chart.y.label), one_line(&chart.x.label));
    for (series, points) in shown.iter().zip(points) {
        let (Some(first), Some(last)) = (points.first(), points.last()) else { continue };
        let at = |p: &Point| format!("{} at {}", written(chart.y.unit, p.y.value), written(chart.x.unit, p.x));
        said += &format!(" {}: from {} to {}.", one_line(&series.name), at(first), at(last));
    }
    for line in &chart.lines {
        let unit = if line.upright { chart.x.unit } else { chart.y.unit };
        said += &format!(" {}: {}.", one_line(&line.name), written(unit, line.at));
    }
    format!("{said} {missing}")
}
