//! Every kind of change on a server does what it does on paper, on tables with rows, and the diff leads
//! back.
mod base;
mod objects;
mod tables;

use crate::ground::{Database, assert_same, installations, start};
use base::{BASE, Base};
use objects::object_cases;
use std::collections::BTreeSet;
use tables::table_cases;
use tw_model::{
    change::Change,
    diff::{diff, normal},
};

/// The names of all kinds, as the error of a kind that is not there lists them.
fn kinds() -> BTreeSet<String> {
    let wrong = serde_json::json!({"change": "?"});
    let error = serde_json::from_value::<Change>(wrong).map_or_else(|e| e.to_string(), |_| String::new());
    error.split('`').skip(3).step_by(2).map(String::from).collect()
}

fn kind(change: &Change) -> String {
    let value = serde_json::to_value(change).unwrap_or_default();
    value["change"].as_str().unwrap_or_default().to_string()
}

#[test]
fn every_change_does_on_a_server_what_it_does_on_paper() {
    for installation in installations() {
        let lab = start(&installation);
        let mut database = Database::new(&lab, "changes");
        database.roles = Some(["tw_one", "tw_two", "tw_three"].map(String::from).to_vec());
        database.client().batch_execute(BASE).unwrap_or_else(|e| panic!("{e:?}"));
        let base = database.read().schema;
        let there = Base(&base);
        let extensions = database
            .client()
            .query("SELECT FROM pg_available_extensions WHERE name = 'pgcrypto'", &[])
            .unwrap_or_else(|e| panic!("{e:?}"));
        let mut cases = object_cases(&there);
        cases.extend(table_cases(&there));
        // The order of columns, and partitions, are settled before a table is there; no server is ever asked to change it.
        let order = Change::OrderColumns { table: base.tables[0].name.clone(), columns: vec![] };
        assert!(order.sql().is_empty(), "{:?}", order.sql());
        let laid_out = Change::PartitionBy { table: base.tables[0].name.clone(), by: "RANGE (a)".into() };
        assert!(laid_out.sql().is_empty(), "{:?}", laid_out.sql());
        let mut tried = BTreeSet::from([kind(&order), kind(&laid_out)]);
        for case in cases {
            if extensions.is_empty() && case.iter().any(|c| kind(c).ends_with("extension")) {
                println!("not run: {} has no extension pgcrypto", installation.version);
                tried.extend(case.iter().map(kind));
                continue;
            }
            let mut paper = normal(&base);
            for change in &case {
                database.run(std::slice::from_ref(change));
                change.apply(&mut paper);
                tried.insert(kind(change));
                let server = database.read().schema;
                assert_same(&server, &paper, &format!("{}: {}", installation.version, change.sql().join(";\n")));
            }
            let after = database.read().schema;
            database.run(&diff(&after, &base));
            let back = database.read().schema;
            assert_same(&back, &base, &format!("{}: back from {case:?}", installation.version));
        }
        assert_eq!(tried, kinds(), "{}", installation.version);
    }
}
