//! Engine choice (requirement 2.1): which engine and exact version, why, why not the others.
//!
//! The facts are in [`table`], what the brief needs in [`needs`], the reasoning in [`choose`], what the
//! design uses of the server in [`features`], and how it is all tried in [`trials`]. The page is README.md.
pub mod choose;
pub mod features;
pub mod needs;
pub mod table;
mod trials;

use crate::kit::{self, Ground};
use crate::room::Room;
use choose::Version;
use needs::Needs;
use tw_model::{
    Origin, Path,
    claim::Claim,
    decision::{Decision, Rejected},
    draft::Draft,
    evidence::Undecided,
    model::{Isolation, Model},
    trial::Trial,
};

const ME: (&str, &str) = ("engine-choice", "2.1");

/// The room.
pub const ROOM: Room = Room {
    id: ME.0,
    item: ME.1,
    title: "Engine and version",
    page: include_str!("README.md"),
    why_here: "after everything that has a shape: the version must have every feature the design uses",
    kinds: &[
        (
            "version",
            "the server's major version is one the design was made for",
        ),
        ("feature", "the server has a feature that the design uses"),
        (
            "isolation",
            "the server really excludes what an isolation level the workload asks for excludes",
        ),
        (
            "durability",
            "every acknowledged commit survives a crash of the server under load",
        ),
        (
            "wal",
            "the server's own defaults write and force a write-ahead log",
        ),
    ],
    design,
    claims,
    trial,
};

fn design(model: &Model, draft: &mut Draft) {
    let needs = Needs::of(model);
    let version = chosen(model, draft, &needs);
    for decision in [
        engine_decision(model, &needs, &version),
        version_decision(model, draft, &needs, &version),
        log_decision(model, &version),
        transactions_decision(&needs, &version),
        elsewhere_decision(model, &needs),
    ] {
        draft.decide(decision);
    }
}

fn chosen(model: &Model, draft: &Draft, needs: &Needs) -> Version {
    choose::version(
        model.promises.engine.as_ref(),
        needs,
        features::least_major(draft),
    )
}

fn decision(
    subject: &str,
    what: String,
    why: String,
    instead_of: Vec<Rejected>,
    origin: Origin,
) -> Decision {
    Decision {
        instead_of,
        ..kit::decision(ME, path(subject), what, why, &origin, vec![])
    }
}

fn engine_decision(model: &Model, needs: &Needs, version: &Version) -> Decision {
    let what = format!("{} {}", version.engine.name, version.engine.version);
    let reasons = choose::reasons(version.engine, needs);
    let wish = model
        .promises
        .engine
        .as_ref()
        .filter(|w| !choose::is_postgresql(&w.name));
    let Some(wish) = wish else {
        return decision(
            "engine",
            what,
            reasons,
            choose::rejected(needs),
            promised(
                model,
                "engine",
                "the brief names no engine; PostgreSQL is chosen",
            ),
        );
    };
    let known: Vec<_> = table::engines().filter(|e| e.id == wish.name).collect();
    let missing: Vec<String> = known
        .iter()
        .flat_map(|e| choose::shortcomings(e, needs))
        .collect();
    let loud = if known.is_empty() {
        format!(
            "THE WISH IS NOT KEPT: the brief asks for {}, which the table of engines does not know. ",
            wish.name
        )
    } else if let Some(first) = missing.first() {
        format!(
            "THE WISH IS NOT KEPT: the brief asks for {}, and {first}. ",
            known[0].name
        )
    } else {
        format!(
            "THE WISH IS NOT KEPT: the brief asks for {}, whose claims cannot be tried here; designs are proved on PostgreSQL only. ",
            known[0].name
        )
    };
    let origin = Origin::assumed(format!("PostgreSQL instead of the wished {}", wish.name));
    decision(
        "engine",
        what,
        loud + &reasons,
        choose::rejected(needs),
        origin,
    )
}

fn version_decision(model: &Model, draft: &Draft, needs: &Needs, version: &Version) -> Decision {
    let engine = version.engine;
    let newest = engine.latest.value.unwrap_or(engine.version);
    let mut why = format!(
        "Newest major from {} to {} that is supported on {}: support ends {}, the horizon is {}. Newest minor release read of: {newest}; run the newest there is.",
        version.min,
        version.max,
        table::READ_ON,
        engine.end_of_life.text,
        needs.horizon
    );
    if engine
        .end_of_life
        .value
        .is_some_and(|end| end < needs.horizon)
    {
        why += " No wished major outlives the horizon: plan an upgrade before that day.";
    }
    let least = features::least_major(draft);
    if let Some((feature, user)) = features::used(draft)
        .into_iter()
        .max_by_key(|(f, _)| f.since)
        && feature.since == least
    {
        why += &format!(
            " The oldest major that would do is {}, for {} ({user}).",
            least.max(version.min),
            feature.what
        );
    }
    let origin = match &version.broken_wish {
        Some(broken) => {
            why = format!("THE WISH IS NOT KEPT: {broken}. {why}");
            Origin::assumed(broken.clone())
        }
        None => promised(
            model,
            "engine",
            "the brief names no version; the newest supported major is chosen",
        ),
    };
    decision(
        "engine.version",
        format!("{} {newest}", engine.name),
        why,
        version.instead_of.clone(),
        origin,
    )
}

fn log_decision(model: &Model, version: &Version) -> Decision {
    let settings: Vec<String> = trials::LOG_DEFAULTS
        .iter()
        .map(|(n, v)| format!("{n} = {v}"))
        .collect();
    decision(
        "engine.log",
        format!("Durability by the write-ahead log, at its defaults: {}", settings.join(", ")),
        format!("A commit that was acknowledged must survive a crash. {}.", version.engine.log.text),
        vec![Rejected {
            what: "synchronous_commit = off".into(),
            why: "commits of the last moments before a crash would be lost although they were acknowledged".into(),
        }],
        promised(model, "rpo", "the brief promises no recovery point; no acknowledged commit may be lost in a crash of the server"),
    )
}

fn transactions_decision(needs: &Needs, version: &Version) -> Decision {
    let one_server = needs.writes_per_s <= choose::WRITES_PER_S_OF_ONE_SERVER;
    let (what, why) = if one_server {
        (
            "No distributed transactions",
            format!(
                "All rows are on one primary: {:.0} rows written a second at peak, {:.0} planned for one server ({}). Were another database to join a transaction: {}.",
                needs.writes_per_s,
                choose::WRITES_PER_S_OF_ONE_SERVER,
                choose::WRITES_SOURCE,
                version.engine.distributed.text
            ),
        )
    } else {
        (
            "Distributed transactions are needed, and not designed",
            format!(
                "{:.0} rows written a second at peak are more than the {:.0} planned for one server ({}). Divide the load, or choose an engine that spreads transactions by itself.",
                needs.writes_per_s,
                choose::WRITES_PER_S_OF_ONE_SERVER,
                choose::WRITES_SOURCE
            ),
        )
    };
    let spread: Vec<Rejected> = table::engines()
        .filter(|e| {
            e.distributed.value == Some(table::Distributed::Native)
                && choose::shortcomings(e, needs).is_empty()
        })
        .map(|e| Rejected {
            what: format!("{} {}", e.name, e.version),
            why: format!(
                "{}; {}",
                e.distributed.text,
                if one_server {
                    "not needed at this rate"
                } else {
                    "cannot be tried here"
                }
            ),
        })
        .collect();
    let origin = Origin::assumed("the rates of the workload, all at once");
    decision("engine.transactions", what.into(), why, spread, origin)
}

fn elsewhere_decision(model: &Model, needs: &Needs) -> Decision {
    let parts = choose::elsewhere(needs);
    let origin = match parts.first() {
        Some((entity, _)) => kit::origin_of(model, &path(entity)),
        None => Origin::assumed("the rates of the workload, all at once"),
    };
    if parts.is_empty() {
        return decision(
            "engine.elsewhere",
            "No part of the brief belongs in another engine".into(),
            choose::nothing_elsewhere(needs),
            vec![],
            origin,
        );
    }
    let names: Vec<String> = parts.iter().map(|(name, _)| name.clone()).collect();
    let why: Vec<String> = parts
        .iter()
        .map(|(name, why)| format!("{name}: {why}"))
        .collect();
    decision(
        "engine.elsewhere",
        format!(
            "Better kept in a wide-column engine (Apache Cassandra 5.0): {}; designed here in PostgreSQL all the same",
            names.join(", ")
        ),
        why.join(". ") + ".",
        vec![],
        origin,
    )
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
            &promised(
                model,
                "rpo",
                "no acknowledged commit may be lost in a crash of the server",
            ),
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
            Isolation::ReadCommitted => {
                "At read committed, a change is not seen before its commit (dirty read)"
            }
        };
        out.push(kit::claim(
            ME,
            "isolation",
            path("engine").join(word(level)),
            statement,
            &origin,
        ));
    }
    for (feature, user) in features::used(draft) {
        let origin = kit::origin_of(model, &path(&user));
        let statement = format!("The server has {}, which {user} uses", feature.what);
        out.push(kit::claim(
            ME,
            "feature",
            path("engine").join(feature.id),
            statement,
            &origin,
        ));
    }
    for extension in &draft.schema.extensions {
        let origin = Origin::assumed(format!(
            "the design installs the extension {}",
            extension.name
        ));
        let statement = format!("The server offers the extension {}", extension.name);
        out.push(kit::claim(
            ME,
            "feature",
            path("engine").join(EXTENSION).join(&extension.name),
            statement,
            &origin,
        ));
    }
    out
}

const EXTENSION: &str = "extension";

fn trial(ground: &Ground, claim: &Claim) -> Result<Trial, Undecided> {
    let unknown = || Undecided::NoTrial(claim.id.to_string());
    let last = claim
        .subject
        .as_str()
        .trim_start_matches("engine")
        .trim_start_matches('.');
    match claim.id.kind().trim_start_matches("engine-choice/") {
        "version" => Ok(trials::version(
            claim,
            &chosen(ground.model, ground.draft, &Needs::of(ground.model)),
        )),
        "wal" => Ok(trials::log_defaults(claim)),
        "durability" => Ok(trials::durability(claim)),
        "isolation" => {
            let level = LEVELS
                .iter()
                .find(|l| word(**l) == last)
                .ok_or_else(unknown)?;
            Ok(trials::isolation(claim, *level))
        }
        "feature" => match last.split_once('.') {
            Some((EXTENSION, name)) => Ok(trials::extension(claim, name)),
            _ => {
                let feature = features::FEATURES
                    .iter()
                    .find(|f| f.id == last)
                    .ok_or_else(unknown)?;
                Ok(trials::feature(claim, feature))
            }
        },
        _ => Err(unknown()),
    }
}

const LEVELS: [Isolation; 3] = [
    Isolation::ReadCommitted,
    Isolation::RepeatableRead,
    Isolation::Serializable,
];

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
