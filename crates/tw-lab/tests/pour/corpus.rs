//! Real schemas, read from the corpus directory when it is there.
use crate::collection::{directory, scripts};
use crate::ground::{counts, database, filled, lab, options};
use tw_lab::{Session, pour::Asked};
use tw_model::schema::Name;

/// Files and directories of migrations, with the tables each must at least give, and those that triggers of the
/// schema's own fill or guard.
const CORPUS: &[(&str, usize, &[&str])] = &[
    ("chinook.sql", 11, &[]),
    ("northwind.sql", 14, &[]),
    ("pagila.sql", 11, &[]),
    ("adventureworks.sql", 68, &[]),
    ("synapse.sql", 130, &["partial_state_events"]),
    ("lemmy-migrations", 20, &[]),
    ("registry-migrations", 20, &["crate_downloads", "versions"]),
];

/// Loads the objects of a script, what loads of it, and none of its rows.
fn load(session: &mut Session, script: &str) {
    let statements = match tw_lab::split::split(script) {
        Ok(statements) => statements.iter().map(|s| s.text.to_string()).collect(),
        Err(_) => vec![script.to_string()],
    };
    for statement in statements {
        let word = statement.split_whitespace().next().unwrap_or("");
        let rows = ["INSERT", "COPY", "UPDATE", "DELETE"];
        if !rows.iter().any(|w| word.eq_ignore_ascii_case(w)) && !statement.contains(" DATABASE ") {
            let _ = session.client.batch_execute(&statement);
        }
    }
    // A dump empties the search path for the statements after it.
    let _ = session.client.batch_execute("RESET ALL");
}

#[test]
fn real_schemas_are_filled() {
    let lab = lab();
    let mut wrong = vec![];
    for (entry, tables, left) in CORPUS {
        let Some(scripts) = scripts(entry) else {
            println!("not run: {entry} is not in {}", directory().display());
            continue;
        };
        let begun = std::time::Instant::now();
        let mut session = database(&lab, "corpus");
        scripts.iter().for_each(|s| load(&mut session, s));
        let rows = left.iter().map(|t| (Name::new("public", *t), 0)).collect();
        let asked = Asked { seed: 7, others: 300, rows, ..Asked::default() };
        match filled(&lab, "corpus", &asked, &options(2)) {
            Ok((_, plan, report)) => {
                counts(&mut session, &plan);
                println!(
                    "{entry}: {} tables, {} rows in {:.2} s, all in {:.2} s",
                    plan.tables.len(),
                    report.rows,
                    report.seconds,
                    begun.elapsed().as_secs_f64()
                );
                plan.notes.iter().chain(&report.notes).for_each(|n| println!("    {n}"));
                assert!(plan.tables.len() >= *tables, "{entry}: {}", plan.tables.len());
            }
            Err(error) => wrong.push(format!("{entry}: {error}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
