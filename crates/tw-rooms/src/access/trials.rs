//! How access is tried: each role attempts each verb, with rows that are really there.
use super::{
    claims::grants,
    policies::{TENANT_SETTING, tenant_key},
    powers::powers,
    prepared::prepared,
    rights::{Right, VERBS, privilege, right, rights, seen_whole, word},
};
use crate::kit::{self, Ground, Row, steps::*};
use tw_model::{
    change::Change,
    claim::Claim,
    evidence::Undecided,
    ident::literal,
    model::{Entity, Role, Verb},
    schema::{Grant, GrantOn},
    trial::{Actor, Step, Trial},
};

pub(super) const FORBIDDEN: &str = "42501";

pub(super) fn trial(ground: &Ground, claim: &Claim) -> Result<Trial, Undecided> {
    let no_trial = || Undecided::NoTrial(claim.id.to_string());
    let parts: Vec<&str> = claim.subject.as_str().split('.').collect();
    let role = |name: &str| ground.model.roles.iter().find(|r| r.name == name).ok_or_else(no_trial);
    match (claim.id.kind(), parts.as_slice()) {
        ("access/may" | "access/may-not", [name, verb, entity]) => {
            let verb = VERBS.into_iter().find(|v| word(*v) == *verb).ok_or_else(no_trial)?;
            let entity = ground.model.entity(entity).ok_or_else(no_trial)?;
            let role = role(name)?;
            match right(ground.model, ground.draft, role, &entity.name, verb) {
                Some(right) => may(ground, claim, &right, entity),
                None => may_not(ground, claim, role, entity, verb),
            }
        }
        ("access/own", [name, entity]) => {
            let right = right(ground.model, ground.draft, role(name)?, entity, Verb::Read).ok_or_else(no_trial)?;
            own(ground, claim, &right)
        }
        ("access/tenant", [entity]) => tenant(ground, claim, ground.model.entity(entity).ok_or_else(no_trial)?),
        ("access/powers", [name]) => Ok(powers(ground, claim, role(name)?)),
        ("access/prepared", [name]) => {
            let query = ground.model.workload.iter().find(|q| q.name == *name).ok_or_else(no_trial)?;
            prepared(ground, claim, query)
        }
        _ => Err(no_trial()),
    }
}

fn row<'a>(ground: &'a Ground, entity: &str, instance: u8) -> Result<&'a Row, Undecided> {
    ground
        .witnesses
        .row(entity, instance)
        .ok_or_else(|| Undecided::NoWitness(format!("a row of {entity} that keeps every rule")))
}

fn set(setting: &str, value: &str) -> Step {
    prepares(format!("SELECT set_config({}, {}, true)", literal(setting), literal(value)))
}

/// The session's tenant is the row's, and its own value is the row's: the row is in sight.
fn in_sight(ground: &Ground, entity: &Entity, row: &Row, own: &[tw_model::model::Own]) -> Vec<Step> {
    let mut steps = vec![];
    if let Some((column, _)) = tenant_key(ground.model, entity)
        && let Some(value) = row.value(&column)
    {
        steps.push(set(TENANT_SETTING, value));
    }
    for own in own {
        if let Some(value) = own_value(ground, row, &own.by) {
            steps.push(set(&own.setting, &value));
        }
    }
    steps
}

/// The value at the end of an own-row path, for a row.
fn own_value(ground: &Ground, row: &Row, by: &[String]) -> Option<String> {
    let (last, ends) = by.split_last()?;
    let mut entity = row.table.clone();
    let mut current = row.clone();
    for end in ends {
        let link = kit::links(ground.model).into_iter().find(|l| l.holder == entity && l.name == *end)?;
        let columns: Vec<String> = kit::shape::end_columns(ground.model, &link).into_iter().map(|c| c.symbol).collect();
        let key: Vec<String> = kit::shape::key_columns(ground.model, ground.model.entity(&link.target)?)
            .into_iter()
            .map(|c| c.symbol)
            .collect();
        let parents = ground.witnesses.parents(ground.draft, &current);
        current = parents.into_iter().find(|p| {
            p.table == link.target && columns.iter().zip(&key).all(|(c, k)| p.value(k) == current.value(c))
        })?;
        entity = link.target;
    }
    let path = ground.draft.homes.get(&entity)?.columns.get(last)?.first()?.clone();
    let (table, column) = path.split_once('.')?;
    if table == current.table {
        return current.value(column).map(String::from);
    }
    ground.witnesses.parents(ground.draft, &current).iter().find(|p| p.table == table)?.value(column).map(String::from)
}

pub(super) fn as_role(role: &str, step: Step) -> Step {
    by(Actor::Role(role.into()), step)
}

fn grant(ground: &Ground, role: &str, verb: Verb, entity: &str, columns: Vec<String>) -> Grant {
    let on = GrantOn::Table { name: Physical(ground.draft).table(entity) };
    Grant { on, role: role.into(), privilege: privilege(verb).into(), columns, grantable: false }
}

fn may(ground: &Ground, claim: &Claim, right: &Right, entity: &Entity) -> Result<Trial, Undecided> {
    let draft = ground.draft;
    let p = Physical(draft);
    let one = row(ground, &entity.name, 1)?;
    let table = draft.printed_table(&entity.name);
    let columns = p.quoted(&entity.name, &right.columns);
    let others: Vec<String> = kit::steps::table(draft, &entity.name)
        .into_iter()
        .flat_map(|t| &t.columns)
        .filter(|c| !right.columns.contains(&c.name))
        .map(|c| draft.printed_column(&format!("{}.{}", entity.name, c.name)))
        .collect();
    let mut steps = inserts(draft, &ground.witnesses.parents(draft, one));
    if right.verb == Verb::Append {
        steps.extend(rehearsed(draft, one));
    } else {
        steps.push(prepares(one.insert(draft)));
    }
    steps.extend(in_sight(ground, entity, one, &right.own));
    match right.verb {
        Verb::Read => {
            steps.push(as_role(
                &right.role,
                affects(format!("SELECT {} FROM {table}", columns.join(", ")), rows_in(ground, one)),
            ));
            steps.extend(
                others
                    .iter()
                    .map(|c| as_role(&right.role, refused(format!("SELECT {c} FROM {table}"), FORBIDDEN, None))),
            );
            steps.extend(through_the_view(ground, right));
        }
        Verb::Append => steps.push(as_role(&right.role, affects(one.insert(draft), 1))),
        Verb::Update => {
            // No condition: reading one would need a right that this claim is not about.
            steps.extend(
                columns
                    .iter()
                    .map(|c| as_role(&right.role, accepted(format!("UPDATE {table} SET {c} = DEFAULT WHERE false")))),
            );
            steps.extend(others.iter().map(|c| {
                as_role(&right.role, refused(format!("UPDATE {table} SET {c} = DEFAULT WHERE false"), FORBIDDEN, None))
            }));
        }
        Verb::Delete => steps.push(as_role(&right.role, accepted(format!("DELETE FROM {table} WHERE false")))),
    }
    let columns = if right.whole { vec![] } else { p.members(&entity.name, &right.columns) };
    let twin = Change::Revoke { grant: grant(ground, &right.role, right.verb, &entity.name, columns) };
    debug_assert!(!grants(draft, right).is_empty());
    Ok(kit::steps::trial(claim, steps, vec![twin]))
}

/// A reader of a subtype reads what it may of the view that shows it whole, and nothing else.
fn through_the_view(ground: &Ground, right: &Right) -> Vec<Step> {
    let Some((view, seen)) = seen_whole(ground.model, ground.draft, right) else { return vec![] };
    let Some(home) = ground.draft.homes.get(&right.entity) else { return vec![] };
    let printed = ground.draft.printed_table(&view);
    let paths = home.key.iter().chain(home.columns.values().flatten());
    let every: std::collections::BTreeSet<&str> = paths.filter_map(|p| p.split_once('.')).map(|(_, c)| c).collect();
    let attempt = |column: &str| {
        let name = ground.draft.printed_column(&format!("{view}.{column}"));
        let sql = format!("SELECT {name} FROM {printed}");
        let may = seen.is_empty() || seen.iter().any(|s| s == column);
        as_role(&right.role, if may { accepted(sql) } else { refused(sql, FORBIDDEN, None) })
    };
    every.into_iter().map(attempt).collect()
}

/// How many rows of the table stand once this row and its parents are in.
fn rows_in(ground: &Ground, row: &Row) -> u64 {
    ground.witnesses.with_parents(ground.draft, row).iter().filter(|r| r.table == row.table).count() as u64
}

fn may_not(ground: &Ground, claim: &Claim, role: &Role, entity: &Entity, verb: Verb) -> Result<Trial, Undecided> {
    let draft = ground.draft;
    let table = draft.printed_table(&entity.name);
    let columns: Vec<String> = kit::steps::table(draft, &entity.name)
        .into_iter()
        .flat_map(|t| &t.columns)
        .map(|c| draft.printed_column(&format!("{}.{}", entity.name, c.name)))
        .collect();
    let attempt = |sql: String| as_role(&role.name, refused(sql, FORBIDDEN, None));
    let mut steps = vec![];
    match verb {
        Verb::Read => {
            steps.push(attempt(format!("SELECT count(*) FROM {table}")));
            steps.extend(columns.iter().map(|c| attempt(format!("SELECT {c} FROM {table}"))));
            if let Some(home) = draft.homes.get(&entity.name).filter(|h| h.read_from != h.write_to) {
                steps.push(attempt(format!("SELECT count(*) FROM {}", draft.printed_table(&home.read_from))));
            }
        }
        Verb::Append => steps.push(attempt(format!("INSERT INTO {table} DEFAULT VALUES"))),
        Verb::Update => {
            steps.extend(columns.iter().map(|c| attempt(format!("UPDATE {table} SET {c} = DEFAULT WHERE false"))))
        }
        Verb::Delete => {
            steps.push(attempt(format!("DELETE FROM {table} WHERE false")));
            steps.push(attempt(format!("TRUNCATE {table}")));
        }
    }
    let mut twin = vec![Change::Grant { grant: grant(ground, &role.name, verb, &entity.name, vec![]) }];
    if verb == Verb::Append && super::design::has_policies(ground.model, draft, &entity.name) {
        // Row security would still refuse the row: the twin opens that door too.
        twin.push(Change::SetRowSecurity { table: Physical(draft).table(&entity.name), enabled: false, forced: false });
    }
    Ok(kit::steps::trial(claim, steps, twin))
}

fn own(ground: &Ground, claim: &Claim, right: &Right) -> Result<Trial, Undecided> {
    let draft = ground.draft;
    let entity = ground.model.entity(&right.entity).ok_or_else(|| Undecided::NoTrial(claim.id.to_string()))?;
    let (mine, other) = (row(ground, &right.entity, 1)?, row(ground, &right.entity, 2)?);
    let mut rows = ground.witnesses.with_parents(draft, mine);
    for r in ground.witnesses.with_parents(draft, other) {
        if !rows.contains(&r) {
            rows.push(r);
        }
    }
    let mut steps = inserts(draft, &rows);
    let list = Physical(draft).quoted(&right.entity, &right.columns).join(", ");
    let table = draft.printed_table(&right.entity);
    // A session that never said who it is sees nothing.
    let look = format!("SELECT {list} FROM {table}");
    steps.push(as_role(&right.role, affects(look.clone(), 0)));
    steps.extend(in_sight(ground, entity, mine, &right.own));
    steps.push(as_role(&right.role, affects(format!("SELECT {list} FROM {table}"), 1)));
    // Nobody, everybody and a stranger see nothing.
    for value in ["", "%", "no such one"] {
        steps.extend(right.own.iter().map(|o| set(&o.setting, value)));
        steps.push(as_role(&right.role, affects(look.clone(), 0)));
    }
    let twin = Change::SetRowSecurity { table: Physical(draft).table(&right.entity), enabled: false, forced: false };
    Ok(kit::steps::trial(claim, steps, vec![twin]))
}

fn tenant(ground: &Ground, claim: &Claim, entity: &Entity) -> Result<Trial, Undecided> {
    let draft = ground.draft;
    let no_trial = || Undecided::NoTrial(claim.id.to_string());
    let all = rights(ground.model, draft);
    let of = |verb: Verb| all.iter().find(|r| r.entity == entity.name && r.verb == verb && r.own.is_empty());
    let reader = of(Verb::Read).ok_or_else(no_trial)?;
    let (mine, other) = (row(ground, &entity.name, 1)?, row(ground, &entity.name, 2)?);
    let mut rows = ground.witnesses.with_parents(draft, mine);
    for r in ground.witnesses.with_parents(draft, other) {
        if !rows.contains(&r) {
            rows.push(r);
        }
    }
    let mut steps = inserts(draft, &rows);
    steps.extend(in_sight(ground, entity, mine, &[]));
    let list = Physical(draft).quoted(&entity.name, &reader.columns).join(", ");
    let seen = rows_in(ground, mine);
    steps.push(as_role(
        &reader.role,
        affects(format!("SELECT {list} FROM {}", draft.printed_table(&entity.name)), seen),
    ));
    if let Some(writer) = of(Verb::Append)
        && let Ok(third) = row(ground, &entity.name, 3)
    {
        // The session is the first tenant's, the row the third's.
        let parents: Vec<Row> =
            ground.witnesses.parents(draft, third).into_iter().filter(|r| !rows.contains(r)).collect();
        steps.extend(inserts(draft, &parents));
        steps.push(as_role(&writer.role, refused(third.insert(draft), FORBIDDEN, None)));
    }
    let p = Physical(draft);
    let twin = Change::DropPolicy {
        table: p.table(&entity.name),
        name: p.member(&entity.name, super::policies::TENANT_POLICY),
    };
    Ok(kit::steps::trial(claim, steps, vec![twin]))
}
