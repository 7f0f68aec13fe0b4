//! Discovery against going through everything.
use super::*;
use crate::normal_forms::{Columns, Dependency};

fn table(rows: &[&[&str]]) -> Coded {
    let width = rows.first().map_or(0, |r| r.len());
    let columns = (0..width).map(|place| {
        let mut coder = Coder::default();
        for row in rows {
            coder.push((row[place] != "-").then(|| row[place].as_bytes()));
        }
        coder.done().0
    });
    Coded { rows: rows.len(), columns: columns.collect() }
}

/// A table of small random numbers, some columns made from others.
fn made(seed: u64) -> Coded {
    let mut state = seed;
    let mut below = |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let (rows, width) = (1 + below(60) as usize, 1 + below(6) as usize);
    let mut columns: Vec<Vec<u64>> = vec![];
    for place in 0..width {
        let most = 1 + below(7);
        let of: Option<[usize; 2]> =
            (place > 1 && below(2) == 0).then(|| [below(place as u64) as usize, below(place as u64) as usize]);
        let column = (0..rows).map(|row| match of {
            Some([a, b]) => (columns[a][row] * 3 + columns[b][row]) % most,
            None => below(most),
        });
        let column: Vec<u64> = column.collect();
        columns.push(column);
    }
    let coded = columns.iter().map(|values| {
        let mut coder = Coder::default();
        values.iter().for_each(|v| coder.push(Some(&v.to_be_bytes())));
        coder.done().0
    });
    Coded { rows, columns: coded.collect() }
}

fn holds(table: &Coded, left: Columns, right: usize) -> bool {
    (0..table.rows).all(|a| {
        (0..a).all(|b| {
            left.iter().any(|c| table.columns[c].codes[a] != table.columns[c].codes[b])
                || table.columns[right].codes[a] == table.columns[right].codes[b]
        })
    })
}

/// Every minimal dependency, by going through all left sides.
fn all_of(table: &Coded, most_left: usize) -> Vec<Dependency> {
    let width = table.columns.len();
    let mut lefts: Vec<Columns> =
        (0u32..1 << width).map(|bits| Columns::of((0..width).filter(|p| bits >> p & 1 == 1))).collect();
    lefts.sort_by_key(|left| (left.len(), *left));
    let mut found: Vec<Dependency> = vec![];
    for left in lefts.into_iter().filter(|left| left.len() <= most_left) {
        for right in (0..width).filter(|r| !left.has(*r)) {
            let smaller = found.iter().any(|d| d.right.has(right) && d.left.within(left));
            if !smaller && holds(table, left, right) {
                found.push(Dependency { left, right: Columns::one(right) });
            }
        }
    }
    found.sort_by_key(|d| (d.left.len(), d.left, d.right));
    found
}

#[test]
fn what_is_found_is_all_there_is_and_nothing_more() {
    let mut some = 0;
    for seed in 0..400 {
        let table = made(seed);
        for most in [1, 2, 6] {
            let found = exact(&table, most).dependencies;
            assert_eq!(found, all_of(&table, most), "seed {seed}, at most {most}");
            some += found.len();
        }
    }
    assert!(some > 1000, "{some} dependencies in all");
}

#[test]
fn rows_that_repeat_what_is_known_are_counted() {
    let table = table(&[&["1", "7000", "Chur"], &["2", "7000", "Chur"], &["3", "7000", "Chur"], &["4", "8000", "Zug"]]);
    let found = exact(&table, 2);
    let at = |left: usize, right: usize| {
        let d = Dependency { left: Columns::one(left), right: Columns::one(right) };
        found.dependencies.iter().position(|one| *one == d).map(|n| found.repeated[n])
    };
    assert_eq!((at(0, 1), at(1, 2), at(2, 1)), (Some(0), Some(2), Some(2)));
}

#[test]
fn a_null_is_like_a_null_or_unlike_as_one_asks() {
    let values = [Some("a"), None, None];
    let coded = |nulls_differ: bool| {
        let mut coder = Coder::new(nulls_differ);
        values.iter().for_each(|v| coder.push(v.map(str::as_bytes)));
        coder.done().0
    };
    assert_eq!((coded(false).distinct, coded(true).distinct), (2, 3));
    assert_eq!(coded(true).missing.len(), 2);
}

/// 3,000 rows: 100 codes with a town each, an order number, an amount without any meaning; one town in a hundred is
/// misspelt.
#[test]
fn a_dirty_column_is_still_told_and_chance_is_not() {
    let rows: Vec<[String; 4]> = (0..3000)
        .map(|n| {
            let code = (n * 7919) % 100;
            let town = if n % 97 == 50 { format!("town {code}x{n}") } else { format!("town {code}") };
            [n.to_string(), code.to_string(), town, ((n * n * 31 + n) % 17).to_string()]
        })
        .collect();
    let texts: Vec<Vec<&str>> = rows.iter().map(|r| r.iter().map(String::as_str).collect()).collect();
    let table = table(&texts.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let held = exact(&table, 2).dependencies;
    let zip = Dependency { left: Columns::one(1), right: Columns::one(2) };
    assert!(!held.contains(&zip), "a misspelling breaks it");
    let found = near(&table, &held, 2, 0.02, 1);
    let lines: Vec<String> =
        found.iter().map(|n| format!("{:?} g3 {} chance {}", n.dependency, n.g3, n.chance)).collect();
    let told = found.iter().find(|n| n.dependency == zip).expect("the town of a code");
    assert!((told.g3 - 31.0 / 3000.0).abs() < 1e-9 && told.chance > 0.5, "{lines:?}");
    assert!(found.len() <= 4, "{lines:?}");
}

#[test]
fn the_fewest_rows_to_take_away_are_the_fewest() {
    for seed in 0..200 {
        let table = made(seed);
        for n in near(&table, &[], 1, 0.5, seed) {
            let (left, right) = (n.dependency.left, n.dependency.right.iter().next().expect("one column"));
            let code = left.iter().next().expect("one column");
            let mut away = 0;
            for group in 0..table.columns[code].distinct {
                let rows: Vec<usize> = (0..table.rows).filter(|r| table.columns[code].codes[*r] == group).collect();
                let most = (0..table.columns[right].distinct)
                    .map(|v| rows.iter().filter(|r| table.columns[right].codes[**r] == v).count())
                    .max();
                away += rows.len() - most.unwrap_or(0);
            }
            assert!((n.g3 - away as f64 / table.rows as f64).abs() < 1e-12, "seed {seed}");
        }
    }
}

#[test]
fn a_reference_that_nobody_declared_is_seen() {
    let values = |table: &str, column: &str, unique: bool, of: &[&str]| Values {
        table: table.into(),
        column: column.into(),
        ty: "integer".into(),
        unique,
        distinct: of.iter().map(|v| Box::from(v.as_bytes())).collect(),
    };
    let found = inclusions(&[
        values("customers", "id", true, &["1", "2", "3", "4"]),
        values("orders", "customer_id", false, &["1", "3"]),
        values("orders", "rank", false, &["2", "3"]),
        values("orders", "agent_id", false, &["2", "3"]),
        values("orders", "id", true, &["7", "8", "9"]),
        values("orders", "flag", false, &["1"]),
    ]);
    let told: Vec<(&str, bool, f64)> = found.iter().map(|i| (i.from.1.as_str(), i.named, i.used)).collect();
    assert_eq!(told, [("customer_id", true, 0.5), ("agent_id", false, 0.5)]);
}
