//! Nothing says that exactly one of several references is set.
//!
//! ## What
//! A table of things that are attached (remarks, images, addresses, votes) refers to two or more tables by columns
//! that may be null, and no CHECK speaks of them together.
//!
//! ## Why it matters
//! A row can belong to two owners or to none, and every query must decide what that means.
//!
//! ## What to do
//! `CHECK (num_nonnulls(post_id, photo_id) = 1)`.
//!
//! ## When to accept it
//! When a row may belong to several at once.
//!
//! ## Sources
//! PostgreSQL manual, 9.2 Comparison Functions (num_nonnulls); Karwin, SQL Antipatterns (exclusive arcs).
//!
//! ```sql,finds
//! create table posts (id int primary key);
//! create table photos (id int primary key);
//! create table comments (id int primary key, post_id int references posts, photo_id int references photos);
//! create index on comments (post_id);
//! create index on comments (photo_id);
//! ```
//! ```sql,finds
//! create table posts (id int primary key);
//! create table photos (id int primary key);
//! create table post_images (id int primary key, post int, photo int);
//! alter table post_images add foreign key (post) references posts;
//! alter table post_images add foreign key (photo) references photos;
//! create index on post_images (post);
//! create index on post_images (photo);
//! ```
//! ```sql,finds
//! create table posts (id int primary key);
//! create table photos (id int primary key);
//! create table votes (id int, at date, post int references posts, photo int references photos) partition by range (at);
//! create index on votes (post);
//! create index on votes (photo);
//! ```
//! ```sql,passes
//! create table posts (id int primary key);
//! create table photos (id int primary key);
//! create table comments (id int primary key, post int references posts, photo int references photos, check ((post is null) <> (photo is null)));
//! create index on comments (post);
//! create index on comments (photo);
//! ```
//! ```sql,passes
//! create table users (id int primary key);
//! create table posts (id int primary key);
//! create table photos (id int primary key);
//! create table comments (id int primary key, post int not null references posts, photo int references photos, editor int references users);
//! create index on comments (post);
//! create index on comments (photo);
//! create index on comments (editor);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{
        Scene,
        words::{last_word, names_word},
    },
};
use tw_model::{finding::Severity, ident::quote};

/// The rule.
pub const RULE: Rule = Rule {
    id: "relationships/open-arc",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("open_arc.rs"),
    check,
    proof: None,
};

/// Last words of names of tables whose rows are attached to others.
const ATTACHED: &[&str] = &[
    "address",
    "attachment",
    "bookmark",
    "comment",
    "document",
    "favorite",
    "favourite",
    "file",
    "image",
    "like",
    "note",
    "photo",
    "rating",
    "reaction",
    "remark",
    "report",
    "review",
    "tagging",
    "vote",
];

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        let word = last_word(&t.name().name);
        let attached =
            ATTACHED.iter().any(|a| *a == word || word.strip_suffix('s') == Some(a) || word == format!("{a}es"));
        let owners = t.references.iter().filter(|r| !is_person(&r.target.name) && r.target != t.name());
        let (open, required): (Vec<_>, Vec<_>) =
            owners.partition(|r| r.columns.iter().any(|c| scene.may_be_null(t, c)));
        let columns: Vec<&str> = open.iter().filter(|r| r.columns.len() == 1).map(|r| r.columns[0].as_str()).collect();
        let tied = t.checks().any(|(_, e)| columns.iter().filter(|c| names_word(e, &quote(c))).count() > 1);
        let targets: std::collections::BTreeSet<_> = open.iter().map(|r| r.target).collect();
        if attached && required.is_empty() && columns.len() > 1 && targets.len() > 1 && !tied {
            let message = format!("a row of {} may belong to none or several of {}", t.name().name, columns.join(", "));
            out.push(Spot::table(t.table, message));
        }
    }
    out
}

/// Who wrote it is not what it is attached to.
fn is_person(table: &str) -> bool {
    let word = last_word(table);
    ["user", "person", "people", "employee", "account", "author", "member", "admin"]
        .contains(&word.trim_end_matches('s'))
}
