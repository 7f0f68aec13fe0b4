//! Every kind of change on a server does what it does on paper, on tables with rows, and the diff leads
//! back.
use crate::ground::{Database, assert_same, installations, start};
use std::collections::BTreeSet;
use tw_model::{
    change::{Change, CommentOn},
    diff::{diff, normal},
    model::Action,
    schema::*,
};

const BASE: &str = "
CREATE ROLE tw_one LOGIN;
CREATE ROLE tw_two;
GRANT tw_two TO tw_one;
CREATE SCHEMA side;
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TYPE pair AS (a integer, b text);
CREATE DOMAIN small AS integer DEFAULT 1 CONSTRAINT small_check CHECK (VALUE < 100);
CREATE SEQUENCE numbers;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;
CREATE FUNCTION twice(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY, email text NOT NULL, CONSTRAINT pk_users PRIMARY KEY (id));
CREATE TABLE accounts (
  id bigserial, user_id bigint, balance numeric(15,2) NOT NULL DEFAULT 0, status text DEFAULT 'open', feeling mood, level small,
  doubled numeric GENERATED ALWAYS AS (balance * 2) STORED,
  CONSTRAINT pk_accounts PRIMARY KEY (id), CONSTRAINT chk_balance CHECK (balance >= 0),
  CONSTRAINT chk_later CHECK (balance < 1000000) NOT VALID,
  CONSTRAINT fk_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE);
CREATE INDEX idx_user ON accounts (user_id);
CREATE TRIGGER trg_touch BEFORE UPDATE ON accounts FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON accounts FOR SELECT TO tw_one USING (user_id = 1);
CREATE TABLE plain (a integer, b text);
CREATE TABLE log (at date NOT NULL, what text DEFAULT 'x', CONSTRAINT pk_log PRIMARY KEY (at)) PARTITION BY RANGE (at);
CREATE INDEX idx_log_what ON log (what);
CREATE TABLE log_2024 PARTITION OF log FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE log_2025 (at date NOT NULL, what text DEFAULT 'x');
CREATE TABLE animals (name text, CONSTRAINT chk_name CHECK (name <> ''));
CREATE TABLE cats (lives integer) INHERITS (animals);
CREATE TABLE dogs (name text, CONSTRAINT chk_name CHECK (name <> ''));
CREATE MATERIALIZED VIEW kept AS SELECT 1 AS one;
CREATE INDEX idx_kept ON kept (one);
CREATE VIEW seen AS SELECT a FROM plain;
GRANT SELECT ON accounts, seen TO tw_one;
GRANT UPDATE (status, balance) ON accounts TO tw_one;
GRANT USAGE ON SCHEMA side TO tw_two;
REVOKE EXECUTE ON FUNCTION twice(integer) FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE tw_two IN SCHEMA side GRANT SELECT ON TABLES TO tw_one;
INSERT INTO users (email) VALUES ('a@b'), ('c@d');
INSERT INTO accounts (user_id, balance, feeling) VALUES (1, 10, 'sad'), (2, 20.50, 'happy');
INSERT INTO plain VALUES (1, 'one'), (2, NULL);
INSERT INTO log VALUES ('2024-05-05', 'y');
INSERT INTO log_2025 VALUES ('2025-05-05', 'z');
";

fn p(name: &str) -> Name {
    Name::new("public", name)
}

fn column(name: &str, ty: &str) -> Column {
    Column { name: name.into(), ty: ty.into(), ..Column::default() }
}

fn constraint(name: &str, kind: ConstraintKind) -> Constraint {
    Constraint { name: name.into(), kind, deferrable: None, not_valid: false, comment: None }
}

fn check(name: &str, expression: &str) -> Constraint {
    constraint(name, ConstraintKind::Check { expression: expression.into(), no_inherit: false })
}

fn part(column: &str) -> IndexPart {
    IndexPart { column: column.into(), ..IndexPart::default() }
}

fn index(name: &str, column: &str) -> Index {
    Index { name: name.into(), method: "btree".into(), parts: vec![part(column)], ..Index::default() }
}

fn grant(on: GrantOn, role: &str, privilege: &str, columns: &[&str]) -> Grant {
    Grant {
        on,
        role: role.into(),
        privilege: privilege.into(),
        columns: columns.iter().map(|c| c.to_string()).collect(),
        grantable: false,
    }
}

fn on_table(name: &str) -> GrantOn {
    GrantOn::Table { name: p(name) }
}

/// What is there now, to be edited.
struct Base<'a>(&'a Schema);

impl Base<'_> {
    fn table(&self, name: &str) -> &Table {
        self.0.table(&p(name)).unwrap_or_else(|| panic!("{name}"))
    }
    fn column(&self, table: &str, name: &str) -> &Column {
        self.table(table).column(name).unwrap_or_else(|| panic!("{name}"))
    }
    fn ty(&self, name: &str) -> TypeDef {
        let mut all = self.0.types.iter();
        all.find(|t| t.name.name == name).unwrap_or_else(|| panic!("{name}")).clone()
    }
    fn sequence(&self) -> Sequence {
        let mut all = self.0.sequences.iter();
        all.find(|s| s.name.name == "numbers").unwrap_or_else(|| panic!("numbers")).clone()
    }
    fn role(&self) -> Role {
        self.0.roles.iter().find(|r| r.name == "tw_one").unwrap_or_else(|| panic!("tw_one")).clone()
    }
}

/// Changes of objects besides tables, each list run from the base.
fn object_cases(base: &Base) -> Vec<Vec<Change>> {
    let mut domain = base.ty("small");
    domain.kind = TypeKind::Domain {
        base: "integer".into(),
        collation: None,
        default: Some("2".into()),
        not_null: false,
        checks: vec![("other_check".into(), "CHECK ((VALUE > '-5'::integer))".into())],
    };
    let mut pair = base.ty("pair");
    pair.kind = TypeKind::Composite { attributes: vec![("b".into(), "text".into()), ("c".into(), "date".into())] };
    let sequence =
        Sequence { increment: 5, cache: 7, cycle: true, owned_by: Some((p("plain"), "a".into())), ..base.sequence() };
    let function = |name: &str, body: &str| Function {
        name: p(name),
        arguments: "integer".into(),
        definition: format!(
            "CREATE OR REPLACE FUNCTION public.{name}(integer)\n RETURNS integer\n LANGUAGE sql\n IMMUTABLE\nAS $function${body}$function$"
        ),
        comment: Some("It is 'said'.".into()),
        ..Function::default()
    };
    let view = View {
        name: Name::new("side", "fresh"),
        query: "SELECT count(*) AS a\n   FROM public.plain".into(),
        options: vec!["security_barrier=true".into()],
        owner: Some("tw_two".into()),
        comment: Some("c".into()),
        column_comments: vec![("a".into(), "first".into())],
        ..View::default()
    };
    let mut role = base.role();
    role.member_of = vec![];
    role.inherit = false;
    role.connection_limit = 3;
    role.settings = vec![("search_path".into(), "public, side".into()), ("work_mem".into(), "1MB".into())];
    role.comment = Some("one".into());
    let new_role = Role { name: "tw_three".into(), member_of: vec!["tw_one".into()], login: false, ..role.clone() };
    let default = |revoke, objects: &str, privilege: &str, schema: Option<&str>| DefaultPrivilege {
        owner: "tw_two".into(),
        schema: schema.map(String::from),
        objects: objects.into(),
        role: if revoke { "public" } else { "tw_one" }.into(),
        privileges: vec![privilege.into()],
        revoke,
    };
    let twice = GrantOn::Function { name: p("twice"), arguments: "integer".into() };
    let named = |name: &str| Namespace { name: name.into(), owner: Some("tw_two".into()), comment: Some("c".into()) };
    vec![
        vec![
            Change::CreateNamespace { namespace: named("fresh") },
            Change::DropNamespace { name: "fresh".into() },
            Change::CreateNamespace { namespace: named("other") },
        ],
        vec![Change::CreateType {
            ty: TypeDef {
                name: Name::new("side", "colour"),
                kind: TypeKind::Enum { labels: vec!["red".into(), "it's".into()] },
                owner: Some("tw_two".into()),
                comment: Some("c".into()),
            },
        }],
        vec![Change::DropType { name: p("pair") }],
        vec![
            Change::AddEnumLabel { ty: p("mood"), label: "fine".into(), before: Some("happy".into()) },
            Change::AddEnumLabel { ty: p("mood"), label: "last".into(), before: None },
        ],
        vec![Change::AlterType { from: base.ty("small"), to: domain }],
        vec![Change::AlterType { from: base.ty("pair"), to: pair }],
        vec![Change::CreateSequence {
            sequence: Sequence { name: p("more"), min: 3, start: 4, owner: Some("tw_one".into()), ..base.sequence() },
        }],
        vec![Change::AlterSequence { from: base.sequence(), to: sequence }],
        vec![Change::DropSequence { name: p("numbers") }],
        vec![Change::CreateView { view }],
        vec![Change::DropView { name: p("seen"), materialized: false }],
        vec![Change::DropView { name: p("kept"), materialized: true }],
        vec![Change::CreateFunction { function: function("thrice", "SELECT $1 * 3") }],
        vec![Change::CreateFunction { function: function("twice", "SELECT $1 + $1") }],
        vec![Change::DropFunction { name: p("twice"), arguments: "integer".into(), procedure: false }],
        vec![Change::AlterRole { role }],
        vec![
            Change::CreateRole { role: new_role },
            Change::Grant { grant: grant(on_table("plain"), "tw_three", "SELECT", &[]) },
        ],
        vec![
            Change::Revoke { grant: grant(on_table("accounts"), "tw_one", "SELECT", &[]) },
            Change::Revoke { grant: grant(on_table("accounts"), "tw_one", "UPDATE", &["status"]) },
            Change::Revoke { grant: grant(GrantOn::Type { name: p("mood") }, "public", "USAGE", &[]) },
            Change::Grant { grant: grant(twice.clone(), "public", "EXECUTE", &[]) },
            Change::Grant { grant: grant(on_table("plain"), "tw_one", "INSERT", &["b", "a"]) },
            Change::Grant { grant: Grant { grantable: true, ..grant(GrantOn::Database, "tw_one", "CONNECT", &[]) } },
        ],
        vec![Change::Revoke { grant: grant(on_table("accounts"), "tw_one", "UPDATE", &[]) }],
        vec![
            Change::AddDefaultPrivilege { privilege: default(false, "TABLES", "INSERT", Some("side")) },
            Change::AddDefaultPrivilege { privilege: default(true, "FUNCTIONS", "EXECUTE", None) },
        ],
        vec![Change::DropDefaultPrivilege { privilege: default(false, "TABLES", "SELECT", Some("side")) }],
        vec![
            Change::SetOwner { on: on_table("accounts"), owner: Some("tw_two".into()) },
            Change::SetOwner { on: on_table("seen"), owner: Some("tw_one".into()) },
            Change::SetOwner { on: twice, owner: Some("tw_two".into()) },
            Change::SetOwner { on: GrantOn::Type { name: p("mood") }, owner: Some("tw_two".into()) },
            Change::SetOwner { on: GrantOn::Sequence { name: p("numbers") }, owner: Some("tw_two".into()) },
            Change::SetOwner { on: GrantOn::Namespace { name: "side".into() }, owner: Some("tw_two".into()) },
            Change::SetOwner { on: on_table("seen"), owner: None },
        ],
        comments(),
    ]
}

fn comments() -> Vec<Change> {
    let table = p("accounts");
    let at = |name: &str| (table.clone(), name.to_string());
    let on = [
        CommentOn::Namespace { name: "side".into() },
        CommentOn::Type { name: p("mood") },
        CommentOn::Sequence { name: p("numbers") },
        CommentOn::Table { name: table.clone() },
        CommentOn::Column { table: at("").0, column: "balance".into() },
        CommentOn::Column { table: p("seen"), column: "a".into() },
        CommentOn::Constraint { table: at("").0, name: "chk_balance".into() },
        CommentOn::Index { table: at("").0, name: "idx_user".into() },
        CommentOn::Index { table: p("kept"), name: "idx_kept".into() },
        CommentOn::Trigger { table: at("").0, name: "trg_touch".into() },
        CommentOn::Policy { table: at("").0, name: "own".into() },
        CommentOn::View { name: p("seen"), materialized: false },
        CommentOn::View { name: p("kept"), materialized: true },
        CommentOn::Function { name: p("twice"), arguments: "integer".into() },
        CommentOn::Role { name: "tw_one".into() },
    ];
    let say = |on: &CommentOn, text: Option<&str>| Change::Comment { on: on.clone(), text: text.map(String::from) };
    let mut all: Vec<Change> = on.iter().map(|on| say(on, Some("it's\n\\ said"))).collect();
    all.push(say(&on[3], None));
    all
}

/// Changes of tables and what hangs on them.
fn table_cases(base: &Base) -> Vec<Vec<Change>> {
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

/// The names of all kinds, as the error of a kind that is not there lists them.
fn kinds() -> BTreeSet<String> {
    let wrong = serde_json::json!({"change": "?"});
    let error = serde_json::from_value::<Change>(wrong).map_or_else(|e| e.to_string(), |_| String::new());
    error.split('`').skip(3).step_by(2).map(String::from).collect()
}

fn kind(change: &Change) -> String {
    let value = serde_json::to_value(change).unwrap_or_default();
    value["change"].as_str().unwrap_or_default().to_string()
}

#[test]
fn every_change_does_on_a_server_what_it_does_on_paper() {
    for installation in installations() {
        let lab = start(&installation);
        let mut database = Database::new(&lab, "changes");
        database.roles = Some(["tw_one", "tw_two", "tw_three"].map(String::from).to_vec());
        database.client().batch_execute(BASE).unwrap_or_else(|e| panic!("{e:?}"));
        let base = database.read().schema;
        let there = Base(&base);
        let extensions = database
            .client()
            .query("SELECT FROM pg_available_extensions WHERE name = 'pgcrypto'", &[])
            .unwrap_or_else(|e| panic!("{e:?}"));
        let mut cases = object_cases(&there);
        cases.extend(table_cases(&there));
        let mut tried = BTreeSet::new();
        for case in cases {
            if extensions.is_empty() && case.iter().any(|c| kind(c).ends_with("extension")) {
                println!("not run: {} has no extension pgcrypto", installation.version);
                tried.extend(case.iter().map(kind));
                continue;
            }
            let mut paper = normal(&base);
            for change in &case {
                database.run(std::slice::from_ref(change));
                change.apply(&mut paper);
                tried.insert(kind(change));
                let server = database.read().schema;
                assert_same(&server, &paper, &format!("{}: {}", installation.version, change.sql().join(";\n")));
            }
            let after = database.read().schema;
            database.run(&diff(&after, &base));
            let back = database.read().schema;
            assert_same(&back, &base, &format!("{}: back from {case:?}", installation.version));
        }
        assert_eq!(tried, kinds(), "{}", installation.version);
    }
}
