//! Unique by construction: for each key, the column or the combination of references that no two rows share.
use super::{Digit, How, Plan, Short, Source, Stop, Table, bounds::Bounds};
use crate::{
    fill::shape::Shape,
    pour::{form::Form, make, perm::Order, predicate},
};
use tw_model::schema::{self, ConstraintKind};

/// Columns whose values together are unique.
struct Set {
    name: String,
    columns: Vec<usize>,
    filter: Option<String>,
    /// Nulls count as values.
    nulls_count: bool,
}

/// Arranges every key of a table. Needs rows of parents and ways of picks that other tables rest on.
pub(super) fn uniques(table: &schema::Table, plan: &mut Plan, at: usize, known: &[Bounds]) -> Result<(), Stop> {
    for (c, known) in known.iter().enumerate() {
        longest(&mut plan.tables[at], c, known);
        let column = &mut plan.tables[at].columns[c];
        let first = match column.form.number() {
            true => 10i64.pow(column.form.scale()),
            false => 0,
        };
        column.series = super::Series {
            first: known.low.filter(|_| column.form.number()).unwrap_or(first),
            list: known.list.clone(),
            pattern: known.pattern.clone(),
            shortest: known.shortest.unwrap_or(0),
        };
        match known.null {
            Some(false) => plan.tables[at].columns[c].null_share = 0.0,
            Some(true) if !plan.tables[at].columns[c].not_null => plan.tables[at].columns[c].null_share = 1.0,
            _ => {}
        }
    }
    let sets = sets(table, plan, at);
    // A column that is unique alone makes wider keys unique; then keys of references alone, which have one way only.
    let mut order: Vec<usize> = (0..sets.len()).collect();
    order.sort_by_key(|&s| {
        let own = &plan.tables[at];
        let free = sets[s].columns.iter().filter(|&&c| own.pick_of(c).is_none()).count();
        (sets[s].filter.is_some(), sets[s].columns.len(), free)
    });
    for s in order {
        one(plan, at, &sets[s], known)?;
    }
    Ok(())
}

/// A text no longer than a rule lets it be.
fn longest(own: &mut Table, c: usize, known: &Bounds) {
    if let (Form::Text { max, .. }, Some(most)) = (&mut own.columns[c].form, known.longest) {
        *max = Some(max.map_or(most, |m| m.min(most)));
    }
    if let (Form::Bytea { length }, Some(most)) = (&mut own.columns[c].form, known.longest) {
        *length = Some(most);
    }
}

fn sets(table: &schema::Table, plan: &mut Plan, at: usize) -> Vec<Set> {
    let own = &plan.tables[at];
    let names: Vec<String> = own.columns.iter().map(|c| c.name.clone()).collect();
    let mut found = vec![];
    let mut zero_nulls = vec![];
    for constraint in &table.constraints {
        let (columns, nulls) = match &constraint.kind {
            ConstraintKind::Primary { columns, .. } => (columns, false),
            ConstraintKind::Unique { columns, nulls_not_distinct, .. } => (columns, *nulls_not_distinct),
            _ => continue,
        };
        if let Some(columns) = own.places(columns) {
            found.push(Set { name: constraint.name.clone(), columns, filter: None, nulls_count: nulls });
        }
    }
    for index in table.indexes.iter().filter(|i| i.unique) {
        let mut columns = vec![];
        for part in &index.parts {
            if part.is_expression {
                let named = predicate::mentioned(&part.column, &names);
                // COALESCE makes nulls alike.
                zero_nulls.extend(named.iter().copied().filter(|_| part.column.to_lowercase().contains("coalesce")));
                columns.extend(named);
            } else {
                columns.extend(names.iter().position(|n| *n == part.column));
            }
        }
        columns.dedup();
        if !columns.is_empty() {
            let filter = index.filter.clone();
            found.push(Set { name: index.name.clone(), columns, filter, nulls_count: index.nulls_not_distinct });
        }
    }
    for c in zero_nulls {
        plan.tables[at].columns[c].null_share = 0.0;
    }
    found
}

/// Picks whose row a set's columns tell, each once. A column that a pick gives among others tells only what those
/// rows have in common.
fn picks_of(own: &Table, set: &Set) -> Vec<usize> {
    let mut picks: Vec<usize> = vec![];
    let told = |pick: usize| {
        let columns = own.picks[pick].columns.iter().map(|(mine, _)| *mine);
        columns.filter(|&c| own.pick_of(c) == Some(pick)).all(|c| set.columns.contains(&c))
            || own.picks[pick].telling.iter().any(|c| set.columns.contains(c))
    };
    for pick in set.columns.iter().filter_map(|&c| own.pick_of(c)) {
        if !picks.contains(&pick) && told(pick) {
            picks.push(pick);
        }
    }
    picks
}

/// The set is unique already.
fn settled(own: &Table, set: &Set) -> bool {
    set.columns.iter().any(|&c| match &own.columns[c].source {
        Source::Distinct { within: false } => true,
        Source::Distinct { within: true } => led(own, set),
        Source::Slot(slot) => !slot.within || led(own, set),
        Source::Picked { pick, .. } => {
            // The key of the target whole: one column alone may repeat.
            let p = &own.picks[*pick];
            matches!(p.how, How::Once(_) | How::Previous)
                && p.columns.iter().all(|(mine, _)| set.columns.contains(mine))
        }
        _ => false,
    })
}

fn led(own: &Table, set: &Set) -> bool {
    own.leader.is_some_and(|l| picks_of(own, set).contains(&l))
}

fn one(plan: &mut Plan, at: usize, set: &Set, known: &[Bounds]) -> Result<(), Stop> {
    if set.nulls_count {
        set.columns.iter().for_each(|&c| plan.tables[at].columns[c].null_share = 0.0);
    }
    if settled(&plan.tables[at], set) || plan.tables[at].rows < 2 {
        return Ok(());
    }
    let rows = plan.tables[at].rows;
    let picks = picks_of(&plan.tables[at], set);
    let own = &plan.tables[at];
    let frees: Vec<usize> =
        set.columns.iter().copied().filter(|&c| matches!(own.columns[c].source, Source::Any)).collect();
    if set.filter.is_some() && frees.is_empty() {
        limited(plan, at, set, &picks);
        return Ok(());
    }
    let short = |most: u64| Stop::Short(Short { table: at, most, what: set.name.clone() });
    let roomy = |c: usize| room(own, c, known) >= rows;
    let wordy = |c: usize| !small(own, c) && roomy(c);
    // A value of its own for every row, where a column has so many and is no small counter under a parent.
    let best = frees.iter().copied().filter(|&c| roomy(c)).max_by_key(|&c| rank(own, c));
    let under = lead_for(own, &picks);
    if let Some(c) = best.filter(|&c| picks.is_empty() || wordy(c) || under.is_none()) {
        plan.tables[at].columns[c].source = Source::Distinct { within: false };
        return Ok(());
    }
    if picks.is_empty() && frees.is_empty() {
        let printed = plan.tables[at].printed();
        plan.notes.push(format!("{printed}: {} is not arranged for; rows that break it are refused.", set.name));
        return Ok(());
    }
    if picks.len() == 1 && frees.is_empty() {
        return once(plan, at, picks[0], set, &short);
    }
    if let Some(lead) = under {
        let target = plan.tables[plan.tables[at].picks[lead].target].rows.max(1);
        let others: Vec<usize> = picks.iter().copied().filter(|p| *p != lead).collect();
        let even = rows.div_ceil(target);
        let counter = frees.iter().copied().find(|&c| room(&plan.tables[at], c, known) >= even);
        if let (Some(c), true) = (counter, others.is_empty() || !frees.is_empty()) {
            let varied = plan.tables[at].leader.is_none() && room(&plan.tables[at], c, known) >= even * 2 + 2;
            leads(plan, at, lead, varied);
            plan.tables[at].columns[c].source = Source::Distinct { within: true };
            return Ok(());
        }
        let agreeing = others.iter().any(|&p| matches!(plan.tables[at].picks[p].how, How::Agree { .. }));
        if agreeing && others.len() == 1 {
            leads(plan, at, lead, false);
            if let How::Agree { once, .. } = &mut plan.tables[at].picks[others[0]].how {
                *once = true;
            }
            return Ok(());
        }
        return digits(plan, at, Some(lead), &others, &frees, known, &short);
    }
    digits(plan, at, None, &picks, &frees, known, &short)
}

/// The pick that rows could be spread over: the leader if it is in the set, or the one with most rows to take
/// from, where none leads yet.
fn lead_for(own: &Table, picks: &[usize]) -> Option<usize> {
    if let Some(leader) = own.leader {
        return picks.contains(&leader).then_some(leader);
    }
    let free =
        |p: &&usize| matches!(own.picks[**p].how, How::Any { .. } | How::Zipf(..)) && own.picks[**p].null_share == 0.0;
    picks.iter().filter(free).copied().next()
}

fn leads(plan: &mut Plan, at: usize, lead: usize, varied: bool) {
    let own = &mut plan.tables[at];
    let already = own.leader == Some(lead);
    own.leader = Some(lead);
    if !already {
        own.picks[lead].how = How::Spread { varied };
    }
}

/// Each referenced row once at most.
fn once(plan: &mut Plan, at: usize, pick: usize, set: &Set, short: &dyn Fn(u64) -> Stop) -> Result<(), Stop> {
    let rows = plan.tables[at].rows;
    let p = &plan.tables[at].picks[pick];
    let target = plan.tables[p.target].rows;
    let (to_self, draws, nulls) = (p.target == at, p.draws, p.null_share > 0.0);
    if plan.tables[at].leader == Some(pick) {
        return if rows <= target { Ok(()) } else { Err(short(target)) };
    }
    if to_self {
        plan.tables[at].picks[pick].how = How::Previous;
        return Ok(());
    }
    if matches!(plan.tables[at].picks[pick].how, How::Agree { .. } | How::Given | How::Never) {
        let printed = plan.tables[at].printed();
        plan.notes.push(format!("{printed}: {} is not arranged for; rows that break it are refused.", set.name));
        return Ok(());
    }
    if rows > target && !nulls {
        return Err(short(target));
    }
    // Rows beyond the last that can be referred to refer to none.
    plan.tables[at].picks[pick].how = How::Once(Order::new(rows.max(target), draws));
    Ok(())
}

/// Combinations of references and small columns, each once: by the number of the row, or its ordinal under the
/// parent that leads.
fn digits(
    plan: &mut Plan,
    at: usize,
    lead: Option<usize>,
    picks: &[usize],
    frees: &[usize],
    known: &[Bounds],
    short: &dyn Fn(u64) -> Stop,
) -> Result<(), Stop> {
    let rows = plan.tables[at].rows;
    let plain = |p: &usize| matches!(plan.tables[at].picks[*p].how, How::Any { .. } | How::Zipf(..) | How::Earlier);
    let picks: Vec<usize> = picks.iter().copied().filter(plain).collect();
    // Two rows of one table, one of them leading, are not the same row.
    let of = |p: usize| plan.tables[at].picks[p].target;
    let skip = |p: usize| lead.is_some_and(|l| of(l) == of(p)) && plan.tables[of(p)].rows > 1;
    let sizes: Vec<u64> = picks
        .iter()
        .map(|&p| plan.tables[of(p)].rows.max(1) - u64::from(skip(p)))
        .chain(frees.iter().map(|&c| room(&plan.tables[at], c, known).max(1)))
        .collect();
    let all = sizes.iter().fold(1u64, |all, n| all.saturating_mul(*n));
    let target = lead.map(|l| plan.tables[plan.tables[at].picks[l].target].rows.max(1));
    let needed = target.map_or(rows, |t| rows.div_ceil(t));
    if all < needed {
        return Err(short(target.unwrap_or(1).saturating_mul(all)));
    }
    let skips: Vec<bool> = picks.iter().map(|&p| skip(p)).collect();
    if let Some(lead) = lead {
        leads(plan, at, lead, all >= needed * 2 + 2);
    }
    let mut unit = 1;
    let mut next = |base: u64, skip: bool| {
        let digit = Digit { within: lead.is_some(), all, unit, base, skip };
        unit = unit.saturating_mul(base);
        digit
    };
    for ((pick, base), skip) in picks.iter().zip(&sizes).zip(skips) {
        let digit = next(*base, skip);
        let pick = &mut plan.tables[at].picks[*pick];
        pick.null_share = 0.0;
        pick.how = How::Within(digit);
    }
    for (c, base) in frees.iter().zip(&sizes[picks.len()..]) {
        plan.tables[at].columns[*c].source = Source::Digit(next(*base, false));
        plan.tables[at].columns[*c].null_share = 0.0;
    }
    Ok(())
}

/// A key that holds for some rows only: those beyond the first under each parent must not be among them.
fn limited(plan: &mut Plan, at: usize, set: &Set, picks: &[usize]) {
    let own = &mut plan.tables[at];
    let printed = own.printed();
    if let [pick] = picks
        && lead_for(own, picks) == Some(*pick)
    {
        let names: Vec<String> = own.columns.iter().map(|c| c.name.clone()).collect();
        let text = set.filter.clone().unwrap_or_default();
        if let Some(expr) = predicate::read(&text, &names) {
            let mut columns = vec![];
            predicate::columns(&expr, &mut columns);
            leads(plan, at, *pick, true);
            plan.tables[at].rules.push(super::Rule { name: set.name.clone(), text, expr, columns, limit: Some(1) });
            return;
        }
    }
    if let [pick] = picks
        && plan.tables[at].rows <= plan.tables[plan.tables[at].picks[*pick].target].rows
        && once(plan, at, *pick, set, &|most| Stop::Short(Short { table: at, most, what: set.name.clone() })).is_ok()
    {
        return;
    }
    plan.notes.push(format!("{printed}: {} is not arranged for; rows that break it are refused.", set.name));
}

/// How many different values a column has.
pub(super) fn room(own: &Table, c: usize, known: &[Bounds]) -> u64 {
    let column = &own.columns[c];
    let known = &known[c];
    if let Some(list) = &known.list {
        return list.len() as u64;
    }
    let form = make::capacity(&column.form);
    if column.form.number() {
        let low = known.low.unwrap_or(1);
        let high = known.high.unwrap_or_else(|| make::greatest(&column.form)).min(make::greatest(&column.form));
        return u64::try_from(high.saturating_sub(low).saturating_add(1)).unwrap_or(0).min(form.max(1));
    }
    match &known.pattern {
        Some(pattern) => pattern_room(pattern).min(form),
        None => form,
    }
}

/// Texts of a pattern that can be told apart by their number: those whose every choice is the last.
pub(super) fn pattern_room(pattern: &str) -> u64 {
    let mut all = 1u64;
    let made = tw_model::pattern::matching(pattern, &mut |n| {
        all = all.saturating_mul(n.max(1));
        n.saturating_sub(1)
    });
    if made.is_some() { all } else { 0 }
}

/// A column that people would count up in under a parent: a number, a position.
fn small(own: &Table, c: usize) -> bool {
    let column = &own.columns[c];
    column.form.number() && !column.serial || matches!(column.form, Form::Date | Form::Enum(_) | Form::Bool)
}

/// Which of several columns is best made distinct.
fn rank(own: &Table, c: usize) -> (u8, u64) {
    let column = &own.columns[c];
    let kind = match &column.form {
        _ if column.serial => 9,
        Form::Uuid => 8,
        Form::Text { .. } if matches!(column.like, Shape::Code | Shape::Email | Shape::Slug | Shape::Username) => 7,
        Form::Int8 | Form::Int4 => 6,
        Form::Text { max, .. } if max.is_none_or(|m| m >= 12) => 5,
        Form::Timestamp | Form::TimestampTz => 4,
        _ => 3,
    };
    (kind, make::capacity(&column.form))
}
