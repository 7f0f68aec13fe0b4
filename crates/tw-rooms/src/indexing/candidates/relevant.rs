//! Which candidates could change a query's plan: the others need not be asked about.
use super::{Candidate, keys};
use crate::indexing::accesses::{Access, How};

/// True when the candidate could serve one of the query's accesses: its predicate is among the conditions, and its
/// first part is compared, sorted or grouped by, or it holds all that is read of the table.
pub fn relevant(candidate: &Candidate, accesses: &[Access]) -> bool {
    accesses.iter().any(|access| serves(candidate, access))
}

fn serves(candidate: &Candidate, access: &Access) -> bool {
    let implied = |sql: &String| access.conditions.iter().any(|c| c.fixed && c.sql == *sql);
    if candidate.table != access.table || !candidate.filter.iter().all(implied) {
        return false;
    }
    if !candidate.filter.is_empty() {
        return true;
    }
    let columns = candidate.columns();
    if candidate.index.method == "btree" && keys::wanted(access, &candidate.filter).is_subset(&columns) {
        return true;
    }
    let Some(first) = candidate.index.parts.first() else { return false };
    let is = |e: &crate::indexing::accesses::Expression| {
        e.is_column != first.is_expression
            && if e.is_column { e.columns.contains(&first.column) } else { e.sql == first.column }
    };
    let every = candidate.index.method == "bloom";
    let compared = access.conditions.iter().any(|c| {
        let on = c.on.as_ref().is_some_and(|on| is(on) || every && on.is_column && columns.is_superset(&on.columns));
        on && c.how != How::Other
    });
    let leads = |parts: Option<&crate::indexing::accesses::Expression>| parts.is_some_and(is);
    compared
        || access.orders.iter().any(|o| leads(o.first().map(|o| &o.by)))
        || access.groups.iter().any(|g| g.iter().any(is))
}
