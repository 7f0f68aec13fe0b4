//! Gaps: what the brief leaves unsaid where it matters, and what is assumed instead.
use tw_model::Path;
use tw_model::model::{Gap, Model};

/// Gaps of promises, workload and access.
pub(crate) fn collect(model: &Model) -> Vec<Gap> {
    let p = &model.promises;
    let silent = [
        ("engine", p.engine.is_none(), "no engine is asked for: one is chosen from what the brief needs"),
        ("availability", p.availability_percent.is_none(), "no availability is promised: 99.9 % is assumed"),
        ("rpo", p.rpo_s.is_none(), "no recovery point is promised: 5 minutes of lost work are assumed acceptable"),
        ("rto", p.rto_s.is_none(), "no recovery time is promised: 2 hours are assumed acceptable"),
        ("copies", p.copies.is_none(), "no number of copies is promised: 3 live copies are assumed"),
        ("horizon", p.horizon_days.is_none(), "no horizon is given: sizes are planned for 12 months"),
        ("machine", p.machine.is_none(), "no machine is given: 8 cores, 32 GB of memory and a 1 TB ssd are assumed"),
    ];
    let mut out: Vec<Gap> = silent
        .iter()
        .filter(|(_, silent, _)| *silent)
        .map(|(word, _, assumption)| gap(Path::new("Promises").join(word), *assumption))
        .collect();
    if model.workload.is_empty() {
        out.push(gap(Path::new("Workload"), "no workload is given: only keys, references and uniqueness are indexed"));
    }
    for query in &model.workload {
        if query.rate_per_s.is_none() {
            out.push(gap(Path::new(&query.name), "no rate is given: one call per second is assumed"));
        }
        if query.role.is_none() {
            out.push(gap(
                Path::new(&query.name),
                "no role is named: any role that may run each statement is assumed to",
            ));
        }
    }
    if model.roles.is_empty() {
        out.push(gap(Path::new("Access"), "no roles are given: nobody but the owner may read or write"));
    }
    out
}

fn gap(subject: Path, assumption: impl Into<String>) -> Gap {
    Gap { subject, assumption: assumption.into() }
}
