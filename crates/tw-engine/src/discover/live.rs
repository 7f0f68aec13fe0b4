//! Rows of a user's database, which is only read.
use super::{Request, Rows};
use crate::Failure;
use tw_lab::{Live, Scope};
use tw_model::{
    ident::quote,
    schema::{ConstraintKind, Table},
};
use tw_rooms::normal_forms::{
    Columns, Dependency,
    discover::{Coded, Coder},
    judge::Given,
};

/// A longer value is compared by its digest.
const LONGEST: usize = 200;

pub(super) fn read(
    address: &str,
    request: &Request,
    not_judged: &mut Vec<String>,
    progress: &dyn Fn(usize, usize, &str),
) -> Result<(String, Vec<Rows>), Failure> {
    let mut live = Live::connect(address).map_err(Failure::Live)?;
    let schema = live.introspect(&Scope::default()).map_err(Failure::Live)?.schema;
    let mut tables = vec![];
    for (n, table) in schema.tables.iter().enumerate() {
        let called = called(table);
        let wanted =
            request.tables.is_empty() || [&called, &table.name.name].iter().any(|n| request.tables.contains(n));
        // The rows of a partition are read with its parent's.
        if !wanted || table.partition_of.is_some() || table.columns.is_empty() {
            continue;
        }
        progress(n, schema.tables.len(), &format!("reading {called}"));
        match rows(&mut live, table, request) {
            Ok(rows) => tables.push(rows),
            Err(why) => not_judged.push(format!("{called}: {why}")),
        }
    }
    if let Some(missing) =
        request.tables.iter().find(|n| !schema.tables.iter().any(|t| called(t) == **n || t.name.name == **n))
    {
        return Err(Failure::Path {
            path: "--table".into(),
            why: format!("{} has no table {missing}", live.shown),
            help: "Name a table that it has; one outside the schema public with its schema.".into(),
        });
    }
    Ok((live.shown, tables))
}

fn called(table: &Table) -> String {
    match table.name.schema.as_str() {
        "public" => table.name.name.clone(),
        schema => format!("{schema}.{}", table.name.name),
    }
}

fn rows(live: &mut Live, table: &Table, request: &Request) -> Result<Rows, tw_lab::LiveError> {
    let texts: Vec<String> = table
        .columns
        .iter()
        .map(|c| {
            let text = format!("{}::pg_catalog.text", quote(&c.name));
            format!("CASE WHEN pg_catalog.length({text}) > {LONGEST} THEN pg_catalog.md5({text}) ELSE {text} END")
        })
        .collect();
    let most = request.most_rows;
    let from = format!("{}.{}", quote(&table.name.schema), quote(&table.name.name));
    let sql = format!("SELECT {} FROM {from} LIMIT {}", texts.join(", "), most + 1);
    let found = live.rows(&format!("the rows of {} cannot be read", called(table)), &sql, &[])?;
    let mut coders: Vec<Coder> = table.columns.iter().map(|_| Coder::new(request.nulls_differ)).collect();
    for row in found.iter().take(most) {
        for (n, coder) in coders.iter_mut().enumerate() {
            coder.push(row.get::<_, Option<&str>>(n).map(str::as_bytes));
        }
    }
    let (columns, values): (Vec<_>, Vec<_>) = coders.into_iter().map(Coder::done).unzip();
    let place = |name: &String| table.columns.iter().position(|c| c.name == *name);
    let set = |names: &[String]| names.iter().map(place).collect::<Option<Vec<_>>>().map(Columns::of);
    let whole_key = |names: &Vec<String>| names.iter().all(|n| place(n).is_some_and(|p| table.columns[p].not_null));
    let mut primary = vec![];
    let mut unique = vec![];
    let mut referring = std::collections::BTreeSet::new();
    for constraint in &table.constraints {
        match &constraint.kind {
            ConstraintKind::Primary { columns, .. } => primary.extend(set(columns)),
            ConstraintKind::Unique { columns, .. } if whole_key(columns) => unique.extend(set(columns)),
            ConstraintKind::Foreign { columns, .. } => referring.extend(columns.iter().cloned()),
            _ => {}
        }
    }
    // What the server computes from other columns of the row hangs on those that its expression names.
    let declared = table.columns.iter().enumerate().filter_map(|(n, c)| {
        let expression = &c.generated.as_ref()?.expression;
        let words: Vec<&str> = expression.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        let left = Columns::of(
            table
                .columns
                .iter()
                .enumerate()
                .filter(|(m, o)| *m != n && words.contains(&o.name.as_str()))
                .map(|(m, _)| m),
        );
        (!left.is_empty()).then(|| Dependency { left, right: Columns::one(n) })
    });
    primary.extend(unique);
    Ok(Rows {
        table: called(table),
        columns: table.columns.iter().map(|c| (c.name.clone(), c.ty.clone())).collect(),
        given: Given {
            coded: Coded { rows: found.len().min(most), columns },
            keys: primary,
            declared: declared.collect(),
        },
        values,
        whole: found.len() <= most,
        referring,
    })
}
