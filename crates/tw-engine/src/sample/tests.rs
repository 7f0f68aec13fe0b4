//! Briefs that stretch the language, sampled and loaded into their own designs on a real server: a load
//! that broke a constraint would be refused.
use super::*;
use crate::{
    design::{self, Designed},
    read::Read,
};
use tw_lab::{Lab, LabOptions, Session, discover, fill};
use tw_model::{draft::replace_symbols, trial::Actor};

fn designed(brief: &str) -> Designed {
    let (model, diagnostics) = tw_brief::read(brief);
    let model = model.unwrap_or_else(|| panic!("{diagnostics:#?}"));
    design::design(Read { text: brief.into(), model }, 1)
}

/// A database with the design's tables and roles, filled. The session is the owner's.
fn filled(brief: &str) -> (Lab, Session, Designed) {
    let designed = designed(brief);
    let found = discover(None).expect("a PostgreSQL installation");
    let lab = Lab::start(&found[0], &LabOptions::default()).expect("a lab");
    lab.create_database("sample", None).expect("a database");
    lab.load("sample", &designed.schema_sql).unwrap_or_else(|e| panic!("{e}"));
    lab.load_roles("sample", &designed.roles_sql).unwrap_or_else(|e| panic!("{e}"));
    let mut session = lab.session("sample", &Actor::Owner).expect("a session");
    let report = fill::fill(&mut session.client, &designed.sample, &mut |_, _, _| {}).unwrap_or_else(|e| panic!("{e}"));
    println!(
        "{}: {} rows, made and copied in {:.2} s, loaded in {:.2} s, all in {:.2} s",
        designed.model.title, report.rows, report.generate_seconds, report.load_seconds, report.seconds
    );
    println!("{:?}", report.tables);
    assert_eq!(report.tables.len(), designed.model.entities.len());
    (lab, session, designed)
}

fn number(session: &mut Session, sql: &str) -> i64 {
    session.client.query_one(sql, &[]).unwrap_or_else(|e| panic!("{sql}: {e:?}")).get(0)
}

/// Every row of every plain table is in the design's table.
fn all_loaded(session: &mut Session, designed: &Designed) {
    let draft = &designed.draft;
    // Row policies are for the roles; the owner counts every row.
    for table in draft.schema.tables.iter().filter(|t| t.force_row_security) {
        let printed = draft.printed_table(&table.name.name);
        session
            .client
            .batch_execute(&format!("ALTER TABLE {printed} NO FORCE ROW LEVEL SECURITY"))
            .expect("the owner's table");
    }
    for entity in &designed.model.entities {
        let plain = number(session, &format!("SELECT count(*) FROM {}", plain_table(&entity.name)));
        let table = draft.printed_table(&draft.homes[&entity.name].write_to);
        let real = number(session, &format!("SELECT count(*) FROM {table}"));
        assert!(plain > 0, "{} is empty", entity.name);
        assert_eq!(plain, real, "{}", entity.name);
    }
}

const SHOP: &str = "# Shop

## Promises

- keys: bigint
- timestamps: created_at, updated_at on what changes

## Concepts

- [Customer] 1 --(places)--> * [Order]
- [Order] * --(contains)--> 1..* [Product] via OrderLine, on delete cascade
- [Category as parent] 0..1 --(groups)--> * [Category], on delete set null
- [Category] 1 --(holds)--> * [Product]
- [Order] 1 --(is paid by)--> 0..1 [Payment]

### Customer (200k)

- name: varchar(80), personal
- email: email(100), unique nocase, personal
- phone: phone, optional
- site: url, optional

### Category (60)

- name: varchar(40)
- slug: slug, unique

### Product (10k, soft delete)

- sku: varchar(12), unique, check (sku ~ '^[A-Z]{3}-[0-9]{6}$')
- name: varchar(120), search
- price: money, check (price > 0), check (price < 100000)
- tax_rate: percent = 20
- gross: numeric(15,2), generated as (round(price * (1 + tax_rate / 100), 2)) stored
- unit: varchar(10) in (piece 70%, kg, litre) open = piece
- stock: count = 0
- barcode: char(13), optional, unique, null 30%

### Order (5 per Customer)

- status: varchar(10) in (cart 20%, placed 50%, shipped 30%) = cart
- total: money = 0
- placed_at: instant = now
- shipped_at: instant, optional
- check in_order: (shipped_at >= placed_at)
- check shipped: ((status = shipped) = (shipped_at is not null))

### OrderLine (3 per Order)

- quantity: count = 1, check (quantity between 1 and 100)
- unit_price: money
- amount: money, generated as (quantity * unit_price) stored

### Payment (800k)

- amount: money

## Invariants

- one_cart: at most 1 Order per Customer where status = cart
- adds_up: sum(OrderLine.amount) = total per Order
- in_credit: (total >= 0) for every Order
";

#[test]
fn a_shop_keeps_every_rule() {
    let (_lab, mut session, designed) = filled(SHOP);
    all_loaded(&mut session, &designed);
    let s = &mut session;
    let carts = "SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM plain.\"Order\" WHERE status = 'cart' GROUP BY customer) x";
    assert_eq!(number(s, carts), 1);
    let sums = "SELECT count(*) FROM plain.\"Order\" o JOIN (SELECT \"order\" AS key, sum(amount) FROM plain.\"OrderLine\" GROUP BY 1) l USING (key) WHERE total <> sum";
    assert_eq!(number(s, sums), 0);
    let (orders, customers, lines) = (
        number(s, "SELECT count(*) FROM plain.\"Order\""),
        number(s, "SELECT count(*) FROM plain.\"Customer\""),
        number(s, "SELECT count(*) FROM plain.\"OrderLine\""),
    );
    assert_eq!(orders, 5 * customers);
    assert_eq!(lines, 3 * orders);
    // Writes after the load do not meet the sample's keys.
    number(
        s,
        "WITH one AS (INSERT INTO categories (name, slug) VALUES ('x', 'x-x') RETURNING 1) SELECT count(*) FROM one",
    );
    assert_eq!(number(s, "SELECT count(*) FROM plain.\"Product\" WHERE gross IS NULL OR gross < price"), 0);
}

const HOSPITAL: &str = "# Hospital

## Concepts

- [Ward] 1 --(has)--> * [Bed], on delete cascade
- [Bed] 1 --(is booked by)--> * [Booking]
- [Patient] 1 --(books)--> * [Booking]
- [Doctor as chief] 0..1 --(supervises)--> * [Doctor], on delete set null
- [Doctor as head] 0..1 --(leads)--> 0..1 [Ward]
- [Ward] 1 --(employs)--> * [Doctor]

### Person (400k), subtypes (Patient 390k, Doctor 2k): overlapping, partial

- name: varchar(80), personal
- born_on: date

### Patient

- blood_group: varchar(3) in ('A+', 'A-', 'B+', '0+'), optional

### Doctor

- licence: varchar(20), unique

### Ward (60)

- name: varchar(40), unique

### Bed (1200) of Ward, key (number)

- number: smallint

### Booking (400k, soft delete, keep 7 years from starts_at then anonymise)

- never overlap (bed, starts_at to ends_at) where (state = confirmed)
- check in_order: (ends_at > starts_at)
- starts_at: instant
- ends_at: instant
- reason: text, optional, personal
- state: varchar(20) in (confirmed 90%, cancelled 10%) = confirmed

### Vehicle (500), subtypes (Van 300, Car 200): disjoint, total

- plate: varchar(8), key

### Van

- load_kg: int

### Car

- seats: smallint
";

#[test]
fn a_hospital_keeps_every_rule() {
    let (_lab, mut session, designed) = filled(HOSPITAL);
    all_loaded(&mut session, &designed);
    let s = &mut session;
    let both = "SELECT count(*) FROM plain.\"Patient\" JOIN plain.\"Doctor\" USING (key)";
    assert!(number(s, both) > 0, "some doctor is a patient");
    let names = "SELECT count(*) FROM plain.\"Patient\" a JOIN plain.\"Person\" b USING (key) WHERE a.name <> b.name";
    assert_eq!(number(s, names), 0);
    assert_eq!(number(s, "SELECT count(*) FROM plain.\"Van\" JOIN plain.\"Car\" USING (plate)"), 0);
    let uncovered = "SELECT count(*) FROM plain.\"Vehicle\" v WHERE plate NOT IN (SELECT plate FROM plain.\"Van\" UNION SELECT plate FROM plain.\"Car\")";
    assert_eq!(number(s, uncovered), 0);
    let overlapping = "SELECT count(*) FROM plain.\"Booking\" a JOIN plain.\"Booking\" b ON a.ctid < b.ctid \
        AND a.\"bed.ward\" = b.\"bed.ward\" AND a.\"bed.number\" = b.\"bed.number\" \
        AND (a.starts_at, a.ends_at) OVERLAPS (b.starts_at, b.ends_at) WHERE a.state = 'confirmed' AND b.state = 'confirmed'";
    assert_eq!(number(s, overlapping), 0);
    assert!(number(s, "SELECT count(*) FROM plain.\"Ward\" WHERE head IS NOT NULL") > 0);
    assert!(number(s, "SELECT count(*) FROM wards WHERE head_id IS NOT NULL") > 0);
}

const TENANTS: &str = "# Workspaces

## Promises

- tenant: Workspace

## Concepts

- [Project] 1 --(has)--> * [Task], on delete cascade
- [Member as assignee] 0..1 --(does)--> * [Task], on delete set null
- [Task as blocker] 0..1 --(blocks)--> * [Task], on delete set null
- [Task] 1 --(is noted in)--> * [Note], on delete cascade
- [Member] * --(joins)--> * [Project] via Membership
- [Plan] 1 --(is bought by)--> * [Workspace]

### Workspace (3k)

- name: varchar(80)
- settings: document = '{}'

### Plan (4, shared)

- code: varchar(10) in (free, team, firm, trial), key

### Member (20 per Workspace)

- email: email, unique per tenant
- role: varchar(10) in (owner 5%, editor 60%, reader 35%)

### Project (10 per Workspace)

- title: varchar(120)
- tags: text[]

### Task (40 per Project)

- title: varchar(200), search
- due_on: date, optional
- state: varchar(10) in (open 30%, done 70%)

### Note (2 per Task)

- body: text

### Membership (60k)

- since: date
";

#[test]
fn tenants_keep_to_themselves() {
    let (_lab, mut session, designed) = filled(TENANTS);
    all_loaded(&mut session, &designed);
    let s = &mut session;
    for (child, end, parent) in [
        ("Task", "project", "Project"),
        ("Task", "assignee", "Member"),
        ("Task", "blocker", "Task"),
        ("Note", "task", "Task"),
    ] {
        let sql = format!(
            "SELECT count(*) FROM plain.\"{child}\" c JOIN plain.\"{parent}\" p ON c.{end} = p.key WHERE c.workspace <> p.workspace"
        );
        assert_eq!(number(s, &sql), 0, "{child}.{end}");
    }
    let blocked = "SELECT count(*) FROM plain.\"Task\" WHERE blocker IS NOT NULL";
    assert!(number(s, blocked) > 0);
    let bare = "SELECT count(*) FROM plain.\"Workspace\" w WHERE NOT EXISTS (SELECT 1 FROM plain.\"Task\" t WHERE t.workspace = w.key)";
    assert_eq!(number(s, bare), 0, "every workspace has tasks");
}

#[test]
fn plain_names_are_the_symbols() {
    let Designed { model, draft, .. } = designed(HOSPITAL);
    let plain = plain_mapping(&model, &draft);
    let booking = &plain.relations["Booking"];
    assert_eq!(booking.read_from, "plain.\"Booking\"");
    let bed: Vec<&str> = booking.columns["bed"].iter().map(|c| c.name.as_str()).collect();
    assert_eq!(bed, ["\"bed.ward\"", "\"bed.number\""]);
    assert_eq!(plain.relations["Patient"].columns["name"][0].name, "name");
    // Every mapped column is a column of the plan.
    let plan = plan(&model, &draft, 1);
    for table in &plan.tables {
        for column in plain.relations[&table.name].columns.values().flatten() {
            assert!(table.columns.iter().any(|c| quote(&c.name) == column.name), "{}.{}", table.name, column.name);
        }
    }
}

#[test]
fn the_same_brief_gives_the_same_plan_within_the_budget() {
    for brief in [SHOP, HOSPITAL, TENANTS] {
        let Designed { model, draft, .. } = designed(brief);
        let plan = plan(&model, &draft, 1);
        assert_eq!(plan, super::plan(&model, &draft, 1));
        let rows: u64 = plan.tables.iter().map(|t| t.rows).sum();
        assert!((BUDGET / 4..=BUDGET * 3 / 2).contains(&rows), "{rows} rows");
        assert!(plan.loads.iter().all(|s| replace_symbols(s, |path| panic!("{path} is not named")) == *s));
    }
}

#[test]
fn examples_keep_every_rule() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");
    let mut examples: Vec<_> = std::fs::read_dir(root)
        .expect("the examples")
        .filter_map(|e| Some(e.ok()?.path().join("brief.md")))
        .filter(|p| p.exists())
        .collect();
    examples.sort();
    assert!(!examples.is_empty());
    for path in examples {
        let brief = std::fs::read_to_string(&path).expect("a brief");
        let (_lab, mut session, designed) = filled(&brief);
        all_loaded(&mut session, &designed);
    }
}

const CORNERS: &str = "# Corners

## Concepts

- [DiningTable] 1 --(orders)--> * [Bill], on delete restrict
- [Station] 1 --(carries)--> 1..8 [Sensor], on delete cascade
- [Member as follower] * --(follows)--> * [Member as followed] via Follow, on delete cascade

### DiningTable (60)

- number: smallint, unique

### Bill (50k)

- opened_at: instant = now
- closed_at: instant, optional
- check closing: (closed_at is null or closed_at >= opened_at)

### Station (200)

- serial: varchar(24), unique

### Sensor (4 per Station) of Station, key (channel)

- channel: smallint, check (channel between 0 and 7)

### Member (200)

- handle: varchar(30), unique

### Follow (20 per Member)

- check not_self: (follower <> followed)

## Invariants

- one_open: at most 1 Bill per DiningTable where closed_at is null
";

#[test]
fn limits_partial_keys_and_ends_that_differ() {
    let (_lab, mut session, designed) = filled(CORNERS);
    all_loaded(&mut session, &designed);
    let s = &mut session;
    let open =
        "SELECT max(n) FROM (SELECT count(*) AS n FROM plain.\"Bill\" WHERE closed_at IS NULL GROUP BY dining_table) x";
    assert_eq!(number(s, open), 1);
    assert_eq!(number(s, "SELECT count(*) FROM plain.\"Bill\" WHERE closed_at < opened_at"), 0);
    assert_eq!(number(s, "SELECT count(*) FROM plain.\"Sensor\" WHERE channel NOT BETWEEN 0 AND 7"), 0);
    assert_eq!(number(s, "SELECT count(*) FROM plain.\"Follow\" WHERE follower = followed"), 0);
}
