//! Renaming, and every place that says the old name.
//!
//! A server keeps views and expressions by number and prints the new name; here their text is rewritten
//! word by word. A view goes on calling its output column by the old name, which no rewriting of its
//! text can show; its text is left alone when a column is renamed.
use super::apply::{family, on_table};
use crate::{ident::quote, mention::replace_words, schema::*};

/// ALTER TABLE ... RENAME TO.
pub(super) fn table(schema: &mut Schema, from: &Name, to: &str) {
    let new = Name::new(from.schema.clone(), to);
    let rename = |name: &mut Name| {
        if name == from {
            name.name = to.to_string();
        }
    };
    let text = |sql: &mut String| {
        *sql = replace_words(sql, |head, word| {
            let named = head.is_none() || head == Some(from.schema.as_str());
            (named && word == from.name).then(|| quote(to))
        });
    };
    for t in &mut schema.tables {
        if &t.name == from {
            t.triggers.iter_mut().for_each(|x| text(&mut x.definition));
        }
        rename(&mut t.name);
        if let Some((parent, _)) = &mut t.partition_of {
            rename(parent);
        }
        t.inherits.iter_mut().for_each(rename);
        for c in &mut t.constraints {
            if let ConstraintKind::Foreign { target, .. } = &mut c.kind {
                rename(target);
            }
        }
        for p in &mut t.policies {
            p.using.iter_mut().for_each(text);
            p.check.iter_mut().for_each(text);
        }
    }
    for v in &mut schema.views {
        if &v.name == from {
            v.name = new.clone();
        }
        text(&mut v.query);
    }
    for s in &mut schema.sequences {
        if let Some((table, _)) = &mut s.owned_by {
            rename(table);
        }
    }
    for g in schema.grants.iter_mut().chain(&mut schema.revokes) {
        if let GrantOn::Table { name } = &mut g.on {
            rename(name);
        }
    }
}

/// ALTER TABLE ... RENAME COLUMN, in children too.
pub(super) fn column(schema: &mut Schema, table: &Name, from: &str, to: &str) {
    for member in family(schema, table) {
        on_table(schema, &member, |t| in_table(t, from, to));
        for t in &mut schema.tables {
            for c in &mut t.constraints {
                if let ConstraintKind::Foreign { target, target_columns, .. } = &mut c.kind
                    && *target == member
                {
                    list(target_columns, from, to);
                }
            }
        }
        for s in &mut schema.sequences {
            if let Some((table, column)) = &mut s.owned_by
                && *table == member
                && column == from
            {
                *column = to.to_string();
            }
        }
        for g in schema.grants.iter_mut().chain(&mut schema.revokes) {
            if matches!(&g.on, GrantOn::Table { name } if name == &member) {
                list(&mut g.columns, from, to);
                g.columns.sort();
            }
        }
    }
}

fn list(columns: &mut [String], from: &str, to: &str) {
    for column in columns.iter_mut().filter(|c| *c == from) {
        *column = to.to_string();
    }
}

fn in_table(t: &mut Table, from: &str, to: &str) {
    let own = t.name.name.clone();
    let text = |sql: &mut String| {
        *sql = replace_words(sql, |head, word| {
            let here = head.is_none() || head == Some(own.as_str());
            (here && word == from).then(|| quote(to))
        });
    };
    for c in &mut t.columns {
        if c.name == from {
            c.name = to.to_string();
        }
        if let Some(generated) = &mut c.generated {
            text(&mut generated.expression);
        }
    }
    for c in &mut t.constraints {
        match &mut c.kind {
            ConstraintKind::Primary { columns, include } | ConstraintKind::Unique { columns, include, .. } => {
                list(columns, from, to);
                list(include, from, to);
            }
            ConstraintKind::Foreign { columns, .. } => list(columns, from, to),
            ConstraintKind::Check { expression, .. } => text(expression),
            ConstraintKind::Exclude { definition } | ConstraintKind::Other { definition } => text(definition),
        }
    }
    for i in &mut t.indexes {
        for part in &mut i.parts {
            if part.is_expression {
                text(&mut part.column);
            } else if part.column == from {
                part.column = to.to_string();
            }
        }
        list(&mut i.include, from, to);
        i.filter.iter_mut().for_each(text);
    }
    for p in &mut t.policies {
        p.using.iter_mut().for_each(text);
        p.check.iter_mut().for_each(text);
    }
    t.partition_by.iter_mut().for_each(text);
    t.triggers.iter_mut().for_each(|x| text(&mut x.definition));
}
