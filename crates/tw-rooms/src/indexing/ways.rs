//! Ways into a table: what its keys and indexes already serve, and what a query needs.
use crate::kit::steps::table;
use tw_model::{
    draft::{Draft, symbol},
    model::{Model, Query},
    render,
    schema::{ConstraintKind, Index, IndexPart},
    sql::{Against, PredicateOp, Scan},
};

/// Rows from which on a table is worth an index for reading; below, it fits in a few pages.
pub const WORTH_AN_INDEX: u64 = 2_000;
/// A constant is worth a partial index when at most this share of rows has it.
const FEW: f64 = 0.2;

/// An access path that a table has.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// Symbol of the constraint or index.
    pub symbol: String,
    /// True for a constraint's index.
    pub constraint: bool,
    /// Access method.
    pub method: String,
    /// Column symbols in order; an expression stands as its text.
    pub columns: Vec<String>,
    /// Rows are unique in them.
    pub unique: bool,
    /// Partial predicate.
    pub filter: Option<String>,
}

/// The access paths of a table so far.
pub fn ways(draft: &Draft, symbol: &str) -> Vec<Way> {
    let Some(table) = table(draft, symbol) else { return vec![] };
    let constraints = table.constraints.iter().filter_map(|c| match &c.kind {
        ConstraintKind::Primary { columns, .. } | ConstraintKind::Unique { columns, .. } => Some(Way {
            symbol: c.name.clone(),
            constraint: true,
            method: "btree".into(),
            columns: columns.clone(),
            unique: true,
            filter: None,
        }),
        _ => None,
    });
    let indexes = table.indexes.iter().map(|i| Way {
        symbol: i.name.clone(),
        constraint: false,
        method: i.method.clone(),
        columns: i.parts.iter().map(|p| p.column.clone()).collect(),
        unique: i.unique,
        filter: i.filter.clone(),
    });
    constraints.chain(indexes).collect()
}

/// Pages that a table's sample fills, about: what reading it whole costs there.
pub fn sample_pages(model: &Model, draft: &Draft, symbol: &str) -> u64 {
    let rows = crate::kit::size::sizes(model).get(symbol).copied().unwrap_or(0);
    let columns = table(draft, symbol).map(|t| t.columns.as_slice()).unwrap_or(&[]);
    let width: u64 = 28 + columns.iter().map(|c| column_bytes(&c.ty)).sum::<u64>();
    rows * width / 8192
}

/// Bytes of a typical value.
fn column_bytes(ty: &str) -> u64 {
    let base = ty.split('(').next().unwrap_or(ty);
    match base {
        "uuid" => 16,
        "boolean" => 1,
        "smallint" => 2,
        "integer" | "date" | "real" => 4,
        "text" | "jsonb" => 40,
        "character varying" | "character" => {
            crate::kit::candidates::length(ty).map_or(20, |n| (n as u64 / 3).clamp(2, 24))
        }
        _ => 8,
    }
}

/// What one occurrence of an entity in a query needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Need {
    /// Table symbol.
    pub table: String,
    /// Columns compared for equality.
    pub equal: Vec<String>,
    /// Then, columns sorted or bounded, each with its direction.
    pub then: Vec<(String, bool)>,
    /// Partial predicate in symbols, with its words.
    pub filter: Option<(String, String)>,
    /// An index of another kind: method, expression or column, operator class.
    pub special: Option<(&'static str, String, Option<&'static str>)>,
}

/// Rows of an entity's table as the brief tells; none when it does not.
pub fn volume(model: &Model, entity: &str) -> u64 {
    model.entity(entity).and_then(|e| e.volume.as_ref()).map_or(1_000, |v| v.rows)
}

/// What an occurrence needs: none when it asks for everything.
pub fn needs(model: &Model, draft: &Draft, scan: &Scan) -> Vec<Need> {
    let Some(home) = draft.homes.get(&scan.entity) else { return vec![] };
    let path_of = |attribute: &str| -> Vec<(String, String)> {
        let paths = if attribute == "key" { Some(&home.key) } else { home.columns.get(attribute) };
        paths
            .into_iter()
            .flatten()
            .filter_map(|p| p.split_once('.'))
            .map(|(t, c)| (t.to_string(), c.to_string()))
            .collect()
    };
    let mut by_table: std::collections::BTreeMap<String, Need> = Default::default();
    let mut special = vec![];
    for predicate in &scan.predicates {
        let columns = path_of(&predicate.attribute);
        let Some((table, column)) = columns.first().cloned() else { continue };
        let path = format!("{table}.{column}");
        match (predicate.op, &predicate.against) {
            (PredicateOp::Equal, Against::Literal { value }) => {
                match share(model, &scan.entity, &predicate.attribute, value) {
                    Some(share) if share <= FEW => {
                        let filter = format!("{} = {}", symbol(&path), tw_model::ident::literal(value));
                        let words = format!("{:.0} % of rows have {} = {value}", share * 100.0, predicate.attribute);
                        narrow(entry(&mut by_table, &table), filter, words);
                    }
                    Some(_) => {}
                    None => entry(&mut by_table, &table).equal.push(column),
                }
            }
            (PredicateOp::IsNull, _) if nulls(model, &scan.entity, &predicate.attribute).is_some_and(|n| n <= FEW) => {
                let words = format!("few rows have no {}", predicate.attribute);
                narrow(entry(&mut by_table, &table), format!("{} IS NULL", symbol(&path)), words);
            }
            (PredicateOp::IsNotNull, _)
                if nulls(model, &scan.entity, &predicate.attribute).is_some_and(|n| n >= 1.0 - FEW) =>
            {
                let words = format!("few rows have a {}", predicate.attribute);
                narrow(entry(&mut by_table, &table), format!("{} IS NOT NULL", symbol(&path)), words);
            }
            (PredicateOp::Equal, Against::Expression) => {}
            (PredicateOp::Equal | PredicateOp::In, _) => {
                let need = entry(&mut by_table, &table);
                need.equal.extend(columns.into_iter().map(|(_, c)| c));
            }
            (PredicateOp::Search, _) => special.push((table, "gin", render::search_vector(&symbol(&path)), None)),
            (PredicateOp::LikeInfix, _) => special.push((table, "gin", column, Some("gin_trgm_ops"))),
            (PredicateOp::LikePrefix, _) => special.push((table, "btree", column, Some("text_pattern_ops"))),
            (PredicateOp::Contains, _) => {
                let ty = draft.column(&path).map(|c| c.ty.clone()).unwrap_or_default();
                let (method, class) = match ty.as_str() {
                    "jsonb" => ("gin", predicate.text.contains("@>").then_some("jsonb_path_ops")),
                    t if t.ends_with("[]") => ("gin", None),
                    t if t.ends_with("range") => ("gist", None),
                    _ => continue,
                };
                special.push((table, method, column, class));
            }
            _ => {}
        }
    }
    let range = scan
        .predicates
        .iter()
        .find(|p| p.op == PredicateOp::Range && !matches!(p.against, Against::Expression | Against::Column { .. }));
    let sorted: Vec<(String, String, bool)> =
        scan.order.iter().flat_map(|s| path_of(&s.attribute).into_iter().map(move |(t, c)| (t, c, s.desc))).collect();
    if let Some((table, ..)) = sorted.first().filter(|_| scan.limited) {
        let need = entry(&mut by_table, &table.clone());
        need.then = sorted.iter().filter(|(t, ..)| t == table).map(|(_, c, d)| (c.clone(), *d)).collect();
    } else if let Some(range) = range
        && let Some((table, column)) = path_of(&range.attribute).first().cloned()
    {
        entry(&mut by_table, &table).then = vec![(column, false)];
    }
    let mut all: Vec<Need> =
        by_table.into_values().filter(|n| !n.equal.is_empty() || !n.then.is_empty() || n.filter.is_some()).collect();
    all.extend(special.into_iter().map(|(table, method, of, class)| Need {
        table,
        equal: vec![],
        then: vec![],
        filter: None,
        special: Some((method, of, class)),
    }));
    all
}

/// Adds a condition to the partial predicate.
fn narrow(need: &mut Need, filter: String, words: String) {
    need.filter = Some(match need.filter.take() {
        Some((old, old_words)) => (format!("{old} AND {filter}"), format!("{old_words}, {words}")),
        None => (filter, words),
    });
}

/// Share of rows without a value, where the brief says it.
fn nulls(model: &Model, entity: &str, attribute: &str) -> Option<f64> {
    model.entity(entity)?.attribute(attribute)?.null_share
}

fn entry<'a>(by_table: &'a mut std::collections::BTreeMap<String, Need>, table: &str) -> &'a mut Need {
    by_table.entry(table.to_string()).or_insert_with(|| Need {
        table: table.to_string(),
        equal: vec![],
        then: vec![],
        filter: None,
        special: None,
    })
}

/// Share of rows with a listed value; none when the attribute has no list (an equality like any other).
fn share(model: &Model, entity: &str, attribute: &str, value: &str) -> Option<f64> {
    let values = model.entity(entity)?.attribute(attribute)?.values.as_ref()?;
    let said: f64 = values.items.iter().filter_map(|i| i.share).sum();
    let unsaid = values.items.iter().filter(|i| i.share.is_none()).count().max(1) as f64;
    values.items.iter().find(|i| i.value == value).map(|i| i.share.unwrap_or((1.0 - said).max(0.0) / unsaid))
}

impl Need {
    /// True when the way leads to what is needed: unique within the equalities, or beginning with them and
    /// going on as needed.
    pub fn served_by(&self, way: &Way) -> bool {
        if let Some((_, of, _)) = &self.special {
            return way.columns.first() == Some(of)
                && !way.constraint
                && self.special.as_ref().is_some_and(|(m, ..)| *m == way.method);
        }
        if way.filter.is_some() && way.filter.as_ref() != self.filter.as_ref().map(|(f, _)| f) {
            return false;
        }
        if way.unique && way.columns.iter().all(|c| self.equal.contains(c)) {
            return true;
        }
        let n = self.equal.len();
        let leads = way.columns.len() >= n && self.equal.iter().all(|c| way.columns[..n].contains(c));
        leads
            && way.columns.iter().skip(n).zip(&self.then).filter(|(c, (t, _))| *c == t).count() == self.then.len()
            && (n > 0 || !self.then.is_empty())
    }

    /// The index that serves it.
    pub fn index(&self) -> Index {
        if let Some((method, of, class)) = &self.special {
            let is_expression = of.contains('(');
            let part = IndexPart {
                column: of.clone(),
                is_expression,
                opclass: class.map(String::from),
                ..IndexPart::default()
            };
            let word = match (*method, class) {
                ("gin", Some("gin_trgm_ops")) => "_part",
                ("gin", _) if is_expression => "_search",
                _ => "",
            };
            let column = if is_expression { symbols_in(of, &self.table) } else { of.clone() };
            return Index {
                name: format!("index({column}{word})"),
                method: method.to_string(),
                parts: vec![part],
                ..Index::default()
            };
        }
        let equal = self.equal.iter().map(|c| IndexPart { column: c.clone(), ..IndexPart::default() });
        let then = self.then.iter().filter(|(c, _)| !self.equal.contains(c)).map(|(c, desc)| IndexPart {
            column: c.clone(),
            desc: *desc,
            ..IndexPart::default()
        });
        let parts: Vec<IndexPart> = equal.chain(then).collect();
        let names: Vec<&str> = parts.iter().map(|p| p.column.as_str()).collect();
        let partial = if self.filter.is_some() { ",few" } else { "" };
        Index {
            name: format!("index({}{partial})", names.join(",")),
            method: "btree".into(),
            parts,
            filter: self.filter.as_ref().map(|(f, _)| f.clone()),
            ..Index::default()
        }
    }
}

/// The column symbols named in an expression of a table, joined by commas.
fn symbols_in(expression: &str, table: &str) -> String {
    let mut found = vec![];
    let head = format!("{table}.");
    tw_model::draft::replace_symbols(expression, |path| {
        found.extend(path.strip_prefix(&head).map(String::from));
        String::new()
    });
    found.join(",")
}

/// Queries that are not declared scans, with their occurrences.
pub fn looked_up(model: &Model) -> impl Iterator<Item = (&Query, &Scan)> {
    model
        .workload
        .iter()
        .filter(|q| !q.scan)
        .flat_map(|q| q.statements.iter().flat_map(move |s| s.sql.scans.iter().map(move |x| (q, x))))
}
