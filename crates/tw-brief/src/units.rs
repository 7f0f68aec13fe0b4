//! Numbers with units: volumes, shares, durations, rates, growth.
use crate::cursor::{Cursor, Span};
use crate::diagnostic::Fault;
use crate::lex::TokenKind;

/// Rows, and rows at the horizon, stay below this.
pub(crate) const MOST_ROWS: f64 = 1e15;

/// Digits (with a fraction) and the unit that touches them.
pub(crate) fn split(written: &str) -> (&str, &str) {
    let end = written.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(written.len());
    written.split_at(end)
}

fn value(digits: &str, span: &Span) -> Result<f64, Fault> {
    let too_big =
        || Fault::new(span.clone(), "this number has too many digits").why("numbers of a brief have at most 18 digits");
    if digits.len() > 19 {
        return Err(too_big());
    }
    digits.parse().map_err(|_| too_big())
}

/// A plain number, with `k`, `M` or `B`.
pub(crate) fn quantity(cursor: &mut Cursor, what: &str) -> Result<f64, Fault> {
    let number = cursor
        .number(&format!("{what} (a number)"))
        .map_err(|f| f.why("numbers are digits, with k, M or B for thousands, millions and billions"))?;
    let (digits, unit) = split(&number.v);
    let factor = match unit {
        "" => 1.0,
        "k" | "K" => 1e3,
        "M" => 1e6,
        "B" | "G" => 1e9,
        _ => {
            let fault = Fault::new(number.span, format!("unknown unit `{unit}` of {what}"))
                .why("numbers take k (thousands), M (millions) or B (billions)");
            return Err(match unit {
                "m" => fault.help(format!("did you mean `{digits}M`?")),
                "b" => fault.help(format!("did you mean `{digits}B`?")),
                _ => fault.help(format!("write `{digits}k`, `{digits}M` or `{digits}B`")),
            });
        }
    };
    Ok(round(value(digits, &number.span)? * factor))
}

/// A whole number, with `k`, `M` or `B`, in a range.
pub(crate) fn whole(cursor: &mut Cursor, what: &str, least: u64, most: u64) -> Result<u64, Fault> {
    let start = cursor.position();
    let number = quantity(cursor, what)?;
    if number.fract() != 0.0 || number < least as f64 || number > most as f64 {
        return Err(Fault::new(cursor.since(start), format!("{what} is a whole number from {least} to {most}")));
    }
    Ok(number as u64)
}

/// `96%` as a percentage, from 0 to 100; also the digits as written.
pub(crate) fn percent(cursor: &mut Cursor, what: &str) -> Result<(f64, String), Fault> {
    let number = cursor.number(what)?;
    let (digits, unit) = split(&number.v);
    if !unit.is_empty() {
        return Err(Fault::new(number.span, format!("expected a percentage, but found `{}`", number.v))
            .help(format!("write `{digits}%`")));
    }
    cursor.expect("%", "shares are percentages")?;
    let share = value(digits, &number.span)?;
    if share > 100.0 {
        return Err(Fault::new(number.span, format!("{what} is more than 100 %")));
    }
    Ok((share, digits.to_string()))
}

/// A duration in milliseconds: `2ms`, `10min`, `3 years`.
pub(crate) fn duration_ms(cursor: &mut Cursor, what: &str) -> Result<f64, Fault> {
    let number = cursor.number(what).map_err(|f| f.why(DURATIONS))?;
    let (digits, glued) = split(&number.v);
    let (unit, span) = if glued.is_empty() {
        let word = cursor.word("a unit of time (ms, s, min, h, days, weeks, months, years)")?;
        (word.v, word.span)
    } else {
        (glued.to_string(), number.span.clone())
    };
    let factor = unit_ms(&unit).ok_or_else(|| {
        let fault = Fault::new(span, format!("unknown unit of time `{unit}`")).why(DURATIONS);
        match unit.as_str() {
            "m" => fault.help("say `min` for minutes, `months` for months"),
            _ => fault.suggest(&unit, UNITS.iter().flat_map(|(names, _)| names.iter().copied()), ""),
        }
    })?;
    let total = round(value(digits, &number.span)? * factor);
    if total > 86_400_000.0 * 365.0 * 1000.0 {
        return Err(Fault::new(number.span, format!("{what} is longer than 1000 years")));
    }
    Ok(total)
}

/// A duration in whole seconds, more than none.
pub(crate) fn duration_s(cursor: &mut Cursor, what: &str) -> Result<u64, Fault> {
    let start = cursor.position();
    let ms = duration_ms(cursor, what)?;
    if ms % 1000.0 != 0.0 {
        return Err(Fault::new(cursor.since(start), format!("{what} is in whole seconds")));
    }
    Ok((ms / 1000.0) as u64)
}

/// A duration in whole days, at least one.
pub(crate) fn duration_days(cursor: &mut Cursor, what: &str) -> Result<u32, Fault> {
    let start = cursor.position();
    let days = duration_ms(cursor, what)? / 86_400_000.0;
    if days < 1.0 || days.fract() != 0.0 {
        return Err(Fault::new(cursor.since(start), format!("{what} is in whole days, at least one")));
    }
    Ok(days as u32)
}

/// An amount of memory or storage in whole GB (of 2^30 bytes): `64GB`, `2TB`.
pub(crate) fn gigabytes(cursor: &mut Cursor, what: &str, least: u32, most: u32) -> Result<u32, Fault> {
    let start = cursor.position();
    let number = cursor.number(&format!("{what} such as `64GB`"))?;
    let (digits, unit) = split(&number.v);
    let factor = match unit {
        "GB" => 1.0,
        "TB" => 1024.0,
        other => {
            return Err(Fault::new(number.span, format!("unknown unit `{other}` of {what}"))
                .why("memory and storage are in GB or TB")
                .help(format!("write `{digits}GB` or `{digits}TB`")));
        }
    };
    let total = value(digits, &number.span)? * factor;
    if total.fract() != 0.0 || total < f64::from(least) || total > f64::from(most) {
        return Err(Fault::new(cursor.since(start), format!("{what} is a whole number of GB from {least} to {most}")));
    }
    Ok(total as u32)
}

/// True where a rate begins: a number and `/`.
pub(crate) fn at_rate(cursor: &Cursor) -> bool {
    cursor.kind() == Some(TokenKind::Number) && cursor.peek_at(1) == "/"
}

/// Calls per second: `500/s`, `30/min`.
pub(crate) fn rate_per_s(cursor: &mut Cursor) -> Result<f64, Fault> {
    let calls = quantity(cursor, "a rate")?;
    cursor.expect("/", "a rate is calls per time: `500/s`")?;
    let unit = cursor.word("s, min, h or day")?;
    let seconds = match unit.v.as_str() {
        "s" | "sec" | "second" => 1.0,
        "min" | "minute" => 60.0,
        "h" | "hour" => 3600.0,
        "day" | "d" => 86_400.0,
        _ => {
            return Err(Fault::new(unit.span, format!("unknown unit of time `{}`", unit.v))
                .why("rates are per s, min, h or day")
                .suggest(&unit.v, ["s", "min", "h", "day"], "write `/s`, `/min`, `/h` or `/day`"));
        }
    };
    Ok(calls / seconds)
}

/// `+3%/month`, `-1%/month`, `+40%/year`: percent per month.
pub(crate) fn growth(cursor: &mut Cursor) -> Result<f64, Fault> {
    let start = cursor.position();
    let sign = if cursor.eat("-") { -1.0 } else { 1.0 };
    cursor.eat("+");
    let number = cursor.number("growth such as `+3%/month`")?;
    let (digits, unit) = split(&number.v);
    if !unit.is_empty() {
        return Err(Fault::new(number.span, "growth is a percentage").help("write `+3%/month`"));
    }
    let percent = sign * value(digits, &number.span)?;
    cursor.expect("%", "growth is a percentage: `+3%/month`")?;
    cursor.expect("/", "growth is per month or per year")?;
    let per = cursor.word("`month` or `year`")?;
    let monthly = match per.v.as_str() {
        "month" => percent,
        "year" => round(((1.0 + percent.max(-100.0) / 100.0).powf(1.0 / 12.0) - 1.0) * 100.0),
        other => {
            return Err(Fault::new(per.span.clone(), format!("unknown period `{other}`"))
                .why("growth is per month or per year")
                .suggest(other, ["month", "year"], "write `/month` or `/year`"));
        }
    };
    if !(-50.0..=100.0).contains(&monthly) {
        return Err(Fault::new(cursor.since(start), "growth is from -50 % to +100 % per month"));
    }
    Ok(monthly)
}

const DURATIONS: &str = "durations are a number in ms, s, min, h, days, weeks, months or years: `10min`, `3 years`";

const UNITS: &[(&[&str], f64)] = &[
    (&["ms"], 1.0),
    (&["s", "sec", "second", "seconds"], 1e3),
    (&["min", "minute", "minutes"], 6e4),
    (&["h", "hour", "hours"], 3.6e6),
    (&["d", "day", "days"], 8.64e7),
    (&["week", "weeks"], 7.0 * 8.64e7),
    (&["month", "months"], 30.0 * 8.64e7),
    (&["year", "years"], 365.0 * 8.64e7),
];

fn unit_ms(unit: &str) -> Option<f64> {
    UNITS.iter().find(|(names, _)| names.contains(&unit)).map(|(_, ms)| *ms)
}

/// Six decimals: enough, and the same on every machine.
fn round(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}
