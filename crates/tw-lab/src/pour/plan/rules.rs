//! Rules over more than one column, or beyond simple bounds: looked at row by row where they are read, and where
//! only a server understands them, tuples that it has let pass are drawn from.
use super::{Ask, Plan, Question, Rule, Source, Stop, bounds};
use crate::{
    fill::{candidate::constants, dice::Dice, shape::Shape},
    pour::{
        datum::Datum,
        error::PourError,
        predicate::{self, Expr},
        row::{Drawn, Maker},
        truth,
    },
};
use tw_model::schema::{self, Schema};

/// Rows that a rule is tried on.
const TRIED: u64 = 64;
/// Tuples that a pool holds at most.
const POOL: usize = 2000;
/// Rows asked about at once, and how often.
const ASKED: u64 = 2000;
const ROUNDS: u64 = 12;

/// Sees to every rule of a table whose columns all have their source.
pub(super) fn rules(
    schema: &Schema,
    table: &schema::Table,
    plan: &mut Plan,
    at: usize,
    ask: &mut Ask,
) -> Result<(), Stop> {
    if plan.tables[at].rows == 0 {
        return Ok(());
    }
    plausible(plan, at, ask)?;
    let mut unread: Vec<(String, String, Vec<usize>)> = vec![];
    for (name, text, names) in bounds::checks(schema, table, &plan.tables[at]) {
        let own = &plan.tables[at];
        let places: Vec<usize> = names.iter().filter_map(|n| own.columns.iter().position(|c| c.name == *n)).collect();
        match predicate::read(&text, &names) {
            Some(expr) => {
                let expr = moved(&expr, &places);
                let mut left = vec![];
                bounds::each(&expr, &mut |part| {
                    if !kept_by_source(plan, at, part) {
                        left.push(part.clone());
                    }
                });
                for part in left {
                    let mut columns = vec![];
                    predicate::columns(&part, &mut columns);
                    if readable(plan, at, &part) {
                        near(plan, at, &text, &columns);
                        plan.tables[at].rules.push(Rule {
                            name: name.clone(),
                            text: text.clone(),
                            expr: part,
                            columns,
                            limit: None,
                        });
                    } else {
                        unread.push((name.clone(), worded(&text, &names), columns));
                    }
                }
            }
            None => {
                let mentioned = predicate::mentioned(&text, &names).into_iter().map(|c| places[c]).collect();
                unread.push((name.clone(), worded(&text, &names), mentioned));
            }
        }
    }
    unread.dedup_by(|a, b| a.1 == b.1 && a.2 == b.2);
    asked(plan, at, unread, ask)
}

/// Notes the constants of a rule with the columns it names.
fn near(plan: &mut Plan, at: usize, text: &str, columns: &[usize]) {
    for &c in columns {
        let column = &mut plan.tables[at].columns[c];
        if column.frozen || matches!(column.source, Source::Picked { .. }) {
            continue;
        }
        for text in constants(text) {
            if let Some(datum) = Datum::parse(&column.form, &text)
                && !column.near.contains(&datum)
            {
                column.near.push(datum);
            }
        }
    }
}

/// A domain's `VALUE` is the column.
fn worded(text: &str, names: &[String]) -> String {
    match names {
        [only] if !predicate::mentioned(text, names).contains(&0) || text.contains("VALUE") => {
            text.replace("VALUE", &tw_model::ident::quote(only))
        }
        _ => text.to_string(),
    }
}

/// The expression over the table's columns.
fn moved(expr: &Expr, places: &[usize]) -> Expr {
    let one = |e: &Expr| Box::new(moved(e, places));
    let all = |of: &[Expr]| of.iter().map(|e| moved(e, places)).collect();
    match expr {
        Expr::Column(c) => Expr::Column(places.get(*c).copied().unwrap_or(*c)),
        Expr::Not(e) => Expr::Not(one(e)),
        Expr::And(of) => Expr::And(all(of)),
        Expr::Or(of) => Expr::Or(all(of)),
        Expr::Compare(op, a, b) => Expr::Compare(*op, one(a), one(b)),
        Expr::IsNull(e, is) => Expr::IsNull(one(e), *is),
        Expr::Is(e, is) => Expr::Is(one(e), *is),
        Expr::Same(a, b, is) => Expr::Same(one(a), one(b), *is),
        Expr::AnyOf(e, of) => Expr::AnyOf(one(e), all(of)),
        Expr::Matches(e, pattern) => Expr::Matches(one(e), pattern.clone()),
        Expr::Like(e, pattern) => Expr::Like(one(e), pattern.clone()),
        Expr::Arithmetic(op, a, b) => Expr::Arithmetic(*op, one(a), one(b)),
        Expr::Call(name, of) => Expr::Call(name.clone(), all(of)),
        other => other.clone(),
    }
}

/// Values are made to keep this part: those of a pattern.
fn kept_by_source(plan: &Plan, at: usize, part: &Expr) -> bool {
    let Expr::Matches(e, pattern) = part else {
        return false;
    };
    let Expr::Column(c) = **e else {
        return false;
    };
    let column = &plan.tables[at].columns[c];
    match &column.source {
        Source::Pattern(own) => own == pattern,
        Source::Distinct { .. } | Source::Digit(_) => column.series.pattern.as_ref() == Some(pattern),
        _ => false,
    }
}

/// The rule can be told on rows of this table.
fn readable(plan: &Plan, at: usize, part: &Expr) -> bool {
    let own = &plan.tables[at];
    let maker = Maker { plan };
    let (mut drawn, mut cells) = (Drawn::default(), vec![]);
    (0..own.rows.min(TRIED)).all(|row| {
        maker.row(at, row, &mut drawn, &mut cells).is_err()
            || truth::truth(part, &|c| (cells[c].clone(), own.columns[c].form.clone())).is_some()
    })
}

/// Shapes whose texts look better than what a pattern spells.
const SHAPED: &[Shape] = &[
    Shape::Email,
    Shape::Url,
    Shape::Phone,
    Shape::Slug,
    Shape::Iban,
    Shape::PostalCode,
    Shape::CountryCode,
    Shape::Currency,
];

/// Where texts in a column's shape match its pattern too, as a server says, they are used.
fn plausible(plan: &mut Plan, at: usize, ask: &mut Ask) -> Result<(), PourError> {
    for c in 0..plan.tables[at].columns.len() {
        let column = plan.tables[at].columns[c].clone();
        let pattern = match &column.source {
            Source::Pattern(pattern) => Some(pattern.clone()),
            Source::Distinct { .. } => column.series.pattern.clone(),
            _ => None,
        };
        let Some(pattern) = pattern.filter(|_| SHAPED.contains(&column.like)) else {
            continue;
        };
        let shaped = &mut plan.tables[at].columns[c];
        match &mut shaped.source {
            Source::Pattern(_) => shaped.source = Source::Any,
            _ => shaped.series.pattern = None,
        }
        let rule = format!("{} ~ {}", tw_model::ident::quote(&column.name), tw_model::ident::literal(&pattern));
        let (rows, _) = made(plan, at, &[c], TRIED, 0, &rule, false);
        if !passes(plan, at, &[c], &rows, &rule, ask)?.iter().all(|p| *p) {
            plan.tables[at].columns[c] = column;
        }
    }
    Ok(())
}

/// Values of some columns in rows of the table, drawn again as `round` says; with `near`, constants of the rule
/// among them. Gives the rows and how many there were.
fn made(
    plan: &Plan,
    at: usize,
    columns: &[usize],
    count: u64,
    round: u64,
    rule: &str,
    near: bool,
) -> (Vec<Vec<Datum>>, u64) {
    let own = &plan.tables[at];
    let maker = Maker { plan };
    let constants = if near { constants(rule) } else { vec![] };
    let (mut drawn, mut cells) = (Drawn::default(), vec![]);
    let mut rows = vec![];
    for n in 0..count {
        // Rows beyond the table's are drawn like those in it.
        let row = round * count + n;
        if maker.row(at, row, &mut drawn, &mut cells).is_err() {
            continue;
        }
        let mut tuple: Vec<Datum> = columns.iter().map(|&c| cells[c].clone()).collect();
        let mut dice = Dice::at(own.draws, row);
        for (part, &c) in columns.iter().enumerate() {
            if !constants.is_empty() && dice.below(2) == 0 {
                let text = &constants[dice.index(constants.len())];
                tuple[part] = Datum::parse(&own.columns[c].form, text).unwrap_or_else(|| tuple[part].clone());
            }
        }
        rows.push(tuple);
    }
    (rows, count)
}

fn passes(
    plan: &Plan,
    at: usize,
    columns: &[usize],
    rows: &[Vec<Datum>],
    rule: &str,
    ask: &mut Ask,
) -> Result<Vec<bool>, PourError> {
    let own = &plan.tables[at];
    let text = |(part, datum): (usize, &Datum)| match datum {
        Datum::Null => None,
        other => Some(other.text(&own.columns[columns[part]].form)),
    };
    ask(&Question {
        columns: columns.iter().map(|&c| (own.columns[c].name.clone(), own.columns[c].ty.clone())).collect(),
        rows: rows.iter().map(|row| row.iter().enumerate().map(text).collect()).collect(),
        rule: rule.to_string(),
    })
}

/// Rules that only a server understands: what they name is drawn from tuples that it has let pass.
fn asked(plan: &mut Plan, at: usize, unread: Vec<(String, String, Vec<usize>)>, ask: &mut Ask) -> Result<(), Stop> {
    // Rules that share a column are asked about together.
    let mut groups: Vec<(Vec<String>, Vec<String>, Vec<usize>)> = vec![];
    for (name, rule, mut columns) in unread {
        let (mut names, mut texts) = (vec![name], vec![rule]);
        while let Some(with) = groups.iter().position(|(_, _, g)| g.iter().any(|c| columns.contains(c))) {
            let (more_names, more_texts, more) = groups.swap_remove(with);
            names.extend(more_names);
            texts.extend(more_texts);
            columns.extend(more);
        }
        columns.sort_unstable();
        columns.dedup();
        groups.push((names, texts, columns));
    }
    for (mut names, texts, columns) in groups {
        names.sort();
        names.dedup();
        if columns.is_empty() {
            continue;
        }
        let rule = texts.iter().map(|t| format!("({t}) IS NOT FALSE")).collect::<Vec<_>>().join(" AND ");
        let own = &plan.tables[at];
        let (rows, _) = made(plan, at, &columns, TRIED.min(own.rows), 0, &rule, false);
        if passes(plan, at, &columns, &rows, &rule, ask)?.iter().all(|p| *p) {
            continue;
        }
        let free = |c: &usize| !own.columns[*c].frozen && own.pick_of(*c).is_none();
        if !columns.iter().all(free) {
            let printed = own.printed();
            plan.notes.push(format!(
                "{printed}: {} is not arranged for, since it names keys or references; rows that break it are refused.",
                names.join(", ")
            ));
            continue;
        }
        let mut pool: Vec<Vec<Datum>> = vec![];
        let (mut seen, mut round) = (0, 0);
        while pool.len() < POOL && round < ROUNDS {
            let (rows, count) = made(plan, at, &columns, ASKED, round, &rule, true);
            let kept = passes(plan, at, &columns, &rows, &rule, ask)?;
            pool.extend(rows.into_iter().zip(kept).filter_map(|(row, keep)| keep.then_some(row)));
            seen += count;
            round += 1;
        }
        pool.truncate(POOL);
        if pool.is_empty() {
            return Err(Stop::Error(PourError::Impossible {
                table: plan.tables[at].printed(),
                what: names.join(", "),
                why: format!("{seen} rows were made, and the server let none pass: {}", texts.join(" and ")),
                help: "Give the columns it names bounds or a list that can be read, or leave the rule out until the rows are there."
                    .into(),
            }));
        }
        let own = &mut plan.tables[at];
        own.pools.push(pool);
        for (part, &c) in columns.iter().enumerate() {
            own.columns[c].source = Source::Pool { pool: own.pools.len() - 1, part };
            own.columns[c].null_share = 0.0;
        }
    }
    Ok(())
}
