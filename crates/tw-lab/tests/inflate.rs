//! A copy looks to the planner as large as it was told, takes little disk, and does nothing but plan.
mod common;
use common::*;
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use tw_lab::{
    Lab,
    inflate::{Share, inflate, measure, sample},
};
use tw_model::{horizon::*, schema::Name, trial::Actor};

const SCRIPT: &str = "\
CREATE EXTENSION bloom; CREATE EXTENSION btree_gist; CREATE EXTENSION pg_trgm;
CREATE TABLE owners (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE things (
    id int PRIMARY KEY, owner int NOT NULL REFERENCES owners, at timestamptz NOT NULL, kind text NOT NULL, note text,
    code int NOT NULL, place point NOT NULL, tags text[] NOT NULL);
ALTER TABLE things ALTER note SET STORAGE EXTERNAL;
CREATE INDEX by_owner ON things (owner, at DESC);
CREATE INDEX by_code ON things USING hash (code);
CREATE INDEX by_tags ON things USING gin (tags);
CREATE INDEX by_parts ON things USING gin (kind gin_trgm_ops);
CREATE INDEX by_place ON things USING gist (place);
CREATE INDEX by_kind ON things USING spgist (kind);
CREATE INDEX by_time ON things USING brin (at);
CREATE INDEX by_bits ON things USING bloom (code);
CREATE INDEX few ON things (at) WHERE kind = 'rare';
CREATE TABLE moves (id int, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE moves_1 PARTITION OF moves FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE moves_2 PARTITION OF moves FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE INDEX by_at ON moves (at);
INSERT INTO owners SELECT i, 'owner ' || i FROM generate_series(1, 500) i;
INSERT INTO things SELECT i, 1 + i % 500, '2024-01-01'::timestamptz + i * interval '1 hour',
    CASE WHEN i % 50 = 0 THEN 'rare' ELSE 'common' END,
    repeat(md5(i::text), 100), i % 977, point(i % 101, i % 97), ARRAY['t' || i % 7, 'u' || i % 31]
FROM generate_series(1, 5000) i;
INSERT INTO moves SELECT i, date '2024-01-01' + i % 731 FROM generate_series(1, 4000) i;
VACUUM ANALYZE;
";

fn table(name: &str, rows: u64, pages: u64) -> HorizonTable {
    HorizonTable { name: Name::new("public", name), rows, pages, visible_share: 0.5, ..HorizonTable::default() }
}

fn horizon() -> Horizon {
    let mut things = table("things", 200_000_000, 4_000_000);
    things.columns =
        vec![HorizonColumn { name: "owner".into(), n_distinct: 500_000.0, common_share: 500.0 / 500_000.0 }];
    things.indexes = vec![HorizonIndex { name: "by_owner".into(), rows: 200_000_000, pages: 900_000 }];
    let mut horizon = Horizon {
        tables: vec![things, table("owners", 500_000, 5_000), table("moves", 80_000_000, 400_000)],
        settings: vec![],
    };
    horizon.sort();
    horizon
}

/// Bytes that the disk gave to everything below a directory.
fn allocated(at: &Path) -> u64 {
    let Ok(about) = std::fs::symlink_metadata(at) else { return 0 };
    let below = std::fs::read_dir(at).into_iter().flatten().flatten();
    about.blocks() * 512 + below.map(|e| if about.is_dir() { allocated(&e.path()) } else { 0 }).sum::<u64>()
}

/// What a fresh session sees of every relation of the copy: name, pages of the file, pages and rows of the catalogue.
fn seen(lab: &Lab) -> Vec<(String, i64, i64, f64)> {
    let database = databases(lab).into_iter().find(|d| d.starts_with("tw_inflated")).expect("the copy is there");
    let mut session = lab.session(&database, &Actor::Lab).unwrap_or_else(|e| panic!("{e}"));
    let sql = "SELECT CASE relkind WHEN 't' THEN 'toast of ' || (SELECT relname FROM pg_class o WHERE o.reltoastrelid = c.oid) \
               ELSE relname END::text, coalesce(pg_relation_size(oid), 0) / 8192, relpages::int8, reltuples::float8 FROM pg_class c \
               WHERE oid >= 16384 AND relkind IN ('r', 'i', 't', 'p') ORDER BY 1";
    let rows = session.client.query(sql, &[]).expect("the catalogue is read");
    rows.iter().map(|r| (r.get(0), r.get(1), r.get(2), r.get(3))).collect()
}

fn databases(lab: &Lab) -> Vec<String> {
    let mut session = lab.session("postgres", &Actor::Lab).unwrap_or_else(|e| panic!("{e}"));
    let rows = session.client.query("SELECT datname::text FROM pg_database ORDER BY 1", &[]).expect("it is asked");
    rows.iter().map(|r| r.get(0)).collect()
}

#[test]
fn the_planner_sees_the_sizes_it_was_told() {
    for installation in installations() {
        let lab = lab_with(&installation, SCRIPT);
        let before = allocated(lab.directory());
        let real = lab.session("base", &Actor::Lab).expect("connects").client;
        drop(real);
        let mut copy = inflate(&lab, "base", &horizon()).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(copy.doubts, []);
        let all = seen(&lab);
        let of = |name: &str| all.iter().find(|r| r.0 == name).cloned().unwrap_or_else(|| panic!("{name}: {all:?}"));
        // Of the heaps and of the index that was named.
        assert_eq!(of("things"), ("things".into(), 4_000_000, 4_000_000, 2e8));
        assert_eq!(of("by_owner"), ("by_owner".into(), 900_000, 900_000, 2e8));
        assert_eq!(of("owners").3, 5e5);
        // Every other index, of every method, grows as its table does: 40,000 times.
        for index in
            ["things_pkey", "by_code", "by_tags", "by_parts", "by_place", "by_kind", "by_time", "by_bits", "few"]
        {
            let (_, pages, catalogue, rows) = of(index);
            assert_eq!(pages, catalogue, "{index}");
            assert!(pages >= 40_000, "{index} has {pages} pages");
            let share = if index == "few" { 0.02 } else { 1.0 };
            // BRIN counts no entries of its own, and a trigram's entries are more than rows.
            assert!(rows >= 2e8 * share * 0.99 || index == "by_time", "{index} has {rows} entries");
        }
        // The texts are kept apart, and grow along.
        let (_, pages, catalogue, rows) = of("toast of things");
        assert_eq!(pages, catalogue);
        assert!(pages > 10_000_000 && rows >= 2e8, "{pages} {rows}");
        // Partitions share what their parent has, by the rows in them.
        let (one, two) = (of("moves_1"), of("moves_2"));
        assert_eq!((one.1, two.1), (one.2, two.2));
        assert!((one.3 + two.3 - 8e7).abs() < 100.0, "{one:?} {two:?}");
        // 2,175 of the sample's 4,000 rows are in the first.
        assert!((one.3 - 43.5e6).abs() < 100.0 && one.1 == 217_500, "{one:?}");
        assert!(of("moves_1_at_idx").1 > 50_000);
        // And the planner believes it.
        let whole = copy.explain("SELECT * FROM things").unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(whole.rows, 2e8);
        assert!(whole.cost > 4_000_000.0);
        let one = copy.explain("SELECT * FROM things WHERE owner = 7 ORDER BY at DESC LIMIT 5").unwrap();
        assert_eq!(one.shape, ["Limit", "  Index Scan using by_owner on things"]);
        let all_of_one = copy.explain("SELECT * FROM things WHERE owner = 7").unwrap();
        assert_eq!(all_of_one.rows, 400.0, "2e8 rows over 5e5 owners");
        let some = copy.explain("SELECT count(*) FROM moves WHERE at = '2024-06-01'").unwrap();
        assert!(some.shape.iter().any(|l| l.contains("moves_1")), "{:?}", some.shape);
        let taken = allocated(lab.directory()).saturating_sub(before);
        assert!(taken < 64 << 20, "{} MB on the disk", taken >> 20);
        drop(copy);
        assert!(databases(&lab).iter().all(|d| !d.starts_with("tw_inflated")), "the copy is dropped");
        assert!(allocated(lab.directory()) < before + (16 << 20), "and its files with it");
    }
}

#[test]
fn trees_are_as_high_as_they_will_be_and_still_lead_to_the_sample() {
    for installation in installations() {
        let lab = lab_with(&installation, SCRIPT);
        lab.session("base", &Actor::Lab).unwrap().client.batch_execute("CREATE EXTENSION pageinspect").unwrap();
        let mut copy = inflate(&lab, "base", &horizon()).unwrap_or_else(|e| panic!("{e}"));
        // The last tenth of the histogram ends at the last row, which the planner looks up in the tree itself.
        let late = copy.explain("SELECT * FROM things WHERE id > 4999").unwrap();
        assert!(late.rows < 2e8 / 1000.0, "{} rows", late.rows);
        let database = databases(&lab).into_iter().find(|d| d.starts_with("tw_inflated")).unwrap();
        let mut session = lab.session(&database, &Actor::Lab).unwrap();
        session.client.batch_execute("SET ignore_checksum_failure = on; SET enable_seqscan = off").unwrap();
        let sql = "SELECT level::int8, fastlevel::int8, root::int8 FROM bt_metap('by_owner')";
        let row = session.client.query_one(sql, &[]).unwrap();
        // 900,000 pages at about 285 keys a page: three levels above the leaves.
        assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (3, 3));
        // Walked down for real, which nothing but this test does.
        let sql = "SELECT max(id)::int8, count(*) FROM (SELECT id FROM things ORDER BY id DESC LIMIT 10) t";
        let row = session.client.query_one(sql, &[]).unwrap();
        assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (5000, 10));
        let sql = "SELECT n_total_pages, n_entries FROM gin_metapage_info(get_raw_page('by_tags', 0))";
        let row = session.client.query_one(sql, &[]).unwrap();
        assert!(
            row.get::<_, i64>(0) >= 40_000 && row.get::<_, i64>(1) >= 40_000 * 38,
            "{} {}",
            row.get::<_, i64>(0),
            row.get::<_, i64>(1)
        );
    }
}

#[test]
fn without_the_inflation_the_plans_are_others() {
    let lab = lab_with(&installations()[0], SCRIPT);
    let mut small = inflate(&lab, "base", &Horizon::default()).unwrap_or_else(|e| panic!("{e}"));
    let whole = small.explain("SELECT * FROM things").unwrap();
    assert_eq!(whole.rows, 5000.0);
    assert_eq!(small.explain("SELECT * FROM things WHERE owner = 7").unwrap().rows, 10.0);
}

#[test]
fn nothing_but_planning_runs_on_a_copy() {
    let lab = lab_with(&installations()[0], SCRIPT);
    let mut copy = inflate(&lab, "base", &horizon()).unwrap_or_else(|e| panic!("{e}"));
    for refused in [
        "SELECT 1; DROP TABLE owners",
        "ANALYZE SELECT * FROM things",
        "(ANALYZE) SELECT * FROM things",
        "VACUUM things",
        "EXPLAIN ANALYZE SELECT * FROM things",
        "",
    ] {
        assert!(copy.explain(refused).is_err(), "{refused}");
    }
    // A plan of a write is a plan and no write.
    assert_eq!(copy.explain("DELETE FROM owners WHERE id = 1").unwrap().shape[0], "Delete on owners");
    assert!(copy.explain("SELECT * FROM owners").is_ok());
    let unknown = Horizon { tables: vec![table("nowhere", 1, 1)], settings: vec![] };
    let error = inflate(&lab, "base", &unknown).unwrap_err().to_string();
    assert!(error.contains("public.nowhere, which the database does not have"), "{error}");
    let huge = Horizon { tables: vec![table("things", 1 << 40, i32::MAX as u64)], settings: vec![] };
    let error = inflate(&lab, "base", &huge).unwrap_err().to_string();
    assert!(error.contains("Leave out tables") || error.contains("more than a table can have"), "{error}");
}

#[test]
fn hidden_indexes_are_not_seen_and_come_back() {
    for installation in installations() {
        let lab = lab_with(&installation, SCRIPT);
        let mut copy = inflate(&lab, "base", &horizon()).unwrap_or_else(|e| panic!("{e}"));
        let sql = "SELECT * FROM things WHERE owner = 7 ORDER BY at DESC LIMIT 5";
        let with = copy.explain(sql).unwrap();
        let hidden = BTreeSet::from([Name::new("public", "by_owner")]);
        let without = copy.explain_without(&hidden, sql).unwrap();
        assert!(without.shape.iter().any(|l| l.ends_with("Seq Scan on things")), "{:?}", without.shape);
        assert!(without.cost > 1000.0 * with.cost);
        // A statement that is refused does not bring them back.
        copy.hide(&hidden).unwrap();
        assert!(copy.explain("SELECT nothing FROM things").is_err());
        assert_eq!(copy.explain(sql).unwrap().shape, without.shape);
        let more = BTreeSet::from([Name::new("public", "things_pkey")]);
        copy.hide(&more).unwrap();
        assert_eq!(copy.explain(sql).unwrap().shape, with.shape);
        assert!(copy.explain("SELECT * FROM things WHERE id = 5").unwrap().shape[0].starts_with("Seq Scan"));
        copy.hide(&BTreeSet::new()).unwrap();
        assert_eq!(
            copy.explain("SELECT * FROM things WHERE id = 5").unwrap().shape,
            ["Index Scan using things_pkey on things"]
        );
        let generic = copy.explain_generic("SELECT * FROM things WHERE owner = $1", &["int".into()]).unwrap();
        assert_eq!(generic.rows, 400.0);
    }
}

#[test]
fn a_sample_keeps_its_share_and_the_extremes() {
    for installation in installations() {
        let lab = lab_with(&installation, SCRIPT);
        let share = Share { of_rows: 0.1, at_least: 200, seed: 1 };
        let all: BTreeMap<Name, u64> =
            sample(&lab, "base", "few", share).unwrap_or_else(|e| panic!("{e}")).into_iter().collect();
        let things = Name::new("public", "things");
        assert_eq!(all[&things], 5000);
        let mut session = lab.session("few", &Actor::Lab).unwrap();
        let sql = "SELECT count(*), min(id)::int8, max(id)::int8, max(at) = '2024-01-01'::timestamptz + interval '5000 hours', \
                   (SELECT count(*) FROM owners), (SELECT count(*) FROM moves) FROM things";
        let row = session.client.query_one(sql, &[]).unwrap();
        let count = |at: usize| row.get::<_, i64>(at);
        assert!((400..=620).contains(&count(0)), "{} of 5000 at a tenth", count(0));
        assert_eq!((count(1), count(2), row.get(3)), (1, 5000, true), "the extremes");
        assert!((150..=260).contains(&count(4)), "{} of 500 where 200 are the least", count(4));
        assert!((300..=520).contains(&count(5)), "{} of 4000, in partitions", count(5));
        drop(session);
        let horizon = measure(&lab, "few", &all).unwrap_or_else(|e| panic!("{e}"));
        let table = horizon.table(&things).expect("it is measured");
        let mut session = lab.session("base", &Actor::Lab).unwrap();
        let real = session.client.query_one("SELECT pg_relation_size('things') / 8192", &[]).unwrap().get::<_, i64>(0);
        drop(session);
        assert!((table.pages as f64 / real as f64 - 1.0).abs() < 0.2, "{} of {real} pages", table.pages);
        let column = |name: &str| table.columns.iter().find(|c| c.name == name).expect("it is measured").n_distinct;
        assert_eq!(column("id"), -1.0);
        assert_eq!(column("kind"), 2.0);
        let owners = if column("owner") < 0.0 { -column("owner") * 5000.0 } else { column("owner") };
        assert!((400.0..=500.0).contains(&owners), "{owners} of 500 owners");
    }
}

#[test]
fn a_table_without_statistics_is_in_doubt_unless_it_stays_empty() {
    let lab = lab_with(&installations().remove(0), "CREATE TABLE none (id int); ANALYZE");
    let doubts = |rows: u64, pages: u64| {
        let columns = vec![HorizonColumn { name: "id".into(), n_distinct: -1.0, common_share: 1.0 }];
        let none = HorizonTable { columns, ..table("none", rows, pages) };
        let horizon = Horizon { tables: vec![none], settings: vec![] };
        let copy = inflate(&lab, "base", &horizon).unwrap_or_else(|e| panic!("{e}"));
        copy.doubts.iter().map(|doubt| doubt.why.clone()).collect::<Vec<String>>()
    };
    let [why] = &doubts(1000, 10)[..] else { panic!("one doubt") };
    assert!(why.starts_with("id has no statistics"), "{why}");
    assert_eq!(doubts(0, 0), Vec::<String>::new());
}
