//! Every rule finds its flaw where its operator plants it into schemas that our own briefs design, and nothing else is
//! found but what honestly follows.
use super::mutations::{
    self, Bed, Came, Tally,
    given::Given,
    operators::{Plant, plants},
};
use std::collections::{BTreeMap, BTreeSet};
use tw_engine::{design::design, read, review::check};
use tw_lab::{Lab, LabOptions, discover};
use tw_rooms::rule::Example;

/// Briefs whose designs are planted into, as in `examples`.
const BRIEFS: &[&str] = &["shop", "hospital", "library"];
/// Per cent of plants that must be found.
const LEAST_RECALL: usize = 95;
/// Plants that an operator has at least.
const FEWEST_PLANTS: usize = 3;

#[test]
fn planted_flaws_are_found() {
    let installation = discover(None).unwrap_or_else(|e| panic!("{e}")).remove(0);
    let lab = Lab::start(&installation, &LabOptions::default()).unwrap_or_else(|e| panic!("{e}"));
    let wanted = std::env::var("RULE").unwrap_or_default();
    let plants: Vec<Plant> = plants().into_iter().filter(|f| f.rule.contains(&wanted)).collect();
    let mut beds = beds(&lab, plants.iter().any(Plant::among_rows));
    let came = planted(&mut beds, &plants);
    let mut rooms: BTreeMap<&str, Tally> = BTreeMap::new();
    let mut faults = vec![];
    for (plant, (bed, came)) in plants.iter().zip(&came) {
        rooms.entry(plant.room()).or_default().count(came);
        let at = format!("{} plant {} in {bed}", plant.rule, plant.number);
        match came {
            Came::NoSite(why) => faults.push(format!("{at}: no site: {why}")),
            Came::Missed(_) => println!("missed: {at}"),
            Came::Found(_) => {}
        }
        if let Came::Found(alarms) | Came::Missed(alarms) = came {
            faults.extend(alarms.iter().map(|alarm| format!("{at}: false alarm: {alarm}")));
        }
    }
    println!("{}", mutations::told(&rooms));
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    let (all, found) = rooms.values().fold((0, 0), |(n, m), t| (n + t.planted, m + t.found));
    assert!(found * 100 >= all * LEAST_RECALL, "{found} of {all} plants were found");
}

/// A bed for each brief, laid at the same time; `seen` as for one.
fn beds(lab: &Lab, seen: bool) -> Vec<Bed<'_>> {
    std::thread::scope(|scope| {
        let laid: Vec<_> = BRIEFS.iter().map(|brief| scope.spawn(move || bed(lab, brief, seen))).collect();
        laid.into_iter().map(|bed| bed.join().expect("a bed is laid")).collect()
    })
}

/// A database with what the brief designs.
fn bed<'l>(lab: &'l Lab, brief: &str, seen: bool) -> Bed<'l> {
    let path = format!("{}/../../examples/{brief}/brief.md", env!("CARGO_MANIFEST_DIR"));
    let designed = design(read::brief(path.as_ref()).unwrap_or_else(|e| panic!("{e}")), 1);
    lab.create_database(brief, None).expect("a database");
    let loaded = lab.load_each(brief, &designed.schema_sql).expect("the lab holds");
    assert!(loaded.refused.is_empty(), "{brief}: {:?}", loaded.refused);
    // Two briefs may have a role of one name.
    lab.load_each(brief, &designed.roles_sql).expect("the lab holds");
    Bed::lay(lab, brief, seen).expect("a design has a site for plants")
}

/// What came of each plant, and in which bed. Plants take turns at the beds, which work at the same time; what has no
/// site in one is tried in the next.
fn planted(beds: &mut [Bed<'_>], plants: &[Plant]) -> Vec<(String, Came)> {
    let count = beds.len();
    let of_bed = |n: usize| plants.iter().enumerate().filter(move |(m, _)| m % count == n);
    let mut came: BTreeMap<usize, (String, Came)> = BTreeMap::new();
    std::thread::scope(|scope| {
        let working: Vec<_> = beds
            .iter_mut()
            .enumerate()
            .map(|(n, bed)| {
                scope.spawn(move || {
                    of_bed(n).map(|(m, plant)| (m, (bed.name.clone(), bed.take(plant)))).collect::<Vec<_>>()
                })
            })
            .collect();
        working.into_iter().for_each(|work| came.extend(work.join().expect("a bed is planted")));
    });
    for (m, what) in came.iter_mut() {
        for bed in beds.iter_mut() {
            if matches!(what.1, Came::NoSite(_)) {
                *what = (bed.name.clone(), bed.take(&plants[*m]));
            }
        }
    }
    came.into_values().collect()
}

#[test]
fn every_rule_has_an_operator() {
    let plants = plants();
    let mut faults = vec![];
    let ids: BTreeSet<&str> = check::rules().map(|r| r.id).collect();
    for plant in &plants {
        let named = plant.besides.iter().map(|(rule, _)| rule.as_str()).chain([plant.rule.as_str()]);
        faults.extend(named.filter(|r| !ids.contains(r)).map(|r| format!("{}: there is no rule {r}", plant.rule)));
        if plant.besides.iter().any(|(_, why)| why.is_empty()) {
            faults.push(format!("{} plant {}: an excuse without a reason", plant.rule, plant.number));
        }
    }
    for rule in check::rules() {
        let own: Vec<&Plant> = plants.iter().filter(|f| f.rule == rule.id).collect();
        if own.len() < FEWEST_PLANTS {
            faults.push(format!("{}: its operator has {} plants", rule.id, own.len()));
        }
        let finds = rule.examples().into_iter().filter(|(kind, _)| *kind == Example::Finds);
        let shown: BTreeSet<String> = finds.flat_map(|(_, text)| told(&text)).collect();
        // What has a hole is no copy of anything.
        let whole = own.iter().flat_map(|p| told(&p.sql)).filter(|s| !s.contains('{') || s.contains('='));
        faults.extend(whole.filter(|s| shown.contains(s)).map(|s| format!("{}: its page holds {s}", rule.id)));
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// What a text says, each written alike: statements that make something, statistics, queries.
fn told(text: &str) -> Vec<String> {
    let given = Given::of(text);
    let makes = |s: &String| ["create ", "alter ", "insert "].iter().any(|verb| s.starts_with(verb));
    let statistics = Some(given.statistics.to_lowercase()).filter(|s| !s.is_empty());
    statements(&given.sql).filter(makes).chain(statistics).chain(statements(&given.queries)).collect()
}

/// Statements of a script, written alike.
fn statements(sql: &str) -> impl Iterator<Item = String> {
    let alike = |s: &str| s.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    sql.split(';').map(alike).filter(|s| !s.is_empty())
}
