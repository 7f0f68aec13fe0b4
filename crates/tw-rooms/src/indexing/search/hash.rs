//! A hash for sets: a few multiplications, since a search looks sets up millions of times and nobody chooses them to
//! collide.
use std::hash::{BuildHasherDefault, Hasher};

/// For maps whose keys are sets.
pub type ByWords = BuildHasherDefault<Words>;

/// An odd number whose bits are as good as random: 2 to the 64th over the golden ratio.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// Multiplies and turns, word by word.
#[derive(Clone, Copy, Debug, Default)]
pub struct Words(u64);

impl Hasher for Words {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(FACTOR);
    }

    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }

    fn finish(&self) -> u64 {
        // Maps take the low bits for the place and the high ones for a first comparison.
        self.0 ^ (self.0 >> 32)
    }
}
