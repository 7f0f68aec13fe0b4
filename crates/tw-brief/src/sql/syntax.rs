//! Structure: the parser's tree, its errors in words, and the one statement that is taken.
use super::{Problem, names, normal, range};
use squawk_syntax::{SourceFile, SyntaxKind, SyntaxNode};

/// Deepest tree walked: keeps recursion far within a thread's stack.
const DEEPEST: usize = 160;

pub(super) fn parsed(normal: &str) -> Result<SyntaxNode, Vec<Problem>> {
    let parse = SourceFile::parse(normal);
    let root = parse.syntax_node();
    if let Some(deep) = too_deep(&root) {
        return Err(vec![normal::nested_too_deeply(deep)]);
    }
    // The first error is the cause; what follows it is mostly the parser finding its feet. Of several in
    // one place the last is the most telling: "expected `)`" after "expected `,`".
    let errors = parse.errors();
    let Some(place) = errors.first().map(|e| e.range()) else {
        return Ok(root);
    };
    let same_place = errors.iter().take_while(|e| e.range() == place).last();
    let start = usize::from(place.start()).min(normal.len());
    let end = usize::from(place.end()).min(normal.len());
    let (start, end) = word_at(normal, start, end);
    Err(vec![Problem {
        start,
        end,
        what: format!("this is not SQL: {}", plain_words(same_place.map_or("", |e| e.message()))),
        why: "statements are PostgreSQL's SQL, with entities in the place of tables".into(),
        help: "correct the statement here, or just before".into(),
    }])
}

/// An empty span becomes the word that begins there, after spaces.
fn word_at(text: &str, start: usize, end: usize) -> (usize, usize) {
    let rest = text.get(start..).unwrap_or("");
    let word = rest.trim_start();
    if start < end || word.is_empty() {
        return (start, end.max(start));
    }
    let from = start + rest.len() - word.len();
    let mut chars = word.char_indices();
    let first = chars.next().map_or(0, |(_, c)| c.len_utf8());
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let length = if word.starts_with(is_word) { word.find(|c| !is_word(c)).unwrap_or(word.len()) } else { first };
    (from, from + length)
}

/// Statements that a workload has, and those that PostgreSQL has besides.
pub(super) fn known_command(src: &str) -> Result<(), Vec<Problem>> {
    const TAKEN: &[&str] = &["select", "insert", "update", "delete", "with", "values"];
    const REFUSED: &[&str] = &[
        "abort",
        "alter",
        "analyze",
        "begin",
        "call",
        "checkpoint",
        "close",
        "cluster",
        "comment",
        "commit",
        "copy",
        "create",
        "deallocate",
        "declare",
        "discard",
        "do",
        "drop",
        "end",
        "execute",
        "explain",
        "fetch",
        "grant",
        "import",
        "listen",
        "load",
        "lock",
        "merge",
        "move",
        "notify",
        "prepare",
        "reassign",
        "refresh",
        "reindex",
        "release",
        "reset",
        "revoke",
        "rollback",
        "savepoint",
        "security",
        "set",
        "show",
        "start",
        "table",
        "truncate",
        "unlisten",
        "vacuum",
    ];
    let first: String = src.chars().take_while(|c| c.is_alphabetic()).collect();
    let lower = first.to_ascii_lowercase();
    if first.is_empty() || TAKEN.contains(&lower.as_str()) {
        return Ok(());
    }
    let (what, why, help) = match lower.as_str() {
        "merge" => (
            "merge is not taken".to_string(),
            "PostgreSQL 14 does not have it".to_string(),
            "write insert ... on conflict (...) do update".to_string(),
        ),
        "table" => (
            "`table` is not taken".to_string(),
            "it is short for a select that names no columns".to_string(),
            "write select * from ...".to_string(),
        ),
        refused if REFUSED.contains(&refused) => (
            format!("`{}` is not a statement of a workload", words(src, 2)),
            "a workload reads and writes rows; the schema, and the transaction around the statements, \
             are designed"
                .to_string(),
            "remove it; what the language cannot say goes in a fenced `sql` block".to_string(),
        ),
        _ => (
            format!("unknown statement `{first}`"),
            "a statement begins with select, insert, update, delete, values or with".to_string(),
            match names::suggest(&lower, TAKEN.iter().copied()) {
                s if s.is_empty() => "write one of these".to_string(),
                s => s,
            },
        ),
    };
    Err(vec![Problem { start: 0, end: first.len(), what, why, help }])
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

pub(super) fn only_statement(root: &SyntaxNode, src: &str) -> Result<SyntaxNode, Vec<Problem>> {
    let mut statements = root.children();
    let refuse = |node: Option<&SyntaxNode>, what: &str, why: &str, help: &str| {
        let (start, end) = node.map_or((0, src.len()), range);
        Err(vec![Problem { start, end, what: what.to_string(), why: why.to_string(), help: help.to_string() }])
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
    src.split_whitespace().take(count).collect::<Vec<_>>().join(" ")
}
