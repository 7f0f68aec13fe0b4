//! Which columns identify a row, and which others must not repeat.
use super::AT;
use crate::kit::{
    decision, instead,
    links::{LinkKind, links_of},
    lookup_symbol,
    shape::{end_columns, is_associative, key_columns, member_columns, surrogate, tenant_column},
    tenant_shared,
};
use tw_model::{
    Origin,
    change::{Change, CommentOn},
    decision::Decision,
    draft::{Draft, symbol},
    model::{Attribute, Entity, KeyKind, Model},
    schema::{Column, Constraint, ConstraintKind, Identity, Index, IndexPart, Name},
};

pub(super) fn design(model: &Model, draft: &mut Draft) {
    for entity in &model.entities {
        draft.decide(primary(model, entity, draft));
        for decision in uniques(model, entity) {
            draft.decide(decision);
        }
        if let Some(decision) = purpose(entity) {
            draft.decide(decision);
        }
        for attribute in entity.attributes.iter().filter(|a| a.values.as_ref().is_some_and(|v| v.open)) {
            let lookup = Name::symbol(lookup_symbol(entity, attribute));
            let changes = vec![
                not_null(&lookup, "value"),
                Change::AddConstraint {
                    table: lookup.clone(),
                    constraint: constraint(
                        "primary",
                        ConstraintKind::Primary { columns: vec!["value".into()], include: vec![] },
                    ),
                },
            ];
            let what = format!("A value of {} is its own key", entity.at(&attribute.name));
            let why = "the reference then carries the value itself, and no join is needed to read it";
            draft.decide(decision(AT, entity.at(&attribute.name), what, why, &attribute.origin, changes));
        }
    }
}

fn constraint(name: &str, kind: ConstraintKind) -> Constraint {
    Constraint { name: name.into(), kind, deferrable: None, not_valid: false, comment: None }
}

fn not_null(table: &Name, column: &str) -> Change {
    Change::SetNotNull { table: table.clone(), column: column.into(), not_null: true }
}

fn primary(model: &Model, entity: &Entity, draft: &Draft) -> Decision {
    let table = Name::symbol(&entity.name);
    let columns: Vec<String> = key_columns(model, entity).into_iter().map(|c| c.symbol).collect();
    let mut changes: Vec<Change> = columns.iter().map(|c| not_null(&table, c)).collect();
    let surrogate = surrogate(model, entity);
    match surrogate {
        Some(KeyKind::Uuid) => {
            changes.push(Change::SetDefault {
                table: table.clone(),
                column: "key".into(),
                default: Some("gen_random_uuid()".into()),
            });
        }
        Some(KeyKind::Bigint) => {
            let mut from = draft.column(&format!("{}.key", entity.name)).cloned().unwrap_or_default();
            from.not_null = true;
            let to = Column { identity: Some(Identity { always: true, options: String::new() }), ..from.clone() };
            changes.push(Change::SetColumnProperty { table: table.clone(), from, to });
        }
        None => {}
    }
    changes.push(Change::AddConstraint {
        table: table.clone(),
        constraint: constraint("primary", ConstraintKind::Primary { columns, include: vec![] }),
    });
    let origin = match surrogate {
        Some(_) => model
            .promises
            .origins
            .get("keys")
            .cloned()
            .unwrap_or_else(|| Origin::assumed("uuid keys, since the brief names none")),
        None => entity.origin.clone(),
    };
    let at = |what: String, why: &str| decision(AT, entity.path(), what, why, &origin, changes.clone());
    match surrogate {
        Some(KeyKind::Uuid) => instead(
            at(
                format!("{} is identified by a generated uuid", entity.name),
                "it can be made anywhere without coordination and tells nothing about how many there are",
            ),
            "a bigint identity",
            "half the width and in order of arrival, but it needs one central counter and counts your rows for strangers",
        ),
        Some(KeyKind::Bigint) => instead(
            at(
                format!("{} is identified by a bigint identity", entity.name),
                "8 bytes, in order of arrival, and no application can supply it by accident",
            ),
            "a uuid",
            "twice the width in every reference, and its order is random",
        ),
        None if is_associative(model, entity) => instead(
            at(format!("{} is identified by the pair it joins", entity.name), "the same pair twice would mean nothing"),
            "a surrogate key",
            "the pair would still have to be unique, at the price of another index",
        ),
        None => instead(
            at(format!("{} is identified by its own facts", entity.name), "the brief says so"),
            "a surrogate key",
            "the natural key would still have to be unique",
        ),
    }
}

fn uniques(model: &Model, entity: &Entity) -> Vec<Decision> {
    let table = Name::symbol(&entity.name);
    let tenant = tenant_column(model, entity);
    let mut all = vec![];
    for attribute in &entity.attributes {
        let Some(kind) = attribute.unique else { continue };
        let lead = tenant.clone().filter(|_| kind.per_tenant);
        all.push(unique_attribute(entity, attribute, kind.nocase, lead));
    }
    for unique in &entity.uniques {
        let members = unique.parts.iter().flat_map(|m| member_columns(model, entity, m)).map(|c| c.symbol);
        let columns: Vec<String> = tenant.clone().filter(|_| unique.per_tenant).into_iter().chain(members).collect();
        let what = format!("No two rows of {} have the same {}", entity.name, unique.parts.join(" and "));
        let change = Change::AddConstraint { table: table.clone(), constraint: unique_over(columns) };
        all.push(decision(AT, entity.path(), what, "the brief says so", &unique.origin, vec![change]));
    }
    for link in links_of(model, entity).iter().filter(|l| l.one_to_one && l.kind != LinkKind::Subtype) {
        let columns: Vec<String> = end_columns(model, link).into_iter().map(|c| c.symbol).collect();
        let key: Vec<String> = key_columns(model, entity).into_iter().map(|c| c.symbol).collect();
        if columns != key {
            let what = format!("No {} has more than one {}", link.target, entity.name);
            let change = Change::AddConstraint { table: table.clone(), constraint: unique_over(columns) };
            all.push(decision(
                AT,
                entity.at(&link.name),
                what,
                "the relation is one to one",
                &link.origin,
                vec![change],
            ));
        }
    }
    if let Some(tenant) = tenant.filter(|_| tenant_shared(model, entity)) {
        let key = key_columns(model, entity).into_iter().map(|c| c.symbol);
        let columns: Vec<String> = std::iter::once(tenant).chain(key).collect();
        let what = format!("The key of {} can be referred to together with its tenant", entity.name);
        let why = "a reference over both keeps a row from pointing at another tenant's";
        let change = Change::AddConstraint { table, constraint: unique_over(columns) };
        let origin = model.promises.origins.get("tenant").cloned().unwrap_or_else(|| entity.origin.clone());
        all.push(instead(
            decision(AT, entity.path(), what, why, &origin, vec![change]),
            "policies alone",
            "they guard what a session sees, not what a row points at",
        ));
    }
    all
}

fn unique_over(columns: Vec<String>) -> Constraint {
    constraint(
        &format!("unique({})", columns.join(",")),
        ConstraintKind::Unique { columns, include: vec![], nulls_not_distinct: false },
    )
}

fn unique_attribute(entity: &Entity, attribute: &Attribute, nocase: bool, tenant: Option<String>) -> Decision {
    let table = Name::symbol(&entity.name);
    let path = entity.at(&attribute.name);
    let within = if tenant.is_some() { " within a tenant" } else { "" };
    if !nocase {
        let columns: Vec<String> = tenant.into_iter().chain([attribute.name.clone()]).collect();
        let what = format!("{path} is unique{within}");
        let change = Change::AddConstraint { table, constraint: unique_over(columns) };
        return decision(AT, path, what, "the brief says so", &attribute.origin, vec![change]);
    }
    let lower =
        IndexPart { column: format!("lower({})", symbol(path.as_str())), is_expression: true, ..IndexPart::default() };
    let lead = tenant.clone().map(|column| IndexPart { column, ..IndexPart::default() });
    let columns: Vec<String> = tenant.into_iter().chain([attribute.name.clone()]).collect();
    let index = Index {
        name: format!("unique({})", columns.join(",")),
        unique: true,
        method: "btree".into(),
        parts: lead.into_iter().chain([lower]).collect(),
        ..Index::default()
    };
    let what = format!("{path} is unique without regard to case{within}");
    let d =
        decision(AT, path, what, "the brief says so", &attribute.origin, vec![Change::CreateIndex { table, index }]);
    instead(
        d,
        "the citext type",
        "it changes every comparison of the column, and needs an extension wherever the schema goes",
    )
}

fn purpose(entity: &Entity) -> Option<Decision> {
    if entity.purpose.is_empty() {
        return None;
    }
    let change = Change::Comment {
        on: CommentOn::Table { name: Name::symbol(&entity.name) },
        text: Some(entity.purpose.clone()),
    };
    let what = format!("The table of {} says what it is for", entity.name);
    Some(decision(
        AT,
        entity.path(),
        what,
        "whoever meets the table first meets it in a catalogue",
        &entity.origin,
        vec![change],
    ))
}
