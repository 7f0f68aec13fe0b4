//! One step in one session: the statement goes in, an outcome comes out.
use super::{
    plan::{self, Figures},
    roots::Roots,
};
use postgres::{Client, SimpleQueryMessage, error::DbError};
use tw_model::{
    evidence::Outcome,
    trial::{Expect, Step},
};

/// What a step wants to know of its statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// How many rows it changed or returned.
    Count,
    /// The rows it returned, in their order.
    Rows,
    /// The rows it returned; their order means nothing (it is the server's own affair), so they are sorted.
    Set,
    /// Its plan.
    Plan,
    /// Its plan and the pages it touched.
    Pages,
    /// What it takes in pages and time.
    Price,
    /// The number it returned, and whether it is near another.
    Number {
        /// The other.
        value: u64,
        /// How far off it may be.
        percent: u32,
    },
}

/// What came of it.
#[derive(Debug)]
pub struct Done {
    /// In canonical form.
    pub outcome: Outcome,
    /// The first row returned, for `keep`.
    pub first_row: Option<Vec<Option<String>>>,
    /// For [`Asked::Pages`].
    pub figures: Option<Figures>,
    /// For [`Asked::Price`]: pages touched and milliseconds.
    pub price: Option<(f64, f64)>,
    /// For [`Asked::Number`]: what was returned and what was expected.
    pub number: Option<(f64, f64)>,
    /// The session cannot be used any more.
    pub lost: bool,
}

impl Done {
    /// Nothing but an outcome.
    pub fn only(outcome: Outcome) -> Done {
        Done { outcome, first_row: None, figures: None, price: None, number: None, lost: false }
    }
}

/// A step that was not run, and why.
pub fn not_run(why: &str) -> Outcome {
    Outcome::NotRun { why: why.to_string() }
}

/// What each step wants to know. The rows of a step are kept when it expects rows, or when a later step is
/// compared with it.
pub fn asked(steps: &[Step]) -> Vec<Asked> {
    let mut asked: Vec<Asked> = steps.iter().map(|s| of(&s.expect)).collect();
    let mut compared = vec![];
    steps.iter().for_each(|s| compared_with(&s.expect, &mut compared));
    for (index, ordered) in compared {
        match asked.get_mut(index) {
            Some(entry @ (Asked::Count | Asked::Set)) if ordered => *entry = Asked::Rows,
            Some(entry @ Asked::Count) => *entry = Asked::Set,
            _ => {}
        }
    }
    asked
}

fn of(expect: &Expect) -> Asked {
    match expect {
        Expect::Rows { .. } | Expect::SameAs { ordered: true, .. } => Asked::Rows,
        Expect::SameAs { ordered: false, .. } => Asked::Set,
        Expect::Uses { .. } | Expect::Avoids { .. } | Expect::Seeks { .. } | Expect::Suffers { .. } => Asked::Plan,
        Expect::Bounded => Asked::Pages,
        Expect::Priced { .. } => Asked::Price,
        Expect::Near { value, percent } => Asked::Number { value: *value, percent: *percent },
        Expect::Resumes { ending } => of(ending),
        Expect::OneOf { of: any } => any.iter().map(of).find(|a| *a != Asked::Count).unwrap_or(Asked::Count),
        _ => Asked::Count,
    }
}

fn compared_with(expect: &Expect, found: &mut Vec<(usize, bool)>) {
    match expect {
        Expect::SameAs { step, ordered } => found.push((*step, *ordered)),
        Expect::Resumes { ending } => compared_with(ending, found),
        Expect::OneOf { of } => of.iter().for_each(|e| compared_with(e, found)),
        _ => {}
    }
}

/// Runs a statement and says what came of it, in the names that `roots` give to what partitions have.
pub fn perform(client: &mut Client, sql: &str, asked: Asked, roots: &Roots) -> Done {
    let result = match asked {
        Asked::Count | Asked::Rows | Asked::Set => client.simple_query(sql).map(|messages| ran(messages, asked)),
        Asked::Number { value, percent } => {
            client.simple_query(sql).map(|messages| near(ran(messages, asked), value, percent))
        }
        Asked::Plan => plan::shape(client, sql, roots)
            .map(|shape| Done::only(Outcome::Plan { shape, within: None, whole: vec![] })),
        Asked::Price => plan::price(client, sql)
            .map(|price| Done { price: Some(price), ..Done::only(Outcome::Accepted { rows: 0 }) }),
        Asked::Pages => plan::pages(client, sql, roots).map(|(shape, figures)| Done {
            figures: Some(figures),
            ..Done::only(Outcome::Plan { shape, within: None, whole: vec![] })
        }),
    };
    result.unwrap_or_else(|error| failed(&error, roots))
}

/// The number returned beside the one expected. What is no number is near none.
fn near(done: Done, value: u64, percent: u32) -> Done {
    let first = done.first_row.as_ref().and_then(|row| row.first().cloned().flatten());
    let number = first.and_then(|text| text.parse::<f64>().ok()).filter(|n| n.is_finite());
    let expected = value as f64;
    let is_near = number.is_some_and(|n| (n - expected).abs() <= expected * f64::from(percent) / 100.0);
    Done { number: number.map(|n| (n, expected)), outcome: Outcome::Figure { near: is_near }, ..done }
}

fn ran(messages: Vec<SimpleQueryMessage>, asked: Asked) -> Done {
    let mut rows: Vec<Vec<Option<String>>> = vec![];
    let mut first_row = None;
    let mut count = 0;
    let wanted = matches!(asked, Asked::Rows | Asked::Set);
    for message in &messages {
        match message {
            SimpleQueryMessage::Row(row) if wanted || first_row.is_none() => {
                let values: Vec<Option<String>> = (0..row.len()).map(|i| row.get(i).map(str::to_string)).collect();
                if first_row.is_none() {
                    first_row = Some(values.clone());
                }
                if wanted {
                    rows.push(values);
                }
            }
            SimpleQueryMessage::CommandComplete(n) => count = *n,
            _ => {}
        }
    }
    let outcome = match asked {
        Asked::Rows => returned(rows),
        Asked::Set => {
            rows.sort();
            returned(rows)
        }
        _ => Outcome::Accepted { rows: count },
    };
    Done { first_row, ..Done::only(outcome) }
}

/// The outcome of these rows.
pub fn returned(mut rows: Vec<Vec<Option<String>>>) -> Outcome {
    let count = rows.len() as u64;
    let hash = tw_model::hash::of(&rows);
    let kept: Vec<_> = rows.iter().take(Outcome::ROWS_KEPT).cloned().collect();
    rows.sort();
    Outcome::Rows { rows: kept, count, hash, unordered_hash: tw_model::hash::of(&rows) }
}

/// The outcome of an error.
pub fn failed(error: &postgres::Error, roots: &Roots) -> Done {
    match error.as_db_error() {
        Some(db) => match db.code().code() {
            // query_canceled: the only one who cancels is the statement's time limit
            "57014" => Done::only(not_run("timed out")),
            // admin_shutdown, crash_shutdown, cannot_connect_now, database_dropped
            "57P01" | "57P02" | "57P03" | "57P04" => Done { lost: true, ..Done::only(not_run("connection lost")) },
            _ => Done::only(refused(db, roots)),
        },
        None => Done { lost: true, ..Done::only(not_run("connection lost")) },
    }
}

/// The canonical form of a refusal.
pub fn refused(db: &DbError, roots: &Roots) -> Outcome {
    let sqlstate = db.code().code().to_string();
    let constraint = match sqlstate.as_str() {
        "23502" => db.constraint().or(db.column()),
        _ => db.constraint(),
    };
    let constraint = constraint.map(|name| roots.constraint(db.table(), name).to_string());
    Outcome::Refused { constraint, sqlstate }
}
