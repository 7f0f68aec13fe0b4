//! `cargo bench -p tablewright --bench figures`: the figures of the README, for the bank.
//!
//! Design is timed within this process, from the brief's file to a draft with its claims; a proof is a new process of the release build,
//! whose peak memory is what the system counted for it (its servers are processes of their own).
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tw_engine::{design, read};
use tw_lab::{Lab, LabOptions, discover};

fn main() {
    let brief = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/bank/brief.md");
    let installation = discover(None).unwrap_or_else(|e| panic!("{e}")).remove(0);
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
    println!("PostgreSQL {}, {cores} cores", installation.version);

    let designs = times(50, || {
        let designed = design::design(read::brief(&brief).unwrap_or_else(|e| panic!("{e}")), 1);
        assert!(designed.claims.len() > 100, "the bank has its claims");
    });
    tell("design of the bank", &designs, 1000.0, "ms");

    let options = LabOptions::default();
    let starts = times(11, || Lab::start(&installation, &options).unwrap_or_else(|e| panic!("{e}")));
    // The first one may have made the template.
    tell("lab start, warm template", &starts[1..], 1000.0, "ms");

    let mut peak_kb = 0;
    let proofs = times(3, || peak_kb = peak_kb.max(prove(&brief)));
    tell("prove of the bank, new process", &proofs, 1.0, "s");
    println!("{:<34} {:>8.1} MB", "peak memory of that process", peak_kb as f64 / 1024.0);
}

/// How long each run took; what it gives is dropped outside its time.
fn times<T>(runs: usize, mut run: impl FnMut() -> T) -> Vec<Duration> {
    let mut one = || {
        let begun = Instant::now();
        let given = run();
        let taken = begun.elapsed();
        drop(given);
        taken
    };
    (0..runs).map(|_| one()).collect()
}

fn tell(what: &str, taken: &[Duration], scale: f64, unit: &str) {
    let mut sorted = taken.to_vec();
    sorted.sort();
    let at = |n: usize| sorted[n].as_secs_f64() * scale;
    let last = sorted.len() - 1;
    println!("{what:<34} {:>8.1} {unit}  median of {} ({:.1} to {:.1})", at(last / 2), sorted.len(), at(0), at(last));
}

/// One proof in a new process: the most memory it ever held, in kB (`VmHWM`, which only grows); 0 where the
/// system does not tell.
fn prove(brief: &Path) -> u64 {
    let out: PathBuf = std::env::temp_dir().join(format!("tw-figures-{}", std::process::id()));
    let mut child = Command::new(env!("CARGO_BIN_EXE_tablewright"))
        .args(["prove", "--quiet", "--load-seconds", "0", "--out"])
        .args([&out, &brief.to_path_buf()])
        .stdout(Stdio::null())
        .spawn()
        .expect("the program starts");
    let status = format!("/proc/{}/status", child.id());
    let mut peak_kb = 0;
    let ended = loop {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|l| l.strip_prefix("VmHWM:"));
        peak_kb = line.and_then(|l| l.split_whitespace().next()?.parse().ok()).unwrap_or(0).max(peak_kb);
        match child.try_wait().expect("the program can be waited for") {
            Some(ended) => break ended,
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    assert!(ended.success(), "the bank proves: {ended}");
    std::fs::remove_dir_all(&out).expect("the dossier is removed");
    peak_kb
}
