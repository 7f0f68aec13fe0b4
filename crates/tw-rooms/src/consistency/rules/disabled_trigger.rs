//! A trigger is switched off.
//!
//! ## What
//! A trigger of a table is disabled.
//!
//! ## Why it matters
//! What it keeps (a check, a copy, an entry in a log) is not kept, while the schema looks as if it were. It is left
//! over from a load more often than meant.
//!
//! ## What to do
//! Enable it, after mending what was written meanwhile; drop it if it is not wanted.
//!
//! ## When to accept it
//! For the time of a load.
//!
//! ## Sources
//! PostgreSQL manual, ALTER TABLE (DISABLE TRIGGER).
//!
//! ```sql,finds
//! create table parts (id int primary key);
//! create function note() returns trigger language plpgsql as $$ begin return new; end $$;
//! create trigger note before insert on parts for each row execute function note();
//! alter table parts disable trigger note;
//! ```
//! ```sql,finds
//! create table parts (id int primary key);
//! create function note() returns trigger language plpgsql as $$ begin return new; end $$;
//! create trigger note after insert or delete on parts for each statement execute function note();
//! alter table parts disable trigger user;
//! ```
//! ```sql,finds
//! create table parts (id int, at date) partition by range (at);
//! create table parts_1 partition of parts for values from ('2024-01-01') to ('2025-01-01');
//! create function note() returns trigger language plpgsql as $$ begin return new; end $$;
//! create trigger note after insert on parts_1 for each row execute function note();
//! alter table parts_1 disable trigger note;
//! ```
//! ```sql,passes
//! create table parts (id int primary key);
//! create function note() returns trigger language plpgsql as $$ begin return new; end $$;
//! create trigger note before insert on parts for each row execute function note();
//! create trigger note_copy before insert on parts for each row execute function note();
//! alter table parts disable trigger user;
//! alter table parts enable trigger note;
//! alter table parts enable always trigger note_copy;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::{
    change::Change,
    finding::{Safety, Severity, SubjectKind},
    schema::Trigger,
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "consistency/disabled-trigger",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("disabled_trigger.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in &scene.tables {
        for trigger in t.table.triggers.iter().filter(|g| g.enabled == "D") {
            let message = format!("the trigger {} of {} is switched off", trigger.name, t.name().name);
            let table = t.name().clone();
            let on = Trigger { enabled: "O".into(), comment: None, ..trigger.clone() };
            let changes = vec![
                Change::DropTrigger { table: table.clone(), name: trigger.name.clone() },
                Change::CreateTrigger { table, trigger: on },
            ];
            let path = crate::rule::member(t.name(), &trigger.name);
            out.push(Spot::at(SubjectKind::Trigger, path, message).fixed(Safety::Visible, changes));
        }
    }
    out
}
