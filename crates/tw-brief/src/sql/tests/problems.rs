//! What is refused, where, and with which words.
use super::*;

const REFUSED: &[&str] = &[
    // names
    "select * from Acount",
    "select * from user",
    "select * from public.accounts",
    "select ballance from Account",
    "select a.balanse from Account a",
    "select b.balance from Account a",
    "select Account.balance from Account a",
    "select * from Account where account.user = :user",
    "select t.key from Transaction t where t.account.user = :user",
    "select t.key from Transaction t where account.user = :user",
    "select balance.x from Account",
    "select key from Account a join User u on a.user = u",
    "select account from Transaction, OrderLine, Transaction",
    "select amount from Transaction, OrderLine",
    "select * from User account join Transaction t on t.account = account",
    "select balance from Account where status = actve",
    "select balance from Account where status in (active, opened)",
    "insert into Account (status) values (nope)",
    "update Account set status = actve where key = :id",
    "select a.key from Account a join User u on a.user = u and a.status = active",
    "select balance from Account having total > 1",
    // parameters
    "select * from User where email = :emial",
    "select * from User where email = $1",
    "select * from User where email =:email or:email = email",
    // writes
    "insert into Account values (1, 2)",
    "insert into Account (user, ballance) values (:user, 1)",
    "insert into Account (user, balance) values (:user)",
    "insert into User (email) values (:email) on conflict on constraint users_email_key do nothing",
    "insert into User (email) values (email)",
    "insert into User (email) values (:email) on conflict (email) do update set active = active",
    "update Account set balanc = 1",
    "with x as (delete from User returning key) delete from Account where user in (select key from x)",
    "update Booking set bed = from where key = :id",
    "update Booking set bed = Booking.from where key = :id",
    "update Booking set bed = Booking where key = :id",
    "update Booking set bed = now where key = :id",
    // parameters against keys of several columns
    "update Booking set bed = :count where key = :id",
    "update Booking set bed = :ward where key = :id",
    "update Booking set (bed, note) = (:count, :text) where key = :id",
    "insert into Booking (bed, during) values (:ward, :x)",
    "insert into Booking (bed, during) select :ward, :x",
    "select key from Booking where bed = :count",
    "select key from Booking b where :ward = b.bed",
    "select key from Booking where bed in (:a_bed, :ward)",
    "select key from Booking where (bed, note) = (:count, :text)",
    "select key from Bed where key = :ward",
    "select b.key from Booking b join Bed on Bed.key = b.bed and Bed = :count",
    "select key from Bed where number = :a_bed",
    "select key from Booking where Booking.from = :a_bed",
    // joins by name
    "select * from Account natural join User",
    "select * from Account join User using (key)",
    "select * from Account a (x, y)",
    "select * from Account *",
    "select * from Transaction t, search(t.description, :q)",
    "select * from only Account a",
    "delete from only (Account) where key = :id",
    "update Account * set status = active",
    // other statements
    "create table t (a int)",
    "begin",
    "set role app",
    "copy User to stdout",
    "do $$ begin end $$",
    "select 1; select 2",
    "merge into User using Account on true when matched then delete",
    "table User",
    "select * into temp from User",
    "",
    "-- nothing",
    // syntax
    "selec * from User",
    "select * from User where",
    "select * from User where (email = :email",
    "select 'abc from User",
    "select a, from User",
    "select key from Account order by 2",
    "select bed, count(*) from Booking group by bed order by 2",
    "select search(email, :q, 'x') from User",
    "select search(key, :q) from User",
    "select key from Account for update of u",
];

#[test]
fn what_cannot_be_meant_is_refused_in_place() {
    let mut out = String::new();
    for text in REFUSED {
        out.push_str(&format!("{text}\n"));
        match statement(text, &scope(), &params()) {
            Ok(sql) => out.push_str(&format!("  ACCEPTED {}\n", rendered(&sql))),
            Err(problems) => out.extend(shown(text, &problems).lines().map(|l| format!("  {l}\n"))),
        }
    }
    expect_test::expect_file!["./problems.txt"].assert_eq(&out);
}

#[test]
fn every_problem_lies_within_the_text_and_says_all() {
    for text in REFUSED {
        let padded = format!("  {text} ");
        for p in statement(&padded, &scope(), &params()).err().unwrap_or_default() {
            assert!(p.start <= p.end && p.end <= padded.len(), "{text}: {p:?}");
            assert!(padded.is_char_boundary(p.start) && padded.is_char_boundary(p.end));
            assert!(!p.what.is_empty() && !p.why.is_empty() && !p.help.is_empty(), "{text}: {p:?}");
        }
    }
}

#[test]
fn limits_are_said() {
    let deep = format!("select {}1{}", "(".repeat(500), ")".repeat(500));
    let long = format!("select '{}'", "x".repeat(70_000));
    let chain = format!("select {}", ["1"; 400].join(" + "));
    for (text, what) in [(deep, "nested"), (long, "bytes"), (chain, "nested")] {
        let problems = statement(&text, &scope(), &[]).err().unwrap_or_default();
        assert!(problems.iter().any(|p| p.what.contains(what)), "{problems:?}");
    }
}
