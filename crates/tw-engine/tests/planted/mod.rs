//! Every rule finds its flaw where its operator plants it into schemas that our own briefs design, and nothing else is
//! found but what honestly follows.
use super::mutations::{
    Bed, Came, Tally,
    operators::{Form, forms, statements},
    told,
};
use std::collections::{BTreeMap, BTreeSet};
use tw_engine::{design::design, read, review::check};
use tw_lab::{Lab, LabOptions, discover};
use tw_rooms::rule::{Example, Needs};

/// Briefs whose designs are planted into, as in `examples`.
const BRIEFS: &[&str] = &["shop", "hospital", "library"];
/// Per cent of plants that must be found.
const LEAST_RECALL: usize = 95;
/// Forms that an operator has at least.
const FEWEST_FORMS: usize = 3;

#[test]
fn planted_flaws_are_found() {
    let installation = discover(None).unwrap_or_else(|e| panic!("{e}")).remove(0);
    let lab = Lab::start(&installation, &LabOptions::default()).unwrap_or_else(|e| panic!("{e}"));
    let mut beds: Vec<Bed> = BRIEFS.iter().map(|brief| bed(&lab, brief)).collect();
    let wanted = std::env::var("RULE").unwrap_or_default();
    let forms: Vec<Form> = forms().into_iter().filter(|f| f.rule.contains(&wanted)).collect();
    let came = planted(&mut beds, &forms);
    let mut rooms: BTreeMap<&str, Tally> = BTreeMap::new();
    let mut faults = vec![];
    for (form, (bed, came)) in forms.iter().zip(&came) {
        rooms.entry(form.room()).or_default().count(came);
        let at = format!("{} form {} in {bed}", form.rule, form.number);
        match came {
            Came::NoPlace(why) => faults.push(format!("{at}: no place: {why}")),
            Came::Missed(_) => println!("missed: {at}"),
            Came::Found(_) => {}
        }
        if let Came::Found(alarms) | Came::Missed(alarms) = came {
            faults.extend(alarms.iter().map(|alarm| format!("{at}: false alarm: {alarm}")));
        }
    }
    println!("{}", told(&rooms));
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    let (all, found) = rooms.values().fold((0, 0), |(n, m), t| (n + t.planted, m + t.found));
    assert!(found * 100 >= all * LEAST_RECALL, "{found} of {all} plants were found");
}

/// A database with what the brief designs.
fn bed(lab: &Lab, brief: &str) -> Bed {
    let path = format!("{}/../../examples/{brief}/brief.md", env!("CARGO_MANIFEST_DIR"));
    let designed = design(read::brief(path.as_ref()).unwrap_or_else(|e| panic!("{e}")), 1);
    lab.create_database(brief, None).expect("a database");
    let loaded = lab.load_each(brief, &designed.schema_sql).expect("the lab holds");
    assert!(loaded.refused.is_empty(), "{brief}: {:?}", loaded.refused);
    // Two briefs may have a role of one name.
    lab.load_each(brief, &designed.roles_sql).expect("the lab holds");
    Bed::lay(lab, brief).expect("a design has a place for plants")
}

/// What came of each form, and in which bed. Forms take turns at the beds, which work at the same time; what has no
/// place in one is tried in the next.
fn planted(beds: &mut [Bed], forms: &[Form]) -> Vec<(String, Came)> {
    let count = beds.len();
    let of_bed = |n: usize| forms.iter().enumerate().filter(move |(m, _)| m % count == n);
    let mut came: BTreeMap<usize, (String, Came)> = BTreeMap::new();
    std::thread::scope(|scope| {
        let working: Vec<_> = beds
            .iter_mut()
            .enumerate()
            .map(|(n, bed)| {
                scope.spawn(move || {
                    of_bed(n).map(|(m, form)| (m, (bed.name.clone(), bed.plant(form)))).collect::<Vec<_>>()
                })
            })
            .collect();
        working.into_iter().for_each(|work| came.extend(work.join().expect("a bed is planted")));
    });
    for (m, (_, what)) in came.iter_mut() {
        for bed in beds.iter_mut() {
            if matches!(what, Came::NoPlace(_)) {
                *what = bed.plant(&forms[*m]);
            }
        }
    }
    came.into_values().collect()
}

#[test]
fn every_rule_has_an_operator() {
    let forms = forms();
    let mut faults = vec![];
    let ids: BTreeSet<&str> = check::rules().filter(|r| r.needs == Needs::Schema).map(|r| r.id).collect();
    for form in &forms {
        let named = form.besides.iter().map(|(rule, _)| rule.as_str()).chain([form.rule.as_str()]);
        faults.extend(named.filter(|r| !ids.contains(r)).map(|r| format!("{}: there is no rule {r}", form.rule)));
        if form.besides.iter().any(|(_, why)| why.is_empty()) {
            faults.push(format!("{} form {}: an excuse without a reason", form.rule, form.number));
        }
    }
    for rule in check::rules().filter(|r| r.needs == Needs::Schema) {
        let own: Vec<&Form> = forms.iter().filter(|f| f.rule == rule.id).collect();
        if own.len() < FEWEST_FORMS {
            faults.push(format!("{}: its operator has {} forms", rule.id, own.len()));
        }
        let finds = rule.examples().into_iter().filter(|(kind, _)| *kind == Example::Finds);
        let shown: BTreeSet<String> = finds.flat_map(|(_, sql)| statements(&sql).collect::<Vec<_>>()).collect();
        let copied = own.iter().flat_map(|f| f.whole_statements()).filter(|s| shown.contains(s));
        faults.extend(copied.map(|s| format!("{}: its page holds what is planted: {s}", rule.id)));
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
