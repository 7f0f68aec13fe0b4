//! Row-level policies: own rows and tenants.
use super::rights::{Right, guarded, privilege, rights};
pub use crate::kit::TENANT_SETTING;
use crate::kit::{
    links::{links_of, tenant_of},
    shape::{end_columns, key_columns, tenant_column},
};
use tw_model::{
    change::Change,
    draft::{Draft, symbol},
    ident::literal,
    model::{Entity, Model, Own, Verb},
    schema::{Function, Grant, GrantOn, Name, Policy},
};

/// Symbol of a table's tenant policy.
pub const TENANT_POLICY: &str = "policy(tenant)";

/// A session setting as a value of that type; null when it is not set.
pub fn setting(name: &str, ty: &str) -> String {
    let text = format!("NULLIF(current_setting({}, true), '')", literal(name));
    if ty == "text" { text } else { format!("{text}::{ty}") }
}

/// The column of an entity that tells its tenant: its end, or its own key when it is the tenant.
pub fn tenant_key(model: &Model, entity: &Entity) -> Option<(String, String)> {
    let tenant = model.promises.tenant.as_deref()?;
    let own = key_columns(model, model.entity(tenant)?).first()?.clone();
    if entity.name == tenant {
        return Some((own.symbol, own.ty));
    }
    tenant_of(model, entity)?;
    tenant_column(model, entity).map(|column| (column, own.ty))
}

/// Row security for a table: enabled, the tenant's restrictive policy, and one policy per right.
pub fn changes(model: &Model, draft: &Draft, entity: &Entity) -> Vec<Change> {
    if !guarded(model, draft).contains(&entity.name) {
        return vec![];
    }
    let table = Name::symbol(&entity.name);
    let mut all = vec![Change::SetRowSecurity { table: table.clone(), enabled: true, forced: false }];
    if let Some((column, ty)) = tenant_key(model, entity) {
        let same = format!("{} = {}", symbol(&format!("{}.{column}", entity.name)), setting(TENANT_SETTING, &ty));
        let policy = Policy {
            name: TENANT_POLICY.into(),
            permissive: false,
            command: "ALL".into(),
            roles: vec!["public".into()],
            using: Some(same.clone()),
            check: Some(same),
            comment: None,
        };
        all.push(Change::CreatePolicy { table: table.clone(), policy });
    }
    for right in rights(model, draft).iter().filter(|r| r.entity == entity.name) {
        let (condition, functions) = rows_of(model, draft, right);
        all.extend(functions);
        let with_check = matches!(right.verb, Verb::Append | Verb::Update);
        let policy = Policy {
            name: policy_symbol(right),
            permissive: true,
            command: privilege(right.verb).into(),
            roles: vec![right.role.clone()],
            using: (right.verb != Verb::Append).then(|| condition.clone()),
            check: with_check.then_some(condition),
            comment: None,
        };
        all.push(Change::CreatePolicy { table: table.clone(), policy });
    }
    all
}

/// The condition of a view over guarded tables: the same rows that policies show, for whoever reads. The
/// view runs as its owner, whom no policy limits, so it says itself who sees what. `alias` names the view's
/// alias of a table.
pub fn view_condition(
    model: &Model,
    draft: &Draft,
    entity: &Entity,
    alias: &dyn Fn(&str) -> Option<String>,
) -> (String, Vec<Change>) {
    let mut functions = vec![];
    let mut shown = vec![];
    for right in rights(model, draft).iter().filter(|r| r.entity == entity.name && r.verb == Verb::Read) {
        let (rows, made) = rows_of(model, draft, right);
        functions.extend(made);
        let member = format!("pg_has_role({}, 'USAGE')", literal(&right.role));
        shown.push(if right.own.is_empty() { member } else { format!("({member} AND ({rows}))") });
    }
    let mut condition = if shown.is_empty() { "false".to_string() } else { shown.join(" OR ") };
    let root =
        std::iter::successors(Some(entity), |e| e.supertype.as_deref().and_then(|s| model.entity(s))).take(16).last();
    if let Some((root, (column, ty))) = root.and_then(|r| tenant_key(model, r).map(|k| (r, k))) {
        let same = format!("{} = {}", symbol(&format!("{}.{column}", root.name)), setting(TENANT_SETTING, &ty));
        condition = format!("{same} AND ({condition})");
    }
    let qualified = tw_model::draft::replace_symbols(&condition, |path| {
        let table = path.split('.').next().unwrap_or("");
        match alias(table).filter(|_| path.contains('.')) {
            Some(alias) => format!("{alias}.{}", symbol(path)),
            None => symbol(path),
        }
    });
    let table = symbol(&format!("literal {}", entity.name));
    (format!("NOT row_security_active({table}) OR {qualified}"), functions)
}

/// Symbol of the policy of a right.
pub fn policy_symbol(right: &Right) -> String {
    format!("policy({},{})", right.role, super::rights::word(right.verb))
}

/// The rows a right reaches, as a condition, with the functions it calls.
fn rows_of(model: &Model, draft: &Draft, right: &Right) -> (String, Vec<Change>) {
    if right.own.is_empty() {
        return ("true".into(), vec![]);
    }
    let mut functions = vec![];
    let conditions: Vec<String> =
        right.own.iter().filter_map(|own| own_rows(model, draft, right, own, &mut functions)).collect();
    let condition = match conditions.as_slice() {
        [] => "false".into(),
        [one] => one.clone(),
        many => many.iter().map(|c| format!("({c})")).collect::<Vec<_>>().join(" OR "),
    };
    (condition, functions)
}

/// `email = setting` on the entity itself; through ends, the end is among the keys that a function finds.
/// The function runs as the owner, so the role needs no right on the tables between.
fn own_rows(model: &Model, draft: &Draft, right: &Right, own: &Own, functions: &mut Vec<Change>) -> Option<String> {
    let (last, ends) = own.by.split_last()?;
    let mut entity = model.entity(&right.entity)?;
    let mut hops = vec![];
    for end in ends {
        let link = links_of(model, entity).into_iter().find(|l| l.name == *end)?;
        entity = model.entity(&link.target)?;
        hops.push(link);
    }
    let path = draft.homes.get(&entity.name)?.columns.get(last)?.first()?.clone();
    let ty = draft.column(&path)?.ty.clone();
    let cast = if ty.starts_with("character varying") { "text".to_string() } else { ty };
    // A subtype's fact may be in its supertype's table.
    let holder = path.split_once('.')?.0.to_string();
    let matches = format!("{} = {}", symbol(&path), setting(&own.setting, &cast));
    if hops.is_empty() && holder == right.entity {
        return Some(matches);
    }
    let first = hops.first();
    let (columns, start) = match first {
        Some(link) => (end_columns(model, link), model.entity(&link.target)?),
        None => (key_columns(model, entity), entity),
    };
    let mut inner = format!(
        "SELECT {} FROM {} WHERE {matches}",
        list(&holder, &key_columns(model, entity)),
        symbol(&format!("qualified {holder}"))
    );
    for link in hops.iter().skip(1).rev() {
        let from = model.entity(&link.holder)?;
        inner = format!(
            "SELECT {} FROM {} WHERE ({}) IN ({inner})",
            list(&from.name, &key_columns(model, from)),
            symbol(&format!("qualified {}", from.name)),
            list(&from.name, &end_columns(model, link)),
        );
    }
    let name = format!("fn(own {} {})", right.entity, right.role);
    let returns: Vec<String> =
        key_columns(model, start).iter().enumerate().map(|(n, c)| format!("key_{} {}", n + 1, c.ty)).collect();
    let definition = format!(
        "CREATE FUNCTION {}() RETURNS TABLE ({}) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$\n  {inner}\n$$",
        symbol(&name),
        returns.join(", "),
    );
    let made =
        Change::CreateFunction { function: Function { name: Name::symbol(&name), definition, ..Function::default() } };
    if !functions.contains(&made) && draft_lacks(draft, &name) {
        functions.push(made);
        let grant = Grant {
            on: GrantOn::Function { name: Name::symbol(&name), arguments: String::new() },
            role: right.role.clone(),
            privilege: "EXECUTE".into(),
            columns: vec![],
            grantable: false,
        };
        functions.push(Change::Grant { grant });
    }
    Some(format!("({}) IN (SELECT * FROM {}())", list(&right.entity, &columns), symbol(&format!("qualified {name}"))))
}

fn draft_lacks(draft: &Draft, function: &str) -> bool {
    !draft.schema.functions.iter().any(|f| f.name.name == function)
}

fn list(table: &str, columns: &[crate::kit::shape::ShapeColumn]) -> String {
    columns.iter().map(|c| symbol(&format!("{table}.{}", c.symbol))).collect::<Vec<_>>().join(", ")
}
