//! Corners of the catalogue that generated schemas do not reach, and what is not read.
use crate::ground::{Database, assert_same, forget_roles, installations, start};
use std::time::Instant;
use tw_model::{diff::diff, print, schema::*};

/// What every major has.
const ANY: &str = r#"
CREATE ROLE tw_reader;
CREATE TYPE named AS (word text COLLATE "C", "Odd name" numeric(4,1)[]);
CREATE DOMAIN code AS varchar(8) COLLATE "C" NOT NULL;
CREATE TYPE span AS RANGE (subtype = timestamptz, multirange_type_name = spans);
CREATE FUNCTION plus(a integer, b integer DEFAULT 1, VARIADIC more integer[] DEFAULT '{}') RETURNS integer
  LANGUAGE sql STABLE PARALLEL SAFE COST 10 AS $$SELECT a + b$$;
CREATE FUNCTION plus(a text) RETURNS TABLE (x text, y integer) LANGUAGE sql AS $$SELECT a, 1$$;
CREATE FUNCTION grow(state integer[], item integer) RETURNS integer[] LANGUAGE sql IMMUTABLE AS 'SELECT state || item';
CREATE AGGREGATE gathered(integer) (SFUNC = grow, STYPE = integer[], INITCOND = '{}', PARALLEL = SAFE);
CREATE AGGREGATE counted(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0');
CREATE PROCEDURE nothing(INOUT a integer) LANGUAGE plpgsql AS $$BEGIN a := 1; END$$;
CREATE SEQUENCE small_one AS smallint INCREMENT -2 MAXVALUE 100 START 50;
CREATE TABLE "Weird "" name" ("a""b" integer, "select" text DEFAULT E'a\\b', CHECK ("a""b" > 0));
CREATE TABLE parent (a integer, b integer, c int4range, PRIMARY KEY (a, b) WITH (fillfactor = 60), UNIQUE (b) INCLUDE (c));
CREATE TABLE child (a integer, b integer, note text, FOREIGN KEY (a, b) REFERENCES parent MATCH FULL DEFERRABLE INITIALLY DEFERRED NOT VALID);
CREATE TABLE self (id integer PRIMARY KEY, boss integer REFERENCES self, EXCLUDE USING btree (boss WITH =) WHERE (id > 3) DEFERRABLE);
CREATE TABLE one (id integer PRIMARY KEY, two integer);
CREATE TABLE two (id integer PRIMARY KEY, one integer REFERENCES one);
ALTER TABLE one ADD FOREIGN KEY (two) REFERENCES two;
CREATE TABLE texts (t text, v tsvector, a integer[], i inet, CONSTRAINT only_here CHECK (t <> '') NO INHERIT);
CREATE INDEX ON texts USING gist (v tsvector_ops (siglen = 64));
CREATE INDEX ON texts USING gin (a) WITH (fastupdate = off, gin_pending_list_limit = 128);
CREATE INDEX ON texts USING gin (to_tsvector('english'::regconfig, t)) WHERE t IS NOT NULL AND length(t) > 3;
CREATE INDEX ON texts USING brin (i inet_minmax_ops) WITH (pages_per_range = 4);
CREATE INDEX ON texts (COALESCE(t, ''), (t IS NULL), CAST(t AS varchar) COLLATE "C" varchar_pattern_ops DESC NULLS LAST);
CREATE UNIQUE INDEX target ON texts (i);
CREATE TABLE pointing (i inet REFERENCES texts (i));
CREATE TABLE cut (k text, n integer) PARTITION BY LIST (lower(k));
CREATE TABLE cut_a PARTITION OF cut FOR VALUES IN ('a', 'it''s') PARTITION BY RANGE (n, k COLLATE "C");
CREATE TABLE cut_a_1 PARTITION OF cut_a FOR VALUES FROM (MINVALUE, MINVALUE) TO (10, 'm');
CREATE TABLE cut_rest (n integer DEFAULT 9, k text NOT NULL, CONSTRAINT own CHECK (n < 5));
ALTER TABLE cut ATTACH PARTITION cut_rest DEFAULT;
CREATE INDEX cut_n ON cut (n);
CREATE FUNCTION fired() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$;
CREATE TRIGGER on_cut AFTER INSERT ON cut FOR EACH ROW EXECUTE FUNCTION fired();
CREATE CONSTRAINT TRIGGER late AFTER UPDATE OF k, n ON cut_rest DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.n IS DISTINCT FROM NEW.n) EXECUTE FUNCTION fired('a', 'b''c');
CREATE TRIGGER seen AFTER INSERT ON child REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION fired();
CREATE VIEW base_view WITH (check_option = local) AS SELECT id, boss FROM self WHERE id > 0;
CREATE VIEW z_first AS SELECT plus(id) AS n, s.* FROM base_view s;
CREATE VIEW a_second (one_name, other) AS WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 3) SELECT t.n, z.boss FROM t, z_first z;
CREATE MATERIALIZED VIEW m WITH (fillfactor = 80) AS SELECT one_name FROM a_second;
CREATE UNIQUE INDEX ON m (one_name);
CREATE FUNCTION row_of(z_first) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION checked(integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 > 0';
CREATE TABLE uses_function (n integer DEFAULT plus(1, 2), g boolean GENERATED ALWAYS AS (checked(n)) STORED, CHECK (checked(n)));
CREATE POLICY p ON self FOR ALL TO tw_reader USING (EXISTS (SELECT FROM one WHERE one.two = self.boss));
CREATE POLICY q ON self AS RESTRICTIVE FOR INSERT WITH CHECK (pg_catalog.current_setting('app.user', true) = CURRENT_USER);
GRANT SELECT (id), UPDATE (boss) ON self TO tw_reader WITH GRANT OPTION;
REVOKE ALL ON FUNCTION checked(integer) FROM PUBLIC;
GRANT EXECUTE ON PROCEDURE nothing(integer) TO tw_reader;
GRANT USAGE ON TYPE code TO tw_reader;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO tw_reader;
"#;

/// What newer majors add, from the major on.
const NEWER: &[(u32, &str)] = &[
    (
        15,
        "CREATE TABLE tenants (t integer, u integer, w integer, PRIMARY KEY (t, u));
         CREATE TABLE of_tenants (t integer, u integer, FOREIGN KEY (t, u) REFERENCES tenants ON DELETE SET NULL (u));
         CREATE UNIQUE INDEX ON of_tenants (u) NULLS NOT DISTINCT;
         CREATE VIEW safe WITH (security_invoker = true) AS SELECT 1 AS one",
    ),
    (
        18,
        "CREATE TABLE virtual (a integer, b integer GENERATED ALWAYS AS (a * 2) VIRTUAL,
           CONSTRAINT a_is_there NOT NULL a NO INHERIT, CONSTRAINT hoped CHECK (a > 5) NOT ENFORCED);
         CREATE TABLE later (a integer);
         ALTER TABLE later ADD CONSTRAINT soon NOT NULL a NOT VALID;
         CREATE TABLE bookings (room int4range, during daterange, PRIMARY KEY (room, during WITHOUT OVERLAPS));
         CREATE TABLE stays (room int4range, during daterange, FOREIGN KEY (room, PERIOD during) REFERENCES bookings (room, PERIOD during));
         CREATE TABLE kin (CONSTRAINT kin_name NOT NULL n) INHERITS (named_parent)",
    ),
];

/// What there is no word for, and how it is named.
const UNREAD: &[(&str, &str)] = &[
    ("CREATE RULE quiet AS ON INSERT TO self DO ALSO NOTHING", "rule quiet on table public.self"),
    ("CREATE STATISTICS together ON a, b FROM parent", "statistics object public.together"),
    ("CREATE COLLATION own FROM \"C\"", "collation public.own"),
    ("CREATE CAST (named AS integer) WITH FUNCTION fake(named)", "cast from public.named to integer"),
    ("ALTER TABLE parent REPLICA IDENTITY FULL", "replica identity of public.parent"),
    ("ALTER TABLE parent CLUSTER ON parent_pkey", "CLUSTER ON parent_pkey"),
    ("ALTER TABLE texts ALTER COLUMN t SET STATISTICS 500", "statistics target of column public.texts.t"),
    ("ALTER TABLE texts ALTER COLUMN t SET (n_distinct = 5)", "options of column public.texts.t"),
    ("CREATE PUBLICATION out FOR TABLE self", "publication out"),
    ("COMMENT ON CONSTRAINT code_check ON DOMAIN limited IS 'said'", "comment on constraint code_check"),
    ("ALTER VIEW base_view ALTER COLUMN boss SET DEFAULT 1", "default of view column public.base_view.boss"),
];

#[test]
fn corners_reach_a_fixed_point_without_loss() {
    for installation in installations() {
        let lab = start(&installation);
        let mut source = Database::new(&lab, "source");
        let run =
            |d: &mut Database, sql: &str| d.client().batch_execute(sql).unwrap_or_else(|e| panic!("{sql}\n{e:?}"));
        run(&mut source, "CREATE TABLE named_parent (n integer)");
        run(&mut source, ANY);
        for (major, sql) in NEWER {
            if installation.major >= *major {
                run(&mut source, sql);
            } else {
                println!("not run on {}: what {major} added", installation.version);
            }
        }
        let first = source.read();
        drop(source);
        forget_roles(&lab, &first.schema);
        let unread: Vec<&String> = first.not_read.iter().collect();
        assert!(unread.is_empty(), "{unread:?}");
        let mut once = Database::holding(&lab, "once", &first.schema);
        let second = once.read();
        drop(once);
        forget_roles(&lab, &second.schema);
        assert_same(&first.schema, &second.schema, &format!("{}: not the same after a trip", installation.version));
        // roles.sql is loaded after schema.sql, which loads without it.
        let mut halves = Database::new(&lab, "halves");
        run(&mut halves, &print::print_objects(&first.schema));
        let objects = halves.read().schema;
        assert_eq!((objects.roles.len(), objects.grants.len()), (0, 0));
        run(&mut halves, &print::print_roles(&first.schema));
        let both = halves.read();
        assert_same(&first.schema, &both.schema, &format!("{}: the halves are not the whole", installation.version));
        let rest = diff(&both.schema, &Schema::default());
        halves.run(&rest);
    }
}

#[test]
fn what_is_not_read_is_named() {
    for installation in installations() {
        let lab = start(&installation);
        let mut database = Database::new(&lab, "unread");
        let run =
            |d: &mut Database, sql: &str| d.client().batch_execute(sql).unwrap_or_else(|e| panic!("{sql}\n{e:?}"));
        run(
            &mut database,
            "CREATE TABLE self (id integer, boss integer); CREATE TABLE parent (a integer PRIMARY KEY, b integer);
             CREATE TABLE texts (t text); CREATE TYPE named AS (a integer);
             CREATE FUNCTION fake(named) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
             CREATE DOMAIN limited AS text CONSTRAINT code_check CHECK (VALUE <> '');
             CREATE VIEW base_view AS SELECT boss FROM self",
        );
        assert_eq!(database.read().not_read, Vec::<String>::new());
        for (sql, phrase) in UNREAD {
            run(&mut database, sql);
            let not_read = database.read().not_read;
            assert!(not_read.contains(&phrase.to_string()), "{sql}: {not_read:?}");
        }
        assert_eq!(database.read().not_read.len(), UNREAD.len());
    }
}

#[test]
fn a_thousand_tables_are_read_and_printed_in_seconds() {
    let Some(installation) = installations().into_iter().next() else {
        panic!("no PostgreSQL was found");
    };
    let lab = start(&installation);
    let mut database = Database::new(&lab, "large");
    let tables = "DO $$ BEGIN FOR i IN 1..1000 LOOP EXECUTE format(
        'CREATE TABLE t%s (id bigint PRIMARY KEY, a text NOT NULL, b numeric(10,2) DEFAULT 0 CHECK (b >= 0), c integer REFERENCES t%s (ref), ref integer UNIQUE);
         CREATE INDEX ON t%s (a); COMMENT ON COLUMN t%s.a IS ''said''', i, greatest(i - 1, 1), i, i); END LOOP; END $$";
    let first = "CREATE TABLE t0 (ref integer UNIQUE)";
    for sql in [first, &tables.replace("max_locks", "")] {
        database.client().batch_execute("SET statement_timeout = 0").unwrap_or_else(|e| panic!("{e:?}"));
        database.client().batch_execute(sql).unwrap_or_else(|e| panic!("{e:?}"));
    }
    let began = Instant::now();
    let schema = database.read().schema;
    let read_ms = began.elapsed().as_millis();
    let began = Instant::now();
    let sql = print::print(&schema);
    let print_ms = began.elapsed().as_millis();
    println!("1,001 tables: read in {read_ms} ms, printed ({} KB) in {print_ms} ms", sql.len() / 1024);
    assert_eq!(schema.tables.len(), 1001);
    assert!(read_ms < 20_000 && print_ms < 20_000, "read {read_ms} ms, print {print_ms} ms");
}
