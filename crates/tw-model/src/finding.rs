//! Findings: what is wrong with a schema that exists, why it matters, the exact fix and the proof.
use crate::{
    Origin,
    change::Change,
    evidence::{Outcome, Verdict},
    schema::{Name, Schema},
    trial::Trial,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How bad a finding is. The order is from least to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing breaks.
    Note,
    /// Costs time, room or clarity, or will fail one day.
    Warning,
    /// Loses, leaks or refuses what it must not: shown on a server.
    Error,
}

impl Severity {
    /// Every severity, least first.
    pub const ALL: [Severity; 3] = [Severity::Note, Severity::Warning, Severity::Error];

    /// `note`, `warning` or `error`.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }

    /// The severity of that word.
    pub fn of(word: &str) -> Option<Severity> {
        Severity::ALL.into_iter().find(|s| s.word() == word)
    }
}

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Subject {
    /// Kind of object.
    pub kind: SubjectKind,
    /// Schema-qualified and unquoted, parts joined by dots: `public.orders.customer_id`.
    pub path: String,
}

/// Kinds of object that a finding can be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the variants are PostgreSQL's kinds of object
pub enum SubjectKind {
    Database,
    Schema,
    Extension,
    Type,
    Sequence,
    Table,
    Column,
    Constraint,
    Index,
    Trigger,
    Policy,
    View,
    Function,
    Role,
    Statement,
}

impl SubjectKind {
    /// The word for it: `materialized view` is a `view` here.
    pub fn word(self) -> &'static str {
        match self {
            SubjectKind::Database => "database",
            SubjectKind::Schema => "schema",
            SubjectKind::Extension => "extension",
            SubjectKind::Type => "type",
            SubjectKind::Sequence => "sequence",
            SubjectKind::Table => "table",
            SubjectKind::Column => "column",
            SubjectKind::Constraint => "constraint",
            SubjectKind::Index => "index",
            SubjectKind::Trigger => "trigger",
            SubjectKind::Policy => "policy",
            SubjectKind::View => "view",
            SubjectKind::Function => "function",
            SubjectKind::Role => "role",
            SubjectKind::Statement => "statement",
        }
    }
}

/// What running a fix may do besides mending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Safety {
    /// No row is lost or refused, and no program sees a difference but in speed.
    Safe,
    /// Rows that are there, or that programs write, may be refused.
    MayRefuse,
    /// Programs see another name, type or right.
    Visible,
}

impl Safety {
    /// What it says, as a phrase.
    pub fn phrase(self) -> &'static str {
        match self {
            Safety::Safe => "safe: no row is lost or refused and no program sees a difference",
            Safety::MayRefuse => "may refuse: rows that are there, or that programs write, may break it",
            Safety::Visible => "visible: programs see another name, type or right",
        }
    }
}

/// How a finding is mended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fix {
    /// The statements, each ended by a semicolon, one a line.
    pub sql: String,
    /// What they may do besides.
    pub safety: Safety,
    /// The same as edits.
    #[serde(skip)]
    pub changes: Vec<Change>,
}

impl Fix {
    /// A fix made of these edits.
    pub fn new(safety: Safety, changes: Vec<Change>) -> Fix {
        let statements: Vec<String> = changes.iter().flat_map(|c| c.sql()).map(|s| format!("{s};")).collect();
        Fix { sql: statements.join("\n"), safety, changes }
    }
}

/// The demonstration of a finding on a server of our own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proof {
    /// Held: the flaw was seen to do what the finding says. Refuted, or undecided: it was not.
    pub verdict: Verdict,
    /// Why it is undecided, or which step went otherwise.
    pub reason: Option<String>,
    /// The verdict on the same steps once the twin is applied; held would mean that they show nothing.
    pub twin: Option<Verdict>,
    /// What was done.
    pub trial: Option<Trial>,
    /// What happened, one outcome a step.
    pub outcomes: Vec<Outcome>,
    /// Version of the server.
    pub server_version: String,
    /// SHA-256 over verdict, reason, trial and outcomes.
    pub hash: String,
}

impl Proof {
    /// What `hash` must be.
    pub fn digest(&self) -> String {
        crate::hash::of(&(self.verdict, &self.reason, self.twin, &self.trial, &self.outcomes))
    }
}

/// One flaw of one object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Rule id, `room/flaw`.
    pub rule: String,
    /// Room id.
    pub room: String,
    /// How bad it is.
    pub severity: Severity,
    /// What it is about.
    pub subject: Subject,
    /// What is wrong with which object.
    pub message: String,
    /// Why it matters.
    pub why: String,
    /// How it is mended, where one way is right.
    pub fix: Option<Fix>,
    /// Its demonstration, where the rule has one.
    pub proof: Option<Proof>,
    /// Where the object comes from.
    pub origin: Origin,
    /// Stays the same when lines, order or other objects change: see [`fingerprint`].
    pub fingerprint: String,
}

/// The fingerprint of a finding: of the rule, the object and what of it is wrong, never of a line or a message.
pub fn fingerprint(rule: &str, path: &str, fact: &str) -> String {
    let mut hash = crate::hash::sha256(format!("{rule}\0{path}\0{fact}").as_bytes());
    hash.truncate(20);
    hash
}

/// A rule as readers of a review need it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleNote {
    /// Rule id.
    pub id: String,
    /// First line of its page.
    pub title: String,
    /// Its severity before any configuration.
    pub severity: Severity,
    /// Its page, Markdown.
    pub page: String,
}

impl RuleNote {
    /// See [`section`].
    pub fn section(&self, heading: &str) -> String {
        section(&self.page, heading)
    }
}

/// The text under a heading of a rule's page, its lines joined, up to the next heading or block.
pub fn section(page: &str, heading: &str) -> String {
    let below = page.lines().skip_while(|l| l.strip_prefix("## ") != Some(heading)).skip(1);
    let lines = below.take_while(|l| !l.starts_with("## ") && !l.starts_with("```"));
    lines.map(str::trim).filter(|l| !l.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Something that was not judged, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NotJudged {
    /// What: a statement's place, an object, a section.
    pub what: String,
    /// Why.
    pub why: String,
}

/// A finding that was looked away from, and where that is said.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Ignored {
    /// Rule id.
    pub rule: String,
    /// The object.
    pub path: String,
    /// Who says so: a place in a file, a comment of an object, the configuration or the baseline.
    pub said_in: String,
    /// The reason given.
    pub because: String,
}

/// What a review came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Review {
    /// Always 1.
    pub format: u32,
    /// What was reviewed, as the user named it.
    pub source: String,
    /// Tables seen.
    pub tables: usize,
    /// Findings: rooms in running order, in each the worst first.
    pub findings: Vec<Finding>,
    /// What was not judged, with its reason.
    pub not_judged: Vec<NotJudged>,
    /// Findings that somebody asked to be left out, with the reason.
    pub ignored: Vec<Ignored>,
    /// Exceptions that are about nothing any more, or give no reason.
    pub unused_ignores: Vec<Ignored>,
    /// The rules that found something.
    #[serde(skip)]
    pub rules: Vec<RuleNote>,
    /// The schema that was judged.
    #[serde(skip)]
    pub schema: Schema,
    /// How large its tables are, partitions counted with their wholes, where a server has counted them.
    #[serde(skip)]
    pub sizes: BTreeMap<Name, TableSize>,
}

/// How large a table is, as its server last counted it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TableSize {
    /// Rows.
    pub rows: u64,
    /// Bytes of its rows, its indexes and what is stored apart.
    pub bytes: u64,
}

impl Review {
    /// How many findings are of this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|f| f.severity == severity).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_of_rule_object_and_fact_alone() {
        let one = fingerprint("keys/no-key", "public.a", "");
        assert_eq!(one, fingerprint("keys/no-key", "public.a", ""));
        let others = [("keys/no-key", "public.b", ""), ("keys/x", "public.a", ""), ("keys/no-key", "public.a", "b")];
        assert!(others.iter().all(|(rule, path, fact)| fingerprint(rule, path, fact) != one));
        // What is joined does not run together.
        assert_ne!(fingerprint("a", "b", "c"), fingerprint("a", "bc", ""));
    }

    #[test]
    fn severities_are_ordered_and_named() {
        assert!(Severity::Note < Severity::Warning && Severity::Warning < Severity::Error);
        assert!(Severity::ALL.iter().all(|s| Severity::of(s.word()) == Some(*s)));
        assert_eq!(Severity::of("fatal"), None);
    }
}
