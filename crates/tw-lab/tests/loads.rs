//! Scripts are loaded by the owner, within limits, and refused with the place and the reason.
mod common;
use common::*;
use std::time::{Duration, Instant};
use tw_lab::{Lab, LabOptions};
use tw_model::trial::Actor;

fn count(lab: &Lab, sql: &str) -> i64 {
    let mut session = lab.session("base", &Actor::Lab).unwrap_or_else(|e| panic!("{e}"));
    session.client.query_one(sql, &[]).unwrap_or_else(|e| panic!("{sql}: {e:?}")).get(0)
}

#[test]
fn what_a_database_owner_needs_can_be_loaded() {
    for installation in installations() {
        let lab = lab_with(
            &installation,
            "-- a schema as people write it
             create extension if not exists btree_gist;
             create extension \"pgcrypto\";
             create schema bank;
             create function bank.f() returns trigger language plpgsql as $$ begin new.id := 1; return new; end $$;
             create table bank.t (id int, during tsrange, exclude using gist (id with =, during with &&));
             create trigger tr before insert on bank.t for each row execute function bank.f();
             create role reader; grant usage on schema bank to reader;
             begin; insert into bank.t values (5, '[2020-01-01,2020-02-01)'); commit;
             create index concurrently ix on bank.t (id);",
        );
        assert_eq!(count(&lab, "select count(*) from bank.t where id = 1"), 1);
        let owners = "select count(*) from pg_class c join pg_roles r on r.oid = c.relowner \
                      where c.oid >= 16384 and relkind = 'r' and rolname = 'tablewright_owner'";
        assert_eq!(count(&lab, owners), 1);
    }
}

#[test]
fn a_refused_statement_is_told_with_line_column_caret_and_state() {
    for installation in installations() {
        let lab = lab_with(&installation, "");
        let refused = |script: &str| lab.load("base", script).expect_err(script);
        let e = refused("create table t (id int);\n\n  select é, nope\n  from t;");
        assert_eq!((e.line, e.column, e.sqlstate.as_deref()), (3, 10, Some("42703")));
        assert_eq!(e.caret, "  select é, nope\n         ^");
        let e = refused("select 1;\n\\i other.sql");
        assert_eq!((e.line, e.column, e.sqlstate.as_deref()), (2, 1, None));
        assert!(e.message.contains("psql"), "{e}");
        assert!(refused("copy t from stdin;\n1\n\\.").message.contains("psql"));
        assert!(refused("copy t from stdin;").message.contains("--schema-only"));
        assert!(refused("create extension dblink").message.contains("dblink"));
        assert!(
            refused(
                "create function f() returns void language plpgsql as $$ begin reset session authorization; end $$"
            )
            .message
            .contains("SESSION AUTHORIZATION")
        );
        assert_eq!(count(&lab, "select count(*) from pg_class where relname = 't'"), 1, "what came before stays");
    }
}

#[test]
fn foreign_sql_reaches_neither_files_nor_programs_nor_powers() {
    for installation in installations() {
        let lab = lab_with(&installation, "create table t (line text)");
        for sql in [
            "copy t from program 'id'",
            "copy t from '/etc/passwd'",
            "copy t to '/tmp/x'",
            "select pg_read_file('/etc/passwd')",
            "select lo_import('/etc/passwd')",
            "alter system set fsync = on",
            "create language plpython3u",
            "set temp_file_limit = -1",
            "create database other",
            "alter role tablewright_owner superuser",
            "create role big superuser",
            "grant pg_execute_server_program to tablewright_owner",
            "do $$ begin create role sneaky superuser; end $$",
            "set role tablewright_lab",
        ] {
            assert!(lab.load("base", sql).is_err(), "{sql} was taken");
        }
    }
}

#[test]
fn a_script_that_never_ends_is_ended() {
    for installation in installations() {
        let options = LabOptions { load_timeout: Duration::from_secs(1), ..LabOptions::default() };
        let lab = Lab::start(&installation, &options).unwrap_or_else(|e| panic!("{e}"));
        lab.create_database("base", None).unwrap_or_else(|e| panic!("{e}"));
        let begun = Instant::now();
        let e = lab.load("base", "set statement_timeout = 0;\nselect pg_sleep(60);").expect_err("it is ended");
        assert!(e.message.contains("limit of 1 s"), "{e}");
        assert_eq!(e.line, 2);
        assert!(begun.elapsed() < Duration::from_secs(45), "it slept on");
    }
}

#[test]
fn a_full_disk_stops_a_start_before_it_begins() {
    for installation in installations() {
        let options = LabOptions { keep_free_bytes: u64::MAX, ..LabOptions::default() };
        let e = Lab::start(&installation, &options).expect_err("there is no such disk").to_string();
        assert!(e.contains("TMPDIR"), "{e}");
    }
}

#[test]
fn roles_are_loaded_forgotten_and_hold_no_powers() {
    for installation in installations() {
        let lab = lab_with(&installation, "create table t (id int, tenant int)");
        let script = "create role app login password 'x';
            create role reader;
            grant reader to app;
            comment on role reader is 'reads';
            alter role app set search_path = public;
            grant select on t to reader;
            alter default privileges for role tablewright_owner grant select on tables to reader;
            alter table t enable row level security;
            create policy p on t to app using (tenant = current_setting('app.tenant')::int);";
        lab.load_roles("base", script).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(count(&lab, "select count(*) from pg_policies where policyname = 'p'"), 1);
        assert_eq!(
            count(
                &lab,
                "select count(*) from pg_auth_members m join pg_roles r on r.oid = m.roleid where rolname = 'reader'"
            ),
            1
        );
        let e = lab.load_roles("base", "create table x (id int)").expect_err("no table");
        assert!(e.message.contains("move this statement"), "{e}");
        lab.drop_database("base").unwrap_or_else(|e| panic!("{e}"));
        lab.forget_roles().unwrap_or_else(|e| panic!("{e}"));
        let mut session = lab.session("postgres", &Actor::Lab).unwrap_or_else(|e| panic!("{e}"));
        let left: i64 =
            session.client.query_one("select count(*) from pg_roles where oid >= 16384", &[]).expect("counts").get(0);
        assert_eq!(left, 1, "the owner alone is left");
    }
}
