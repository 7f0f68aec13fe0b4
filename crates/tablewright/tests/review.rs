//! `tablewright review` on scripts, folders and a server that is somebody's: what it prints, keeps and looks away from.
mod common;
use common::*;
use serde_json::Value;
use std::process::Command;
use tw_lab::{Installation, Lab, LabOptions, Scope, discover, introspect};
use tw_model::trial::Actor;

/// One finding of each severity that is shown, a statement that is refused, an object that is excused.
const SCHEMA: &str = "\
create table users (id int primary key, email text);
create table posts (
    id int primary key,
    author int not null references users on delete set null,
    total real,
    made timestamp -- tablewright: ignore columns/time-without-zone because it is the wall clock that is meant
);
create tabel nothing (id int);
-- tablewright: ignore keys/no-primary because it only takes rows in
create table arrivals (what text);
create table others (what text);
comment on table others is 'Rows as they come.
tablewright: ignore keys because nobody corrects them';
-- tablewright: ignore keys/no-primary because it was once without
create table settled (id int primary key);
grant select on posts to reporting;
";

fn rules(review: &Value) -> Vec<String> {
    let findings = review["findings"].as_array().expect("findings");
    findings
        .iter()
        .map(|f| format!("{} {}", f["rule"].as_str().expect("a rule"), f["subject"]["path"].as_str().expect("a path")))
        .collect()
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}", ran.out))
}

#[test]
fn a_script_is_reviewed_although_a_part_is_refused() {
    let place = Place::new("review");
    place.write("shop.sql", SCHEMA);
    let ran = place.expect(
        1,
        &[
            "review",
            "-q",
            "--ddl",
            "shop.sql",
            "--format",
            "json",
            "--out",
            "kept",
            "--fix",
            "fix.sql",
            "--write-baseline",
            "known.json",
        ],
    );
    let review = json(&ran);
    assert_eq!(review["format"], 1);
    let found = rules(&review);
    for wanted in [
        "columns/money-in-float public.posts.total",
        "relationships/nulled-required public.posts.posts_author_fkey",
        "indexing/unindexed-reference public.posts.posts_author_fkey",
    ] {
        assert!(found.iter().any(|f| f == wanted), "{wanted} is not in {found:?}");
    }
    assert!(!found.iter().any(|f| f.contains("arrivals") && f.contains("no-primary")), "{found:?}");
    for finding in review["findings"].as_array().expect("findings") {
        contract(finding);
    }
    let text = review["not_judged"].to_string();
    assert!(text.contains("shop.sql:8:8") && text.contains("tabel"), "{text}");
    assert!(text.contains("reporting"), "{text}");
    let ignored: Vec<&str> =
        review["ignored"].as_array().expect("a list").iter().filter_map(|i| i["path"].as_str()).collect();
    assert!(
        ignored.contains(&"public.arrivals")
            && ignored.contains(&"public.others")
            && ignored.contains(&"public.posts.made"),
        "{ignored:?}"
    );
    // An exception that is about nothing is told.
    let unused = review["unused_ignores"].to_string();
    assert!(unused.contains("shop.sql:14") && unused.contains("it was once without"), "{unused}");
    sarif(&place.json("kept/review.sarif"), &review);
    assert!(place.read("kept/review.md").contains("## Not judged"));
    let fixes = place.read("fix.sql");
    assert!(fixes.contains("ON DELETE RESTRICT;") && fixes.contains("CREATE INDEX"), "{fixes}");
    // The fixes mend: what is left has none.
    place.write("mended.sql", &(SCHEMA.to_string() + &fixes));
    let left = json(&place.run(&["review", "-q", "--ddl", "mended.sql", "--format", "json"]));
    let left = rules(&left);
    assert!(!left.iter().any(|f| f.starts_with("relationships/") || f.starts_with("columns/money")), "{left:?}");
    // What is in the baseline is not told again.
    let again = place.expect(0, &["review", "-q", "--ddl", "shop.sql", "--format", "json", "--baseline", "known.json"]);
    assert_eq!(rules(&json(&again)), [""; 0]);
}

/// What every finding must be.
fn contract(finding: &Value) {
    for key in ["rule", "room", "severity", "message", "why", "fingerprint"] {
        assert!(finding[key].as_str().is_some_and(|t| !t.is_empty()), "{key} of {finding}");
    }
    assert!(finding["rule"].as_str().is_some_and(|r| r.starts_with(finding["room"].as_str().unwrap_or("?"))));
    assert!(finding["subject"]["kind"].is_string() && finding["subject"]["path"].is_string());
    assert!(finding["fix"].is_null() || finding["fix"]["sql"].is_string() && finding["fix"]["safety"].is_string());
    if finding["severity"] == "error" {
        assert_eq!(
            (&finding["proof"]["verdict"], &finding["proof"]["twin"]),
            (&"held".into(), &"refuted".into()),
            "{finding}"
        );
    }
    // No statement of the script makes the schema `public`.
    let origin = if finding["subject"]["kind"] == "schema" { "catalogue" } else { "sql" };
    assert_eq!(finding["origin"]["kind"], origin, "{finding}");
}

/// What code scanning reads of the form.
fn sarif(log: &Value, review: &Value) {
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    for rule in rules {
        assert!(rule["shortDescription"]["text"].is_string() && rule["help"]["markdown"].is_string(), "{rule}");
    }
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), review["findings"].as_array().map_or(0, Vec::len));
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("small");
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().expect("a level")));
        assert!(result["message"]["text"].is_string());
        let place = &result["locations"][0]["physicalLocation"];
        let schema = result["locations"][0]["logicalLocations"][0]["kind"] == "schema";
        assert_eq!(place["artifactLocation"]["uri"], if schema { "schema.sql" } else { "shop.sql" });
        assert!(place["region"]["startLine"].as_u64().is_some_and(|l| l > 0));
        assert!(result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"].is_string());
        assert!(result["partialFingerprints"]["tablewright/v1"].is_string());
    }
}

#[test]
fn folders_dumps_and_configurations() {
    let place = Place::new("folders");
    for (name, sql) in [
        ("flyway/V10__c.sql", "alter table b add column total real;\n"),
        ("flyway/V2__b.sql", "create table b (id int primary key, a int references a);\n"),
        ("flyway/V1__a.sql", "create table a (id int primary key);\n"),
        ("flyway/U2__b.sql", "drop table b;\n"),
        (
            "dump.sql",
            "\\restrict x\nSET search_path = '';\nCREATE TABLE public.c (id int);\nALTER TABLE public.c OWNER TO boss;\nCOPY public.c (id) FROM stdin;\n1\n\\.\n",
        ),
    ] {
        std::fs::create_dir_all(place.at(name).parent().expect("a folder")).expect("made");
        place.write(name, sql);
    }
    place.write("tablewright.toml", "[review.severity]\n\"keys/no-primary\" = \"note\"\n[[review.off]]\nrule = \"indexing\"\nbecause = \"another team does\"\n");
    let ran = place.expect(1, &["review", "-q", "--ddl", "flyway", "dump.sql", "--format", "json"]);
    let review = json(&ran);
    let found = rules(&review);
    assert!(found.contains(&"columns/money-in-float public.b.total".to_string()), "{found:?}");
    let origin =
        review["findings"].as_array().and_then(|f| f.iter().find(|f| f["subject"]["path"] == "public.b.total"));
    assert_eq!(origin.map(|f| &f["origin"]["file"]), Some(&"flyway/V10__c.sql".into()));
    assert!(
        found.contains(&"keys/no-primary public.c".to_string()) && !found.iter().any(|f| f.starts_with("indexing")),
        "{found:?}"
    );
    let text = review["not_judged"].to_string();
    assert!(text.contains("1 in 1 blocks") && text.contains("commands of the psql program"), "{text}");
    // Notes alone do not fail.
    place.write("only.sql", "create table c (id int);\n");
    place.expect(0, &["review", "-q", "--ddl", "only.sql"]);
    let github = place.expect(1, &["review", "-q", "--ddl", "only.sql", "--format", "github", "--fail-on", "note"]);
    assert!(github.out.starts_with("::notice file=only.sql,line=1,title=keys/no-primary::"), "{}", github.out);
    place.write("tablewright.toml", "[[review.off]]\nrule = \"keys/gone\"\nbecause = \"x\"\n");
    let failed = place.expect(2, &["review", "-q", "--ddl", "only.sql"]);
    assert!(failed.err.contains("keys/gone"), "{}", failed.err);
    assert!(place.expect(0, &["explain", "keys/no-primary"]).out.contains("## When to accept it"));
}

#[test]
fn a_database_is_read_and_what_is_found_is_shown_in_a_lab() {
    let installation = discover(None).unwrap_or_else(|e| panic!("{e}")).remove(0);
    let lab = Lab::start(&installation, &LabOptions::default()).unwrap_or_else(|e| panic!("{e}"));
    lab.create_database("shop", None).expect("a database");
    lab.load_each("shop", SCHEMA).expect("it is loaded");
    let place = Place::new("live");
    let address = format!("host={} user=tablewright_owner dbname=shop", lab.directory().display());
    let ran = place.expect(1, &["review", "-q", "--database", &address, "--format", "json"]);
    let review = json(&ran);
    let errors: Vec<&Value> =
        review["findings"].as_array().expect("findings").iter().filter(|f| f["severity"] == "error").collect();
    assert!(errors.len() >= 2, "{errors:?}");
    for error in errors {
        assert_eq!(error["proof"]["verdict"], "held", "{error}");
        assert_eq!(error["origin"]["kind"], "catalogue");
    }
    // The order and every byte are the same again.
    assert_eq!(place.run(&["review", "-q", "--database", &address, "--format", "json"]).out, ran.out);
    let not_judged = review["not_judged"].to_string();
    for missing in ["rows: let some be looked at (--rows)", "queries: give them (--queries FILE)", "days only"] {
        assert!(not_judged.contains(missing), "{missing} is not in {not_judged}");
    }
    fixes_go_to_a_file(&place, &lab, &address);
    dumps_of_either_form(&place, &installation, &address);
    lab.load_each("shop", SEEN).expect("rows are there");
    what_is_seen_besides_the_schema(&place, &address);
}

/// Fixes of a live database are written to a file; nothing is run on it.
fn fixes_go_to_a_file(place: &Place, lab: &Lab, address: &str) {
    let schema = || {
        let mut session = lab.session("shop", &Actor::Lab).expect("a session");
        introspect(&mut session.client, &Scope::default()).expect("the schema is read")
    };
    let before = schema();
    place.expect(1, &["review", "-q", "--database", address, "--fix", "live.sql"]);
    let fixes = place.read("live.sql");
    assert!(fixes.contains("ON DELETE RESTRICT;") && fixes.contains("CREATE INDEX"), "{fixes}");
    assert_eq!(schema(), before);
}

/// What `pg_dump` writes is reviewed as the database is: owners, roles and rules in it are told.
fn dumps_of_either_form(place: &Place, installation: &Installation, address: &str) {
    place.write("foreign.dump", "PGDMP and so on");
    let failed = place.expect(2, &["review", "-q", "--ddl", "foreign.dump"]);
    assert!(failed.err.contains("foreign.dump cannot be read with"), "{}", failed.err);
    // A server may come without the programs of its clients; then that is said.
    if !installation.bin.join("pg_restore").exists() {
        assert!(failed.err.contains("the program is not there; install"), "{}", failed.err);
        return;
    }
    let dump = |form: &str, file: &str| {
        let arguments = ["--format", form, "--file", file, "--dbname", address];
        let output = Command::new(installation.bin.join("pg_dump"))
            .args(arguments)
            .current_dir(place.at(""))
            .output()
            .unwrap_or_else(|e| panic!("{} has no pg_dump: {e}", installation.bin.display()));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let live = rules(&json(&place.run(&["review", "-q", "--database", address, "--format", "json"])));
    let schema_only: Vec<&String> = live.iter().filter(|f| !f.ends_with(" database")).collect();
    for (form, file) in [("custom", "shop.dump"), ("plain", "dumped.sql")] {
        dump(form, file);
        let review = json(&place.run(&["review", "-q", "--ddl", file, "--format", "json"]));
        assert_eq!(rules(&review).iter().collect::<Vec<_>>(), schema_only, "{form}");
    }
    // One that is cut off is told.
    let whole = std::fs::read(place.at("shop.dump")).expect("the dump is read");
    std::fs::write(place.at("cut.dump"), &whole[..200]).expect("written");
    let failed = place.expect(2, &["review", "-q", "--ddl", "cut.dump"]);
    assert!(failed.err.contains("cut.dump cannot be read with"), "{}", failed.err);
}

/// Rows, sequences and queries in which something is to be found.
const SEEN: &str = "\
create table tickets (id int generated always as identity primary key, email text, day text);
create index on tickets (email);
insert into tickets (email, day) select 'p' || n % 55 || '@example.org', (date '2024-01-01' + n)::text
from generate_series(1, 60) n;
select setval('tickets_id_seq', 2000000000);
create rule kept as on delete to tickets do instead nothing;
analyze;
";

fn what_is_seen_besides_the_schema(place: &Place, address: &str) {
    place.write(
        "asked.sql",
        "select id from tickets where lower(email) = $1;\n-- name: emptying\ndelete from tickets;\nselect from where;\n",
    );
    let arguments = ["review", "-q", "--database", address, "--queries", "asked.sql", "--rows", "--format", "json"];
    let review = json(&place.expect(1, &arguments));
    let found = rules(&review);
    for wanted in [
        "keys/near-end public.tickets.id",
        "keys/broken-identifier public.tickets.email",
        "columns/typed-text public.tickets.day",
        "consistency/whole-table-write emptying",
    ] {
        assert!(found.iter().any(|f| f == wanted), "{wanted} is not in {found:?}");
    }
    let all = review["findings"].as_array().expect("findings");
    let wrapped = all.iter().find(|f| f["rule"] == "indexing/wrapped-column").expect("a wrapped column");
    let line = serde_json::json!({"kind": "sql", "file": "asked.sql", "line": 1});
    assert_eq!((&wrapped["origin"], &wrapped["subject"]["kind"]), (&line, &"statement".into()), "{wrapped}");
    let near = all.iter().find(|f| f["rule"] == "keys/near-end").expect("a sequence");
    assert!(near["message"].as_str().is_some_and(|m| m.starts_with("93 % of the values")), "{near}");
    let not_judged = review["not_judged"].to_string();
    assert!(!not_judged.contains("--rows") && !not_judged.contains("--queries"), "{not_judged}");
    assert!(not_judged.contains("asked.sql:4") && not_judged.contains("rule kept on table"), "{not_judged}");
}

#[test]
fn roles_and_owners_that_are_not_there_do_no_harm() {
    let place = Place::new("owners");
    place.write(
        "dump.sql",
        "create schema sales authorization boss;\n\
         create table sales.orders (id int);\n\
         alter table sales.orders owner to boss;\n\
         create function sales.f() returns int language sql as 'select 1';\n\
         alter function sales.f() owner to \"The Boss\";\n\
         alter default privileges for role boss in schema sales grant select on tables to reader;\n\
         grant usage on schema sales to reader, \"The Boss\";\n\
         insert into sales.orders select n % 50 from generate_series(1, 80) n;\n",
    );
    let review = json(&place.expect(1, &["review", "-q", "--ddl", "dump.sql", "--format", "json"]));
    let found = rules(&review);
    for wanted in ["keys/no-primary sales.orders", "keys/equal-rows sales.orders"] {
        assert!(found.contains(&wanted.to_string()), "{wanted} is not in {found:?}");
    }
    let text = review["not_judged"].to_string();
    assert!(!text.contains("refused"), "{text}");
    assert!(text.contains("who owns what were left out: 3"), "{text}");
    assert!(text.contains("were made without rights: reader, boss, The Boss"), "{text}");
    // Rules of statements only need statements.
    assert!(text.contains("give them (--queries FILE)") && text.contains("review a live database"), "{text}");
}
