//! In which columns pairs of rows agree: each pair that disagrees somewhere refutes dependencies.
use super::{Coded, Partition, Scratch};
use crate::normal_forms::Columns;
use std::collections::BTreeSet;

/// Pairs are compared at growing distances within the groups of a column as long as one in so many says something new.
const WORTH_ONE_IN: usize = 200;
/// The greatest distance.
const FARTHEST: usize = 8;

/// Rows as they lie in memory one after another: pairs are compared whole.
pub struct Records {
    width: usize,
    codes: Vec<u32>,
}

impl Records {
    pub fn of(table: &Coded) -> Records {
        let width = table.columns.len();
        let mut codes = vec![0; width * table.rows];
        for (place, column) in table.columns.iter().enumerate() {
            for (row, code) in column.codes.iter().enumerate() {
                codes[row * width + place] = *code;
            }
        }
        Records { width, codes }
    }

    /// Where the two rows agree.
    pub fn agreement(&self, one: u32, other: u32) -> Columns {
        let at = |row: u32| &self.codes[row as usize * self.width..][..self.width];
        Columns::of(at(one).iter().zip(at(other)).enumerate().filter(|(_, (a, b))| a == b).map(|(place, _)| place))
    }
}

/// Agreements of some pairs: of rows that agree in one column, ordered by the next columns, each with those that
/// follow (the sampling of Papenbrock and Naumann, "A Hybrid Approach to Functional Dependency Discovery", SIGMOD 2016).
pub fn sampled(table: &Coded, records: &Records, scratch: &mut Scratch) -> BTreeSet<Columns> {
    let mut seen = BTreeSet::new();
    let width = table.columns.len();
    for place in 0..width {
        let mut partition = Partition::of(table, Columns::one(place), scratch);
        let bounds = partition.starts.clone();
        let by = |row: &u32| [1, 2].map(|n| table.columns[(place + n) % width].codes[*row as usize]);
        for w in bounds.windows(2) {
            partition.rows[w[0] as usize..w[1] as usize].sort_unstable_by_key(by);
        }
        for distance in 1..=FARTHEST {
            let (mut pairs, mut new) = (0, 0);
            for group in partition.groups() {
                for n in distance..group.len() {
                    pairs += 1;
                    new += usize::from(seen.insert(records.agreement(group[n - distance], group[n])));
                }
            }
            if new * WORTH_ONE_IN < pairs || pairs == 0 {
                break;
            }
        }
    }
    seen
}
