//! One value of a type as text: any plausible one, or the n-th of a series that never repeats.
use super::{
    calendar::{self, DAY_US, PRESENT_US, SECOND_US},
    dice::Dice,
    shape::{self, Shape},
    types::Ty,
};

/// Any value of the type that fits its length and precision, in the shape its name tells.
pub fn any(ty: &Ty, like: Shape, dice: &mut Dice) -> String {
    match ty {
        Ty::Text { max } => fitted(like, *max, dice),
        Ty::Int { max } => {
            let (low, high) = bounds(like);
            // Round bounds stay inside smallint.
            dice.between((low as i64).min(*max), (high as i64).clamp(1, *max)).to_string()
        }
        Ty::Numeric { precision, scale } => numeric(*precision, *scale, like, dice),
        Ty::Float => {
            let (low, high) = bounds(like);
            let thousandths = dice.between((low * 1000.0) as i64, (high * 1000.0) as i64);
            decimal(thousandths, 3)
        }
        Ty::Money => decimal(dice.between(100, 1_000_000), 2),
        Ty::Bool => ["f", "t"][dice.index(2)].into(),
        Ty::Uuid => uuid(dice.bits(), dice.bits()),
        Ty::Date => calendar::date(moment(like, dice).div_euclid(DAY_US)),
        Ty::Time { zone } => zoned(calendar::time(dice.below(86_400) as i64 * SECOND_US), *zone),
        Ty::Timestamp { zone } => zoned(calendar::instant(moment(like, dice)), *zone),
        Ty::Interval => format!("{} minutes", 5 + dice.below(2000)),
        Ty::Json => format!(
            "{{\"{}\": \"{}\", \"{}\": {}}}",
            dice.pick(&["kind", "label", "source"]),
            dice.pick(super::words::NOUNS),
            dice.pick(&["count", "size", "weight"]),
            dice.below(100)
        ),
        Ty::Inet => shape::text(Shape::Ip, dice),
        Ty::Cidr => format!("10.{}.{}.0/24", dice.below(256), dice.below(256)),
        Ty::Macaddr => mac(dice.bits()),
        Ty::Bytea => {
            let bytes = 8 + dice.index(24);
            format!("\\x{}", shape::hex(dice, bytes))
        }
        Ty::Bit { length } => (0..*length).map(|_| ['0', '1'][dice.index(2)]).collect(),
        Ty::Tsvector => format!("'{}' '{}'", dice.pick(super::words::ADJECTIVES), dice.pick(super::words::NOUNS)),
        Ty::Range(of) => {
            let (from, to) = span(of, like, dice);
            format!("[{from},{to})")
        }
        Ty::Array(of) => {
            let elements: Vec<String> = (0..1 + dice.below(4)).map(|_| any(of, like, dice)).collect();
            array(&elements)
        }
    }
}

/// The n-th value (from 0) of a series without repeats; none when the type has no so many.
pub fn nth(ty: &Ty, n: u64) -> Option<String> {
    if n >= ty.capacity() {
        return None;
    }
    let count = n.checked_add(1)?;
    let days_back = i64::try_from(n).ok()?;
    Some(match ty {
        Ty::Text { max } => match max {
            Some(max) if *max < 12 => base36(count),
            _ => count.to_string(),
        },
        Ty::Int { .. } => count.to_string(),
        Ty::Numeric { scale, .. } => decimal(i64::try_from(count).ok()?, *scale),
        Ty::Float | Ty::Money => decimal(i64::try_from(count).ok()?, 2),
        Ty::Bool => ["f", "t"][n as usize].into(),
        Ty::Uuid => {
            let mut dice = Dice::new(n, &["uuid"]);
            uuid(dice.bits(), dice.bits())
        }
        Ty::Date => calendar::date(PRESENT_US / DAY_US - 1 - days_back),
        Ty::Time { zone } => {
            let us = days_back * SECOND_US;
            if us >= DAY_US {
                return None;
            }
            zoned(calendar::time(us), *zone)
        }
        Ty::Timestamp { zone } => zoned(calendar::instant(PRESENT_US - (days_back + 1) * SECOND_US), *zone),
        Ty::Interval => format!("{count} seconds"),
        Ty::Json => format!("{{\"n\": {count}}}"),
        Ty::Inet => format!("10.{}.{}.{}", n >> 16 & 255, n >> 8 & 255, n & 255),
        Ty::Cidr => format!("10.{}.{}.{}/32", n >> 16 & 255, n >> 8 & 255, n & 255),
        Ty::Macaddr => mac(n),
        Ty::Bytea => format!("\\x{n:016x}"),
        Ty::Bit { length } => format!("{n:0length$b}"),
        Ty::Tsvector => format!("'w{n}'"),
        Ty::Range(of) => {
            let (from, to) = (nth_ordered(of, 2 * n)?, nth_ordered(of, 2 * n + 1)?);
            format!("[{from},{to})")
        }
        Ty::Array(of) => array(&[nth(of, n)?]),
    })
}

/// The n-th value of an ordered type, growing with n.
fn nth_ordered(ty: &Ty, n: u64) -> Option<String> {
    let n = i64::try_from(n).ok()?;
    Some(match ty {
        Ty::Date => calendar::date(PRESENT_US / DAY_US + n),
        Ty::Timestamp { zone } => zoned(calendar::instant(PRESENT_US + n * SECOND_US), *zone),
        Ty::Numeric { scale, .. } => decimal(n, *scale),
        _ => n.to_string(),
    })
}

/// A place on the scale of an ordered type, as the type writes it: days, microseconds or units.
pub fn at(ty: &Ty, place: i64) -> String {
    match ty {
        Ty::Date => calendar::date(place.div_euclid(DAY_US)),
        Ty::Time { zone } => zoned(calendar::time(place.rem_euclid(DAY_US)), *zone),
        Ty::Timestamp { zone } => zoned(calendar::instant(place), *zone),
        Ty::Numeric { scale, .. } => decimal(place, *scale),
        _ => place.to_string(),
    }
}

/// The place of a value on its type's scale (see [`at`]); none when it has none.
pub fn place(ty: &Ty, text: &str) -> Option<i64> {
    match ty {
        Ty::Date | Ty::Timestamp { .. } => calendar::parse(text),
        Ty::Numeric { scale, .. } => scaled(text, *scale),
        Ty::Int { .. } => text.trim().parse().ok(),
        Ty::Float => scaled(text, 3),
        Ty::Money => scaled(text, 2),
        _ => None,
    }
}

/// Digits with the point put `scale` places from the right.
pub fn decimal(units: i64, scale: u32) -> String {
    if scale == 0 {
        return units.to_string();
    }
    let scale = scale as usize;
    let sign = if units < 0 { "-" } else { "" };
    let digits = format!("{:0width$}", units.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    format!("{sign}{whole}.{fraction}")
}

/// `12.5` at scale 2 is 1250; digits beyond the scale are cut. None when it is no number or too large.
pub fn scaled(text: &str, scale: u32) -> Option<i64> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction: String = fraction.chars().chain(std::iter::repeat('0')).take(scale as usize).collect();
    let units: i64 = format!("{whole}{fraction}").parse().ok()?;
    Some(if negative { -units } else { units })
}

/// An array literal.
pub fn array(elements: &[String]) -> String {
    let quoted: Vec<String> =
        elements.iter().map(|e| format!("\"{}\"", e.replace('\\', "\\\\").replace('"', "\\\""))).collect();
    format!("{{{}}}", quoted.join(","))
}

/// `clock` with its zone, which is always UTC.
pub fn zoned(clock: String, zone: bool) -> String {
    if zone { clock + "+00" } else { clock }
}

/// A text of the shape that fits: cut at a word where it can be, or letters of exactly the length that
/// very short columns have.
fn fitted(like: Shape, max: Option<usize>, dice: &mut Dice) -> String {
    let like = match (like, max) {
        (Shape::CountryName, Some(2)) => Shape::CountryCode,
        (other, _) => other,
    };
    let text = shape::text(like, dice);
    let Some(max) = max else { return text };
    if text.len() <= max {
        return text;
    }
    if max <= 4 {
        return (0..max).map(|_| char::from(b'A' + dice.below(26) as u8)).collect();
    }
    // Every word is ASCII, so bytes are characters.
    match (like, text.split_once('@')) {
        (Shape::Email, Some((local, domain))) if max > domain.len() + 2 => {
            format!("{}@{domain}", &local[local.len() + domain.len() + 1 - max..]).trim_start_matches('.').to_string()
        }
        (Shape::Hash | Shape::Iban | Shape::Isbn | Shape::Code, _) => text[..max].to_string(),
        _ => text[..max].trim_end().to_string(),
    }
}

/// Least and greatest number of a shape.
pub fn bounds(like: Shape) -> (f64, f64) {
    match like {
        Shape::Age => (18.0, 90.0),
        Shape::SmallCount => (1.0, 20.0),
        Shape::Stock => (0.0, 500.0),
        Shape::Rating => (1.0, 5.0),
        Shape::Year => (1990.0, 2025.0),
        Shape::Percent => (0.0, 100.0),
        Shape::Latitude => (-90.0, 90.0),
        Shape::Longitude => (-180.0, 180.0),
        Shape::Minutes => (5.0, 480.0),
        Shape::Bytes => (100.0, 1_000_000.0),
        Shape::Money => (1.0, 10_000.0),
        _ => (1.0, 1_000.0),
    }
}

fn numeric(precision: Option<u32>, scale: u32, like: Shape, dice: &mut Dice) -> String {
    let unit = 10i64.saturating_pow(scale.min(9)) as f64;
    let (mut low, mut high) = bounds(like);
    let limit = precision.map_or(i64::MAX, |p| 10i64.saturating_pow(p.min(18)) - 1);
    if like == Shape::Percent && limit as f64 / unit <= 1.0 {
        (low, high) = (0.0, 1.0);
    }
    let least = ((low * unit) as i64).clamp(-limit, limit);
    let most = ((high * unit) as i64).clamp(least, limit);
    // Money is skewed as real amounts are: many small, few large.
    let drawn = dice.between(least, most);
    let drawn = if like == Shape::Money { least + ((drawn - least) as f64 * dice.unit()) as i64 } else { drawn };
    let shown = decimal(drawn, scale.min(9));
    shown + &"0".repeat(scale.saturating_sub(9) as usize)
}

/// An instant that the shape makes plausible, in microseconds; unique enough not to tie.
pub fn moment(like: Shape, dice: &mut Dice) -> i64 {
    let (from, days) = match like {
        Shape::Birth => (PRESENT_US - 86 * 365 * DAY_US, 68 * 365),
        Shape::Future => (PRESENT_US, 365),
        _ => (PRESENT_US - 730 * DAY_US, 730),
    };
    from + dice.below((days * DAY_US) as u64) as i64
}

fn span(of: &Ty, like: Shape, dice: &mut Dice) -> (String, String) {
    let (from, most) = match of {
        Ty::Date => (moment(like, dice), 14 * DAY_US),
        Ty::Timestamp { .. } => {
            (moment(like, dice).div_euclid(900 * SECOND_US) * 900 * SECOND_US, 8 * 3600 * SECOND_US)
        }
        _ => (dice.between(1, 1000), 100),
    };
    let step = match of {
        Ty::Date => DAY_US,
        Ty::Timestamp { .. } => 900 * SECOND_US,
        _ => 1,
    };
    let length = step * (1 + dice.below((most / step) as u64) as i64);
    (at(of, from), at(of, from + length))
}

fn uuid(high: u64, low: u64) -> String {
    let high = high & !0xf000 | 0x4000;
    let low = low & !(3 << 62) | 2 << 62;
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}

fn mac(bits: u64) -> String {
    let bytes: Vec<String> = (0..5).rev().map(|i| format!("{:02x}", bits >> (8 * i) & 255)).collect();
    format!("02:{}", bytes.join(":"))
}

/// The number in digits and small letters; empty for 0.
pub fn base36(mut n: u64) -> String {
    let mut digits = vec![];
    while n > 0 {
        digits.push(b"0123456789abcdefghijklmnopqrstuvwxyz"[(n % 36) as usize]);
        n /= 36;
    }
    digits.iter().rev().map(|&b| char::from(b)).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::types, *};
    use std::collections::BTreeSet;

    #[test]
    fn values_fit_lengths_and_precisions() {
        let mut dice = Dice::new(1, &["fit"]);
        for n in 1..30 {
            for like in [Shape::Email, Shape::Title, Shape::Code, Shape::Plain] {
                let ty = types::parse(&format!("varchar({n})")).expect("a type");
                assert!(any(&ty, like, &mut dice).len() <= n);
            }
        }
        let ty = types::parse("numeric(4,2)").expect("a type");
        for _ in 0..100 {
            let v: f64 = any(&ty, Shape::Money, &mut dice).parse().expect("a number");
            assert!((1.0..100.0).contains(&v));
        }
    }

    #[test]
    fn series_do_not_repeat_and_end_where_the_type_ends() {
        for name in ["text", "varchar(2)", "uuid", "date", "bit(8)", "inet", "int4range"] {
            let ty = types::parse(name).expect("a type");
            let seen: BTreeSet<String> = (0..200).filter_map(|n| nth(&ty, n)).collect();
            assert_eq!(seen.len(), 200, "{name}");
        }
        assert_eq!(nth(&Ty::Bool, 2), None);
        assert_eq!(nth(&Ty::Int { max: 32767 }, 32767), None);
    }

    #[test]
    fn decimals_both_ways() {
        assert_eq!(decimal(-5, 2), "-0.05");
        assert_eq!(scaled("-0.05", 2), Some(-5));
        assert_eq!(scaled("12.5", 2), Some(1250));
        assert_eq!(decimal(7, 0), "7");
        assert_eq!(array(&["a\"b".into()]), "{\"a\\\"b\"}");
    }
}
