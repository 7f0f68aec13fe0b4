//! Trials at the horizon: what is run is run on the sample, what is planned is planned on a copy that looks as large as
//! the tables will be.
use super::{
    Bases, Bench, Executed, TrialError, plan,
    rollback::{authorization, fits, keep, take, worked},
    roots::Roots,
    step::{Asked, asked, not_run, perform},
    substitute::{Kept, substitute},
};
use crate::{
    error::LabError,
    inflate::{Inflated, Planned, inflate},
    lab::Lab,
};
use std::collections::{BTreeMap, BTreeSet};
use tw_model::{
    change::Change,
    evidence::{Measurement, Outcome},
    horizon::Span,
    schema::Name,
    trial::{Actor, Expect, Step},
};

/// Runs and plans the steps. Of a twin's changes only the loss of an index can be made here: the planner is kept from
/// seeing it.
pub fn execute(
    lab: &Lab,
    bench: &mut Bench,
    bases: &Bases,
    steps: &[Step],
    changes: &[Change],
) -> Result<Executed, TrialError> {
    steps.iter().try_for_each(fits)?;
    let lost = lost(changes)?;
    let mut executed = Executed::default();
    let mut copies = std::mem::take(&mut bench.inflated);
    let work = worked(lab, bench, &bases.sample, None)?;
    work.dirt.note(steps);
    let mut session = take(lab, &work.database, &mut work.lab, &Actor::Lab)?;
    session.client.batch_execute("BEGIN").map_err(LabError::server("cannot begin a transaction"))?;
    let roots = Roots::read(&mut session.client).map_err(LabError::server("cannot read the partitions"))?;
    let mut kept = Kept::new();
    for (step, asked) in steps.iter().zip(asked(steps)) {
        let Ok(sql) = substitute(&step.sql, &kept) else {
            executed.outcomes.push(not_run("kept value missing"));
            continue;
        };
        if asked == Asked::Plan {
            let mut ground = Ground { lab, bases, copies: &mut copies, roots: &roots };
            executed.outcomes.push(ground.plan(&sql, &step.expect, &lost, &mut executed.measurements)?);
            continue;
        }
        let before = format!("SAVEPOINT tw_step; SET LOCAL SESSION AUTHORIZATION {}", authorization(&step.actor));
        let done = match session.client.batch_execute(&before) {
            Ok(()) => perform(&mut session.client, &sql, asked, &roots),
            Err(error) => super::step::failed(&error, &roots),
        };
        let went = matches!(done.outcome, Outcome::Accepted { .. } | Outcome::Rows { .. });
        let after = if went { "RELEASE SAVEPOINT tw_step" } else { "ROLLBACK TO SAVEPOINT tw_step" };
        let _ = session.client.batch_execute(after);
        keep(step, &done, &mut kept);
        executed.outcomes.push(done.outcome);
    }
    if session.client.batch_execute("ROLLBACK").is_ok() {
        work.lab = Some(session);
    }
    bench.inflated = copies;
    Ok(executed)
}

/// Names of the indexes that the changes take away.
fn lost(changes: &[Change]) -> Result<BTreeSet<Name>, TrialError> {
    let names = changes.iter().map(|change| match change {
        Change::DropIndex { table, name } | Change::DropConstraint { table, name } => {
            Ok(Name::new(&table.schema, name))
        }
        other => Err(TrialError::Unfit { why: format!("at the horizon only an index can be missing, not {other:?}") }),
    });
    names.collect()
}

struct Ground<'a> {
    lab: &'a Lab,
    bases: &'a Bases,
    copies: &'a mut BTreeMap<u32, Inflated>,
    roots: &'a Roots,
}

impl Ground<'_> {
    /// The copy after so many steps from today to the horizon.
    fn copy(&mut self, step: u32) -> Result<&mut Inflated, LabError> {
        if !self.copies.contains_key(&step) {
            let copy = inflate(self.lab, &self.bases.sample, &self.bases.span.at(step))?;
            self.copies.insert(step, copy);
        }
        self.copies.get_mut(&step).ok_or_else(|| LabError::NotInflated { why: "its copy was lost".into() })
    }

    fn plan(
        &mut self,
        sql: &str,
        expect: &Expect,
        lost: &BTreeSet<Name>,
        figures: &mut Vec<Measurement>,
    ) -> Result<Outcome, LabError> {
        let roots = self.roots;
        let copy = self.copy(Span::STEPS)?;
        let mut hidden: BTreeSet<Name> = lost.iter().filter(|n| copy.indexes.contains_key(n)).cloned().collect();
        if let Expect::Suffers { without, .. } = expect {
            hidden.extend(copy.indexes.keys().filter(|n| n.name == *without).cloned());
        }
        let planned = match copy.explain_without(&hidden, sql) {
            Ok(planned) => planned,
            Err(LabError::Server { source, .. }) => return Ok(super::step::failed(&source, roots).outcome),
            Err(other) => return Err(other),
        };
        if copy.doubts.iter().any(|d| d.table.as_ref().is_none_or(|t| reads(&planned, &t.name, roots))) {
            return Ok(not_run("horizon in doubt"));
        }
        let pages = copy.pages_without(&hidden, sql, &planned)?;
        let what = if matches!(expect, Expect::Suffers { .. }) { " without an index" } else { "" };
        let mut figure = |what: String, value: f64, unit: &str| {
            figures.push(Measurement { of: String::new(), what, value, unit: unit.into() });
        };
        if let Some(pages) = pages {
            figure(format!("pages at the horizon{what}, as the planner expects"), pages, "pages");
        }
        let mut named = planned.root.clone();
        roots.rename(&mut named);
        let outcome = Outcome::Plan { whole: whole(&planned, copy, roots), shape: plan::lines(&named), within: None };
        if matches!(expect, Expect::Seeks { .. }) && lost.is_empty() {
            figure("rows at the horizon, as the planner expects".into(), rows(&planned), "rows");
            let today = self.copy(0)?.explain(sql)?;
            figure("rows today, as the planner expects".into(), rows(&today), "rows");
            if let Some(pages) = self.copy(0)?.pages_without(&BTreeSet::new(), sql, &today)? {
                figure("pages today, as the planner expects".into(), pages, "pages");
            }
            let grown = self.flips(sql, &today, &planned)?;
            let growth = |step: u32| 100.0 * f64::from(step) / f64::from(Span::STEPS);
            if let Some(step) = grown {
                figure("the plan is another from this share of the growth on".into(), growth(step), "%");
            }
        }
        Ok(outcome)
    }

    /// The first step on the way to the horizon at which the plan is no longer today's; none when it stays.
    fn flips(&mut self, sql: &str, today: &Planned, horizon: &Planned) -> Result<Option<u32>, LabError> {
        if today.shape == horizon.shape {
            return Ok(None);
        }
        let (mut same, mut other) = (0, Span::STEPS);
        while other - same > 1 {
            let middle = (same + other) / 2;
            if self.copy(middle)?.explain(sql)?.shape == today.shape { same = middle } else { other = middle }
        }
        Ok(Some(other))
    }
}

/// Tables that the plan reads whole, by the topmost parent's name; a partition that holds next to nothing is no matter.
fn whole(planned: &Planned, copy: &Inflated, roots: &Roots) -> Vec<String> {
    let found = plan::whole(&planned.root, &copy.partial());
    let large = found.into_iter().filter(|table| !copy.empty.contains(table));
    let named = large.map(|table| roots.relations.get(&table).cloned().unwrap_or(table));
    named.collect::<BTreeSet<_>>().into_iter().collect()
}

/// Rows of the result, or of a write the rows that it writes.
fn rows(planned: &Planned) -> f64 {
    let fed = planned.root["Plans"][0]["Plan Rows"].as_f64();
    fed.filter(|_| planned.root["Node Type"] == "ModifyTable").unwrap_or(planned.rows)
}

fn reads(planned: &Planned, table: &str, roots: &Roots) -> bool {
    let mut found = false;
    plan::walk(&planned.root, 0, &mut |node, _| {
        let name = node["Relation Name"].as_str().unwrap_or_default();
        found |= name == table || roots.relations.get(name).is_some_and(|root| root == table);
    });
    found
}
