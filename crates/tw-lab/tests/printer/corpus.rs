//! The law of the printer over real schemas, read from the corpus directory when it is there.
use crate::collection::{directory, scripts};
use crate::ground::{Database, assert_same, forget_roles, installations, start};
use std::time::Instant;
use tw_lab::Lab;
use tw_model::{diff::diff, schema::Schema};

/// Files and directories of migrations, with the tables each must at least give where it loads.
const CORPUS: &[(&str, i32, usize)] = &[
    ("pagila.sql", 18, 15),
    ("chinook.sql", 14, 11),
    ("northwind.sql", 14, 14),
    ("adventureworks.sql", 14, 68),
    ("synapse.sql", 14, 130),
    ("lemmy-migrations", 14, 20),
    ("registry-migrations", 14, 20),
];

#[test]
fn real_schemas_reach_a_fixed_point_after_one_trip() {
    for installation in installations() {
        let lab = start(&installation);
        for (entry, major, tables) in CORPUS {
            match scripts(entry) {
                None => println!("not run: {entry} is not in {}", directory().display()),
                Some(scripts) => {
                    let complete = installation.major as i32 >= *major;
                    trip(&lab, entry, &scripts, if complete { *tables } else { 0 });
                }
            }
        }
    }
}

/// Loads what loads, statement by statement: the numbers of statements accepted and refused.
fn load(database: &mut Database, script: &str) -> (usize, usize) {
    let statements = match tw_lab::split::split(script) {
        Ok(statements) => statements.iter().map(|s| s.text.to_string()).collect(),
        Err(_) => vec![script.to_string()],
    };
    let (mut accepted, mut refused) = (0, 0);
    for statement in statements {
        let word = statement.split_whitespace().next().unwrap_or("");
        let rows = ["INSERT", "COPY", "UPDATE", "DELETE"];
        if rows.iter().any(|w| word.eq_ignore_ascii_case(w)) || statement.contains(" DATABASE ") {
            continue;
        }
        match database.client().batch_execute(&statement) {
            Ok(()) => accepted += 1,
            Err(e) => {
                refused += 1;
                if std::env::var_os("TABLEWRIGHT_VERBOSE").is_some() {
                    let first: String = statement.trim().chars().take(100).collect();
                    println!("    refused: {first}: {}", e.as_db_error().map_or("", |e| e.message()));
                }
            }
        }
    }
    (accepted, refused)
}

/// Stages of a history of migrations at which the schema is read.
const STAGES: usize = 8;

#[test]
fn diffs_lead_from_stage_to_stage_of_real_histories() {
    for installation in installations() {
        let lab = start(&installation);
        for entry in ["registry-migrations", "lemmy-migrations"] {
            match scripts(entry) {
                None => println!("not run: {entry} is not in {}", directory().display()),
                Some(scripts) => history(&lab, entry, &scripts),
            }
        }
    }
}

fn history(lab: &Lab, entry: &str, scripts: &[String]) {
    let mut stages = vec![];
    let mut source = Database::new(lab, "source");
    for part in scripts.chunks(scripts.len().div_ceil(STAGES)) {
        part.iter().for_each(|script| {
            load(&mut source, script);
        });
        stages.push(source.read().schema);
    }
    drop(source);
    let mut moving = Database::new(lab, "moving");
    let mut now = moving.read().schema;
    // Forth and back again.
    let back: Vec<Schema> = stages.iter().rev().skip(1).cloned().collect();
    for (at, stage) in stages.into_iter().chain(back).enumerate() {
        moving.run(&diff(&now, &stage));
        now = moving.read().schema;
        assert_same(&now, &stage, &format!("{entry}: the diff to stage {at} does not arrive"));
    }
    drop(moving);
    forget_roles(lab, &now);
}

fn trip(lab: &Lab, entry: &str, scripts: &[String], at_least: usize) {
    let mut source = Database::new(lab, "source");
    let (mut accepted, mut refused) = (0, 0);
    for script in scripts {
        let (a, r) = load(&mut source, script);
        accepted += a;
        refused += r;
    }
    let began = Instant::now();
    let first = source.read();
    let took_ms = began.elapsed().as_millis();
    drop(source);
    println!(
        "{} on {}: {accepted} statements accepted, {refused} refused; {} tables, {} views, {} functions read in {took_ms} ms; {} not read",
        entry,
        lab.installation.version,
        first.schema.tables.len(),
        first.schema.views.len(),
        first.schema.functions.len(),
        first.not_read.len()
    );
    for phrase in first.not_read.iter().take(8) {
        println!("    not read: {phrase}");
    }
    assert!(first.schema.tables.len() >= at_least, "{entry}: {} tables", first.schema.tables.len());
    forget_roles(lab, &first.schema);
    let mut once = Database::holding(lab, "once", &first.schema);
    let second = once.read();
    drop(once);
    forget_roles(lab, &second.schema);
    let mut twice = Database::holding(lab, "twice", &second.schema);
    let third = twice.read();
    drop(twice);
    forget_roles(lab, &third.schema);
    assert_same(&second.schema, &third.schema, &format!("{entry}: no fixed point after one trip"));
    assert_eq!(diff(&second.schema, &third.schema), vec![], "{entry}");
    assert_same(&first.schema, &second.schema, &format!("{entry}: the first trip lost something"));
}
