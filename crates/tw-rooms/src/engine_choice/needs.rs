//! What a brief needs of an engine, read off its model.
use super::table::{Date, READ_ON};
use crate::kit::{growth::rows_after, links};
use std::collections::BTreeMap;
use tw_model::{
    model::{InvariantRule, Isolation, Model, Query, Statement},
    sql::{Against, Predicate, PredicateOp, StatementKind},
};

/// What a brief needs. Names are the brief's own; lists are in the brief's order.
#[derive(Clone, Debug, PartialEq)]
pub struct Needs {
    /// References between entities that must never dangle.
    pub references: usize,
    /// Queries that join.
    pub joins: Vec<String>,
    /// Transactions of several statements.
    pub transactions: Vec<String>,
    /// Invariants over several rows.
    pub invariants: Vec<String>,
    /// Strongest isolation wished, and the first query that wishes it.
    pub isolation: Option<(Isolation, String)>,
    /// Writing statements a second when every query runs at its rate.
    pub writes_per_s: f64,
    /// Reading statements a second, likewise.
    pub reads_per_s: f64,
    /// Load per entity.
    pub entities: BTreeMap<String, Load>,
    /// Live copies promised.
    pub copies: Option<u32>,
    /// Recovery point promised, seconds.
    pub rpo_s: Option<u64>,
    /// Attributes that hold documents.
    pub documents: Vec<String>,
    /// Queries that walk a graph (recursive).
    pub traversals: Vec<String>,
    /// Attributes searched as full text.
    pub searched: Vec<String>,
    /// Roles with their own rights.
    pub roles: usize,
    /// The day up to which the design must last.
    pub horizon: Date,
}

/// What is asked of one entity.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Load {
    /// Rows at the horizon; none when the brief gives no volume.
    pub rows_at_horizon: Option<u64>,
    /// Writing statements a second.
    pub writes_per_s: f64,
    /// It is only ever read and written by one key, alone: no join, no larger transaction, no
    /// invariant, no other order.
    pub by_one_key_alone: bool,
}

impl Needs {
    /// The needs of a model.
    pub fn of(model: &Model) -> Needs {
        let days = model.promises.planned_days();
        let named = |wanted: fn(&Query) -> bool| -> Vec<String> {
            let found = model.workload.iter().filter(|q| wanted(q));
            found.map(|q| q.name.clone()).collect()
        };
        let attributes = |wanted: fn(&tw_model::model::Attribute) -> bool| -> Vec<String> {
            let all = model.entities.iter().flat_map(|e| e.attributes.iter().map(move |a| (e, a)));
            all.filter(|(_, a)| wanted(a)).map(|(e, a)| format!("{}.{}", e.name, a.name)).collect()
        };
        Needs {
            references: links(model).len(),
            joins: named(|q| q.statements.iter().any(joins)),
            transactions: named(|q| q.statements.len() > 1),
            invariants: model.invariants.iter().filter(|i| spans_rows(&i.rule)).map(|i| i.name.clone()).collect(),
            isolation: strongest_isolation(model),
            writes_per_s: rate(model, writes),
            reads_per_s: rate(model, |s| s.sql.kind == StatementKind::Select),
            entities: loads(model, days),
            copies: model.promises.copies,
            rpo_s: model.promises.rpo_s,
            documents: attributes(|a| a.ty.sql == "jsonb" || a.ty.sql == "json"),
            traversals: named(|q| q.statements.iter().any(|s| recursive(&s.sql.text))),
            searched: attributes(|a| a.search),
            roles: model.roles.len(),
            horizon: READ_ON.plus_days(days),
        }
    }

    /// Things are related, and rules over them must hold at every commit.
    pub fn is_relational(&self) -> bool {
        self.references > 0 || !self.joins.is_empty() || !self.invariants.is_empty()
    }
}

fn strongest_isolation(model: &Model) -> Option<(Isolation, String)> {
    let wished = model.workload.iter().filter_map(|q| Some((q.isolation?, &q.name)));
    let strongest = wished.clone().map(|(isolation, _)| isolation).max()?;
    let (isolation, name) = wished.into_iter().find(|(isolation, _)| *isolation == strongest)?;
    Some((isolation, name.clone()))
}

fn joins(statement: &Statement) -> bool {
    let scans = &statement.sql.scans;
    scans.len() > 1 || scans.iter().flat_map(|s| &s.predicates).any(|p| matches!(p.against, Against::Column { .. }))
}

fn writes(statement: &Statement) -> bool {
    statement.sql.writes.is_some()
}

fn recursive(text: &str) -> bool {
    text.to_ascii_lowercase().contains("with recursive")
}

/// True when the rule cannot be seen on one row alone.
fn spans_rows(rule: &InvariantRule) -> bool {
    !matches!(rule, InvariantRule::Always { .. })
}

/// Statements a second for which `counts` holds. A query without a rate counts as one call a second.
fn rate(model: &Model, counts: impl Fn(&Statement) -> bool) -> f64 {
    let of = |q: &Query| q.statements.iter().filter(|s| counts(s)).count() as f64;
    model.workload.iter().map(|q| of(q) * q.rate_per_s.unwrap_or(1.0)).sum()
}

fn loads(model: &Model, days: u32) -> BTreeMap<String, Load> {
    let load = |entity: &tw_model::model::Entity| {
        let writes_it = |s: &Statement| s.sql.writes.as_ref().is_some_and(|w| w.entity == entity.name);
        let rows_at_horizon = rows_after(model, &entity.name, f64::from(days)).map(|rows| rows as u64);
        Load {
            rows_at_horizon,
            writes_per_s: rate(model, writes_it),
            by_one_key_alone: by_one_key_alone(model, &entity.name),
        }
    };
    model.entities.iter().map(|e| (e.name.clone(), load(e))).collect()
}

fn by_one_key_alone(model: &Model, entity: &str) -> bool {
    let touches = |s: &Statement| {
        s.sql.scans.iter().any(|scan| scan.entity == entity)
            || s.sql.writes.as_ref().is_some_and(|w| w.entity == entity)
    };
    let queries: Vec<&Query> = model.workload.iter().filter(|q| q.statements.iter().any(touches)).collect();
    let one_key = |p: &Predicate| p.op == PredicateOp::Equal && !matches!(p.against, Against::Column { .. });
    let alone = |q: &&Query| {
        q.statements.len() == 1
            && !joins(&q.statements[0])
            && q.statements[0]
                .sql
                .scans
                .iter()
                .all(|scan| scan.group.is_empty() && scan.predicates.iter().filter(|p| one_key(p)).count() == 1)
    };
    let in_invariant = model.invariants.iter().any(|i| match &i.rule {
        InvariantRule::AtMost { entity: e, .. } | InvariantRule::Always { entity: e, .. } => e == entity,
        InvariantRule::SumEquals { part, whole, .. } => part == entity || whole == entity,
        InvariantRule::NoRow { statement } => statement.scans.iter().any(|s| s.entity == entity),
    });
    !queries.is_empty() && !in_invariant && queries.iter().all(alone)
}
