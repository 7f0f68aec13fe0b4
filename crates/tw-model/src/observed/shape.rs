//! What a text looks like.

/// What a text looks like. A text has the first of these that fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// A word for yes or no.
    Flag,
    /// A number as people write it: `007` is a code.
    Number,
    /// `2024-02-29`.
    Date,
    /// A date and a time.
    Instant,
    /// 36 characters of a uuid.
    Uuid,
    /// A JSON object or array.
    Document,
    /// Several short items with commas, semicolons or bars between, none holding a blank.
    List,
    /// Anything else.
    Words,
}

/// Words that are used for yes and no.
const FLAGS: &[&str] = &["y", "n", "yes", "no", "t", "f", "true", "false", "on", "off"];

impl Shape {
    /// The shape of a text.
    pub fn of(text: &str) -> Shape {
        match text {
            _ if FLAGS.contains(&text.to_lowercase().as_str()) => Shape::Flag,
            _ if is_number(text) => Shape::Number,
            _ if is_date(text) => Shape::Date,
            _ if is_instant(text) => Shape::Instant,
            _ if is_uuid(text) => Shape::Uuid,
            _ if is_document(text) => Shape::Document,
            _ if is_list(text) => Shape::List,
            _ => Shape::Words,
        }
    }

    /// What values of the shape are, in the plural.
    pub fn phrase(self) -> &'static str {
        match self {
            Shape::Flag => "words for yes and no",
            Shape::Number => "numbers",
            Shape::Date => "dates",
            Shape::Instant => "instants",
            Shape::Uuid => "uuids",
            Shape::Document => "JSON documents",
            Shape::List => "lists",
            Shape::Words => "words",
        }
    }
}

/// A number as people write it: `007` is a code.
pub fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    all(whole) && all(fraction) && (whole.len() == 1 || !whole.starts_with('0'))
}

/// A day as ISO 8601 writes it.
pub fn is_date(text: &str) -> bool {
    let parts: Vec<Option<u32>> = text.split('-').map(|p| p.parse().ok()).collect();
    matches!(parts.as_slice(), [Some(_), Some(1..=12), Some(1..=31)]) && text.len() == 10
}

fn is_instant(text: &str) -> bool {
    let (Some(day), Some(rest)) = (text.get(..10), text.get(10..)) else { return false };
    let time = rest.trim_start_matches([' ', 'T']);
    let digits = time.bytes().take_while(u8::is_ascii_digit).count();
    is_date(day) && digits == 2 && time[2..].starts_with(':') && time.len() >= 5
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|p| p.len()).eq([8, 4, 4, 4, 12]) && parts.iter().all(|p| p.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn is_document(text: &str) -> bool {
    let braces = text.starts_with('{') && text.ends_with('}') || text.starts_with('[') && text.ends_with(']');
    braces && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

fn is_list(text: &str) -> bool {
    [',', ';', '|'].into_iter().any(|mark| {
        let items: Vec<&str> = text.split(mark).map(str::trim).collect();
        items.len() > 1 && items.iter().all(|i| !i.is_empty() && i.len() <= 40 && !i.contains(char::is_whitespace))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_shapes() {
        for (text, shape) in [
            ("Y", Shape::Flag),
            ("-20.50", Shape::Number),
            ("2024-02-29", Shape::Date),
            ("2024-02-29T10:00:00Z", Shape::Instant),
            ("2024-02-29 10:00", Shape::Instant),
            ("6f1e2d3c-0000-4000-8000-0123456789ab", Shape::Uuid),
            ("{\"a\": [1]}", Shape::Document),
            ("[1, 2]", Shape::Document),
            ("red,green, blue", Shape::List),
            ("1;2", Shape::List),
            ("007", Shape::Words),
            ("2024-13-01", Shape::Words),
            ("Doe, Jane Mary", Shape::Words),
            ("", Shape::Words),
            ("2024-02-2é9", Shape::Words),
            ("{a}", Shape::Words),
        ] {
            assert_eq!(Shape::of(text), shape, "{text}");
        }
    }
}
