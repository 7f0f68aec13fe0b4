//! The ground that candidates are tried on: a user's tables in a lab, a sample of their rows in them, and what is known
//! of all rows.
use crate::{Failure, settle::load_what_loads};
use std::collections::{BTreeMap, BTreeSet};
use tw_lab::{
    Lab, Live, Scope,
    inflate::distinct::foreseen,
    whatif::{
        sample::{self, Drawn, SampleError},
        statistics::{self, ColumnStatistics},
    },
};
use tw_model::{
    horizon::{Horizon, HorizonTable},
    print::print_objects,
    schema::{ConstraintKind, Index, IndexPart, Name, Schema, Table},
    trial::Actor,
};
use tw_rooms::indexing::candidates::{ColumnFacts, Facts, TableFacts};

/// Name of the database in the lab.
pub const DATABASE: &str = "ground";

/// A user's tables in a lab.
pub struct Ground {
    /// The server.
    pub lab: Lab,
    /// What is known of all rows.
    pub facts: Facts,
    /// The size that the planner is to see, without candidates.
    pub horizon: Horizon,
    /// Rows of each table that were copied, over all its rows.
    pub shares: BTreeMap<Name, f64>,
    /// The statistics of all rows; none where the sample's must do.
    pub statistics: Vec<ColumnStatistics>,
    /// The order in which names without a schema are looked for.
    pub search_path: String,
    /// What should be known: statements that the lab refused, and the like.
    pub notes: Vec<String>,
    /// The tables there, with the columns that hold values of their own.
    pub drawn: Vec<Drawn>,
}

const TABLES: &str = "\
SELECT n.nspname::text, c.relname::text, c.reltuples::float8, (pg_relation_size(c.oid)::float8 / current_setting('block_size')::float8),
       c.relallvisible::float8, c.relpages::float8
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_t%'
ORDER BY 1, 2";

const COLLATED: &str = "\
SELECT n.nspname::text, c.relname::text, a.attname::text
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
WHERE a.attnum > 0 AND c.relkind IN ('r', 'm') AND (l.collname IN ('C', 'POSIX') OR l.collname = 'default' AND
  (SELECT datcollate FROM pg_catalog.pg_database WHERE datname = current_database()) IN ('C', 'POSIX'))";

/// Reads a user's database and makes the ground of it. `rows` are volumes that a table will have instead of those it
/// has. Nothing is changed there.
pub fn of_live(
    lab: Lab,
    live: &mut Live,
    rows: &BTreeMap<String, f64>,
    progress: &crate::prove::Progress,
) -> Result<Ground, Failure> {
    progress(0, 0, "reading the schema");
    let read = live.introspect(&Scope::default())?;
    let mut notes: Vec<String> = vec![];
    let references = references(&read.schema);
    let schema = without_what_binds_rows(read.schema);
    lab.create_database(DATABASE, None)?;
    notes.extend(
        load_what_loads(&print_objects(&schema), "the schema", |sql| lab.load(DATABASE, sql))?
            .into_iter()
            .map(|refused| format!("in the lab {refused}")),
    );
    let by_bytes: BTreeSet<(Name, String)> = live
        .rows("the collations cannot be read", COLLATED, &[])?
        .iter()
        .map(|r| (Name::new(r.get::<_, &str>(0), r.get::<_, &str>(1)), r.get(2)))
        .collect();
    let path = live.rows("the search path cannot be read", "SELECT pg_catalog.array_to_string(ARRAY(SELECT pg_catalog.quote_ident(s) FROM unnest(pg_catalog.current_schemas(false)) s), ', ')", &[])?;
    let search_path: String = path.first().map(|r| r.get(0)).unwrap_or_default();
    let mut horizon = Horizon::default();
    let mut drawn = vec![];
    for row in live.rows("the tables' sizes cannot be read", TABLES, &[])? {
        let name = Name::new(row.get::<_, &str>(0), row.get::<_, &str>(1));
        let Some(table) = schema.tables.iter().find(|t| t.name == name) else { continue };
        let (counted, pages): (f64, f64) = (row.get(2), row.get(3));
        let (visible, counted_pages): (f64, f64) = (row.get(4), row.get(5));
        // The catalogue's count is of the time of the last ANALYZE; its density holds for the pages of today.
        let there = if counted_pages > 0.0 { counted.max(0.0) / counted_pages * pages } else { counted.max(0.0) };
        if counted < 0.0 && pages > 0.0 {
            notes.push(format!(
                "{}.{} was never analysed, so its rows are not known and its indexes are not looked for: run ANALYZE",
                name.schema, name.name
            ));
        }
        let columns = table.columns.iter().filter(|c| c.generated.is_none()).map(|c| c.name.clone());
        drawn.push(Drawn { table: name.clone(), rows: there, pages, columns: columns.collect() });
        let wanted = rows.get(&name.name).or_else(|| rows.get(&format!("{}.{}", name.schema, name.name)));
        let grown = wanted.map_or(1.0, |w| w / there.max(1.0));
        horizon.tables.push(HorizonTable {
            name,
            rows: (there * grown).round() as u64,
            pages: (pages * grown).ceil() as u64,
            visible_share: if counted_pages > 0.0 { (visible / counted_pages).clamp(0.0, 1.0) } else { 0.0 },
            ..HorizonTable::default()
        });
    }
    progress(0, 0, "copying a sample of the rows");
    let counts = sample::copy(live, &lab, DATABASE, &drawn)?;
    let shares = drawn.iter().zip(&horizon.tables).zip(&counts);
    let shares = shares
        .map(|((d, h), n)| (d.table.clone(), if h.rows == 0 { 1.0 } else { *n as f64 / h.rows as f64 }))
        .collect();
    let schemas: Vec<String> =
        schema.tables.iter().map(|t| t.name.schema.clone()).collect::<BTreeSet<_>>().into_iter().collect();
    let mut statistics = statistics::read(live, &schemas)?;
    refer_to_more(&mut statistics, &references, &horizon, rows);
    analyse(&lab)?;
    let extensions: Vec<String> = live
        .rows("the extensions cannot be read", "SELECT name::text FROM pg_catalog.pg_available_extensions", &[])?
        .iter()
        .map(|r| r.get(0))
        .collect();
    let facts = facts(&schema, &horizon, &statistics, &by_bytes, extensions);
    horizon.sort();
    Ok(Ground { lab, facts, horizon, shares, statistics, search_path, notes, drawn })
}

/// Gathers the sample's own statistics: those of expressions and of indexes come from it.
pub fn analyse(lab: &Lab) -> Result<(), Failure> {
    let mut session = lab.session(DATABASE, &Actor::Lab)?;
    let failed = |source| tw_lab::LabError::Server { doing: "the sample cannot be analysed".into(), source };
    let steps = ["SET statement_timeout = 0", "VACUUM (ANALYZE)"];
    steps.iter().try_for_each(|sql| session.client.batch_execute(sql)).map_err(failed)?;
    Ok(())
}

/// A sample is not whole: references, triggers and row security are left out. They decide no plan.
fn without_what_binds_rows(mut schema: Schema) -> Schema {
    for table in &mut schema.tables {
        table.constraints.retain(|c| !matches!(c.kind, ConstraintKind::Foreign { .. }));
        table.triggers.clear();
        table.row_security = false;
        table.policies.clear();
    }
    schema
}

/// References of one column: table, column, the table that is referred to.
fn references(schema: &Schema) -> Vec<(Name, String, Name)> {
    let of = |table: &Table| -> Vec<(Name, String, Name)> {
        let foreign = table.constraints.iter().filter_map(|c| match &c.kind {
            ConstraintKind::Foreign { columns, target, .. } if columns.len() == 1 => {
                Some((table.name.clone(), columns[0].clone(), target.clone()))
            }
            _ => None,
        });
        foreign.collect()
    };
    schema.tables.iter().flat_map(of).collect()
}

/// Where tables are to grow, a reference has other values than it has now: up to as many as there will be rows to refer
/// to. The statistics say what ANALYZE will say then.
fn refer_to_more(
    statistics: &mut [ColumnStatistics],
    references: &[(Name, String, Name)],
    horizon: &Horizon,
    rows: &BTreeMap<String, f64>,
) {
    let grows =
        |name: &Name| rows.contains_key(&name.name) || rows.contains_key(&format!("{}.{}", name.schema, name.name));
    for (table, column, target) in references.iter().filter(|(table, _, target)| grows(table) || grows(target)) {
        let (Some(of), Some(to)) = (horizon.table(table), horizon.table(target)) else { continue };
        let seen = statistics.iter_mut().find(|s| s.table == *table && s.column == *column);
        // What is unique stays so.
        let Some(seen) = seen.filter(|s| s.n_distinct != -1.0) else { continue };
        let correlation = f64::from(seen.correlation.unwrap_or(0.0));
        let stated = foreseen(to.rows as f64, f64::from(seen.null_share), of.rows as f64, of.pages as f64, correlation);
        seen.n_distinct = stated as f32;
    }
}

fn facts(
    schema: &Schema,
    horizon: &Horizon,
    statistics: &[ColumnStatistics],
    by_bytes: &BTreeSet<(Name, String)>,
    extensions: Vec<String>,
) -> Facts {
    let mut facts = Facts { extensions: extensions.into_iter().collect(), ..Facts::default() };
    let mut of: BTreeMap<(&Name, &str), &ColumnStatistics> = BTreeMap::new();
    for s in statistics {
        of.insert((&s.table, s.column.as_str()), s);
    }
    for table in &schema.tables {
        let Some(size) = horizon.table(&table.name) else { continue };
        let rows = size.rows as f64;
        let columns = table.columns.iter().map(|c| {
            let s = of.get(&(&table.name, c.name.as_str()));
            let n = s.map_or(-1.0, |s| f64::from(s.n_distinct));
            let facts = ColumnFacts {
                ty: c.ty.clone(),
                distinct: if n < 0.0 { -n * rows } else { n },
                correlation: s.and_then(|s| s.correlation).map_or(0.0, f64::from),
                width: s.map_or(8.0, |s| f64::from(s.width)),
                by_bytes: by_bytes.contains(&(table.name.clone(), c.name.clone())),
            };
            (c.name.clone(), facts)
        });
        let of_table = TableFacts { rows, pages: size.pages as f64, columns: columns.collect() };
        facts.tables.insert(table.name.clone(), of_table);
        facts.existing.insert(table.name.clone(), existing(table));
    }
    facts
}

/// The indexes of a table, those that its constraints bring included.
fn existing(table: &tw_model::schema::Table) -> Vec<Index> {
    let keys = table.constraints.iter().filter_map(|c| match &c.kind {
        ConstraintKind::Primary { columns, .. } | ConstraintKind::Unique { columns, .. } => Some(columns),
        _ => None,
    });
    let of_keys = keys.map(|columns| Index {
        method: "btree".into(),
        unique: true,
        parts: columns.iter().map(|c| IndexPart { column: c.clone(), ..IndexPart::default() }).collect(),
        ..Index::default()
    });
    of_keys.chain(table.indexes.iter().cloned()).collect()
}

impl From<SampleError> for Failure {
    fn from(error: SampleError) -> Self {
        match error {
            SampleError::Live(e) => Failure::Live(e),
            SampleError::Lab(e) => Failure::Lab(e),
        }
    }
}
