//! Changes of tables.
use super::base::*;
use tw_model::{change::Change, model::Action, schema::*};

/// Changes of tables and what hangs on them.
pub fn table_cases(base: &Base) -> Vec<Vec<Change>> {
    let accounts = || p("accounts");
    let status = base.column("accounts", "status");
    let id = base.column("users", "id");
    let doubled = base.column("accounts", "doubled");
    let foreign = ConstraintKind::Foreign {
        columns: vec!["a".into()],
        target: p("users"),
        target_columns: vec!["id".into()],
        on_delete: Action::SetNull,
        on_update: Action::Restrict,
        match_full: false,
    };
    let mut whole = base.table("accounts").clone();
    whole.name = Name::new("side", "accounts");
    whole.columns[0].default = None;
    whole.comment = Some("a copy".into());
    whole.triggers[0].definition = whole.triggers[0].definition.replace("public.accounts", "side.accounts");
    whole.triggers[0].enabled = "D".into();
    whole.owner = Some("tw_two".into());
    whole.options = vec![("fillfactor".into(), "70".into()), ("toast.autovacuum_enabled".into(), "false".into())];
    let partition = Table {
        name: p("log_2030"),
        partition_of: Some((p("log"), "FOR VALUES FROM ('2030-01-01') TO ('2031-01-01')".into())),
        ..Table::default()
    };
    let set_property =
        |table: &str, from: &Column, to: Column| Change::SetColumnProperty { table: p(table), from: from.clone(), to };
    let set_type = |column: &str, ty: &str, collation: Option<&str>| Change::SetColumnType {
        table: accounts(),
        column: column.into(),
        ty: ty.into(),
        collation: collation.map(String::from),
    };
    let set_not_null =
        |table: &str, column: &str, not_null| Change::SetNotNull { table: p(table), column: column.into(), not_null };
    let set_default = |table: &str, default: Option<&str>| Change::SetDefault {
        table: p(table),
        column: "what".into(),
        default: default.map(String::from),
    };
    let policy = Policy {
        name: "some".into(),
        permissive: false,
        command: "UPDATE".into(),
        roles: vec!["tw_one".into(), "tw_two".into()],
        using: Some("balance > (0)::numeric".into()),
        check: Some("balance > (1)::numeric".into()),
        comment: Some("c".into()),
    };
    let trigger = Trigger {
        name: "trg_b".into(),
        definition:
            "CREATE TRIGGER trg_b AFTER INSERT ON public.plain FOR EACH STATEMENT EXECUTE FUNCTION public.touch()"
                .into(),
        enabled: "A".into(),
        comment: Some("c".into()),
    };
    let mut named = index("idx_new", "b");
    named.comment = Some("c".into());
    named.parts[0].opclass = Some("text_pattern_ops".into());
    named.filter = Some("a > 1".into());
    let mut fresh = column("fresh", "character varying(10)");
    (fresh.not_null, fresh.default, fresh.comment) = (true, Some("'x'::character varying".into()), Some("c".into()));
    let names = |list: &[&str]| list.iter().map(|n| n.to_string()).collect::<Vec<String>>();
    let primary = ConstraintKind::Primary { columns: names(&["a"]), include: vec![] };
    let unique = ConstraintKind::Unique { columns: names(&["b"]), include: names(&["a"]), nulls_not_distinct: false };
    let add = |table: &str, constraint: Constraint| Change::AddConstraint { table: p(table), constraint };
    let drop = |table: &str, name: &str| Change::DropConstraint { table: p(table), name: name.into() };
    let options = |list: &[(&str, &str)]| list.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect();
    let first: Vec<(String, String)> = options(&[("fillfactor", "80"), ("toast.autovacuum_enabled", "false")]);
    vec![
        vec![Change::CreateTable { table: whole }],
        vec![Change::CreateTable { table: partition }],
        vec![Change::DropTable { name: accounts() }],
        vec![Change::DropTable { name: p("log") }],
        vec![Change::RenameTable { from: accounts(), to: "user".into() }],
        vec![Change::RenameTable { from: p("log"), to: "journal".into() }],
        vec![
            Change::SetTableOptions { table: p("plain"), from: vec![], to: first.clone() },
            Change::SetTableOptions { table: p("plain"), from: first, to: options(&[("autovacuum_enabled", "false")]) },
        ],
        vec![
            Change::SetLogged { table: p("plain"), logged: false },
            Change::SetLogged { table: p("plain"), logged: true },
        ],
        vec![Change::SetLogged { table: p("plain"), logged: false }],
        vec![Change::AttachPartition {
            table: p("log_2025"),
            parent: p("log"),
            bound: "FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')".into(),
        }],
        vec![Change::DetachPartition { table: p("log_2024"), parent: p("log") }],
        vec![Change::Inherit { table: p("dogs"), parent: p("animals") }],
        vec![Change::NoInherit { table: p("cats"), parent: p("animals") }],
        vec![
            Change::AddColumn { table: accounts(), column: fresh.clone() },
            Change::AddColumn { table: p("log"), column: fresh.clone() },
            Change::AddColumn { table: p("animals"), column: fresh },
        ],
        vec![
            Change::DropColumn { table: accounts(), column: "status".into() },
            Change::DropColumn { table: accounts(), column: "doubled".into() },
            Change::DropColumn { table: accounts(), column: "balance".into() },
        ],
        vec![
            Change::DropColumn { table: accounts(), column: "id".into() },
            Change::DropColumn { table: p("animals"), column: "name".into() },
            Change::DropColumn { table: p("log"), column: "what".into() },
        ],
        vec![
            Change::RenameColumn { table: accounts(), from: "user_id".into(), to: "holder id".into() },
            Change::RenameColumn { table: p("log"), from: "what".into(), to: "why".into() },
        ],
        vec![Change::RenameColumn { table: p("users"), from: "id".into(), to: "user".into() }],
        vec![
            Change::SetDefault { table: accounts(), column: "status".into(), default: None },
            set_type("status", "character varying(20)", Some("C")),
        ],
        vec![set_type("feeling", "text", None), set_type("level", "bigint", None)],
        vec![
            set_not_null("accounts", "user_id", true),
            set_not_null("accounts", "balance", false),
            set_not_null("log", "what", true),
        ],
        vec![set_default("log", Some("'y'::text")), set_default("log", None)],
        vec![Change::SetDefault { table: accounts(), column: "balance".into(), default: Some("5".into()) }],
        vec![set_property(
            "accounts",
            status,
            Column { storage: Some("EXTERNAL".into()), compression: Some("pglz".into()), ..status.clone() },
        )],
        vec![set_property("accounts", doubled, Column { generated: None, ..doubled.clone() })],
        vec![
            set_property("users", id, Column { identity: None, ..id.clone() }),
            set_property(
                "users",
                &Column { identity: None, ..id.clone() },
                Column {
                    identity: Some(Identity { always: false, options: "START WITH 7 CACHE 2".into() }),
                    ..id.clone()
                },
            ),
        ],
        vec![
            add("plain", constraint("pk_plain", primary)),
            add(
                "plain",
                Constraint { deferrable: Some(true), comment: Some("c".into()), ..constraint("uq_b", unique) },
            ),
        ],
        vec![
            add("plain", constraint("fk_a", foreign.clone())),
            add("plain", Constraint { not_valid: true, deferrable: Some(false), ..constraint("fk_b", foreign) }),
        ],
        vec![add("animals", check("chk_long", "length(name) < 50")), add("log", check("chk_what", "what <> ''::text"))],
        vec![add("plain", constraint("ex_a", ConstraintKind::Exclude { definition: "USING btree (a WITH =)".into() }))],
        vec![Change::ValidateConstraint { table: accounts(), name: "chk_later".into() }],
        vec![
            drop("accounts", "fk_user"),
            drop("accounts", "chk_balance"),
            drop("accounts", "pk_accounts"),
            drop("log", "pk_log"),
        ],
        vec![
            Change::CreateIndex { table: p("plain"), index: named },
            Change::CreateIndex { table: p("kept"), index: index("idx_one", "one") },
            Change::CreateIndex { table: p("log"), index: index("idx_at", "at") },
        ],
        vec![
            Change::DropIndex { table: accounts(), name: "idx_user".into() },
            Change::DropIndex { table: p("kept"), name: "idx_kept".into() },
            Change::DropIndex { table: p("log"), name: "idx_log_what".into() },
        ],
        vec![Change::CreateTrigger { table: p("plain"), trigger }],
        vec![Change::DropTrigger { table: accounts(), name: "trg_touch".into() }],
        vec![
            Change::SetRowSecurity { table: accounts(), enabled: false, forced: true },
            Change::SetRowSecurity { table: p("plain"), enabled: true, forced: false },
        ],
        vec![Change::CreatePolicy { table: accounts(), policy }],
        vec![Change::DropPolicy { table: accounts(), name: "own".into() }],
        vec![
            Change::CreateExtension { extension: Extension { name: "pgcrypto".into(), schema: "side".into() } },
            Change::DropExtension { name: "pgcrypto".into() },
        ],
        vec![
            Change::DropPolicy { table: accounts(), name: "own".into() },
            Change::Revoke { grant: grant(on_table("accounts"), "tw_one", "SELECT", &[]) },
            Change::Revoke { grant: grant(on_table("accounts"), "tw_one", "UPDATE", &[]) },
            Change::Revoke { grant: grant(on_table("seen"), "tw_one", "SELECT", &[]) },
            Change::DropDefaultPrivilege {
                privilege: DefaultPrivilege {
                    owner: "tw_two".into(),
                    schema: Some("side".into()),
                    objects: "TABLES".into(),
                    role: "tw_one".into(),
                    privileges: vec!["SELECT".into()],
                    revoke: false,
                },
            },
            Change::DropRole { name: "tw_one".into() },
        ],
    ]
}
