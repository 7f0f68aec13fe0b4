//! Generated schemas: filled, whatever they hold; twice alike, and alike with one worker and with three.
use crate::{
    generate::{Features, schema},
    ground::{counts, database, filled, lab, options},
};
use tw_lab::pour::{Asked, PourError};
use tw_model::{print, schema::*, trial::Actor};

/// Schemas that are tried.
const SCHEMAS: u64 = 14;

/// The generated schema with what is another role's left out: the owner fills.
fn own(seed: u64, major: u32) -> Schema {
    let mut s = schema(seed, Features { major });
    s.grants.clear();
    s.revokes.clear();
    s.default_privileges.clear();
    s.roles.clear();
    s.namespaces.iter_mut().for_each(|n| n.owner = None);
    s.types.iter_mut().for_each(|t| t.owner = None);
    s.sequences.iter_mut().for_each(|q| q.owner = None);
    s.views.clear();
    s.functions.iter_mut().for_each(|f| f.owner = None);
    for t in &mut s.tables {
        t.owner = None;
        t.policies.clear();
    }
    s
}

#[test]
fn generated_schemas_are_filled_and_the_seed_decides() {
    let lab = lab();
    let (mut tables, mut refused) = (0, vec![]);
    for seed in 0..SCHEMAS {
        let drafted = own(seed, lab.installation.major);
        let sql = print::print(&drafted);
        let mut seen = vec![];
        for workers in [1, 3] {
            let mut session = database(&lab, "generated");
            session.client.batch_execute(&sql).unwrap_or_else(|e| panic!("seed {seed}: {e:?}\n{sql}"));
            let asked = Asked { seed, others: 60, ..Asked::default() };
            match filled(&lab, "generated", &asked, &options(workers)) {
                Ok((_, plan, _)) => {
                    // Row security may hold for the owner too: who counts is above it.
                    let mut session = lab.session("generated", &Actor::Lab).unwrap_or_else(|e| panic!("{e}"));
                    counts(&mut session, &plan);
                    let mut rows = vec![];
                    for table in &plan.tables {
                        let sql = format!("SELECT t::text FROM {} t ORDER BY 1", table.printed());
                        let all = session.client.query(&sql, &[]).unwrap_or_else(|e| panic!("{e:?}"));
                        rows.push(all.iter().map(|r| r.get(0)).collect::<Vec<String>>());
                    }
                    tables += plan.tables.len();
                    seen.push(rows);
                }
                // Rows that nobody can make: said, with the rule's name.
                Err(error @ (PourError::Impossible { .. } | PourError::Refused { .. })) => {
                    refused.push(format!("seed {seed}: {error}"));
                    if std::env::var_os("TABLEWRIGHT_VERBOSE").is_some() {
                        println!("seed {seed}: {error}\n{sql}");
                    }
                    break;
                }
                Err(error) => panic!("seed {seed}: {error}"),
            }
        }
        if let [one, three] = seen.as_slice() {
            assert!(one == three, "seed {seed}: other rows with other workers");
        }
    }
    println!("{tables} tables filled; refused: {}\n{}", refused.len(), refused.join("\n"));
    assert!(refused.is_empty(), "{}", refused.join("\n\n"));
    assert!(tables > SCHEMAS as usize * 2);
}
