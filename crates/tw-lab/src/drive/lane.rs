//! A lane: the calls of one kind of session, in the order they are due, and the callers that serve them.
use super::{
    Pools,
    arrivals::Arrival,
    caller::{Caller, Ended},
    pool::choose,
    record::{Notes, Times},
};
use std::collections::BTreeMap;
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering},
};
use std::time::{Duration, Instant};
use tw_model::drive::Call;

/// Longest a caller sleeps without looking whether the run was ended.
const NAP: Duration = Duration::from_millis(50);

/// What the callers of a lane share.
pub struct Lane {
    /// Arrivals in the order they are due.
    pub arrivals: Vec<Arrival>,
    /// The next one that nobody has taken.
    pub next: AtomicUsize,
    /// All calls of the mix.
    pub calls: Arc<Vec<Call>>,
    /// What they choose from.
    pub pools: Arc<Pools>,
    /// Seed of arguments.
    pub seed: u64,
    /// Arrivals before this do not count.
    pub counts_from: Duration,
    /// Arrivals from here on are of the last quarter.
    pub last_from: Duration,
    /// Start of the run.
    pub start: Instant,
    /// No further arrival is begun.
    pub stop: Arc<AtomicBool>,
    /// Callers at work.
    pub busy: AtomicU32,
    /// Most callers at work at once.
    pub busiest: AtomicU32,
}

/// What one caller holds in its hands, for whoever ends the run.
#[derive(Default)]
pub struct Hands {
    /// Notes by call.
    pub notes: Mutex<BTreeMap<u16, Notes>>,
    /// The arrival it has taken and not finished: its place plus one, 0 is none.
    pub taken: AtomicUsize,
    /// It has left.
    pub left: AtomicBool,
}

impl Lane {
    /// Serves arrivals until there are none or the run is ended.
    pub fn serve(&self, caller: &mut Caller, hands: &Hands) {
        precise_sleep();
        loop {
            let at = self.next.fetch_add(1, Ordering::SeqCst);
            let Some(arrival) = self.arrivals.get(at) else { break };
            hands.taken.store(at + 1, Ordering::SeqCst);
            let n = usize::from(arrival.call);
            let call = &self.calls[n];
            // Arguments are chosen while nobody waits.
            let chosen = choose(&self.pools[n], self.seed, &call.name, arrival.number);
            let intended = Duration::from_nanos(arrival.at_ns);
            if !self.sleep_until(intended) {
                break;
            }
            let begun = self.start.elapsed();
            let at_work = self.busy.fetch_add(1, Ordering::Relaxed) + 1;
            self.busiest.fetch_max(at_work, Ordering::Relaxed);
            let (ended, retries) = match &chosen {
                Some(chosen) => caller.call(n, call, chosen),
                None => (Ended::Failed("there is nothing left to choose its arguments from".into()), 0),
            };
            self.busy.fetch_sub(1, Ordering::Relaxed);
            let times = Times { intended, begun, ended: self.start.elapsed(), at_last: intended >= self.last_from };
            if intended >= self.counts_from {
                let mut notes = hands.notes.lock().unwrap_or_else(PoisonError::into_inner);
                notes.entry(arrival.call).or_default().note(times, ended, retries);
            }
            hands.taken.store(0, Ordering::SeqCst);
        }
        hands.left.store(true, Ordering::SeqCst);
    }

    /// False when the run was ended before.
    fn sleep_until(&self, due: Duration) -> bool {
        loop {
            if self.stop.load(Ordering::SeqCst) {
                return false;
            }
            let left = due.saturating_sub(self.start.elapsed());
            if left.is_zero() {
                return true;
            }
            std::thread::sleep(left.min(NAP));
        }
    }

    /// How long the first arrival that nobody has begun is overdue.
    pub fn behind(&self) -> Duration {
        let first = self.arrivals.get(self.next.load(Ordering::SeqCst));
        first.map_or(Duration::ZERO, |a| self.start.elapsed().saturating_sub(Duration::from_nanos(a.at_ns)))
    }
}

/// Lets this thread be woken on time: by default the system may be late by 50 µs to save power.
fn precise_sleep() {
    #[cfg(target_os = "linux")]
    {
        let _ = rustix::thread::set_current_timer_slack(std::num::NonZeroU64::new(1));
    }
}
