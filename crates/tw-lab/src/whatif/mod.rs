//! What if: what the planner would do with these indexes and not with those, asked of several inflated copies at once.
mod abreast;
pub mod build;
pub mod measure;
pub mod plans;
pub mod sample;
mod shelf;
pub mod statistics;
pub mod whole;

pub use shelf::Shelf;

use crate::{LabError, execute::plan};
use abreast::abreast;
use std::{
    collections::BTreeSet,
    hash::{DefaultHasher, Hash, Hasher},
};

/// One question: the statement, and what the planner sees of the indexes on a shelf.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The statement.
    pub sql: &'a str,
    /// Numbers of those that it is shown, in order.
    pub shown: Vec<usize>,
    /// Numbers of those that could change the plan at all, in order. Whether others are seen is no matter, so they are
    /// left as they are.
    pub matters: &'a [usize],
}

/// What the planner said.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// Cost of the plan.
    pub cost: f64,
    /// Numbers of the indexes on the shelf that it uses.
    pub used: BTreeSet<usize>,
    /// What kind of plan it is, see [`kind`].
    pub kind: u64,
}

/// Asks the copies side by side; answers are in the questions' order. The copies are alike, so it does not matter which
/// one answers. Questions that follow each other should show nearly the same: what is shown anew is what takes time.
pub fn ask(shelves: &mut [Shelf], questions: &[Question<'_>]) -> Result<Vec<Said>, LabError> {
    abreast(shelves, questions, |shelf, question| shelf.ask(question))
}

/// What kind of plan it is: what it reads, in which way and by which conditions; neither the names of indexes nor how
/// what is read is joined. Plans of one statement that reach the same rows in the same way are of one kind. The number
/// holds within one run.
pub fn kind(root: &serde_json::Value) -> u64 {
    const SAYS: [&str; 3] = ["Alias", "Node Type", "Index Cond"];
    let mut reads = vec![];
    plan::walk(root, 0, &mut |node, _| {
        let said = SAYS.map(|says| node[says].as_str().map(String::from));
        if said[0].is_some() || said[2].is_some() {
            reads.push(said);
        }
    });
    reads.sort();
    let mut hasher = DefaultHasher::new();
    reads.hash(&mut hasher);
    hasher.finish()
}

/// Names of the indexes that a plan reads.
pub fn indexes(node: &serde_json::Value, used: &mut BTreeSet<String>) {
    used.extend(node["Index Name"].as_str().map(String::from));
    for child in node["Plans"].as_array().into_iter().flatten() {
        indexes(child, used);
    }
}
