//! The design's tables loaded from the plain ones: one INSERT ... SELECT a table, referenced tables first.
use super::{Ground, tail};
use tw_lab::fill::plain_table;
use tw_model::{
    draft::Draft,
    ident::{literal, quote},
    model::Entity,
    schema::{Column, ConstraintKind, Name, Table},
};
use tw_rooms::kit::{links::lookup_symbol, shape::key_columns};

/// Statements that load every table of the draft, in order.
pub fn loads(ground: &Ground) -> Vec<String> {
    let order = parents_first(ground.draft);
    let mut statements = vec![];
    let mut later = vec![];
    for (table, postponed) in &order {
        let name = &table.name.name;
        let printed = ground.draft.printed_table(name);
        let Some(source) = source(ground, table) else { continue };
        // Triggers keep later writes right; the sample is right already. Owners are loaded for as well.
        if !table.triggers.is_empty() {
            statements.push(format!("ALTER TABLE {printed} DISABLE TRIGGER USER"));
        }
        if table.force_row_security {
            statements.push(format!("ALTER TABLE {printed} NO FORCE ROW LEVEL SECURITY"));
        }
        statements.extend(source.insert(ground, table, postponed));
        later.extend(source.update(ground, table, postponed));
    }
    statements.extend(later);
    for (table, _) in &order {
        statements.extend(sequences(ground.draft, table));
        let printed = ground.draft.printed_table(&table.name.name);
        if source(ground, table).is_none() {
            continue;
        }
        if table.force_row_security {
            statements.push(format!("ALTER TABLE {printed} FORCE ROW LEVEL SECURITY"));
        }
        if !table.triggers.is_empty() {
            statements.push(format!("ALTER TABLE {printed} ENABLE TRIGGER USER"));
        }
    }
    for view in ground.draft.schema.views.iter().filter(|v| v.materialized) {
        statements.push(format!("REFRESH MATERIALIZED VIEW {}", ground.draft.printed_table(&view.name.name)));
    }
    statements
}

/// Tables whose statistics are gathered, as printed.
pub fn analyzed(draft: &Draft) -> Vec<String> {
    let tables = draft.schema.wholes().map(|t| &t.name.name);
    let views = draft.schema.views.iter().filter(|v| v.materialized).map(|v| &v.name.name);
    tables.chain(views).map(|name| draft.printed_table(name)).collect()
}

/// Where a table's rows come from.
enum Source<'a> {
    /// The plain table of its entity.
    Entity(&'a Entity),
    /// The values of an open list.
    Values(Vec<String>),
}

fn source<'a>(ground: &Ground<'a>, table: &Table) -> Option<Source<'a>> {
    if table.partition_of.is_some() {
        return None;
    }
    let name = &table.name.name;
    if let Some(entity) = ground.model.entity(name) {
        return Some(Source::Entity(entity));
    }
    for entity in &ground.model.entities {
        for attribute in &entity.attributes {
            if let Some(values) = attribute.values.as_ref().filter(|v| v.open)
                && lookup_symbol(entity, attribute) == *name
            {
                return Some(Source::Values(values.items.iter().map(|i| i.value.clone()).collect()));
            }
        }
    }
    None
}

impl Source<'_> {
    fn insert(&self, ground: &Ground, table: &Table, postponed: &[String]) -> Option<String> {
        let name = &table.name.name;
        let printed = ground.draft.printed_table(name);
        match self {
            Source::Values(values) => {
                let column = table.columns.first()?;
                let rows: Vec<String> = values.iter().map(|v| format!("({})", literal(v))).collect();
                Some(format!(
                    "INSERT INTO {printed} ({}) VALUES {} ON CONFLICT DO NOTHING",
                    ground.draft.printed_column(&format!("{name}.{}", column.name)),
                    rows.join(", ")
                ))
            }
            Source::Entity(entity) => {
                let mut columns = vec![];
                let mut values = vec![];
                for column in table.columns.iter().filter(|c| c.generated.is_none()) {
                    if let Some(value) = value(ground, entity, column).filter(|_| !postponed.contains(&column.name)) {
                        columns.push(ground.draft.printed_column(&format!("{name}.{}", column.name)));
                        values.push(value);
                    }
                }
                let always = table.columns.iter().any(|c| c.identity.as_ref().is_some_and(|i| i.always));
                Some(format!(
                    "INSERT INTO {printed} ({}){} SELECT {} FROM {} one",
                    columns.join(", "),
                    if always { " OVERRIDING SYSTEM VALUE" } else { "" },
                    values.join(", "),
                    plain_table(&entity.name)
                ))
            }
        }
    }

    /// Fills in the references that had no target yet.
    fn update(&self, ground: &Ground, table: &Table, postponed: &[String]) -> Option<String> {
        let Source::Entity(entity) = self else { return None };
        if postponed.is_empty() {
            return None;
        }
        let name = &table.name.name;
        let column = |c: &String| ground.draft.printed_column(&format!("{name}.{c}"));
        let sets: Vec<String> = postponed.iter().map(|c| format!("{} = one.{}", column(c), quote(c))).collect();
        let same: Vec<String> =
            table.primary_key().iter().map(|c| format!("it.{} = one.{}", column(c), quote(c))).collect();
        Some(format!(
            "UPDATE {} it SET {} FROM {} one WHERE {}",
            ground.draft.printed_table(name),
            sets.join(", "),
            plain_table(&entity.name),
            same.join(" AND ")
        ))
    }
}

/// The value of a physical column over the plain row `one`; none leaves it to its default.
fn value(ground: &Ground, entity: &Entity, column: &Column) -> Option<String> {
    let home = ground.home(&entity.name)?;
    let kept = home.columns.values().flatten().chain(&home.key).any(|path| tail(path) == column.name);
    if kept {
        return Some(format!("one.{}", quote(&column.name)));
    }
    // Which subtype a row is: the one whose plain table has it.
    let spec =
        entity.subtypes.as_ref().filter(|s| !s.overlapping && column.default.is_none() && !s.members.is_empty())?;
    let key = key_columns(ground.model, entity);
    let case: Vec<String> = spec
        .members
        .iter()
        .map(|member| {
            let same: Vec<String> = key.iter().map(|k| format!("part.{0} = one.{0}", quote(&k.symbol))).collect();
            format!(
                "WHEN EXISTS (SELECT 1 FROM {} part WHERE {}) THEN {}",
                plain_table(member),
                same.join(" AND "),
                literal(member)
            )
        })
        .collect();
    Some(format!("CASE {} END", case.join(" ")))
}

/// Identity columns go on after the sample's values.
fn sequences(draft: &Draft, table: &Table) -> Vec<String> {
    let name = &table.name.name;
    let printed = draft.printed_table(name);
    let identities = table.columns.iter().filter(|c| c.identity.is_some());
    identities
        .map(|c| {
            let path = format!("{name}.{}", c.name);
            format!(
                "SELECT setval(pg_get_serial_sequence({}, {}), (SELECT max({}) FROM {printed}))",
                literal(&printed),
                literal(&draft.name(&path)),
                draft.printed_column(&path)
            )
        })
        .collect()
}

/// Tables in an order in which references point backwards, each with the columns that must wait for a
/// table after it: references that may be null break circles.
fn parents_first(draft: &Draft) -> Vec<(&Table, Vec<String>)> {
    let mut waiting: Vec<&Table> = draft.schema.wholes().collect();
    let mut placed: Vec<(&Table, Vec<String>)> = vec![];
    while !waiting.is_empty() {
        let unmet = |table: &Table| -> Vec<Vec<String>> {
            let pending = |target: &Name| *target != table.name && waiting.iter().any(|w| w.name == *target);
            table
                .constraints
                .iter()
                .filter_map(|c| match &c.kind {
                    ConstraintKind::Foreign { columns, target, .. } if pending(target) => Some(columns.clone()),
                    _ => None,
                })
                .collect()
        };
        let nullable = |table: &Table, columns: &[String]| -> Vec<String> {
            let may_wait = |c: &&String| table.column(c).is_some_and(|c| !c.not_null);
            columns.iter().filter(may_wait).cloned().collect()
        };
        let ready = waiting.iter().position(|t| unmet(t).is_empty());
        let breakable = || waiting.iter().position(|t| unmet(t).iter().all(|fk| !nullable(t, fk).is_empty()));
        let at = ready.or_else(breakable).unwrap_or(0);
        let table = waiting[at];
        let mut postponed: Vec<String> = unmet(table).iter().flat_map(|fk| nullable(table, fk)).collect();
        postponed.sort();
        postponed.dedup();
        waiting.remove(at);
        placed.push((table, postponed));
    }
    placed
}
