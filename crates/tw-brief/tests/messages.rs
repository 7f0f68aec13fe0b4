//! Malformed briefs and exactly what is said about them: `messages.txt`.
//!
//! Each case is a sound small brief with one line changed or added. Regenerate with `UPDATE_EXPECT=1`.
use expect_test::expect_file;
use tw_brief::read;

const SOUND: &str = "\
# Shop

What we sell.

## Promises

- rpo: 5min

## Concepts

- [Customer] 1 --(places)--> * [Order]

### Customer (20k)

- email: email(100), unique

### Order (5 per Customer)

- status: varchar(10) in (cart 5%, placed 95%) = cart
- total: money = 0
- placed_at: instant = now

## Invariants

- one_cart: at most 1 Order per Customer where status = cart

## Workload

- find(email: Customer.email) 50/s, p99 5ms, as app
  > select * from Customer where email = :email

## Access

- app: read Customer, Order; write Order
";

/// The line of the sound brief that a case replaces, and what stands there instead.
const CASES: &[(&str, &str)] = &[
    // the whole
    ("# Shop", ""),
    ("# Shop", "# Shop\n\n# Another"),
    ("# Shop", "#"),
    ("What we sell.", "- what we sell"),
    ("What we sell.", "```sql\nselect 1\n```"),
    ("What we sell.", "<!-- never closed"),
    ("What we sell.", "```\nnever closed"),
    ("What we sell.", "a \u{0} b"),
    ("What we sell.", "a ⟦b⟧ c"),
    ("## Promises", "## Promise"),
    ("## Promises", "#### Promises"),
    ("## Access", "## Promises"),
    ("## Access", "### Late (10)\n\n## Access"),
    // promises
    ("- rpo: 5min", "- rpo 5min"),
    ("- rpo: 5min", "rpo: 5min"),
    ("- rpo: 5min", "- rppo: 5min"),
    ("- rpo: 5min", "- rpo: 5m"),
    ("- rpo: 5min", "- rpo: 5 minuts"),
    ("- rpo: 5min", "- rpo: soon"),
    ("- rpo: 5min", "- rpo: 1500ms"),
    ("- rpo: 5min", "- rpo: 5min 3s"),
    ("- rpo: 5min", "- rpo: 5min\n- rpo: 6min"),
    ("- rpo: 5min", "- rpo: 5min\nand so on"),
    ("- rpo: 5min", "- rpo: 5min\n  > select 1"),
    ("- rpo: 5min", "- keys: uid"),
    ("- rpo: 5min", "- availability: 199%"),
    ("- rpo: 5min", "- availability: 99.9"),
    ("- rpo: 5min", "- availability: 99.9%, longest accident 3min"),
    ("- rpo: 5min", "- copies: 0"),
    ("- rpo: 5min", "- horizon: 3h"),
    ("- rpo: 5min", "- tenant: Shoop"),
    ("- rpo: 5min", "- timestamps: created_at"),
    ("- rpo: 5min", "- timestamps: placed_at on everything"),
    ("- rpo: 5min", "- naming: tables singlar"),
    ("- rpo: 5min", "- naming: pk PK_{table}"),
    ("- rpo: 5min", "- schema: pg_mine"),
    ("- rpo: 5min", "-"),
    // relations
    ("- [Customer] 1 --(places)--> * [Order]", "- [Customr] 1 --(places)--> * [Order]"),
    ("- [Customer] 1 --(places)--> * [Order]", "- [Customer] 1 -(places)-> * [Order]"),
    ("- [Customer] 1 --(places)--> * [Order]", "- [Customer] 1 --()--> * [Order]"),
    ("- [Customer] 1 --(places)--> * [Order]", "- [Customer] 2..1 --(places)--> * [Order]"),
    ("- [Customer] 1 --(places)--> * [Order]", "- [Customer] many --(places)--> * [Order]"),
    ("- [Customer] 1 --(places)--> * [Order]", "- [Customer] 1 --(places)--> * [Order], on delete explode"),
    (
        "- [Customer] 1 --(places)--> * [Order]",
        "- [Customer] 1 --(places)--> * [Order], on delete cascade, on delete restrict",
    ),
    ("- [Customer] 1 --(places)--> * [Order]", "- [Customer] 1 --(places)--> * [Order], on delete set null"),
    ("- [Customer] 1 --(places)--> * [Order]", "- [Customer] 1 --(places)--> * [Order as purchase]"),
    ("- [Customer] 1 --(places)--> * [Order]", "- [Customer] 1 --(places)--> * [Order] via Basket"),
    (
        "- [Customer] 1 --(places)--> * [Order]",
        "- [Customer] 1 --(places)--> * [Order]\n- [Order] * --(is like)--> * [Order]",
    ),
    (
        "- [Customer] 1 --(places)--> * [Order]",
        "- [Customer] 1 --(places)--> * [Order]\n- view recent: delete from Order",
    ),
    (
        "- [Customer] 1 --(places)--> * [Order]",
        "- [Customer] 1 --(places)--> * [Order]\n- vew recent: select * from Order",
    ),
    // headings of entities
    ("### Customer (20k)", "### customer (20k)"),
    ("### Customer (20k)", "### Customer (20m)"),
    ("### Customer (20k)", "### Customer (20k"),
    ("### Customer (20k)", "### Customer (20k, 30k)"),
    ("### Customer (20k)", "### Customer (20k, +900%/month)"),
    ("### Customer (20k)", "### Customer (20k, +3%/day)"),
    ("### Customer (20k)", "### Customer (900000000000000, +50%/month)"),
    ("### Customer (20k)", "### Customer (99999999999999999999999)"),
    ("### Customer (20k)", "### Customer (20k, append-onyl)"),
    ("### Customer (20k)", "### Customer (20k, shared)"),
    ("### Customer (20k)", "### Customer (20k) of Order"),
    ("### Customer (20k)", "### Customer (20k) of Customer, key (email)"),
    ("### Customer (20k)", "### Customer (20k), key (emial)"),
    ("### Customer (20k)", "### Customer (20k, keep 7 years from email then delete)"),
    ("### Customer (20k)", "### Customer (20k, keep 7 years from birth then forget)"),
    ("### Customer (20k)", "### Customer (20k, append-only, soft delete)"),
    ("### Customer (20k)", "### Customer (20k), subtypes (Person 15k, Company 8k)"),
    ("### Customer (20k)", "### Customer (20k), subtypes (Customer)"),
    ("### Customer (20k)", "### Customer (4 per Order)"),
    ("### Customer (20k)", "### Customer (20k)\n\n### Customer (3)"),
    ("### Customer (20k)", "### CUSTOMER (20k)\n\n### Customer (20k)"),
    // attributes
    ("- total: money = 0", "- total money = 0"),
    ("- total: money = 0", "- Total: money = 0"),
    ("- total: money = 0", "- key: money = 0"),
    ("- total: money = 0", "- total: monney = 0"),
    ("- total: money = 0", "- total: decimal(15,20) = 0"),
    ("- total: money = 0", "- total: varchar(0)"),
    ("- total: money = 0", "- total: text(20)"),
    ("- total: money = 0", "- total: bigserial"),
    ("- total: money = 0", "- total: timestamp"),
    ("- total: money = 0", "- total: money = nothing"),
    ("- total: money = 0", "- total: money = 3k"),
    ("- total: money = 0", "- total: money = 0, = 1"),
    ("- total: money = 0", "- total: money = 0 optional"),
    ("- total: money = 0", "- total: money, optional, optional"),
    ("- total: money = 0", "- total: money, null 30%"),
    ("- total: money = 0", "- total: money, zipf 9"),
    ("- total: money = 0", "- total: money, search"),
    ("- total: money = 0", "- total: money, unique nocase"),
    ("- total: money = 0", "- total: money, open"),
    ("- total: money = 0", "- total: money, check total >= 0"),
    ("- total: money = 0", "- total: money, check (total >= 0"),
    ("- total: money = 0", "- total: money, check (totl >= 0)"),
    ("- total: money = 0", "- total: money, check (total >= )"),
    ("- total: money = 0", "- total: money, check ()"),
    ("- total: money = 0", "- total: money, check (total >= 0 -- always\n  )"),
    ("- total: money = 0", "- total: money, generated as (total + 1) stored"),
    ("- total: money = 0", "- total: money, generated as (1)"),
    ("- total: money = 0", "- total: money, was status"),
    ("- total: money = 0", "- total: money\n- total: int"),
    ("- total: money = 0", "- customer: money"),
    ("- total: money = 0", "- total: money, optional, key"),
    ("- total: money = 0", "- total: money, key\n- unique (total, total)"),
    ("- total: money = 0", "- code: char(2) in (de, fra, 'never closed)"),
    ("- total: money = 0", "- code: char(2) in (de, fra)"),
    ("- total: money = 0", "- code: char(2) in (de, de)"),
    ("- total: money = 0", "- code: flag in (yes, no)"),
    ("- total: money = 0", "- code: smallint in (one, two)"),
    ("- total: money = 0", "- never overlap (customer, status)"),
    ("- total: money = 0", "- partition by month of placed"),
    ("- total: money = 0", "- partition by month of status"),
    ("- total: money = 0", "- partition by weak of placed_at"),
    ("- total: money = 0", "- partition of placed_at"),
    ("- total: money = 0", "- partition by hash of customer into 1"),
    ("- total: money = 0", "- partition by hash of customer"),
    ("- total: money = 0", "- partition by day of placed_at"),
    ("- total: money = 0", "- partition by year of placed_at\n- keep whole"),
    ("- total: money = 0", "- partition by month of placed_at\n- unique (status, customer)"),
    ("- total: money = 0", "- partition by hash of key into 4\n- note: varchar(3), unique"),
    ("- total: money = 0", "- partition by month of paid_at\n- paid_at: instant, optional"),
    ("- total: money = 0", "- keep hole"),
    ("- total: money = 0", "- depends: status -> placed_at"),
    ("- total: money = 0", "- depends: status -> colour, decompose"),
    ("- total: money = 0", "- unqiue (status)"),
    ("- total: money = 0", "- unique per tenant (status)"),
    ("- total: money = 0", "- [Order] 1 --(has)--> * [Order]"),
    ("- total: money = 0", "total: money = 0"),
    // invariants
    ("- one_cart: at most 1 Order per Customer where status = cart", "- one_cart: at most one Order per Customer"),
    ("- one_cart: at most 1 Order per Customer where status = cart", "- one_cart: at most 1 Order per Product"),
    (
        "- one_cart: at most 1 Order per Customer where status = cart",
        "- one_cart: at most 1 Order per Customer where status = crt",
    ),
    ("- one_cart: at most 1 Order per Customer where status = cart", "- sums: sum(total) = email per Customer"),
    ("- one_cart: at most 1 Order per Customer where status = cart", "- sums: sum(amount) = total per Order"),
    ("- one_cart: at most 1 Order per Customer where status = cart", "- sane: (totl >= 0)"),
    ("- one_cart: at most 1 Order per Customer where status = cart", "- sane: always"),
    ("- one_cart: at most 1 Order per Customer where status = cart", "- none: no row: update Order set total = 0"),
    // workload
    ("- find(email: Customer.email) 50/s, p99 5ms, as app", "- find(email: Customer.emial) 50/s, as app"),
    ("- find(email: Customer.email) 50/s, p99 5ms, as app", "- find(email: Custmer.email) 50/s, as app"),
    ("- find(email: Customer.email) 50/s, p99 5ms, as app", "- find(email) 50/s, as app"),
    ("- find(email: Customer.email) 50/s, p99 5ms, as app", "- find(email: Order.customer) 50/s, as app"),
    ("- find(email: Customer.email) 50/s, p99 5ms, as app", "- find(email: text, more: int) 50/s, as app"),
    ("- find(email: Customer.email) 50/s, p99 5ms, as app", "- find(email: text) 50/fortnight, as app"),
    ("- find(email: Customer.email) 50/s, p99 5ms, as app", "- find(email: text) 50, as app"),
    ("- find(email: Customer.email) 50/s, p99 5ms, as app", "- find(email: text) 50/s, p98 5ms, as ap"),
    ("- find(email: Customer.email) 50/s, p99 5ms, as app", "- find(email: text) 50/s, p95 9ms, p99 5ms"),
    ("- find(email: Customer.email) 50/s, p99 5ms, as app", "- find(email: text drawn pareto 2) 50/s"),
    ("  > select * from Customer where email = :email", ""),
    ("  > select * from Customer where email = :email", "\nA paragraph.\n\n> select * from Customer"),
    ("  > select * from Customer where email = :email", "  > select * from Customers where email = :email"),
    ("  > select * from Customer where email = :email", "  > select * from Customer where email = :mail"),
    ("  > select * from Customer where email = :email", "  > select * from Customer where email = :email; select 2"),
    (
        "  > select * from Customer where email = :email",
        "  > select * from Customer where email = :email; expect one row",
    ),
    ("  > select * from Customer where email = :email", "  > select * form Customer where email = :email"),
    ("  > select * from Customer where email = :email", "  > update Customer set email = :email into :email"),
    (
        "  > select * from Customer where email = :email",
        "  > select email from Customer where email = :email into :email",
    ),
    ("  > select * from Customer where email = :email", "  > drop table Customer"),
    // access
    ("- app: read Customer, Order; write Order", "- app: red Customer"),
    ("- app: read Customer, Order; write Order", "- app: read Customer; read Ordr; write Order"),
    ("- app: read Customer, Order; write Order", "- app: read Customer(emial)"),
    ("- app: read Customer, Order; write Order", "- app: read Customer(key); read Order"),
    ("- app: read Customer, Order; write Order", "- app: read Customer, Order; never Customer.email"),
    ("- app: read Customer, Order; write Order", "- app: write Customer"),
    ("- app: read Customer, Order; write Order", "- app: delete Order(total); read Customer"),
    ("- app: read Customer, Order; write Order", "- app: read Customer; read own Order"),
    (
        "- app: read Customer, Order; write Order",
        "- app: read Customer; read own Order by total.email = session('app.user')",
    ),
    (
        "- app: read Customer, Order; write Order",
        "- app: read Customer; read own Order by customer.emial = session('app.user')",
    ),
    (
        "- app: read Customer, Order; write Order",
        "- app: read Customer; read own Order by customer.email = session('user')",
    ),
    ("- app: read Customer, Order; write Order", "- app: read Customer\n- app: read Order"),
    ("- app: read Customer, Order; write Order", "- public: read Customer\n- app: read Customer"),
];

#[test]
fn the_sound_brief_is_sound() {
    let (model, diagnostics) = read(SOUND);
    assert!(model.is_some());
    assert_eq!(diagnostics, []);
}

#[test]
fn malformed_briefs_get_exact_messages() {
    let mut out = String::new();
    for (line, instead) in CASES {
        assert_eq!(SOUND.lines().filter(|l| l == line).count(), 1, "{line}");
        let text: String = SOUND.lines().map(|l| format!("{}\n", if l == *line { instead } else { l })).collect();
        let (_, diagnostics) = read(&text);
        assert!(!diagnostics.is_empty(), "nothing is said about `{instead}`");
        assert!(diagnostics.is_sorted_by_key(|d| d.span.start), "`{instead}`");
        for diagnostic in &diagnostics {
            out += &diagnostic.render("b.md", &text).replace('\0', "␀");
        }
        out.push('\n');
    }
    expect_file!["messages.txt"].assert_eq(&out);
}

#[test]
fn a_parameter_that_is_no_row_of_a_key_of_several_columns_is_refused_in_place() {
    let brief = |bed: &str, sql: &str| {
        format!(
            "# Ward\n\n## Concepts\n\n- [Ward] 1 --(has)--> * [Bed]\n- [Bed] 1 --(is taken by)--> * [Stay]\n\n\
             ### Ward (10)\n\n- name: varchar(20)\n\n### Bed (100) of Ward, key (number)\n\n- number: integer\n\n\
             ### Stay (1k)\n\n- note: text\n\n## Workload\n\n- move(stay: Stay, bed: {bed}) 1/s, p99 50ms, as desk\n  \
             > {sql}\n\n## Access\n\n- desk: read Ward, Bed, Stay; write Stay\n"
        )
    };
    let set = "update Stay set bed = :bed where key = :stay";
    let (_, diagnostics) = read(&brief("Bed", set));
    assert_eq!(diagnostics, []);
    for (ty, sql, says) in [
        ("bigint", set, "`:bed` is one value"),
        ("Ward", set, "`:bed` is a Ward"),
        ("Bed.number", "select note from Stay where key = :stay and bed = :bed", "`:bed` is one value"),
    ] {
        let text = brief(ty, sql);
        let (model, diagnostics) = read(&text);
        let told = diagnostics.iter().map(|d| d.render("b.md", &text)).collect::<String>();
        assert!(model.is_none() && diagnostics.len() == 1, "{told}");
        let line = text.lines().position(|l| l.contains(sql)).map_or(0, |n| n + 1);
        let caret = told.lines().find(|l| l.contains('^')).expect("a caret");
        assert!(told.contains(says) && told.contains(&format!("b.md:{line}:")), "{told}");
        assert!(told.contains("whose key is ward, number") && told.contains("write `bed: Bed`"), "{told}");
        assert_eq!(caret.matches('^').count(), 4, "{told}");
    }
}

#[test]
fn an_empty_text_is_no_brief() {
    for text in ["", "\n", "\u{feff}", "   \t\n\n"] {
        let (model, diagnostics) = read(text);
        assert!(model.is_none());
        assert_eq!(diagnostics[0].what, "the brief has no entity", "{text:?}");
    }
}
