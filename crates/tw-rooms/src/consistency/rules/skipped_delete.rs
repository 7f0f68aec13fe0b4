//! A trigger lets deletes do nothing.
//!
//! ## What
//! A BEFORE DELETE row trigger calls a PL/pgSQL function that returns NEW and never OLD.
//!
//! ## Why it matters
//! In a DELETE there is no NEW: the function returns null, which tells the server to skip the row. The delete reports
//! success and deletes nothing.
//!
//! ## What to do
//! Return OLD where TG_OP is DELETE, or `coalesce(NEW, OLD)`.
//!
//! ## When to accept it
//! Never: to forbid deletes, raise an error.
//!
//! ## Sources
//! PostgreSQL manual, 43.10.1 Triggers on Data Changes.
//!
//! ```sql,finds
//! create table parts (id int primary key);
//! create function note() returns trigger language plpgsql as $$ begin return new; end $$;
//! create trigger note before delete on parts for each row execute function note();
//! ```
//! ```sql,finds
//! create table parts (id int primary key);
//! create function note() returns trigger language plpgsql as $$ begin return old; end $$;
//! create trigger note before insert or update or delete on parts for each row execute function note();
//! create or replace function note() returns trigger language plpgsql as $$ begin if tg_op = 'DELETE' then raise notice 'gone'; end if; return new; end $$;
//! ```
//! ```sql,finds
//! create table parts (id int, at date not null) partition by range (at);
//! create table parts_1 partition of parts default;
//! create function note() returns trigger language plpgsql as $$ begin return new; end $$;
//! create trigger note before update or delete on parts for each row execute function note();
//! ```
//! ```sql,passes
//! create table parts (id int primary key);
//! create function note() returns trigger language plpgsql as $$ begin if tg_op = 'DELETE' then return old; end if; return new; end $$;
//! create function late() returns trigger language plpgsql as $$ begin return new; end $$;
//! create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
//! create trigger note before insert or update or delete on parts for each row execute function note();
//! create trigger late after delete on parts for each row execute function late();
//! create trigger stamp before update on parts for each row execute function late();
//! create trigger refuse before delete on parts for each row execute function refuse();
//! ```
use crate::{
    kit::steps::{affects, prepares},
    rule::{Demonstration, Needs, Rule, Spot},
    scene::{Scene, TableScene, programs, rows},
};
use tw_model::{
    change::Change,
    evidence::Undecided,
    finding::{Severity, SubjectKind},
    ident,
    schema::Trigger,
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "consistency/skipped-delete",
    severity: Severity::Error,
    needs: Needs::Schema,
    source: include_str!("skipped_delete.rs"),
    check,
    proof: Some(proof),
};

fn skipping<'s>(scene: &'s Scene) -> impl Iterator<Item = (&'s TableScene<'s>, &'s Trigger)> {
    scene.tables.iter().flat_map(move |t| {
        let triggers = t.table.triggers.iter().filter(move |g| {
            let fires = programs::fires(g);
            let deletes = fires.before && fires.row && !fires.when && fires.events.iter().any(|e| e == "DELETE");
            let function = scene.function(&fires.function).filter(|_| deletes && g.enabled != "D");
            function.is_some_and(|f| {
                let code = programs::code(f);
                let says = |what: &str| code.contains(&format!("return {what}"));
                programs::language(f) == "plpgsql" && says("new;") && !says("old") && !says("coalesce") && !says("case")
            })
        });
        triggers.map(move |g| (t, g))
    })
}

fn check(scene: &Scene) -> Vec<Spot> {
    skipping(scene)
        .map(|(t, g)| {
            let message = format!("the trigger {} of {} lets deletes do nothing", g.name, t.name().name);
            Spot::at(SubjectKind::Trigger, crate::rule::member(t.name(), &g.name), message)
        })
        .collect()
}

fn proof(scene: &Scene, spot: &Spot) -> Result<Demonstration, Undecided> {
    let found = skipping(scene).find(|(t, g)| crate::rule::member(t.name(), &g.name) == spot.subject.path);
    let (table, trigger) = found.ok_or_else(|| Undecided::NoTrial("the trigger is not found again".into()))?;
    let name = ident::name(table.name());
    let mut steps = rows::bare(table, &[]);
    steps.push(prepares(rows::insert(scene, table, 1, &[])?));
    // The row is there first; then this trigger, and no other, is asked.
    let only = format!("ALTER TABLE {name} ENABLE TRIGGER {}", tw_model::ident::quote(&trigger.name));
    steps.push(prepares(format!(
        "DO $do$ BEGIN IF EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = {}::regclass AND tgname = {}) \
         THEN EXECUTE {}; END IF; END $do$",
        ident::literal(&name),
        ident::literal(&trigger.name),
        ident::literal(&only)
    )));
    steps.push(affects(format!("DELETE FROM {name}"), 0));
    let twin = vec![Change::DropTrigger { table: table.name().clone(), name: trigger.name.clone() }];
    Ok(Demonstration { steps, twin })
}
