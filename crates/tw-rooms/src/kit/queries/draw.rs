//! Arguments drawn from the sample, so that a query finds rows and writes what fits.
use super::{
    kept_names,
    tenant::{busiest, given, within},
};
use crate::kit::{Ground, candidates::candidates, links::rules, steps::prepares};
use tw_model::{
    evidence::Undecided,
    ident::literal,
    model::{InvariantRule, Param, ParamType, Query, Statement},
    render,
    schema::Column,
    sql::{Against, MappedRelation, Mapping, Predicate, PredicateOp, Scan, StatementKind},
    trial::Step,
};

/// Steps that draw a value for each parameter and keep it under the parameter's name (`name_1`, `name_2`
/// for the parts of a composite key). Callers' typical choice is drawn: the value whose number of rows is
/// the median, among rows that the query's own constants admit.
pub fn arguments(ground: &Ground, query: &Query) -> Result<Vec<Step>, Undecided> {
    let mut steps: Vec<Step> = vec![];
    let mut drawn: Vec<String> = vec![];
    // The tenant comes first: everything else is drawn within it.
    if let Some(given) = given(ground.model, query) {
        steps.push(busiest(ground, query, &given)?);
        drawn.push(given.param.name.clone());
    }
    for (index, param) in query.params.iter().enumerate() {
        if drawn.contains(&param.name) {
            continue;
        }
        let uses = uses_of(query, &param.name);
        let equal = uses.iter().find(|(_, p)| p.op == PredicateOp::Equal);
        let step = match (equal, uses.first()) {
            (Some((scan, _)), _) => {
                let group: Vec<&Param> = query
                    .params
                    .iter()
                    .filter(|p| !drawn.contains(&p.name))
                    .filter(|p| scan.predicates.iter().any(|x| x.op == PredicateOp::Equal && is_param(x, &p.name)))
                    .collect();
                drawn.extend(group.iter().map(|p| p.name.clone()));
                from_rows(ground, query, scan, &group, index)
            }
            (None, Some((scan, predicate))) => from_column(ground, query, scan, predicate, param),
            (None, None) => Some(fresh(ground, query, param, index)?),
        };
        drawn.push(param.name.clone());
        steps.push(step.ok_or_else(|| Undecided::NoTrial(format!("no value is known for :{}", param.name)))?);
    }
    Ok(steps)
}

pub(super) fn uses_of<'a>(query: &'a Query, name: &str) -> Vec<(&'a Scan, &'a Predicate)> {
    let scans = query.statements.iter().flat_map(|s| &s.sql.scans);
    scans.flat_map(|scan| scan.predicates.iter().filter(|p| is_param(p, name)).map(move |p| (scan, p))).collect()
}

pub(super) fn is_param(predicate: &Predicate, name: &str) -> bool {
    matches!(&predicate.against, Against::Param { name: n } if n == name)
}

pub(super) fn columns_of(relation: &MappedRelation, attribute: &str) -> Vec<String> {
    let columns = match relation.columns.get(attribute) {
        Some(columns) => columns,
        None => &relation.key,
    };
    columns.iter().map(|c| c.name.clone()).collect()
}

fn kept(mapping: &Mapping, query: &Query, name: &str) -> Vec<String> {
    kept_names(name, render::param_types(name, mapping, &query.params).len())
}

/// Values of equality parameters of one occurrence, together from the rows of its entity.
fn from_rows(ground: &Ground, query: &Query, scan: &Scan, params: &[&Param], offset: usize) -> Option<Step> {
    let relation = ground.plain.relations.get(&scan.entity)?;
    let mut columns = vec![];
    let mut keep = vec![];
    for param in params {
        let predicate = scan.predicates.iter().find(|p| p.op == PredicateOp::Equal && is_param(p, &param.name))?;
        let of = columns_of(relation, &predicate.attribute);
        let names = kept(ground.plain, query, &param.name);
        if of.len() != names.len() {
            return None;
        }
        columns.extend(of);
        keep.extend(names);
    }
    let present: Vec<String> = columns.iter().map(|c| format!("{c} IS NOT NULL")).collect();
    let list = columns.join(", ");
    let sql = format!(
        "WITH g AS (SELECT {list}, coalesce(bool_or({}), false) AS fits, count(*) AS n FROM {} drawn WHERE {} GROUP BY {list}) \
         SELECT {list} FROM g ORDER BY fits DESC, abs(n - (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY n) FROM g)), {list} OFFSET {offset} LIMIT 1",
        admitted(ground, query, scan, relation, params),
        relation.read_from,
        present.join(" AND ") + &within(ground, query, &scan.entity),
    );
    let mut step = prepares(sql);
    step.keep = keep;
    Some(step)
}

/// Conditions that keep a drawn value free for what the query inserts: where it inserts the parameter into
/// a unique attribute or a one-to-one end, no row has it yet.
pub(super) fn free_for_insert(ground: &Ground, query: &Query, param: &str, columns: &[String]) -> Vec<String> {
    let mut conditions = vec![];
    for statement in query.statements.iter().filter(|s| s.sql.kind == StatementKind::Insert) {
        conditions.extend(room_for_one_more(ground, statement, param, columns));
        let Some(write) = &statement.sql.writes else { continue };
        let Some(relation) = ground.plain.relations.get(&write.entity) else { continue };
        for (attribute, value) in inserted(&statement.sql.text) {
            let once = ground
                .model
                .entity(&write.entity)
                .and_then(|e| e.attribute(&attribute))
                .is_some_and(|a| a.unique.is_some())
                || crate::kit::links(ground.model)
                    .iter()
                    .any(|l| l.holder == write.entity && l.name == attribute && l.one_to_one);
            if !once || value != format!(":{param}") {
                continue;
            }
            let theirs = columns_of(relation, &attribute);
            let same: Vec<String> = theirs.iter().zip(columns).map(|(a, b)| format!("taken.{a} = drawn.{b}")).collect();
            conditions.push(format!(
                "NOT EXISTS (SELECT 1 FROM {} taken WHERE {})",
                relation.read_from,
                same.join(" AND ")
            ));
        }
    }
    conditions
}

/// Where the query inserts the parameter as the group of an `at most 1` rule, the group has no row yet.
fn room_for_one_more(ground: &Ground, statement: &Statement, param: &str, columns: &[String]) -> Vec<String> {
    let mut conditions = vec![];
    let Some(write) = &statement.sql.writes else { return conditions };
    let Some(relation) = ground.plain.relations.get(&write.entity) else { return conditions };
    let pairs = inserted(&statement.sql.text);
    for invariant in rules(ground.model) {
        let InvariantRule::AtMost { limit, entity, per, filter } = &invariant.rule else { continue };
        if *entity != write.entity || !pairs.iter().any(|(a, v)| a == per && *v == format!(":{param}")) {
            continue;
        }
        let group = columns_of(relation, per);
        let mut those: Vec<String> = group.iter().map(|c| format!("taken.{c} IS NOT NULL")).collect();
        those.extend(
            filter.as_ref().map(|f| format!("({})", render::expression(f, ground.plain, entity, Some("taken")))),
        );
        // The full groups are found once, not counted for each row: plain tables have no index.
        conditions.push(format!(
            "({}) NOT IN (SELECT {list} FROM {} taken WHERE {} GROUP BY {list} HAVING count(*) >= {limit})",
            columns.iter().map(|c| format!("drawn.{c}")).collect::<Vec<_>>().join(", "),
            relation.read_from,
            those.join(" AND "),
            list = group.iter().map(|c| format!("taken.{c}")).collect::<Vec<_>>().join(", "),
        ));
    }
    conditions
}

/// `insert into E (a, b) values (x, y)`: the pairs (a, x), (b, y) of the first row.
fn inserted(text: &str) -> Vec<(String, String)> {
    let Some((_, rest)) = text.split_once('(') else { return vec![] };
    let Some((names, rest)) = rest.split_once(')') else { return vec![] };
    let Some((_, rest)) = rest.split_once('(') else { return vec![] };
    let mut depth = 0;
    let mut values = vec![String::new()];
    for c in rest.chars() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => break,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                values.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = values.last_mut() {
            last.push(c);
        }
    }
    names.split(',').map(|n| n.trim().to_string()).zip(values.into_iter().map(|v| v.trim().to_string())).collect()
}

/// The occurrence's own conditions that need no other table: constants, and bounds on plain parameters.
pub(super) fn admitted(
    ground: &Ground,
    query: &Query,
    scan: &Scan,
    relation: &MappedRelation,
    params: &[&Param],
) -> String {
    let mut conditions = vec![];
    for param in params {
        if let Some(predicate) = scan.predicates.iter().find(|p| p.op == PredicateOp::Equal && is_param(p, &param.name))
        {
            conditions.extend(free_for_insert(ground, query, &param.name, &columns_of(relation, &predicate.attribute)));
        }
    }
    for predicate in &scan.predicates {
        let [column] = columns_of(relation, &predicate.attribute)[..].to_vec().try_into().unwrap_or([String::new()]);
        if column.is_empty() {
            continue;
        }
        match (&predicate.op, &predicate.against) {
            (PredicateOp::Equal, Against::Literal { value }) => {
                conditions.push(format!("{column} = {}", literal(value)))
            }
            // A flag by itself: `where sold`.
            (PredicateOp::Other, _) if predicate.text.trim() == predicate.attribute => conditions.push(column),
            (PredicateOp::IsNull, _) => conditions.push(format!("{column} IS NULL")),
            (PredicateOp::IsNotNull, _) => conditions.push(format!("{column} IS NOT NULL")),
            (PredicateOp::Range, Against::Param { name }) if predicate.text.contains('>') => {
                if let Some(ParamType::Type { ty }) = query.params.iter().find(|p| &p.name == name).map(|p| &p.ty) {
                    conditions.push(format!("{column} > {}", literal(&constant(&ty.sql))));
                }
            }
            _ => {}
        }
    }
    if conditions.is_empty() { "true".into() } else { conditions.join(" AND ") }
}

/// A value for a parameter that bounds, searches or matches one column, among the rows of the call's tenant.
pub(super) fn from_column(
    ground: &Ground,
    query: &Query,
    scan: &Scan,
    predicate: &Predicate,
    param: &Param,
) -> Option<Step> {
    if is_number(predicate, param)
        && let ParamType::Type { ty } = &param.ty
    {
        return Some(keep_constant(&param.name, &constant(&ty.sql)));
    }
    let relation = ground.plain.relations.get(&scan.entity)?;
    let within = within(ground, query, &scan.entity);
    let from = if within.is_empty() {
        relation.read_from.clone()
    } else {
        format!("(SELECT * FROM {} WHERE true{within}) its", relation.read_from)
    };
    let mut step = prepares(value(relation, query, scan, predicate, param, &from)?);
    step.keep = vec![param.name.clone()];
    Some(step)
}

/// A bound on a number: nothing is gained by looking for one among the rows.
fn is_number(predicate: &Predicate, param: &Param) -> bool {
    let number = |ty: &str| ["numeric", "integer", "bigint", "smallint"].iter().any(|n| ty.starts_with(n));
    predicate.op == PredicateOp::Range && matches!(&param.ty, ParamType::Type { ty } if number(&ty.sql))
}

/// The query of such a value among the rows of `from`.
pub(super) fn value(
    relation: &MappedRelation,
    query: &Query,
    scan: &Scan,
    predicate: &Predicate,
    param: &Param,
    from: &str,
) -> Option<String> {
    if is_number(predicate, param)
        && let ParamType::Type { ty } = &param.ty
    {
        return Some(format!("SELECT {}", literal(&constant(&ty.sql))));
    }
    let [column]: [String; 1] = columns_of(relation, &predicate.attribute).try_into().ok()?;
    let value = match predicate.op {
        PredicateOp::Range => {
            // A narrow range near the recent end: from the 98th percentile up, or between it and the 99th.
            let bounds = uses_of_attribute(query, scan, &predicate.attribute);
            let first = bounds.first().is_none_or(|name| *name == param.name);
            let share = if predicate.text.contains('<') && bounds.len() < 2 {
                0.02
            } else if first {
                0.98
            } else {
                0.99
            };
            format!("SELECT percentile_disc({share}) WITHIN GROUP (ORDER BY {column}) FROM {from}")
        }
        PredicateOp::Search => text(&column, from),
        PredicateOp::LikePrefix => {
            format!("SELECT substr({column}, 1, 5) || '%' FROM {from} WHERE length({column}) >= 5 ORDER BY 1 LIMIT 1")
        }
        PredicateOp::LikeInfix => format!(
            "SELECT '%' || substr({column}, 2, 5) || '%' FROM {from} WHERE length({column}) >= 6 ORDER BY 1 LIMIT 1"
        ),
        PredicateOp::In => format!(
            "SELECT array_agg(v)::text FROM (SELECT DISTINCT {column} AS v FROM {from} WHERE {column} IS NOT NULL ORDER BY 1 LIMIT 3) s"
        ),
        // A moment within a range that some row has.
        PredicateOp::Contains if is_range(relation, &predicate.attribute) && is_moment(param) => {
            format!("SELECT lower({column}) FROM {from} WHERE NOT isempty({column}) ORDER BY 1 LIMIT 1")
        }
        _ => format!("SELECT {column} FROM {from} WHERE {column} IS NOT NULL ORDER BY {column}::text LIMIT 1"),
    };
    Some(value)
}

fn is_range(relation: &MappedRelation, attribute: &str) -> bool {
    relation.columns.get(attribute).and_then(|c| c.first()).is_some_and(|c| c.ty.ends_with("range"))
}

fn is_moment(param: &Param) -> bool {
    matches!(&param.ty, ParamType::Type { ty } if !ty.sql.ends_with("range"))
}

fn uses_of_attribute<'a>(query: &'a Query, scan: &'a Scan, attribute: &str) -> Vec<&'a str> {
    let of_scan = scan.predicates.iter().filter(|p| p.op == PredicateOp::Range && p.attribute == attribute);
    let names: Vec<&str> = of_scan
        .filter_map(|p| match &p.against {
            Against::Param { name } => Some(name.as_str()),
            _ => None,
        })
        .collect();
    query.params.iter().map(|p| p.name.as_str()).filter(|n| names.contains(n)).collect()
}

/// The words of one row's text, so that few rows have all of them: of the shortest text that has the rarest word.
fn text(column: &str, from: &str) -> String {
    let words = format!("regexp_split_to_table(lower({column}), '[^[:alpha:]]+')");
    format!(
        "WITH w AS (SELECT {column} AS text, {words} AS word FROM {from}), \
         rare AS (SELECT word FROM w WHERE length(word) >= 3 GROUP BY word ORDER BY count(*), word LIMIT 1) \
         SELECT regexp_replace(text, '[^[:alpha:]]+', ' ', 'g') FROM w JOIN rare USING (word) ORDER BY length(text), text LIMIT 1"
    )
}

/// A value for a parameter that no condition names: a reference to an existing row, or a new value.
fn fresh(ground: &Ground, query: &Query, param: &Param, index: usize) -> Result<Step, Undecided> {
    match &param.ty {
        ParamType::Entity { entity } => {
            let missing = || Undecided::NoSampleRow(entity.clone());
            let relation = ground.plain.relations.get(entity).ok_or_else(missing)?;
            let key: Vec<String> = relation.key.iter().map(|c| c.name.clone()).collect();
            let list = key.join(", ");
            let mut free = free_for_insert(ground, query, &param.name, &key);
            free.push("true".into());
            let within = within(ground, query, entity);
            let mut step = prepares(format!(
                "SELECT {list} FROM {} drawn WHERE {}{within} ORDER BY {list} OFFSET {index} LIMIT 1",
                relation.read_from,
                free.join(" AND ")
            ));
            step.keep = kept_names(&param.name, key.len());
            Ok(step)
        }
        // A value that the query looks for is one that some row has; one that it writes is new.
        ParamType::Attribute { entity, attribute } if !written(query, &param.name) => {
            let missing = || Undecided::NoSampleRow(format!("{entity}.{attribute}"));
            let relation = ground.plain.relations.get(entity).ok_or_else(missing)?;
            let column = columns_of(relation, attribute).into_iter().next().ok_or_else(missing)?;
            let within = within(ground, query, entity);
            let mut step = prepares(format!(
                "SELECT {column} FROM {} WHERE {column} IS NOT NULL{within} ORDER BY {column}::text OFFSET {index} LIMIT 1",
                relation.read_from
            ));
            step.keep = vec![param.name.clone()];
            Ok(step)
        }
        ParamType::Attribute { entity, attribute } => {
            let table = ground.draft.homes.get(entity).map(|h| h.write_to.clone()).unwrap_or_default();
            let witness = ground.witnesses.row(&table, 2).and_then(|row| row.value(attribute)).map(String::from);
            let column = ground.draft.column(&format!("{table}.{attribute}")).cloned().unwrap_or_default();
            let value = witness.or_else(|| candidates(&column, &[], 2).into_iter().next());
            Ok(keep_constant(&param.name, &value.unwrap_or_default()))
        }
        ParamType::Type { ty } => Ok(keep_constant(&param.name, &constant(&ty.sql))),
    }
}

/// True when a statement inserts the parameter or sets something to it.
pub(super) fn written(query: &Query, name: &str) -> bool {
    query.statements.iter().any(|s| match s.sql.kind {
        StatementKind::Insert => inserted(&s.sql.text).iter().any(|(_, v)| *v == format!(":{name}")),
        StatementKind::Update => {
            s.sql.text.split(" where ").next().is_some_and(|set| set.contains(&format!(":{name}")))
        }
        _ => false,
    })
}

pub(super) fn constant(ty: &str) -> String {
    let base = ty.split('(').next().unwrap_or("");
    match base {
        "integer" | "bigint" | "smallint" => "10".into(),
        "numeric" | "double precision" | "real" => "1.00".into(),
        "timestamp with time zone" | "timestamp without time zone" | "date" => "2099-01-01".into(),
        "interval" => "1 day".into(),
        _ => {
            let column = Column { ty: ty.into(), ..Column::default() };
            candidates(&column, &[], 1).into_iter().next().unwrap_or_default()
        }
    }
}

pub(super) fn keep_constant(name: &str, value: &str) -> Step {
    let mut step = prepares(format!("SELECT {}", literal(value)));
    step.keep = vec![name.to_string()];
    step
}
