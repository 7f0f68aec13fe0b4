//! One row, from the seed and its number.
use super::{
    datum::Datum,
    error::PourError,
    form::Form,
    make,
    perm::Order,
    plan::{Column, Digit, How, Plan, Source, Table, ranges::Span},
    truth,
};
use crate::fill::{
    calendar::{DAY_US, PRESENT_US},
    dice::{Dice, mixed},
};

/// Times the columns of a rule that a row breaks are drawn again.
const ATTEMPTS: u64 = 500;
/// The attempt from which lists with shares are drawn again too, so that shares stay where others can give way.
const LISTS_GIVE_WAY: u64 = 60;
/// Purposes that a key is used for besides values.
const NULLS: u64 = 0x6e75_6c6c;
const LEAVES: u64 = 0x6c65_6166;
const VARIES: u64 = 0x7661_7279;

/// Makes rows of a plan. Cheap to share between workers.
#[derive(Clone, Copy)]
pub struct Maker<'p> {
    /// The plan.
    pub plan: &'p Plan,
}

/// What was drawn for a row so far.
#[derive(Clone, Debug, Default)]
pub struct Drawn {
    /// The row chosen by each pick.
    pub picks: Vec<Option<u64>>,
    /// The attempt of each column.
    salts: Vec<u64>,
    /// The attempt of each pick.
    pick_salts: Vec<u64>,
}

impl<'p> Maker<'p> {
    /// The cells of a row, in the order of the table's columns.
    ///
    /// Errors when no values were found that keep every rule: it names the rule.
    pub fn row(&self, table: usize, row: u64, drawn: &mut Drawn, cells: &mut Vec<Datum>) -> Result<(), PourError> {
        let own = &self.plan.tables[table];
        for (salts, length) in [(&mut drawn.salts, own.columns.len()), (&mut drawn.pick_salts, own.picks.len())] {
            salts.clear();
            salts.resize(length, 0);
        }
        self.draw(table, row, drawn, cells);
        if own.rules.is_empty() {
            return Ok(());
        }
        for attempt in 1..=ATTEMPTS {
            let broken: Vec<usize> = (0..own.rules.len()).filter(|&r| !self.keeps(table, row, r, cells)).collect();
            let Some(&first) = broken.first() else {
                return Ok(());
            };
            if attempt == ATTEMPTS || !again(own, &broken, attempt, drawn) {
                let rule = &own.rules[first];
                return Err(PourError::Impossible {
                    table: own.printed(),
                    what: rule.name.clone(),
                    why: format!("row {row} was drawn {attempt} times and none kept the rule: {}", rule.text),
                    help: "Give the columns it names values that it allows (a list, bounds), or leave the rule out \
                           until the rows are there."
                        .into(),
                });
            }
            self.draw(table, row, drawn, cells);
        }
        Ok(())
    }

    fn keeps(&self, table: usize, row: u64, rule: usize, cells: &[Datum]) -> bool {
        let own = &self.plan.tables[table];
        let rule = &own.rules[rule];
        let truth = || truth::truth(&rule.expr, &|c| (cells[c].clone(), own.columns[c].form.clone()));
        match rule.limit {
            Some(limit) => self.ordinal(table, row).1 < limit || truth() != Some(Some(true)),
            None => truth() != Some(Some(false)),
        }
    }

    fn draw(&self, table: usize, row: u64, drawn: &mut Drawn, cells: &mut Vec<Datum>) {
        let own = &self.plan.tables[table];
        drawn.picks.clear();
        for pick in 0..own.picks.len() {
            let chosen = self.pick(table, pick, row, drawn.pick_salts[pick], Some(&drawn.picks));
            drawn.picks.push(chosen);
        }
        cells.clear();
        cells.resize(own.columns.len(), Datum::Null);
        for &c in &own.making {
            let base = match own.columns[c].source {
                Source::After { column, .. } => cells[column].place(),
                _ => None,
            };
            cells[c] = match &own.columns[c].source {
                Source::Picked { pick, column } => {
                    let p = &own.picks[*pick];
                    match drawn.picks[*pick] {
                        Some(parent) if !p.later => self.cell(p.target, *column, parent),
                        _ => Datum::Null,
                    }
                }
                _ => self.value(table, c, row, drawn.salts[c], base),
            };
        }
    }

    /// A cell that is made once for good: one that others take.
    pub fn cell(&self, table: usize, column: usize, row: u64) -> Datum {
        let own = &self.plan.tables[table];
        match &own.columns[column].source {
            Source::Picked { pick, column } => {
                let p = &own.picks[*pick];
                match self.pick(table, *pick, row, 0, None) {
                    Some(parent) => self.cell(p.target, *column, parent),
                    None => Datum::Null,
                }
            }
            Source::After { column: base, .. } => {
                let base = self.cell(table, *base, row).place();
                self.value(table, column, row, 0, base)
            }
            _ => self.value(table, column, row, 0, None),
        }
    }

    /// The row that a pick chooses. `drawn` holds what the picks before it chose; without it they are made again.
    pub fn pick(&self, table: usize, pick: usize, row: u64, salt: u64, drawn: Option<&[Option<u64>]>) -> Option<u64> {
        let own = &self.plan.tables[table];
        let p = &own.picks[pick];
        let count = self.plan.tables[p.target].rows;
        let key = salted(p.draws, salt);
        if p.null_share > 0.0 && Dice::at(key ^ NULLS, row).unit() < again_null(p.null_share, salt) {
            return None;
        }
        let mut dice = Dice::at(key, row);
        match &p.how {
            How::Any { each } => {
                if count == 0 {
                    None
                } else if *each && row < count {
                    Some(Order::new(count, p.draws).of(row))
                } else {
                    Some(dice.below(count))
                }
            }
            How::Zipf(zipf, order) => (count > 0).then(|| order.of(zipf.draw(&mut dice))),
            How::Shares(running) => (count > 0).then(|| dice.weighted(running) as u64),
            How::Spread { .. } => (count > 0).then(|| self.ordinal(table, row).0),
            How::Once(order) => Some(order.of(row)).filter(|chosen| *chosen < count),
            How::Earlier | How::Previous if row == 0 => {
                let own_row = p.columns.iter().any(|(mine, _)| own.columns[*mine].not_null);
                own_row.then_some(0)
            }
            How::Earlier => Some(dice.below(row)),
            How::Previous => Some(row - 1),
            How::Within(digit) => {
                let value = self.digit(table, row, digit);
                let leader = if digit.skip { Some(self.ordinal(table, row).0) } else { None };
                Some(value + u64::from(leader.is_some_and(|l| value >= l)))
            }
            How::Agree { up, down, once } => {
                let first = *up.first()?;
                let mut at = match drawn.and_then(|d| d.get(first)) {
                    Some(chosen) => (*chosen)?,
                    None => self.pick(table, first, row, 0, None)?,
                };
                let mut here = own.picks[first].target;
                for &step in &up[1..] {
                    let next = self.plan.tables[here].picks[step].target;
                    at = self.pick(here, step, at, 0, None)?;
                    here = next;
                }
                for (n, &t) in down.iter().enumerate().rev() {
                    let (from, to) = self.group(t, at);
                    let size = to - from;
                    at = if *once && n == 0 {
                        let (leader, ordinal) = self.ordinal(table, row);
                        let order = Order::new(size, p.draws ^ mixed(leader));
                        (ordinal < size).then(|| from + order.of(ordinal))?
                    } else {
                        (size > 0).then(|| from + dice.below(size))?
                    };
                }
                Some(at)
            }
            How::Given | How::Never => None,
        }
    }

    /// First row of the leader's p-th parent.
    fn first(&self, own: &Table, count: u64, parent: u64) -> u64 {
        if parent >= count {
            return own.rows;
        }
        let even = (u128::from(parent) * u128::from(own.rows) / u128::from(count)) as u64;
        let average = own.rows / count;
        let lead = own.leader.map(|l| &own.picks[l]);
        match lead.map(|l| (&l.how, l.draws)) {
            // Boundaries move by less than the average, so that none passes another.
            Some((How::Spread { varied: true }, draws)) if parent > 0 && average > 1 => {
                even + Dice::at(draws ^ VARIES, parent).below(average)
            }
            _ => even,
        }
    }

    /// A row's parent under the table's leader, and its place among that parent's rows.
    pub fn ordinal(&self, table: usize, row: u64) -> (u64, u64) {
        let own = &self.plan.tables[table];
        let Some(lead) = own.leader else {
            return (0, row);
        };
        let count = self.plan.tables[own.picks[lead].target].rows.max(1);
        let rows = u128::from(own.rows.max(1));
        let guess = ((u128::from(row) + 1) * u128::from(count) - 1) / rows;
        let mut parent = u64::try_from(guess).unwrap_or(u64::MAX).min(count - 1);
        while parent > 0 && self.first(own, count, parent) > row {
            parent -= 1;
        }
        (parent, row - self.first(own, count, parent))
    }

    /// The rows of a parent under the table's leader: first, and the one after the last.
    fn group(&self, table: usize, parent: u64) -> (u64, u64) {
        let own = &self.plan.tables[table];
        let count = own.leader.map_or(1, |l| self.plan.tables[own.picks[l].target].rows.max(1));
        (self.first(own, count, parent), self.first(own, count, parent + 1))
    }

    fn digit(&self, table: usize, row: u64, digit: &Digit) -> u64 {
        let own = &self.plan.tables[table];
        let (leader, number) = if digit.within { self.ordinal(table, row) } else { (0, row) };
        let place = Order::new(digit.all, own.draws ^ mixed(leader)).of(number);
        place / digit.unit % digit.base
    }

    /// A value that no reference gives. `base` is the place of the column it comes after.
    fn value(&self, table: usize, column: usize, row: u64, salt: u64, base: Option<i64>) -> Datum {
        let own = &self.plan.tables[table];
        let c = &own.columns[column];
        let key = salted(c.draws, salt);
        if c.null_share > 0.0 && Dice::at(key ^ NULLS, row).unit() < again_null(c.null_share, salt) {
            return Datum::Null;
        }
        let mut dice = Dice::at(key, row);
        let free =
            !matches!(c.source, Source::Choice { .. } | Source::Distinct { .. } | Source::Digit(_) | Source::Slot(_));
        if salt > 0 && free && !c.near.is_empty() && dice.below(3) == 0 {
            return c.near[dice.index(c.near.len())].clone();
        }
        match &c.source {
            Source::Distinct { within } => {
                let number = if *within { self.ordinal(table, row).1 } else { row };
                nth(c, own.rows, number)
            }
            Source::Digit(digit) => nth(c, own.rows, self.digit(table, row, digit)),
            Source::Slot(slot) => {
                let number = if slot.within { self.ordinal(table, row).1 } else { row };
                let number = i64::try_from(number).unwrap_or(i64::MAX / 8);
                let from = slot.from.saturating_add(number.saturating_mul(2).saturating_mul(slot.half));
                match (slot.part, &c.form) {
                    (2, Form::Range(of)) => make::span(of, from, slot.half),
                    (2, Form::Multirange(of)) => Datum::List(vec![make::span(of, from, slot.half)]),
                    (1, form) => Datum::at(form, from.saturating_add(slot.half)),
                    (_, form) => Datum::at(form, from),
                }
            }
            Source::Choice { of, running } => of.get(dice.weighted(running)).cloned().unwrap_or(Datum::Null),
            Source::Between { low, high } => Datum::at(&c.form, dice.between(*low, *high)),
            Source::After { within_us, same, .. } => match base {
                Some(base) if *same && dice.below(2) == 0 => Datum::at(&c.form, base),
                Some(base) => {
                    // Dates are a day apart at least where they are apart at all.
                    let least = if c.form == Form::Date && !same { DAY_US } else { i64::from(!same) };
                    Datum::at(&c.form, base.saturating_add(dice.between(least, (*within_us).max(least))))
                }
                None => make::any(&c.form, c.like, &mut dice),
            },
            Source::Pattern(regex) => {
                tw_model::pattern::matching(regex, &mut |n| dice.below(n)).map_or(Datum::Null, Datum::Text)
            }
            Source::Zipf(zipf) => nth(c, own.rows, zipf.draw(&mut dice)),
            Source::Seen { common, share, bounds, follows } => {
                seen(&c.form, common, *share, bounds, *follows, (row, own.rows), &mut dice)
            }
            Source::Leaf(leaves) => {
                let leaf = Dice::at(own.draws ^ LEAVES, row).index(own.leaves);
                let spans = leaves.get(leaf).map(Vec::as_slice).unwrap_or_default();
                match spans.get(dice.index(spans.len())) {
                    Some(Span::Places(low, high)) => Datum::at(&c.form, dice.between(*low, (*high - 1).max(*low))),
                    Some(Span::Values(values)) => values[dice.index(values.len())].clone(),
                    None => make::any(&c.form, c.like, &mut dice),
                }
            }
            Source::Pool { pool, part } => {
                // Every column of the pool takes the same tuple.
                let tuples = &own.pools[*pool];
                let at = Dice::at(salted(own.draws ^ *pool as u64, salt), row).index(tuples.len());
                tuples.get(at).and_then(|t| t.get(*part)).cloned().unwrap_or(Datum::Null)
            }
            Source::Constant(datum) => datum.clone(),
            Source::Picked { .. } => Datum::Null,
            Source::Any => long_enough(c, make::any(&c.form, c.like, &mut dice)),
        }
    }
}

/// A text that a rule wants longer begins with noughts, which no text of a series does.
fn long_enough(c: &Column, datum: Datum) -> Datum {
    match datum {
        Datum::Text(text) if text.len() < c.series.shortest && matches!(c.form, Form::Text { .. }) => {
            Datum::Text("0".repeat(c.series.shortest - text.len()) + &text)
        }
        other => other,
    }
}

/// Drawn again, what may be null is null half of the time: a rule may ask for it.
fn again_null(share: f64, salt: u64) -> f64 {
    if salt == 0 || share >= 1.0 { share } else { 0.5 }
}

fn salted(key: u64, salt: u64) -> u64 {
    if salt == 0 { key } else { mixed(key ^ mixed(salt)) }
}

/// The n-th value of a column's series.
fn nth(c: &Column, rows: u64, n: u64) -> Datum {
    if let Some(list) = &c.series.list {
        return list.get(n as usize).cloned().unwrap_or(Datum::Null);
    }
    if let Some(pattern) = &c.series.pattern {
        let mut left = n;
        let text = tw_model::pattern::matching(pattern, &mut |count| {
            let digit = left % count.max(1);
            left /= count.max(1);
            count.saturating_sub(1) - digit
        });
        return text.map_or(Datum::Null, Datum::Text);
    }
    match &c.form {
        form if form.number() => {
            let step = if matches!(form, Form::Float4 | Form::Float8) { 1000 } else { 1 };
            Datum::at(form, c.series.first.saturating_add((n as i64).saturating_mul(step)))
        }
        // Instants a row apart over two years, in the rows' order.
        Form::Timestamp | Form::TimestampTz => {
            let step = (730 * DAY_US / i64::try_from(rows.max(1)).unwrap_or(i64::MAX)).max(1);
            Datum::Place(PRESENT_US - 730 * DAY_US + step.saturating_mul(n as i64))
        }
        form => long_enough(c, make::nth(form, c.like, c.draws, n).unwrap_or(Datum::Null)),
    }
}

fn seen(
    form: &Form,
    common: &(Vec<Datum>, Vec<f64>),
    share: f64,
    bounds: &[i64],
    follows: i8,
    (row, rows): (u64, u64),
    dice: &mut Dice,
) -> Datum {
    if !common.0.is_empty() && dice.unit() < share {
        return common.0[dice.weighted(&common.1)].clone();
    }
    let buckets = bounds.len().saturating_sub(1);
    if buckets == 0 {
        return common.0.first().cloned().unwrap_or(Datum::Null);
    }
    // A place along the histogram: at random, or by the row's number.
    let along = match follows {
        0 => dice.unit(),
        1 => (row as f64 + dice.unit()) / rows.max(1) as f64,
        _ => 1.0 - (row as f64 + dice.unit()) / rows.max(1) as f64,
    };
    let at = (along * buckets as f64).clamp(0.0, buckets as f64);
    let bucket = (at as usize).min(buckets - 1);
    let (low, high) = (bounds[bucket], bounds[bucket + 1]);
    let inside = ((high.saturating_sub(low)) as f64 * (at - bucket as f64)) as i64;
    Datum::at(form, low.saturating_add(inside))
}

/// Lets the columns of broken rules be drawn again. False when there are none that may.
fn again(own: &Table, broken: &[usize], attempt: u64, drawn: &mut Drawn) -> bool {
    let mut any = false;
    let mut wider: Vec<usize> = broken.iter().flat_map(|&r| own.rules[r].columns.iter().copied()).collect();
    if attempt > LISTS_GIVE_WAY {
        // One rule may leave another no room: what rules name that share a column is drawn again too.
        for rule in &own.rules {
            if rule.columns.iter().any(|c| wider.contains(c)) {
                wider.extend(rule.columns.iter().copied());
            }
        }
    }
    let listed = |c: usize| matches!(own.columns[c].source, Source::Choice { .. });
    let only_lists = wider.iter().all(|&c| own.columns[c].frozen || listed(c));
    for &c in &wider {
        if own.columns[c].frozen || (listed(c) && attempt <= LISTS_GIVE_WAY && !only_lists) {
            continue;
        }
        match &own.columns[c].source {
            Source::Picked { pick, .. } => drawn.pick_salts[*pick] = attempt,
            Source::Pool { pool, .. } => {
                for (other, column) in own.columns.iter().enumerate() {
                    if matches!(&column.source, Source::Pool { pool: p, .. } if p == pool) {
                        drawn.salts[other] = attempt;
                    }
                }
            }
            Source::After { column, .. } => {
                drawn.salts[c] = attempt;
                if attempt.is_multiple_of(4) && !own.columns[*column].frozen {
                    drawn.salts[*column] = attempt;
                }
            }
            _ => drawn.salts[c] = attempt,
        }
        any = true;
    }
    any
}
