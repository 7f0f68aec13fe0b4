//! What if: what the planner would do with these indexes and not with those, asked of several inflated copies at once.
pub mod build;
pub mod measure;
pub mod plans;
pub mod sample;
pub mod statistics;

use crate::{LabError, inflate::Inflated};
use std::collections::BTreeSet;
use tw_model::schema::Name;

/// Questions of one session after which it begins a new transaction, so that the versions of catalogue rows that
/// hiding leaves behind can be cleared away.
const QUESTIONS_A_TRANSACTION: usize = 64;

/// One question: the statement, and what the planner sees of the indexes that were put away.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The statement.
    pub sql: &'a str,
    /// What it is shown.
    pub shown: BTreeSet<Name>,
}

/// What the planner said.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// Cost of the plan.
    pub cost: f64,
    /// Indexes that it uses, by name.
    pub used: BTreeSet<String>,
}

/// Asks each copy a share of the questions side by side; answers are in the questions' order. The copies are alike, so
/// it does not matter which one answers.
pub fn ask(copies: &mut [Inflated], questions: &[Question<'_>]) -> Result<Vec<Said>, LabError> {
    let share = questions.len().div_ceil(copies.len().max(1)).max(1);
    let parts = std::thread::scope(|scope| {
        let threads: Vec<_> = copies
            .iter_mut()
            .zip(questions.chunks(share))
            .map(|(copy, questions)| scope.spawn(move || one_after_another(copy, questions)))
            .collect();
        threads
            .into_iter()
            .map(|t| t.join().unwrap_or_else(|_| Err(LabError::NotInflated { why: "a session's thread ended".into() })))
            .collect::<Vec<_>>()
    });
    let mut all = vec![];
    for part in parts {
        all.extend(part?);
    }
    Ok(all)
}

fn one_after_another(copy: &mut Inflated, questions: &[Question<'_>]) -> Result<Vec<Said>, LabError> {
    // Questions with the same indexes follow each other, so that little is shown anew.
    let mut order: Vec<usize> = (0..questions.len()).collect();
    order.sort_by(|a, b| questions[*a].shown.cmp(&questions[*b].shown).then(a.cmp(b)));
    let mut said: Vec<Option<Said>> = vec![None; questions.len()];
    for (n, at) in order.into_iter().enumerate() {
        if n % QUESTIONS_A_TRANSACTION == QUESTIONS_A_TRANSACTION - 1 {
            copy.start_over()?;
        }
        copy.show(&questions[at].shown)?;
        let planned = copy.explain(questions[at].sql)?;
        let mut used = BTreeSet::new();
        indexes(&planned.root, &mut used);
        said[at] = Some(Said { cost: planned.cost, used });
    }
    Ok(said.into_iter().flatten().collect())
}

/// Names of the indexes that a plan reads.
pub fn indexes(node: &serde_json::Value, used: &mut BTreeSet<String>) {
    used.extend(node["Index Name"].as_str().map(String::from));
    for child in node["Plans"].as_array().into_iter().flatten() {
        indexes(child, used);
    }
}
