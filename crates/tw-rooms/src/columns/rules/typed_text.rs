//! A text holds values of one other type.
//!
//! ## What
//! Every value of a text column that was looked at, fifty or more, is a number, a date, an instant, a uuid or a
//! JSON document.
//!
//! ## Why it matters
//! Nothing keeps the next one from being `n/a` or `31.02.2024`; numbers sort as words, and each use must convert,
//! which fails at the first value that is none, and uses no index.
//!
//! ## What to do
//! Give the column the type: ALTER TABLE ... ALTER COLUMN ... TYPE ... USING, in a quiet hour, or a new column that
//! is filled in pieces.
//!
//! ## When to accept it
//! Values that other systems send, and that are kept as they came.
//!
//! ## Sources
//! Karwin, SQL Antipatterns; PostgreSQL manual, 8 Data Types.
//!
//! ```sql,finds
//! create table people (id int primary key, note text);
//! insert into people (id, note) select n, (date '2024-01-01' + n)::text from generate_series(1, 60) n;
//! ```
//! ```sql,finds
//! create table people (id int primary key);
//! alter table people add shoe varchar(10);
//! insert into people (id, shoe) select n, (30 + n % 20)::text || '.5' from generate_series(1, 60) n;
//! ```
//! ```sql,finds
//! create domain word as text;
//! create table people (id int primary key, seen word, tag word, extra word);
//! insert into people (id, seen, tag, extra) select n, (timestamp '2024-01-01' + n * interval '1 hour')::text, md5(n::text)::uuid::text, '{"a": ' || n || '}' from generate_series(1, 60) n;
//! ```
//! ```sql,passes
//! create table people (id int primary key, note text);
//! insert into people (id, note) select n, case n when 7 then 'n/a' else n::text end from generate_series(1, 60) n;
//! ```
//! ```sql,passes
//! create table people (id int primary key, phone text, zip_code text, article_no text);
//! insert into people (id, phone, zip_code, article_no) select n, 100000 + n, 10000 + n, 100 + n from generate_series(1, 60) n;
//! ```
//! ```sql,passes
//! create table people (id int primary key, day date, note text, rank text);
//! insert into people (id, day, note, rank) select n, date '2024-01-01' + n, 'word ' || n, n % 3 from generate_series(1, 60) n;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, types, words::words},
};
use tw_model::{finding::Severity, observed::Shape};

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/typed-text",
    severity: Severity::Warning,
    needs: Needs::Rows,
    source: include_str!("typed_text.rs"),
    check,
    proof: None,
};

/// Different values from which on it is no chance.
const MANY: usize = 10;
/// Words in names of numbers that are names: nobody adds them up.
const NAMES: &[&str] = &[
    "account",
    "article",
    "barcode",
    "code",
    "ean",
    "fax",
    "iban",
    "isbn",
    "mobile",
    "no",
    "nr",
    "number",
    "phone",
    "plz",
    "postal",
    "postcode",
    "ref",
    "reference",
    "sku",
    "ssn",
    "tel",
    "telephone",
    "vat",
    "version",
    "zip",
    "zipcode",
];
/// Shapes that have a type of their own.
const TYPED: &[Shape] = &[Shape::Number, Shape::Date, Shape::Instant, Shape::Uuid, Shape::Document];

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for (t, column, _, values) in scene.looked().filter(|(.., v)| v.distinct >= MANY) {
        let Some(shape) = TYPED.iter().find(|shape| values.all(**shape)) else { continue };
        let named = *shape == Shape::Number && words(&column.name).iter().any(|w| NAMES.contains(&w.as_str()));
        if named || !types::is_text(scene.base(&column.ty)) || t.refers(&column.name) {
            continue;
        }
        let message = format!(
            "all {} values of {} of {} that were looked at are {}",
            values.values,
            column.name,
            t.name().name,
            shape.phrase()
        );
        out.push(Spot::column(t.table, &column.name, message));
    }
    out
}
