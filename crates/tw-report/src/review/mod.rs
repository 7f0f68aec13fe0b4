//! A review in every voice: terminal, Markdown, SARIF and annotations. The same finding reads the same everywhere.
pub mod annotations;
pub mod markdown;
pub mod sarif;
pub mod terminal;

pub use annotations::annotations;
pub use markdown::markdown;
pub use sarif::sarif;
pub use terminal::terminal;

use crate::text::one_line;
use tw_model::{
    Origin,
    evidence::Verdict,
    finding::{Finding, Review, Severity},
};

/// `3 errors, 12 warnings, 1 note`, without what there is none of; `nothing` when there is none at all.
pub(super) fn counted(review: &Review) -> String {
    let said: Vec<String> = Severity::ALL
        .iter()
        .rev()
        .filter_map(|s| match review.count(*s) {
            0 => None,
            1 => Some(format!("1 {}", s.word())),
            n => Some(format!("{n} {}s", s.word())),
        })
        .collect();
    if said.is_empty() { "nothing".into() } else { said.join(", ") }
}

/// The first line of a review: what was looked at and what came of it.
pub(super) fn headline(review: &Review) -> String {
    let tables = match review.tables {
        1 => "1 table".to_string(),
        n => format!("{n} tables"),
    };
    format!("{}: {tables}, {} found", one_line(&review.source), counted(review))
}

/// Where a finding is, for people: a place in a file, or the object in the catalogue.
pub(super) fn place(finding: &Finding) -> String {
    match &finding.origin {
        Origin::Sql { file, line } => format!("{}:{line}", one_line(file)),
        _ => one_line(&finding.subject.path),
    }
}

/// What came of the demonstration, as a phrase; none where there was none.
pub(super) fn proved(finding: &Finding) -> Option<String> {
    let proof = finding.proof.as_ref()?;
    Some(match (proof.verdict, &proof.reason) {
        (Verdict::Held, _) => {
            format!("shown on PostgreSQL {}, and gone once mended", one_line(&proof.server_version))
        }
        (_, Some(reason)) => format!("not shown: {}", one_line(reason)),
        (_, None) => "not shown".into(),
    })
}

/// Findings by room, in their order.
pub(super) fn by_room(review: &Review) -> Vec<(&str, Vec<&Finding>)> {
    let mut rooms: Vec<(&str, Vec<&Finding>)> = vec![];
    for finding in &review.findings {
        match rooms.last_mut() {
            Some((room, list)) if *room == finding.room => list.push(finding),
            _ => rooms.push((&finding.room, vec![finding])),
        }
    }
    rooms
}
