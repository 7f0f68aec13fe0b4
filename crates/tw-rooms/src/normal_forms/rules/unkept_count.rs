//! A count of other rows is kept by hand.
//!
//! ## What
//! A column such as `comment_count` counts the rows of a table that refers to this one, and that table has no
//! trigger. Counts of some of the rows (`unresolved_report_count`) are left: what makes a row count is not in the schema.
//!
//! ## Why it matters
//! Every program that writes there must remember to add and subtract one; the first that forgets, or fails midway,
//! makes the count wrong for good.
//!
//! ## What to do
//! Count when reading, keep it by a trigger on the other table, or make a materialised view.
//!
//! ## When to accept it
//! Counts that are shown and may be wrong, and are counted anew each night.
//!
//! ## Sources
//! PostgreSQL manual, 43.10 Trigger Functions (maintaining a summary table).
//!
//! ```sql,finds
//! create table posts (id int primary key, comment_count int not null default 0);
//! create table comments (id int primary key, post int references posts);
//! create index on comments (post);
//! ```
//! ```sql,finds
//! create table posts (id int primary key);
//! create table comments (id int primary key, post int);
//! alter table comments add foreign key (post) references posts;
//! alter table posts add column "commentsCount" int;
//! create index on comments (post);
//! ```
//! ```sql,finds
//! create domain number as int;
//! create table posts (id int primary key, num_comments number);
//! create table comments (id int, at date, post int references posts) partition by range (at);
//! create index on comments (post);
//! ```
//! ```sql,passes
//! create table posts (id int primary key, comment_count int, page_count int);
//! create table comments (id int primary key, post int references posts);
//! create index on comments (post);
//! create function keep_count() returns trigger language plpgsql as $$ begin update posts set comment_count = 0; return null; end $$;
//! create trigger count after insert or delete on comments for each row execute function keep_count();
//! ```
//! ```sql,passes
//! create table comments (id int primary key, unresolved_report_count smallint not null default 0);
//! create table comment_reports (id int primary key, comment int not null references comments, resolved boolean not null);
//! create index on comment_reports (comment);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, types, words::words},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "normal-forms/unkept-count",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("unkept_count.rs"),
    check,
    proof: None,
};

fn singular(word: &str) -> &str {
    word.strip_suffix('s').unwrap_or(word)
}

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed().filter(|t| t.table.triggers.is_empty()) {
        for column in t.own_columns().filter(|c| c.generated.is_none() && types::is_integer(scene.base(&c.ty))) {
            let words = words(&column.name);
            let counted = match words.iter().map(|w| singular(w)).collect::<Vec<_>>().as_slice() {
                [what @ .., "count"] => what.to_vec(),
                ["num" | "number", "of", what @ ..] | ["num" | "count", what @ ..] => what.to_vec(),
                _ => continue,
            };
            let child = scene.referring(t.name()).find(|(c, _)| {
                let name = crate::scene::words::words(&c.name().name);
                let name: Vec<&str> = name.iter().map(|w| singular(w)).collect();
                !counted.is_empty() && name.ends_with(&counted)
            });
            if let Some((child, _)) = child.filter(|(c, _)| c.table.triggers.is_empty()) {
                let message =
                    format!("{} of {} counts {} and nothing keeps it", column.name, t.name().name, child.name().name);
                out.push(Spot::column(t.table, &column.name, message));
            }
        }
    }
    out
}
