//! First normal form: one value in each column. Lists in a text, arrays, documents, and columns that are numbered.
use super::{judge::Given, told::Described};
use std::collections::{BTreeMap, BTreeSet};
use tw_model::{
    discovery::NotAtomic,
    ident::{literal, name, quote},
    schema::Name,
};

/// Marks that stand between the values of a list, tried in this order.
const BETWEEN: [char; 4] = [',', ';', '|', '/'];
/// Longest value of a list: what is longer is prose.
const LONGEST_ITEM: usize = 40;
/// Share of a column's values that are lists before it is one.
const LISTS: f64 = 0.1;
/// Of numbered columns, so many are a list.
const FEWEST_NUMBERED: usize = 3;

/// What keeps the table from first normal form.
pub fn told(of: &Described, given: &Given) -> Vec<NotAtomic> {
    let texts = |column: usize| -> Vec<String> {
        (0..given.coded.columns[column].distinct).filter_map(|code| (of.value)(column, code)).collect()
    };
    let mut all: Vec<NotAtomic> = (0..of.columns.len())
        .filter_map(|column| {
            let (called, ty) = &of.columns[column];
            let values = texts(column);
            let found = by_type(ty, &values).or_else(|| documents(&values)).or_else(|| list(&values))?;
            Some(NotAtomic { columns: vec![called.clone()], sql: apart(of, given, column, &found), ..found })
        })
        .collect();
    all.extend(numbered(of));
    all
}

/// A type that holds several values.
fn by_type(ty: &str, values: &[String]) -> Option<NotAtomic> {
    let kind = match ty {
        _ if ty.ends_with("[]") => "array",
        "json" | "jsonb" | "xml" | "hstore" => "document",
        _ => return None,
    };
    let example = values.iter().max_by_key(|v| v.len()).cloned().unwrap_or_default();
    Some(NotAtomic { kind: kind.into(), example, share: 1.0, ..NotAtomic::default() })
}

/// Texts that are documents, every one of them.
fn documents(values: &[String]) -> Option<NotAtomic> {
    let is_document =
        |text: &String| text.starts_with(['{', '[']) && serde_json::from_str::<serde_json::Value>(text).is_ok();
    let whole = values.len() > 1 && values.iter().all(is_document);
    let example = values.iter().max_by_key(|v| v.len())?.clone();
    whole.then(|| NotAtomic { kind: "document".into(), example, share: 1.0, ..NotAtomic::default() })
}

/// Texts that are lists: short values with one mark between them, not always the same number, most of which stand in other
/// texts too. `Smith, John` is no list, nor is a sentence, an address or a number with a comma.
fn list(values: &[String]) -> Option<NotAtomic> {
    BETWEEN.into_iter().find_map(|between| {
        let lists: Vec<(&String, Vec<&str>)> = values
            .iter()
            .filter(|v| v.contains(between))
            .map(|v| (v, v.split(between).map(str::trim).collect::<Vec<_>>()))
            .collect();
        let is_item = |item: &&str| {
            !item.is_empty() && item.chars().count() <= LONGEST_ITEM && item.split_whitespace().count() <= 3
        };
        if lists.is_empty() || !lists.iter().all(|(_, items)| items.iter().all(&is_item)) {
            return None;
        }
        let lengths: BTreeSet<usize> = lists.iter().map(|(_, items)| items.len()).collect();
        let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
        let single = values.iter().filter(|v| !v.contains(between)).map(|v| v.trim());
        for item in lists.iter().flat_map(|(_, items)| items.iter().copied()).chain(single) {
            *uses.entry(item).or_default() += 1;
        }
        let items: Vec<&str> = lists.iter().flat_map(|(_, items)| items.iter().copied()).collect();
        let again = items.iter().filter(|i| uses[**i] > 1).count();
        let plain_number = |v: &String| v.chars().all(|c| c.is_ascii_digit() || c == between) && lengths.len() < 3;
        let share = lists.len() as f64 / values.len() as f64;
        let is_list = lengths.len() > 1
            && share >= LISTS
            && lists.len() > 2
            && again * 2 > items.len()
            && !lists.iter().all(|(v, _)| plain_number(v));
        let example = lists.iter().max_by_key(|(v, items)| (items.len(), std::cmp::Reverse(*v)))?.0.clone();
        is_list.then(|| NotAtomic {
            kind: "list".into(),
            between: Some(between.to_string()),
            example,
            share,
            ..NotAtomic::default()
        })
    })
}

/// Columns of one type that differ in a number only, one after the other.
fn numbered(of: &Described) -> Vec<NotAtomic> {
    let mut groups: BTreeMap<(String, &str), Vec<(u32, &str)>> = BTreeMap::new();
    for (called, ty) in of.columns {
        let digits: String =
            called.chars().rev().take_while(char::is_ascii_digit).collect::<Vec<_>>().into_iter().rev().collect();
        let stem = called[..called.len() - digits.len()].trim_end_matches('_');
        if let (Ok(number), false) = (digits.parse(), stem.is_empty()) {
            groups.entry((stem.to_string(), ty)).or_default().push((number, called));
        }
    }
    let follows = |columns: &[(u32, &str)]| columns[0].0 <= 1 && columns.windows(2).all(|w| w[1].0 == w[0].0 + 1);
    groups
        .into_values()
        .map(|mut columns| {
            columns.sort();
            columns
        })
        .filter(|columns| columns.len() >= FEWEST_NUMBERED && follows(columns))
        .map(|columns| NotAtomic {
            columns: columns.iter().map(|(_, called)| called.to_string()).collect(),
            kind: "numbered".into(),
            example: columns.iter().map(|(_, called)| *called).collect::<Vec<_>>().join(", "),
            share: 1.0,
            ..NotAtomic::default()
        })
        .collect()
}

/// A table of the values of a list, one a row, with their places; where the table has a key to refer to.
fn apart(of: &Described, given: &Given, column: usize, found: &NotAtomic) -> Vec<String> {
    let Some(key) = given.keys.first() else { return vec![] };
    let old = of.name();
    let (called, ty) = &of.columns[column];
    let one = pluralizer::pluralize(called, 1, false);
    let items = match (found.kind.as_str(), &found.between) {
        ("list", Some(between)) => format!("string_to_table({}, {})", quote(called), literal(between)),
        ("array", _) => format!("unnest({})", quote(called)),
        _ => return vec![],
    };
    let (item, ty) = match found.kind.as_str() {
        "array" => ("item".to_string(), ty.trim_end_matches("[]")),
        _ => ("btrim(item)".to_string(), "text"),
    };
    let new = Name { name: crate::kit::fitting(&format!("{}_{called}", old.name)), schema: old.schema.clone() };
    let columns = |prefix: &str| {
        key.iter().map(|c| format!("{prefix}{}", quote(&of.columns[c].0))).collect::<Vec<_>>().join(", ")
    };
    let typed: Vec<String> =
        key.iter().map(|c| format!("{} {} NOT NULL", quote(&of.columns[c].0), of.columns[c].1)).collect();
    let (one, keys) = (quote(&one), columns(""));
    vec![
        format!(
            "CREATE TABLE {} ({}, place integer NOT NULL, {one} {ty} NOT NULL, PRIMARY KEY ({keys}, place), FOREIGN KEY ({keys}) REFERENCES {} ON DELETE CASCADE)",
            name(&new),
            typed.join(", "),
            name(&old)
        ),
        format!(
            "INSERT INTO {} SELECT {}, place, {item} FROM {} t, {items} WITH ORDINALITY AS i(item, place) WHERE item IS NOT NULL",
            name(&new),
            columns("t."),
            name(&old)
        ),
        format!("ALTER TABLE {} DROP COLUMN {}", name(&old), quote(called)),
    ]
}

#[cfg(test)]
mod tests {
    use super::list;

    fn of(values: &[&str]) -> Option<String> {
        list(&values.iter().map(|v| v.to_string()).collect::<Vec<_>>()).and_then(|found| found.between)
    }

    #[test]
    fn lists_are_told_from_what_only_has_a_comma_in_it() {
        assert_eq!(of(&["red,blue", "red", "green,blue,red", "blue,green", "green"]), Some(",".into()));
        assert_eq!(of(&["a1; b2", "b2; c3; a1", "c3; a1", "a1"]), Some(";".into()));
        let silent: [&[&str]; 6] = [
            &["Smith, John", "Smith, Anna", "Brown, John", "Brown, Anna"],
            &["1,5", "2,25", "1,25", "2,5"],
            &["Main Street 5, Springfield", "Hill Road 7, Springfield", "Main Street 9, Shelbyville"],
            &["It rained, and so we left, all of us together", "We left, since it rained", "Rain, again and again"],
            &["2024/01/02", "2024/01/03", "2024/02/03"],
            &["red", "green", "blue"],
        ];
        for values in silent {
            assert_eq!(of(values), None, "{values:?}");
        }
    }
}
