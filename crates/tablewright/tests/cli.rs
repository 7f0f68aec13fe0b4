//! The commands that need no server, as a person or a script meets them.
mod common;
use common::*;

/// What `design` writes.
const DESIGNED: &[&str] = &[
    "brief.md",
    "design.json",
    "dossier.md",
    "er.mmd",
    "er.svg",
    "horizon.json",
    "index.html",
    "postgresql.conf",
    "roles.sql",
    "sample.json",
    "schema.sql",
];

const BROKEN: &str = "\
# Kiosk

## Promises

- engien: postgresql 15+

## Concepts

### Customer (2k)

- name: varchr(40)
- card: varchar(12), unqiue

## Workload

- find(card: Customer.crad) 5/s, p99 10ms, as clerk
  > select * from Custmer where card = :card

## Access

- clerk: read Customer
";

#[test]
fn a_new_brief_can_be_designed_at_once_and_is_not_overwritten() {
    let place = Place::new("new");
    let ran = place.expect(0, &["new", "bakery.md", "--title", "Bakery"]);
    assert!(ran.out.contains("tablewright prove bakery.md"), "{}", ran.out);
    assert!(place.read("bakery.md").starts_with("# Bakery\n"));
    place.expect(0, &["fmt", "--check", "bakery.md"]);
    place.expect(0, &["design", "bakery.md"]);
    assert_eq!(place.names("bakery.dossier"), DESIGNED);
    let mine = "# Mine\n";
    place.write("bakery.md", mine);
    let ran = place.expect(2, &["new", "bakery.md"]);
    assert!(ran.err.contains("bakery.md"), "{}", ran.err);
    assert_eq!(place.read("bakery.md"), mine);
}

#[test]
fn fmt_lays_out_once_and_then_leaves_alone() {
    let place = Place::new("fmt");
    let tidy = std::fs::read_to_string(journey("kiosk.md")).expect("the brief");
    let untidy = tidy.replace("- name: varchar(40)", "-   name :  varchar( 40 )").replace("\n\n## ", "\n\n\n\n## ");
    place.write("kiosk.md", &untidy);
    let ran = place.expect(1, &["fmt", "--check", "kiosk.md"]);
    assert!(ran.out.contains("run: tablewright fmt kiosk.md"), "{}", ran.out);
    assert_eq!(place.read("kiosk.md"), untidy, "--check writes nothing");
    place.expect(0, &["fmt", "kiosk.md"]);
    assert_eq!(place.read("kiosk.md"), tidy);
    place.expect(0, &["fmt", "--check", "kiosk.md"]);
    place.expect(0, &["fmt", "kiosk.md"]);
    assert_eq!(place.read("kiosk.md"), tidy);
    assert_eq!(place.names(""), ["kiosk.md"]);
}

#[test]
fn design_needs_no_server_and_gives_the_same_bytes() {
    let place = Place::new("design");
    let brief = text(&journey("kiosk.md"));
    for out in ["one", "two"] {
        let ran = place
            .program(&["design", &brief, "--out", out])
            .env("PATH", "")
            .env("TABLEWRIGHT_PG_BIN", "/nonexistent")
            .output()
            .expect("the program starts");
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        assert_eq!(place.names(out), DESIGNED);
    }
    for name in DESIGNED {
        assert_eq!(place.read(&format!("one/{name}")), place.read(&format!("two/{name}")), "{name}");
    }
    assert_eq!(place.read("one/brief.md"), std::fs::read_to_string(&brief).expect("the brief"));
    let ran = place.expect(0, &["design", &brief, "--out", "one", "--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON and nothing else");
    assert_eq!(told["brief"], "Kiosk");
    let claims = place.json("one/design.json")["claims"].as_array().map(Vec::len);
    assert_eq!(told["claims"].as_u64(), claims.map(|n| n as u64));
}

#[test]
fn a_broken_brief_is_told_all_at_once_and_nothing_is_written() {
    let place = Place::new("broken");
    place.write("broken.md", BROKEN);
    for command in ["design", "prove", "fmt"] {
        let ran = place.expect(2, &[command, "broken.md"]);
        // Line, caret and what was meant, for errors far apart in the file.
        // Layout needs no names, so only what reads the meaning tells of unknown ones.
        let unknown = if command == "fmt" { vec![] } else { vec![(16, "card"), (17, "Customer")] };
        for (line, meant) in [(5, "engine"), (11, "varchar"), (12, "unique")].into_iter().chain(unknown) {
            assert!(ran.err.contains(&format!("broken.md:{line}:")), "line {line}:\n{}", ran.err);
            assert!(ran.err.contains(meant), "{meant}:\n{}", ran.err);
        }
        assert!(ran.err.contains('^') && ran.err.to_lowercase().contains("did you mean"), "{}", ran.err);
        assert!(ran.err.contains("nothing was written"), "{}", ran.err);
        assert_eq!(place.names(""), ["broken.md"]);
        assert_eq!(place.read("broken.md"), BROKEN);
    }
    let ran = place.expect(2, &["design", "broken.md", "--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON and nothing else");
    assert!(told["error"].as_str().is_some_and(|e| e.contains("broken.md:5:")), "{told}");
}

#[test]
fn a_strangers_directory_is_refused_before_any_work() {
    let place = Place::new("stranger");
    std::fs::create_dir(place.at("thesis")).expect("a directory");
    place.write("thesis/chapter.tex", "years of work");
    let brief = text(&journey("kiosk.md"));
    let ran = place.expect(2, &["design", &brief, "--out", "thesis"]);
    assert!(ran.err.contains("--out"), "{}", ran.err);
    assert_eq!(place.names("thesis"), ["chapter.tex"]);
}

#[test]
fn every_page_can_be_explained_and_a_wrong_name_gets_a_suggestion() {
    let place = Place::new("explain");
    let page = place.expect(0, &["explain", "indexing"]).out;
    assert!(page.contains("## What") && page.contains("## Claims"), "{page}");
    let kind = place.expect(0, &["explain", "columns/not-null"]).out;
    assert!(kind.starts_with("# columns/not-null\n"), "{kind}");
    assert_eq!(place.expect(0, &["explain", "columns/not-null Account.balance"]).out, kind);
    for room in tw_rooms::ROOMS {
        assert_eq!(place.expect(0, &["explain", room.id]).out, room.page);
    }
    let ran = place.expect(2, &["explain", "not-null"]);
    assert!(ran.err.contains("Did you mean columns/not-null?"), "{}", ran.err);
    let ran = place.expect(2, &["explain", "astrology"]);
    assert!(ran.err.contains("indexing") && ran.err.contains("access"), "{}", ran.err);
}

#[test]
fn steps_show_the_draft_after_each_room_in_running_order() {
    let place = Place::new("steps");
    let ran = place.expect(0, &["explain", "--steps", &text(&journey("kiosk.md"))]);
    let mut rest = ran.out.as_str();
    for room in tw_rooms::ROOMS {
        let heading = format!("\n## {} (", room.id);
        let at = rest.find(&heading).unwrap_or_else(|| panic!("{} is missing or out of order:\n{}", room.id, ran.out));
        rest = &rest[at + heading.len()..];
    }
    assert!(ran.out.contains("2 tables"), "{}", ran.out);
}

#[test]
fn what_does_not_exist_is_said_with_its_name() {
    let place = Place::new("absent");
    for arguments in
        [&["design", "absent.md"][..], &["prove", "absent.md"], &["verify", "absent"], &["fmt", "absent.md"]]
    {
        let ran = place.expect(2, arguments);
        assert!(ran.err.contains("absent"), "{arguments:?}: {}", ran.err);
    }
    let brief = text(&journey("kiosk.md"));
    let ran = place.expect(2, &["prove", &brief, "--only", "astrology"]);
    assert!(ran.err.contains("indexing"), "{}", ran.err);
    let ran = place.expect(2, &["prove", &brief, "--pg-bin", "/nonexistent"]);
    assert!(ran.err.contains("/nonexistent"), "{}", ran.err);
    assert!(place.names("").is_empty(), "{:?}", place.names(""));
}

/// A long history, and one query for each reason to keep sums of it or not to.
const HISTORY: &str = "\
# Sensors

## Promises

- engine: postgresql 15+
- keys: bigint
- horizon: 2 years

## Concepts

- [Sensor] 1 --(sends)--> * [Reading]
- [Sensor as twin] 0..1 --(confirms)--> * [Reading]

### Sensor (10k)

- kind: varchar(10) in (heat, rain)
- site: varchar(20)
- owner: varchar(40), personal

### Reading (200M, append-only)

- taken_at: instant = now
- amount: decimal(10,2)
- weight: integer
- quality: varchar(10) in (good 95%, bad 5%), optional, null 2%

## Workload

- move(sensor: Sensor, site: varchar(20)) 1/day, as app
  > update Sensor set site = :site where key = :sensor
- weight_of(sensor: Sensor) 50/s, as app
  > select sum(amount) from Reading where sensor = :sensor
- send(sensor: Sensor, amount: decimal(10,2)) 900/s, as app
  > insert into Reading (sensor, amount, weight) values (:sensor, :amount, 1)
- by_kind(since: date) 1/h, scan, up to 12h old, as analyst
  > select s.kind, count(*) as n, sum(r.amount * r.weight) as total from Reading r join Sensor s on r.sensor = s where r.taken_at >= :since and r.quality = good group by s.kind
- by_day(since: date, until: date) 1/h, scan, up to 2 days old, as analyst
  > select sum(amount) from Reading where taken_at >= :since and taken_at < :until
- middling(since: date) 1/h, scan, up to 1 day old, as analyst
  > select avg(amount) from Reading where taken_at >= :since
- momentary(since: instant) 1/h, scan, up to 1 day old, as analyst
  > select sum(amount) from Reading where taken_at >= :since
- after_noon(since: date) 1/h, scan, up to 1 day old, as analyst
  > select sum(amount) from Reading where taken_at > :since
- by_site(since: date) 1/h, scan, up to 1 day old, as analyst
  > select s.site, sum(r.amount) from Reading r join Sensor s on r.sensor = s where r.taken_at >= :since group by s.site
- by_owner(since: date) 1/h, scan, up to 1 day old, as analyst
  > select s.owner, sum(r.amount) from Reading r join Sensor s on r.sensor = s where r.taken_at >= :since group by s.owner
- of_app(since: date) 1/h, scan, up to 1 day old, as app
  > select sum(amount) from Reading where taken_at >= :since
- ever() 1/h, scan, up to 1 day old, as analyst
  > select sum(amount) from Reading
- rows(since: date) 1/h, scan, up to 1 day old, as analyst
  > select * from Reading where taken_at >= :since

## Access

- app: read Sensor, Reading; update Sensor(site); append Reading
- analyst: read Sensor, Reading
";

#[test]
fn what_may_be_old_is_answered_by_sums_or_it_is_said_why_not() {
    let place = Place::new("history");
    place.write("brief.md", HISTORY);
    place.expect(0, &["design", "brief.md", "--out", "dossier", "--quiet"]);
    let design = place.json("dossier/design.json");
    let decisions: Vec<(&str, &str)> = design["draft"]["decisions"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|d| Some((d["what"].as_str()?, d["why"].as_str()?)))
        .collect();
    let kept = decisions.iter().find(|(what, _)| what.contains("are answered by a star")).expect("a star");
    assert!(kept.0.starts_with("by_kind, by_day of analyst"), "{kept:?}");
    assert!(kept.1.contains("12 hours old"), "the most impatient one decides: {kept:?}");
    let total = decisions.iter().find(|(what, _)| what.starts_with("what weight_of asks")).expect("its price");
    assert!(total.0.ends_with("would be cheaper kept"), "{total:?}");
    assert!(total.1.contains("at 50/s"), "{total:?}");
    for (query, said) in [
        ("middling", "it asks for `avg`"),
        ("momentary", "with parameters of type date"),
        ("after_noon", "it must ask by `taken_at >= :from`"),
        ("by_site", "site of Sensor changes"),
        ("by_owner", "owner of Sensor is not for a copy"),
        ("of_app", "the star of Reading is analyst's"),
        ("ever", "it asks of no time from which on"),
        ("rows", "it asks for single rows"),
    ] {
        let what = format!("{query} is answered by the core, though it may be old");
        let (_, why) = decisions.iter().find(|(w, _)| *w == what).unwrap_or_else(|| panic!("{query}: {decisions:#?}"));
        assert!(why.contains(said), "{query}: {why}");
    }
    let file = place.read("dossier/analytics.sql");
    for wanted in [
        "UNIQUE NULLS NOT DISTINCT (day, sensor_key, quality)",
        "sum(f.amount * f.weight) AS total_amount_weight",
        "--   select s.kind, coalesce(sum(r.rows), 0) as n, sum(r.total_amount_weight) as total from analytics.fact_readings r join analytics.dim_sensor s on r.sensor_key = s.sensor_key where r.day >= :since and r.quality = 'good' group by s.kind",
        "--   select sum(total_amount) from analytics.fact_readings where day >= :since and day < :until",
    ] {
        assert!(file.contains(wanted), "{wanted} in {file}");
    }
    place.write("small.md", &HISTORY.replace("Reading (200M,", "Reading (2M,").replace("900/s", "1/day"));
    place.expect(0, &["design", "small.md", "--out", "small", "--quiet"]);
    assert!(!place.at("small/analytics.sql").exists(), "two million rows are read");
}
