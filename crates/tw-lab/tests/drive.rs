//! A mix is driven on a real server: every call at its rate, in its transaction, and a stall that a closed loop
//! hides is seen from the intended start.
mod common;
use common::*;
use std::time::Duration;
use tw_lab::{
    Lab,
    drive::{Plan, Ran, ready, run},
};
use tw_model::{
    Origin,
    drive::{Call, CallStatement, Choice, Draw, Mix},
    model::Isolation,
    trial::Actor,
};

const SCHEMA: &str = "
create table account (id bigint generated always as identity primary key, number text not null unique, balance numeric not null check (balance >= 0));
create table entry (id bigint generated always as identity primary key, account bigint not null references account, amount numeric not null);
create index on entry (account);
insert into account (number, balance) select 'n' || i, 1000 from generate_series(1, 500) i;
analyze;
";

fn call(name: &str, rate_per_s: f64, draws: Vec<Draw>, statements: Vec<CallStatement>) -> Call {
    Call {
        name: name.into(),
        rate_per_s,
        p95_ms: None,
        p99_ms: None,
        actor: Actor::Owner,
        isolation: None,
        writes: statements.iter().any(|s| !s.sql.starts_with("select")),
        guarded: false,
        draws,
        statements,
        origin: Origin::assumed("a test"),
    }
}

fn says(sql: &str, arguments: &[&str]) -> CallStatement {
    let arguments = arguments.iter().map(|a| a.to_string()).collect();
    CallStatement { sql: sql.into(), arguments, ..CallStatement::default() }
}

fn accounts(choice: Choice) -> Draw {
    Draw { names: vec!["account".into()], sql: "select id from account order by id".into(), choice, within: None }
}

fn driven(lab: &Lab, mix: &Mix, plan: &Plan) -> Ran {
    let connect = |actor: &Actor| lab.session("base", actor);
    let (mix, pools) = ready(mix, &connect, plan.seed).unwrap_or_else(|e| panic!("{e}"));
    assert!(mix.left_out.is_empty(), "{:?}", mix.left_out);
    run(&mix, &pools, plan, &connect, Some(&lab.data()), &|_| {}).unwrap_or_else(|e| panic!("{e}"))
}

fn count(lab: &Lab, sql: &str) -> i64 {
    let mut session = lab.session("base", &Actor::Owner).unwrap_or_else(|e| panic!("{e}"));
    session.client.query_one(sql, &[]).expect("counts").get(0)
}

#[test]
fn every_call_runs_at_its_rate_and_does_what_it_says() {
    for installation in installations() {
        let lab = lab_with(&installation, SCHEMA);
        let read = says("select * from entry where account = $1", &["account"]);
        let mut pay = call(
            "pay",
            50.0,
            vec![accounts(Choice::Uniform)],
            vec![
                CallStatement {
                    keep: vec!["id".into()],
                    expect_rows: Some(1),
                    ..says("update account set balance = balance - 1 where id = $1 returning id", &["account"])
                },
                says("insert into entry (account, amount) values ($1, -1)", &["id"]),
            ],
        );
        pay.isolation = Some(Isolation::Serializable);
        let never = CallStatement {
            expect_rows: Some(7),
            ..says("update account set balance = 0 where id = $1", &["account"])
        };
        let mix = Mix {
            calls: vec![
                call("read", 200.0, vec![accounts(Choice::Zipf { exponent: 1.1 })], vec![read]),
                pay,
                call("never", 20.0, vec![accounts(Choice::Uniform)], vec![never]),
                call("wrong", 10.0, vec![], vec![says("select 1 / (count(*) - count(*)) from account", &[])]),
            ],
            left_out: vec![],
        };
        let plan = Plan {
            control_per_s: 100.0,
            warm_up: Duration::from_millis(500),
            length: Duration::from_secs(2),
            ..Plan::default()
        };
        let ran = driven(&lab, &mix, &plan);
        assert!(!ran.gave_up);
        assert!((ran.seconds - 2.0).abs() < 0.01, "{}", ran.seconds);
        let [read, pay, never, wrong] = &ran.calls[..] else { panic!("{:?}", ran.calls) };
        for (seen, rate) in [(read, 200.0), (pay, 50.0), (never, 20.0), (wrong, 10.0)] {
            let wanted = rate * ran.seconds;
            let off = (seen.latency.count() as f64 - wanted).abs();
            assert!(off <= 4.0 * wanted.sqrt(), "{}: {} of {wanted}", seen.name, seen.latency.count());
            assert_eq!(
                seen.latency.count(),
                seen.counts.done + seen.counts.refused + seen.counts.failed + seen.counts.unfinished
            );
        }
        assert_eq!((read.counts.done, read.counts.failed), (read.latency.count(), 0));
        assert_eq!(
            (pay.counts.done, pay.counts.failed, pay.counts.refused),
            (pay.latency.count(), 0, 0),
            "{:?}",
            pay.counts.error
        );
        assert_eq!((never.counts.done, never.counts.refused), (0, never.latency.count()));
        assert_eq!(wrong.counts.failed, wrong.latency.count());
        assert!(wrong.counts.error.as_deref().is_some_and(|e| e.contains("22012")), "{:?}", wrong.counts.error);
        let control = ran.control.as_ref().expect("asked for");
        assert!(control.counts.done > 100, "{control:?}");
        // Warm-up calls wrote too; each payment took one and left one entry.
        let entries = count(&lab, "select count(*) from entry");
        assert!(entries >= pay.counts.done as i64, "{entries} of {}", pay.counts.done);
        let spent = count(&lab, "select (500 * 1000 - sum(balance))::bigint from account");
        assert_eq!(spent, entries);
        assert!(ran.load.server_cores > 0.0 && ran.load.wal_bytes_per_s > 0.0, "{:?}", ran.load);
    }
}

/// One call of a hundred a second stalls for a second: whoever came meanwhile waited, and is counted.
#[test]
fn a_stall_shows_from_the_intended_start_and_hides_in_a_closed_loop() {
    let installation = &installations()[0];
    let lab = lab_with(installation, &format!("{SCHEMA}create sequence turn;"));
    let stall = says("select case when nextval('turn') = 100 then pg_sleep(1) end", &[]);
    let mix = Mix { calls: vec![call("look", 100.0, vec![], vec![stall])], left_out: vec![] };
    let plan = Plan { length: Duration::from_secs(4), lane_sessions: 1, ..Plan::default() };
    let ran = driven(&lab, &mix, &plan);
    let look = &ran.calls[0];
    assert!(look.latency.count() > 300, "{}", look.latency.count());
    let (open, closed) = (look.latency.quantile(0.95).unwrap_or(0), look.closed.quantile(0.95).unwrap_or(0));
    assert!(open > 500_000, "the queue behind the stall: p95 {open} µs");
    assert!(closed < 100_000, "a closed loop sees one slow call: p95 {closed} µs");
    // The twin: without the stall the same measure sees nothing.
    let calm =
        Mix { calls: vec![call("look", 100.0, vec![], vec![says("select nextval('turn')", &[])])], left_out: vec![] };
    let calm = driven(&lab, &calm, &Plan { length: Duration::from_secs(2), ..plan });
    let open = calm.calls[0].latency.quantile(0.95).unwrap_or(u64::MAX);
    assert!(open < 300_000, "{open}");
}

/// A server process that is held still answers nothing; its call, and those behind it, count with their age.
#[test]
fn a_held_session_is_cut_off_and_its_calls_are_not_forgotten() {
    let installation = &installations()[0];
    let lab = lab_with(installation, SCHEMA);
    let mix =
        Mix { calls: vec![call("look", 50.0, vec![], vec![says("select pg_backend_pid()", &[])])], left_out: vec![] };
    let plan = Plan {
        length: Duration::from_secs(3),
        grace: Duration::from_millis(200),
        give_up_behind: Some(Duration::from_secs(1)),
        lane_sessions: 1,
        ..Plan::default()
    };
    let held = std::thread::scope(|scope| {
        let holder = scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(700));
            let mut session = lab.session("base", &Actor::Lab).unwrap_or_else(|e| panic!("{e}"));
            let sql = "select pid from pg_stat_activity where query = 'select pg_backend_pid()'";
            let pid: i32 = session.client.query_one(sql, &[]).expect("it is there").get(0);
            tw_lab::process::pause(pid);
        });
        let ran = driven(&lab, &mix, &plan);
        holder.join().expect("held");
        ran
    });
    assert!(held.gave_up);
    let look = &held.calls[0];
    assert!(look.counts.unfinished > 20, "{look:?}");
    assert_eq!(look.latency.count(), look.counts.done + look.counts.unfinished);
    assert!(look.latency.max() > 900_000, "{}", look.latency.max());
}
