//! A name says a day and the type an instant, or the other way round.
//!
//! ## What
//! A column called `..._date` or `..._day` holds a time of day, or one called `..._at` holds none.
//!
//! ## Why it matters
//! Who reads the name compares with a day, `= '2024-05-01'`, and finds only what happened at midnight.
//!
//! ## What to do
//! Rename the column, or change its type.
//!
//! ## When to accept it
//! Names that a law or a standard prescribes.
//!
//! ## Sources
//! TalTech catalogue of design smells, name and type mismatch.
//!
//! ```sql,finds
//! create table orders (id int primary key, order_date timestamptz not null);
//! ```
//! ```sql,finds
//! create table orders (id int primary key);
//! alter table orders add column shipped_at date;
//! ```
//! ```sql,finds
//! create domain instant as timestamptz;
//! create table orders (id int primary key, delivery_date instant);
//! ```
//! ```sql,passes
//! create table orders (id int primary key, order_date date, shipped_at timestamptz, look_at text, update_date_format text, days int, date timestamptz);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, types, words::words},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "naming/time-by-another-name",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("time_by_another_name.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for (t, c) in scene.columns() {
        let words = words(&c.name);
        let ty = scene.base(&c.ty);
        let says = match words.last().map(String::as_str) {
            Some("date" | "day") if words.len() > 1 => "a day",
            Some("at") if words.len() > 1 => "an instant",
            _ => continue,
        };
        let instant = types::plain(ty).starts_with("timestamp") && !types::is_array(ty);
        if says == "a day" && instant || says == "an instant" && ty == "date" {
            let message = format!("{} of {} says {says} and is {ty}", c.name, t.name().name);
            out.push(Spot::column(t.table, &c.name, message));
        }
    }
    out
}
