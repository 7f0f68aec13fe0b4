//! `cargo bench -p tw-engine --bench plans`
mod tpch;
use std::time::Instant;
use tw_lab::{Lab, LabOptions, discover};
use tw_model::trial::Actor;

fn main() {
    let scale: f64 = std::env::var("TPCH_SCALE").ok().and_then(|s| s.parse().ok()).unwrap_or(1.0);
    let installation = discover(None).unwrap_or_else(|e| panic!("{e}")).remove(0);
    let lab = Lab::start(&installation, &LabOptions::default()).unwrap_or_else(|e| panic!("{e}"));
    let begun = Instant::now();
    tpch::load(&lab, "full", scale, true);
    println!("loaded TPC-H at scale {scale} in {:.1} s", begun.elapsed().as_secs_f64());
    let mut session = lab.session("full", &Actor::Owner).unwrap_or_else(|e| panic!("{e}"));
    for n in 1..=22 {
        let sql = tpch::query(n);
        let begun = Instant::now();
        session.client.simple_query(&format!("EXPLAIN {sql}")).unwrap_or_else(|e| panic!("{n}: {e}\n{sql}"));
        println!("{n}: {:.1} ms", begun.elapsed().as_secs_f64() * 1e3);
    }
}
