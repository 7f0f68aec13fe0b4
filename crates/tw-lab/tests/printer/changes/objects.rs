//! Changes of everything but tables.
use super::base::*;
use tw_model::{
    change::{Change, CommentOn},
    schema::*,
};

/// Changes of objects besides tables, each list run from the base.
pub fn object_cases(base: &Base) -> Vec<Vec<Change>> {
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
