//! A value that is asked to be kept: its tables in a lab, every strategy to keep it tried under two sessions and priced.
use super::{
    Request, Rows,
    price::{Priced, RUNS, choose, priced},
    rehearse::{Rehearsal, lab_type, load},
};
use crate::{
    Failure,
    review::prove::{bases, tried},
};
use std::collections::HashSet;
use tw_lab::{Lab, LabError, Session, execute::Bases};
use tw_model::{
    discovery::{DerivedFound, StrategyFound},
    ident::{name, quote},
    schema::{Column, Constraint, ConstraintKind, Name, Table},
    trial::Actor,
};
use tw_rooms::normal_forms::{
    derive::{Derived, Of, Place, Strategies, Values, parse, strategies, value},
    discover::{Inclusion, Values as ColumnValues, inclusions},
};

/// The database with the tables as they are.
pub(super) const BASE: &str = "derived";

/// Every value that is asked for.
pub(super) fn derived(
    request: &Request,
    tables: &[Rows],
    rehearsal: &mut Rehearsal,
    progress: &dyn Fn(usize, usize, &str),
) -> Result<Vec<DerivedFound>, Failure> {
    let asked: Result<Vec<Asked>, Failure> = request.derive.iter().map(|text| Asked::new(text, tables)).collect();
    let mut all = vec![];
    for (n, asked) in asked?.iter().enumerate() {
        progress(n, request.derive.len(), &format!("trying {}", asked.text));
        let Some(lab) = rehearsal.lab()? else {
            let why = rehearsal.without.clone().unwrap_or_default();
            return Err(wrong(asked.text, format!("nothing can be tried: {why}"), "Install PostgreSQL 14 to 18."));
        };
        lab.drop_database(BASE)?;
        lab.create_database(BASE, None)?;
        all.push(asked.tried(lab, request, progress)?);
        lab.drop_database(BASE)?;
    }
    Ok(all)
}

fn wrong(text: &str, why: String, help: &str) -> Failure {
    Failure::Path { path: "--derive".into(), why: format!("{why}\n  {text}"), help: help.into() }
}

/// A value that is asked for, with its tables found.
struct Asked<'a> {
    text: &'a str,
    derived: Derived,
    target: &'a Rows,
    target_key: usize,
    source: &'a Rows,
    source_key: Option<usize>,
    /// The column that ties the two together, in the table that has it.
    tie: Option<usize>,
}

impl<'a> Asked<'a> {
    fn new(text: &'a str, tables: &'a [Rows]) -> Result<Asked<'a>, Failure> {
        let derived = parse(text).map_err(|(at, why)| {
            let caret = format!("{}^", " ".repeat(text[..at.min(text.len())].chars().count()));
            wrong(&format!("{text}\n  {caret}"), why, "Write `orders.total = sum(lines.amount)`, for one.")
        })?;
        let find = |table: &str| {
            tables.iter().find(|t| t.table == *table).ok_or_else(|| {
                let known: Vec<&str> = tables.iter().map(|t| t.table.as_str()).collect();
                wrong(
                    text,
                    format!("there is no table {table}; there is {}", known.join(", ")),
                    "Name one that was read.",
                )
            })
        };
        let has = |rows: &Rows, column: &str| {
            rows.place(column).ok_or_else(|| {
                wrong(text, format!("{} has no column {column}", rows.table), "Name a column that it has.")
            })
        };
        let target = find(&derived.table)?;
        let key = |rows: &Rows| {
            rows.single_key().ok_or_else(|| {
                let why = format!("{} has no key of one column", rows.table);
                wrong(text, why, "Only a table with a key of one column can have, or give, such a value.")
            })
        };
        let target_key = key(target)?;
        let (source, source_key, tie) = match &derived.of {
            Of::Sum { table, .. } | Of::Count { table } => {
                let source = find(table)?;
                if let Of::Sum { column, .. } = &derived.of {
                    has(source, column)?;
                }
                (source, source.single_key(), Some(tie(text, source, target, target_key)?))
            }
            Of::Copy { table, column } => {
                let source = find(table)?;
                has(source, column)?;
                let source_key = key(source)?;
                (source, Some(source_key), Some(tie(text, target, source, source_key)?))
            }
            Of::Row { .. } => (target, Some(target_key), None),
        };
        Ok(Asked { text, derived, target, target_key, source, source_key, tie })
    }

    fn is_copy(&self) -> bool {
        matches!(self.derived.of, Of::Copy { .. })
    }

    /// The table with the tying column.
    fn referring(&self) -> &'a Rows {
        if self.is_copy() { self.target } else { self.source }
    }

    fn tried(
        &self,
        lab: &Lab,
        request: &Request,
        progress: &dyn Fn(usize, usize, &str),
    ) -> Result<DerivedFound, Failure> {
        let place = self.place(lab)?;
        let Strategies { read, write, drifted, strategies } = strategies(&self.derived.of, &place);
        let there = self.target.place(&self.derived.column).is_some();
        let mut found = DerivedFound {
            column: format!("{}.{}", self.derived.table, self.derived.column),
            definition: self.text.split_once('=').map_or(self.text, |(_, right)| right).trim().into(),
            tie: self.tie.map(|n| format!("{}.{}", self.referring().table, self.referring().columns[n].0)),
            ..DerivedFound::default()
        };
        if there {
            let mut session = lab.session(BASE, &Actor::Owner)?;
            found.drifted = Some(number(&mut session, &drifted)?.max(0) as u64);
            let drop = format!("ALTER TABLE {} DROP COLUMN {}", place.target, place.column);
            session.client.batch_execute(&drop).map_err(LabError::server("the column cannot be taken away"))?;
        }
        let keys = self.keys();
        let bases = Bases { empty: BASE.into(), sample: BASE.into(), ..bases() };
        for (n, strategy) in strategies.into_iter().enumerate() {
            progress(n, 4, &format!("trying {} for {}", strategy.name, found.column));
            let proof = tried(lab, &bases, strategy.trial.clone())?;
            let Priced { without, with, refresh_ms } = priced(lab, &strategy, [&read, &write], &keys)?;
            found.without = without;
            found.strategies.push(StrategyFound {
                name: strategy.name.into(),
                sql: strategy.sql,
                refresh: strategy.refresh,
                refresh_ms,
                with,
                proof: Some(proof),
            });
        }
        choose(&mut found, request);
        Ok(found)
    }

    /// Loads the tables, and says where everything is.
    fn place(&self, lab: &Lab) -> Result<Place, Failure> {
        let tables =
            if std::ptr::eq(self.target, self.source) { vec![self.target] } else { vec![self.target, self.source] };
        for rows in tables {
            let key = if std::ptr::eq(rows, self.target) { Some(self.target_key) } else { self.source_key };
            load(lab, BASE, rows, &as_is(rows, key))?;
        }
        let printed = |rows: &Rows| name(&rows.name());
        let column = |rows: &Rows, n: usize| quote(&rows.columns[n].0);
        let (referring, referred) = (self.referring(), if self.is_copy() { self.source } else { self.target });
        let referred_key = if self.is_copy() { self.source_key.unwrap_or_default() } else { self.target_key };
        let mut session = lab.session(BASE, &Actor::Owner)?;
        if let Some(tie) = self.tie {
            let tie = column(referring, tie);
            let (table, target) = (printed(referring), printed(referred));
            let refers = format!(
                "ALTER TABLE {table} ADD FOREIGN KEY ({tie}) REFERENCES {target} ({}); CREATE INDEX ON {table} ({tie}); ANALYZE",
                column(referred, referred_key)
            );
            session.client.batch_execute(&refers).map_err(LabError::server("the tables cannot be tied together"))?;
        }
        let from = match &self.derived.of {
            Of::Sum { column, .. } | Of::Copy { column, .. } => quote(column),
            Of::Count { .. } => String::new(),
            Of::Row { expression } => expression.clone(),
        };
        let key = self.target_key;
        Ok(Place {
            ty: self.ty(&mut session, &from)?,
            target: printed(self.target),
            target_key: column(self.target, key),
            column: quote(&self.derived.column),
            source: printed(self.source),
            source_key: self.source_key.map(|n| column(self.source, n)).unwrap_or_default(),
            tie: self.tie.map(|n| column(referring, n)).unwrap_or_default(),
            tie_ty: self.tie.map(|n| lab_type(&referring.columns[n].1).to_string()).unwrap_or_default(),
            from,
            values: self.values()?,
        })
    }

    /// The type of the value: of the column where it is there, else what the server says of its definition.
    fn ty(&self, session: &mut Session, from: &str) -> Result<String, Failure> {
        if let Some(n) = self.target.place(&self.derived.column) {
            return Ok(lab_type(&self.target.columns[n].1).into());
        }
        let (of, table) = match &self.derived.of {
            Of::Count { .. } => return Ok("bigint".into()),
            Of::Sum { .. } => (format!("sum({from})"), self.source),
            Of::Copy { .. } => (from.to_string(), self.source),
            Of::Row { .. } => (from.to_string(), self.target),
        };
        let sql = format!("SELECT pg_catalog.pg_typeof({of})::text FROM {} LIMIT 1", name(&table.name()));
        let row = session.client.query_one(&sql, &[]).map_err(|error| {
            let said = error.as_db_error().map_or(error.to_string(), |e| e.message().to_string());
            wrong(
                self.text,
                format!("the server refuses it: {said}"),
                "Name columns that the table has, of types that fit.",
            )
        })?;
        Ok(row.get(0))
    }

    /// Literals for the trials.
    fn values(&self) -> Result<Values, Failure> {
        let unfit = |why: &str| wrong(self.text, why.into(), "Give more rows.");
        let referring = self.referring();
        let Some(tie) = self.tie else { return self.row_values() };
        let row = (0..referring.given.coded.rows)
            .find(|row| referring.said(tie, *row).is_some())
            .ok_or_else(|| unfit("no row refers to another"))?;
        let key = referring.single_key();
        let insert = |n: usize| {
            let columns: Vec<usize> = (0..referring.columns.len())
                .filter(|c| referring.columns[*c].0 != self.derived.column || !self.is_copy())
                .collect();
            let names: Vec<String> = columns.iter().map(|c| quote(&referring.columns[*c].0)).collect();
            let values: Vec<String> =
                columns
                    .iter()
                    .map(|c| {
                        if Some(*c) == key { referring.fresh(*c, n) } else { value(referring.said(*c, row).as_deref()) }
                    })
                    .collect();
            format!("INSERT INTO {} ({}) VALUES ({})", name(&referring.name()), names.join(", "), values.join(", "))
        };
        let mut values = Values {
            key: value(referring.said(tie, row).as_deref()),
            rows: [insert(1), insert(2)],
            ..Values::default()
        };
        if let Of::Copy { column, .. } = &self.derived.of {
            let n = self.source.place(column).unwrap_or_default();
            let key = referring.said(tie, row);
            let of_key = (0..self.source.given.coded.rows)
                .find(|r| self.source.said(self.source_key.unwrap_or_default(), *r) == key);
            let now = of_key.and_then(|r| self.source.said(n, r));
            let other = self.source.values[n]
                .iter()
                .flatten()
                .map(|v| String::from_utf8_lossy(v))
                .find(|v| Some(v.as_ref()) != now.as_deref());
            values.other = value(Some(&other.ok_or_else(|| unfit("the column has one value in all rows"))?));
        }
        Ok(values)
    }

    /// A row, and another value for a column that the expression names.
    fn row_values(&self) -> Result<Values, Failure> {
        let Of::Row { expression } = &self.derived.of else { return Ok(Values::default()) };
        let names = |column: &str| expression.split(|c: char| !c.is_alphanumeric() && c != '_').any(|w| w == column);
        let changed = (0..self.target.columns.len())
            .find(|n| {
                *n != self.target_key
                    && names(&self.target.columns[*n].0)
                    && self.target.given.coded.columns[*n].distinct > 1
            })
            .ok_or_else(|| wrong(self.text, "it names no column that varies".into(), "Name a column of the table."))?;
        let now = self.target.said(changed, 0);
        let other = self.target.values[changed]
            .iter()
            .flatten()
            .map(|v| String::from_utf8_lossy(v))
            .find(|v| Some(v.as_ref()) != now.as_deref());
        Ok(Values {
            key: value(self.target.said(self.target_key, 0).as_deref()),
            other: value(other.as_deref()),
            changed: quote(&self.target.columns[changed].0),
            ..Values::default()
        })
    }

    /// Keys of rows to read, spread over the table.
    fn keys(&self) -> Vec<String> {
        let rows = self.target.given.coded.rows;
        (0..RUNS.min(rows))
            .map(|n| value(self.target.said(self.target_key, n * rows / RUNS.min(rows)).as_deref()))
            .collect()
    }
}

impl Rows {
    fn name(&self) -> Name {
        Name::new(self.schema.as_str(), self.name.as_str())
    }

    fn place(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|(name, _)| name == column)
    }

    fn said(&self, column: usize, row: usize) -> Option<String> {
        self.value(column, self.given.coded.columns[column].codes[row])
    }

    /// The key of one column: declared, or by the rows.
    fn single_key(&self) -> Option<usize> {
        let declared = self.given.keys.iter().find(|key| key.len() == 1).and_then(|key| key.iter().next());
        let by_rows = || {
            let coded = &self.given.coded;
            (0..coded.columns.len())
                .find(|n| coded.columns[*n].missing.is_empty() && coded.columns[*n].distinct as usize == coded.rows)
        };
        declared.or_else(|| by_rows().filter(|_| self.given.keys.is_empty()))
    }

    /// A value for a key that no row has.
    fn fresh(&self, column: usize, n: usize) -> String {
        match self.columns[column].1.as_str() {
            "smallint" | "integer" | "bigint" | "numeric" => {
                let most = self.values[column]
                    .iter()
                    .flatten()
                    .filter_map(|v| String::from_utf8_lossy(v).parse::<i64>().ok())
                    .max();
                (most.unwrap_or(0) + n as i64).to_string()
            }
            "uuid" => value(Some(&format!("ffffffff-ffff-4fff-8fff-{n:012}"))),
            _ => value(Some(&format!("~new {n}"))),
        }
    }

    fn column_values(&self, column: usize, unique: bool) -> ColumnValues {
        ColumnValues {
            table: self.table.clone(),
            column: self.columns[column].0.clone(),
            ty: self.columns[column].1.clone(),
            unique,
            distinct: self.values[column].iter().flatten().cloned().collect::<HashSet<_>>(),
        }
    }
}

/// The column that refers: its values all stand in the other table's key, and its name says so where several do.
fn tie(text: &str, referring: &Rows, referred: &Rows, key: usize) -> Result<usize, Failure> {
    let mut columns: Vec<ColumnValues> = (0..referring.columns.len())
        .filter(|n| !std::ptr::eq(referring, referred) || *n != key)
        .map(|n| referring.column_values(n, false))
        .collect();
    columns.push(referred.column_values(key, true));
    let found: Vec<Inclusion> = inclusions(&columns).into_iter().filter(|i| i.to.0 == referred.table).collect();
    let named = found.iter().filter(|i| i.named).count();
    match found.first().filter(|_| named == 1 || found.len() == 1).and_then(|i| referring.place(&i.from.1)) {
        Some(place) => Ok(place),
        None => {
            let which: Vec<String> = found.iter().map(|i| i.from.1.clone()).collect();
            let told = if which.is_empty() { "none does".into() } else { format!("{} do", which.join(", ")) };
            let to = &referred.columns[key].0;
            let why =
                format!("one column of {} must hold keys of {} ({to}), and {told}", referring.table, referred.table);
            Err(wrong(text, why, "Name the column after the table that it refers to."))
        }
    }
}

/// A table as it was read, with that key.
fn as_is(rows: &Rows, key: Option<usize>) -> Table {
    let columns =
        rows.columns.iter().map(|(name, ty)| Column { name: name.clone(), ty: ty.clone(), ..Column::default() });
    let primary = key.map(|n| Constraint {
        name: format!("pk_{}", rows.name),
        kind: ConstraintKind::Primary { columns: vec![rows.columns[n].0.clone()], include: vec![] },
        deferrable: None,
        not_valid: false,
        comment: None,
    });
    Table {
        name: rows.name(),
        columns: columns.collect(),
        constraints: primary.into_iter().collect(),
        ..Table::default()
    }
}

fn number(session: &mut Session, sql: &str) -> Result<i64, Failure> {
    let row = session.client.query_one(sql, &[]).map_err(LabError::server("the values cannot be compared"))?;
    Ok(row.get(0))
}
