//! What is searched, and who is asked.
use super::set::Set;

/// A candidate as the search sees it.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Number of its table: gains on different tables of a query are expected to add up.
    pub table: usize,
    /// What it takes of the budget.
    pub bytes: u64,
    /// What the workload's writes pay for it, in the planner's units.
    pub upkeep: f64,
}

impl Candidate {
    /// Whether it stands on the same table, is no larger and costs no more to keep: a query that it gains no less has no
    /// use for the other one.
    pub fn is_no_dearer(&self, other: &Candidate) -> bool {
        self.table == other.table && self.bytes <= other.bytes && self.upkeep <= other.upkeep
    }
}

/// A query as the search sees it.
#[derive(Clone, Debug)]
pub struct Question {
    /// How much its cost counts.
    pub weight: f64,
    /// The candidates that could change its plan.
    pub relevant: Set,
}

/// Choose candidates within the budget so that the workload costs least.
#[derive(Clone, Debug)]
pub struct Problem {
    /// At most [`super::set::MOST_CANDIDATES`].
    pub candidates: Vec<Candidate>,
    /// The workload.
    pub queries: Vec<Question>,
    /// Bytes that the chosen ones may take together.
    pub budget_bytes: u64,
    /// Rounds of choosing and asking; each asks for every query once at most.
    pub rounds: usize,
}

/// What would the query cost with these candidates, and no others?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Number of the query.
    pub query: usize,
    /// The candidates that are there.
    pub with: Set,
}

/// What a planner says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answer {
    /// The cost of the plan.
    pub cost: f64,
    /// The candidates that the plan uses.
    pub used: Set,
    /// What kind of plan it is: the same for plans that do the same by other candidates.
    pub kind: u64,
}

/// How does the query run with these candidates?
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Run {
    /// Number of the query.
    pub query: usize,
    /// The candidates that are there.
    pub with: Set,
    /// The plan that is expected.
    pub plan: Answer,
}

/// What came of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ran {
    /// What kind of plan it took.
    pub kind: u64,
    /// The candidates that the plan used.
    pub used: Set,
    /// Whether it is slower than it should be, for what it uses.
    pub is_slow: bool,
}

/// Who is asked.
pub trait Oracle<E> {
    /// Answers a batch of asks, in their order.
    fn answer(&mut self, asks: &[Ask]) -> Result<Vec<Answer>, E>;

    /// Runs queries, in their order; none of one that could not be run, or whose run says nothing of what is searched.
    fn run(&mut self, _runs: &[Run]) -> Result<Vec<Option<Ran>>, E> {
        Ok(vec![])
    }
}

/// A planner that runs nothing.
impl<E, F: FnMut(&[Ask]) -> Result<Vec<Answer>, E>> Oracle<E> for F {
    fn answer(&mut self, asks: &[Ask]) -> Result<Vec<Answer>, E> {
        self(asks)
    }
}

/// What was chosen.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The candidates.
    pub chosen: Set,
    /// Cost of the workload without any, weighted.
    pub base: f64,
    /// Cost of the workload with them, upkeep included.
    pub cost: f64,
    /// Cost of each query without and with them, not weighted.
    pub queries: Vec<(f64, f64)>,
    /// The plan of each query with them; queries that use none are left out.
    pub uses: Vec<(usize, Answer)>,
    /// Of each chosen one: what the workload would cost more without it alone.
    pub benefits: Vec<(usize, f64)>,
    /// Candidates that help by themselves and were not chosen, the most helpful first.
    pub rejected: Vec<(usize, Refusal)>,
    /// Questions asked.
    pub asks: usize,
    /// The search was ended before it had nothing more to try, so there may be better.
    pub is_cut_short: bool,
}

/// Why a candidate that helps was not chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Refusal {
    /// Larger than the whole budget.
    TooLarge,
    /// Beside the chosen ones this query would have a plan that was found slow.
    Slow {
        /// Number of the query.
        query: usize,
    },
    /// The chosen ones do already what it would: it would save this much on top, less than its upkeep.
    NothingOnTop {
        /// Saved on top.
        saved: f64,
    },
    /// It would save this much on top, and would have to displace more than that.
    NoRoom {
        /// Saved on top.
        saved: f64,
    },
}
