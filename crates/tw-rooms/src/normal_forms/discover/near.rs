//! Dependencies that a few rows break.
use super::{Coded, Partition, Scratch};
use crate::normal_forms::{Columns, Dependency};

/// A dependency that would hold without a few rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near {
    /// What nearly holds; one column on the right.
    pub dependency: Dependency,
    /// The fewest rows to take away for it to hold, as a share of all (g3 of Kivinen and Mannila, "Approximate
    /// Inference of Functional Dependencies from Relations", TCS 1995).
    pub g3: f64,
    /// The same share when the right side's values are dealt out anew at random: what this left side would give for
    /// a column it has nothing to do with.
    pub chance: f64,
}

/// By so much fewer rows than by chance must be in the way.
const BETTER_THAN_CHANCE: f64 = 10.0;
/// Rows that are looked at before all are: the share in a sample is on average not greater than in the whole.
const GLANCE: usize = 20_000;
/// A sample's share may be so much above the limit by luck.
const GLANCE_SLACK: f64 = 1.5;

/// Dependencies with at most `most_left` columns on the left that at most `most_g3` of the rows break, and far fewer than
/// chance would. Where something smaller or exact (`held`) says it, nothing is said. Shuffles by `seed`.
pub fn near(table: &Coded, held: &[Dependency], most_left: usize, most_g3: f64, seed: u64) -> Vec<Near> {
    let mut scratch = Scratch::default();
    let width = table.columns.len();
    let shuffled = shuffle(table.rows, seed);
    let glance = shuffled.iter().take(GLANCE).copied().collect::<Vec<u32>>();
    let small = part_of(table, &glance);
    let dealt: Vec<Vec<u32>> =
        table.columns.iter().map(|c| shuffled.iter().map(|row| c.codes[*row as usize]).collect()).collect();
    let mut found: Vec<Near> = vec![];
    for left in subsets(width, most_left) {
        let known = |right: usize| {
            let says = |d: &Dependency| d.right.has(right) && d.left.within(left);
            held.iter().any(says) || found.iter().any(|n| says(&n.dependency))
        };
        let open: Vec<usize> = (0..width).filter(|r| !left.has(*r) && !known(*r)).collect();
        if open.is_empty() {
            continue;
        }
        let few = Partition::of(&small, left, &mut scratch);
        let open: Vec<usize> = open
            .into_iter()
            .filter(|r| share(&few, &small.columns[*r].codes, (&small, *r), &mut scratch) <= most_g3 * GLANCE_SLACK)
            .collect();
        if open.is_empty() {
            continue;
        }
        let groups = Partition::of(table, left, &mut scratch);
        for right in open {
            let g3 = share(&groups, &table.columns[right].codes, (table, right), &mut scratch);
            if g3 > most_g3 {
                continue;
            }
            let chance = share(&groups, &dealt[right], (table, right), &mut scratch);
            if g3 * BETTER_THAN_CHANCE <= chance {
                found.push(Near { dependency: Dependency { left, right: Columns::one(right) }, g3, chance });
            }
        }
    }
    found
}

/// For each dependency, the share of rows that would be in its way by chance: with the right side's values dealt out anew.
/// Where that is next to nothing, that it holds says nothing.
pub fn chances(table: &Coded, held: &[Dependency], seed: u64) -> Vec<f64> {
    let mut scratch = Scratch::default();
    let order = shuffle(table.rows, seed);
    let mut last: Option<(Columns, Partition)> = None;
    held.iter()
        .map(|d| {
            let groups = match last.take() {
                Some((left, groups)) if left == d.left => groups,
                _ => Partition::of(table, d.left, &mut scratch),
            };
            let share = d.right.iter().map(|right| {
                let codes = &table.columns[right].codes;
                let dealt: Vec<u32> = order.iter().map(|row| codes[*row as usize]).collect();
                share(&groups, &dealt, (table, right), &mut scratch)
            });
            let share = share.fold(0.0, f64::max);
            last = Some((d.left, groups));
            share
        })
        .collect()
}

/// The share of rows to take away: in each group all but those of its commonest value.
fn share(groups: &Partition, codes: &[u32], (table, column): (&Coded, usize), scratch: &mut Scratch) -> f64 {
    let distinct = table.columns[column].distinct;
    let away: u64 =
        groups.groups().map(|group| group.len() as u64 - u64::from(scratch.most(group, codes, distinct))).sum();
    away as f64 / table.rows.max(1) as f64
}

/// Sets of one to `most` columns, smaller ones first.
fn subsets(width: usize, most: usize) -> Vec<Columns> {
    let mut all: Vec<Columns> = vec![];
    let mut last = vec![Columns::NONE];
    for _ in 0..most {
        last = last
            .iter()
            .flat_map(|set| {
                let from = set.iter().last().map_or(0, |p| p + 1);
                (from..width).map(|p| set.with(p)).collect::<Vec<_>>()
            })
            .collect();
        all.extend(&last);
    }
    all
}

fn part_of(table: &Coded, rows: &[u32]) -> Coded {
    let columns = table.columns.iter().map(|c| super::Column {
        codes: rows.iter().map(|row| c.codes[*row as usize]).collect(),
        distinct: c.distinct,
        missing: vec![],
    });
    Coded { rows: rows.len(), columns: columns.collect() }
}

/// Row numbers in an order drawn from the seed (Fisher and Yates, with the generator splitmix64 of Steele, Lea and
/// Flood, OOPSLA 2014).
fn shuffle(rows: usize, seed: u64) -> Vec<u32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    };
    let mut order: Vec<u32> = (0..u32::try_from(rows).unwrap_or(u32::MAX)).collect();
    for last in (1..order.len()).rev() {
        let other = (next() % (last as u64 + 1)) as usize;
        order.swap(last, other);
    }
    order
}
