//! A table with its keys, references and ways in.
use super::Kind;
use std::collections::HashMap;
use tw_model::{
    model::Action,
    schema::{Column, Constraint, ConstraintKind, Index, Name, Table},
};

/// A table and what is known of it.
pub struct TableScene<'a> {
    /// The table.
    pub table: &'a Table,
    /// What it is there for.
    pub kind: Kind,
    /// Primary key, unique constraints, and unique indexes over plain columns and all rows.
    pub keys: Vec<Key<'a>>,
    /// Foreign keys.
    pub references: Vec<Reference<'a>>,
    /// Indexes, those of constraints included.
    pub ways: Vec<Way<'a>>,
}

/// A set of columns that no two rows share.
#[derive(Clone, Debug)]
pub struct Key<'a> {
    /// Name of the constraint or index.
    pub name: &'a str,
    /// Columns in order.
    pub columns: Vec<&'a str>,
    /// The primary key.
    pub primary: bool,
    /// A constraint, else a bare unique index.
    pub constraint: bool,
    /// Checked at the commit, or deferrable to it.
    pub deferrable: bool,
    /// NULLS NOT DISTINCT.
    pub nulls_not_distinct: bool,
}

/// A foreign key.
#[derive(Clone, Debug)]
pub struct Reference<'a> {
    /// The constraint.
    pub constraint: &'a Constraint,
    /// Referring columns.
    pub columns: &'a [String],
    /// The table referred to.
    pub target: &'a Name,
    /// Its place in the scene, when it is there.
    pub target_place: Option<usize>,
    /// Columns referred to.
    pub target_columns: &'a [String],
    /// ON DELETE.
    pub on_delete: Action,
    /// ON UPDATE.
    pub on_update: Action,
    /// MATCH FULL.
    pub match_full: bool,
}

/// An index as a way into the table.
#[derive(Clone, Debug)]
pub struct Way<'a> {
    /// Name of the index or constraint.
    pub name: &'a str,
    /// Access method.
    pub method: &'a str,
    /// Plain key columns before the first expression.
    pub columns: Vec<&'a str>,
    /// Every key part is a plain column.
    pub plain: bool,
    /// UNIQUE.
    pub unique: bool,
    /// Predicate, when it holds some rows only.
    pub filter: Option<&'a str>,
    /// The index, when no constraint owns it.
    pub index: Option<&'a Index>,
}

impl<'a> TableScene<'a> {
    /// Without its kind, which depends on other tables.
    pub(super) fn new(table: &'a Table, names: &HashMap<&'a Name, usize>) -> TableScene<'a> {
        let mut out = TableScene { table, kind: Kind::Plain, keys: vec![], references: vec![], ways: vec![] };
        for constraint in &table.constraints {
            match &constraint.kind {
                ConstraintKind::Primary { columns, .. } => out.add_key(constraint, columns, true, false),
                ConstraintKind::Unique { columns, nulls_not_distinct, .. } => {
                    out.add_key(constraint, columns, false, *nulls_not_distinct);
                }
                ConstraintKind::Foreign { columns, target, target_columns, on_delete, on_update, match_full } => {
                    out.references.push(Reference {
                        constraint,
                        columns,
                        target,
                        target_place: names.get(target).copied(),
                        target_columns,
                        on_delete: *on_delete,
                        on_update: *on_update,
                        match_full: *match_full,
                    });
                }
                _ => {}
            }
        }
        for index in &table.indexes {
            out.add_index(index);
        }
        out
    }

    fn add_key(&mut self, constraint: &'a Constraint, columns: &'a [String], primary: bool, not_distinct: bool) {
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        self.ways.push(Way {
            name: &constraint.name,
            method: "btree",
            columns: columns.clone(),
            plain: true,
            unique: true,
            filter: None,
            index: None,
        });
        self.keys.push(Key {
            name: &constraint.name,
            columns,
            primary,
            constraint: true,
            deferrable: constraint.deferrable.is_some(),
            nulls_not_distinct: not_distinct,
        });
    }

    fn add_index(&mut self, index: &'a Index) {
        let columns: Vec<&str> =
            index.parts.iter().take_while(|p| !p.is_expression).map(|p| p.column.as_str()).collect();
        let plain = columns.len() == index.parts.len();
        if index.unique && plain && index.filter.is_none() {
            self.keys.push(Key {
                name: &index.name,
                columns: columns.clone(),
                primary: false,
                constraint: false,
                deferrable: false,
                nulls_not_distinct: index.nulls_not_distinct,
            });
        }
        self.ways.push(Way {
            name: &index.name,
            method: &index.method,
            columns,
            plain,
            unique: index.unique,
            filter: index.filter.as_deref(),
            index: Some(index),
        });
    }

    /// The table's name.
    pub fn name(&self) -> &'a Name {
        &self.table.name
    }

    /// The primary key.
    pub fn primary(&self) -> Option<&Key<'a>> {
        self.keys.iter().find(|k| k.primary)
    }

    /// Columns that are this table's own: none of a partition (its parent has them), none that is inherited.
    pub fn own_columns(&self) -> impl Iterator<Item = &'a Column> {
        let partition = self.table.partition_of.is_some();
        self.table.columns.iter().filter(move |c| !partition && !c.inherited)
    }

    /// The column is the only one of a foreign key, or part of one.
    pub fn refers(&self, column: &str) -> bool {
        self.references.iter().any(|r| r.columns.iter().any(|c| c == column))
    }

    /// The column is part of a key of that kind.
    pub fn in_primary(&self, column: &str) -> bool {
        self.primary().is_some_and(|k| k.columns.contains(&column))
    }

    /// The column is part of any key.
    pub fn in_key(&self, column: &str) -> bool {
        self.keys.iter().any(|k| k.columns.contains(&column))
    }

    /// One statement can change the column's type: nothing is inherited, partitioned by or computed from it, and no
    /// key, reference or index over an expression holds it.
    pub fn is_free(&self, column: &Column) -> bool {
        let expression = |i: &Index| i.filter.is_some() || i.parts.iter().any(|p| p.is_expression);
        column.generated.is_none()
            && self.table.columns.iter().all(|c| c.generated.is_none())
            && self.table.partition_by.is_none()
            && self.table.inherits.is_empty()
            && !self.table.indexes.iter().any(expression)
            && !self.refers(&column.name)
    }

    /// The server makes the column's values: identity, `nextval`, or a generated uuid.
    pub fn is_generated_key(&self, column: &Column) -> bool {
        let default = column.default.as_deref().unwrap_or("");
        column.identity.is_some() || default.contains("nextval(") || default.contains("uuid")
    }

    /// The conditions of the table's checks.
    pub fn checks(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.table.constraints.iter().filter_map(|c| match &c.kind {
            ConstraintKind::Check { expression, .. } => Some((c.name.as_str(), expression.as_str())),
            _ => None,
        })
    }

    /// Conditions of the table's checks that name the column.
    pub fn checks_of(&self, column: &str) -> Vec<&'a str> {
        let quoted = tw_model::ident::quote(column);
        self.checks().filter(|(_, e)| super::words::names_word(e, &quoted)).map(|(_, e)| e).collect()
    }
}
