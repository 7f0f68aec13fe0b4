//! Attributes: types, values and defaults agree. Their SQL is resolved later, in `rules`.
use crate::cursor::shorten;
use crate::diagnostic::Fault;
use crate::syntax::{AttributeLine, EntitySection};
use crate::types;
use std::collections::BTreeMap;
use tw_model::model::{Attribute, Type, Value, ValueItem, Values};

/// The attributes of a section, in order; a name's second line is left out.
pub(crate) fn lower_all(section: &EntitySection, faults: &mut Vec<Fault>) -> Vec<Attribute> {
    let mut out: Vec<Attribute> = vec![];
    let lines: BTreeMap<&str, &AttributeLine> = section.attributes.iter().map(|a| (a.name.v.as_str(), a)).collect();
    for line in &section.attributes {
        let name = &line.name.v;
        if out.iter().any(|a| a.name == *name) {
            faults.push(
                Fault::new(line.name.span.clone(), format!("{} has two attributes `{name}`", section.name.v))
                    .help("rename one"),
            );
            continue;
        }
        if let Some(was) = &line.was
            && lines.contains_key(was.v.as_str())
        {
            faults.push(
                Fault::new(was.span.clone(), format!("`{}` is still an attribute of {}", was.v, section.name.v))
                    .why("`was` says that an attribute has a new name")
                    .help("take `was` away, or the old attribute"),
            );
        }
        out.push(lower(line, faults));
    }
    out
}

fn lower(line: &AttributeLine, faults: &mut Vec<Fault>) -> Attribute {
    let ty = line.ty.as_ref().map(|t| t.ty.clone());
    if let Some(ty) = &ty {
        check_options(line, &ty.sql, faults);
        check_values(line, &ty.sql, faults);
        check_default(line, &ty.sql, faults);
    }
    let default = line.default.as_ref().map(|d| match (&d.v, &ty) {
        (Value::Bool(value), Some(ty)) if ty.sql != "boolean" => Value::Text(value.to_string()),
        (value, _) => value.clone(),
    });
    Attribute {
        name: line.name.v.clone(),
        ty: ty.unwrap_or_else(|| Type { written: "text".into(), sql: "text".into(), word: None }),
        optional: line.optional.is_some(),
        unique: line.unique.as_ref().map(|u| u.v),
        default,
        checks: vec![],
        values: line.values.as_ref().map(|values| Values {
            open: line.open.is_some(),
            items: values
                .v
                .iter()
                .map(|item| ValueItem { value: item.value.v.clone(), share: item.share, was: item.was.clone() })
                .collect(),
        }),
        generated: None,
        numbered: line.numbered.as_ref().map(|n| n.v),
        search: line.search.is_some(),
        sensitivity: line.sensitivity.iter().map(|s| s.v).collect(),
        null_share: line.null_share.as_ref().map(|s| s.v),
        zipf: line.zipf.as_ref().map(|z| z.v),
        was: line.was.as_ref().map(|w| w.v.clone()),
        purpose: line.purpose.clone(),
        origin: line.origin.clone(),
    }
}

fn check_options(line: &AttributeLine, sql: &str, faults: &mut Vec<Fault>) {
    let name = &line.name.v;
    if let (Some(_), Some(span)) = (&line.key, &line.optional) {
        faults.push(
            Fault::new(span.clone(), format!("the key `{name}` cannot be optional"))
                .why("a row without its key could not be found")
                .help("keep one"),
        );
    }
    if let (Some(share), None) = (&line.null_share, &line.optional) {
        faults.push(
            Fault::new(share.span.clone(), format!("`null` on `{name}`, which is never absent"))
                .why("an attribute is present unless it is `optional`")
                .help("add `optional`, or take `null` away"),
        );
    }
    if let (Some(_), Some(default)) = (&line.generated, &line.default) {
        faults.push(
            Fault::new(default.span.clone(), format!("`{name}` is generated and has a default"))
                .why("its value always follows from the other attributes")
                .help("keep one"),
        );
    }
    if let Some(numbered) = &line.numbered {
        let fault = |what: String| Fault::new(numbered.span.clone(), what);
        if !matches!(sql, "smallint" | "integer" | "bigint") {
            faults.push(
                fault(format!("`numbered` on {sql}"))
                    .why("the server counts in smallint, integer or bigint")
                    .help("take one of these types, or `numbered` away"),
            );
        } else if line.optional.is_some() || line.default.is_some() || line.generated.is_some() {
            faults.push(
                fault(format!("`{name}` is numbered and optional, generated or has a default"))
                    .why("the server gives it a number in every row")
                    .help("keep one"),
            );
        }
    }
    if let (Some(span), None) = (&line.open, &line.values) {
        faults.push(
            Fault::new(span.clone(), "`open` without a list of values")
                .why("`in (a, b) open` makes a lookup table of the values")
                .help("add `in (...)`"),
        );
    }
    if let Some(span) = line.search.as_ref().filter(|_| !types::is_text(sql) && sql != "jsonb") {
        faults.push(
            Fault::new(span.clone(), format!("`{name}` cannot be searched as full text"))
                .why(format!("it is {sql}, not text")),
        );
    }
    if let Some(unique) = line.unique.as_ref().filter(|u| u.v.nocase && !types::is_text(sql)) {
        faults.push(
            Fault::new(unique.span.clone(), format!("`nocase` on `{name}`, which has no case"))
                .why(format!("it is {sql}, not text"))
                .help("say `unique`"),
        );
    }
    if let Some(was) = line.was.as_ref().filter(|was| was.v == *name) {
        faults.push(Fault::new(was.span.clone(), format!("`{name}` was already called so")).help("take `was` away"));
    }
}

/// Longest value of the type, in characters.
fn longest(sql: &str) -> Option<usize> {
    let digits = sql.strip_prefix("character")?.trim_start_matches(" varying").strip_prefix('(')?.strip_suffix(')')?;
    digits.parse().ok()
}

fn check_values(line: &AttributeLine, sql: &str, faults: &mut Vec<Fault>) {
    let Some(values) = &line.values else {
        return;
    };
    if !(types::is_text(sql) || types::is_number(sql)) {
        faults.push(
            Fault::new(values.span.clone(), format!("`in (...)` on {sql}"))
                .why("listed values are texts or numbers")
                .help("say `check (...)`"),
        );
        return;
    }
    for item in &values.v {
        let span = || item.value.span.clone();
        let value = shorten(&item.value.v);
        if types::is_number(sql) && (item.quoted || item.value.v.parse::<f64>().is_err()) {
            faults.push(
                Fault::new(span(), format!("`{value}` is not a number")).why(format!("`{}` is {sql}", line.name.v)),
            );
        }
        if longest(sql).is_some_and(|most| item.value.v.chars().count() > most) {
            faults.push(
                Fault::new(span(), format!("the value `{value}` does not fit {sql}"))
                    .why("it is longer than the type allows")
                    .help("lengthen the type or shorten the value"),
            );
        }
        if item.value.v.is_empty() {
            faults.push(Fault::new(span(), "an empty value").help("name it, or make the attribute `optional`"));
        }
    }
    let total: f64 = values.v.iter().filter_map(|i| i.share).sum();
    let said = values.v.iter().filter(|i| i.share.is_some()).count();
    let percent = (total * 1e6).round() / 1e4;
    if total > 1.0005 {
        faults.push(
            Fault::new(values.span.clone(), format!("the shares add up to {percent} %"))
                .why("they are shares of all rows")
                .help("make them 100 % together"),
        );
    } else if said == values.v.len() && total < 0.995 {
        faults.push(
            Fault::new(values.span.clone(), format!("the shares add up to {percent} % only"))
                .why("every value has a share, so nothing is left to take the rest")
                .help("make them 100 % together, or leave one share out"),
        );
    }
}

fn check_default(line: &AttributeLine, sql: &str, faults: &mut Vec<Fault>) {
    let Some(default) = &line.default else {
        return;
    };
    let span = || default.span.clone();
    let text = match &default.v {
        Value::Text(text) | Value::Number(text) => text.clone(),
        Value::Bool(value) => value.to_string(),
        Value::Now if types::is_time(sql) => return,
        Value::Now => {
            faults.push(
                Fault::new(span(), format!("`now` is no default for {sql}"))
                    .why("`now` is the current instant, date or time")
                    .help("quote it if it is text: 'now'"),
            );
            return;
        }
        Value::Expression(_) => return,
    };
    if let Some(values) = &line.values {
        if !values.v.iter().any(|i| i.value.v == text) {
            faults.push(
                Fault::new(span(), format!("the default `{}` is not among the values", shorten(&text))).suggest(
                    &text,
                    values.v.iter().map(|i| i.value.v.as_str()),
                    "take one of the listed values, or list it",
                ),
            );
        }
        return;
    }
    let wrong = if types::is_number(sql) {
        !matches!(default.v, Value::Number(_))
    } else if sql == "boolean" {
        !matches!(default.v, Value::Bool(_))
    } else if types::is_text(sql) {
        longest(sql).is_some_and(|most| text.chars().count() > most)
    } else {
        matches!(default.v, Value::Bool(_))
    };
    if wrong {
        faults.push(
            Fault::new(span(), format!("the default `{}` is no {sql}", shorten(&text)))
                .why("a default is a value of the attribute's type")
                .help("mend the default or the type"),
        );
    }
}
