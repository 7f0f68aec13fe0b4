//! What to do next, said once for every voice.
use crate::{
    arrange::{Tally, claims, undecided},
    words::remedy,
};
use tw_model::dossier::Dossier;

/// What to do next, in order of weight; each an order to follow. Never empty.
pub fn next(dossier: &Dossier) -> Vec<String> {
    let claims = claims(dossier);
    let tally = Tally::of(&claims);
    let mut orders = vec![];
    if tally.refuted > 0 {
        orders.push(format!(
            "Start with the {}: each names its brief line and the step that went otherwise. Change the schema or the brief, then run `tablewright prove` again.",
            plural(tally.refuted, "refuted claim")
        ));
    }
    for (kind, list) in undecided(&claims) {
        orders.push(format!("{} undecided ({kind}): {}", plural(list.len(), "claim"), remedy(&kind)));
    }
    if tally.untried > 0 {
        orders.push(format!(
            "Run `tablewright prove` on the brief: {} not been tried on a server.",
            match tally.untried {
                1 => "1 claim has".into(),
                n => format!("{n} claims have"),
            }
        ));
    }
    if tally.refuted == 0 && tally.held > 0 {
        let more: String = dossier.draft.sql_files().map(|(name, _)| format!(", then `{name}`")).collect();
        orders.push(format!(
            "Load `schema.sql`, then `roles.sql`{more}, with `psql -v ON_ERROR_STOP=1`. Keep this directory: `tablewright verify` replays every receipt in it."
        ));
    }
    let gaps = dossier.model.gaps.len();
    if gaps > 0 {
        orders.push(format!(
            "Read {} and say in the brief what you want instead, where it matters.",
            match gaps {
                1 => "the assumption".into(),
                n => format!("the {n} assumptions"),
            }
        ));
    }
    let open: Vec<&str> =
        dossier.items.iter().filter(|i| i.not_designed.is_some()).map(|i| i.number.as_str()).collect();
    if !open.is_empty() {
        orders.push(format!("Decide by hand what the design leaves open (each item says what): {}.", open.join(", ")));
    }
    if orders.is_empty() {
        orders.push("Write more into the brief: it gave nothing to claim.".into());
    }
    orders
}

/// `1 claim`, `3 claims`.
pub fn plural(n: usize, word: &str) -> String {
    format!("{n} {word}{}", if n == 1 { "" } else { "s" })
}
