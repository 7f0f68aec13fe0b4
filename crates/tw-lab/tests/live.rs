//! A user's database can be looked at and not touched; and it is reached as libpq reaches it.
mod common;
use common::installations;
use std::path::{Path, PathBuf};
use tw_lab::{
    Address, Installation, Lab, LabError, LabOptions, Live, Scope, observe, user,
    whatif::{
        measure, plans,
        sample::{Drawn, SampleError},
        whole,
    },
};
use tw_model::{
    schema::{Name, Schema},
    trial::Actor,
};

const SCHEMA: &str =
    "create table account (id bigint generated always as identity primary key, balance int check (balance >= 0));
create sequence numbers;
insert into account (balance) values (1), (2);
analyze;";

fn lab(installation: &Installation, settings: Vec<(String, String)>) -> Lab {
    let options = LabOptions { settings, ..LabOptions::default() };
    let lab = Lab::start(installation, &options).unwrap_or_else(|e| panic!("{e}"));
    lab.create_database("shop", None).unwrap_or_else(|e| panic!("{e}"));
    lab.load("shop", SCHEMA).unwrap_or_else(|e| panic!("{e}"));
    lab
}

#[test]
fn nothing_a_caller_asks_changes_anything() {
    for installation in installations() {
        let lab = lab(&installation, vec![]);
        // Even for a superuser.
        for user in ["tablewright_owner", "tablewright_lab"] {
            let address = format!("host={} user={user} dbname=shop", lab.directory().display());
            let mut live = Live::connect(&address).unwrap_or_else(|e| panic!("{e}"));
            assert_eq!((live.major, live.superuser), (installation.major, user == "tablewright_lab"));
            let read = live.introspect(&Scope::default()).unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(read.schema.tables.len(), 1);
            for sql in [
                "insert into account (balance) values (3)",
                "update account set balance = 0",
                "select nextval('numbers')",
                "create table other (id int)",
                "select set_config('transaction_read_only', 'off', true) from account",
                "select 1; commit; delete from account",
                "select * from account for update",
                "lock table account in share mode",
            ] {
                let refused = live.rows("the test asks", sql, &[]).expect_err(sql).to_string();
                assert!(refused.contains("the test asks: "), "{refused}");
            }
            // Said for the session: the next question is read-only all the same.
            let _ = live.rows("settings", "select set_config('default_transaction_read_only', 'off', false)", &[]);
            live.rows("write", "delete from account", &[]).expect_err("still read-only");
            seen_besides_the_schema(&mut live, &read.schema);
            // No lock is left, nor any transaction.
            let locks = "select count(*) from pg_locks where pid = pg_backend_pid() and mode <> 'AccessShareLock' \
                         and locktype = 'relation'";
            let row = &live.rows("locks", locks, &[]).unwrap_or_else(|e| panic!("{e}"))[0];
            assert_eq!(row.get::<_, i64>(0), 0);
            let rows = live.rows("rows", "select * from account", &[]).unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(rows.len(), 2);
        }
    }
}

/// Values that a copy could take for something else: ends of rows and columns, backslashes, nulls beside empty texts.
const ODD: &str = r"create table odd (id bigint generated always as identity, t text, b bytea, a text[], n numeric,
    twice numeric generated always as (n * 2) stored, j jsonb, at timestamptz, unique (id));
insert into odd (t, b, a, n, j, at) values (E'tab\tline\nback\\slash', '\x00ff0a', array[null, '', 'a,b', '{'], 'NaN', '{}', 'infinity'),
    ('', '', '{}', 1e-20, 'null', '0044-03-15 BC'), (null, null, null, null, null, null), (E'\\.', '\x5c2e', '{NULL}', 7, '[1]', now());
create table empty (id int);
create table apart (id int, k int) partition by list (k);
create table apart_1 partition of apart for values in (1);
insert into apart values (1, 1), (2, 1);
analyze;";

#[test]
fn all_rows_are_copied_as_they_are() {
    let installation = installations().remove(0);
    let lab = lab(&installation, vec![]);
    lab.load("shop", ODD).unwrap_or_else(|e| panic!("{e}"));
    lab.create_database("copy", Some("shop")).unwrap_or_else(|e| panic!("{e}"));
    lab.load("copy", "update odd set t = 'old'").unwrap_or_else(|e| panic!("{e}"));
    let address = format!("host={} user=tablewright_owner dbname=shop", lab.directory().display());
    let mut live = Live::connect(&address).unwrap_or_else(|e| panic!("{e}"));
    let drawn = |name: &str, columns: &[&str]| Drawn {
        table: Name::new("public", name),
        rows: 1.0,
        pages: 1.0,
        columns: columns.iter().map(|c| c.to_string()).collect(),
    };
    let tables = [
        drawn("odd", &["id", "t", "b", "a", "n", "j", "at"]),
        drawn("empty", &["id"]),
        drawn("apart_1", &["id", "k"]),
        drawn("account", &["id", "balance"]),
    ];
    whole::copy(&mut live, &lab, "copy", &tables, &|_| {}).unwrap_or_else(|e| panic!("{e:?}"));
    let rows = |database: &str| -> Vec<String> {
        let mut session = lab.session(database, &Actor::Lab).unwrap_or_else(|e| panic!("{e}"));
        let sql = "select o::text from odd o union all select a::text from apart a union all select c::text from account c \
                   order by 1";
        session.client.query(sql, &[]).expect("rows").iter().map(|r| r.get(0)).collect()
    };
    assert_eq!(rows("copy"), rows("shop"));
    assert_eq!(rows("copy").len(), 8);
    // A disk that is too small is told before anything is copied.
    let large = Drawn { pages: 1e12, ..drawn("odd", &["t"]) };
    let refused = whole::copy(&mut live, &lab, "copy", &[large], &|_| {});
    assert!(matches!(refused, Err(SampleError::Lab(LabError::DiskFull { .. }))), "{refused:?}");
    assert_eq!(rows("copy"), rows("shop"));
    // A table that went away meanwhile.
    let gone = whole::copy(&mut live, &lab, "copy", &[drawn("account", &["gone"])], &|_| {});
    assert!(matches!(gone, Err(SampleError::Lab(LabError::Server { .. }))), "{gone:?}");
    // A server of ours has as much to keep pages in.
    let buffers = whole::buffers(&mut live).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(buffers, ("shared_buffers".into(), format!("{}kB", 128 << 10)));
}

#[test]
fn a_query_is_run_with_indexes_and_without_and_ended_when_it_takes_too_long() {
    let installation = installations().remove(0);
    let lab = lab(&installation, vec![]);
    let script = "create table many as select n, n % 100 as few from generate_series(1, 100000) n; analyze many;
                  create index one on many (n); create index two on many (n) include (few); create index three on many (few);
                  create function sleep(always int, beside int) returns void language sql as
                  'select pg_sleep(always + case when indisvalid then beside else 0 end) from pg_index where indexrelid = ''one''::regclass'";
    lab.load("shop", script).unwrap_or_else(|e| panic!("{e}"));
    let mut session = lab.session("shop", &Actor::Lab).unwrap_or_else(|e| panic!("{e}"));
    session.client.batch_execute("set enable_indexonlyscan = off; set enable_bitmapscan = off").expect("settings");
    let names: Vec<Name> = ["one", "two", "three"].map(|n| Name::new("public", n)).into();
    let mut planned = |seen: usize, sql: &str| {
        measure::show(&mut session, &names, false)
            .and_then(|()| measure::show(&mut session, &names[seen..=seen], true))?;
        plans::used(&mut session, sql)
    };
    let mut plan = |seen: usize, sql: &str| planned(seen, sql).unwrap_or_else(|e| panic!("{e}"));
    let by_n = "select few from many where n = 7";
    let (one, two) = (plan(0, by_n), plan(1, by_n));
    assert!(one.0.contains("one") && two.0.contains("two"), "{one:?} {two:?}");
    assert_eq!(one.1, two.1, "the same plan by another index is of one kind");
    assert_ne!(plan(0, "select few from many where n < 7").1, one.1, "another condition is another plan");
    assert_ne!(plan(2, by_n).1, one.1, "so is one that reads the table");
    let run = |session: &mut _, sql: &str, without: &measure::Run| {
        measure::compare(session, &names, sql, without, 3, &|_| false).unwrap_or_else(|e| panic!("{e}"))
    };
    let without = measure::run_without(&mut session, &names, by_n).unwrap_or_else(|e| panic!("{e}"));
    let better = run(&mut session, by_n, &without);
    assert!(without.pages > 400 && better.pages_with.is_some_and(|pages| pages < 10), "{without:?} {better:?}");
    assert_eq!((better.ratio, better.is_slower()), (None, false), "fewer pages are not timed");
    // More pages than without are timed, and what does not end in time is ended.
    let nothing = measure::Run { pages: 0, ..without };
    assert!(run(&mut session, by_n, &nothing).ratio.is_some());
    let fast = measure::Run { pages: u64::MAX, seconds: 0.0, ..nothing };
    let asleep = run(&mut session, "select sleep(0, 60)", &fast);
    assert_eq!((asleep.pages_with, asleep.is_slower()), (None, true), "{asleep:?}");
    // What is as slow without by now is not.
    let slower = run(&mut session, "select sleep(2, 0)", &fast);
    assert_eq!((slower.pages_with.is_some(), slower.is_slower()), (true, false), "{slower:?}");
}

/// Statistics, rows and queries of every major, as a superuser and as none.
fn seen_besides_the_schema(live: &mut Live, schema: &Schema) {
    let seen = observe::statistics(live).unwrap_or_else(|e| panic!("{e}"));
    let table = &seen.tables["public.account"];
    // What was inserted in the session of the ANALYZE may be counted twice by the server.
    assert!((2.0..=4.0).contains(&table.rows), "{table:?}");
    assert_eq!((table.analysed, table.published, table.identified), (true, false, true));
    assert!(table.bytes >= 8192.0 && table.transactions > 0.0 && table.vacuumed_days.is_none(), "{table:?}");
    assert!(!seen.indexes["public.account.account_pkey"].invalid);
    let balance = &seen.columns["public.account.balance"];
    assert_eq!((balance.null_share, balance.distinct, balance.width), (0.0, -1.0, 4.0));
    let ids = &seen.sequences["public.account_id_seq"];
    assert_eq!((ids.last, ids.end, ids.column.as_str()), (2.0, i64::MAX as f64, "public.account.id"));
    assert_eq!(seen.sequences["public.numbers"].column, "");
    assert!(table.whole_bytes >= table.bytes + 16384.0, "the index counts: {table:?}");
    // As sessions begin, and not as ours goes on.
    assert_eq!(seen.settings["idle_in_transaction_session_timeout"], "0");
    for name in ["autovacuum", "fsync", "ssl", "password_encryption", "data_checksums"] {
        assert!(seen.settings.contains_key(name), "{name} is not in {:?}", seen.settings);
    }
    assert!(seen.days < 2 && seen.slots.is_empty() && seen.pages_found > 0.0);
    let looked = observe::rows(live, schema, 1).unwrap_or_else(|e| panic!("{e}"));
    let rows = &looked.tables["public.account"];
    assert_eq!((rows.read, rows.whole, looked.left_out.len()), (1, false, 0));
    assert!(observe::rows(live, schema, 2).is_ok_and(|l| l.tables["public.account"].whole));
    assert_eq!(observe::queries(live, 10).unwrap_or_else(|e| panic!("{e}")), None);
}

#[test]
fn a_server_that_is_not_there_is_told_plainly() {
    let error = Live::connect("host=/nowhere user=ada dbname=shop").expect_err("none there").to_string();
    assert!(error.contains("cannot connect to ada@/nowhere:5432/shop"), "{error}");
    assert!(error.contains("No such file"), "{error}");
}

/// A copy of a file of this test's directory, which the server's user owns as it demands.
fn placed(name: &str, to: &Path, installation: &Installation) -> PathBuf {
    let file = to.join(name);
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/live").join(name);
    std::fs::copy(from, &file).expect("copied");
    std::os::unix::fs::chown(&file, Some(user::lab_user(installation).expect("a user").uid), None).expect("its owner");
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("a mode");
    file
}

#[test]
fn tls_is_what_sslmode_says() {
    let installation = installations().remove(0);
    let at = std::env::temp_dir().join(format!("tw-tls-{}", std::process::id()));
    std::fs::create_dir_all(&at).expect("a directory");
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(&at, std::fs::Permissions::from_mode(0o755)).expect("a mode");
    let (key, certificate) = (placed("server.key", &at, &installation), placed("server.crt", &at, &installation));
    let root = at.join("root.crt");
    std::fs::copy(&certificate, &root).expect("copied");
    let hba = at.join("hba.conf");
    std::fs::write(&hba, "local all all trust\nhostssl all all 127.0.0.0/8 trust\n").expect("written");
    // A loopback address of this process's own, so that tests beside it have theirs.
    let pid = std::process::id();
    let ip = format!("127.77.{}.{}", pid / 250 % 250 + 1, pid % 250 + 1);
    let settings = [
        ("listen_addresses", ip.clone()),
        ("ssl", "on".into()),
        ("ssl_key_file", key.display().to_string()),
        ("ssl_cert_file", certificate.display().to_string()),
        ("hba_file", hba.display().to_string()),
    ];
    let _lab = lab(&installation, settings.into_iter().map(|(n, v)| (n.to_string(), v)).collect());
    let encrypted = |more: &str| -> Result<bool, String> {
        let text = format!("host=db.test hostaddr={ip} user=tablewright_owner dbname=shop {more}");
        let address = Address::read_with(&text, &|_| None).map_err(|e| e.to_string())?;
        let mut live = Live::at(&address).map_err(|e| e.to_string())?;
        let sql = "select ssl from pg_stat_ssl where pid = pg_backend_pid()";
        Ok(live.rows("ssl", sql, &[]).map_err(|e| e.to_string())?[0].get(0))
    };
    let rooted = |mode: &str| format!("sslmode={mode} sslrootcert={}", root.display());
    assert_eq!(encrypted("sslmode=require"), Ok(true));
    assert_eq!(encrypted("sslmode=prefer"), Ok(true));
    assert_eq!(encrypted(&rooted("verify-full")), Ok(true));
    // The server's rules take encrypted connections only.
    assert!(encrypted("sslmode=disable").is_err());
    // Verified against an authority that did not sign it, or under another name.
    assert!(encrypted("sslmode=verify-full sslrootcert=system").is_err());
    let other = encrypted(&format!("host=other.test {}", rooted("verify-full")));
    assert!(other.as_ref().is_err_and(|e| e.contains("certificate")), "{other:?}");
    assert_eq!(encrypted(&format!("host=other.test {}", rooted("verify-ca"))), Ok(true));
    std::fs::remove_dir_all(&at).expect("removed");
}
