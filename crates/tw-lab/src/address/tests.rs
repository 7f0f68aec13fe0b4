//! Every form that libpq takes, and the environment around it.
use super::*;

fn read(text: &str, env: &[(&str, &str)]) -> Result<Address, String> {
    let env = |name: &str| env.iter().find(|(n, _)| *n == name).map(|(_, v)| v.to_string());
    Address::read_with(text, &env).map_err(|e| e.to_string())
}

fn get<'a>(address: &'a Address, name: &str) -> &'a str {
    address.parameters.get(name).map_or("", String::as_str)
}

#[test]
fn urls_and_pairs_say_the_same() {
    let url = read("postgresql://ada:p%40ss@db.example.com:5433/shop?sslmode=require", &[]).expect("an address");
    let pairs = "host=db.example.com port=5433 user=ada password='p@ss' dbname=shop sslmode = require";
    let pairs = read(pairs, &[]).expect("an address");
    assert_eq!(url.parameters, pairs.parameters);
    assert_eq!(url.shown, "ada@db.example.com:5433/shop");
    assert!(!format!("{url:?}").contains("p@ss"));
}

#[test]
fn what_is_not_said_comes_from_the_environment_and_what_is_said_stays() {
    let env = [("PGHOST", "elsewhere"), ("PGUSER", "bob"), ("PGPORT", "6000"), ("USER", "root")];
    let address = read("shop", &env).expect("an address");
    assert_eq!(address.shown, "bob@elsewhere:6000/shop");
    let said = read("postgres://ada@here/", &env).expect("an address");
    assert_eq!(said.shown, "ada@here:6000/ada");
    let several = read("postgres://ada@a:1,b:2/x", &[]).expect("an address");
    assert_eq!((get(&several, "host"), get(&several, "port")), ("a,b", "1,2"));
    let six = read("postgres://ada@[::1]:7/x", &[]).expect("an address");
    assert_eq!((get(&six, "host"), get(&six, "port")), ("::1", "7"));
    let socket = read("postgres://ada@%2Frun%2Fpg/x", &[]).expect("an address");
    assert_eq!(get(&socket, "host"), "/run/pg");
}

#[test]
fn mistakes_are_named() {
    for (text, says) in [
        ("mysql://x", "scheme"),
        ("postgres://a@b/c?sslmod=on", "`sslmod`"),
        ("host=a dbname", "`dbname` in it has no value"),
        ("host='a", "does not end"),
        ("postgres://a%zz@b/c", "percent sign"),
    ] {
        let error = read(text, &[("USER", "x")]).expect_err(text);
        assert!(error.contains(says), "{text}: {error}");
    }
    assert!(read("host=a", &[]).expect_err("no user").contains("no user is named"));
}

#[test]
fn a_password_comes_from_a_file_that_only_its_owner_may_read() {
    use std::os::unix::fs::PermissionsExt;
    let file = std::env::temp_dir().join(format!("tw-passfile-{}", std::process::id()));
    std::fs::write(&file, "# mine\nother:*:*:*:no\nh:*:d\\:b:ada:se:cret\n*:*:*:*:any\n").expect("written");
    let mode = |bits| std::fs::set_permissions(&file, std::fs::Permissions::from_mode(bits)).expect("a mode");
    let path = file.display().to_string();
    let found = |text: &str| {
        let address = read(text, &[("PGPASSFILE", &path)]).expect("an address");
        get(&address, "password").to_string()
    };
    mode(0o600);
    assert_eq!(found("host=h user=ada dbname=d:b"), "se:cret");
    assert_eq!(found("host=h user=bob dbname=d:b"), "any");
    assert_eq!(found("host=h user=bob password=said"), "said");
    mode(0o644);
    assert_eq!(found("host=h user=ada dbname=d:b"), "");
    std::fs::remove_file(&file).expect("removed");
}
