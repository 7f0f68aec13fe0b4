//! `cargo bench -p tw-engine --bench review`: how good the review is on schemas that others wrote.
//!
//! Schemas are those of `TABLEWRIGHT_CORPUS` (`../shared/schemas`) and of each directory in `TABLEWRIGHT_SCHEMAS`, which
//! `scripts/fetch-schemas` prints. Printed are, in this order: findings per table and time of each schema; the hundred
//! findings that the seed draws, with the rulings of `docs/reference/review.md`; what of the planted flaws is found, by
//! room, and on how many schemas each rule finds its own. `REVIEW_PARTS` (`time,draw,plants`) says which of it.
#[path = "../tests/mutations/mod.rs"]
mod mutations;

use mutations::{Bed, Came, Tally, operators, told};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Instant;
use tw_engine::review::{Request, Source, check, review, settings::Settings, sources};
use tw_lab::{Lab, LabOptions, discover};
use tw_model::finding::{Finding, Severity, fingerprint};

/// What the draw begins with: another word draws another hundred.
const SEED: &str = "draw 1";
/// Findings that are drawn.
const DRAWN: usize = 100;
/// Schemas on which each rule must find its own plant.
const FEWEST: usize = 3;
/// Plants of a rule take turns at the schemas: each schema gets one in so many, and so at least one of each rule.
const TURNS: usize = 3;

fn main() {
    let parts = std::env::var("REVIEW_PARTS").unwrap_or_else(|_| "time,draw,plants".into());
    let schemas = schemas();
    println!("{} schemas", schemas.len());
    if parts.contains("time") || parts.contains("draw") {
        let found = timed(&schemas);
        if parts.contains("draw") {
            drawn(&found);
        }
    }
    if parts.contains("plants") {
        planted(&schemas);
    }
}

/// Schemas by name: scripts, and folders of migrations.
fn schemas() -> Vec<(String, PathBuf)> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let corpus = std::env::var_os("TABLEWRIGHT_CORPUS").map_or(home.join("../shared/schemas"), PathBuf::from);
    let more = std::env::var_os("TABLEWRIGHT_SCHEMAS").unwrap_or_default();
    let folders = std::iter::once(corpus).chain(std::env::split_paths(&more));
    let mut out = vec![];
    for folder in folders.filter(|f| !f.as_os_str().is_empty()) {
        let entries = std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
        let mut paths: Vec<PathBuf> = entries.map(|e| e.expect("an entry").path()).collect();
        paths.retain(|p| p.is_dir() || p.extension().is_some_and(|e| e == "sql"));
        paths.sort();
        out.extend(paths.into_iter().map(|p| (p.file_stem().unwrap_or_default().to_string_lossy().into_owned(), p)));
    }
    out
}

/// Reviews each schema, and says how long that took and what came of it.
fn timed(schemas: &[(String, PathBuf)]) -> Vec<(String, Finding)> {
    println!("\n| schema | tables | findings | a table | errors, shown | refused or not judged | seconds |");
    println!("|---|---|---|---|---|---|---|");
    let mut out = vec![];
    for (name, path) in schemas {
        let source = Source::Paths(vec![path.clone()]);
        let request =
            Request { source, queries: None, rows: None, settings: Settings::default(), fix: false, pg_bin: None };
        let start = Instant::now();
        let (review, _) = review(&request, &|_, _, _| {}).unwrap_or_else(|e| panic!("{name}: {e}"));
        let seconds = start.elapsed().as_secs_f64();
        let of_errors: Vec<&Finding> = review.findings.iter().filter(|f| is_error(f)).collect();
        let shown = of_errors.iter().filter(|f| f.severity == Severity::Error).count();
        println!(
            "| {name} | {} | {} | {:.1} | {}, {shown} | {} | {seconds:.1} |",
            review.tables,
            review.findings.len(),
            review.findings.len() as f64 / review.tables.max(1) as f64,
            of_errors.len(),
            review.not_judged.len()
        );
        out.extend(review.findings.into_iter().map(|f| (name.clone(), f)));
    }
    out
}

/// Its rule is an error; the finding itself is none where it could not be shown.
fn is_error(finding: &Finding) -> bool {
    check::rule(&finding.rule).is_some_and(|r| r.severity == Severity::Error)
}

/// The draw, and what was ruled of it.
fn drawn(found: &[(String, Finding)]) {
    let rulings = rulings();
    let mut order: Vec<(String, &String, &Finding)> =
        found.iter().map(|(name, f)| (fingerprint(SEED, name, &f.fingerprint), name, f)).collect();
    order.sort_by(|a, b| a.0.cmp(&b.0));
    println!("\n{} findings, of which {DRAWN} are drawn", order.len());
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, name, f) in order.iter().take(DRAWN) {
        let at = (name.to_string(), f.rule.clone(), f.subject.path.clone());
        let ruling = rulings.get(&at).map_or("not judged", String::as_str);
        *count.entry(ruling).or_default() += 1;
        println!("| {name} | `{}` | `{}` | {ruling} | {} |", f.rule, f.subject.path, f.message);
    }
    let precision = |all: usize, wrong: usize| 100.0 * (all - wrong) as f64 / all.max(1) as f64;
    let wrong: usize = count.iter().filter(|(ruling, _)| ruling.starts_with("false")).map(|(_, n)| n).sum();
    let judged = DRAWN - count.get("not judged").copied().unwrap_or(0);
    println!("\n{count:?}: precision {:.0} % of {judged}", precision(judged, wrong));
    let wrong = rulings.values().filter(|ruling| ruling.starts_with("false")).count();
    let all = rulings.len();
    println!("of all {all} rulings, those on what was mended since among them, {:.0} %", precision(all, wrong));
}

/// Rulings by schema, rule and object.
fn rulings() -> BTreeMap<(String, String, String), String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/review.md");
    let text = std::fs::read_to_string(&page).unwrap_or_else(|e| panic!("{}: {e}", page.display()));
    let rows = text.lines().filter(|l| l.starts_with("| "));
    rows.filter_map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(|c| c.trim().trim_matches('`')).collect();
        let [schema, rule, path, ruling, _] = cells.as_slice() else { return None };
        let key = (schema.to_string(), rule.to_string(), path.to_string());
        rule.contains('/').then(|| (key, ruling.to_string()))
    })
    .collect()
}

/// Puts plants of every rule into every schema.
fn planted(schemas: &[(String, PathBuf)]) {
    let installation = discover(None).unwrap_or_else(|e| panic!("{e}")).remove(0);
    let plants = operators::plants();
    let mut rooms: BTreeMap<&str, Tally> = BTreeMap::new();
    let mut on: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (turn, (name, path)) in schemas.iter().enumerate() {
        let start = Instant::now();
        let lab = Lab::start(&installation, &LabOptions::default()).unwrap_or_else(|e| panic!("{e}"));
        lab.create_database(name, None).expect("a database");
        let (scripts, _) = sources::gather(std::slice::from_ref(path), &installation).expect("scripts");
        scripts.iter().for_each(|script| drop(lab.load_each(name, &script.text).expect("the lab holds")));
        let Some(mut bed) = Bed::lay(&lab, name, plants.iter().any(operators::Plant::among_rows)) else {
            println!("{name} has no site for anything");
            continue;
        };
        let mut own = Tally::default();
        for plant in plants.iter().filter(|f| f.number % TURNS == turn % TURNS) {
            let came = bed.take(plant);
            own.count(&came);
            rooms.entry(plant.room()).or_default().count(&came);
            match &came {
                Came::Found(_) => drop(on.entry(&plant.rule).or_default().insert(name)),
                Came::Missed(_) => println!("missed on {name}: {} plant {}", plant.rule, plant.number),
                Came::NoSite(why) => println!("no site on {name}: {} plant {}: {why}", plant.rule, plant.number),
            }
            if let Came::Found(alarms) | Came::Missed(alarms) = &came {
                alarms.iter().for_each(|a| println!("alarm on {name}: {} plant {}: {a}", plant.rule, plant.number));
            }
        }
        let of = |t: &Tally| format!("{} planted, {} found, {} false alarms", t.planted, t.found, t.alarms);
        println!("{}: {} in {:.0} s", bed.name, of(&own), start.elapsed().as_secs_f64());
    }
    println!("\n{}", told(&rooms));
    for rule in check::rules() {
        let count = on.get(rule.id).map_or(0, BTreeSet::len);
        if count < FEWEST {
            println!("{} is found on {count} schemas alone", rule.id);
        }
    }
}
