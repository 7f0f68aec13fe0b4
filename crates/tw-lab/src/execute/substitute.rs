//! Values kept by earlier steps, put into later statements.
use crate::split::{Token, token};
use std::collections::BTreeMap;
use tw_model::ident::literal;

/// Values by name; none is null.
pub type Kept = BTreeMap<String, Option<String>>;

/// Replaces each `:'name'` outside literals, quoted names and comments by the value as a literal. The name
/// of a value that was not kept is the error.
pub fn substitute(sql: &str, kept: &Kept) -> Result<String, String> {
    let mut out = String::with_capacity(sql.len());
    let mut at = 0;
    let mut before: Option<Token> = None;
    while at < sql.len() {
        let Ok((found, next)) = token(sql, at) else {
            // What the server will refuse as well is its to refuse.
            out.push_str(&sql[at..]);
            break;
        };
        // `a::'x'` is no SQL; `::` followed by a name is a cast and has no quote after it.
        let opens = found == Token::Other(b':')
            && before != Some(Token::Other(b':'))
            && sql.as_bytes().get(next) == Some(&b'\'');
        if opens && let Ok((Token::Literal, end)) = token(sql, next) {
            let name = &sql[next + 1..end - 1];
            match kept.get(name) {
                Some(Some(value)) => out.push_str(&literal(value)),
                Some(None) => out.push_str("NULL"),
                None => return Err(name.to_string()),
            }
            at = end;
            before = Some(Token::Literal);
            continue;
        }
        out.push_str(&sql[at..next]);
        at = next;
        before = Some(found);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_names_and_nothing_that_only_looks_like_one() {
        let kept = Kept::from([("id".to_string(), Some("it's".to_string())), ("gone".to_string(), None)]);
        let sub = |sql: &str| substitute(sql, &kept);
        assert_eq!(
            sub("select :'id'::text, ':''id''', a::text, :'gone' -- :'id'").as_deref(),
            Ok("select 'it''s'::text, ':''id''', a::text, NULL -- :'id'")
        );
        assert_eq!(sub("select $$ :'id' $$, \":'id'\"").as_deref(), Ok("select $$ :'id' $$, \":'id'\""));
        assert_eq!(sub("select :'other'"), Err("other".to_string()));
    }
}
