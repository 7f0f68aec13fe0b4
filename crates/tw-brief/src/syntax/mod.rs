//! The syntax of a brief: what each line says, before anything is looked up.
pub(crate) mod access;
pub(crate) mod attribute;
pub(crate) mod entity;
pub(crate) mod invariant;
mod loose;
pub(crate) mod name;
pub(crate) mod partition;
pub(crate) mod promise;
pub(crate) mod relation;
pub(crate) mod rule;
pub(crate) mod sections;
pub(crate) mod workload;

pub(crate) use access::{RoleLine, RuleLine};
pub(crate) use attribute::AttributeLine;
pub(crate) use entity::{EntitySection, KeyLine, VolumeLine};
pub(crate) use invariant::{InvariantForm, InvariantLine};
pub(crate) use name::NameSyntax;
pub(crate) use partition::PartitionLine;
pub(crate) use promise::PromiseLine;
pub(crate) use relation::{RelationLine, SideLine};
pub(crate) use workload::{ParamLine, QueryLine, StatementLine};

use crate::cursor::Sp;
use crate::text::Text;
use std::ops::Range;
use tw_model::Origin;
use tw_model::model::RawSql;

/// A whole brief as written.
#[derive(Default)]
pub(crate) struct Brief {
    pub title: String,
    pub purpose: String,
    pub promises: Vec<PromiseLine>,
    pub relations: Vec<RelationLine>,
    pub views: Vec<ViewLine>,
    pub entities: Vec<EntitySection>,
    pub invariants: Vec<InvariantLine>,
    pub queries: Vec<QueryLine>,
    pub roles: Vec<RoleLine>,
    pub names: Vec<NameSyntax>,
    pub raw: Vec<RawSql>,
    /// A comment or fence that is never closed, a relation line or an entity heading could not be read: names may be unknown for that reason alone.
    pub torn: bool,
    /// Where SQL stands in each item, for `fmt`: ranges of its joined text, by first line.
    pub sql: std::collections::BTreeMap<usize, Vec<Range<usize>>>,
}

/// `- view active_users: select ...`.
pub(crate) struct ViewLine {
    pub name: Sp<String>,
    pub sql: Text,
    pub origin: Origin,
}
