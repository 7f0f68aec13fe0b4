//! Constraints besides NOT NULL.
use super::context::Context;
use postgres::{Error, Row, Transaction};
use std::collections::HashMap;
use tw_model::{
    ident::bare,
    model::Action,
    schema::{Constraint, ConstraintKind},
};

/// `$2` has the columns that are not in every major.
const CONSTRAINTS: &str = "
SELECT o.oid, o.conrelid, o.conname::text, o.contype::text, o.condeferrable, o.condeferred, o.convalidated,
       o.confrelid, o.confdeltype::text, o.confupdtype::text, o.confmatchtype::text, o.connoinherit,
       pg_catalog.pg_get_constraintdef(o.oid), pg_catalog.pg_get_expr(o.conbin, o.conrelid),
       ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(o.conkey) WITH ORDINALITY k(n, i)
             JOIN pg_catalog.pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = k.n ORDER BY k.i),
       ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(o.confkey) WITH ORDINALITY k(n, i)
             JOIN pg_catalog.pg_attribute a ON a.attrelid = o.confrelid AND a.attnum = k.n ORDER BY k.i),
       ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(x.indkey::int2[]) WITH ORDINALITY k(n, i)
             JOIN pg_catalog.pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = k.n
             WHERE k.i > x.indnkeyatts ORDER BY k.i),
       ic.reloptions, ic.relname::text, COALESCE(x.indisclustered, false), COALESCE(x.indisreplident, false),
       ic.reltablespace, FORKS
FROM pg_catalog.pg_constraint o
JOIN pg_catalog.pg_class c ON c.oid = o.conrelid
LEFT JOIN pg_catalog.pg_index x ON x.indexrelid = o.conindid AND o.contype IN ('p', 'u', 'x')
LEFT JOIN pg_catalog.pg_class ic ON ic.oid = x.indexrelid
WHERE c.relnamespace = ANY ($1) AND c.relkind IN ('r', 'p') AND o.contype IN ('p', 'u', 'c', 'f', 'x')
  AND o.conparentid = 0 AND NOT (o.contype = 'c' AND o.coninhcount > 0)
ORDER BY o.conrelid, pg_catalog.array_position(ARRAY['p', 'u', 'x', 'c', 'f'], o.contype::text), o.conname";

/// The constraints of every table, by table.
pub(super) fn read(t: &mut Transaction, c: &mut Context) -> Result<HashMap<u32, Vec<Constraint>>, Error> {
    let nulls = if c.version >= 150_000 {
        "COALESCE(x.indnullsnotdistinct, false), o.confdelsetcols IS NOT NULL"
    } else {
        "false, false"
    };
    let newest = if c.version >= 180_000 { "o.conperiod, o.conenforced" } else { "false, true" };
    let sql = CONSTRAINTS.replace("FORKS", &format!("{nulls}, {newest}"));
    let mut all: HashMap<u32, Vec<Constraint>> = HashMap::new();
    for row in t.query(&sql, &[&c.scope()])? {
        let mut constraint = constraint(c, &row);
        constraint.comment = c.comment("pg_constraint", row.get(0), 0);
        note_the_rest(c, &row);
        all.entry(row.get(1)).or_default().push(constraint);
    }
    Ok(all)
}

fn constraint(c: &Context, row: &Row) -> Constraint {
    let deferrable: bool = row.get(4);
    let validated: bool = row.get(6);
    let enforced: bool = row.get(25);
    Constraint {
        name: row.get(2),
        kind: kind(c, row),
        deferrable: deferrable.then(|| row.get(5)),
        not_valid: !validated && enforced,
        comment: None,
    }
}

fn kind(c: &Context, row: &Row) -> ConstraintKind {
    let (columns, target_columns, include) = (row.get(14), row.get(15), row.get(16));
    let options: Option<Vec<String>> = row.get(17);
    let (nulls_not_distinct, set_columns, period, enforced): (bool, bool, bool, bool) =
        (row.get(22), row.get(23), row.get(24), row.get(25));
    let whole = ConstraintKind::Other { definition: definition(row, options.as_deref()) };
    let target = c.relations.get(&row.get(7)).cloned();
    match row.get::<_, String>(3).as_str() {
        _ if period || !enforced || options.is_some() => whole,
        "p" => ConstraintKind::Primary { columns, include },
        "u" => ConstraintKind::Unique { columns, include, nulls_not_distinct },
        "c" => {
            let expression: Option<String> = row.get(13);
            ConstraintKind::Check {
                expression: bare(&expression.unwrap_or_default()).to_string(),
                no_inherit: row.get(11),
            }
        }
        "f" if !set_columns && row.get::<_, String>(10) != "p" => match target {
            Some(target) => ConstraintKind::Foreign {
                columns,
                target,
                target_columns,
                on_delete: action(row.get(8)),
                on_update: action(row.get(9)),
                match_full: row.get::<_, String>(10) == "f",
            },
            None => whole,
        },
        "x" => {
            let text = definition(row, None);
            ConstraintKind::Exclude { definition: text.strip_prefix("EXCLUDE ").unwrap_or(&text).to_string() }
        }
        _ => whole,
    }
}

/// The server's text without what [`Constraint`] says in fields of its own, with the index's options.
fn definition(row: &Row, options: Option<&[String]>) -> String {
    let text: String = row.get(12);
    let mut text = text.as_str();
    for end in [" NOT VALID", " INITIALLY DEFERRED", " DEFERRABLE"] {
        text = text.strip_suffix(end).unwrap_or(text);
    }
    match options {
        None => text.to_string(),
        Some(options) => format!("{text} WITH ({})", options.join(", ")),
    }
}

fn action(letter: String) -> Action {
    match letter.as_str() {
        "r" => Action::Restrict,
        "c" => Action::Cascade,
        "n" => Action::SetNull,
        "d" => Action::SetDefault,
        _ => Action::NoAction,
    }
}

fn note_the_rest(c: &mut Context, row: &Row) {
    let index: Option<String> = row.get(18);
    let index = index.unwrap_or_default();
    if row.get(19) {
        c.not_read.push(format!("CLUSTER ON {index}"));
    }
    if row.get(20) {
        c.not_read.push(format!("REPLICA IDENTITY USING INDEX {index}"));
    }
    if row.get::<_, Option<u32>>(21).is_some_and(|space| space != 0) {
        c.not_read.push(format!("tablespace of index {index}"));
    }
}
