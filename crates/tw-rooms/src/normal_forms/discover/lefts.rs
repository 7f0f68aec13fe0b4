//! The smallest left sides that no pair of rows has refuted yet, for one right side.
use crate::normal_forms::Columns;

/// An antichain: none is within another.
#[derive(Clone, Debug)]
pub struct Lefts {
    /// The column that they may determine.
    pub right: usize,
    /// Still possible.
    pub open: Vec<Columns>,
    /// Seen to hold in all rows.
    pub held: Vec<Columns>,
}

impl Lefts {
    /// Nothing is refuted: even no column at all may determine it.
    pub fn new(right: usize) -> Lefts {
        Lefts { right, open: vec![Columns::NONE], held: vec![] }
    }

    /// Two rows agree exactly there and differ in the right side: every left side within is refuted, and grows by a
    /// column in which they differ. Left sides of more than `most` columns are let go.
    pub fn refute(&mut self, agreement: Columns, all: Columns, most: usize) {
        if agreement.has(self.right) {
            return;
        }
        let mut refuted: Vec<Columns> = vec![];
        self.open.retain(|left| {
            let stays = !left.within(agreement);
            if !stays {
                refuted.push(*left);
            }
            stays
        });
        // Smaller ones grow first, so that what is put in is never within what was put in before it.
        refuted.sort_by_key(|left| left.len());
        for left in refuted.into_iter().filter(|left| left.len() < most) {
            for column in all.minus(agreement).without(self.right).iter() {
                let longer = left.with(column);
                if !self.open.iter().chain(&self.held).any(|known| known.within(longer)) {
                    self.open.push(longer);
                }
            }
        }
    }
}
