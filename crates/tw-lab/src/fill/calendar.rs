//! Dates and instants as numbers and back. Days and microseconds count from 1970-01-01 UTC.
use tw_model::civil;

/// The sample's present: 2026-01-01T00:00:00Z, in microseconds. Never the clock.
pub const PRESENT_US: i64 = 1_767_225_600 * SECOND_US;
/// A second.
pub const SECOND_US: i64 = 1_000_000;
/// A day.
pub const DAY_US: i64 = 86_400 * SECOND_US;

/// `2026-01-01` of a day number.
pub fn date(day: i64) -> String {
    let (year, month, day) = civil::day(day);
    format!("{year:04}-{month:02}-{day:02}")
}

/// `2026-01-01 00:00:00.000000`, the fraction left out when it is zero.
pub fn instant(us: i64) -> String {
    format!("{} {}", date(us.div_euclid(DAY_US)), time(us.rem_euclid(DAY_US)))
}

/// `12:34:56.789`, of microseconds within a day.
pub fn time(us: i64) -> String {
    let (seconds, fraction) = (us / SECOND_US, us % SECOND_US);
    let clock = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if fraction == 0 { clock } else { format!("{clock}.{fraction:06}") }
}

/// Microseconds of an ISO date or instant in UTC: `2026-01-01`, `2026-01-01T10:00:00Z`,
/// `2026-01-01 10:00:00.5+00`. None when it is not one.
pub fn parse(text: &str) -> Option<i64> {
    let (day, clock) = match text.find(['T', ' ']) {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, ""),
    };
    let mut parts = day.splitn(3, '-').map(|p| p.parse::<u32>().ok());
    let (year, month, day) = (i64::from(parts.next()??), parts.next()??, parts.next()??);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let clock = clock.trim_end_matches('Z').trim_end_matches("+00:00").trim_end_matches("+00");
    let mut us = 0;
    if !clock.is_empty() {
        let (whole, fraction) = clock.split_once('.').unwrap_or((clock, ""));
        let mut unit = 3600 * SECOND_US;
        for part in whole.splitn(3, ':') {
            us += part.parse::<i64>().ok()? * unit;
            unit /= 60;
        }
        if !fraction.is_empty() {
            us += format!("{fraction:0<6}").get(..6)?.parse::<i64>().ok()?;
        }
    }
    Some(civil::day_number(year, month, day) * DAY_US + us)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_agree_both_ways() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(instant(PRESENT_US), "2026-01-01 00:00:00");
        assert_eq!(parse("2026-01-01T00:00:00Z"), Some(PRESENT_US));
        for day in (-200_000..200_000).step_by(37) {
            assert_eq!(parse(&date(day)), Some(day * DAY_US));
        }
    }

    #[test]
    fn fractions_and_nonsense() {
        let us = parse("2024-02-29 10:11:12.5+00").expect("an instant");
        assert_eq!(instant(us), "2024-02-29 10:11:12.500000");
        assert_eq!(parse("yesterday"), None);
        assert_eq!(parse("2024-13-01"), None);
    }
}
