//! `tablewright review` on scripts, folders and a server that is somebody's: what it prints, keeps and looks away from.
mod common;
use common::*;
use serde_json::Value;
use tw_lab::{Lab, LabOptions, discover};

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
}
