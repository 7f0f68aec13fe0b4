//! What an inflated copy can be asked: plans, and nothing that reads or writes a row.
use super::Doubt;
use crate::{error::LabError, execute::plan, session::Session, settings::SUPERUSER, split};
use postgres::{Config, NoTls};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use tw_model::{ident::quote, schema::Name};

/// A copy of a database that looks as large as its horizon. It offers plans only, and is dropped with this value.
#[derive(Debug)]
pub struct Inflated {
    /// What could not be made to look as it will be.
    pub doubts: Vec<Doubt>,
    /// Its indexes, each with whether it holds a part of the rows only.
    pub indexes: BTreeMap<Name, bool>,
    /// Partitions that hold next to nothing at the horizon: those of a time to come.
    pub empty: BTreeSet<String>,
    /// The indexes of partitions, by the topmost index that they belong to: they are seen and hidden with it.
    pub(super) below: BTreeMap<Name, Vec<Name>>,
    /// Its database.
    pub(super) database: String,
    /// Where it is dropped from.
    home: Config,
    /// Taken only to end it.
    pub(super) session: Option<Session>,
    /// Indexes that the open transaction hides from the planner.
    hidden: BTreeSet<Name>,
}

/// What the planner would do.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// Nodes from the root, see [`plan::shape`].
    pub shape: Vec<String>,
    /// The planner's cost of all rows.
    pub cost: f64,
    /// Rows it expects.
    pub rows: f64,
    /// The root node as `EXPLAIN (FORMAT JSON)` gives it.
    pub root: Value,
}

impl Inflated {
    /// Without a session yet.
    pub(super) fn closed(database: String, home: Config) -> Inflated {
        Inflated {
            doubts: vec![],
            indexes: BTreeMap::new(),
            empty: BTreeSet::new(),
            below: BTreeMap::new(),
            database,
            home,
            session: None,
            hidden: BTreeSet::new(),
        }
    }

    /// The plan of one statement with its values in place, as the server makes it for those values.
    pub fn explain(&mut self, sql: &str) -> Result<Planned, LabError> {
        let statement = one(sql)?;
        let client = &mut self.session()?.client;
        let root = plan::explain(client, "VERBOSE OFF", statement);
        let root = root.map_err(LabError::server(format!("no plan for: {statement}")));
        if root.is_err() {
            self.recover()?;
        }
        planned(root?)
    }

    /// The plan of one statement with `$1`, `$2`, ... for any values at all: the generic plan that the server may come
    /// to use for a prepared statement. `types` are the parameters' types.
    pub fn explain_generic(&mut self, sql: &str, types: &[String]) -> Result<Planned, LabError> {
        let statement = one(sql)?;
        let list = if types.is_empty() { String::new() } else { format!("({})", types.join(", ")) };
        let nulls =
            if types.is_empty() { String::new() } else { format!("({})", vec!["NULL"; types.len()].join(", ")) };
        let client = &mut self.session()?.client;
        let failed = || LabError::server(format!("no generic plan for: {statement}"));
        let prepare = format!("PREPARE tw_generic{list} AS {statement}");
        client.batch_execute("SET plan_cache_mode = force_generic_plan").map_err(failed())?;
        let root = client
            .batch_execute(&prepare)
            .and_then(|()| plan::explain(client, "VERBOSE OFF", &format!("EXECUTE tw_generic{nulls}")));
        if root.is_err() {
            self.recover()?;
        }
        let client = &mut self.session()?.client;
        client.batch_execute("DEALLOCATE ALL; RESET plan_cache_mode").map_err(failed())?;
        planned(root.map_err(failed())?)
    }

    /// A refused statement ends the transaction that shows and hides indexes; it is done again.
    fn recover(&mut self) -> Result<(), LabError> {
        let hidden = std::mem::take(&mut self.hidden);
        if hidden.is_empty() {
            return Ok(());
        }
        let failed = LabError::server("cannot end a transaction");
        self.session()?.client.batch_execute("ROLLBACK").map_err(failed)?;
        self.hide(&hidden)
    }

    /// Hides exactly these indexes from the planner, until the next call.
    pub fn hide(&mut self, indexes: &BTreeSet<Name>) -> Result<(), LabError> {
        if *indexes == self.hidden {
            return Ok(());
        }
        let failed = || LabError::server("cannot hide indexes from the planner");
        if indexes.is_empty() {
            self.session()?.client.batch_execute("ROLLBACK").map_err(failed())?;
        } else {
            if self.hidden.is_empty() {
                self.session()?.client.batch_execute("BEGIN READ WRITE").map_err(failed())?;
            }
            let changed = self.hidden.symmetric_difference(indexes).map(|n| (n.clone(), !indexes.contains(n)));
            self.change(changed.collect())?;
        }
        self.hidden = indexes.clone();
        Ok(())
    }

    /// Shows and hides indexes in the open transaction.
    fn change(&mut self, changed: Vec<(Name, bool)>) -> Result<(), LabError> {
        let named = |n: &Name| format!("{}.{}", quote(&n.schema), quote(&n.name));
        let with_below = changed.iter().flat_map(|(n, seen)| {
            let below = self.below.get(n).into_iter().flatten();
            std::iter::once(n).chain(below).map(|n| (named(n), *seen)).collect::<Vec<_>>()
        });
        let (names, seen): (Vec<String>, Vec<bool>) = with_below.collect::<BTreeMap<_, _>>().into_iter().unzip();
        let sql = "UPDATE pg_catalog.pg_index i SET indisvalid = n.seen \
                   FROM unnest($1::text[]::regclass[], $2::bool[]) AS n(index, seen) WHERE i.indexrelid = n.index";
        let failed = LabError::server("cannot hide indexes from the planner");
        let touched = self.session()?.client.execute(sql, &[&names, &seen]).map_err(failed)?;
        if touched == names.len() as u64 {
            return Ok(());
        }
        let why = format!("of the indexes {} only {touched} were found", names.join(", "));
        Err(LabError::NotInflated { why })
    }

    /// The plan without those indexes; afterwards they are seen again.
    pub fn explain_without(&mut self, indexes: &BTreeSet<Name>, sql: &str) -> Result<Planned, LabError> {
        let before = self.hidden.clone();
        self.hide(indexes)?;
        let planned = self.explain(sql);
        self.hide(&before)?;
        planned
    }

    /// Pages that the planner expects the plan to read when it does not see those indexes: its own cost model with
    /// every page at 1 and all else at 0. None where that would be another plan.
    pub fn pages_without(
        &mut self,
        indexes: &BTreeSet<Name>,
        sql: &str,
        planned: &Planned,
    ) -> Result<Option<f64>, LabError> {
        const PAGES_ALONE: [&str; 5] =
            ["cpu_tuple_cost", "cpu_index_tuple_cost", "cpu_operator_cost", "seq_page_cost", "random_page_cost"];
        let failed = || LabError::server("cannot count pages alone");
        let set = |names: &[&str], value: &str| -> String {
            names.iter().map(|name| format!("SET {name} = {value};")).collect()
        };
        let before = self.settings(&PAGES_ALONE)?;
        let alone = set(&PAGES_ALONE[..3], "0") + &set(&PAGES_ALONE[3..], "1");
        self.session()?.client.batch_execute(&alone).map_err(failed())?;
        let counted = self.explain_without(indexes, sql);
        let back: String = PAGES_ALONE.iter().zip(&before).map(|(name, value)| set(&[name], value)).collect();
        self.session()?.client.batch_execute(&back).map_err(failed())?;
        let counted = counted?;
        Ok((counted.shape == planned.shape).then_some(counted.cost.ceil()))
    }

    fn settings(&mut self, names: &[&str]) -> Result<Vec<String>, LabError> {
        let client = &mut self.session()?.client;
        let read = |name: &&str| client.query_one("SELECT current_setting($1)", &[name]).map(|row| row.get(0));
        names.iter().map(read).collect::<Result<_, _>>().map_err(LabError::server("cannot read a setting"))
    }

    /// Names of the indexes that hold a part of the rows only.
    pub fn partial(&self) -> BTreeSet<String> {
        self.indexes.iter().filter(|(_, partial)| **partial).map(|(name, _)| name.name.clone()).collect()
    }

    pub(crate) fn session(&mut self) -> Result<&mut Session, LabError> {
        let gone = || LabError::NotInflated { why: "its session was lost".into() };
        self.session.as_mut().filter(|s| !s.client.is_closed()).ok_or_else(gone)
    }
}

/// Exactly one statement, so that nothing rides along behind the EXPLAIN.
fn one(sql: &str) -> Result<&str, LabError> {
    let refused = |why: String| LabError::NotInflated { why };
    let statements =
        split::split(sql).map_err(|e| refused(format!("what is planned cannot be read: {}", e.message)))?;
    match statements.as_slice() {
        [statement] => Ok(statement.text),
        many => Err(refused(format!("one statement is planned at a time, not {}: {sql}", many.len()))),
    }
}

fn planned(root: Value) -> Result<Planned, LabError> {
    let number = |key: &str| root[key].as_f64();
    match (number("Total Cost"), number("Plan Rows")) {
        (Some(cost), Some(rows)) => Ok(Planned { shape: plan::lines(&root), cost, rows, root }),
        _ => Err(LabError::NotInflated { why: "EXPLAIN gave no plan with a cost".into() }),
    }
}

impl Drop for Inflated {
    fn drop(&mut self) {
        drop(self.session.take());
        // A server that is gone has taken its databases along.
        let Ok(mut client) = self.home.user(SUPERUSER).connect(NoTls) else { return };
        let _ = client.batch_execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quote(&self.database)));
    }
}
