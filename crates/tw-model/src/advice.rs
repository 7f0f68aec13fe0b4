//! Advice: the indexes that a workload is worth, within a budget.
use serde::{Deserialize, Serialize};

/// Which indexes to have, and what comes of it. Costs are the planner's, weighted by the queries' weights.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Advice {
    /// Version of this layout: 1.
    pub format: u32,
    /// Cost of the workload as it is.
    pub base_cost: f64,
    /// Cost with the indexes, what writes pay for them included.
    pub cost: f64,
    /// Bytes that the indexes may take together; none when nobody said.
    pub budget_bytes: Option<u64>,
    /// Bytes that they take together.
    pub bytes: u64,
    /// The indexes, the most useful first.
    pub indexes: Vec<Advised>,
    /// Candidates that help by themselves and were not chosen.
    pub rejected: Vec<Rejected>,
    /// The indexes of a brief's design, against those found; none without a brief.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub design: Option<InDesign>,
    /// Each query's cost.
    pub queries: Vec<QueryCost>,
    /// Statements of the workload that were left out, and why.
    pub problems: Vec<String>,
    /// What else should be known.
    pub notes: Vec<String>,
    /// How long it took.
    pub seconds: Seconds,
    /// Plans that were asked for during the search.
    pub plans_asked: u64,
}

/// An index worth having.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Advised {
    /// The statement that builds it while the table is in use.
    pub sql: String,
    /// Bytes it takes, predicted for all rows.
    pub bytes: u64,
    /// What the workload would cost more without it alone.
    pub benefit: f64,
    /// Time that writing a row to its table takes with it, over the time without: 1.2 is a fifth more. None when it
    /// could not be measured.
    pub write_overhead: Option<f64>,
    /// Why.
    pub why: String,
    /// Names of the queries whose plans use it.
    pub queries: Vec<String>,
}

/// A candidate that was not chosen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rejected {
    /// The statement that would build it.
    pub sql: String,
    /// Bytes it would take.
    pub bytes: u64,
    /// Why not.
    pub why: String,
}

/// What a brief's design has, beside what was found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct InDesign {
    /// Cost of the workload with all indexes of the design and no others.
    pub cost: f64,
    /// Bytes that they take together.
    pub bytes: u64,
    /// Each of them.
    pub indexes: Vec<DesignedIndex>,
    /// What the found ones that the design does not have would save beside the design: the statement, and the share of
    /// the workload's cost as it is without any.
    pub beside: Vec<(String, f64)>,
}

/// An index of a design.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DesignedIndex {
    /// The statement that builds it.
    pub sql: String,
    /// Bytes it takes.
    pub bytes: u64,
    /// It was found as well.
    pub found: bool,
    /// Why the design has it, and why it was not found.
    pub why: String,
}

/// A query's cost, not weighted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct QueryCost {
    /// Name, or the line it stands in.
    pub name: String,
    /// Its weight.
    pub weight: f64,
    /// Cost as it is.
    pub base_cost: f64,
    /// Cost with the indexes.
    pub cost: f64,
}

/// Seconds that the parts of the work took.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Seconds {
    /// Reading the plans, thinking of candidates, choosing.
    pub search: f64,
    /// Building candidates on the sample.
    pub build: f64,
    /// Copying the sample, and trying the choice on it.
    pub rest: f64,
}
