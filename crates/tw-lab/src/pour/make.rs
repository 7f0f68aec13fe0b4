//! Values of a form: any plausible one, or the n-th of a series that never repeats.
use super::{datum::Datum, form::Form};
use crate::fill::{
    calendar::{DAY_US, PRESENT_US, SECOND_US},
    dice::Dice,
    shape::{self, Shape},
    types::Ty,
    value, words,
};

/// Any value of the form, in the shape its column's name tells.
pub fn any(form: &Form, like: Shape, dice: &mut Dice) -> Datum {
    match form {
        Form::Int2 | Form::Int4 | Form::Int8 | Form::Oid | Form::Float4 | Form::Float8 | Form::Money => {
            let (low, high) = number_bounds(form, like);
            Datum::at(form, skewed(low, high, like, dice))
        }
        Form::Numeric { .. } => {
            let (low, high) = number_bounds(form, like);
            Datum::Place(skewed(low, high, like, dice))
        }
        Form::Bool => Datum::Bool(dice.below(2) == 1),
        Form::Text { max, .. } => Datum::Text(value::any(&Ty::Text { max: *max }, like, dice)),
        Form::Json | Form::Jsonb => Datum::Text(value::any(&Ty::Json, like, dice)),
        Form::Xml => Datum::Text(format!("<note>{}</note>", dice.pick(words::NOUNS))),
        Form::Uuid => uuid(dice.bits(), dice.bits()),
        Form::Date | Form::Timestamp | Form::TimestampTz => Datum::at(form, value::moment(like, dice)),
        Form::Time | Form::TimeTz => Datum::Place(dice.below(86_400) as i64 * SECOND_US),
        Form::Interval => Datum::Place((5 + dice.below(2000)) as i64 * 60 * SECOND_US),
        Form::Inet => Datum::Inet([10, dice.below(256) as u8, dice.below(256) as u8, 1 + dice.below(254) as u8], 32),
        Form::Cidr => Datum::Inet([10, dice.below(256) as u8, dice.below(256) as u8, 0], 24),
        Form::Macaddr => mac(dice.bits()),
        Form::Bytea { length } => {
            let bytes = length.map_or_else(|| 8 + dice.below(24), |n| n as u64);
            Datum::Bytes((0..bytes).map(|_| dice.bits() as u8).collect())
        }
        Form::Bit { length } => Datum::Text((0..*length).map(|_| ['0', '1'][dice.index(2)]).collect()),
        Form::Tsvector => {
            let mut parts = vec![dice.pick(words::ADJECTIVES).to_string(), dice.pick(words::NOUNS).to_string()];
            parts.sort();
            parts.dedup();
            Datum::List(parts.into_iter().map(Datum::Text).collect())
        }
        Form::Point => {
            let one = |dice: &mut Dice| Datum::Float(dice.between(-180_000, 180_000) as f64 / 1000.0);
            Datum::List(vec![one(dice), one(dice)])
        }
        Form::Enum(labels) | Form::Words(labels) => {
            Datum::Text(labels.get(dice.index(labels.len())).cloned().unwrap_or_default())
        }
        Form::Range(of) => range(of, like, dice),
        Form::Multirange(of) => Datum::List(vec![range(of, like, dice)]),
        Form::Array(of, _) => Datum::List((0..1 + dice.below(4)).map(|_| any(of, like, dice)).collect()),
        Form::Composite(parts) => Datum::List(parts.iter().map(|(form, _)| any(form, like, dice)).collect()),
    }
}

/// Least and greatest plausible place of a number.
pub fn number_bounds(form: &Form, like: Shape) -> (i64, i64) {
    let (mut low, mut high) = value::bounds(like);
    let unit = 10f64.powi(form.scale() as i32);
    let most = greatest(form);
    if like == Shape::Percent && most as f64 / unit <= 1.0 {
        (low, high) = (0.0, 1.0);
    }
    let low = ((low * unit) as i64).clamp(-most, most);
    (low, ((high * unit) as i64).clamp(low, most))
}

/// The greatest place of a number's form.
pub fn greatest(form: &Form) -> i64 {
    match form {
        Form::Int2 => i64::from(i16::MAX),
        Form::Int4 | Form::Oid => i64::from(i32::MAX),
        Form::Numeric { precision, scale } => {
            let digits = precision.map_or(18, |p| (p + scale.min(&9)).saturating_sub(*scale)).min(18);
            10i64.pow(digits) - 1
        }
        Form::Float4 => 1_000_000_000,
        Form::Float8 => 1_000_000_000_000_000,
        _ => i64::MAX / 4,
    }
}

/// Money is skewed as real amounts are: many small, few large.
fn skewed(low: i64, high: i64, like: Shape, dice: &mut Dice) -> i64 {
    let drawn = dice.between(low, high);
    if like == Shape::Money { low + ((drawn - low) as f64 * dice.unit()) as i64 } else { drawn }
}

fn range(of: &Form, like: Shape, dice: &mut Dice) -> Datum {
    let (from, step, most) = match of {
        Form::Date => (value::moment(like, dice), DAY_US, 14),
        form if form.clock() => {
            (value::moment(like, dice).div_euclid(900 * SECOND_US) * 900 * SECOND_US, 900 * SECOND_US, 32)
        }
        _ => (dice.between(1, 1000), 1, 100),
    };
    span(of, from, step * (1 + dice.below(most) as i64))
}

/// The range that begins at a place and is so long.
pub fn span(of: &Form, from: i64, length: i64) -> Datum {
    Datum::Range(Box::new(Datum::at(of, from)), Box::new(Datum::at(of, from + length)))
}

/// How many different values [`nth`] gives.
pub fn capacity(form: &Form) -> u64 {
    match form {
        Form::Bool => 2,
        Form::Int2 | Form::Int4 | Form::Oid | Form::Int8 | Form::Money | Form::Numeric { .. } => greatest(form) as u64,
        Form::Float4 => 1 << 23,
        Form::Float8 => 1 << 52,
        Form::Text { max: Some(max), .. } if *max < 12 => 36u64.pow(*max as u32) - 1,
        Form::Enum(labels) | Form::Words(labels) => labels.len() as u64,
        // From the present back to the year 1 is farther than this.
        Form::Date => 700_000,
        Form::Time | Form::TimeTz => 86_400,
        Form::Inet | Form::Cidr => 1 << 24,
        Form::Macaddr => 1 << 40,
        Form::Bytea { length: Some(length) } if *length < 8 => 1u64 << (8 * length),
        Form::Bit { length } if *length < 63 => 1u64 << length,
        Form::Range(of) | Form::Multirange(of) => match **of {
            Form::Date => 350_000,
            _ => (greatest(of) / 2) as u64,
        },
        Form::Array(of, _) => capacity(of),
        Form::Composite(parts) => parts.first().map_or(1, |(form, _)| capacity(form)),
        _ => u64::MAX / 4,
    }
}

/// The n-th value (from 0) of a series without repeats, in a shape as far as it goes; none when the form has
/// no so many. Texts differ even without regard to case.
pub fn nth(form: &Form, like: Shape, key: u64, n: u64) -> Option<Datum> {
    if n >= capacity(form) {
        return None;
    }
    let at = i64::try_from(n).ok()?;
    let mut dice = Dice::at(key, n);
    Some(match form {
        Form::Bool => Datum::Bool(n == 1),
        Form::Int2 | Form::Int4 | Form::Oid | Form::Int8 | Form::Numeric { .. } | Form::Money => Datum::Place(at + 1),
        Form::Float4 | Form::Float8 => Datum::Float(at as f64 + 1.0),
        Form::Text { max, .. } => Datum::Text(distinct(like, *max, &mut dice, n)),
        Form::Json | Form::Jsonb => Datum::Text(format!("{{\"n\": {n}}}")),
        Form::Xml => Datum::Text(format!("<n>{n}</n>")),
        Form::Uuid => uuid(dice.bits(), dice.bits()),
        Form::Date => Datum::Place((PRESENT_US / DAY_US - 1 - at) * DAY_US),
        Form::Time | Form::TimeTz | Form::Interval => Datum::Place(at.checked_mul(SECOND_US)?),
        Form::Timestamp | Form::TimestampTz => {
            Datum::Place(PRESENT_US - (at.checked_add(1)?).checked_mul(SECOND_US / 1000)?)
        }
        Form::Inet => Datum::Inet([10, (n >> 16) as u8, (n >> 8) as u8, n as u8], 32),
        Form::Cidr => Datum::Inet([10, (n >> 16) as u8, (n >> 8) as u8, n as u8], 32),
        Form::Macaddr => mac(n),
        Form::Bytea { length } => {
            let mut bytes = n.to_be_bytes().to_vec();
            let length = length.unwrap_or(8);
            let mut start: Vec<u8> = (8..length).map(|_| dice.bits() as u8).collect();
            start.append(&mut bytes.split_off(8 - length.min(8)));
            Datum::Bytes(start)
        }
        Form::Bit { length } => {
            let width = *length;
            Datum::Text(if width <= 64 {
                format!("{n:0width$b}")
            } else {
                format!("{}{n:064b}", "0".repeat(width - 64))
            })
        }
        Form::Tsvector => Datum::List(vec![Datum::Text(format!("w{n}"))]),
        Form::Point => Datum::List(vec![Datum::Float(at as f64), Datum::Float(0.0)]),
        Form::Enum(labels) | Form::Words(labels) => Datum::Text(labels.get(n as usize)?.clone()),
        Form::Range(of) => nth_range(of, at)?,
        Form::Multirange(of) => Datum::List(vec![nth_range(of, at)?]),
        Form::Array(of, _) => Datum::List(vec![nth(of, like, key, n)?]),
        Form::Composite(parts) => {
            let rest = parts.iter().skip(1).map(|(form, _)| any(form, like, &mut dice)).collect::<Vec<_>>();
            let first = parts.first().and_then(|(form, _)| nth(form, like, key, n));
            Datum::List(first.into_iter().chain(rest).collect())
        }
    })
}

/// The n-th range of a series none of which overlap, the later the farther.
fn nth_range(of: &Form, n: i64) -> Option<Datum> {
    let (from, step) = match of {
        Form::Date => (PRESENT_US - 730 * DAY_US, DAY_US),
        form if form.clock() => (PRESENT_US - 730 * DAY_US, 900 * SECOND_US),
        _ => (1, 1),
    };
    Some(span(of, from.checked_add(n.checked_mul(2 * step)?)?, step))
}

/// A text of the shape that holds its number, so that no two are alike.
fn distinct(like: Shape, max: Option<usize>, dice: &mut Dice, n: u64) -> String {
    let tag = value::base36(n + 1);
    let room = max.unwrap_or(usize::MAX);
    if room < 12 {
        return tag;
    }
    let digits = |width: usize| format!("{:0width$}", n + 1);
    match like {
        Shape::Email => {
            let domain = dice.pick(words::DOMAINS);
            let first = dice.pick(words::FIRST_NAMES).to_lowercase();
            let whole = format!("{first}.{tag}@{domain}");
            if whole.len() <= room { whole } else { cut(format!("{tag}@{domain}"), &tag, room) }
        }
        Shape::Iban if room >= 20 => format!("DE{:02}{}", 10 + n % 89, digits(18.min(room - 4))),
        Shape::Isbn if room >= 13 && n < 9_000_000_000 => format!("978{}", digits(10)),
        Shape::Phone if n < 9_000_000_000 => format!("+1{}", 2_000_000_000 + n),
        Shape::Code | Shape::PostalCode => {
            cut(format!("{}-{}", &dice.pick(words::NOUNS).to_uppercase()[..3], digits(6)), &tag, room)
        }
        Shape::Url => {
            cut(format!("https://{}/{}/{tag}", dice.pick(words::DOMAINS), dice.pick(words::NOUNS)), &tag, room)
        }
        Shape::Slug => cut(format!("{}-{}-{tag}", dice.pick(words::ADJECTIVES), dice.pick(words::NOUNS)), &tag, room),
        Shape::Hash if room >= 16 => {
            let width = 64.min(room) - 16;
            format!(
                "{}{:016x}",
                if width > 0 { shape::hex(dice, width.div_ceil(2)) } else { String::new() }
                    .get(..width)
                    .unwrap_or_default(),
                n
            )
        }
        Shape::Username => cut(format!("{}_{tag}", dice.pick(words::FIRST_NAMES).to_lowercase()), &tag, room),
        other => cut(format!("{} {tag}", shape::text(other, dice)), &tag, room),
    }
}

/// The text if it fits, else the tag alone, which always does.
fn cut(text: String, tag: &str, room: usize) -> String {
    if text.len() <= room { text } else { tag.to_string() }
}

fn uuid(high: u64, low: u64) -> Datum {
    let high = high & !0xf000 | 0x4000;
    let low = low & !(3 << 62) | 2 << 62;
    Datum::Bytes([high.to_be_bytes(), low.to_be_bytes()].concat())
}

fn mac(bits: u64) -> Datum {
    let bytes = bits.to_be_bytes();
    Datum::Bytes([&[2], &bytes[3..]].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn series_do_not_repeat_and_fit() {
        let text = |max| Form::Text { max: Some(max), exact: false };
        for like in [Shape::Email, Shape::Iban, Shape::Code, Shape::Title, Shape::Hash, Shape::Phone, Shape::Plain] {
            for max in [3, 12, 16, 20, 34, 64, 100] {
                let form = text(max);
                let seen: BTreeSet<String> = (0..2000)
                    .filter_map(|n| nth(&form, like, 9, n * 7))
                    .map(|d| d.text(&form).to_lowercase())
                    .collect();
                assert_eq!(seen.len(), 2000, "{like:?} {max}");
                assert!(
                    seen.iter().all(|t| t.len() <= max),
                    "{like:?} {max}: {:?}",
                    seen.iter().find(|t| t.len() > max)
                );
            }
        }
        for form in [Form::Uuid, Form::Date, Form::Bit { length: 11 }, Form::Inet, Form::Range(Box::new(Form::Int4))] {
            let seen: BTreeSet<String> =
                (0..2000).filter_map(|n| nth(&form, Shape::Plain, 9, n)).map(|d| d.text(&form)).collect();
            assert_eq!(seen.len(), 2000, "{form:?}");
        }
        assert_eq!(nth(&Form::Bool, Shape::Plain, 0, 2), None);
    }

    #[test]
    fn numbers_fit_their_precision() {
        let mut dice = Dice::at(1, 1);
        let form = Form::Numeric { precision: Some(4), scale: 2 };
        for _ in 0..200 {
            let Datum::Place(at) = any(&form, Shape::Money, &mut dice) else { panic!("a number") };
            assert!((100..10_000).contains(&at));
        }
    }
}
