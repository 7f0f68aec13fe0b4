//! From a choice to advice: each index with its statement, size, benefit, price and reason.
use super::{
    ground::Ground,
    guard::{Guarded, MOST_ANEW, is_slow},
    trying::Rows,
    whatif::Prepared,
};
use std::collections::{BTreeMap, BTreeSet};
use tw_lab::whatif::measure::Compared;
use tw_model::{
    advice::{Advice, Advised, QueryCost, Rejected},
    print::index_definition,
    schema::Index,
};
use tw_rooms::indexing::{
    candidates::Candidate,
    search::problem::{Choice, Problem, Refusal},
};

/// The advice, without what only the caller knows. It was tried on `rows`.
pub fn advice(
    ground: &Ground,
    prepared: &Prepared,
    problem: &Problem,
    guarded: &Guarded,
    rows: &Rows,
    overhead: &BTreeMap<usize, f64>,
) -> Advice {
    let choice = &guarded.choice;
    let mut names = BTreeSet::new();
    let mut order = choice.benefits.clone();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let indexes = order.iter().map(|(c, benefit)| {
        let of = &prepared.tried[*c];
        let users: Vec<usize> = choice.uses.iter().filter(|(_, plan)| plan.used.has(*c)).map(|(q, _)| *q).collect();
        let queries: Vec<String> = users.iter().map(|q| prepared.planned[*q].query.name.clone()).collect();
        Advised {
            sql: online(&of.candidate, &mut names),
            bytes: of.bytes,
            benefit: *benefit,
            write_overhead: overhead.get(c).copied(),
            why: why(&of.candidate, &queries),
            queries,
        }
    });
    let indexes: Vec<Advised> = indexes.collect();
    let not = |c: usize, why: String| Rejected {
        sql: online(&prepared.tried[c].candidate, &mut names.clone()),
        bytes: prepared.tried[c].bytes,
        why,
    };
    let slower = guarded.let_go.iter().map(|l| {
        let (name, seen) = (&prepared.planned[l.query].query.name, &l.seen);
        not(l.candidate, format!("with it {name} {}", slow(seen, rows.told())))
    });
    let near = choice.rejected.iter().filter(|(c, _)| guarded.let_go.iter().all(|l| l.candidate != *c));
    let near = near.map(|(c, refusal)| not(*c, refused(refusal, prepared, problem, choice)));
    let mut rejected: Vec<Rejected> = slower.chain(near).collect();
    rejected.extend(prepared.refused.iter().take(MOST_REFUSED).map(|(candidate, why)| Rejected {
        sql: online(candidate, &mut names.clone()),
        bytes: 0,
        why: format!("the server does not build it: {why}"),
    }));
    let queries = prepared.planned.iter().zip(&choice.queries).map(|(planned, (base_cost, cost))| QueryCost {
        name: planned.query.name.clone(),
        weight: planned.query.weight,
        base_cost: *base_cost,
        cost: *cost,
    });
    let mut notes = vec![];
    for planned in prepared.planned.iter().filter(|p| !p.blind.is_empty()) {
        let list: Vec<String> = planned.blind.iter().map(|n| format!("${n}")).collect();
        notes.push(format!(
            "{}: nothing is compared with {}, so a value was made up; write a typical value instead",
            planned.query.name,
            list.join(", ")
        ));
    }
    for (planned, seen) in prepared.planned.iter().zip(&guarded.compared) {
        if let Some(seen) = seen.as_ref().map(|s| &s.compared).filter(|s| is_slow(s, rows.all)) {
            notes.push(format!(
                "{}: with the indexes it {}; the planner expects otherwise. Measure it before you rely on it",
                planned.query.name,
                slow(seen, rows.told())
            ));
        }
    }
    if choice.is_cut_short {
        let why = "the search was ended before it had nothing more to try";
        notes.push(format!("{why}: there may be a better choice; fewer statements leave it less to try"));
    }
    if !guarded.is_steady {
        let why = format!("the choice changed again and again while statistics were gathered anew {MOST_ANEW} times");
        let so = "after some ANALYZE a query may take a slow plan";
        notes.push(format!("{why}, so {so}: raise default_statistics_target, ANALYZE, and ask again"));
    }
    let sampled = ground.shares.values().filter(|s| **s < 1.0).count();
    if sampled > 0 {
        notes.push(format!("{sampled} tables were sampled; sizes are predicted for all rows"));
    }
    if rows.all {
        notes.push("the choice was tried on a copy of all rows: no query touches more pages and is no faster for it, unless said here".into());
    }
    Advice {
        format: 1,
        base_cost: choice.base,
        cost: choice.cost,
        bytes: indexes.iter().map(|i| i.bytes).sum(),
        indexes,
        rejected,
        queries: queries.collect(),
        notes,
        plans_asked: choice.asks as u64,
        ..Advice::default()
    }
}

/// What is slow about a query that was seen.
fn slow(seen: &Compared, tried_on: &str) -> String {
    match seen.pages_with {
        Some(with) => {
            format!("touches {with} pages of {tried_on} instead of {}, and is no faster", seen.pages_without)
        }
        None => format!("has no answer on {tried_on} after several times what it takes without"),
    }
}

/// Candidates the server refused that are told.
const MOST_REFUSED: usize = 5;

/// The statement that builds it while the table is in use, with a name that no other one here has.
pub fn online(candidate: &Candidate, names: &mut BTreeSet<String>) -> String {
    let mut index = Index { name: name(candidate), ..candidate.index.clone() };
    let base = index.name.clone();
    for n in 2.. {
        if names.insert(index.name.clone()) {
            break;
        }
        index.name = format!("{base}_{n}");
    }
    let sql = index_definition(&candidate.table, &index);
    sql.replacen("CREATE INDEX ", "CREATE INDEX CONCURRENTLY ", 1)
}

/// Longest name (NAMEDATALEN), with room for a number.
const LONGEST_NAME: usize = 58;

fn name(candidate: &Candidate) -> String {
    let word = |text: &str| -> String {
        let words: String =
            text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
        words.split('_').filter(|w| !w.is_empty()).collect::<Vec<_>>().join("_")
    };
    let parts: Vec<String> = candidate.index.parts.iter().map(|p| word(&p.column)).collect();
    let some = if candidate.index.filter.is_some() { "_some" } else { "" };
    let mut name = format!("idx_{}_{}{some}", word(&candidate.table.name), parts.join("_"));
    name.truncate(LONGEST_NAME);
    name
}

fn why(candidate: &Candidate, queries: &[String]) -> String {
    let index = &candidate.index;
    let parts: Vec<&str> = index.parts.iter().map(|p| p.column.as_str()).collect();
    let mut said = match index.method.as_str() {
        "gin" if index.parts.iter().any(|p| p.opclass.as_deref() == Some("gin_trgm_ops")) => {
            format!("finds parts of words in {}", parts.join(", "))
        }
        "gin" => format!("finds words or members in {}", parts.join(", ")),
        "brin" => format!("skips blocks by {}, whose values lie in the order of the rows", parts.join(", ")),
        "gist" => format!("finds overlaps in {}", parts.join(", ")),
        "hash" => format!("finds equal values of {}, which are wide", parts.join(", ")),
        "bloom" => format!("finds rows by any of {}", parts.join(", ")),
        _ => format!("finds rows by {}", parts.join(", then ")),
    };
    if !index.include.is_empty() {
        said += &format!(", and holds {} so that the table need not be read", index.include.join(", "));
    }
    if let Some(filter) = &index.filter {
        said += &format!(
            ", among the rows alone where {filter}: it serves these constants and no others (write $1 in the query for \
             what varies)"
        );
    }
    match queries {
        [] => said,
        [one] => format!("{said}; for {one}"),
        many => format!("{said}; for {}", many.join(", ")),
    }
}

fn refused(refusal: &Refusal, prepared: &Prepared, problem: &Problem, choice: &Choice) -> String {
    let percent = |saved: f64| 100.0 * saved / choice.base.max(f64::MIN_POSITIVE);
    match refusal {
        Refusal::TooLarge => format!("larger than the whole budget of {} MB", problem.budget_bytes >> 20),
        Refusal::Slow { query } => format!(
            "beside the chosen ones {} would be planned in a way that was slow when it ran",
            prepared.planned[*query].query.name
        ),
        Refusal::NothingOnTop { saved } if *saved < 0.0 => {
            "beside the chosen ones, what writes would pay for it is more than reads would gain".into()
        }
        Refusal::NothingOnTop { saved } => {
            format!("the chosen ones do already what it would: it would save {:.2} % on top", percent(*saved))
        }
        Refusal::NoRoom { saved } => format!(
            "it would save {:.2} % on top, and the budget has no room: what it would displace saves more",
            percent(*saved)
        ),
    }
}
