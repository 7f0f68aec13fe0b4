//! What a call will cost at the horizon, by a model: not measured, and said so wherever it is shown.
//!
//! Pages a call touches: a descent for each tree it enters (the height grows with the rows), and a page for each
//! row it fetches from the heap, since rows that belong together by a key were not written together. Pages that
//! come from the device: those beyond what the machine's memory holds of the working set, more or less of them as
//! callers choose few keys or all alike. Latency: what was measured on the sample, and for each page more the
//! processor's part, and for each page from the device one wait. It applies only where the plan at the horizon is
//! the plan on the sample.
use super::hot::harmonic;
use std::collections::BTreeMap;
use tw_model::{
    driven::Modelled,
    model::{KeyKind, Machine, Model, Query},
    sql::{PredicateOp, Scan, StatementKind},
};

/// What is taken for granted of the machine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Terms {
    /// Bytes of memory.
    pub memory_bytes: f64,
    /// Share of it that holds pages, the server's buffers and the system's cache together.
    pub cached_share: f64,
    /// One random page from the device, milliseconds: mean and standard deviation.
    pub read_ms: (f64, f64),
    /// One page more in memory, milliseconds of the processor.
    pub page_ms: f64,
}

impl Terms {
    /// For the brief's machine. Flash gives a page in 0.1 ms, which is the order of a data-centre SSD at low queue
    /// depth (a network volume takes five to ten times as long); a turning disk in 8 ms, half a turn and a seek.
    pub fn of(machine: &Machine) -> Terms {
        Terms {
            memory_bytes: f64::from(machine.memory_gb) * (1u64 << 30) as f64,
            cached_share: 0.75,
            read_ms: if machine.ssd { (0.1, 0.1) } else { (8.0, 3.0) },
            page_ms: 0.002,
        }
    }

    /// One sentence of what is taken for granted.
    pub fn told(&self) -> String {
        format!(
            "Taken for granted: a machine with {:.0} GB, {:.0} % of it for pages; {} ms for a page from its device, {} µs for one in memory; rows of one key on pages of their own.",
            self.memory_bytes / (1u64 << 30) as f64,
            self.cached_share * 100.0,
            self.read_ms.0,
            self.page_ms * 1000.0
        )
    }
}

/// What a model starts from.
pub struct Ground<'a> {
    /// The brief's meaning.
    pub model: &'a Model,
    /// Rows by entity where it was measured.
    pub rows_today: &'a BTreeMap<String, f64>,
    /// Rows by entity at the horizon.
    pub rows_horizon: &'a BTreeMap<String, f64>,
    /// Bytes of all tables and indexes at the horizon.
    pub bytes_horizon: f64,
    /// The machine.
    pub terms: Terms,
}

/// What was measured of one call.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Today {
    /// Pages it touches; the model's own figure when none was measured.
    pub pages: Option<f64>,
    /// p99, milliseconds.
    pub p99_ms: Option<f64>,
    /// The plan at the horizon is the plan on the sample; none when nobody has looked.
    pub same_plan: Option<bool>,
}

/// Pages of one call: (those of tree roots and branches, those of leaves and rows).
type Pages = (f64, f64);

/// A call at the horizon.
pub fn modelled(ground: &Ground, query: &Query, today: Today) -> Modelled {
    let counted = |rows: &BTreeMap<String, f64>| pages(ground.model, query, rows);
    let (now, then) = match (counted(ground.rows_today), counted(ground.rows_horizon)) {
        (Ok(now), Ok(then)) => (now, then),
        (Err(why), _) | (_, Err(why)) => return Modelled { name: query.name.clone(), why, ..Modelled::default() },
    };
    let pages_today = today.pages.unwrap_or(now.0 + now.1);
    let more = (then.0 + then.1 - now.0 - now.1).max(0.0);
    let pages_horizon = pages_today + more;
    let miss = miss_share(ground, query);
    let missed = then.1 * miss;
    let wait_ms = wait_ms(then.1, miss, ground.terms.read_ms);
    let (p99_ms, why) = match (today.same_plan, today.p99_ms) {
        (None, _) => (None, "undecided: nobody has looked whether the plan at the horizon is the same".to_string()),
        (Some(false), _) => (None, "undecided: at the horizon the plan is another".to_string()),
        (_, None) => (None, "undecided: its latency was not measured".to_string()),
        (Some(true), Some(p99)) => (
            Some(p99 + more * ground.terms.page_ms + wait_ms),
            format!(
                "{p99:.2} ms measured, {more:.0} pages more in memory, {missed:.1} of {:.0} leaves and rows from the device",
                then.1
            ),
        ),
    };
    Modelled { name: query.name.clone(), pages_today, pages_horizon, missed_pages: missed, p99_ms, why }
}

/// Pages that a query touches at these volumes, or why that is not known.
pub fn pages(model: &Model, query: &Query, rows: &BTreeMap<String, f64>) -> Result<Pages, String> {
    let mut all = (0.0, 0.0);
    for statement in &query.statements {
        for scan in &statement.sql.scans {
            let total = rows.get(&scan.entity).copied().unwrap_or(1.0).max(1.0);
            let limit = statement.sql.limit.map_or(f64::INFINITY, |l| l as f64);
            let found = matched(model, scan, rows)?.min(limit).min(total).max(1.0);
            let (height, entries) = tree(model, total);
            all.0 += height - 1.0;
            all.1 += 1.0 + (found / entries).floor() + found;
        }
        if statement.sql.kind == StatementKind::Insert
            && let Some(write) = &statement.sql.writes
        {
            // Its page, a descent for its key, and one for each reference, whose row is locked.
            let total = rows.get(&write.entity).copied().unwrap_or(1.0);
            let (height, _) = tree(model, total);
            all.0 += height - 1.0;
            all.1 += 2.0;
            for end in model.ends_of(&write.entity) {
                let (height, _) = tree(model, rows.get(&end.target).copied().unwrap_or(1.0));
                all.0 += 2.0 * (height - 1.0);
                all.1 += 3.0;
            }
        }
    }
    Ok(all)
}

/// Rows that one occurrence's conditions leave, by the brief's ratios.
fn matched(model: &Model, scan: &Scan, rows: &BTreeMap<String, f64>) -> Result<f64, String> {
    let total = rows.get(&scan.entity).copied().unwrap_or(1.0);
    let entity = model.entity(&scan.entity);
    let mut least = f64::INFINITY;
    for predicate in scan.predicates.iter().filter(|p| p.op == PredicateOp::Equal) {
        let attribute = entity.and_then(|e| e.attribute(&predicate.attribute));
        let end = model.ends_of(&scan.entity).into_iter().find(|e| e.name == predicate.attribute);
        if predicate.attribute == "key" || attribute.is_some_and(|a| a.unique.is_some()) {
            least = least.min(1.0);
        } else if let Some(end) = end {
            least = least.min(total / rows.get(&end.target).copied().unwrap_or(1.0).max(1.0));
        }
    }
    if least.is_finite() {
        return Ok(least);
    }
    Err(format!("undecided: the brief does not tell how many rows of {} are asked for", scan.entity))
}

/// Height of a B-tree over so many keys of the brief's kind, in pages, and the entries of a leaf: an entry is 8
/// bytes, a pointer of 4 and the key; leaves are 90 % full, branches 70 % (PostgreSQL, nbtree.h).
pub fn tree(model: &Model, rows: f64) -> (f64, f64) {
    let key: f64 = if model.promises.keys == KeyKind::Uuid { 16.0 } else { 8.0 };
    let (leaf, branch) = (((8152.0 * 0.9) / (key + 12.0)).floor(), ((8152.0 * 0.7) / (key + 12.0)).floor());
    let (mut height, mut pages) = (1.0, (rows / leaf).ceil());
    while pages > 1.0 {
        height += 1.0;
        pages = (pages / branch).ceil();
    }
    (height, leaf)
}

/// Share of leaves and rows that memory does not hold. Alike chosen, it is what is left of the working set; by
/// Zipf, the hottest keys are the ones that stay.
fn miss_share(ground: &Ground, query: &Query) -> f64 {
    let held = (ground.terms.memory_bytes * ground.terms.cached_share / ground.bytes_horizon.max(1.0)).min(1.0);
    let zipf = query.params.iter().find_map(|p| match &p.ty {
        tw_model::model::ParamType::Entity { entity } => Some((p.drawn_zipf?, entity)),
        _ => None,
    });
    match zipf {
        Some((exponent, entity)) => {
            let keys = ground.rows_horizon.get(entity).copied().unwrap_or(1.0).max(1.0);
            let hot = (keys * held).max(1.0);
            1.0 - harmonic(hot as u64, exponent) / harmonic(keys as u64, exponent)
        }
        None => 1.0 - held,
    }
}

/// 99th percentile of the time that so many pages take when each comes from the device with this chance: their
/// number is binomial, their times add up; both by their normal approximation.
pub fn wait_ms(pages: f64, miss: f64, (mean_ms, sd_ms): (f64, f64)) -> f64 {
    const Z99: f64 = 2.326;
    let expected = pages * miss;
    // Fewer than one call in a hundred waits at all.
    if 1.0 - (1.0 - miss.clamp(0.0, 1.0)).powf(pages) <= 0.01 {
        return 0.0;
    }
    let reads = (expected + Z99 * (expected * (1.0 - miss)).sqrt()).min(pages).max(1.0);
    reads * mean_ms + Z99 * sd_ms * reads.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_grow_by_a_level_at_the_right_size() {
        let model = Model::default();
        assert_eq!(tree(&model, 1.0).0, 1.0);
        assert_eq!(tree(&model, 262.0).0, 1.0);
        assert_eq!(tree(&model, 263.0).0, 2.0);
        assert_eq!(tree(&model, 2e9).0, 4.0);
    }

    #[test]
    fn waits_are_none_when_all_is_in_memory_and_grow_with_the_pages() {
        assert_eq!(wait_ms(50.0, 0.0, (0.1, 0.1)), 0.0);
        assert_eq!(wait_ms(1.0, 0.005, (0.1, 0.1)), 0.0);
        // All 50 from the device: 5 ms, and 2.3 standard deviations of a sum of 50.
        assert!((wait_ms(50.0, 1.0, (0.1, 0.1)) - (5.0 + 2.326 * 0.1 * 50f64.sqrt())).abs() < 1e-9);
        assert!(wait_ms(50.0, 0.5, (0.1, 0.1)) < wait_ms(100.0, 0.5, (0.1, 0.1)));
    }

    /// The closed form against drawing it: within a quarter, and on the careful side.
    #[test]
    fn the_wait_is_what_drawing_it_gives() {
        let mut state = 3u64;
        let mut unit = move || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            ((state >> 11) as f64 + 0.5) / (1u64 << 53) as f64
        };
        let (pages, miss) = (60, 0.4);
        let mut sums: Vec<f64> = (0..20_000)
            .map(|_| {
                let reads = (0..pages).filter(|_| unit() < miss).count();
                // Exponential: its mean is its standard deviation.
                (0..reads).map(|_| -0.1 * unit().ln()).sum()
            })
            .collect();
        sums.sort_by(f64::total_cmp);
        let (drawn, closed) = (sums[19_800], wait_ms(f64::from(pages), miss, (0.1, 0.1)));
        assert!((closed / drawn - 1.0).abs() < 0.25, "{closed} against {drawn}");
        assert!(closed >= drawn * 0.95, "the model is not on the bright side: {closed} against {drawn}");
    }
}
