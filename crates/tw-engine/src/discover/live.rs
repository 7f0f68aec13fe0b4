//! Rows of a user's database, which is only read.
use super::{Request, Rows};
use crate::Failure;
use std::collections::BTreeSet;
use tw_lab::{Live, Scope};
use tw_model::{
    ident::quote,
    mention::Mentions,
    print::print,
    schema::{ConstraintKind, Grant, GrantOn, Name, Schema, Table},
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
        match rows(&mut live, &schema, table, request) {
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

fn rows(live: &mut Live, schema: &Schema, table: &Table, request: &Request) -> Result<Rows, tw_lab::LiveError> {
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
    let mut referring = BTreeSet::new();
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
        let named = Mentions::of([c.generated.as_ref()?.expression.as_str()]);
        let left = Columns::of(
            table.columns.iter().enumerate().filter(|(m, o)| *m != n && named.has_word(&o.name)).map(|(m, _)| m),
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
        declared: Some(around(schema, table)),
        taken: taken(schema, table),
        schema: table.name.schema.clone(),
        name: table.name.name.clone(),
        values,
        whole: found.len() <= most,
        referring,
    })
}

/// Names of relations beside the table.
fn taken(schema: &Schema, table: &Table) -> BTreeSet<String> {
    let tables = schema.tables.iter().map(|t| &t.name);
    let names = tables.chain(schema.views.iter().map(|v| &v.name)).chain(schema.sequences.iter().map(|s| &s.name));
    names.filter(|n| n.schema == table.name.schema).map(|n| n.name.clone()).collect()
}

/// The table with what hangs on it, what it refers to and what refers to it: enough of the schema to try a migration on. Of other
/// tables columns and keys are kept.
fn around(schema: &Schema, table: &Table) -> Schema {
    let refers = |t: &Table, to: &Name| {
        t.constraints.iter().any(|c| matches!(&c.kind, ConstraintKind::Foreign { target, .. } if target == to))
    };
    let mut near: BTreeSet<Name> = schema
        .tables
        .iter()
        .filter(|t| {
            refers(table, &t.name)
                || refers(t, &table.name)
                || t.partition_of.as_ref().is_some_and(|(p, _)| *p == table.name)
        })
        .map(|t| t.name.clone())
        .chain([table.name.clone()])
        .collect();
    let mut views: BTreeSet<Name> = BTreeSet::new();
    let reads =
        |names: &Mentions, views: &BTreeSet<Name>| names.names(&table.name) || views.iter().any(|v| names.names(v));
    // Views over views come after those in the list.
    for view in &schema.views {
        let names = Mentions::of([view.query.as_str()]);
        if reads(&names, &views) {
            views.insert(view.name.clone());
            near.extend(schema.tables.iter().filter(|t| names.names(&t.name)).map(|t| t.name.clone()));
        }
    }
    let mut part = schema.clone();
    part.tables.retain(|t| near.contains(&t.name));
    part.views.retain(|v| views.contains(&v.name));
    let texts = print(&Schema { tables: vec![table.clone()], views: part.views.clone(), ..Schema::default() });
    let called = Mentions::of([texts.as_str()]);
    part.functions.retain(|f| called.names(&f.name) || Mentions::of([f.definition.as_str()]).names(&table.name));
    part.default_privileges.clear();
    for other in part.tables.iter_mut().filter(|t| t.name != table.name) {
        other.constraints.retain(|c| match &c.kind {
            ConstraintKind::Foreign { target, .. } => *target == table.name,
            ConstraintKind::Primary { .. } | ConstraintKind::Unique { .. } => true,
            _ => false,
        });
        (other.indexes, other.triggers, other.policies) = (vec![], vec![], vec![]);
        (other.row_security, other.force_row_security) = (false, false);
        other.columns.iter_mut().for_each(|c| c.default = None);
    }
    part.sequences.retain(|s| s.owned_by.as_ref().is_none_or(|(owner, _)| *owner == table.name));
    let there = |g: &Grant| match &g.on {
        GrantOn::Table { name } => *name == table.name || views.contains(name),
        GrantOn::Sequence { name } => part.sequences.iter().any(|s| s.name == *name),
        GrantOn::Function { name, arguments } => {
            part.functions.iter().any(|f| f.name == *name && f.arguments == *arguments)
        }
        _ => true,
    };
    part.grants.retain(there);
    part.revokes.retain(there);
    part
}
