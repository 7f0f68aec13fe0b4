//! What may stand in each column.
use super::AT;
use crate::kit::{
    a, decision, instead,
    links::{links_of, sequence_symbol},
    shape::{ShapeColumn, end_columns, key_columns},
};
use tw_model::{
    Origin, Path,
    change::{Change, CommentOn},
    decision::Decision,
    draft::{Draft, symbol},
    ident::literal,
    model::{Attribute, Entity, Model, Numbered, Value, Values},
    render,
    schema::{Column, Constraint, ConstraintKind, Function, Generated, Identity, Name, Sequence, Trigger},
    sql::{EntityExpr, Mapping},
};

pub(super) fn design(model: &Model, draft: &mut Draft) {
    let mapping = draft.symbolic_mapping();
    for entity in &model.entities {
        let key = key_columns(model, entity);
        for attribute in &entity.attributes {
            let decision = attribute_column(entity, &key, attribute, &mapping, draft);
            draft.decide(decision);
        }
        for decision in
            ends(model, entity, &key).into_iter().chain(row_rules(entity, &mapping)).chain(soft_delete(entity))
        {
            draft.decide(decision);
        }
    }
    stamps(model, draft);
}

/// An expression in symbols.
fn symbolic(mapping: &Mapping, expr: &EntityExpr, entity: &Entity) -> String {
    render::expression(expr, mapping, &entity.name, None)
}

fn attribute_column(
    entity: &Entity,
    key: &[ShapeColumn],
    attribute: &Attribute,
    mapping: &Mapping,
    draft: &Draft,
) -> Decision {
    let table = Name::symbol(&entity.name);
    let path = entity.at(&attribute.name);
    let in_key = key.iter().any(|c| c.symbol == attribute.name);
    let mut changes = vec![];
    let mut words = vec![format!("{path} is {}", attribute.ty.sql)];
    if let Some(expression) = &attribute.generated {
        let column = Column {
            name: attribute.name.clone(),
            ty: attribute.ty.sql.clone(),
            not_null: !attribute.optional,
            generated: Some(Generated { expression: symbolic(mapping, expression, entity), stored: true }),
            ..Column::default()
        };
        changes.push(Change::AddColumn { table: table.clone(), column });
        words.push(format!("computed as {}", expression.text));
    }
    if !attribute.optional && !in_key && attribute.generated.is_none() {
        changes.push(Change::SetNotNull { table: table.clone(), column: attribute.name.clone(), not_null: true });
    }
    if let Some(numbered) = attribute.numbered {
        words.push("is counted up by the server".into());
        changes.extend(counted(entity, attribute, numbered, draft));
    }
    words.push(if attribute.optional { "may be absent" } else { "is required" }.into());
    if let Some(default) = &attribute.default {
        let text = default_text(default, &attribute.ty.sql);
        words.push(format!("is {text} unless given"));
        changes.push(Change::SetDefault { table: table.clone(), column: attribute.name.clone(), default: Some(text) });
    }
    let column = symbol(path.as_str());
    if let Some(Values { open: false, items }) = &attribute.values {
        let list: Vec<String> = items.iter().map(|i| literal(&i.value)).collect();
        let expression = format!("{column} IN ({})", list.join(", "));
        changes.push(check(&table, format!("in({})", attribute.name), expression));
        words.push(format!("is one of {}", items.iter().map(|i| i.value.as_str()).collect::<Vec<_>>().join(", ")));
    }
    if !attribute.checks.is_empty() {
        let all: Vec<String> = attribute.checks.iter().map(|c| symbolic(mapping, c, entity)).collect();
        changes.push(check(&table, format!("check({})", attribute.name), conjunction(&all)));
        words.push(format!(
            "keeps {}",
            attribute.checks.iter().map(|c| c.text.as_str()).collect::<Vec<_>>().join(" and ")
        ));
    }
    if !attribute.purpose.is_empty() {
        let on = CommentOn::Column { table: table.clone(), column: attribute.name.clone() };
        changes.push(Change::Comment { on, text: Some(attribute.purpose.clone()) });
    }
    let (why, rejected) = reason(attribute);
    let mut d = decision(AT, path, words.join(", "), why, &attribute.origin, changes);
    for (what, why) in rejected {
        d = instead(d, what, why);
    }
    d
}

/// An identity, or a sequence that belongs to the column and is its default.
fn counted(entity: &Entity, attribute: &Attribute, numbered: Numbered, draft: &Draft) -> Vec<Change> {
    let table = Name::symbol(&entity.name);
    if numbered != Numbered::BySequence {
        let always = numbered == Numbered::Always;
        let from = draft.column(entity.at(&attribute.name).as_str()).cloned().unwrap_or_default();
        let from = Column { not_null: true, ..from };
        let to = Column { identity: Some(Identity { always, options: String::new() }), ..from.clone() };
        return vec![
            Change::SetNotNull { table: table.clone(), column: attribute.name.clone(), not_null: true },
            Change::SetColumnProperty { table, from, to },
        ];
    }
    let name = sequence_symbol(entity, attribute);
    let max = match attribute.ty.sql.as_str() {
        "smallint" => i64::from(i16::MAX),
        "integer" => i64::from(i32::MAX),
        _ => i64::MAX,
    };
    let default = format!("nextval({}::regclass)", symbol(&format!("literal {name}")));
    let sequence = Sequence {
        name: Name::symbol(name),
        ty: attribute.ty.sql.clone(),
        start: 1,
        increment: 1,
        min: 1,
        max,
        cache: 1,
        owned_by: Some((table.clone(), attribute.name.clone())),
        ..Sequence::default()
    };
    vec![
        Change::CreateSequence { sequence },
        Change::SetDefault { table, column: attribute.name.clone(), default: Some(default) },
    ]
}

fn reason(attribute: &Attribute) -> (String, Vec<(&'static str, &'static str)>) {
    let word = attribute.ty.word.as_deref().unwrap_or("");
    match (word, attribute.ty.sql.as_str()) {
        ("money", _) => (
            "money is counted in exact decimals".into(),
            vec![
                ("double precision", "0.1 + 0.2 is not 0.3 in binary floating point"),
                ("the server's money type", "its scale and currency follow a server setting, not the row"),
            ],
        ),
        ("approximate", _) => ("the brief says an approximation will do (IEEE 754 double precision)".into(), vec![]),
        ("document", _) => (
            "its shape varies from row to row, and jsonb can be indexed and checked".into(),
            vec![("json", "it keeps the text as sent: no equality, no index, duplicate keys stay")],
        ),
        (_, "timestamp with time zone") => (
            "an instant is the same everywhere; it is shown in the reader's zone".into(),
            vec![("timestamp without time zone", "it means a different instant in each reader's zone")],
        ),
        _ if attribute.values.as_ref().is_some_and(|v| !v.open) => (
            "the list is closed, and a CHECK keeps it readable and easy to extend".into(),
            vec![
                ("an enum type", "a value can be added but not removed or reordered without rewriting"),
                ("a lookup table", "a join or a second write for a list that changes with the code"),
            ],
        ),
        _ => (format!("the brief says {}", attribute.ty.written), vec![]),
    }
}

fn default_text(value: &Value, ty: &str) -> String {
    match value {
        // `now` in the column's own terms, so that nothing is cut or shifted on the way in.
        Value::Now => match ty.split('(').next().unwrap_or(ty).trim() {
            "date" => "CURRENT_DATE",
            "time with time zone" => "CURRENT_TIME",
            "time without time zone" => "LOCALTIME",
            "timestamp without time zone" => "LOCALTIMESTAMP",
            _ => "CURRENT_TIMESTAMP",
        }
        .into(),
        Value::Text(text) => literal(text),
        Value::Number(number) => number.clone(),
        Value::Bool(flag) => flag.to_string(),
        Value::Expression(sql) => sql.clone(),
    }
}

fn conjunction(parts: &[String]) -> String {
    match parts {
        [one] => one.clone(),
        many => many.iter().map(|p| format!("({p})")).collect::<Vec<_>>().join(" AND "),
    }
}

fn check(table: &Name, name: String, expression: String) -> Change {
    let kind = ConstraintKind::Check { expression, no_inherit: false };
    Change::AddConstraint {
        table: table.clone(),
        constraint: Constraint { name, kind, deferrable: None, not_valid: false, comment: None },
    }
}

fn ends(model: &Model, entity: &Entity, key: &[ShapeColumn]) -> Vec<Decision> {
    let mut all = vec![];
    for link in &links_of(model, entity) {
        let columns: Vec<String> = end_columns(model, link)
            .into_iter()
            .map(|c| c.symbol)
            .filter(|c| !key.iter().any(|k| k.symbol == *c))
            .collect();
        if columns.is_empty() {
            continue;
        }
        let path = entity.at(&link.name);
        if link.optional {
            let what = format!("{path} may be absent");
            all.push(decision(
                AT,
                path,
                what,
                format!("{} may be without {}", a(&entity.name), a(&link.target)),
                &link.origin,
                vec![],
            ));
            continue;
        }
        let changes = columns
            .into_iter()
            .map(|column| Change::SetNotNull { table: Name::symbol(&entity.name), column, not_null: true })
            .collect();
        let what = format!("{path} is required");
        all.push(decision(
            AT,
            path,
            what,
            format!("every {} has {}", entity.name, a(&link.target)),
            &link.origin,
            changes,
        ));
    }
    all
}

/// Entity-level checks over the same columns are one constraint.
fn row_rules(entity: &Entity, mapping: &Mapping) -> Vec<Decision> {
    let mut by_columns: std::collections::BTreeMap<String, (Vec<String>, Vec<String>, Origin)> = Default::default();
    for rule in &entity.checks {
        let name = rule.name.clone().unwrap_or_else(|| rule.predicate.attributes.join(","));
        let entry = by_columns.entry(name).or_insert_with(|| (vec![], vec![], rule.origin.clone()));
        entry.0.push(symbolic(mapping, &rule.predicate, entity));
        entry.1.push(rule.predicate.text.clone());
    }
    let table = Name::symbol(&entity.name);
    by_columns
        .into_iter()
        .map(|(name, (sql, texts, origin))| {
            let what = format!("Every {} keeps {}", entity.name, texts.join(" and "));
            decision(
                AT,
                entity.path(),
                what,
                "the brief says so",
                &origin,
                vec![check(&table, format!("check({name})"), conjunction(&sql))],
            )
        })
        .collect()
}

fn soft_delete(entity: &Entity) -> Option<Decision> {
    if !entity.soft_delete {
        return None;
    }
    let what = format!("Rows of {} are marked deleted, and stay", entity.name);
    let d = decision(
        AT,
        entity.at("deleted_at"),
        what,
        "soft delete: history stays for audit and an accident can be undone",
        &entity.origin,
        vec![],
    );
    Some(instead(d, "a flag is_deleted", "it would not tell when"))
}

/// `created_at` and `updated_at`: set by the server.
fn stamps(model: &Model, draft: &mut Draft) {
    let Some(stamps) = &model.promises.timestamps else { return };
    let origin = model.promises.origins.get("timestamps").cloned().unwrap_or_else(|| Origin::assumed("row timestamps"));
    let mut function_made = false;
    for entity in &model.entities {
        let table = Name::symbol(&entity.name);
        let has = |name: &Option<String>| {
            name.as_ref()
                .filter(|n| entity.attribute(n).is_none() && draft.column(&format!("{}.{n}", entity.name)).is_some())
                .cloned()
        };
        let (created, updated) = (has(&stamps.created), has(&stamps.updated));
        let mut changes = vec![];
        for name in created.iter().chain(&updated) {
            changes.push(Change::SetDefault {
                table: table.clone(),
                column: name.clone(),
                default: Some("CURRENT_TIMESTAMP".into()),
            });
            changes.push(Change::SetNotNull { table: table.clone(), column: name.clone(), not_null: true });
        }
        if let Some(updated) = &updated {
            if !function_made {
                changes.push(Change::CreateFunction { function: touch(updated) });
                function_made = true;
            }
            changes.push(Change::CreateTrigger { table: table.clone(), trigger: touch_trigger(entity) });
        }
        if changes.is_empty() {
            continue;
        }
        let names: Vec<String> = created.into_iter().chain(updated).collect();
        let what = format!("{} says when it was written ({})", entity.name, names.join(", "));
        let d = decision(
            AT,
            Path::new(&entity.name),
            what,
            "the server sets them, so no writer can forget",
            &origin,
            changes,
        );
        draft.decide(instead(
            d,
            "the application sets the time of change",
            "every writer, script and migration would have to remember it",
        ));
    }
}

/// Symbol of the trigger function that sets the time of change.
pub(super) const TOUCH: &str = "fn(touch)";
/// Symbol of the trigger on each table.
pub(super) const TOUCH_TRIGGER: &str = "trigger(touch)";

fn touch(updated: &str) -> Function {
    let definition = format!(
        "CREATE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$\nBEGIN\n  NEW.{} := CURRENT_TIMESTAMP;\n  RETURN NEW;\nEND\n$$",
        symbol(TOUCH),
        tw_model::ident::quote(updated)
    );
    Function { name: Name::symbol(TOUCH), definition, ..Function::default() }
}

fn touch_trigger(entity: &Entity) -> Trigger {
    let definition = format!(
        "CREATE TRIGGER {} BEFORE UPDATE ON {} FOR EACH ROW EXECUTE FUNCTION {}()",
        symbol(&format!("{}.{TOUCH_TRIGGER}", entity.name)),
        symbol(&entity.name),
        symbol(TOUCH)
    );
    Trigger { name: TOUCH_TRIGGER.into(), definition, enabled: "O".into(), comment: None }
}
