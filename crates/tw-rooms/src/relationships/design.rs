//! Links to foreign keys.
use super::AT;
use crate::kit::{
    a, decision, instead,
    links::{Link, LinkKind, links, lookup_symbol, tenant_shared},
    shape::{end_columns, key_columns, tenant_column},
};
use tw_model::{
    change::Change,
    decision::Decision,
    draft::Draft,
    model::{Action, Model},
    schema::{Constraint, ConstraintKind, Name},
};

pub(super) fn design(model: &Model, draft: &mut Draft) {
    for link in links(model) {
        if let Some(decision) = reference(model, &link) {
            draft.decide(decision);
        }
    }
    for entity in &model.entities {
        for attribute in entity.attributes.iter().filter(|a| a.values.as_ref().is_some_and(|v| v.open)) {
            let kind = ConstraintKind::Foreign {
                columns: vec![attribute.name.clone()],
                target: Name::symbol(lookup_symbol(entity, attribute)),
                target_columns: vec!["value".into()],
                on_delete: Action::Restrict,
                on_update: Action::Cascade,
                match_full: false,
            };
            let what = format!("{} is one of the values in its lookup table", entity.at(&attribute.name));
            let why = "a renamed value is renamed everywhere, and one in use cannot be removed";
            draft.decide(decision(
                AT,
                entity.at(&attribute.name),
                what,
                why,
                &attribute.origin,
                vec![add(&entity.name, &attribute.name, kind)],
            ));
        }
    }
}

fn add(table: &str, end: &str, kind: ConstraintKind) -> Change {
    let constraint =
        Constraint { name: format!("references({end})"), kind, deferrable: None, not_valid: false, comment: None };
    Change::AddConstraint { table: Name::symbol(table), constraint }
}

fn reference(model: &Model, link: &Link) -> Option<Decision> {
    let (holder, target) = (model.entity(&link.holder)?, model.entity(&link.target)?);
    let mut columns: Vec<String> = end_columns(model, link).into_iter().map(|c| c.symbol).collect();
    let mut target_columns: Vec<String> = key_columns(model, target).into_iter().map(|c| c.symbol).collect();
    let with_tenant =
        tenant_shared(model, target) && tenant_column(model, holder).is_some() && !link.optional_set_null();
    if let (true, Some(own), Some(theirs)) = (with_tenant, tenant_column(model, holder), tenant_column(model, target)) {
        columns.insert(0, own);
        target_columns.insert(0, theirs);
    }
    let kind = ConstraintKind::Foreign {
        columns,
        target: Name::symbol(&target.name),
        target_columns,
        on_delete: link.on_delete,
        on_update: link.on_update,
        match_full: false,
    };
    let path = holder.at(&link.name);
    let tenant = if with_tenant { " of the same tenant" } else { "" };
    let what =
        format!("{path} refers to {}{tenant}; when that is deleted: {}", a(&target.name), in_words(link.on_delete));
    let why = match link.kind {
        LinkKind::Relation => {
            format!("{} {} {}", target.name, if link.verb.is_empty() { "has" } else { &link.verb }, holder.name)
        }
        LinkKind::Owner => format!("{} is part of its {}", a(&holder.name), target.name),
        LinkKind::Subtype => format!("{} is {}", a(&holder.name), a(&target.name)),
        LinkKind::Tenant => format!("every row belongs to one {}", target.name),
    };
    let d = decision(AT, path, what, why, &link.origin, vec![add(&holder.name, &link.name, kind)]);
    Some(match link.on_delete {
        Action::Cascade => instead(d, "on delete restrict", "the brief says that what depends goes with it"),
        Action::Restrict | Action::NoAction => {
            instead(d, "on delete cascade", "deleting one row would delete others that nobody named")
        }
        _ => instead(d, "on delete restrict", "the brief says that the row outlives what it points at"),
    })
}

impl Link {
    /// SET NULL over (tenant, end) would clear the tenant too, so such a link goes over the end alone.
    fn optional_set_null(&self) -> bool {
        self.on_delete == Action::SetNull || self.on_update == Action::SetNull
    }
}

fn in_words(action: Action) -> &'static str {
    match action {
        Action::NoAction | Action::Restrict => "refused",
        Action::Cascade => "this goes with it",
        Action::SetNull => "this forgets it",
        Action::SetDefault => "this falls back to its default",
    }
}
