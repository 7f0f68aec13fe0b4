//! Which major version, and why not the others.
use super::choose::{ENGINE, is_postgresql};
use super::needs::Needs;
use super::table::{Engine, READ_ON, engines};
use tw_model::decision::Rejected;
use tw_model::model::EngineWish;

/// Majors that the lab runs.
pub const MAJORS: std::ops::RangeInclusive<u32> = 14..=18;

/// The major version chosen, and the majors the design was made for.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// The record chosen.
    pub engine: &'static Engine,
    /// Its major.
    pub major: u32,
    /// Oldest major that is wished and has every feature.
    pub min: u32,
    /// Newest major that is wished and that we can run.
    pub max: u32,
    /// The wish could not be kept: why.
    pub broken_wish: Option<String>,
    /// The majors not chosen.
    pub instead_of: Vec<Rejected>,
}

/// The newest major within the wish that has every feature and is supported, one that outlives the horizon
/// where there is one.
pub fn version(wish: Option<&EngineWish>, needs: &Needs, least: u32) -> Version {
    let (wished_min, wished_max) = wished_majors(wish);
    let min = least.max(wished_min).max(*MAJORS.start());
    let max = wished_max.min(*MAJORS.end());
    let (min, max, mut broken_wish) = if min <= max {
        (min, max, None)
    } else {
        let why = format!(
            "the wished majors ({wished_min} to {wished_max}) hold none that is known and has every feature the design uses (from {least})"
        );
        (least.max(*MAJORS.start()), *MAJORS.end(), Some(why))
    };
    let all: Vec<(&'static Engine, u32)> =
        engines().filter(|e| e.id == ENGINE).filter_map(|e| Some((e, e.version.parse().ok()?))).collect();
    let allowed = |(_, major): &&(&'static Engine, u32)| (min..=max).contains(major);
    let supported = |(e, _): &&(&'static Engine, u32)| e.end_of_life.value.is_none_or(|end| end > READ_ON);
    let chosen = all
        .iter()
        .find(|e| allowed(e) && supported(e))
        .or_else(|| all.iter().find(|e| allowed(e)))
        .copied()
        .unwrap_or(all[0]);
    if broken_wish.is_none() && !supported(&&chosen) {
        broken_wish = Some(format!("no major within the wish is supported any more ({})", chosen.0.end_of_life.text));
    }
    let others = all.iter().filter(|(_, major)| *major != chosen.1);
    let instead_of = others
        .map(|(engine, major)| Rejected {
            what: format!("{} {}", engine.name, engine.version),
            why: against_major(engine, *major, chosen.1, (min, max), least, needs),
        })
        .collect();
    Version { engine: chosen.0, major: chosen.1, min, max, broken_wish, instead_of }
}

fn against_major(
    engine: &Engine,
    major: u32,
    chosen: u32,
    (min, max): (u32, u32),
    least: u32,
    needs: &Needs,
) -> String {
    let mut reasons = vec![];
    if major < least {
        reasons.push(format!("the design uses features that are there from {least} on"));
    } else if major < min || major > max {
        reasons.push("the brief does not wish it".to_string());
    }
    match engine.end_of_life.value {
        Some(end) if end <= READ_ON => reasons.push(format!("its support has ended ({end})")),
        Some(end) if end < needs.horizon => {
            reasons.push(format!("its support ends ({end}) before the horizon ({})", needs.horizon));
        }
        _ => {}
    }
    if reasons.is_empty() {
        reasons.push(format!("older than {chosen}: support ends {}", engine.end_of_life.text));
    }
    reasons.join("; ")
}

/// `15+` is 15 and later, `15` and `15.4` are 15, nothing is every major.
fn wished_majors(wish: Option<&EngineWish>) -> (u32, u32) {
    let major = wish
        .filter(|w| is_postgresql(&w.name))
        .and_then(|w| Some((w.version.as_deref()?.split('.').next()?.parse().ok()?, w.or_later)));
    match major {
        Some((major, true)) => (major, u32::MAX),
        Some((major, false)) => (major, major),
        None => (0, u32::MAX),
    }
}
