//! Axes: where a value stands, which values are written beside the axis, and how.
use crate::text::{thousands, volume};

/// What an axis counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// Milliseconds; written as µs, ms or s.
    Ms,
    /// So many a second.
    PerSecond,
    /// Bytes; written as kB, MB, GB, TB (powers of a thousand).
    Bytes,
    /// Rows; written as people say them.
    Rows,
    /// Pages of a relation.
    Pages,
    /// Months from today.
    Months,
    /// A share, 0 to 1; written in percent.
    Share,
    /// A plain number.
    #[default]
    Number,
}

/// How values are spread over an axis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// Equal differences are equal lengths; begins at zero unless a value is below.
    #[default]
    Linear,
    /// Equal ratios are equal lengths; values at or below zero cannot be drawn.
    Log,
}

/// An axis.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Axis {
    /// What it shows.
    pub label: String,
    /// Its unit.
    pub unit: Unit,
    /// Its scale.
    pub scale: Scale,
}

/// An axis laid over the values it has to show.
#[derive(Clone, Debug, PartialEq)]
pub struct Laid {
    /// The scale.
    pub scale: Scale,
    /// Value at the beginning.
    pub from: f64,
    /// Value at the end; greater than `from`.
    pub to: f64,
    /// Values written beside the axis, upwards.
    pub ticks: Vec<f64>,
}

/// Lays an axis over values, of which those that can be drawn count. `wanted` is about how many ticks there
/// is room for.
pub fn lay(scale: Scale, values: impl Iterator<Item = f64>, wanted: usize) -> Laid {
    let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
    for v in values.filter(|v| drawable(scale, *v)) {
        least = least.min(v);
        most = most.max(v);
    }
    match (scale, least.is_finite()) {
        (Scale::Linear, known) => linear(if known { least } else { 0.0 }, if known { most } else { 1.0 }, wanted),
        (Scale::Log, known) => log(if known { least } else { 1.0 }, if known { most } else { 10.0 }, wanted),
    }
}

/// A value that this scale has a place for. Beyond 1e±15 nothing is drawn: no figure of ours is there.
pub fn drawable(scale: Scale, v: f64) -> bool {
    v.abs() <= 1e15 && (scale == Scale::Linear || v >= 1e-15)
}

fn linear(least: f64, most: f64, wanted: usize) -> Laid {
    let (low, high) = (least.min(0.0), most.max(0.0));
    let span = if high - low > 1e-12 { high - low } else { 1.0 };
    let step = nice(span / wanted.max(2) as f64);
    let first = (low / step).floor() as i64;
    let mut last = (high / step).ceil() as i64;
    if last <= first {
        last = first + 1;
    }
    let ticks: Vec<f64> = (first..=last).map(|k| k as f64 * step).collect();
    Laid { scale: Scale::Linear, from: first as f64 * step, to: last as f64 * step, ticks }
}

/// The least of 1, 2, 5, 10 (times a power of ten) that is not below the step.
fn nice(step: f64) -> f64 {
    let power = 10f64.powi(step.log10().floor() as i32);
    let factor = [1.0, 2.0, 5.0, 10.0].into_iter().find(|f| f * power >= step * 0.999_999).unwrap_or(10.0);
    factor * power
}

fn log(least: f64, most: f64, wanted: usize) -> Laid {
    let steps = |many: bool| -> &'static [f64] { if many { &[1.0] } else { &[1.0, 2.0, 5.0] } };
    let (low, high) = (least.log10().floor() as i32, most.log10().ceil() as i32);
    let many = (high - low).max(1) as usize * 3 > wanted.max(2) * 2;
    let all: Vec<f64> =
        (low - 1..=high + 1).flat_map(|power| steps(many).iter().map(move |f| f * 10f64.powi(power))).collect();
    let below = all.iter().rposition(|t| *t <= least * 1.000_001).unwrap_or(0);
    let mut above = all.iter().position(|t| *t >= most * 0.999_999).unwrap_or(all.len() - 1);
    if above <= below {
        above = (below + 1).min(all.len() - 1);
    }
    let mut ticks = all[below..=above].to_vec();
    let (from, to) = (ticks[0], ticks[ticks.len() - 1]);
    let every = ticks.len().div_ceil(wanted.max(2) + 2).max(1);
    ticks = ticks.into_iter().step_by(every).collect();
    Laid { scale: Scale::Log, from, to, ticks }
}

impl Laid {
    /// Where the value stands, 0 to 1; none when it has no place.
    pub fn place(&self, v: f64) -> Option<f64> {
        if !drawable(self.scale, v) {
            return None;
        }
        let at = match self.scale {
            Scale::Linear => (v - self.from) / (self.to - self.from),
            Scale::Log => (v / self.from).log10() / (self.to / self.from).log10(),
        };
        Some(at.clamp(0.0, 1.0))
    }
}

/// The value as it is written, with its unit.
pub fn written(unit: Unit, v: f64) -> String {
    let scaled = |steps: &[(f64, &str)]| {
        let (size, word) =
            steps.iter().find(|(size, _)| v.abs() >= *size * 0.999_5).or(steps.last()).copied().unwrap_or((1.0, ""));
        format!("{} {word}", short_number(v / size)).trim_end().to_string()
    };
    match unit {
        _ if v == 0.0 && unit != Unit::Share => "0".into(),
        Unit::Ms => scaled(&[(1000.0, "s"), (1.0, "ms"), (0.001, "µs")]),
        Unit::PerSecond => format!("{}/s", short_number(v)),
        Unit::Bytes => scaled(&[(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B")]),
        Unit::Rows if v >= 1e4 => volume(v as u64),
        Unit::Rows | Unit::Pages | Unit::Number => short_number(v),
        Unit::Months => match v {
            1.0 => "1 month".into(),
            _ => format!("{} months", short_number(v)),
        },
        Unit::Share => format!("{} %", short_number(v * 100.0)),
    }
}

/// Three significant digits at most, thousands apart, never an exponent.
fn short_number(v: f64) -> String {
    if v.abs() >= 1000.0 {
        let sign = if v < 0.0 { "-" } else { "" };
        return format!("{sign}{}", thousands(v.abs().round() as u64));
    }
    let magnitude = v.abs().max(1e-9).log10().floor() as i32;
    let digits = (2 - magnitude).clamp(0, 9) as usize;
    let text = format!("{v:.digits$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_hold_the_values() {
        let laid = lay(Scale::Linear, [0.0, 87.0].into_iter(), 5);
        assert_eq!(laid.ticks, [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        let laid = lay(Scale::Log, [0.3, 180.0].into_iter(), 9);
        assert_eq!((laid.from, laid.to), (0.2, 200.0));
        assert_eq!(laid.place(0.2), Some(0.0));
        assert_eq!(laid.place(200.0), Some(1.0));
        assert_eq!(laid.place(0.0), None);
        let wide = lay(Scale::Log, [1.0, 1e9].into_iter(), 5);
        assert!(wide.ticks.len() <= 7, "{:?}", wide.ticks);
        assert!(lay(Scale::Linear, [f64::NAN].into_iter(), 5).ticks.len() > 1);
    }

    #[test]
    fn values_are_written_with_their_unit() {
        assert_eq!(written(Unit::Ms, 0.25), "250 µs");
        assert_eq!(written(Unit::Ms, 12.0), "12 ms");
        assert_eq!(written(Unit::Ms, 2500.0), "2.5 s");
        assert_eq!(written(Unit::PerSecond, 3573.0), "3,573/s");
        assert_eq!(written(Unit::Bytes, 2.5e9), "2.5 GB");
        assert_eq!(written(Unit::Rows, 2e9), "2 billion");
        assert_eq!(written(Unit::Share, 0.05), "5 %");
        assert_eq!(written(Unit::Months, 12.0), "12 months");
    }
}
