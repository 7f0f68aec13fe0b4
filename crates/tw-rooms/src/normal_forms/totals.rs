//! Totals of parts that a query computes at each call: what that takes, and what it would take to keep them.
//!
//! Pages a second at the horizon, modelled: a call goes down one index and reads a page for each part; a kept total takes the same way
//! to one row, and each write of a part goes there too and writes it. The brief decides: a total that is kept is an attribute with
//! an invariant (`sum(amount) = total per Account`).
use super::AT;
use crate::kit::{decision, growth, instead, links, thousands};
use tw_model::{
    Path,
    decision::Decision,
    model::{InvariantRule, Model, Query},
    sql::{Against, PredicateOp, Scan, StatementKind},
};

/// Pages from the root of an index to a row, the row's own included.
const WAY: f64 = 4.0;
/// Pages that a trigger writes besides: the row's and one of its indexes.
const WRITTEN: f64 = 2.0;
/// Parts of a whole from which on it is worth a word.
const MANY: f64 = 10.0;
/// So many times fewer pages before a copy is worth its upkeep.
const WORTH: f64 = 2.0;

pub(super) fn decisions(model: &Model) -> Vec<Decision> {
    model.workload.iter().filter_map(|query| one(model, query)).collect()
}

fn one(model: &Model, query: &Query) -> Option<Decision> {
    let ([statement], None, Some(rate)) = (query.statements.as_slice(), query.oldest_s, query.rate_per_s) else {
        return None;
    };
    let sql = &statement.sql;
    let ([scan], StatementKind::Select) = (sql.scans.as_slice(), sql.kind) else { return None };
    let text = sql.text.to_lowercase();
    if !(text.contains("sum(") || text.contains("count(")) || !scan.group.is_empty() {
        return None;
    }
    let whole = whole_of(model, scan)?;
    let days = f64::from(model.promises.planned_days());
    let rows = |entity: &str| growth::rows_after(model, entity, days);
    let parts = rows(&scan.entity)? / rows(&whole)?.max(1.0);
    let stored = model.invariants.iter().any(
        |i| matches!(&i.rule, InvariantRule::SumEquals { part, whole: w, .. } if *part == scan.entity && *w == whole),
    );
    if parts < MANY || stored {
        return None;
    }
    let writes = writes_per_s(model, &scan.entity);
    let computed = rate * (WAY + parts);
    let (kept, behind) = (rate * WAY + writes * (WAY + WRITTEN), rate * WAY + writes * (WRITTEN + WAY + WRITTEN));
    let worth = kept * WORTH < computed;
    let verb = if worth { "is computed at each call, and would be cheaper kept" } else { "is computed at each call" };
    let what = format!("what {} asks of the {} rows of one {whole} {verb}", query.name, scan.entity);
    let pages = |n: f64| format!("{} pages a second", thousands(n.ceil() as u64));
    let why = format!(
        "at the horizon a {whole} has about {} of them: at {rate}/s {}{}",
        thousands(parts as u64),
        pages(computed),
        if worth {
            "; only the brief can ask for a second copy: an attribute, and an invariant that it is the total"
        } else {
            ""
        }
    );
    let made = decision(AT, Path::new(&query.name).join("total"), what, why, &query.origin, vec![]);
    let told = |n: f64| format!("{}, with {writes:.1} writes of {} a second", pages(n), scan.entity);
    let made = instead(
        made,
        "a total in each whole, kept by a trigger",
        format!("{}; writers of one {whole} wait for each other", told(kept)),
    );
    let made = instead(
        made,
        "a queue of changes that a worker applies",
        format!("{}; old by the worker's pause", told(behind)),
    );
    Some(instead(made, "a materialised view", "it is as old as its last refresh, and the brief does not allow an age"))
}

/// The entity whose parts are asked for: one call, one whole.
fn whole_of(model: &Model, scan: &Scan) -> Option<String> {
    let one = |attribute: &str| links(model).into_iter().find(|l| l.holder == scan.entity && l.name == attribute);
    let fixed =
        scan.predicates.iter().filter(|p| p.op == PredicateOp::Equal && matches!(p.against, Against::Param { .. }));
    fixed.filter_map(|p| one(&p.attribute)).map(|l| l.target).next()
}

/// Statements a second that write rows of the entity.
fn writes_per_s(model: &Model, entity: &str) -> f64 {
    let of = |q: &Query| {
        let writes = q.statements.iter().filter(|s| s.sql.writes.as_ref().is_some_and(|w| w.entity == entity));
        writes.count() as f64 * q.rate_per_s.unwrap_or(0.0)
    };
    model.workload.iter().map(of).sum()
}
