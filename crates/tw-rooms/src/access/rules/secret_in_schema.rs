//! A secret is written into the schema.
//!
//! ## What
//! A default, a comment or the text of a function holds what looks like a key or a password: a URL with a password, a
//! private key, a key of a well-known form.
//!
//! ## Why it matters
//! Everybody who can connect can read the catalogue, every dump of the schema holds it, and so does every clone of
//! the repository.
//!
//! ## What to do
//! Take it out, change the secret, and hand it in at run time.
//!
//! ## When to accept it
//! Made-up values in examples.
//!
//! ## Sources
//! PostgreSQL manual, 53 System Catalogs (readable by every role); OWASP Secrets Management Cheat Sheet.
//!
//! ```sql,finds
//! create table hooks (id int primary key, url text default 'https://robot:hunter22@example.org/in');
//! ```
//! ```sql,finds
//! create table hooks (id int primary key);
//! alter table hooks add column key text default 'AKIAABCDEFGHIJKLMNOP';
//! ```
//! ```sql,finds
//! create function send() returns text language sql as $$ select 'postgres://app:s3cr3tword@db.example.org/app' $$;
//! ```
//! ```sql,finds
//! create domain key_text as text;
//! create table hooks (id int primary key, key key_text);
//! comment on column hooks.key is 'for tests: -----BEGIN RSA PRIVATE KEY----- MIIE';
//! ```
//! ```sql,passes
//! create table hooks (id int primary key, url text default 'https://example.org/in', mail text default 'a@example.org');
//! comment on table hooks is 'like postgres://user:password@host/db, see AKIA keys';
//! create function send() returns text language sql as $$ select 'https://example.org:8080/x@y' $$;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::{Severity, SubjectKind};

/// The rule.
pub const RULE: Rule = Rule {
    id: "access/secret-in-schema",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("secret_in_schema.rs"),
    check,
    proof: None,
};

/// What a text gives away, in words; none when nothing.
fn secret(text: &str) -> Option<&'static str> {
    if text.contains("-----BEGIN ") && text.contains("PRIVATE KEY-----") {
        return Some("a private key");
    }
    let key = |prefix: &str, length: usize| {
        text.match_indices(prefix).any(|(at, _)| {
            let rest = &text[at + prefix.len()..];
            rest.chars().take_while(|c| c.is_ascii_alphanumeric()).count() >= length
        })
    };
    if key("AKIA", 16) || key("sk_live_", 16) || key("ghp_", 30) || key("xoxb-", 10) {
        return Some("a key");
    }
    text.split("://").skip(1).any(password).then_some("a password in a URL")
}

/// `name:password@` stands before the first slash, and is no placeholder.
fn password(after: &str) -> bool {
    let authority = after.split(['/', ' ', '\'', '"', '?']).next().unwrap_or("");
    let Some((_, password)) = authority.rsplit_once('@').and_then(|(user, _)| user.split_once(':')) else {
        return false;
    };
    let placeholder = ["password", "pass", "pw", "secret", "xxx", "..."].contains(&password.to_lowercase().as_str());
    password.len() >= 4 && !placeholder && !password.starts_with(['<', '$', '{', '*', '%'])
}

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        if let Some(what) = t.table.comment.as_deref().and_then(secret) {
            out.push(Spot::table(t.table, format!("the comment of {} holds {what}", t.name().name)));
        }
        for column in t.own_columns() {
            let texts = [column.default.as_deref(), column.comment.as_deref()];
            if let Some(what) = texts.into_iter().flatten().find_map(secret) {
                let message = format!("the default or comment of {} of {} holds {what}", column.name, t.name().name);
                out.push(Spot::column(t.table, &column.name, message));
            }
        }
    }
    for f in &scene.schema.functions {
        if let Some(what) = secret(&f.definition) {
            let path = format!("{}({})", crate::rule::path(&f.name), f.arguments);
            out.push(Spot::at(SubjectKind::Function, path, format!("the text of {} holds {what}", f.name.name)));
        }
    }
    out
}
