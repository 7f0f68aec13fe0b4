//! SQL written against entities: resolved once, to pieces that render against any mapping.
//!
//! The life of a statement: [`normal`] makes it plain SQL of the same length (`:p` becomes `$0`, an entity
//! called `Order` becomes a name), a lossless parser gives it structure, [`query`], [`from`], [`write`] and
//! [`expr`] walk the tree and resolve names level by level ([`level`], [`names`]), [`filter`] notes what is
//! asked of each occurrence of an entity. Every span is a span of the given text.
mod expr;
mod filter;
mod from;
mod level;
mod names;
mod normal;
mod query;
mod search;
#[cfg(test)]
mod tests;
mod write;

use level::{Level, Rel, Resolver};
use squawk_syntax::{SourceFile, SyntaxKind, SyntaxNode};
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
/// Deepest tree walked: keeps recursion far within a thread's stack.
const DEEPEST: usize = 160;

/// Resolves one statement. `params` are the names that `:name` may take.
///
/// # Errors
/// Everything that is wrong with it: a syntax error alone, else every name that is not known.
pub fn statement(text: &str, scope: &Scope, params: &[String]) -> Result<EntitySql, Vec<Problem>> {
    let lead = text.len() - text.trim_start().len();
    let mut body = text.trim();
    if let Some(without) = body.strip_suffix(';') {
        body = without.trim_end();
    }
    one_statement(body, scope, params).map_err(|problems| shifted(problems, lead))
}

fn one_statement(src: &str, scope: &Scope, params: &[String]) -> Result<EntitySql, Vec<Problem>> {
    let normal = normal::normalised(src, scope, params)?;
    let root = parsed(&normal)?;
    let node = only_statement(&root, src)?;
    let mut r = Resolver::new(src, scope, taken_names(&node, src));
    let kind = match node.kind() {
        SyntaxKind::INSERT => StatementKind::Insert,
        SyntaxKind::UPDATE => StatementKind::Update,
        SyntaxKind::DELETE => StatementKind::Delete,
        _ => StatementKind::Select,
    };
    let outermost = r.outermost(&node);
    r.query(&node, &[]);
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
    let normal = normal::normalised(src, scope, &[])?;
    // The closing parenthesis stands on its own line, so that a comment cannot swallow it.
    let wrapped = format!("{HEAD}{normal}\n)");
    let in_text = |p: Problem| Problem {
        start: p.start.saturating_sub(HEAD.len()).min(src.len()),
        end: p.end.saturating_sub(HEAD.len()).min(src.len()),
        ..p
    };
    let root = parsed(&wrapped).map_err(|p| p.into_iter().map(in_text).collect::<Vec<_>>())?;
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
    r.levels.push(Level {
        rels: vec![0],
        own: true,
        ..Level::default()
    });
    r.expr(&inner, expr::Ctx::default());
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
    Ok(EntityExpr {
        text: src.to_string(),
        pieces,
        attributes,
    })
}

/// The expression inside the one pair of parentheses that the wrapping made, if it is still one.
fn parenthesised(root: &SyntaxNode, end: usize) -> Option<SyntaxNode> {
    let only = |node: &SyntaxNode, kind: SyntaxKind| {
        let mut children = node.children();
        let child = children.next().filter(|c| c.kind() == kind)?;
        children.next().is_none().then_some(child)
    };
    let select = only(root, SyntaxKind::SELECT)?;
    let list = only(
        &only(&select, SyntaxKind::SELECT_CLAUSE)?,
        SyntaxKind::TARGET_LIST,
    )?;
    let paren = only(&only(&list, SyntaxKind::TARGET)?, SyntaxKind::PAREN_EXPR)?;
    let inner = paren.children().next()?;
    let whole = usize::from(paren.text_range().end()) == end;
    (whole && !query::is_query(&inner)).then_some(inner)
}

fn parsed(normal: &str) -> Result<SyntaxNode, Vec<Problem>> {
    let parse = SourceFile::parse(normal);
    let root = parse.syntax_node();
    if let Some(deep) = too_deep(&root) {
        return Err(vec![normal::nested_too_deeply(deep)]);
    }
    // The first error is the cause; what follows it is mostly the parser finding its feet.
    match parse.errors().into_iter().next() {
        None => Ok(root),
        Some(error) => {
            let start = usize::from(error.range().start()).min(normal.len());
            let end = usize::from(error.range().end()).min(normal.len());
            Err(vec![Problem {
                start,
                end: end.max(start),
                what: format!("this is not SQL: {}", plain_words(error.message())),
                why: "statements are PostgreSQL's SQL, with entities in the place of tables".into(),
                help: "correct the statement here, or just before".into(),
            }])
        }
    }
}

/// The parser's token names in words: `R_PAREN` is `)`.
fn plain_words(message: &str) -> String {
    message
        .split(' ')
        .map(|word| {
            let (token, tail) = match word.strip_suffix(',') {
                Some(token) => (token, ","),
                None => (word, ""),
            };
            let shown = match token {
                "R_PAREN" => "`)`".to_string(),
                "L_PAREN" => "`(`".to_string(),
                "COMMA" => "`,`".to_string(),
                "EOF" => "the end".to_string(),
                "IDENT" => "a name".to_string(),
                "SEMICOLON" => "`;`".to_string(),
                _ => match token.strip_suffix("_KW") {
                    Some(keyword) => format!("`{}`", keyword.to_ascii_lowercase()),
                    None => token.to_string(),
                },
            };
            shown + tail
        })
        .collect::<Vec<_>>()
        .join(" ")
}

fn too_deep(root: &SyntaxNode) -> Option<(usize, usize)> {
    let mut open = vec![(root.clone(), 0usize)];
    while let Some((node, depth)) = open.pop() {
        if depth > DEEPEST {
            return Some(range(&node));
        }
        open.extend(node.children().map(|child| (child, depth + 1)));
    }
    None
}

fn only_statement(root: &SyntaxNode, src: &str) -> Result<SyntaxNode, Vec<Problem>> {
    let mut statements = root.children();
    let refuse = |node: Option<&SyntaxNode>, what: &str, why: &str, help: &str| {
        let (start, end) = node.map_or((0, src.len()), range);
        Err(vec![Problem {
            start,
            end,
            what: what.to_string(),
            why: why.to_string(),
            help: help.to_string(),
        }])
    };
    let Some(first) = statements.next() else {
        return refuse(
            None,
            "there is no statement",
            "a `>` begins one statement",
            "write a select, insert, update or delete",
        );
    };
    if let Some(second) = statements.next() {
        return refuse(
            Some(&second),
            "a second statement",
            "one `>` is one statement; several `>` are one transaction",
            "begin it with its own `>`",
        );
    }
    match first.kind() {
        SyntaxKind::SELECT
        | SyntaxKind::COMPOUND_SELECT
        | SyntaxKind::PAREN_SELECT
        | SyntaxKind::VALUES
        | SyntaxKind::INSERT
        | SyntaxKind::UPDATE
        | SyntaxKind::DELETE => Ok(first),
        SyntaxKind::MERGE => refuse(
            Some(&first),
            "merge is not taken",
            "PostgreSQL 14 does not have it, and its plan says nothing an upsert does not",
            "write insert ... on conflict (...) do update",
        ),
        SyntaxKind::TABLE => refuse(
            Some(&first),
            "`table` is not taken",
            "it is short for a select that names no columns",
            "write select * from ...",
        ),
        _ => refuse(
            Some(&first),
            &format!("`{}` is not a statement of a workload", words(src, 2)),
            "a workload reads and writes rows: select, insert, update, delete; the schema and the \
             transaction around the statements are designed",
            "remove it; what the language cannot say goes in a fenced `sql` block",
        ),
    }
}

fn words(src: &str, count: usize) -> String {
    src.split_whitespace()
        .take(count)
        .collect::<Vec<_>>()
        .join(" ")
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
    problems
        .into_iter()
        .map(|p| Problem {
            start: p.start + by,
            end: p.end + by,
            ..p
        })
        .collect()
}

fn sorted(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.sort_by_key(|p| (p.start, p.end));
    problems.dedup();
    problems
}
