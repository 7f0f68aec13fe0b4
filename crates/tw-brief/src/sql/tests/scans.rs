//! What statements ask of each occurrence of an entity.
use super::*;
use tw_model::sql::{Against, Scan};

fn against(against: &Against) -> String {
    match against {
        Against::Param { name } => format!(":{name}"),
        Against::Literal { value } => format!("'{value}'"),
        Against::Column { alias, attribute } => format!("{alias}.{attribute}"),
        Against::Expression => "..".into(),
    }
}

fn scan(scan: &Scan) -> String {
    let mut out = format!("  {} {}", scan.entity, scan.alias);
    for p in &scan.predicates {
        out.push_str(&format!("\n    {} {:?} {}", p.attribute, p.op, against(&p.against)));
    }
    let order: Vec<String> =
        scan.order.iter().map(|s| format!("{}{}", s.attribute, if s.desc { " desc" } else { "" })).collect();
    if !order.is_empty() {
        out.push_str(&format!("\n    order {}", order.join(", ")));
    }
    if !scan.group.is_empty() {
        out.push_str(&format!("\n    group {}", scan.group.join(", ")));
    }
    if scan.limited {
        out.push_str("\n    limited");
    }
    out.push_str(&format!("\n    reads {}\n", scan.reads.join(", ")));
    out
}

pub(in super::super) const STATEMENTS: &[&str] = &[
    "select balance from Account where key = :account",
    "select balance from Account where :account = key and :amount > balance and balance between :x and 100",
    "select key from Account where status = active and account_type in (Checking, Savings) and user in (:user)",
    "select key from Account where (status = active or balance > 0) and not balance = 1 and case when status = closed then true end",
    "select key from User where active and not active and active is true and email is null and username is not null and tags notnull",
    "select key from User where email like 'abc%' and email like '%abc' and email like :q and email like :q || '%' and username ilike 'a%' and starts_with(username, :q)",
    "select key from User where email not like 'a%' and lower(email) = lower(:email) and username = email and email <> :email",
    "select key from User where tags @> :x and tags && array['a'] and tags ? 'b' and username = any(:q)",
    "select key from Transaction where search(description, :q) and to_tsvector('simple', description) @@ :x",
    "select key from Transaction where transaction_date >= now() - interval '1 day' and amount = -5 and account = :account::uuid and transaction_date::date = :day",
    "select key from Transaction where (transaction_date, key) < (:before, :id) order by transaction_date desc, key desc limit 20",
    "select t.key from Transaction t where :day between t.transaction_date and t.amount",
    "select t.key from Transaction t join Account a on t.account = a and a.status = closed where a.user = :user order by t.transaction_date desc limit 5",
    "select u.key from User u left join Account a on a.user = u and a.status = closed and u.active where u.email = :email",
    "select u.key from User u right join Account a on a.user = u and u.active",
    "select a.key from Account a where exists (select 1 from Transaction t where t.account = a and t.amount > :amount)",
    "select a.key from Account a where not exists (select 1 from Transaction t where t.account = a and t.amount > a.balance)",
    "select key from Account where key in (select account from Transaction where amount > :amount)",
    "select key from Account where key not in (select account from Transaction)",
    "select key from Account where balance = (select max(balance) from Account)",
    "select (select count(*) from Account where user = u) from User u where u.email = :email",
    "select status, sum(balance) from Account where user = :user group by status order by status limit 3",
    "select status as s from Account order by s desc, 1 limit 2",
    "select * from Account order by balance desc nulls last limit 2",
    "select * from Account order by lower(status), balance limit 2",
    "select a.key from Account a join User u on a.user = u order by a.balance, u.email",
    "select count(*) from Account limit 1",
    "select key from Account limit 1",
    "select * from Bed where key = :bed",
    "select k.key from Booking k join Bed b on k.bed = b.key where b.ward = :k and (k.note, k.during) = ('x', :x)",
    "update Account a set balance = u.email from User u where a.user = u and u.email = :email",
    "delete from Transaction where account = :account and transaction_date < :before",
    "insert into Account (user) select key from User where email = :email",
    "with recursive chain as (select key, manager from Employee where key = :x union all select e.key, e.manager from Employee e join chain c on e.key = c.manager) select c.key from chain c join Employee e on e = c.key",
    "select x.email from (select email from User where active order by email limit 10) x order by x.email",
    "select a.key from Account a cross join lateral (select amount from Transaction t where t.account = a order by t.transaction_date desc limit 1) t",
    "select a.key from Account a, Account b where a.user = b.user and a.key < b.key and a.balance = b.balance + 1",
];

#[test]
fn statements_tell_what_they_ask_of_each_entity() {
    let mut out = String::new();
    for text in STATEMENTS {
        let sql = resolved(text);
        out.push_str(&format!("{text}\n"));
        out.extend(sql.scans.iter().map(scan));
    }
    expect_test::expect_file!["./scans.txt"].assert_eq(&out);
}

#[test]
fn the_whole_statement_tells_its_kind_writes_order_limit_and_locks() {
    use tw_model::sql::{StatementKind, Write};
    let writes = |entity: &str, attributes: &[&str]| {
        Some(Write { entity: entity.into(), attributes: attributes.iter().map(|a| a.to_string()).collect() })
    };
    let history = resolved("select * from Transaction order by transaction_date limit 50");
    assert_eq!((history.kind, history.ordered, history.limit), (StatementKind::Select, true, Some(50)));
    assert_eq!(history.writes, None);
    let inner = resolved("select * from (select * from User order by email limit 3) x");
    assert_eq!((inner.ordered, inner.limit), (false, None));
    let deposit = resolved("insert into Transaction (account, amount) values (:account, :amount)");
    assert_eq!(deposit.kind, StatementKind::Insert);
    assert_eq!(deposit.writes, writes("Transaction", &["account", "amount"]));
    let moved = resolved("update Booking set (bed, note) = (:bed, 'x'), note = 'y' where key = :id");
    assert_eq!(moved.writes, writes("Booking", &["bed", "note"]));
    let gone = resolved("with old as (delete from Order where status = cart returning key) select * from old");
    assert_eq!((gone.kind, gone.writes), (StatementKind::Delete, writes("Order", &[])));
    let job = resolved("select o.key from Order o join User u on o.user = u limit :n for update of o");
    assert_eq!((job.locks, job.limit), (vec!["Order".to_string()], None));
}
