//! Random schemas that a server accepts, from a seed. The pools of names are small, so that two schemas of
//! different seeds share objects and define them differently.
use tw_model::{model::Action, schema::*};

/// A small generator of numbers; the same seed gives the same schema.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5DEE_CE66_D1CE_4E5B)
    }
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
    /// True once in `n`.
    pub fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
    pub fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())].clone()
    }
}

/// What the generated schema may use.
#[derive(Clone, Copy)]
pub struct Features {
    pub major: u32,
}

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

const TABLES: &[(&str, &str)] = &[
    ("public", "accounts"),
    ("public", "user"),
    ("sales", "Order Lines"),
    ("sales", "accounts"),
    ("public", "events"),
];

/// Roles of every generated schema; they are the server's, so each test drops them.
pub const ROLES: &[&str] = &["tw_app", "tw_teller", "tw_owner"];

/// A schema.
pub fn schema(seed: u64, features: Features) -> Schema {
    let mut d = Dice::new(seed);
    let mut s = Schema {
        namespaces: vec![Namespace { name: "sales".into(), owner: None, comment: comment(&mut d) }],
        types: types(&mut d),
        functions: functions(&mut d),
        ..Schema::default()
    };
    s.sequences.push(sequence(&mut d, "numbers"));
    for name in TABLES {
        if !d.once_in(3) {
            let t = table(&mut d, features, Name::new(name.0, name.1), &mut s);
            let own = |q: &&mut Sequence| q.owned_by.as_ref().is_some_and(|o| o.0 == t.name);
            s.sequences.iter_mut().filter(own).for_each(|q| q.owner.clone_from(&t.owner));
            s.tables.push(t);
        }
    }
    foreign_keys(&mut d, &mut s);
    children(&mut d, &mut s);
    views(&mut d, &mut s);
    reading_function(&mut d, &mut s);
    access(&mut d, &mut s);
    s
}

fn comment(d: &mut Dice) -> Option<String> {
    let texts = ["It's a comment.", "two\nlines", "a \\ backslash", "“quoted”"];
    d.once_in(4).then(|| d.pick(&texts).to_string())
}

fn public(name: &str) -> Name {
    Name::new("public", name)
}

fn types(d: &mut Dice) -> Vec<TypeDef> {
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

fn sequence(d: &mut Dice, name: &str) -> Sequence {
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

fn functions(d: &mut Dice) -> Vec<Function> {
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

fn column(d: &mut Dice, name: &str, ty: &str) -> Column {
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

fn constraint(name: &str, kind: ConstraintKind) -> Constraint {
    Constraint { name: name.into(), kind, deferrable: None, not_valid: false, comment: None }
}

fn table(d: &mut Dice, features: Features, name: Name, s: &mut Schema) -> Table {
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

fn indexes(d: &mut Dice, features: Features, t: &mut Table, short: &str) {
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

fn hangings(d: &mut Dice, t: &mut Table, short: &str) {
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

fn foreign_keys(d: &mut Dice, s: &mut Schema) {
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

/// Partitioned tables with nested and default partitions, and a classic child.
fn children(d: &mut Dice, s: &mut Schema) {
    if d.once_in(2) {
        let by_range = d.once_in(2);
        let mut parent = Table {
            name: public("measures"),
            partition_by: Some(if by_range { "RANGE (at)" } else { "LIST (kind)" }.into()),
            ..Table::default()
        };
        let mut at = column(d, "at", "date");
        (at.default, at.not_null) = (Some("CURRENT_DATE".into()), true);
        let mut kind = column(d, "kind", "integer");
        (kind.default, kind.not_null) = (None, true);
        parent.columns = vec![at, kind, column(d, "s0", "text")];
        let columns = vec!["at".to_string(), "kind".into()];
        parent.constraints.push(constraint("pk_measures", ConstraintKind::Primary { columns, include: vec![] }));
        if d.once_in(2) {
            let kind = ConstraintKind::Check { expression: "kind > 0".into(), no_inherit: false };
            parent.constraints.push(constraint("chk_kind", kind));
        }
        if d.once_in(2) {
            let part = IndexPart { column: "s0".into(), ..IndexPart::default() };
            parent.indexes.push(Index {
                name: "idx_measures_s0".into(),
                method: "btree".into(),
                parts: vec![part],
                ..Index::default()
            });
        }
        let bounds = if by_range {
            [
                "FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
                "FOR VALUES FROM ('2025-01-01') TO (MAXVALUE)",
                "DEFAULT",
            ]
        } else {
            ["FOR VALUES IN (1, 2)", "FOR VALUES IN (3)", "DEFAULT"]
        };
        let mut partitions = vec![];
        for (i, bound) in bounds.into_iter().enumerate() {
            if d.once_in(3) {
                continue;
            }
            let mut p = Table {
                name: public(&format!("measures_{i}")),
                partition_of: Some((parent.name.clone(), bound.into())),
                ..Table::default()
            };
            if d.once_in(3) {
                // One with a default of its own.
                p.columns.clone_from(&parent.columns);
                p.columns.iter_mut().for_each(|c| c.comment = None);
                p.columns[2].default = Some("'own'".into());
                p.columns[2].not_null = true;
            }
            if i == 0 && d.once_in(2) {
                p.partition_by = Some("HASH (kind)".into());
                for part in 0..2 {
                    let bound = format!("FOR VALUES WITH (modulus 2, remainder {part})");
                    partitions.push(Table {
                        name: public(&format!("measures_0_{part}")),
                        partition_of: Some((p.name.clone(), bound)),
                        ..Table::default()
                    });
                }
            } else {
                p.options = if d.once_in(3) { vec![("fillfactor".into(), "95".into())] } else { vec![] };
            }
            partitions.insert(0, p);
        }
        s.tables.push(parent);
        partitions.sort_by_key(|p| p.name.name.len());
        s.tables.extend(partitions);
    }
    if d.once_in(3) {
        let parent = Table {
            name: public("animals"),
            columns: vec![column(d, "n0", "integer"), column(d, "s0", "text")],
            ..Table::default()
        };
        let mut columns = parent.columns.clone();
        columns.iter_mut().for_each(|c| (c.inherited, c.comment) = (true, None));
        columns[0].default = d.pick(&[None, Some("5".to_string())]);
        columns.push(column(d, "b0", "boolean"));
        let child = Table { name: public("cats"), columns, inherits: vec![parent.name.clone()], ..Table::default() };
        s.tables.extend([parent, child]);
    }
}

fn views(d: &mut Dice, s: &mut Schema) {
    let Some(t) = s.tables.first().cloned() else {
        return;
    };
    let full = tw_model::ident::name(&t.name);
    let names: Vec<String> =
        t.columns.iter().filter(|_| !d.once_in(3)).map(|c| tw_model::ident::quote(&c.name)).collect();
    let list = if names.is_empty() { "id".to_string() } else { names.join(", ") };
    if d.once_in(2) {
        s.views.push(View {
            name: public("shown"),
            query: format!("SELECT {list} FROM {full} WHERE id > {}", d.below(3)),
            options: if d.once_in(2) { vec!["security_barrier=true".into()] } else { vec![] },
            triggers: if d.once_in(2) {
                vec![Trigger {
                    name: "trg_shown".into(),
                    definition: "CREATE TRIGGER trg_shown INSTEAD OF INSERT ON public.shown FOR EACH ROW EXECUTE FUNCTION public.touch()".into(),
                    ..Trigger::default()
                }]
            } else {
                vec![]
            },
            owner: d.once_in(5).then(|| "tw_owner".into()),
            comment: comment(d),
            ..View::default()
        });
        if d.once_in(2) {
            s.views.insert(
                0,
                View {
                    name: Name::new("sales", "a_view_of_views"),
                    query: "SELECT count(*) AS n, public.next_of(1) AS next FROM public.shown".into(),
                    column_comments: if d.once_in(2) { vec![("n".into(), "How many.".into())] } else { vec![] },
                    ..View::default()
                },
            );
        }
    }
    if d.once_in(2) {
        let part = IndexPart { column: "id".into(), ..IndexPart::default() };
        s.views.push(View {
            name: public("kept"),
            materialized: true,
            query: format!("SELECT id, count(*) AS n FROM {full} GROUP BY id"),
            indexes: vec![Index {
                name: "idx_kept".into(),
                unique: true,
                method: "btree".into(),
                parts: vec![part],
                ..Index::default()
            }],
            comment: comment(d),
            ..View::default()
        });
    }
}

/// A function whose body the server parses.
fn reading_function(d: &mut Dice, s: &mut Schema) {
    if let Some(t) = s.tables.first()
        && d.once_in(2)
    {
        let full = tw_model::ident::name(&t.name);
        s.functions.push(Function {
            name: public("how_many"),
            definition: format!("CREATE OR REPLACE FUNCTION public.how_many()\n RETURNS bigint\n LANGUAGE sql\nBEGIN ATOMIC\n SELECT count(*) AS count FROM {full};\nEND"),
            ..Function::default()
        });
    }
}

fn access(d: &mut Dice, s: &mut Schema) {
    for (at, name) in ROLES.iter().enumerate() {
        s.roles.push(Role {
            name: name.to_string(),
            login: d.once_in(2),
            inherit: !d.once_in(3),
            connection_limit: d.pick(&[-1, 10]),
            member_of: if at == 0 && d.once_in(2) { vec!["tw_teller".into()] } else { vec![] },
            settings: if d.once_in(2) {
                vec![("search_path".into(), "public, sales".into()), ("statement_timeout".into(), "5s".into())]
            } else {
                vec![]
            },
            powers: vec![],
            comment: comment(d),
        });
        // Named somewhere, so that it is read.
        s.grants.push(grant(GrantOn::Namespace { name: "sales".into() }, name, "USAGE"));
    }
    let tables: Vec<Table> = s.tables.clone();
    for t in &tables {
        let on = GrantOn::Table { name: t.name.clone() };
        for privilege in ["SELECT", "INSERT", "UPDATE", "DELETE"] {
            if d.once_in(3) {
                let mut g = grant(on.clone(), d.pick(&["tw_app", "tw_teller"]), privilege);
                if d.once_in(3) && privilege != "DELETE" {
                    g.columns = t.columns.iter().take(1).map(|c| c.name.clone()).collect();
                }
                g.grantable = d.once_in(4);
                s.grants.push(g);
            }
        }
    }
    for v in &s.views {
        s.grants.push(grant(GrantOn::Table { name: v.name.clone() }, "tw_app", "SELECT"));
    }
    for f in &s.functions {
        if d.once_in(3) {
            let on = GrantOn::Function { name: f.name.clone(), arguments: f.arguments.clone() };
            s.revokes.push(grant(on.clone(), "public", "EXECUTE"));
            s.grants.push(grant(on, "tw_app", "EXECUTE"));
        }
    }
    if d.once_in(2) {
        s.revokes.push(grant(GrantOn::Type { name: public("mood") }, "public", "USAGE"));
        s.grants.push(grant(GrantOn::Sequence { name: public("numbers") }, "tw_app", "USAGE"));
        s.grants.push(grant(GrantOn::Database, "tw_app", "CONNECT"));
    }
    let mut privilege = |schema: Option<&str>, objects: &str, role: &str, privileges: &[&str], revoke| {
        if d.once_in(2) {
            s.default_privileges.push(DefaultPrivilege {
                owner: "tw_owner".into(),
                schema: schema.map(String::from),
                objects: objects.into(),
                role: role.into(),
                privileges: privileges.iter().map(|p| p.to_string()).collect(),
                revoke,
            });
        }
    };
    privilege(None, "FUNCTIONS", "public", &["EXECUTE"], true);
    privilege(Some("sales"), "TABLES", "tw_app", &["INSERT", "SELECT"], false);
    privilege(None, "SEQUENCES", "tw_teller", &["USAGE"], false);
}

fn grant(on: GrantOn, role: &str, privilege: &str) -> Grant {
    Grant { on, role: role.into(), privilege: privilege.into(), columns: vec![], grantable: false }
}
