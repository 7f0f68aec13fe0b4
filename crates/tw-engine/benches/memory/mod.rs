//! How long this machine's memory takes, so that runs can be told apart: what jumps from page to page hangs on it, what
//! reads on does not.
use std::time::Instant;

/// Lines of 64 bytes that are read: 256 MB, more than caches hold.
const LINES: u64 = 1 << 22;
/// Reads between looks at the clock.
const READS: u64 = 10_000;
/// Seconds that it takes.
const SECONDS: f64 = 0.5;

/// Nanoseconds of a read at random where each waits for the one before.
pub fn random_read() -> f64 {
    // A linear congruential generator modulo a power of two comes by every line (Hull and Dobell 1962: an odd addend, a
    // factor of 1 modulo 4).
    let next = |line: u64| (line.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(3_037_000_493)) % LINES;
    let lines: Vec<[u64; 8]> = (0..LINES).map(|line| [next(line); 8]).collect();
    let (begun, mut at, mut reads) = (Instant::now(), 0, 0);
    while begun.elapsed().as_secs_f64() < SECONDS {
        for _ in 0..READS {
            at = lines[at as usize][0];
        }
        reads += READS;
    }
    begun.elapsed().as_secs_f64() * 1e9 / std::hint::black_box(reads + at / LINES) as f64
}
