//! The commands and what each prints.
use crate::{
    adopting, discovering, explain, exporting, filling, indexing, load,
    options::{Common, Format},
    reviewing, screen,
};
use clap::Subcommand;
use std::path::{Path, PathBuf};
use tw_engine::{
    Failure,
    artifacts::{self, Artifact},
    design::{Designed, design},
    prove::{self, Proven},
    read,
    settle::Given,
    verify,
};
use tw_model::{dossier::Dossier, evidence::Verdict};

/// What can be asked.
#[derive(Subcommand)]
pub enum Command {
    /// Write a commented brief to start from.
    New {
        /// The file to write.
        #[arg(default_value = "brief.md")]
        path: PathBuf,
        /// Title of the brief.
        #[arg(long, default_value = "My business")]
        title: String,
    },
    /// Lay out a brief in its canonical form.
    Fmt {
        /// The brief.
        brief: PathBuf,
        /// Only say whether it is laid out already (exit code 1 when not).
        #[arg(long)]
        check: bool,
    },
    /// Design the database of a brief; needs no server.
    Design {
        /// The brief.
        brief: PathBuf,
    },
    /// Design the database of a brief and try every claim about it on a real server.
    Prove {
        /// The brief.
        brief: PathBuf,
        /// Try the claims on this schema.sql (or the directory that holds it) instead of the designed one.
        #[arg(long, value_name = "DIR_OR_SQL")]
        against: Option<PathBuf>,
        /// Only this room's claims.
        #[arg(long, value_name = "ROOM")]
        only: Option<String>,
        /// Seconds in which the workload is driven on the sample to measure latencies; 0 measures none.
        #[arg(long, value_name = "N", default_value_t = 20.0, value_parser = load_seconds)]
        load_seconds: f64,
    },
    /// Replay a dossier's receipts from its own files and report every difference.
    Verify {
        /// The dossier's directory.
        dir: PathBuf,
    },
    /// Find the indexes that a workload is worth, for any database and any SQL; a user's database is only read.
    Index(indexing::Options),
    /// Review a schema that exists: what is wrong with it, why it matters, the exact fix and the proof.
    ///
    /// A database is only read; scripts are executed in a server of our own. What could not be judged is said.
    Review(reviewing::Options),
    /// Put a schema that exists into a brief, so that everything else applies to it.
    ///
    /// A database is only read. The design of the brief is the schema: what the brief language has no words for stands in
    /// it as SQL, and is told in losses.md with the reason. Take its line `additions: none` away to see what a design adds.
    Adopt(adopting::Options),
    /// Write the design of a brief, a database or scripts as DBML, Prisma schema, JDL or Mermaid ER, and tell what is lost.
    Export(exporting::Options),
    /// Find what determines what in the rows of a database or of files: keys, normal forms, a schema without repetition.
    Discover(discovering::Options),
    /// Fill the tables of a brief's design, a live database's schema or a DDL file with rows.
    Fill(filling::Filling),
    /// Drive a workload, all of it at once and each call at its own rate, and measure latencies.
    ///
    /// With a brief, its workload is driven on its sample, on a server of our own. With a database, the reading
    /// statements of a file are driven on it, in sessions that cannot write. A file has comment lines above each
    /// statement: `-- name: history`, `-- rate: 100/s`, `-- p99: 20ms`, `-- $1: select id from account` (what
    /// callers choose `$1` from; `-- $1 zipf 1.1: ...` when few are chosen often).
    Load(load::Load),
    /// Print the page of a room, rule or kind of claim, or how a draft grows.
    Explain {
        /// `indexing`, `keys/no-primary`, `columns/not-null`, or a whole claim id.
        #[arg(required_unless_present = "steps")]
        id: Option<String>,
        /// The draft of this brief after each room.
        #[arg(long, value_name = "BRIEF")]
        steps: Option<PathBuf>,
    },
}

/// Runs a command: its exit code.
pub fn run(command: &Command, common: &Common) -> Result<u8, Failure> {
    if !matches!(common.format, Format::Text | Format::Json) && !matches!(command, Command::Review(_)) {
        return Err(Failure::Path {
            path: "--format".into(),
            why: "only a review has that form".into(),
            help: "Ask for text or json.".into(),
        });
    }
    match command {
        Command::New { path, title } => new(path, title),
        Command::Fmt { brief, check } => fmt(brief, *check),
        Command::Design { brief } => designed(brief, common),
        Command::Prove { brief, against, only, load_seconds } => {
            proven(brief, against.as_deref(), only.clone(), *load_seconds, common)
        }
        Command::Verify { dir } => verified(dir, common),
        Command::Index(options) => indexing::run(options, common),
        Command::Review(options) => reviewing::run(options, common),
        Command::Adopt(options) => adopting::run(options, common),
        Command::Export(options) => exporting::run(options, common),
        Command::Discover(options) => discovering::run(options, common),
        Command::Fill(filling) => filling::run(filling, common),
        Command::Load(asked) => load::run(asked, common),
        Command::Explain { id, steps } => {
            let text = match (steps, id) {
                (Some(brief), _) => explain::steps(&design(read::brief(brief)?, common.seed)),
                (None, id) => explain::told(id.as_deref().unwrap_or_default())?,
            };
            screen::print(&text);
            Ok(0)
        }
    }
}

/// Seconds of a drive: not less than none, not more than a day.
pub fn load_seconds(text: &str) -> Result<f64, String> {
    let seconds: f64 = text.parse().map_err(|_| "is not a number of seconds".to_string())?;
    if (0.0..=86_400.0).contains(&seconds) { Ok(seconds) } else { Err("must lie between 0 and 86400".into()) }
}

fn new(path: &Path, title: &str) -> Result<u8, Failure> {
    use std::io::Write;
    let mut file =
        std::fs::File::create_new(path).map_err(|why| Failure::File { doing: "write", path: path.into(), why })?;
    file.write_all(tw_engine::starter(title).as_bytes()).map_err(|why| Failure::File {
        doing: "write",
        path: path.into(),
        why,
    })?;
    screen::print(&format!(
        "{} is a brief to start from. Edit it, then run: tablewright prove {}\n",
        path.display(),
        path.display()
    ));
    Ok(0)
}

fn fmt(brief: &Path, check: bool) -> Result<u8, Failure> {
    let text = read::text(brief)?;
    let formatted = read::formatted(brief, &text)?;
    if formatted == text {
        return Ok(0);
    }
    if check {
        screen::print(&format!("{} is not laid out; run: tablewright fmt {}\n", brief.display(), brief.display()));
        return Ok(1);
    }
    artifacts::replace(brief, &formatted)?;
    Ok(0)
}

fn designed(brief: &Path, common: &Common) -> Result<u8, Failure> {
    let out = out_dir(brief, common);
    let designed = design(read::brief(brief)?, common.seed);
    let dossier = designed.dossier(None, vec![]);
    artifacts::write(&out, artifacts::DESIGN, &files(&designed, &dossier))?;
    if common.format == Format::Json {
        screen::print(&artifacts::pretty(
            &serde_json::json!({ "format": 1, "brief": designed.model.title, "claims": designed.claims.len(), "out": out }),
        ));
    } else if !common.quiet {
        screen::print(&tw_report::terminal(&dossier, screen::width(), screen::colour()));
        screen::print(&format!(
            "\nThe design is in {}: open index.html, load schema.sql, then roles.sql.\n",
            out.display()
        ));
    }
    Ok(0)
}

fn proven(
    brief: &Path,
    against: Option<&Path>,
    only: Option<String>,
    load_seconds: f64,
    common: &Common,
) -> Result<u8, Failure> {
    if let Some(room) = &only {
        explain::page(room)?;
    }
    let mut designed = design(read::brief(brief)?, common.seed);
    let given = against.map(given).transpose()?;
    let out = out_dir(brief, common);
    artifacts::writable(&out, artifacts::DESIGN)?;
    let options = prove::Options { pg_bin: common.pg_bin.clone(), only, given, workers: None, load_seconds };
    let Proven { evidence, measurements, driven, notes } =
        prove::prove(&designed, &options, &screen::progress(common))?;
    if let Some(given) = options.given {
        // The dossier holds what was tried, so that it can be replayed from its own files.
        designed.schema_sql = given.schema.1;
        if let Some((_, roles)) = given.roles {
            designed.roles_sql = roles;
        }
    }
    let refuted_figures = driven.as_ref().map_or(0, |d| d.count(Verdict::Refuted));
    let dossier = Dossier { driven, ..designed.dossier(Some(evidence), measurements) };
    artifacts::write(&out, artifacts::DESIGN, &files(&designed, &dossier))?;
    let summary = dossier.summary();
    if common.format == Format::Json {
        screen::print(&artifacts::pretty(&dossier.evidence));
    } else {
        screen::print(&tw_report::terminal(&dossier, screen::width(), screen::colour()));
        screen::print(&tw_report::latencies(&dossier, screen::width(), screen::colour()));
        for note in &notes {
            screen::print(&format!("\nNote: {note}\n"));
        }
        if !common.quiet {
            screen::print(&format!(
                "\nThe dossier is in {}: open {}\n",
                out.display(),
                out.join("index.html").display()
            ));
        }
    }
    // A given script of which the server takes only a part is not what was designed.
    Ok(u8::from(summary.refuted + refuted_figures > 0 || !notes.is_empty() || (common.strict && summary.undecided > 0)))
}

/// The schema to try: a `schema.sql` (or any SQL file), or the directory that holds one; with the
/// `roles.sql` beside it when there is one.
fn given(path: &Path) -> Result<Given, Failure> {
    let schema = if path.is_dir() { path.join("schema.sql") } else { path.to_path_buf() };
    let named = |path: &Path| Ok::<_, Failure>((path.display().to_string(), read::text(path)?));
    let roles = schema.with_file_name("roles.sql");
    let roles = if roles.is_file() && roles != schema { Some(named(&roles)?) } else { None };
    Ok(Given { schema: named(&schema)?, roles })
}

fn verified(dir: &Path, common: &Common) -> Result<u8, Failure> {
    let found = verify::verify(dir, common.pg_bin.as_ref(), &screen::progress(common))?;
    if common.format == Format::Json {
        let differences: Vec<_> =
            found.differences.iter().map(|d| serde_json::json!({ "claim": d.claim, "what": d.what })).collect();
        screen::print(&artifacts::pretty(&serde_json::json!({
            "format": 1,
            "replayed": found.replayed,
            "without_trial": found.without_trial,
            "server_version": { "receipts": found.versions.0, "replay": found.versions.1 },
            "differences": differences,
        })));
        return Ok(u8::from(!found.differences.is_empty()));
    }
    for d in &found.differences {
        screen::print(&format!("{}: {}\n", d.claim, d.what));
    }
    if found.versions.0 != found.versions.1 {
        screen::print(&format!(
            "The receipts are of PostgreSQL {}, the replay of {}.\n",
            found.versions.0, found.versions.1
        ));
    }
    let tail = if found.differences.is_empty() {
        "every one came out the same".into()
    } else {
        match found.differences.len() {
            1 => "1 difference".into(),
            n => format!("{n} differences"),
        }
    };
    screen::print(&format!("{} receipts replayed, {} without a trial: {tail}.\n", found.replayed, found.without_trial));
    Ok(u8::from(!found.differences.is_empty()))
}

fn files(designed: &Designed, dossier: &Dossier) -> Vec<Artifact> {
    let mut files =
        artifacts::records(designed, dossier.evidence.as_ref(), &dossier.measurements, dossier.driven.as_ref());
    files.push(Artifact { name: "index.html".into(), body: tw_report::html(dossier) });
    files.push(Artifact { name: "dossier.md".into(), body: tw_report::markdown(dossier) });
    files.push(Artifact { name: "er.svg".into(), body: tw_report::er_svg(&dossier.physical, tw_report::Place::File) });
    files.push(Artifact { name: "er.mmd".into(), body: tw_report::er_mermaid(&dossier.physical) });
    if !dossier.measurements.is_empty() || dossier.driven.is_some() {
        files.push(Artifact { name: "measured.html".into(), body: tw_report::measured_html(dossier) });
    }
    files
}

/// `--out`, or the brief's name with `.dossier`: its file's, or its directory's when the file is `brief.md`.
pub fn out_dir(brief: &Path, common: &Common) -> PathBuf {
    common.out.clone().unwrap_or_else(|| PathBuf::from(format!("{}.dossier", name_of(brief))))
}

/// What a brief is called: its file's name, or its directory's when the file is `brief.md`.
pub fn name_of(brief: &Path) -> String {
    let stem = brief.file_stem().and_then(|s| s.to_str()).unwrap_or("brief");
    let full = std::path::absolute(brief).unwrap_or_else(|_| brief.to_path_buf());
    let parent = full.parent().and_then(Path::file_name).and_then(|n| n.to_str());
    match parent {
        Some(parent) if stem == "brief" => parent.to_string(),
        _ => stem.to_string(),
    }
}
