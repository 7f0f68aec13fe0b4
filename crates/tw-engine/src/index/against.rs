//! What was found against what a brief's design has: both at the horizon, by the same planner.
use super::{advise::online, made::InDesign, whatif::Prepared};
use crate::Failure;
use std::collections::BTreeSet;
use tw_model::advice::{self, DesignedIndex};
use tw_rooms::indexing::search::{
    problem::{Ask, Choice, Problem},
    set::Set,
};

/// A share of the workload's cost that is worth telling.
const TOLD: f64 = 1e-3;

/// Compares. `design` are the candidates that were given first, in their order.
pub fn against(
    prepared: &mut Prepared,
    problem: &Problem,
    choice: &Choice,
    design: &[InDesign],
) -> Result<advice::InDesign, Failure> {
    let numbers: Vec<Option<usize>> = (0..design.len()).map(|n| prepared.number(&super::whatif::name_of(n))).collect();
    let all = Set::of(numbers.iter().flatten().copied());
    let (cost, used) = costs(prepared, problem, &all)?;
    let mut told = advice::InDesign { cost, ..advice::InDesign::default() };
    for (of, number) in design.iter().zip(&numbers) {
        let sql = online(&of.candidate, &mut BTreeSet::new());
        let Some(n) = *number else {
            let why = format!("{}; the server did not build it here", of.why);
            told.indexes.push(DesignedIndex { sql, bytes: 0, found: false, why });
            continue;
        };
        let found = choice.chosen.has(n);
        let bytes = prepared.tried[n].bytes;
        told.bytes += bytes;
        let why = if found {
            of.why.clone()
        } else {
            let saved = choice.cost - costs(prepared, problem, &choice.chosen.with(n))?.0;
            format!("{}. Not found: {}", of.why, not_found(saved / choice.base, used.has(n)))
        };
        told.indexes.push(DesignedIndex { sql, bytes, found, why });
    }
    for c in choice.chosen.minus(&all).iter() {
        let saved = cost - costs(prepared, problem, &all.with(c))?.0;
        told.beside.push((online(&prepared.tried[c].candidate, &mut BTreeSet::new()), saved / choice.base));
    }
    Ok(told)
}

/// Why an index of the design is not among the found ones, from what it saves beside them.
fn not_found(saved: f64, used: bool) -> String {
    match (saved, used) {
        (saved, _) if saved > TOLD => {
            format!("it would save {:.1} % more, and the budget has no room for it", 100.0 * saved)
        }
        (_, false) => "no query of the workload is planned with it, even if the design's alone are there".into(),
        (saved, true) if saved < -TOLD => "writes would pay more for it than reads would gain".into(),
        _ => "the found ones do already what it does".into(),
    }
}

/// Cost of the workload with a set and no others, upkeep included; and which of the set the plans use.
fn costs(prepared: &mut Prepared, problem: &Problem, set: &Set) -> Result<(f64, Set), Failure> {
    let queries = problem.queries.iter().enumerate();
    let asks: Vec<Ask> = queries.map(|(query, q)| Ask { query, with: set.and(&q.relevant) }).collect();
    let answers = prepared.answer(&asks)?;
    let reading: f64 = answers.iter().zip(&problem.queries).map(|(a, q)| a.cost * q.weight).sum();
    let upkeep: f64 = set.iter().map(|c| problem.candidates[c].upkeep).sum();
    Ok((reading + upkeep, answers.iter().fold(Set::default(), |all, a| all.or(&a.used))))
}

#[cfg(test)]
mod tests {
    use super::not_found;

    #[test]
    fn each_reason_has_its_words() {
        assert!(not_found(0.02, true).contains("save 2.0 % more"));
        assert!(not_found(0.0, false).contains("no query"));
        assert!(not_found(-0.02, true).contains("writes"));
        assert!(not_found(0.0005, true).contains("do already"));
    }
}
