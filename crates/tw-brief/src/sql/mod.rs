//! SQL written against entities: resolved once, to pieces that render against any mapping.
//!
//! The life of a statement: [`normal`] makes it plain SQL of the same length (`:p` becomes `$0`, an entity
//! called `Order` becomes a name), a lossless parser gives it structure ([`syntax`]), [`query`], [`from`], [`write`] and
//! [`expr`] walk the tree and resolve names level by level ([`level`], [`names`]), [`filter`] notes what is
//! asked of each occurrence of an entity. Every span is a span of the given text.
mod expr;
mod filter;
mod fits;
mod from;
mod level;
mod names;
mod normal;
mod order;
mod query;
mod search;
mod syntax;
mod targets;
#[cfg(test)]
mod tests;
mod write;

pub use fits::{Holds, Param};
use level::{Level, Rel, Resolver};
use squawk_syntax::{SyntaxKind, SyntaxNode};
use std::collections::BTreeMap;
use tw_model::sql::{EntityExpr, EntitySql, Piece, StatementKind};

/// What is wrong with a text, where, and what to do. Offsets are bytes of the given text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// What is wrong.
    pub what: String,
    /// Why it is wrong.
    pub why: String,
    /// What to do; a suggestion where there is one.
    pub help: String,
}

/// The entities a statement may name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// By name.
    pub entities: BTreeMap<String, ScopeEntity>,
}

/// What a statement may say of one entity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScopeEntity {
    /// Natural key parts (attribute or end names); empty for a surrogate key.
    pub key: Vec<String>,
    /// Attributes and relation ends, in order.
    pub attributes: Vec<ScopeAttribute>,
}

/// An attribute or a relation end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScopeAttribute {
    /// Its name.
    pub name: String,
    /// The entity it points at, when it is a relation end.
    pub target: Option<String>,
    /// The values of `in (...)`.
    pub values: Vec<String>,
}

impl ScopeEntity {
    /// The attribute or end of that name.
    pub fn attribute(&self, name: &str) -> Option<&ScopeAttribute> {
        self.attributes.iter().find(|a| a.name == name)
    }
}

/// Longest text taken, bytes: far beyond any query a person wrote.
const LONGEST_BYTES: usize = 64 * 1024;

/// Resolves one statement. `params` are what `:name` may be.
///
/// # Errors
/// Everything that is wrong with it: a syntax error alone, else every name that is not known and every parameter that
/// cannot be what it is compared with or given to.
pub fn statement(text: &str, scope: &Scope, params: &[Param]) -> Result<EntitySql, Vec<Problem>> {
    let lead = text.len() - text.trim_start().len();
    let mut body = text.trim();
    if let Some(without) = body.strip_suffix(';') {
        body = without.trim_end();
    }
    one_statement(body, scope, params).map_err(|problems| shifted(problems, lead))
}

fn one_statement(src: &str, scope: &Scope, params: &[Param]) -> Result<EntitySql, Vec<Problem>> {
    syntax::known_command(src)?;
    let names: Vec<String> = params.iter().map(|p| p.name.clone()).collect();
    let normal = normal::normalised(src, scope, &names, normal::Text::Statement)?;
    let root = syntax::parsed(&normal.text)?;
    let node = syntax::only_statement(&root, src)?;
    let mut r = Resolver::new(src, scope, taken_names(&node, src));
    r.params = params;
    let kind = match node.kind() {
        SyntaxKind::INSERT => StatementKind::Insert,
        SyntaxKind::UPDATE => StatementKind::Update,
        SyntaxKind::DELETE => StatementKind::Delete,
        _ => StatementKind::Select,
    };
    let outermost = r.outermost(&node);
    r.query(&node, &[]);
    r.reserved_words(&normal.reserved, 0);
    if !r.problems.is_empty() {
        return Err(sorted(r.problems));
    }
    let kind = r.written_by.unwrap_or(kind);
    let mut scans = std::mem::take(&mut r.scans);
    scans.sort_by_key(|(at, _)| *at);
    Ok(EntitySql {
        text: src.to_string(),
        kind,
        writes: r.writes.take(),
        ordered: outermost.ordered,
        limit: outermost.limit,
        locks: std::mem::take(&mut r.locks),
        pieces: r.pieces(),
        scans: scans.into_iter().map(|(_, scan)| scan).collect(),
    })
}

/// Resolves an expression over one row of `entity`: a check, a filter. Attributes of the row stand
/// unqualified.
///
/// # Errors
/// Everything that is wrong with it.
pub fn expression(text: &str, scope: &Scope, entity: &str) -> Result<EntityExpr, Vec<Problem>> {
    let lead = text.len() - text.trim_start().len();
    one_expression(text.trim(), scope, entity).map_err(|problems| shifted(problems, lead))
}

fn one_expression(src: &str, scope: &Scope, entity: &str) -> Result<EntityExpr, Vec<Problem>> {
    const HEAD: &str = "select (";
    let normal = normal::normalised(src, scope, &[], normal::Text::Expression)?;
    // The closing parenthesis stands on its own line, so that a comment cannot swallow it.
    let wrapped = format!("{HEAD}{}\n)", normal.text);
    let in_text = |p: Problem| Problem {
        start: p.start.saturating_sub(HEAD.len()).min(src.len()),
        end: p.end.saturating_sub(HEAD.len()).min(src.len()),
        ..p
    };
    let root = syntax::parsed(&wrapped).map_err(|p| p.into_iter().map(in_text).collect::<Vec<_>>())?;
    let Some(inner) = parenthesised(&root, wrapped.len()) else {
        return Err(vec![Problem {
            start: 0,
            end: src.len(),
            what: "this is not one expression".into(),
            why: format!("a rule of {entity} is a single condition or value over its attributes"),
            help: "write one expression, such as `amount > 0`".into(),
        }]);
    };
    // The walk reads names from the text at a node's place, so it is handed a text of the same places.
    let padded = format!("{HEAD}{src}\n)");
    let mut r = Resolver::new(&padded, scope, taken_names(&inner, &padded));
    let Some(own) = scope.entities.get_key_value(entity) else {
        return Err(vec![Problem {
            start: 0,
            end: src.len(),
            what: format!("unknown entity `{entity}`"),
            why: "an expression is resolved against the attributes of its entity".into(),
            help: names::suggest(entity, scope.entities.keys().map(String::as_str)),
        }]);
    };
    r.rels.push(Rel::own(own));
    r.levels.push(Level { rels: vec![0], own: true, ..Level::default() });
    r.expr(&inner, expr::Ctx::default());
    r.reserved_words(&normal.reserved, HEAD.len());
    if !r.problems.is_empty() {
        return Err(sorted(r.problems.into_iter().map(in_text).collect()));
    }
    let mut attributes: Vec<String> = vec![];
    for found in r.refs.values().filter(|f| f.rel == 0) {
        if !attributes.contains(&found.name) {
            attributes.push(found.name.clone());
        }
    }
    let mut pieces = r.pieces();
    if let Some(Piece::Text { text }) = pieces.first_mut() {
        *text = text.strip_prefix(HEAD).unwrap_or(text).to_string();
    }
    if let Some(Piece::Text { text }) = pieces.last_mut() {
        *text = text.strip_suffix("\n)").unwrap_or(text).to_string();
    }
    pieces.retain(|p| !matches!(p, Piece::Text { text } if text.is_empty()));
    Ok(EntityExpr { text: src.to_string(), pieces, attributes })
}

/// The expression inside the one pair of parentheses that the wrapping made, if it is still one.
fn parenthesised(root: &SyntaxNode, end: usize) -> Option<SyntaxNode> {
    let only = |node: &SyntaxNode, kind: SyntaxKind| {
        let mut children = node.children();
        let child = children.next().filter(|c| c.kind() == kind)?;
        children.next().is_none().then_some(child)
    };
    let select = only(root, SyntaxKind::SELECT)?;
    let list = only(&only(&select, SyntaxKind::SELECT_CLAUSE)?, SyntaxKind::TARGET_LIST)?;
    let paren = only(&only(&list, SyntaxKind::TARGET)?, SyntaxKind::PAREN_EXPR)?;
    let inner = paren.children().next()?;
    let whole = usize::from(paren.text_range().end()) == end;
    (whole && !query::is_query(&inner)).then_some(inner)
}

/// Lower-cased aliases and names of common table expressions: an added alias must meet none of them.
fn taken_names(node: &SyntaxNode, src: &str) -> std::collections::BTreeSet<String> {
    node.descendants()
        .filter(|n| matches!(n.kind(), SyntaxKind::TABLE_ALIAS | SyntaxKind::CTE_NAME))
        .map(|n| slice(src, &n).trim_matches('"').to_ascii_lowercase())
        .collect()
}

fn range(node: &SyntaxNode) -> (usize, usize) {
    let range = node.text_range();
    (range.start().into(), range.end().into())
}

fn slice<'a>(src: &'a str, node: &SyntaxNode) -> &'a str {
    let (start, end) = range(node);
    src.get(start..end).unwrap_or("")
}

fn shifted(problems: Vec<Problem>, by: usize) -> Vec<Problem> {
    problems.into_iter().map(|p| Problem { start: p.start + by, end: p.end + by, ..p }).collect()
}

fn sorted(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.sort_by_key(|p| (p.start, p.end));
    problems.dedup();
    problems
}
