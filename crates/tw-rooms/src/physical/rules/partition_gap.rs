//! Rows between two partitions are refused.
//!
//! ## What
//! The ranges of a table's partitions leave a gap, and there is no default partition.
//!
//! ## Why it matters
//! A row that falls into the gap is refused, and nobody notices until such a row comes: a month that was forgotten, a
//! bound that is off by one day.
//!
//! ## What to do
//! Create the partition that is missing: its bounds are the end of the one and the beginning of the next.
//!
//! ## When to accept it
//! When rows of that range must not exist: say so by a CHECK, whose message names the rule.
//!
//! ## Sources
//! PostgreSQL manual, CREATE TABLE (PARTITION OF; bounds are inclusive below and exclusive above).
//!
//! ```sql,finds
//! create table visits (id int, at date not null) partition by range (at);
//! create table visits_1 partition of visits for values from ('2024-01-01') to ('2024-02-01');
//! create table visits_3 partition of visits for values from ('2024-03-01') to ('2024-04-01');
//! ```
//! ```sql,finds
//! create table visits (id int not null) partition by range (id);
//! create table visits_1 partition of visits for values from (minvalue) to (100);
//! create table visits_2 (id int not null);
//! alter table visits attach partition visits_2 for values from (101) to (maxvalue);
//! ```
//! ```sql,finds
//! create domain moment as timestamptz;
//! create table visits (id int, at moment not null) partition by range (at);
//! create table visits_1 partition of visits for values from ('2024-01-01') to ('2024-12-31');
//! create table visits_2 partition of visits for values from ('2025-01-01') to ('2026-01-01');
//! ```
//! ```sql,passes
//! create table visits (id int, at date not null) partition by range (at);
//! create table visits_1 partition of visits for values from ('2024-01-01') to ('2024-02-01');
//! create table visits_3 partition of visits for values from ('2024-03-01') to ('2024-04-01');
//! create table visits_rest partition of visits default;
//! ```
//! ```sql,passes
//! create table visits (id int not null) partition by range (id);
//! create table visits_b partition of visits for values from (9) to (100);
//! create table visits_a partition of visits for values from (-5) to (9);
//! create table visits_c partition of visits for values from (100) to (1000);
//! ```
use crate::{
    kit::steps::refused,
    rule::{Demonstration, Needs, Rule, Spot},
    scene::{Scene, TableScene, rows, words::words},
};
use tw_model::{
    change::Change,
    evidence::Undecided,
    finding::{Safety, Severity},
    schema::{Name, Table},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "physical/partition-gap",
    severity: Severity::Error,
    needs: Needs::Schema,
    source: include_str!("partition_gap.rs"),
    check,
    proof: Some(proof),
};

/// A gap: the table, its one key column, and the bounds, as SQL.
struct Gap<'s> {
    table: &'s TableScene<'s>,
    column: &'s str,
    from: &'s str,
    to: &'s str,
}

fn gaps<'s>(scene: &'s Scene) -> Vec<Gap<'s>> {
    let mut out = vec![];
    for table in &scene.tables {
        let Some(column) = table.table.partition_by.as_deref().and_then(|by| key(by)) else { continue };
        let Some(column) = table.table.columns.iter().find(|c| c.name == column) else { continue };
        let children: Vec<&str> = scene
            .children_of(table.name())
            .filter_map(|c| c.table.partition_of.as_ref().map(|(_, bound)| bound.as_str()))
            .collect();
        if children.contains(&"DEFAULT") {
            continue;
        }
        let Some(mut bounds) = children.iter().map(|b| bound(b)).collect::<Option<Vec<_>>>() else { continue };
        // Bounds are in one type, so that they sort as numbers or as the server prints dates and times.
        bounds.sort_by(|a, b| order(a.0, b.0));
        for two in bounds.windows(2) {
            if two[0].1 != two[1].0 {
                out.push(Gap { table, column: &column.name, from: two[0].1, to: two[1].0 });
            }
        }
    }
    out
}

/// The one plain column of `RANGE (at)`.
fn key(by: &str) -> Option<&str> {
    let inside = by.strip_prefix("RANGE (")?.strip_suffix(')')?;
    (!inside.contains([',', '(', ' '])).then(|| inside.trim_matches('"'))
}

/// The two sides of `FOR VALUES FROM (x) TO (y)`.
fn bound(text: &str) -> Option<(&str, &str)> {
    let (from, to) = text.strip_prefix("FOR VALUES FROM (")?.split_once(") TO (")?;
    Some((from, to.strip_suffix(')')?))
}

fn order(a: &str, b: &str) -> std::cmp::Ordering {
    let number = |t: &str| t.trim_matches('\'').parse::<i128>().ok();
    let rank = |t: &str| match t {
        "MINVALUE" => 0,
        "MAXVALUE" => 2,
        _ => 1,
    };
    rank(a).cmp(&rank(b)).then_with(|| match (number(a), number(b)) {
        (Some(x), Some(y)) => x.cmp(&y),
        _ => a.cmp(b),
    })
}

fn partition(gap: &Gap) -> Change {
    let bounds = words(&format!("{}_{}", gap.from, gap.to)).join("_");
    let name = crate::kit::fitting(&format!("{}_{bounds}", gap.table.name().name));
    let table = Table {
        name: Name::new(gap.table.name().schema.clone(), name),
        columns: gap.table.table.columns.clone(),
        partition_of: Some((gap.table.name().clone(), format!("FOR VALUES FROM ({}) TO ({})", gap.from, gap.to))),
        ..Table::default()
    };
    Change::CreateTable { table }
}

fn check(scene: &Scene) -> Vec<Spot> {
    gaps(scene)
        .iter()
        .map(|gap| {
            let (from, to) = (gap.from.trim_matches('\''), gap.to.trim_matches('\''));
            let message = format!("no partition of {} takes {} from {from} to {to}", gap.table.name().name, gap.column);
            Spot::table(gap.table.table, message).fact(gap.from).fixed(Safety::Safe, vec![partition(gap)])
        })
        .collect()
}

fn proof(scene: &Scene, spot: &Spot) -> Result<Demonstration, Undecided> {
    let gaps = gaps(scene);
    let gap = gaps.iter().find(|g| crate::rule::path(g.table.name()) == spot.subject.path && g.from == spot.fact);
    let gap = gap.ok_or_else(|| Undecided::NoTrial("the gap is not found again".into()))?;
    let mut steps = rows::as_parted(gap.table, &[]);
    // The lower bound itself belongs to the partition that is missing.
    let insert = rows::insert(scene, gap.table, 1, &[(gap.column, gap.from.to_string())])?;
    steps.push(refused(insert, "23514", None));
    Ok(Demonstration { steps, twin: vec![partition(gap)] })
}
