//! Types, sequences and functions.
use super::{Dice, comment, public};
use tw_model::schema::*;

pub fn types(d: &mut Dice) -> Vec<TypeDef> {
    let mut labels = vec!["sad".to_string(), "ok".into(), "it's fine".into(), "happy".into()];
    if d.once_in(2) {
        labels.insert(d.below(4), "new".into());
    }
    if d.once_in(4) {
        labels.remove(3);
    }
    let mut checks = vec![("positive_check".to_string(), "CHECK ((VALUE > 0))".to_string())];
    if d.once_in(2) {
        checks.push(("not_huge".into(), "CHECK ((VALUE < 1000000))".into()));
    }
    let mut attributes = vec![("x".to_string(), "integer".to_string()), ("y".into(), "integer".into())];
    if d.once_in(2) {
        attributes.push(("z".into(), "numeric(8,2)".into()));
    }
    let kinds = [
        ("mood", TypeKind::Enum { labels }),
        (
            "positive",
            TypeKind::Domain {
                base: if d.once_in(4) { "bigint" } else { "integer" }.into(),
                collation: None,
                default: d.once_in(2).then(|| "1".into()),
                not_null: d.once_in(4),
                checks,
            },
        ),
        ("point3", TypeKind::Composite { attributes }),
        (
            "float_range",
            TypeKind::Range {
                subtype: "double precision".into(),
                options: vec![("subtype_diff".into(), "float8mi".into())],
            },
        ),
    ];
    kinds
        .into_iter()
        .map(|(name, kind)| TypeDef {
            name: public(name),
            kind,
            owner: d.once_in(5).then(|| "tw_owner".into()),
            comment: comment(d),
        })
        .collect()
}

pub fn sequence(d: &mut Dice, name: &str) -> Sequence {
    let up = !d.once_in(4);
    Sequence {
        name: public(name),
        ty: "bigint".into(),
        start: if up { 10 } else { -10 },
        increment: if up { 1 + d.below(2) as i64 } else { -1 },
        min: if up { 1 } else { i64::MIN },
        max: if up { i64::MAX } else { -1 },
        cache: 1 + d.below(3) as i64,
        cycle: d.once_in(2),
        owned_by: None,
        owner: d.once_in(4).then(|| "tw_owner".into()),
        comment: comment(d),
    }
}

pub fn functions(d: &mut Dice) -> Vec<Function> {
    let plus = if d.once_in(2) { "$1 + 1" } else { "$1 + 2" };
    let returns = if d.once_in(4) { "bigint" } else { "integer" };
    let function = |name: &str, arguments: &str, definition: String| Function {
        name: public(name),
        arguments: arguments.into(),
        definition,
        ..Function::default()
    };
    let mut all = vec![
        function(
            "next_of",
            "integer",
            format!("CREATE OR REPLACE FUNCTION public.next_of(integer)\n RETURNS {returns}\n LANGUAGE sql\n IMMUTABLE STRICT\nAS $function$SELECT ({plus})::{returns}$function$"),
        ),
        function(
            "touch",
            "",
            "CREATE OR REPLACE FUNCTION public.touch()\n RETURNS trigger\n LANGUAGE plpgsql\nAS $function$BEGIN RETURN NEW; END$function$".into(),
        ),
        function(
            "mood_rank",
            "m public.mood",
            "CREATE OR REPLACE FUNCTION public.mood_rank(m public.mood)\n RETURNS integer\n LANGUAGE sql\n IMMUTABLE\nAS $function$SELECT 1$function$".into(),
        ),
    ];
    if d.once_in(2) {
        let mut f = function(
            "tidy",
            "IN how integer",
            "CREATE OR REPLACE PROCEDURE public.tidy(IN how integer)\n LANGUAGE plpgsql\n SECURITY DEFINER\n SET search_path TO 'public'\nAS $procedure$BEGIN NULL; END$procedure$".into(),
        );
        f.procedure = true;
        all.push(f);
    }
    if d.once_in(2) {
        let mut f = function(
            "total",
            "integer",
            "CREATE AGGREGATE public.total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0')".into(),
        );
        f.aggregate = true;
        all.push(f);
    }
    for f in &mut all {
        f.owner = d.once_in(6).then(|| "tw_owner".into());
        f.comment = comment(d);
    }
    all
}
