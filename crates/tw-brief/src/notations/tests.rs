//! Laws of the notations: what is written is read back as it was; whatever is done to a text, it is read or refused.
use super::*;
use proptest::prelude::*;
use tw_model::schema::{Index, IndexPart, TypeDef, TypeKind};

fn column(name: &str, ty: &str, not_null: bool) -> Column {
    Column { name: name.into(), ty: ty.into(), not_null, ..Column::default() }
}

/// Every type with a spelling of its own, keys of one and two columns, references, odd names, an enum.
fn shop() -> Schema {
    let mut artist = Table { name: Name::new("public", "artist"), ..Table::default() };
    let mut id = column("id", "integer", true);
    count_up(&mut id);
    artist.columns = vec![id, column("full name", "character varying(120)", false), column("born", "date", false)];
    artist.comment = Some("Who it's by".into());
    set_key(&mut artist, vec!["id".into()]);
    set_unique(&mut artist, vec!["full name".into()]);
    let mut album = Table { name: Name::new("music", "album"), ..Table::default() };
    album.columns = vec![
        column("artist_id", "integer", true),
        column("no", "smallint", true),
        column("price", "numeric(10,2)", true),
        column("at", "timestamp with time zone", true),
        column("mood", "public.mood", false),
        column("tags", "text[]", false),
        column("size", "double precision", false),
    ];
    album.columns[2].default = Some("0.00".into());
    album.columns[3].default = Some("now()".into());
    set_key(&mut album, vec!["artist_id".into(), "no".into()]);
    set_unique(&mut album, vec!["price".into(), "at".into()]);
    let refers = |columns: &[&str], target: &Table, theirs: &[&str], on_delete| Refers {
        columns: columns.iter().map(|c| c.to_string()).collect(),
        target: target.name.clone(),
        target_columns: theirs.iter().map(|c| c.to_string()).collect(),
        on_delete,
        on_update: Action::NoAction,
    };
    set_reference(&mut album, refers(&["artist_id"], &artist, &["id"], Action::Cascade));
    let parts = vec![IndexPart { column: "at".into(), ..IndexPart::default() }];
    album.indexes.push(Index { name: "by_time".into(), method: "btree".into(), parts, ..Index::default() });
    let mut sale = Table { name: Name::new("public", "sale"), ..Table::default() };
    sale.columns =
        vec![column("id", "uuid", true), column("artist_id", "integer", false), column("no", "smallint", false)];
    set_key(&mut sale, vec!["id".into()]);
    set_reference(&mut sale, refers(&["artist_id", "no"], &album, &["artist_id", "no"], Action::NoAction));
    let labels = vec!["calm".into(), "wild".into()];
    let mood =
        TypeDef { name: Name::new("public", "mood"), kind: TypeKind::Enum { labels }, owner: None, comment: None };
    Schema { types: vec![mood], tables: vec![artist, album, sale], ..Schema::default() }
}

fn same(notation: Notation, schema: &Schema) {
    let (narrowed, _) = narrow(schema, &notation.can());
    let (text, _) = notation.write(schema);
    let read = notation.read(&text);
    let (again, losses) = read.unwrap_or_else(|d| panic!("{}\n{text}", d[0].render(notation.word(), &text)));
    assert_eq!(losses, [], "{text}");
    assert_eq!(narrow(&narrowed, &notation.can()), (narrowed.clone(), vec![]), "{text}");
    assert_eq!(tw_model::diff::normal(&again), tw_model::diff::normal(&narrowed), "{}\n{text}", notation.word());
}

#[test]
fn what_is_written_is_read_back_as_it_was() {
    for notation in Notation::ALL {
        same(notation, &shop());
        same(notation, &Schema::default());
    }
}

#[test]
fn what_a_form_cannot_say_is_told() {
    let (_, losses) = Notation::Mermaid.write(&shop());
    let told: Vec<String> = losses.iter().map(|l| format!("{} {}", l.path, l.what)).collect();
    for wanted in [
        "public.mood the type",
        "public.artist.id that it is counted up",
        "music.album.by_time the index",
        "music.album.price its default",
    ] {
        assert!(told.iter().any(|t| t == wanted), "{wanted} is not among {told:?}");
    }
    assert_eq!(Notation::Dbml.write(&shop()).1, []);
    // Functions, sequences and types of others stay behind, and what would need them with them.
    let mut schema = shop();
    let columns = &mut schema.tables[2].columns;
    columns[0].default = Some("public.uuid_generate_v1()".into());
    columns[1].default = Some("nextval('public.counter'::regclass)".into());
    columns.push(Column { default: Some("'a.b'::public.ltree".into()), ..column("path", "public.ltree", false) });
    columns.push(Column { default: Some("lower('a.b (c)'::text)".into()), ..column("word", "text", false) });
    let (narrowed, _) = narrow(&schema, &Can::ALL);
    let said: Vec<_> = narrowed.tables[2].columns.iter().map(|c| (c.ty.as_str(), c.default.as_deref())).collect();
    assert_eq!(
        said,
        [
            ("uuid", None),
            ("integer", None),
            ("smallint", None),
            ("text", Some("'a.b'")),
            ("text", Some("lower('a.b (c)'::text)")),
        ]
    );
}

#[test]
fn what_people_write_is_read() {
    let dbml = "Table users as U [note: 'people'] {\n  id integer [pk, increment]\n  email varchar(254) [not null, unique, default: 'x@y']\n  boss int [ref: > users.id]\n  Note: 'people'\n}\nTable posts {\n  id bigint [primary key]\n  author int\n  indexes {\n    (id, author) [unique]\n    author [name: 'by_author']\n  }\n}\nRef writes: U.id < posts.author [delete: set null]\nProject x { database_type: 'PostgreSQL' }\n";
    let (schema, losses) = Notation::Dbml.read(dbml).unwrap_or_else(|d| panic!("{}", d[0].render("x.dbml", dbml)));
    assert_eq!((schema.tables.len(), losses.len()), (2, 1));
    let (posts, users) = (&schema.tables[1], &schema.tables[0]);
    assert!(references(posts).any(|(c, t, _, d, _)| c == ["author"] && *t == users.name && d == Action::SetNull));
    assert_eq!(users.columns[1].default.as_deref(), Some("'x@y'"));
    let prisma = "model User {\n  id    Int     @id @default(autoincrement())\n  email String  @unique @db.VarChar(254)\n  name  String? // shown\n  role  Role    @default(USER)\n  posts Post[]\n  @@map(\"users\")\n}\nmodel Post {\n  id Int @id\n  at DateTime @default(now())\n  author User? @relation(fields: [authorId], references: [id])\n  authorId Int? @map(\"author_id\")\n}\nenum Role {\n  USER\n  ADMIN\n}\n";
    let (schema, _) = Notation::Prisma.read(prisma).unwrap_or_else(|d| panic!("{}", d[0].render("x.prisma", prisma)));
    let post = &schema.tables[1];
    assert!(references(post).any(|(c, t, _, d, u)| {
        c == ["author_id"] && t.name == "users" && d == Action::SetNull && u == Action::Cascade
    }));
    assert_eq!(post.column("at").map(|c| c.ty.as_str()), Some("timestamp(3) without time zone"));
    let mermaid = "---\ntitle: Order example\n---\nerDiagram\n    CUSTOMER ||--o{ ORDER : places\n    CUSTOMER {\n        string id PK\n        string name \"optional\"\n    }\n    ORDER {\n        int number PK \"the number\"\n    }\n    ORDER }o..o{ TAG : has\n    TAG {\n        int id PK\n    }\n";
    let (schema, losses) =
        Notation::Mermaid.read(mermaid).unwrap_or_else(|d| panic!("{}", d[0].render("x.mmd", mermaid)));
    let order = schema.tables.iter().find(|t| t.name.name == "ORDER").expect("ORDER");
    assert!(references(order).any(|(c, ..)| c == ["customer_id"]));
    assert_eq!(losses.len(), 1);
}

/// Most of what JDL has, as its own documentation writes it.
const JDL: &str = "application {
  config { baseName shop, packageName com.example, languages [en, fr] }
  entities * except Region
}
LONGEST = 20
/**
 * The Employee entity.
 * Second line.
 */
@dto(mapstruct) @service(serviceClass)
entity Employee {
  /** what it is called */
  firstName String required minlength(2) maxlength(LONGEST) pattern(/^[A-Z].*$/), // shown
  salary Long min(0) max(1000000) /** a month */
  hireDate Instant
  language Language
  photo ImageBlob maxbytes(5000)
  @defaultValue(true) active Boolean required
}
entity Job(t_job) {
  @Id code String maxlength(10)
  order Integer unique
}
entity Region
enum Language { FRENCH, ENGLISH (english) SPANISH }
relationship OneToMany {
  Job{employee} to /** of whom */ Employee{job(code) required}
}
relationship ManyToOne {
  Employee{manager} to @OnDelete(\"SET NULL\") Employee,
  Employee{user(login)} to User with builtInEntity
}
relationship OneToOne { Region to Job with jpaDerivedIdentifier, cascade }
relationship ManyToMany { Job{chore} to Region{job} }
paginate Job,
  Employee with infinite-scroll
skipServer Region
";

#[test]
fn jdl_is_read_as_its_changelogs_make_it() {
    let (schema, losses) = Notation::Jdl.read(JDL).unwrap_or_else(|d| panic!("{}", d[0].render("x.jdl", JDL)));
    let table = |name: &str| schema.table(&Name::new("public", name)).unwrap_or_else(|| panic!("{name} is not there"));
    let columns = |name: &str| {
        let all = table(name)
            .columns
            .iter()
            .map(|c| format!("{} {}{}", c.name, types::short(&c.ty), if c.not_null { " not null" } else { "" }));
        all.collect::<Vec<_>>().join(", ")
    };
    assert_eq!(
        columns("employee"),
        "id bigint not null, first_name varchar(20) not null, salary bigint, hire_date timestamp, language varchar(255), \
         photo bytea, active boolean not null, job_code varchar(10) not null, manager_id bigint, user_id bigint"
    );
    assert_eq!(columns("t_job"), "code varchar(10) not null, jhi_order integer");
    assert_eq!(columns("region"), "job_code varchar(10) not null");
    assert_eq!(columns("rel_t_job__chore"), "t_job_code varchar(10) not null, chore_job_code varchar(10) not null");
    assert_eq!(columns("jhi_user"), "id bigint not null");
    let employee = table("employee");
    let checks: Vec<&str> = employee
        .constraints
        .iter()
        .filter_map(|c| match &c.kind {
            ConstraintKind::Check { expression, .. } => Some(expression.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(
        checks,
        [
            "length(first_name) >= 2",
            "first_name ~ '^[A-Z].*$'",
            "salary >= 0",
            "salary <= 1000000",
            "language IN ('FRENCH', 'ENGLISH', 'SPANISH')",
            "octet_length(photo) <= 5000",
        ]
    );
    let comments: Vec<&str> = employee.columns.iter().filter_map(|c| c.comment.as_deref()).collect();
    assert_eq!(comments, ["what it is called", "a month", "of whom"]);
    assert_eq!(employee.comment.as_deref(), Some("The Employee entity. Second line."));
    assert_eq!(employee.columns[6].default.as_deref(), Some("true"));
    assert!(
        references(employee).any(|(c, t, _, d, _)| c == ["manager_id"] && *t == employee.name && d == Action::SetNull)
    );
    let lost: Vec<String> = losses.iter().map(|l| format!("{}: {}", l.path, l.what)).collect();
    for wanted in [
        "application: how it is built",
        "Employee: the option dto",
        "Language.ENGLISH: how it is shown",
        "Employee.user: that login is shown",
        "User: every column but its key",
        "paginate: the option",
    ] {
        assert!(lost.iter().any(|l| l == wanted), "{wanted} is not among {lost:#?}");
    }
    let (again, _) = Notation::Jdl.read(&Notation::Jdl.write(&schema).0).expect("what was written");
    assert_eq!(references(&again.tables[0]).count(), 3);
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (notation, text, what, line) in [
        (Notation::Dbml, "Table t {\n  id int [pk, colour: red]\n}\n", "unknown setting `colour`", 2),
        (Notation::Dbml, "Tabel t {\n}\n", "expected a block, but found `Tabel`", 1),
        (Notation::Dbml, "Ref: a.x > b.y\n", "the table `b` is not there", 1),
        (Notation::Dbml, "Table t {\n  note 'x\n}\n", "this quote is never closed", 2),
        (Notation::Prisma, "model A {\n  id Intt @id\n}\n", "unknown type `Intt`", 2),
        (Notation::Prisma, "model A {\n  id Int @id(\n}\n", "expected the name of a value, but found `}`", 3),
        (Notation::Jdl, "entity A {\n  name Strng\n}\n", "unknown type `Strng`", 2),
        (Notation::Jdl, "entitty A\n", "expected a block, but found `entitty`", 1),
        (Notation::Jdl, "relationship OneToOne {\n  A{b} to B\n}\nentity A\n", "the entity `B` is not there", 2),
        (Notation::Jdl, "relationship OneToFew {\n}\n", "expected how many, but found `OneToFew`", 1),
        (Notation::Jdl, "entity A {\n  n Integer\n    min(LOW)\n}\n", "`LOW` is no number", 3),
        (Notation::Jdl, "entity A {\n  n String pattern(/x)\n}\n", "this pattern is never closed", 2),
        (Notation::Jdl, "entity A\nrelationship OneToOne { A{a} to @Id A }\n", "the key of `A` cannot be told", 1),
        (Notation::Jdl, "entity A\nrelationship ManyToOne {\n A to @OnDelete(gone) A }\n", "unknown action `gone`", 3),
        (Notation::Mermaid, "flowchart\n", "expected `erDiagram`, but found `flowchart`", 1),
        (Notation::Mermaid, "erDiagram\n A ||--x B : y\n", "expected how many, but found `x`", 2),
        (Notation::Mermaid, "erDiagram\n A ||--o{ B : y\n", "`A` has no attribute marked PK", 2),
    ] {
        let faults = notation.read(text).expect_err(text);
        assert_eq!((faults[0].what.as_str(), faults[0].line), (what, line), "{text}");
        assert!(!faults[0].why.is_empty() || !faults[0].help.is_empty(), "{text}");
    }
}

/// What the choices of a property make a table of: a name, columns, how many of them are its key, what it refers to.
type Chosen = (usize, Vec<(usize, usize, u8)>, usize, Vec<(usize, u8)>);

const NAMES: &[&str] =
    &["id", "order", "Mixed", "full name", "a1b", "x_y", "note", "_under", "2nd", "émile", "b_id", "\"q\""];
const COLUMN_TYPES: &[&str] = &[
    "integer",
    "bigint",
    "smallint",
    "text",
    "character varying(20)",
    "character varying(255)",
    "numeric(10,2)",
    "uuid",
    "boolean",
    "timestamp with time zone",
    "bytea",
    "date[]",
    "public.mood",
    "public.zip",
];

/// Tables with any keys, references, checks, defaults and comments.
fn made(chosen: &[Chosen]) -> Schema {
    let ty = |name: &str, kind| TypeDef { name: Name::new("public", name), kind, owner: None, comment: None };
    let domain =
        TypeKind::Domain { base: "text".into(), collation: None, default: None, not_null: false, checks: vec![] };
    let labels = vec!["CALM".into(), "WILD_1".into()];
    let types = vec![ty("mood", TypeKind::Enum { labels }), ty("zip", domain)];
    let mut schema = Schema { types, ..Schema::default() };
    for (name, columns, keys, refers) in chosen {
        let space = if name % 3 == 2 { "other" } else { "public" };
        let name = Name::new(space, NAMES[name % NAMES.len()]);
        if schema.table(&name).is_some() {
            continue;
        }
        let mut table = Table { name, comment: Some("All of it".into()), ..Table::default() };
        for (name, ty, how) in columns {
            if table.column(NAMES[name % NAMES.len()]).is_some() {
                continue;
            }
            let mut made = column(NAMES[name % NAMES.len()], COLUMN_TYPES[ty % COLUMN_TYPES.len()], how % 2 == 0);
            let name = made.name.clone();
            match (how / 2 % 4, made.ty.as_str()) {
                (0, "integer" | "bigint" | "smallint") => count_up(&mut made),
                (1, "integer" | "numeric(10,2)") => made.default = Some("0".into()),
                (1, "uuid") => made.default = Some("gen_random_uuid()".into()),
                (2, _) => made.comment = Some("What it's for".into()),
                _ => {}
            }
            table.columns.push(made.clone());
            let quoted = tw_model::ident::quote(&name);
            match (how / 8 % 4, made.ty.as_str()) {
                (0, _) => set_unique(&mut table, vec![name]),
                (1, "integer" | "bigint") => {
                    set_check(&mut table, &name, format!("({quoted} > 3) AND ({quoted} <= 9)"))
                }
                (1, "text") => set_check(&mut table, &name, format!("{quoted} IN ('A', 'B')")),
                (2, "text" | "character varying(20)") => set_check(&mut table, &name, format!("length({quoted}) <= 5")),
                _ => {}
            }
        }
        let key: Vec<String> = table.columns.iter().take(*keys).map(|c| c.name.clone()).collect();
        if !key.is_empty() {
            set_key(&mut table, key);
        }
        for (target, how) in refers {
            let to = schema.tables.get(*target).unwrap_or(&table).clone();
            let theirs = to.primary_key().to_vec();
            let own = if how % 2 == 0 { format!("{}_", to.name.name) } else { format!("c{how}_") };
            let columns: Vec<String> = theirs.iter().map(|k| format!("{own}{k}")).collect();
            if theirs.is_empty() || columns.iter().any(|c| table.column(c).is_some() || c.len() > 63) {
                continue;
            }
            for (name, k) in columns.iter().zip(&theirs) {
                let ty = to.column(k).map(|c| c.ty.clone()).unwrap_or_default();
                table.columns.push(column(name, &ty, how / 2 % 2 == 0));
            }
            if how / 4 % 2 == 0 {
                set_unique(&mut table, columns.clone());
            }
            let on_delete = if how / 8 % 2 == 0 { Action::Cascade } else { Action::NoAction };
            let (target, on_update) = (to.name.clone(), Action::NoAction);
            set_reference(&mut table, Refers { columns, target, target_columns: theirs, on_delete, on_update });
        }
        schema.tables.push(table);
    }
    schema
}

proptest! {
    /// Whatever a schema is made of, what a notation says of it is read back, and says all that is left.
    #[test]
    fn any_schema_is_read_back_as_it_was(chosen in prop::collection::vec((
        0usize..40, prop::collection::vec((0usize..40, 0usize..40, any::<u8>()), 1..5), 0usize..3, prop::collection::vec((0usize..5, any::<u8>()), 0..3),
    ), 1..5)) {
        let schema = made(&chosen);
        Notation::ALL.into_iter().for_each(|notation| same(notation, &schema));
    }

    /// Cut anywhere, with anything put in: read or refused, never a panic.
    #[test]
    fn torn_texts_are_read_or_refused(notation in 0usize..=Notation::ALL.len(), at in any::<prop::sample::Index>(), end in any::<prop::sample::Index>(), put in "[\\PC\n]{0,6}") {
        let (notation, text) = match Notation::ALL.get(notation) {
            Some(notation) => (*notation, notation.write(&shop()).0),
            None => (Notation::Jdl, JDL.to_string()),
        };
        let bounds: Vec<usize> = (0..=text.len()).filter(|n| text.is_char_boundary(*n)).collect();
        let (a, b) = (*at.get(&bounds), *end.get(&bounds));
        let torn = format!("{}{put}{}", &text[..a.min(b)], &text[a.max(b)..]);
        match notation.read(&torn) {
            Ok((schema, _)) => {
                // What was read can be written.
                let _ = notation.write(&schema);
            }
            Err(faults) => prop_assert!(!faults.is_empty()),
        }
    }
}
