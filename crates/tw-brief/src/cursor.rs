//! Walks the words of one grammar line.
use crate::diagnostic::Fault;
use crate::lex::{Token, TokenKind, dash_length, tokens};
use crate::text::Text;
use std::ops::Range;

/// Byte range in the source.
pub(crate) type Span = Range<usize>;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sp<T> {
    pub v: T,
    pub span: Span,
}

/// Deepest nesting of parentheses that is read.
const DEEPEST: usize = 40;
/// Longest SQL fragment that is read, in bytes.
pub(crate) const LONGEST_SQL: usize = 8_000;

/// A position in a line. `sql` collects the parts that are SQL, which `fmt` leaves as they are.
pub(crate) struct Cursor<'a> {
    pub text: &'a Text,
    tokens: Vec<Token>,
    at: usize,
    pub sql: Vec<Range<usize>>,
}

impl<'a> Cursor<'a> {
    pub fn new(text: &'a Text) -> Self {
        Cursor { text, tokens: tokens(text), at: 0, sql: vec![] }
    }
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }
    fn token(&self) -> Option<Token> {
        self.tokens.get(self.at).copied()
    }
    fn words(&self, token: Token) -> &'a str {
        &self.text.text[token.start..token.end]
    }
    /// The word here, or nothing at the end.
    pub fn peek(&self) -> &'a str {
        self.peek_at(0)
    }
    pub fn peek_at(&self, ahead: usize) -> &'a str {
        self.tokens.get(self.at + ahead).map_or("", |t| self.words(*t))
    }
    pub fn kind(&self) -> Option<TokenKind> {
        self.token().map(|t| t.kind)
    }
    pub fn done(&self) -> bool {
        self.at >= self.tokens.len()
    }
    pub fn position(&self) -> usize {
        self.at
    }
    pub fn bump(&mut self) {
        self.at += 1;
    }
    /// Span of the word here, or of the end of the line.
    pub fn span(&self) -> Span {
        match self.token() {
            Some(token) => self.text.span(token.start..token.end),
            None => {
                let end = self.text.whole().end;
                end..end
            }
        }
    }
    /// Span from a position to the word before this one.
    pub fn since(&self, position: usize) -> Span {
        match (self.tokens.get(position), self.at.checked_sub(1).and_then(|i| self.tokens.get(i))) {
            (Some(first), Some(last)) if last.end > first.start => self.text.span(first.start..last.end),
            _ => self.span(),
        }
    }
    /// The text from a position to the word before this one.
    pub fn text_between(&self, position: usize) -> String {
        match (self.tokens.get(position), self.at.checked_sub(1).and_then(|i| self.tokens.get(i))) {
            (Some(first), Some(last)) if last.end > first.start => self.text.text[first.start..last.end].to_string(),
            _ => String::new(),
        }
    }
    /// Takes the word if it is this one.
    pub fn eat(&mut self, word: &str) -> bool {
        let hit = self.peek() == word && self.kind() != Some(TokenKind::Quoted);
        if hit {
            self.at += 1;
        }
        hit
    }
    /// Takes the words if they are these.
    pub fn eat_all(&mut self, words: &[&str]) -> bool {
        let hit = words.iter().enumerate().all(|(i, w)| self.peek_at(i) == *w);
        if hit {
            self.at += words.len();
        }
        hit
    }
    /// `expected X, found Y`.
    pub fn expected(&self, what: &str) -> Fault {
        if self.kind() == Some(TokenKind::Unclosed) {
            return Fault::new(self.span(), "this quote is never closed")
                .why("quoted text ends with the quote it began with")
                .help("close it, or double it where the text itself has one");
        }
        let found = match self.token() {
            Some(token) => format!("found `{}`", shorten(self.words(token))),
            None => "the line ends".to_string(),
        };
        Fault::new(self.span(), format!("expected {what}, but {found}"))
    }
    pub fn expect(&mut self, word: &str, why: &str) -> Result<(), Fault> {
        if self.eat(word) { Ok(()) } else { Err(self.expected(&format!("`{word}`")).why(why)) }
    }
    /// Nothing may follow.
    pub fn finish(&self) -> Result<(), Fault> {
        if self.done() { Ok(()) } else { Err(self.expected("the end of the line")) }
    }
    pub fn word(&mut self, what: &str) -> Result<Sp<String>, Fault> {
        match self.token() {
            Some(token) if token.kind == TokenKind::Word => {
                self.at += 1;
                Ok(Sp { v: self.words(token).to_string(), span: self.text.span(token.start..token.end) })
            }
            _ => Err(self.expected(what)),
        }
    }
    /// A number token as written.
    pub fn number(&mut self, what: &str) -> Result<Sp<String>, Fault> {
        match self.token() {
            Some(token) if token.kind == TokenKind::Number => {
                self.at += 1;
                Ok(Sp { v: self.words(token).to_string(), span: self.text.span(token.start..token.end) })
            }
            _ => Err(self.expected(what)),
        }
    }
    /// Text in quotes, unquoted.
    pub fn quoted(&mut self, what: &str) -> Result<Sp<String>, Fault> {
        match self.token() {
            Some(token) if token.kind == TokenKind::Quoted => {
                self.at += 1;
                let raw = self.words(token);
                let quote = &raw[..1];
                Ok(Sp {
                    v: raw[1..raw.len() - 1].replace(&quote.repeat(2), quote),
                    span: self.text.span(token.start..token.end),
                })
            }
            _ => Err(self.expected(what)),
        }
    }
    /// `(a, b, c)`: words in parentheses, at least one.
    pub fn names(&mut self, what: &str) -> Result<Vec<Sp<String>>, Fault> {
        self.expect("(", &format!("{what} stand in parentheses"))?;
        let mut out = vec![self.word(what)?];
        while self.eat(",") {
            out.push(self.word(what)?);
        }
        self.expect(")", &format!("{what} stand in parentheses, separated by commas"))?;
        Ok(out)
    }
    /// `(...)`: the SQL inside, parentheses balanced.
    pub fn sql_group(&mut self, what: &str) -> Result<Text, Fault> {
        let Some(open) = self.token().filter(|_| self.peek() == "(") else {
            return Err(self.expected(&format!("{what} in parentheses")));
        };
        let mut depth = 0usize;
        let mut deepest = 0;
        let start = self.at;
        while let Some(token) = self.token() {
            match self.words(token) {
                "(" if token.kind == TokenKind::Sign => {
                    depth += 1;
                    deepest = deepest.max(depth);
                }
                ")" if token.kind == TokenKind::Sign => depth -= 1,
                _ => {}
            }
            if token.kind == TokenKind::Unclosed {
                return Err(self.expected("a closing parenthesis"));
            }
            self.at += 1;
            if depth == 0 {
                let inner = open.end..token.start;
                self.sql.push(inner.clone());
                let sql = self.text.slice(inner);
                if deepest > DEEPEST {
                    return Err(Fault::new(self.since(start), "too many nested parentheses")
                        .why(format!("at most {DEEPEST} levels are read")));
                }
                check_sql(&sql, what, self.since(start))?;
                return Ok(sql);
            }
        }
        self.at = start;
        Err(Fault::new(self.span(), "this parenthesis is never closed")
            .why("an expression ends with its closing parenthesis")
            .help("add `)`"))
    }
    /// The rest of the line as SQL.
    pub fn sql_rest(&mut self, what: &str) -> Result<Text, Fault> {
        let start = self.token().map_or(self.text.text.len(), |t| t.start);
        let from = self.at;
        self.at = self.tokens.len();
        self.sql.push(start..self.text.text.len());
        let sql = self.text.slice(start..self.text.text.len());
        check_sql(&sql, what, self.since(from))?;
        Ok(sql)
    }
    /// ` — purpose` to the end, without its dash.
    pub fn purpose(&mut self) -> Option<String> {
        let token = self.token().filter(|t| t.kind == TokenKind::Prose)?;
        self.at += 1;
        let raw = self.words(token);
        Some(raw[dash_length(raw)..].trim().to_string())
    }
    /// After a fault: to the next comma outside parentheses, or a purpose, or the end; past the place
    /// where the option began (`from`) at any rate.
    pub fn recover(&mut self, from: usize) {
        self.skip_to_comma();
        if self.at == from {
            self.at += 1;
        }
    }
    fn skip_to_comma(&mut self) {
        let mut depth = 0usize;
        while let Some(token) = self.token() {
            match self.words(token) {
                "(" | "[" => depth += 1,
                ")" | "]" => depth = depth.saturating_sub(1),
                "," if depth == 0 => return,
                _ if token.kind == TokenKind::Prose => return,
                _ => {}
            }
            self.at += 1;
        }
    }
}

/// Limits and signs that no SQL fragment may have.
pub(crate) fn check_sql(sql: &Text, what: &str, outer: Span) -> Result<(), Fault> {
    if sql.text.is_empty() {
        return Err(Fault::new(outer, format!("{what} is empty")).help("write it, or leave it out"));
    }
    if sql.text.len() > LONGEST_SQL {
        return Err(
            Fault::new(outer, format!("{what} is too long")).why(format!("at most {LONGEST_SQL} bytes are read"))
        );
    }
    let mut quote = None;
    let mut depth = 0usize;
    for (at, c) in sql.text.char_indices() {
        match quote {
            Some(open) if open == c => quote = None,
            Some(_) => {}
            None if c == '\'' || c == '"' => quote = Some(c),
            None if c == '(' => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(Fault::new(sql.span(at..at + 1), "too many nested parentheses")
                        .why(format!("at most {DEEPEST} levels are read")));
                }
            }
            None if c == ')' => depth = depth.saturating_sub(1),
            None => {
                let rest = &sql.text[at..];
                if rest.starts_with("--") || rest.starts_with("/*") {
                    return Err(Fault::new(sql.span(at..at + 2), "a comment inside SQL")
                        .why("the lines of an item are joined, so a comment would swallow what follows")
                        .help("write it as prose"));
                }
                if rest.starts_with("$$") {
                    return Err(Fault::new(sql.span(at..at + 2), "dollar quotes inside SQL")
                        .why("the brief language quotes text with single quotes alone")
                        .help("write '...' and double the quotes inside"));
                }
            }
        }
    }
    if quote.is_some() {
        return Err(Fault::new(sql.whole(), format!("a quote in {what} is never closed"))
            .help("close it, or double it where the text itself has one"));
    }
    Ok(())
}

/// At most 40 characters of a word, for messages.
pub(crate) fn shorten(word: &str) -> String {
    if word.chars().count() <= 40 { word.to_string() } else { word.chars().take(39).chain(['…']).collect() }
}
