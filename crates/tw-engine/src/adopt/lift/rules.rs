//! Unique constraints and checks as rules of an entity.
use super::super::statistics::Statistics;
use super::{
    Home, columns, expressions, origin,
    references::{Reference, members_of},
};
use tw_model::{
    ident::bare,
    model::{Check, Entity, Unique, UniqueKind, ValueItem, Values},
    printed,
    schema::{Constraint, Table},
};

/// `unique` of an attribute or of several members. One over a whole end is the relation's.
pub(super) fn unique(columns: &[String], entity: &mut Entity, home: &Home, references: &[Reference]) {
    if references.iter().any(|r| r.holder == home.table && r.one_to_one && r.columns == columns) {
        return;
    }
    let Some(parts) = members_of(columns, home).filter(|parts| parts.iter().all(|p| p != "key")) else { return };
    if let [one] = parts.as_slice() {
        if let Some(attribute) = entity.attributes.iter_mut().find(|a| a.name == *one) {
            attribute.unique = Some(UniqueKind { nocase: false, per_tenant: false });
        }
        return;
    }
    if !entity.uniques.iter().any(|u| u.parts == parts) {
        entity.uniques.push(Unique { parts, per_tenant: false, origin: origin() });
    }
}

/// A check: a list of values, a rule of one attribute, or a rule with a name.
pub(super) fn check(
    table: &Table,
    constraint: &Constraint,
    expression: &str,
    exact: bool,
    entity: &mut Entity,
    home: &mut Home,
    statistics: &Statistics,
) {
    if !expressions::is_sayable(expression) || constraint.comment.is_some() {
        return;
    }
    if let Some((column, values)) = printed::listed(expression).filter(|_| !exact)
        && let Some(member) = home.members.get(&column)
        && let Some(attribute) = entity.attributes.iter_mut().find(|a| a.name == *member && a.values.is_none())
        && (attribute.ty.sql.starts_with("character") || attribute.ty.sql == "text")
        && values.iter().all(|v| !v.is_empty() && expressions::is_sayable(v))
        && (1..values.len()).all(|n| !values[..n].contains(&values[n]))
    {
        let shares = statistics.shares(&table.name, &column, &values);
        let items = values.into_iter().zip(shares).map(|(value, share)| ValueItem { value, share, was: None });
        attribute.values = Some(Values { open: false, items: items.collect() });
        home.checks.insert(format!("in({})", attribute.name), constraint.name.clone());
        return;
    }
    let said = if exact { expression.to_string() } else { printed::without_casts(expression) };
    let predicate = expressions::plain(bare(&expressions::over_members(&said, home)));
    let mentioned = tw_model::mention::Mentions::of([expression]);
    let over: Vec<&String> = home.members.iter().filter(|(c, _)| mentioned.has_word(c)).map(|(_, m)| m).collect();
    if let [member] = over.as_slice()
        && let Some(attribute) = entity.attributes.iter_mut().find(|a| a.name == **member && a.checks.is_empty())
    {
        attribute.checks.push(predicate);
        home.checks.insert(format!("check({})", attribute.name), constraint.name.clone());
        return;
    }
    let mut taken = entity.attributes.iter().map(|a| a.name.clone()).collect::<std::collections::BTreeSet<_>>();
    taken.extend(home.ends.keys().cloned());
    taken.extend(entity.checks.iter().filter_map(|c| c.name.clone()));
    let name = columns::attribute_name(&short(&constraint.name, &table.name.name), &mut taken);
    home.checks.insert(format!("check({name})"), constraint.name.clone());
    entity.checks.push(Check { name: Some(name), predicate, origin: origin() });
}

/// A constraint's name without the table's and the word `check`.
fn short(name: &str, table: &str) -> String {
    let inner = name.strip_prefix(table).unwrap_or(name).trim_start_matches('_');
    let inner = inner.strip_suffix("_check").unwrap_or(inner);
    let inner = inner.strip_prefix("chk_").or_else(|| inner.strip_prefix("ck_")).unwrap_or(inner);
    if inner.is_empty() || inner == "check" { "rule".into() } else { inner.to_string() }
}
