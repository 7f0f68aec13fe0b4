//! Profiles from a brief alone: how wide and how varied rows will be, before there are any.
//!
//! Types, listed values, keys and null shares are known. The length of a free text and the digits of a free number
//! are not: they are assumed from type and domain word, and what rests on an assumption says so.
use super::{
    scale::hit,
    sets::sets,
    types::{modifiers, storage, without_modifier},
};
use crate::kit::{
    Link,
    growth::rows_after,
    links::links_of,
    shape::{ShapeColumn, end_columns, key_columns},
};
use std::collections::BTreeSet;
use tw_model::{
    draft::Draft,
    layout::{ColumnProfile, TableProfile},
    model::{Attribute, Entity, Model},
    schema::{Column, Table},
};

/// A profile and what of it is assumed.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// By symbol.
    pub profile: TableProfile,
    /// Share of a row's bytes whose width is assumed, 0..1.
    pub assumed: f64,
    /// Columns whose width or share of nulls is assumed.
    pub assumed_columns: BTreeSet<String>,
    /// Columns of which nobody said how often a value repeats.
    pub free: BTreeSet<String>,
}

/// Nulls of what may be absent, when the brief does not say how often it is.
const ABSENT: f64 = 0.1;
/// Rows without what they may refer to.
const UNLINKED: f64 = 0.2;
/// Characters of a text: without a limit a sentence or two, with one at most so many.
const FREE_TEXT: u32 = 80;
const TEXT: u32 = 40;
/// Lengths of domain words: an address of mail, a link, a telephone number, an account number.
const WORDS: &[(&str, u32)] = &[("email", 22), ("url", 40), ("phone", 13), ("iban", 22), ("ip", 11), ("slug", 16)];

/// The profile of every table of a draft, by symbol, when its entities have so many rows.
pub fn profiles(model: &Model, draft: &Draft, rows: &dyn Fn(&str) -> f64) -> Vec<Told> {
    draft.schema.wholes().map(|table| told(model, draft, table, rows)).collect()
}

fn told(model: &Model, draft: &Draft, table: &Table, rows: &dyn Fn(&str) -> f64) -> Told {
    let symbol = table.name.name.as_str();
    let here = match draft.listed.get(symbol) {
        Some(values) => values.len() as f64,
        None => rows(symbol),
    };
    let mut profile = TableProfile { table: table.name.clone(), rows: here, ..TableProfile::default() };
    let (mut all_bytes, mut assumed_bytes) = (0.0, 0.0);
    let (mut assumed_columns, mut free) = (BTreeSet::new(), BTreeSet::new());
    let entity = model.entity(symbol);
    let held = entity.map(|e| links_of(model, e)).unwrap_or_default();
    let mine: Vec<(&Link, Vec<ShapeColumn>)> = held.iter().map(|l| (l, end_columns(model, l))).collect();
    for column in &table.columns {
        let mut known = Known { here, column: bare(column), assumed: false, unsure: false, free: false };
        match entity {
            Some(entity) => known.of_entity(model, &mine, entity, rows),
            None => known.text(draft.listed.get(symbol)),
        }
        let unique = table.constraints.iter().any(|c| unique_over(c, &column.name));
        if unique {
            known.column.distinct = here * (1.0 - known.column.null_share);
        }
        let fixed = storage(&column.ty, &draft.schema).fixed;
        let bytes = fixed.map_or(known.column.mean_width(), f64::from) * (1.0 - known.column.null_share);
        all_bytes += bytes;
        if known.assumed && fixed.is_none() {
            assumed_bytes += bytes;
            assumed_columns.insert(column.name.clone());
        }
        if known.unsure {
            assumed_columns.insert(column.name.clone());
        }
        if known.free && !unique {
            free.insert(column.name.clone());
        }
        profile.columns.push(known.column);
    }
    expressions(table, &mut profile);
    profile.sets = sets(model, &mine, table, &profile, rows);
    for index in &table.indexes {
        if let Some(filter) = &index.filter
            && let Some(share) = entity.and_then(|e| share_kept(e, filter))
        {
            profile.filters.insert(filter.clone(), share);
        }
    }
    Told { profile, assumed: assumed_bytes / (all_bytes + 28.0), assumed_columns, free }
}

fn unique_over(constraint: &tw_model::schema::Constraint, column: &str) -> bool {
    use tw_model::schema::ConstraintKind::{Primary, Unique};
    matches!(&constraint.kind, Primary { columns, .. } | Unique { columns, .. } if columns.as_slice() == [column])
}

fn bare(column: &Column) -> ColumnProfile {
    ColumnProfile { name: column.name.clone(), ty: column.ty.clone(), ..ColumnProfile::default() }
}

/// What becomes known of one column.
struct Known {
    here: f64,
    column: ColumnProfile,
    assumed: bool,
    /// The share of nulls is assumed.
    unsure: bool,
    free: bool,
}

impl Known {
    /// `mine` are the links that the entity holds, with their columns.
    fn of_entity(
        &mut self,
        model: &Model,
        mine: &[(&Link, Vec<ShapeColumn>)],
        entity: &Entity,
        rows: &dyn Fn(&str) -> f64,
    ) {
        let name = self.column.name.clone();
        self.column.distinct = self.here;
        let place = |columns: &[ShapeColumn]| columns.iter().position(|c| c.symbol == name);
        if let Some((link, at)) = mine.iter().find_map(|(link, columns)| Some((link, place(columns)?))) {
            if link.optional {
                self.column.null_share = UNLINKED;
                self.unsure = true;
            }
            // A target is taken at random, so not each of them is.
            self.column.distinct = hit(rows(&link.target).max(1.0), self.here);
            let target = model.entity(&link.target);
            let theirs = target.and_then(|t| key_columns(model, t).into_iter().nth(at));
            match target.zip(theirs).and_then(|(target, column)| target.attribute(&column.symbol)) {
                Some(attribute) => self.attribute(attribute),
                None => self.any(None),
            }
        } else if let Some(attribute) = entity.attribute(&name) {
            if attribute.optional {
                self.column.null_share = attribute.null_share.unwrap_or(ABSENT);
            }
            // Instants hardly ever repeat; what else is not listed may.
            self.free = attribute.values.is_none() && !self.column.ty.starts_with("timestamp");
            self.attribute(attribute);
        } else {
            self.any(None);
        }
    }

    fn attribute(&mut self, attribute: &Attribute) {
        let Some(values) = &attribute.values else { return self.any(attribute.ty.word.as_deref()) };
        let said: f64 = values.items.iter().filter_map(|i| i.share).sum();
        let unsaid = values.items.iter().filter(|i| i.share.is_none()).count().max(1) as f64;
        let share = |item: &tw_model::model::ValueItem| item.share.unwrap_or((1.0 - said).max(0.0) / unsaid);
        self.column.distinct = values.items.len() as f64;
        self.column.common = values.items.iter().map(share).map(|s| s * (1.0 - self.column.null_share)).collect();
        self.column.common.sort_by(|a, b| b.total_cmp(a));
        for item in &values.items {
            add(&mut self.column.widths, stored(item.value.len() as u32), share(item));
        }
    }

    fn text(&mut self, listed: Option<&Vec<String>>) {
        let listed = listed.map(Vec::as_slice).unwrap_or(&[]);
        self.column.distinct = listed.len() as f64;
        for value in listed {
            add(&mut self.column.widths, stored(value.len() as u32), 1.0 / listed.len() as f64);
        }
        if listed.is_empty() {
            self.any(None);
        }
    }

    /// A value of which only the type is known.
    fn any(&mut self, word: Option<&str>) {
        let bare = without_modifier(&self.column.ty);
        let limits = modifiers(&self.column.ty);
        if bare == "boolean" {
            self.column.distinct = self.column.distinct.min(2.0);
        }
        self.assumed = true;
        let limit = limits.first().copied();
        let width = match bare.as_str() {
            "character" => {
                self.assumed = false;
                stored(limit.unwrap_or(1))
            }
            "numeric" => {
                let (precision, scale) = (limit.unwrap_or(12), limits.get(1).copied().unwrap_or(0));
                numeric(precision.saturating_sub(scale).min(5), scale)
            }
            "text" | "character varying" => {
                let plain = if limit.is_some() { TEXT } else { FREE_TEXT };
                let usual = WORDS.iter().find(|(w, _)| Some(*w) == word).map_or(plain, |(_, n)| *n);
                // A limit is chosen with room to spare.
                stored(usual.min(limit.map_or(usual, |n| n.div_ceil(2))))
            }
            "jsonb" | "json" | "bytea" => stored(60),
            _ => stored(24),
        };
        self.column.widths = vec![(width, 1.0)];
    }
}

/// Stored bytes of a value of so many: with a header of one byte while it is short, of four beyond.
fn stored(bytes: u32) -> u32 {
    if bytes <= 126 { bytes + 1 } else { bytes + 4 }
}

/// Stored bytes of a number: header, sign and weight, and two bytes for each four digits on either side of the point.
pub fn numeric(digits: u32, scale: u32) -> u32 {
    1 + 2 + 2 * (digits.div_ceil(4) + scale.div_ceil(4))
}

fn add(widths: &mut Vec<(u32, f64)>, width: u32, share: f64) {
    match widths.iter_mut().find(|(w, _)| *w == width) {
        Some((_, sum)) => *sum += share,
        None => widths.push((width, share)),
    }
    widths.sort_by_key(|(w, _)| *w);
}

/// Keys that are a column in lower case are as wide as the column.
fn expressions(table: &Table, profile: &mut TableProfile) {
    for part in table.indexes.iter().flat_map(|i| &i.parts).filter(|p| p.is_expression) {
        let path = part.column.strip_prefix("lower(⟦").and_then(|rest| rest.split_once('⟧')).map(|(path, _)| path);
        let column = path.and_then(|p| p.split_once('.')).map(|(_, column)| column);
        if let Some(known) = column.and_then(|c| profile.column(c)).cloned() {
            profile.columns.push(ColumnProfile { name: part.column.clone(), ty: "text".into(), ..known });
        }
    }
}

/// Share of the rows that keep `⟦Account.status⟧ = 'active'` and such, joined by AND; none for other forms.
fn share_kept(entity: &Entity, filter: &str) -> Option<f64> {
    let mut kept = 1.0;
    for condition in filter.split(" AND ").flat_map(|c| c.split(" and ")) {
        let (path, rest) = condition.trim().strip_prefix('⟦')?.split_once('⟧')?;
        let attribute = entity.attribute(path.split_once('.')?.1);
        kept *= match rest.trim() {
            "IS NULL" => attribute.and_then(|a| a.null_share)?,
            "IS NOT NULL" => 1.0 - attribute.and_then(|a| a.null_share)?,
            equal => {
                let value = equal.strip_prefix("= '")?.strip_suffix('\'')?;
                let values = &attribute?.values.as_ref()?.items;
                let said: f64 = values.iter().filter_map(|i| i.share).sum();
                let unsaid = values.iter().filter(|i| i.share.is_none()).count().max(1) as f64;
                let item = values.iter().find(|i| i.value == value)?;
                item.share.unwrap_or((1.0 - said).max(0.0) / unsaid)
            }
        };
    }
    Some(kept)
}

/// Rows of an entity so many days ahead: what the brief says, grown; where it is silent as many as the parents have.
pub fn volume(model: &Model, entity: &str, days: u32) -> f64 {
    let of = |name: &str| model.entity(name).and_then(|e| e.volume.as_ref());
    let known = if of(entity).is_some() {
        Some(entity.to_string())
    } else {
        let links = model.entity(entity).map(|e| links_of(model, e)).unwrap_or_default();
        let parents = links.into_iter().filter_map(|l| Some((of(&l.target)?.rows, l.target)));
        parents.max_by_key(|(rows, _)| *rows).map(|(_, target)| target)
    };
    known.and_then(|name| rows_after(model, &name, f64::from(days))).unwrap_or(1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_takes_two_bytes_for_four_digits() {
        // As pg_column_size says of stored values: 17.00, 0.05, 12345.67.
        assert_eq!((numeric(2, 0), numeric(0, 2), numeric(5, 2)), (5, 5, 9));
        assert_eq!((stored(1), stored(126), stored(127)), (2, 127, 131));
    }
}
