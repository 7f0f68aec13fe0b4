//! What is wrong with a brief: where, what, why, and what to do about it.
use crate::text::Lines;
use std::ops::Range;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The brief has no meaning until this is mended.
    Error,
    /// The brief has a meaning, which may not be the one intended.
    Warning,
}

/// One thing that is wrong, as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// 1-based line.
    pub line: u32,
    /// 1-based column, in characters.
    pub column: u32,
    /// Byte range in the text.
    pub span: Range<usize>,
    /// What is wrong, naming the object; one clause.
    pub what: String,
    /// Why that is so; may be empty.
    pub why: String,
    /// One order to follow; may be empty.
    pub help: String,
}

impl Diagnostic {
    /// `path:line:column: error: what`, the source line, a caret underline, why and help. Lines end in
    /// `\n`; there is no colour.
    pub fn render(&self, path: &str, text: &str) -> String {
        let lines = Lines::new(text);
        let source = lines.line(self.line.saturating_sub(1) as usize);
        let shown: String = source.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let skipped = self.column.saturating_sub(1) as usize;
        let left = source.chars().count().saturating_sub(skipped);
        let marked = text
            .get(self.span.clone())
            .map_or(1, |marked| marked.lines().next().unwrap_or("").chars().count())
            .clamp(1, left.max(1));
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let mut out = format!(
            "{path}:{}:{}: {severity}: {}\n{:>5} | {}\n      | {}{}\n",
            self.line,
            self.column,
            self.what,
            self.line,
            shown.trim_end(),
            " ".repeat(skipped),
            "^".repeat(marked)
        );
        for (label, words) in [("why", &self.why), ("help", &self.help)] {
            if !words.is_empty() {
                out.push_str(&format!("{label:>6}: {words}\n"));
            }
        }
        out
    }
}

/// A diagnostic before its line and column are known.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fault {
    pub severity: Severity,
    pub span: Range<usize>,
    pub what: String,
    pub why: String,
    pub help: String,
}

impl Fault {
    /// An error.
    pub fn new(span: Range<usize>, what: impl Into<String>) -> Self {
        Fault { severity: Severity::Error, span, what: what.into(), why: String::new(), help: String::new() }
    }
    /// A warning.
    pub fn warning(span: Range<usize>, what: impl Into<String>) -> Self {
        Fault { severity: Severity::Warning, ..Fault::new(span, what) }
    }
    /// With its reason.
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = why.into();
        self
    }
    /// With an order to follow.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
    /// `did you mean ...?` where one of the candidates is close; else the given order.
    pub fn suggest<'a>(
        self,
        word: &str,
        candidates: impl IntoIterator<Item = &'a str>,
        otherwise: impl Into<String>,
    ) -> Self {
        match closest(word, candidates) {
            Some(near) => self.help(format!("did you mean `{near}`?")),
            None => self.help(otherwise),
        }
    }
    /// With line and column.
    pub fn located(self, lines: &Lines) -> Diagnostic {
        let (line, column) = lines.position(self.span.start);
        Diagnostic {
            severity: self.severity,
            line,
            column,
            span: self.span,
            what: self.what,
            why: self.why,
            help: self.help,
        }
    }
}

/// The candidate most like the word, if any is like it at all: at most a third of its letters differ,
/// case aside.
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: String = word.to_lowercase().chars().take(64).collect();
    candidates
        .into_iter()
        .map(|c| (strsim::damerau_levenshtein(&wanted, &c.to_lowercase()), c))
        .filter(|(distance, c)| *distance <= (c.chars().count().max(wanted.chars().count()) / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, c)| c)
}
