//! A draft with its physical names: the schema that `schema.sql` prints.
use crate::{draft::Draft, schema::*};

impl Draft {
    /// The draft's schema in physical names. Columns, constraints, indexes, policies and triggers take the
    /// name of their path; every `⟦symbol⟧` in an SQL fragment is replaced.
    pub fn named(&self) -> Schema {
        let mut schema = self.schema.clone();
        for ty in &mut schema.types {
            self.give(&mut ty.name);
        }
        for table in &mut schema.tables {
            self.name_table(table);
        }
        for sequence in &mut schema.sequences {
            self.give(&mut sequence.name);
            if let Some((table, column)) = &mut sequence.owned_by {
                *column = self.name(&format!("{}.{column}", table.name));
                self.give(table);
            }
        }
        for view in &mut schema.views {
            let symbol = view.name.name.clone();
            self.give(&mut view.name);
            view.query = self.printed(&view.query);
            view.indexes.iter_mut().for_each(|i| self.name_index(&symbol, i));
        }
        for function in &mut schema.functions {
            self.give(&mut function.name);
            function.definition = self.printed(&function.definition);
        }
        for grant in schema.grants.iter_mut().chain(&mut schema.revokes) {
            if let GrantOn::Table { name } = &grant.on {
                let table = name.name.clone();
                grant.columns.iter_mut().for_each(|c| *c = self.name(&format!("{table}.{c}")));
            }
            match &mut grant.on {
                GrantOn::Table { name }
                | GrantOn::Sequence { name }
                | GrantOn::Function { name, .. }
                | GrantOn::Type { name } => self.give(name),
                GrantOn::Namespace { .. } | GrantOn::Database => {}
            }
        }
        schema
    }

    fn give(&self, name: &mut Name) {
        name.schema = self.namespace_of(&name.name).to_string();
        name.name = self.name(&name.name);
    }

    fn name_table(&self, table: &mut Table) {
        let symbol = table.name.name.clone();
        let member = |name: &mut String| *name = self.name(&format!("{symbol}.{name}"));
        self.give(&mut table.name);
        for column in &mut table.columns {
            member(&mut column.name);
            if let Some(generated) = &mut column.generated {
                generated.expression = self.printed(&generated.expression);
            }
            if let Some(default) = &mut column.default {
                *default = self.printed(default);
            }
        }
        for constraint in &mut table.constraints {
            member(&mut constraint.name);
            match &mut constraint.kind {
                ConstraintKind::Primary { columns, include } | ConstraintKind::Unique { columns, include, .. } => {
                    columns.iter_mut().chain(include).for_each(member);
                }
                ConstraintKind::Check { expression, .. } => *expression = self.printed(expression),
                ConstraintKind::Foreign { columns, target, target_columns, .. } => {
                    columns.iter_mut().for_each(member);
                    target_columns.iter_mut().for_each(|c| *c = self.name(&format!("{}.{c}", target.name)));
                    self.give(target);
                }
                ConstraintKind::Exclude { definition } | ConstraintKind::Other { definition } => {
                    *definition = self.printed(definition)
                }
            }
        }
        table.indexes.iter_mut().for_each(|i| self.name_index(&symbol, i));
        for trigger in &mut table.triggers {
            member(&mut trigger.name);
            trigger.definition = self.printed(&trigger.definition);
        }
        for policy in &mut table.policies {
            member(&mut policy.name);
            for expression in [&mut policy.using, &mut policy.check].into_iter().flatten() {
                *expression = self.printed(expression);
            }
        }
        if let Some((parent, _)) = &mut table.partition_of {
            self.give(parent);
        }
        if let Some(by) = &mut table.partition_by {
            *by = self.printed(by);
        }
    }

    fn name_index(&self, table: &str, index: &mut Index) {
        index.name = self.name(&format!("{table}.{}", index.name));
        for part in &mut index.parts {
            part.column = if part.is_expression {
                self.printed(&part.column)
            } else {
                self.name(&format!("{table}.{}", part.column))
            };
        }
        index.include.iter_mut().for_each(|c| *c = self.name(&format!("{table}.{c}")));
        if let Some(filter) = &mut index.filter {
            *filter = self.printed(filter);
        }
    }
}
