//! What is proposed for a table, tried on its rows in a server of our own.
use super::Rows;
use crate::{
    Failure,
    review::prove::{bases, tried},
    settle,
};
use std::path::PathBuf;
use std::time::Duration;
use tw_lab::{
    Lab, LabError, LabOptions,
    execute::{self, Bases},
    fill::copy,
};
use tw_model::{
    discovery::TableFound,
    finding::Proof,
    ident::{list, name},
    print::{print, print_objects, print_roles},
    schema::{Constraint, ConstraintKind, Name, Namespace, Schema, Table},
    trial::Actor,
};
use tw_rooms::normal_forms::told::{Told, Whole};

/// How long a statement may take that moves the rows of a table.
const LONGEST: Duration = Duration::from_secs(120);

/// A lab that is started when the first table needs it.
pub(super) struct Rehearsal {
    pg_bin: Option<PathBuf>,
    lab: Option<Lab>,
    /// Why there is none.
    pub without: Option<String>,
}

impl Rehearsal {
    pub fn new(pg_bin: Option<PathBuf>) -> Rehearsal {
        Rehearsal { pg_bin, lab: None, without: None }
    }

    /// The table, with what came of its trials. Without a server nothing is tried, and that is said.
    pub fn tried(
        &mut self,
        all: &[Rows],
        rows: &Rows,
        told: Told,
        not_judged: &mut Vec<String>,
    ) -> Result<TableFound, Failure> {
        let Told { mut found, before, anomalies, migration, whole } = told;
        let Some(before) = before else { return Ok(found) };
        let Some(lab) = self.lab()? else {
            let why = self.without.clone().unwrap_or_default();
            not_judged.push(format!("{}: the proposal was not tried on a server: {why}", rows.table));
            return Ok(found);
        };
        let database = "rows";
        lab.create_database(database, None)?;
        if let Err(failure) = load(lab, database, rows, &before) {
            // Somebody's dates are written in another style, say: what was found stands, untried.
            not_judged.push(format!("{}: the proposal was not tried on a server: {failure}", rows.table));
            lab.drop_database(database)?;
            return Ok(found);
        }
        execute::in_place(lab, database);
        let bases = Bases { empty: database.into(), sample: database.into(), ..bases() };
        for (anomaly, trial) in found.anomalies.iter_mut().zip(anomalies) {
            anomaly.proof = Some(tried(lab, &bases, trial)?);
        }
        let whole = whole.map(|whole| tried_whole(lab, all, rows, whole, not_judged)).transpose()?.flatten();
        if let Some(told) = &mut found.migration {
            (told.proof, told.carried_proof) = match (whole, migration) {
                (Some((proof, carried)), _) => (Some(proof), carried),
                (None, Some(trial)) => (Some(tried(lab, &bases, trial)?), None),
                (None, None) => (None, None),
            };
        }
        execute::forget(lab, database)?;
        lab.drop_database(database)?;
        Ok(found)
    }

    /// The lab; none where no server is found.
    pub fn lab(&mut self) -> Result<Option<&Lab>, Failure> {
        if self.lab.is_none() && self.without.is_none() {
            match settle::installation(self.pg_bin.as_deref()) {
                Ok(installation) => {
                    let options = LabOptions { statement_timeout: LONGEST, ..LabOptions::default() };
                    self.lab = Some(Lab::start(&installation, &options)?);
                }
                // One that was named must be there.
                Err(failure) if self.pg_bin.is_some() => return Err(failure),
                Err(failure) => self.without = Some(failure.to_string()),
            }
        }
        Ok(self.lab.as_ref())
    }
}

/// What came of the migration on the table as it is declared, and of what hangs on it; none where that cannot be made in a lab.
fn tried_whole(
    lab: &Lab,
    all: &[Rows],
    rows: &Rows,
    whole: Whole,
    not_judged: &mut Vec<String>,
) -> Result<Option<(Proof, Option<Proof>)>, Failure> {
    let database = "declared";
    lab.create_database(database, None)?;
    let proofs = match load_whole(lab, database, all, rows, &whole.from) {
        Ok(()) => {
            execute::in_place(lab, database);
            let bases = Bases { empty: database.into(), sample: database.into(), ..bases() };
            let moved = tried(lab, &bases, whole.migration)?;
            let carried = whole.carried.map(|trial| tried(lab, &bases, trial)).transpose()?;
            execute::forget(lab, database)?;
            Some((moved, carried))
        }
        Err(why) => {
            not_judged.push(format!("{}: what hangs on it was not tried on a server: {why}", rows.table));
            None
        }
    };
    lab.drop_database(database)?;
    Ok(proofs)
}

/// The table as it is declared with what hangs on it, its rows and those of the tables that it is tied to; or what is missing.
fn load_whole(lab: &Lab, database: &str, all: &[Rows], rows: &Rows, from: &Schema) -> Result<(), String> {
    let own = Name::new(&*rows.schema, &*rows.name);
    for script in [print_objects(from), print_roles(from)] {
        let refused = lab.load_each(database, &script).map_err(|e| e.to_string())?.refused;
        // A role is the whole server's, and may be there from another table.
        if let Some(why) = refused.iter().find(|r| r.sqlstate.as_deref() != Some("42710")) {
            return Err(format!("a server of our own refuses it: {}", why.message));
        }
    }
    let mut session = lab.session(database, &Actor::Lab).map_err(|e| e.to_string())?;
    // The rows are as they are: nothing fires, and references are looked at when they are made anew.
    session.client.batch_execute("SET session_replication_role = replica").map_err(|e| e.to_string())?;
    for table in from.tables.iter().filter(|t| t.partition_of.is_none()) {
        let ties = |c: &Constraint| matches!(&c.kind, ConstraintKind::Foreign { target, .. } if *target == own);
        // Rows that refer to what was not read would be in the way.
        if !rows.whole && table.name != own && table.constraints.iter().any(ties) {
            continue;
        }
        let Some(rows) = all.iter().find(|r| (&r.schema, &r.name) == (&table.name.schema, &table.name.name)) else {
            return Err(format!("the rows of {}, to which it is tied, were not read", name(&table.name)));
        };
        if !rows.whole && table.name != own {
            return Err(format!("only some rows of {}, to which it is tied, were read", name(&table.name)));
        }
        let computed = |n: &usize| table.column(&rows.columns[*n].0).is_none_or(|c| c.generated.is_none());
        let columns: Vec<usize> = (0..rows.columns.len()).filter(computed).collect();
        let into = format!("{} ({})", name(&table.name), list(columns.iter().map(|n| &rows.columns[*n].0)));
        let failed =
            |source| LabError::Server { doing: format!("the rows of {} cannot be copied", rows.table), source };
        copy::copy_in(&mut session.client, &into, &lines(rows, &columns)).map_err(|e| failed(e).to_string())?;
    }
    let analyze =
        format!("SET session_replication_role = origin; ANALYZE {}", name(&Name::new(&*rows.schema, &*rows.name)));
    session.client.batch_execute(&analyze).map_err(|e| e.to_string())
}

/// Rows as COPY takes them.
fn lines(rows: &Rows, columns: &[usize]) -> Vec<u8> {
    let mut bytes = vec![];
    for row in 0..rows.given.coded.rows {
        for (place, n) in columns.iter().enumerate() {
            bytes.extend_from_slice(if place > 0 { b"\t" } else { b"" });
            match rows.value(*n, rows.given.coded.columns[*n].codes[row]) {
                Some(value) => copy::escape(&value, &mut bytes),
                None => bytes.extend_from_slice(b"\\N"),
            }
        }
        bytes.push(b'\n');
    }
    bytes
}

/// The table with its rows, owned as everything in a lab.
pub(super) fn load(lab: &Lab, database: &str, rows: &Rows, before: &Table) -> Result<(), Failure> {
    let mut table = before.clone();
    table.columns.iter_mut().for_each(|c| c.ty = lab_type(&c.ty).into());
    let mut schema = Schema { tables: vec![table], ..Schema::default() };
    if !["", "public"].contains(&rows.schema.as_str()) {
        schema.namespaces.push(Namespace { name: rows.schema.clone(), ..Namespace::default() });
    }
    let script = print(&schema);
    lab.load(database, &script).map_err(|error| Failure::Script {
        file: "the table as it is".into(),
        error: Box::new(error),
        ours: true,
    })?;
    let bytes = lines(rows, &(0..rows.columns.len()).collect::<Vec<_>>());
    let mut session = lab.session(database, &Actor::Owner)?;
    let failed = |source| LabError::Server { doing: format!("the rows of {} cannot be copied", rows.table), source };
    let table = name(&before.name);
    copy::copy_in(&mut session.client, &table, &bytes).map_err(failed)?;
    session.client.batch_execute(&format!("ANALYZE {table}")).map_err(failed)?;
    Ok(())
}

/// Types that keep their own name in the lab; a value of any other stands as text, for it may have been digested.
const KEPT: &[&str] = &[
    "bigint",
    "boolean",
    "date",
    "double precision",
    "inet",
    "integer",
    "interval",
    "real",
    "smallint",
    "text",
    "time without time zone",
    "timestamp with time zone",
    "timestamp without time zone",
    "uuid",
];

pub(super) fn lab_type(ty: &str) -> &str {
    if KEPT.contains(&ty) || ty.starts_with("numeric") { ty } else { "text" }
}
