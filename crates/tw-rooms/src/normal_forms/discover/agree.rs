//! In which columns pairs of rows agree: each pair that disagrees somewhere refutes dependencies.
use super::{Coded, Partition};
use crate::normal_forms::Columns;
use std::collections::BTreeSet;

/// Pairs are compared at growing distances within the groups of a column as long as one in so many says something new.
const WORTH_ONE_IN: usize = 100;
/// The greatest distance.
const FARTHEST: usize = 8;
/// Pairs that are compared at one distance in the groups of one column.
const MOST_PAIRS: usize = 10_000;

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

    /// In which of those columns the two rows differ.
    pub fn differ(&self, one: u32, other: u32, columns: Columns) -> Columns {
        let (one, other) = (one as usize * self.width, other as usize * self.width);
        Columns::of(columns.iter().filter(|c| self.codes[one + c] != self.codes[other + c]))
    }

    /// Where the two rows agree.
    pub fn agreement(&self, one: u32, other: u32) -> Columns {
        let at = |row: u32| &self.codes[row as usize * self.width..][..self.width];
        Columns::of(at(one).iter().zip(at(other)).enumerate().filter(|(_, (a, b))| a == b).map(|(place, _)| place))
    }
}

/// Agreements of some pairs of rows that agree in one column at least (after the sampling of Papenbrock and Naumann, "A
/// Hybrid Approach to Functional Dependency Discovery", SIGMOD 2016). `singles` are the partitions of the columns.
pub fn sampled(records: &Records, singles: &[Partition]) -> BTreeSet<Columns> {
    let mut seen = BTreeSet::new();
    for partition in singles {
        for distance in 1..=FARTHEST {
            let (mut pairs, mut new) = (0, 0);
            let of_groups = partition.groups().flat_map(|group| group.iter().zip(group.iter().skip(distance)));
            for (one, other) in of_groups.take(MOST_PAIRS) {
                pairs += 1;
                new += usize::from(seen.insert(records.agreement(*one, *other)));
            }
            if new * WORTH_ONE_IN < pairs || pairs == 0 {
                break;
            }
        }
    }
    seen
}
