//! Functions, procedures and aggregates.
use super::context::Context;
use postgres::{Error, Row, Transaction};
use std::collections::HashMap;
use tw_model::{
    ident::{literal, name},
    schema::{Function, Name},
};

const ROUTINES: &str = "
SELECT p.oid, p.pronamespace, p.proname::text, p.prokind::text, p.proowner,
       pg_catalog.pg_get_function_identity_arguments(p.oid),
       CASE WHEN p.prokind <> 'a' THEN pg_catalog.pg_get_functiondef(p.oid) END
FROM pg_catalog.pg_proc p
WHERE p.pronamespace = ANY ($1)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
                  AND d.objid = p.oid AND d.deptype IN ('i', 'e'))
ORDER BY p.pronamespace::pg_catalog.regnamespace::text, p.proname, 6";

const AGGREGATES: &str = "
SELECT p.oid, pg_catalog.pg_get_function_arguments(p.oid), a.aggkind::text, p.proparallel::text,
       a.aggtransfn::text, pg_catalog.format_type(a.aggtranstype, NULL), a.aggtransspace,
       NULLIF(a.aggfinalfn::text, '-'), a.aggfinalextra, a.aggfinalmodify::text,
       NULLIF(a.aggcombinefn::text, '-'), NULLIF(a.aggserialfn::text, '-'), NULLIF(a.aggdeserialfn::text, '-'),
       NULLIF(a.aggmtransfn::text, '-'), NULLIF(a.aggminvtransfn::text, '-'),
       CASE WHEN a.aggmtranstype <> 0 THEN pg_catalog.format_type(a.aggmtranstype, NULL) END, a.aggmtransspace,
       NULLIF(a.aggmfinalfn::text, '-'), a.aggmfinalextra, a.aggmfinalmodify::text,
       a.agginitval, a.aggminitval, o.oprname::text, n.nspname::text
FROM pg_catalog.pg_aggregate a JOIN pg_catalog.pg_proc p ON p.oid = a.aggfnoid
LEFT JOIN pg_catalog.pg_operator o ON o.oid = a.aggsortop LEFT JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
WHERE p.pronamespace = ANY ($1)";

/// Every routine that is no extension's.
pub(super) fn read(t: &mut Transaction, c: &mut Context) -> Result<Vec<Function>, Error> {
    let scope = c.scope();
    let mut aggregates: HashMap<u32, Row> = HashMap::new();
    for row in t.query(AGGREGATES, &[&scope])? {
        aggregates.insert(row.get(0), row);
    }
    let mut all = vec![];
    for row in t.query(ROUTINES, &[&scope])? {
        let (oid, kind): (u32, String) = (row.get(0), row.get(3));
        let full = c.name(row.get(1), row.get(2));
        let text: Option<String> = row.get(6);
        let definition = match (text, aggregates.remove(&oid)) {
            (Some(text), _) => text.trim().to_string(),
            (None, Some(aggregate)) => aggregate_definition(&full, &aggregate),
            (None, None) => continue,
        };
        all.push(Function {
            name: full,
            arguments: row.get(5),
            procedure: kind == "p",
            aggregate: kind == "a",
            definition,
            owner: c.owner(row.get(4)),
            comment: c.comment("pg_proc", oid, 0),
        });
    }
    Ok(all)
}

fn aggregate_definition(full: &Name, row: &Row) -> String {
    let arguments: String = row.get(1);
    let arguments = if arguments.is_empty() { "*" } else { &arguments };
    let text = |at: usize| row.get::<_, Option<String>>(at);
    let mut parts =
        vec![format!("SFUNC = {}", text(4).unwrap_or_default()), format!("STYPE = {}", text(5).unwrap_or_default())];
    let mut say = |word: &str, value: Option<String>| {
        parts.extend(value.map(|v| format!("{word} = {v}")));
    };
    let space = |at: usize| Some(row.get::<_, i32>(at)).filter(|s| *s != 0).map(|s| s.to_string());
    let modify = |at: usize| match text(at).as_deref() {
        Some("s") => Some("SHAREABLE".to_string()),
        Some("w") => Some("READ_WRITE".to_string()),
        _ => None,
    };
    let ordered = row.get::<_, String>(2) != "n";
    say("SSPACE", space(6));
    say("FINALFUNC", text(7));
    // Ordered-set aggregates are READ_WRITE unless said otherwise.
    let usual = if ordered { "w" } else { "r" };
    let finals = text(9).filter(|m| m != usual);
    say(
        "FINALFUNC_MODIFY",
        finals.map(|m| match m.as_str() {
            "r" => "READ_ONLY".to_string(),
            "s" => "SHAREABLE".to_string(),
            _ => "READ_WRITE".to_string(),
        }),
    );
    say("COMBINEFUNC", text(10));
    say("SERIALFUNC", text(11));
    say("DESERIALFUNC", text(12));
    say("INITCOND", text(20).map(|v| literal(&v)));
    say("MSFUNC", text(13));
    say("MINVFUNC", text(14));
    say("MSTYPE", text(15));
    say("MSSPACE", space(16));
    say("MFINALFUNC", text(17));
    if text(13).is_some() {
        say("MFINALFUNC_MODIFY", modify(19));
    }
    say("MINITCOND", text(21).map(|v| literal(&v)));
    let operator = text(22).zip(text(23));
    say("SORTOP", operator.map(|(o, n)| format!("OPERATOR({}.{o})", tw_model::ident::quote(&n))));
    say(
        "PARALLEL",
        text(3).and_then(|p| match p.as_str() {
            "s" => Some("SAFE".to_string()),
            "r" => Some("RESTRICTED".to_string()),
            _ => None,
        }),
    );
    for (at, word) in [(8, "FINALFUNC_EXTRA"), (18, "MFINALFUNC_EXTRA")] {
        if row.get(at) {
            parts.push(word.into());
        }
    }
    if row.get::<_, String>(2) == "h" {
        parts.push("HYPOTHETICAL".into());
    }
    format!("CREATE AGGREGATE {}({arguments}) (\n    {}\n)", name(full), parts.join(",\n    "))
}
