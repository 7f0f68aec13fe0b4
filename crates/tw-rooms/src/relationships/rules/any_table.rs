//! One column refers to rows of any table.
//!
//! ## What
//! A pair of columns such as `owner_type` and `owner_id` says which table a row belongs to and which row of it.
//!
//! ## Why it matters
//! No foreign key can check it: rows stay behind when what they belong to is deleted, and each query must join by the
//! name of a table kept as text.
//!
//! ## What to do
//! One column and foreign key for each kind, with a CHECK that exactly one of them is set; or a common parent table
//! that all kinds refer to.
//!
//! ## When to accept it
//! Logs and notifications that outlive what they speak of.
//!
//! ## Sources
//! Karwin, SQL Antipatterns, Polymorphic Associations.
//!
//! ```sql,finds
//! create table remarks (id int primary key, subject_type text not null, subject_id int not null, body text);
//! ```
//! ```sql,finds
//! create table remarks (id int primary key, body text);
//! alter table remarks add column "ownerType" varchar(50);
//! alter table remarks add column "ownerId" bigint;
//! ```
//! ```sql,finds
//! create type kind as enum ('post', 'photo');
//! create table remarks (id int, at date, target_type kind, target_id int) partition by range (at);
//! ```
//! ```sql,passes
//! create table accounts (account_id int primary key, account_type text not null);
//! create table posts (id int primary key);
//! create table photos (id int primary key);
//! create table remarks (id int primary key, post_id int references posts, photo_id int references photos, check (num_nonnulls(post_id, photo_id) = 1));
//! create index on remarks (post_id);
//! create index on remarks (photo_id);
//! ```
//! ```sql,passes
//! create table devices (id int primary key);
//! create table readings (id int primary key, device_type text, device_id int references devices);
//! create table event_log (id int primary key, subject_type text, subject_id int);
//! create table stored_files (media_id text primary key, media_type text);
//! create table state_now (id int primary key, device_type text, device_id int);
//! create index on readings (device_id);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Kind, Scene, words::words},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "relationships/any-table",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("any_table.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed().filter(|t| t.kind != Kind::Audit) {
        let columns: Vec<(Vec<String>, &str)> = t.own_columns().map(|c| (words(&c.name), c.name.as_str())).collect();
        for (id, name) in columns.iter().filter(|(w, _)| w.len() > 1 && w.last().is_some_and(|l| l == "id")) {
            let stem = &id[..id.len() - 1];
            let ty = columns.iter().find(|(w, _)| {
                let said = |last: &String| ["type", "kind", "table", "class", "model"].contains(&last.as_str());
                w.split_last().is_some_and(|(last, first)| first == stem && said(last))
            });
            let Some((_, ty)) = ty else { continue };
            // The row's own number and kind; a column that does refer; a pair that a key makes a name of.
            let keyed = t.keys.iter().any(|k| k.columns.contains(name) && !k.columns.contains(ty));
            let plain = !t.refers(name) && !t.refers(ty) && !keyed;
            let named =
                scene.tables.iter().any(|o| words(&o.name().name).len() == stem.len() && own(&o.name().name, stem));
            if plain && !named && !own(t.name().name.as_str(), stem) {
                let message = format!("{ty} and {name} of {} refer to rows of any table, unchecked", t.name().name);
                out.push(Spot::column(t.table, name, message));
            }
        }
    }
    out
}

/// The stem is a word of the table's name.
fn own(table: &str, stem: &[String]) -> bool {
    let last = stem.last().map(|s| s.trim_end_matches('s'));
    words(table).iter().any(|w| Some(w.trim_end_matches('s')) == last)
}
