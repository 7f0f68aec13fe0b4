//! A review for a terminal: the first screen tells the story, a line a rule; then each rule with its reason once, what it
//! found, and how that is mended.
use super::{by_room, by_rule, first_of, headline, message, near, next, not_judged, proved, sign, story};
use crate::{
    arrange::plural,
    text::{clean, one_line, pad, short, wrap},
};
use tw_model::finding::{Finding, Review, Severity};

/// Rules of the first screen; the rest are counted.
const MOST_RULES: usize = 16;
/// Columns before a rule's name on the first screen, and the fewest that a title is told in.
const COUNTED: usize = 20;
const SHORTEST: usize = 12;
/// Things with one reason that are named, and reasons that are told.
const MOST_THINGS: usize = 3;
const MOST_REASONS: usize = 20;

/// The review in words.
pub fn terminal(review: &Review, width: usize, colour: bool) -> String {
    Page { review, width, colour }.whole()
}

/// Findings of one rule that are told in full; the rest are counted.
fn most(severity: Severity) -> usize {
    match severity {
        Severity::Error => 8,
        Severity::Warning => 4,
        Severity::Note => 2,
    }
}

struct Page<'a> {
    review: &'a Review,
    width: usize,
    colour: bool,
}

impl Page<'_> {
    fn whole(&self) -> String {
        let review = self.review;
        let mut out = format!("{}\n", self.bold(&headline(review)));
        out += &self.story();
        for (room, findings) in by_room(&review.findings, |f| f) {
            out += &format!("\n{}\n", self.bold(room));
            for same in by_rule(&findings, |f| f) {
                out += &self.rule(same);
            }
        }
        out += &self.beside();
        let orders = next(review);
        if !orders.is_empty() {
            out += &format!("\n{}\n", self.bold("What to do next"));
        }
        for order in orders {
            out += &self.indented(&order.replace('`', ""), 2);
        }
        out
    }

    /// A line for each rule, the worst first.
    fn story(&self) -> String {
        let rules = story(self.review);
        // A single rule is its own story.
        if rules.len() < 2 {
            return String::new();
        }
        let longest = rules.iter().take(MOST_RULES).map(|(f, ..)| f.rule.chars().count()).max().unwrap_or(0);
        let longest = longest.min(self.width.saturating_sub(COUNTED));
        let room = self.width.saturating_sub(COUNTED + longest + 2);
        let mut out = "\n".to_string();
        for (first, title, n) in rules.iter().take(MOST_RULES) {
            let title = if room < SHORTEST { String::new() } else { short(&one_line(title), room) };
            let rule = pad(&short(&one_line(&first.rule), longest), longest);
            let line = format!("{n:>5}  {rule}  {title}");
            out += &format!("  {}{}\n", self.severity(first.severity, 9), line.trim_end());
        }
        if rules.len() > MOST_RULES {
            let rest: usize = rules[MOST_RULES..].iter().map(|(.., n)| n).sum();
            out += &format!("  and {} of {} more\n", plural(rest, "finding"), plural(rules.len() - MOST_RULES, "rule"));
        }
        out
    }

    /// The findings of one rule, which has one reason.
    fn rule(&self, same: &[&Finding]) -> String {
        let Some(first) = same.first() else { return String::new() };
        let mut out = format!("  {} {}\n", self.severity(first.severity, 0), self.bold(&first.rule));
        out += &self.indented(&first.why, 4);
        let told = &same[..same.len().min(most(first.severity))];
        // What came of the demonstrations is mostly the same for all.
        let shown = proved(first).filter(|of| told.iter().all(|f| proved(f).as_ref() == Some(of)));
        for finding in told {
            out += &self.indented(&format!("- {} [{}]", message(finding), near(self.review, finding)), 4);
            for line in finding.fix.iter().filter(|_| first.severity != Severity::Note).flat_map(|f| f.sql.lines()) {
                out += &format!("      {}\n", one_line(line));
            }
            if let Some(proved) = proved(finding).filter(|_| shown.is_none()) {
                out += &self.indented(&proved, 6);
            }
        }
        if same.len() > told.len() {
            out += &format!("    and {} more\n", same.len() - told.len());
        }
        if let Some(shown) = shown {
            let each = if told.len() > 1 { "each " } else { "" };
            out += &self.indented(&format!("{each}{shown}"), 4);
        }
        out
    }

    /// What was looked away from and what was not judged.
    fn beside(&self) -> String {
        let review = self.review;
        let mut out = String::new();
        if !review.ignored.is_empty() {
            let of = plural(review.ignored.len(), "finding");
            out += "\n";
            out += &self.indented(&format!("Looked away from {of}, each with its reason (see --format json)."), 0);
        }
        if !review.unused_ignores.is_empty() {
            out += &format!("\n{}\n", self.bold("Exceptions to take away"));
        }
        for item in &review.unused_ignores {
            out += &self.indented(&format!("{} ignores {}: {}", item.said_in, item.rule, item.because), 2);
        }
        let reasons = not_judged(review);
        if !reasons.is_empty() {
            out += &format!("\n{}\n", self.bold("Not judged"));
        }
        for (things, why) in reasons.iter().take(MOST_REASONS) {
            let mut lines = why.lines();
            let why = lines.next().unwrap_or_default();
            out += &self.indented(&format!("{}: {why}", first_of(things, MOST_THINGS)), 2);
            for line in lines {
                out += &format!("      {}\n", clean(line));
            }
        }
        if reasons.len() > MOST_REASONS {
            out += &self.indented(&format!("and {} more reasons (see --format json)", reasons.len() - MOST_REASONS), 2);
        }
        out
    }

    fn indented(&self, text: &str, by: usize) -> String {
        indented(text, by, self.width)
    }

    /// The severity, in a column so wide.
    fn severity(&self, severity: Severity, width: usize) -> String {
        let code = match severity {
            Severity::Error => "31",
            Severity::Warning => "33",
            Severity::Note => "36",
        };
        let word = format!("{} {:<width$}", sign(severity), severity.word());
        if self.colour { format!("\x1b[{code}m{word}\x1b[0m") } else { word }
    }

    fn bold(&self, text: &str) -> String {
        bold(text, self.colour)
    }
}

/// The text wrapped to the width; a list's lines hang below its mark.
pub(super) fn indented(text: &str, by: usize, width: usize) -> String {
    let text = one_line(text);
    let (mark, text) = match text.strip_prefix("- ") {
        Some(text) => ("- ", text),
        None => ("", text.as_str()),
    };
    let (pad, hang) = (" ".repeat(by), " ".repeat(mark.len()));
    let lines = wrap(text, width.saturating_sub(by + mark.len()));
    lines.iter().enumerate().map(|(n, line)| format!("{pad}{}{line}\n", if n == 0 { mark } else { &hang })).collect()
}

pub(super) fn bold(text: &str, colour: bool) -> String {
    let text = one_line(text);
    if colour { format!("\x1b[1m{text}\x1b[0m") } else { text }
}
