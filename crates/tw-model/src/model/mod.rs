//! The model: what the brief means, technology-free.
pub mod access;
pub mod entity;
pub mod names;
pub mod partitioning;
pub mod promises;
pub mod relation;
pub mod workload;

pub use access::{Own, Role, Rule, Verb};
pub use entity::*;
pub use names::*;
pub use partitioning::*;
pub use promises::*;
pub use relation::*;
pub use workload::*;

use crate::Origin;
use serde::{Deserialize, Serialize};

/// What a brief says. Order is the brief's order throughout.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// Text of the `#` heading.
    pub title: String,
    /// Prose under the title.
    pub purpose: String,
    /// The `## Promises` lines.
    pub promises: Promises,
    /// Every `###` section, supertypes before their subtypes; subtypes and `via` entities that
    /// have no section of their own are entities too.
    pub entities: Vec<Entity>,
    /// Every relation line.
    pub relations: Vec<Relation>,
    /// Every line of `## Invariants`.
    pub invariants: Vec<Invariant>,
    /// Every query or transaction of `## Workload`.
    pub workload: Vec<Query>,
    /// Every role of `## Access`.
    pub roles: Vec<Role>,
    /// Named views, in order.
    pub views: Vec<View>,
    /// Raw SQL fences, in order: the escape hatch.
    pub raw: Vec<RawSql>,
    /// Every line of `## Names`.
    #[serde(default)]
    pub names: Vec<NameLine>,
    /// What we had to assume.
    pub gaps: Vec<Gap>,
}

/// A thing we had to assume; shown, never an error.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gap {
    /// The element concerned.
    pub subject: crate::Path,
    /// What is missing and what we assumed instead, one sentence.
    pub assumption: String,
}

/// `one_cart: at most 1 Order per Customer where status = cart` and its siblings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Invariant {
    /// Its name; unique in the brief.
    pub name: String,
    /// What must hold.
    pub rule: InvariantRule,
    /// The brief line.
    pub origin: Origin,
}

/// The forms an invariant can take.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "form", rename_all = "snake_case")]
pub enum InvariantRule {
    /// At most `limit` rows of `entity` per `per` (a relation end of `entity`) where `filter` holds.
    AtMost {
        /// How many.
        limit: u32,
        /// The counted entity.
        entity: String,
        /// Relation end or attribute of `entity` that groups them.
        per: String,
        /// Predicate in entity SQL (resolved against `entity`), if any.
        filter: Option<crate::sql::EntityExpr>,
    },
    /// `sum(part) = whole per Whole`: the parts' attribute sums to the whole's.
    SumEquals {
        /// The entity with the summed attribute.
        part: String,
        /// The summed attribute.
        amount: String,
        /// The entity with the total.
        whole: String,
        /// The total's attribute.
        total: String,
    },
    /// `(predicate over Entity)`: holds for every row of `entity`.
    Always {
        /// The entity whose attributes the predicate names.
        entity: String,
        /// The predicate.
        predicate: crate::sql::EntityExpr,
    },
    /// A whole `select` in entity SQL which must return no row.
    NoRow {
        /// The query.
        statement: crate::sql::EntitySql,
    },
}

/// `view active_users: select ...`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// Name as given.
    pub name: String,
    /// The defining query.
    pub statement: crate::sql::EntitySql,
    /// The brief line.
    pub origin: Origin,
}

/// A fenced `sql` block, kept verbatim and in order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RawSql {
    /// When it is loaded.
    #[serde(default)]
    pub place: Place,
    /// The block's text.
    pub body: String,
    /// Its first line.
    pub origin: Origin,
}

/// When a raw block is loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// `sql first`: before the designed objects, which may use what it makes.
    First,
    /// `sql`: after the designed objects.
    #[default]
    After,
    /// `sql last`: after the roles; it holds what a script of roles holds.
    Last,
}

impl Model {
    /// The raw blocks of a place, in order.
    pub fn raw_at(&self, place: Place) -> impl Iterator<Item = &RawSql> {
        self.raw.iter().filter(move |raw| raw.place == place)
    }
    /// The entity of that name.
    pub fn entity(&self, name: &str) -> Option<&Entity> {
        self.entities.iter().find(|e| e.name == name)
    }
    /// Relations whose many side (the side that holds the reference) is `entity`, with the end's
    /// attribute name. Many-to-many relations are listed under their `via` entity.
    pub fn ends_of(&self, entity: &str) -> Vec<End<'_>> {
        // Ends are named and owned: only those of relations that can have one here are made.
        let may = |r: &&Relation| {
            let via = r.many_to_many() && r.via_name() == entity;
            r.from.entity == entity || r.to.entity == entity || via
        };
        self.relations.iter().filter(may).flat_map(|r| r.ends()).filter(|e| e.holder == entity).collect()
    }
}
