//! What if: what the planner would do with these indexes and not with those, asked of several inflated copies at once.
pub mod build;
pub mod measure;
pub mod plans;
pub mod sample;
mod shelf;
pub mod statistics;
pub mod whole;

pub use shelf::Shelf;

use crate::{LabError, execute::plan};
use std::{
    collections::BTreeSet,
    hash::{DefaultHasher, Hash, Hasher},
    ops::Range,
    sync::{Mutex, PoisonError},
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

/// Asks each copy a share of the questions side by side, and of what is left of others' shares once it is done; answers are
/// in the questions' order. The copies are alike, so it does not matter which one answers. Questions that follow each
/// other should show nearly the same: what is shown anew is what takes time.
pub fn ask(shelves: &mut [Shelf], questions: &[Question<'_>]) -> Result<Vec<Said>, LabError> {
    let shares = Shares::new(questions.len(), shelves.len());
    let answer = |own: usize, shelf: &mut Shelf| -> Result<Vec<(usize, Said)>, LabError> {
        std::iter::from_fn(|| shares.next(own)).map(|n| Ok((n, shelf.ask(&questions[n])?))).collect()
    };
    let answer = &answer;
    let parts = std::thread::scope(|scope| {
        let shelves = shelves.iter_mut().enumerate();
        let threads: Vec<_> = shelves.map(|(own, shelf)| scope.spawn(move || answer(own, shelf))).collect();
        threads
            .into_iter()
            .map(|t| t.join().unwrap_or_else(|_| Err(LabError::NotInflated { why: "a session's thread ended".into() })))
            .collect::<Result<Vec<Vec<(usize, Said)>>, LabError>>()
    })?;
    let mut all: Vec<(usize, Said)> = parts.into_iter().flatten().collect();
    all.sort_by_key(|(n, _)| *n);
    Ok(all.into_iter().map(|(_, said)| said).collect())
}

/// What is left of each one's share of some numbered things.
struct Shares(Mutex<Vec<Range<usize>>>);

impl Shares {
    /// Shares of consecutive numbers, as equal as can be.
    fn new(things: usize, many: usize) -> Shares {
        let begin = |n: usize| things * n / many.max(1);
        Shares(Mutex::new((0..many).map(|n| begin(n)..begin(n + 1)).collect()))
    }

    /// The next of its own share, or else the last of the largest one left.
    fn next(&self, own: usize) -> Option<usize> {
        let mut shares = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shares[own].next().or_else(|| shares.iter_mut().max_by_key(|share| share.len())?.next_back())
    }
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

#[cfg(test)]
mod tests {
    use super::Shares;

    #[test]
    fn who_is_done_takes_from_the_largest_share_left() {
        let shares = Shares::new(7, 3);
        // 0 and 1, 2 and 3, 4 to 6.
        assert_eq!((shares.next(1), shares.next(1)), (Some(2), Some(3)));
        assert_eq!(shares.next(1), Some(6));
        assert_eq!((shares.next(0), shares.next(0)), (Some(0), Some(1)));
        assert_eq!((shares.next(2), shares.next(0), shares.next(2)), (Some(4), Some(5), None));
        assert_eq!(Shares::new(1, 2).next(0), Some(0), "a share may be empty");
        assert_eq!(Shares::new(0, 2).next(0), None);
    }
}
