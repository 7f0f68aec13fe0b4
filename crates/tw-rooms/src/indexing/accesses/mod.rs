//! What a query asks of each table it reads, taken from the plan that PostgreSQL itself makes: it has resolved the
//! names, the views, the common table expressions and the subqueries, and says every condition with full names.
mod condition;
#[cfg(test)]
mod tests;
mod text;

use condition::Conjunct;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use tw_model::schema::Name;

/// Most conditions that are kept of one access.
const MOST_CONDITIONS: usize = 40;

/// One occurrence of a table in a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Access {
    /// Number of the query.
    pub query: usize,
    /// The table.
    pub table: Name,
    /// What the plan calls it.
    pub alias: String,
    /// Conditions on its rows.
    pub conditions: Vec<Condition>,
    /// Orders that its rows alone are wanted in.
    pub orders: Vec<Vec<Order>>,
    /// Columns and expressions that its rows alone are grouped by.
    pub groups: Vec<Vec<Expression>>,
    /// Columns that the rest of the query needs of it, those that only conditions of its own read left out.
    pub needed: BTreeSet<String>,
}

/// A condition on the rows of one table.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// What is compared; none for a condition of another form.
    pub on: Option<Expression>,
    /// How.
    pub how: How,
    /// The whole condition in the table's own words.
    pub sql: String,
    /// Columns it reads.
    pub columns: BTreeSet<String>,
    /// It holds the same for every run: columns of the row and written constants only.
    pub fixed: bool,
    /// One of several alternatives: an index serves it only together with the others'.
    pub alternative: bool,
}

/// A column, or an expression over columns of one table, in the words of an index on it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expression {
    /// Text without the table's name; a column is quoted where it must be.
    pub sql: String,
    /// Columns it reads, unquoted.
    pub columns: BTreeSet<String>,
    /// It is a column.
    pub is_column: bool,
}

/// One part of an order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Order {
    /// By what.
    pub by: Expression,
    /// Downwards.
    pub desc: bool,
    /// Nulls first, where that is not what the direction brings along.
    pub nulls_first: bool,
    /// Nulls last, likewise.
    pub nulls_last: bool,
}

/// Ways to compare.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// With a value.
    Equal,
    /// With one of some values.
    OneOf,
    /// Below or above something.
    Range,
    /// With a column of another table.
    Join,
    /// With a pattern that begins with this text.
    Prefix,
    /// With a pattern, or a regular expression.
    Pattern,
    /// Text search.
    Search,
    /// By an operator of documents, arrays and ranges: `@>`, `&&`, `?`, ...
    Contains(String),
    /// Is null.
    Null,
    /// Anything else about the row: columns compared with each other, a truth value, ...
    Other,
}

/// The accesses of a query's plan: the root node of `EXPLAIN (VERBOSE, FORMAT JSON)`. Several plans of the same query
/// tell more than one.
pub fn accesses(query: usize, plans: &[Value]) -> Vec<Access> {
    let mut all: BTreeMap<String, Access> = BTreeMap::new();
    for plan in plans {
        walk(plan, &mut |node| {
            let (Some(table), Some(alias)) = (node["Relation Name"].as_str(), node["Alias"].as_str()) else { return };
            let schema = node["Schema"].as_str().unwrap_or("public");
            all.entry(alias.to_string()).or_insert_with(|| Access {
                query,
                table: Name::new(schema, table),
                alias: alias.to_string(),
                conditions: vec![],
                orders: vec![],
                groups: vec![],
                needed: BTreeSet::new(),
            });
        });
    }
    let aliases: BTreeSet<String> = all.keys().cloned().collect();
    for plan in plans {
        let mut equal: Vec<[(String, Expression); 2]> = vec![];
        read(plan, true, &aliases, &mut all, &mut equal);
        join(&mut all, &equal);
    }
    all.into_values().collect()
}

fn walk(node: &Value, visit: &mut impl FnMut(&Value)) {
    visit(node);
    for child in node["Plans"].as_array().into_iter().flatten() {
        walk(child, visit);
    }
}

/// Keys of a node that hold a condition.
const CONDITIONS: &[&str] =
    &["Filter", "Index Cond", "Recheck Cond", "Hash Cond", "Merge Cond", "Join Filter", "Order By", "TID Cond"];
/// Keys that hold lists of expressions.
const LISTS: &[&str] = &["Output", "Sort Key", "Group Key", "Presorted Key"];

fn read(
    node: &Value,
    root: bool,
    aliases: &BTreeSet<String>,
    all: &mut BTreeMap<String, Access>,
    equal: &mut Vec<[(String, Expression); 2]>,
) {
    let own = node["Relation Name"].as_str().and(node["Alias"].as_str());
    for key in CONDITIONS {
        let Some(text) = node[*key].as_str() else { continue };
        for conjunct in condition::conjuncts(text, aliases) {
            take(conjunct, all, equal);
        }
    }
    for key in LISTS {
        let texts: Vec<&str> = node[*key].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        // What a scan gives is often the whole row, whether somebody wants it or not.
        if *key == "Output" && own.is_some() && !root {
            continue;
        }
        for text in &texts {
            for (alias, column) in text::mentions(text, aliases) {
                all.entry(alias).and_modify(|a| a.needed.extend([column]));
            }
        }
        match *key {
            "Sort Key" => order(&texts, aliases, all),
            "Group Key" => group(&texts, aliases, all),
            _ => {}
        }
    }
    for child in node["Plans"].as_array().into_iter().flatten() {
        read(child, false, aliases, all, equal);
    }
}

fn take(conjunct: Conjunct, all: &mut BTreeMap<String, Access>, equal: &mut Vec<[(String, Expression); 2]>) {
    match conjunct {
        Conjunct::Of(alias, condition) => {
            if let Some(access) = all.get_mut(&alias)
                && access.conditions.len() < MOST_CONDITIONS
                && !access.conditions.contains(&condition)
            {
                access.conditions.push(condition);
            }
        }
        Conjunct::Between(sides, mentioned, is_equal) => {
            for (alias, column) in mentioned {
                all.entry(alias).and_modify(|a| a.needed.extend([column]));
            }
            if let Some(sides) = sides {
                if is_equal {
                    equal.push(sides.clone());
                } else {
                    for (alias, on) in sides {
                        joined(all, &alias, on, How::Range);
                    }
                }
            }
        }
    }
}

/// Columns that are equal to each other are each a way into their table, whichever pair the plan compares.
fn join(all: &mut BTreeMap<String, Access>, equal: &[[(String, Expression); 2]]) {
    for (alias, on) in equal.iter().flatten() {
        joined(all, alias, on.clone(), How::Join);
    }
}

fn joined(all: &mut BTreeMap<String, Access>, alias: &str, on: Expression, how: How) {
    let Some(access) = all.get_mut(alias) else { return };
    if access.conditions.iter().any(|c| c.how == how && c.on.as_ref() == Some(&on) && !c.fixed) {
        return;
    }
    let columns = on.columns.clone();
    let sql = on.sql.clone();
    access.conditions.push(Condition { on: Some(on), how, sql, columns, fixed: false, alternative: false });
}

/// The leading part of an order that is of one table.
fn order(texts: &[&str], aliases: &BTreeSet<String>, all: &mut BTreeMap<String, Access>) {
    let mut of: Option<String> = None;
    let mut parts: Vec<Order> = vec![];
    for text in texts {
        let (bare, desc, nulls_first, nulls_last) = text::direction(text);
        let Some((alias, by)) = text::expression(bare, aliases) else { break };
        if of.get_or_insert_with(|| alias.clone()) != &alias {
            break;
        }
        parts.push(Order { by, desc, nulls_first, nulls_last });
    }
    if let Some(access) = of.and_then(|alias| all.get_mut(&alias))
        && !access.orders.contains(&parts)
    {
        access.orders.push(parts);
    }
}

fn group(texts: &[&str], aliases: &BTreeSet<String>, all: &mut BTreeMap<String, Access>) {
    let parts: Vec<(String, Expression)> = texts.iter().map_while(|t| text::expression(t, aliases)).collect();
    let Some((alias, _)) = parts.first().cloned() else { return };
    let of_one: Vec<Expression> = parts.into_iter().take_while(|(a, _)| *a == alias).map(|(_, e)| e).collect();
    if let Some(access) = all.get_mut(&alias)
        && !access.groups.contains(&of_one)
    {
        access.groups.push(of_one);
    }
}
