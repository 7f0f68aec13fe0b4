//! Plain sentences for expectations, outcomes, twins and verdicts: one wording for every voice.
//!
//! Sentences are plain text. Names stand between backquotes, so that a page can set them as code and a
//! terminal can print them as they are.
use crate::text::{count, one_line, short, thousands};
use tw_model::{
    Origin,
    evidence::{Evidence, Outcome, Verdict},
    trial::{Actor, Apart, Base, Expect, Trial, Twin},
};

pub use crate::sqlstate::sqlstate;

/// What is known of a claim. The order is the order in which claims are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// A step went otherwise.
    Refuted,
    /// Could not be tried.
    Undecided,
    /// Nobody has tried it.
    Untried,
    /// Every step went as expected.
    Held,
}

impl Status {
    /// All, in the order of telling.
    pub const ALL: [Status; 4] = [Status::Refuted, Status::Undecided, Status::Untried, Status::Held];
    /// From a receipt, if there is one.
    pub fn of(receipt: Option<&Evidence>) -> Status {
        receipt.map_or(Status::Untried, |e| Status::of_verdict(e.verdict))
    }
    /// From a verdict.
    pub fn of_verdict(verdict: Verdict) -> Status {
        match verdict {
            Verdict::Held => Status::Held,
            Verdict::Refuted => Status::Refuted,
            Verdict::Undecided => Status::Undecided,
        }
    }
    /// `held`, `refuted`, `undecided`, `not tried`.
    pub fn word(self) -> &'static str {
        match self {
            Status::Held => "held",
            Status::Refuted => "refuted",
            Status::Undecided => "undecided",
            Status::Untried => "not tried",
        }
    }
    /// A sign that reads without colour.
    pub fn sign(self) -> &'static str {
        match self {
            Status::Held => "✓",
            Status::Refuted => "✗",
            Status::Undecided => "?",
            Status::Untried => "○",
        }
    }
    /// One word, for a style.
    pub fn class(self) -> &'static str {
        match self {
            Status::Untried => "untried",
            other => other.word(),
        }
    }
}

/// What must happen at a step: `must be accepted`.
pub fn expectation(expect: &Expect) -> String {
    match expect {
        Expect::Accepted => "must be accepted".into(),
        Expect::Affects { rows } => format!("must be accepted and touch {}", rows_of(*rows)),
        Expect::Refused { sqlstate, constraint } => format!("must be refused with {}", refusal(sqlstate, constraint)),
        Expect::Rows { rows } => format!("must return exactly {}", table(rows)),
        Expect::SameAs { step, ordered } => format!(
            "must return what step {} returned, {}",
            step + 1,
            if *ordered { "in the same order" } else { "in any order" }
        ),
        Expect::SameCount { step } => {
            format!("must touch as many rows as step {} did", step + 1)
        }
        Expect::Blocks => "must wait for a lock".into(),
        Expect::Resumes { ending } => format!("once the lock is free, {}", expectation(ending)),
        Expect::Uses { index } => format!("its plan must use `{index}`"),
        Expect::Avoids { index } => format!("its plan must not use `{index}`"),
        Expect::Seeks { indexes, tables } => {
            let each = |names: &[String]| names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
            format!("its plan must use {} and read none of {} whole", each(indexes), each(tables))
        }
        Expect::Suffers { without, table } => format!("its plan without `{without}` must read `{table}` whole"),
        Expect::Bounded => {
            "must touch at most 4 pages for each page of its result and 10 for each level of the tree".into()
        }
        Expect::Priced { what } => format!("must be accepted; what it takes is measured, for {what}"),
        Expect::Near { value, percent } => format!("must return {value}, give or take {percent} %"),
        Expect::SurvivesCrash { sessions, commits, .. } => format!(
            "the server is killed under load ({}, {}); after recovery every acknowledged row must be there",
            count(u64::from(*sessions), "session", "sessions"),
            count(*commits, "commit", "commits"),
        ),
        Expect::OneOf { of } => {
            let each: Vec<String> = of.iter().map(expectation).collect();
            format!("one of these: {}", each.join("; or "))
        }
    }
}

/// What happened at a step: `was accepted and touched 1 row`.
pub fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Accepted { rows } => format!("was accepted and touched {}", rows_of(*rows)),
        Outcome::Rows { rows, count: n, .. } => match (*n, rows.len() as u64) {
            (n, kept) if n > kept => {
                format!("returned {}, the first of them {}", rows_of(n), table(rows))
            }
            _ => format!("returned {}", table(rows)),
        },
        Outcome::Refused { sqlstate, constraint } => format!("was refused with {}", refusal(sqlstate, constraint)),
        Outcome::Blocked => "waited for a lock".into(),
        Outcome::Plan { within, whole, .. } => match within {
            Some(true) => "was planned as below and stayed within the bound".into(),
            Some(false) => "was planned as below and touched more pages than the bound allows".into(),
            None if !whole.is_empty() => format!("was planned as below and reads {} whole", whole.join(", ")),
            None => "was planned as below".into(),
        },
        Outcome::Figure { near: true } => "returned a number that is near enough".into(),
        Outcome::Figure { near: false } => "returned a number that is too far off, or none".into(),
        Outcome::Recovered { complete: true } => "recovered, and every acknowledged row was there".into(),
        Outcome::Recovered { complete: false } => "recovered, but an acknowledged row was missing".into(),
        Outcome::NotRun { why } => format!("was not run: {}", one_line(why)),
    }
}

/// What a plan looked like, when the outcome is one.
pub fn plan(outcome: &Outcome) -> Option<&[String]> {
    match outcome {
        Outcome::Plan { shape, .. } => Some(shape),
        _ => None,
    }
}

/// The twin as a sentence: what is broken on purpose.
pub fn twin(twin: &Twin) -> String {
    match twin {
        Twin::Schema { changes } => {
            let each: Vec<String> = changes.iter().map(crate::changes::change).collect();
            format!("on a schema with this edit: {}", each.join("; "))
        }
        Twin::Steps { weaker, steps } => {
            format!("with weaker steps ({}; {})", one_line(weaker), count(steps.len() as u64, "step", "steps"))
        }
        Twin::Setting { name, value } => format!("on a server with `{name} = {value}`"),
    }
}

/// Who does a step.
pub fn actor(actor: &Actor) -> String {
    match actor {
        Actor::Owner => "the owner".into(),
        Actor::Role(role) => format!("`{}`", one_line(role)),
        Actor::Lab => "the lab".into(),
    }
}

/// How the trial is kept apart and what it starts from.
pub fn setting(trial: &Trial) -> String {
    let base = match trial.base {
        Base::Empty => "the schema without rows",
        Base::Sample => "the schema with the sample",
        Base::Horizon => "the schema with the sample, planned at the size of the horizon",
    };
    let apart = match trial.isolation {
        Apart::Rollback => "in one transaction that is rolled back",
        Apart::Clone => "in a copy of the database of its own, where sessions commit",
        Apart::Cluster => "on a server of its own",
    };
    format!("Tried {apart}, on {base}.")
}

/// The step (from 0) that decided against what was refuted: the one that its reason names, else the last
/// one that was run.
pub fn turned_at(verdict: Verdict, reason: Option<&str>, outcomes: &[Outcome]) -> Option<usize> {
    if verdict != Verdict::Refuted {
        return None;
    }
    let named = reason
        .and_then(|r| r.strip_prefix("step "))
        .and_then(|r| r.split(' ').next()?.parse::<usize>().ok())
        .and_then(|n| n.checked_sub(1))
        .filter(|n| *n < outcomes.len());
    named.or_else(|| outcomes.iter().rposition(|o| !matches!(o, Outcome::NotRun { .. })))
}

/// A reason of the closed list, cut into its kind and its detail: (`blocked by`, `keys/primary Account`).
pub fn reason(receipt: &Evidence) -> (String, String) {
    let text = receipt.reason.as_deref().unwrap_or("no reason given");
    match text.split_once(": ") {
        Some((kind, detail)) => (one_line(kind), one_line(detail)),
        None => (one_line(text), String::new()),
    }
}

/// What to do about claims that are undecided for a kind of reason: an order.
pub fn remedy(kind: &str) -> &'static str {
    match kind {
        "blocked by" => "Look at the claim it presumes first; this one is tried again once that one holds.",
        "no witness" => "Check the rule in the brief: no row could be made that keeps (or breaks) it.",
        "server lacks" => "Prove on a server that has it: a newer major version or the named extension.",
        "setup refused" => "Look at the refuted claims first: what this trial prepares is refused because of them.",
        "timed out" => "Prove again with fewer rows or on a faster machine; a limit was reached.",
        "connection lost" => "Prove again; if the server is lost a second time, read its log.",
        "no sample row" => {
            "Give the entity a volume or its values a share in the brief, so that the sample has such a row."
        }
        "no trial" => "Check it by hand; we have no trial for this form yet.",
        _ => "Read the reason and prove again.",
    }
}

/// Where something comes from, in words: `line 12 of the brief`.
pub fn origin(origin: &Origin) -> String {
    match origin {
        Origin::Brief { line, .. } => format!("line {line} of the brief"),
        Origin::Sql { file, line } => format!("{}, line {line}", one_line(file)),
        Origin::Catalogue { object } => format!("the catalogue: {}", one_line(object)),
        Origin::Assumed { assumption } => format!("assumed: {}", one_line(assumption)),
    }
}

fn refusal(code: &str, constraint: &Option<String>) -> String {
    let mut said = match sqlstate(code) {
        Some(name) => format!("{code} ({name})"),
        None => one_line(code),
    };
    if let Some(by) = constraint {
        let word = if code == "23502" { "on column" } else { "by" };
        said.push_str(&format!(" {word} `{}`", one_line(by)));
    }
    said
}

fn rows_of(n: u64) -> String {
    match n {
        0 => "no row".into(),
        n => count(n, "row", "rows"),
    }
}

/// Rows on one line: `no row`, `1 row: (active, 3)`.
fn table(rows: &[Vec<Option<String>>]) -> String {
    if rows.is_empty() {
        return "no row".into();
    }
    const SHOWN: usize = 5;
    let cell = |c: &Option<String>| match c {
        Some(text) => short(&one_line(text), 60),
        None => "null".into(),
    };
    let row = |r: &Vec<Option<String>>| format!("({})", r.iter().map(cell).collect::<Vec<_>>().join(", "));
    let mut each: Vec<String> = rows.iter().take(SHOWN).map(row).collect();
    if rows.len() > SHOWN {
        each.push(format!("and {} more", thousands((rows.len() - SHOWN) as u64)));
    }
    format!("{}: {}", rows_of(rows.len() as u64), each.join(", "))
}
