//! The facts of a schema: what can be true of one object or one property of it, as canonical text.
//!
//! A claim rests on facts; a twin touches the facts whose value differs before and after its changes
//! ([`touched`]). Net effect counts: dropping a constraint and adding it again touches nothing.
use crate::{
    change::{Change, Fact},
    ident::quote,
    schema::*,
};
use std::collections::{BTreeMap, BTreeSet};

/// Every fact of the schema with its value.
pub fn facts(schema: &Schema) -> BTreeMap<Fact, String> {
    let mut all = BTreeMap::new();
    let mut put = |fact: Fact, value: String| {
        all.insert(fact, value);
    };
    for n in &schema.namespaces {
        put(Fact(format!("namespace {}", n.name)), String::new());
    }
    for e in &schema.extensions {
        put(Fact(format!("extension {}", e.name)), String::new());
    }
    for t in &schema.types {
        put(Fact(format!("type {}", t.name.name)), json(&t.kind));
    }
    for s in &schema.sequences {
        put(Fact(format!("sequence {}", s.name.name)), json(s));
    }
    for f in &schema.functions {
        put(Fact::function(&f.name.name), f.definition.clone());
    }
    for v in &schema.views {
        put(Fact::view(&v.name.name), format!("{} {:?}", v.query, v.options));
        put(Fact::comment(&v.name.name), v.comment.clone().unwrap_or_default());
        for i in &v.indexes {
            put(Fact::index(&v.name.name, &i.name), json(i));
        }
    }
    for t in &schema.tables {
        table_facts(t, &mut put);
    }
    for r in &schema.roles {
        let mut attributes = r.clone();
        attributes.settings.clear();
        attributes.comment = None;
        put(Fact::role(&r.name), json(&attributes));
        for (name, value) in &r.settings {
            put(Fact(format!("setting {name} of {}", r.name)), value.clone());
        }
    }
    let granted = schema.grants.iter().map(|g| (g, ""));
    let revoked = schema.revokes.iter().map(|g| (g, "revoked "));
    for (g, state) in granted.chain(revoked) {
        let option = format!("{state}{}", if g.grantable { "with grant option" } else { "" });
        let object = match &g.on {
            GrantOn::Table { name }
            | GrantOn::Sequence { name }
            | GrantOn::Function { name, .. }
            | GrantOn::Type { name } => name.name.clone(),
            GrantOn::Namespace { name } => format!("schema {name}"),
            GrantOn::Database => "database".into(),
        };
        if g.columns.is_empty() {
            put(Fact::grant(&g.role, &g.privilege, &object), option.clone());
        }
        for column in &g.columns {
            put(Fact::grant(&g.role, &g.privilege, &format!("{object}.{column}")), option.clone());
        }
    }
    for p in &schema.default_privileges {
        put(Fact(format!("default privileges of {} on {} for {}", p.owner, p.objects, p.role)), json(p));
    }
    all
}

fn table_facts(t: &Table, put: &mut impl FnMut(Fact, String)) {
    let table = &t.name.name;
    put(Fact::table(table), format!("{:?} {:?}", t.partition_by, t.partition_of));
    put(Fact::comment(table), t.comment.clone().unwrap_or_default());
    put(Fact::row_security(table), format!("{} {}", t.row_security, t.force_row_security));
    put(Fact::options(table), format!("{:?}", t.options));
    put(Fact::logged(table), t.unlogged.to_string());
    // Primary keys, uniqueness and exclusion rules bring an index.
    let indexed = |c: &Constraint| !matches!(c.kind, ConstraintKind::Check { .. } | ConstraintKind::Foreign { .. });
    put(Fact::any_way(table), (!t.indexes.is_empty() || t.constraints.iter().any(indexed)).to_string());
    for c in &t.columns {
        put(Fact::column(table, &c.name), String::new());
        put(Fact::column_type(table, &c.name), format!("{} {:?}", c.ty, c.collation));
        put(Fact::not_null(table, &c.name), c.not_null.to_string());
        put(Fact::default(table, &c.name), c.default.clone().unwrap_or_default());
        put(Fact::generated(table, &c.name), format!("{} {}", json(&c.generated), json(&c.identity)));
        put(Fact::comment(&format!("{table}.{}", c.name)), c.comment.clone().unwrap_or_default());
    }
    for c in &t.constraints {
        let mut kind = c.kind.clone();
        if let ConstraintKind::Foreign { on_delete, on_update, .. } = &mut kind {
            put(Fact::on_delete(table, &c.name), on_delete.sql().into());
            put(Fact::on_update(table, &c.name), on_update.sql().into());
            (*on_delete, *on_update) = (crate::model::Action::NoAction, crate::model::Action::NoAction);
        }
        if let ConstraintKind::Primary { columns, .. } | ConstraintKind::Unique { columns, .. } = &c.kind {
            let parts: Vec<String> = columns.iter().map(|c| quote(c)).collect();
            put(Fact::access_path(table, &parts), String::new());
            put(Fact::unique_over(table, &parts), String::new());
        }
        put(Fact(format!("name of {} {table}.{}", kind_word(&c.kind), c.name)), String::new());
        put(Fact::constraint(table, &c.name), format!("{} {:?} {}", json(&kind), c.deferrable, c.not_valid));
    }
    for i in &t.indexes {
        let parts: Vec<String> = i.parts.iter().map(part_text).collect();
        put(Fact::access_path(table, &parts), String::new());
        if i.unique && i.filter.is_none() {
            put(Fact::unique_over(table, &parts), String::new());
        }
        put(Fact::index(table, &i.name), json(i));
    }
    for trigger in &t.triggers {
        put(Fact::trigger(table, &trigger.name), format!("{} {}", trigger.definition, trigger.enabled));
    }
    for policy in &t.policies {
        put(Fact::policy(table, &policy.name), json(policy));
    }
}

/// The word for a kind of constraint in facts about names.
fn kind_word(kind: &ConstraintKind) -> &'static str {
    match kind {
        ConstraintKind::Primary { .. } => "primary",
        ConstraintKind::Unique { .. } => "unique",
        ConstraintKind::Check { .. } => "check",
        ConstraintKind::Foreign { .. } => "foreign",
        ConstraintKind::Exclude { .. } => "exclusion",
        ConstraintKind::Other { .. } => "other",
    }
}

fn part_text(part: &IndexPart) -> String {
    let column = if part.is_expression { part.column.clone() } else { quote(&part.column) };
    if part.desc { format!("{column} DESC") } else { column }
}

fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// The facts that differ once the changes are applied, sorted. A fact that was not there before is
/// there twice: as itself, and with `new` before it, for claims that nothing else exists.
pub fn touched(schema: &Schema, changes: &[Change]) -> BTreeSet<Fact> {
    let before = facts(schema);
    let mut after = schema.clone();
    changes.iter().for_each(|change| change.apply(&mut after));
    let after = facts(&after);
    let differs = |fact: &&Fact| before.get(*fact) != after.get(*fact);
    let new = after.keys().filter(|fact| !before.contains_key(fact)).map(|fact| Fact(format!("new {}", fact.0)));
    before.keys().chain(after.keys()).filter(differs).cloned().chain(new).collect()
}

impl Fact {
    /// `table accounts` exists.
    pub fn table(table: &str) -> Fact {
        Fact(format!("table {table}"))
    }
    /// `column accounts.balance` exists.
    pub fn column(table: &str, column: &str) -> Fact {
        Fact(format!("column {table}.{column}"))
    }
    /// Its type and collation.
    pub fn column_type(table: &str, column: &str) -> Fact {
        Fact(format!("type of {table}.{column}"))
    }
    /// Its nullability.
    pub fn not_null(table: &str, column: &str) -> Fact {
        Fact(format!("not null of {table}.{column}"))
    }
    /// Its default.
    pub fn default(table: &str, column: &str) -> Fact {
        Fact(format!("default of {table}.{column}"))
    }
    /// Its generation expression or identity.
    pub fn generated(table: &str, column: &str) -> Fact {
        Fact(format!("generation of {table}.{column}"))
    }
    /// A constraint, but for its referential actions.
    pub fn constraint(table: &str, name: &str) -> Fact {
        Fact(format!("constraint {table}.{name}"))
    }
    /// ON DELETE of a foreign key.
    pub fn on_delete(table: &str, name: &str) -> Fact {
        Fact(format!("on delete of {table}.{name}"))
    }
    /// ON UPDATE of a foreign key.
    pub fn on_update(table: &str, name: &str) -> Fact {
        Fact(format!("on update of {table}.{name}"))
    }
    /// An index.
    pub fn index(table: &str, name: &str) -> Fact {
        Fact(format!("index {table}.{name}"))
    }
    /// A way into a table by these key parts (quoted columns or expressions, `DESC` after), whatever its name.
    pub fn access_path(table: &str, parts: &[String]) -> Fact {
        Fact(format!("access path {table}({})", parts.join(", ")))
    }
    /// There is some way into a table, whichever: for what goes on as long as one is left.
    pub fn any_way(table: &str) -> Fact {
        Fact(format!("any way into {table}"))
    }
    /// No two rows are equal in these key parts.
    pub fn unique_over(table: &str, parts: &[String]) -> Fact {
        Fact(format!("unique over {table}({})", parts.join(", ")))
    }
    /// COMMENT on a table or view (`accounts`) or a column (`accounts.balance`).
    pub fn comment(object: &str) -> Fact {
        Fact(format!("comment of {object}"))
    }
    /// The storage parameters of a table.
    pub fn options(table: &str) -> Self {
        Fact(format!("options {table}"))
    }
    /// Whether a table's rows are logged.
    pub fn logged(table: &str) -> Self {
        Fact(format!("logged {table}"))
    }
    /// ENABLE and FORCE ROW LEVEL SECURITY.
    pub fn row_security(table: &str) -> Fact {
        Fact(format!("row security of {table}"))
    }
    /// A policy.
    pub fn policy(table: &str, name: &str) -> Fact {
        Fact(format!("policy {table}.{name}"))
    }
    /// A function, every overload.
    pub fn function(name: &str) -> Fact {
        Fact(format!("function {name}"))
    }
    /// A view, by its words and options.
    pub fn view(name: &str) -> Fact {
        Fact(format!("view {name}"))
    }
    /// A trigger.
    pub fn trigger(table: &str, name: &str) -> Fact {
        Fact(format!("trigger {table}.{name}"))
    }
    /// A role's attributes and memberships.
    pub fn role(name: &str) -> Fact {
        Fact(format!("role {name}"))
    }
    /// A privilege of a role on an object: `accounts`, `users.password_hash`, `schema bank`.
    pub fn grant(role: &str, privilege: &str, object: &str) -> Fact {
        Fact(format!("{privilege} on {object} for {role}"))
    }
    /// Any new fact of that kind: `new table *`. For claims about all objects of a kind.
    pub fn any_new(kind: &str) -> Fact {
        Fact(format!("new {kind} *"))
    }
    /// True when `self`, as a claim rests on it, is about the touched fact.
    pub fn is_about(&self, touched: &Fact) -> bool {
        match self.0.strip_suffix(" *") {
            Some(prefix) => touched.0.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(' ')),
            None => self == touched,
        }
    }
}
