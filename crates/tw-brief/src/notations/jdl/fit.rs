//! A schema as JDL wants it: one space of names, ids, references whose columns are called after them.
use super::super::{LONGEST_NAME, check, constraint, count_up, is_unique, made_up, references, rename, set_key};
use super::{names, relations::pair_name, validations};
use std::collections::BTreeSet;
use tw_model::{
    adopted::Loss,
    ident,
    model::snake_case,
    schema::{Column, Constraint, ConstraintKind, Name, Schema, Table, TypeKind},
};

/// Renamings at most until every reference is called after its target: each may rename a key that others refer to.
const MOST_PASSES: usize = 16;

pub(super) fn fit(mut schema: Schema, losses: &mut Vec<Loss>) -> Schema {
    let lose = &mut |path: String, what: &str, why: &str| losses.push(Loss::nowhere(path, what, why));
    list_values(&mut schema, lose);
    rename_tables(&mut schema, lose);
    (0..schema.tables.len()).for_each(|n| give_id(&mut schema, n, lose));
    for _ in 0..MOST_PASSES {
        let before = schema.tables.clone();
        (0..schema.tables.len()).for_each(|n| name_references(&mut schema, n, lose));
        if before == schema.tables {
            break;
        }
    }
    (0..schema.tables.len()).for_each(|n| arrange(&mut schema, n, lose));
    // Pairs have no entity, and are made when every entity is there.
    let (pairs, others) = std::mem::take(&mut schema.tables).into_iter().partition(|t| pair(t).is_some());
    schema.tables = others;
    schema.tables.extend::<Vec<Table>>(pairs);
    schema
}

type Lose<'a> = dyn FnMut(String, &str, &str) + 'a;

fn path(table: &Table, member: &str) -> String {
    format!("{}.{}.{member}", table.name.schema, table.name.name)
}

/// Enum types are lists of values that a column of text may have.
fn list_values(schema: &mut Schema, lose: &mut Lose) {
    for ty in &schema.types {
        let TypeKind::Enum { labels } = &ty.kind else { continue };
        let printed = ident::name(&ty.name);
        for table in &mut schema.tables {
            for n in 0..table.columns.len() {
                if table.columns[n].ty != printed {
                    continue;
                }
                let column = table.columns[n].name.clone();
                lose(path(table, &column), "its type", "in JDL the values of an enum are texts");
                table.columns[n].ty = super::TYPES[0].1.into();
                if let Some(default) = &mut table.columns[n].default {
                    *default = default.replace(&format!("::{printed}"), "");
                }
                if !labels.iter().all(|l| validations::is_value(l)) {
                    lose(path(table, &column), "its values", validations::VALUES);
                    continue;
                }
                let values: Vec<String> = labels.iter().map(|l| ident::literal(l)).collect();
                let expression = format!("{} IN ({})", ident::quote(&column), values.join(", "));
                let name = made_up(table, &[column], "check");
                table.constraints.push(constraint(name, check(expression)));
            }
        }
    }
}

/// Tables stand in one schema, and their names are words.
fn rename_tables(schema: &mut Schema, lose: &mut Lose) {
    let mut taken = BTreeSet::new();
    let (public, others): (Vec<usize>, Vec<usize>) =
        (0..schema.tables.len()).partition(|n| schema.tables[*n].name.schema == "public");
    for n in public.into_iter().chain(others) {
        let old = schema.tables[n].name.clone();
        let plain = names::free(rename::word(&old.name), &mut taken);
        let new = Name::new("public", &plain);
        if old == new {
            continue;
        }
        let why = "JDL has no schemas, and its tables are letters, digits and underscores";
        lose(format!("{}.{}", old.schema, old.name), &format!("its name, which becomes {plain}"), why);
        rename::table(schema, n, new);
    }
}

/// Every entity is identified, and nothing but an id of its own is counted up.
fn give_id(schema: &mut Schema, n: usize, lose: &mut Lose) {
    let table = &mut schema.tables[n];
    if table.primary_key().is_empty() {
        let mut taken = table.columns.iter().map(|c| c.name.clone()).collect();
        let name = names::free("id".into(), &mut taken);
        lose(path(table, &name), "that it is not there", "every entity of JDL has an id");
        let mut id = Column { name: name.clone(), ty: "bigint".into(), ..Column::default() };
        count_up(&mut id);
        table.columns.insert(0, id);
        set_key(table, vec![name]);
    }
    let key = table.primary_key().to_vec();
    let held = |c: &Column| references(table).any(|(columns, ..)| columns.contains(&c.name));
    let counts = |c: &Column| c.identity.is_some() || c.default.as_ref().is_some_and(|d| d.starts_with("nextval("));
    let id = |c: &Column| key == [c.name.clone()] && matches!(c.ty.as_str(), "smallint" | "integer" | "bigint");
    let not_ids: Vec<usize> = (0..table.columns.len())
        .filter(|n| counts(&table.columns[*n]) && (held(&table.columns[*n]) || !id(&table.columns[*n])))
        .collect();
    for n in not_ids {
        let column = &mut table.columns[n];
        (column.identity, column.default) = (None, None);
        let name = column.name.clone();
        lose(path(table, &name), "that it is counted up", "nothing but an id of one column is counted up in JDL");
    }
}

/// What a reference is called, when its columns are called after it.
pub(super) fn stem(columns: &[String], key: &[String]) -> Option<String> {
    let stem = columns.first()?.strip_suffix(&format!("_{}", key.first()?))?;
    let called = columns.len() == key.len() && columns.iter().zip(key).all(|(c, k)| *c == format!("{stem}_{k}"));
    (called && snake_case(&names::camel(stem)) == stem).then(|| stem.to_string())
}

/// Calls the columns of each reference after it; what cannot be one of JDL's is taken out.
fn name_references(schema: &mut Schema, n: usize, lose: &mut Lose) {
    let mut used: BTreeSet<String> = BTreeSet::new();
    let mut at = 0;
    while at < schema.tables[n].constraints.len() {
        let made = schema.tables[n].constraints[at].clone();
        if matches!(made.kind, ConstraintKind::Foreign { .. }) {
            match called(schema, n, &made, &used, lose) {
                Ok(columns) => used.extend(columns),
                Err(why) => {
                    lose(path(&schema.tables[n], &made.name), "the constraint", why);
                    schema.tables[n].constraints.remove(at);
                    continue;
                }
            }
        }
        at += 1;
    }
}

/// The columns of a reference, as they are called then.
fn called(
    schema: &mut Schema,
    n: usize,
    made: &Constraint,
    used: &BTreeSet<String>,
    lose: &mut Lose,
) -> Result<Vec<String>, &'static str> {
    let (columns, to) = sayable(schema, &schema.tables[n], made, used)?;
    let target = to.name.clone();
    let wanted = wanted(&schema.tables[n], &columns, to.primary_key(), &target.name)?;
    for (old, new) in columns.iter().zip(&wanted).filter(|(old, new)| old != new) {
        let why = "in JDL the columns of a reference are called after it and the key";
        lose(path(&schema.tables[n], old), &format!("its name, which becomes {new}"), why);
        rename::column(schema, n, old, new);
    }
    let table = &mut schema.tables[n];
    for name in &wanted {
        let at = path(table, name);
        let Some(column) = table.columns.iter_mut().find(|c| c.name == *name) else { continue };
        if column.default.take().is_some() {
            lose(at.clone(), "its default", "in JDL a reference has none");
        }
        if wanted.len() > 1 && column.comment.take().is_some() {
            lose(at, "its comment", "in JDL a reference of several columns has none");
        }
    }
    // The key as it is called now: it may be the table's own.
    let key = schema.table(&target).map(|t| t.primary_key().to_vec()).unwrap_or_default();
    for constraint in schema.tables[n].constraints.iter_mut().filter(|c| c.name == made.name) {
        if let ConstraintKind::Foreign { columns, target_columns, .. } = &mut constraint.kind {
            (*columns, *target_columns) = (wanted.clone(), key.clone());
        }
    }
    Ok(wanted)
}

/// The columns of a reference in the order of the key, and the table of the key, where JDL can say such a reference.
fn sayable<'a>(
    schema: &'a Schema,
    table: &Table,
    made: &Constraint,
    used: &BTreeSet<String>,
) -> Result<(Vec<String>, &'a Table), &'static str> {
    let ConstraintKind::Foreign { columns, target, target_columns, .. } = &made.kind else {
        return Err("it is no reference");
    };
    let to = schema.table(target).ok_or("the table referred to is not said")?;
    let key = to.primary_key();
    let of = |k: &String| columns.get(target_columns.iter().position(|c| c == k)?).cloned();
    let ordered: Option<Vec<String>> = key.iter().map(of).collect();
    let ordered = ordered.filter(|o| o.len() == columns.len()).ok_or("in JDL a reference goes to the whole key")?;
    let own: Vec<&Column> = ordered.iter().filter_map(|c| table.column(c)).collect();
    let same = own.iter().zip(key).all(|(c, k)| to.column(k).is_some_and(|k| k.ty == c.ty));
    let in_key = ordered.iter().filter(|c| table.primary_key().contains(c)).count();
    if own.len() != key.len() || own.is_empty() || !same {
        Err("its columns are of another type than the key")
    } else if ordered.iter().any(|c| used.contains(c)) {
        Err("its columns are another reference's too")
    } else if own.iter().any(|c| c.not_null != own[0].not_null) {
        Err("some of its columns may be null and others not")
    } else if in_key != 0 && in_key != ordered.len() {
        Err("a part of its columns only is in the key")
    } else if own.iter().any(|c| c.generated.is_some()) {
        Err("its columns are worked out")
    } else {
        Ok((ordered, to))
    }
}

/// What the columns of a reference are to be called: after themselves when they are one, after the table referred to when
/// they are several, and the other way round where that is not free.
fn wanted(table: &Table, columns: &[String], key: &[String], target: &str) -> Result<Vec<String>, &'static str> {
    let plain = snake_case(&names::camel(&columns[0]));
    let bare = plain.strip_suffix(&format!("_{}", key[0])).or_else(|| plain.strip_suffix("_id"));
    let bare = bare.filter(|b| !b.is_empty()).unwrap_or(&plain);
    let after = if key.len() > 1 { [target, bare] } else { [bare, target] };
    let stems = after.into_iter().map(|s| snake_case(&names::camel(s)));
    let wanted = stem(columns, key)
        .into_iter()
        .chain(stems)
        .map(|s| key.iter().map(|k| format!("{s}_{k}")).collect::<Vec<String>>())
        .find(|wanted| columns.iter().zip(wanted).all(|(c, w)| c == w || table.column(w).is_none()))
        .ok_or("columns are called as its own would be")?;
    let short = wanted.iter().all(|w| w.len() <= LONGEST_NAME);
    if short { Ok(wanted) } else { Err("its columns would have names that are too long") }
}

/// Columns stand as JDL has them: an id that is not said, fields, references; and so does the key.
fn arrange(schema: &mut Schema, n: usize, lose: &mut Lose) {
    let table = &mut schema.tables[n];
    let held: Vec<String> = references(table).flat_map(|(columns, ..)| columns.to_vec()).collect();
    let order = |c: &Column| match held.iter().position(|h| *h == c.name) {
        Some(at) => 2 + at,
        None => usize::from(!(is_unsaid(table, c))),
    };
    let mut columns = table.columns.clone();
    columns.sort_by_key(order);
    if columns.iter().map(|c| &c.name).ne(table.columns.iter().map(|c| &c.name)) {
        let at = format!("{}.{}", table.name.schema, table.name.name);
        lose(at, "the order of its columns", "in JDL the columns of references stand after the fields");
    }
    table.columns = columns;
    let old = table.primary_key().to_vec();
    let new: Vec<String> = table.columns.iter().map(|c| c.name.clone()).filter(|c| old.contains(c)).collect();
    if new == old {
        return;
    }
    let own = table.name.clone();
    lose(format!("{}.{}", own.schema, own.name), "the order of its key", "in JDL it is that of the columns");
    for constraint in &mut table.constraints {
        if let ConstraintKind::Primary { columns, .. } = &mut constraint.kind {
            *columns = new.clone();
        }
    }
    for table in &mut schema.tables {
        for (columns, target, theirs) in rename::foreign(table) {
            if *target == own && theirs.len() == new.len() {
                let place = |k: &String| theirs.iter().position(|c| c == k).map(|at| columns[at].clone());
                *columns = new.iter().filter_map(place).collect();
                *theirs = new.clone();
            }
        }
    }
}

/// The id that an entity has when it names none.
pub(super) fn is_unsaid(table: &Table, column: &Column) -> bool {
    let counted = column.identity.is_some() || column.default.as_ref().is_some_and(|d| d.starts_with("nextval("));
    let promised = table.constraints.iter().any(|c| match &c.kind {
        ConstraintKind::Check { expression, .. } => {
            validations::said(table, expression).is_some_and(|parts| parts.iter().any(|(c, _)| *c == column.name))
        }
        _ => false,
    });
    let plain = !promised && !is_unique(table, &column.name) && column.comment.is_none();
    table.primary_key() == ["id"] && column.name == "id" && column.ty == "bigint" && counted && plain
}

/// A table of pairs as JDL makes it: the owner, the field that leads to the others, and they.
pub(super) fn pair(table: &Table) -> Option<(Name, String, Name)> {
    let refers: Vec<_> = references(table).collect();
    let [(own, owner, own_key, ..), (theirs, target, their_key, ..)] = refers.as_slice() else { return None };
    let field = stem(theirs, their_key)?;
    let plain = |c: &Column| c.default.is_none() && c.comment.is_none();
    let whole = own.iter().chain(*theirs).eq(table.primary_key())
        && own.iter().chain(*theirs).eq(table.columns.iter().map(|c| &c.name));
    let quiet = refers.iter().all(|r| (r.3, r.4) == (refers[0].3, refers[0].4))
        && table.comment.is_none()
        && table.constraints.len() == 3;
    let called = own.iter().zip(*own_key).all(|(c, k)| *c == format!("{}_{k}", owner.name));
    (whole && quiet && called && table.columns.iter().all(plain) && table.name == pair_name(&owner.name, &field))
        .then(|| ((*owner).clone(), field, (*target).clone()))
}
