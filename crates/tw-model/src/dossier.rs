//! The dossier: the record that a report is made from. Everything in it but `measurements` is a
//! function of brief, seed and server, so the pages printed from it are the same bytes in every run.
use crate::{
    claim::{Claim, ClaimId},
    draft::Draft,
    driven::Driven,
    evidence::{Evidence, EvidenceFile, Measurement, Summary},
    model::Model,
    schema::Schema,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// All that a report tells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dossier {
    /// The brief, verbatim. Line `n` of an [`crate::Origin::Brief`] is its `n`th line.
    pub brief_text: String,
    /// Seed of the sample.
    pub seed: u64,
    /// What the brief means; its title, purpose and gaps are the report's.
    pub model: Model,
    /// The decisions, and the physical name of every symbol.
    pub draft: Draft,
    /// The design with physical names: what `schema_sql` prints.
    pub physical: Schema,
    /// `schema.sql`.
    pub schema_sql: String,
    /// `roles.sql`; empty when the brief names no role.
    pub roles_sql: String,
    /// Both texts of every query of the workload, in the brief's order.
    pub queries: Vec<QueryTexts>,
    /// The twelve items, in the requirements' order; see [`ITEMS`].
    pub items: Vec<Item>,
    /// Every claim, in item, room, subject order, whether it was tried or not.
    pub claims: Vec<Claim>,
    /// The receipts; none when nothing was tried (`design`).
    pub evidence: Option<EvidenceFile>,
    /// Figures that differ from run to run. They reach `measured.json` and `measured.html` only.
    pub measurements: Vec<Measurement>,
    /// What came of driving the workload. It differs from run to run too, and stands with the measurements.
    #[serde(default)]
    pub driven: Option<Driven>,
}

/// One query of the workload in both languages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueryTexts {
    /// Name in the brief.
    pub name: String,
    /// The brief's statements over entities, in order.
    pub brief: Vec<String>,
    /// The same statements over the designed tables, one for each of `brief`.
    pub sql: Vec<String>,
    /// Claims about this query.
    pub claims: Vec<ClaimId>,
}

/// One of the twelve items.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// `2.1` to `2.12`.
    pub number: String,
    /// Its title.
    pub title: String,
    /// The rooms that answer it, in running order.
    pub rooms: Vec<RoomPage>,
    /// What of this item is not designed yet, one sentence; none when it is answered in full.
    pub not_designed: Option<String>,
}

/// A room as a report names it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoomPage {
    /// Room id: `indexing`.
    pub id: String,
    /// Title: `Indexing`.
    pub title: String,
    /// What the room looks after, one or two sentences.
    pub summary: String,
}

/// Number and title of every item, in the requirements' order.
pub const ITEMS: [(&str, &str); 12] = [
    ("2.1", "Database system and version"),
    ("2.2", "Conceptual design"),
    ("2.3", "Logical design and data model"),
    ("2.4", "Physical design"),
    ("2.5", "Table definition"),
    ("2.6", "Column specifications"),
    ("2.7", "Relationships"),
    ("2.8", "Indexing strategy"),
    ("2.9", "Normalization and denormalization"),
    ("2.10", "Naming conventions"),
    ("2.11", "Security requirements"),
    ("2.12", "Operational requirements"),
];

impl Dossier {
    /// The receipts in the file's order; none when nothing was tried.
    pub fn receipts(&self) -> &[Evidence] {
        self.evidence.as_ref().map_or(&[], |file| &file.evidence)
    }
    /// Receipts by claim.
    pub fn receipt_of(&self) -> BTreeMap<&ClaimId, &Evidence> {
        self.receipts().iter().map(|e| (&e.claim, e)).collect()
    }
    /// How many of each verdict, counted over the receipts themselves.
    pub fn summary(&self) -> Summary {
        Summary::of(self.receipts())
    }
    /// Claims without a receipt: nobody has tried them.
    pub fn untried(&self) -> Vec<&Claim> {
        let receipts = self.receipt_of();
        self.claims.iter().filter(|c| !receipts.contains_key(&c.id)).collect()
    }
}
