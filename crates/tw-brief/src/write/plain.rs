//! Numbers, durations, words and quoted texts as a brief writes them.
use tw_model::model::Value;

/// A number without the noise of its last binary digits.
pub(super) fn number(n: f64) -> String {
    format!("{}", (n * 1e9).round() / 1e9)
}

/// `2M`, `3k`, `1234`.
pub(super) fn quantity(n: u64) -> String {
    for (unit, of) in [("B", 1_000_000_000), ("M", 1_000_000), ("k", 1_000)] {
        if n >= of && n.is_multiple_of(of / 10) {
            return format!("{}{unit}", number(n as f64 / of as f64));
        }
    }
    n.to_string()
}

/// `2h`, `5min`, `90s`.
pub(super) fn duration(seconds: u64) -> String {
    match seconds {
        s if s > 0 && s.is_multiple_of(86_400) => format!("{} days", s / 86_400),
        s if s > 0 && s.is_multiple_of(3_600) => format!("{}h", s / 3_600),
        s if s > 0 && s.is_multiple_of(60) => format!("{}min", s / 60),
        s => format!("{s}s"),
    }
}

/// Words that mean something else where a value stands.
const TAKEN: &[&str] = &["now", "true", "false", "was", "in", "open"];

/// A text as a bare word where it is one, else quoted.
pub(super) fn text(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let bare = value.starts_with(|c: char| c.is_ascii_alphabetic()) && value.chars().all(plain);
    if bare && !TAKEN.contains(&value) { value.to_string() } else { format!("'{}'", value.replace('\'', "''")) }
}

/// A default.
pub(super) fn value(value: &Value) -> String {
    match value {
        Value::Now => "now".into(),
        Value::Text(value) => text(value),
        Value::Number(number) => number.clone(),
        Value::Bool(flag) => flag.to_string(),
        Value::Expression(sql) => format!("({sql})"),
    }
}
