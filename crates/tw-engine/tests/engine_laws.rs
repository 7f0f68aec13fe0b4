//! Laws of the engine: claims about the server itself, tried on each major version that is found, each with
//! its twin. Other majors are named in `TABLEWRIGHT_PG_BIN` (`scripts/fetch-postgres`).
use std::path::Path;
use tw_engine::{
    design::design,
    judge::judge,
    prove::{Options, prove},
    read,
};
use tw_lab::{
    Installation, Lab, LabOptions, discover,
    execute::{Bases, Executed, TrialError, execute, execute_twin},
};
use tw_model::{
    evidence::Verdict,
    trial::{Actor, Step, Trial, Twin},
};
use tw_rooms::engine_choice::{features::FEATURES, laws, table};

const BASE: &str = "laws";

/// The first major in which the law holds: that of the feature it is about.
fn since(trial: &Trial) -> u32 {
    let of = |id: &str| trial.claim.0.ends_with(&format!(" engine.{id}"));
    FEATURES.iter().find(|f| of(f.id)).map_or(0, |f| f.since)
}

fn verdict(steps: &[Step], executed: Result<Executed, TrialError>) -> Verdict {
    judge(steps, &executed.expect("the lab holds").outcomes).verdict
}

fn twin_steps(trial: &Trial) -> &[Step] {
    match &trial.twin {
        Twin::Steps { steps, .. } => steps,
        _ => &trial.steps,
    }
}

fn hold_on(installation: &Installation, major: u32) {
    let lab = Lab::start(installation, &LabOptions::default()).expect("a lab starts");
    lab.create_database(BASE, None).expect("a database is created");
    let bases = Bases {
        empty: BASE.into(),
        sample: BASE.into(),
        schema_sql: String::new(),
        roles_sql: String::new(),
        span: Default::default(),
    };
    for trial in laws() {
        let there = major >= since(&trial);
        let held = verdict(&trial.steps, execute(&lab, &bases, &trial));
        let expected = if there { Verdict::Held } else { Verdict::Refuted };
        assert_eq!(held, expected, "{} on {major}", trial.claim);
        let twin = verdict(twin_steps(&trial), execute_twin(&lab, &bases, &trial));
        assert_eq!(twin, Verdict::Refuted, "the twin of {} on {major}", trial.claim);
    }
}

#[test]
fn the_laws_of_the_engine_hold_on_every_major_that_is_found() {
    let found = discover(None).expect("a server is found");
    let mut tried = vec![];
    for installation in &found {
        let major = installation.major;
        if !tried.contains(&major) {
            hold_on(installation, major);
            tried.push(major);
        }
    }
    let known = table::engines().filter(|e| e.id == "postgresql").filter_map(|e| e.version.parse().ok());
    let absent: Vec<u32> = known.filter(|major| !tried.contains(major)).collect();
    println!("laws of the engine: tried on {tried:?}; not run, since no server was found: {absent:?}");
    assert!(!tried.is_empty());
}

fn compresses_by_lz4(installation: &Installation) -> bool {
    let lab = Lab::start(installation, &LabOptions::default()).expect("a lab starts");
    let mut session = lab.session("postgres", &Actor::Lab).expect("a session");
    let sql = "SELECT 'lz4' = ANY (enumvals) FROM pg_settings WHERE name = 'default_toast_compression'";
    session.client.query_one(sql, &[]).expect("a setting").get(0)
}

/// Partitions of every kind the language has, with tenants, uuid keys and dates: what majors differ in most.
#[test]
fn a_partitioned_design_is_proven_on_every_major_that_is_found() {
    let brief = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/briefs/meters.md");
    let designed = design(read::brief(&brief).expect("the brief reads"), 1);
    let partitioned = designed.draft.schema.tables.iter().filter(|t| t.partition_by.is_some()).count();
    assert_eq!(partitioned, 4, "by day asked and unasked, by year, by hash");
    let mut tried = vec![];
    for installation in discover(None).expect("a server is found") {
        // The brief promises 15 and later.
        if installation.major < 15 || tried.contains(&installation.major) {
            continue;
        }
        let options = Options { pg_bin: Some(installation.bin.clone()), ..Options::default() };
        let proven = prove(&designed, &options, &|_, _, _| {}).expect("the lab holds");
        let other: Vec<String> = proven
            .evidence
            .evidence
            .iter()
            .filter(|e| e.verdict != Verdict::Held)
            // A server that was built without a method of compression rightly refuses the setting.
            .filter(|e| e.claim.0 != "physical/settings settings" || compresses_by_lz4(&installation))
            .map(|e| format!("{} is {:?} on {}", e.claim, e.verdict, installation.version))
            .collect();
        assert!(other.is_empty(), "{}", other.join("\n"));
        assert!(proven.evidence.evidence.len() > 150, "{} claims are too few", proven.evidence.evidence.len());
        tried.push(installation.major);
    }
    println!("a partitioned design: proven on {tried:?}");
    assert!(!tried.is_empty());
}
