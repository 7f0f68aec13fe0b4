//! `measured.html`: figures that differ from run to run, kept apart from the dossier.
use super::{driven, page, rich::rich, schema::scroll};
use crate::{
    diagram::layers::n,
    text::{count, one_line},
};
use maud::{Markup, PreEscaped, html};
use std::{collections::BTreeMap, fmt::Write};
use tw_model::{dossier::Dossier, driven::Driven, evidence::Measurement};

/// Rows shown of each list, the greatest first; all are in `measured.json`.
const SHOWN: usize = 25;

/// `measured.html`.
pub fn measured_html(dossier: &Dossier) -> String {
    let mut groups: BTreeMap<(&str, &str), Vec<&Measurement>> = BTreeMap::new();
    for m in dossier.measurements.iter().filter(|m| m.value.is_finite()) {
        groups.entry((&m.what, &m.unit)).or_default().push(m);
    }
    for list in groups.values_mut() {
        list.sort_by(|a, b| b.value.total_cmp(&a.value).then(a.of.cmp(&b.of)));
    }
    let title = format!("Measured: {}", one_line(&dossier.model.title));
    let body = html! {
        header.top {
            p.kind-of { "Measured figures" }
            h1 { (one_line(&dossier.model.title)) }
            div.purpose { p { "These differ from run to run, so they stand apart from " a href="index.html" { "the dossier" } ", which does not." } }
        }
        main.alone #main {
            @match &dossier.driven {
                Some(driven) => (driven::sections(driven)),
                None => p.quiet { "Latencies were not measured: the workload was not driven." },
            }
            @if groups.is_empty() && dossier.driven.is_none() { p.quiet { "Nothing was measured." } }
            @for ((what, unit), list) in &groups {
                section {
                    h2 { (one_line(what)) }
                    @if list.len() > 1 {
                        p { (count(list.len() as u64, "figure", "figures")) " in " (one_line(unit)) "; the middle one is " (figure(middle(list))) "." }
                        (scroll(what, PreEscaped(strip(list, unit))))
                    }
                    (table(list, unit))
                }
            }
        }
    };
    page(&title, body, "")
}

/// `measured.html` of a drive that belongs to no dossier.
pub fn driven_html(title: &str, driven: &Driven) -> String {
    let body = html! {
        header.top {
            p.kind-of { "Measured figures" }
            h1 { (one_line(title)) }
            div.purpose { p { "These differ from run to run." } }
        }
        main.alone #main { (driven::sections(driven)) }
    };
    page(&format!("Measured: {}", one_line(title)), body, "")
}

fn table(list: &[&Measurement], unit: &str) -> Markup {
    scroll(
        "Figures",
        html! {
            table {
                thead { tr { th scope="col" { "Of" } th scope="col" { (one_line(unit)) } } }
                tbody {
                    @for m in list.iter().take(SHOWN) { tr { th scope="row" { (rich(&m.of)) } td { (figure(m.value)) } } }
                }
            }
            @if list.len() > SHOWN { p.quiet { (list.len() - SHOWN) " smaller ones are in measured.json." } }
        },
    )
}

/// The middle value of a list sorted downwards.
fn middle(list: &[&Measurement]) -> f64 {
    list.get(list.len() / 2).map_or(0.0, |m| m.value)
}

/// Three significant digits, never an exponent.
fn figure(value: f64) -> String {
    let magnitude = value.abs().max(1e-9).log10().floor() as i32;
    let digits = (2 - magnitude).clamp(0, 6) as usize;
    let text = format!("{value:.digits$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => text,
    }
}

/// Every figure as a dot on one line from zero to the greatest.
fn strip(list: &[&Measurement], unit: &str) -> String {
    let (width, margin) = (640.0, 24.0);
    let most = list.iter().map(|m| m.value).fold(0.0, f64::max);
    let x = |v: f64| margin + if most > 0.0 { v.max(0.0) / most * (width - 2.0 * margin) } else { 0.0 };
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"er strip\" width=\"{w}\" height=\"64\" viewBox=\"0 0 {w} 64\" role=\"img\" aria-label=\"From 0 to {} {}\"><path class=\"line\" d=\"M{} 36H{}\"/>",
        figure(most),
        crate::diagram::draw::escape(&one_line(unit)),
        n(x(0.0)),
        n(x(most).max(x(0.0) + 1.0)),
        w = n(width),
    );
    for m in list {
        let _ = write!(out, "<circle class=\"dot\" cx=\"{}\" cy=\"36\" r=\"5\"/>", n(x(m.value)));
    }
    for (value, end) in [(0.0, ""), (most, " text-anchor=\"end\"")] {
        let _ = write!(out, "<text class=\"note\" x=\"{}\" y=\"58\"{end}>{}</text>", n(x(value)), figure(value));
    }
    out.push_str("</svg>");
    out
}
