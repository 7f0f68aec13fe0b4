//! Tables and what hangs on them.
use super::{Dice, Features, comment, objects::sequence};
use tw_model::{model::Action, schema::*};

/// Columns that may be in a table: a name fixes the family of types, so that any change of type has a cast.
const COLUMNS: &[(&str, &[&str])] = &[
    ("n0", &["integer", "bigint", "numeric(12,2)", "smallint"]),
    ("n1", &["integer", "bigint", "double precision"]),
    ("s0", &["text", "character varying(40)", "character(8)"]),
    ("s1", &["text", "character varying(100)"]),
    ("d0", &["date", "timestamp with time zone", "timestamp without time zone"]),
    ("b0", &["boolean"]),
    ("j0", &["jsonb", "json"]),
    ("u0", &["uuid"]),
    ("r0", &["int4range"]),
    ("Mixed Case", &["text", "character varying(10)"]),
    ("order", &["integer", "bigint"]),
    ("e0", &["public.mood", "text"]),
    ("m0", &["public.positive", "integer"]),
    ("a0", &["text[]", "public.mood[]"]),
    ("c0", &["public.point3", "text"]),
];

pub fn column(d: &mut Dice, name: &str, ty: &str) -> Column {
    let default = match (name, ty) {
        ("n0" | "n1" | "order", _) => d.pick(&["0", "42", "(1 + 1)"]),
        ("s0" | "s1" | "Mixed Case", _) => d.pick(&["'x'", "'it''s'"]),
        ("d0", "date") => "CURRENT_DATE",
        ("d0", _) => "now()",
        ("b0", _) => "true",
        ("u0", _) => "gen_random_uuid()",
        ("e0", "public.mood") => "'ok'",
        ("m0", _) => "7",
        ("a0", "text[]") => "ARRAY['a', 'b']",
        _ => "NULL",
    };
    let text = matches!(ty, "text") || ty.starts_with("character");
    Column {
        name: name.into(),
        ty: ty.into(),
        not_null: d.once_in(3),
        default: (default != "NULL" && d.once_in(3)).then(|| default.to_string()),
        collation: (text && d.once_in(5)).then(|| "C".into()),
        storage: (ty == "text" && d.once_in(5)).then(|| "EXTERNAL".into()),
        compression: (ty == "text" && d.once_in(6)).then(|| "pglz".into()),
        comment: comment(d),
        ..Column::default()
    }
}

pub fn constraint(name: &str, kind: ConstraintKind) -> Constraint {
    Constraint { name: name.into(), kind, deferrable: None, not_valid: false, comment: None }
}

pub fn table(d: &mut Dice, features: Features, name: Name, s: &mut Schema) -> Table {
    let short = format!("{}_{}", name.schema, name.name.replace(' ', "_").to_lowercase());
    let mut t = Table { name: name.clone(), comment: comment(d), ..Table::default() };
    let mut id = column(d, "id", "bigint");
    (id.default, id.not_null) = (None, true);
    match d.below(4) {
        0 => {
            id.identity = Some(Identity {
                always: d.once_in(2),
                options: if d.once_in(2) { "START WITH 100 CACHE 5".into() } else { String::new() },
            });
        }
        1 => {
            let mut owned = sequence(d, &format!("{short}_id_seq"));
            owned.name.schema.clone_from(&name.schema);
            owned.owned_by = Some((name.clone(), "id".into()));
            owned.owner = None;
            let full = tw_model::ident::name(&owned.name);
            id.default = Some(format!("nextval('{full}'::regclass)"));
            s.sequences.push(owned);
        }
        _ => {}
    }
    t.columns.push(id);
    for (column_name, types) in COLUMNS {
        if d.once_in(2) {
            let ty = d.pick(types);
            let c = column(d, column_name, ty);
            t.columns.push(c);
        }
    }
    let has = |t: &Table, c: &str| t.column(c).is_some();
    if has(&t, "n0") && d.once_in(2) {
        let expression = d.pick(&["n0 * 2", "n0 + 1"]).to_string();
        let mut c = column(d, "g0", "numeric");
        (c.default, c.not_null) = (None, false);
        c.generated = Some(Generated { expression, stored: features.major < 18 || d.once_in(2) });
        t.columns.push(c);
    }
    let key = ConstraintKind::Primary {
        columns: vec!["id".into()],
        include: if has(&t, "b0") && d.once_in(3) { vec!["b0".into()] } else { vec![] },
    };
    t.constraints.push(Constraint { comment: comment(d), ..constraint(&format!("pk_{short}"), key) });
    if has(&t, "n1") && d.once_in(2) {
        let kind = ConstraintKind::Unique {
            columns: vec!["n1".into(), "id".into()],
            include: vec![],
            nulls_not_distinct: features.major >= 15 && d.once_in(2),
        };
        t.constraints.push(Constraint {
            deferrable: d.pick(&[None, Some(false), Some(true)]),
            ..constraint(&format!("uq_{short}"), kind)
        });
    }
    for (at, (needs, expression)) in [
        ("n0", "(n0 > 0)"),
        ("s0", "((s0)::text <> ''::text)"),
        ("order", "\"order\" >= 0 AND \"order\" < 100"),
        ("m0", "public.next_of(m0::integer) > 0"),
        ("e0", "e0::text IN ('sad', 'ok')"),
    ]
    .into_iter()
    .enumerate()
    {
        if has(&t, needs) && d.once_in(2) {
            let kind = ConstraintKind::Check { expression: expression.into(), no_inherit: d.once_in(5) };
            t.constraints.push(Constraint {
                not_valid: d.once_in(4),
                comment: comment(d),
                ..constraint(&format!("chk_{short}_{at}"), kind)
            });
        }
    }
    if has(&t, "r0") && d.once_in(2) {
        let filter = if d.once_in(2) { " WHERE ((id > 5))" } else { "" };
        let definition = format!("USING gist (r0 WITH &&){filter}");
        t.constraints.push(constraint(&format!("ex_{short}"), ConstraintKind::Exclude { definition }));
    }
    indexes(d, features, &mut t, &short);
    hangings(d, &mut t, &short);
    t
}

pub fn indexes(d: &mut Dice, features: Features, t: &mut Table, short: &str) {
    let plain = |column: &str| IndexPart { column: column.into(), ..IndexPart::default() };
    let expression = |text: &str| IndexPart { column: text.into(), is_expression: true, ..IndexPart::default() };
    let index = |end: &str, parts| Index {
        name: format!("idx_{short}_{end}"),
        method: "btree".into(),
        parts,
        ..Index::default()
    };
    let mut wanted: Vec<(&str, Index)> = vec![];
    let mut down = plain("n0");
    down.desc = true;
    down.nulls_first = d.once_in(2).then_some(false);
    wanted.push((
        "n0",
        Index {
            unique: d.once_in(3),
            nulls_not_distinct: false,
            include: vec!["id".into()],
            options: if d.once_in(2) { vec![("fillfactor".into(), "70".into())] } else { vec![] },
            ..index("n0", vec![down])
        },
    ));
    let mut pattern = plain("s1");
    pattern.opclass = Some("text_pattern_ops".into());
    wanted.push((
        "s1",
        Index {
            filter: d.once_in(2).then(|| "(id > 10)".into()),
            unique: true,
            nulls_not_distinct: features.major >= 15 && d.once_in(2),
            ..index("s1", vec![pattern, plain("id")])
        },
    ));
    wanted.push(("s0", index("s0", vec![expression("lower((s0)::text)"), expression("((s0)::text || 'x'::text)")])));
    let mut collated = plain("Mixed Case");
    collated.collation = Some(d.pick(&["C", "POSIX"]).to_string());
    collated.nulls_first = d.once_in(2).then_some(true);
    wanted.push(("Mixed Case", index("mixed", vec![collated])));
    wanted.push(("m0", index("fn", vec![expression("public.next_of(m0::integer)")])));
    let mut json = plain("j0");
    json.opclass = d.once_in(2).then(|| "jsonb_path_ops".into());
    if t.column("j0").is_some_and(|c| c.ty == "jsonb") {
        wanted.push(("j0", Index { method: "gin".into(), ..index("j0", vec![json]) }));
    }
    wanted.push(("u0", Index { method: "hash".into(), ..index("u0", vec![plain("u0")]) }));
    let pages = vec![("pages_per_range".to_string(), "64".to_string())];
    wanted.push(("d0", Index { method: "brin".into(), options: pages, ..index("d0", vec![plain("d0")]) }));
    for (needs, mut i) in wanted {
        if t.column(needs).is_some() && d.once_in(2) {
            i.comment = comment(d);
            t.indexes.push(i);
        }
    }
}

pub fn hangings(d: &mut Dice, t: &mut Table, short: &str) {
    let full = tw_model::ident::name(&t.name);
    if d.once_in(2) {
        let when = d.pick(&["BEFORE INSERT", "AFTER INSERT OR DELETE", "BEFORE UPDATE OF id"]);
        t.triggers.push(Trigger {
            name: format!("trg_{short}"),
            definition: format!(
                "CREATE TRIGGER trg_{short} {when} ON {full} FOR EACH ROW EXECUTE FUNCTION public.touch()"
            ),
            enabled: d.pick(&["O", "O", "D", "A", "R"]).into(),
            comment: comment(d),
        });
    }
    if d.once_in(3) {
        t.row_security = !d.once_in(3);
        t.force_row_security = d.once_in(2);
        let command = d.pick(&["ALL", "SELECT", "UPDATE"]).to_string();
        t.policies.push(Policy {
            name: format!("own_{short}"),
            permissive: !d.once_in(3),
            roles: if d.once_in(2) { vec!["tw_app".into(), "tw_teller".into()] } else { vec!["public".into()] },
            using: Some("(id > 0)".into()),
            check: (command != "SELECT" && d.once_in(2)).then(|| "(id < 1000)".into()),
            command,
            comment: comment(d),
        });
    }
    if d.once_in(3) {
        t.options.push(("fillfactor".into(), d.pick(&["80", "90"]).into()));
    }
    if d.once_in(3) {
        t.options.push(("autovacuum_enabled".into(), "false".into()));
    }
    t.unlogged = d.once_in(8);
    t.owner = d.once_in(6).then(|| "tw_owner".into());
}

pub fn foreign_keys(d: &mut Dice, s: &mut Schema) {
    let targets: Vec<(Name, bool)> = s.tables.iter().map(|t| (t.name.clone(), t.unlogged)).collect();
    for t in &mut s.tables {
        if t.column("n1").is_some_and(|c| c.ty != "double precision") && !targets.is_empty() && d.once_in(2) {
            let (target, unlogged) = d.pick(&targets);
            if unlogged && !t.unlogged {
                continue;
            }
            let actions = [Action::NoAction, Action::Cascade, Action::Restrict, Action::SetNull, Action::SetDefault];
            let kind = ConstraintKind::Foreign {
                columns: vec!["n1".into()],
                target,
                target_columns: vec!["id".into()],
                on_delete: d.pick(&actions),
                on_update: d.pick(&actions),
                match_full: d.once_in(4),
            };
            t.constraints.push(Constraint {
                deferrable: d.pick(&[None, Some(false), Some(true)]),
                not_valid: d.once_in(4),
                comment: comment(d),
                ..constraint("fk_n1", kind)
            });
        }
    }
}
