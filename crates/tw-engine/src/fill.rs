//! Fill: rows for a brief's design, a live database's schema or somebody's DDL, into a database or into files.
use crate::{Failure, design::Designed, settle};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tw_lab::{
    Lab, LabOptions, Live, Scope, introspect,
    pour::{self, Asked, Destination, Hint, Plan, Report, destination, files, seen},
};
use tw_model::{
    print::print_objects,
    sample::Values,
    schema::{Name, Schema},
    trial::Actor,
};

pub use tw_lab::pour::{Options, Progress};

/// Whose rows.
pub enum Of {
    /// A brief's design.
    Brief(Box<Designed>),
    /// The schema of a live database, which is only read.
    Database(String),
    /// A script of DDL with its name.
    Ddl(String, String),
}

/// Where they go.
#[derive(Clone, Debug)]
pub enum To {
    /// A database without rows; the schema is loaded when it holds no table.
    Database(String),
    /// A new directory.
    Files(PathBuf),
}

/// How many, and how.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// `TABLE=N` and `N`, which is for every other table.
    pub rows: Vec<String>,
    /// Times the volumes that are known.
    pub scale: f64,
    /// Seed.
    pub seed: u64,
    /// Workers, and sessions for a large table.
    pub options: Options,
    /// Directory of the server's programs, where a lab is needed.
    pub pg_bin: Option<PathBuf>,
}

/// What was filled.
#[derive(Clone, Debug)]
pub struct Filled {
    /// Tables, rows, bytes, seconds.
    pub report: Report,
    /// What was assumed or left out.
    pub notes: Vec<String>,
}

/// Rows of a table of which nothing is known.
const UNKNOWN: f64 = 1000.0;

/// Fills. The same schema, seed and numbers give the same rows, whatever else runs.
pub fn fill(of: &Of, to: &To, wanted: &Wanted, progress: &mut dyn FnMut(&Progress)) -> Result<Filled, Failure> {
    let mut asked = Asked { seed: wanted.seed, others: scaled(UNKNOWN, wanted.scale), ..Asked::default() };
    let mut script = None;
    match of {
        Of::Brief(designed) => {
            known_of(designed, wanted.scale, &mut asked);
            script = Some(("schema.sql".to_string(), designed.schema_sql.clone()));
        }
        Of::Database(address) => {
            let mut live = Live::connect(address)?;
            let schema = live.introspect(&Scope::default())?.schema;
            let (columns, rows) = seen::seen(&mut live)?;
            for (column, seen) in columns {
                asked.hints.insert(column, Hint { seen: Some(seen), ..Hint::default() });
            }
            let tables = rows.into_iter().filter(|(_, n)| *n > 0);
            asked.volumes = tables.map(|(name, n)| (name, scaled(n as f64, wanted.scale))).collect();
            script = script.or(Some((format!("the schema of {}", live.shown), print_objects(&schema))));
        }
        Of::Ddl(name, text) => script = Some((name.clone(), text.clone())),
    }
    let (name, sql) = script.unwrap_or_default();
    match to {
        To::Database(address) => {
            let mut to = Destination::connect(address)?;
            let mut schema = to.introspect()?.schema;
            if schema.tables.is_empty() {
                to.load(&format!("{name} cannot be loaded into {}", to.shown), &sql)?;
                schema = to.introspect()?.schema;
            } else {
                // What the script puts into tables is there if the script is.
                let there = |name: &Name| schema.table(name).is_some();
                asked.given.retain(|name, _| there(name));
            }
            let plan = planned(&schema, wanted, asked, &mut |question| to.ask(question))?;
            let report = pour::pour(&mut to, &plan, &wanted.options, progress)?;
            Ok(filled(report, plan))
        }
        To::Files(dir) => {
            let installation = settle::installation(wanted.pg_bin.as_deref())?;
            let lab = Lab::start(&installation, &LabOptions::default())?;
            lab.create_database("filled", None)?;
            lab.load("filled", &sql).map_err(|e| match of {
                Of::Brief(designed) => designed.refused(e),
                _ => Failure::Script { file: name.clone(), error: Box::new(e), ours: false },
            })?;
            let mut session = lab.session("filled", &Actor::Owner)?;
            let schema = introspect(&mut session.client, &Scope::default())
                .map_err(|e| Failure::Sample { why: format!("the catalogue could not be read: {e}") })?;
            let plan = planned(&schema, wanted, asked, &mut |q| destination::ask(&mut session.client, q))?;
            // Identifiers of types that the schema makes are another database's own.
            let oids = destination::oids(&mut session.client, &plan)?;
            let own = 16_384;
            let oids = oids.into_iter().filter(|(_, oid)| *oid < own).collect();
            let report = files::write(dir, &plan, &oids, Some(&sql), wanted.options.workers, progress)?;
            Ok(filled(report, plan))
        }
    }
}

fn filled(report: Report, plan: Plan) -> Filled {
    let notes = plan.notes.into_iter().chain(report.notes.iter().cloned()).collect();
    Filled { report, notes }
}

fn scaled(rows: f64, scale: f64) -> u64 {
    (rows * scale).round().max(1.0) as u64
}

fn planned(schema: &Schema, wanted: &Wanted, mut asked: Asked, ask: &mut pour::plan::Ask) -> Result<Plan, Failure> {
    for text in &wanted.rows {
        let (table, count) = match text.rsplit_once('=') {
            Some((table, count)) => (Some(table), count),
            None => (None, text.as_str()),
        };
        let rows = number(count).ok_or_else(|| Failure::Path {
            path: PathBuf::from(text),
            why: format!("`{count}` is no number of rows"),
            help: "Write --rows TABLE=1000, --rows TABLE=10M, or --rows 1000 for every other table.".into(),
        })?;
        match table {
            Some(table) => {
                let name = table_of(schema, table)?;
                asked.rows.insert(name, rows);
            }
            None => {
                asked.others = rows;
                asked.volumes.clear();
            }
        }
    }
    Ok(pour::plan(schema, &asked, ask)?)
}

/// `1500`, `20k`, `10M`, `2B`, `1.5M`.
fn number(text: &str) -> Option<u64> {
    let text = text.trim();
    let (digits, unit) = match text.chars().last()? {
        'k' | 'K' => (&text[..text.len() - 1], 1e3),
        'm' | 'M' => (&text[..text.len() - 1], 1e6),
        'b' | 'B' => (&text[..text.len() - 1], 1e9),
        _ => (text, 1.0),
    };
    let digits = digits.replace('_', "");
    let rows = digits.parse::<f64>().ok()? * unit;
    (rows.is_finite() && (0.0..1e15).contains(&rows)).then_some(rows as u64)
}

fn table_of(schema: &Schema, text: &str) -> Result<Name, Failure> {
    let tables = || pour::plan::filled(schema).map(|t| &t.name);
    let is = |name: &&Name| {
        tw_model::ident::name(name) == text || name.name == text || format!("{}.{}", name.schema, name.name) == text
    };
    let unknown =
        || pour::PourError::NoTable { name: text.into(), known: tables().map(tw_model::ident::name).collect() };
    Ok(tables().find(is).cloned().ok_or_else(unknown)?)
}

/// What a brief says of its design's tables and columns.
pub(crate) fn known_of(designed: &Designed, scale: f64, asked: &mut Asked) {
    let draft = &designed.draft;
    let physical = |symbol: &str| tw_rooms::kit::steps::Physical(draft).table(symbol);
    for (entity, rows) in tw_rooms::kit::size::volumes(&designed.model, scale) {
        if let Some(home) = draft.homes.get(&entity) {
            asked.volumes.insert(physical(&home.write_to), rows);
        }
    }
    for (table, values) in &draft.listed {
        let column = draft.name(&format!("{table}.value"));
        asked.given.insert(physical(table), (column, values.clone()));
    }
    for table in &designed.sample.tables {
        let Some(home) = draft.homes.get(&table.name) else { continue };
        // The plain table's columns are the tails of the design's paths.
        let names: BTreeMap<&str, &String> =
            home.columns.values().flatten().filter_map(|path| Some((path.split_once('.')?.1, path))).collect();
        for column in &table.columns {
            let Some(path) = names.get(column.name.as_str()) else { continue };
            let Some((owner, _)) = path.split_once('.').filter(|(owner, _)| *owner == table.name) else { continue };
            let mut said = column.clone();
            if let Values::After { column, .. } = &mut said.values
                && let Some(path) = names.get(column.as_str())
            {
                *column = draft.name(path);
            }
            said.name = draft.name(path);
            if said.like.is_empty() {
                said.like.clone_from(&column.name);
            }
            asked.hints.insert((physical(owner), said.name.clone()), Hint { said: Some(said), ..Hint::default() });
        }
    }
}

/// The text of a DDL file.
pub fn ddl(path: &Path) -> Result<Of, Failure> {
    let failed = |why| Failure::File { doing: "read", path: path.into(), why };
    Ok(Of::Ddl(path.display().to_string(), std::fs::read_to_string(path).map_err(failed)?))
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_of_rows_are_written_as_people_do() {
        for (text, rows) in [("0", 0), ("1500", 1500), ("20k", 20_000), ("1.5M", 1_500_000), ("2B", 2_000_000_000)] {
            assert_eq!(number(text), Some(rows), "{text}");
        }
        for text in ["", "M", "-3", "many", "1e99", "NaN"] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
