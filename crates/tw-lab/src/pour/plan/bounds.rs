//! What rules on single columns say of their values, where that can be read: then values are made to keep them.
//! Whatever else a rule says is looked at row by row, or asked of the server.
use super::Table;
use crate::pour::{
    datum::Datum,
    form::{self, Form},
    predicate::{self, Expr, Op},
};
use tw_model::schema::{self, ConstraintKind, Schema};

/// What is known of a column's values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bounds {
    /// Least place.
    pub low: Option<i64>,
    /// Greatest place.
    pub high: Option<i64>,
    /// The only values.
    pub list: Option<Vec<Datum>>,
    /// Regular expression.
    pub pattern: Option<String>,
    /// Characters at most.
    pub longest: Option<usize>,
    /// Characters (or bytes) at least.
    pub shortest: Option<usize>,
    /// Always null (true), or never.
    pub null: Option<bool>,
}

/// Every check of a table over its columns: name, text as printed, and the columns' names it is read with.
pub(super) fn checks(schema: &Schema, table: &schema::Table, own: &Table) -> Vec<(String, String, Vec<String>)> {
    let names: Vec<String> = own.columns.iter().map(|c| c.name.clone()).collect();
    let mut found = vec![];
    for constraint in &table.constraints {
        if let ConstraintKind::Check { expression, .. } = &constraint.kind {
            found.push((constraint.name.clone(), expression.clone(), names.clone()));
        }
    }
    for column in table.columns.iter().filter(|c| names.contains(&c.name)) {
        if let Some(resolved) = form::resolve(schema, &column.ty) {
            for check in resolved.checks {
                let bare = check.trim().strip_prefix("CHECK").unwrap_or(&check).trim().to_string();
                let rule = format!("the type {} of {}", column.ty, column.name);
                found.push((rule, bare, vec![column.name.clone()]));
            }
        }
    }
    found
}

/// Reads what is said of each column.
pub(super) fn read(schema: &Schema, table: &schema::Table, own: &Table) -> Vec<Bounds> {
    let mut known = vec![Bounds::default(); own.columns.len()];
    for (_, text, names) in checks(schema, table, own) {
        let Some(expr) = predicate::read(&text, &names) else {
            continue;
        };
        let place = |c: usize| own.columns.iter().position(|o| Some(&o.name) == names.get(c));
        each(&expr, &mut |part| note(part, own, &place, &mut known));
    }
    known
}

/// The parts that must all hold.
pub(super) fn each(expr: &Expr, hear: &mut dyn FnMut(&Expr)) {
    match expr {
        Expr::And(all) => all.iter().for_each(|e| each(e, hear)),
        other => hear(other),
    }
}

fn note(part: &Expr, own: &Table, place: &dyn Fn(usize) -> Option<usize>, known: &mut [Bounds]) {
    match part {
        Expr::Compare(op, a, b) => {
            let (column, op, constant) = match (&**a, &**b) {
                (Expr::Column(c), constant) => (*c, *op, constant),
                (constant, Expr::Column(c)) => (*c, turned(*op), constant),
                (Expr::Call(name, arguments), Expr::Number(n)) if name.ends_with("length") => {
                    if let ([Expr::Column(c)], Some(bounds)) = (arguments.as_slice(), Some(&mut *known))
                        && let Some(at) = place(*c)
                        && let Ok(n) = usize::try_from(n / 1_000_000_000)
                    {
                        let most = match op {
                            Op::AtMost | Op::Equal => Some(n),
                            Op::Less => n.checked_sub(1),
                            _ => None,
                        };
                        let old = bounds[at].longest;
                        bounds[at].longest = most.map(|m| old.map_or(m, |o| o.min(m))).or(old);
                        let least = match op {
                            Op::AtLeast | Op::Equal => Some(n),
                            Op::Greater => Some(n + 1),
                            _ => None,
                        };
                        bounds[at].shortest = bounds[at].shortest.max(least);
                    }
                    return;
                }
                _ => return,
            };
            let Some(at) = place(column) else { return };
            let form = &own.columns[at].form;
            if op == Op::Equal {
                if let Some(datum) = constant_of(constant, form) {
                    known[at].list = Some(vec![datum]);
                }
                return;
            }
            if let Some((floor, ceiling)) = places(constant, form) {
                let b = &mut known[at];
                match op {
                    Op::AtLeast => b.low = b.low.max(Some(ceiling)),
                    Op::Greater => b.low = b.low.max(Some(floor.saturating_add(step(form)))),
                    Op::AtMost => b.high = Some(b.high.map_or(floor, |h| h.min(floor))),
                    Op::Less => {
                        let most = ceiling.saturating_sub(step(form));
                        b.high = Some(b.high.map_or(most, |h| h.min(most)));
                    }
                    _ => {}
                }
            }
        }
        Expr::AnyOf(e, list) => {
            let column = match &**e {
                Expr::Column(c) => Some(*c),
                // The list's own texts are in the case that the function gives.
                Expr::Call(name, arguments) if name == "upper" || name == "lower" => match arguments.as_slice() {
                    [Expr::Column(c)] => Some(*c),
                    _ => None,
                },
                _ => None,
            };
            if let Some(at) = column.and_then(place) {
                let values: Option<Vec<Datum>> = list.iter().map(|v| constant_of(v, &own.columns[at].form)).collect();
                known[at].list = values.or(known[at].list.take());
            }
        }
        Expr::Or(all) if all.iter().any(|p| matches!(p, Expr::IsNull(_, true))) => {
            // Of what may be null anyway, the other part says what it is else.
            let others: Vec<&Expr> = all.iter().filter(|p| !matches!(p, Expr::IsNull(_, true))).collect();
            let mut named = vec![];
            all.iter().for_each(|p| crate::pour::predicate::columns(p, &mut named));
            if let ([other], [_]) = (others.as_slice(), named.as_slice()) {
                each(other, &mut |part| note(part, own, place, known));
            }
        }
        Expr::Or(all) => {
            // `a = 1 OR a = 2` is a list.
            let mut at = None;
            let mut values = vec![];
            for part in all {
                let Expr::Compare(Op::Equal, a, b) = part else { return };
                let (Expr::Column(c), constant) = (&**a, &**b) else { return };
                let Some(place) = place(*c).filter(|p| at.is_none_or(|a| a == *p)) else { return };
                let Some(datum) = constant_of(constant, &own.columns[place].form) else { return };
                at = Some(place);
                values.push(datum);
            }
            if let Some(at) = at {
                known[at].list = Some(values);
            }
        }
        Expr::Matches(e, pattern) => {
            if let Expr::Column(c) = &**e
                && let Some(at) = place(*c)
            {
                known[at].pattern = Some(pattern.clone());
            }
        }
        Expr::IsNull(e, is) => {
            if let Expr::Column(c) = &**e
                && let Some(at) = place(*c)
            {
                known[at].null = Some(*is);
            }
        }
        _ => {}
    }
}

fn turned(op: Op) -> Op {
    match op {
        Op::Less => Op::Greater,
        Op::AtMost => Op::AtLeast,
        Op::Greater => Op::Less,
        Op::AtLeast => Op::AtMost,
        same => same,
    }
}

/// The least difference of two places.
fn step(form: &Form) -> i64 {
    if *form == Form::Date { crate::fill::calendar::DAY_US } else { 1 }
}

/// A constant's place on a form's scale, rounded down and up; none when it is no constant.
fn places(constant: &Expr, form: &Form) -> Option<(i64, i64)> {
    match constant {
        Expr::Number(n) if form.number() => {
            let unit = 10i128.pow(9 - form.scale());
            let floor = i64::try_from(n.div_euclid(unit)).ok()?;
            Some((floor, if n.rem_euclid(unit) == 0 { floor } else { floor + 1 }))
        }
        Expr::Now if form.clock() => Some((crate::fill::calendar::PRESENT_US, crate::fill::calendar::PRESENT_US)),
        Expr::Text(text) if form.ordered() => {
            let at = Datum::parse(form, text)?.place()?;
            Some((at, at))
        }
        _ => None,
    }
}

pub(super) fn constant_of(constant: &Expr, form: &Form) -> Option<Datum> {
    match constant {
        Expr::Text(text) => Datum::parse(form, text),
        Expr::Bool(b) => Some(Datum::Bool(*b)),
        Expr::Number(_) => {
            let (floor, ceiling) = places(constant, form)?;
            (floor == ceiling).then(|| Datum::at(form, floor))
        }
        _ => None,
    }
}
