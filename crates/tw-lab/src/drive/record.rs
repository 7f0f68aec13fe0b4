//! What one caller notes of its calls, and all callers' notes together.
use super::caller::Ended;
use hdrhistogram::Histogram;
use std::time::Duration;
use tw_model::distribution::Distribution;

/// Longest duration that is kept apart from longer ones: an hour.
const LONGEST_US: u64 = 3_600_000_000;
/// Digits that are kept of each duration.
const DIGITS: u8 = 3;

/// Notes on one call.
#[derive(Clone, Debug)]
pub struct Notes {
    /// From the intended start to the end.
    pub latency: Histogram<u64>,
    /// From the actual start to the end.
    pub closed: Histogram<u64>,
    /// From the intended start to the actual one.
    pub late: Histogram<u64>,
    /// The same, for arrivals of the last quarter of the run.
    pub late_at_last: Histogram<u64>,
    /// How they ended.
    pub counts: Counts,
}

/// How calls ended.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts {
    /// As asked.
    pub done: u64,
    /// Undone by a rule or an expectation.
    pub refused: u64,
    /// Ended by an error.
    pub failed: u64,
    /// Not finished when the run was cut off.
    pub unfinished: u64,
    /// Runs again after a serialisation failure.
    pub retries: u64,
    /// The first error.
    pub error: Option<String>,
}

fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, LONGEST_US, DIGITS).expect("the bounds are valid, and a test makes one")
}

impl Default for Notes {
    fn default() -> Self {
        Notes {
            latency: histogram(),
            closed: histogram(),
            late: histogram(),
            late_at_last: histogram(),
            counts: Counts::default(),
        }
    }
}

/// Times of one call, from the start of the run.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// When it was due.
    pub intended: Duration,
    /// When it was begun.
    pub begun: Duration,
    /// When it ended.
    pub ended: Duration,
    /// It was due in the last quarter of the run.
    pub at_last: bool,
}

impl Notes {
    /// Notes a call that ended.
    pub fn note(&mut self, times: Times, ended: Ended, retries: u32) {
        let us = |d: Duration| u64::try_from(d.as_micros()).unwrap_or(LONGEST_US).max(1);
        let late = us(times.begun.saturating_sub(times.intended));
        self.latency.saturating_record(us(times.ended.saturating_sub(times.intended)));
        self.closed.saturating_record(us(times.ended.saturating_sub(times.begun)));
        self.late.saturating_record(late);
        if times.at_last {
            self.late_at_last.saturating_record(late);
        }
        let counts = &mut self.counts;
        counts.retries += u64::from(retries);
        match ended {
            Ended::Done => counts.done += 1,
            Ended::Refused => counts.refused += 1,
            Ended::Failed(why) => {
                counts.failed += 1;
                counts.error.get_or_insert(why);
            }
        }
    }

    /// Notes a call that was due and is not finished: it is at least this old.
    pub fn unfinished(&mut self, age: Duration, at_last: bool) {
        let us = u64::try_from(age.as_micros()).unwrap_or(LONGEST_US).max(1);
        self.latency.saturating_record(us);
        self.late.saturating_record(us);
        if at_last {
            self.late_at_last.saturating_record(us);
        }
        self.counts.unfinished += 1;
    }

    /// Adds another caller's notes on the same call.
    pub fn add(&mut self, other: &Notes) {
        self.latency += &other.latency;
        self.closed += &other.closed;
        self.late += &other.late;
        self.late_at_last += &other.late_at_last;
        let (mine, theirs) = (&mut self.counts, &other.counts);
        mine.done += theirs.done;
        mine.refused += theirs.refused;
        mine.failed += theirs.failed;
        mine.unfinished += theirs.unfinished;
        mine.retries += theirs.retries;
        if mine.error.is_none() {
            mine.error.clone_from(&theirs.error);
        }
    }
}

/// One call as it went.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observed {
    /// Name.
    pub name: String,
    /// Calls a second asked.
    pub asked_per_s: f64,
    /// From the intended start.
    pub latency: Distribution,
    /// From the actual start.
    pub closed: Distribution,
    /// How late calls began.
    pub late: Distribution,
    /// How late the calls of the last quarter began.
    pub late_at_last: Distribution,
    /// How its calls ended.
    pub counts: Counts,
}

impl Observed {
    /// The notes of all callers.
    pub fn of(name: &str, asked_per_s: f64, notes: &Notes) -> Observed {
        Observed {
            name: name.into(),
            asked_per_s,
            latency: distribution(&notes.latency),
            closed: distribution(&notes.closed),
            late: distribution(&notes.late),
            late_at_last: distribution(&notes.late_at_last),
            counts: notes.counts.clone(),
        }
    }
}

fn distribution(of: &Histogram<u64>) -> Distribution {
    Distribution { counts: of.iter_recorded().map(|v| (v.value_iterated_to(), v.count_at_value())).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_keep_three_digits_and_unfinished_calls_count_with_their_age() {
        let mut notes = Notes::default();
        let ms = Duration::from_millis;
        notes.note(Times { intended: ms(10), begun: ms(15), ended: ms(17), at_last: false }, Ended::Done, 0);
        notes.unfinished(ms(5000), true);
        let mut all = Notes::default();
        all.add(&notes);
        let seen = Observed::of("q", 1.0, &all);
        let near = |got: u64, wanted: u64| got.abs_diff(wanted) * 1000 <= wanted;
        assert_eq!(seen.latency.count(), 2);
        assert!(near(seen.latency.at_rank(1).expect("one"), 7000), "{:?}", seen.latency);
        assert!(near(seen.latency.max(), 5_000_000));
        assert!(near(seen.closed.max(), 2000));
        assert_eq!((seen.counts.done, seen.counts.unfinished, seen.late_at_last.count()), (1, 1, 1));
    }
}
