//! The record that every rule is, and what a check gives back.
//!
//! A rule is one file in its room's `rules` folder: its page is the `//!` head, with the headings *What*, *Why it
//! matters*, *What to do*, *When to accept it*, *Sources* and SQL blocks marked `sql,finds` and `sql,passes` that one
//! test runs on a server. Adding a rule touches its file and its line in the room's list.
use crate::scene::Scene;
use tw_model::{
    change::Change,
    evidence::Undecided,
    finding::{Fix, Safety, Severity, Subject, SubjectKind},
    schema::{Name, Table},
    trial::Step,
};

/// One rule.
pub struct Rule {
    /// `room/flaw`: the flaw, never the remedy.
    pub id: &'static str,
    /// How bad what it finds is. `Error` asks for a `proof`.
    pub severity: Severity,
    /// What it must see.
    pub needs: Needs,
    /// The text of its own file: the page and the examples are the head of it.
    pub source: &'static str,
    /// Finds the flaw.
    pub check: fn(&Scene) -> Vec<Spot>,
    /// Shows on a server what the flaw does.
    pub proof: Option<Demonstrate>,
}

/// Writes the demonstration of a spot, or says why there is none.
pub type Demonstrate = fn(&Scene, &Spot) -> Result<Demonstration, Undecided>;

/// What a rule must see to judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needs {
    /// The schema alone.
    Schema,
    /// The server's statistics, of a live database.
    Statistics,
    /// Rows.
    Rows,
    /// The text of queries.
    Queries,
}

impl Needs {
    /// What is missing where it cannot be seen.
    pub fn phrase(self) -> &'static str {
        match self {
            Needs::Schema => "the schema",
            Needs::Statistics => "the statistics of a live server",
            Needs::Rows => "rows",
            Needs::Queries => "the text of queries",
        }
    }

    /// What to give, so that it can be seen.
    pub fn remedy(self) -> &'static str {
        match self {
            Needs::Schema => "give the schema",
            Needs::Statistics => "review a live database (--database URL)",
            Needs::Rows => "let some be looked at (--rows), or give a script that brings them",
            Needs::Queries => "give them (--queries FILE), or have pg_stat_statements in the live database",
        }
    }
}

/// A flaw found at one object, in the rule's own words.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    /// The object.
    pub subject: Subject,
    /// What is wrong with it; one sentence without its full stop.
    pub message: String,
    /// What of the object is wrong, where one object can have the flaw more than once: names, never numbers of lines.
    pub fact: String,
    /// How it is mended.
    pub fix: Option<Fix>,
}

/// Steps that show what a flaw does, and the edits that end it.
pub struct Demonstration {
    /// What is done; every step goes as expected where the flaw is.
    pub steps: Vec<Step>,
    /// What makes the steps fail: the fix, where there is one.
    pub twin: Vec<Change>,
}

impl Spot {
    /// At an object.
    pub fn at(kind: SubjectKind, path: String, message: impl Into<String>) -> Spot {
        Spot { subject: Subject { kind, path }, message: message.into(), fact: String::new(), fix: None }
    }
    /// At a table.
    pub fn table(table: &Table, message: impl Into<String>) -> Spot {
        Spot::at(SubjectKind::Table, path(&table.name), message)
    }
    /// At a column.
    pub fn column(table: &Table, column: &str, message: impl Into<String>) -> Spot {
        Spot::at(SubjectKind::Column, member(&table.name, column), message)
    }
    /// At a constraint.
    pub fn constraint(table: &Table, name: &str, message: impl Into<String>) -> Spot {
        Spot::at(SubjectKind::Constraint, member(&table.name, name), message)
    }
    /// At an index.
    pub fn index(table: &Name, name: &str, message: impl Into<String>) -> Spot {
        Spot::at(SubjectKind::Index, member(table, name), message)
    }
    /// With what of the object is wrong.
    pub fn fact(mut self, fact: impl Into<String>) -> Spot {
        self.fact = fact.into();
        self
    }
    /// With its fix.
    pub fn fixed(mut self, safety: Safety, changes: Vec<Change>) -> Spot {
        self.fix = Some(Fix::new(safety, changes));
        self
    }
}

/// `public.orders`.
pub fn path(name: &Name) -> String {
    if name.schema.is_empty() { name.name.clone() } else { format!("{}.{}", name.schema, name.name) }
}

/// `public.orders.customer_id`.
pub fn member(table: &Name, name: &str) -> String {
    format!("{}.{name}", path(table))
}

/// Kinds of example on a rule's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Example {
    /// The rule finds its flaw in it.
    Finds,
    /// It looks alike and is sound: the rule stays silent.
    Passes,
}

impl Rule {
    /// The room's id.
    pub fn room(&self) -> &'static str {
        self.id.split('/').next().unwrap_or("")
    }

    /// The page: the head of the rule's file, Markdown.
    pub fn page(&self) -> String {
        let head = self.source.lines().take_while(|line| line.starts_with("//!"));
        let text = head.map(|line| line.strip_prefix("//! ").unwrap_or(line.trim_start_matches("//!")));
        text.map(|line| format!("{line}\n")).collect()
    }

    /// The first line of the page, without its full stop.
    pub fn title(&self) -> String {
        self.page().lines().next().unwrap_or("").trim_end_matches('.').to_string()
    }

    /// The text under a heading of the page: see [`tw_model::finding::section`].
    pub fn section(&self, heading: &str) -> String {
        tw_model::finding::section(&self.page(), heading)
    }

    /// The examples of the page in order.
    pub fn examples(&self) -> Vec<(Example, String)> {
        let mut out: Vec<(Example, String)> = vec![];
        let mut inside = false;
        for line in self.page().lines() {
            match line.trim_end() {
                "```sql,finds" => out.push((Example::Finds, String::new())),
                "```sql,passes" => out.push((Example::Passes, String::new())),
                "```" => {
                    inside = false;
                    continue;
                }
                text if inside => {
                    if let Some((_, sql)) = out.last_mut() {
                        sql.push_str(text);
                        sql.push('\n');
                    }
                    continue;
                }
                _ => continue,
            }
            inside = true;
        }
        out
    }
}
