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

/// Types whose values the server does not compare.
const UNEQUAL: &[&str] = &["json", "xml", "point", "polygon", "path", "line"];

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
    // What the server computes from other columns of the row: from those that its expression names.
    let computed = table.columns.iter().enumerate().filter_map(|(n, c)| {
        let expression = &c.generated.as_ref()?.expression;
        let left = Columns::of(
            table.columns.iter().enumerate().filter(|(m, o)| *m != n && names(expression, &o.name)).map(|(m, _)| m),
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
            computed: computed.collect(),
            unequal: Columns::of((0..table.columns.len()).filter(|n| UNEQUAL.contains(&table.columns[*n].ty.as_str()))),
        },
        objects: objects(table),
        schema: table.name.schema.clone(),
        name: table.name.name.clone(),
        values,
        whole: found.len() <= most,
        referring,
    })
}

/// What hangs on the table besides its keys, and the columns it hangs on: it goes with them.
fn objects(table: &Table) -> Vec<(String, Columns)> {
    let set = |has: &dyn Fn(&str) -> bool| {
        Columns::of(table.columns.iter().enumerate().filter(|(_, c)| has(&c.name)).map(|(n, _)| n))
    };
    let mut all = vec![];
    for c in &table.constraints {
        let (word, on) = match &c.kind {
            ConstraintKind::Foreign { columns, .. } => ("foreign key", set(&|n| columns.iter().any(|c| c == n))),
            ConstraintKind::Check { expression, .. } => ("check", set(&|n| names(expression, n))),
            ConstraintKind::Exclude { definition } => ("exclusion", set(&|n| names(definition, n))),
            _ => continue,
        };
        all.push((format!("{word} {}", c.name), on));
    }
    let of_index = |i: &tw_model::schema::Index, n: &str| {
        i.parts.iter().any(|p| if p.is_expression { names(&p.column, n) } else { p.column == n })
            || i.include.iter().any(|c| c == n)
            || i.filter.as_ref().is_some_and(|f| names(f, n))
    };
    all.extend(table.indexes.iter().map(|i| (format!("index {}", i.name), set(&|n| of_index(i, n)))));
    all.extend(table.triggers.iter().map(|t| (format!("trigger {}", t.name), set(&|_| true))));
    let of_policy =
        |p: &tw_model::schema::Policy, n: &str| [&p.using, &p.check].into_iter().flatten().any(|e| names(e, n));
    all.extend(table.policies.iter().map(|p| (format!("policy {}", p.name), set(&|n| of_policy(p, n)))));
    all
}

/// The SQL has that word.
fn names(sql: &str, word: &str) -> bool {
    sql.split(|c: char| !c.is_alphanumeric() && c != '_').any(|w| w == word)
}
