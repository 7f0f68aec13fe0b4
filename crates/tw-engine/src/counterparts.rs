//! Counterparts: what a given schema calls the constraints and indexes of the design.
//!
//! A schema that was written elsewhere keeps the same rules under other names. That its names depart from
//! the conventions is for the claims about names; every other claim is tried under the name it has there.
use std::collections::BTreeMap;
use tw_model::{
    schema::{Schema, Table},
    trial::{Expect, Trial},
};

/// Names of the design's constraints and indexes that the given schema has under another name, by table
/// name, kind and columns being equal.
pub fn counterparts(wanted: &Schema, given: &Schema) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for table in &wanted.tables {
        let Some(theirs) = given.table(&table.name) else { continue };
        constraints(table, theirs, &mut names);
        indexes(table, theirs, &mut names);
    }
    names
}

fn constraints(ours: &Table, theirs: &Table, names: &mut BTreeMap<String, String>) {
    for constraint in ours.constraints.iter().filter(|c| theirs.constraint(&c.name).is_none()) {
        let same = theirs.constraints.iter().find(|t| {
            ours.constraint(&t.name).is_none() && t.kind == constraint.kind && !names.values().any(|n| *n == t.name)
        });
        names.extend(same.map(|t| (constraint.name.clone(), t.name.clone())));
    }
}

fn indexes(ours: &Table, theirs: &Table, names: &mut BTreeMap<String, String>) {
    for index in ours.indexes.iter().filter(|i| !theirs.indexes.iter().any(|t| t.name == i.name)) {
        let same = theirs.indexes.iter().find(|t| {
            let renamed =
                tw_model::schema::Index { name: index.name.clone(), comment: index.comment.clone(), ..(*t).clone() };
            !ours.indexes.iter().any(|o| o.name == t.name) && renamed == *index && !names.values().any(|n| *n == t.name)
        });
        names.extend(same.map(|t| (index.name.clone(), t.name.clone())));
    }
}

/// The trial with those names in place of the design's, in what it does and in what it expects.
pub fn renamed(mut trial: Trial, names: &BTreeMap<String, String>) -> Trial {
    if names.is_empty() {
        return trial;
    }
    for step in &mut trial.steps {
        step.sql = words(&step.sql, names);
        expectation(&mut step.expect, names);
    }
    trial
}

fn expectation(expect: &mut Expect, names: &BTreeMap<String, String>) {
    let rename = |name: &mut String| {
        if let Some(other) = names.get(name) {
            name.clone_from(other);
        }
    };
    match expect {
        Expect::Refused { constraint: Some(name), .. } => rename(name),
        Expect::Uses { index } | Expect::Avoids { index } => rename(index),
        Expect::Seeks { indexes, .. } => indexes.iter_mut().for_each(rename),
        Expect::Suffers { without, .. } => rename(without),
        Expect::Resumes { ending } => expectation(ending, names),
        Expect::OneOf { of } => of.iter_mut().for_each(|e| expectation(e, names)),
        _ => {}
    }
}

/// Replaces whole words.
fn words(sql: &str, names: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut word = String::new();
    for c in sql.chars().chain(['\0']) {
        if c.is_alphanumeric() || c == '_' {
            word.push(c);
            continue;
        }
        out.push_str(names.get(&word).unwrap_or(&word));
        word.clear();
        if c != '\0' {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use tw_model::schema::{Constraint, ConstraintKind, Name};

    fn schema(name: &str, columns: &[&str]) -> Schema {
        let kind = ConstraintKind::Unique {
            columns: columns.iter().map(|c| c.to_string()).collect(),
            include: vec![],
            nulls_not_distinct: false,
        };
        let constraint = Constraint { name: name.into(), kind, deferrable: None, not_valid: false, comment: None };
        let table = Table { name: Name::new("public", "users"), constraints: vec![constraint], ..Table::default() };
        Schema { tables: vec![table], ..Schema::default() }
    }

    #[test]
    fn the_same_rule_under_another_name_is_found() {
        let ours = schema("uq_users_email", &["email"]);
        let found = counterparts(&ours, &schema("users_email_key", &["email"]));
        assert_eq!(found.get("uq_users_email").map(String::as_str), Some("users_email_key"));
        assert!(
            counterparts(&ours, &schema("users_email_key", &["name"])).is_empty(),
            "another rule is no counterpart"
        );
        assert!(counterparts(&ours, &ours).is_empty(), "a name that is there needs none");
    }

    #[test]
    fn only_whole_words_are_renamed() {
        let names = BTreeMap::from([("uq_a".to_string(), "a_key".to_string())]);
        assert_eq!(words("DROP uq_a; -- uq_ab \"uq_a\"", &names), "DROP a_key; -- uq_ab \"a_key\"");
    }
}
