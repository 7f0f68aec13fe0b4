//! The choice: which engine, which version, why, why not the others, and what belongs elsewhere.
use super::needs::Needs;
use super::table::{DataModel, Distributed, Engine, Licence, Log, READ_ON, Scope, Strongest, engines};
use crate::kit::thousands;
use tw_model::decision::Rejected;
use tw_model::model::Isolation;

/// The engine whose designs we can try.
pub const ENGINE: &str = "postgresql";

/// Writes a second above which one PostgreSQL server is not planned for: half of what a published
/// benchmark sustained (144,000 single-row commits a second on 96 virtual processors with 120,000
/// provisioned I/O operations a second), so that a peak meets as much room again.
pub const WRITES_PER_S_OF_ONE_SERVER: f64 = 72_000.0;

/// Where that benchmark was read.
pub const WRITES_SOURCE: &str = "https://euno.news/posts/en/does-postgres-scale-4aa91a";

/// Reasons why this engine version does not meet the needs; empty when it does. Unknown cells give none.
pub fn shortcomings(engine: &Engine, needs: &Needs) -> Vec<String> {
    let mut reasons = vec![];
    let mut lacks = |what: &str, offered: &str, need: String| {
        reasons.push(format!("{what}: {offered}; {need}"));
    };
    if let Some(end) = engine.end_of_life.value.filter(|end| *end <= READ_ON) {
        lacks("support", &format!("ended on {end}"), "a design must last to its horizon".into());
    }
    if needs.is_relational() && engine.references.value == Some(false) {
        lacks("references", engine.references.text, relational_need(needs));
    } else if needs.is_relational() && engine.models.value.is_some_and(|m| !m.contains(&DataModel::Relational)) {
        lacks("data model", engine.models.text, relational_need(needs));
    }
    if let Some(name) = needs.transactions.first()
        && engine.scope.value.is_some_and(|scope| scope < Scope::Anything)
    {
        lacks("transactions", engine.scope.text, format!("{name} changes several rows together"));
    }
    if let Some((wish, name)) = &needs.isolation
        && engine.isolation.value.is_some_and(|offered| offered < needed(*wish))
    {
        let need = format!("{name} needs {}", wish.sql().to_lowercase());
        lacks("isolation", engine.isolation.text, need);
    }
    match engine.log.value {
        Some(Log::Lagging | Log::OfStorage) => {
            let need = "an acknowledged commit must survive a crash".into();
            lacks("durability", engine.log.text, need);
        }
        Some(Log::WriteAhead) | None => {}
    }
    if let Some(copies) = needs.copies.filter(|copies| *copies > 1)
        && engine.replication.value.is_some_and(<[_]>::is_empty)
    {
        let need = format!("the brief promises {copies} copies");
        lacks("replication", engine.replication.text, need);
    }
    let one_server = matches!(engine.distributed.value, Some(Distributed::No | Distributed::TwoPhaseCommit));
    if needs.writes_per_s > WRITES_PER_S_OF_ONE_SERVER && engine.scope.value == Some(Scope::Anything) && one_server {
        let need = format!(
            "{:.0} writing statements a second at peak are more than one server is planned for",
            needs.writes_per_s
        );
        lacks("distribution", engine.distributed.text, need);
    }
    reasons
}

/// What speaks against it although it would do.
fn drawbacks(engine: &Engine, needs: &Needs) -> Vec<String> {
    let mut drawbacks = vec![];
    if engine.distributed.value == Some(Distributed::Native) && needs.writes_per_s <= WRITES_PER_S_OF_ONE_SERVER {
        drawbacks.push(format!(
            "it pays agreement between machines on every write, which {:.0} writing statements a second do not need",
            needs.writes_per_s
        ));
    }
    match engine.licence.value {
        Some(Licence::Proprietary | Licence::SourceAvailable) => {
            drawbacks.push(format!("licence: {}", engine.licence.text));
        }
        Some(Licence::Open) | None => {}
    }
    if let Some(end) = engine.end_of_life.value.filter(|end| *end < needs.horizon) {
        drawbacks.push(format!("its support ends ({end}) before the horizon ({})", needs.horizon));
    }
    drawbacks
}

/// Every engine that was not chosen, each once, with its versions and the reasons. `asked` when the brief
/// asks for the chosen one by name.
pub fn rejected(needs: &Needs, asked: bool) -> Vec<Rejected> {
    let mut out: Vec<Rejected> = vec![];
    let mut names: Vec<&str> = vec![];
    for engine in engines().filter(|e| e.id != ENGINE) {
        if names.contains(&engine.id) {
            continue;
        }
        names.push(engine.id);
        let versions: Vec<&Engine> = engines().filter(|e| e.id == engine.id).collect();
        out.push(Rejected { what: heading(&versions), why: against(&versions, needs, asked) });
    }
    out
}

fn heading(versions: &[&Engine]) -> String {
    let listed: Vec<&str> = versions.iter().map(|e| e.version).collect();
    format!("{} ({})", versions[0].name, listed.join(", "))
}

/// The reasons of the newest version, and what older versions add to them.
fn against(versions: &[&Engine], needs: &Needs, asked: bool) -> String {
    let newest = shortcomings(versions[0], needs);
    let mut reasons = newest.clone();
    for older in &versions[1..] {
        for reason in shortcomings(older, needs) {
            if !newest.contains(&reason) {
                reasons.push(format!("{}: {reason}", older.version));
            }
        }
    }
    if newest.is_empty() {
        reasons.extend(drawbacks(versions[0], needs));
        let wish = if asked { "the brief asks for PostgreSQL, and " } else { "" };
        reasons.push(format!(
            "it meets every need that could be checked against the table; {wish}its claims could not be tried: designs are proved on PostgreSQL only"
        ));
    }
    reasons.join("; ")
}

/// Why the chosen engine meets the needs, one sentence a need.
pub fn reasons(engine: &Engine, needs: &Needs) -> String {
    let mut out = vec![];
    if needs.is_relational() {
        out.push(format!("{}: {}", relational_need(needs), engine.references.text));
    }
    if let Some((wish, name)) = &needs.isolation {
        let level = wish.sql().to_lowercase();
        out.push(format!("{name} needs {level}: {}", engine.isolation.text));
    }
    if !needs.transactions.is_empty() {
        let names = listed(&needs.transactions);
        out.push(format!("{names} change several rows together: a transaction spans {}", engine.scope.text));
    }
    let shapes = [
        (&needs.documents, "hold documents", engine.models.text),
        (&needs.traversals, "walk a graph", engine.models.text),
        (&needs.searched, "are searched as text", "full text search is built in"),
    ];
    for (names, need, offer) in shapes.into_iter().filter(|(names, ..)| !names.is_empty()) {
        out.push(format!("{} {need}: {offer}", listed(names)));
    }
    if let Some(copies) = needs.copies {
        out.push(format!("{copies} live copies: {}", engine.replication.text));
    }
    out.push(format!("Durability: {}", engine.log.text));
    out.push(format!(
        "{:.0} writing and {:.0} reading statements a second, all queries at their rates at once: within one server ({:.0} writes planned for)",
        needs.writes_per_s, needs.reads_per_s, WRITES_PER_S_OF_ONE_SERVER
    ));
    let largest = needs.entities.iter().max_by_key(|(_, load)| load.rows_at_horizon);
    if let Some((name, rows)) = largest.and_then(|(name, load)| Some((name, load.rows_at_horizon?))) {
        out.push(format!("Largest at the horizon ({}): {name}, {} rows", needs.horizon, thousands(rows)));
    }
    let missing = shortcomings(engine, needs);
    if !missing.is_empty() {
        out.push(format!("NOT MET: {}", missing.join("; ")));
    }
    out.join(". ") + "."
}

/// The names a brief may use for it.
pub fn is_postgresql(name: &str) -> bool {
    matches!(name, "postgresql" | "postgres" | "pg")
}

/// Entities that would be better kept in another engine, with why.
pub fn elsewhere(needs: &Needs) -> Vec<(String, String)> {
    let too_much = |load: &super::needs::Load| load.by_one_key_alone && load.writes_per_s > WRITES_PER_S_OF_ONE_SERVER;
    let found = needs.entities.iter().filter(|(_, load)| too_much(load));
    found
        .map(|(name, load)| {
            let why = format!(
                "{:.0} writing statements a second, always by one key alone: more than the {WRITES_PER_S_OF_ONE_SERVER:.0} one server is planned for",
                load.writes_per_s
            );
            (name.clone(), why)
        })
        .collect()
}

/// Why nothing belongs elsewhere.
pub fn nothing_elsewhere(needs: &Needs) -> String {
    let busiest = needs.entities.iter().max_by(|(_, a), (_, b)| a.writes_per_s.total_cmp(&b.writes_per_s));
    let most = busiest.map_or("no entity is written".into(), |(name, load)| {
        format!("the entity written most, {name}, is written by {:.0} statements a second", load.writes_per_s)
    });
    format!(
        "A part belongs in a wide-column or key-value engine when it is only ever reached by one key, alone, and written more than {WRITES_PER_S_OF_ONE_SERVER:.0} times a second (half of a published figure: {WRITES_SOURCE}). Here {most}."
    )
}

fn needed(isolation: Isolation) -> Strongest {
    match isolation {
        Isolation::ReadCommitted => Strongest::ReadCommitted,
        Isolation::RepeatableRead => Strongest::Snapshot,
        Isolation::Serializable => Strongest::Serializable,
    }
}

fn relational_need(needs: &Needs) -> String {
    let mut parts = vec![format!("this brief has {} references", needs.references)];
    if !needs.joins.is_empty() {
        parts.push(format!("joins in {}", listed(&needs.joins)));
    }
    if !needs.invariants.is_empty() {
        parts.push(format!("rules over several rows ({})", listed(&needs.invariants)));
    }
    parts.join(", ")
}

/// `a, b, c and 4 more`.
fn listed(names: &[String]) -> String {
    const SHOWN: usize = 3;
    let shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
