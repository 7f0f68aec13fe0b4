//! Rows that agree on a set of columns, in groups.
use super::Coded;
use crate::normal_forms::Columns;

/// Groups of two rows and more that agree; a row that agrees with no other is left out ("stripped", Huhtala et al.,
/// "TANE", The Computer Journal 1999).
#[derive(Clone, Debug, Default)]
pub struct Partition {
    /// Rows, group after group.
    pub rows: Vec<u32>,
    /// Where each group begins in `rows`, and its end last.
    pub starts: Vec<u32>,
}

/// Room to count in, used again and again: one place a code, zero between uses.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(super) count: Vec<u32>,
    codes: Vec<u32>,
}

impl Scratch {
    pub(super) fn fit(&mut self, distinct: u32) {
        if self.count.len() < distinct as usize {
            self.count.resize(distinct as usize, 0);
        }
    }

    /// The largest number of these rows that have one code.
    pub fn most(&mut self, rows: &[u32], codes: &[u32], distinct: u32) -> u32 {
        self.fit(distinct);
        let mut most = 0;
        for row in rows {
            let count = &mut self.count[codes[*row as usize] as usize];
            *count += 1;
            most = most.max(*count);
        }
        for row in rows {
            self.count[codes[*row as usize] as usize] = 0;
        }
        most
    }
}

impl Partition {
    /// All rows in one group.
    pub fn whole(rows: usize) -> Partition {
        let rows: Vec<u32> = (0..u32::try_from(rows).unwrap_or(u32::MAX)).collect();
        let end = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        if rows.len() < 2 {
            Partition { rows: vec![], starts: vec![0] }
        } else {
            Partition { rows, starts: vec![0, end] }
        }
    }

    /// The rows that agree on those columns.
    pub fn of(table: &Coded, columns: Columns, scratch: &mut Scratch) -> Partition {
        // The column that tells most rows apart first: what is left is least.
        let mut places: Vec<usize> = columns.iter().collect();
        places.sort_by_key(|p| std::cmp::Reverse(table.columns[*p].distinct));
        let mut partition = Partition::whole(table.rows);
        for place in places {
            partition = partition.refined(table, place, scratch);
        }
        partition
    }

    /// The groups, told apart by one more column.
    #[must_use]
    pub fn refined(&self, table: &Coded, column: usize, scratch: &mut Scratch) -> Partition {
        let of = &table.columns[column];
        scratch.fit(of.distinct);
        let mut finer = Partition { rows: Vec::with_capacity(self.rows.len()), starts: vec![0] };
        for group in self.groups() {
            for row in group {
                let code = of.codes[*row as usize];
                let count = &mut scratch.count[code as usize];
                if *count == 0 {
                    scratch.codes.push(code);
                }
                *count += 1;
            }
            // Places for the groups of two and more; zero says "alone".
            let base = finer.rows.len();
            let mut next = u32::try_from(base).unwrap_or(u32::MAX);
            for code in &scratch.codes {
                let count = &mut scratch.count[*code as usize];
                let size = *count;
                *count = 0;
                if size > 1 {
                    *count = next + 1;
                    next += size;
                    finer.starts.push(next);
                }
            }
            finer.rows.resize(next as usize, 0);
            for row in group {
                let place = &mut scratch.count[of.codes[*row as usize] as usize];
                if *place > 0 {
                    finer.rows[*place as usize - 1] = *row;
                    *place += 1;
                }
            }
            for code in scratch.codes.drain(..) {
                scratch.count[code as usize] = 0;
            }
        }
        finer
    }

    /// The groups.
    pub fn groups(&self) -> impl Iterator<Item = &[u32]> {
        self.starts.windows(2).map(|w| &self.rows[w[0] as usize..w[1] as usize])
    }

    /// Rows that repeat what another of their group says.
    pub fn repeated(&self) -> usize {
        self.rows.len() - (self.starts.len() - 1)
    }
}
