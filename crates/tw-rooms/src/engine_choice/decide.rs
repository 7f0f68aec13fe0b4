//! What the room decides: engine, version, log, transactions, and what belongs elsewhere.
use super::{ME, choose, features, needs::Needs, path, promised, table, trials, version::Version};
use crate::kit;
use tw_model::{
    Origin,
    decision::{Decision, Rejected},
    draft::Draft,
    model::Model,
};

/// Every decision of the room, in the order they are told.
pub fn decisions(model: &Model, draft: &Draft, needs: &Needs, version: &Version) -> [Decision; 5] {
    [
        engine_decision(model, needs, version),
        version_decision(model, draft, needs, version),
        log_decision(model, needs, version),
        transactions_decision(needs, version),
        elsewhere_decision(model, needs),
    ]
}

fn decision(subject: &str, what: String, why: String, instead_of: Vec<Rejected>, origin: Origin) -> Decision {
    Decision { instead_of, ..kit::decision(ME, path(subject), what, why, &origin, vec![]) }
}

fn engine_decision(model: &Model, needs: &Needs, version: &Version) -> Decision {
    let what = format!("{} {}", version.engine.name, version.engine.version);
    let reasons = choose::reasons(version.engine, needs);
    let wish = model.promises.engine.as_ref().filter(|w| !choose::is_postgresql(&w.name));
    let Some(wish) = wish else {
        return decision(
            "engine",
            what,
            reasons,
            choose::rejected(needs, model.promises.engine.is_some()),
            promised(model, "engine", "the brief names no engine; PostgreSQL is chosen"),
        );
    };
    let known: Vec<_> = table::engines().filter(|e| e.id == wish.name).collect();
    let missing: Vec<String> = known.iter().flat_map(|e| choose::shortcomings(e, needs)).collect();
    let loud = if known.is_empty() {
        format!("THE WISH IS NOT KEPT: the brief asks for {}, which the table of engines does not know. ", wish.name)
    } else if let Some(first) = missing.first() {
        format!("THE WISH IS NOT KEPT: the brief asks for {}, and {first}. ", known[0].name)
    } else {
        format!(
            "THE WISH IS NOT KEPT: the brief asks for {}, whose claims cannot be tried here; designs are proved on PostgreSQL only. ",
            known[0].name
        )
    };
    let origin = Origin::assumed(format!("PostgreSQL instead of the wished {}", wish.name));
    decision("engine", what, loud + &reasons, choose::rejected(needs, false), origin)
}

fn version_decision(model: &Model, draft: &Draft, needs: &Needs, version: &Version) -> Decision {
    let engine = version.engine;
    let newest = engine.latest.value.unwrap_or(engine.version);
    let mut why = format!(
        "Newest major from {} to {} that is supported on {}: support ends {}, the horizon is {}. Newest minor release read of: {newest}; run the newest there is.",
        version.min,
        version.max,
        table::READ_ON,
        engine.end_of_life.text,
        needs.horizon
    );
    if engine.end_of_life.value.is_some_and(|end| end < needs.horizon) {
        why += " No wished major outlives the horizon: plan an upgrade before that day.";
    }
    let wanted = features::used(draft).into_iter().max_by_key(|(f, _)| f.since);
    why += &match wanted.filter(|(feature, _)| feature.since >= version.min) {
        Some((feature, user)) => {
            format!(" The oldest major that would do is {}, for {} ({user}).", version.min, feature.what)
        }
        None => format!(" The oldest major that would do is {}.", version.min),
    };
    let origin = match &version.broken_wish {
        Some(broken) => {
            why = format!("THE WISH IS NOT KEPT: {broken}. {why}");
            Origin::assumed(broken.clone())
        }
        None => promised(model, "engine", "the brief names no version; the newest supported major is chosen"),
    };
    decision("engine.version", format!("{} {newest}", engine.name), why, version.instead_of.clone(), origin)
}

fn log_decision(model: &Model, needs: &Needs, version: &Version) -> Decision {
    let machine = needs.rpo_s.map_or(String::new(), |s| {
        format!(" The promised recovery point ({s} s) is about the loss of the machine, and needs copies as well.")
    });
    let settings: Vec<String> = trials::LOG_DEFAULTS.iter().map(|(n, v)| format!("{n} = {v}")).collect();
    decision(
        "engine.log",
        format!("Durability by the write-ahead log, at its defaults: {}", settings.join(", ")),
        format!("A commit that was acknowledged must survive a crash: {}.{}", version.engine.log.text, machine),
        vec![Rejected {
            what: "synchronous_commit = off".into(),
            why: "commits of the last moments before a crash would be lost although they were acknowledged".into(),
        }],
        promised(
            model,
            "rpo",
            "the brief promises no recovery point; no acknowledged commit may be lost in a crash of the server",
        ),
    )
}

fn transactions_decision(needs: &Needs, version: &Version) -> Decision {
    let one_server = needs.writes_per_s <= choose::WRITES_PER_S_OF_ONE_SERVER;
    let (what, why) = if one_server {
        (
            "No distributed transactions",
            format!(
                "All rows are on one primary: {:.0} writing statements a second at peak, {:.0} planned for one server ({}). Were another database to join a transaction: {}.",
                needs.writes_per_s,
                choose::WRITES_PER_S_OF_ONE_SERVER,
                choose::WRITES_SOURCE,
                version.engine.distributed.text
            ),
        )
    } else {
        (
            "Distributed transactions are needed, and not designed",
            format!(
                "{:.0} writing statements a second at peak are more than the {:.0} planned for one server ({}). Divide the load, or choose an engine that spreads transactions by itself.",
                needs.writes_per_s,
                choose::WRITES_PER_S_OF_ONE_SERVER,
                choose::WRITES_SOURCE
            ),
        )
    };
    let spread: Vec<Rejected> = table::engines()
        .filter(|e| {
            e.distributed.value == Some(table::Distributed::Native) && choose::shortcomings(e, needs).is_empty()
        })
        .map(|e| Rejected {
            what: format!("{} {}", e.name, e.version),
            why: format!(
                "{}; {}",
                e.distributed.text,
                if one_server { "not needed at this rate" } else { "cannot be tried here" }
            ),
        })
        .collect();
    let origin = Origin::assumed("the rates of the workload, all at once");
    decision("engine.transactions", what.into(), why, spread, origin)
}

fn elsewhere_decision(model: &Model, needs: &Needs) -> Decision {
    let parts = choose::elsewhere(needs);
    let origin = match parts.first() {
        Some((entity, _)) => kit::origin_of(model, &path(entity)),
        None => Origin::assumed("the rates of the workload, all at once"),
    };
    if parts.is_empty() {
        return decision(
            "engine.elsewhere",
            "No part of the brief belongs in another engine".into(),
            choose::nothing_elsewhere(needs),
            vec![],
            origin,
        );
    }
    let names: Vec<String> = parts.iter().map(|(name, _)| name.clone()).collect();
    let why: Vec<String> = parts.iter().map(|(name, why)| format!("{name}: {why}")).collect();
    decision(
        "engine.elsewhere",
        format!(
            "Better kept in a wide-column engine (Apache Cassandra 5.0): {}; designed here in PostgreSQL all the same",
            names.join(", ")
        ),
        why.join(". ") + ".",
        vec![],
        origin,
    )
}
