//! A copy whose candidates are put away, and taken out as questions want them.
//!
//! What is put away is not live for the catalogue, so the planner does not even open it. A table's list of indexes is
//! read anew only when the table's own row changes, so that is touched as well.
//!
//! Each change is committed at once: within one transaction the versions of a catalogue row that was changed a hundred
//! times would all be read again and again, and took most of the time that planning took.
use super::{Question, Said, indexes, kind};
use crate::{LabError, execute::plan, inflate::Inflated, split};
use postgres::SimpleQueryMessage;
use std::collections::{BTreeMap, BTreeSet};
use tw_model::{ident::quote, schema::Name};

/// An inflated copy, and which of some indexes its planner sees.
#[derive(Debug)]
pub struct Shelf {
    copy: Inflated,
    indexes: Vec<Kept>,
    numbers: BTreeMap<String, usize>,
}

/// An index on the shelf.
#[derive(Debug)]
struct Kept {
    /// What the server calls it.
    oid: u32,
    /// What the server calls its table.
    table: u32,
    /// Whether the planner sees it.
    out: bool,
}

impl Shelf {
    /// Puts all of these away; questions number them in this order.
    pub fn new(mut copy: Inflated, names: &[Name]) -> Result<Shelf, LabError> {
        let failed = || LabError::server("cannot hide indexes from the planner");
        let list: Vec<String> = names.iter().map(|n| format!("{}.{}", quote(&n.schema), quote(&n.name))).collect();
        let client = &mut copy.session()?.client;
        let sql = "SELECT i.indexrelid, i.indrelid FROM unnest($1::text[]) WITH ORDINALITY AS t(n, place) \
                   JOIN pg_catalog.pg_index i ON i.indexrelid = n::regclass ORDER BY place";
        let rows = client.query(sql, &[&list]).map_err(failed())?;
        let mut shelf = Shelf {
            copy,
            indexes: rows.iter().map(|row| Kept { oid: row.get(0), table: row.get(1), out: true }).collect(),
            numbers: names.iter().enumerate().map(|(n, name)| (name.name.clone(), n)).collect(),
        };
        let all: Vec<usize> = (0..names.len()).collect();
        let change = shelf.change(&all);
        shelf.copy.session()?.client.batch_execute(&change).map_err(failed())?;
        Ok(shelf)
    }

    /// What the planner says when it sees exactly what the question shows.
    pub fn ask(&mut self, question: &Question<'_>) -> Result<Said, LabError> {
        let wrong: Vec<usize> = question.matters.iter().copied().filter(|n| self.is_wrong(question, *n)).collect();
        let said = self.planned(question, &wrong)?;
        if said.used.iter().all(|n| question.shown.binary_search(n).is_ok()) {
            return Ok(said);
        }
        // It used one that was thought not to matter: then everything does.
        let wrong: Vec<usize> = (0..self.indexes.len()).filter(|n| self.is_wrong(question, *n)).collect();
        self.planned(question, &wrong)
    }

    fn is_wrong(&self, question: &Question<'_>, number: usize) -> bool {
        self.indexes[number].out != question.shown.binary_search(&number).is_ok()
    }

    /// The statement that takes out what is put away and puts away what is out.
    fn change(&mut self, numbers: &[usize]) -> String {
        if numbers.is_empty() {
            return String::new();
        }
        let (mut list, mut tables) = (vec![], BTreeSet::new());
        for n in numbers {
            let kept = &mut self.indexes[*n];
            kept.out = !kept.out;
            list.push(kept.oid.to_string());
            tables.insert(kept.table.to_string());
        }
        format!(
            "BEGIN READ WRITE; UPDATE pg_catalog.pg_index SET indislive = NOT indislive WHERE indexrelid IN ({}); \
             UPDATE pg_catalog.pg_class SET relname = relname WHERE oid IN ({}); COMMIT; ",
            list.join(","),
            tables.into_iter().collect::<Vec<_>>().join(",")
        )
    }

    /// Changes and plans in one trip to the server.
    fn planned(&mut self, question: &Question<'_>, change: &[usize]) -> Result<Said, LabError> {
        let refused = |why: &str| LabError::NotInflated { why: format!("{why}: {}", question.sql) };
        // Exactly one statement, so that nothing rides along behind the EXPLAIN.
        let statements = split::split(question.sql).map_err(|e| refused(&e.message))?;
        let [statement] = statements.as_slice() else { return Err(refused("one statement is planned at a time")) };
        let text = format!("{}EXPLAIN (VERBOSE OFF, FORMAT JSON) {}", self.change(change), statement.text);
        let failed = || LabError::server(format!("no plan for: {}", statement.text));
        let messages = self.copy.session()?.client.simple_query(&text).map_err(failed())?;
        let changed = messages.iter().find_map(|m| match m {
            SimpleQueryMessage::CommandComplete(rows) if *rows > 0 => Some(*rows as usize),
            _ => None,
        });
        if !change.is_empty() && changed != Some(change.len()) {
            return Err(refused("not all of the indexes were found"));
        }
        let root = plan::root(&messages).map_err(failed())?;
        let cost = root["Total Cost"].as_f64().ok_or_else(|| refused("EXPLAIN gave no plan with a cost"))?;
        let mut used = BTreeSet::new();
        indexes(&root, &mut used);
        let used = used.iter().filter_map(|name| self.numbers.get(name).copied()).collect();
        Ok(Said { cost, used, kind: kind(&root) })
    }
}
