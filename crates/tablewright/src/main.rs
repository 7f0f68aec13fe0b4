//! FACES: the command line. It decides nothing: it reads arguments, calls the engine, prints.
mod adopting;
mod command;
mod discovering;
mod explain;
mod exporting;
mod filling;
mod indexing;
mod load;
mod options;
mod reviewing;
mod screen;

use clap::Parser;
use command::Command;
use options::Common;
use std::process::ExitCode;

/// A database agent: designs the database of a one-page brief, and proves every decision on a real PostgreSQL.
#[derive(Parser)]
#[command(
    name = "tablewright",
    version,
    after_help = "Exit codes: 0 nothing refuted or found, 1 refuted claims (with --strict also undecided ones) or findings, 2 failure."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match command::run(&arguments.command, &arguments.common) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            screen::failure(&arguments.common, &failure);
            ExitCode::from(2)
        }
    }
}
