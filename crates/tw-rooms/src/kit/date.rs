//! Dates of a design: counted from one day, never from a clock, so that the same brief gives the same bytes.
use std::fmt;
use tw_model::{civil, model::TimeUnit};

/// The day that facts about engines were read. Support ends, horizons and partitions are counted from here.
pub const READ_ON: Date = Date(2026, 11, 22);

/// Year, month, day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(pub i32, pub u32, pub u32);

impl Date {
    /// The date so many days later.
    pub fn plus_days(self, days: u32) -> Date {
        Date::from_day(self.day() + i64::from(days))
    }

    /// The first day of its day, month or year.
    pub fn first_of(self, unit: TimeUnit) -> Date {
        match unit {
            TimeUnit::Day => self,
            TimeUnit::Month => Date(self.0, self.1, 1),
            TimeUnit::Year => Date(self.0, 1, 1),
        }
    }

    /// The first day of the next day, month or year.
    pub fn next(self, unit: TimeUnit) -> Date {
        let Date(year, month, _) = self;
        match unit {
            TimeUnit::Day => self.plus_days(1),
            TimeUnit::Month if month == 12 => Date(year + 1, 1, 1),
            TimeUnit::Month => Date(year, month + 1, 1),
            TimeUnit::Year => Date(year + 1, 1, 1),
        }
    }

    /// Days since 1970-01-01.
    pub fn day(self) -> i64 {
        civil::day_number(self.0.into(), self.1, self.2)
    }

    /// The date of a number of days since 1970-01-01.
    pub fn from_day(day: i64) -> Date {
        let (year, month, day) = civil::day(day);
        Date(year as i32, month, day)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0, self.1, self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_over_leap_years() {
        assert_eq!(Date(2026, 11, 22).plus_days(3 * 365), Date(2029, 11, 21));
        assert_eq!(Date(2024, 2, 28).plus_days(1), Date(2024, 2, 29));
        assert_eq!(Date(1999, 12, 31).plus_days(1), Date(2000, 1, 1));
        assert_eq!(Date(2026, 11, 22).plus_days(0).to_string(), "2026-11-22");
    }

    #[test]
    fn months_and_years_follow_each_other() {
        assert_eq!(Date(2026, 12, 9).first_of(TimeUnit::Month).next(TimeUnit::Month), Date(2027, 1, 1));
        assert_eq!(Date(2024, 2, 29).next(TimeUnit::Day), Date(2024, 3, 1));
        assert_eq!(Date(2024, 2, 29).first_of(TimeUnit::Year).next(TimeUnit::Year), Date(2025, 1, 1));
    }
}
