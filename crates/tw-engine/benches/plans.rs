//! `cargo bench -p tw-engine --bench plans`: plans of a full load against plans of a 1 % sample that is inflated to it.
//!
//! On every server of `TABLEWRIGHT_PG_BIN` (majors 15 to 18). `TPCH_SCALE` (1) is the scale of TPC-H, `PLANS` the parts
//! to run (`tpch,examples`), `PLANS_SHARE` (0.01) the share of the rows that is sampled.
mod compare;
mod tpch;
use compare::{Shapes, against};
use std::{path::Path, time::Instant};
use tw_engine::{design::design, read};
use tw_lab::{
    Lab, LabOptions, discover,
    inflate::{self, Inflated, Share},
};
use tw_model::{
    horizon::Horizon,
    render::{self, Rendered},
    trial::Actor,
};

/// What a workload like this one would have beside its primary keys: references, dates, and two composites.
const INDEXES: &[&str] = &[
    "CREATE INDEX i_n_regionkey ON nation (n_regionkey)",
    "CREATE INDEX i_s_nationkey ON supplier (s_nationkey)",
    "CREATE INDEX i_c_nationkey ON customer (c_nationkey)",
    "CREATE INDEX i_ps_suppkey ON partsupp (ps_suppkey)",
    "CREATE INDEX i_o_custkey ON orders (o_custkey)",
    "CREATE INDEX i_o_orderdate ON orders (o_orderdate)",
    "CREATE INDEX i_l_part_supp ON lineitem (l_partkey, l_suppkey)",
    "CREATE INDEX i_l_suppkey ON lineitem (l_suppkey)",
    "CREATE INDEX i_l_shipdate ON lineitem (l_shipdate)",
    "CREATE INDEX i_p_type_size ON part (p_type, p_size)",
];

/// References, not validated: a sample does not keep them whole.
const REFERENCES: &[&str] = &[
    "nation (n_regionkey) region",
    "supplier (s_nationkey) nation",
    "customer (c_nationkey) nation",
    "partsupp (ps_partkey) part",
    "partsupp (ps_suppkey) supplier",
    "orders (o_custkey) customer",
    "lineitem (l_orderkey) orders",
    "lineitem (l_partkey) part",
    "lineitem (l_suppkey) supplier",
];

/// The lab's pinned settings, and those that a production server of today has beside them.
const SETTINGS: [(&str, &str); 2] =
    [("one process", ""), ("parallel, SSD", "SET max_parallel_workers_per_gather = 2; SET random_page_cost = 1.1")];

fn main() {
    let scale: f64 = std::env::var("TPCH_SCALE").ok().and_then(|s| s.parse().ok()).unwrap_or(1.0);
    let parts = std::env::var("PLANS").unwrap_or("tpch,examples".into());
    for installation in discover(None).unwrap_or_else(|e| panic!("{e}")) {
        if !(15..=18).contains(&installation.major) {
            continue;
        }
        let lab = Lab::start(&installation, &LabOptions::default()).unwrap_or_else(|e| panic!("{e}"));
        println!("PostgreSQL {}", installation.version);
        if parts.contains("tpch") {
            tpch_plans(&lab, scale);
        }
        if parts.contains("examples") {
            examples(&lab);
        }
    }
}

fn tpch_plans(lab: &Lab, scale: f64) {
    let begun = Instant::now();
    tpch::load(lab, "full", scale, true);
    let references = REFERENCES.iter().map(|text| {
        let words: Vec<&str> = text.split(' ').collect();
        format!("ALTER TABLE {} ADD FOREIGN KEY {} REFERENCES {} NOT VALID", words[0], words[1], words[2])
    });
    let references: Vec<String> = references.collect();
    tpch::each(lab, "full", INDEXES);
    references.iter().for_each(|sql| tpch::each(lab, "full", &[sql]));
    println!("  TPC-H at scale {scale} loaded in full in {:.1} s", begun.elapsed().as_secs_f64());
    let queries: Vec<(String, String)> = (1..=22).map(|n| (n.to_string(), tpch::query(n))).collect();
    let full = real(lab, "full", &queries);
    let analyze: Vec<String> = tpch::TABLES.iter().map(|t| format!("ANALYZE {t}")).collect();
    tpch::each(lab, "full", &analyze.iter().map(String::as_str).collect::<Vec<_>>());
    let again = real(lab, "full", &queries);
    let begun = Instant::now();
    let of_rows = std::env::var("PLANS_SHARE").ok().and_then(|s| s.parse().ok()).unwrap_or(0.01);
    let share = Share { of_rows, at_least: 1000, seed: 1 };
    let all = inflate::sample(lab, "full", "sample", share).unwrap_or_else(|e| panic!("{e}"));
    println!("  sampled {of_rows} of the rows in {:.1} s", begun.elapsed().as_secs_f64());
    let begun = Instant::now();
    let horizon =
        tw_engine::scale::horizon(lab, "sample", &all.into_iter().collect()).unwrap_or_else(|e| panic!("{e}"));
    println!("  measured in {:.1} s", begun.elapsed().as_secs_f64());
    if std::env::var_os("PLANS_DIAGNOSE").is_some() {
        compare::statistics(lab, "full", &horizon);
    }
    let raw = real(lab, "sample", &queries);
    let begun = Instant::now();
    let copy = inflated(lab, "sample", &horizon);
    println!("  inflated in {:.2} s", begun.elapsed().as_secs_f64());
    let seen = plans(copy, &queries);
    for (n, (name, _)) in SETTINGS.iter().enumerate() {
        println!("  {name}: {}", against(&full[n], &raw[n], "the sample as it is", false));
        println!("  {name}: {}", against(&full[n], &again[n], "the full load after another ANALYZE", true));
        println!("  {name}: {}", against(&full[n], &seen[n], "the inflated sample", true));
    }
}

/// The examples' workloads: generic plans on ten times the brief's sample, against a tenth of that, inflated.
fn examples(lab: &Lab) {
    let mut all: [[Shapes; SETTINGS.len()]; 2] = Default::default();
    for name in ["bank", "shop", "saas", "hospital", "library"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name).join("brief.md");
        let designed = design(read::brief(&path).expect("the example reads"), 1);
        let (full, few) = (format!("{name}_full"), format!("{name}_few"));
        lab.create_database(&full, None).unwrap_or_else(|e| panic!("{e}"));
        lab.load(&full, &designed.schema_sql).unwrap_or_else(|e| panic!("{e}"));
        let mut plan = designed.sample.clone();
        plan.tables.iter_mut().filter(|t| t.rows > 50).for_each(|t| t.rows *= 10);
        let mut session = lab.session(&full, &Actor::Lab).unwrap_or_else(|e| panic!("{e}"));
        let limits = "SET statement_timeout = 0";
        session.client.batch_execute(limits).expect("settings");
        if let Err(error) = tw_lab::fill::fill(&mut session.client, &plan, &mut |_, _, _| {}) {
            println!("  {name}: ten times its sample could not be made: {error}");
            continue;
        }
        session.client.batch_execute("DROP SCHEMA plain CASCADE").expect("the plain tables go");
        drop(session);
        let share = Share { of_rows: 0.1, at_least: 1000, seed: 1 };
        let rows = inflate::sample(lab, &full, &few, share).unwrap_or_else(|e| panic!("{name}: {e}"));
        let horizon =
            tw_engine::scale::horizon(lab, &few, &rows.into_iter().collect()).unwrap_or_else(|e| panic!("{e}"));
        let mapping = designed.draft.mapping();
        let statements = designed.model.workload.iter().flat_map(|q| q.statements.iter().map(move |s| (q, s)));
        let statements: Vec<(String, Rendered)> = statements
            .map(|(q, s)| (format!("{name} {}", q.name), render::statement(&s.sql, &mapping, &q.params)))
            .collect();
        for (to, (database, horizon)) in all.iter_mut().zip([(&full, &Horizon::default()), (&few, &horizon)]) {
            for (shapes, copy) in to.iter_mut().zip(inflated(lab, database, horizon)) {
                shapes.extend(generic(copy, &statements));
            }
        }
    }
    let [full, few] = &all;
    for (n, (name, _)) in SETTINGS.iter().enumerate() {
        println!("  {name}: {}", against(&full[n], &few[n], "examples, a tenth inflated", true));
    }
}

fn generic(mut copy: Inflated, statements: &[(String, Rendered)]) -> Shapes {
    let plan = |(name, statement): &(String, Rendered)| {
        let typed = |ty: &String| if ty.is_empty() { "unknown".to_string() } else { ty.clone() };
        let types: Vec<String> = statement.params.iter().map(|p| typed(&p.ty)).collect();
        let planned = copy.explain_generic(&statement.sql, &types).unwrap_or_else(|e| panic!("{name}: {e}"));
        (name.clone(), compare::Shape { lines: planned.shape, root: planned.root })
    };
    statements.iter().map(plan).collect()
}

fn inflated(lab: &Lab, database: &str, horizon: &Horizon) -> [Inflated; SETTINGS.len()] {
    let settings = |text: &str| {
        let pairs = text.split(';').filter_map(|s| s.trim().strip_prefix("SET ")?.split_once(" = "));
        pairs.map(|(name, value)| (name.to_string(), value.to_string())).collect()
    };
    SETTINGS.map(|(_, text)| {
        let horizon = Horizon { settings: settings(text), ..horizon.clone() };
        let copy = inflate::inflate(lab, database, &horizon).unwrap_or_else(|e| panic!("{e}"));
        assert!(copy.doubts.is_empty(), "{:?}", copy.doubts);
        copy
    })
}

fn plans(copies: [Inflated; SETTINGS.len()], queries: &[(String, String)]) -> Vec<Shapes> {
    let of = |mut copy: Inflated| {
        let each = queries.iter().map(|(name, sql)| {
            let planned = copy.explain(sql).unwrap_or_else(|e| panic!("{name}: {e}"));
            (name.clone(), compare::Shape { lines: planned.shape, root: planned.root })
        });
        each.collect()
    };
    copies.map(of).into()
}

fn real(lab: &Lab, database: &str, queries: &[(String, String)]) -> Vec<Shapes> {
    let of = |(_, settings): (&str, &str)| {
        let mut session = lab.session(database, &Actor::Lab).unwrap_or_else(|e| panic!("{e}"));
        session.client.batch_execute(settings).expect("settings");
        let each = queries.iter().map(|(name, sql)| {
            let found = tw_lab::execute::plan::shape_and_root(&mut session.client, sql);
            let (lines, root) = found.unwrap_or_else(|e| panic!("{name}: {e}"));
            (name.clone(), compare::Shape { lines, root })
        });
        each.collect()
    };
    SETTINGS.map(of).into()
}
