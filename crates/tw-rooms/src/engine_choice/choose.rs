//! The choice: which engine, which version, why, why not the others, and what belongs elsewhere.
use super::needs::Needs;
use super::table::{DataModel, Distributed, Engine, Licence, Log, READ_ON, Scope, Strongest, engines};
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
    if let Some(end) = engine.end_of_life.value.filter(|end| *end <= READ_ON) {
        reasons.push(format!("its support has ended ({end})"));
    }
    if needs.is_relational() && engine.references.value == Some(false) {
        reasons.push(format!("{}: {}", engine.references.text, relational_need(needs)));
    } else if needs.is_relational() && engine.models.value.is_some_and(|m| !m.contains(&DataModel::Relational)) {
        reasons.push(format!("it stores {}: {}", engine.models.text, relational_need(needs)));
    }
    if let Some(name) = needs.transactions.first()
        && engine.scope.value.is_some_and(|scope| scope < Scope::Anything)
    {
        reasons.push(format!("a transaction spans {}: {name} changes several rows together", engine.scope.text));
    }
    if let Some((wish, name)) = &needs.isolation
        && engine.isolation.value.is_some_and(|offered| offered < needed(*wish))
    {
        reasons.push(format!("{}: {name} needs {}", engine.isolation.text, wish.sql().to_lowercase()));
    }
    match engine.log.value {
        Some(Log::Lagging | Log::OfStorage) => reasons.push(format!("durability: {}", engine.log.text)),
        Some(Log::WriteAhead) | None => {}
    }
    if let Some(copies) = needs.copies.filter(|copies| *copies > 1)
        && engine.replication.value.is_some_and(|modes| modes.is_empty())
    {
        reasons.push(format!("replication: {}; the brief promises {copies} copies", engine.replication.text));
    }
    if needs.writes_per_s > WRITES_PER_S_OF_ONE_SERVER
        && engine.scope.value == Some(Scope::Anything)
        && matches!(engine.distributed.value, Some(Distributed::No | Distributed::TwoPhaseCommit))
    {
        reasons.push(format!(
            "{:.0} writes a second at peak are more than one server is planned for, and it does not spread a transaction over servers by itself",
            needs.writes_per_s
        ));
    }
    reasons
}

/// What speaks against it although it would do.
fn drawbacks(engine: &Engine, needs: &Needs) -> Vec<String> {
    let mut drawbacks = vec![];
    if engine.distributed.value == Some(Distributed::Native) && needs.writes_per_s <= WRITES_PER_S_OF_ONE_SERVER {
        drawbacks.push(format!(
            "it pays agreement between machines on every write, which {:.0} writes a second do not need",
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

/// Every engine that was not chosen, each once, with its versions and the reasons.
pub fn rejected(needs: &Needs) -> Vec<Rejected> {
    let mut out: Vec<Rejected> = vec![];
    let mut names: Vec<&str> = vec![];
    for engine in engines().filter(|e| e.id != ENGINE) {
        if names.contains(&engine.id) {
            continue;
        }
        names.push(engine.id);
        let versions: Vec<&Engine> = engines().filter(|e| e.id == engine.id).collect();
        out.push(Rejected { what: heading(&versions), why: against(&versions, needs) });
    }
    out
}

fn heading(versions: &[&Engine]) -> String {
    let listed: Vec<&str> = versions.iter().map(|e| e.version).collect();
    format!("{} ({})", versions[0].name, listed.join(", "))
}

/// The reasons of the newest version, and what older versions add to them.
fn against(versions: &[&Engine], needs: &Needs) -> String {
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
        reasons.push(
            "it meets every need that could be checked against the table, but its claims cannot be tried here: designs are proved on PostgreSQL only"
                .into(),
        );
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
        out.push(format!("{name} needs {}: {}", wish.sql().to_lowercase(), engine.isolation.text));
    }
    if !needs.transactions.is_empty() {
        out.push(format!(
            "{} change several rows together: a transaction spans {}",
            listed(&needs.transactions),
            engine.scope.text
        ));
    }
    if !needs.documents.is_empty() {
        out.push(format!("{} hold documents: {}", listed(&needs.documents), engine.models.text));
    }
    if !needs.traversals.is_empty() {
        out.push(format!("{} walk a graph: {}", listed(&needs.traversals), engine.models.text));
    }
    if !needs.searched.is_empty() {
        out.push(format!("{} are searched as text: full text search is built in", listed(&needs.searched)));
    }
    if let Some(copies) = needs.copies {
        out.push(format!("{copies} live copies: {}", engine.replication.text));
    }
    out.push(format!("durability: {}", engine.log.text));
    out.push(format!(
        "{:.0} rows written and {:.0} statements reading a second at peak are within one server ({:.0} writes a second planned for)",
        needs.writes_per_s, needs.reads_per_s, WRITES_PER_S_OF_ONE_SERVER
    ));
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
                "{:.0} writes a second, always by one key alone: more than the {WRITES_PER_S_OF_ONE_SERVER:.0} one server is planned for",
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
        format!("the entity written most, {name}, takes {:.0} rows a second", load.writes_per_s)
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
