//! `cargo bench -p tw-lab --bench fill`: rows and bytes a second poured into a bank's tables with their keys and
//! indexes, beside raw COPY of the same bytes prepared, same sessions, same tables; and the peak memory of this
//! process. FILL_ROWS is the number of transactions (10 million unless said); FILL_TIMES is how often each is done in turn (1),
//! and then the median of the ratios is told: other programs on the machine disturb both alike.
use std::io::Write;
use std::time::Instant;
use tw_lab::{
    Lab, LabOptions, Session, discover,
    pour::{Asked, Destination, Options, Plan, Report, plan, pour},
};
use tw_model::{schema::Name, trial::Actor};

const SCHEMA: &str = "
create table users (user_id uuid primary key, username varchar(50) not null unique, email varchar(100) not null unique,
    password_hash varchar(255) not null, created_at timestamptz not null, updated_at timestamptz not null);
create table accounts (account_id uuid primary key, user_id uuid not null references users on delete cascade,
    account_number varchar(20) not null unique, balance numeric(15,2) not null, currency varchar(3) not null default 'USD',
    account_type varchar(20) not null check (account_type in ('Checking', 'Savings', 'Credit')),
    status varchar(20) not null check (status in ('active', 'closed', 'suspended')),
    created_at timestamptz not null, updated_at timestamptz not null, check (balance >= 0 or account_type = 'Credit'));
create table transactions (transaction_id uuid primary key, account_id uuid not null references accounts on delete restrict,
    amount numeric(15,2) not null check (amount > 0),
    transaction_type varchar(10) not null check (transaction_type in ('Deposit', 'Withdrawal', 'Transfer', 'Fee')),
    transaction_date timestamptz not null, description text);
create index on transactions (account_id, transaction_date desc);
";

fn main() {
    let rows: u64 = std::env::var("FILL_ROWS").ok().and_then(|r| r.parse().ok()).unwrap_or(10_000_000);
    let installation = discover(None).unwrap_or_else(|e| panic!("{e}")).remove(0);
    println!("PostgreSQL {} in {}", installation.version, installation.bin.display());
    let settings = [("max_wal_size", "4GB"), ("temp_file_limit", "-1")];
    let settings = settings.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect();
    let options = LabOptions { settings, ..LabOptions::default() };
    let lab = Lab::start(&installation, &options).unwrap_or_else(|e| panic!("{e}"));
    let processors = std::thread::available_parallelism().map_or(1, |n| n.get());
    let before = peak_mb();
    let times: usize = std::env::var("FILL_TIMES").ok().and_then(|r| r.parse().ok()).unwrap_or(1).max(1);
    for streams in [1, processors] {
        let mut ratios: Vec<f64> = (0..times).map(|_| compared(&lab, rows, processors, streams, before)).collect();
        ratios.sort_by(f64::total_cmp);
        println!("median of {times}, {streams} sessions: fill reaches {:.0} % of raw COPY", ratios[times / 2]);
    }
}

/// One fill and one raw COPY of what it made: the rate of the first in percent of the second's.
fn compared(lab: &Lab, rows: u64, processors: usize, streams: usize, before: u64) -> f64 {
    let (plan, report) = poured(lab, rows, processors, streams);
    let of = |table: &str| report.tables.iter().find(|(n, ..)| n == table).map_or((0, 0), |(_, r, b)| (*r, *b));
    let all: u64 = report.tables.iter().map(|(_, _, b)| b).sum();
    println!(
        "fill, {streams} sessions: {} rows ({} transactions) and {} MB in {:.1} s: {:.0} rows/s, {:.1} MB/s",
        report.rows,
        of("public.transactions").0,
        all / 1_000_000,
        report.seconds,
        report.rows as f64 / report.seconds,
        all as f64 / 1e6 / report.seconds
    );
    println!("peak memory of this process: {} MB ({} MB before)", peak_mb(), before);
    let seconds = raw(lab, &plan, streams);
    println!(
        "raw COPY of the same bytes, {streams} sessions: {:.1} s: {:.0} rows/s; fill reaches {:.0} % of it",
        seconds,
        report.rows as f64 / seconds,
        seconds / report.seconds * 100.0
    );
    seconds / report.seconds * 100.0
}

fn fresh(lab: &Lab) -> Session {
    lab.drop_database("bench").unwrap_or_else(|e| panic!("{e}"));
    lab.create_database("bench", None).unwrap_or_else(|e| panic!("{e}"));
    lab.load("bench", SCHEMA).unwrap_or_else(|e| panic!("{e}"));
    let mut session = lab.session("bench", &Actor::Owner).unwrap_or_else(|e| panic!("{e}"));
    session.client.batch_execute("SET statement_timeout = 0").expect("a setting");
    session
}

fn poured(lab: &Lab, rows: u64, workers: usize, streams: usize) -> (Plan, Report) {
    drop(fresh(lab));
    let address = format!("host={} user=tablewright_owner dbname=bench", lab.directory().display());
    let mut to = Destination::connect(&address).unwrap_or_else(|e| panic!("{e}"));
    let schema = to.introspect().unwrap_or_else(|e| panic!("{e}")).schema;
    let numbers = [("users", rows / 100), ("accounts", rows / 50), ("transactions", rows)];
    let numbers = numbers.iter().map(|(t, n)| (Name::new("public", *t), *n)).collect();
    let asked = Asked { seed: 1, rows: numbers, ..Asked::default() };
    let plan = plan(&schema, &asked, &mut |q| to.ask(q)).unwrap_or_else(|e| panic!("{e}"));
    let options = Options { workers, streams, go_on: false };
    let report = pour(&mut to, &plan, &options, &mut |_| {}).unwrap_or_else(|e| panic!("{e}"));
    (plan, report)
}

/// Seconds that the server takes for the same rows, which are read back from it into files first.
fn raw(lab: &Lab, plan: &Plan, streams: usize) -> f64 {
    let at = std::env::temp_dir().join(format!("tw-bench-fill-{}", std::process::id()));
    std::fs::create_dir_all(&at).expect("a directory");
    let mut session = lab.session("bench", &Actor::Owner).unwrap_or_else(|e| panic!("{e}"));
    session.client.batch_execute("SET statement_timeout = 0").expect("a setting");
    let tables: Vec<String> = plan.units.iter().flatten().map(|&t| plan.tables[t].printed()).collect();
    for table in &tables {
        for stream in 0..streams {
            let sql = format!(
                "COPY (SELECT * FROM {table} WHERE ctid >= '(0,0)' AND (ctid::text::point)[0]::bigint % {streams} = {stream}) TO STDOUT (FORMAT binary)"
            );
            let mut reader = session.client.copy_out(&sql).unwrap_or_else(|e| panic!("{e:?}"));
            let mut file = std::fs::File::create(at.join(format!("{table}.{stream}"))).expect("a file");
            std::io::copy(&mut reader, &mut file).expect("copied");
        }
    }
    drop(session);
    drop(fresh(lab));
    let begun = Instant::now();
    for table in &tables {
        std::thread::scope(|scope| {
            for stream in 0..streams {
                let file = at.join(format!("{table}.{stream}"));
                scope.spawn(move || {
                    let mut session = lab.session("bench", &Actor::Owner).unwrap_or_else(|e| panic!("{e}"));
                    session.client.batch_execute("SET statement_timeout = 0").expect("a setting");
                    let sql = format!("COPY {table} FROM STDIN (FORMAT binary)");
                    let mut writer = session.client.copy_in(&sql).unwrap_or_else(|e| panic!("{e:?}"));
                    let mut bytes = std::fs::File::open(file).expect("a file");
                    let mut chunk = vec![0; 1 << 18];
                    loop {
                        let read = std::io::Read::read(&mut bytes, &mut chunk).expect("read");
                        if read == 0 || writer.write_all(&chunk[..read]).is_err() {
                            break;
                        }
                    }
                    writer.finish().unwrap_or_else(|e| panic!("{e:?}"));
                });
            }
        });
    }
    let seconds = begun.elapsed().as_secs_f64();
    let _ = std::fs::remove_dir_all(&at);
    seconds
}

/// The most memory this process has had, as the system counts it.
fn peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|n| n.parse::<u64>().ok()).unwrap_or(0) / 1024
}
