//! `cargo bench -p tw-engine --bench review_size`: reviews of schemas of 250, 500, 1,000 and 2,000 tables (`TABLES`), from
//! scripts and from a live server: seconds, by stage, and the most memory that the reviewing process held. Each is run in
//! a process of its own.
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::Instant;
use tw_engine::review::{self, Request, Source, settings::Settings};
use tw_lab::{Lab, LabOptions, discover};

/// Sizes that are tried.
const TABLES: &str = "250,500,1000,2000";
/// Set for the process that reviews: what it reviews.
const SOURCE: &str = "REVIEW_SOURCE";

fn main() {
    if let Ok(source) = std::env::var(SOURCE) {
        return reviewed(&source);
    }
    let sizes = std::env::var("TABLES").unwrap_or(TABLES.into());
    println!("{:>6}  {:<6} {:>8} {:>8} {:>8} {:>9}  stages", "tables", "source", "s", "MB", "errors", "findings");
    for n in sizes.split(',').filter_map(|n| n.trim().parse().ok()) {
        let text = schema(n);
        let folder = std::env::temp_dir().join(format!("review_size_{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let script = folder.join("schema.sql");
        std::fs::write(&script, &text).expect("the script is written");
        let lab = Lab::start(&discover(None).expect("a server").remove(0), &LabOptions::default()).expect("it starts");
        lab.create_database("shop", None).expect("a database");
        let loaded = lab.load_each("shop", &text).expect("it is loaded");
        assert!(loaded.refused.is_empty(), "{}", loaded.refused[0]);
        let address = format!("host={} user=tablewright_owner dbname=shop", lab.directory().display());
        for (name, source) in [("live", address), ("script", script.display().to_string())] {
            print!("{n:>6}  {name:<6} {}", of_its_own(&format!("{name} {source}")));
        }
        std::fs::remove_dir_all(folder).expect("the folder goes");
    }
}

fn of_its_own(source: &str) -> String {
    let program = std::env::current_exe().expect("this program");
    let output = Command::new(program).env(SOURCE, source).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// Reviews, and prints what that took.
fn reviewed(source: &str) {
    let (kind, of) = source.split_once(' ').expect("a kind and a source");
    let source = match kind {
        "live" => Source::Database(of.to_string()),
        _ => Source::Paths(vec![PathBuf::from(of)]),
    };
    let request =
        Request { source, queries: None, rows: None, settings: Settings::default(), fix: false, pg_bin: None };
    let stages: Mutex<Vec<(String, Instant)>> = Mutex::default();
    let stage = |_: usize, _: usize, what: &str| {
        let mut stages = stages.lock().expect("one thread");
        if stages.last().is_none_or(|(last, _)| last != what) {
            stages.push((what.to_string(), Instant::now()));
        }
    };
    let start = Instant::now();
    let (review, _) = review::review(&request, &stage).unwrap_or_else(|e| panic!("{e}"));
    let seconds = start.elapsed().as_secs_f64();
    let errors = review.count(tw_model::finding::Severity::Error);
    let mut line = format!("{seconds:>8.2} {:>8.0} {errors:>8} {:>9} ", most_memory_mb(), review.findings.len());
    let stages = stages.into_inner().expect("one thread");
    for (n, (what, at)) in stages.iter().enumerate() {
        let end = stages.get(n + 1).map_or(start.elapsed(), |(_, next)| next.duration_since(start));
        let took = end.as_secs_f64() - at.duration_since(start).as_secs_f64();
        let what = Path::new(what).file_name().map_or(what.clone(), |name| name.to_string_lossy().into_owned());
        let _ = write!(line, " {what} {took:.2}");
    }
    println!("{line}");
    if std::env::var("RULES").is_ok() {
        let mut counts: std::collections::BTreeMap<&str, usize> = Default::default();
        review.findings.iter().for_each(|f| *counts.entry(&f.rule).or_default() += 1);
        println!("{counts:?}");
    }
}

/// The most memory that this process ever held.
fn most_memory_mb() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.and_then(|l| l.split_whitespace().next()?.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

/// A schema as they are: of ten tables one is a lookup and one a junction; each of the rest belongs to a tenant whose policy
/// guards it, refers to two others, has their indexes, a check, a default and a stamp. One in fifty has money in floating
/// point, one in thirty a reference without index, one in a hundred no key.
fn schema(tables: usize) -> String {
    let mut out = String::from(
        "create table tenants (id bigint generated always as identity primary key, name text not null unique);\n\
         create function touch() returns trigger language plpgsql as \
         $$ begin new.updated_at = now(); return new; end $$;\n",
    );
    let mut plain: Vec<usize> = vec![];
    for n in 1..tables {
        let name = format!("{}_{n}", NAMES[n % NAMES.len()]);
        let target = |back: usize| plain.get(plain.len().saturating_sub(back)).copied();
        match (n % 10, target(3), target(7)) {
            (1, ..) => {
                let _ = writeln!(
                    out,
                    "create table {name} (code text primary key, label text not null unique, sort int not null default 0);"
                );
            }
            (2, Some(one), Some(other)) if one != other => {
                let (one, other) = (named(one), named(other));
                let _ = writeln!(
                    out,
                    "create table {name} (left_id bigint not null references {one} on delete cascade, right_id bigint not null \
                     references {other} on delete cascade, primary key (left_id, right_id));\n\
                     create index on {name} (right_id);"
                );
            }
            (_, one, other) => {
                whole(&mut out, n, &name, one.map(named), other.map(named));
                plain.push(n);
            }
        }
    }
    out
}

const NAMES: &[&str] =
    &["orders", "lookups", "links", "invoices", "payments", "shipments", "products", "contracts", "visits", "claims"];

fn named(n: usize) -> String {
    format!("{}_{n}", NAMES[n % NAMES.len()])
}

fn whole(out: &mut String, n: usize, name: &str, one: Option<String>, other: Option<String>) {
    let key = if n.is_multiple_of(100) { "" } else { " primary key" };
    let total = if n.is_multiple_of(50) { "real" } else { "numeric(12,2)" };
    let reference = |to: &Option<String>| {
        to.as_ref().filter(|t| !t.ends_with("00")).map_or(String::new(), |t| format!(" references {t}"))
    };
    let _ = writeln!(
        out,
        "create table {name} (id bigint generated always as identity{key}, tenant_id bigint not null references tenants, \
         title text not null, state text not null default 'new' check (state in ('new', 'open', 'done')), total {total} not null \
         check (total >= 0), from_id bigint{}, next_id bigint{}, starts_at timestamptz not null, ends_at timestamptz, \
         created_at timestamptz not null default now(), updated_at timestamptz not null default now(), \
         check (ends_at > starts_at));\n\
         create index on {name} (tenant_id);\ncreate index on {name} (next_id);\n\
         create trigger touched before update on {name} for each row execute function touch();\n\
         alter table {name} enable row level security;\nalter table {name} force row level security;\n\
         create policy own on {name} using (tenant_id = (select current_setting('app.tenant')::bigint));\n\
         comment on table {name} is 'What the business knows of {name}.';",
        reference(&one),
        reference(&other),
    );
    if !n.is_multiple_of(30) {
        let _ = writeln!(out, "create index on {name} (from_id);");
    }
}
