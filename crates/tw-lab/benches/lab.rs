//! `cargo bench -p tw-lab`: what a lab and its trials cost, as medians.
use std::time::{Duration, Instant};
use tw_lab::{Installation, Lab, LabOptions, discover, execute::*};
use tw_model::{
    claim::ClaimId,
    trial::{Actor, Apart, Base, Expect, Step, Trial, Twin},
};

const SCHEMA: &str = "
create table account (id uuid constraint pk_account primary key, balance numeric(15,2) not null check (balance >= 0));
create table entry (id bigint generated always as identity primary key, account uuid not null references account);
create index on entry (account);
insert into account select gen_random_uuid(), i from generate_series(1, 20000) i;
insert into entry (account) select id from account, generate_series(1, 5);
analyze;
";

fn main() {
    let installation = discover(None).unwrap_or_else(|e| panic!("{e}")).remove(0);
    println!("PostgreSQL {} in {}", installation.version, installation.bin.display());
    let cache = std::env::temp_dir().join(format!("tw-bench-{}", std::process::id()));
    let cold = LabOptions { cache: Some(cache.clone()), ..LabOptions::default() };
    report("lab start, cold (initdb)", 3, || {
        let _ = std::fs::remove_dir_all(&cache);
        let begun = Instant::now();
        let lab = start(&installation, &cold);
        (begun.elapsed(), lab)
    });
    report("lab start, warm (cached)", 11, || {
        let begun = Instant::now();
        let lab = start(&installation, &cold);
        (begun.elapsed(), lab)
    });
    report("lab stop", 11, || {
        let lab = start(&installation, &cold);
        let begun = Instant::now();
        lab.stop();
        (begun.elapsed(), ())
    });
    let lab = start(&installation, &cold);
    for name in ["empty", "sample"] {
        lab.create_database(name, None).unwrap_or_else(|e| panic!("{e}"));
        lab.load(name, SCHEMA).unwrap_or_else(|e| panic!("{e}"));
    }
    for strategy in ["file_copy", "wal_log"] {
        if installation.major < 15 {
            continue;
        }
        let mut session = lab.session("postgres", &Actor::Lab).unwrap_or_else(|e| panic!("{e}"));
        report(&format!("copy of a database, {strategy}"), 11, || {
            let begun = Instant::now();
            let sql = format!("create database c template sample strategy {strategy}");
            session.client.batch_execute(&sql).expect("copies");
            let took = begun.elapsed();
            session.client.batch_execute("drop database c").expect("drops");
            (took, ())
        });
    }
    let bases = Bases {
        empty: "empty".into(),
        sample: "sample".into(),
        schema_sql: SCHEMA.into(),
        roles_sql: String::new(),
        span: Default::default(),
    };
    let step = |session: u8, sql: &str, expect: Expect| Step {
        session,
        actor: Actor::Owner,
        sql: sql.into(),
        keep: vec![],
        expect,
        setup: false,
    };
    let trial = |isolation: Apart, steps: Vec<Step>| Trial {
        claim: ClaimId("bench".into()),
        base: Base::Sample,
        isolation,
        steps,
        twin: Twin::Steps { weaker: "none".into(), steps: vec![] },
    };
    let refused = || Expect::Refused { sqlstate: "23514".into(), constraint: None };
    let simple = trial(
        Apart::Rollback,
        vec![
            step(1, "insert into account values (gen_random_uuid(), 1)", Expect::Accepted),
            step(1, "insert into account values (gen_random_uuid(), -1)", refused()),
        ],
    );
    let query = "select * from entry where account = '00000000-0000-4000-8000-000000000000'";
    let bounded = trial(Apart::Rollback, vec![step(1, query, Expect::Bounded)]);
    let sessions = trial(
        Apart::Clone,
        vec![
            step(1, "begin", Expect::Accepted),
            step(1, "lock table account", Expect::Accepted),
            step(2, "select count(*) from account", Expect::Blocks),
            step(1, "commit", Expect::Accepted),
            step(2, "", Expect::Resumes { ending: Box::new(Expect::Accepted) }),
        ],
    );
    for (name, trial, times) in [
        ("trial, rolled back, two steps", &simple, 500),
        ("trial, bounded pages", &bounded, 200),
        ("trial, in a copy, two sessions", &sessions, 11),
    ] {
        let each = report(name, times, || {
            let begun = Instant::now();
            execute(&lab, &bases, trial).unwrap_or_else(|e| panic!("{e}"));
            (begun.elapsed(), ())
        });
        println!("{:<40} {:>9.0} a second", "", 1.0 / each.as_secs_f64());
    }
    lab.stop();
    let _ = std::fs::remove_dir_all(&cache);
}

fn start(installation: &Installation, options: &LabOptions) -> Lab {
    Lab::start(installation, options).unwrap_or_else(|e| panic!("{e}"))
}

/// Prints and gives the median of so many runs; what a run leaves is dropped outside its time.
fn report<T>(what: &str, times: usize, mut run: impl FnMut() -> (Duration, T)) -> Duration {
    let mut taken: Vec<Duration> = (0..times).map(|_| run().0).collect();
    taken.sort();
    let median = taken[times / 2];
    println!("{what:<40} {:>9.2} ms  ({:.2} to {:.2}, {times} runs)", ms(median), ms(taken[0]), ms(taken[times - 1]));
    median
}

fn ms(d: Duration) -> f64 {
    d.as_secs_f64() * 1000.0
}
