//! A name says what kind of object it is of.
//!
//! ## What
//! A table is called `tbl_...` or `t_...`, or a view `vw_...` among tables without such marks; or a column says its
//! type first (`str_name`, `int_age`).
//!
//! ## Why it matters
//! The mark is the first thing read in every query and says nothing new; when a table becomes a view, or a type
//! changes, it lies.
//!
//! ## What to do
//! Rename it to what it holds.
//!
//! ## When to accept it
//! A convention of the whole organisation, kept everywhere.
//!
//! ## Sources
//! Celko, SQL Programming Style, 1.2.
//!
//! ```sql,finds
//! create table tbl_orders (id int primary key);
//! ```
//! ```sql,finds
//! create table orders (id int primary key);
//! alter table orders rename to tblorders;
//! ```
//! ```sql,finds
//! create table orders (id int primary key, str_name text, int_age int);
//! create table gifts (dt_wrapped date) inherits (orders);
//! ```
//! ```sql,passes
//! create table table_bookings (id int primary key, interest numeric, string_count int, date_of_birth date, int_rate numeric, t_shirt text);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::{
    change::Change,
    finding::{Safety, Severity},
    ident,
    schema::Name,
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "naming/kind-in-name",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("kind_in_name.rs"),
    check,
    proof: None,
};

/// First words of columns that say a type, and how types that they say begin.
const TYPED: &[(&str, &str)] = &[
    ("str", "text"),
    ("str", "character"),
    ("varchar", "character"),
    ("int", "integer"),
    ("dt", "date"),
    ("dt", "timestamp"),
    ("bool", "boolean"),
    ("bln", "boolean"),
    ("dec", "numeric"),
    ("num", "numeric"),
];

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        let name = &t.name().name;
        let lower = name.to_lowercase();
        let rest = lower.strip_prefix("tbl").map(|rest| rest.trim_start_matches('_')).filter(|rest| rest.len() > 2);
        if let Some(rest) = rest {
            let spot = Spot::table(t.table, format!("the name {name} says that it is a table"));
            let to = Name::new(t.name().schema.clone(), rest);
            let free = scene.place(&to).is_none() && scene.schema.views.iter().all(|v| v.name != to);
            out.push(match free && !ident::is_keyword(rest) {
                true => spot.fixed(Safety::Visible, vec![Change::RenameTable { from: t.name().clone(), to: to.name }]),
                false => spot,
            });
        }
        for c in t.own_columns() {
            let first = c.name.split('_').next().unwrap_or("").to_lowercase();
            if c.name.contains('_')
                && TYPED.iter().any(|(mark, ty)| *mark == first && scene.base(&c.ty).starts_with(ty))
            {
                out.push(Spot::column(t.table, &c.name, format!("the name {} of {name} says its type", c.name)));
            }
        }
    }
    out
}
