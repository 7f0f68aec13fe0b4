//! The words of the notations: one cutter for all of them.
use crate::diagnostic::Fault;
use std::ops::Range;

/// A word.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub kind: Kind,
    /// The word; of a quoted text what stands inside.
    pub text: String,
    pub span: Range<usize>,
    /// The first of its line.
    pub first: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters, digits and underscores.
    Word,
    /// `'...'`.
    Text,
    /// `"..."`.
    Name,
    /// An expression in backticks, or between slashes.
    Code,
    /// `/** ... */`, where it documents what follows.
    Doc,
    /// Anything else, one sign.
    Sign,
}

/// What the signs of a notation mean where notations differ.
#[derive(Clone, Copy)]
pub(super) struct Signs {
    /// It begins a comment to the end of its line; `/* */` is one too.
    pub comment: &'static str,
    /// As in Java: `/** */` documents, an expression stands between slashes, and nothing is escaped in quotes.
    pub java: bool,
}

/// Cuts a text.
fn cut(text: &str, signs: Signs) -> Result<Vec<Token>, Fault> {
    let mut out: Vec<Token> = vec![];
    let mut at = 0;
    let mut first = true;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        if c == '\n' {
            first = true;
        }
        if c.is_whitespace() || c == '\u{feff}' {
            at += c.len_utf8();
        } else if rest.starts_with(signs.comment) {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if let Some(inner) = rest.strip_prefix("/*") {
            let end = inner.find("*/").ok_or_else(|| open(at, "this comment is never closed", "end it with `*/`"))?;
            if signs.java && end > 0 && rest.starts_with("/**") {
                out.push(Token { kind: Kind::Doc, text: prose(&rest[3..end + 2]), span: at..at + end + 4, first });
            }
            at += end + 4;
        } else {
            let (kind, inner, length) = word(rest, at, signs.java)?;
            out.push(Token { kind, text: inner, span: at..at + length, first });
            first = false;
            at += length;
        }
    }
    Ok(out)
}

fn open(at: usize, what: &str, help: &str) -> Fault {
    Fault::new(at..at + 1, what).why("everything after it would belong to it").help(help)
}

/// The words of a documenting comment, without the stars that its lines may begin with.
fn prose(comment: &str) -> String {
    let lines = comment.lines().map(|l| l.trim().trim_start_matches('*').trim()).filter(|l| !l.is_empty());
    lines.collect::<Vec<_>>().join(" ")
}

fn word(rest: &str, at: usize, java: bool) -> Result<(Kind, String, usize), Fault> {
    let c = rest.chars().next().unwrap_or(' ');
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    if inside(c) {
        let length = rest.find(|c: char| !inside(c)).unwrap_or(rest.len());
        return Ok((Kind::Word, rest[..length].to_string(), length));
    }
    let kind = match c {
        '\'' => Kind::Text,
        '"' => Kind::Name,
        '`' => Kind::Code,
        '/' if java => {
            let line = rest.lines().next().unwrap_or_default();
            let end = line.find("/)").filter(|end| *end > 0);
            let end = end.ok_or_else(|| open(at, "this pattern is never closed", "write it as `pattern(/.../)`"))?;
            return Ok((Kind::Code, rest[1..end].to_string(), end + 1));
        }
        _ => return Ok((Kind::Sign, c.to_string(), c.len_utf8())),
    };
    if let Some(long) = rest.strip_prefix("'''") {
        let end = long.find("'''").ok_or_else(|| open(at, "this text is never closed", "end it with three quotes"))?;
        return Ok((kind, long[..end].trim().to_string(), end + 6));
    }
    let mut inner = String::new();
    let mut letters = rest.char_indices().skip(1);
    while let Some((n, letter)) = letters.next() {
        match letter {
            '\\' if !java => inner.extend(letters.next().map(|(_, c)| c)),
            _ if letter == c => return Ok((kind, inner, n + 1)),
            '\n' if c != '`' => break,
            _ => inner.push(letter),
        }
    }
    Err(open(at, "this quote is never closed", "close it on the same line"))
}

/// A place in the words.
pub(super) struct Words {
    tokens: Vec<Token>,
    at: usize,
    end: usize,
}

impl Words {
    pub fn new(text: &str, signs: Signs) -> Result<Words, Fault> {
        Ok(Words { tokens: cut(text, signs)?, at: 0, end: text.len() })
    }
    pub fn done(&self) -> bool {
        self.at >= self.tokens.len()
    }
    pub fn token(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }
    pub fn ahead(&self, n: usize) -> &str {
        self.tokens.get(self.at + n).filter(|t| matches!(t.kind, Kind::Word | Kind::Sign)).map_or("", |t| &t.text)
    }
    pub fn peek(&self) -> &str {
        self.ahead(0)
    }
    pub fn bump(&mut self) {
        self.at += 1;
    }
    pub fn span(&self) -> Range<usize> {
        self.token().map_or(self.end.saturating_sub(1)..self.end, |t| t.span.clone())
    }
    /// The word is the first of its line, or there is none.
    pub fn at_line(&self) -> bool {
        self.token().is_none_or(|t| t.first)
    }
    pub fn eat(&mut self, word: &str) -> bool {
        let hit = !word.is_empty() && self.peek() == word;
        self.at += usize::from(hit);
        hit
    }
    /// Takes a word whatever its case.
    pub fn eat_word(&mut self, word: &str) -> bool {
        let hit = self.peek().eq_ignore_ascii_case(word);
        self.at += usize::from(hit);
        hit
    }
    pub fn expected(&self, what: &str, why: &str) -> Fault {
        let found = match self.token() {
            Some(token) => format!("found `{}`", crate::cursor::shorten(&token.text)),
            None => "the text ends".into(),
        };
        Fault::new(self.span(), format!("expected {what}, but {found}")).why(why)
    }
    pub fn expect(&mut self, word: &str, why: &str) -> Result<(), Fault> {
        if self.eat(word) { Ok(()) } else { Err(self.expected(&format!("`{word}`"), why)) }
    }
    /// A name, bare or in double quotes.
    pub fn name(&mut self, what: &str) -> Result<String, Fault> {
        match self.token() {
            Some(t) if matches!(t.kind, Kind::Word | Kind::Name) && !t.text.is_empty() => {
                let name = t.text.clone();
                if name.len() > super::LONGEST_NAME || name.contains('\0') {
                    let why = format!("PostgreSQL's names have at most {} bytes", super::LONGEST_NAME);
                    return Err(Fault::new(self.span(), format!("the name of {what} is too long")).why(why));
                }
                self.at += 1;
                Ok(name)
            }
            _ => Err(self.expected(&format!("the name of {what}"), "a name is a word, or stands in double quotes")),
        }
    }
    /// A text in quotes of any kind.
    pub fn quoted(&mut self, what: &str) -> Result<String, Fault> {
        match self.token() {
            Some(t) if matches!(t.kind, Kind::Text | Kind::Name | Kind::Code) => {
                let text = t.text.clone();
                self.at += 1;
                Ok(text)
            }
            _ => Err(self.expected(what, "it stands in quotes")),
        }
    }
    /// What documents the next word, if something does.
    pub fn doc(&mut self) -> Option<String> {
        let mut found = None;
        while let Some(t) = self.token().filter(|t| t.kind == Kind::Doc) {
            found = Some(t.text.clone()).filter(|t| !t.is_empty());
            self.at += 1;
        }
        found
    }
    /// `-12`, `0.5`.
    pub fn number(&mut self, what: &str) -> Result<String, Fault> {
        let mut number = String::new();
        if self.eat("-") {
            number.push('-');
        }
        number += &self.name(what)?;
        if self.eat(".") {
            number = format!("{number}.{}", self.name(what)?);
        }
        Ok(number)
    }
    /// Past the block that begins here, its braces balanced.
    pub fn skip_block(&mut self) -> Result<(), Fault> {
        self.expect("{", "a block stands in braces")?;
        let mut depth = 1usize;
        while depth > 0 {
            match self.token() {
                None => return Err(self.expected("`}`", "a block ends with its brace")),
                Some(t) if t.kind == Kind::Sign && t.text == "{" => depth += 1,
                Some(t) if t.kind == Kind::Sign && t.text == "}" => depth -= 1,
                _ => {}
            }
            self.at += 1;
        }
        Ok(())
    }
    /// To the first word of the next line, at least one further.
    pub fn next_line(&mut self) {
        self.at += 1;
        while !self.at_line() {
            self.at += 1;
        }
    }
    /// A type: a word, perhaps of a schema, with its parameters and brackets.
    pub fn written_type(&mut self) -> Result<String, Fault> {
        let mut out = match self.token() {
            Some(t) if t.kind == Kind::Name => t.text.clone(),
            Some(t) if t.kind == Kind::Word => t.text.clone(),
            _ => return Err(self.expected("a type", "a column is a name and a type")),
        };
        self.at += 1;
        while self.peek() == "." {
            self.at += 1;
            out = format!("{out}.{}", self.name("a type")?);
        }
        if self.peek() == "(" {
            self.at += 1;
            let mut parameters = String::new();
            while !self.eat(")") {
                match self.token() {
                    Some(t) if !t.first && matches!(t.kind, Kind::Word | Kind::Sign) => parameters += &t.text,
                    _ => return Err(self.expected("`)`", "the parameters of a type stand in parentheses")),
                }
                self.at += 1;
            }
            out = format!("{out}({})", parameters.replace(['-', '_'], ","));
        }
        while self.peek() == "[" && self.ahead(1) == "]" {
            self.at += 2;
            out += "[]";
        }
        Ok(out)
    }
}
