//! A name differs by one letter from a common one.
//!
//! ## What
//! A column has a name that differs in one letter from a name that three tables or more have.
//!
//! ## Why it matters
//! It is a slip of the pen that every query must repeat; a program that writes the right word is told that there is
//! no such column.
//!
//! ## What to do
//! Rename it.
//!
//! ## When to accept it
//! Two words that really are alike.
//!
//! ## Sources
//! TalTech catalogue of design smells, names that differ by one letter.
//!
//! ```sql,finds
//! create table a (id int primary key, received date);
//! create table b (id int primary key, received date);
//! create table c (id int primary key, received date);
//! create table d (id int primary key, recieved date);
//! ```
//! ```sql,finds
//! create table a (id int primary key, customer_id int);
//! create table b (id int primary key, customer_id int);
//! create table c (id int primary key, customer_id int);
//! create table d (id int primary key);
//! alter table d add column custmer_id int;
//! ```
//! ```sql,finds
//! create domain word as text;
//! create table a (id int primary key, address word);
//! create table b (id int primary key, address word);
//! create table c (id int primary key, address word);
//! create table d (id int primary key, adress word);
//! ```
//! ```sql,passes
//! create table a (id int primary key, address1 text, quality int, started_at date);
//! create table b (id int primary key, address1 text, started_at date);
//! create table c (id int primary key, address1 text, started_at date);
//! create table d (id int primary key, address2 text, address text, addresses1 text, quantity int, starter_at date);
//! ```
//! ```sql,passes
//! create table a (id int primary key, is_locked bool not null);
//! create table b (id int primary key, is_locked bool not null);
//! create table c (id int primary key, is_locked bool not null);
//! create table d (id int primary key, is_blocked bool not null, is_looked bool);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use std::collections::BTreeMap;
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "naming/misspelt",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("misspelt.rs"),
    check,
    proof: None,
};

/// Tables that have the common name, and letters that a word has at least.
const COMMON: usize = 3;
const SHORTEST: usize = 7;

/// One letter left out, or two of them changed round, inside a word: what a slip of the pen does.
fn slip(common: &str, odd: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (common.chars().collect(), odd.chars().collect());
    let same = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count().min(a.len().min(b.len()) - same);
    let (x, y) = (&a[same..a.len() - tail], &b[same..b.len() - tail]);
    // At the edges of a word a letter makes another word: a plural, a number, a participle.
    let edge = |s: &[char], at: usize| at == 0 || at >= s.len() || s[at - 1] == '_' || s[at] == '_';
    if edge(&a, same) || edge(&b, same) || tail == 0 {
        return false;
    }
    match (x, y) {
        ([p, q], [r, s]) => p == s && q == r && p.is_alphabetic() && q.is_alphabetic(),
        ([p], []) => b[same - 1] == *p || !vowel(*p) || common.len() > SHORTEST,
        _ => false,
    }
}

fn vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u')
}

fn check(scene: &Scene) -> Vec<Spot> {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, c) in scene.columns() {
        *count.entry(&c.name).or_default() += 1;
    }
    let common: Vec<&str> =
        count.iter().filter(|(name, n)| **n >= COMMON && name.len() >= SHORTEST).map(|(name, _)| *name).collect();
    let mut out = vec![];
    for (t, c) in scene.columns().filter(|(_, c)| count[c.name.as_str()] == 1 && c.name.len() >= SHORTEST - 1) {
        if let Some(right) = common.iter().find(|right| slip(right, &c.name)) {
            out.push(Spot::column(
                t.table,
                &c.name,
                format!("{} of {} may be meant for {right}", c.name, t.name().name),
            ));
        }
    }
    out
}
