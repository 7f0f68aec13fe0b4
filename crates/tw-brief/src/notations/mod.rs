//! Schemas in the notations of other tools: DBML, Prisma schema, JDL and Mermaid ER, read and written.
//!
//! Each notation is one [`Form`]: a file or folder with `read` and `write`. What a notation can say is [`Can`]; [`narrow`] takes the rest out of a
//! schema and tells it as losses, so that a narrowed schema is written and read back as it was.
mod dbml;
mod jdl;
mod mermaid;
mod narrow;
mod prisma;
mod rename;
mod tokens;
mod types;

pub use narrow::{Can, narrow};

use crate::diagnostic::{Diagnostic, Fault};
use crate::text::Lines;
use tokens::{Signs, Words};
use tw_model::{
    adopted::Loss,
    model::Action,
    schema::{Column, Constraint, ConstraintKind, Identity, Name, Schema, Table},
};

/// A notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// DBML.
    Dbml,
    /// Prisma schema.
    Prisma,
    /// JDL, the domain language of JHipster.
    Jdl,
    /// Mermaid ER.
    Mermaid,
}

/// What a notation is.
struct Form {
    word: &'static str,
    /// How the names of its files end; the first is the one that is written.
    endings: &'static [&'static str],
    can: Can,
    read: fn(&str) -> Read,
    /// Writes a schema that holds only what the notation can say.
    write: fn(&Schema) -> String,
}

/// Longest text that is read, in bytes.
const LONGEST: usize = 4 << 20;

impl Notation {
    /// Every notation.
    pub const ALL: [Notation; 4] = [Notation::Dbml, Notation::Prisma, Notation::Jdl, Notation::Mermaid];

    fn form(self) -> &'static Form {
        match self {
            Notation::Dbml => &dbml::FORM,
            Notation::Prisma => &prisma::FORM,
            Notation::Jdl => &jdl::FORM,
            Notation::Mermaid => &mermaid::FORM,
        }
    }

    /// Its name.
    pub fn word(self) -> &'static str {
        self.form().word
    }

    /// How the names of its files end.
    pub fn ending(self) -> &'static str {
        self.form().endings[0]
    }

    /// The notation of a file by the ending of its name.
    pub fn of_ending(ending: &str) -> Option<Notation> {
        Notation::ALL.into_iter().find(|n| n.form().endings.contains(&ending))
    }

    /// What it can say.
    pub fn can(self) -> Can {
        self.form().can
    }

    /// Reads a text. With the schema, what of the text has no place in it.
    ///
    /// # Errors
    /// Every place that cannot be read.
    pub fn read(self, text: &str) -> Result<(Schema, Vec<Loss>), Vec<Diagnostic>> {
        let lines = Lines::new(text);
        let located = |fault: Fault| fault.located(&lines);
        if text.len() > LONGEST {
            let fault = Fault::new(0..0, "the text is too long").why(format!("at most {LONGEST} bytes are read"));
            return Err(vec![located(fault)]);
        }
        (self.form().read)(text).map_err(|faults| faults.into_iter().map(located).collect())
    }

    /// Writes what the notation can say of a schema, and tells the rest.
    pub fn write(self, schema: &Schema) -> (String, Vec<Loss>) {
        let (narrowed, losses) = narrow(schema, &self.can());
        ((self.form().write)(&narrowed), losses)
    }
}

/// A read text, or everything that is wrong with it.
type Read = Result<(Schema, Vec<Loss>), Vec<Fault>>;

/// Block after block of a text, as a reader takes them.
fn blocks<R: Default>(
    text: &str,
    signs: Signs,
    block: fn(&mut R, &mut Words) -> Result<(), Fault>,
) -> Result<R, Vec<Fault>> {
    let mut reader = R::default();
    let mut words = Words::new(text, signs).map_err(|f| vec![f])?;
    while !words.done() {
        block(&mut reader, &mut words).map_err(|f| vec![f])?;
    }
    Ok(reader)
}

/// What was read, unless there are faults in it or its names.
fn finished(schema: Schema, losses: Vec<Loss>, mut faults: Vec<Fault>) -> Read {
    faults.extend(check_names(&schema).into_iter().map(|what| Fault::new(0..0, what).help("mend the names")));
    if faults.is_empty() { Ok((schema, losses)) } else { Err(faults) }
}

/// Something that is written for the tool, and says nothing of a schema.
fn unplaced(path: &str, what: &str) -> Loss {
    Loss::nowhere(path, what, "a schema has no place for it")
}

/// What a word at the start of a block should have been.
fn unknown_block(words: &Words, known: &[&str], why: &str) -> Fault {
    let word = words.peek().to_string();
    words.expected("a block", why).suggest(&word, known.iter().copied(), "")
}

/// Longest name that a server keeps, in bytes.
const LONGEST_NAME: usize = 63;

/// The name a server makes up for a constraint.
fn made_up(table: &Table, columns: &[String], ending: &str) -> String {
    let mut parts = vec![table.name.name.as_str()];
    parts.extend(columns.iter().map(String::as_str));
    let mut name = format!("{}_{ending}", parts.join("_"));
    let mut n = 1;
    while name.len() > LONGEST_NAME || table.constraint(&name).is_some() {
        n += 1;
        let head: String = parts.join("_").chars().take(40).collect();
        name = format!("{head}{n}_{ending}");
    }
    name
}

fn constraint(name: String, kind: ConstraintKind) -> Constraint {
    Constraint { name, kind, deferrable: None, not_valid: false, comment: None }
}

fn check(expression: String) -> ConstraintKind {
    ConstraintKind::Check { expression, no_inherit: false }
}

fn set_check(table: &mut Table, column: &str, expression: String) {
    let name = made_up(table, &[column.to_string()], "check");
    table.constraints.push(constraint(name, check(expression)));
}

fn set_key(table: &mut Table, columns: Vec<String>) {
    for column in table.columns.iter_mut().filter(|c| columns.contains(&c.name)) {
        column.not_null = true;
    }
    let name = made_up(table, &[], "pkey");
    table.constraints.push(constraint(name, ConstraintKind::Primary { columns, include: vec![] }));
}

fn set_unique(table: &mut Table, columns: Vec<String>) {
    let name = made_up(table, &columns, "key");
    let kind = ConstraintKind::Unique { columns, include: vec![], nulls_not_distinct: false };
    table.constraints.push(constraint(name, kind));
}

/// A reference of a table.
struct Refers {
    columns: Vec<String>,
    target: Name,
    target_columns: Vec<String>,
    on_delete: Action,
    on_update: Action,
}

fn set_reference(table: &mut Table, refers: Refers) {
    let name = made_up(table, &refers.columns, "fkey");
    let Refers { columns, target, target_columns, on_delete, on_update } = refers;
    let kind = ConstraintKind::Foreign { columns, target, target_columns, on_delete, on_update, match_full: false };
    table.constraints.push(constraint(name, kind));
}

/// A column that the server counts up and writers may give.
fn count_up(column: &mut Column) {
    column.not_null = true;
    column.identity = Some(Identity { always: false, options: String::new() });
}

/// The words of an action, as most notations have them.
fn action_words(action: Action) -> String {
    action.sql().to_lowercase()
}

/// The action of such words.
fn action_of(words: &str) -> Option<Action> {
    [Action::NoAction, Action::Restrict, Action::Cascade, Action::SetNull, Action::SetDefault]
        .into_iter()
        .find(|a| action_words(*a) == words.to_lowercase())
}

/// The column alone is unique.
fn is_unique(table: &Table, column: &str) -> bool {
    table
        .constraints
        .iter()
        .any(|c| matches!(&c.kind, ConstraintKind::Unique { columns, .. } if columns.as_slice() == [column]))
}

/// References of a table: columns, target, columns there, actions.
fn references(table: &Table) -> impl Iterator<Item = (&[String], &Name, &[String], Action, Action)> {
    table.constraints.iter().filter_map(|c| match &c.kind {
        ConstraintKind::Foreign { columns, target, target_columns, on_delete, on_update, .. } => {
            Some((columns.as_slice(), target, target_columns.as_slice(), *on_delete, *on_update))
        }
        _ => None,
    })
}

/// Unique constraints of several columns.
fn wide_uniques(table: &Table) -> impl Iterator<Item = &[String]> {
    table.constraints.iter().filter_map(|c| match &c.kind {
        ConstraintKind::Unique { columns, .. } if columns.len() > 1 => Some(columns.as_slice()),
        _ => None,
    })
}

/// Names that every use must be of: columns and tables that are not there, columns that are there twice.
fn check_names(schema: &Schema) -> Vec<String> {
    let mut out = vec![];
    for (n, table) in schema.tables.iter().enumerate() {
        if schema.tables[..n].iter().any(|t| t.name == table.name) {
            out.push(format!("the table {} is there twice", table.name.name));
        }
        for (n, column) in table.columns.iter().enumerate() {
            if table.columns[..n].iter().any(|c| c.name == column.name) {
                out.push(format!("{} has the column {} twice", table.name.name, column.name));
            }
        }
        for (columns, target, theirs, ..) in references(table) {
            let to = schema.table(target);
            let known = columns.iter().all(|c| table.column(c).is_some())
                && to.is_some_and(|t| theirs.iter().all(|c| t.column(c).is_some()))
                && columns.len() == theirs.len();
            if !known {
                out.push(format!(
                    "{} ({}) refers to {} ({}), which is not there",
                    table.name.name,
                    columns.join(", "),
                    target.name,
                    theirs.join(", ")
                ));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests;
