//! Sources of our own making: a script or a brief's design loaded into a lab, with rows made up where it brings none.
use super::workload::{Query, Workload};
use crate::{Failure, design::Designed, fill, settle::load_what_loads};
use std::collections::BTreeMap;
use tw_lab::{
    Installation, Lab, LabOptions, Live,
    pour::{self, Asked, Destination, Options},
};
use tw_model::{
    change::Change,
    ident::quote,
    render,
    schema::{Index, Name, Schema},
    trial::Actor,
};
use tw_rooms::indexing::candidates::Candidate;

/// The database that a source is loaded into.
const DATABASE: &str = "source";
/// Rows that are made up of the largest table at most; others get the same share of theirs.
const MOST_MADE: f64 = 20_000.0;
/// Of a table that has more, at least so many are made up.
const FEWEST_MADE: f64 = 500.0;
/// Rows of a table of which nobody says how many it will have.
pub const UNSAID: f64 = 100_000.0;

/// A source in a lab.
pub struct Made {
    /// The server.
    pub lab: Lab,
    /// Rows that tables will have, where that is not what is there.
    pub rows: BTreeMap<String, f64>,
    /// What should be known.
    pub notes: Vec<String>,
}

/// An index that a brief's design has.
#[derive(Clone, Debug)]
pub struct InDesign {
    /// It, as a candidate.
    pub candidate: Candidate,
    /// Why the design has it.
    pub why: String,
}

/// A lab with the script's tables and rows, analysed. Where the script brings no row, rows are made up.
pub fn of_script(
    installation: &Installation,
    name: &str,
    text: &str,
    rows: &BTreeMap<String, f64>,
) -> Result<Made, Failure> {
    let lab = Lab::start(installation, &LabOptions::default())?;
    lab.create_database(DATABASE, None)?;
    let notes = load_what_loads(text, name, |sql| lab.load(DATABASE, sql))?;
    let mut made = Made { lab, rows: BTreeMap::new(), notes };
    if has_no_row(&made.lab)? {
        let mut to = destination(&made.lab)?;
        let schema = to.introspect()?.schema;
        let mut unsaid = vec![];
        let mut volumes = BTreeMap::new();
        for table in pour::plan::filled(&schema) {
            let full = format!("{}.{}", table.name.schema, table.name.name);
            let said = rows.get(&full).or_else(|| rows.get(&table.name.name)).copied();
            if said.is_none() {
                unsaid.push(tw_model::ident::name(&table.name));
            }
            volumes.insert(table.name.clone(), said.unwrap_or(UNSAID));
        }
        if volumes.is_empty() {
            return Err(Failure::Path {
                path: name.into(),
                why: format!("it makes no table\n{}", made.notes.join("\n")),
                help: "Give a script with the CREATE TABLE statements of the database.".into(),
            });
        }
        pour_some(&mut to, &schema, &volumes, Asked::default(), &mut made)?;
        if !unsaid.is_empty() {
            made.notes.push(format!(
                "nobody says how many rows {} will have, so {UNSAID} each are assumed; say it with --rows TABLE=N",
                unsaid.join(", ")
            ));
        }
    }
    analyse(&made.lab, name)?;
    Ok(made)
}

/// A lab with a brief's tables, made-up rows with the distributions the brief names, and no index but those of keys;
/// with the workload as the brief tells it, and the indexes that were left out.
pub fn of_brief(installation: &Installation, designed: &Designed) -> Result<(Made, Workload, Vec<InDesign>), Failure> {
    let lab = Lab::start(installation, &LabOptions::default())?;
    lab.create_database(DATABASE, None)?;
    lab.load(DATABASE, &designed.schema_sql).map_err(|e| designed.refused(e))?;
    let mut to = destination(&lab)?;
    let schema = to.introspect()?.schema;
    let horizon = designed.span.horizon.tables.iter();
    let volumes: BTreeMap<Name, f64> = horizon.map(|t| (t.name.clone(), t.rows as f64)).collect();
    let mut asked = Asked { seed: designed.sample.seed, ..Asked::default() };
    fill::known_of(designed, 1.0, &mut asked);
    let mut made = Made { lab, rows: BTreeMap::new(), notes: vec![] };
    pour_some(&mut to, &schema, &volumes, asked, &mut made)?;
    // Only now: what keeps the brief's rules looks rows up by them while rows are made.
    let in_design = take_indexes(&mut to, &schema, designed)?;
    analyse(&made.lab, &designed.model.title)?;
    Ok((made, workload(designed), in_design))
}

/// Drops the indexes that are there for reading alone, and says what they were.
fn take_indexes(to: &mut Destination, schema: &Schema, designed: &Designed) -> Result<Vec<InDesign>, Failure> {
    let mut taken = vec![];
    for table in schema.tables.iter().filter(|t| t.partition_of.is_none()) {
        for index in table.indexes.iter().filter(|i| !i.unique) {
            let drop = format!("DROP INDEX {}.{}", quote(&table.name.schema), quote(&index.name));
            to.load(&format!("the index {} cannot be left out", index.name), &drop)?;
            let why = why_designed(designed, &index.name);
            let filter = index.filter.iter().cloned().collect();
            let index = Index { name: String::new(), ..index.clone() };
            let candidate = Candidate { table: table.name.clone(), index, filter, extension: None };
            taken.push(InDesign { candidate, why });
        }
    }
    Ok(taken)
}

/// Makes up a share of the rows that tables will have, the same of each, so that references keep their proportions.
fn pour_some(
    to: &mut Destination,
    schema: &Schema,
    volumes: &BTreeMap<Name, f64>,
    mut asked: Asked,
    made: &mut Made,
) -> Result<(), Failure> {
    let largest = volumes.values().fold(1.0, |a: f64, b| a.max(*b));
    let share = (MOST_MADE / largest).min(1.0);
    for (name, rows) in volumes {
        let some = (rows * share).max(rows.min(FEWEST_MADE)).round();
        asked.volumes.insert(name.clone(), some as u64);
        made.rows.insert(format!("{}.{}", name.schema, name.name), *rows);
    }
    asked.others = FEWEST_MADE as u64;
    let plan = pour::plan(schema, &asked, &mut |question| to.ask(question))?;
    let options = Options { workers: 2, streams: 1, go_on: false };
    let report = pour::pour(to, &plan, &options, &mut |_| {})?;
    made.notes
        .push(format!("{} rows were made up and stand for all; real ones may be distributed otherwise", report.rows));
    made.notes.extend(plan.notes);
    Ok(())
}

/// The brief's statements, each as often as it is asked.
fn workload(designed: &Designed) -> Workload {
    let mapping = designed.draft.mapping();
    let mut queries = vec![];
    for query in &designed.model.workload {
        for (n, statement) in query.statements.iter().enumerate() {
            let several = query.statements.len() > 1;
            queries.push(Query {
                name: if several { format!("{}, statement {}", query.name, n + 1) } else { query.name.clone() },
                sql: render::statement(&statement.sql, &mapping, &query.params).sql,
                weight: query.rate_per_s.unwrap_or(1.0),
                offset: 0,
            });
        }
    }
    Workload { queries, problems: vec![] }
}

/// Why the design has an index of that name.
fn why_designed(designed: &Designed, index: &str) -> String {
    let makes = |change: &Change| match change {
        Change::CreateIndex { table, index: made } => {
            designed.draft.name(&format!("{}.{}", table.name, made.name)) == index
        }
        _ => false,
    };
    let decision = designed.draft.decisions.iter().find(|d| d.changes.iter().any(makes));
    decision.map(|d| designed.draft.printed(&d.why)).unwrap_or_default()
}

fn destination(lab: &Lab) -> Result<Destination, Failure> {
    Ok(Destination::connect(&address(lab, DATABASE))?)
}

/// Looks into the lab as one looks into a user's database.
pub fn look(lab: &Lab) -> Result<Live, Failure> {
    look_at(lab, DATABASE)
}

/// The same at any database of a lab.
pub fn look_at(lab: &Lab, database: &str) -> Result<Live, Failure> {
    Ok(Live::connect(&address(lab, database))?)
}

fn address(lab: &Lab, database: &str) -> String {
    format!("host={} port=5432 user={} dbname={database}", lab.directory().display(), tw_lab::settings::OWNER)
}

fn analyse(lab: &Lab, name: &str) -> Result<(), Failure> {
    let mut session = lab.session(DATABASE, &Actor::Lab)?;
    let failed =
        |source| tw_lab::LabError::Server { doing: format!("the tables of {name} cannot be analysed"), source };
    session.client.batch_execute("VACUUM (ANALYZE)").map_err(failed)?;
    Ok(())
}

fn has_no_row(lab: &Lab) -> Result<bool, Failure> {
    let mut session = lab.session(DATABASE, &Actor::Lab)?;
    let failed = |source| tw_lab::LabError::Server { doing: "the rows of a script cannot be counted".into(), source };
    session.client.batch_execute("ANALYZE").map_err(failed)?;
    let sql = "SELECT NOT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
               WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') \
               AND c.reltuples > 0)";
    Ok(session.client.query_one(sql, &[]).map_err(failed)?.get(0))
}
