//! The workload as a mix: each query as a call that can be driven, with what its callers choose from.
//!
//! A claim's trial needs one typical argument; a mix needs all that callers may give, in the brief's own
//! distribution. Both are drawn from the rows of the sample, under the same conditions.
use super::{
    draw::{admitted, columns_of, constant, free_for_insert, is_param, uses_of, value, written},
    kept_names, prepared, tenant,
};
use crate::kit::{Ground, TENANT_SETTING};
use tw_model::{
    drive::{Call, CallStatement, Choice, Draw, Mix},
    evidence::Undecided,
    ident::literal,
    model::{Param, ParamType, Query, snake_case},
    render,
    sql::{Predicate, PredicateOp, Scan, StatementKind},
    trial::Actor,
};

/// Name of the tenant's value in a call that does not name the tenant itself.
const TENANT: &str = "the tenant";

/// The whole workload. Scans are left out (they are not asked for while others wait), and so is what has no
/// rate or no arguments; each with its reason.
pub fn mix(ground: &Ground) -> Mix {
    let mut mix = Mix::default();
    for query in &ground.model.workload {
        let made = if query.scan {
            Err(Undecided::NoTrial("a scan runs for itself, not in the mix".into()))
        } else {
            call(ground, query)
        };
        match made {
            Ok(call) => mix.calls.push(call),
            Err(why) => mix.left_out.push((query.name.clone(), why.to_string())),
        }
    }
    mix
}

/// A query as a call.
pub fn call(ground: &Ground, query: &Query) -> Result<Call, Undecided> {
    let rate_per_s = query.rate_per_s.ok_or_else(|| Undecided::NoTrial("the brief says no rate for it".into()))?;
    let (draws, tenant) = draws(ground, query)?;
    let mut statements: Vec<CallStatement> = vec![];
    if let Some(name) = tenant {
        statements.push(CallStatement {
            sql: format!("SELECT set_config({}, $1, true)", literal(TENANT_SETTING)),
            arguments: vec![name],
            ..CallStatement::default()
        });
    }
    for (n, statement) in query.statements.iter().enumerate() {
        let missing = || Undecided::NoTrial(format!("statement {} of {}", n + 1, query.name));
        let (_, rendered) = prepared(ground, query, n).ok_or_else(missing)?;
        let parts = |name: &str| rendered.params.iter().filter(|p| p.name == name).count();
        let arguments = rendered.params.iter().map(|p| kept_names(&p.name, parts(&p.name))[p.part].clone()).collect();
        statements.push(CallStatement {
            sql: rendered.sql.clone(),
            arguments,
            keep: statement.into.clone(),
            expect_rows: statement.expect_rows,
        });
    }
    Ok(Call {
        name: query.name.clone(),
        rate_per_s,
        p95_ms: query.p95_ms,
        p99_ms: query.p99_ms,
        actor: query.role.clone().map_or(Actor::Owner, Actor::Role),
        isolation: query.isolation,
        writes: query.statements.iter().any(|s| s.sql.kind != StatementKind::Select),
        guarded: false,
        draws,
        statements,
        origin: query.origin.clone(),
    })
}

/// What callers choose from, and the name of the tenant's value when the call is made for one.
fn draws(ground: &Ground, query: &Query) -> Result<(Vec<Draw>, Option<String>), Undecided> {
    let mut draws = vec![];
    let mut drawn: Vec<String> = vec![];
    let tenant = chosen_tenant(ground, query, &mut draws);
    drawn.extend(tenant::itself(ground.model, query).filter(|_| tenant.is_some()).map(|p| p.name.clone()));
    for param in &query.params {
        if drawn.contains(&param.name) {
            continue;
        }
        let uses = uses_of(query, &param.name);
        let equal = uses.iter().find(|(_, p)| p.op == PredicateOp::Equal);
        let draw = match (equal, uses.first()) {
            (Some((scan, _)), _) => {
                let together: Vec<&Param> = query
                    .params
                    .iter()
                    .filter(|p| !drawn.contains(&p.name))
                    .filter(|p| scan.predicates.iter().any(|x| x.op == PredicateOp::Equal && is_param(x, &p.name)))
                    .collect();
                drawn.extend(together.iter().map(|p| p.name.clone()));
                from_rows(ground, query, scan, &together, tenant.as_deref())
            }
            (None, Some((scan, predicate))) => of_column(ground, query, scan, predicate, param, tenant.as_deref()),
            (None, None) => fresh(ground, query, param, tenant.as_deref()),
        };
        drawn.push(param.name.clone());
        draws.push(draw.ok_or_else(|| Undecided::NoTrial(format!("nothing is known to choose :{} from", param.name)))?);
    }
    Ok((draws, tenant))
}

/// The tenant comes first: everything else is chosen within it. A call that does not name its tenant is made
/// for the tenant of the rows it asks for.
fn chosen_tenant(ground: &Ground, query: &Query, draws: &mut Vec<Draw>) -> Option<String> {
    let held = super::entities_of(ground.model, query)
        .into_iter()
        .find_map(|e| Some((tenant_column(ground, &e.name)?, ground.plain.relations.get(&e.name)?.read_from.clone())));
    let (column, from) = held?;
    let param = tenant::itself(ground.model, query);
    let name = param.map_or(TENANT.to_string(), |p| p.name.clone());
    draws.push(Draw {
        names: vec![name.clone()],
        sql: format!("SELECT DISTINCT {column} FROM {from} WHERE {column} IS NOT NULL ORDER BY 1"),
        choice: param.map_or(Choice::Uniform, chosen),
        within: None,
    });
    Some(name)
}

fn tenant_column(ground: &Ground, entity: &str) -> Option<String> {
    let tenant = ground.model.promises.tenant.as_deref()?;
    let relation = ground.plain.relations.get(entity)?;
    relation.columns.get(&snake_case(tenant))?.first().map(|c| c.name.clone())
}

fn chosen(param: &Param) -> Choice {
    param.drawn_zipf.map_or(Choice::Uniform, |exponent| Choice::Zipf { exponent })
}

/// Values of equality parameters of one occurrence, together from the rows of its entity: those that its own
/// conditions admit, or all where none is admitted.
fn from_rows(ground: &Ground, query: &Query, scan: &Scan, params: &[&Param], tenant: Option<&str>) -> Option<Draw> {
    let relation = ground.plain.relations.get(&scan.entity)?;
    let (mut columns, mut names) = (vec![], vec![]);
    let mut free = false;
    for param in params {
        let predicate = scan.predicates.iter().find(|p| p.op == PredicateOp::Equal && is_param(p, &param.name))?;
        let of = columns_of(relation, &predicate.attribute);
        free |= !free_for_insert(ground, query, &param.name, &of).is_empty();
        names.extend(kept_names(&param.name, of.len()));
        columns.extend(of);
    }
    let zipf = params.iter().find(|p| p.drawn_zipf.is_some());
    let choice = if free { Choice::Once } else { zipf.map_or(Choice::Uniform, |p| chosen(p)) };
    let admitted = admitted(ground, query, scan, relation, params);
    Some(among(ground, &scan.entity, columns, names, &admitted, choice, tenant))
}

/// A value that bounds, searches or matches one column: one for each tenant where the entity has them.
fn of_column(
    ground: &Ground,
    query: &Query,
    scan: &Scan,
    predicate: &Predicate,
    param: &Param,
    tenant: Option<&str>,
) -> Option<Draw> {
    let relation = ground.plain.relations.get(&scan.entity)?;
    let from = &relation.read_from;
    let column = tenant.and_then(|_| tenant_column(ground, &scan.entity));
    let sql = match &column {
        None => value(relation, query, scan, predicate, param, from)?,
        Some(column) => {
            let its = format!("(SELECT * FROM {from} WHERE {column} = tenant_of_row) its");
            let value = value(relation, query, scan, predicate, param, &its)?;
            format!(
                "SELECT tenant_of_row, ({value}) AS v0 \
                 FROM (SELECT DISTINCT {column} AS tenant_of_row FROM {from} WHERE {column} IS NOT NULL) tenants"
            )
        }
    };
    let within = column.and(tenant).map(String::from);
    Some(Draw { names: vec![param.name.clone()], sql, choice: Choice::Uniform, within })
}

/// A draw of these columns among the rows of an entity, within the tenant where it has one.
fn among(
    ground: &Ground,
    entity: &str,
    columns: Vec<String>,
    names: Vec<String>,
    admitted: &str,
    choice: Choice,
    tenant: Option<&str>,
) -> Draw {
    let from = ground.plain.relations.get(entity).map(|r| r.read_from.clone()).unwrap_or_default();
    let column = tenant.and_then(|_| tenant_column(ground, entity));
    // A leading column would meet itself where the tenant is among those asked for.
    let lead: Vec<String> = column.iter().map(|c| format!("{c} AS tenant_of_row")).collect();
    let list = columns.iter().enumerate().map(|(n, c)| format!("{c} AS v{n}"));
    let all: Vec<String> = lead.iter().cloned().chain(list).collect();
    let places: Vec<String> = (1..=all.len()).map(|n| n.to_string()).collect();
    let present: Vec<String> = columns.iter().map(|c| format!("{c} IS NOT NULL")).collect();
    let shown: Vec<String> =
        column.iter().map(|_| "tenant_of_row".to_string()).chain((0..columns.len()).map(|n| format!("v{n}"))).collect();
    let shown = shown.join(", ");
    let sql = format!(
        "WITH g AS (SELECT {}, coalesce(bool_or({admitted}), false) AS fits FROM {from} drawn WHERE {} GROUP BY {}) \
         SELECT {shown} FROM g WHERE fits OR NOT EXISTS (SELECT 1 FROM g WHERE fits) ORDER BY {shown}",
        all.join(", "),
        present.join(" AND "),
        places.join(", "),
    );
    Draw { names, sql, choice, within: column.and(tenant).map(String::from) }
}

/// For a parameter that no condition names: a reference to an existing row, or a value to be written.
fn fresh(ground: &Ground, query: &Query, param: &Param, tenant: Option<&str>) -> Option<Draw> {
    match &param.ty {
        ParamType::Entity { entity } => {
            let relation = ground.plain.relations.get(entity)?;
            let key: Vec<String> = relation.key.iter().map(|c| c.name.clone()).collect();
            let free = free_for_insert(ground, query, &param.name, &key);
            let choice = if free.is_empty() { chosen(param) } else { Choice::Once };
            let admitted = if free.is_empty() { "true".into() } else { free.join(" AND ") };
            let names = kept_names(&param.name, key.len());
            Some(among(ground, entity, key, names, &admitted, choice, tenant))
        }
        ParamType::Attribute { entity, attribute } => {
            let relation = ground.plain.relations.get(entity)?;
            let [column] = &columns_of(relation, attribute)[..] else { return None };
            let unique = ground.model.entity(entity)?.attribute(attribute).is_some_and(|a| a.unique.is_some());
            if unique && written(query, &param.name) {
                let ty = render::param_types(&param.name, ground.plain, &query.params).into_iter().next()?;
                let sql = unseen(column, &ty, &relation.read_from)?;
                return Some(Draw { names: vec![param.name.clone()], sql, choice: Choice::Once, within: None });
            }
            let names = vec![param.name.clone()];
            Some(among(ground, entity, vec![column.clone()], names, "true", chosen(param), tenant))
        }
        ParamType::Type { ty } => Some(Draw {
            names: vec![param.name.clone()],
            sql: format!("SELECT {}", literal(&constant(&ty.sql))),
            choice: Choice::Uniform,
            within: None,
        }),
    }
}

/// Letters and digits, and each of them moved on within its kind: a text keeps its shape and is another.
const LETTERS: (&str, &str) = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    "nopqrstuvwxyzabcdefghijklmNOPQRSTUVWXYZABCDEFGHIJKLM5678901234",
);

/// A query of values that have the shape of the column's and that no row has.
fn unseen(column: &str, ty: &str, from: &str) -> Option<String> {
    let base = ty.split('(').next().unwrap_or("").trim();
    match base {
        "uuid" => Some(format!("SELECT gen_random_uuid() FROM {from}")),
        "smallint" | "integer" | "bigint" => {
            Some(format!("SELECT (SELECT coalesce(max({column}), 0) FROM {from}) + row_number() OVER () FROM {from}"))
        }
        "text" | "character varying" | "character" | "citext" => Some(format!(
            "SELECT translate({column}, '{}', '{}') FROM {from} WHERE {column} IS NOT NULL EXCEPT SELECT {column} FROM {from} ORDER BY 1",
            LETTERS.0, LETTERS.1
        )),
        _ => None,
    }
}
