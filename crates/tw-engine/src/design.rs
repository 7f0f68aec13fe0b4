//! Design: a model to a draft and everything that needs no server.
use crate::{read::Read, sample};
use std::ops::Range;
use tw_model::{
    claim::Claim,
    dossier::{Dossier, ITEMS, Item, QueryTexts, RoomPage},
    draft::Draft,
    evidence::{EvidenceFile, Measurement},
    horizon::Span,
    model::{Model, Place},
    print::{print_objects, print_roles},
    render,
    sample::SamplePlan,
    schema::Schema,
};
use tw_rooms::ROOMS;

/// A draft with everything that follows from it alone.
#[derive(Clone, Debug)]
pub struct Designed {
    /// The brief's text.
    pub text: String,
    /// What it means.
    pub model: Model,
    /// The decisions.
    pub draft: Draft,
    /// The draft with physical names.
    pub physical: Schema,
    /// `schema.sql`.
    pub schema_sql: String,
    /// Lines of `schema.sql` that we wrote; the brief's own SQL stands before and after them.
    pub printed_lines: Range<usize>,
    /// `roles.sql`.
    pub roles_sql: String,
    /// What is claimed, in item, room, subject order.
    pub claims: Vec<Claim>,
    /// The sample to try it on.
    pub sample: SamplePlan,
    /// How large the tables are today and at the horizon.
    pub span: Span,
}

/// What of each item is not designed yet, said in the dossier.
const NOT_DESIGNED: &[(&str, &str)] = &[
    (
        "2.9",
        "A load into another store (a warehouse, Cassandra) and dimensions that keep old values are not designed yet.",
    ),
    (
        "2.11",
        "Threat model, encryption in transit and at rest, limits against denial of service and audit are not designed yet.",
    ),
    (
        "2.12",
        "Backup and recovery, replication, monitoring, alerting, partitioning across machines and schema evolution are not designed yet.",
    ),
];

/// The scripts that make a draft.
#[derive(Clone, Debug)]
pub struct Scripts {
    /// The draft with physical names.
    pub physical: Schema,
    /// `schema.sql`.
    pub schema_sql: String,
    /// Lines of `schema.sql` that we wrote.
    pub printed_lines: Range<usize>,
    /// `roles.sql`.
    pub roles_sql: String,
}

/// Prints a draft, with the brief's own SQL around it.
pub fn scripts(model: &Model, draft: &Draft) -> Scripts {
    let physical = draft.named();
    let mut schema_sql = as_written(model, Place::First);
    let first = schema_sql.lines().count();
    schema_sql += &print_objects(&physical);
    schema_sql += &listed_values(draft);
    let printed_lines = first..schema_sql.lines().count();
    schema_sql += &as_written(model, Place::After);
    let roles_sql = print_roles(&physical) + &as_written(model, Place::Last);
    Scripts { physical, schema_sql, printed_lines, roles_sql }
}

/// Designs what was read. `seed` is the sample's.
pub fn design(read: Read, seed: u64) -> Designed {
    let Read { text, model } = read;
    let draft = tw_rooms::design(&model);
    let Scripts { physical, schema_sql, printed_lines, roles_sql } = scripts(&model, &draft);
    let claims = tw_rooms::claims(&model, &draft);
    let sample = sample::plan(&model, &draft, seed);
    let span = tw_rooms::kit::horizon::span(&model, &draft);
    Designed { text, model, draft, physical, schema_sql, printed_lines, roles_sql, claims, sample, span }
}

/// The brief's own SQL of a place. A blank line and a comment stand before each block.
fn as_written(model: &Model, place: Place) -> String {
    model.raw_at(place).map(|raw| format!("\n-- From the brief, as written.\n{}\n", raw.body.trim_end())).collect()
}

/// The values of open lists, which the brief starts with.
fn listed_values(draft: &Draft) -> String {
    let mut out = String::new();
    for (table, values) in &draft.listed {
        let rows: Vec<String> = values.iter().map(|v| format!("({})", tw_model::ident::literal(v))).collect();
        let column = draft.printed_column(&format!("{table}.value"));
        out += &format!("\nINSERT INTO {} ({column}) VALUES {};\n", draft.printed_table(table), rows.join(", "));
    }
    if out.is_empty() { out } else { format!("\n-- Values that the brief lists\n{}", out.trim_start()) }
}

/// Why a server refused a `schema.sql` of which we wrote some lines: our defect, or SQL of the brief's own.
pub fn refused(model: &Model, printed_lines: &Range<usize>, error: tw_lab::LoadError) -> crate::Failure {
    // The line in the file is counted from 1.
    let ours = printed_lines.contains(&error.line.saturating_sub(1));
    let (place, mut line) = match error.line <= printed_lines.start {
        true => (Place::First, 0),
        false => (Place::After, printed_lines.end),
    };
    let raw = model.raw_at(place).find(|raw| {
        line += 2 + raw.body.trim_end().lines().count();
        error.line <= line
    });
    match raw.filter(|_| !ours) {
        Some(raw) => crate::Failure::RawSql { origin: raw.origin.short(), error: Box::new(error) },
        None => crate::Failure::Script { file: "schema.sql".into(), error: Box::new(error), ours },
    }
}

impl Designed {
    /// Why a server refused `schema.sql`: our defect, or SQL of the brief's own.
    pub fn refused(&self, error: tw_lab::LoadError) -> crate::Failure {
        refused(&self.model, &self.printed_lines, error)
    }

    /// The record that reports are made from.
    pub fn dossier(&self, evidence: Option<EvidenceFile>, measurements: Vec<Measurement>) -> Dossier {
        Dossier {
            brief_text: self.text.clone(),
            seed: self.sample.seed,
            model: self.model.clone(),
            draft: self.draft.clone(),
            physical: self.physical.clone(),
            schema_sql: self.schema_sql.clone(),
            roles_sql: self.roles_sql.clone(),
            queries: self.queries(),
            items: items(),
            claims: self.claims.clone(),
            evidence,
            measurements,
            driven: None,
        }
    }

    fn queries(&self) -> Vec<QueryTexts> {
        let mapping = self.draft.mapping();
        self.model
            .workload
            .iter()
            .map(|query| QueryTexts {
                name: query.name.clone(),
                brief: query.statements.iter().map(|s| s.sql.text.clone()).collect(),
                sql: query.statements.iter().map(|s| render::statement(&s.sql, &mapping, &query.params).sql).collect(),
                claims: self.claims.iter().filter(|c| c.subject.as_str() == query.name).map(|c| c.id.clone()).collect(),
            })
            .collect()
    }
}

fn items() -> Vec<Item> {
    ITEMS
        .iter()
        .map(|(number, title)| Item {
            number: number.to_string(),
            title: title.to_string(),
            rooms: ROOMS
                .iter()
                .filter(|r| r.item == *number)
                .map(|r| RoomPage { id: r.id.into(), title: r.title.into(), summary: summary(r.page) })
                .collect(),
            not_designed: NOT_DESIGNED.iter().find(|(n, _)| n == number).map(|(_, why)| why.to_string()),
        })
        .collect()
}

/// The paragraph under a page's `## What`.
fn summary(page: &str) -> String {
    let after = page.split("## What\n").nth(1).unwrap_or("");
    let paragraph = after.split("\n\n").next().unwrap_or("");
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
}
