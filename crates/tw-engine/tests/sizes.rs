//! Predicted pages against real ones, on rows that are nothing like a benchmark's: long and short texts, nulls, skew,
//! documents, wide rows, pages left with room.
use tw_lab::{Lab, LabOptions, Scope, discover, introspect, profile};
use tw_model::{
    layout::{Layout, TableProfile},
    trial::Actor,
};
use tw_rooms::physical::{self, predict::every_index};

const SCHEMA: &str = "
CREATE TABLE device (device_id uuid PRIMARY KEY, label text NOT NULL, kind varchar(12) NOT NULL);
CREATE TABLE reading (
    reading_id bigint PRIMARY KEY, ok boolean NOT NULL, taken_at timestamptz NOT NULL, grade smallint,
    device_id uuid NOT NULL, amount numeric(14,4), note text, tags text[] NOT NULL, doc jsonb
) WITH (fillfactor = 85);
CREATE INDEX i_device ON reading (device_id);
CREATE INDEX i_device_taken ON reading (device_id, taken_at DESC);
CREATE INDEX i_grade ON reading (grade);
CREATE INDEX i_note ON reading (note);
CREATE INDEX i_amount ON reading (amount);
CREATE INDEX i_packed ON reading (taken_at) WITH (fillfactor = 100);
CREATE INDEX i_with ON reading (taken_at) INCLUDE (amount, ok);
CREATE INDEX i_bad ON reading (device_id) WHERE (NOT ok);
CREATE INDEX i_lower ON reading (lower(note));
CREATE INDEX i_tags ON reading (tags);
CREATE INDEX h_device ON reading USING hash (device_id);
CREATE INDEX b_taken ON reading USING brin (taken_at) WITH (pages_per_range = 16)";

/// Rows that depend on their number alone.
const ROWS: &str = "
INSERT INTO device SELECT md5(n::text)::uuid, repeat(md5(n::text), 1 + n % 5), (ARRAY['pump', 'valve', 'thermometer'])[1 + n % 3]
  FROM generate_series(1, 4000) AS n;
INSERT INTO reading SELECT n, hashint4(n) % 10 <> 0, '2024-01-01'::timestamptz + n * interval '7 seconds',
    CASE WHEN hashint4(n + 1) % 4 = 0 THEN NULL ELSE (sqrt(abs(hashint4(n + 2)) % 100))::smallint END,
    md5((1 + abs(hashint4(n + 3)) % 4000)::text)::uuid,
    CASE WHEN n % 7 = 0 THEN NULL ELSE round((abs(hashint4(n + 4)) % 1000000007)::numeric / (1 + abs(hashint4(n)) % 9999), 4) END,
    CASE WHEN hashint4(n + 5) % 3 = 0 THEN NULL ELSE left(repeat(md5(n::text), 12), abs(hashint4(n + 6)) % 350) END,
    (ARRAY['{}', '{a}', '{a,bb}', '{ccc,dd,e}'])[1 + abs(hashint4(n + 7)) % 4]::text[],
    CASE WHEN n % 5 = 0 THEN jsonb_build_object('n', n, 'of', md5(n::text)) END
  FROM generate_series(1, 120000) AS n";

/// The sample: every row whose hash says so, about one in ten.
const KEPT: &str = "hashint8extended(reading_id, 42) % 10 = 0";

fn run(lab: &Lab, database: &str, sql: &str) {
    let mut session = lab.session(database, &Actor::Lab).unwrap_or_else(|e| panic!("{e}"));
    session.client.batch_execute("SET statement_timeout = 0").expect("the limit is lifted");
    session.client.batch_execute(sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
}

/// Pages of a relation.
fn pages(lab: &Lab, name: &str) -> u64 {
    let mut session = lab.session("full", &Actor::Lab).unwrap_or_else(|e| panic!("{e}"));
    let row = session.client.query_one(&format!("SELECT pg_relation_size('{name}') / 8192"), &[]);
    row.unwrap_or_else(|e| panic!("{e}")).get::<_, i64>(0) as u64
}

/// Every object with predicted and real pages, and the error in percent.
fn compared(lab: &Lab, layout: &Layout) -> Vec<(String, u64, u64, f64)> {
    let mut all = vec![];
    for table in &layout.tables {
        all.push((table.table.name.clone(), table.pages));
        assert!(table.indexes.iter().all(|i| i.unknown.is_none()), "{table:?}");
        all.extend(table.indexes.iter().map(|i| (i.name.clone(), i.pages)));
    }
    let measured = all.into_iter().map(|(name, predicted)| {
        let real = pages(lab, &name);
        (name, predicted, real, (predicted as f64 / real.max(1) as f64 - 1.0) * 100.0)
    });
    measured.collect()
}

#[test]
fn pages_are_predicted_from_widths_and_numbers_of_values() {
    let installation = discover(None).unwrap_or_else(|e| panic!("{e}")).remove(0);
    let lab = Lab::start(&installation, &LabOptions::default()).unwrap_or_else(|e| panic!("{e}"));
    let (tables, indexes) = SCHEMA.split_once("CREATE INDEX").expect("indexes follow");
    for database in ["full", "part"] {
        lab.create_database(database, None).unwrap_or_else(|e| panic!("{e}"));
        run(&lab, database, tables);
        run(&lab, database, ROWS);
        if database == "part" {
            run(&lab, database, &format!("DELETE FROM reading WHERE NOT ({KEPT})"));
        }
        // Built over the rows, not grown with them.
        run(&lab, database, &format!("CREATE INDEX{indexes}; REINDEX TABLE device; REINDEX TABLE reading"));
    }
    let mut session = lab.session("part", &Actor::Lab).unwrap_or_else(|e| panic!("{e}"));
    let schema = introspect(&mut session.client, &Scope::default()).unwrap_or_else(|e| panic!("{e}"));
    let equal_image = profile::equal_image(&mut session.client, &schema).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(equal_image.get("i_amount"), Some(&false), "numbers that are equal can differ in bytes");
    assert_eq!(equal_image.get("i_device"), Some(&true));
    let mut profiles: Vec<TableProfile> = vec![];
    for table in &schema.tables {
        let seen = profile::profile(&mut session.client, table, &every_index(table)).unwrap_or_else(|e| panic!("{e}"));
        let (rows, known) = match table.name.name.as_str() {
            "reading" => (120_000.0, vec![(vec!["device_id".to_string()], 4_000.0)]),
            _ => (4_000.0, vec![]),
        };
        profiles.push(physical::scaled(&seen, rows, &known));
    }
    let layout = physical::predict(&schema, &profiles, &equal_image);
    let compared = compared(&lab, &layout);
    for (name, predicted, real, error) in &compared {
        println!("{name:<16} {predicted:>6} {real:>6} {error:>+6.2} %");
    }
    for (name, predicted, real, error) in &compared {
        // A page more or less is no error of the model.
        let near = predicted.abs_diff(*real) <= 1;
        let most = if name == "reading" || name == "device" { 1.5 } else { 6.0 };
        assert!(near || error.abs() <= most, "{name}: {predicted} pages predicted, {real} there");
    }
    // The model can be wrong: rows that are half as wide come to other pages.
    for column in profiles.iter_mut().flat_map(|p| &mut p.columns) {
        column.widths.iter_mut().for_each(|w| w.0 = (w.0 / 2).max(1));
    }
    let wrong = physical::predict(&schema, &profiles, &equal_image);
    let far = |l: &Layout| l.tables.iter().map(|t| t.pages).sum::<u64>();
    assert!(far(&wrong) * 10 < far(&layout) * 9, "half the width is told from the whole");
}
