//! Facts that do not depend on each other, in one table: what the fourth normal form forbids.
use super::{
    Columns,
    decompose::Part,
    discover::{Coded, Column, Partition, Scratch},
};
use std::collections::BTreeSet;

/// Rows that agree on the left side have every value of the one side with every value of the other, which is the rest of
/// the table (Fagin, "Multivalued Dependencies and a New Normal Form for Relational Databases", TODS 1977).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Multivalued {
    /// What both sides are about.
    pub left: Columns,
    /// One side.
    pub one: Columns,
    /// The other.
    pub other: Columns,
}

/// A multivalued dependency that the rows show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ManyShown {
    /// It.
    pub dependency: Multivalued,
    /// Rows that must be there because others are.
    pub implied: usize,
    /// A row of the largest group that agrees on the left side, values of the one side in it, and of the other.
    pub largest: (u32, usize, usize),
}

/// Most columns of a table that is looked at: its sides are gone through.
pub const MOST_SIDES_OF: usize = 8;
/// Most columns on a left side.
const MOST_LEFT: usize = 2;

/// The multivalued dependency with the smallest left side that holds in all rows over those columns, when at least `telling`
/// rows follow from others by it. Exact. None is looked for in more than [`MOST_SIDES_OF`] columns. A side that has the
/// same values whatever the left side is belongs to a list of every combination: that is no fact about the left side.
pub fn multivalued(table: &Coded, columns: Columns, telling: usize) -> Option<ManyShown> {
    let places: Vec<usize> = columns.iter().collect();
    if table.rows == 0 || places.len() < 3 || places.len() > MOST_SIDES_OF {
        return None;
    }
    let (rows, first) = distinct(table, &places);
    let mut scratch = Scratch::default();
    let outer = |inner: Columns| Columns::of(inner.iter().map(|n| places[n]));
    for left in lefts(places.len()) {
        let groups = Partition::of(&rows, left, &mut scratch);
        let rest = Columns::first(places.len()).minus(left);
        for one in sides(rest) {
            let other = rest.minus(one);
            let Some(found) = independent(&rows, &groups, one, other).filter(|f| f.implied >= telling) else {
                continue;
            };
            let dependency = Multivalued { left: outer(left), one: outer(one), other: outer(other) };
            let (row, ones, others) = found.largest;
            return Some(ManyShown { dependency, largest: (first[row as usize], ones, others), ..found });
        }
    }
    None
}

/// The table over those columns without equal rows, and a row of the table for each.
fn distinct(table: &Coded, places: &[usize]) -> (Coded, Vec<u32>) {
    let mut seen = std::collections::HashSet::new();
    let keep: Vec<u32> = (0..u32::try_from(table.rows).unwrap_or(u32::MAX))
        .filter(|row| seen.insert(places.iter().map(|p| table.columns[*p].codes[*row as usize]).collect::<Vec<u32>>()))
        .collect();
    let column = |p: &usize| {
        let of = &table.columns[*p];
        Column { codes: keep.iter().map(|row| of.codes[*row as usize]).collect(), ..of.clone() }
    };
    (Coded { rows: keep.len(), columns: places.iter().map(column).collect() }, keep)
}

/// Left sides of so many columns, smaller ones first.
fn lefts(width: usize) -> Vec<Columns> {
    let sets = (1u32..1 << width).map(|bits| Columns::of((0..width).filter(|n| bits >> n & 1 == 1)));
    let mut all: Vec<Columns> = sets.filter(|s| s.len() <= MOST_LEFT && s.len() + 2 <= width).collect();
    all.sort_by_key(|left| (left.len(), *left));
    all
}

/// The one side of each way to part the columns in two, smaller ones first; the other side has the last column.
fn sides(rest: Columns) -> Vec<Columns> {
    let mut places: Vec<usize> = rest.iter().collect();
    places.pop();
    let sets = (1u32..1 << places.len())
        .map(|bits| Columns::of(places.iter().enumerate().filter(|(n, _)| bits >> n & 1 == 1).map(|(_, p)| *p)));
    let mut all: Vec<Columns> = sets.collect();
    all.sort_by_key(|side| (side.len().min(rest.len() - side.len()), *side));
    all
}

fn independent(rows: &Coded, groups: &Partition, one: Columns, other: Columns) -> Option<ManyShown> {
    let values = |group: &[u32], side: Columns| -> BTreeSet<Vec<u32>> {
        group.iter().map(|row| side.iter().map(|c| rows.columns[c].codes[*row as usize]).collect()).collect()
    };
    let dependency = Multivalued { left: Columns::NONE, one, other };
    let mut found = ManyShown { dependency, implied: 0, largest: (0, 0, 0) };
    let mut most = 0;
    let mut alike: Option<[(BTreeSet<Vec<u32>>, bool); 2]> = None;
    for group in groups.groups() {
        let sides = [values(group, one), values(group, other)];
        let (a, b) = (sides[0].len(), sides[1].len());
        if a * b != group.len() {
            return None;
        }
        let implied = (a - 1) * (b - 1);
        found.implied += implied;
        if implied > most {
            (most, found.largest) = (implied, (group[0], a, b));
        }
        match &mut alike {
            None => alike = Some(sides.map(|values| (values, true))),
            Some(seen) => seen.iter_mut().zip(sides).for_each(|(seen, values)| seen.1 &= seen.0 == values),
        }
    }
    alike.is_some_and(|seen| seen.iter().all(|(_, same)| !same)).then_some(found)
}

/// A part taken apart by a multivalued dependency in it. Loses no row: that is what the dependency says.
pub fn split(dependency: Multivalued) -> [Part; 2] {
    [dependency.one, dependency.other].map(|side| {
        let columns = dependency.left.or(side);
        Part { columns, key: columns }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coded(rows: &[Vec<u32>]) -> Coded {
        let width = rows.first().map_or(0, Vec::len);
        let column = |c: usize| Column {
            codes: rows.iter().map(|r| r[c]).collect(),
            distinct: rows.iter().map(|r| r[c] + 1).max().unwrap_or(0),
            missing: vec![],
        };
        Coded { rows: rows.len(), columns: (0..width).map(column).collect() }
    }

    /// Courses with the teachers and books of each.
    fn courses() -> Vec<Vec<u32>> {
        let of = |course: u32| {
            let teachers = (0..1 + course % 3).map(move |t| (course * 5 + t * 3) % 7);
            teachers.flat_map(move |t| (0..2 + course % 2).map(move |b| vec![course, t, (course + b * 2) % 5]))
        };
        (0..6).flat_map(of).collect()
    }

    #[test]
    fn independent_facts_are_found_and_one_missing_row_refutes_them() {
        let rows = courses();
        let found = multivalued(&coded(&rows), Columns::first(3), 3).expect("teachers and books of a course");
        let (course, teacher, book) = (Columns::one(0), Columns::one(1), Columns::one(2));
        assert_eq!(found.dependency, Multivalued { left: course, one: teacher, other: book });
        assert!(found.implied >= 3 && found.largest.1 * found.largest.2 >= 4, "{found:?}");
        let last = rows.iter().rposition(|r| r[0] == 5).expect("a row of the last course");
        let fewer: Vec<Vec<u32>> =
            rows.iter().enumerate().filter(|(n, _)| *n != last).map(|(_, r)| r.clone()).collect();
        assert_eq!(multivalued(&coded(&fewer), Columns::first(3), 3), None);
        assert_eq!(multivalued(&coded(&rows), Columns::first(3), 1000), None, "too few rows follow");
    }

    #[test]
    fn every_combination_of_three_lists_says_nothing_of_one_of_them() {
        let grid: Vec<Vec<u32>> = (0..27).map(|n| vec![n / 9, n / 3 % 3, n % 3]).collect();
        assert_eq!(multivalued(&coded(&grid), Columns::first(3), 1), None);
    }

    /// By the definition: the projections joined give the rows, and no other.
    fn holds(rows: &BTreeSet<Vec<u32>>, d: Multivalued) -> bool {
        let agree = |a: &[u32], b: &[u32], on: Columns| on.iter().all(|c| a[c] == b[c]);
        rows.iter().all(|a| {
            rows.iter().filter(|b| agree(a, b, d.left)).all(|b| {
                let mixed: Vec<u32> = (0..a.len()).map(|c| if d.one.has(c) { a[c] } else { b[c] }).collect();
                rows.contains(&mixed)
            })
        })
    }

    #[test]
    fn what_is_found_holds_by_the_definition() {
        let mut found = 0;
        for seed in 0..3000u32 {
            let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(12345);
            let mut below = |n: u32| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 16) % n
            };
            // Products for each left value, of which now and then a row is missing.
            let mut rows: Vec<Vec<u32>> = (0..4)
                .flat_map(|left| {
                    let (ones, others) = (1 + below(7), 1 + below(7));
                    let inside = move |n: &u32| ones >> (n / 3) & 1 == 1 && others >> (n % 3) & 1 == 1;
                    (0..9).filter(inside).map(move |n| vec![left, n / 3, n % 3]).collect::<Vec<_>>()
                })
                .collect();
            rows.retain(|_| below(40) > 0);
            let width = 3;
            if let Some(shown) = multivalued(&coded(&rows), Columns::first(width), 1) {
                found += 1;
                assert!(holds(&rows.iter().cloned().collect(), shown.dependency), "seed {seed}: {shown:?} in {rows:?}");
            }
        }
        assert!((500..2900).contains(&found), "{found} of 3000 have one");
    }
}
