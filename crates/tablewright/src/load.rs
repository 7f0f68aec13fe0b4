//! `load`: a workload driven for as long as its percentiles need.
use crate::{
    command::{load_seconds, name_of},
    options::{Common, Format},
    screen,
};
use clap::Args;
use std::path::{Path, PathBuf};
use tw_engine::{
    Failure,
    artifacts::{self, Artifact},
    design::design,
    latency::{Limits, live, sample},
    read,
};
use tw_model::{driven::Driven, evidence::Verdict};

/// What `load` takes.
#[derive(Args)]
pub struct Load {
    /// The brief whose workload is driven.
    #[arg(required_unless_present = "database", conflicts_with = "database")]
    brief: Option<PathBuf>,
    /// A database of yours to drive reads on: a URL, a conninfo string or a name.
    #[arg(long, value_name = "URL", requires = "queries")]
    database: Option<String>,
    /// The file of statements to drive on it.
    #[arg(long, value_name = "FILE", requires = "database")]
    queries: Option<PathBuf>,
    /// Calls wanted of each query that has a target.
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    samples: u64,
    /// Seconds at most; rare queries then have fewer calls, which is said.
    #[arg(long, value_name = "N", default_value_t = 600.0, value_parser = load_seconds)]
    seconds: f64,
}

/// Drives, prints, writes `measured.json` and `measured.html`.
pub fn run(asked: &Load, common: &Common) -> Result<u8, Failure> {
    let limits = Limits { seconds: asked.seconds, samples: Some(asked.samples), seed: common.seed, steps: true };
    let progress = screen::progress(common);
    let (title, name, driven) = match (&asked.brief, &asked.database, &asked.queries) {
        (Some(brief), ..) => {
            let designed = design(read::brief(brief)?, common.seed);
            let driven = sample::of_brief(&designed, common.pg_bin.as_deref(), &limits, &progress)?;
            (designed.model.title.clone(), name_of(brief), driven)
        }
        (None, Some(url), Some(file)) => {
            let shown = file.display().to_string();
            let driven = live::on_database(url, &shown, &read::text(file)?, &limits, &progress)?;
            (shown, "database".into(), driven)
        }
        // The argument parser refuses every other combination.
        _ => return Ok(2),
    };
    let out = common.out.clone().unwrap_or_else(|| PathBuf::from(format!("{name}.load")));
    write(&out, &title, &driven)?;
    if common.format == Format::Json {
        screen::print(&artifacts::pretty(&driven));
    } else {
        screen::print(&tw_report::latency::told(&driven, screen::width(), screen::colour()));
        if !common.quiet {
            screen::print(&format!(
                "\nThe figures are in {}: open {}\n",
                out.display(),
                out.join("measured.html").display()
            ));
        }
    }
    let (refuted, undecided) = (driven.count(Verdict::Refuted), driven.count(Verdict::Undecided));
    Ok(u8::from(refuted > 0 || (common.strict && undecided > 0)))
}

fn write(out: &Path, title: &str, driven: &Driven) -> Result<(), Failure> {
    let files = [
        Artifact { name: "measured.json".into(), body: artifacts::measured(&artifacts::figures(out), Some(driven)) },
        Artifact { name: "measured.html".into(), body: tw_report::driven_html(title, driven) },
    ];
    artifacts::write_beside(out, &files)
}
