//! Capacity (2.12): what the workload asks in all, which keys are hot, what size will cost.
mod hot;
pub mod model;
pub mod volumes;

use crate::{kit, room::Room};
use tw_model::{Origin, Path, draft::Draft, model::Model};

pub(crate) const AT: (&str, &str) = ("capacity", "2.12");

/// The room.
pub const ROOM: Room = Room {
    id: "capacity",
    item: "2.12",
    title: "Capacity",
    page: include_str!("README.md"),
    why_here: "What is asked of the database in all is known when every table and index stands.",
    kinds: &[(
        "hot-key",
        "however many machines share the work, the one with the hottest key carries at least so much of it",
    )],
    design,
    claims: hot::claims,
    trial: hot::trial,
    rules: &[],
};

/// What the whole workload comes to, and what its hottest keys allow. Nothing of the schema follows from it.
fn design(model: &Model, draft: &mut Draft) {
    let rate: f64 = model.workload.iter().filter_map(|q| q.rate_per_s).sum();
    if rate > 0.0 {
        let peaks = model.workload.iter().filter(|q| q.peak).count();
        let peaks = if peaks == 0 { String::new() } else { format!(", {peaks} of them at their peak") };
        draft.decide(kit::decision(
            AT,
            Path::new("workload"),
            format!("the database is to bear {rate:.0} calls a second"),
            format!(
                "that is the sum of {} rates{peaks}; a drive of the whole mix measures whether a machine does",
                model.workload.iter().filter(|q| q.rate_per_s.is_some()).count()
            ),
            &Origin::assumed("the sum of the workload's rates"),
            vec![],
        ));
    }
    for hot in hot::hot_keys(model) {
        let share = hot.share(hot.keys_at_horizon);
        let shards = (1.0 / share).floor().max(1.0);
        let decision = kit::decision(
            AT,
            Path::new(&hot.query).join(&hot.param),
            format!("the hottest {} is a cache's matter, not a shard's", hot.entity),
            format!(
                "callers of {} choose by Zipf {}: one of {} takes {:.1} % of the calls, so beyond {shards:.0} machines another one takes nothing off the busiest",
                hot.query,
                hot.exponent,
                kit::thousands(hot.keys_at_horizon),
                share * 100.0
            ),
            &hot.origin,
            vec![],
        );
        draft.decide(kit::instead(
            decision,
            format!("sharding by {} for this query's sake", hot.entity),
            "the machine that holds the hottest key carries at least that key's share, however many there are",
        ));
    }
}
