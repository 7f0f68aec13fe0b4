//! Limits: a brief is a page, and reading one always ends soon.
use crate::diagnostic::Fault;
use crate::syntax::Brief;
use std::ops::Range;

/// Longest brief, in bytes.
pub(crate) const LONGEST_BRIEF: usize = 400_000;
/// Longest item or heading, its continuation lines joined, in bytes.
pub(crate) const LONGEST_ITEM: usize = 16_000;

/// Most entities, relations, ... of a brief, and most lines of an entity.
const MOST_ENTITIES: usize = 1_000;
const MOST_LINES_OF_AN_ENTITY: usize = 400;
const MOST_RELATIONS: usize = 2_000;
const MOST_OTHERS: usize = 500;

/// Most partitions of a table, by hash or of the time that rows are kept: planning looks at each that it cannot rule out.
pub(crate) const MOST_PARTITIONS: u64 = 240;

/// What there is too much of; the first surplus line is shown.
pub(crate) fn check(brief: &Brief) -> Vec<Fault> {
    let spans = |spans: Vec<Range<usize>>, most: usize, what: &str| {
        let fault = |span: Range<usize>| Fault::new(span, format!("too many {what}")).why(format!("at most {most}"));
        spans.into_iter().nth(most).map(fault)
    };
    let entities = brief.entities.iter().map(|e| e.name.span.clone()).collect();
    let relations = brief.relations.iter().map(|r| r.span.clone()).collect();
    let invariants = brief.invariants.iter().map(|i| i.name.span.clone()).collect();
    let queries = brief.queries.iter().map(|q| q.name.span.clone()).collect();
    let roles = brief.roles.iter().map(|r| r.name.span.clone()).collect();
    let views = brief.views.iter().map(|v| v.name.span.clone()).collect();
    let mut out: Vec<Fault> = [
        spans(entities, MOST_ENTITIES, "entities"),
        spans(relations, MOST_RELATIONS, "relations"),
        spans(invariants, MOST_OTHERS, "invariants"),
        spans(queries, MOST_OTHERS, "queries"),
        spans(roles, MOST_OTHERS, "roles"),
        spans(views, MOST_OTHERS, "views"),
    ]
    .into_iter()
    .flatten()
    .collect();
    for entity in &brief.entities {
        let lines = entity.attributes.len()
            + entity.checks.len()
            + entity.uniques.len()
            + entity.overlaps.len()
            + entity.depends.len();
        if lines > MOST_LINES_OF_AN_ENTITY {
            out.push(
                Fault::new(entity.name.span.clone(), format!("{} has too many lines", entity.name.v))
                    .why(format!("at most {MOST_LINES_OF_AN_ENTITY}; a PostgreSQL table has at most 1600 columns"))
                    .help("split it: some of its facts surely belong to something else"),
            );
        }
    }
    out
}
