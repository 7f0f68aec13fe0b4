//! From the table that is there to the proposed ones, and how that is tried on its rows.
use super::{Columns, shape::Shape};
use crate::kit::steps::{accepted, prepares, returns, step};
use tw_model::{
    change::Change,
    claim::ClaimId,
    ident::{list, name, quote},
    schema::{ConstraintKind, Name},
    trial::{Apart, Base, Expect, Step, Trial, Twin},
};

/// Statements that move the rows, for one transaction. The part with the table's key stays where it is and loses its other
/// columns; where no part has one, the table goes.
pub fn statements(shape: &Shape) -> Vec<String> {
    moved(shape, None)
}

/// The same; of the `short` part one row is left out.
fn moved(shape: &Shape, short: Option<usize>) -> Vec<String> {
    let old = shape.of.name();
    let mut all = vec![];
    let mut references = vec![];
    for (n, mut table) in shape.after().into_iter().enumerate() {
        let foreign = |kind: &ConstraintKind| matches!(kind, ConstraintKind::Foreign { .. });
        let (later, now): (Vec<_>, Vec<_>) = table.constraints.into_iter().partition(|c| foreign(&c.kind));
        references.extend(later.into_iter().map(|c| (table.name.clone(), c)));
        if Some(n) == shape.kept {
            continue;
        }
        table.constraints = now;
        all.extend(Change::CreateTable { table: table.clone() }.sql());
        let columns = list(table.columns.iter().map(|c| &c.name));
        let key = shape.parts[n].key;
        let whole = if shape.lacks(key) {
            let has: Vec<String> = shape.columns(key).iter().map(|c| format!("{} IS NOT NULL", quote(c))).collect();
            format!(" WHERE {}", has.join(" AND "))
        } else {
            String::new()
        };
        let rest = if short == Some(n) { " OFFSET 1" } else { "" };
        all.push(format!(
            "INSERT INTO {} ({columns}) SELECT DISTINCT {columns} FROM {}{whole}{rest}",
            name(&table.name),
            name(&old)
        ));
    }
    match shape.kept {
        Some(kept) => {
            if shape.given.keys.is_empty() {
                let constraint = shape.key(kept);
                all.extend(Change::AddConstraint { table: old.clone(), constraint }.sql());
            }
            let away = shape.all().minus(shape.parts[kept].columns);
            let drop = |c: String| Change::DropColumn { table: old.clone(), column: c };
            all.extend(shape.columns(away).into_iter().flat_map(|c| drop(c).sql()));
        }
        None => all.extend(Change::DropTable { name: old.clone() }.sql()),
    }
    all.extend(
        references.into_iter().flat_map(|(table, constraint)| Change::AddConstraint { table, constraint }.sql()),
    );
    all
}

/// A view with the columns of the table as it was. Where the table is gone it has its name.
pub fn view(shape: &Shape) -> String {
    let old = shape.of.name();
    let called = match shape.kept {
        Some(_) => Name { name: crate::kit::fitting(&format!("{}_whole", old.name)), ..old },
        None => old,
    };
    format!("CREATE VIEW {} AS {}", name(&called), shape.joined())
}

/// Moves the rows and compares: the old shape shows every row that was there, and no other. The weaker steps leave
/// one row of a new table behind.
pub fn trial(shape: &Shape) -> Trial {
    let short = (0..shape.parts.len()).find(|n| Some(*n) != shape.kept);
    Trial {
        claim: ClaimId(format!("normal-forms/migration {}", shape.of.table)),
        base: Base::Sample,
        isolation: Apart::Rollback,
        steps: compared(shape, moved(shape, None)),
        twin: Twin::Steps {
            weaker: "one row of a new table is left behind".into(),
            steps: compared(shape, moved(shape, short)),
        },
    }
}

fn compared(shape: &Shape, moves: Vec<String>) -> Vec<Step> {
    let old = name(&shape.of.name());
    let columns = list(shape.columns(shape.all()));
    let joined = shape.joined();
    let mut steps = vec![
        prepares(format!("CREATE TEMPORARY TABLE tw_before AS SELECT {columns} FROM {old}")),
        prepares(format!("SELECT count(*) FROM (SELECT DISTINCT {columns} FROM tw_before) b")),
    ];
    steps.extend(moves.into_iter().map(accepted));
    steps.push(step(format!("SELECT count(*) FROM ({joined}) a"), Expect::SameAs { step: 1, ordered: true }));
    let none = |sql: String| returns(sql, vec![]);
    steps.push(none(format!("SELECT {columns} FROM tw_before EXCEPT {joined}")));
    steps.push(none(format!("{joined}\nEXCEPT SELECT {columns} FROM tw_before")));
    steps
}

/// What of the table lies on columns that move: constraints, indexes and the like, by name and columns.
pub fn hanging<'a>(shape: &Shape, objects: impl IntoIterator<Item = (&'a str, Columns)>) -> Vec<String> {
    let Some(kept) = shape.kept else { return objects.into_iter().map(|(what, _)| what.to_string()).collect() };
    let away = shape.all().minus(shape.parts[kept].columns);
    objects.into_iter().filter(|(_, on)| !on.and(away).is_empty()).map(|(what, _)| what.to_string()).collect()
}
