//! The laws over generated schemas.
use crate::{
    generate::{Features, schema},
    ground::{Database, as_set, assert_same, installations, start},
};
use tw_model::{
    diff::{diff, normal},
    schema::Schema,
};

/// Schemas that go to a server.
const ON_SERVER: u64 = 60;
/// Pairs that are compared on paper only.
const ON_PAPER: u64 = 400;

fn apply(from: &Schema, to: &Schema) -> Schema {
    let mut now = normal(from);
    for change in diff(from, to) {
        change.apply(&mut now);
    }
    now
}

#[test]
fn applying_a_diff_ends_at_its_target() {
    let features = Features { major: 18 };
    for seed in 0..ON_PAPER {
        let (a, b) = (schema(seed, features), schema(seed + 1, features));
        assert_same(&apply(&a, &b), &b, &format!("seeds {seed} and {}", seed + 1));
        assert_same(&apply(&Schema::default(), &a), &a, &format!("nothing and seed {seed}"));
        assert_same(&apply(&a, &Schema::default()), &Schema::default(), &format!("seed {seed} and nothing"));
        assert_eq!(diff(&a, &a), vec![], "seed {seed}");
    }
}

/// One database sees all seeds, so that every way from one to another is a diff that ran on a server:
/// nothing, the draft, its predecessor, nothing, itself.
#[test]
fn generated_schemas_reach_a_fixed_point_and_diffs_arrive_on_a_server() {
    for installation in installations() {
        let lab = start(&installation);
        let mut database = Database::new(&lab, "moving");
        let empty = database.read().schema;
        let features = Features { major: installation.major };
        let mut before: Option<Schema> = None;
        for seed in 0..ON_SERVER {
            let drafted = schema(seed, features);
            database.load(&drafted);
            let settled = database.read();
            assert_eq!(settled.not_read, Vec::<String>::new(), "seed {seed}");
            assert_eq!(kept(&drafted), kept(&settled.schema), "seed {seed}: the first trip lost objects");
            if let Some(before) = before.replace(settled.schema.clone()) {
                let now = moves(&mut database, &settled.schema, &before, seed);
                moves(&mut database, &now, &empty, seed);
            } else {
                moves(&mut database, &settled.schema, &empty, seed);
            }
            database.load(&settled.schema);
            let again = database.read().schema;
            assert_same(&settled.schema, &again, &format!("seed {seed}: no fixed point after one trip"));
            assert_eq!(diff(&settled.schema, &again), vec![], "seed {seed}");
            moves(&mut database, &again, &empty, seed);
        }
    }
}

/// Runs the diff on the server and reads what it made.
fn moves(database: &mut Database, from: &Schema, to: &Schema, seed: u64) -> Schema {
    database.run(&diff(from, to));
    let reached = database.read().schema;
    assert_same(&reached, to, &format!("seed {seed}: the diff does not arrive"));
    reached
}

fn kept(s: &Schema) -> (usize, usize, usize, usize, usize, usize) {
    let s = as_set(s);
    let columns: usize = s.tables.iter().map(|t| t.columns.len()).sum();
    (s.tables.len(), columns, s.types.len(), s.sequences.len(), s.views.len(), s.functions.len())
}
