//! Deleting an entry of a short list erases the rows that use it.
//!
//! ## What
//! A foreign key to a lookup table says ON DELETE CASCADE.
//!
//! ## Why it matters
//! Whoever tidies up a list of countries or states of an order deletes customers and orders, without a question.
//!
//! ## What to do
//! Use RESTRICT: an entry that is used cannot go.
//!
//! ## When to accept it
//! Where the rows mean nothing without the entry and are made again.
//!
//! ## Sources
//! PostgreSQL manual, 5.4.5 Foreign Keys (choosing an action).
//!
//! ```sql,finds
//! create table countries (id int primary key, name text not null);
//! create table people (id int primary key, born date, mail text, country int references countries on delete cascade);
//! create index on people (country);
//! ```
//! ```sql,finds
//! create table states (code text primary key, title text);
//! create table parcels (id int primary key, weight int, height int, width int, state text);
//! alter table parcels add foreign key (state) references states on delete cascade;
//! create index on parcels (state);
//! ```
//! ```sql,finds
//! create table states (code text primary key, title text);
//! create table parcels (id int, at date, weight int, height int, state text references states on delete cascade) partition by range (at);
//! create index on parcels (state);
//! ```
//! ```sql,finds
//! create table states (code text primary key, title text);
//! create table parcels (id int primary key, state text references states on delete cascade);
//! create table labels (id int primary key, parcel int not null unique references parcels, printed date, weight int);
//! create index on parcels (state);
//! ```
//! ```sql,passes
//! create table countries (id int primary key, name text not null);
//! create table country_names (country int references countries on delete cascade, language text, name text, primary key (country, language));
//! ```
//! ```sql,passes
//! create table articles (id int primary key, title text, body text, at date, author text, edited date);
//! create table remarks (id int primary key, body text, article int references articles on delete cascade, at date);
//! create index on remarks (article);
//! ```
//! ```sql,passes
//! create table tags (id int primary key, name text);
//! create table articles (id int primary key, title text, body text, at date, author text, edited date);
//! create table article_tags (article int references articles on delete cascade, tag int references tags on delete cascade, primary key (article, tag));
//! create index on article_tags (tag);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Kind, Scene, edits},
};
use tw_model::{
    finding::{Safety, Severity},
    model::Action,
    schema::{Constraint, ConstraintKind},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "relationships/cascade-from-lookup",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("cascade_from_lookup.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed().filter(|t| t.kind == Kind::Plain) {
        for r in t.references.iter().filter(|r| r.on_delete == Action::Cascade) {
            let lookup = r.target_place.is_some_and(|p| scene.tables[p].kind == Kind::Lookup);
            // What is part of the entry goes with it: its texts in other languages, its settings. What others refer to
            // is a thing of its own.
            let small = t.table.columns.len() < 4 && scene.referring(t.name()).next().is_none();
            let part = r.columns.iter().any(|c| t.in_primary(c)) || small;
            if !lookup || part {
                continue;
            }
            let message = format!("deleting from the list {} erases rows of {}", r.target.name, t.name().name);
            let mut kind = r.constraint.kind.clone();
            if let ConstraintKind::Foreign { on_delete, .. } = &mut kind {
                *on_delete = Action::Restrict;
            }
            let changes = edits::replaced(t, Constraint { kind, ..r.constraint.clone() });
            out.push(Spot::constraint(t.table, &r.constraint.name, message).fixed(Safety::Visible, changes));
        }
    }
    out
}
