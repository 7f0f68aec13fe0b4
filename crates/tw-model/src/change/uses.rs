//! Which columns a constraint or an index is about.
use crate::{mention::Mentions, schema::*};

/// True when the constraint is about the column.
pub fn constraint(constraint: &Constraint, column: &str) -> bool {
    let has = |list: &[String]| list.iter().any(|c| c == column);
    match &constraint.kind {
        ConstraintKind::Primary { columns, include } | ConstraintKind::Unique { columns, include, .. } => {
            has(columns) || has(include)
        }
        ConstraintKind::Foreign { columns, .. } => has(columns),
        ConstraintKind::Check { expression, .. } => Mentions::of([expression.as_str()]).has_word(column),
        ConstraintKind::Exclude { definition } => Mentions::of([definition.as_str()]).has_word(column),
        ConstraintKind::Other { definition } => {
            let own = definition.split(" REFERENCES ").next().unwrap_or(definition);
            Mentions::of([own]).has_word(column)
        }
    }
}

/// True when the index is over the column.
pub fn index(index: &Index, column: &str) -> bool {
    let part = |p: &IndexPart| {
        if p.is_expression { Mentions::of([p.column.as_str()]).has_word(column) } else { p.column == column }
    };
    index.parts.iter().any(part)
        || index.include.iter().any(|c| c == column)
        || Mentions::of(index.filter.as_deref()).has_word(column)
}
