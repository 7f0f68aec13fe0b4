//! Lengths of texts are bounds that nobody chose.
//!
//! ## What
//! A table has `varchar(255)` or `varchar(256)` columns.
//!
//! ## Why it matters
//! In PostgreSQL the length saves nothing; it is a rule, and this one came from another system: a name of 256
//! letters is refused for no reason, and a longer bound needs a migration.
//!
//! ## What to do
//! Use `text`, with a CHECK where a length is really meant.
//!
//! ## When to accept it
//! When the same schema is to run on other systems.
//!
//! ## Sources
//! PostgreSQL wiki, Don't Do This (varchar(n) by default); PostgreSQL manual, 8.3 Character Types (tip).
//!
//! ```sql,finds
//! create table people (id int primary key, name varchar(255) not null);
//! ```
//! ```sql,finds
//! create table people (id int primary key, name varchar(40));
//! alter table people alter name type varchar(256);
//! ```
//! ```sql,finds
//! create domain word as varchar(255);
//! create table people (id int primary key, name word);
//! ```
//! ```sql,passes
//! create table people (id int primary key, name text, nick varchar(40), code char(2), keys varchar(255)[]);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::{finding::Severity, schema::Column};

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/short-text",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("short_text.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        let habit = |c: &&Column| matches!(scene.base(&c.ty), "character varying(255)" | "character varying(256)");
        let columns: Vec<&str> = t.own_columns().filter(habit).map(|c| c.name.as_str()).collect();
        if !columns.is_empty() {
            out.push(Spot::table(
                t.table,
                format!("the length of {} of {} is a habit", columns.join(", "), t.name().name),
            ));
        }
    }
    out
}
