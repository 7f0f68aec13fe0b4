//! Entity SQL to SQL of the same length that a PostgreSQL parser can read.
//!
//! Three things are not SQL: `:p`, an entity whose name is a keyword (`from Order`), and an attribute or a
//! value whose name is one (`where order = :order`). A parameter becomes `$0...`, a word becomes a name by
//! having its first letter replaced with `_`; all else is kept, so every place stays the same.
use super::{LONGEST_BYTES, Problem, Scope, names::suggest};
use squawk_lexer::{LiteralKind, TokenKind, tokenize};
use tw_model::ident::{is_keyword, is_reserved};

/// Deepest nesting that is handed to the parser, which recurses: on brackets, and on operators and
/// keywords between two commas.
const DEEPEST_NESTING: usize = 160;

/// Words that may begin an operand, so that they stay keywords there.
const OPERAND_KEYWORDS: &[&str] = &[
    "all",
    "any",
    "array",
    "case",
    "cast",
    "current_date",
    "current_role",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "distinct",
    "exists",
    "false",
    "lateral",
    "localtime",
    "localtimestamp",
    "not",
    "null",
    "only",
    "row",
    "select",
    "session_user",
    "some",
    "true",
    "values",
    "variadic",
    "with",
];

/// Keywords after which an operand or a relation comes.
const BEFORE_OPERAND: &[&str] = &[
    "all",
    "and",
    "between",
    "by",
    "case",
    "distinct",
    "else",
    "escape",
    "except",
    "from",
    "having",
    "ilike",
    "in",
    "intersect",
    "into",
    "is",
    "join",
    "lateral",
    "like",
    "limit",
    "not",
    "of",
    "offset",
    "on",
    "only",
    "or",
    "returning",
    "select",
    "set",
    "similar",
    "symmetric",
    "then",
    "to",
    "union",
    "update",
    "using",
    "variadic",
    "when",
    "where",
];

/// See [`normalised`].
pub(super) struct Normal {
    pub text: String,
    /// Reserved words that were made names, but for those after a dot, which SQL takes as names too.
    pub reserved: Vec<(usize, usize)>,
}

/// What a text begins with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Text {
    Statement,
    Expression,
}

/// Unreserved keywords that open something.
const OPENERS: &[&str] = &["copy", "escape", "explain", "insert", "prepare", "set", "update", "delete"];

struct Word {
    start: usize,
    end: usize,
    kind: TokenKind,
}

/// The text as plain SQL, byte for byte in the same places.
///
/// # Errors
/// Unknown parameters, unterminated quotes, and texts beyond the limits.
pub(super) fn normalised(src: &str, scope: &Scope, params: &[String], begins: Text) -> Result<Normal, Vec<Problem>> {
    if src.len() > LONGEST_BYTES {
        return Err(vec![Problem {
            start: 0,
            end: src.len(),
            what: format!("the statement has {} bytes", src.len()),
            why: format!("at most {LONGEST_BYTES} are read"),
            help: "split it".into(),
        }]);
    }
    let words = significant(src)?;
    let mut out = src.as_bytes().to_vec();
    let mut problems = vec![];
    let mut reserved = vec![];
    let mut brackets = 0usize;
    let mut nesting = Nesting(vec![0]);
    let mut skip = usize::MAX;
    for (i, word) in words.iter().enumerate() {
        let text = &src[word.start..word.end];
        let keyword = text.to_ascii_lowercase();
        match word.kind {
            TokenKind::OpenBracket => brackets += 1,
            TokenKind::CloseBracket => brackets = brackets.saturating_sub(1),
            _ => {}
        }
        if nesting.after(word.kind, &keyword) > DEEPEST_NESTING {
            return Err(vec![nested_too_deeply((word.start, word.end))]);
        }
        if i == skip {
            continue;
        }
        match word.kind {
            TokenKind::Colon => {
                let Some(name) = parameter_at(src, &words, i) else {
                    continue;
                };
                skip = i + 1;
                let called = &src[name.start..name.end];
                let known = params.iter().any(|p| p == called);
                if !known && brackets > 0 {
                    continue; // `list[a:b]` is a slice
                }
                if !known {
                    problems.push(unknown_parameter(word.start, name.end, called, params));
                }
                if src[..word.start].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
                    problems.push(Problem {
                        start: word.start,
                        end: name.end,
                        what: format!("`:{called}` touches the word before it"),
                        why: "the two would be read as one".into(),
                        help: format!("write a space before `:{called}`"),
                    });
                }
                out[word.start] = b'$';
                out[word.start + 1..name.end].fill(b'0');
            }
            TokenKind::PositionalParam { .. } => problems.push(Problem {
                start: word.start,
                end: word.end,
                what: format!("`{text}` is not a parameter here"),
                why: "parameters are named in the signature; their numbers are given later".into(),
                help: "write `:name`".into(),
            }),
            TokenKind::Ident if stands_for_a_name(src, &words, i, begins, &keyword, scope) => {
                out[word.start] = b'_';
                let after_dot = i > 0 && words[i - 1].kind == TokenKind::Dot;
                if is_reserved(&keyword) && !after_dot {
                    reserved.push((word.start, word.end));
                }
            }
            _ => {}
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    // Only whole ASCII bytes were replaced, so this cannot fail; the text itself is the safe answer.
    let text = String::from_utf8(out).unwrap_or_else(|_| src.to_string());
    Ok(Normal { text, reserved })
}

/// For each open bracket, the operators and keywords since it opened or since its last comma.
struct Nesting(Vec<usize>);

impl Nesting {
    /// The nesting after a token: an upper bound of what a parser may hold open.
    fn after(&mut self, kind: TokenKind, keyword: &str) -> usize {
        match kind {
            TokenKind::OpenParen | TokenKind::OpenBracket => self.0.push(0),
            TokenKind::CloseParen | TokenKind::CloseBracket if self.0.len() > 1 => {
                self.0.pop();
            }
            TokenKind::Comma => {
                if let Some(run) = self.0.last_mut() {
                    *run = 0;
                }
            }
            TokenKind::Literal { .. } | TokenKind::QuotedIdent { .. } | TokenKind::Dot => {}
            TokenKind::Ident if !is_keyword(keyword) && !OPENERS.contains(&keyword) => {}
            _ => {
                if let Some(run) = self.0.last_mut() {
                    *run += 1;
                }
            }
        }
        self.0.iter().sum::<usize>() + self.0.len()
    }
}

/// Tokens but for space and comments.
fn significant(src: &str) -> Result<Vec<Word>, Vec<Problem>> {
    let mut words = vec![];
    let mut at = 0usize;
    for token in tokenize(src) {
        let (start, end) = (at, at + token.len as usize);
        at = end;
        let open = match token.kind {
            TokenKind::Eof => break,
            TokenKind::Whitespace | TokenKind::LineComment => continue,
            TokenKind::BlockComment { terminated: true } => continue,
            TokenKind::BlockComment { terminated: false } => Some("comment"),
            TokenKind::QuotedIdent { terminated: false, .. } => Some("quoted name"),
            TokenKind::Literal {
                kind:
                    LiteralKind::Str { terminated }
                    | LiteralKind::NationalStr { terminated }
                    | LiteralKind::ByteStr { terminated }
                    | LiteralKind::BitStr { terminated }
                    | LiteralKind::DollarQuotedString { terminated }
                    | LiteralKind::UnicodeEscStr { terminated }
                    | LiteralKind::EscStr { terminated },
            } => (!terminated).then_some("quoted text"),
            _ => None,
        };
        if let Some(open) = open {
            return Err(vec![Problem {
                start,
                end,
                what: format!("this {open} does not end"),
                why: "its closing mark is missing".into(),
                help: "close it".into(),
            }]);
        }
        words.push(Word { start, end, kind: token.kind });
    }
    Ok(words)
}

/// The name of the parameter that begins at this colon, if one does: `:name`, but not `::type`.
fn parameter_at<'w>(src: &str, words: &'w [Word], i: usize) -> Option<&'w Word> {
    let colon = &words[i];
    let name = words.get(i + 1)?;
    let first = src[name.start..].chars().next()?;
    let cast = i > 0 && words[i - 1].kind == TokenKind::Colon && words[i - 1].end == colon.start;
    let word = name.kind == TokenKind::Ident && (first.is_alphabetic() || first == '_');
    (word && !cast && name.start == colon.end).then_some(name)
}

fn unknown_parameter(start: usize, end: usize, name: &str, params: &[String]) -> Problem {
    Problem {
        start,
        end,
        what: format!("unknown parameter `:{name}`"),
        why: if params.is_empty() {
            "there are no parameters here".into()
        } else {
            let all: Vec<String> = params.iter().map(|p| format!("`:{p}`")).collect();
            format!("the parameters here are {}", all.join(", "))
        },
        help: match suggest(name, params.iter().map(String::as_str)) {
            s if s.is_empty() => "name it in the signature".into(),
            s => s.replacen('`', "`:", 1),
        },
    }
}

/// True for a keyword that stands where a name must be and is one that the brief gave.
fn stands_for_a_name(src: &str, words: &[Word], i: usize, begins: Text, keyword: &str, scope: &Scope) -> bool {
    let text = &src[words[i].start..words[i].end];
    if !is_keyword(keyword) && keyword != "overriding" {
        return false;
    }
    let word_at =
        |i: Option<usize>| i.and_then(|i| words.get(i)).map(|w| (w.kind, src[w.start..w.end].to_ascii_lowercase()));
    let (before_kind, before) = match word_at(i.checked_sub(1)) {
        Some((kind, text)) => (Some(kind), text),
        None => (None, String::new()),
    };
    let (after_kind, after) = match word_at(Some(i + 1)) {
        Some((kind, text)) => (Some(kind), text),
        None => (None, String::new()),
    };
    let after_dot = before_kind == Some(TokenKind::Dot);
    let before_dot = after_kind == Some(TokenKind::Dot);
    let operand = after_dot
        || match before_kind {
            None => begins == Text::Expression,
            Some(TokenKind::Ident) => BEFORE_OPERAND.contains(&before.as_str()),
            Some(
                TokenKind::CloseParen
                | TokenKind::CloseBracket
                | TokenKind::Literal { .. }
                | TokenKind::QuotedIdent { .. }
                | TokenKind::PositionalParam { .. }
                | TokenKind::Semi,
            ) => false,
            // `x::date` names a type
            Some(TokenKind::Colon) => false,
            // `select *` ends an operand, `2 *` awaits one
            Some(TokenKind::Star) => match word_at(i.checked_sub(2)) {
                Some((TokenKind::Ident, word)) => !BEFORE_OPERAND.contains(&word.as_str()),
                Some((TokenKind::Comma | TokenKind::Dot | TokenKind::OpenParen, _)) => false,
                before => before.is_some(),
            },
            Some(_) => true,
        };
    let literal_follows =
        matches!(after_kind, Some(TokenKind::Literal { kind: LiteralKind::Str { .. } | LiteralKind::EscStr { .. } }));
    let keyword_use = matches!(
        (keyword, after.as_str()),
        ("order" | "group", "by") | ("case", "when") | ("time" | "timestamp", "with" | "without")
    );
    if !operand || keyword_use || literal_follows {
        return false;
    }
    if scope.entities.contains_key(text) {
        return before_dot || after_dot || after_kind != Some(TokenKind::OpenParen) || before == "into";
    }
    let starts_operand = OPERAND_KEYWORDS.contains(&keyword) && !after_dot;
    let call = after_kind == Some(TokenKind::OpenParen) && !after_dot;
    let entity_after = words.get(i + 1).is_some_and(|w| scope.entities.contains_key(&src[w.start..w.end]));
    let clause = keyword == "from" && after_kind == Some(TokenKind::Ident) && (entity_after || !is_keyword(&after));
    if starts_operand || call || clause {
        return false;
    }
    scope
        .entities
        .values()
        .any(|e| e.attributes.iter().any(|a| a.name == keyword || a.values.iter().any(|v| v == text)))
}

pub(super) fn nested_too_deeply((start, end): (usize, usize)) -> Problem {
    Problem {
        start,
        end,
        what: "the statement is nested too deeply".into(),
        why: "such depth is a sign of generated text, and readers get lost in it too".into(),
        help: "split it with `with name as (...)`, or into several statements".into(),
    }
}
