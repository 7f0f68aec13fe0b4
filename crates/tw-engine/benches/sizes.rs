//! `cargo bench -p tw-engine --bench sizes`: what TPC-H comes to on disk, predicted before it is loaded.
//!
//! Inputs are the number of rows of each table, and of a one-percent hash sample the widths of its columns and how
//! many different values (and sets of values) it holds. `TPCH_SCALE` sets the scale (1). `TPCH_SHARE` the sample's
//! share in percent (1).
mod tpch;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::time::Instant;
use tpchgen::{csv::*, generators::*};
use tw_lab::{Lab, LabOptions, Scope, discover, introspect, profile};
use tw_model::{layout::Layout, schema::Schema, trial::Actor};
use tw_rooms::physical::{self, predict::every_index};

/// Indexes of many kinds, built and predicted.
const INDEXES: &[&str] = &[
    // Integers: every value its own, shared by few, shared by many.
    "CREATE INDEX i_l_orderkey ON lineitem (l_orderkey)",
    "CREATE INDEX i_l_partkey ON lineitem (l_partkey)",
    "CREATE INDEX i_l_suppkey ON lineitem (l_suppkey)",
    "CREATE INDEX i_l_linenumber ON lineitem (l_linenumber)",
    "CREATE INDEX i_o_custkey ON orders (o_custkey)",
    "CREATE INDEX i_ps_partkey ON partsupp (ps_partkey)",
    "CREATE INDEX i_ps_suppkey ON partsupp (ps_suppkey)",
    "CREATE INDEX i_c_nationkey ON customer (c_nationkey)",
    // Dates.
    "CREATE INDEX i_l_shipdate ON lineitem (l_shipdate)",
    "CREATE INDEX i_l_receiptdate ON lineitem (l_receiptdate DESC)",
    "CREATE INDEX i_o_orderdate ON orders (o_orderdate)",
    // Several columns.
    "CREATE INDEX i_l_suppkey_shipdate ON lineitem (l_suppkey, l_shipdate)",
    "CREATE INDEX i_l_partkey_suppkey ON lineitem (l_partkey, l_suppkey)",
    "CREATE INDEX i_l_flags_shipdate ON lineitem (l_returnflag, l_linestatus, l_shipdate)",
    "CREATE INDEX i_o_custkey_orderdate ON orders (o_custkey, o_orderdate)",
    "CREATE INDEX i_l_discount_quantity ON lineitem (l_discount, l_quantity)",
    // Text and fixed-length text.
    "CREATE INDEX i_o_comment ON orders (o_comment)",
    "CREATE INDEX i_ps_comment ON partsupp (ps_comment)",
    "CREATE INDEX i_c_name ON customer (c_name)",
    "CREATE INDEX i_p_name ON part (p_name)",
    "CREATE INDEX i_l_shipmode ON lineitem (l_shipmode)",
    "CREATE INDEX i_l_returnflag ON lineitem (l_returnflag)",
    "CREATE INDEX i_l_shipinstruct ON lineitem (l_shipinstruct)",
    "CREATE INDEX i_o_clerk ON orders (o_clerk)",
    "CREATE INDEX i_o_orderpriority_text ON orders ((o_orderpriority::text))",
    "CREATE INDEX i_l_shipmode_text ON lineitem ((l_shipmode::text))",
    // Numbers of varying length.
    "CREATE INDEX i_l_quantity ON lineitem (l_quantity)",
    "CREATE INDEX i_l_extendedprice ON lineitem (l_extendedprice)",
    "CREATE INDEX i_o_totalprice ON orders (o_totalprice)",
    "CREATE INDEX i_ps_supplycost ON partsupp (ps_supplycost)",
    // With further columns.
    "CREATE INDEX i_l_partkey_with ON lineitem (l_partkey) INCLUDE (l_quantity, l_extendedprice)",
    "CREATE INDEX i_o_orderdate_with ON orders (o_orderdate) INCLUDE (o_totalprice)",
    "CREATE INDEX i_o_custkey_with ON orders (o_custkey) INCLUDE (o_orderkey, o_comment)",
    // Of a part of the rows.
    "CREATE INDEX i_l_returned ON lineitem (l_shipdate) WHERE (l_returnflag = 'R'::bpchar)",
    "CREATE INDEX i_l_large ON lineitem (l_partkey, l_orderkey) WHERE (l_quantity > (45)::numeric)",
    "CREATE INDEX i_o_open ON orders (o_custkey) WHERE (o_orderstatus = 'O'::bpchar)",
    // Hash and BRIN.
    "CREATE INDEX h_o_orderkey ON orders USING hash (o_orderkey)",
    "CREATE INDEX h_l_partkey ON lineitem USING hash (l_partkey)",
    "CREATE INDEX h_c_name ON customer USING hash (c_name)",
    "CREATE INDEX b_l_shipdate ON lineitem USING brin (l_shipdate)",
    "CREATE INDEX b_o_orderdate ON orders USING brin (o_orderdate, o_orderkey)",
];

/// References: holder, columns, target.
const REFERENCES: &[(&str, &[&str], &str)] = &[
    ("lineitem", &["l_orderkey"], "orders"),
    ("lineitem", &["l_partkey"], "part"),
    ("lineitem", &["l_suppkey"], "supplier"),
    ("lineitem", &["l_partkey", "l_suppkey"], "partsupp"),
    ("orders", &["o_custkey"], "customer"),
    ("partsupp", &["ps_partkey"], "part"),
    ("partsupp", &["ps_suppkey"], "supplier"),
    ("customer", &["c_nationkey"], "nation"),
];

/// Objects of at least so many pages count in the summary.
const COUNTED_PAGES: u64 = 1000;

fn main() {
    let number = |name: &str| std::env::var(name).ok().and_then(|s| s.parse::<f64>().ok());
    let scale = number("TPCH_SCALE").unwrap_or(1.0);
    let share = number("TPCH_SHARE").unwrap_or(1.0) / 100.0;
    let installation = discover(None).unwrap_or_else(|e| panic!("{e}")).remove(0);
    let lab = Lab::start(&installation, &LabOptions::default()).unwrap_or_else(|e| panic!("{e}"));
    println!(
        "TPC-H at scale {scale}, predicted from a sample of {} %, on PostgreSQL {}",
        share * 100.0,
        installation.version
    );
    let begun = Instant::now();
    let (predicted, schema) = predict(&lab, scale, share);
    println!("predicted in {:.1} s; now the rows are loaded", begun.elapsed().as_secs_f64());
    lab.drop_database("sample").unwrap_or_else(|e| panic!("{e}"));
    tpch::load(&lab, "full", scale, true);
    tpch::each(&lab, "full", INDEXES);
    compare(&lab, &predicted, &schema);
}

/// Everything that is known before the load: the schema, rows of each table, and the sample's profile.
fn predict(lab: &Lab, scale: f64, share: f64) -> (Layout, Schema) {
    lab.create_database("sample", None).unwrap_or_else(|e| panic!("{e}"));
    for script in [tpch::SCHEMA, tpch::KEYS, &INDEXES.join(";\n")] {
        lab.load("sample", script).unwrap_or_else(|e| panic!("{e}"));
    }
    let mut session = lab.session("sample", &Actor::Lab).unwrap_or_else(|e| panic!("{e}"));
    session.client.batch_execute("SET statement_timeout = 0").expect("settings");
    let schema = introspect(&mut session.client, &Scope::default()).unwrap_or_else(|e| panic!("{e}"));
    let equal_image = profile::equal_image(&mut session.client, &schema).unwrap_or_else(|e| panic!("{e}"));
    let rows: BTreeMap<&str, f64> = tpch::TABLES.iter().map(|t| (*t, sample(lab, t, scale, share))).collect();
    let mut profiles = vec![];
    for table in &schema.tables {
        let name = table.name.name.as_str();
        let mut seen =
            profile::profile(&mut session.client, table, &every_index(table)).unwrap_or_else(|e| panic!("{e}"));
        // Widths and numbers of values are all that is used.
        seen.columns.iter_mut().for_each(|c| c.common.clear());
        let known: Vec<(Vec<String>, f64)> = REFERENCES
            .iter()
            .filter(|(holder, ..)| *holder == name)
            .map(|(_, columns, target)| (columns.iter().map(|c| c.to_string()).collect(), rows[target]))
            .collect();
        profiles.push(physical::scaled(&seen, rows[name], &known));
    }
    if std::env::var("SHOW").is_ok() {
        for p in &profiles {
            for c in &p.columns {
                println!(
                    "  {} {} distinct {:.0} spread {:?} width {:.2}",
                    p.table.name,
                    c.name,
                    c.distinct,
                    c.spread,
                    c.mean_width()
                );
            }
            for s in &p.sets {
                println!("  {} {:?} distinct {:.0} spread {:?}", p.table.name, s.columns, s.distinct, s.spread);
            }
        }
    }
    (physical::predict(&schema, &profiles, &equal_image), schema)
}

/// Copies a hash sample of a table's rows; returns how many rows the table has in all.
fn sample(lab: &Lab, table: &str, scale: f64, share: f64) -> f64 {
    let mut session = lab.session("sample", &Actor::Owner).unwrap_or_else(|e| panic!("{e}"));
    session.client.batch_execute("SET statement_timeout = 0").expect("settings");
    let mut to = session.client.copy_in(&format!("COPY {table} FROM STDIN (FORMAT csv)")).expect("COPY");
    let mut all = 0u64;
    let mut take = |line: String| {
        all += 1;
        let mut hasher = DefaultHasher::new();
        line.hash(&mut hasher);
        if (hasher.finish() as f64) < share * u64::MAX as f64 {
            writeln!(to, "{line}").expect("a row is taken");
        }
    };
    match table {
        "region" => RegionGenerator::new(scale, 1, 1).iter().for_each(|r| take(RegionCsv::new(r).to_string())),
        "nation" => NationGenerator::new(scale, 1, 1).iter().for_each(|r| take(NationCsv::new(r).to_string())),
        "part" => PartGenerator::new(scale, 1, 1).iter().for_each(|r| take(PartCsv::new(r).to_string())),
        "supplier" => SupplierGenerator::new(scale, 1, 1).iter().for_each(|r| take(SupplierCsv::new(r).to_string())),
        "partsupp" => PartSuppGenerator::new(scale, 1, 1).iter().for_each(|r| take(PartSuppCsv::new(r).to_string())),
        "customer" => CustomerGenerator::new(scale, 1, 1).iter().for_each(|r| take(CustomerCsv::new(r).to_string())),
        "orders" => OrderGenerator::new(scale, 1, 1).iter().for_each(|r| take(OrderCsv::new(r).to_string())),
        _ => LineItemGenerator::new(scale, 1, 1).iter().for_each(|r| take(LineItemCsv::new(r).to_string())),
    }
    to.finish().expect("the rows are taken");
    all as f64
}

/// Prints predicted against real pages and heights, and the summary.
fn compare(lab: &Lab, predicted: &Layout, schema: &Schema) {
    let mut session = lab.session("full", &Actor::Lab).unwrap_or_else(|e| panic!("{e}"));
    session.client.batch_execute("CREATE EXTENSION pageinspect").expect("pageinspect");
    let mut pages = |name: &str| -> u64 {
        let size = format!("SELECT pg_relation_size('{name}') / 8192");
        session.client.query_one(&size, &[]).unwrap_or_else(|e| panic!("{e}")).get::<_, i64>(0) as u64
    };
    println!("\n{:<26} {:<6} {:>10} {:>10} {:>8}  levels", "object", "method", "predicted", "real", "error");
    let (mut heaps, mut indexes, mut heights) = (vec![], vec![], (0, 0));
    let mut real: Vec<(String, String, u64, u64, u32)> = vec![];
    for table in &predicted.tables {
        let name = &table.table.name;
        real.push((name.clone(), "heap".into(), table.pages, pages(name), 0));
        for index in &table.indexes {
            real.push((index.name.clone(), index.method.clone(), index.pages, pages(&index.name), index.height));
        }
    }
    for (name, method, predicted, real, height) in real {
        let error = (predicted as f64 / real.max(1) as f64 - 1.0) * 100.0;
        let mut levels = String::new();
        if method == "btree" {
            let sql = format!("SELECT level::int4 + 1 FROM bt_metap('{name}')");
            let has: i32 = session.client.query_one(&sql, &[]).unwrap_or_else(|e| panic!("{e}")).get(0);
            levels = format!("{height} of {has}");
            heights.0 += usize::from(has as u32 == height);
            heights.1 += 1;
        }
        if real >= COUNTED_PAGES {
            if method == "heap" { heaps.push(error.abs()) } else { indexes.push(error.abs()) }
        }
        println!("{name:<26} {method:<6} {predicted:>10} {real:>10} {error:>+7.2} %  {levels}");
    }
    heaps.sort_by(f64::total_cmp);
    indexes.sort_by(f64::total_cmp);
    let (last, middle) =
        (|e: &[f64]| e.last().copied().unwrap_or(0.0), |e: &[f64]| e.get(e.len() / 2).copied().unwrap_or(0.0));
    println!(
        "\nobjects of {COUNTED_PAGES} pages and more, error of the prediction: {} heaps, median {:.2} %, worst {:.2} %; \
         {} indexes, median {:.2} %, worst {:.2} %; height right for {} of {} trees ({} tables in all)",
        heaps.len(),
        middle(&heaps),
        last(&heaps),
        indexes.len(),
        middle(&indexes),
        last(&indexes),
        heights.0,
        heights.1,
        schema.tables.len()
    );
}
