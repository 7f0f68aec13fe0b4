//! Conditions: cut at AND, each sorted by what it is of and how it compares.
use super::{
    Condition, Expression, How,
    text::{self, fields, of_one, own_words, slice},
};
use crate::scene::queries::{operands, sides};
use squawk_syntax::SyntaxNode;
use std::collections::BTreeSet;

/// One part of a conjunction.
#[derive(Clone, Debug, PartialEq)]
pub enum Conjunct {
    /// About the rows of one table.
    Of(String, Condition),
    /// About rows of several: the two sides if each is of one table, every column in it, and whether it is an equality.
    Between(Option<[(String, Expression); 2]>, Vec<(String, String)>, bool),
}

/// The parts of a condition.
pub fn conjuncts(text: &str, aliases: &BTreeSet<String>) -> Vec<Conjunct> {
    let Some((source, node)) = text::parsed(text) else { return vec![] };
    let mut out = vec![];
    for part in operands(&node, "and") {
        whole(&source, &part, aliases, &mut out);
        let arms = operands(&part, "or");
        if arms.len() > 1 {
            for arm in arms {
                for condition in operands(&arm, "and") {
                    alternative(&source, &condition, aliases, &mut out);
                }
            }
        }
    }
    out
}

fn whole(source: &str, node: &SyntaxNode, aliases: &BTreeSet<String>, out: &mut Vec<Conjunct>) {
    let found = fields(source, node, aliases);
    let tables: BTreeSet<&String> = found.iter().map(|(alias, _)| alias).collect();
    match tables.len() {
        0 => {}
        1 => out.push(Conjunct::Of(found[0].0.clone(), condition(source, node, aliases, false))),
        _ => {
            let pair = sides(node).and_then(|(left, op, right)| {
                let compares = matches!(op.as_str(), "=" | "<" | ">" | "<=" | ">=");
                let sides = [of_one(source, &left, aliases)?, of_one(source, &right, aliases)?];
                (compares && sides[0].0 != sides[1].0).then_some((sides, op == "="))
            });
            let is_equal = pair.as_ref().is_some_and(|(_, equal)| *equal);
            out.push(Conjunct::Between(pair.map(|(sides, _)| sides), found, is_equal));
        }
    }
}

fn alternative(source: &str, node: &SyntaxNode, aliases: &BTreeSet<String>, out: &mut Vec<Conjunct>) {
    let found = fields(source, node, aliases);
    let tables: BTreeSet<&String> = found.iter().map(|(alias, _)| alias).collect();
    if tables.len() == 1 {
        let condition = condition(source, node, aliases, true);
        if condition.on.is_some() {
            out.push(Conjunct::Of(found[0].0.clone(), condition));
        }
    }
}

fn condition(source: &str, node: &SyntaxNode, aliases: &BTreeSet<String>, alternative: bool) -> Condition {
    let sql = own_words(source, node, aliases);
    let columns = fields(source, node, aliases).into_iter().map(|(_, column)| column).collect();
    let (on, how) = comparison(source, node, aliases).map_or((None, How::Other), |(on, how)| (Some(on), how));
    // A parameter, or what a subquery gives, differs from run to run.
    let fixed = !sql.contains('$') && !alternative;
    Condition { on, how, sql, columns, fixed, alternative }
}

fn comparison(source: &str, node: &SyntaxNode, aliases: &BTreeSet<String>) -> Option<(Expression, How)> {
    let text = slice(source, node);
    for (tail, how) in [(" IS NULL", How::Null), (" IS NOT NULL", How::Other)] {
        if text.ends_with(tail) {
            return node.first_child().and_then(|n| of_one(source, &n, aliases)).map(|(_, on)| (on, how));
        }
    }
    let (left, op, right) = sides(node)?;
    let (on, other, flipped) = match (of_one(source, &left, aliases), of_one(source, &right, aliases)) {
        (Some((_, on)), None) if fields(source, &right, aliases).is_empty() => (on, right, false),
        (None, Some((_, on))) if fields(source, &left, aliases).is_empty() => (on, left, true),
        _ => return None,
    };
    let value = slice(source, &other);
    let how = match op.as_str() {
        "=" if value.to_uppercase().starts_with("ANY") && !flipped => How::OneOf,
        "=" if value.to_uppercase().starts_with("ANY") => return None,
        "=" => How::Equal,
        "<" | ">" | "<=" | ">=" => How::Range,
        "~~" if starts_with_text(value) => How::Prefix,
        "~~" | "~~*" | "~" | "~*" => How::Pattern,
        "@@" => How::Search,
        "@>" | "<@" | "&&" | "?" | "?|" | "?&" => How::Contains(if flipped { turned(&op) } else { op.clone() }),
        _ => return None,
    };
    Some((on, how))
}

fn turned(op: &str) -> String {
    match op {
        "@>" => "<@",
        "<@" => "@>",
        other => other,
    }
    .to_string()
}

/// A pattern that begins with something other than a wildcard.
fn starts_with_text(pattern: &str) -> bool {
    let inside = pattern.strip_prefix('\'').unwrap_or_default();
    inside.chars().next().is_some_and(|c| !matches!(c, '%' | '_' | '\''))
}
