//! What a rule on one column says of its values, where it is simple enough to read: bounds and patterns.
//! Whatever is not read here is still kept: rows that break a rule are replaced.

/// Bounds and pattern of a column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bounds {
    /// Least value, and whether it is excluded.
    pub min: Option<(f64, bool)>,
    /// Greatest value, and whether it is excluded.
    pub max: Option<(f64, bool)>,
    /// Regular expression it matches.
    pub pattern: Option<String>,
}

/// Reads a predicate over a column (as it is printed in it).
pub fn read(predicate: &str, column: &str, bounds: &mut Bounds) {
    let lower = predicate.to_lowercase();
    if lower.contains(" or ") || lower.contains("not ") || lower.contains("case ") {
        return;
    }
    let mut words = tokens(predicate);
    // Parentheses around whole comparisons mean nothing to a conjunction of them.
    words.retain(|w| w != "(" && w != ")");
    for at in 0..words.len() {
        let word = |n: usize| words.get(at + n).map(String::as_str).unwrap_or("");
        if word(0) != column || at > 0 && !words[at - 1].eq_ignore_ascii_case("and") {
            continue;
        }
        let ends = |n: usize| {
            let next = words.get(at + n).map(String::as_str).unwrap_or("and");
            next.eq_ignore_ascii_case("and") || next.starts_with("::")
        };
        let number = |n: usize| word(n).trim_matches('\'').parse::<f64>().ok();
        match word(1).to_lowercase().as_str() {
            "~" if ends(3) => {
                bounds.pattern =
                    word(2).strip_prefix('\'').and_then(|t| t.strip_suffix('\'')).map(|t| t.replace("''", "'"))
            }
            "between" if word(3).eq_ignore_ascii_case("and") => {
                if let (Some(least), Some(most)) = (number(2), number(4)) {
                    raise(bounds, least, false);
                    lower_to(bounds, most, false);
                }
            }
            op if ends(3) => match (op, number(2)) {
                (">" | ">=", Some(n)) => raise(bounds, n, op == ">"),
                ("<" | "<=", Some(n)) => lower_to(bounds, n, op == "<"),
                _ => {}
            },
            _ => {}
        }
    }
}

fn raise(bounds: &mut Bounds, least: f64, excluded: bool) {
    if bounds.min.is_none_or(|(n, _)| least > n) {
        bounds.min = Some((least, excluded));
    }
}

fn lower_to(bounds: &mut Bounds, most: f64, excluded: bool) {
    if bounds.max.is_none_or(|(n, _)| most < n) {
        bounds.max = Some((most, excluded));
    }
}

/// The range to draw numbers from, as text at a scale: none when any plausible number will do.
pub fn range(bounds: &Bounds, scale: u32) -> Option<(String, String)> {
    let step = (0..scale.min(6)).fold(1.0, |s, _| s / 10.0);
    let least = bounds.min.map(|(n, excluded)| if excluded { n + step } else { n });
    let most = bounds.max.map(|(n, excluded)| if excluded { n - step } else { n });
    let (least, most) = match (least, most) {
        (Some(least), Some(most)) => (least, most),
        // Plausible numbers are from 1 to 1000, some to 10000.
        (Some(least), None) if least > 1.0 => (least, least * 10.0 + 100.0),
        (None, Some(most)) if most < 10_000.0 => (if most >= 1.0 { 1.0 } else { most - 100.0 }, most),
        _ => return None,
    };
    // A constraint such as `< 100000` next to `> 0` leaves room that no plausible value uses.
    let most = if bounds.min.is_some() && least <= 1.0 { most.min(10_000.0) } else { most };
    let digits = scale as usize;
    (least <= most).then(|| (format!("{least:.digits$}"), format!("{most:.digits$}")))
}

fn tokens(text: &str) -> Vec<String> {
    let mut found: Vec<String> = vec![];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let mut word = c.to_string();
        if c.is_whitespace() {
            continue;
        } else if c == '\'' || c == '"' {
            while let Some(next) = chars.next() {
                word.push(next);
                if next == c {
                    if chars.peek() == Some(&c) {
                        word.push(c);
                        chars.next();
                    } else {
                        break;
                    }
                }
            }
        } else if c == '(' || c == ')' || c == ',' {
        } else {
            let name = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
            // A minus before a digit belongs to the number where a value is expected.
            let of_name = name(c) || (c == '-' && chars.peek().is_some_and(|n| n.is_ascii_digit()));
            while let Some(next) =
                chars.next_if(|&n| !n.is_whitespace() && !"'\"(),".contains(n) && (name(n) == of_name))
            {
                word.push(next);
            }
            if word == "::" {
                while let Some(next) = chars.next_if(|&n| name(n)) {
                    word.push(next);
                }
            }
        }
        found.push(word);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(predicate: &str) -> Bounds {
        let mut b = Bounds::default();
        read(predicate, "x", &mut b);
        b
    }

    #[test]
    fn comparisons_with_constants_are_read() {
        assert_eq!(bounds("x > 0").min, Some((0.0, true)));
        assert_eq!(bounds("(x >= 1) AND (x<=5)").max, Some((5.0, false)));
        assert_eq!(bounds("x between 0 and 100").max, Some((100.0, false)));
        assert_eq!(bounds("x > -5").min, Some((-5.0, true)));
        assert_eq!(bounds("x ~ '^[a-z]+$'").pattern.as_deref(), Some("^[a-z]+$"));
    }

    #[test]
    fn what_is_not_simple_is_left_to_the_server() {
        for predicate in ["x > 0 or y > 0", "x > y", "x > 2 * y", "y > 3", "length(x) > 3", "not x > 4"] {
            assert_eq!(bounds(predicate), Bounds::default(), "{predicate}");
        }
    }

    #[test]
    fn ranges_respect_excluded_ends_and_scale() {
        assert_eq!(range(&bounds("x > 0 and x < 1"), 2), Some(("0.01".into(), "0.99".into())));
        assert_eq!(range(&bounds("x between 1 and 5"), 0), Some(("1".into(), "5".into())));
        assert_eq!(range(&bounds("x > 0"), 2), None);
        assert_eq!(range(&bounds("x >= 18"), 0), Some(("18".into(), "280".into())));
    }
}
