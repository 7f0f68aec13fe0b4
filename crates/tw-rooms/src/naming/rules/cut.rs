//! A name is as long as the server allows.
//!
//! ## What
//! The name of a table, column, constraint or index has 63 bytes.
//!
//! ## Why it matters
//! The server cuts longer names without more than a notice: two that begin alike become one, and a migration that
//! names the whole does not find what it made.
//!
//! ## What to do
//! Give it a shorter name.
//!
//! ## When to accept it
//! When it was counted out.
//!
//! ## Sources
//! PostgreSQL manual, 4.1.1 Identifiers and Key Words (NAMEDATALEN).
//!
//! ```sql,finds
//! create table a (id int primary key, this_is_the_name_of_a_column_that_is_so_long_that_it_is_cut_by_the_server_here int);
//! ```
//! ```sql,finds
//! create table a (id int primary key);
//! alter table a add constraint this_is_the_name_of_a_constraint_that_is_so_long_that_it_is_cut_by_it check (id > 0);
//! ```
//! ```sql,finds
//! create table a (id int, at date) partition by range (at);
//! create index this_is_the_name_of_an_index_that_is_so_long_that_it_is_cut_by_the_server on a (id);
//! ```
//! ```sql,passes
//! create table a (id int primary key, this_is_the_name_of_a_column_that_is_long_but_not_so_long_that int);
//! ```
//! ```sql,passes
//! create table a (businessentityid int, startdate date, territoryid int);
//! alter table a add constraint "PK_SalesTerritoryHistory_BusinessEntityID_StartDate_TerritoryID" primary key (businessentityid, startdate, territoryid);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, words::snake},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "naming/cut",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("cut.rs"),
    check,
    proof: None,
};

/// Bytes of a name that may have been cut. A letter of several bytes is cut whole.
const LONGEST: usize = crate::kit::LONGEST_NAME;

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    let cut = |name: &str| name.len() == LONGEST && !ends_in_hash(name);
    for t in scene.designed() {
        let table = &t.name().name;
        if cut(table) {
            out.push(Spot::table(t.table, format!("the name of the table {table} may have been cut")));
        }
        for c in t.own_columns().filter(|c| cut(&c.name)) {
            out.push(Spot::column(
                t.table,
                &c.name,
                format!("the name of the column {} of {table} may have been cut", c.name),
            ));
        }
        // A name that ends with a whole column is as long as that by chance.
        let ends = |name: &str| t.table.columns.iter().any(|c| snake(name).ends_with(&format!("_{}", snake(&c.name))));
        let whole = |name: &str| ends(name) || ends(&name.to_lowercase());
        for c in t.table.constraints.iter().filter(|c| cut(&c.name) && !whole(&c.name)) {
            out.push(Spot::constraint(
                t.table,
                &c.name,
                format!("the name of {} of {table} may have been cut", c.name),
            ));
        }
        for i in t.table.indexes.iter().filter(|i| cut(&i.name) && !whole(&i.name)) {
            out.push(Spot::index(
                t.name(),
                &i.name,
                format!("the name of the index {} of {table} may have been cut", i.name),
            ));
        }
    }
    out
}

/// What tools cut themselves ends in a hash, and what the server makes up ends in a word of its own.
fn ends_in_hash(name: &str) -> bool {
    let last = name.rsplit('_').next().unwrap_or("");
    let hash =
        last.len() >= 6 && last.chars().all(|c| c.is_ascii_hexdigit()) && last.contains(|c: char| c.is_ascii_digit());
    hash || matches!(last, "key" | "fkey" | "pkey" | "idx" | "check" | "excl" | "seq")
        || last.starts_with("key")
        || last.starts_with("idx")
}
