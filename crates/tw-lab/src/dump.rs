//! Dumps in a form of pg_dump's own, as SQL text: `pg_restore` reads them, and no server is asked.
use crate::{error::LabError, installation::Installation};
use std::path::Path;
use std::process::{Command, Stdio};

/// The first bytes of a dump in the custom form.
pub const MAGIC: &[u8] = b"PGDMP";

/// The schema of a dump as a script. Rows are left out.
pub fn script(installation: &Installation, dump: &Path) -> Result<String, LabError> {
    let program = installation.bin.join("pg_restore");
    let failed = |why: String| LabError::Io {
        doing: format!("{} cannot be read with {}", dump.display(), program.display()),
        source: std::io::Error::other(why),
    };
    let output = Command::new(&program)
        .args(["--schema-only", "--no-owner", "--file=-"])
        .arg(dump)
        .stdin(Stdio::null())
        .output()
        .map_err(|why| match why.kind() {
            std::io::ErrorKind::NotFound => failed(
                "the program is not there; install PostgreSQL's client programs, or give the dump as a script \
                 (pg_restore --schema-only --no-owner --file=schema.sql)"
                    .into(),
            ),
            _ => failed(why.to_string()),
        })?;
    if !output.status.success() {
        return Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_string()));
    }
    String::from_utf8(output.stdout).map_err(|_| failed("its script is not UTF-8".into()))
}
