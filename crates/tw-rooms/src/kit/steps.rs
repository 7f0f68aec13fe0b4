//! Steps and trials in few words.
use super::Row;
use tw_model::{
    change::Change,
    claim::Claim,
    draft::Draft,
    schema::{Column, Constraint, Index, Name, Policy, Table},
    trial::{Actor, Apart, Base, Expect, Step, Trial, Twin},
};

/// A step of the owner in session 1.
pub fn step(sql: impl Into<String>, expect: Expect) -> Step {
    Step { session: 1, actor: Actor::Owner, sql: sql.into(), keep: vec![], expect, setup: false }
}

/// It is accepted.
pub fn accepted(sql: impl Into<String>) -> Step {
    step(sql, Expect::Accepted)
}

/// It prepares the ground; should it be refused, nothing is tried.
pub fn prepares(sql: impl Into<String>) -> Step {
    Step { setup: true, ..accepted(sql) }
}

/// The row can be written as it is: inserted and taken away again, as preparation.
pub fn rehearsed(draft: &Draft, row: &Row) -> [Step; 2] {
    let delete = format!("DELETE FROM {} WHERE {}", draft.printed_table(&row.table), row.by_key(draft));
    [prepares(row.insert(draft)), prepares(delete)]
}

/// It is accepted and touches so many rows.
pub fn affects(sql: impl Into<String>, rows: u64) -> Step {
    step(sql, Expect::Affects { rows })
}

/// It is refused.
pub fn refused(sql: impl Into<String>, sqlstate: &str, constraint: Option<&str>) -> Step {
    step(sql, refusal(sqlstate, constraint))
}

/// The expectation of a refusal.
pub fn refusal(sqlstate: &str, constraint: Option<&str>) -> Expect {
    Expect::Refused { sqlstate: sqlstate.into(), constraint: constraint.map(String::from) }
}

/// It returns these rows.
pub fn returns(sql: impl Into<String>, rows: Vec<Vec<Option<String>>>) -> Step {
    step(sql, Expect::Rows { rows })
}

/// It returns one row with one value.
pub fn returns_one(sql: impl Into<String>, value: &str) -> Step {
    returns(sql, vec![vec![Some(value.into())]])
}

/// The same step by somebody else.
pub fn by(actor: Actor, mut step: Step) -> Step {
    step.actor = actor;
    step
}

/// The same step in another session.
pub fn in_session(session: u8, mut step: Step) -> Step {
    step.session = session;
    step
}

/// Inserts of those rows, as preparation.
pub fn inserts(draft: &Draft, rows: &[Row]) -> Vec<Step> {
    rows.iter().map(|row| prepares(row.insert(draft))).collect()
}

/// A trial on the empty schema, rolled back, with a schema twin.
pub fn trial(claim: &Claim, steps: Vec<Step>, twin: Vec<Change>) -> Trial {
    Trial {
        claim: claim.id.clone(),
        base: Base::Empty,
        isolation: Apart::Rollback,
        steps,
        twin: Twin::Schema { changes: twin },
    }
}

/// The same trial on the sample.
pub fn on_sample(mut trial: Trial) -> Trial {
    trial.base = Base::Sample;
    trial
}

/// Physical names for twins and facts: what the draft prints, unquoted.
pub struct Physical<'a>(pub &'a Draft);

impl Physical<'_> {
    /// A table.
    pub fn table(&self, symbol: &str) -> Name {
        Name::new(self.namespace_of(symbol), self.0.name(symbol))
    }
    /// The namespace that a table is in.
    pub fn namespace_of(&self, symbol: &str) -> &str {
        match self.0.namespace_of(symbol) {
            "" => "public",
            namespace => namespace,
        }
    }
    /// The namespace the tables are in.
    pub fn namespace(&self) -> &str {
        if self.0.namespace.is_empty() { "public" } else { &self.0.namespace }
    }
    /// A column, constraint, index or policy of a table.
    pub fn member(&self, table: &str, symbol: &str) -> String {
        self.0.name(&format!("{table}.{symbol}"))
    }
    /// Several columns.
    pub fn members(&self, table: &str, symbols: &[String]) -> Vec<String> {
        symbols.iter().map(|s| self.member(table, s)).collect()
    }
    /// Several columns, quoted where needed.
    pub fn quoted(&self, table: &str, symbols: &[String]) -> Vec<String> {
        self.members(table, symbols).iter().map(|n| tw_model::ident::quote(n)).collect()
    }
}

/// Symbolic lookups that a claim's own room made possible; none only if the draft was edited by hand.
pub fn table<'a>(draft: &'a Draft, symbol: &str) -> Option<&'a Table> {
    draft.schema.table(&Name::symbol(symbol))
}

/// A column by table and symbol.
pub fn column<'a>(draft: &'a Draft, table_symbol: &str, symbol: &str) -> Option<&'a Column> {
    table(draft, table_symbol)?.column(symbol)
}

/// A constraint by table and symbol.
pub fn constraint<'a>(draft: &'a Draft, table_symbol: &str, symbol: &str) -> Option<&'a Constraint> {
    table(draft, table_symbol)?.constraint(symbol)
}

/// Drops, inside a trial, every foreign key but those: what happens then is the doing of the kept ones. The
/// keys are (table symbol, constraint symbol).
pub fn only_references(draft: &Draft, tables: &[&str], kept: &[(&str, &str)]) -> Vec<Step> {
    let mut steps = vec![];
    for symbol in tables {
        for (name, ..) in super::rows::foreign_keys(draft, symbol) {
            if kept.contains(&(symbol, name.as_str())) {
                continue;
            }
            let physical = tw_model::ident::quote(&Physical(draft).member(symbol, &name));
            steps.push(prepares(format!(
                "ALTER TABLE {} DROP CONSTRAINT IF EXISTS {physical}",
                draft.printed_table(symbol)
            )));
        }
    }
    steps
}

/// The drop of a constraint, in physical names.
pub fn drop_constraint(draft: &Draft, table: &str, symbol: &str) -> Change {
    let p = Physical(draft);
    Change::DropConstraint { table: p.table(table), name: p.member(table, symbol) }
}

/// The drop of an index, in physical names.
pub fn drop_index(draft: &Draft, table: &str, index: &Index) -> Change {
    let p = Physical(draft);
    Change::DropIndex { table: p.table(table), name: p.member(table, &index.name) }
}

/// The drop of a policy, in physical names.
pub fn drop_policy(draft: &Draft, table: &str, policy: &Policy) -> Change {
    let p = Physical(draft);
    Change::DropPolicy { table: p.table(table), name: p.member(table, &policy.name) }
}
