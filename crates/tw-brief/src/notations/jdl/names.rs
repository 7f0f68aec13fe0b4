//! Names: tables and columns of entities and fields, and back.
use heck::{ToLowerCamelCase, ToUpperCamelCase};
use tw_model::{ident::is_reserved, model::snake_case};

/// What gives an id of type UUID its value.
pub(super) const UUID: &str = "gen_random_uuid()";

/// The table of an entity that names none.
pub(super) fn table(entity: &str) -> String {
    unreserved(snake_case(entity))
}

/// The column of a field that names none: digits are words of their own.
pub(super) fn column(field: &str) -> String {
    let plain = snake_case(field);
    let mut out = String::with_capacity(plain.len());
    for c in plain.chars() {
        let before = out.chars().last().filter(|b| *b != '_' && c != '_');
        if before.is_some_and(|b| b.is_ascii_digit() != c.is_ascii_digit()) {
            out.push('_');
        }
        out.push(c);
    }
    unreserved(out)
}

/// A word that SQL keeps for itself gets a prefix.
fn unreserved(name: String) -> String {
    if is_reserved(&name) { format!("jhi_{name}") } else { name }
}

pub(super) fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|c| c.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// `order_lines` as an entity's or enum's name: `OrderLines`.
pub(super) fn pascal(name: &str) -> String {
    begun(ascii(name).to_upper_camel_case(), 'T')
}

/// `full name` as a field's name: `fullName`.
pub(super) fn camel(name: &str) -> String {
    begun(ascii(name).to_lower_camel_case(), 'f')
}

fn ascii(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

/// A name begins with a letter.
fn begun(name: String, letter: char) -> String {
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) { name } else { format!("{letter}{name}") }
}

/// The name, or with the first number that makes it another than those taken.
pub(super) fn free(name: String, taken: &mut std::collections::BTreeSet<String>) -> String {
    let numbered = (2..).map(|n| format!("{name}{n}"));
    let free = std::iter::once(name.clone()).chain(numbered).find(|n| !taken.contains(n)).unwrap_or(name);
    taken.insert(free.clone());
    free
}
