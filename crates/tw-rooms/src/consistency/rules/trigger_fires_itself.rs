//! A trigger fires itself.
//!
//! ## What
//! A row trigger after UPDATE (or INSERT) runs that statement on its own table, with nothing that ends it.
//!
//! ## Why it matters
//! Each update makes another until the stack is full, and the statement fails; or the condition that ends it is found
//! by luck.
//!
//! ## What to do
//! Set the column in a BEFORE trigger (`NEW.x := ...`), or say WHEN.
//!
//! ## When to accept it
//! When the function ends by itself, which the text does not show.
//!
//! ## Sources
//! PostgreSQL manual, 39.1 Overview of Trigger Behavior (recursion).
//!
//! ```sql,finds
//! create table parts (id int primary key, n int);
//! create function note() returns trigger language plpgsql as $$ begin update parts set n = n + 1 where id = new.id; return new; end $$;
//! create trigger note after update on parts for each row execute function note();
//! ```
//! ```sql,finds
//! create table parts (id int primary key, n int);
//! create function note() returns trigger language plpgsql as $$ begin return new; end $$;
//! create trigger note after insert on parts for each row execute function note();
//! create or replace function note() returns trigger language plpgsql as $$ begin insert into parts values (new.id + 1, 1); return null; end $$;
//! ```
//! ```sql,finds
//! create table parts (id int, n int, at date) partition by range (at);
//! create function note() returns trigger language plpgsql as $$ begin
//!   UPDATE parts p SET n = 1 WHERE p.id = new.id; return new; end $$;
//! create trigger note after insert or update on parts for each row execute function note();
//! ```
//! ```sql,passes
//! create table parts (id int primary key, n int);
//! create table other_parts (id int primary key, n int);
//! create function a() returns trigger language plpgsql as $$ begin update other_parts set n = 1; return new; end $$;
//! create trigger a after update on parts for each row execute function a();
//! create function b() returns trigger language plpgsql as $$ begin update parts set n = 1; return new; end $$;
//! create trigger b after insert on parts for each row execute function b();
//! create trigger c after update on parts for each row when (pg_trigger_depth() = 0) execute function b();
//! create trigger d after update of id on parts for each row execute function b();
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, programs},
};
use tw_model::finding::{Severity, SubjectKind};

/// The rule.
pub const RULE: Rule = Rule {
    id: "consistency/trigger-fires-itself",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("trigger_fires_itself.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in &scene.tables {
        for trigger in t.table.triggers.iter().filter(|g| g.enabled != "D") {
            let fires = programs::fires(trigger);
            if !fires.row || fires.before || fires.when || fires.of_columns {
                continue;
            }
            let code = scene.function(&fires.function).map(programs::code).unwrap_or_default();
            if code.contains("if ") || code.contains("pg_trigger_depth") || code.contains("case ") {
                continue;
            }
            let (name, space) = (t.name().name.to_lowercase(), t.name().schema.to_lowercase());
            let names = [name.clone(), format!("{space}.{name}")];
            let runs = |verb: &str| {
                names.iter().any(|name| {
                    let text = format!("{verb} {name}");
                    code.match_indices(&text).any(|(at, found)| code[at + found.len()..].starts_with([' ', '(']))
                })
            };
            let again = fires.events.iter().find(|e| match e.as_str() {
                "UPDATE" => runs("update") || runs("update only"),
                "INSERT" => runs("insert into"),
                _ => false,
            });
            if let Some(event) = again {
                let message = format!("the trigger {} of {} fires itself: {event}", trigger.name, t.name().name);
                out.push(Spot::at(SubjectKind::Trigger, crate::rule::member(t.name(), &trigger.name), message));
            }
        }
    }
    out
}
