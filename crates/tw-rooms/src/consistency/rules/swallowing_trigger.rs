//! A trigger throws every row away.
//!
//! ## What
//! A BEFORE row trigger for INSERT or UPDATE calls a PL/pgSQL function that only ever returns NULL.
//!
//! ## Why it matters
//! To the server NULL means *skip the row*: the statement reports success and writes nothing. It is usually an AFTER
//! trigger's function, where the answer does not matter.
//!
//! ## What to do
//! Return NEW, or make it an AFTER trigger.
//!
//! ## When to accept it
//! When the function writes the row to another table instead.
//!
//! ## Sources
//! PostgreSQL manual, 43.10.1 Triggers on Data Changes.
//!
//! ```sql,finds
//! create table parts (id int primary key);
//! create function note() returns trigger language plpgsql as $$ begin raise notice 'x'; return null; end $$;
//! create trigger note before insert on parts for each row execute function note();
//! ```
//! ```sql,finds
//! create table parts (id int primary key);
//! create function note() returns trigger language plpgsql as $$ begin return new; end $$;
//! create trigger note before insert or update on parts for each row execute function note();
//! create or replace function note() returns trigger language plpgsql as $$ begin return NULL; end $$;
//! ```
//! ```sql,finds
//! create table parts (id int, at date) partition by range (at);
//! create table parts_1 partition of parts for values from ('2024-01-01') to ('2025-01-01');
//! create function note() returns trigger language plpgsql as $$ begin return null; end $$;
//! create trigger note before update on parts_1 for each row execute function note();
//! ```
//! ```sql,passes
//! create table parts (id int primary key);
//! create table old_parts (id int primary key);
//! create function note() returns trigger language plpgsql as $$ begin raise notice 'x'; return null; end $$;
//! create trigger note after insert on parts for each row execute function note();
//! create function route() returns trigger language plpgsql as $$ begin insert into old_parts values (new.id); return null; end $$;
//! create trigger route before insert on parts for each row execute function route();
//! create function few() returns trigger language plpgsql as $$ begin if new.id < 0 then return null; end if; return new; end $$;
//! create trigger few before insert on parts for each row execute function few();
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, programs},
};
use tw_model::finding::{Severity, SubjectKind};

/// The rule.
pub const RULE: Rule = Rule {
    id: "consistency/swallowing-trigger",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("swallowing_trigger.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in &scene.tables {
        for trigger in t.table.triggers.iter().filter(|g| g.enabled != "D") {
            let fires = programs::fires(trigger);
            let writes = fires.events.iter().any(|e| e == "INSERT" || e == "UPDATE");
            let Some(function) = scene.function(&fires.function).filter(|_| fires.before && fires.row && writes) else {
                continue;
            };
            let code = programs::code(function);
            let mut answers = code.match_indices("return ").map(|(at, word)| &code[at + word.len()..]).peekable();
            let null = answers.peek().is_some() && answers.all(|a| a.starts_with("null"));
            let routes = code.contains("insert into") || code.contains("execute ");
            if null && !routes && programs::language(function) == "plpgsql" && !fires.when {
                let message = format!("the trigger {} of {} throws every row away", trigger.name, t.name().name);
                out.push(Spot::at(SubjectKind::Trigger, crate::rule::member(t.name(), &trigger.name), message));
            }
        }
    }
    out
}
