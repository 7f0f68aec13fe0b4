//! The analytical store: a star beside the core for what is asked of a long history and may be some time old.
//!
//! The core stays the source, in its normal form. The star is in a namespace of its own in the same database: one table of sums
//! a day and a combination of what is asked, tables of those combinations (dimensions), and one of days. What is asked of
//! the star is the brief's own query, with sums in place of rows. A trigger remembers the days that a write touches; the load
//! counts those days anew, so that it can be run at any time and twice.
mod ask;
mod claims;
mod design;
mod sql;

pub(super) use claims::{claims, trial};
pub(super) use design::design;

use crate::kit::growth;
use ask::Asked;
use tw_model::{
    draft::Draft,
    model::{Model, Query},
    sql::{EntitySql, Piece},
};

/// Rows of a table at the horizon from which on its history is summed up: fewer are read in a second or two.
const LARGE: f64 = 10_000_000.0;

/// A star: what is kept of one entity's rows, a day and a combination of attributes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Star {
    /// The entity whose rows are summed up.
    pub of: String,
    /// Its attribute that says the day.
    pub day: String,
    /// Its own attributes that are asked for.
    pub own: Vec<String>,
    /// What is asked of entities that it refers to.
    pub dimensions: Vec<Dimension>,
    /// What is summed up, besides rows.
    pub measures: Vec<Measure>,
    /// Who asks.
    pub role: String,
    /// The queries that it answers, each in the words of the star.
    pub queries: Vec<(String, EntitySql)>,
    /// The age that the most impatient of them allows, in seconds.
    pub oldest_s: u64,
}

/// Attributes of an entity that the rows refer to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Dimension {
    /// The end by which they do.
    pub end: String,
    /// The entity.
    pub entity: String,
    /// Its attributes.
    pub attributes: Vec<String>,
}

/// Something that is summed up.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Measure {
    /// Its column.
    pub name: String,
    /// What is summed up, over attributes of the entity without a qualifier.
    pub pieces: Vec<Piece>,
}

/// The stars of a workload, and each query that may be old and stays on the core all the same, with the reason.
pub(super) fn stars<'a>(model: &'a Model, draft: &Draft) -> (Vec<Star>, Vec<(&'a Query, String)>) {
    let (mut stars, mut stay): (Vec<Star>, Vec<_>) = (vec![], vec![]);
    for query in model.workload.iter().filter(|q| q.oldest_s.is_some()) {
        let taken = ask::asked(model, draft, query).and_then(|asked| {
            large(model, &asked.star.of)?;
            take(&mut stars, asked)
        });
        if let Err(why) = taken {
            stay.push((query, why));
        }
    }
    (stars, stay)
}

fn large(model: &Model, entity: &str) -> Result<(), String> {
    let rows = growth::rows_after(model, entity, f64::from(model.promises.planned_days())).unwrap_or(0.0);
    if rows < LARGE {
        let rows = crate::kit::thousands(rows as u64);
        return Err(format!("{entity} has {rows} rows at the horizon: to read them all costs less than to keep sums"));
    }
    Ok(())
}

/// Adds what is asked to the star of its entity.
fn take(stars: &mut Vec<Star>, asked: Asked) -> Result<(), String> {
    let Asked { star: new, sql, query } = asked;
    let Some(star) = stars.iter_mut().find(|s| s.of == new.of) else {
        stars.push(Star { queries: vec![(query, sql)], ..new });
        return Ok(());
    };
    if star.role != new.role {
        return Err(format!("the star of {} is {}'s, who may see other things than {}", star.of, star.role, new.role));
    }
    if star.day != new.day {
        return Err(format!("the star of {} counts days by {}, and it asks by {}", star.of, star.day, new.day));
    }
    let clash = |m: &Measure| star.measures.iter().any(|k| k.name == m.name && k.pieces != m.pieces);
    if new.measures.iter().any(clash) {
        return Err(format!("it sums up attributes of {} in another way than a query before it", star.of));
    }
    star.oldest_s = star.oldest_s.min(new.oldest_s);
    add(&mut star.own, new.own);
    add(&mut star.measures, new.measures);
    for dimension in new.dimensions {
        match star.dimensions.iter_mut().find(|d| d.end == dimension.end) {
            Some(known) => add(&mut known.attributes, dimension.attributes),
            None => star.dimensions.push(dimension),
        }
    }
    star.queries.push((query, sql));
    Ok(())
}

fn add<T: PartialEq>(to: &mut Vec<T>, more: Vec<T>) {
    for one in more {
        if !to.contains(&one) {
            to.push(one);
        }
    }
}
