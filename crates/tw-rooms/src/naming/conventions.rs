//! The conventions in force: the defaults of requirements 2.10, with the brief's own rules over them.
use tw_model::{ident::is_reserved, model::Model};

/// Name patterns. `{table}`, `{columns}` and `{target}` are filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conventions {
    /// Tables are plural.
    pub plural: bool,
    /// Primary keys.
    pub pk: String,
    /// Foreign keys.
    pub fk: String,
    /// Unique constraints and unique indexes.
    pub uq: String,
    /// Check constraints.
    pub chk: String,
    /// Exclusion constraints.
    pub ex: String,
    /// Indexes.
    pub idx: String,
    /// Views.
    pub view: String,
    /// Functions.
    pub function: String,
    /// Triggers.
    pub trg: String,
    /// Policies.
    pub policy: String,
}

/// The conventions of a brief.
pub fn conventions(model: &Model) -> Conventions {
    let mut c = Conventions {
        plural: true,
        pk: "pk_{table}".into(),
        fk: "fk_{table}_{target}".into(),
        uq: "uq_{table}_{columns}".into(),
        chk: "chk_{table}_{columns}".into(),
        ex: "ex_{table}_{columns}".into(),
        idx: "idx_{table}_{columns}".into(),
        view: "view_{columns}".into(),
        function: "fn_{columns}".into(),
        trg: "trg_{table}_{columns}".into(),
        policy: "policy_{table}_{columns}".into(),
    };
    for rule in &model.promises.naming {
        let pattern = rule.pattern.clone();
        match rule.object.as_str() {
            "tables" => c.plural = pattern != "singular",
            "pk" => c.pk = pattern,
            "fk" => c.fk = pattern,
            "uq" => c.uq = pattern,
            "chk" => c.chk = pattern,
            "ex" => c.ex = pattern,
            "idx" => c.idx = pattern,
            "view" => c.view = pattern,
            "fn" => c.function = pattern,
            "trg" => c.trg = pattern,
            "policy" => c.policy = pattern,
            _ => {}
        }
    }
    c
}

/// A pattern filled in and cut to 63 bytes.
pub fn fill(pattern: &str, table: &str, columns: &str, target: &str) -> String {
    cut(&pattern.replace("{table}", table).replace("{columns}", columns).replace("{target}", target))
}

/// At most 63 bytes.
pub fn cut(name: &str) -> String {
    crate::kit::fitting(name)
}

/// The plural of the last word of a snake_case name.
pub fn plural(name: &str) -> String {
    match name.rsplit_once('_') {
        Some((head, last)) => format!("{head}_{}", pluralizer::pluralize(last, 2, false)),
        None => pluralizer::pluralize(name, 2, false),
    }
}

/// The singular of the last word of a snake_case name; the name itself where no singular has it as its plural.
pub fn singular(name: &str) -> String {
    let (head, last) = name.rsplit_once('_').map_or(("", name), |(head, last)| (head, last));
    let one = pluralizer::pluralize(last, 1, false);
    let one = if head.is_empty() { one } else { format!("{head}_{one}") };
    if plural(&one) == name { one } else { name.to_string() }
}

/// What an entity is called whose table has that name: `order_lines` and `OrderLines` are of `OrderLine`. Letters
/// that no entity's name can have are left out.
pub fn entity_name(table: &str) -> String {
    use heck::{ToSnakeCase, ToUpperCamelCase};
    let plain: String = table.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let name = singular(&plain.to_snake_case()).to_upper_camel_case();
    let name: String = name.chars().take(44).collect();
    match name.chars().next() {
        Some(first) if first.is_ascii_alphabetic() => name,
        _ => format!("Table{name}"),
    }
}

/// True when SQL reserves the word, so that it would need quotes everywhere.
pub fn reserved(name: &str) -> bool {
    is_reserved(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_are_of_the_last_word() {
        assert_eq!(plural("order_line"), "order_lines");
        assert_eq!(plural("category"), "categories");
        assert_eq!(plural("address"), "addresses");
        assert_eq!(plural("person"), "people");
        assert_eq!(plural("status"), "statuses");
    }

    #[test]
    fn tables_are_of_entities() {
        assert_eq!(entity_name("order_lines"), "OrderLine");
        assert_eq!(entity_name("OrderLines"), "OrderLine");
        assert_eq!(entity_name("address"), "Address");
        assert_eq!(entity_name("2nd table"), "Table2ndTable");
        assert_eq!(singular("people"), "person");
        assert_eq!(singular("news"), "news");
    }

    #[test]
    fn long_names_are_cut_apart() {
        let (a, b) = ("x".repeat(70) + "a", "x".repeat(70) + "b");
        assert!(cut(&a).len() <= 63 && cut(&b).len() <= 63 && cut(&a) != cut(&b));
        assert_eq!(cut("short"), "short");
    }
}
