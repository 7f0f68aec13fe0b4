//! How good the review is: flaws are planted into schemas one at a time, and found or not.
//!
//! A plant is one way of a rule's operator ([`operators`]) to plant its flaw, filled in for a site of the schema ([`sites`]),
//! applied in a transaction, judged from the catalogue within it, and rolled back. What the rule then finds that it did
//! not find before is a hit; what any other rule finds besides is a false alarm, unless the plant says why it is honest.
pub mod operators;
pub mod sites;

use operators::Plant;
use sites::Site;
use std::collections::BTreeMap;
use tw_engine::review::check;
use tw_lab::{Lab, Scope, Session, introspect, introspect_within};
use tw_model::{schema::Schema, trial::Actor};
use tw_rooms::{rule::Needs, scene::Scene};

/// Sites that a plant is tried at before a schema counts as one that has none for it.
const MOST_SITES: usize = 6;
/// What every schema gets beforehand: a schema of its own for new tables, and a table in it.
const GROUND: &str = "create schema depot; create table depot.notes ({id}, {link})";

/// What the rules find: by rule, object and fact, the messages.
type Findings = BTreeMap<(&'static str, String, String), Vec<String>>;

/// A schema that plants are put into, in a session of its own.
pub struct Bed {
    /// The name it is told by.
    pub name: String,
    session: Session,
    sites: Vec<Site>,
    before: Findings,
}

/// What came of a plant.
#[derive(Debug)]
pub enum Came {
    /// The rule found it; what others found without excuse.
    Found(Vec<String>),
    /// The rule did not.
    Missed(Vec<String>),
    /// The schema has no place for it: the last refusal, or none asked for.
    NoSite(String),
}

impl Bed {
    /// Reads the schema of a database and lays the ground; none where nothing can be planted.
    pub fn lay(lab: &Lab, database: &str) -> Option<Bed> {
        let mut session = lab.session(database, &Actor::Lab).expect("a session");
        let schema = introspect(&mut session.client, &Scope::default()).expect("the schema is read");
        let sites = sites::sites(&Scene::new(&schema));
        let ground = Plant::of(GROUND);
        let laid =
            sites.iter().filter_map(|site| ground.filled(site)).any(|sql| session.client.batch_execute(&sql).is_ok());
        if !laid {
            return None;
        }
        let before = findings(&introspect(&mut session.client, &Scope::default()).expect("the schema is read"));
        Some(Bed { name: database.into(), session, sites, before })
    }

    /// Takes a plant at the first site that fits. The plant's number says where the search begins, so that plants spread.
    pub fn take(&mut self, plant: &Plant) -> Came {
        let mut refused = "no table has what it asks for".to_string();
        let count = self.sites.len();
        let sites: Vec<&Site> = (0..count).map(|n| &self.sites[(n + plant.number * 7) % count]).collect();
        let fitting = sites.into_iter().filter_map(|site| Some((site, plant.filled(site)?)));
        for (site, sql) in fitting.take(MOST_SITES) {
            let mut transaction = self.session.client.transaction().expect("a transaction");
            if let Err(error) = transaction.batch_execute(&sql) {
                refused = error.as_db_error().map_or_else(|| error.to_string(), |e| e.message().to_string());
                continue;
            }
            let read = introspect_within(&mut transaction, &Scope::default()).expect("the schema is read");
            drop(transaction);
            let came = came(plant, &self.before, &findings(&read.schema));
            // What has the flaw already cannot get it.
            let has = |(rule, path, _): &(&str, String, String)| *rule == plant.rule && path.starts_with(&site["path"]);
            if matches!(came, Came::Missed(_)) && self.before.keys().any(has) {
                refused = format!("{} has the flaw already", site["path"]);
                continue;
            }
            return came;
        }
        Came::NoSite(refused)
    }
}

fn came(plant: &Plant, before: &Findings, after: &Findings) -> Came {
    let (mut found, mut alarms) = (false, vec![]);
    for (what, messages) in after {
        let (rule, path, fact) = what;
        let known = before.get(what);
        if *rule == plant.rule {
            // One finding may tell of several columns: then what it says changes.
            found |= known != Some(messages);
        } else if known.is_none_or(|k| k.len() < messages.len()) && !plant.excuses(rule) {
            alarms.push(format!("{rule} {path} {fact}").trim().to_string());
        }
    }
    if found { Came::Found(alarms) } else { Came::Missed(alarms) }
}

fn findings(schema: &Schema) -> Findings {
    let scene = Scene::new(schema);
    let mut out = Findings::new();
    for rule in check::rules().filter(|r| r.needs == Needs::Schema) {
        for spot in (rule.check)(&scene) {
            out.entry((rule.id, spot.subject.path, spot.fact)).or_default().push(spot.message);
        }
    }
    out
}

/// What plants of one room came to.
#[derive(Default)]
pub struct Tally {
    /// Plants that found a place.
    pub planted: usize,
    /// Those that the rule found.
    pub found: usize,
    /// Findings of other rules without excuse.
    pub alarms: usize,
}

impl Tally {
    /// Counts a plant.
    pub fn count(&mut self, came: &Came) {
        let (found, others) = match came {
            Came::Found(others) => (1, others),
            Came::Missed(others) => (0, others),
            Came::NoSite(_) => return,
        };
        self.planted += 1;
        self.found += found;
        self.alarms += others.len();
    }
}

/// A line for each room, and one for all.
pub fn told(rooms: &BTreeMap<&str, Tally>) -> String {
    let line = |name: &str, t: &Tally| {
        let recall = 100.0 * t.found as f64 / t.planted.max(1) as f64;
        format!(
            "{name:<14} {:>4} planted {:>4} found  recall {recall:>5.1} %  false alarms {}\n",
            t.planted, t.found, t.alarms
        )
    };
    let mut all = Tally::default();
    let mut out = String::new();
    for (room, tally) in rooms {
        out += &line(room, tally);
        all.planted += tally.planted;
        all.found += tally.found;
        all.alarms += tally.alarms;
    }
    out + &line("all", &all)
}
