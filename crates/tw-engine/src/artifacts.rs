//! Artifacts: a dossier's directory, written whole or not at all.
use crate::{Failure, design::Designed};
use std::path::{Path, PathBuf};
use tw_model::{
    driven::Driven,
    evidence::{EvidenceFile, Measurement},
    sample::SamplePlan,
};

/// A file of a dossier.
pub struct Artifact {
    /// Name in the directory.
    pub name: String,
    /// Contents.
    pub body: String,
}

/// The file by which we know a directory for a dossier of ours.
pub const DESIGN: &str = "design.json";
/// The same for the dossier of a review.
pub const REVIEW: &str = "review.json";
/// The file that shows that a directory holds what was adopted or exported.
pub const LOSSES: &str = "losses.json";

/// The files that hold what was designed and found out, without the pages made from them.
pub fn records(
    designed: &Designed,
    evidence: Option<&EvidenceFile>,
    measurements: &[Measurement],
    driven: Option<&Driven>,
) -> Vec<Artifact> {
    let mut files = vec![
        Artifact { name: DESIGN.into(), body: pretty(&DesignFile::of(designed)) },
        Artifact { name: "schema.sql".into(), body: designed.schema_sql.clone() },
        Artifact { name: "roles.sql".into(), body: designed.roles_sql.clone() },
        Artifact { name: "sample.json".into(), body: pretty(&designed.sample) },
        Artifact { name: "horizon.json".into(), body: pretty(&designed.span) },
        Artifact { name: "brief.md".into(), body: designed.text.clone() },
    ];
    let more = designed.draft.artifacts.iter();
    files.extend(more.map(|(name, body)| Artifact { name: name.clone(), body: designed.draft.printed(body) }));
    if let Some(evidence) = evidence {
        files.push(Artifact { name: "evidence.json".into(), body: pretty(evidence) });
        files.push(Artifact { name: "measured.json".into(), body: measured(measurements, driven) });
    }
    files
}

/// `measured.json`: what differs from run to run.
pub fn measured(measurements: &[Measurement], driven: Option<&Driven>) -> String {
    pretty(&serde_json::json!({ "format": 1, "figures": measurements, "driven": driven }))
}

/// The figures of a directory's `measured.json`, when there is one: a drive leaves them as they are.
pub fn figures(out: &Path) -> Vec<Measurement> {
    let text = std::fs::read_to_string(out.join("measured.json")).unwrap_or_default();
    let file: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    file.get("figures").and_then(|f| serde_json::from_value(f.clone()).ok()).unwrap_or_default()
}

/// Writes files into a directory, each whole or not at all, and leaves what else is in it.
pub fn write_beside(out: &Path, files: &[Artifact]) -> Result<(), Failure> {
    std::fs::create_dir_all(out).map_err(|why| Failure::File { doing: "make", path: out.into(), why })?;
    files.iter().try_for_each(|file| replace(&out.join(&file.name), &file.body))
}

/// `design.json`.
#[derive(serde::Serialize)]
struct DesignFile<'a> {
    format: u32,
    model: &'a tw_model::model::Model,
    draft: &'a tw_model::draft::Draft,
    schema: &'a tw_model::schema::Schema,
    claims: &'a [tw_model::claim::Claim],
}

impl<'a> DesignFile<'a> {
    fn of(d: &'a Designed) -> Self {
        DesignFile { format: 1, model: &d.model, draft: &d.draft, schema: &d.physical, claims: &d.claims }
    }
}

/// JSON with two-space indents and a final line break.
pub fn pretty<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string_pretty(value).expect("model types have string keys and serialize") + "\n"
}

/// The sample plan of a dossier's `sample.json`.
pub fn sample_plan(text: &str) -> Result<SamplePlan, serde_json::Error> {
    serde_json::from_str(text)
}

/// Writes the files to a new directory beside `out` and swaps it in, so that `out` is the old dossier or
/// the new one, never half of each. A directory that is neither empty nor a dossier of that mark is left alone.
pub fn write(out: &Path, mark: &str, files: &[Artifact]) -> Result<(), Failure> {
    check_ours(out, mark)?;
    let parent = out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent).map_err(|why| Failure::File { doing: "make", path: parent.into(), why })?;
    let name = out.file_name().and_then(|n| n.to_str()).unwrap_or("dossier");
    sweep(parent, name);
    let fresh = Fresh(parent.join(format!(".{name}.new-{}", std::process::id())));
    std::fs::create_dir(&fresh.0).map_err(|why| Failure::File { doing: "make", path: fresh.0.clone(), why })?;
    for file in files {
        let path = fresh.0.join(&file.name);
        std::fs::write(&path, &file.body).map_err(|why| Failure::File { doing: "write", path, why })?;
    }
    swap(&fresh.0, out)
}

/// Replaces a file's text: the old one stays until the new one is whole.
pub fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |why| Failure::File { doing: "write", path: path.into(), why };
    let name = path.file_name().and_then(|n| n.to_str()).unwrap_or("file");
    let fresh = path.with_file_name(format!(".{name}.new-{}", std::process::id()));
    let done = std::fs::write(&fresh, text).and_then(|()| std::fs::rename(&fresh, path));
    if done.is_err() {
        let _ = std::fs::remove_file(&fresh);
    }
    done.map_err(failed)
}

/// Makes sure, before long work, that a dossier of that mark can be written there.
pub fn writable(out: &Path, mark: &str) -> Result<(), Failure> {
    check_ours(out, mark)?;
    let parent = out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent).map_err(|why| Failure::File { doing: "make", path: parent.into(), why })?;
    let name = out.file_name().and_then(|n| n.to_str()).unwrap_or("dossier");
    let probe = Fresh(parent.join(format!(".{name}.new-{}", std::process::id())));
    std::fs::create_dir(&probe.0).map_err(|why| Failure::File { doing: "make", path: probe.0.clone(), why })
}

/// Removed when dropped: the unfinished directory, or, after the swap, the old dossier.
struct Fresh(PathBuf);

impl Drop for Fresh {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Unfinished directories of runs that were killed.
fn sweep(parent: &Path, name: &str) {
    let prefix = format!(".{name}.new-");
    let entries = std::fs::read_dir(parent).into_iter().flatten().flatten();
    for entry in entries.filter(|e| e.file_name().to_string_lossy().starts_with(&prefix)) {
        let pid = entry.file_name().to_string_lossy()[prefix.len()..].parse::<u32>().ok();
        if pid.is_some_and(|pid| tw_lab::process::start_mark(pid).is_none()) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

fn check_ours(out: &Path, mark: &str) -> Result<(), Failure> {
    let wrong = |why: &str| Failure::Path {
        path: out.into(),
        why: why.into(),
        help: "Name another directory with --out.".into(),
    };
    match std::fs::read_dir(out) {
        Ok(mut entries) => {
            if entries.next().is_some() && !out.join(mark).is_file() {
                return Err(wrong("is a directory with other things in it, which a dossier would replace"));
            }
            Ok(())
        }
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(_) if out.is_file() => Err(wrong("is a file")),
        Err(why) => Err(Failure::File { doing: "read", path: out.into(), why }),
    }
}

fn swap(fresh: &Path, out: &Path) -> Result<(), Failure> {
    let failed = |why: std::io::Error| Failure::File { doing: "write", path: out.into(), why };
    if !out.exists() {
        return std::fs::rename(fresh, out).map_err(failed);
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        if renameat_with(CWD, fresh, CWD, out, RenameFlags::EXCHANGE).is_ok() {
            return Ok(());
        }
    }
    // Where two directories cannot change places at once, the old one steps aside first.
    let aside = fresh.with_extension("old");
    std::fs::rename(out, &aside).map_err(failed)?;
    std::fs::rename(fresh, out).map_err(failed)?;
    let _ = std::fs::remove_dir_all(aside);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let dir = std::env::temp_dir().join(format!("tw-artifacts-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dir);
        std::fs::create_dir_all(&dir).unwrap();
        dir
    }

    fn file(body: &str) -> [Artifact; 1] {
        [Artifact { name: DESIGN.into(), body: body.into() }]
    }

    #[test]
    fn a_dossier_is_replaced_whole_and_leaves_nothing_beside_it() {
        let dir = scratch("swap");
        let out = dir.join("bank");
        write(&out, DESIGN, &file("one")).unwrap();
        std::fs::write(out.join("stale.txt"), "left over").unwrap();
        write(&out, DESIGN, &file("two")).unwrap();
        assert_eq!(std::fs::read_to_string(out.join(DESIGN)).unwrap(), "two");
        assert!(!out.join("stale.txt").exists());
        let names: Vec<_> = std::fs::read_dir(&dir).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(names, ["bank"]);
        std::fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn a_strangers_directory_is_left_alone() {
        let dir = scratch("stranger");
        std::fs::write(dir.join("thesis.tex"), "years of work").unwrap();
        assert!(matches!(write(&dir, DESIGN, &file("x")), Err(Failure::Path { .. })));
        assert!(dir.join("thesis.tex").exists());
        assert!(matches!(write(&dir.join("thesis.tex"), DESIGN, &file("x")), Err(Failure::Path { .. })));
        std::fs::remove_dir_all(dir).unwrap();
    }
}
