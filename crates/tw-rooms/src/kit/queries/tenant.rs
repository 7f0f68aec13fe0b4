//! The tenant of a query: what it is given, and everything else drawn within it.
use super::entities_of;
use crate::kit::{Ground, shape::tenant_column, steps::prepares};
use tw_model::{
    evidence::Undecided,
    model::{Model, Param, ParamType, Query, snake_case},
    sql::{Against, PredicateOp},
    trial::Step,
};

/// The parameter that tells the tenant: the tenant itself, or an attribute that is its alone (`Team.slug`).
pub(super) struct Given<'a> {
    pub param: &'a Param,
    attribute: Option<&'a str>,
}

/// The parameter that is the tenant itself, when a query has one.
pub(super) fn itself<'a>(model: &Model, query: &'a Query) -> Option<&'a Param> {
    let tenant = model.promises.tenant.as_deref()?;
    query.params.iter().find(|p| matches!(&p.ty, ParamType::Entity { entity } if *entity == tenant))
}

/// The tenant's parameter of a query, when it has one.
pub(super) fn given<'a>(model: &Model, query: &'a Query) -> Option<Given<'a>> {
    let tenant = model.entity(model.promises.tenant.as_deref()?)?;
    if let Some(param) = itself(model, query) {
        return Some(Given { param, attribute: None });
    }
    query.params.iter().find_map(|param| match &param.ty {
        ParamType::Attribute { entity, attribute }
            if *entity == tenant.name && looks_for(query, tenant.name.as_str(), param) =>
        {
            tenant.attribute(attribute)?.unique?;
            Some(Given { param, attribute: Some(attribute) })
        }
        _ => None,
    })
}

/// True when the query finds rows of the entity by the parameter.
fn looks_for(query: &Query, entity: &str, param: &Param) -> bool {
    let scans = query.statements.iter().flat_map(|s| &s.sql.scans).filter(|s| s.entity == entity);
    let is_param = |against: &Against| matches!(against, Against::Param { name } if *name == param.name);
    scans.flat_map(|s| &s.predicates).any(|p| p.op == PredicateOp::Equal && is_param(&p.against))
}

/// The tenant that a query's kept arguments name, as SQL: `:'team'`, or the row of the plain table that it finds
/// by an attribute or through what it looks for. None where nothing tells it.
pub fn tenant_value(ground: &Ground, query: &Query) -> Option<String> {
    if let Some(given) = given(ground.model, query) {
        return key_of(ground, &given);
    }
    let scans = || query.statements.iter().flat_map(|s| &s.sql.scans);
    scans().find_map(|scan| {
        let entity = ground.model.entity(&scan.entity)?;
        let relation = ground.plain.relations.get(&scan.entity)?;
        let column = tw_model::ident::quote(&tenant_column(ground.model, entity)?);
        let same: Vec<String> = scan
            .predicates
            .iter()
            .filter(|p| p.op == PredicateOp::Equal)
            .filter_map(|p| match &p.against {
                Against::Param { name } => Some((name, relation.columns.get(&p.attribute).unwrap_or(&relation.key))),
                _ => None,
            })
            .filter(|(_, columns)| columns.len() == 1)
            .map(|(name, columns)| format!("{} = :'{name}'", columns[0].name))
            .collect();
        if same.is_empty() {
            return None;
        }
        Some(format!("(SELECT {column} FROM {} WHERE {} ORDER BY 1 LIMIT 1)", relation.read_from, same.join(" AND ")))
    })
}

fn key_of(ground: &Ground, given: &Given) -> Option<String> {
    let name = &given.param.name;
    let Some(attribute) = given.attribute else { return Some(format!(":'{name}'")) };
    let relation = ground.plain.relations.get(ground.model.promises.tenant.as_deref()?)?;
    let (key, column) = (relation.key.first()?, relation.columns.get(attribute)?.first()?);
    Some(format!("(SELECT {} FROM {} WHERE {} = :'{name}')", key.name, relation.read_from, column.name))
}

/// Draws the tenant with the most rows in what the query touches.
pub(super) fn busiest(ground: &Ground, query: &Query, given: &Given) -> Result<Step, Undecided> {
    let tenant = ground.model.promises.tenant.as_deref().unwrap_or_default();
    let missing = || Undecided::NoSampleRow(tenant.into());
    let end = snake_case(tenant);
    let own = ground.plain.relations.get(tenant).ok_or_else(missing)?;
    let key = own.key.first().ok_or_else(missing)?;
    let held = entities_of(ground.model, query).into_iter().find_map(|e| {
        let relation = ground.plain.relations.get(&e.name)?;
        relation.columns.get(&end)?.first().map(|c| (c.name.clone(), relation.read_from.clone()))
    });
    let (column, from) = held.unwrap_or_else(|| (key.name.clone(), own.read_from.clone()));
    let busiest = format!("SELECT {column} FROM {from} GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1");
    let mut step = prepares(match given.attribute.and_then(|a| own.columns.get(a)?.first()) {
        Some(told) => format!("SELECT {} FROM {} WHERE {} = ({busiest})", told.name, own.read_from, key.name),
        None => busiest,
    });
    step.keep = vec![given.param.name.clone()];
    Ok(step)
}

/// ` AND team = :'team'` for an entity of a tenant, in a query that is given the tenant.
pub(super) fn within(ground: &Ground, query: &Query, entity: &str) -> String {
    let Some(tenant) = ground.model.promises.tenant.as_deref() else { return String::new() };
    let end = snake_case(tenant);
    let column = ground.plain.relations.get(entity).and_then(|r| r.columns.get(&end)).and_then(|c| c.first());
    let key = given(ground.model, query).and_then(|given| key_of(ground, &given));
    match (column, key) {
        (Some(column), Some(key)) => format!(" AND {} = {key}", column.name),
        _ => String::new(),
    }
}
