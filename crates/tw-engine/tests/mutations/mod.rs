//! How good the review is: flaws are planted into schemas one at a time, and found or not.
//!
//! A plant is one way of a rule's operator ([`operators`]) to plant its flaw, filled in for a site of the schema ([`sites`]).
//! What needs the schema alone, or queries, is applied in a transaction, judged from the catalogue within it, and rolled
//! back; what needs rows or statistics is done in copies of the schema with rows ([`copies`]). What the rule then finds
//! that it did not find before, and would not without what is observed, is a hit; what any other rule finds besides is a
//! false alarm, unless the plant says why it is honest.
pub mod copies;
pub mod given;
pub mod operators;
pub mod sites;

use copies::{Copies, words};
use given::Given;
use operators::Plant;
use sites::Site;
use std::collections::BTreeMap;
use tw_engine::review::check;
use tw_lab::{Lab, LabError, Scope, Session, introspect, introspect_within};
use tw_model::{ident::quote, observed::Observed, schema::Schema, trial::Actor};
use tw_rooms::{rule::Needs, scene::Scene};

/// Sites that a plant is tried at before a schema counts as one that has none for it.
const MOST_SITES: usize = 6;
/// What every schema gets beforehand: a schema of its own for new tables, and a table in it.
const GROUND: &str = "create schema depot; create table depot.notes ({id}, {link})";
/// Rows from which on a table is a site for what is planted among rows.
const FULL: usize = 100;

/// What the rules find: by rule, object and fact, the messages.
type Findings = BTreeMap<(&'static str, String, String), Vec<String>>;

/// A schema that plants are put into, in a session of its own.
pub struct Bed<'l> {
    /// The name it is told by.
    pub name: String,
    session: Session,
    sites: Vec<Site>,
    schema: Schema,
    before: Findings,
    /// For plants that need rows or statistics, where any are to come: copies, and what is found in one.
    copies: Option<(Copies<'l>, Findings)>,
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

impl<'l> Bed<'l> {
    /// Reads the schema of a database and lays the ground; none where nothing can be planted. `seen` says that there will
    /// be plants that need rows or statistics.
    pub fn lay(lab: &'l Lab, database: &str, seen: bool) -> Option<Bed<'l>> {
        let mut session = lab.session(database, &Actor::Lab).expect("a session");
        let schema = introspect(&mut session.client, &Scope::default()).expect("the schema is read");
        let mut sites = sites::sites(&Scene::new(&schema));
        let ground = Plant::of(GROUND);
        let laid =
            sites.iter().filter_map(|site| ground.filled(site)).any(|sql| session.client.batch_execute(&sql).is_ok());
        if !laid {
            return None;
        }
        drop(session);
        let copies = seen.then(|| {
            let copies = Copies::of(lab, database);
            sites.iter_mut().for_each(|site| stock(site, &copies));
            let found = findings(&copies.schema, &copies.observed, true);
            (copies, found)
        });
        let mut session = lab.session(database, &Actor::Lab).expect("a session");
        let schema = introspect(&mut session.client, &Scope::default()).expect("the schema is read");
        let before = findings(&schema, &Observed::default(), true);
        Some(Bed { name: database.into(), session, sites, schema, before, copies })
    }

    /// Takes a plant at the first site that fits. The plant's number says where the search begins, so that plants spread.
    pub fn take(&mut self, plant: &Plant) -> Came {
        let needs = check::rule(&plant.rule).map_or(Needs::Schema, |rule| rule.needs);
        let mut refused = "no table has what it asks for".to_string();
        let count = self.sites.len();
        let sites = (0..count).map(|n| &self.sites[(n + plant.number * 7) % count]);
        let fitting: Vec<(String, Given)> = sites
            .filter_map(|site| Some((site["path"].clone(), Given::of(&plant.filled(site)?))))
            .take(MOST_SITES)
            .collect();
        for (path, given) in fitting {
            let (schema, observed) = match self.planted(needs, &given, &plant.rule) {
                Ok(seen) => seen,
                Err(why) => {
                    refused = why;
                    continue;
                }
            };
            let after = findings(&schema, &observed, !given.sql.is_empty());
            let days = observed.statistics.as_ref().map_or(0, |s| s.days);
            let over;
            let (before, unobserved) = match (&self.copies, needs) {
                (Some((copies, _)), Needs::Rows | Needs::Statistics) if days > 0 => {
                    over = findings(&copies.schema, &copies.over(days), true);
                    (&over, copies.over(days))
                }
                (Some((copies, found)), Needs::Rows | Needs::Statistics) => (found, copies.observed.clone()),
                _ => (&self.before, Observed { queries: Some(vec![]), ..Observed::default() }),
            };
            let mut came = came(plant, before, &after);
            // What has the flaw already cannot get it.
            let has = |(rule, at, _): &(&str, String, String)| *rule == plant.rule && at.starts_with(&path);
            if matches!(came, Came::Missed(_)) && before.keys().any(has) {
                refused = format!("{path} has the flaw already");
                continue;
            }
            if let (Came::Found(alarms), true) = (&mut came, needs != Needs::Schema) {
                let found = findings_of(&schema, &unobserved, |id| id == plant.rule);
                let new = found.keys().find(|what| !before.contains_key(*what));
                alarms.extend(new.map(|(rule, at, _)| format!("{rule} finds {at} without what is observed")));
            }
            return came;
        }
        Came::NoSite(refused)
    }

    /// What is seen once it is planted; the server's words where it refuses it.
    fn planted(&mut self, needs: Needs, given: &Given, at: &str) -> Result<(Schema, Observed), String> {
        if let Needs::Rows | Needs::Statistics = needs {
            let (copies, _) = self.copies.as_mut().expect("what needs rows was announced");
            return copies.seen(given, at);
        }
        let queries = (needs == Needs::Queries).then(|| given.queries(at));
        let observed = Observed { queries, ..Observed::default() };
        if given.sql.is_empty() {
            return Ok((self.schema.clone(), observed));
        }
        let mut transaction = self.session.client.transaction().expect("a transaction");
        let refused = |source| words(LabError::Server { doing: "refused".into(), source });
        transaction.batch_execute(&given.sql).map_err(refused)?;
        let read = introspect_within(&mut transaction, &Scope::default()).expect("the schema is read");
        Ok((read.schema, observed))
    }
}

/// What a site has to offer to plants among rows: a name for copies, and the table where it is full enough.
fn stock(site: &mut Site, copies: &Copies) {
    site.insert("database", quote(&copies.copy));
    let looked = copies.observed.rows.as_ref().and_then(|rows| rows.get(&site["path"]));
    if looked.is_some_and(|rows| rows.read >= FULL) {
        site.insert("full", site["t"].clone());
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

/// What all rules find whose needs are met; those of the schema only where it is another one.
fn findings(schema: &Schema, observed: &Observed, changed: bool) -> Findings {
    let needs = |id: &str| check::rule(id).map_or(Needs::Schema, |rule| rule.needs);
    findings_of(schema, observed, |id| changed || needs(id) != Needs::Schema)
}

fn findings_of(schema: &Schema, observed: &Observed, wanted: impl Fn(&str) -> bool) -> Findings {
    let scene = Scene::with(schema, observed);
    let mut out = Findings::new();
    for rule in check::rules().filter(|r| scene.has(r.needs) && wanted(r.id)) {
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
