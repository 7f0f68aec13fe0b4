//! A set of candidates, small enough to be copied.

/// Most candidates of one search. What is beyond is left out before, and said.
pub const MOST_CANDIDATES: usize = 512;
const WORDS: usize = MOST_CANDIDATES / 64;

/// Candidates by number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Set([u64; WORDS]);

impl Set {
    /// The set of these.
    pub fn of(members: impl IntoIterator<Item = usize>) -> Set {
        let mut set = Set::default();
        for member in members {
            set.insert(member);
        }
        set
    }

    /// Adds one.
    pub fn insert(&mut self, member: usize) {
        self.0[member / 64] |= 1 << (member % 64);
    }

    /// This one and another.
    pub fn with(mut self, member: usize) -> Set {
        self.insert(member);
        self
    }

    /// Without one.
    pub fn without(mut self, member: usize) -> Set {
        self.0[member / 64] &= !(1 << (member % 64));
        self
    }

    /// True when it is in.
    pub fn has(&self, member: usize) -> bool {
        self.0[member / 64] >> (member % 64) & 1 == 1
    }

    /// True when all of it is in the other.
    pub fn within(&self, other: &Set) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| a & !b == 0)
    }

    /// What is in both.
    pub fn and(&self, other: &Set) -> Set {
        Set(std::array::from_fn(|n| self.0[n] & other.0[n]))
    }

    /// What is in either.
    pub fn or(&self, other: &Set) -> Set {
        Set(std::array::from_fn(|n| self.0[n] | other.0[n]))
    }

    /// What is in this one only.
    pub fn minus(&self, other: &Set) -> Set {
        Set(std::array::from_fn(|n| self.0[n] & !other.0[n]))
    }

    /// True when nothing is in.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|w| *w == 0)
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.iter().map(|w| w.count_ones() as usize).sum()
    }

    /// The members in order.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(|(n, word)| {
            let mut word = *word;
            std::iter::from_fn(move || {
                if word == 0 {
                    return None;
                }
                let bit = word.trailing_zeros() as usize;
                word &= word - 1;
                Some(n * 64 + bit)
            })
        })
    }
}
