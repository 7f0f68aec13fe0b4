//! A proposal as tables with names, keys and references.
use super::{
    Columns,
    decompose::Part,
    judge::{Given, Judged},
    told::Described,
};
use std::collections::BTreeSet;
use tw_model::{
    ident::quote,
    model::Action,
    schema::{Column, Constraint, ConstraintKind, Name, Table},
};

/// Tables that say what one table says.
pub struct Shape<'a> {
    /// The table as it is.
    pub of: &'a Described<'a>,
    /// Its rows.
    pub given: &'a Given,
    /// The parts, and the backings after them that are tables of their own.
    pub parts: Vec<Part>,
    /// What parts refer to with both sides.
    backings: Vec<Part>,
    /// Which of them are no backings.
    pub proper: usize,
    /// What each is called.
    pub names: Vec<Name>,
    /// The part with a key of the table: it stays the table.
    pub kept: Option<usize>,
}

impl<'a> Shape<'a> {
    /// The proposed tables of a judgement; none when nothing is proposed.
    pub fn new(of: &'a Described<'a>, given: &'a Given, judged: &Judged) -> Option<Shape<'a>> {
        let proposal = judged.proposal.as_ref()?;
        let parts: Vec<Part> = proposal.tables().copied().collect();
        let proper = proposal.parts.len();
        let kept = parts[..proper].iter().position(|p| judged.keys.iter().any(|key| key.within(p.columns)));
        let names = named(of, &parts, kept);
        Some(Shape { of, given, parts, backings: proposal.backings.clone(), proper, names, kept })
    }

    /// Names of columns.
    pub fn columns(&self, set: Columns) -> Vec<String> {
        set.iter().map(|c| self.of.columns[c].0.clone()).collect()
    }

    /// Every column that is stored.
    pub fn all(&self) -> Columns {
        Columns::first(self.of.columns.len())
    }

    /// True where a row has no value in one of the columns.
    pub fn lacks(&self, columns: Columns) -> bool {
        columns.iter().any(|c| !self.given.coded.columns[c].missing.is_empty())
    }

    /// The table as it is, with its declared keys and nothing else that could refuse a row.
    pub fn before(&self) -> Table {
        let keys = self.given.keys.iter().enumerate().map(|(n, key)| {
            let columns = self.columns(*key);
            let kind = match n {
                0 => ConstraintKind::Primary { columns, include: vec![] },
                _ => ConstraintKind::Unique { columns, include: vec![], nulls_not_distinct: false },
            };
            constraint(format!("key_{}", n + 1), kind)
        });
        let mut table = self.table(self.of.name(), self.all(), keys.collect());
        table.columns.iter_mut().for_each(|c| c.not_null = false);
        table
    }

    /// The proposed tables, each with its key and references.
    pub fn after(&self) -> Vec<Table> {
        (0..self.parts.len())
            .map(|n| {
                let (part, name) = (self.parts[n], &self.names[n]);
                let mut constraints = vec![self.key(n)];
                constraints.extend(self.references(n));
                self.table(name.clone(), part.columns, constraints)
            })
            .collect()
    }

    /// The key of a part. A key that some row lacks a part of can be unique, and not primary.
    pub fn key(&self, n: usize) -> Constraint {
        let (part, name) = (self.parts[n], &self.names[n].name);
        let columns = self.columns(part.key);
        if Some(n) == self.kept && self.lacks(part.key) {
            let kind = ConstraintKind::Unique { columns, include: vec![], nulls_not_distinct: true };
            return constraint(format!("uq_{name}"), kind);
        }
        constraint(format!("pk_{name}"), ConstraintKind::Primary { columns, include: vec![] })
    }

    /// What a part refers to: with both sides the table that backs a dependency in it, else the parts whose keys it holds.
    /// What is referred to with both sides must be unique there.
    pub fn references(&self, n: usize) -> Vec<Constraint> {
        let (own, name) = (self.parts[n], &self.names[n].name);
        let mut all = vec![];
        for (m, other) in self.parts.iter().enumerate().filter(|(m, other)| *m != n && other.key != own.key) {
            let backs =
                |b: &&Part| b.key == other.key && b.columns.within(other.columns) && b.columns.within(own.columns);
            let backed = self.backings.iter().find(backs).filter(|_| n < self.proper);
            let over = backed.map_or(other.key, |b| b.columns);
            if !over.within(own.columns) || (m >= self.proper && backed.is_none()) {
                continue;
            }
            let kind = ConstraintKind::Foreign {
                columns: self.columns(over),
                target: self.names[m].clone(),
                target_columns: self.columns(over),
                on_delete: Action::Restrict,
                on_update: if backed.is_some() { Action::Cascade } else { Action::NoAction },
                match_full: false,
            };
            all.push(constraint(format!("fk_{name}_{}", self.names[m].name), kind));
        }
        let referred = self.backings.iter().filter(|b| b.key == own.key && b.columns.within(own.columns));
        all.extend(referred.map(|b| {
            let columns = self.columns(b.columns);
            let called = format!("uq_{name}_{}", self.columns(b.columns.minus(b.key)).join("_"));
            constraint(called, ConstraintKind::Unique { columns, include: vec![], nulls_not_distinct: false })
        }));
        all
    }

    fn table(&self, name: Name, columns: Columns, constraints: Vec<Constraint>) -> Table {
        let of_table = columns.iter().map(|c| Column {
            name: self.of.columns[c].0.clone(),
            ty: self.of.columns[c].1.clone(),
            not_null: !self.lacks(Columns::one(c)),
            ..Column::default()
        });
        Table { name, columns: of_table.collect(), constraints, ..Table::default() }
    }

    /// The columns of the old shape, from the parts joined.
    pub fn joined(&self) -> String {
        let first = self.kept.unwrap_or(0);
        let mut have = self.parts[first].columns;
        let mut from = vec![first];
        let mut joins = vec![format!("FROM {}", self.called(first))];
        let mut open: Vec<usize> = (0..self.proper).filter(|n| *n != first).collect();
        let places = |from: &[usize], column: usize| -> String {
            let part = from.iter().find(|n| self.parts[**n].columns.has(column)).copied().unwrap_or(first);
            format!("{}.{}", quote(&self.names[part].name), quote(&self.of.columns[column].0))
        };
        while !open.is_empty() {
            // One whose key is there already adds no rows; else the one that shares most.
            let fits = |n: &usize| (self.parts[*n].key.within(have), self.parts[*n].columns.and(have).len());
            let next = open.iter().copied().max_by_key(|n| (fits(n), std::cmp::Reverse(*n))).unwrap_or(first);
            open.retain(|n| *n != next);
            let part = self.parts[next];
            let over = if part.key.within(have) { part.key } else { part.columns.and(have) };
            let equal = if Some(next) != self.kept && part.key.within(have) { "=" } else { "IS NOT DISTINCT FROM" };
            let equal = if self.lacks(over) { equal } else { "=" };
            let on: Vec<String> =
                over.iter().map(|c| format!("{} {equal} {}", places(&[next], c), places(&from, c))).collect();
            let word = if self.lacks(part.key) && part.key.within(have) { "LEFT JOIN" } else { "JOIN" };
            let on = if on.is_empty() { "TRUE".into() } else { on.join(" AND ") };
            joins.push(format!("{word} {} ON {on}", self.called(next)));
            from.push(next);
            have = have.or(part.columns);
        }
        let list: Vec<String> = self.all().iter().map(|c| places(&from, c)).collect();
        format!("SELECT {}\n{}", list.join(", "), joins.join("\n"))
    }

    fn called(&self, n: usize) -> String {
        tw_model::ident::name(&self.names[n])
    }
}

fn constraint(name: String, kind: ConstraintKind) -> Constraint {
    Constraint { name: crate::kit::fitting(&name), kind, deferrable: None, not_valid: false, comment: None }
}

/// Names of the parts: the one that is kept has its name already; the others are called after their keys.
fn named(of: &Described, parts: &[Part], kept: Option<usize>) -> Vec<Name> {
    let old = of.name();
    let mut taken: BTreeSet<String> = of.taken.iter().cloned().chain([old.name.clone()]).collect();
    let name = |(n, part): (usize, &Part)| {
        if Some(n) == kept {
            return old.clone();
        }
        let words: Vec<&str> = part.key.iter().map(|c| stem(&of.columns[c].0)).collect();
        let base = pluralizer::pluralize(&words.join("_"), 2, false);
        let names = std::iter::once(base.clone()).chain((2..).map(|n| format!("{base}_{n}")));
        let name = names.into_iter().find(|name| !taken.contains(name)).unwrap_or(base);
        taken.insert(name.clone());
        Name { name: crate::kit::fitting(&name), schema: old.schema.clone() }
    };
    parts.iter().enumerate().map(name).collect()
}

/// `customer` of `customer_id`.
pub(super) fn stem(column: &str) -> &str {
    let endings = ["_id", "_no", "_nr", "_code", "_key", "_number"];
    endings.iter().find_map(|ending| column.strip_suffix(ending)).filter(|s| !s.is_empty()).unwrap_or(column)
}
