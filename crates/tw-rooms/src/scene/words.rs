//! Names as words, and words in expressions.

/// The words of a name in lower case: `shipToAddress2` and `ship_to_address_2` have the same four.
pub fn words(name: &str) -> Vec<String> {
    let mut out: Vec<String> = vec![];
    let mut last = ' ';
    for c in name.chars() {
        let begins = !c.is_alphanumeric()
            || (c.is_uppercase() && last.is_lowercase())
            || (c.is_ascii_digit() != last.is_ascii_digit() && last.is_alphanumeric() && c.is_alphanumeric());
        if begins && out.last().is_none_or(|w| !w.is_empty()) {
            out.push(String::new());
        }
        if c.is_alphanumeric() {
            if out.is_empty() {
                out.push(String::new());
            }
            if let Some(word) = out.last_mut() {
                word.extend(c.to_lowercase());
            }
        }
        last = c;
    }
    out.retain(|w| !w.is_empty());
    out
}

/// The name in lower case, its words joined by underscores.
pub fn snake(name: &str) -> String {
    words(name).join("_")
}

/// The last word of a name that is no number.
pub fn last_word(name: &str) -> String {
    words(name).into_iter().rfind(|w| !w.chars().all(|c| c.is_ascii_digit())).unwrap_or_default()
}

/// The expression names this word, as it would be printed, outside string literals.
pub fn names_word(expression: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$' || c == '"';
    outside_literals(expression).any(|part| {
        part.match_indices(word)
            .any(|(at, found)| !part[..at].ends_with(is_part) && !part[at + found.len()..].starts_with(is_part))
    })
}

/// The expression compares this column, as it would be printed, with something by an equals sign.
pub fn equates(expression: &str, column: &str) -> bool {
    let bare = outside_literals(expression).collect::<Vec<_>>().join("''");
    let (left, right) = (format!("{column} = "), format!(" = {column}"));
    let starts = |at: usize| bare[..at].is_empty() || bare[..at].ends_with(['(', ' ']);
    let ends = |at: usize| bare[at..].is_empty() || bare[at..].starts_with([')', ' ', ':']);
    // A domain is compared by its base type: `(owner)::text = ...`.
    let cast = format!("({column})::");
    let is_type = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    let converted = bare.match_indices(&cast).any(|(at, found)| {
        bare[at + found.len()..].trim_start_matches(is_type).starts_with(" = ") || bare[..at].ends_with(" = ")
    });
    converted
        || bare.match_indices(&left).any(|(at, _)| starts(at))
        || bare.match_indices(&right).any(|(at, found)| ends(at + found.len()))
}

/// The values that an expression allows, sorted, when it is nothing but a list of them: `x = ANY (ARRAY['N', 'Y'])`, or
/// equalities joined by OR.
pub fn values(expression: &str) -> Option<Vec<&str>> {
    let listed = expression.contains("= ANY (") || expression.contains(" = ");
    let outside: String = outside_literals(expression).collect::<Vec<_>>().join(" ");
    let other = ["AND", "NOT", "<", ">", "~", "+", "IS NULL"].iter().any(|w| outside.contains(w));
    if !listed || other {
        return None;
    }
    let mut values: Vec<&str> = expression.split('\'').skip(1).step_by(2).collect();
    if values.is_empty() {
        let inside = expression.split_once("ARRAY[")?.1.split(']').next()?;
        values = inside.split(',').map(|v| v.split("::").next().unwrap_or(v).trim().trim_matches(['(', ')'])).collect();
    }
    values.sort_unstable();
    values.dedup();
    (!values.is_empty()).then_some(values)
}

/// The pieces of an expression between its string literals.
pub fn outside_literals(expression: &str) -> impl Iterator<Item = &str> {
    expression.split('\'').step_by(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_either_style_have_the_same_words() {
        assert_eq!(words("shipToAddress2"), ["ship", "to", "address", "2"]);
        assert_eq!(words("ship_to_address_2"), ["ship", "to", "address", "2"]);
        assert_eq!(words("ProductID"), ["product", "id"]);
        assert_eq!(words("_x__y_"), ["x", "y"]);
        assert_eq!(last_word("address_2"), "address");
    }

    #[test]
    fn words_in_literals_and_longer_words_do_not_count() {
        assert!(names_word("(end_at > start_at)", "start_at"));
        assert!(!names_word("(restart_at > 0)", "start_at") && !names_word("(a = 'start_at')", "start_at"));
        assert_eq!(values("(x = ANY (ARRAY['Y'::bpchar, 'N'::bpchar]))"), Some(vec!["N", "Y"]));
        assert_eq!(values("((x = 'a'::text) OR (x = 'b'::text))"), Some(vec!["a", "b"]));
        assert_eq!(values("(x = ANY (ARRAY[0, 1]))"), Some(vec!["0", "1"]));
        assert_eq!(values("((x)::text <> 'a'::text)"), None);
        assert!(names_word("(\"End\" > 1)", "\"End\""));
        assert!(equates("owner = CURRENT_USER", "owner") && equates("((1 = id) AND a)", "id"));
        assert!(equates("((owner)::text = 'x')", "owner") && equates("(1 = (owner)::integer)", "owner"));
        assert!(!equates("co_owner = 1", "owner") && !equates("(a = id_of)", "id"));
    }
}
