//! One value, before it is written.
use super::form::Form;
use crate::fill::{calendar, value};

/// A value of some [`Form`].
#[derive(Clone, Debug, PartialEq)]
pub enum Datum {
    /// NULL.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number in units of its form's scale; a date or instant in microseconds since 1970 UTC; a time of day or
    /// an interval in microseconds.
    Place(i64),
    /// A float.
    Float(f64),
    /// Text: also of enums, json, xml, bits (`0` and `1`), and of types we only know as text.
    Text(String),
    /// Bytes: bytea, uuid, macaddr.
    Bytes(Vec<u8>),
    /// An address of version 4 and its prefix.
    Inet([u8; 4], u8),
    /// Lower bound, included, and upper bound, excluded.
    Range(Box<Datum>, Box<Datum>),
    /// Elements of an array or multirange, attributes of a composite, lexemes.
    List(Vec<Datum>),
}

impl Datum {
    /// Its place on its form's scale; none when it has none.
    pub fn place(&self) -> Option<i64> {
        match self {
            Datum::Place(at) => Some(*at),
            Datum::Float(x) => Some((x * 1000.0) as i64),
            _ => None,
        }
    }

    /// The value at a place on a form's scale.
    pub fn at(form: &Form, place: i64) -> Datum {
        match form {
            Form::Float4 | Form::Float8 => Datum::Float(place as f64 / 1000.0),
            Form::Date => Datum::Place(place.div_euclid(calendar::DAY_US) * calendar::DAY_US),
            _ => Datum::Place(place),
        }
    }

    /// A value from its text form, where the form is a plain one.
    pub fn parse(form: &Form, text: &str) -> Option<Datum> {
        Some(match form {
            Form::Bool => Datum::Bool(match text {
                "t" | "true" => true,
                "f" | "false" => false,
                _ => return None,
            }),
            Form::Float4 | Form::Float8 => Datum::Float(text.trim().parse().ok()?),
            form if form.clock() => Datum::at(form, calendar::parse(text)?),
            form if form.number() => Datum::Place(value::scaled(text.trim_start_matches('$'), form.scale())?),
            Form::Text { .. } | Form::Json | Form::Jsonb | Form::Xml | Form::Words(_) => Datum::Text(text.to_string()),
            Form::Enum(labels) => labels.iter().any(|l| l == text).then(|| Datum::Text(text.to_string()))?,
            Form::Uuid => {
                let digits: String = text.chars().filter(|c| *c != '-').collect();
                let bytes = (0..16).map(|i| u8::from_str_radix(digits.get(2 * i..2 * i + 2)?, 16).ok());
                Datum::Bytes(bytes.collect::<Option<Vec<u8>>>()?)
            }
            _ => return None,
        })
    }

    /// Its text form, as the type's input reads it.
    pub fn text(&self, form: &Form) -> String {
        match (self, form) {
            (Datum::Null, _) => String::new(),
            (Datum::Bool(b), _) => if *b { "t" } else { "f" }.to_string(),
            (Datum::Place(at), Form::Date) => calendar::date(at.div_euclid(calendar::DAY_US)),
            (Datum::Place(at), Form::Timestamp) => calendar::instant(*at),
            (Datum::Place(at), Form::TimestampTz) => value::zoned(calendar::instant(*at), true),
            (Datum::Place(at), Form::Time) => calendar::time(at.rem_euclid(calendar::DAY_US)),
            (Datum::Place(at), Form::TimeTz) => value::zoned(calendar::time(at.rem_euclid(calendar::DAY_US)), true),
            (Datum::Place(at), Form::Interval) => format!("{} microseconds", at),
            (Datum::Place(at), form) => value::decimal(*at, form.scale()),
            (Datum::Float(x), _) => x.to_string(),
            (Datum::Text(text), _) => text.clone(),
            (Datum::Bytes(bytes), Form::Uuid) => {
                let hex = hex(bytes);
                let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
                format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
            }
            (Datum::Bytes(bytes), Form::Macaddr) => {
                bytes.iter().map(|b| format!("{b:02x}")).collect::<Vec<_>>().join(":")
            }
            (Datum::Bytes(bytes), _) => format!("\\x{}", hex(bytes)),
            (Datum::Inet([a, b, c, d], bits), _) => format!("{a}.{b}.{c}.{d}/{bits}"),
            (Datum::Range(from, to), Form::Range(of)) => format!("[\"{}\",\"{}\")", from.text(of), to.text(of)),
            (Datum::Range(from, to), of) => format!("[\"{}\",\"{}\")", from.text(of), to.text(of)),
            (Datum::List(parts), Form::Point) => {
                let parts: Vec<String> = parts.iter().map(|p| p.text(&Form::Float8)).collect();
                format!("({})", parts.join(","))
            }
            (Datum::List(parts), Form::Multirange(of)) => {
                let parts: Vec<String> = parts.iter().map(|p| p.text(&Form::Range(of.clone()))).collect();
                format!("{{{}}}", parts.join(","))
            }
            (Datum::List(parts), Form::Array(of, _)) => {
                let parts: Vec<String> = parts.iter().map(|p| p.text(of)).collect();
                value::array(&parts)
            }
            (Datum::List(parts), Form::Composite(of)) => {
                let quoted = |p: &Datum, form: &Form| match p {
                    Datum::Null => String::new(),
                    other => {
                        format!("\"{}\"", other.text(form).replace('\\', "\\\\").replace('"', "\"\""))
                    }
                };
                let parts: Vec<String> = parts.iter().zip(of).map(|(p, (form, _))| quoted(p, form)).collect();
                format!("({})", parts.join(","))
            }
            (Datum::List(parts), _) => {
                parts.iter().map(|p| format!("'{}'", p.text(&Form::Xml))).collect::<Vec<_>>().join(" ")
            }
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_read_from_text_are_written_as_it() {
        let text = Form::Text { max: None, exact: false };
        for (form, written) in [
            (Form::Int4, "-42"),
            (Form::Numeric { precision: Some(9), scale: 2 }, "12.50"),
            (Form::Date, "2024-02-29"),
            (Form::TimestampTz, "2024-02-29 10:11:12.500000+00"),
            (Form::Uuid, "01234567-89ab-4def-8123-456789abcdef"),
            (Form::Bool, "t"),
            (text, "it's"),
        ] {
            let datum = Datum::parse(&form, written).unwrap_or(Datum::Null);
            assert_eq!(datum.text(&form), written);
        }
        assert_eq!(Datum::parse(&Form::Enum(vec!["ok".into()]), "no"), None);
        assert_eq!(Datum::parse(&Form::Int4, "x"), None);
    }
}
