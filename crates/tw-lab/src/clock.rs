//! The clock, for those who may not read one themselves.
use std::time::Instant;

/// A moment that seconds are counted from.
#[derive(Clone, Copy, Debug)]
pub struct Clock(Instant);

impl Clock {
    /// Now.
    pub fn start() -> Clock {
        Clock(Instant::now())
    }

    /// Seconds since then.
    pub fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}
