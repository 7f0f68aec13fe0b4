//! Candidates of other kinds than the plain B-tree: patterns, words, documents, ranges, correlated columns, hashes.
use super::{Candidate, Facts, TableFacts};
use crate::indexing::accesses::{Access, Expression, How};
use std::collections::BTreeSet;
use tw_model::schema::{Index, IndexPart};

/// Correlation from which on a block range tells rows apart.
const IN_ORDER: f64 = 0.9;
/// Pages from which on a block range index can skip something.
const MANY_PAGES: f64 = 1_000.0;
/// Mean bytes from which on a hash is smaller than the value.
const WIDE: f64 = 32.0;
/// Columns with which a signature of all of them pays.
const MANY_COLUMNS: usize = 3;

pub fn of_access(access: &Access, table: &TableFacts, facts: &Facts) -> Vec<Candidate> {
    let mut out: Vec<Candidate> = vec![];
    let type_of = |on: &Expression| -> String {
        let column = on.columns.iter().next().filter(|_| on.is_column);
        column.and_then(|c| table.columns.get(c)).map(|f| f.ty.clone()).unwrap_or_default()
    };
    let mut compared: BTreeSet<String> = BTreeSet::new();
    for condition in &access.conditions {
        let Some(on) = &condition.on else { continue };
        let facts_of = on.columns.iter().next().filter(|_| on.is_column).and_then(|c| table.columns.get(c));
        let ty = type_of(on);
        match &condition.how {
            How::Prefix => {
                let class = match base(&ty) {
                    "character varying" => "varchar_pattern_ops",
                    "character" => "bpchar_pattern_ops",
                    _ => "text_pattern_ops",
                };
                let plain = facts_of.is_some_and(|f| f.by_bytes);
                out.push(single(access, "btree", on, (!plain).then_some(class), None));
                out.extend(trigrams(access, on, facts));
            }
            How::Pattern => out.extend(trigrams(access, on, facts)),
            How::Search => out.push(single(access, "gin", on, None, None)),
            How::Contains(op) => {
                let class = if op == "@>" { Some("jsonb_path_ops") } else { None };
                match ty.as_str() {
                    "jsonb" if op != "<@" => out.push(single(access, "gin", on, class, None)),
                    t if t.ends_with("[]") => out.push(single(access, "gin", on, None, None)),
                    t if t.ends_with("range") => out.push(single(access, "gist", on, None, None)),
                    _ => {}
                }
            }
            How::Range if on.is_column => {
                let ordered = facts_of.is_some_and(|f| f.correlation.abs() >= IN_ORDER);
                if ordered && table.pages >= MANY_PAGES {
                    out.push(single(access, "brin", on, None, None));
                }
            }
            How::Equal if on.is_column => {
                if facts_of.is_some_and(|f| f.width >= WIDE) {
                    out.push(single(access, "hash", on, None, None));
                }
                if matches!(base(&ty), "integer" | "text" | "character varying") {
                    compared.extend(on.columns.iter().cloned());
                }
            }
            _ => {}
        }
    }
    // A signature takes only whole numbers and text, and answers for any of its columns alone.
    let text = |c: &String| table.columns.get(c).is_some_and(|f| matches!(base(&f.ty), "integer" | "text"));
    if facts.extensions.contains("bloom") && compared.iter().filter(|c| text(c)).count() >= MANY_COLUMNS {
        let parts =
            compared.iter().filter(|c| text(c)).map(|c| IndexPart { column: c.clone(), ..IndexPart::default() });
        let index = Index { method: "bloom".into(), parts: parts.collect(), ..Index::default() };
        out.push(Candidate { table: access.table.clone(), index, filter: BTreeSet::new(), extension: Some("bloom") });
    }
    out
}

/// `character(10)` is `character`.
fn base(ty: &str) -> &str {
    ty.split('(').next().unwrap_or(ty)
}

fn trigrams(access: &Access, on: &Expression, facts: &Facts) -> Option<Candidate> {
    let there = facts.extensions.contains("pg_trgm");
    there.then(|| single(access, "gin", on, Some("gin_trgm_ops"), Some("pg_trgm")))
}

fn single(
    access: &Access,
    method: &str,
    on: &Expression,
    class: Option<&str>,
    extension: Option<&'static str>,
) -> Candidate {
    let column = on.columns.iter().next().cloned().filter(|_| on.is_column);
    let part = IndexPart {
        column: column.unwrap_or_else(|| on.sql.clone()),
        is_expression: !on.is_column,
        opclass: class.map(String::from),
        ..IndexPart::default()
    };
    let index = Index { method: method.into(), parts: vec![part], ..Index::default() };
    Candidate { table: access.table.clone(), index, filter: BTreeSet::new(), extension }
}
