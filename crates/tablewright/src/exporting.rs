//! `tablewright export`: its options, and where the text goes.
use crate::{adopting, command, options::Common, screen};
use clap::Args;
use std::path::{Path, PathBuf};
use tw_engine::{
    Failure, Notation,
    adopt::{
        database_name,
        notations::{Exported, export},
    },
    artifacts::{self, Artifact},
    review::Source,
};

/// What `export` takes.
#[derive(Args)]
pub struct Options {
    /// The brief whose design is exported.
    #[arg(group = "what", required = true)]
    pub brief: Option<PathBuf>,
    /// The database to export: a URL, a conninfo string or a name. It is only read.
    #[arg(long, value_name = "URL", group = "what")]
    pub database: Option<String>,
    /// Scripts, dumps (plain or custom) and folders of migrations, in the order in which they are run.
    #[arg(long, value_name = "PATH", num_args = 1.., group = "what")]
    pub ddl: Vec<PathBuf>,
    /// The notation: dbml, prisma, jdl or mermaid.
    #[arg(long, value_name = "FORM", value_parser = adopting::notation)]
    pub to: Notation,
}

/// Runs the command: its exit code.
pub fn run(options: &Options, common: &Common) -> Result<u8, Failure> {
    let (what, name) = match (&options.brief, &options.database) {
        (Some(brief), _) => (Exported::Brief(brief.clone()), command::name_of(brief)),
        (None, Some(url)) => (Exported::Source(Source::Database(url.clone())), database_name(url)),
        (None, None) => {
            let first = options.ddl.first().map(|p| p.as_path()).unwrap_or(Path::new("schema"));
            let name = first.file_stem().and_then(|s| s.to_str()).unwrap_or("schema").to_string();
            (Exported::Source(Source::Paths(options.ddl.clone())), name)
        }
    };
    let (text, losses) = export(&what, options.to, common.pg_bin.as_deref(), &screen::progress(common))?;
    let heading = format!("# What {} could not say of {name}\n\n", options.to.word());
    let told = heading + &tw_report::adopted::list(losses.iter());
    let Some(out) = &common.out else {
        screen::print(&text);
        if !common.quiet {
            screen::note(&told);
        }
        return Ok(0);
    };
    artifacts::writable(out, artifacts::LOSSES)?;
    let files = [
        Artifact { name: format!("{name}.{}", options.to.ending()), body: text },
        Artifact { name: "losses.md".into(), body: told },
        Artifact { name: artifacts::LOSSES.into(), body: artifacts::pretty(&losses) },
    ];
    artifacts::write_beside(out, &files)?;
    if !common.quiet {
        screen::print(&format!(
            "{} holds {name} as {}; losses.md tells what it could not say.\n",
            out.display(),
            options.to.word()
        ));
    }
    Ok(0)
}
