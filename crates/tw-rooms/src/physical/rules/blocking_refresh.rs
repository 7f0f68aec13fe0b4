//! A materialised view cannot be refreshed while it is read.
//!
//! ## What
//! A materialised view has no unique index over plain columns and all rows.
//!
//! ## Why it matters
//! REFRESH CONCURRENTLY needs one. Without it each refresh locks out every reader until it is done.
//!
//! ## What to do
//! Create a unique index over what tells its rows apart.
//!
//! ## When to accept it
//! Views that are refreshed when nobody reads, and those of one row.
//!
//! ## Sources
//! PostgreSQL manual, REFRESH MATERIALIZED VIEW (CONCURRENTLY).
//!
//! ```sql,finds
//! create table visits (id int primary key, at date);
//! create materialized view by_day as select at, count(*) as n from visits group by at;
//! ```
//! ```sql,finds
//! create table visits (id int primary key, at date);
//! create materialized view by_day as select at, count(*) as n from visits group by at;
//! create index on by_day (at);
//! create unique index on by_day ((at + 1));
//! ```
//! ```sql,finds
//! create table visits (id int, at date) partition by range (at);
//! create materialized view late as select id, at from visits;
//! create unique index on late (id) where at > '2024-01-01';
//! ```
//! ```sql,passes
//! create table visits (id int primary key, at date);
//! create materialized view by_day as select at, count(*) as n from visits group by at;
//! create unique index on by_day (at);
//! create materialized view how_many as select count(*) from visits;
//! create view ids as select id from visits;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::{Severity, SubjectKind};

/// The rule.
pub const RULE: Rule = Rule {
    id: "physical/blocking-refresh",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("blocking_refresh.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for view in scene.schema.views.iter().filter(|v| v.materialized) {
        let serves =
            view.indexes.iter().any(|i| i.unique && i.filter.is_none() && i.parts.iter().all(|p| !p.is_expression));
        // One row of sums.
        let sums = ["count(", "sum(", "max(", "min(", "avg("].iter().any(|f| view.query.contains(f));
        let single = sums && !view.query.contains("GROUP BY");
        if !serves && !single {
            let message = format!("a refresh of {} locks out its readers", view.name.name);
            out.push(Spot::at(SubjectKind::View, crate::rule::path(&view.name), message));
        }
    }
    out
}
