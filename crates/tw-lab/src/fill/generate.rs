//! From plan to rows: pure but for the predicates, which whoever calls has evaluated.
use super::{
    FillError, check, limit, reference, repair,
    work::{Ask, Cell, Pool, Work},
};
use tw_model::sample::{Draw, SamplePlan, Target, Values};

/// Rules of one table are gone over at most so often: each may undo another's work.
const PASSES: usize = 4;

/// The rows of one plain table, column by column, in the plan's order.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    /// Entity.
    pub table: String,
    /// Cells by column, then row.
    pub cells: Vec<Vec<Cell>>,
}

/// What can be made at once: a column, or the columns of one reference.
struct Unit {
    columns: Vec<usize>,
    reference: Option<(String, Target)>,
}

/// Every table's rows, in plan order. The same plan gives the same rows on every platform, as far as
/// `ask` answers alike.
pub fn generate(
    plan: &SamplePlan,
    ask: &mut Ask,
    progress: &mut dyn FnMut(&str, u64, u64),
) -> Result<Vec<Rows>, FillError> {
    let mut works: Vec<Work> = plan.tables.iter().map(|t| Work::new(t, plan.seed)).collect::<Result<_, _>>()?;
    let units: Vec<Vec<Unit>> = works.iter().map(units).collect();
    let total = works.len() as u64;
    while let Some(unfinished) = works.iter().position(|w| !w.finished) {
        let mut moved = false;
        for at in unfinished..works.len() {
            moved |= advance(&mut works, at, &units[at], false)?;
            if !works[at].finished && works[at].made.iter().all(|m| *m) {
                settle(&mut works[at], ask)?;
                moved = true;
                let done = works.iter().filter(|w| w.finished).count() as u64;
                progress(&format!("rows of {}", plan.tables[at].name), done, total);
            }
        }
        // A circle of references: take rows from a table whose own rules are not seen to yet.
        let mut at = unfinished;
        while !moved && at < works.len() {
            moved = advance(&mut works, at, &units[at], true)?;
            at += 1;
        }
        if !moved {
            let missing = units[unfinished].iter().find(|u| u.columns.iter().any(|&c| !works[unfinished].made[c]));
            let column = missing.map_or("", |u| &plan.tables[unfinished].columns[u.columns[0]].name);
            return Err(works[unfinished]
                .error(column, "it depends on columns that depend on it, or on a table the plan does not fill"));
        }
    }
    Ok(works.into_iter().map(|w| Rows { table: w.plan.name.clone(), cells: w.cells }).collect())
}

fn units(work: &Work) -> Vec<Unit> {
    let mut units: Vec<Unit> = vec![];
    for (at, column) in work.plan.columns.iter().enumerate() {
        match &column.values {
            Values::Reference { reference, to, .. } => {
                let known = units.iter_mut().find(|u| u.reference.as_ref().is_some_and(|(name, _)| name == reference));
                match known {
                    Some(unit) => unit.columns.push(at),
                    None => units.push(Unit { columns: vec![at], reference: Some((reference.clone(), to.clone())) }),
                }
            }
            _ => units.push(Unit { columns: vec![at], reference: None }),
        }
    }
    units
}

/// Makes what can be made of a table now. True when anything was. With `early`, rows may be taken from
/// tables that are not finished; those columns of theirs are then fixed.
fn advance(works: &mut [Work], at: usize, units: &[Unit], early: bool) -> Result<bool, FillError> {
    let mut moved = false;
    loop {
        let mut again = false;
        for unit in units {
            if works[at].made[unit.columns[0]] || !own_needs_made(&works[at], unit)? {
                continue;
            }
            match &unit.reference {
                None => works[at].make(unit.columns[0])?,
                Some((name, to)) => {
                    if !refer(works, at, unit, name, to, early)? {
                        continue;
                    }
                }
            }
            again = true;
            moved = true;
            if early {
                return Ok(true);
            }
        }
        if !again {
            return Ok(moved);
        }
    }
}

fn own_needs_made(work: &Work, unit: &Unit) -> Result<bool, FillError> {
    let needs: Vec<&String> = match (&unit.reference, &work.plan.columns[unit.columns[0]].values) {
        (Some((_, to)), _) => to.matching.iter().map(|(mine, _)| mine).collect(),
        (None, Values::CountWithin { columns, .. }) => columns.iter().collect(),
        (None, Values::After { column, .. }) => vec![column],
        _ => vec![],
    };
    for name in needs {
        if !work.made[work.column(name)?] {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Makes the columns of a reference. False when the referenced table is not ready.
fn refer(works: &mut [Work], at: usize, unit: &Unit, name: &str, to: &Target, early: bool) -> Result<bool, FillError> {
    let Some(target) = works.iter().position(|w| w.plan.name == to.table) else {
        return Err(works[at].error(name, format!("it refers to {}, which the plan does not fill", to.table)));
    };
    let mut taken = vec![];
    for &c in &unit.columns {
        if let Values::Reference { column, .. } = &works[at].plan.columns[c].values {
            taken.push(works[target].column(column)?);
        }
    }
    let mut needed = taken.clone();
    for (_, theirs) in &to.matching {
        needed.push(works[target].column(theirs)?);
    }
    let made = needed.iter().all(|&c| works[target].made[c]);
    if !made || !(early || target == at || works[target].finished) {
        return Ok(false);
    }
    let first = &works[at].plan.columns[unit.columns[0]];
    let nulls = works[at].nulls(first, name);
    let rows = reference::resolve(&works[at], &works[target], name, to, &nulls)?;
    for (&mine, &theirs) in unit.columns.iter().zip(&taken) {
        works[at].cells[mine] =
            rows.iter().map(|row| row.and_then(|r| works[target].cells[theirs][r].clone())).collect();
        works[at].made[mine] = true;
    }
    // Other rows may be taken instead where nothing limits how often or which.
    if to.at_most.is_none() && !to.acyclic && !matches!(to.draw, Draw::Slice { .. }) {
        let mut pool = Pool {
            columns: unit.columns.clone(),
            cells: taken.iter().map(|&c| works[target].cells[c].clone()).collect(),
            mine: vec![],
            theirs: vec![],
        };
        for (mine, theirs) in &to.matching {
            pool.mine.push(works[at].column(mine)?);
            pool.theirs.push(works[target].cells[works[target].column(theirs)?].clone());
        }
        works[at].pools.insert(name.to_string(), pool);
    }
    if !works[target].finished {
        for column in needed {
            works[target].frozen[column] = true;
        }
    }
    Ok(true)
}

/// Sees to the rules of a table whose columns are all made.
fn settle(work: &mut Work, ask: &mut Ask) -> Result<(), FillError> {
    work.finished = true;
    if work.rows == 0 {
        return Ok(());
    }
    let plan = work.plan;
    let mut spread: Vec<&Vec<String>> = vec![];
    for rule in &plan.never_overlap {
        if !spread.contains(&&rule.during) {
            let same: Vec<_> = plan.never_overlap.iter().filter(|r| r.during == rule.during).collect();
            repair::spread(work, &same)?;
            spread.push(&rule.during);
        }
    }
    for pass in 0..PASSES {
        let mut changed = false;
        for rule in &plan.at_most {
            changed |= limit::keep(work, rule, ask)?;
        }
        for set in &plan.uniques {
            changed |= repair::distinguish(work, set)?;
        }
        changed |= check::keep(work, ask)?;
        if !changed {
            return Ok(());
        }
        if pass + 1 == PASSES {
            // The last word is the rules': whatever still fails is said by them.
            for rule in &plan.at_most {
                if limit::keep(work, rule, ask)? {
                    let columns = [&rule.columns[..], &rule.per[..]].concat();
                    return Err(undo(work, &rule.subject, &rule.per, &columns));
                }
            }
            for set in &plan.uniques {
                if repair::distinguish(work, set)? {
                    return Err(undo(work, &format!("unique ({})", set.join(", ")), set, set));
                }
            }
        }
    }
    Ok(())
}

/// The error that names a rule about some columns, and every other rule that names one of them.
pub fn undo(work: &Work, rule: &str, about: &[String], columns: &[String]) -> FillError {
    let plan = work.plan;
    let shared = |of: &[String]| of.iter().any(|c| columns.contains(c));
    let checks = plan.checks.iter().filter(|c| shared(&c.columns)).map(|c| c.subject.clone());
    let limits = plan.at_most.iter().filter(|l| shared(&l.columns) || shared(&l.per)).map(|l| l.subject.clone());
    let uniques = plan.uniques.iter().filter(|u| shared(u)).map(|u| format!("unique ({})", u.join(", ")));
    let mut rules = vec![rule.to_string()];
    for other in checks.chain(limits).chain(uniques) {
        if !rules.contains(&other) {
            rules.push(other);
        }
    }
    let why = match rules.split_last() {
        Some((last, before)) if !before.is_empty() => {
            format!("the rules {} and {last} undo each other", before.join(", "))
        }
        _ => format!("the rule {rule} leaves no values"),
    };
    work.error(&about.join(", "), why)
}
