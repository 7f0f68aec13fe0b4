//! Discover: rows of a database or of files to dependencies, keys, normal forms and a proposed schema.
mod derive;
mod files;
mod live;
mod price;
mod rehearse;

use crate::Failure;
use rehearse::Rehearsal;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use tw_model::{discovery::*, ident::quote, schema::Schema};
use tw_rooms::normal_forms::{
    Columns,
    columns::MOST,
    discover::{Inclusion, Values, inclusions},
    judge::{Given, judge},
    told::{Described, told},
};

pub use tw_rooms::normal_forms::judge::Limits;

/// What is looked at.
#[derive(Clone, Debug)]
pub enum Source {
    /// A database, by its address; it is only read.
    Database(String),
    /// Files of comma-separated values, each with a header; one table a file.
    Files(Vec<PathBuf>),
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Request {
    /// Where the rows are.
    pub source: Source,
    /// Only these tables, when any is named.
    pub tables: Vec<String>,
    /// Most rows that are read of one table.
    pub most_rows: usize,
    /// A null differs from every other null.
    pub nulls_differ: bool,
    /// How far to look.
    pub limits: Limits,
    /// Values to be kept though they follow from others: `orders.total = sum(lines.amount)`.
    pub derive: Vec<String>,
    /// How often such a value is read for one write to its source.
    pub reads_per_write: f64,
    /// It may be as old as its last refresh.
    pub may_be_old: bool,
    /// Where the programs of a server are, when not where they are looked for.
    pub pg_bin: Option<PathBuf>,
}

/// Rows of one table.
#[derive(Default)]
struct Rows {
    /// Its name; `schema.table` outside `public`.
    table: String,
    /// Its schema; empty where there is none.
    schema: String,
    /// Its name there.
    name: String,
    /// Name and type of each column.
    columns: Vec<(String, String)>,
    /// The rows, the declared keys and dependencies.
    given: Given,
    /// The value of each code, by column.
    values: Vec<Vec<Option<Box<[u8]>>>>,
    /// All rows were read.
    whole: bool,
    /// Columns that refer already.
    referring: BTreeSet<String>,
    /// The table as it is declared, with what hangs on it; none of files.
    declared: Option<Schema>,
    /// Names that other tables and views have.
    taken: BTreeSet<String>,
}

impl Rows {
    /// The value of a code of a column, as text.
    fn value(&self, column: usize, code: u32) -> Option<String> {
        let value = self.values[column].get(code as usize)?.as_deref()?;
        Some(String::from_utf8_lossy(value).into_owned())
    }
}

/// Columns from which on left sides are shorter: there are too many of three.
const WIDE: usize = 40;

/// Reads the rows only: of each table the coded rows, with what is declared of it.
pub fn rows(request: &Request) -> Result<Vec<Given>, Failure> {
    let (_, tables) = read(request, &mut vec![], &|_, _, _| {})?;
    Ok(tables.into_iter().map(|t| t.given).collect())
}

fn read(
    request: &Request,
    not_judged: &mut Vec<String>,
    progress: &dyn Fn(usize, usize, &str),
) -> Result<(String, Vec<Rows>), Failure> {
    match &request.source {
        Source::Database(address) => live::read(address, request, not_judged, progress),
        Source::Files(paths) => files::read(paths, request, progress),
    }
}

/// Reads the rows and says what is in them.
pub fn discover(request: &Request, progress: &dyn Fn(usize, usize, &str)) -> Result<Discovery, Failure> {
    let mut not_judged = vec![];
    let (source, tables) = read(request, &mut not_judged, progress)?;
    let mut found = vec![];
    let mut rehearsal = Rehearsal::new(request.pg_bin.clone());
    let derived = derive::derived(request, &tables, &mut rehearsal, progress)?;
    let mut referring = BTreeMap::new();
    let number = tables.len();
    for (n, rows) in tables.iter().enumerate() {
        progress(n, number, &rows.table);
        if rows.columns.len() > MOST {
            not_judged.push(format!(
                "{}: it has {} columns, at most {MOST} are looked at",
                rows.table,
                rows.columns.len()
            ));
            continue;
        }
        let mut limits = request.limits;
        if rows.columns.len() > WIDE && limits.most_left > 2 {
            limits.most_left = 2;
            not_judged.push(format!(
                "{}: of its {} columns, left sides of more than two",
                rows.table,
                rows.columns.len()
            ));
        }
        let judged = judge(&rows.given, &limits);
        let of = Described {
            table: &rows.table,
            schema: &rows.schema,
            name: &rows.name,
            columns: &rows.columns,
            whole: rows.whole,
            value: &|column, code| rows.value(column, code),
            declared: rows.declared.as_ref(),
            taken: &rows.taken,
        };
        let told = told(&of, &rows.given, &judged);
        found.push(rehearsal.tried(&tables, rows, told, &mut not_judged)?);
        referring.insert(rows.table.clone(), rows.referring.clone());
    }
    let values: Vec<Values> = tables.into_iter().filter(|t| t.columns.len() <= MOST).flat_map(values_of).collect();
    let references = inclusions(&values)
        .into_iter()
        .filter(|i| !referring.get(&i.from.0).is_some_and(|columns| columns.contains(&i.from.1)))
        .map(reference)
        .collect();
    Ok(Discovery { format: 1, source, tables: found, references, derived, not_judged })
}

fn values_of(rows: Rows) -> Vec<Values> {
    let number = rows.given.coded.rows;
    let declared = |column: usize| rows.given.keys.contains(&Columns::one(column));
    let unique: Vec<bool> = (0..rows.columns.len())
        .map(|n| {
            let column = &rows.given.coded.columns[n];
            column.missing.is_empty() && (declared(n) || rows.whole && column.distinct as usize == number)
        })
        .collect();
    let table = rows.table;
    let columns = rows.columns.into_iter().zip(rows.values).zip(unique);
    columns
        .map(|(((column, ty), values), unique)| Values {
            table: table.clone(),
            column,
            ty,
            unique,
            distinct: values.into_iter().flatten().collect(),
        })
        .collect()
}

fn reference(inclusion: Inclusion) -> ReferenceFound {
    let Inclusion { from, to, used, named } = inclusion;
    let table = |name: &str| name.split('.').map(quote).collect::<Vec<_>>().join(".");
    let plain = |name: &str| name.rsplit('.').next().unwrap_or(name).to_string();
    let name = quote(&format!("fk_{}_{}", plain(&from.0), from.1));
    let sql = vec![
        format!(
            "ALTER TABLE {} ADD CONSTRAINT {name} FOREIGN KEY ({}) REFERENCES {} ({}) NOT VALID;",
            table(&from.0),
            quote(&from.1),
            table(&to.0),
            quote(&to.1)
        ),
        format!("ALTER TABLE {} VALIDATE CONSTRAINT {name};", table(&from.0)),
    ];
    let at = |(table, column): &(String, String)| format!("{table}.{column}");
    ReferenceFound { from: at(&from), to: at(&to), used, named, sql }
}
