//! `tablewright adopt`: its options, and what it leaves.
use crate::{
    options::{Common, Format},
    screen,
};
use clap::Args;
use std::path::{Path, PathBuf};
use tw_engine::Notation;
use tw_engine::{
    Failure,
    adopt::{From, Request, adopt, notations},
    artifacts::{self, Artifact},
    review::Source,
};
use tw_model::adopted::{Adopted, Kept};

/// What `adopt` takes.
#[derive(Args)]
pub struct Options {
    /// The database to adopt: a URL, a conninfo string or a name. It is only read.
    #[arg(long, value_name = "URL", group = "from")]
    pub database: Option<String>,
    /// Scripts, dumps (plain or custom) and folders of migrations, in the order in which they are run.
    #[arg(long, value_name = "PATH", num_args = 1.., group = "from")]
    pub ddl: Vec<PathBuf>,
    /// A file of another tool: DBML, Prisma schema, JDL or Mermaid ER, by the ending of its name.
    #[arg(long = "from", value_name = "FILE", group = "from")]
    pub file: Option<PathBuf>,
    /// The notation of the file, whatever its name: dbml, prisma, jdl or mermaid.
    #[arg(long, value_name = "FORM", requires = "file", value_parser = notation)]
    pub notation: Option<Notation>,
    /// Title of the brief [default: what is adopted is called].
    #[arg(long)]
    pub title: Option<String>,
}

/// A notation by its name.
pub fn notation(text: &str) -> Result<Notation, String> {
    let found = Notation::ALL.into_iter().find(|f| f.word() == text);
    found.ok_or_else(|| format!("write one of {}", Notation::ALL.map(Notation::word).join(", ")))
}

/// What a review of the same schema reads, to begin with.
const CONFIG: &str = "\
# What `tablewright review` is to know of this schema; see `tablewright explain ROOM` for a room's rules.
#
# [[review.off]]
# rule = \"naming/undescribed\"
# because = \"the reason\"

[review]
";

/// Runs the command: its exit code.
pub fn run(options: &Options, common: &Common) -> Result<u8, Failure> {
    let (from, name) = source(options)?;
    let title = options.title.clone().unwrap_or_else(|| name.replace(['_', '-'], " "));
    let out = common.out.clone().unwrap_or_else(|| PathBuf::from(format!("{name}.adopted")));
    artifacts::writable(&out, artifacts::LOSSES)?;
    let request = Request { from, title, pg_bin: common.pg_bin.clone() };
    let adopted = adopt(&request, &screen::progress(common))?;
    artifacts::write_beside(&out, &files(&adopted))?;
    if common.format == Format::Json {
        screen::print(&artifacts::pretty(&adopted));
    } else {
        screen::print(&summary(&adopted, &out));
    }
    Ok(u8::from(!adopted.differences.is_empty()))
}

fn source(options: &Options) -> Result<(From, String), Failure> {
    if let Some(database) = &options.database {
        let name = tw_engine::adopt::database_name(database);
        return Ok((From::Source(Source::Database(database.clone())), name));
    }
    if let Some(file) = &options.file {
        let (script, losses) = notations::script(file, options.notation)?;
        return Ok((From::Script(script, losses), stem(file)));
    }
    let Some(first) = options.ddl.first() else {
        return Err(Failure::Path {
            path: "adopt".into(),
            why: "nothing is named that could be adopted".into(),
            help: "Name a database with --database, scripts with --ddl, or a file of another tool with --from.".into(),
        });
    };
    Ok((From::Source(Source::Paths(options.ddl.clone())), stem(first)))
}

fn stem(path: &Path) -> String {
    path.file_stem().and_then(|s| s.to_str()).unwrap_or("adopted").to_string()
}

fn files(adopted: &Adopted) -> Vec<Artifact> {
    vec![
        Artifact { name: "brief.md".into(), body: adopted.brief.clone() },
        Artifact { name: "losses.md".into(), body: tw_report::losses(adopted) },
        Artifact { name: artifacts::LOSSES.into(), body: artifacts::pretty(adopted) },
        Artifact { name: "tablewright.toml".into(), body: CONFIG.into() },
    ]
}

fn summary(adopted: &Adopted, out: &Path) -> String {
    let count = |kept| adopted.losses.iter().filter(|l| l.kept == kept).count();
    let mut text = format!(
        "{} of {} tables are entities of the brief; {} things stand in it as SQL, {} are not kept (losses.md).\n",
        adopted.entities,
        adopted.tables,
        count(Kept::Sql),
        count(Kept::Nowhere)
    );
    text += &match adopted.differences.len() {
        0 => format!("Its design is the schema: PostgreSQL {} finds no difference.\n", adopted.server_version),
        n => format!("Its design differs from the schema in {n} places, which losses.md tells.\n"),
    };
    text + &format!("The brief is {}.\n", out.join("brief.md").display())
}
