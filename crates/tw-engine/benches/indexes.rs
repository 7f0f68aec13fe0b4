//! `cargo bench -p tw-engine --bench indexes`
mod tpch;
use std::time::Instant;
use tw_engine::index::{ground, planned, whatif, workload::Query};
use tw_lab::{Lab, LabOptions, Live, discover};
use tw_model::print::index_definition;
use tw_rooms::indexing::search::{problem::Ask, search};

fn main() {
    let installation = discover(None).unwrap_or_else(|e| panic!("{e}")).remove(0);
    let at = std::env::var("TPCH_AT").expect("dev");
    let mut live =
        Live::connect(&format!("host={at} user=tablewright_owner dbname=full")).unwrap_or_else(|e| panic!("{e}"));
    let lab = Lab::start(&installation, &LabOptions::default()).unwrap_or_else(|e| panic!("{e}"));
    let begun = Instant::now();
    let ground = ground::of_live(lab, &mut live, &Default::default(), &|_, _, what| println!("{what}"))
        .unwrap_or_else(|e| panic!("{e}"));
    println!("ground {:.1} s, notes {:?}", begun.elapsed().as_secs_f64(), ground.notes);
    let queries: Vec<Query> = (1..=22)
        .filter(|n| ![2, 15, 17, 20].contains(n))
        .map(|n| Query { name: format!("q{n}"), sql: tpch::query(n), weight: 1.0, offset: 0 })
        .collect();
    let begun = Instant::now();
    let planned =
        planned::plan(&ground, queries, &mut |q, r| println!("{}: {r:?}", q.name)).unwrap_or_else(|e| panic!("{e}"));
    println!("planned {:.2} s", begun.elapsed().as_secs_f64());
    if std::env::var("SHOW").is_ok() {
        for p in &planned {
            for a in &p.accesses {
                println!("{} {a:#?}", p.query.name);
            }
        }
    }
    let mut prepared =
        whatif::prepare(&ground, planned, &|_, _, what| println!("{what}")).unwrap_or_else(|e| panic!("{e}"));
    println!(
        "prepared {:?}: {} candidates, {} refused",
        prepared.seconds,
        prepared.tried.len(),
        prepared.refused.len()
    );
    for (c, why) in &prepared.refused {
        println!("  {} {why}", index_definition(&c.table, &c.index));
    }
    for partial in [false, true] {
        for mb in [250u64, 500, 1000, 2000] {
            let problem = prepared.problem(mb << 20, 60, &|_| 0.0, &|t| partial || t.candidate.filter.is_empty());
            let begun = Instant::now();
            let mut in_oracle = 0.0;
            let choice = search(&problem, &mut |asks: &[Ask]| {
                let b = Instant::now();
                let a = prepared.answer(asks);
                in_oracle += b.elapsed().as_secs_f64();
                a
            })
            .unwrap_or_else(|e| panic!("{e}"));
            let bytes: u64 = choice.chosen.iter().map(|c| prepared.tried[c].bytes).sum();
            println!(
                "-- {mb} MB partial {partial}: {:.2} % of {:.0}, {:.1} MB, {:.2} s ({in_oracle:.2} in the oracle), {} asks",
                100.0 * choice.cost / choice.base,
                choice.base,
                bytes as f64 / 1048576.0,
                begun.elapsed().as_secs_f64(),
                choice.asks
            );
            for (p, (b, c)) in prepared.planned.iter().zip(&choice.queries) {
                println!("  {} {b:.0} {c:.0}", p.query.name);
            }
            for (c, benefit) in &choice.benefits {
                let t = &prepared.tried[*c];
                println!(
                    "{}; -- {:.1} MB {benefit:.0}",
                    index_definition(&t.candidate.table, &t.candidate.index),
                    t.bytes as f64 / 1048576.0
                );
            }
        }
    }
}
