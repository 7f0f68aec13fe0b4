//! Expressions as a plan prints them: parsed by the lossless parser, columns found, the table's name taken off.
use super::Expression;
use crate::scene::queries::bare;
use squawk_syntax::{SourceFile, SyntaxKind as K, SyntaxNode};
use std::collections::BTreeSet;
use tw_model::ident::quote;

/// Longest expression that is looked into, bytes.
const LONGEST: usize = 16_384;
/// Deepest tree that is walked.
const DEEPEST: usize = 200;

/// The expression's tree with the text it is of; none when it is too long, too deep, or no expression to the parser.
pub fn parsed(text: &str) -> Option<(String, SyntaxNode)> {
    if text.len() > LONGEST {
        return None;
    }
    let source = format!("SELECT {}", without_subplans(text));
    let root = SourceFile::parse(&source).syntax_node();
    let target = shallow(&root, 0)?.then(|| root.descendants().find(|n| n.kind() == K::TARGET))??;
    let node = target.first_child()?;
    Some((source, node))
}

fn shallow(node: &SyntaxNode, depth: usize) -> Option<bool> {
    if depth > DEEPEST {
        return Some(false);
    }
    for child in node.children() {
        if !shallow(&child, depth + 1)? {
            return Some(false);
        }
    }
    Some(true)
}

/// `(hashed SubPlan 1)`, `(InitPlan 2).col1`: what a subquery gives is a value that is not known, `$1`.
fn without_subplans(text: &str) -> String {
    let mut out = text.to_string();
    for word in ["SubPlan ", "InitPlan "] {
        let mut from = 0;
        while let Some(at) = out[from..].find(word).map(|n| n + from) {
            let open = out[..at].rfind('(');
            let close = out[at..].find(')').map(|n| n + at + 1);
            let (Some(open), Some(mut close)) = (open, close) else { break };
            if let Some(rest) = out[close..].strip_prefix(".col") {
                close += 4 + rest.bytes().take_while(u8::is_ascii_digit).count();
            }
            out.replace_range(open..close, "$1");
            from = open + 2;
        }
    }
    out
}

/// The text of a node.
pub fn slice<'a>(source: &'a str, node: &SyntaxNode) -> &'a str {
    let range = node.text_range();
    source.get(usize::from(range.start())..usize::from(range.end())).unwrap_or_default().trim()
}

/// A column with its table: `alias.column`, either quoted or not.
pub fn field(source: &str, node: &SyntaxNode, aliases: &BTreeSet<String>) -> Option<(String, String)> {
    if node.kind() != K::FIELD_EXPR {
        return None;
    }
    let (alias, column) = cut(slice(source, node))?;
    let (alias, column) = (unquoted(alias), unquoted(column));
    aliases.contains(&alias).then_some((alias, column))
}

/// `a."b.c"` at the dot that is outside the quotes.
fn cut(text: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '.' if !quoted => return Some((&text[..at], &text[at + 1..])),
            _ => {}
        }
    }
    None
}

fn unquoted(name: &str) -> String {
    let name = name.trim();
    match name.strip_prefix('"').and_then(|n| n.strip_suffix('"')) {
        Some(inner) => inner.replace("\"\"", "\""),
        None => name.to_string(),
    }
}

/// Every column in a node, in order.
pub fn fields(source: &str, node: &SyntaxNode, aliases: &BTreeSet<String>) -> Vec<(String, String)> {
    node.descendants().filter_map(|n| field(source, &n, aliases)).collect()
}

/// Every column in a text; those of one that the parser does not take are looked for by name.
pub fn mentions(text: &str, aliases: &BTreeSet<String>) -> Vec<(String, String)> {
    match parsed(text) {
        Some((source, node)) => fields(&source, &node, aliases),
        None => vec![],
    }
}

/// The node as an expression over columns of one table.
pub fn of_one(source: &str, node: &SyntaxNode, aliases: &BTreeSet<String>) -> Option<(String, Expression)> {
    let node = bare(node);
    let found = fields(source, &node, aliases);
    let alias = found.first().map(|(alias, _)| alias.clone())?;
    let text = slice(source, &node);
    if found.iter().any(|(other, _)| *other != alias) || text.contains('$') || aggregates(text) {
        return None;
    }
    let columns: BTreeSet<String> = found.iter().map(|(_, column)| column.clone()).collect();
    let column = match node.kind() {
        K::FIELD_EXPR => found.first().map(|(_, c)| c.clone()),
        // `(name)::text` of a text column is the column, for an index.
        K::CAST_EXPR => text_cast(source, &node, aliases),
        _ => None,
    };
    let expression = match column {
        Some(column) => Expression { sql: quote(&column), columns, is_column: true },
        None => Expression { sql: own_words(source, &node, aliases), columns, is_column: false },
    };
    Some((alias, expression))
}

/// Values of many rows are no value of a row.
fn aggregates(text: &str) -> bool {
    const AGGREGATES: &[&str] = &["sum(", "count(", "avg(", "min(", "max(", "array_agg(", "string_agg(", " OVER ("];
    AGGREGATES.iter().any(|a| text.contains(a))
}

fn text_cast(source: &str, node: &SyntaxNode, aliases: &BTreeSet<String>) -> Option<String> {
    let (inner, ty) = slice(source, node).rsplit_once("::")?;
    let is_text = matches!(ty.trim(), "text" | "character varying");
    let child = bare(&node.first_child()?);
    let named =
        field(source, &child, aliases).filter(|_| inner.trim().trim_matches(['(', ')']) == slice(source, &child));
    named.map(|(_, column)| column).filter(|_| is_text)
}

/// The text of a node with the tables' names taken off.
pub fn own_words(source: &str, node: &SyntaxNode, aliases: &BTreeSet<String>) -> String {
    let start = usize::from(node.text_range().start());
    let end = usize::from(node.text_range().end());
    let (mut out, mut at) = (String::new(), start);
    for inner in node.descendants() {
        if let Some((_, column)) = field(source, &inner, aliases) {
            let from = usize::from(inner.text_range().start());
            out += source.get(at..from).unwrap_or_default();
            out += &quote(&column);
            at = usize::from(inner.text_range().end());
        }
    }
    out += source.get(at..end).unwrap_or_default();
    out.trim().to_string()
}

/// The text as an expression over columns of one table.
pub fn expression(text: &str, aliases: &BTreeSet<String>) -> Option<(String, Expression)> {
    let (source, node) = parsed(text)?;
    of_one(&source, &node, aliases)
}

/// A sort key without its direction: text, downwards, nulls first, nulls last.
pub fn direction(text: &str) -> (&str, bool, bool, bool) {
    let (text, first) = ends(text, " NULLS FIRST");
    let (text, last) = ends(text, " NULLS LAST");
    let (text, desc) = ends(text, " DESC");
    (text, desc, first, last)
}

fn ends<'a>(text: &'a str, tail: &str) -> (&'a str, bool) {
    text.strip_suffix(tail).map_or((text, false), |head| (head, true))
}
