//! What is claimed of columns.
use super::{AT, design::TOUCH_TRIGGER};
use crate::kit::{claim, origin_of, steps::Physical};
use tw_model::{
    Path,
    change::Fact,
    claim::{Claim, ClaimId},
    draft::Draft,
    model::Model,
    schema::{Column, ConstraintKind, Table},
};

pub(super) fn claims(model: &Model, draft: &Draft) -> Vec<Claim> {
    draft.schema.wholes().flat_map(|t| of_table(model, draft, t)).collect()
}

fn of_table(model: &Model, draft: &Draft, table: &Table) -> Vec<Claim> {
    let p = Physical(draft);
    let symbol = &table.name.name;
    let physical = p.table(symbol).name;
    let at = Path::new(symbol);
    let mut all: Vec<Claim> = table.columns.iter().flat_map(|c| of_column(model, draft, table, c)).collect();
    for constraint in &table.constraints {
        let ConstraintKind::Check { .. } = &constraint.kind else { continue };
        let Some((kind, inside)) = constraint.name.trim_end_matches(')').split_once('(') else { continue };
        let subject = at.join(inside.replace(',', "+"));
        let statement = match kind {
            "in" => format!("{subject} is one of the listed values"),
            _ => format!("every row of {symbol} keeps the rule on {inside}"),
        };
        let mut c = claim(
            AT,
            if kind == "in" { "in" } else { "check" },
            subject.clone(),
            statement,
            &origin_of(model, &subject),
        );
        c.rests_on = vec![Fact::constraint(&physical, &p.member(symbol, &constraint.name))];
        all.push(c);
    }
    if let (Some(_), Some(stamp)) = (table.triggers.iter().find(|t| t.name == TOUCH_TRIGGER), updated(model)) {
        let subject = at.join(stamp);
        let mut c = claim(
            AT,
            "stamped",
            subject.clone(),
            format!("a change to a row of {symbol} sets {stamp}"),
            &origin_of(model, &subject),
        );
        c.rests_on = vec![Fact::trigger(&physical, &p.member(symbol, TOUCH_TRIGGER))];
        all.push(c);
    }
    all
}

pub(super) fn updated(model: &Model) -> Option<&str> {
    model.promises.timestamps.as_ref()?.updated.as_deref()
}

fn of_column(model: &Model, draft: &Draft, table: &Table, column: &Column) -> Vec<Claim> {
    let p = Physical(draft);
    let symbol = &table.name.name;
    let (physical, name) = (p.table(symbol).name, p.member(symbol, &column.name));
    let subject = Path::new(symbol).join(&column.name);
    let origin = origin_of(model, &subject);
    let make = |kind: &str, statement: String, fact: Fact| {
        let mut c = claim(AT, kind, subject.clone(), statement, &origin);
        c.rests_on = vec![fact];
        c
    };
    let mut ty =
        make("type", format!("{subject} is {}{}", column.ty, bounds(&column.ty)), Fact::column_type(&physical, &name));
    ty.rests_on.push(Fact::column(&physical, &name));
    let type_id = ClaimId::new("columns/type", &subject);
    let mut all = vec![ty];
    let in_key = table.primary_key().contains(&column.name);
    let fact = Fact::not_null(&physical, &name);
    if column.not_null && !in_key && column.generated.is_none() {
        all.push(make("not-null", format!("{subject} is never missing"), fact));
    } else if !column.not_null && column.generated.is_none() {
        all.push(make("optional", format!("{subject} may be missing"), fact));
    }
    if let Some(default) = column.default.as_ref().filter(|_| !in_key) {
        all.push(make("default", format!("{subject} is {default} unless given"), Fact::default(&physical, &name)));
    }
    if column.generated.is_some() {
        all.push(make("generated", format!("{subject} is computed by the server"), Fact::generated(&physical, &name)));
    }
    for c in all.iter_mut().skip(1) {
        c.presumes = vec![type_id.clone()];
    }
    all
}

fn bounds(ty: &str) -> &'static str {
    if ty.starts_with("numeric(") {
        ": exact decimals, and nothing wider"
    } else if ty.starts_with("character varying(") {
        ", and nothing longer"
    } else {
        ""
    }
}
