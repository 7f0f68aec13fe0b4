//! B-trees for one access: keys by what it compares, orders and groups; then each with the rest of what the query
//! needs, and each for the rows alone that a fixed condition keeps.
use super::{Candidate, TableFacts};
use crate::indexing::accesses::{Access, Condition, Expression, How, Order};
use std::collections::BTreeSet;
use tw_model::schema::{Index, IndexPart};

/// An index as wide as this share of a row saves too little to cover.
const WIDEST: f64 = 0.8;
/// Expressions of one kind that are combined.
const MOST_COMBINED: usize = 4;
/// A list of keys, with directions.
type Keys = Vec<Order>;

pub fn of_access(access: &Access, table: &TableFacts) -> Vec<Candidate> {
    let filters = filters(access, table);
    let mut out = vec![];
    for keys in key_lists(access, table, &BTreeSet::new()) {
        out.push(candidate(access, &keys, vec![], &BTreeSet::new()));
        out.extend(covering(access, table, &keys, &BTreeSet::new()));
    }
    out.extend(covering(access, table, &vec![], &BTreeSet::new()));
    for filter in filters {
        let mut lists = key_lists(access, table, &filter);
        lists.extend(by_needed(access, table, &filter));
        for keys in lists {
            out.push(candidate(access, &keys, vec![], &filter));
            out.extend(covering(access, table, &keys, &filter));
        }
    }
    out
}

/// Different values up to which a constant is one of a few that the column can have.
const FEW_VALUES: f64 = 100.0;

/// What may stand as the predicate of a partial index: each lasting condition by itself, and all of them. A constant lasts
/// if its column has few values, such as a state. The bounds of a range and what is searched for are left out: what is
/// written today is something else tomorrow.
fn filters(access: &Access, table: &TableFacts) -> Vec<BTreeSet<String>> {
    let lasts = |c: &&Condition| match c.how {
        How::Equal | How::OneOf => c.on.as_ref().is_some_and(|on| on.is_column && distinct(on, table) <= FEW_VALUES),
        How::Null | How::Other => true,
        _ => false,
    };
    let lasting: Vec<&Condition> = access.conditions.iter().filter(|c| c.fixed).filter(lasts).collect();
    let mut out: Vec<BTreeSet<String>> = vec![];
    let mut add = |set: BTreeSet<String>| {
        if !set.is_empty() && !out.contains(&set) {
            out.push(set);
        }
    };
    for condition in &lasting {
        add(BTreeSet::from([condition.sql.clone()]));
    }
    add(lasting.iter().map(|c| c.sql.clone()).collect());
    out
}

/// Lists of keys that serve the access, apart from what a predicate says already.
fn key_lists(access: &Access, table: &TableFacts, filter: &BTreeSet<String>) -> Vec<Keys> {
    let of = |wanted: &dyn Fn(&Condition) -> bool| -> Vec<Expression> {
        let mut found: Vec<Expression> = vec![];
        for c in access.conditions.iter().filter(|c| !filter.contains(&c.sql) && wanted(c)) {
            if let Some(on) = &c.on
                && comparable(on, table)
                && !found.contains(on)
            {
                found.push(on.clone());
            }
        }
        // What tells rows apart best comes first.
        found.sort_by(|a, b| distinct(b, table).total_cmp(&distinct(a, table)).then(a.cmp(b)));
        found.truncate(MOST_COMBINED);
        found
    };
    let equal = of(&|c| matches!(c.how, How::Equal | How::OneOf | How::Null) && !c.alternative);
    let exact = of(&|c| c.how == How::Equal && !c.alternative);
    let ranges = of(&|c| c.how == How::Range && !c.alternative);
    let joins = of(&|c| c.how == How::Join);
    let arms = of(&|c| c.alternative && matches!(c.how, How::Equal | How::OneOf | How::Range | How::Null));
    let up = |e: &Expression| Order { by: e.clone(), desc: false, nulls_first: false, nulls_last: false };
    let list = |parts: &[&[Expression]]| -> Keys {
        let mut keys: Keys = vec![];
        for e in parts.iter().flat_map(|p| p.iter()) {
            if !keys.iter().any(|k| k.by == *e) {
                keys.push(up(e));
            }
        }
        keys
    };
    let mut out: Vec<Keys> = vec![];
    for e in equal.iter().chain(&ranges).chain(&joins).chain(&arms) {
        out.push(vec![up(e)]);
    }
    out.push(list(&[&equal]));
    out.push(list(&[&joins]));
    for range in &ranges {
        out.push(list(&[&equal, std::slice::from_ref(range)]));
        out.push(list(&[&exact, std::slice::from_ref(range)]));
    }
    for join in &joins {
        let join = std::slice::from_ref(join);
        out.push(list(&[&exact, join]));
        out.push(list(&[join, &equal]));
        for range in &ranges {
            out.push(list(&[join, std::slice::from_ref(range)]));
            out.push(list(&[join, &equal, std::slice::from_ref(range)]));
        }
    }
    for order in &access.orders {
        let mut keys = list(&[&exact]);
        keys.extend(order.iter().filter(|o| !exact.contains(&o.by)).cloned());
        out.push(keys);
        out.push(order.clone());
    }
    for group in &access.groups {
        out.push(list(&[&exact, group]));
        out.push(list(&[group]));
    }
    let mut unique: Vec<Keys> = vec![];
    for keys in out {
        if !keys.is_empty() && keys.iter().all(|k| comparable(&k.by, table)) && !unique.contains(&keys) {
            unique.push(keys);
        }
    }
    unique
}

/// For a predicate that says all: the least varied of the columns that are needed; its own where none is.
fn by_needed(access: &Access, table: &TableFacts, filter: &BTreeSet<String>) -> Option<Keys> {
    let mut wanted = wanted(access, filter);
    if wanted.is_empty() {
        let said = access.conditions.iter().filter(|c| filter.contains(&c.sql));
        wanted.extend(said.flat_map(|c| c.columns.iter().cloned()));
    }
    let least = wanted.iter().min_by(|a, b| {
        let of = |c: &str| table.columns.get(c).map_or(f64::INFINITY, |f| f.distinct);
        of(a).total_cmp(&of(b)).then(a.cmp(b))
    })?;
    let by = column(least);
    comparable(&by, table).then(|| vec![Order { by, desc: false, nulls_first: false, nulls_last: false }])
}

fn column(name: &str) -> Expression {
    let columns = BTreeSet::from([name.to_string()]);
    Expression { sql: tw_model::ident::quote(name), columns, is_column: true }
}

/// Columns that a scan of the index alone must find in it.
pub fn wanted(access: &Access, filter: &BTreeSet<String>) -> BTreeSet<String> {
    let conditions = access.conditions.iter().filter(|c| !filter.contains(&c.sql));
    access.needed.iter().cloned().chain(conditions.flat_map(|c| c.columns.iter().cloned())).collect()
}

/// The index with everything else that the query reads of the table. What varies little goes into the key, where
/// equal entries share their room; the rest is included.
fn covering(access: &Access, table: &TableFacts, keys: &Keys, filter: &BTreeSet<String>) -> Vec<Candidate> {
    let mut rest = wanted(access, filter);
    for key in keys.iter().filter(|k| k.by.is_column) {
        rest.retain(|c| !key.by.columns.contains(c));
    }
    if rest.is_empty() {
        return vec![];
    }
    let width = |c: &str| table.columns.get(c).map_or(8.0, |f| f.width);
    let row: f64 = table.columns.values().map(|f| f.width).sum();
    let entry: f64 = rest.iter().map(|c| width(c)).sum::<f64>() + keys.iter().map(|_| 8.0).sum::<f64>();
    if entry > row * WIDEST {
        return vec![];
    }
    let mut by_variety: Vec<String> = rest.into_iter().collect();
    let distinct_of = |c: &str| table.columns.get(c).map_or(f64::INFINITY, |f| f.distinct.max(1.0));
    by_variety.sort_by(|a, b| distinct_of(a).total_cmp(&distinct_of(b)).then(a.cmp(b)));
    let all_in_key: f64 =
        keys.iter().map(|k| distinct(&k.by, table)).chain(by_variety.iter().map(|c| distinct_of(c))).product();
    let shares = all_in_key < table.rows / 2.0 && by_variety.iter().all(|c| comparable(&column(c), table));
    let mut out = vec![];
    let mut keys = keys.clone();
    if shares {
        keys.extend(by_variety.iter().map(|c| Order {
            by: column(c),
            desc: false,
            nulls_first: false,
            nulls_last: false,
        }));
        out.push(candidate(access, &keys, vec![], filter));
        return out;
    }
    if keys.is_empty() {
        let first = by_variety.iter().position(|c| comparable(&column(c), table));
        let Some(first) = first else { return vec![] };
        let by = column(&by_variety.remove(first));
        keys.push(Order { by, desc: false, nulls_first: false, nulls_last: false });
    }
    by_variety.sort();
    out.push(candidate(access, &keys, by_variety, filter));
    out
}

/// A B-tree takes it, and entries stay small enough.
pub fn comparable(on: &Expression, table: &TableFacts) -> bool {
    const NOT: &[&str] =
        &["json", "jsonb", "xml", "tsvector", "tsquery", "point", "box", "polygon", "path", "circle", "line", "lseg"];
    on.columns.iter().all(|c| {
        table.columns.get(c).is_some_and(|f| !on.is_column || (!NOT.contains(&f.ty.as_str()) && f.width <= WIDEST_KEY))
    })
}

/// Mean bytes of a column beyond which entries come near the third of a page that is the most a B-tree takes.
const WIDEST_KEY: f64 = 600.0;

fn distinct(on: &Expression, table: &TableFacts) -> f64 {
    let of = |c: &String| table.columns.get(c).map_or(1.0, |f| f.distinct.max(1.0));
    on.columns.iter().map(of).product()
}

pub fn candidate(access: &Access, keys: &[Order], include: Vec<String>, filter: &BTreeSet<String>) -> Candidate {
    let parts = keys.iter().map(|k| IndexPart {
        column: if k.by.is_column { k.by.columns.iter().next().cloned().unwrap_or_default() } else { k.by.sql.clone() },
        is_expression: !k.by.is_column,
        desc: k.desc,
        nulls_first: if k.nulls_first {
            Some(true)
        } else if k.nulls_last {
            Some(false)
        } else {
            None
        },
        ..IndexPart::default()
    });
    let words: Vec<String> =
        filter.iter().map(|f| if filter.len() > 1 { format!("({f})") } else { f.clone() }).collect();
    Candidate {
        table: access.table.clone(),
        index: Index {
            name: String::new(),
            method: "btree".into(),
            parts: parts.collect(),
            include,
            filter: (!words.is_empty()).then(|| words.join(" AND ")),
            ..Index::default()
        },
        filter: filter.clone(),
        extension: None,
    }
}
