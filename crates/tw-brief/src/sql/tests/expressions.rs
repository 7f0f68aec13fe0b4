//! Expressions over one entity: checks, filters, computed attributes.
use super::*;

fn both(text: &str, of: &str) -> String {
    match expression(text, &scope(), of) {
        Ok(expr) => {
            let mapping = mapping(&scope());
            let plain = tw_model::render::expression(&expr, &mapping, of, None);
            let qualified = tw_model::render::expression(&expr, &mapping, of, Some("new"));
            format!("{plain}\n{qualified}\n{}", expr.attributes.join(", "))
        }
        Err(problems) => shown(text, &problems),
    }
}

#[test]
fn expressions_render_with_and_without_a_qualifier() {
    let cases = [
        ("amount > 0", "Transaction"),
        ("status = cart", "Order"),
        ("status in (cart, placed) and placed_at is not null -- why", "Order"),
        ("  balance >= 0 or account_type = Credit ", "Account"),
        ("from <> bed", "Booking"),
        ("details ->> 'a' = 'b' and Order.user is null", "Order"),
        ("not exists (select 1 from Transaction t where t.account = Account and amount < 0)", "Account"),
        ("exists (select 1 from Account where status = closed and Account.user = User.key)", "User"),
        ("case when status = cart then 1 else 2 end", "Order"),
        ("key = 1", "Account"),
    ];
    let mut out = String::new();
    for (text, of) in cases {
        out.push_str(&format!("{of}: {text}\n{}\n\n", both(text, of)));
    }
    expect_test::expect_file!["./expressions.txt"].assert_eq(&out);
}

#[test]
fn what_is_not_one_expression_is_refused() {
    let cases = [
        ("", "Account"),
        ("balance > 0, balance < 1", "Account"),
        ("balance) + (balance", "Account"),
        ("balance from Account", "Account"),
        ("select 1", "Account"),
        ("ballance > 0", "Account"),
        ("balance > :x", "Account"),
        ("user.email = 'x'", "Account"),
        ("balance >", "Account"),
        ("balance > 0", "Acount"),
    ];
    let mut out = String::new();
    for (text, of) in cases {
        assert!(expression(text, &scope(), of).is_err(), "{text}");
        out.push_str(&format!("{of}: {text}\n  {}", both(text, of)));
    }
    expect_test::expect_file!["./expressions_refused.txt"].assert_eq(&out);
}
