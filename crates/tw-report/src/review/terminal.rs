//! A review for a terminal: grouped by room, the worst first, each rule explained once.
use super::{by_room, headline, place, proved};
use crate::text::{clean, one_line, wrap};
use tw_model::finding::{Finding, Review, Severity};

/// Findings of one rule that are told in full; the rest are counted.
const MOST_OF_A_RULE: usize = 8;
/// Things that were not judged which are told; the rest are counted.
const MOST_NOT_JUDGED: usize = 20;

/// The review in words.
pub fn terminal(review: &Review, width: usize, colour: bool) -> String {
    let mut out = format!("{}\n", headline(review));
    for (room, findings) in by_room(review) {
        out += &format!("\n{}\n", bold(room, colour));
        let mut rest = findings.as_slice();
        while let Some(first) = rest.first() {
            let same = rest.iter().take_while(|f| f.rule == first.rule && f.severity == first.severity).count();
            rule(&mut out, &rest[..same], width, colour);
            rest = &rest[same..];
        }
    }
    if !review.ignored.is_empty() {
        out += &format!("\nLooked away from {}, each with its reason (see --format json).\n", review.ignored.len());
    }
    if !review.unused_ignores.is_empty() {
        out += &format!("\n{}\n", bold("Exceptions to take away", colour));
    }
    for item in &review.unused_ignores {
        out += &indented(&format!("{} ignores {}: {}", item.said_in, item.rule, item.because), 2, width);
    }
    if !review.not_judged.is_empty() {
        out += &format!("\n{}\n", bold("Not judged", colour));
    }
    for item in review.not_judged.iter().take(MOST_NOT_JUDGED) {
        let mut lines = item.why.lines();
        let why = lines.next().unwrap_or_default();
        out += &indented(&format!("{}: {}", one_line(&item.what), one_line(why)), 2, width);
        for line in lines {
            out += &format!("      {}\n", clean(line).replace('\n', " "));
        }
    }
    if review.not_judged.len() > MOST_NOT_JUDGED {
        out += &format!("  and {} more (see --format json)\n", review.not_judged.len() - MOST_NOT_JUDGED);
    }
    out
}

/// The findings of one rule, which has one reason.
fn rule(out: &mut String, findings: &[&Finding], width: usize, colour: bool) {
    let Some(first) = findings.first() else { return };
    *out += &format!("  {} {}\n", word(first.severity, colour), one_line(&first.rule));
    for finding in findings.iter().take(MOST_OF_A_RULE) {
        let at = place(finding);
        let place = if at == finding.subject.path { String::new() } else { format!("  [{at}]") };
        *out += &indented(&format!("{}{place}", one_line(&finding.message)), 4, width);
        if finding.severity != Severity::Note {
            for line in finding.fix.iter().flat_map(|f| f.sql.lines()) {
                *out += &format!("      {}\n", one_line(line));
            }
        }
        if let Some(proved) = proved(finding) {
            *out += &indented(&proved, 6, width);
        }
    }
    if findings.len() > MOST_OF_A_RULE {
        *out += &format!("    and {} more\n", findings.len() - MOST_OF_A_RULE);
    }
    *out += &indented(&format!("Why: {}", one_line(&first.why)), 4, width);
}

fn indented(text: &str, by: usize, width: usize) -> String {
    let pad = " ".repeat(by);
    wrap(text, width.saturating_sub(by)).iter().map(|line| format!("{pad}{line}\n")).collect()
}

fn word(severity: Severity, colour: bool) -> String {
    let code = match severity {
        Severity::Error => "31",
        Severity::Warning => "33",
        Severity::Note => "36",
    };
    if colour { format!("\x1b[{code}m{}\x1b[0m", severity.word()) } else { severity.word().to_string() }
}

fn bold(text: &str, colour: bool) -> String {
    let text = one_line(text);
    if colour { format!("\x1b[1m{text}\x1b[0m") } else { text }
}
