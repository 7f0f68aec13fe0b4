//! One run: sessions opened, lanes served by their callers, a cut-off that forgets nobody.
use super::{
    CONTROL, Connect, HELD_S, LANE_SESSIONS_LEAST, Plan, Pools, Progress, SESSIONS_MOST,
    arrivals::{Arrival, arrivals},
    caller::Caller,
    control,
    lane::{Hands, Lane},
    machine::Watch,
    record::{Notes, Observed},
};
use crate::error::LabError;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{
    Arc, PoisonError,
    atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering},
};
use std::time::{Duration, Instant};
use tw_model::{
    drive::{Call, Mix},
    driven::MachineLoad,
    trial::Actor,
};

/// How long the sessions take to be told that the run begins.
const LEAD: Duration = Duration::from_millis(20);
/// How long callers that are told to stop may take before they are left behind.
const LEAVE: Duration = Duration::from_millis(500);

/// What came of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ran {
    /// One a call, in the mix's order.
    pub calls: Vec<Observed>,
    /// The control, when there was one.
    pub control: Option<Observed>,
    /// Seconds that count.
    pub seconds: f64,
    /// The run was ended early, since the line of waiting calls was too old.
    pub gave_up: bool,
    /// What the machine did meanwhile.
    pub load: MachineLoad,
}

/// A lane before its sessions are open.
struct Planned {
    actor: Actor,
    calls: Vec<usize>,
    /// Calls expected to be open at once.
    at_once: f64,
}

/// Drives a mix. `data` is the server's data directory when the server is on this machine and ours.
pub fn run(
    mix: &Mix,
    pools: &Pools,
    plan: &Plan,
    connect: &Connect,
    data: Option<&Path>,
    progress: &Progress,
) -> Result<Ran, LabError> {
    let mut calls = mix.calls.clone();
    let mut pools = pools.clone();
    let mut planned = lanes(&calls, plan.share);
    if plan.control_per_s > 0.0 {
        // The control has sessions of its own: it must not wait for a slow query of the mix.
        planned.push(Planned { actor: Actor::Owner, calls: vec![calls.len()], at_once: plan.control_per_s * HELD_S });
        calls.push(control(plan.control_per_s));
        pools.push(Arc::default());
    }
    let (calls, pools) = (Arc::new(calls), Arc::new(pools));
    let length = plan.warm_up + plan.length;
    let share = |n: usize| if calls[n].name == CONTROL { 1.0 } else { plan.share };
    let stop = Arc::new(AtomicBool::new(false));
    let mut opened = vec![];
    for lane in &planned {
        let mine: Vec<(usize, &Call)> = lane.calls.iter().map(|n| (*n, &calls[*n])).collect();
        let callers = (0..sessions(lane.at_once, planned.len(), plan.lane_sessions))
            .map(|_| Caller::new(connect(&lane.actor)?, &mine))
            .collect::<Result<Vec<_>, _>>()?;
        let due: Vec<(&str, f64, u16)> =
            mine.iter().map(|(n, c)| (c.name.as_str(), c.rate_per_s * share(*n), *n as u16)).collect();
        opened.push((callers, arrivals(plan.seed, &due, length)));
    }
    let mut watch = Watch::begin(connect(&Actor::Lab)?, data);
    let before = watch.look();
    let start = Instant::now() + LEAD;
    let sessions_all: usize = opened.iter().map(|(callers, _)| callers.len()).sum();
    let mut running = vec![];
    for (callers, due) in opened {
        let lane = Arc::new(lane_of(plan, due, &calls, &pools, start, &stop));
        let hands = callers.into_iter().map(|caller| serve(&lane, caller)).collect::<Vec<_>>();
        running.push((lane, hands));
    }
    let gave_up = oversee(&running, plan, length, start, &mut watch, progress);
    let cut = start.elapsed();
    let after = watch.look();
    stop.store(true, Ordering::SeqCst);
    let busiest = running.iter().map(|(lane, _)| lane.busiest.load(Ordering::Relaxed)).sum();
    let load = watch.load(&before, &after, (busiest, sessions_all as u32));
    let notes = gather(&running, cut, plan);
    let counted = length.min(cut).saturating_sub(plan.warm_up).as_secs_f64().max(1e-3);
    let observed = |n: usize| {
        let none = Notes::default();
        Observed::of(&calls[n].name, calls[n].rate_per_s * share(n), notes.get(&(n as u16)).unwrap_or(&none))
    };
    let mut all: Vec<Observed> = (0..calls.len()).map(observed).collect();
    let control = if plan.control_per_s > 0.0 { all.pop() } else { None };
    Ok(Ran { calls: all, control, seconds: counted, gave_up, load })
}

fn lane_of(
    plan: &Plan,
    arrivals: Vec<Arrival>,
    calls: &Arc<Vec<Call>>,
    pools: &Arc<Pools>,
    start: Instant,
    stop: &Arc<AtomicBool>,
) -> Lane {
    Lane {
        arrivals,
        next: AtomicUsize::new(0),
        calls: calls.clone(),
        pools: pools.clone(),
        seed: plan.seed,
        counts_from: plan.warm_up,
        last_from: plan.warm_up + plan.length.mul_f64(0.75),
        start,
        stop: stop.clone(),
        busy: AtomicU32::new(0),
        busiest: AtomicU32::new(0),
    }
}

/// The thread of a caller is not joined: one whose server process is held still would never end.
fn serve(lane: &Arc<Lane>, mut caller: Caller) -> Arc<Hands> {
    let hands = Arc::new(Hands::default());
    let (lane, mine) = (lane.clone(), hands.clone());
    std::thread::spawn(move || {
        lane.serve(&mut caller, &mine);
        // The time that a server process took is read before it ends with its session.
        while !lane.stop.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(5));
        }
    });
    hands
}

/// The calls of one actor share sessions, as an application's pool does.
fn lanes(calls: &[Call], share: f64) -> Vec<Planned> {
    let mut all: Vec<Planned> = vec![];
    for (n, call) in calls.iter().enumerate() {
        // Little's law: calls at once are rate times the time each is held.
        let at_once = call.rate_per_s * share * held_s(call);
        match all.iter_mut().find(|l| l.actor == call.actor) {
            Some(lane) => {
                lane.calls.push(n);
                lane.at_once += at_once;
            }
            None => all.push(Planned { actor: call.actor.clone(), calls: vec![n], at_once }),
        }
    }
    all
}

/// How long a call is taken to hold its session: half of what is asked of its p99, or [`HELD_S`].
fn held_s(call: &Call) -> f64 {
    call.p99_ms.or(call.p95_ms).map_or(HELD_S, |ms| (ms / 2000.0).clamp(0.001, 2.0))
}

/// Sessions for so many calls at once, within the limits.
fn sessions(at_once: f64, lanes: usize, most: usize) -> usize {
    let most = most.min(SESSIONS_MOST / lanes.max(1)).max(1);
    (at_once.ceil() as usize + LANE_SESSIONS_LEAST).min(most)
}

/// Waits for the end of the run, looking at the machine meanwhile; true when it was given up.
fn oversee(
    running: &[(Arc<Lane>, Vec<Arc<Hands>>)],
    plan: &Plan,
    length: Duration,
    start: Instant,
    watch: &mut Watch,
    progress: &Progress,
) -> bool {
    let all_left = || running.iter().all(|(_, hands)| hands.iter().all(|h| h.left.load(Ordering::SeqCst)));
    while start.elapsed() < length + plan.grace {
        let at = start.elapsed();
        progress((at.as_secs_f64() / length.as_secs_f64().max(1e-3)).min(1.0));
        if all_left() {
            return false;
        }
        let behind = running.iter().map(|(lane, _)| lane.behind()).max().unwrap_or_default();
        if plan.give_up_behind.is_some_and(|limit| behind > limit) {
            return true;
        }
        watch.sample();
        std::thread::sleep(Duration::from_millis(if at > length { 5 } else { 40 }));
    }
    false
}

/// All callers' notes by call, with what was due and not finished at its age when the run was cut.
fn gather(running: &[(Arc<Lane>, Vec<Arc<Hands>>)], cut: Duration, plan: &Plan) -> BTreeMap<u16, Notes> {
    let deadline = Instant::now() + LEAVE;
    let left = |h: &Arc<Hands>| h.left.load(Ordering::SeqCst);
    while Instant::now() < deadline && !running.iter().all(|(_, hands)| hands.iter().all(left)) {
        std::thread::sleep(Duration::from_millis(2));
    }
    let mut all: BTreeMap<u16, Notes> = BTreeMap::new();
    for (lane, hands) in running {
        let untaken = lane.next.load(Ordering::SeqCst).min(lane.arrivals.len());
        let mut open: Vec<usize> = (untaken..lane.arrivals.len()).collect();
        for hand in hands {
            open.extend(hand.taken.load(Ordering::SeqCst).checked_sub(1));
            for (call, notes) in hand.notes.lock().unwrap_or_else(PoisonError::into_inner).iter() {
                all.entry(*call).or_default().add(notes);
            }
        }
        for arrival in open.into_iter().filter_map(|at| lane.arrivals.get(at)) {
            let due = Duration::from_nanos(arrival.at_ns);
            // What was not yet due when the run was cut never was an arrival.
            if due <= cut && due >= plan.warm_up {
                all.entry(arrival.call).or_default().unfinished(cut - due, due >= lane.last_from);
            }
        }
    }
    all
}
