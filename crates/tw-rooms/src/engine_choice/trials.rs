//! How the claims about the engine are tried.
use super::features::Feature;
use super::version::Version;
use crate::kit::steps::{accepted, affects, by, in_session, refusal, refused, returns, returns_one, step};
use tw_model::ident::{literal, quote};
use tw_model::{
    claim::Claim,
    model::Isolation,
    trial::{Actor, Apart, Base, Expect, Step, Trial, Twin},
};

/// Commits that must be acknowledged before the server is killed.
const COMMITS_BEFORE_KILL: u64 = 200;
/// Sessions that commit at once.
const SESSIONS_UNDER_LOAD: u8 = 4;

/// The defaults that make the write-ahead log safe, as `pg_settings.boot_val` reports them. A server may
/// be started otherwise (labs are, for speed); what is claimed is what it does when nobody interferes.
pub const LOG_DEFAULTS: &[(&str, &str)] =
    &[("fsync", "on"), ("full_page_writes", "on"), ("synchronous_commit", "on"), ("wal_level", "replica")];

fn weaker(claim: &Claim, apart: Apart, steps: Vec<Step>, weaker: &str, twin: Vec<Step>) -> Trial {
    Trial {
        claim: claim.id.clone(),
        base: Base::Empty,
        isolation: apart,
        steps,
        twin: Twin::Steps { weaker: weaker.into(), steps: twin },
    }
}

/// The server's major is in the range; the twin asks for majors that no server has.
pub fn version(claim: &Claim, version: &Version) -> Trial {
    let asks = |min: u32, max: u32| {
        vec![returns_one(
            format!("SELECT current_setting('server_version_num')::integer / 10000 BETWEEN {min} AND {max}"),
            "t",
        )]
    };
    weaker(claim, Apart::Rollback, asks(version.min, version.max), "majors no server has", asks(900, 999))
}

/// The feature works; the twin is the same schedule without it.
pub fn feature(claim: &Claim, feature: &Feature) -> Trial {
    weaker(claim, Apart::Rollback, (feature.steps)(true), feature.without, (feature.steps)(false))
}

/// The extension is installed from what the server offers; the twin drops it first.
pub fn extension(claim: &Claim, name: &str) -> Trial {
    let there = || {
        returns_one(
            format!(
                "SELECT count(*) FROM pg_extension e JOIN pg_available_extensions a ON a.name = e.extname WHERE e.extname = {}",
                literal(name)
            ),
            "1",
        )
    };
    let drop = by(Actor::Lab, accepted(format!("DROP EXTENSION {} CASCADE", quote(name))));
    weaker(claim, Apart::Rollback, vec![there()], "without the extension", vec![drop, there()])
}

/// Two sessions do what the level excludes and one of them is refused; the twin runs the same schedule one
/// level lower.
pub fn isolation(claim: &Claim, level: Isolation) -> Trial {
    let (steps, weaker_by, twin) = match level {
        Isolation::Serializable => (write_skew(level), "repeatable read", write_skew(Isolation::RepeatableRead)),
        Isolation::RepeatableRead => (lost_update(level), "read committed", lost_update(Isolation::ReadCommitted)),
        Isolation::ReadCommitted => (dirty_read(true), "the writer commits before the reader reads", dirty_read(false)),
    };
    weaker(claim, Apart::Clone, steps, weaker_by, twin)
}

/// Two doctors on call: each sees the other and leaves. One at a time, one would have stayed.
fn write_skew(level: Isolation) -> Vec<Step> {
    let mut steps = on_call();
    for session in [1, 2] {
        steps.push(begin(session, level));
        steps.push(in_session(session, returns_one("SELECT count(*) FROM tw_isolation.doctors WHERE on_call", "2")));
    }
    for (session, name) in [(1, "a"), (2, "b")] {
        steps.push(in_session(session, leave(name)));
    }
    steps.push(in_session(1, accepted("COMMIT")));
    steps.push(in_session(2, step("COMMIT", refusal("40001", None))));
    steps
}

/// Both read a value, both write it: the second would overwrite the first unseen.
fn lost_update(level: Isolation) -> Vec<Step> {
    let mut steps = on_call();
    steps.push(begin(1, level));
    steps.push(returns_one("SELECT on_call FROM tw_isolation.doctors WHERE name = 'a'", "t"));
    steps.push(in_session(2, leave("a")));
    steps.push(refused(leave("a").sql, "40001", None));
    steps.push(accepted("ROLLBACK"));
    steps
}

/// A change is not seen before its commit.
fn dirty_read(open: bool) -> Vec<Step> {
    let mut steps = on_call();
    steps.push(begin(1, Isolation::ReadCommitted));
    steps.push(leave("a"));
    if !open {
        steps.push(accepted("COMMIT"));
    }
    steps.push(in_session(2, returns_one("SELECT count(*) FROM tw_isolation.doctors WHERE on_call", "2")));
    if open {
        steps.push(accepted("ROLLBACK"));
    }
    steps
}

fn on_call() -> Vec<Step> {
    vec![
        accepted("CREATE SCHEMA tw_isolation"),
        accepted("CREATE TABLE tw_isolation.doctors (name text PRIMARY KEY, on_call boolean NOT NULL)"),
        affects("INSERT INTO tw_isolation.doctors VALUES ('a', true), ('b', true)", 2),
    ]
}

fn begin(session: u8, level: Isolation) -> Step {
    in_session(session, accepted(format!("BEGIN ISOLATION LEVEL {}", level.sql())))
}

fn leave(name: &str) -> Step {
    affects(format!("UPDATE tw_isolation.doctors SET on_call = false WHERE name = {}", literal(name)), 1)
}

/// The server is killed under load and every acknowledged commit is there afterwards; the twin
/// acknowledges commits before they are on disk.
pub fn durability(claim: &Claim) -> Trial {
    Trial {
        claim: claim.id.clone(),
        base: Base::Empty,
        isolation: Apart::Cluster,
        steps: vec![
            accepted("CREATE SCHEMA tw_durability"),
            accepted("CREATE TABLE tw_durability.acknowledged (id text PRIMARY KEY)"),
            step(
                "INSERT INTO tw_durability.acknowledged (id) VALUES (:'id')",
                Expect::SurvivesCrash {
                    count: "SELECT count(*) FROM tw_durability.acknowledged WHERE id = ANY (:ids)".into(),
                    sessions: SESSIONS_UNDER_LOAD,
                    commits: COMMITS_BEFORE_KILL,
                },
            ),
        ],
        twin: Twin::Setting { name: "synchronous_commit".into(), value: "off".into() },
    }
}

/// The server's own defaults keep the log safe; the twin is a session that has switched one of them off.
pub fn log_defaults(claim: &Claim) -> Trial {
    let names: Vec<String> = LOG_DEFAULTS.iter().map(|(name, _)| literal(name)).collect();
    let asks = |what: &str| {
        let rows = LOG_DEFAULTS.iter().map(|(n, v)| vec![Some(n.to_string()), Some(v.to_string())]);
        returns(
            format!(
                "SELECT name, {what} FROM pg_settings WHERE name IN ({}) ORDER BY name COLLATE \"C\"",
                names.join(", ")
            ),
            rows.collect(),
        )
    };
    let off = accepted("SET LOCAL synchronous_commit = off");
    weaker(
        claim,
        Apart::Rollback,
        vec![asks("boot_val")],
        "a session that acknowledges before the log is on disk",
        vec![off, asks("CASE name WHEN 'synchronous_commit' THEN setting ELSE boot_val END")],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_defaults_are_listed_in_the_order_the_query_returns() {
        assert!(LOG_DEFAULTS.is_sorted());
    }
}
