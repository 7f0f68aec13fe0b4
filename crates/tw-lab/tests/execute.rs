//! The executor: each expectation under each isolation, with a trial that goes well and its twin that does not.
mod common;
use common::*;
use tw_lab::{Lab, execute::*};
use tw_model::{
    change::Change,
    claim::ClaimId,
    evidence::Outcome,
    schema::Name,
    trial::{Actor, Apart, Base, Expect, Step, Trial, Twin},
};

const SCHEMA: &str = "
create table account (
  id uuid constraint pk_account primary key,
  balance numeric(15,2) not null constraint ck_account_balance check (balance >= 0),
  email text constraint uq_account_email unique
);
create table entry (
  id bigint generated always as identity constraint pk_entry primary key,
  account uuid not null constraint fk_entry_account references account on delete restrict,
  amount numeric(15,2) not null,
  note text
);
create index ix_entry_account on entry (account, id);
";

const SAMPLE: &str = "
insert into account select ('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid, i, 'u' || i from generate_series(1, 2000) i;
insert into entry (account, amount, note)
  select ('00000000-0000-4000-8000-' || lpad((1 + i % 2000)::text, 12, '0'))::uuid, i, repeat('x', 60) from generate_series(1, 40000) i;
";

const ROLES: &str = "
create role reader nologin;
grant usage on schema public to reader;
grant select on account to reader;
";

fn bench(installation: &tw_lab::Installation) -> (Lab, Bases) {
    let lab = start(installation);
    for name in ["empty", "sample"] {
        lab.create_database(name, None).unwrap_or_else(|e| panic!("{e}"));
        lab.load(name, SCHEMA).unwrap_or_else(|e| panic!("{e}"));
    }
    lab.load_roles("empty", ROLES).unwrap_or_else(|e| panic!("{e}"));
    lab.load("sample", SAMPLE).unwrap_or_else(|e| panic!("{e}"));
    lab.load("sample", "analyze").unwrap_or_else(|e| panic!("{e}"));
    let bases = Bases {
        empty: "empty".into(),
        sample: "sample".into(),
        schema_sql: SCHEMA.into(),
        roles_sql: ROLES.into(),
        span: Default::default(),
    };
    (lab, bases)
}

fn step(session: u8, actor: Actor, sql: &str, expect: Expect) -> Step {
    Step { session, actor, sql: sql.into(), keep: vec![], expect, setup: false }
}

fn owner(sql: &str, expect: Expect) -> Step {
    step(1, Actor::Owner, sql, expect)
}

fn trial(base: Base, isolation: Apart, steps: Vec<Step>, twin: Twin) -> Trial {
    Trial { claim: ClaimId("test/claim It".into()), base, isolation, steps, twin }
}

fn dropping(table: &str, name: &str) -> Twin {
    let change = Change::DropConstraint { table: Name::new("public", table), name: name.into() };
    Twin::Schema { changes: vec![change] }
}

fn outcomes(result: Result<Executed, TrialError>) -> Vec<Outcome> {
    result.unwrap_or_else(|e| panic!("{e}")).outcomes
}

fn refused(sqlstate: &str, constraint: Option<&str>) -> Outcome {
    Outcome::Refused { sqlstate: sqlstate.into(), constraint: constraint.map(str::to_string) }
}

fn accepted(rows: u64) -> Outcome {
    Outcome::Accepted { rows }
}

fn expect_refused(sqlstate: &str, constraint: &str) -> Expect {
    Expect::Refused { sqlstate: sqlstate.into(), constraint: Some(constraint.into()) }
}

const A: &str = "'00000000-0000-4000-8000-00000000000a'";

#[test]
fn rolled_back_trials_refuse_keep_compare_and_leave_nothing() {
    for installation in installations() {
        let (lab, bases) = bench(&installation);
        let mut first =
            owner(&format!("insert into account values ({A}, 1, 'a') returning id, balance"), Expect::Accepted);
        first.keep = vec!["id".into(), "balance".into()];
        let steps = vec![
            first,
            owner(&format!("insert into account values ({A}, 1, 'b')"), expect_refused("23505", "pk_account")),
            owner("insert into account values (gen_random_uuid(), null, 'c')", expect_refused("23502", "balance")),
            owner(
                "insert into account values (gen_random_uuid(), -1, 'c')",
                expect_refused("23514", "ck_account_balance"),
            ),
            owner(
                "insert into entry (account, amount) values (gen_random_uuid(), 1)",
                expect_refused("23503", "fk_entry_account"),
            ),
            owner(
                "insert into entry (account, amount) values (:'id', :'balance'::numeric + 1)",
                Expect::Affects { rows: 1 },
            ),
            owner("select amount, note from entry", Expect::Rows { rows: vec![vec![Some("2.00".into()), None]] }),
            owner("select amount, note from entry order by id", Expect::SameAs { step: 6, ordered: true }),
            owner("select :'nothing'", Expect::Accepted),
        ];
        let trial = trial(Base::Empty, Apart::Rollback, steps, dropping("account", "ck_account_balance"));
        for _ in 0..2 {
            let outcomes = outcomes(execute(&lab, &bases, &trial));
            assert_eq!(
                outcomes[..6],
                [
                    accepted(1),
                    refused("23505", Some("pk_account")),
                    refused("23502", Some("balance")),
                    refused("23514", Some("ck_account_balance")),
                    refused("23503", Some("fk_entry_account")),
                    accepted(1),
                ]
            );
            let Outcome::Rows { rows, count: 1, .. } = &outcomes[6] else { panic!("{:?}", outcomes[6]) };
            assert_eq!(rows, &[vec![Some("2.00".to_string()), None]]);
            assert_eq!(outcomes[6], outcomes[7]);
            assert_eq!(outcomes[8], Outcome::NotRun { why: "kept value missing".into() });
        }
        let twin = outcomes(execute_twin(&lab, &bases, &trial));
        assert_eq!(twin[3], accepted(1), "without the check the row is taken");
        assert_eq!(outcomes(execute(&lab, &bases, &trial))[3], refused("23514", Some("ck_account_balance")));
    }
}

#[test]
fn many_rows_are_kept_as_a_hash_that_knows_the_order() {
    for installation in installations() {
        let (lab, bases) = bench(&installation);
        let ask = |order: &str| {
            owner(
                &format!("select balance from account order by balance {order}"),
                Expect::SameAs { step: 0, ordered: true },
            )
        };
        let t = trial(
            Base::Sample,
            Apart::Rollback,
            vec![ask(""), ask(""), ask("desc")],
            dropping("account", "pk_account"),
        );
        let found: Vec<(u64, usize, String, String)> = outcomes(execute(&lab, &bases, &t))
            .into_iter()
            .map(|o| match o {
                Outcome::Rows { rows, count, hash, unordered_hash } => (count, rows.len(), hash, unordered_hash),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!((found[0].0, found[0].1), (2000, Outcome::ROWS_KEPT));
        assert_eq!(found[0], found[1]);
        assert_ne!(found[0].2, found[2].2);
        assert_eq!(found[0].3, found[2].3);
    }
}

#[test]
fn roles_act_as_their_own_session_user_and_the_lab_reads_the_catalogue() {
    for installation in installations() {
        let (lab, bases) = bench(&installation);
        let reader = |sql: &str| step(1, Actor::Role("reader".into()), sql, Expect::Accepted);
        let steps = vec![
            owner(&format!("insert into account values ({A}, 1, 'a')"), Expect::Accepted),
            step(
                1,
                Actor::Role("reader".into()),
                "select session_user, current_user, balance from account",
                Expect::Rows { rows: vec![] },
            ),
            reader("delete from account"),
            reader("select * from entry"),
            reader("set role tablewright_owner"),
            reader("copy account to program 'cat'"),
            step(1, Actor::Role("nobody_such".into()), "select 1", Expect::Accepted),
            step(
                1,
                Actor::Lab,
                "update pg_index set indisvalid = false where indexrelid = 'uq_account_email'::regclass",
                Expect::Affects { rows: 1 },
            ),
            owner("select session_user", Expect::Rows { rows: vec![] }),
        ];
        let t = trial(Base::Empty, Apart::Rollback, steps, dropping("account", "pk_account"));
        let found = outcomes(execute(&lab, &bases, &t));
        let row = |o: &Outcome| match o {
            Outcome::Rows { rows, .. } => rows[0].iter().flatten().cloned().collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!(row(&found[1]), ["reader", "reader", "1.00"]);
        for refused_step in [2, 3, 4, 5] {
            assert_eq!(found[refused_step], refused("42501", None), "step {refused_step}");
        }
        assert_eq!(found[6], refused("22023", None));
        assert_eq!(found[7], accepted(1));
        assert_eq!(row(&found[8]), ["tablewright_owner"]);
    }
}

#[test]
fn a_number_is_near_or_not_and_is_measured() {
    for installation in installations() {
        let (lab, bases) = bench(&installation);
        let near = |sql: &str| owner(sql, Expect::Near { value: 100, percent: 5 });
        let steps = vec![near("select 104"), near("select 106"), near("select 'many'"), near("select null::int")];
        let t = trial(Base::Empty, Apart::Rollback, steps, Twin::Schema { changes: vec![] });
        let done = execute(&lab, &bases, &t).unwrap_or_else(|e| panic!("{e}"));
        let figure = |near| Outcome::Figure { near };
        assert_eq!(done.outcomes, [figure(true), figure(false), figure(false), figure(false)]);
        let found: Vec<f64> = done.measurements.iter().filter(|m| m.unit == "number").map(|m| m.value).collect();
        assert_eq!(found, [104.0, 106.0], "what is no number is not measured");
    }
}

#[test]
fn plans_tell_their_indexes_and_pages_stay_within_the_bound_only_with_them() {
    for installation in installations() {
        let (lab, bases) = bench(&installation);
        let query = "select * from entry where account = '00000000-0000-4000-8000-000000000007' order by id limit 10";
        let index = || "ix_entry_account".to_string();
        let steps = vec![
            owner(query, Expect::Uses { index: index() }),
            owner(query, Expect::Bounded),
            owner("prepare q(uuid) as select * from entry where account = $1", Expect::Accepted),
            owner("execute q('00000000-0000-4000-8000-000000000007')", Expect::Avoids { index: "pk_entry".into() }),
            owner(
                "insert into entry (account, amount) values ('00000000-0000-4000-8000-000000000007', 1)",
                Expect::Bounded,
            ),
            owner("select count(*) from entry where amount = 7", Expect::Bounded),
        ];
        let twin =
            Twin::Schema { changes: vec![Change::DropIndex { table: Name::new("public", "entry"), name: index() }] };
        let t = trial(Base::Sample, Apart::Rollback, steps, twin);
        let plan = |o: &Outcome| match o {
            Outcome::Plan { shape, within, .. } => (shape.join("\n"), *within),
            other => panic!("{other:?}"),
        };
        for _ in 0..2 {
            let done = execute(&lab, &bases, &t).unwrap_or_else(|e| panic!("{e}"));
            assert!(plan(&done.outcomes[0]).0.contains("using ix_entry_account on entry"), "{done:?}");
            assert_eq!(plan(&done.outcomes[1]).1, Some(true), "{done:?}");
            assert_eq!(plan(&done.outcomes[3]).1, None);
            assert!(plan(&done.outcomes[3]).0.contains("ix_entry_account"), "{done:?}");
            assert_eq!(plan(&done.outcomes[4]).1, Some(true), "{done:?}");
            assert_eq!(plan(&done.outcomes[5]).1, Some(false), "{done:?}");
            let figures: Vec<&str> = done.measurements.iter().map(|m| m.what.as_str()).collect();
            assert_eq!(figures.len(), 9);
            assert_eq!(figures[..3], ["pages touched", "result pages", "tree height"]);
            assert_eq!(done.measurements[2].value, 2.0, "40,000 entries fill two levels: {done:?}");
            assert!(done.measurements.iter().all(|m| m.of == "test/claim It"));
        }
        let twin = outcomes(execute_twin(&lab, &bases, &t));
        assert!(!plan(&twin[0]).0.contains("ix_entry_account"), "{twin:?}");
        assert_eq!(plan(&twin[1]).1, Some(false), "{twin:?}");
    }
}

fn write_skew(level: &str) -> Vec<Step> {
    let begin = format!("begin isolation level {level}");
    let sum = "select sum(balance) from account";
    let take = |id: u32| format!("update account set balance = 0 where id = '00000000-0000-4000-8000-{id:012}'");
    let mut steps = vec![];
    for session in [1, 2] {
        steps.push(step(session, Actor::Owner, &begin, Expect::Accepted));
        steps.push(step(session, Actor::Owner, sum, Expect::Accepted));
    }
    for session in [1, 2] {
        steps.push(step(session, Actor::Owner, &take(u32::from(session)), Expect::Affects { rows: 1 }));
    }
    steps.push(step(1, Actor::Owner, "commit", Expect::Accepted));
    steps.push(step(2, Actor::Owner, "commit", Expect::Refused { sqlstate: "40001".into(), constraint: None }));
    steps
}

#[test]
fn write_skew_is_refused_when_serializable_and_passes_one_level_lower() {
    for installation in installations() {
        let (lab, bases) = bench(&installation);
        let twin = Twin::Steps { weaker: "repeatable read".into(), steps: write_skew("repeatable read") };
        let t = trial(Base::Sample, Apart::Clone, write_skew("serializable"), twin);
        assert_eq!(outcomes(execute(&lab, &bases, &t)).last(), Some(&refused("40001", None)));
        assert_eq!(outcomes(execute_twin(&lab, &bases, &t)).last(), Some(&accepted(0)));
    }
}

#[test]
fn a_lost_update_blocks_and_resumes_and_a_cycle_is_refused() {
    for installation in installations() {
        let (lab, bases) = bench(&installation);
        let take = |id: u32, amount: &str| {
            format!(
                "update account set balance = balance - {amount} where id = '00000000-0000-4000-8000-{id:012}' and balance >= {amount}"
            )
        };
        let resumes =
            |session: u8, ending: Expect| step(session, Actor::Owner, "", Expect::Resumes { ending: Box::new(ending) });
        let steps = vec![
            owner("begin", Expect::Accepted),
            owner(&take(30, "20"), Expect::Affects { rows: 1 }),
            step(2, Actor::Owner, &take(30, "20"), Expect::Blocks),
            step(2, Actor::Owner, "select 1", Expect::Accepted),
            owner("commit", Expect::Accepted),
            resumes(2, Expect::Affects { rows: 0 }),
            resumes(2, Expect::Affects { rows: 0 }),
            owner("select balance from account where email = 'u30'", Expect::Rows { rows: vec![] }),
        ];
        let t = trial(Base::Sample, Apart::Clone, steps, dropping("account", "pk_account"));
        let earlier = Outcome::NotRun { why: "earlier step".into() };
        let found = outcomes(execute(&lab, &bases, &t));
        assert_eq!(found[2..7], [Outcome::Blocked, earlier.clone(), accepted(0), accepted(0), earlier]);
        let Outcome::Rows { rows, .. } = &found[7] else { panic!("{found:?}") };
        assert_eq!(rows, &[vec![Some("10.00".to_string())]]);

        let mut steps = vec![];
        for session in [1u8, 2] {
            steps.push(step(session, Actor::Owner, "begin", Expect::Accepted));
            steps.push(step(session, Actor::Owner, &take(100 + u32::from(session), "1"), Expect::Affects { rows: 1 }));
        }
        steps.push(step(1, Actor::Owner, &take(102, "1"), Expect::Blocks));
        steps.push(step(
            2,
            Actor::Owner,
            &take(101, "1"),
            Expect::Refused { sqlstate: "40P01".into(), constraint: None },
        ));
        steps.push(resumes(1, Expect::Affects { rows: 1 }));
        let cycle = trial(Base::Sample, Apart::Clone, steps, dropping("account", "pk_account"));
        let found = outcomes(execute(&lab, &bases, &cycle));
        // The server ends one of the two; which one is a matter of whose wait it looks at first.
        let ends = [&found[5], &found[6]];
        assert!(ends.contains(&&refused("40P01", None)), "{found:?}");
        let left: i64 = {
            let mut session = lab.session("postgres", &Actor::Lab).unwrap_or_else(|e| panic!("{e}"));
            let row = session.client.query_one("select count(*) from pg_database where datname like 'tw\\_copy%'", &[]);
            row.expect("counts").get(0)
        };
        assert_eq!(left, 0, "copies are dropped");
    }
}

#[test]
fn an_unexpected_wait_is_told_and_ends_with_the_trial() {
    for installation in installations() {
        let (lab, bases) = bench(&installation);
        let steps = vec![
            owner("begin", Expect::Accepted),
            owner("lock table account", Expect::Accepted),
            step(2, Actor::Role("reader".into()), "select count(*) from account", Expect::Accepted),
        ];
        let t = trial(Base::Empty, Apart::Clone, steps, dropping("account", "pk_account"));
        assert_eq!(outcomes(execute(&lab, &bases, &t))[2], Outcome::Blocked);
    }
}

#[test]
fn acknowledged_commits_survive_kill_nine_and_not_without_synchronous_commit() {
    for installation in installations() {
        let (lab, bases) = bench(&installation);
        let survives = Expect::SurvivesCrash {
            count: "select count(*) from account where id = any(:ids)".into(),
            sessions: 4,
            commits: 300,
        };
        let steps = vec![owner("insert into account (id, balance) values (:'id', 1)", survives)];
        let twin = Twin::Setting { name: "synchronous_commit".into(), value: "off".into() };
        let t = trial(Base::Empty, Apart::Cluster, steps, twin);
        let done = execute(&lab, &bases, &t).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(done.outcomes, [Outcome::Recovered { complete: true }], "{done:?}");
        assert_eq!(done.measurements[0].what, "acknowledged");
        assert!(done.measurements[0].value >= 300.0);
        assert_eq!(done.measurements[0].value, done.measurements[1].value);
        let twin = execute_twin(&lab, &bases, &t).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(twin.outcomes, [Outcome::Recovered { complete: false }], "{twin:?}");
        assert!(twin.measurements[1].value < twin.measurements[0].value);
    }
}

#[test]
fn what_cannot_be_executed_is_an_error_and_not_an_outcome() {
    for installation in installations() {
        let (lab, bases) = bench(&installation);
        let fails = |isolation: Apart, step: Step, twin: Twin| {
            let t = trial(Base::Empty, isolation, vec![step], twin);
            let error = execute(&lab, &bases, &t).err().or_else(|| execute_twin(&lab, &bases, &t).err());
            error.unwrap_or_else(|| panic!("{t:?} runs")).to_string()
        };
        let twin = || dropping("account", "pk_account");
        assert!(
            fails(Apart::Rollback, owner("commit", Expect::Accepted), twin()).contains("cannot end its transaction")
        );
        assert!(
            fails(Apart::Rollback, owner("select 1; select 2", Expect::Accepted), twin()).contains("one statement")
        );
        assert!(fails(Apart::Rollback, owner("select 1", Expect::Blocks), twin()).contains("sessions that commit"));
        let absent = fails(Apart::Rollback, owner("select 1", Expect::Accepted), dropping("account", "no_such"));
        assert!(absent.contains("no_such"), "{absent}");
        let role = Twin::Schema { changes: vec![Change::DropRole { name: "reader".into() }] };
        assert!(fails(Apart::Clone, owner("select 1", Expect::Accepted), role).contains("every database"));
    }
}

#[test]
fn a_step_that_takes_too_long_or_loses_its_session_is_not_run() {
    for installation in installations() {
        let options = tw_lab::LabOptions {
            // Long enough for `select 1` on a machine that has much else to do.
            statement_timeout: std::time::Duration::from_secs(2),
            ..tw_lab::LabOptions::default()
        };
        let lab = Lab::start(&installation, &options).unwrap_or_else(|e| panic!("{e}"));
        lab.create_database("empty", None).unwrap_or_else(|e| panic!("{e}"));
        let bases = Bases {
            empty: "empty".into(),
            sample: "empty".into(),
            schema_sql: String::new(),
            roles_sql: String::new(),
            span: Default::default(),
        };
        let end = "select pg_terminate_backend(pg_backend_pid())";
        for isolation in [Apart::Rollback, Apart::Clone] {
            let steps = vec![
                owner("select pg_sleep(60)", Expect::Accepted),
                owner("select 1", Expect::Accepted),
                owner(end, Expect::Accepted),
                owner("select 1", Expect::Accepted),
            ];
            let not_run = |why: &str| Outcome::NotRun { why: why.into() };
            let t = trial(Base::Empty, isolation, steps, dropping("t", "c"));
            for _ in 0..2 {
                assert_eq!(
                    outcomes(execute(&lab, &bases, &t)),
                    [not_run("timed out"), accepted(1), not_run("connection lost"), not_run("connection lost")],
                    "{isolation:?}"
                );
            }
        }
    }
}

#[test]
fn a_forked_lab_has_the_same_bases_and_its_own_life() {
    for installation in installations() {
        let (lab, bases) = bench(&installation);
        let count = trial(
            Base::Sample,
            Apart::Rollback,
            vec![owner("select count(*) from account", Expect::Rows { rows: vec![] })],
            dropping("entry", "fk_entry_account"),
        );
        let before = outcomes(execute(&lab, &bases, &count));
        let forks = lab.fork(2).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(outcomes(execute(&lab, &bases, &count)), before);
        lab.stop();
        for fork in &forks {
            assert_eq!(outcomes(execute(fork, &bases, &count)), before);
            assert_eq!(outcomes(execute_twin(fork, &bases, &count)), before);
        }
        let directories: Vec<_> = forks.iter().map(|f| f.directory().to_path_buf()).collect();
        drop(forks);
        directories.iter().for_each(|d| assert_gone(d));
    }
}
