//! That every name in the database follows its convention, asked of the catalogue.
use super::{
    AT,
    conventions::{Conventions, conventions},
};
use crate::kit::{self, Ground, claim, steps::*};
use tw_model::{
    Origin, Path,
    change::{Change, Fact},
    claim::Claim,
    draft::Draft,
    evidence::Undecided,
    ident::literal,
    model::Model,
    schema::{Column, Constraint, ConstraintKind, Function, Index, IndexPart, Name, Policy, Table, Trigger, View},
    trial::Trial,
};

/// A kind of object: claim kind, its word in facts, what it is called.
const KINDS: &[(&str, &str, &str)] = &[
    ("tables", "table", "table"),
    ("columns", "column", "column"),
    ("primary-keys", "name of primary", "primary key"),
    ("foreign-keys", "name of foreign", "foreign key"),
    ("unique-constraints", "name of unique", "unique constraint"),
    ("check-constraints", "name of check", "check constraint"),
    ("exclusion-constraints", "name of exclusion", "exclusion constraint"),
    ("indexes", "index", "index"),
    ("views", "view", "view"),
    ("functions", "function", "function"),
    ("triggers", "trigger", "trigger"),
    ("policies", "policy", "policy"),
];

pub(super) fn claims(model: &Model, draft: &Draft) -> Vec<Claim> {
    let origin = model
        .promises
        .origins
        .get("naming")
        .cloned()
        .unwrap_or_else(|| Origin::assumed("the conventions of requirements 2.10"));
    let c = conventions(model);
    if !model.names.is_empty() {
        // Who gives names says that they depart from the conventions.
        return vec![];
    }
    KINDS
        .iter()
        .filter(|(kind, ..)| twin(draft, kind).is_some())
        .map(|(kind, fact, word)| {
            let mut claim = claim(
                AT,
                kind,
                Path::new("names"),
                format!("every {word} is named {}", rule_in_words(&c, kind)),
                &origin,
            );
            claim.rests_on = vec![Fact::any_new(fact)];
            claim
        })
        .collect()
}

fn rule_in_words(c: &Conventions, kind: &str) -> String {
    match kind {
        "tables" => format!("in snake_case, {}, and no reserved word", if c.plural { "plural" } else { "singular" }),
        "columns" => "in snake_case and no reserved word".into(),
        "primary-keys" => c.pk.clone(),
        "foreign-keys" => c.fk.clone(),
        "unique-constraints" => c.uq.clone(),
        "check-constraints" => c.chk.clone(),
        "exclusion-constraints" => c.ex.clone(),
        "indexes" => format!("{} (or {} when unique)", c.idx, c.uq),
        "views" => c.view.replace("{columns}", "{purpose}"),
        "triggers" => c.trg.replace("{columns}", "{action}"),
        "policies" => c.policy.replace("{columns}", "{purpose}"),
        _ => c.function.replace("{columns}", "{action}"),
    }
}

pub(super) fn trial(ground: &Ground, claim: &Claim) -> Result<Trial, Undecided> {
    let kind = claim.id.kind().strip_prefix("naming/").unwrap_or("");
    let twin = twin(ground.draft, kind).ok_or_else(|| Undecided::NoTrial(claim.id.to_string()))?;
    let c = conventions(ground.model);
    let sql = departures(&c, kind, Physical(ground.draft).namespace());
    Ok(kit::steps::trial(claim, vec![returns(sql, vec![])], twin))
}

/// A pattern as an SQL expression of a regular expression over the whole name. A cut name keeps its head.
fn pattern_sql(pattern: &str) -> String {
    let filled = pattern
        .replace("{table}", "' || t.relname || '")
        .replace("{target}", "' || f.relname || '")
        .replace("{columns}", "[^[:upper:][:space:]]+");
    format!("'^{filled}'")
}

/// A query for the objects of a kind whose names depart from the convention.
fn departures(c: &Conventions, kind: &str, namespace: &str) -> String {
    let schema = literal(namespace);
    let shape = "'^[a-z][a-z0-9_]*$'";
    let reserved = |name: &str| format!("{name} IN (SELECT word FROM pg_get_keywords() WHERE catcode = 'R')");
    let constraint = |letter: &str, pattern: &str| {
        format!(
            "SELECT t.relname, c.conname FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid LEFT JOIN pg_class f ON f.oid = c.confrelid \
             WHERE t.relnamespace = {schema}::regnamespace AND c.contype = '{letter}' AND c.conparentid = 0 AND NOT t.relispartition \
             AND length(c.conname) < 63 AND c.conname !~ ({}) ORDER BY 1, 2",
            pattern_sql(pattern)
        )
    };
    match kind {
        "tables" => format!(
            "SELECT relname FROM pg_class WHERE relnamespace = {schema}::regnamespace AND relkind IN ('r', 'p') AND (relname !~ {shape} OR {}) ORDER BY 1",
            reserved("relname")
        ),
        "columns" => format!(
            "SELECT t.relname, a.attname FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid WHERE t.relnamespace = {schema}::regnamespace \
             AND t.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND (a.attname !~ {shape} OR {}) ORDER BY 1, 2",
            reserved("a.attname")
        ),
        "primary-keys" => constraint("p", &c.pk),
        "foreign-keys" => constraint("f", &c.fk),
        "unique-constraints" => constraint("u", &c.uq),
        "check-constraints" => constraint("c", &c.chk),
        "exclusion-constraints" => constraint("x", &c.ex),
        "indexes" => format!(
            "SELECT t.relname, i.relname FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid \
             WHERE t.relnamespace = {schema}::regnamespace AND NOT i.relispartition AND length(i.relname) < 63 \
             AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.oid AND c.contype IN ('p', 'u', 'x')) \
             AND i.relname !~ (CASE WHEN x.indisunique THEN {} ELSE {} END) ORDER BY 1, 2",
            pattern_sql(&c.uq),
            pattern_sql(&c.idx)
        ),
        "triggers" => format!(
            "SELECT t.relname, g.tgname FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid WHERE t.relnamespace = {schema}::regnamespace \
             AND NOT g.tgisinternal AND length(g.tgname) < 63 AND g.tgname !~ ({}) ORDER BY 1, 2",
            pattern_sql(&c.trg)
        ),
        "policies" => format!(
            "SELECT t.relname, p.polname FROM pg_policy p JOIN pg_class t ON t.oid = p.polrelid WHERE t.relnamespace = {schema}::regnamespace \
             AND length(p.polname) < 63 AND p.polname !~ ({}) ORDER BY 1, 2",
            pattern_sql(&c.policy)
        ),
        "views" => format!(
            "SELECT relname FROM pg_class t WHERE relnamespace = {schema}::regnamespace AND relkind IN ('v', 'm') AND relname !~ ({}) ORDER BY 1",
            pattern_sql(&c.view)
        ),
        _ => format!(
            "SELECT p.proname FROM pg_proc p WHERE p.pronamespace = {schema}::regnamespace AND p.proname !~ ({}) AND p.proname !~ '^sp_' \
             AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') ORDER BY 1",
            pattern_sql(&c.function)
        ),
    }
}

/// An object of the kind with a name that no convention gives; none when there is nothing to add it to.
fn twin(draft: &Draft, kind: &str) -> Option<Vec<Change>> {
    let p = Physical(draft);
    let bad = || "misNamed".to_string();
    let constraint = |kind| Constraint { name: bad(), kind, deferrable: None, not_valid: false, comment: None };
    let renamed = |wanted: fn(&ConstraintKind) -> bool| {
        let (table, old) =
            draft.schema.wholes().find_map(|t| t.constraints.iter().find(|c| wanted(&c.kind)).map(|c| (t, c)))?;
        let mut new = physical_constraint(draft, table, old);
        new.name = bad();
        // The old one stays: a second constraint of the same meaning changes nothing but the names.
        Some(vec![Change::AddConstraint { table: p.table(&table.name.name), constraint: new }])
    };
    match kind {
        "tables" => Some(vec![Change::CreateTable {
            table: Table { name: Name::new(p.namespace(), bad()), ..Table::default() },
        }]),
        "columns" => {
            let table = draft.schema.tables.first()?;
            let column = Column { name: bad(), ty: "text".into(), ..Column::default() };
            Some(vec![Change::AddColumn { table: p.table(&table.name.name), column }])
        }
        "primary-keys" => {
            // A table has one primary key: one that nothing refers to is made again under another name.
            let unreferenced = |t: &&Table| {
                !draft
                    .schema
                    .tables
                    .iter()
                    .flat_map(|o| &o.constraints)
                    .any(|c| matches!(&c.kind, ConstraintKind::Foreign { target, .. } if target == &t.name))
            };
            let table = draft.schema.wholes().filter(|t| t.constraint("primary").is_some()).find(unreferenced)?;
            let key = constraint(ConstraintKind::Primary {
                columns: p.members(&table.name.name, table.primary_key()),
                include: vec![],
            });
            Some(vec![
                drop_constraint(draft, &table.name.name, "primary"),
                Change::AddConstraint { table: p.table(&table.name.name), constraint: key },
            ])
        }
        "foreign-keys" => renamed(|k| matches!(k, ConstraintKind::Foreign { .. })),
        "unique-constraints" => renamed(|k| matches!(k, ConstraintKind::Unique { .. })),
        "check-constraints" => renamed(|k| matches!(k, ConstraintKind::Check { .. })),
        "exclusion-constraints" => renamed(|k| matches!(k, ConstraintKind::Exclude { .. })),
        "indexes" => {
            let table = draft.schema.wholes().find(|t| !t.columns.is_empty())?;
            let column = p.member(&table.name.name, &table.columns.last()?.name);
            let index = Index {
                name: bad(),
                method: "hash".into(),
                parts: vec![IndexPart { column, ..IndexPart::default() }],
                ..Index::default()
            };
            Some(vec![Change::CreateIndex { table: p.table(&table.name.name), index }])
        }
        "views" if !draft.schema.views.is_empty() => {
            let view =
                View { name: Name::new(p.namespace(), bad()), query: "SELECT 1 AS one".into(), ..View::default() };
            Some(vec![Change::CreateView { view }])
        }
        "functions" if !draft.schema.functions.is_empty() => {
            let definition = format!(
                "CREATE FUNCTION {}.\"misNamed\"() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
                tw_model::ident::quote(p.namespace())
            );
            let function = Function { name: Name::new(p.namespace(), bad()), definition, ..Function::default() };
            Some(vec![Change::CreateFunction { function }])
        }
        "triggers" => {
            let (table, trigger) = draft.schema.wholes().find_map(|t| Some((t, t.triggers.first()?)))?;
            let its = p.member(&table.name.name, &trigger.name);
            let definition = draft.printed(&trigger.definition).replacen(&its, "\"misNamed\"", 1);
            let trigger = Trigger { name: bad(), definition, ..trigger.clone() };
            Some(vec![Change::CreateTrigger { table: p.table(&table.name.name), trigger }])
        }
        "policies" => {
            let table = draft.schema.wholes().find(|t| !t.policies.is_empty())?;
            // It opens nothing: it shows no row.
            let policy = Policy {
                name: bad(),
                permissive: true,
                command: "SELECT".into(),
                roles: vec!["public".into()],
                using: Some("false".into()),
                check: None,
                comment: None,
            };
            Some(vec![Change::CreatePolicy { table: p.table(&table.name.name), policy }])
        }
        _ => None,
    }
}

fn physical_constraint(draft: &Draft, table: &Table, constraint: &Constraint) -> Constraint {
    let p = Physical(draft);
    let symbol = &table.name.name;
    let kind = match constraint.kind.clone() {
        ConstraintKind::Unique { columns, include, nulls_not_distinct } => ConstraintKind::Unique {
            columns: p.members(symbol, &columns),
            include: p.members(symbol, &include),
            nulls_not_distinct,
        },
        ConstraintKind::Check { expression, no_inherit } => {
            ConstraintKind::Check { expression: draft.printed(&expression), no_inherit }
        }
        ConstraintKind::Foreign { columns, target, target_columns, on_delete, on_update, match_full } => {
            ConstraintKind::Foreign {
                columns: p.members(symbol, &columns),
                target_columns: p.members(&target.name, &target_columns),
                target: p.table(&target.name),
                on_delete,
                on_update,
                match_full,
            }
        }
        ConstraintKind::Exclude { definition } => ConstraintKind::Exclude { definition: draft.printed(&definition) },
        other => other,
    };
    Constraint { kind, ..constraint.clone() }
}
