//! What the journeys share: the built program, places to work in, and reading what it wrote.
#![allow(dead_code)] // each test binary uses its part
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU64, Ordering};

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A brief or list of the journeys.
pub fn journey(name: &str) -> PathBuf {
    root().join("journeys").join(name)
}

/// A directory that is removed when the test ends.
pub struct Place(PathBuf);

impl Place {
    /// A new one.
    pub fn new(name: &str) -> Place {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("tw-journey-{}-{number}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a temporary directory");
        Place(path)
    }

    /// A path in it.
    pub fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes a file in it.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        std::fs::write(self.at(name), text).expect("the file is written");
        self.at(name)
    }

    /// The text of a file in it.
    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.at(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// The JSON of a file in it.
    pub fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// The names of what is in a directory of it, sorted; none when it is not there.
    pub fn names(&self, directory: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.at(directory)).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// The program, to be started here.
    pub fn program(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tablewright"));
        // Only the journeys about latencies drive the workload; the others need not wait for it.
        let drives = arguments.first() != Some(&"prove") || arguments.contains(&"--load-seconds");
        let not = if drives { vec![] } else { vec!["--load-seconds", "0"] };
        command.args(arguments).args(not).current_dir(&self.0).env("COLUMNS", "100").env_remove("NO_COLOR");
        command
    }

    /// Runs the program here to its end.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.program(arguments).output().expect("the program starts"))
    }

    /// Runs the program and expects this exit code.
    pub fn expect(&self, code: i32, arguments: &[&str]) -> Ran {
        let ran = self.run(arguments);
        assert_eq!(ran.code, code, "tablewright {arguments:?}\n{}\n{}", ran.out, ran.err);
        ran
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What a run of the program came to.
pub struct Ran {
    /// Exit code; -1 when a signal ended it.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Ran {
    fn of(output: Output) -> Ran {
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// The claims of `evidence.json` with this verdict, sorted.
pub fn claims_with(evidence: &Value, verdict: &str) -> Vec<String> {
    let receipts = evidence["evidence"].as_array().expect("a list of receipts");
    let with = receipts.iter().filter(|r| r["verdict"] == verdict);
    let mut claims: Vec<String> = with.map(|r| r["claim"].as_str().expect("an id").to_string()).collect();
    claims.sort();
    claims
}

/// The text of a path.
pub fn text(path: &Path) -> String {
    path.display().to_string()
}
