//! Columns that no key and no reference decides: as the brief says, as a live server's statistics say, as rules
//! bound them, or as their names tell.
use super::{Asked, Hint, Plan, Seen, Source, Table, bounds::Bounds};
use crate::{
    fill::{
        calendar::{self, DAY_US, PRESENT_US, SECOND_US},
        shape::Shape,
    },
    pour::{datum::Datum, form::Form, make, zipf::Zipf},
};
use tw_model::{sample::Values, schema};

/// Texts that are common in a live table are repeated only when the column has no more different ones, and each
/// is of so many rows at least: nobody's own text leaves the database.
const CATEGORIES: usize = 100;
const CATEGORY_SHARE: f64 = 0.001;
/// A column follows the rows' order from this correlation on.
const FOLLOWS: f64 = 0.9;

/// Gives every column that is still open its source.
pub(super) fn rest(table: &schema::Table, asked: &Asked, plan: &mut Plan, at: usize, known: &[Bounds]) {
    for (c, known) in known.iter().enumerate() {
        let own = &plan.tables[at];
        if !matches!(own.columns[c].source, Source::Any) {
            continue;
        }
        let hint = asked.hints.get(&(table.name.clone(), own.columns[c].name.clone()));
        let source = source(own, c, hint, known);
        plan.tables[at].columns[c].source = source;
    }
}

fn source(own: &Table, c: usize, hint: Option<&Hint>, known: &Bounds) -> Source {
    let column = &own.columns[c];
    if known.null == Some(true) && !column.not_null {
        return Source::Constant(Datum::Null);
    }
    if let Some(source) = hint.and_then(|h| h.said.as_ref()).and_then(|s| said(own, c, &s.values)) {
        return source;
    }
    if let Some(source) = hint.and_then(|h| h.seen.as_ref()).and_then(|s| seen(own, c, s, known)) {
        return source;
    }
    if let Some(list) = &known.list {
        return weighted(list.clone());
    }
    if column.serial && own.rows <= make::capacity(&column.form) {
        return Source::Distinct { within: false };
    }
    if let Some(pattern) = &known.pattern
        && tw_model::pattern::matching(pattern, &mut |_| 0).is_some()
    {
        return Source::Pattern(pattern.clone());
    }
    if let Some(source) = after(own, c) {
        return source;
    }
    if known.low.is_some() || known.high.is_some() {
        let (low, high) = between(&column.form, column.like, known);
        if low <= high {
            return Source::Between { low, high };
        }
    }
    if let Form::Enum(labels) = &column.form {
        return weighted(labels.iter().cloned().map(Datum::Text).collect());
    }
    Source::Any
}

/// Values with falling shares, as lists of states have: the first is the usual one.
fn weighted(of: Vec<Datum>) -> Source {
    let mut sum = 0.0;
    let running = (0..of.len()).map(|n| {
        sum += 1.0 / (n as f64 + 1.0);
        sum
    });
    Source::Choice { running: running.collect(), of }
}

fn said(own: &Table, c: usize, values: &Values) -> Option<Source> {
    let form = &own.columns[c].form;
    Some(match values {
        Values::Choice { of } => {
            let mut sum = 0.0;
            let (of, running) = of
                .iter()
                .filter_map(|(value, share)| {
                    let datum = Datum::parse(form, value)?;
                    sum += share;
                    Some((datum, sum))
                })
                .unzip();
            Source::Choice { of, running }
        }
        Values::Number { min, max } => {
            let place = |text: &str| Datum::parse(form, text)?.place();
            Source::Between { low: place(min)?, high: place(max)? }
        }
        Values::Instant { from, to } if form.clock() => {
            Source::Between { low: calendar::parse(from)?, high: calendar::parse(to)? }
        }
        Values::After { column, within_s } if form.clock() => Source::After {
            column: own.columns.iter().position(|o| o.name == *column && o.form.clock())?,
            within_us: i64::try_from(*within_s).ok()?.checked_mul(SECOND_US)?,
            same: true,
        },
        Values::Pattern { regex } => {
            tw_model::pattern::matching(regex, &mut |_| 0)?;
            Source::Pattern(regex.clone())
        }
        Values::Zipf { distinct, exponent } => {
            let most = own.rows.div_ceil(20).clamp(10, 1000).max(*distinct);
            Source::Zipf(Zipf::new(most.min(make::capacity(form)), *exponent))
        }
        Values::Constant { value } => Source::Constant(match value {
            Some(text) => Datum::parse(form, text)?,
            None => Datum::Null,
        }),
        _ => return None,
    })
}

fn seen(own: &Table, c: usize, seen: &Seen, known: &Bounds) -> Option<Source> {
    let form = &own.columns[c].form;
    let wordy = matches!(form, Form::Text { .. } | Form::Json | Form::Jsonb | Form::Xml);
    let private = wordy
        && (!seen.bounds.is_empty()
            || seen.common.len() > CATEGORIES
            || seen.common.iter().any(|(_, share)| *share < CATEGORY_SHARE));
    if private {
        return None;
    }
    let mut sum = 0.0;
    let (common, running): (Vec<Datum>, Vec<f64>) = seen
        .common
        .iter()
        .filter_map(|(text, share)| {
            let datum = Datum::parse(form, text)?;
            sum += share;
            Some((datum, sum))
        })
        .unzip();
    let bounds: Vec<i64> = if form.ordered() {
        let places = seen.bounds.iter().filter_map(|b| Datum::parse(form, b)?.place());
        places.filter(|p| known.low.is_none_or(|l| *p >= l) && known.high.is_none_or(|h| *p <= h)).collect()
    } else {
        vec![]
    };
    if common.is_empty() && bounds.len() < 2 {
        return None;
    }
    let filled = (1.0 - seen.null_share).max(1e-9);
    let share = if bounds.len() < 2 { 1.0 } else { (sum / filled).min(1.0) };
    let follows = match seen.correlation {
        x if common.is_empty() && x >= FOLLOWS => 1,
        x if common.is_empty() && x <= -FOLLOWS => -1,
        _ => 0,
    };
    Some(Source::Seen { common: (common, running), share, bounds, follows })
}

/// A range to draw from inside a rule's bounds: plausible where they leave room.
fn between(form: &Form, like: Shape, known: &Bounds) -> (i64, i64) {
    let (usual_low, usual_high) =
        if form.clock() { (PRESENT_US - 730 * DAY_US, PRESENT_US) } else { make::number_bounds(form, like) };
    let wide = (usual_high - usual_low).max(1);
    match (known.low, known.high) {
        (Some(low), Some(high)) => {
            let (inner_low, inner_high) = (low.max(usual_low), high.min(usual_high));
            // A rule such as `between 0 and 1000000` leaves room that no plausible value uses.
            if inner_low < inner_high && high.saturating_sub(low) > wide.saturating_mul(4) {
                (inner_low, inner_high)
            } else {
                (low, high)
            }
        }
        (Some(low), None) if low > usual_low => (low, usual_high.max(low.saturating_add(wide)).min(greatest(form))),
        (None, Some(high)) if high < usual_high => (usual_low.min(high.saturating_sub(wide)), high),
        _ => (usual_low, usual_high),
    }
}

fn greatest(form: &Form) -> i64 {
    if form.clock() { i64::MAX / 4 } else { make::greatest(form) }
}

/// Words of what comes first, and of what comes after it.
const EARLY: &[&str] = &[
    "created", "inserted", "started", "start", "begin", "begins", "opened", "ordered", "order", "placed", "from",
    "rental", "hired", "hire", "checkin", "issued", "sell", "valid",
];
const LATE: &[&str] = &[
    "updated",
    "modified",
    "changed",
    "ended",
    "end",
    "ends",
    "finished",
    "closed",
    "completed",
    "shipped",
    "ship",
    "delivered",
    "paid",
    "required",
    "returned",
    "return",
    "to",
    "expires",
    "expired",
    "deleted",
    "checkout",
    "until",
];
/// What is often never touched again.
const TOUCHED: &[&str] = &["updated", "modified", "changed"];

/// `updated_at` is no earlier than `created_at`, `end_date` after `start_date`: told by their names.
fn after(own: &Table, c: usize) -> Option<Source> {
    let words = |c: usize| -> Vec<String> {
        let name = tw_model::model::snake_case(&own.columns[c].name);
        name.split('_').map(String::from).collect()
    };
    let mine = words(c);
    let is = |words: &[String], list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
    if !own.columns[c].form.clock() || !is(&mine, LATE) {
        return None;
    }
    let column = (0..own.columns.len()).find(|&o| {
        let theirs = words(o);
        o != c && own.columns[o].form.clock() && is(&theirs, EARLY) && !is(&theirs, LATE)
    })?;
    // A slot or a reference is placed by others; what follows it may still do so.
    Some(Source::After { column, within_us: 30 * DAY_US, same: is(&mine, TOUCHED) })
}
