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

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (notation, text, what, line) in [
        (Notation::Dbml, "Table t {\n  id int [pk, colour: red]\n}\n", "unknown setting `colour`", 2),
        (Notation::Dbml, "Tabel t {\n}\n", "expected a block, but found `Tabel`", 1),
        (Notation::Dbml, "Ref: a.x > b.y\n", "the table `b` is not there", 1),
        (Notation::Dbml, "Table t {\n  note 'x\n}\n", "this quote is never closed", 2),
        (Notation::Prisma, "model A {\n  id Intt @id\n}\n", "unknown type `Intt`", 2),
        (Notation::Prisma, "model A {\n  id Int @id(\n}\n", "expected the name of a value, but found `}`", 3),
        (Notation::Mermaid, "flowchart\n", "expected `erDiagram`, but found `flowchart`", 1),
        (Notation::Mermaid, "erDiagram\n A ||--x B : y\n", "expected how many, but found `x`", 2),
        (Notation::Mermaid, "erDiagram\n A ||--o{ B : y\n", "`A` has no attribute marked PK", 2),
    ] {
        let faults = notation.read(text).expect_err(text);
        assert_eq!((faults[0].what.as_str(), faults[0].line), (what, line), "{text}");
        assert!(!faults[0].why.is_empty() || !faults[0].help.is_empty(), "{text}");
    }
}

proptest! {
    /// Cut anywhere, with anything put in: read or refused, never a panic.
    #[test]
    fn torn_texts_are_read_or_refused(notation in 0usize..3, at in any::<prop::sample::Index>(), end in any::<prop::sample::Index>(), put in "[\\PC\n]{0,6}") {
        let notation = Notation::ALL[notation];
        let text = notation.write(&shop()).0;
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
