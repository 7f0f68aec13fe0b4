//! A policy reads the table that it guards.
//!
//! ## What
//! The condition of a policy selects from the policy's own table.
//!
//! ## Why it matters
//! To know which rows may be read, the server would have to read rows of it first: every query of a role that the
//! policy binds is refused with *infinite recursion detected*.
//!
//! ## What to do
//! Move the question to a SECURITY DEFINER function with a fixed search path, or to a table of members that has other
//! policies.
//!
//! ## When to accept it
//! Never.
//!
//! ## Sources
//! PostgreSQL manual, 5.8 Row Security Policies; SQLSTATE 42P17.
//!
//! ```sql,finds
//! create table members (id int primary key, team int, who name);
//! alter table members enable row level security;
//! create policy mates on members for select using (team in (select m.team from members m where m.who = current_user));
//! ```
//! ```sql,finds
//! create table members (id int primary key, team int, who name);
//! alter table members enable row level security, force row level security;
//! create policy mates on members using (exists (select from members m where m.id = 1));
//! ```
//! ```sql,finds
//! create table members (id int, at date, team int) partition by range (at);
//! alter table members enable row level security;
//! create policy mates on members for select using (true);
//! alter policy mates on members using (team = (select max(m.team) from members m));
//! ```
//! ```sql,passes
//! create table teams (id int primary key, who name);
//! create table members (id int primary key, team int);
//! alter table members enable row level security;
//! create policy mates on members for select using (team in (select t.id from teams t where t.who = current_user));
//! ```
//! ```sql,passes
//! create table members (id int primary key, team int, who name);
//! create function my_team() returns int language sql stable security definer set search_path = pg_catalog, pg_temp as $$ select 1 $$;
//! revoke execute on function my_team() from public;
//! alter table members enable row level security;
//! create policy mates on members for select using (team = (select my_team()));
//! ```
use crate::{
    kit::steps::{prepares, refused},
    rule::{Demonstration, Needs, Rule, Spot},
    scene::{Scene, TableScene},
};
use tw_model::{
    change::Change,
    evidence::Undecided,
    finding::{Severity, SubjectKind},
    ident,
    schema::Policy,
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "access/policy-asks-itself",
    severity: Severity::Error,
    needs: Needs::Schema,
    source: include_str!("policy_asks_itself.rs"),
    check,
    proof: Some(proof),
};

fn asking<'s>(scene: &'s Scene) -> impl Iterator<Item = (&'s TableScene<'s>, &'s Policy)> {
    scene.tables.iter().flat_map(|t| {
        let name = ident::name(t.name());
        let reads = move |e: &str| {
            ["FROM ", "JOIN ", "FROM (", "FROM ((", ", "].iter().any(|word| {
                let text = format!("{word}{name}");
                let part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
                e.match_indices(&text).any(|(at, found)| !e[at + found.len()..].starts_with(part))
            })
        };
        let policies = t.table.policies.iter();
        policies
            .filter(move |p| matches!(p.command.as_str(), "ALL" | "SELECT") && p.using.as_deref().is_some_and(&reads))
            .map(move |p| (t, p))
    })
}

fn check(scene: &Scene) -> Vec<Spot> {
    asking(scene)
        .map(|(t, p)| {
            let message = format!("the policy {} of {} reads the table it guards", p.name, t.name().name);
            Spot::at(SubjectKind::Policy, crate::rule::member(t.name(), &p.name), message)
        })
        .collect()
}

fn proof(scene: &Scene, spot: &Spot) -> Result<Demonstration, Undecided> {
    let found = asking(scene).find(|(t, p)| crate::rule::member(t.name(), &p.name) == spot.subject.path);
    let (table, policy) = found.ok_or_else(|| Undecided::NoTrial("the policy is not found again".into()))?;
    let name = ident::name(table.name());
    let mut steps = vec![
        prepares(format!("ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")),
        prepares(format!("ALTER TABLE {name} FORCE ROW LEVEL SECURITY")),
    ];
    // The owner is bound now; the policy may be for others.
    if !policy.roles.iter().any(|r| r == "public") {
        let policy = tw_model::ident::quote(&policy.name);
        steps.push(prepares(format!("ALTER POLICY {policy} ON {name} TO PUBLIC")));
    }
    steps.push(refused(format!("SELECT * FROM {name}"), "42P17", None));
    let others = asking(scene).filter(|(t, _)| std::ptr::eq(*t, table));
    let twin = others.map(|(t, p)| Change::DropPolicy { table: t.name().clone(), name: p.name.clone() });
    Ok(Demonstration { steps, twin: twin.collect() })
}
