//! Engine choice (requirement 2.1): which engine and exact version, why, why not the others.
//!
//! The facts are in [`table`], what the brief needs in [`needs`], the reasoning in [`choose`] and
//! [`version`], the decisions in `decide`, what the design uses of the server in [`features`], and how it is
//! all tried in `trials`. The page is README.md.
pub mod choose;
mod decide;
pub mod features;
pub mod needs;
pub mod table;
mod trials;
pub mod version;

use crate::kit::{self, Ground};
use crate::room::Room;
use needs::Needs;
use tw_model::{
    Origin, Path,
    change::Fact,
    claim::Claim,
    draft::Draft,
    evidence::Undecided,
    model::{Isolation, Model},
    trial::Trial,
};
use version::Version;

const ME: (&str, &str) = ("engine-choice", "2.1");

/// The room.
pub const ROOM: Room = Room {
    id: ME.0,
    item: ME.1,
    title: "Engine and version",
    page: include_str!("README.md"),
    why_here: "after everything that has a shape: the version must have every feature the design uses",
    kinds: &[
        ("version", "the server's major version is one the design was made for"),
        ("feature", "the server has a feature that the design uses"),
        ("isolation", "the server really excludes what an isolation level the workload asks for excludes"),
        ("durability", "every acknowledged commit survives a crash of the server under load"),
        ("wal", "the server's own defaults write and force a write-ahead log"),
    ],
    design,
    claims,
    trial,
    rules: &[],
};

fn design(model: &Model, draft: &mut Draft) {
    let needs = Needs::of(model);
    let version = chosen(model, draft, &needs);
    for decision in decide::decisions(model, draft, &needs, &version) {
        draft.decide(decision);
    }
}

fn chosen(model: &Model, draft: &Draft, needs: &Needs) -> Version {
    version::version(model.promises.engine.as_ref(), needs, features::least_major(draft))
}

fn claims(model: &Model, draft: &Draft) -> Vec<Claim> {
    let version = chosen(model, draft, &Needs::of(model));
    let engine = promised(model, "engine", "the brief names no engine");
    let mut out = vec![
        kit::claim(
            ME,
            "version",
            path("engine"),
            format!(
                "The server's major version is from {} to {} ({} is the one to run)",
                version.min, version.max, version.major
            ),
            &engine,
        ),
        kit::claim(
            ME,
            "wal",
            path("engine"),
            "The server's own defaults write a log ahead of every change and force it to disk before a commit is acknowledged",
            &engine,
        ),
        kit::claim(
            ME,
            "durability",
            path("engine"),
            "Every commit that was acknowledged is there after the server is killed under load",
            &promised(model, "rpo", "no acknowledged commit may be lost in a crash of the server"),
        ),
    ];
    for (level, origin) in isolation_levels(model) {
        let statement = match level {
            Isolation::Serializable => {
                "At serializable, two transactions that each undo what the other read are not both committed (write skew)"
            }
            Isolation::RepeatableRead => {
                "At repeatable read, a change made meanwhile is not overwritten unseen (lost update)"
            }
            Isolation::ReadCommitted => "At read committed, a change is not seen before its commit (dirty read)",
        };
        out.push(kit::claim(ME, "isolation", path("engine").join(word(level)), statement, &origin));
    }
    for (feature, user) in features::used(draft) {
        let origin = kit::origin_of(model, &path(&user));
        let statement = format!("The server has {}, which {user} uses", feature.what);
        out.push(kit::claim(ME, "feature", path("engine").join(feature.id), statement, &origin));
    }
    for extension in &draft.schema.extensions {
        let origin = Origin::assumed(format!("the design installs the extension {}", extension.name));
        let statement = format!("The server offers the extension {}", extension.name);
        let subject = path("engine").join(EXTENSION).join(&extension.name);
        let mut claim = kit::claim(ME, "feature", subject, statement, &origin);
        claim.rests_on = vec![Fact(format!("extension {}", extension.name))];
        out.push(claim);
    }
    out
}

const EXTENSION: &str = "extension";

fn trial(ground: &Ground, claim: &Claim) -> Result<Trial, Undecided> {
    let unknown = || Undecided::NoTrial(claim.id.to_string());
    let last = claim.subject.as_str().trim_start_matches("engine").trim_start_matches('.');
    match claim.id.kind().trim_start_matches("engine-choice/") {
        "version" => Ok(trials::version(claim, &chosen(ground.model, ground.draft, &Needs::of(ground.model)))),
        "wal" => Ok(trials::log_defaults(claim)),
        "durability" => Ok(trials::durability(claim)),
        "isolation" => {
            let level = LEVELS.iter().find(|l| word(**l) == last).ok_or_else(unknown)?;
            Ok(trials::isolation(claim, *level))
        }
        "feature" => match last.split_once('.') {
            Some((EXTENSION, name)) => Ok(trials::extension(claim, name)),
            _ => {
                let feature = features::FEATURES.iter().find(|f| f.id == last).ok_or_else(unknown)?;
                Ok(trials::feature(claim, feature))
            }
        },
        _ => Err(unknown()),
    }
}

/// Every trial about the server itself, whatever a design uses of it: laws of the engine, to be tried on each
/// major version.
pub fn laws() -> Vec<Trial> {
    let none = Origin::assumed("a law of the engine");
    let about = |kind: &str, subject: Path| kit::claim(ME, kind, subject, "", &none);
    let engine = path("engine");
    let levels =
        LEVELS.into_iter().map(|level| trials::isolation(&about("isolation", engine.join(word(level))), level));
    let features = features::FEATURES.iter().map(|f| trials::feature(&about("feature", engine.join(f.id)), f));
    let server =
        [trials::log_defaults(&about("wal", engine.clone())), trials::durability(&about("durability", engine.clone()))];
    server.into_iter().chain(levels).chain(features).collect()
}

const LEVELS: [Isolation; 3] = [Isolation::ReadCommitted, Isolation::RepeatableRead, Isolation::Serializable];

/// Levels the workload asks for, each with the first query that does.
fn isolation_levels(model: &Model) -> Vec<(Isolation, Origin)> {
    let first = |level: Isolation| {
        let query = model.workload.iter().find(|q| q.isolation == Some(level))?;
        Some((level, query.origin.clone()))
    };
    LEVELS.into_iter().filter_map(first).collect()
}

fn word(level: Isolation) -> &'static str {
    match level {
        Isolation::ReadCommitted => "read_committed",
        Isolation::RepeatableRead => "repeatable_read",
        Isolation::Serializable => "serializable",
    }
}

fn path(text: &str) -> Path {
    Path::from(text)
}

/// The line of a promise, or what is assumed without it.
fn promised(model: &Model, word: &str, otherwise: &str) -> Origin {
    let line = model.promises.origins.get(word);
    line.cloned().unwrap_or_else(|| Origin::assumed(otherwise))
}

#[cfg(test)]
mod tests;
