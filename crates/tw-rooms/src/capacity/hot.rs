//! Hot keys: where callers ask for few keys most often, the hottest one's share bounds what sharing out can give.
use super::{AT, volumes};
use crate::kit::{
    self, Ground,
    size::sizes,
    steps::{on_sample, returns_one},
};
use tw_model::{
    Origin, Path,
    claim::Claim,
    draft::Draft,
    evidence::Undecided,
    model::{Model, ParamType},
    trial::{Step, Trial, Twin},
};

/// Machines that a trial shares keys out over, at most.
const MACHINES_MOST: u64 = 1 << 20;

/// A parameter whose values are chosen by Zipf.
pub(super) struct HotKey {
    pub query: String,
    pub param: String,
    pub entity: String,
    pub exponent: f64,
    pub keys_at_horizon: u64,
    pub origin: Origin,
}

impl HotKey {
    /// Share of the calls that the hottest of so many keys takes: `1 / sum of k^-s`.
    pub fn share(&self, keys: u64) -> f64 {
        1.0 / harmonic(keys, self.exponent)
    }
}

/// `sum of k^-s` for k from 1 to n. The first terms are added, the rest is their integral (Euler and Maclaurin),
/// within a millionth.
pub fn harmonic(n: u64, s: f64) -> f64 {
    const ADDED: u64 = 1000;
    let head: f64 = (1..=n.min(ADDED)).map(|k| (k as f64).powf(-s)).sum();
    if n <= ADDED {
        return head;
    }
    let (a, b) = (ADDED as f64, n as f64);
    let integral = if (s - 1.0).abs() < 1e-9 { (b / a).ln() } else { (b.powf(1.0 - s) - a.powf(1.0 - s)) / (1.0 - s) };
    head + integral + (b.powf(-s) - a.powf(-s)) / 2.0
}

pub(super) fn hot_keys(model: &Model) -> Vec<HotKey> {
    let horizon = volumes::at_horizon(model);
    let mut all = vec![];
    for query in &model.workload {
        for param in &query.params {
            let (Some(exponent), ParamType::Entity { entity }) = (param.drawn_zipf, &param.ty) else { continue };
            all.push(HotKey {
                query: query.name.clone(),
                param: param.name.clone(),
                entity: entity.clone(),
                exponent,
                keys_at_horizon: horizon.get(entity).map_or(1, |n| n.round() as u64).max(1),
                origin: query.origin.clone(),
            });
        }
    }
    all
}

pub(super) fn claims(model: &Model, _: &Draft) -> Vec<Claim> {
    let claim = |hot: HotKey| {
        let statement = format!(
            "however many machines share {} by {}, the one with the hottest key carries at least {:.1} % of its calls",
            hot.query,
            hot.entity,
            hot.share(hot.keys_at_horizon) * 100.0
        );
        kit::claim(AT, "hot-key", Path::new(&hot.query).join(&hot.param), statement, &hot.origin)
    };
    hot_keys(model).into_iter().map(claim).collect()
}

/// The sample's keys are shared out in turn over many machines, as evenly as can be, each key weighed as callers
/// choose it: the busiest machine carries the hottest key's share at least. Weighed alike, it does not.
pub(super) fn trial(ground: &Ground, claim: &Claim) -> Result<Trial, Undecided> {
    let found = hot_keys(ground.model).into_iter().find(|h| Path::new(&h.query).join(&h.param) == claim.subject);
    let hot = found.ok_or_else(|| Undecided::NoTrial(claim.id.to_string()))?;
    let keys = sizes(ground.model).get(&hot.entity).copied().unwrap_or(0);
    if keys < 2 {
        return Err(Undecided::NoSampleRow(format!("two keys of {} to share out", hot.entity)));
    }
    // Four times as many as the hottest key makes useful.
    let machines = ((4.0 / hot.share(keys)) as u64).next_power_of_two().min(MACHINES_MOST);
    let mapping = ground.draft.mapping();
    let relation = mapping.relations.get(&hot.entity).ok_or_else(|| Undecided::NoTrial(claim.id.to_string()))?;
    let key: Vec<String> = relation.key.iter().map(|c| format!("{}::text", c.name)).collect();
    // A hair less, since the server adds the terms in another order.
    let bound = hot.share(keys) * 0.999_999;
    let asked = |exponent: f64| -> Step {
        returns_one(
            format!(
                "WITH keys AS (SELECT row_number() OVER (ORDER BY md5(key), key) AS rank FROM (SELECT concat_ws(',', {}) AS key FROM {}) named), \
                 machines AS (SELECT rank % {machines} AS machine, sum(power(rank::float8, -{exponent:?}::float8)) AS load FROM keys GROUP BY 1) \
                 SELECT max(load) / sum(load) >= {bound:?} FROM machines",
                key.join(", "),
                relation.read_from,
            ),
            "t",
        )
    };
    let mut trial = on_sample(kit::steps::trial(claim, vec![asked(hot.exponent)], vec![]));
    trial.twin = Twin::Steps { weaker: "callers choose every key alike".into(), steps: vec![asked(0.0)] };
    Ok(trial)
}

#[cfg(test)]
mod tests {
    use super::harmonic;

    #[test]
    fn sums_of_many_terms_are_those_that_adding_gives() {
        for s in [0.0, 0.5, 0.99, 1.0, 1.1, 2.0] {
            for n in [1u64, 2, 999, 1000, 1001, 50_000, 1_000_000] {
                let added: f64 = (1..=n).map(|k| (k as f64).powf(-s)).sum();
                let got = harmonic(n, s);
                assert!((got - added).abs() <= 1e-6 * added, "n {n} s {s}: {got} for {added}");
            }
        }
    }
}
