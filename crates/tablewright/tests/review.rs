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

/// What a review leaves.
const DOSSIER: &[&str] = &["er.mmd", "er.svg", "index.html", "review.json", "review.md", "review.sarif", "schema.sql"];

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
    assert_eq!(place.names("kept"), DOSSIER);
    assert_eq!(place.json("kept/review.json"), review);
    let page = place.read("kept/index.html");
    assert!(page.contains("total of posts holds money in real") && page.contains("<b>RESTRICT</b>;"), "{}", page.len());
    let fixes = place.read("fix.sql");
    assert!(fixes.contains("ON DELETE RESTRICT;") && fixes.contains("CREATE INDEX"), "{fixes}");
    // The fixes mend: what is left has none.
    place.write("mended.sql", &(SCHEMA.to_string() + &fixes));
    let left = json(&place.run(&["review", "-q", "--ddl", "mended.sql", "--format", "json"]));
    let left = rules(&left);
    assert!(!left.iter().any(|f| f.starts_with("relationships/") || f.starts_with("columns/money")), "{left:?}");
    // What is in the baseline is not told again. A dossier of ours is replaced, what is somebody's is left alone.
    let known = ["review", "-q", "--ddl", "shop.sql", "--format", "json", "--baseline", "known.json", "--out"];
    let again = place.expect(0, &[&known[..], &["kept"]].concat());
    assert_eq!(place.json("kept/review.json")["findings"], Value::Array(vec![]));
    std::fs::create_dir(place.at("thesis")).expect("a directory");
    place.write("thesis/chapter.tex", "years of work");
    assert!(place.expect(2, &[&known[..], &["thesis"]].concat()).err.contains("--out"));
    assert_eq!(place.names("thesis"), ["chapter.tex"]);
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
    place.write("tablewright.toml", "[[review.off]]\nrule = \"keys/no-primry\"\nbecause = \"x\"\n");
    let failed = place.expect(2, &["review", "-q", "--ddl", "only.sql"]);
    assert!(failed.err.contains("did you mean `keys/no-primary`?"), "{}", failed.err);
    for word in ["keys/no-primry", "no-primary", "money-in-float"] {
        let failed = place.expect(2, &["explain", word]);
        let meant = if word.starts_with("money") { "columns/money-in-float" } else { "keys/no-primary" };
        assert!(failed.err.contains(&format!("Did you mean {meant}?")), "{}", failed.err);
    }
    let page = place.expect(0, &["explain", "keys/no-primary"]).out;
    assert!(page.starts_with("keys/no-primary (warning)\n  ") && page.contains("\nWhen to accept it\n  "), "{page}");
    assert!(page.contains("\nIt finds\n  create table") && page.contains("\nIt stays silent at\n"), "{page}");
}

#[test]
fn a_database_is_read_and_what_is_found_is_shown_in_a_lab() {
    let installation = discover(None).unwrap_or_else(|e| panic!("{e}")).remove(0);
    let lab = Lab::start(&installation, &LabOptions::default()).unwrap_or_else(|e| panic!("{e}"));
    lab.create_database("shop", None).expect("a database");
    lab.load_each("shop", SCHEMA).expect("it is loaded");
    lab.load_each("shop", "insert into others select 'x' from generate_series(1, 12000);\nanalyze others;\n")
        .expect("rows");
    let place = Place::new("live");
    let address = format!("host={} user=tablewright_owner dbname=shop", lab.directory().display());
    let ran = place.expect(1, &["review", "-q", "--database", &address, "--format", "json", "--out", "live"]);
    let review = json(&ran);
    // How large a table is is told as the server counted it; what it never counted is not made up.
    let page = place.read("live/index.html");
    assert!(page.contains("<td class=\"zero\">12,000</td>") && page.contains("<td class=\"zero\">–</td>"));
    assert_eq!(place.names("live"), DOSSIER);
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
    for (form, file) in [("custom", "shop.dump"), ("plain", "dumped.sql")] {
        dump(form, file);
        let review = json(&place.run(&["review", "-q", "--ddl", file, "--format", "json"]));
        // A dump has no statistics, and nothing is said by what needs them.
        let unjudged: Vec<&str> =
            review["not_judged"].as_array().expect("a list").iter().filter_map(|n| n["what"].as_str()).collect();
        let judged = |f: &&String| f.split(' ').next().is_none_or(|rule| !unjudged.contains(&rule));
        let expected: Vec<&String> = live.iter().filter(judged).collect();
        assert_eq!(rules(&review).iter().collect::<Vec<_>>(), expected, "{form}");
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

/// The step of the action in a job of its own: exit code, log, outputs by name, summary.
/// `INPUT_PROGRAM` is the built program unless the inputs say otherwise.
fn job(place: &Place, inputs: &[(&str, &str)]) -> (i32, String, std::collections::BTreeMap<String, String>, String) {
    for name in ["output", "summary"] {
        place.write(name, "");
    }
    let ran = std::process::Command::new("sh")
        .arg(root().join("scripts/review-action"))
        .current_dir(place.at(""))
        .env("INPUT_PROGRAM", env!("CARGO_BIN_EXE_tablewright"))
        .envs(inputs.iter().copied())
        .env("RUNNER_TEMP", place.at("temp"))
        .env("GITHUB_OUTPUT", place.at("output"))
        .env("GITHUB_STEP_SUMMARY", place.at("summary"))
        .output()
        .expect("a shell");
    let log = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    let outputs =
        place.read("output").lines().filter_map(|l| l.split_once('=')).map(|(k, v)| (k.into(), v.into())).collect();
    (ran.status.code().unwrap_or(-1), log, outputs, place.read("summary"))
}

#[test]
fn the_action_annotates_and_leaves_a_summary_and_a_dossier() {
    let place = Place::new("action");
    for directory in ["temp", "db/my scripts"] {
        std::fs::create_dir_all(place.at(directory)).expect("a directory");
    }
    place.write("db/1.sql", "create table users (id int primary key, balance real);\n");
    place.write("db/my scripts/2.sql", "create table visits (place text);\n");
    place.write("mine.toml", "[[review.off]]\nrule = \"naming\"\nbecause = \"of old\"\n");
    // Patterns, and paths with blanks, one a line.
    let ddl = ("INPUT_DDL", "db/*.sql\ndb/my scripts/2.sql");
    let (code, log, outputs, summary) = job(&place, &[ddl, ("INPUT_CONFIG", "mine.toml")]);
    assert_eq!((code, outputs["exit-code"].as_str()), (1, "1"), "{log}");
    assert!(log.contains("::error file=db/1.sql,line=1,title=columns/money-in-float::balance of users"), "{log}");
    assert!(log.contains("::warning file=db/my scripts/2.sql,line=1,title=keys/no-primary::"), "{log}");
    assert!(!log.contains("title=naming"), "{log}");
    assert!(summary.starts_with("# Review\n") && summary.contains("columns/money-in-float"), "{summary}");
    let sarif = std::fs::read_to_string(format!("{}/review.sarif", outputs["dossier"])).expect("a file");
    assert!(sarif.contains("my%20scripts/2.sql"), "{sarif}");
    assert!(std::path::Path::new(&outputs["dossier"]).join("index.html").is_file());
    // What is known does not fail, and another form can be asked for.
    place.expect(1, &["review", "-q", "--ddl", "db/1.sql", "--write-baseline", "known.json"]);
    let known = [("INPUT_DDL", "db/1.sql"), ("INPUT_BASELINE", "known.json"), ("INPUT_FORMAT", "text")];
    let (code, log, ..) = job(&place, &known);
    assert!(code == 0 && log.contains("nothing found"), "{log}");
    // Where there is no program, one is built from the action's own source; what stands in for cargo notes how.
    let cargo = format!(
        "#!/bin/sh\necho \"$*\" >{}\nfor to; do :; done\nmkdir -p \"$to/bin\"\ncp {} \"$to/bin/tablewright\"\n",
        place.at("asked").display(),
        env!("CARGO_BIN_EXE_tablewright")
    );
    std::fs::create_dir(place.at("bin")).expect("a directory");
    let cargo = place.write("bin/cargo", &cargo);
    std::fs::set_permissions(&cargo, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("it can be run");
    let path = format!("{}:/usr/bin:/bin", place.at("bin").display());
    let (code, log, ..) = job(&place, &[&known[..], &[("INPUT_PROGRAM", ""), ("PATH", &path)]].concat());
    assert!(code == 0 && log.contains("nothing found"), "{log}");
    let asked = place.read("asked");
    assert!(
        asked.starts_with("install --locked --quiet --path ") && asked.contains("/crates/tablewright --root "),
        "{asked}"
    );
    // What cannot be done says so, fails, and leaves nothing to upload.
    let absent = [("INPUT_DDL", "absent.sql")];
    for (inputs, says) in
        [(&[][..], "say what to review"), (&absent, "absent.sql"), (&[ddl, ("INPUT_DATABASE", "x")], "either")]
    {
        let (code, log, outputs, _) = job(&place, inputs);
        assert!(code == 2 && log.contains("::error title=tablewright::") && log.contains(says), "{log}");
        assert!(!outputs.contains_key("dossier"));
    }
}

#[test]
fn the_action_hands_over_what_it_declares_and_never_as_a_part_of_a_command() {
    let action = std::fs::read_to_string(root().join("action.yml")).expect("the action");
    let script = std::fs::read_to_string(root().join("scripts/review-action")).expect("its step");
    let of_script: std::collections::BTreeSet<&str> = script
        .match_indices("INPUT_")
        .map(|(at, _)| script[at..].split(|c: char| !c.is_ascii_uppercase() && c != '_').next().unwrap_or(""))
        .filter(|n| *n != "INPUT_")
        .collect();
    let given: Vec<(&str, &str)> =
        action.lines().filter_map(|l| l.trim().strip_prefix("INPUT_")?.split_once(": ${{ inputs.")).collect();
    assert!(given.len() >= 7);
    for (name, input) in &given {
        let input = input.trim_end_matches(" }}");
        assert!(action.contains(&format!("\n  {input}:\n")), "{input} is not declared");
        assert!(of_script.contains(format!("INPUT_{name}").as_str()), "{name} is not read");
    }
    assert_eq!(of_script.len(), given.len(), "{of_script:?}");
    for line in action.lines().filter(|l| l.trim_start().starts_with("run:")) {
        assert!(!line.contains("${{"), "{line}");
    }
    // Both outputs are written.
    for output in ["dossier", "exit-code"] {
        assert!(
            action.contains(&format!("steps.review.outputs.{output} }}}}"))
                && script.contains(&format!("echo \"{output}=$"))
        );
    }
}

#[test]
fn hooks_review_what_was_changed() {
    let place = Place::new("hooks");
    let text = std::fs::read_to_string(root().join(".pre-commit-hooks.yaml")).expect("the hooks");
    let hook = |id: &str| {
        let own = text.split("- id: ").find(|h| h.lines().next() == Some(id)).unwrap_or_else(|| panic!("no {id}"));
        let of = |key: &str| own.lines().find_map(|l| l.trim().strip_prefix(key)).unwrap_or_default().to_string();
        let args = of("args: [").trim_end_matches(']').split(", ").map(String::from).collect::<Vec<_>>();
        let entry: Vec<String> = of("entry: tablewright ").split(' ').map(String::from).collect();
        ([entry, args].concat(), of("pass_filenames: ") != "false")
    };
    std::fs::create_dir(place.at("migrations")).expect("a directory");
    place.write("migrations/V1__a.sql", "create table a (id int primary key);\n");
    place.write("migrations/V2__b.sql", "alter table a add column price real;\n");
    place.write("sound.sql", "create table sound (id bigint generated always as identity primary key, said text not null);\ncomment on table sound is 'Nothing.';\n");
    let (changed, passed) = hook("tablewright-review");
    assert!(passed);
    let changed: Vec<&str> = changed.iter().map(String::as_str).collect();
    place.expect(0, &[&changed[..], &["sound.sql"]].concat());
    place.write("two.sql", "create table two (id bigint primary key, price real);\n");
    let ran = place.expect(1, &[&changed[..], &["sound.sql", "two.sql"]].concat());
    assert!(ran.out.contains("columns/money-in-float") && ran.err.is_empty(), "{}{}", ran.out, ran.err);
    // A migration means nothing without those before it: the folder is reviewed.
    let (whole, passed) = hook("tablewright-review-migrations");
    let whole: Vec<&str> = whole.iter().map(String::as_str).collect();
    assert!(!passed);
    let ran = place.expect(1, &whole);
    assert!(ran.out.contains("migrations/V2__b.sql:1") && !ran.out.contains("refused"), "{}", ran.out);
}

#[test]
fn the_guide_shows_what_a_review_prints() {
    const BEGINS: &str = "```text\n$ tablewright review --ddl shop.sql\n";
    let place = Place::new("guide");
    place.write("shop.sql", &std::fs::read_to_string(journey("shop.sql")).expect("the shop"));
    let ran = place.expect(1, &["review", "-q", "--ddl", "shop.sql"]);
    let page = root().join("docs/guide/review.md");
    let guide = std::fs::read_to_string(&page).expect("the guide");
    let (before, rest) = guide.split_once(BEGINS).expect("a transcript");
    let (shown, after) = rest.split_once("```\n").expect("its end");
    if std::env::var_os("UPDATE").is_some_and(|v| v == "1") {
        return std::fs::write(&page, format!("{before}{BEGINS}{}```\n{after}", ran.out)).expect("written");
    }
    // Any server will do.
    let version = |text: &str| {
        let words = text
            .split(' ')
            .map(|w| if w.starts_with(|c: char| c.is_ascii_digit()) && w.ends_with(',') { "15," } else { w });
        words.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(version(shown), version(&ran.out), "UPDATE=1 writes it anew");
}
