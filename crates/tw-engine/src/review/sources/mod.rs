//! Sources: scripts, dumps and folders of migrations as one list of scripts in the order in which they are run.
pub mod client;
pub mod migrations;

use crate::Failure;
use std::path::{Path, PathBuf};
use tw_lab::{Installation, dump};
use tw_model::finding::NotJudged;

/// A script by the name its user knows it by. Lines are those of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// Path as given, or below the folder given.
    pub name: String,
    /// SQL: what concerns the psql program alone is blanked out.
    pub text: String,
}

/// Bytes that one file may have.
pub const LONGEST: u64 = 256 << 20;
/// Files that are read.
pub const MOST_FILES: usize = 20_000;

/// The scripts of paths, and what of them is not SQL.
pub fn gather(paths: &[PathBuf], installation: &Installation) -> Result<(Vec<Script>, Vec<NotJudged>), Failure> {
    let mut files: Vec<migrations::Step> = vec![];
    for path in paths {
        if path.is_dir() {
            files.extend(migrations::steps(path)?);
        } else {
            files.push(migrations::Step { path: path.clone(), part: migrations::Part::Whole });
        }
    }
    if files.len() > MOST_FILES {
        return Err(Failure::Path {
            path: paths.first().cloned().unwrap_or_default(),
            why: format!("{} files are more than are read ({MOST_FILES})", files.len()),
            help: "Give a dump of the schema instead: pg_dump --schema-only.".into(),
        });
    }
    let mut scripts = vec![];
    let mut not_judged = vec![];
    for file in files {
        let text = migrations::cut(&text(&file.path, installation)?, &file.part);
        let (text, left_out) = client::without_client(&text);
        let name = file.path.display().to_string();
        not_judged.extend(left_out.into_iter().map(|why| NotJudged { what: name.clone(), why }));
        scripts.push(Script { name, text });
    }
    Ok((scripts, not_judged))
}

/// A file's text; of a dump in the custom form, its script.
fn text(path: &Path, installation: &Installation) -> Result<String, Failure> {
    let failed = |why| Failure::File { doing: "read", path: path.into(), why };
    let size = std::fs::metadata(path).map_err(failed)?.len();
    if size > LONGEST {
        return Err(Failure::Path {
            path: path.into(),
            why: format!("{size} bytes are more than a script can have ({LONGEST})"),
            help: "Give the schema without rows: pg_dump --schema-only.".into(),
        });
    }
    let bytes = std::fs::read(path).map_err(failed)?;
    if bytes.starts_with(dump::MAGIC) {
        return Ok(dump::script(installation, path)?);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").map(<[u8]>::to_vec).unwrap_or(bytes);
    String::from_utf8(bytes).map_err(|e| Failure::Path {
        path: path.into(),
        why: format!("byte {} is not UTF-8", e.utf8_error().valid_up_to() + 1),
        help: "Save the script as UTF-8 text, or give the dump in a form that pg_restore reads.".into(),
    })
}
