//! A trigger runs for every row to find that nothing is to be done.
//!
//! ## What
//! A row trigger for UPDATE calls a function that first compares OLD with NEW, and has neither WHEN nor a list of
//! columns.
//!
//! ## Why it matters
//! The function is started for every row of every update, and an AFTER trigger queues an event for each in memory,
//! only to return.
//!
//! ## What to do
//! Say it in the trigger: `WHEN (OLD.price IS DISTINCT FROM NEW.price)`.
//!
//! ## When to accept it
//! When the comparison is more than a WHEN can say (subqueries).
//!
//! ## Sources
//! PostgreSQL manual, CREATE TRIGGER (WHEN).
//!
//! ```sql,finds
//! create table parts (id int primary key, price int);
//! create function note() returns trigger language plpgsql as $$ begin if new.price is distinct from old.price then raise notice 'x'; end if; return new; end $$;
//! create trigger note after update on parts for each row execute function note();
//! ```
//! ```sql,finds
//! create table parts (id int primary key, price int);
//! create function note() returns trigger language plpgsql as $$ begin return new; end $$;
//! create trigger note after update on parts for each row execute function note();
//! create or replace function note() returns trigger language plpgsql as $$ begin if old.price = new.price then return null; end if; raise notice 'x'; return null; end $$;
//! ```
//! ```sql,finds
//! create table parts (id int, price int, at date) partition by range (at);
//! create function note() returns trigger language plpgsql as $$ begin if new.price <> old.price then raise notice 'x'; end if; return new; end $$;
//! create trigger note after update on parts for each row execute function note();
//! ```
//! ```sql,passes
//! create table parts (id int primary key, price int);
//! create function note() returns trigger language plpgsql as $$ begin if new.price is distinct from old.price then raise notice 'x'; end if; return new; end $$;
//! create trigger note after update on parts for each row when (old.price is distinct from new.price) execute function note();
//! create function stamp() returns trigger language plpgsql as $$ begin new.price = 1; return new; end $$;
//! create trigger stamp before update on parts for each row execute function stamp();
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, programs},
};
use tw_model::finding::{Severity, SubjectKind};

/// The rule.
pub const RULE: Rule = Rule {
    id: "physical/trigger-without-when",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("trigger_without_when.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        for trigger in &t.table.triggers {
            let fires = programs::fires(trigger);
            if !fires.row || fires.events != ["UPDATE"] || fires.when || fires.of_columns {
                continue;
            }
            let code = scene.function(&fires.function).map(programs::code).unwrap_or_default();
            // The first thing the function does is to compare.
            let body = code.split_once("begin ").map_or("", |(_, rest)| rest);
            let first =
                body.strip_prefix("if ").and_then(|rest| rest.split_once(" then")).map(|(condition, _)| condition);
            let compares = first.is_some_and(|c| {
                c.contains("old.") && c.contains("new.") && !c.contains("select ") && !c.contains("tg_op")
            });
            if compares {
                let message =
                    format!("the trigger {} of {} runs for every row to compare it", trigger.name, t.name().name);
                out.push(Spot::at(SubjectKind::Trigger, crate::rule::member(t.name(), &trigger.name), message));
            }
        }
    }
    out
}
