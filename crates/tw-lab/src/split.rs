//! Cutting a script into statements, as `psql` does.
//!
//! Knows literals (`'…'`, `E'…'`), quoted names, dollar quotes, nested comments, parentheses (rules hold
//! semicolons in them) and the `BEGIN ATOMIC … END` bodies of functions. It knows no grammar.

/// A statement of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement<'a> {
    /// From its first token to the one before the semicolon.
    pub text: &'a str,
    /// Byte of its first token in the script.
    pub offset: usize,
}

/// A place where a script stops being SQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplitError {
    /// Byte in the script.
    pub offset: usize,
    /// What is wrong.
    pub message: String,
}

/// A piece of SQL text as the splitter sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// Blanks and comments.
    Space,
    /// An unquoted word.
    Word,
    /// A quoted name.
    QuotedName,
    /// A literal of any form.
    Literal,
    /// One other character.
    Other(u8),
}

/// The statements of a script in order, empty ones left out.
pub fn split(script: &str) -> Result<Vec<Statement<'_>>, SplitError> {
    let mut statements = vec![];
    let mut start: Option<usize> = None;
    let mut end = 0;
    let (mut parens, mut atomic) = (0usize, 0usize);
    let mut first_words: Vec<String> = vec![];
    let mut at = 0;
    while at < script.len() {
        let (token, next) = token(script, at)?;
        match token {
            Token::Space => {}
            // pg_dump frames its output with these two, which only concern psql.
            Token::Other(b'\\') if start.is_none() && is_dump_frame(&script[at..]) => {
                at = script[at..].find('\n').map_or(script.len(), |n| at + n);
                continue;
            }
            Token::Other(b'\\') => {
                return Err(SplitError {
                    offset: at,
                    message: "this is a command of the psql program (it begins with a backslash), not SQL; \
                              remove it"
                        .into(),
                });
            }
            Token::Other(b';') if parens == 0 && atomic == 0 => {
                if let Some(from) = start.take() {
                    statements.push(Statement { text: &script[from..end], offset: from });
                }
                first_words.clear();
            }
            _ => {
                start.get_or_insert(at);
                end = next;
                match token {
                    Token::Other(b'(') => parens += 1,
                    Token::Other(b')') => parens = parens.saturating_sub(1),
                    Token::Word => {
                        let word = script[at..next].to_ascii_lowercase();
                        if first_words.len() < 4 {
                            first_words.push(word.clone());
                        }
                        if parens == 0 && makes_routine(&first_words) {
                            match word.as_str() {
                                "begin" => atomic += 1,
                                "case" if atomic > 0 => atomic += 1,
                                "end" => atomic = atomic.saturating_sub(1),
                                _ => {}
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        at = next;
    }
    if let Some(from) = start {
        statements.push(Statement { text: &script[from..end], offset: from });
    }
    Ok(statements)
}

fn is_dump_frame(rest: &str) -> bool {
    matches!(rest[1..].split_whitespace().next(), Some("restrict" | "unrestrict"))
}

fn makes_routine(words: &[String]) -> bool {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    matches!(
        words.as_slice(),
        ["create", "function" | "procedure", ..] | ["create", "or", "replace", "function" | "procedure"]
    )
}

/// The words of a statement outside literals and quoted names, lower case; quoted names as they stand.
pub fn words(statement: &str) -> Vec<String> {
    let mut found = vec![];
    let mut at = 0;
    while at < statement.len() {
        let Ok((token, next)) = token(statement, at) else {
            break;
        };
        match token {
            Token::Word => found.push(statement[at..next].to_ascii_lowercase()),
            Token::QuotedName | Token::Literal => found.push(statement[at..next].to_string()),
            Token::Other(byte) => found.push((byte as char).to_string()),
            Token::Space => {}
        }
        at = next;
    }
    found
}

/// The token at a byte, and where the next one begins.
pub fn token(sql: &str, at: usize) -> Result<(Token, usize), SplitError> {
    let bytes = sql.as_bytes();
    let rest = &sql[at..];
    let unclosed = |what: &str| SplitError { offset: at, message: format!("{what} begins here and never ends") };
    let first = bytes[at];
    let token = match first {
        b'-' if rest.starts_with("--") => (Token::Space, rest.find('\n').map_or(sql.len(), |n| at + n + 1)),
        b'/' if rest.starts_with("/*") => {
            (Token::Space, comment_end(bytes, at).ok_or_else(|| unclosed("this comment"))?)
        }
        _ if first.is_ascii_whitespace() => (Token::Space, at + 1),
        b'\'' => (Token::Literal, literal_end(bytes, at, false).ok_or_else(|| unclosed("this literal"))?),
        b'e' | b'E' if bytes.get(at + 1) == Some(&b'\'') => {
            (Token::Literal, literal_end(bytes, at + 1, true).ok_or_else(|| unclosed("this literal"))?)
        }
        b'"' => {
            let close = rest[1..].find('"').ok_or_else(|| unclosed("this quoted name"))?;
            // A doubled quote ends one token and begins another; nothing here depends on that.
            (Token::QuotedName, at + 1 + close + 1)
        }
        b'$' => match dollar_tag(rest) {
            Some(tag) => {
                let body = at + tag.len();
                let close = sql[body..].find(tag).ok_or_else(|| unclosed("this dollar-quoted text"))?;
                (Token::Literal, body + close + tag.len())
            }
            None => (Token::Other(b'$'), at + 1),
        },
        _ if is_word_start(first) => {
            let length =
                bytes[at..].iter().take_while(|&&b| is_word_start(b) || b.is_ascii_digit() || b == b'$').count();
            (Token::Word, at + length)
        }
        _ => (Token::Other(first), at + 1),
    };
    Ok(token)
}

/// Bytes of other than ASCII characters are letters to the server.
fn is_word_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

/// `$tag$` at the beginning of the text.
fn dollar_tag(text: &str) -> Option<&str> {
    let close = text[1..].find('$')? + 1;
    let tag = &text.as_bytes()[1..close];
    let sound = tag.iter().enumerate().all(|(i, &b)| is_word_start(b) || (i > 0 && b.is_ascii_digit()));
    sound.then(|| &text[..=close])
}

fn comment_end(bytes: &[u8], at: usize) -> Option<usize> {
    let (mut depth, mut i) = (0usize, at);
    while i + 1 < bytes.len() {
        match &bytes[i..i + 2] {
            b"/*" => {
                depth += 1;
                i += 2;
            }
            b"*/" => {
                depth -= 1;
                i += 2;
                if depth == 0 {
                    return Some(i);
                }
            }
            _ => i += 1,
        }
    }
    None
}

/// `at` is the opening quote.
fn literal_end(bytes: &[u8], at: usize, escapes: bool) -> Option<usize> {
    let mut i = at + 1;
    while i < bytes.len() {
        match bytes[i] {
            b'\\' if escapes => i += 2,
            b'\'' if bytes.get(i + 1) == Some(&b'\'') => i += 2,
            b'\'' => return Some(i + 1),
            _ => i += 1,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(script: &str) -> Vec<&str> {
        split(script).expect("splits").into_iter().map(|s| s.text).collect()
    }

    #[test]
    fn semicolons_inside_quotes_comments_and_bodies_do_not_cut() {
        assert_eq!(
            texts("select 'a;b'; -- c;d\nselect \"x;y\" /* ; /* ; */ ; */ from t;;\n"),
            ["select 'a;b'", "select \"x;y\" /* ; /* ; */ ; */ from t"]
        );
        assert_eq!(
            texts(r"select E'it\';s'; select 'back\'; select 2"),
            [r"select E'it\';s'", r"select 'back\'", "select 2"]
        );
        assert_eq!(texts("do $x$ begin; $y$ ; end $x$; select $1;"), ["do $x$ begin; $y$ ; end $x$", "select $1"]);
        assert_eq!(
            texts(
                "create function f() returns int language sql begin atomic select case when true then 1 end; select 2; end; select 3"
            ),
            [
                "create function f() returns int language sql begin atomic select case when true then 1 end; select 2; end",
                "select 3"
            ]
        );
        assert_eq!(texts("create rule r as on insert to t do also (select 1; select 2); select 3").len(), 2);
        assert_eq!(texts("begin; select 1; end;"), ["begin", "select 1", "end"]);
    }

    #[test]
    fn psql_commands_and_open_ends_are_told_with_their_place() {
        let error = split("select 1;\n\\connect x\n").unwrap_err();
        assert_eq!(error.offset, 10);
        assert!(error.message.contains("psql"));
        assert_eq!(split("select 'abc").unwrap_err().offset, 7);
        assert_eq!(split("/* /* */").unwrap_err().offset, 0);
        assert!(split("select $a$ x $b$").is_err());
        assert_eq!(texts("\\restrict x;y\nselect 1;\n\\unrestrict x;y\n"), ["select 1"]);
    }

    #[test]
    fn offsets_point_at_the_first_token() {
        let script = "  -- é\n  select 1 ; select 2";
        for statement in split(script).expect("splits") {
            assert!(script[statement.offset..].starts_with(statement.text));
        }
    }
}
