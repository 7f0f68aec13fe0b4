//! Entity SQL and the SQL it becomes.
use super::*;

/// Statements, one after another.
pub(in super::super) const STATEMENTS: &[&str] = &[
    // the bank
    "select * from User where email = :email",
    "select * from Transaction where account = :account order by transaction_date desc limit 50",
    "update Account set balance = balance - :amount where key = :account and balance >= :amount",
    "insert into Transaction (account, amount, transaction_type) values (:account, :amount, Withdrawal)",
    "select t.amount, a.balance from Transaction t join Account a on t.account = a.key where a.user = :user",
    "select t.* from Transaction t join Account a on t.account = a where a.user = :user",
    "select amount, balance from Transaction join Account on Transaction.account = Account",
    "select * from Account, Transaction where account = Account.key",
    "select User.email from User",
    "select u.email, count(*) from User u left join Account a on a.user = u.key group by u.key, u.email having count(*) > 1 order by u.email",
    "select status, sum(balance) as total from Account group by status order by total desc",
    "select * from Account where status in (active, suspended) and account_type <> Credit",
    "select * from Account where status = check or status = 'on hold'",
    "select case when status = active then 1 else 0 end from Account",
    "update Account set status = case when balance < 0 then suspended else active end where key = :account",
    "update Account a set status = closed from User u where a.user = u and u.email = :email returning a.key",
    "delete from Transaction using Account a where account = a.key and a.status = closed",
    "delete from Transaction where key = :id",
    "insert into Account (user, status) select key, closed from User where active returning key, status",
    "insert into User (email) values (:email) on conflict (email) do update set username = excluded.username, active = User.active or excluded.active",
    "insert into User (key, email) values (:id, :email), (default, 'x') on conflict do nothing",
    "select email from User union select username from User order by email limit 3",
    "select (select max(amount) from Transaction where account = Account.key) from Account where user = :user",
    "select * from Account a where exists (select 1 from Transaction where account = a and amount > :amount)",
    "select * from Account where key in (select account from Transaction where amount > :amount)",
    "with recent as (select account, amount from Transaction where transaction_date > now - interval '1 day') select r.account, sum(r.amount) from recent r join Account a on a = r.account group by r.account",
    "with recursive chain as (select key, manager from Employee where key = :x union all select e.key, e.manager from Employee e join chain c on e.key = c.manager) select * from chain",
    "select x.total from (select account, sum(amount) as total from Transaction group by account) x where x.account = :account",
    "select a.key, t.amount from Account a cross join lateral (select amount from Transaction where account = a order by transaction_date desc limit 1) t",
    "select key from Account where user = :user for update skip locked",
    "select a.key from Account a join User on a.user = User for no key update of a, User",
    "select key, row_number() over (partition by account order by transaction_date desc) as n from Transaction window w as (order by amount)",
    "select u.email, tag from User u, unnest(u.tags) as tag",
    "select * from Order where details ->> 'colour' = 'red' and details ? 'gift' and details @> '{\"a\": 1}'::jsonb",
    "select * from Transaction where search(description, :q) order by transaction_date desc",
    "select t.key from Transaction t join Account a on t.account = a where search(t.description, :q || ' x') and t.amount > 0",
    "select $tag$ :x User $tag$, 'from :y', \"user\" -- :z\n from Account /* :w */ where balance::int = :n::int",
    "select coalesce(status, active) from Account where coalesce(status, active) = closed",
    "select status = any(array[active, closed]) from Account where status is distinct from closed",
    "select distinct status from Account order by status",
    "select distinct on (user) user, balance from Account order by user, balance desc",
    "values (1, 'a'), (2, 'b')",
    "select count(*) from Account where user is null or status is not null",
    "select 1",
    // keywords as entities and ends
    "select * from Order where user = :user order by placed_at desc limit 20",
    "select * from Order o where o.status = cart and not exists (select 1 from OrderLine l where l.order = o)",
    "select Order.placed_at from Order join OrderLine on OrderLine.order = Order",
    "update Order set status = placed, placed_at = now where key = :order and status = cart",
    "select order, sum(amount) from OrderLine where order = :order group by order order by order",
    "insert into OrderLine (order, line_no) values (:order, 1)",
    "select * from Booking where from = :from",
    "select from from Booking where bed = :bed",
    // composite keys
    "select key from Bed where key = :bed",
    "select b.note, bed from Booking b where b.bed = :bed order by bed desc, b.key",
    "insert into Booking (bed, note) values (:bed, 'x') returning key, bed",
    "insert into Booking (bed, note) values (null, default)",
    "update Booking set bed = :bed where key = :id",
    "update Booking set bed = null, note = 'free' where bed in (:bed)",
    "update Booking set (bed, note) = (:bed, 'x') where key = :id",
    "select w.name, b.number from Ward w join Bed b on b.ward = w.key join Booking k on k.bed = b where k.key = :id",
    "select bed, count(*) as n from Booking group by bed order by 2 desc",
    "select status, count(*) from Order group by 1 order by 2 desc, 1",
    "select count(distinct bed) from Booking",
    "select key from Booking where (bed, during) = (:bed, :x)",
    "select key from Booking where (bed, note) in ((:bed, 'x'), (:bed, 'y'))",
    "select b.key from Bed b where b in (select bed from Booking)",
    "with taken as (select bed, note from Booking) select t.bed, t.note from taken t join Bed b on b.key = t.bed",
];

#[test]
fn statements_become_sql_over_tables() {
    let mut out = String::new();
    for text in STATEMENTS {
        let sql = resolved(text);
        out.push_str(&format!("{}\n  {}\n", text.replace('\n', "\\n"), rendered(&sql).replace('\n', "\\n")));
    }
    expect_test::expect_file!["./rendered.txt"].assert_eq(&out);
}
