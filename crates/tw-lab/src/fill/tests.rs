//! Rows keep what the plan asks, on paper and on a server.
use super::{
    FillError,
    generate::{Rows, generate},
    work::Cell,
};
use crate::{Lab, LabOptions, discover};
use std::collections::{BTreeMap, BTreeSet};
use tw_model::{sample::*, trial::Actor};

fn column(name: &str, ty: &str, values: Values) -> SampleColumn {
    SampleColumn {
        name: name.into(),
        ty: ty.into(),
        values,
        null_share: 0.0,
        definition: String::new(),
        like: String::new(),
    }
}

fn table(name: &str, rows: u64, columns: Vec<SampleColumn>) -> SampleTable {
    SampleTable { name: name.into(), rows, columns, ..SampleTable::default() }
}

fn refer(name: &str, table: &str, column_of: &str, ty: &str, to: Target) -> SampleColumn {
    column(
        name,
        ty,
        Values::Reference {
            reference: name.into(),
            column: column_of.into(),
            to: Target { table: table.into(), ..to },
        },
    )
}

fn plan(tables: Vec<SampleTable>) -> SamplePlan {
    SamplePlan { seed: 42, tables, ..SamplePlan::default() }
}

fn made(plan: &SamplePlan) -> Vec<Rows> {
    generate(plan, &mut |_| panic!("nothing to ask"), &mut |_, _, _| {}).expect("rows")
}

fn strings(cells: &[Cell]) -> Vec<&str> {
    cells.iter().flatten().map(String::as_str).collect()
}

fn counts(cells: &[Cell]) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for value in strings(cells) {
        *counts.entry(value).or_insert(0) += 1;
    }
    counts
}

/// A small shop: customers, products, orders of customers, order lines between orders and products.
fn shop(orders: u64) -> SamplePlan {
    let zipf = |exponent| Target { draw: Draw::Zipf { exponent }, ..Target::default() };
    let mut customer = table(
        "Customer",
        orders / 10,
        vec![
            column("key", "uuid", Values::Serial),
            column("email", "character varying(60)", Values::Any),
            column("name", "text", Values::Any),
        ],
    );
    customer.uniques.push(vec!["email".into()]);
    let product =
        table("Product", 50, vec![column("key", "bigint", Values::Serial), column("name", "text", Values::Any)]);
    let status = Values::Choice { of: vec![("paid".into(), 0.9), ("cart".into(), 0.07), ("void".into(), 0.03)] };
    let mut order = table(
        "Order",
        orders,
        vec![
            column("key", "uuid", Values::Serial),
            refer("customer", "Customer", "key", "uuid", zipf(1.1)),
            column("status", "text", status),
            column("note", "text", Values::Any),
        ],
    );
    order.columns[3].null_share = 0.3;
    let mut line = table(
        "OrderLine",
        orders * 3,
        vec![
            refer("order", "Order", "key", "uuid", Target { at_least: 1, ..Target::default() }),
            refer("product", "Product", "key", "bigint", zipf(1.0)),
            column("line_no", "integer", Values::CountWithin { columns: vec!["order".into()], from: 1 }),
            column("quantity", "smallint", Values::Any),
        ],
    );
    line.uniques.push(vec!["order".into(), "product".into()]);
    plan(vec![customer, product, order, line])
}

#[test]
fn the_same_seed_gives_the_same_rows_and_another_seed_others() {
    let one = shop(200);
    assert_eq!(made(&one), made(&one));
    let other = SamplePlan { seed: 43, ..shop(200) };
    assert_ne!(made(&one)[0], made(&other)[0]);
}

#[test]
fn rows_never_change_from_version_to_version() {
    // The digest of all bytes: whoever changes it changes every sample anybody has seen.
    let bytes: Vec<u8> = made(&shop(50)).iter().flat_map(|rows| super::copy::encode(&rows.cells, false)).collect();
    assert_eq!(&tw_model::hash::sha256(&bytes)[..16], "621f4411868e2fc0");
}

#[test]
fn shares_are_exact() {
    let rows = made(&shop(1000));
    let orders = &rows[2].cells;
    let status = counts(&orders[2]);
    assert_eq!((status["paid"], status["cart"], status["void"]), (900, 70, 30));
    assert_eq!(orders[3].iter().filter(|c| c.is_none()).count(), 300);
}

#[test]
fn references_are_whole_and_skewed_and_pairs_differ() {
    let rows = made(&shop(1000));
    let customers: BTreeSet<&str> = strings(&rows[0].cells[0]).into_iter().collect();
    let per_customer = counts(&rows[2].cells[1]);
    assert!(per_customer.keys().all(|k| customers.contains(k)));
    let most = per_customer.values().max().copied().unwrap_or(0);
    assert!(most > 150, "the most frequent customer of 1000 orders has {most}");
    let lines = &rows[3].cells;
    let pairs: BTreeSet<(&Cell, &Cell)> = lines[0].iter().zip(&lines[1]).collect();
    assert_eq!(pairs.len(), 3000);
    let per_order = counts(&lines[0]);
    assert_eq!(per_order.len(), 1000, "every order has a line");
    let per_product = counts(&lines[1]);
    assert!(per_product.values().max() > per_product.values().min().map(|n| n * 4).as_ref());
    // Line numbers count from 1 within each order.
    let mut numbers: BTreeMap<&Cell, Vec<u32>> = BTreeMap::new();
    for (order, number) in lines[0].iter().zip(&lines[2]) {
        let n = number.as_ref().and_then(|n| n.parse().ok()).unwrap_or(0);
        numbers.entry(order).or_default().push(n);
    }
    assert!(numbers.values().all(|ns| ns.iter().copied().eq(1..=ns.len() as u32)));
}

#[test]
fn unique_texts_differ_without_regard_to_case_even_when_short() {
    let mut t = table("T", 400, vec![column("code", "varchar(2)", Values::Any)]);
    t.uniques.push(vec!["code".into()]);
    let rows = made(&plan(vec![t.clone()]));
    let seen: BTreeSet<String> = strings(&rows[0].cells[0]).iter().map(|v| v.to_lowercase()).collect();
    assert_eq!(seen.len(), 400);
    t.rows = 2000;
    let error = generate(&plan(vec![t]), &mut |_| panic!("nothing to ask"), &mut |_, _, _| {}).expect_err("too many");
    assert!(error.to_string().contains("T (code)"), "{error}");
}

#[test]
fn every_combination_of_a_key_is_found_when_all_are_needed() {
    let days = Values::Instant { from: "2026-01-01".into(), to: "2026-01-21".into() };
    let meters = table("Meter", 40, vec![column("key", "integer", Values::Serial)]);
    let reading = |rows| {
        let draw = Draw::Zipf { exponent: 1.0 };
        let meter = refer("meter", "Meter", "key", "integer", Target { draw, ..Target::default() });
        let mut t = table("Reading", rows, vec![meter, column("day", "date", days.clone())]);
        t.uniques.push(vec!["meter".into(), "day".into()]);
        plan(vec![meters.clone(), t])
    };
    let rows = made(&reading(40 * 20));
    let pairs: BTreeSet<(&Cell, &Cell)> = rows[1].cells[0].iter().zip(&rows[1].cells[1]).collect();
    assert_eq!(pairs.len(), 40 * 20);
    let too_many = reading(40 * 20 + 1);
    let error = generate(&too_many, &mut |_| panic!("nothing to ask"), &mut |_, _, _| {}).expect_err("801 of 800");
    assert!(error.to_string().contains("there are not 801 different values"), "{error}");
}

#[test]
fn one_to_one_never_repeats_and_says_when_it_must() {
    let once = || Target { at_most: Some(1), draw: Draw::Zipf { exponent: 1.0 }, ..Target::default() };
    let a = table("A", 30, vec![column("key", "integer", Values::Serial)]);
    let b = |rows| table("B", rows, vec![refer("a", "A", "key", "integer", once())]);
    let rows = made(&plan(vec![a.clone(), b(30)]));
    assert_eq!(counts(&rows[1].cells[0]).len(), 30);
    let plan = plan(vec![a, b(31)]);
    let error = generate(&plan, &mut |_| panic!("nothing to ask"), &mut |_, _, _| {}).expect_err("31 of 30");
    assert!(error.to_string().contains("B (a)"), "{error}");
}

#[test]
fn self_references_have_no_cycle() {
    let mut boss = refer("boss", "Person", "key", "integer", Target { acyclic: true, ..Target::default() });
    boss.null_share = 0.1;
    let rows = made(&plan(vec![table("Person", 100, vec![column("key", "integer", Values::Serial), boss])]));
    for (key, boss) in rows[0].cells[0].iter().zip(&rows[0].cells[1]) {
        let number = |c: &Cell| c.as_ref().and_then(|v| v.parse::<u32>().ok());
        assert!(number(boss) < number(key));
    }
}

#[test]
fn tables_that_refer_to_each_other_are_filled() {
    let mut head = refer("head", "Doctor", "key", "integer", Target::default());
    head.null_share = 0.5;
    let ward = table("Ward", 20, vec![column("key", "integer", Values::Serial), head]);
    let doctor = table(
        "Doctor",
        40,
        vec![column("key", "integer", Values::Serial), refer("ward", "Ward", "key", "integer", Target::default())],
    );
    let rows = made(&plan(vec![ward, doctor]));
    assert_eq!(strings(&rows[0].cells[1]).len(), 10);
    assert_eq!(strings(&rows[1].cells[1]).len(), 40);
}

#[test]
fn a_child_takes_parents_of_its_own_tenant() {
    let tenant = || refer("tenant", "Tenant", "key", "integer", Target { at_least: 1, ..Target::default() });
    let same = Target { matching: vec![("tenant".into(), "tenant".into())], ..Target::default() };
    let key = || column("key", "uuid", Values::Serial);
    let rows = made(&plan(vec![
        table("Tenant", 5, vec![column("key", "integer", Values::Serial)]),
        table("Project", 20, vec![key(), tenant()]),
        table("Task", 300, vec![key(), tenant(), refer("project", "Project", "key", "uuid", same)]),
    ]));
    let tenant_of: BTreeMap<&Cell, &Cell> = rows[1].cells[0].iter().zip(&rows[1].cells[1]).collect();
    for (tenant, project) in rows[2].cells[1].iter().zip(&rows[2].cells[2]) {
        assert_eq!(tenant_of[project], tenant);
    }
}

#[test]
fn slices_share_out_the_rows_of_a_supertype() {
    let slice = |start| Target { draw: Draw::Slice { start }, ..Target::default() };
    let rows = made(&plan(vec![
        table("Person", 100, vec![column("key", "integer", Values::Serial)]),
        table("Patient", 90, vec![refer("key", "Person", "key", "integer", slice(0))]),
        table("Doctor", 10, vec![refer("key", "Person", "key", "integer", slice(90))]),
    ]));
    let of = |t: usize| strings(&rows[t].cells[0]).into_iter().collect::<BTreeSet<_>>();
    assert_eq!((of(1).len(), of(2).len(), of(1).union(&of(2)).count()), (90, 10, 100));
}

/// What sorts after every instant.
const OPEN: &str = "infinity";

/// The two ends of a range; an open end is [`OPEN`].
fn bounds_of(range: &str) -> Option<(String, String)> {
    let (from, to) = range.trim_matches(['[', ')']).split_once(',')?;
    Some((from.to_string(), if to.is_empty() { OPEN.into() } else { to.to_string() }))
}

#[test]
fn a_range_has_an_end_where_a_check_asks_for_one() {
    for (predicate, open) in [("not isempty(during)", true), ("NOT upper_inf(during)", false)] {
        let bed = column("bed", "integer", Values::Number { min: "1".into(), max: "5".into() });
        let mut t = table("Stay", 50, vec![bed, column("during", "tstzrange", Values::Any)]);
        t.never_overlap.push(SampleOverlap { equal: vec!["bed".into()], during: vec!["during".into()] });
        let check = SampleCheck {
            subject: "Stay.check(during)".into(),
            predicate: predicate.into(),
            columns: vec!["during".into()],
        };
        t.checks.push(check);
        let plan = plan(vec![t]);
        // Every row passes.
        let ask = &mut |q: &super::work::Question| Ok(q.predicates.iter().map(|_| vec![]).collect());
        let rows = generate(&plan, ask, &mut |_, _, _| {}).expect("rows");
        let goes_on = strings(&rows[0].cells[1]).iter().any(|range| range.ends_with(",)"));
        assert_eq!(goes_on, open, "{predicate}");
    }
}

#[test]
fn ranges_of_a_group_follow_each_other() {
    for (ty, columns) in
        [("tstzrange", 1), ("daterange", 1), ("int4range", 1), ("date", 2), ("timestamp with time zone", 2)]
    {
        let mut t =
            table("Stay", 200, vec![column("bed", "integer", Values::Number { min: "1".into(), max: "5".into() })]);
        let names: Vec<String> = (0..columns).map(|n| format!("during{n}")).collect();
        t.columns.extend(names.iter().map(|n| column(n, ty, Values::Any)));
        t.never_overlap.push(SampleOverlap { equal: vec!["bed".into()], during: names });
        let rows = made(&plan(vec![t]));
        let mut by_bed: BTreeMap<&Cell, Vec<(String, String)>> = BTreeMap::new();
        for row in 0..200 {
            let cell = |c: usize| rows[0].cells[c][row].clone().unwrap_or_default();
            let bounds = match columns {
                1 => bounds_of(&cell(1)),
                _ => Some((cell(1), cell(2))),
            };
            by_bed.entry(&rows[0].cells[0][row]).or_default().extend(bounds);
        }
        let open = by_bed.values().flatten().filter(|(_, to)| to == OPEN).count();
        let goes_on = columns == 1 && ty != "int4range";
        assert_eq!(open, if goes_on { by_bed.len() } else { 0 }, "{ty}: the last stay in each bed goes on");
        for mut ranges in by_bed.into_values() {
            let key = |text: &String| (if ty == "int4range" { text.len() } else { 0 }, text.clone());
            ranges.sort_by_key(|(from, _)| key(from));
            for pair in ranges.windows(2) {
                assert!(key(&pair[0].1) <= key(&pair[1].0), "{ty}: {pair:?}");
            }
            assert!(ranges.iter().all(|(from, to)| key(from) < key(to)));
        }
    }
}

#[test]
fn two_rules_over_one_range_are_both_kept() {
    let number = |max: &str| Values::Number { min: "1".into(), max: max.into() };
    let mut t = table(
        "Stay",
        200,
        vec![
            column("bed", "integer", number("7")),
            column("patient", "integer", number("11")),
            column("during", "daterange", Values::Any),
        ],
    );
    for equal in ["bed", "patient"] {
        t.never_overlap.push(SampleOverlap { equal: vec![equal.into()], during: vec!["during".into()] });
    }
    let rows = made(&plan(vec![t]));
    let range = |row: usize| rows[0].cells[2][row].as_deref().and_then(bounds_of);
    for a in 0..200 {
        for b in 0..a {
            let same = (0..2).any(|c| rows[0].cells[c][a] == rows[0].cells[c][b]);
            let ((from, to), (other_from, other_to)) = (range(a).expect("a range"), range(b).expect("a range"));
            assert!(!same || to <= other_from || other_to <= from, "{a} and {b} overlap");
        }
    }
}

#[test]
fn an_unknown_type_is_said() {
    let plan = plan(vec![table("Place", 1, vec![column("shape", "geometry", Values::Any)])]);
    let error = generate(&plan, &mut |_| panic!("nothing to ask"), &mut |_, _, _| {}).expect_err("no geometry");
    assert!(matches!(&error, FillError::Type { table, column, .. } if table == "Place" && column == "shape"));
}

/// A lab with an empty database `t` and the owner's session in it.
fn lab() -> (Lab, crate::Session) {
    let found = discover(None).expect("a PostgreSQL installation");
    let lab = Lab::start(&found[0], &LabOptions::default()).expect("a lab");
    lab.create_database("t", None).expect("a database");
    let session = lab.session("t", &Actor::Owner).expect("a session");
    (lab, session)
}

fn one(session: &mut crate::Session, sql: &str) -> String {
    let messages = session.client.simple_query(sql).unwrap_or_else(|e| panic!("{sql}: {e:?}"));
    messages
        .iter()
        .find_map(|m| match m {
            postgres::SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or("null").to_string()),
            _ => None,
        })
        .unwrap_or_default()
}

#[test]
fn every_type_is_taken_by_a_server() {
    let (_lab, mut session) = lab();
    session.client.batch_execute("CREATE EXTENSION citext").expect("citext");
    let types = [
        "text",
        "varchar(10)",
        "char(3)",
        "citext",
        "smallint",
        "integer",
        "bigint",
        "numeric",
        "numeric(6,2)",
        "numeric(3,3)",
        "numeric(20,12)",
        "real",
        "double precision",
        "money",
        "boolean",
        "uuid",
        "date",
        "time",
        "timetz",
        "timestamp",
        "timestamptz(3)",
        "interval",
        "json",
        "jsonb",
        "inet",
        "cidr",
        "macaddr",
        "bytea",
        "bit(5)",
        "bit varying(9)",
        "tsvector",
        "int4range",
        "int8range",
        "numrange",
        "daterange",
        "tsrange",
        "tstzrange",
        "text[]",
        "integer[]",
        "uuid[]",
        "jsonb[]",
        "daterange[]",
        "name",
    ];
    let names = ["value", "price", "age", "email", "due_date"];
    let mut any = table("Any", 40, vec![]);
    let mut serial = table("Serial", 2, vec![]);
    for (n, ty) in types.iter().enumerate() {
        for name in names {
            any.columns.push(column(&format!("{name}_{n}_{name}"), ty, Values::Any));
        }
        serial.columns.push(column(&format!("s{n}"), ty, Values::Serial));
    }
    let report =
        super::fill(&mut session.client, &plan(vec![any, serial]), &mut |_, _, _| {}).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(report.rows, 42);
    assert_eq!(one(&mut session, "SELECT count(DISTINCT s15) FROM plain.\"Serial\""), "2");
}

#[test]
fn checks_and_limits_are_kept_and_shares_stay() {
    let (_lab, mut session) = lab();
    let mut plan = shop(1000);
    let order = &mut plan.tables[2];
    order.columns.push(column("shipped_at", "timestamptz", Values::Any));
    order.columns.push(column("placed_at", "timestamptz", Values::Any));
    order.columns[4].null_share = 0.5;
    let check = |predicate: &str, columns: &[&str]| SampleCheck {
        subject: "Order.rule".into(),
        predicate: predicate.into(),
        columns: columns.iter().map(|c| c.to_string()).collect(),
    };
    order.checks = vec![
        check("(status = 'paid') = (shipped_at is not null)", &["status", "shipped_at"]),
        check("shipped_at >= placed_at", &["shipped_at", "placed_at"]),
        check("length(note) < 60", &["note"]),
    ];
    order.at_most = vec![SampleLimit {
        subject: "one_cart".into(),
        per: vec!["customer".into()],
        limit: 1,
        filter: Some("status = 'cart'".into()),
        columns: vec!["status".into()],
    }];
    super::fill(&mut session.client, &plan, &mut |_, _, _| {}).unwrap_or_else(|e| panic!("{e}"));
    let bad = "SELECT count(*) FROM plain.\"Order\" WHERE NOT ((status = 'paid') = (shipped_at IS NOT NULL) \
               AND coalesce(shipped_at >= placed_at, true) AND coalesce(length(note) < 60, true))";
    assert_eq!(one(&mut session, bad), "0");
    let carts = "SELECT max(n) FROM (SELECT count(*) n FROM plain.\"Order\" WHERE status = 'cart' GROUP BY customer) x";
    assert_eq!(one(&mut session, carts), "1");
    assert_eq!(one(&mut session, "SELECT count(*) FROM plain.\"Order\" WHERE status = 'cart'"), "70");
}

#[test]
fn a_check_that_nothing_keeps_is_named() {
    let (_lab, mut session) = lab();
    let mut t = table("T", 20, vec![column("n", "integer", Values::Any)]);
    t.checks =
        vec![SampleCheck { subject: "T.n".into(), predicate: "n > 5 and n < 5".into(), columns: vec!["n".into()] }];
    let error = super::fill(&mut session.client, &plan(vec![t]), &mut |_, _, _| {}).expect_err("impossible");
    assert!(matches!(&error, FillError::Unsatisfied { subject, rows: 20, .. } if subject == "T.n"), "{error}");
}

#[test]
fn loads_and_statistics_are_the_same_every_time() {
    let (lab, _) = lab();
    let mut plan = shop(400);
    plan.loads = vec!["INSERT INTO orders (id, status) SELECT key, status FROM plain.\"Order\"".into()];
    plan.analyze = vec!["orders".into()];
    plan.adjust = vec!["UPDATE plain.\"Order\" SET note = 'void' WHERE status = 'void'".into()];
    let statistics = "SELECT md5(string_agg(s::text, '' ORDER BY schemaname, tablename, attname)) FROM pg_stats s \
                      WHERE schemaname IN ('plain', 'public')";
    let mut seen = BTreeSet::new();
    for n in 0..2 {
        let name = format!("copy{n}");
        lab.create_database(&name, None).expect("a database");
        let mut session = lab.session(&name, &Actor::Owner).expect("a session");
        session.client.batch_execute("CREATE TABLE orders (id uuid PRIMARY KEY, status text)").expect("a table");
        super::fill(&mut session.client, &plan, &mut |_, _, _| {}).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(one(&mut session, "SELECT count(*) FROM orders"), "400");
        seen.insert(one(&mut session, statistics));
    }
    assert_eq!(seen.len(), 1, "{seen:?}");
}

#[test]
fn computed_columns_and_defaults_live_in_the_plain_table() {
    let (_lab, mut session) = lab();
    let computed = Values::Computed { expression: "price * quantity".into() };
    let mut t = table(
        "Line",
        30,
        vec![
            column("total", "numeric(12,2)", computed),
            column("price", "numeric(8,2)", Values::Any),
            column("quantity", "integer", Values::Any),
            column("state", "text", Values::Choice { of: vec![("open".into(), 1.0)] }),
        ],
    );
    t.columns[3].definition = "DEFAULT 'new'".into();
    t.checks = vec![SampleCheck {
        subject: "Line.total".into(),
        predicate: "total < 20000".into(),
        columns: vec!["total".into(), "price".into(), "quantity".into()],
    }];
    super::fill(&mut session.client, &plan(vec![t]), &mut |_, _, _| {}).unwrap_or_else(|e| panic!("{e}"));
    session.client.batch_execute("INSERT INTO plain.\"Line\" (price, quantity) VALUES (2, 3)").expect("a row");
    let sql = "SELECT count(*) || ' ' || max(total) FILTER (WHERE state = 'new') || ' ' || bool_and(total < 20000) FROM plain.\"Line\"";
    assert_eq!(one(&mut session, sql), "31 6.00 true");
}

/// Prints rows per second against COPY of the same prepared bytes; run with `--nocapture` in a release build.
#[test]
fn a_hundred_thousand_rows_are_made_and_copied_in_time() {
    let (lab, _) = lab();
    let plan = shop(100_000 / 4);
    let (mut whole, mut raw) = (vec![], vec![]);
    let prepared: Vec<Vec<u8>> = made(&plan).iter().map(|r| super::copy::encode(&r.cells, false)).collect();
    for n in 0..3 {
        let name = format!("bench{n}");
        lab.create_database(&name, None).expect("a database");
        let mut session = lab.session(&name, &Actor::Owner).expect("a session");
        let report = super::fill(&mut session.client, &plan, &mut |_, _, _| {}).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(report.rows, plan.tables.iter().map(|t| t.rows).sum::<u64>());
        whole.push(report.rows as f64 / report.generate_seconds);
        for t in &plan.tables {
            let create = format!("TRUNCATE {}", super::plain_table(&t.name));
            session.client.batch_execute(&create).expect("an empty table");
        }
        let start = std::time::Instant::now();
        for (t, bytes) in plan.tables.iter().zip(&prepared) {
            super::copy::copy_in(&mut session.client, &super::plain_table(&t.name), bytes).expect("rows");
        }
        raw.push(report.rows as f64 / start.elapsed().as_secs_f64());
    }
    whole.sort_by(f64::total_cmp);
    raw.sort_by(f64::total_cmp);
    println!("rows per second, medians of 3: generated and copied {:.0}, copied only {:.0}", whole[1], raw[1]);
    assert!(whole[1] > 10_000.0, "{whole:?}");
}

#[test]
fn a_limit_and_a_check_on_one_column_are_both_kept() {
    let (_lab, mut session) = lab();
    let tables = table("DiningTable", 60, vec![column("key", "bigint", Values::Serial)]);
    let past = Values::Instant { from: "2024-01-01".into(), to: "2026-01-01".into() };
    let mut bill = table(
        "Bill",
        20_000,
        vec![
            column("key", "bigint", Values::Serial),
            refer("dining_table", "DiningTable", "key", "bigint", Target::default()),
            column("opened_at", "timestamp with time zone", past.clone()),
            column("closed_at", "timestamp with time zone", past),
        ],
    );
    bill.columns[3].null_share = 0.1;
    bill.checks = vec![SampleCheck {
        subject: "Bill.closing".into(),
        predicate: "closed_at is null or closed_at >= opened_at".into(),
        columns: vec!["closed_at".into(), "opened_at".into()],
    }];
    bill.at_most = vec![SampleLimit {
        subject: "one_open".into(),
        per: vec!["dining_table".into()],
        limit: 1,
        filter: Some("closed_at is null".into()),
        columns: vec!["closed_at".into()],
    }];
    super::fill(&mut session.client, &plan(vec![tables, bill]), &mut |_, _, _| {}).unwrap_or_else(|e| panic!("{e}"));
    let open =
        "SELECT max(n) FROM (SELECT count(*) n FROM plain.\"Bill\" WHERE closed_at IS NULL GROUP BY dining_table) x";
    assert_eq!(one(&mut session, open), "1");
    assert_eq!(one(&mut session, "SELECT count(*) FROM plain.\"Bill\" WHERE closed_at < opened_at"), "0");
}

#[test]
fn rules_that_undo_each_other_are_named_soon() {
    let (_lab, mut session) = lab();
    let mut bill = table("Bill", 20_000, vec![column("open", "boolean", Values::Any)]);
    bill.checks = vec![SampleCheck {
        subject: "Bill.always_open".into(),
        predicate: "open".into(),
        columns: vec!["open".into()],
    }];
    bill.at_most = vec![SampleLimit {
        subject: "one_open".into(),
        per: vec![],
        limit: 1,
        filter: Some("open".into()),
        columns: vec!["open".into()],
    }];
    let begun = std::time::Instant::now();
    let error = super::fill(&mut session.client, &plan(vec![bill]), &mut |_, _, _| {}).expect_err("impossible");
    let said = error.to_string();
    for part in ["one_open", "Bill.always_open", "undo each other"] {
        assert!(said.contains(part), "{said}");
    }
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
}

#[test]
fn two_ends_that_must_differ_do() {
    let (_lab, mut session) = lab();
    let member = table("Member", 50, vec![column("key", "integer", Values::Serial)]);
    let end = |name| refer(name, "Member", "key", "integer", Target::default());
    let mut follow = table("Follow", 1000, vec![end("follower"), end("followed")]);
    follow.uniques = vec![vec!["follower".into(), "followed".into()]];
    follow.checks = vec![SampleCheck {
        subject: "Follow.not_self".into(),
        predicate: "follower <> followed".into(),
        columns: vec!["follower".into(), "followed".into()],
    }];
    super::fill(&mut session.client, &plan(vec![member, follow]), &mut |_, _, _| {}).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(one(&mut session, "SELECT count(*) FROM plain.\"Follow\" WHERE follower = followed"), "0");
    assert_eq!(one(&mut session, "SELECT count(DISTINCT (follower, followed)) FROM plain.\"Follow\""), "1000");
}

#[test]
fn numbers_within_an_owner_begin_where_they_are_told() {
    let station = table("Station", 10, vec![column("key", "integer", Values::Serial)]);
    let to = Target { at_most: Some(8), ..Target::default() };
    let channel = Values::CountWithin { columns: vec!["station".into()], from: 0 };
    let sensor = table(
        "Sensor",
        80,
        vec![refer("station", "Station", "key", "integer", to), column("channel", "smallint", channel)],
    );
    let rows = made(&plan(vec![station, sensor]));
    let channels = counts(&rows[1].cells[1]);
    assert_eq!(
        channels.into_iter().collect::<Vec<_>>(),
        (0..8).map(|n| (["0", "1", "2", "3", "4", "5", "6", "7"][n], 10)).collect::<Vec<_>>()
    );
}
