//! `cargo bench -p tw-engine --bench latency`: the bank's mix, driven. Rates, calls, percentiles with their intervals,
//! the control, saturation; then how well the model of pages foretells a larger sample. `LATENCY_SECONDS` (60)
//! is the time of the drive.
use std::collections::BTreeMap;
use std::path::Path;
use tw_engine::{
    design::{Designed, design},
    latency::{Limits, sample},
    prove::{self, Options},
    read,
};
use tw_model::driven::{DrivenCall, Percentile};
use tw_rooms::capacity::model;

fn bank() -> Designed {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/bank/brief.md");
    design(read::brief(&path).unwrap_or_else(|e| panic!("{e}")), 1)
}

fn main() {
    let seconds: f64 = std::env::var("LATENCY_SECONDS").ok().and_then(|s| s.parse().ok()).unwrap_or(60.0);
    let designed = bank();
    let limits = Limits { seconds, samples: None, seed: 1, steps: true };
    let driven = sample::of_brief(&designed, None, &limits, &|_, _, _| {}).unwrap_or_else(|e| panic!("{e}"));
    for condition in &driven.conditions {
        println!("{condition}");
    }
    println!(
        "{:.1} s at {:.0} % of {:.0}/s, warm-up {:.1} s",
        driven.seconds,
        driven.share * 100.0,
        driven.asked_per_s,
        driven.warm_up_s
    );
    println!(
        "{:<22} {:>8} {:>8}  {:<28} {:<28} {:<28} {:>9}",
        "call", "asked/s", "calls", "p50 ms", "p95 ms", "p99 ms", "closed"
    );
    for call in driven.calls.iter().chain(&driven.control) {
        println!("{}", line(call));
    }
    if let Some(s) = &driven.saturation {
        for step in &s.steps {
            let grew = if step.diverged { "queue grew" } else { "" };
            println!(
                "  {:>8.0}/s asked {:>8.0}/s done  p50 {:>9.2} ms  p99 {:>9.2} ms  {grew}",
                step.asked_per_s, step.done_per_s, step.p50_ms, step.p99.ms
            );
        }
        println!("sustained {:.0}/s; short then: {}", s.sustained_per_s, s.bottleneck);
    }
    for claim in &driven.claims {
        println!("{:?} {}: {}", claim.verdict, claim.id, claim.reason);
    }
    foretold();
}

fn line(call: &DrivenCall) -> String {
    let end = |v: Option<f64>| v.map_or("-".into(), |v| format!("{v:.2}"));
    let told = |p: &Percentile| format!("{:.2} [{} to {}]", p.ms, end(p.low_ms), end(p.high_ms));
    let at = |percent: f64| call.percentile(percent).map(told).unwrap_or_default();
    format!(
        "{:<22} {:>8.1} {:>8}  {:<28} {:<28} {:<28} {:>9.2}",
        call.name,
        call.asked_per_s,
        call.samples,
        at(50.0),
        at(95.0),
        at(99.0),
        call.closed_p99_ms
    )
}

/// Pages touched on a small sample, and on one `TIMES` as large: measured, and foretold from the small one.
fn foretold() {
    const TIMES: u64 = 8;
    let small = touched(&bank());
    let mut larger = bank();
    for table in &mut larger.sample.tables {
        table.rows *= TIMES;
    }
    let large = touched(&larger);
    let rows = |d: &Designed| -> BTreeMap<String, f64> {
        d.sample.tables.iter().map(|t| (t.name.clone(), t.rows as f64)).collect()
    };
    let (few, many) = (rows(&bank()), rows(&larger));
    println!("pages touched, from the sample to one {TIMES} times as large");
    println!("{:<16} {:>8} {:>9} {:>9} {:>7}", "call", "small", "foretold", "measured", "error");
    for query in &larger.model.workload {
        let pages = |rows: &BTreeMap<String, f64>| model::pages(&larger.model, query, rows).map(|(a, b)| a + b);
        let (Some(from), Some(to)) = (small.get(&query.name), large.get(&query.name)) else { continue };
        let (Ok(before), Ok(after)) = (pages(&few), pages(&many)) else { continue };
        let foretold = from + (after - before).max(0.0);
        println!("{:<16} {from:>8.0} {foretold:>9.0} {to:>9.0} {:>6.0} %", query.name, (foretold / to - 1.0) * 100.0);
    }
}

fn touched(designed: &Designed) -> BTreeMap<String, f64> {
    let options = Options { only: Some("indexing".into()), workers: Some(1), ..Options::default() };
    let proven = prove::prove(designed, &options, &|_, _, _| {}).unwrap_or_else(|e| panic!("{e}"));
    let mut all = BTreeMap::new();
    for m in proven.measurements.iter().filter(|m| m.what == "pages touched") {
        if let Some(query) = m.of.strip_prefix("indexing/bounded ") {
            *all.entry(query.to_string()).or_default() += m.value;
        }
    }
    all
}
