//! Reading a rule as the server prints it: comparisons, lists, patterns and a few functions over the columns of
//! one row. What is not read here is no mistake: the server is asked about it.
use std::iter::Peekable;
use std::vec::IntoIter;

/// A predicate or a part of one.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A column, by its place among the names it was read with.
    Column(usize),
    /// NULL.
    Null,
    /// TRUE, FALSE.
    Bool(bool),
    /// A number, in billionths.
    Number(i128),
    /// A quoted text.
    Text(String),
    /// The present.
    Now,
    /// NOT.
    Not(Box<Expr>),
    /// AND of all.
    And(Vec<Expr>),
    /// OR of all.
    Or(Vec<Expr>),
    /// A comparison.
    Compare(Op, Box<Expr>, Box<Expr>),
    /// IS NULL (true) or IS NOT NULL.
    IsNull(Box<Expr>, bool),
    /// IS TRUE, IS FALSE.
    Is(Box<Expr>, bool),
    /// IS NOT DISTINCT FROM (true) or IS DISTINCT FROM.
    Same(Box<Expr>, Box<Expr>, bool),
    /// `= ANY` of a list.
    AnyOf(Box<Expr>, Vec<Expr>),
    /// `~` a regular expression.
    Matches(Box<Expr>, String),
    /// `~~`: LIKE.
    Like(Box<Expr>, String),
    /// `+ - * /`.
    Arithmetic(char, Box<Expr>, Box<Expr>),
    /// A function by its name.
    Call(String, Vec<Expr>),
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // =, <>, <, <=, >, >=
pub enum Op {
    Equal,
    Unequal,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// Functions that are understood.
const FUNCTIONS: &[&str] = &[
    "length",
    "char_length",
    "character_length",
    "octet_length",
    "lower",
    "upper",
    "btrim",
    "abs",
    "coalesce",
    "num_nonnulls",
    "num_nulls",
];

#[derive(Clone, Debug, PartialEq)]
enum Token {
    /// Lower case unless quoted.
    Word(String),
    Quoted(String),
    Text(String),
    Number(String),
    Sign(String),
}

/// Reads an expression over columns of these names; none when it is beyond us. `VALUE` is the first column.
pub fn read(text: &str, columns: &[String]) -> Option<Expr> {
    let mut reader = Reader { tokens: tokens(text)?.into_iter().peekable(), columns, depth: 0 };
    let expr = reader.either()?;
    reader.tokens.next().is_none().then_some(expr)
}

/// Nesting that is followed.
const DEPTH: usize = 60;

struct Reader<'a> {
    tokens: Peekable<IntoIter<Token>>,
    columns: &'a [String],
    depth: usize,
}

impl Reader<'_> {
    fn sign(&mut self, sign: &str) -> Option<()> {
        self.tokens.next_if(|t| matches!(t, Token::Sign(s) if s == sign)).map(|_| ())
    }

    fn word(&mut self, word: &str) -> Option<()> {
        self.tokens.next_if(|t| matches!(t, Token::Word(w) if w == word)).map(|_| ())
    }

    fn either(&mut self) -> Option<Expr> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let mut parts = vec![self.all()?];
        while self.word("or").is_some() {
            parts.push(self.all()?);
        }
        self.depth -= 1;
        Some(if parts.len() == 1 { parts.remove(0) } else { Expr::Or(parts) })
    }

    fn all(&mut self) -> Option<Expr> {
        let mut parts = vec![self.negated()?];
        while self.word("and").is_some() {
            parts.push(self.negated()?);
        }
        Some(if parts.len() == 1 { parts.remove(0) } else { Expr::And(parts) })
    }

    fn negated(&mut self) -> Option<Expr> {
        if self.word("not").is_some() {
            return Some(Expr::Not(Box::new(self.negated()?)));
        }
        self.tested()
    }

    /// A comparison, with `IS ...` after it.
    fn tested(&mut self) -> Option<Expr> {
        let mut left = self.compared()?;
        while self.word("is").is_some() {
            let positive = self.word("not").is_none();
            left = match self.tokens.next()? {
                Token::Word(w) if w == "null" => Expr::IsNull(Box::new(left), positive),
                Token::Word(w) if w == "true" || w == "false" => {
                    let is = Expr::Is(Box::new(left), w == "true");
                    if positive { is } else { Expr::Not(Box::new(is)) }
                }
                Token::Word(w) if w == "distinct" => {
                    self.word("from")?;
                    Expr::Same(Box::new(left), Box::new(self.compared()?), !positive)
                }
                _ => return None,
            };
        }
        Some(left)
    }

    fn compared(&mut self) -> Option<Expr> {
        let left = self.sum()?;
        let negated = self.word("not").is_some();
        let not = |e: Expr| if negated { Expr::Not(Box::new(e)) } else { e };
        if self.word("between").is_some() {
            let low = self.sum()?;
            self.word("and")?;
            let high = self.sum()?;
            let at = Box::new(left);
            return Some(not(Expr::And(vec![
                Expr::Compare(Op::AtLeast, at.clone(), Box::new(low)),
                Expr::Compare(Op::AtMost, at, Box::new(high)),
            ])));
        }
        if self.word("in").is_some() {
            self.sign("(")?;
            return Some(not(Expr::AnyOf(Box::new(left), self.list(")")?)));
        }
        if self.word("like").is_some() {
            let Expr::Text(pattern) = self.sum()? else { return None };
            return Some(not(Expr::Like(Box::new(left), pattern)));
        }
        if negated {
            return None;
        }
        let op = match self.tokens.peek() {
            Some(Token::Sign(s)) => s.clone(),
            _ => return Some(left),
        };
        let compare = match op.as_str() {
            "=" => Op::Equal,
            "<>" | "!=" => Op::Unequal,
            "<" => Op::Less,
            "<=" => Op::AtMost,
            ">" => Op::Greater,
            ">=" => Op::AtLeast,
            "~" | "!~" | "~~" | "!~~" => {
                self.tokens.next();
                let Expr::Text(pattern) = self.sum()? else { return None };
                let at = Box::new(left);
                let is = if op.ends_with("~~") { Expr::Like(at, pattern) } else { Expr::Matches(at, pattern) };
                return Some(if op.starts_with('!') { Expr::Not(Box::new(is)) } else { is });
            }
            _ => return Some(left),
        };
        self.tokens.next();
        for (word, every) in [("any", false), ("all", true)] {
            if self.word(word).is_some() {
                let list = self.array()?;
                let is = Expr::AnyOf(Box::new(left), list);
                return match (compare, every) {
                    (Op::Equal, false) => Some(is),
                    (Op::Unequal, true) => Some(Expr::Not(Box::new(is))),
                    _ => None,
                };
            }
        }
        Some(Expr::Compare(compare, Box::new(left), Box::new(self.sum()?)))
    }

    /// `(ARRAY['a'::text, 'b'::text])`, cast or not, in any number of parentheses.
    fn array(&mut self) -> Option<Vec<Expr>> {
        let mut open = 0;
        while self.sign("(").is_some() {
            open += 1;
        }
        self.word("array")?;
        self.sign("[")?;
        let list = self.list("]")?;
        self.casts()?;
        for _ in 0..open {
            self.sign(")")?;
            self.casts()?;
        }
        Some(list)
    }

    fn list(&mut self, end: &str) -> Option<Vec<Expr>> {
        let mut parts = vec![];
        if self.sign(end).is_some() {
            return Some(parts);
        }
        loop {
            parts.push(self.either()?);
            if self.sign(end).is_some() {
                return Some(parts);
            }
            self.sign(",")?;
        }
    }

    fn sum(&mut self) -> Option<Expr> {
        let mut left = self.product()?;
        loop {
            let op = if self.sign("+").is_some() {
                '+'
            } else if self.sign("-").is_some() {
                '-'
            } else {
                break;
            };
            left = Expr::Arithmetic(op, Box::new(left), Box::new(self.product()?));
        }
        Some(left)
    }

    fn product(&mut self) -> Option<Expr> {
        let mut left = self.single()?;
        loop {
            let op = if self.sign("*").is_some() {
                '*'
            } else if self.sign("/").is_some() {
                '/'
            } else {
                break;
            };
            left = Expr::Arithmetic(op, Box::new(left), Box::new(self.single()?));
        }
        Some(left)
    }

    fn single(&mut self) -> Option<Expr> {
        if self.sign("-").is_some() {
            return match self.single()? {
                Expr::Number(n) => Some(Expr::Number(-n)),
                other => Some(Expr::Arithmetic('-', Box::new(Expr::Number(0)), Box::new(other))),
            };
        }
        let inner = match self.tokens.next()? {
            Token::Number(text) => Expr::Number(billionths(&text)?),
            Token::Text(text) => Expr::Text(text),
            Token::Sign(s) if s == "(" => {
                let inner = self.either()?;
                self.sign(")")?;
                inner
            }
            Token::Quoted(name) => Expr::Column(self.columns.iter().position(|c| *c == name)?),
            Token::Word(word) => self.named(word)?,
            Token::Sign(_) => return None,
        };
        self.casts()?;
        Some(match inner {
            Expr::Text(text) => Expr::Text(text),
            other => other,
        })
    }

    fn named(&mut self, word: String) -> Option<Expr> {
        match word.as_str() {
            "null" => return Some(Expr::Null),
            "true" => return Some(Expr::Bool(true)),
            "false" => return Some(Expr::Bool(false)),
            "current_date" | "current_timestamp" | "localtimestamp" => return Some(Expr::Now),
            "value" => return Some(Expr::Column(0)),
            _ => {}
        }
        if self.sign("(").is_some() {
            let arguments = self.list(")")?;
            return match word.as_str() {
                "now" => Some(Expr::Now),
                name if FUNCTIONS.contains(&name) => Some(Expr::Call(word, arguments)),
                _ => None,
            };
        }
        // `date '2000-01-01'`
        if let Some(Token::Text(text)) = self.tokens.next_if(|t| matches!(t, Token::Text(_))) {
            return ["date", "timestamp", "timestamptz"].contains(&word.as_str()).then_some(Expr::Text(text));
        }
        Some(Expr::Column(self.columns.iter().position(|c| *c == word)?))
    }

    /// Casts are read over where they change no value that we know; an interval's we do not.
    fn casts(&mut self) -> Option<()> {
        while self.sign("::").is_some() {
            let mut first = true;
            loop {
                match self.tokens.peek() {
                    Some(Token::Word(w)) if first || TYPE_WORDS.contains(&w.as_str()) => {
                        if w == "interval" {
                            return None;
                        }
                        self.tokens.next();
                        first = false;
                    }
                    Some(Token::Quoted(_)) if first => {
                        self.tokens.next();
                        first = false;
                    }
                    Some(Token::Sign(s)) if s == "." => {
                        self.tokens.next();
                        first = true;
                    }
                    Some(Token::Sign(s)) if s == "(" && !first => {
                        self.tokens.next();
                        while self.sign(")").is_none() {
                            self.tokens.next()?;
                        }
                    }
                    Some(Token::Sign(s)) if s == "[" => {
                        self.tokens.next();
                        self.sign("]")?;
                    }
                    _ => break,
                }
            }
        }
        Some(())
    }
}

/// Words that go on a type's name.
const TYPE_WORDS: &[&str] = &["varying", "precision", "with", "without", "time", "zone"];

/// A number's billionths.
pub fn billionths(text: &str) -> Option<i128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > 9 || whole.len() > 24 {
        return None;
    }
    format!("{whole}{fraction:0<9}").parse().ok()
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut found = vec![];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            c if c.is_whitespace() => {}
            '\'' | '"' => {
                let mut inside = String::new();
                loop {
                    match chars.next()? {
                        q if q == c => {
                            if chars.next_if_eq(&c).is_none() {
                                break;
                            }
                            inside.push(c);
                        }
                        other => inside.push(other),
                    }
                }
                found.push(if c == '\'' { Token::Text(inside) } else { Token::Quoted(inside) });
            }
            c if c.is_ascii_digit() => {
                let mut number = c.to_string();
                while let Some(d) = chars.next_if(|d| d.is_ascii_digit() || *d == '.') {
                    number.push(d);
                }
                found.push(Token::Number(number));
            }
            c if c.is_alphabetic() || c == '_' => {
                // An escaped text holds what we would have to unescape.
                if (c == 'E' || c == 'e') && chars.peek() == Some(&'\'') {
                    return None;
                }
                let mut word = c.to_string();
                while let Some(w) = chars.next_if(|w| w.is_alphanumeric() || *w == '_' || *w == '$') {
                    word.push(w);
                }
                found.push(Token::Word(word.to_lowercase()));
            }
            '(' | ')' | '[' | ']' | ',' | '.' => found.push(Token::Sign(c.to_string())),
            c => {
                let mut sign = c.to_string();
                while let Some(s) = chars.next_if(|s| "<>=!~:|&^%@#?".contains(*s) || (*s == '*' && c == '~')) {
                    sign.push(s);
                }
                found.push(Token::Sign(sign));
            }
        }
    }
    Some(found)
}

/// Columns that an expression names, each once, in order.
pub fn columns(expr: &Expr, out: &mut Vec<usize>) {
    match expr {
        Expr::Column(c) if !out.contains(c) => out.push(*c),
        Expr::Column(_) | Expr::Null | Expr::Bool(_) | Expr::Number(_) | Expr::Text(_) | Expr::Now => {}
        Expr::Not(e) | Expr::IsNull(e, _) | Expr::Is(e, _) | Expr::Matches(e, _) | Expr::Like(e, _) => columns(e, out),
        Expr::And(all) | Expr::Or(all) | Expr::Call(_, all) => all.iter().for_each(|e| columns(e, out)),
        Expr::Compare(_, a, b) | Expr::Same(a, b, _) | Expr::Arithmetic(_, a, b) => {
            columns(a, out);
            columns(b, out);
        }
        Expr::AnyOf(e, all) => {
            columns(e, out);
            all.iter().for_each(|e| columns(e, out));
        }
    }
}

/// The words outside quotes of a rule that are names of these columns: what a rule that is not read is about.
pub fn mentioned(text: &str, columns: &[String]) -> Vec<usize> {
    let found = tokens(text).unwrap_or_default();
    let names = found.iter().filter_map(|t| match t {
        Token::Word(w) | Token::Quoted(w) => columns.iter().position(|c| c == w),
        _ => None,
    });
    let mut out: Vec<usize> = names.collect();
    out.sort_unstable();
    out.dedup();
    out
}
