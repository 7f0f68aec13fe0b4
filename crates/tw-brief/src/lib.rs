//! EARS: brief text to [`Model`] and back. No IO; no knowledge of how databases behave.
//!
//! The life of a text: [`document`] cuts it into blocks that lose nothing, [`syntax`] reads each line with
//! the grammar of its section, [`lower`] looks names up and turns silence into gaps. SQL against entities
//! is resolved by [`sql`]. The grammar is `docs/reference/brief.md`.
mod cursor;
mod diagnostic;
mod document;
mod format;
#[cfg(test)]
mod laws;
mod lex;
mod limits;
mod lower;
mod names;
pub mod notations;
pub mod sql;
mod starter;
mod syntax;
mod text;
mod type_names;
mod types;
mod units;
mod write;

pub use diagnostic::{Diagnostic, Severity, closest};
pub use notations::Notation;
pub use starter::starter;
pub use write::write;

use diagnostic::Fault;
use limits::LONGEST_BRIEF;
use syntax::Brief;
use text::Lines;
use tw_model::model::Model;

/// The model of a brief, and everything that is wrong with it, in order of place. There is a model when
/// there is no error; warnings may accompany it.
pub fn read(text: &str) -> (Option<Model>, Vec<Diagnostic>) {
    let lines = Lines::new(text);
    let (brief, mut faults) = parse(&lines, text);
    let Some(brief) = brief else {
        return (None, located(&lines, faults));
    };
    let model = lower::lower(&brief, &mut faults);
    let diagnostics = located(&lines, faults);
    let sound = diagnostics.iter().all(|d| d.severity != Severity::Error);
    (sound.then_some(model), diagnostics)
}

/// The brief in its canonical spacing: same meaning, prose, comments and fenced blocks kept. Doing it
/// twice changes nothing more.
///
/// # Errors
/// What cannot be read as a brief. Names need not be known: half a brief can be formatted.
pub fn format(text: &str) -> Result<String, Vec<Diagnostic>> {
    let lines = Lines::new(text);
    let (brief, faults) = parse(&lines, text);
    let broken = faults.iter().any(|f| f.severity == Severity::Error);
    match brief {
        Some(brief) if !broken => Ok(format::format(&lines, &brief)),
        _ => Err(located(&lines, faults)),
    }
}

/// The syntax of a text; none when it cannot even be cut into lines.
fn parse(lines: &Lines, text: &str) -> (Option<Brief>, Vec<Fault>) {
    let mut faults = vec![];
    if text.len() > LONGEST_BRIEF {
        faults.push(
            Fault::new(0..0, "the brief is too long")
                .why(format!("at most {LONGEST_BRIEF} bytes are read"))
                .help("a brief is one page: move raw SQL to files of its own"),
        );
        return (None, faults);
    }
    faults.extend(document::strange_signs(text));
    let sound = faults.len();
    let blocks = document::blocks(lines, &mut faults);
    let swallowed = faults.len() > sound;
    let mut brief = syntax::sections::parse(lines, &blocks, &mut faults);
    // What a block swallowed may hold the names that seem unknown.
    brief.torn |= swallowed;
    let surplus = limits::check(&brief);
    if !surplus.is_empty() {
        faults.extend(surplus);
        return (None, faults);
    }
    (Some(brief), faults)
}

fn located(lines: &Lines, mut faults: Vec<Fault>) -> Vec<Diagnostic> {
    faults.sort_by(|a, b| (a.span.start, a.span.end, &a.what).cmp(&(b.span.start, b.span.end, &b.what)));
    faults.dedup();
    faults.into_iter().map(|f| f.located(lines)).collect()
}
