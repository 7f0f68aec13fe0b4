//! From the table that is there to the proposed ones, and how that is tried on its rows.
use super::{carry::Moves, shape::Shape};
use crate::kit::steps::{accepted, prepares, returns, step};
use tw_model::{
    change::Change,
    claim::ClaimId,
    diff::diff,
    discovery::CarriedFound,
    ident::{list, literal, name, quote},
    schema::{Name, Schema, View},
    trial::{Apart, Base, Expect, Step, Trial, Twin},
};

/// Statements that move the rows, for one transaction: the new tables, their rows, then what the table loses and all that hung
/// on it, made anew where its columns went. The table is locked before its rows are read: what another session wrote between that
/// and the loss of its columns would be gone.
pub fn statements(shape: &Shape, moves: &Moves) -> Vec<String> {
    moved(shape, moves, None)
}

/// The same; of the `short` part one row is left out.
fn moved(shape: &Shape, moves: &Moves, short: Option<usize>) -> Vec<String> {
    let sql = |from: &Schema, to: &Schema| diff(from, to).iter().flat_map(Change::sql).collect::<Vec<_>>();
    let mut all = vec![format!("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", name(&shape.of.name()))];
    all.extend(sql(&moves.from, &moves.beside));
    all.extend(
        (0..shape.parts.len()).filter(|n| Some(*n) != shape.kept).filter_map(|n| filled(shape, moves, n, short)),
    );
    all.extend(sql(&moves.beside, &moves.after));
    all
}

fn filled(shape: &Shape, moves: &Moves, n: usize, short: Option<usize>) -> Option<String> {
    let table = moves.beside.table(&shape.names[n])?;
    let columns = list(table.columns.iter().filter(|c| c.generated.is_none()).map(|c| &c.name));
    let key = shape.parts[n].key;
    let whole = if shape.lacks(key) {
        let has: Vec<String> = shape.columns(key).iter().map(|c| format!("{} IS NOT NULL", quote(c))).collect();
        format!(" WHERE {}", has.join(" AND "))
    } else {
        String::new()
    };
    let rest = if short == Some(n) { " OFFSET 1" } else { "" };
    let (new, old) = (name(&table.name), name(&shape.of.name()));
    Some(format!("INSERT INTO {new} ({columns}) SELECT DISTINCT {columns} FROM {old}{whole}{rest}"))
}

/// What the old shape is called as a view: where the table is gone it has its name.
pub fn view_name(shape: &Shape) -> Name {
    let old = shape.of.name();
    match shape.kept {
        Some(_) => Name { name: crate::kit::fitting(&format!("{}_whole", old.name)), ..old },
        None => old,
    }
}

/// A view with the columns of the table as it was. With the rights of who asks, so that row security hides what it hid
/// (PostgreSQL 15 and later; where there is none it is a plain view).
pub fn view(shape: &Shape) -> View {
    let old = shape.of.declared.and_then(|schema| schema.table(&shape.of.name()));
    let hides = old.is_some_and(|t| t.row_security);
    let options = if hides { vec!["security_invoker=true".into()] } else { vec![] };
    let owner = old.and_then(|t| t.owner.clone());
    View { name: view_name(shape), query: shape.joined(), options, owner, ..View::default() }
}

/// Moves the rows and compares: the old shape shows every row that was there, and no other. The weaker steps leave
/// one row of a new table behind.
pub fn trial(shape: &Shape, moves: &Moves) -> Trial {
    let short = (0..shape.parts.len()).find(|n| Some(*n) != shape.kept);
    Trial {
        claim: ClaimId(format!("normal-forms/migration {}", shape.of.table)),
        base: Base::Sample,
        isolation: Apart::Rollback,
        steps: compared(shape, moved(shape, moves, None)),
        twin: Twin::Steps {
            weaker: "one row of a new table is left behind".into(),
            steps: compared(shape, moved(shape, moves, short)),
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

/// Moves the rows and asks the catalogue for all that was made anew: nothing is missing. The weaker steps make one thing less;
/// none where nothing hung on the table.
pub fn carried(shape: &Shape, moves: &Moves) -> Option<Trial> {
    let less = moves.carried.iter().rfind(|c| c.kind != "view").or(moves.carried.last())?;
    let steps = |way: &Moves| {
        let made = statements(shape, way).into_iter().map(accepted);
        made.chain([returns(missing(&moves.carried), vec![])]).collect::<Vec<_>>()
    };
    Some(Trial {
        claim: ClaimId(format!("normal-forms/carried {}", shape.of.table)),
        base: Base::Sample,
        isolation: Apart::Rollback,
        steps: steps(moves),
        twin: Twin::Steps {
            weaker: format!("{} {} of {} is not made anew", less.kind, less.name, less.table),
            steps: steps(&moves.without(less)),
        },
    })
}

/// Those things that the catalogue does not have.
fn missing(carried: &[CarriedFound]) -> String {
    let rows: Vec<String> = carried
        .iter()
        .map(|c| format!("({}, {}, {})", literal(&c.kind), literal(&c.table), literal(&c.name)))
        .collect();
    let role = "coalesce(pg_catalog.pg_get_userbyid(nullif(a.grantee, 0)), 'public') || ' ' || a.privilege_type";
    format!(
        "SELECT w.kind, w.tab, w.name FROM (VALUES {}) w (kind, tab, name) WHERE NOT EXISTS (SELECT 1 FROM (\
         SELECT 'constraint' kind, conrelid rel, conname::text name FROM pg_catalog.pg_constraint \
         UNION ALL SELECT 'index', i.indrelid, c.relname FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
         UNION ALL SELECT 'trigger', tgrelid, tgname FROM pg_catalog.pg_trigger \
         UNION ALL SELECT 'policy', polrelid, polname FROM pg_catalog.pg_policy \
         UNION ALL SELECT 'row security', oid, '' FROM pg_catalog.pg_class WHERE relrowsecurity \
         UNION ALL SELECT 'view', oid, '' FROM pg_catalog.pg_class WHERE relkind IN ('v', 'm') \
         UNION ALL SELECT CASE attgenerated WHEN '' THEN 'default' ELSE 'generated column' END, attrelid, attname FROM pg_catalog.pg_attribute WHERE atthasdef \
         UNION ALL SELECT 'comment', attrelid, attname FROM pg_catalog.pg_attribute WHERE pg_catalog.col_description(attrelid, attnum) IS NOT NULL \
         UNION ALL SELECT 'privilege', c.oid, {role} FROM pg_catalog.pg_class c, pg_catalog.aclexplode(c.relacl) a \
         UNION ALL SELECT 'privilege', t.attrelid, {role} || ' (' || t.attname || ')' FROM pg_catalog.pg_attribute t, pg_catalog.aclexplode(t.attacl) a\
         ) o WHERE o.kind = w.kind AND o.rel = pg_catalog.to_regclass(w.tab) AND o.name = w.name) ORDER BY 1, 2, 3",
        rows.join(", ")
    )
}
