//! The workload as prepared statements of its roles, with hostile values.
use super::{policies::TENANT_SETTING, trials::as_role};
use crate::kit::{
    self, Ground,
    queries::{self, Side},
    steps::*,
};
use tw_model::{
    claim::Claim,
    evidence::Undecided,
    ident::literal,
    model::{ParamType, Query},
    trial::{Actor, Expect, Trial, Twin},
};

/// Runs the query's statements as prepared statements of its role; then once more with a hostile value in
/// place of the first argument. The weaker steps paste the value into the text instead.
pub(super) fn prepared(ground: &Ground, claim: &Claim, query: &Query) -> Result<Trial, Undecided> {
    let role = query.role.as_deref().ok_or_else(|| Undecided::NoTrial(claim.id.to_string()))?;
    let mut steps = queries::arguments(ground, query)?;
    if let Some(tenant) = queries::tenant_value(ground, query) {
        steps.push(prepares(format!("SELECT set_config({}, {tenant}::text, true)", literal(TENANT_SETTING))));
    }
    let (mut hostile, mut pasted) = (None, None);
    for n in 0..query.statements.len() {
        let Some((name, rendered)) = queries::prepared(ground, query, n) else { continue };
        let types: Vec<&str> =
            rendered.params.iter().map(|p| if p.ty.is_empty() { "unknown" } else { p.ty.as_str() }).collect();
        let types = if types.is_empty() { String::new() } else { format!(" ({})", types.join(", ")) };
        steps.push(as_role(role, accepted(format!("PREPARE {name}{types} AS {}", rendered.sql))));
        let mapping = ground.draft.mapping();
        let values: Vec<String> = rendered
            .params
            .iter()
            .map(|p| {
                let parts = tw_model::render::param_types(&p.name, &mapping, &query.params).len();
                format!(":'{}'", queries::kept_names(&p.name, parts)[p.part])
            })
            .collect();
        let call = |values: &[String]| {
            if values.is_empty() {
                format!("EXECUTE {name}")
            } else {
                format!("EXECUTE {name} ({})", values.join(", "))
            }
        };
        let mut run = accepted(call(&values));
        run.keep = query.statements[n].into.clone();
        steps.push(as_role(role, run));
        // The argument of a condition, which pasting could widen; else any.
        let in_condition = |name: &str| {
            let predicates = query.statements[n].sql.scans.iter().flat_map(|s| &s.predicates);
            predicates.into_iter().any(|p| matches!(&p.against, tw_model::sql::Against::Param { name: n } if n == name))
        };
        // A key of several parts stands in a row, and pasting into that widens nothing.
        let whole = |name: &str| rendered.params.iter().filter(|p| p.name == name).count() == 1;
        let at = rendered.params.iter().position(|p| in_condition(&p.name) && whole(&p.name));
        if hostile.is_none() && !values.is_empty() {
            let attacked = at.unwrap_or(0);
            let mut bad = values.clone();
            bad[attacked] = literal(HOSTILE);
            let param = &rendered.params[attacked];
            let expect = if is_text(ground, query, &param.name, &param.ty) {
                harmless(query)
            } else {
                Expect::OneOf { of: vec![refusal("22P02", None), refusal("22007", None)] }
            };
            hostile = Some(as_role(role, step(call(&bad), expect.clone())));
            // What string building would send: the value, quote and all, becomes part of the statement. Only a
            // condition can be widened so.
            if at.is_some() && query.statements[n].sql.kind != tw_model::sql::StatementKind::Insert {
                let paste = Some((param.name.as_str(), " OR '1'='1'"));
                let text = queries::with_pasted(ground, query, &query.statements[n].sql, Side::Design, paste);
                pasted = Some(as_role(role, step(text, expect)));
            }
        }
    }
    let mut weaker = steps.clone();
    let mut how = "a role without rights runs it";
    match (hostile, pasted) {
        (Some(hostile), Some(pasted)) => {
            steps.push(hostile);
            weaker.push(pasted);
            how = "the value is pasted into the statement instead of bound";
        }
        // Where nothing can be widened, a role without the rights takes the place of the query's.
        (hostile, _) => {
            steps.extend(hostile);
            weaker.iter_mut().for_each(|s| {
                if s.actor == Actor::Role(role.into()) {
                    s.actor = Actor::Role("pg_monitor".into());
                }
            });
        }
    }
    let mut trial = on_sample(kit::steps::trial(claim, steps, vec![]));
    trial.twin = Twin::Steps { weaker: how.into(), steps: weaker };
    Ok(trial)
}

/// A value that would end a string and add a condition, were it pasted.
const HOSTILE: &str = "x' OR '1'='1";

/// A text that matches nothing finds nothing; an insert takes it as the text it is.
fn harmless(query: &Query) -> Expect {
    let inserts = query.statements.iter().any(|s| s.sql.kind == tw_model::sql::StatementKind::Insert);
    if inserts {
        Expect::OneOf {
            of: vec![
                Expect::Affects { rows: 0 },
                Expect::Affects { rows: 1 },
                refusal("23503", None),
                refusal("23514", None),
                refusal("22001", None),
            ],
        }
    } else {
        Expect::Affects { rows: 0 }
    }
}

fn is_text(ground: &Ground, query: &Query, name: &str, ty: &str) -> bool {
    let by_attribute = query.params.iter().find(|p| p.name == name).and_then(|p| match &p.ty {
        ParamType::Attribute { entity, attribute } => {
            ground.model.entity(entity)?.attribute(attribute).map(|a| a.ty.sql.clone())
        }
        _ => None,
    });
    let ty = by_attribute.unwrap_or_else(|| ty.to_string());
    ty.starts_with("character") || ty == "text"
}
