//! Validations as checks, and checks as validations.
use super::super::references;
use tw_model::{
    ident::{bare, literal, quote},
    printed::{is_number, listed, quoted, without_casts},
    schema::{Column, Table},
};

/// What is promised of a field.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Validation {
    Least(String),
    Most(String),
    Shortest(String),
    Longest(String),
    FewestBytes(String),
    MostBytes(String),
    /// The whole text matches it.
    Pattern(String),
    /// The values of an enum.
    Values(Vec<String>),
}

/// The words of validations that have a value.
pub(super) const WORDS: [&str; 7] = ["minlength", "maxlength", "minbytes", "maxbytes", "min", "max", "pattern"];

impl Validation {
    pub fn of(word: &str, value: String) -> Option<Validation> {
        Some(match word {
            "min" => Validation::Least(value),
            "max" => Validation::Most(value),
            "minlength" => Validation::Shortest(value),
            "maxlength" => Validation::Longest(value),
            "minbytes" => Validation::FewestBytes(value),
            "maxbytes" => Validation::MostBytes(value),
            "pattern" => Validation::Pattern(value),
            _ => return None,
        })
    }

    /// As it is written after a type; the values of an enum are the type.
    pub fn written(&self) -> String {
        match self {
            Validation::Least(n) => format!(" min({n})"),
            Validation::Most(n) => format!(" max({n})"),
            Validation::Shortest(n) => format!(" minlength({n})"),
            Validation::Longest(n) => format!(" maxlength({n})"),
            Validation::FewestBytes(n) => format!(" minbytes({n})"),
            Validation::MostBytes(n) => format!(" maxbytes({n})"),
            Validation::Pattern(pattern) => format!(" pattern(/{pattern}/)"),
            Validation::Values(_) => String::new(),
        }
    }

    /// The check of a column that promises it; none when columns of this type have no such thing.
    pub fn expression(&self, column: &Column) -> Option<String> {
        let name = quote(&column.name);
        let (number, text, bytes) = kinds(&column.ty);
        match self {
            Validation::Least(n) if number => Some(format!("{name} >= {n}")),
            Validation::Most(n) if number => Some(format!("{name} <= {n}")),
            Validation::Shortest(n) if text => Some(format!("length({name}) >= {n}")),
            Validation::Longest(n) if text => Some(format!("length({name}) <= {n}")),
            Validation::FewestBytes(n) if bytes => Some(format!("octet_length({name}) >= {n}")),
            Validation::MostBytes(n) if bytes => Some(format!("octet_length({name}) <= {n}")),
            Validation::Pattern(pattern) if text => Some(format!("{name} ~ {}", literal(&anchored(pattern)))),
            Validation::Values(values) if text => {
                let values: Vec<String> = values.iter().map(|v| literal(v)).collect();
                Some(format!("{name} IN ({})", values.join(", ")))
            }
            _ => None,
        }
    }
}

/// Numbers, texts, bytes.
fn kinds(ty: &str) -> (bool, bool, bool) {
    let number =
        matches!(ty, "smallint" | "integer" | "bigint" | "real" | "double precision") || ty.starts_with("numeric");
    (number, !ty.ends_with("[]") && (ty == "text" || ty.starts_with("character")), ty == "bytea")
}

/// JDL's patterns match the whole of a text; PostgreSQL's any part of it.
fn anchored(pattern: &str) -> String {
    let whole =
        pattern.starts_with('^') && pattern.ends_with('$') && !pattern.ends_with("\\$") && !pattern.contains('|');
    if whole { pattern.to_string() } else { format!("^(?:{pattern})$") }
}

/// The pattern that is anchored to this one.
fn unanchored(anchored_one: &str) -> Option<String> {
    let inner = anchored_one.strip_prefix("^(?:").and_then(|p| p.strip_suffix(")$"));
    let found = inner.into_iter().chain([anchored_one]).find(|p| anchored(p) == anchored_one)?;
    let sound = !found.is_empty() && !found.contains("/)") && !found.chars().any(char::is_control);
    sound.then(|| found.to_string())
}

/// A check in parts that JDL can say: the column that each is about, and its expression as it is read back.
pub(super) fn said(table: &Table, expression: &str) -> Option<Vec<(String, String)>> {
    let held = |column: &str| references(table).any(|(columns, ..)| columns.iter().any(|c| c == column));
    let parts = of(table, expression)?.into_iter();
    parts.map(|(c, v)| v.expression(c).filter(|_| !held(&c.name)).map(|e| (c.name.clone(), e))).collect()
}

/// Why a list of values is not an enum.
pub(super) const VALUES: &str = "the values of an enum are words that begin with a capital letter";

/// A word that may be a value of an enum.
pub(super) fn is_value(text: &str) -> bool {
    let word = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    word && text.starts_with(|c: char| c.is_ascii_uppercase())
}

/// The validations that a check is, each with its column.
pub(super) fn of<'a>(table: &'a Table, expression: &str) -> Option<Vec<(&'a Column, Validation)>> {
    if let Some((column, values)) = listed(expression) {
        let column = table.column(&column).filter(|_| values.iter().all(|v| is_value(v)))?;
        return Some(vec![(column, Validation::Values(values))]);
    }
    let text = without_casts(bare(expression));
    text.split(" AND ").map(|part| one(table, bare(part))).collect()
}

fn one<'a>(table: &'a Table, part: &str) -> Option<(&'a Column, Validation)> {
    let operator = [" >= ", " <= ", " ~ ", " > ", " < "].into_iter().find(|o| part.contains(o))?;
    let (left, right) = part.split_once(operator)?;
    let (call, inner) = match left.split_once('(').filter(|(call, _)| !call.is_empty()) {
        Some((call, inner)) => (call, inner.strip_suffix(')')?),
        None => ("", left),
    };
    let name = bare(inner.strip_suffix("::text").unwrap_or(inner)).trim_matches('"');
    let column = table.column(name)?;
    if operator == " ~ " {
        let (pattern, rest) = quoted(right)?;
        return Some((
            column,
            Validation::Pattern(unanchored(&pattern).filter(|_| rest.is_empty() && call.is_empty())?),
        ));
    }
    let number: String = right.chars().filter(|c| !matches!(c, '(' | ')' | '\'')).collect();
    let number = number.split("::").next().filter(|n| is_number(n))?.to_string();
    let validation = match (call, operator) {
        ("", " >= ") => Validation::Least(number),
        ("", " <= ") => Validation::Most(number),
        // Of whole numbers the next one is the least.
        ("", " > " | " < ") if matches!(column.ty.as_str(), "smallint" | "integer" | "bigint") => {
            let n: i64 = number.parse().ok()?;
            match operator {
                " > " => Validation::Least(n.checked_add(1)?.to_string()),
                _ => Validation::Most(n.checked_sub(1)?.to_string()),
            }
        }
        ("length" | "char_length" | "character_length", " >= ") => Validation::Shortest(number),
        ("length" | "char_length" | "character_length", " <= ") => Validation::Longest(number),
        ("octet_length", " >= ") => Validation::FewestBytes(number),
        ("octet_length", " <= ") => Validation::MostBytes(number),
        _ => return None,
    };
    Some((column, validation))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_are_validations_where_they_mean_the_same() {
        let column = |name: &str, ty: &str| Column { name: name.into(), ty: ty.into(), ..Column::default() };
        let columns = vec![
            column("n", "integer"),
            column("p", "numeric(10,2)"),
            column("t", "character varying(9)"),
            column("b", "bytea"),
        ];
        let table = Table { columns, ..Table::default() };
        let said = |expression: &str| {
            let parts = super::said(&table, expression)?.into_iter().map(|(_, e)| e);
            Some(parts.collect::<Vec<_>>().join(", "))
        };
        for (expression, wanted) in [
            ("((n > 0) AND (n <= 30))", Some("n >= 1, n <= 30")),
            ("(n >= '-5'::integer)", Some("n >= -5")),
            ("(p >= ('-5'::integer)::numeric)", Some("p >= -5")),
            ("(p > (0)::numeric)", None),
            ("(length((t)::text) >= 2)", Some("length(t) >= 2")),
            ("((t)::text ~ '^[a-z]+$'::text)", Some("t ~ '^[a-z]+$'")),
            ("((t)::text ~ '[a-z]'::text)", None),
            ("((t)::text ~ '^a|b$'::text)", None),
            (
                "((t)::text = ANY ((ARRAY['A'::character varying, 'B_2'::character varying])::text[]))",
                Some("t IN ('A', 'B_2')"),
            ),
            ("((t)::text = ANY (ARRAY['a'::text]))", None),
            ("(octet_length(b) <= 100)", Some("octet_length(b) <= 100")),
            ("((n >= 5) OR (n <= 3))", None),
            ("(n >= p)", None),
            ("(length(b) >= 5)", None),
        ] {
            assert_eq!(said(expression).as_deref(), wanted, "{expression}");
            if let Some(said_once) = said(expression) {
                assert_eq!(
                    said(&said_once.replace(", ", " AND ")).is_some(),
                    !said_once.contains(" IN "),
                    "{expression}"
                );
            }
        }
        assert_eq!(anchored("a|b"), "^(?:a|b)$");
        assert_eq!(unanchored("^(?:a|b)$").as_deref(), Some("a|b"));
    }
}
