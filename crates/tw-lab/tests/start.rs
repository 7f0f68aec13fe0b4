//! A lab starts, is private, and leaves nothing behind.
mod common;
use common::*;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use tw_model::trial::Actor;

fn text(lab: &tw_lab::Lab, actor: &Actor, sql: &str) -> String {
    let mut session = lab.session("base", actor).unwrap_or_else(|e| panic!("{e}"));
    let rows = session.client.simple_query(sql).unwrap_or_else(|e| panic!("{sql}: {e:?}"));
    rows.iter()
        .find_map(|m| match m {
            postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_string),
            _ => None,
        })
        .unwrap_or_default()
}

#[test]
fn a_lab_starts_answers_and_leaves_nothing() {
    for installation in installations() {
        let lab = lab_with(&installation, "create table t (id int primary key);");
        let directory = lab.directory().to_path_buf();
        let about = std::fs::metadata(&directory).expect("it is there");
        assert_eq!(about.permissions().mode() & 0o777, 0o700);
        assert_ne!(about.uid(), 0, "the server never runs as root");
        assert!(text(&lab, &Actor::Lab, "show server_version").starts_with(&installation.version));
        assert_eq!(text(&lab, &Actor::Lab, "show listen_addresses"), "");
        assert_eq!(text(&lab, &Actor::Owner, "select session_user"), "tablewright_owner");
        assert_eq!(text(&lab, &Actor::Owner, "show timezone"), "UTC");
        assert_eq!(text(&lab, &Actor::Owner, "show statement_timeout"), "10s");
        let powers = "select rolsuper or rolcreaterole or rolcreatedb or rolbypassrls or rolreplication \
                      from pg_roles where rolname = session_user";
        assert_eq!(text(&lab, &Actor::Owner, powers), "f");
        lab.stop();
        assert_gone(&directory);
    }
}
