//! Plans at the horizon, as rows of a table: how each query is planned then, and how without its index.
use crate::text::{one_line, thousands};
use tw_model::{
    dossier::Dossier,
    evidence::{Evidence, Outcome},
    trial::{Base, Expect},
};

/// Headings, in the order of a row's cells.
pub const HEADINGS: [&str; 4] = ["query", "largest table it asks, rows then", "planned then", "without its index"];

/// What the rows are about, one sentence.
pub const CAPTION: &str =
    "Planned at the volumes of the horizon, which the sample is made to look like; nothing is read there";

/// One row a statement that asks a table that will be large, in the receipts' order. Empty before anything is tried.
pub fn plan_rows(dossier: &Dossier) -> Vec<[String; 4]> {
    let at_horizon = |e: &&Evidence| e.trial.as_ref().is_some_and(|t| t.base == Base::Horizon);
    dossier.receipts().iter().filter(at_horizon).flat_map(|e| rows(dossier, e)).collect()
}

fn rows(dossier: &Dossier, receipt: &Evidence) -> Vec<[String; 4]> {
    let steps = receipt.trial.iter().flat_map(|t| &t.steps);
    let mut rows: Vec<[String; 4]> = vec![];
    for (step, outcome) in steps.zip(&receipt.outcomes) {
        let Outcome::Plan { shape, whole, .. } = outcome else { continue };
        match &step.expect {
            Expect::Seeks { tables, .. } => {
                let query = one_line(receipt.subject.as_str());
                rows.push([query, largest(dossier, tables), leaves(shape), "another index serves as well".into()]);
            }
            Expect::Suffers { without, .. } => {
                let Some(row) = rows.last_mut() else { continue };
                let sees = if whole.is_empty() { leaves(shape) } else { format!("reads {} whole", whole.join(", ")) };
                let told = format!("{sees} (without {without})");
                row[3] = if row[3].contains("(without ") { format!("{}; {told}", row[3]) } else { told };
            }
            _ => {}
        }
    }
    rows
}

/// The largest of these tables at the horizon, with its rows.
fn largest(dossier: &Dossier, tables: &[String]) -> String {
    let predicted = dossier.draft.sizes.iter().flat_map(|s| &s.horizon.tables);
    let named =
        predicted.map(|t| (dossier.draft.name(&t.table.name), t.rows)).filter(|(name, _)| tables.contains(name));
    let largest = named.max_by(|a, b| a.1.total_cmp(&b.1));
    largest.map(|(name, rows)| format!("{name}, {}", thousands(rows as u64))).unwrap_or_else(|| tables.join(", "))
}

/// The nodes of a plan that read something.
fn leaves(shape: &[String]) -> String {
    let reads = shape.iter().map(|line| line.trim()).filter(|line| line.contains("Scan"));
    let reads: Vec<&str> = reads.filter(|line| !line.starts_with("Bitmap Heap")).collect();
    reads.join("; ")
}
