//! What briefs mean: the bank is the tables it promises to be, and each construct lands in its place.
use tw_brief::read;
use tw_model::model::*;

const BANK: &str = include_str!("../../../examples/bank/brief.md");

fn bank() -> Model {
    read(BANK).0.expect("the bank is sound")
}

/// A small brief with these lines under Concepts, and its model.
fn concepts(lines: &str) -> Model {
    let text = format!("# T\n\n## Concepts\n\n{lines}\n");
    let (model, diagnostics) = read(&text);
    let shown: String = diagnostics.iter().map(|d| d.render("t.md", &text)).collect();
    model.unwrap_or_else(|| panic!("{shown}"))
}

#[test]
fn the_bank_has_the_columns_types_and_defaults_of_its_requirements() {
    let bank = bank();
    let columns: Vec<String> = bank
        .entities
        .iter()
        .flat_map(|e| e.attributes.iter().map(move |a| (e, a)))
        .map(|(e, a)| {
            let default = match &a.default {
                None => String::new(),
                Some(Value::Now) => " = now".into(),
                Some(Value::Text(text) | Value::Number(text) | Value::Expression(text)) => format!(" = {text}"),
                Some(Value::Bool(value)) => format!(" = {value}"),
            };
            let unique = if a.unique.is_some() { " unique" } else { "" };
            let optional = if a.optional { " null" } else { "" };
            format!("{}.{} {}{default}{unique}{optional}", e.name, a.name, a.ty.sql)
        })
        .collect();
    assert_eq!(
        columns,
        [
            "User.username character varying(50) unique",
            "User.email character varying(100) unique",
            "User.password_hash character varying(255)",
            "Account.account_number character varying(20) unique",
            "Account.balance numeric(15,2) = 0.00",
            "Account.currency character varying(3) = USD",
            "Account.account_type character varying(20)",
            "Account.status character varying(20) = active",
            "Transaction.amount numeric(15,2)",
            "Transaction.transaction_type character varying(10)",
            "Transaction.transaction_date timestamp with time zone = now",
            "Transaction.description text null",
        ]
    );
    let values = |entity: &str, attribute: &str| -> Vec<String> {
        let attribute = bank.entity(entity).and_then(|e| e.attribute(attribute)).expect("it is there");
        attribute.values.iter().flat_map(|v| &v.items).map(|i| i.value.clone()).collect()
    };
    assert_eq!(values("Account", "account_type"), ["Checking", "Savings", "Credit"]);
    assert_eq!(values("Account", "status"), ["active", "closed", "suspended"]);
    assert_eq!(values("Transaction", "transaction_type"), ["Deposit", "Withdrawal", "Transfer", "Fee"]);
}

#[test]
fn the_bank_has_the_references_and_access_paths_of_its_requirements() {
    let bank = bank();
    let ends: Vec<(String, String, String, Option<Action>)> = bank
        .entities
        .iter()
        .flat_map(|e| bank.ends_of(&e.name))
        .map(|e| (e.holder, e.name, e.target, e.relation.on_delete))
        .collect();
    let end = |a: &str, b: &str, c: &str, action| (a.to_string(), b.to_string(), c.to_string(), Some(action));
    assert_eq!(
        ends,
        [end("Account", "user", "User", Action::Cascade), end("Transaction", "account", "Account", Action::Restrict),]
    );
    assert!(bank.entities.iter().all(|e| e.key == Key::Surrogate));
    assert_eq!(bank.promises.keys, KeyKind::Uuid);
    let times = bank.promises.timestamps.as_ref().expect("they are promised");
    assert_eq!((times.created.as_deref(), times.updated.as_deref()), (Some("created_at"), Some("updated_at")));
    assert!(times.only_what_changes && bank.entity("Transaction").is_some_and(|t| t.append_only));
    let asked: Vec<Vec<(&str, bool)>> = ["find_user", "history", "accounts_of"]
        .iter()
        .map(|name| {
            let query = bank.workload.iter().find(|q| q.name == *name).expect("it is there");
            let scan = &query.statements[0].sql.scans[0];
            let predicates = scan.predicates.iter().map(|p| (p.attribute.as_str(), false));
            predicates.chain(scan.order.iter().map(|s| (s.attribute.as_str(), s.desc))).collect()
        })
        .collect();
    assert_eq!(
        asked,
        [
            vec![("email", false)],
            vec![("account", false), ("transaction_date", true)],
            vec![("user", false), ("status", false)],
        ]
    );
    assert_eq!(bank.gaps, []);
}

#[test]
fn subtypes_follow_their_supertype_and_share_its_key() {
    let model = concepts(
        "### Doctor\n\n- licence: text\n\n### Person (400k), subtypes (Patient 390k, Doctor 2k): overlapping, partial\n\n- code: text, key",
    );
    let names: Vec<&str> = model.entities.iter().map(|e| e.name.as_str()).collect();
    assert_eq!(names, ["Person", "Doctor", "Patient"]);
    assert!(model.entities.iter().all(|e| e.key == Key::Natural { parts: vec!["code".into()] }));
    assert!(model.entities[1..].iter().all(|e| e.supertype.as_deref() == Some("Person")));
    let rows: Vec<u64> = model.entities.iter().flat_map(|e| &e.volume).map(|v| v.rows).collect();
    assert_eq!(rows, [400_000, 2_000, 390_000]);
}

#[test]
fn a_pair_without_a_section_is_an_entity_identified_by_its_ends() {
    let model = concepts(
        "- [A] * --(knows)--> * [B]\n- [A] * --(has)--> * [A as friend] via Friendship\n\n### A (1k)\n\n- x: int\n\n### B (2k)\n\n- x: int",
    );
    let key = |name: &str| model.entity(name).map(|e| e.key.clone());
    assert_eq!(key("AB"), Some(Key::Natural { parts: vec!["a".into(), "b".into()] }));
    assert_eq!(key("Friendship"), Some(Key::Natural { parts: vec!["a".into(), "friend".into()] }));
    assert!(model.gaps.iter().any(|g| g.subject.as_str() == "AB" && g.assumption.contains("1000 rows")));
}

#[test]
fn a_weak_entity_without_a_relation_gets_one() {
    let model =
        concepts("### Ward (60)\n\n- name: text\n\n### Bed (20 per Ward) of Ward, key (number)\n\n- number: int");
    let ends = model.ends_of("Bed");
    assert_eq!((ends.len(), ends[0].target.as_str(), ends[0].optional), (1, "Ward", false));
    let volume = model.entity("Bed").and_then(|b| b.volume.clone()).expect("it has one");
    assert_eq!((volume.rows, volume.per), (1200, Some((20.0, "Ward".into()))));
}

#[test]
fn domain_words_bring_their_rules() {
    let model = concepts(
        "### A (1k)\n\n- e: email(90)\n- p: percent\n- d: document\n- u: url\n- s: slug(40)\n- q: period\n- n: count\n- m: money(19,4)",
    );
    let rules: Vec<String> = model.entities[0]
        .attributes
        .iter()
        .map(|a| {
            let checks: Vec<&str> = a.checks.iter().map(|c| c.text.as_str()).collect();
            format!("{} {}: {}", a.name, a.ty.sql, checks.join(", "))
        })
        .collect();
    assert_eq!(
        rules,
        [
            "e character varying(90): e ~ '^[^@ ]+@[^@ ]+$'",
            "p numeric(5,2): p between 0 and 100",
            "d jsonb: jsonb_typeof(d) = 'object'",
            "u character varying(2048): u ~ '^https?://[^ ]+$'",
            "s character varying(40): s ~ '^[a-z0-9]+(-[a-z0-9]+)*$'",
            "q tstzrange: not isempty(q)",
            "n integer: n >= 0",
            "m numeric(19,4): ",
        ]
    );
}

#[test]
fn types_are_spelled_as_the_server_spells_them() {
    for (written, sql) in [
        ("int", "integer"),
        ("varchar(20)", "character varying(20)"),
        ("varchar", "character varying"),
        ("char", "character(1)"),
        ("decimal(15, 2)", "numeric(15,2)"),
        ("numeric(8)", "numeric(8,0)"),
        ("timestamptz", "timestamp with time zone"),
        ("timestamp(3) with time zone", "timestamp(3) with time zone"),
        ("timestamp without time zone", "timestamp without time zone"),
        ("time", "time without time zone"),
        ("interval day to second", "interval day to second"),
        ("bool", "boolean"),
        ("varbit(5)", "bit varying(5)"),
        ("text[]", "text[]"),
        ("int[][]", "integer[]"),
        ("citext", "citext"),
        ("my_app.mood", "my_app.mood"),
        ("approximate", "double precision"),
    ] {
        let model = concepts(&format!("### A (1k)\n\n- x: {written}"));
        assert_eq!(model.entities[0].attributes[0].ty.sql, sql, "{written}");
    }
}

#[test]
fn tails_are_split_from_their_statements() {
    let text = "# T\n\n## Concepts\n\n### A (1k)\n\n- x: int\n\n## Workload\n\n- f() 1/s\n  > insert into A (x) values (1) returning key, x into :k, :y; expect 1 row\n  > update A set x = :y\n      where key = :k\n";
    let query = read(text).0.expect("it is sound").workload.remove(0);
    let first = &query.statements[0];
    assert_eq!(first.sql.text, "insert into A (x) values (1) returning key, x");
    assert_eq!((first.into.join(" "), first.expect_rows), ("k y".to_string(), Some(1)));
    assert_eq!(query.statements[1].sql.text, "update A set x = :y where key = :k");
}

#[test]
fn partitions_are_asked_for_on_a_line_of_their_own() {
    let model = concepts(
        "- [Shop] 1 --(sells)--> * [Sale]\n\n### Shop (10)\n\n- keep whole\n- name: text\n\n\
         ### Sale (10)\n\n- partition by month of sold_at\n- sold_at: instant\n\n\
         ### Visit (10)\n\n- partition by hash of key into 16\n- at: instant",
    );
    let asked = |name: &str| model.entity(name).and_then(|e| e.partitioning.clone()).map(|p| p.by);
    assert_eq!(asked("Shop"), Some(PartitionBy::Whole));
    assert_eq!(asked("Sale"), Some(PartitionBy::Time { unit: TimeUnit::Month, of: "sold_at".into() }));
    assert_eq!(asked("Visit"), Some(PartitionBy::Hash { of: "key".into(), into: 16 }));
}

#[test]
fn a_dependency_that_is_decomposed_becomes_an_entity() {
    let model = concepts(
        "### Letter (10k)\n\n- depends: sort_code -> bank_name, bank_mail, decompose\n- sent_at: instant = now\n- sort_code: varchar(8), optional\n- bank_name: varchar(60), check (bank_name <> '')\n- bank_mail: email(90)",
    );
    let names: Vec<&str> = model.entities.iter().map(|e| e.name.as_str()).collect();
    assert_eq!(names, ["SortCode", "Letter"]);
    let of = |entity: usize| model.entities[entity].attributes.iter().map(|a| a.name.as_str()).collect::<Vec<_>>();
    assert_eq!((of(0), of(1)), (vec!["sort_code", "bank_name", "bank_mail"], vec!["sent_at"]));
    assert_eq!(model.entities[0].key, Key::Natural { parts: vec!["sort_code".into()] });
    let ends = model.ends_of("Letter");
    assert_eq!((ends[0].name.as_str(), ends[0].target.as_str(), ends[0].optional), ("sort_code", "SortCode", true));
    let checks: Vec<usize> = model.entities[0].attributes.iter().map(|a| a.checks.len()).collect();
    assert_eq!(checks, [0, 1, 1], "what was said of them came along");
    assert!(!model.entities[0].attributes[0].optional, "a key is always there");
}

#[test]
fn what_cannot_be_decomposed_is_told() {
    let refused = |lines: &str| {
        let text = format!("# Letters\n\n## Concepts\n\n{lines}\n");
        let (_, diagnostics) = read(&text);
        diagnostics.iter().map(|d| d.what.clone()).collect::<Vec<_>>().join("; ")
    };
    let town = "- town: text\n- code: text";
    let taken = refused(&format!(
        "### Code (10)\n\n- x: text\n\n### Letter (10k)\n\n- depends: code -> town, decompose\n{town}"
    ));
    assert_eq!(taken, "Code cannot be made of code: there is Code already");
    let key = refused("### Letter (10k)\n\n- depends: code -> town, decompose\n- town: text\n- code: text, unique");
    assert_eq!(key, "code identifies Letter already");
    let unknown = refused(&format!("### Letter (10k)\n\n- depends: code -> city, decompose\n{town}"));
    assert_eq!(unknown, "Letter has no attribute or relation end `city`");
    let itself = refused(&format!("### Letter (10k)\n\n- depends: code -> code, decompose\n{town}"));
    assert_eq!(itself, "`code` depends on itself");
}
