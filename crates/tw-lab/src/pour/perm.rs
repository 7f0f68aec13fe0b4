//! Numbers in another order, without keeping the order: a keyed permutation of `0..n`.
use crate::fill::dice::mixed;

/// A permutation of `0..n`. Every place is computed, both ways; nothing is kept.
///
/// A Feistel network of four rounds over the next even number of bits; a result outside is sent through again
/// until it is inside (Black and Rogaway 2002, cycle walking), four times at most on average.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    n: u64,
    half: u32,
    key: u64,
}

impl Order {
    /// The permutation of `0..n` that a key stands for.
    pub fn new(n: u64, key: u64) -> Order {
        let bits = 64 - n.saturating_sub(1).leading_zeros();
        Order { n, half: bits.div_ceil(2).max(1), key }
    }

    /// Where a number goes. Numbers beyond the last stay where they are.
    pub fn of(&self, number: u64) -> u64 {
        self.walk(number, |x| self.rounds(x, [0, 1, 2, 3]))
    }

    /// Which number goes there.
    pub fn back(&self, place: u64) -> u64 {
        self.walk(place, |x| {
            // The network is its own inverse with halves swapped and rounds turned round.
            let turned = self.swapped(x);
            self.swapped(self.rounds(turned, [3, 2, 1, 0]))
        })
    }

    fn walk(&self, number: u64, step: impl Fn(u64) -> u64) -> u64 {
        if number >= self.n || self.n < 2 {
            return number;
        }
        let mut at = step(number);
        while at >= self.n {
            at = step(at);
        }
        at
    }

    fn mask(&self) -> u64 {
        (1u64 << self.half) - 1
    }

    fn swapped(&self, x: u64) -> u64 {
        ((x & self.mask()) << self.half) | (x >> self.half)
    }

    fn rounds(&self, x: u64, order: [u64; 4]) -> u64 {
        let (mut left, mut right) = (x >> self.half, x & self.mask());
        for round in order {
            let next =
                left ^ (mixed(self.key ^ (round << 56) ^ right.wrapping_mul(0x9E37_79B9_7F4A_7C15)) & self.mask());
            (left, right) = (right, next);
        }
        (left << self.half) | right
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_one_place_and_finds_back() {
        for n in [1, 2, 3, 7, 64, 1000, 1025] {
            for key in [0, 1, 99] {
                let order = Order::new(n, key);
                let mut places: Vec<u64> = (0..n).map(|i| order.of(i)).collect();
                assert!((0..n).all(|i| order.back(order.of(i)) == i), "{n}, {key}");
                places.sort_unstable();
                assert_eq!(places, (0..n).collect::<Vec<_>>(), "{n}, {key}");
            }
        }
        let large = Order::new(u64::MAX / 3, 5);
        assert_eq!(large.back(large.of(123_456_789_012)), 123_456_789_012);
    }

    #[test]
    fn keys_give_other_orders() {
        let of = |key| (0..100).map(|i| Order::new(100, key).of(i)).collect::<Vec<_>>();
        assert_ne!(of(1), of(2));
        assert_ne!(of(1), (0..100).collect::<Vec<_>>());
    }
}
