//! Days of the civil (proleptic Gregorian) calendar as numbers and back: the one place with the formula.

/// Days from 1970-01-01 to that day (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`).
pub fn day_number(year: i64, month: u32, day: u32) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((i64::from(month) + 9) % 12) + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of a number of days since 1970-01-01 (the same, `civil_from_days`).
pub fn day(number: i64) -> (i64, u32, u32) {
    let number = number + 719_468;
    let (era, of_era) = (number.div_euclid(146_097), number.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = (shifted + 2) % 12 + 1;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    // Month and day are in 1..=12 and 1..=31.
    (year + era * 400 + i64::from(month <= 2), month as u32, day as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_numbers_agree_both_ways() {
        assert_eq!((day_number(1970, 1, 1), day_number(2000, 3, 1), day(-1)), (0, 11_017, (1969, 12, 31)));
        for number in (-800_000..800_000).step_by(37) {
            let (year, month, of_month) = day(number);
            assert_eq!(day_number(year, month, of_month), number);
        }
    }
}
