//! Check: every rule of every room on a scene. Pure; the order is that of the rooms, then the worst first.
use super::lines::Lines;
use tw_model::{
    Origin,
    finding::{Finding, NotJudged, RuleNote, Severity, fingerprint},
};
use tw_rooms::{
    ROOMS,
    rule::{Needs, Rule, Spot},
    scene::Scene,
};

/// A finding with the rule and the spot that it was made of.
pub struct Found {
    /// The rule.
    pub rule: &'static Rule,
    /// What the rule gave.
    pub spot: Spot,
    /// The finding.
    pub finding: Finding,
}

/// Every rule of every room, in running order.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    ROOMS.iter().flat_map(|room| room.rules)
}

/// The rule of that id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().find(|r| r.id == id)
}

/// What every rule finds whose needs the scene meets, in rule order.
pub fn check(scene: &Scene, lines: &Lines) -> Vec<Found> {
    let mut out = vec![];
    for rule in rules().filter(|r| scene.has(r.needs)) {
        let spots = (rule.check)(scene);
        if spots.is_empty() {
            continue;
        }
        let why = rule.section("Why it matters");
        out.extend(spots.into_iter().map(|spot| found(rule, spot, &why, lines)));
    }
    out
}

fn found(rule: &'static Rule, spot: Spot, why: &str, lines: &Lines) -> Found {
    let finding = Finding {
        rule: rule.id.into(),
        room: rule.room().into(),
        severity: rule.severity,
        subject: spot.subject.clone(),
        message: spot.message.clone(),
        why: why.into(),
        fix: spot.fix.clone(),
        proof: None,
        origin: lines.origin(&spot.subject).unwrap_or(Origin::Catalogue { object: spot.subject.path.clone() }),
        fingerprint: fingerprint(rule.id, &spot.subject.path, &spot.fact),
    };
    Found { rule, spot, finding }
}

/// Rules that need more than was there, said once for each need; and queries that could not be read.
pub fn without_needs(scene: &Scene) -> Vec<NotJudged> {
    let missing = [Needs::Statistics, Needs::Rows, Needs::Queries].into_iter().filter(|needs| !scene.has(*needs));
    let unmet = missing.flat_map(|needs| {
        let why = format!("needs {}: {}", needs.phrase(), needs.remedy());
        rules().filter(move |r| r.needs == needs).map(move |r| NotJudged { what: r.id.into(), why: why.clone() })
    });
    let unparsed = scene.unparsed.iter().map(|query| {
        let place = query.place.as_ref().map(|(file, line)| format!("{file}:{line}"));
        NotJudged { what: place.unwrap_or_else(|| query.called()), why: "the parser takes it for no SQL".into() }
    });
    unmet.chain(unparsed).collect()
}

/// Rooms in running order; in each the worst first, then by rule and subject.
pub fn arrange(found: &mut [Found]) {
    let room = |f: &Found| ROOMS.iter().position(|r| r.id == f.finding.room);
    found.sort_by(|a, b| {
        let key = |f: &Found| (room(f), std::cmp::Reverse(f.finding.severity), f.finding.rule.clone());
        key(a).cmp(&key(b)).then_with(|| {
            (&a.finding.subject.path, &a.finding.fingerprint).cmp(&(&b.finding.subject.path, &b.finding.fingerprint))
        })
    });
}

/// The rules that found something, by id.
pub fn notes(found: &[Found]) -> Vec<RuleNote> {
    let ids: std::collections::BTreeSet<&str> = found.iter().map(|f| f.rule.id).collect();
    ids.into_iter().filter_map(rule).map(note).collect()
}

/// A rule as readers need it.
pub fn note(rule: &Rule) -> RuleNote {
    RuleNote { id: rule.id.into(), title: rule.title(), severity: rule.severity, page: rule.page() }
}

/// The severities a configuration may name.
pub fn severities() -> String {
    Severity::ALL.map(Severity::word).join(", ")
}
