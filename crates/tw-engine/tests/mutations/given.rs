//! What an example or a plant brings: statements, and after them statistics as TOML in comments below a line
//! `-- statistics`, and queries below a line `-- queries`.
use tw_engine::index::workload;
use tw_model::observed::{Query, Statistics};

/// The parts of a text.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// Statements.
    pub sql: String,
    /// TOML; empty when there is none.
    pub statistics: String,
    /// Queries, as `index` takes them; empty when there are none.
    pub queries: String,
}

impl Given {
    /// Cuts a text into its parts.
    pub fn of(text: &str) -> Given {
        let (text, queries) = text.split_once("-- queries\n").unwrap_or((text, ""));
        let (sql, statistics) = text.split_once("-- statistics\n").unwrap_or((text, ""));
        let statistics = statistics.lines().map(|l| l.trim_start_matches("-- ")).collect::<Vec<_>>().join("\n");
        Given { sql: sql.trim().into(), statistics, queries: queries.into() }
    }

    /// The statistics; `at` says whose they are.
    pub fn statistics(&self, at: &str) -> Statistics {
        toml::from_str(&self.statistics).unwrap_or_else(|e| panic!("{at}: {e}"))
    }

    /// The queries; `at` says whose they are. `-- name: rows 5` says how many rows one gave.
    pub fn queries(&self, at: &str) -> Vec<Query> {
        let read = workload::read(at, &self.queries);
        assert!(read.problems.is_empty() && !read.queries.is_empty(), "{at}: {:?}", read.problems);
        let one = |q: workload::Query| {
            let rows = q.name.strip_prefix("rows ").and_then(|n| n.parse().ok());
            Query { sql: q.sql, calls: q.weight, rows, ..Query::default() }
        };
        read.queries.into_iter().map(one).collect()
    }
}
