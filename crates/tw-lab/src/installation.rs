//! Finding PostgreSQL servers on this machine.
use crate::error::LabError;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Major versions the lab knows.
pub const MAJORS: std::ops::RangeInclusive<u32> = 14..=18;

/// The programs of one PostgreSQL server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installation {
    /// Directory that holds `postgres` and `initdb`.
    pub bin: PathBuf,
    /// `15.18`.
    pub version: String,
    /// `15`.
    pub major: u32,
}

/// Every usable installation, newest first.
///
/// `wanted` (or else `TABLEWRIGHT_PG_BIN`, a colon-separated list) names bin directories: then only those
/// count, in the order given, and one that cannot be used is an error. Otherwise `pg_config`, `PATH` and
/// the usual places of Debian, RPM and Homebrew are searched.
pub fn discover(wanted: Option<&Path>) -> Result<Vec<Installation>, LabError> {
    let named: Vec<PathBuf> = match wanted {
        Some(path) => vec![path.to_path_buf()],
        None => std::env::var_os("TABLEWRIGHT_PG_BIN")
            .map(|list| std::env::split_paths(&list).collect())
            .unwrap_or_default(),
    };
    let named: Vec<PathBuf> = named.into_iter().filter(|p| !p.as_os_str().is_empty()).collect();
    let is_named = !named.is_empty();
    let looked = if is_named { named } else { usual_places() };
    let mut rejected = vec![];
    let mut found: Vec<Installation> = vec![];
    let mut seen = BTreeSet::new();
    for place in &looked {
        if !is_named && !place.join("postgres").exists() {
            continue;
        }
        let real = home_of(place);
        if !seen.insert(real.clone()) {
            continue;
        }
        match examine(&real) {
            Ok(installation) => found.push(installation),
            Err(why) => rejected.push(format!("{}: {why}", place.display())),
        }
    }
    if found.is_empty() || (is_named && !rejected.is_empty()) {
        return Err(LabError::NoInstallation { looked, rejected });
    }
    if !is_named {
        found.sort_by_key(|i| std::cmp::Reverse((i.major, minor(&i.version))));
    }
    Ok(found)
}

/// The directory that the programs are really in: `/usr/local/bin/postgres` may be a link.
fn home_of(bin: &Path) -> PathBuf {
    let program = std::fs::canonicalize(bin.join("postgres")).ok();
    program
        .and_then(|p| p.parent().map(Path::to_path_buf))
        .filter(|p| p.join("initdb").is_file())
        .or_else(|| std::fs::canonicalize(bin).ok())
        .unwrap_or_else(|| bin.to_path_buf())
}

/// What is in a bin directory, or why it is of no use.
fn examine(bin: &Path) -> Result<Installation, String> {
    for program in ["postgres", "initdb"] {
        if !bin.join(program).is_file() {
            return Err(format!("there is no `{program}` in it"));
        }
    }
    let answer = Command::new(bin.join("postgres"))
        .arg("--version")
        .stdin(Stdio::null())
        .output()
        .map_err(|e| format!("`postgres --version` does not run: {e}"))?;
    let text = String::from_utf8_lossy(&answer.stdout).into_owned();
    let version = version_in(&text).ok_or_else(|| format!("`postgres --version` says {:?}", text.trim()))?;
    let major: u32 = version
        .chars()
        .take_while(char::is_ascii_digit)
        .collect::<String>()
        .parse()
        .map_err(|_| format!("version {version} is not understood"))?;
    if !MAJORS.contains(&major) {
        return Err(format!("version {version} is outside {} to {}", MAJORS.start(), MAJORS.end()));
    }
    Ok(Installation { bin: bin.to_path_buf(), version, major })
}

/// `15.18` of `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn version_in(text: &str) -> Option<String> {
    text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit())).map(str::to_string)
}

fn minor(version: &str) -> u32 {
    version.split_once('.').and_then(|(_, m)| m.parse().ok()).unwrap_or(0)
}

fn usual_places() -> Vec<PathBuf> {
    let mut places: Vec<PathBuf> = vec![];
    if let Ok(answer) = Command::new("pg_config").arg("--bindir").stdin(Stdio::null()).output() {
        let dir = String::from_utf8_lossy(&answer.stdout).trim().to_string();
        if !dir.is_empty() {
            places.push(dir.into());
        }
    }
    if let Some(path) = std::env::var_os("PATH") {
        places.extend(std::env::split_paths(&path).filter(|p| p.is_absolute()));
    }
    // (parent directory, prefix of the version's directory, what follows it)
    for (parent, prefix, tail) in [
        ("/usr/lib/postgresql", "", "bin"),
        ("/usr/lib/postgresql", "postgresql", "bin"),
        ("/usr", "pgsql-", "bin"),
        ("/usr/libexec", "postgresql", ""),
        ("/opt/homebrew/opt", "postgresql@", "bin"),
        ("/usr/local/opt", "postgresql@", "bin"),
        ("/home/linuxbrew/.linuxbrew/opt", "postgresql@", "bin"),
        ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
    ] {
        let Ok(entries) = std::fs::read_dir(parent) else {
            continue;
        };
        let mut dirs: Vec<PathBuf> = entries
            .flatten()
            .filter(|e| e.file_name().to_string_lossy().starts_with(prefix))
            .map(|e| e.path().join(tail))
            .collect();
        dirs.sort();
        places.extend(dirs);
    }
    places.push("/usr/local/pgsql/bin".into());
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_version_of_packagers() {
        assert_eq!(version_in("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)").as_deref(), Some("15.18"));
        assert_eq!(version_in("nonsense"), None);
    }

    #[test]
    fn a_named_directory_without_a_server_is_an_error_that_says_so() {
        let error = discover(Some(Path::new("/nonexistent"))).unwrap_err().to_string();
        assert!(error.contains("there is no `postgres` in it"), "{error}");
        assert!(error.contains("apt-get install postgresql"), "{error}");
    }
}
