//! A function hides every error.
//!
//! ## What
//! A PL/pgSQL function catches `WHEN OTHERS` and does nothing.
//!
//! ## Why it matters
//! A constraint that was broken, a table that is missing, a deadlock: all of it looks like success, and what the
//! block did so far is undone in silence.
//!
//! ## What to do
//! Catch the one condition that is expected (`unique_violation`), and let others pass; or RAISE again after noting
//! them.
//!
//! ## When to accept it
//! Never where rows are written.
//!
//! ## Sources
//! PostgreSQL manual, 43.6.8 Trapping Errors; Karwin, SQL Antipatterns, See No Evil.
//!
//! ```sql,finds
//! create function note() returns void language plpgsql as $$ begin perform 1; exception when others then null; end $$;
//! ```
//! ```sql,finds
//! create function note() returns int language plpgsql as $$ begin return 1; end $$;
//! create or replace function note() returns int language plpgsql as $$
//! begin
//!   return 1 / 0;
//! EXCEPTION
//!   WHEN division_by_zero THEN return 0;
//!   WHEN OTHERS THEN
//!     -- nothing
//!     NULL;
//! end $$;
//! ```
//! ```sql,finds
//! create domain number as int;
//! create procedure note(n number) language plpgsql as $$ begin begin perform n; exception when others then end; end $$;
//! ```
//! ```sql,passes
//! create function note() returns void language plpgsql as $$ begin perform 1; exception when unique_violation then null; end $$;
//! create function tell() returns void language plpgsql as $$ begin perform 1; exception when others then raise warning 'x'; raise; end $$;
//! create function said() returns text language sql as $$ select 'exception when others then null; end' $$;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, programs},
};
use tw_model::finding::{Severity, SubjectKind};

/// The rule.
pub const RULE: Rule = Rule {
    id: "consistency/swallowed-error",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("swallowed_error.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for f in scene.schema.functions.iter().filter(|f| !f.aggregate && programs::language(f) == "plpgsql") {
        let code = programs::code(f);
        let hides = code.match_indices("when others then").any(|(at, word)| {
            let rest = code[at + word.len()..].trim_start();
            let rest = rest.strip_prefix("null;").map_or(rest, str::trim_start);
            rest.starts_with("end")
        });
        if hides {
            let path = format!("{}({})", crate::rule::path(&f.name), f.arguments);
            let message = format!("{} hides every error", f.name.name);
            out.push(Spot::at(SubjectKind::Function, path, message));
        }
    }
    out
}
