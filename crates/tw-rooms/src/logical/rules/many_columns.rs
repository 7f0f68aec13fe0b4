//! A table has very many columns.
//!
//! ## What
//! A table has more than 50 columns of its own.
//!
//! ## Why it matters
//! It is rarely one thing: most rows leave most of it empty, every update writes the whole row anew, and each new
//! question adds a column.
//!
//! ## What to do
//! Split it by what belongs together and changes together.
//!
//! ## When to accept it
//! Tables that are loaded for analysis and never updated.
//!
//! ## Sources
//! tbls, columnCount; DbDeo, God Table.
//!
//! ```sql,finds
//! create table a (id int primary key, size_high int, size_low int, size_mean int, size_last int, size_next int, mass_high int, mass_low int, mass_mean int, mass_last int, mass_next int, area_high int, area_low int, area_mean int, area_last int, area_next int, cost_high int, cost_low int, cost_mean int, cost_last int, cost_next int, rate_high int, rate_low int, rate_mean int, rate_last int, rate_next int, load_high int, load_low int, load_mean int, load_last int, load_next int, kind_high int, kind_low int, kind_mean int, kind_last int, kind_next int, tone_high int, tone_low int, tone_mean int, tone_last int, tone_next int, hue_high int, hue_low int, hue_mean int, hue_last int, hue_next int, flow_high int, flow_low int, flow_mean int, flow_last int, flow_next int);
//! ```
//! ```sql,finds
//! create table a (id int primary key, size_high int, size_low int, size_mean int, size_last int, size_next int, mass_high int, mass_low int, mass_mean int, mass_last int, mass_next int, area_high int, area_low int, area_mean int, area_last int, area_next int, cost_high int, cost_low int, cost_mean int, cost_last int, cost_next int, rate_high int, rate_low int, rate_mean int, rate_last int, rate_next int, load_high int, load_low int, load_mean int, load_last int, load_next int, kind_high int, kind_low int, kind_mean int, kind_last int, kind_next int, tone_high int, tone_low int, tone_mean int, tone_last int, tone_next int, hue_high int, hue_low int, hue_mean int, hue_last int, hue_next int);
//! alter table a add column flow_high int;
//! alter table a add column flow_low int;
//! alter table a add column flow_mean int;
//! alter table a add column flow_last int;
//! alter table a add column flow_next int;
//! ```
//! ```sql,finds
//! create domain n as int;
//! create table a (id n primary key, size_high n, size_low n, size_mean n, size_last n, size_next n, mass_high n, mass_low n, mass_mean n, mass_last n, mass_next n, area_high n, area_low n, area_mean n, area_last n, area_next n, cost_high n, cost_low n, cost_mean n, cost_last n, cost_next n, rate_high n, rate_low n, rate_mean n, rate_last n, rate_next n, load_high n, load_low n, load_mean n, load_last n, load_next n, kind_high n, kind_low n, kind_mean n, kind_last n, kind_next n, tone_high n, tone_low n, tone_mean n, tone_last n, tone_next n, hue_high n, hue_low n, hue_mean n, hue_last n, hue_next n, flow_high n, flow_low n, flow_mean n, flow_last n, flow_next n);
//! ```
//! ```sql,passes
//! create table a (id int primary key, size_high int, size_low int, size_mean int, size_last int, size_next int, mass_high int, mass_low int, mass_mean int, mass_last int, mass_next int, area_high int, area_low int, area_mean int, area_last int, area_next int, cost_high int, cost_low int, cost_mean int, cost_last int, cost_next int, rate_high int, rate_low int, rate_mean int, rate_last int, rate_next int);
//! create table b (id int primary key, tone_high int, tone_low int, tone_mean int, tone_last int, tone_next int, hue_high int, hue_low int, hue_mean int, hue_last int, hue_next int, flow_high int, flow_low int, flow_mean int, flow_last int, flow_next int, kind_high int, kind_low int, kind_mean int, kind_last int, kind_next int, load_high int, load_low int, load_mean int, load_last int, load_next int);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "logical/many-columns",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("many_columns.rs"),
    check,
    proof: None,
};

/// Columns that a table of one thing has at most.
const MOST: usize = 50;

fn check(scene: &Scene) -> Vec<Spot> {
    let wide = scene.designed().map(|t| (t, t.own_columns().count())).filter(|(_, n)| *n > MOST);
    wide.map(|(t, n)| Spot::table(t.table, format!("{} has {n} columns", t.name().name))).collect()
}
