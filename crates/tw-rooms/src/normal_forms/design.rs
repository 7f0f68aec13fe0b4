//! The form of each table, as decisions.
use super::{
    AT,
    forms::Form,
    standing::{Standing, standings},
    star, totals,
};
use crate::kit::{decision, instead, links::rules, origin_of};
use tw_model::{
    Path,
    decision::Decision,
    draft::Draft,
    model::{Invariant, InvariantRule, Model},
};

pub(super) fn design(model: &Model, draft: &mut Draft) {
    let mut decisions: Vec<Decision> = standings(model, draft).iter().map(|s| table(model, s)).collect();
    decisions.extend(model.entities.iter().flat_map(|e| {
        let taken_out = e.depends.iter().filter(|d| d.kept_because.is_none());
        taken_out.map(|d| {
            let what = format!("{} stands in {}, once for each {}", d.to.join(", "), e.name, d.from.join(", "));
            let why = "the brief says that the one determines the other: in a table of its own its key keeps that true";
            let made = decision(AT, e.path(), what, why, &d.origin, vec![]);
            instead(made, "a column beside it in every row", "one row could be changed and the others forgotten")
        })
    }));
    decisions.extend(rules(model).iter().filter_map(total));
    decisions.extend(totals::decisions(model));
    decisions.into_iter().for_each(|d| draft.decide(d));
    star::design(model, draft);
}

fn words(form: Form) -> &'static str {
    match form {
        Form::First => "first",
        Form::Second => "second",
        Form::Third => "third",
        Form::BoyceCodd => "Boyce-Codd",
        Form::Fourth => "fourth",
    }
}

fn table(model: &Model, standing: &Standing) -> Decision {
    let symbol = &standing.table.name.name;
    let path = Path::new(symbol);
    let keys: Vec<String> = standing.keys.iter().map(|key| format!("({})", key.join(", "))).collect();
    let mut why = format!("all that is declared to determine a column of it is a key: {}", keys.join(" and "));
    if !standing.computed.is_empty() {
        why += &format!(
            "; {} is computed by the server from its own row, and so is never wrong",
            standing.computed.join(", ")
        );
    }
    let Some(first) = standing.kept.first() else {
        let what = format!("{symbol} is in {} normal form", words(standing.form));
        return decision(AT, path.clone(), what, why, &origin_of(model, &path), vec![]);
    };
    let kept: Vec<String> = standing
        .kept
        .iter()
        .map(|d| {
            let because = d.kept_because.as_deref().unwrap_or_default();
            format!(
                "{} determines {} when a row is written, and is no key: \"{because}\"",
                d.from.join(", "),
                d.to.join(", ")
            )
        })
        .collect();
    let what = format!("{symbol} is in {} normal form, on purpose", words(standing.form));
    let made = decision(AT, path, what, kept.join("; "), &first.origin, vec![]);
    instead(
        made,
        format!("a table of {} with {}", first.from.join(", "), first.to.join(", ")),
        "a change there would change what older rows say, and the brief wants them as they were",
    )
}

/// A total that is stored: the one copy of this kind that the brief language asks for.
fn total(invariant: &Invariant) -> Option<Decision> {
    let InvariantRule::SumEquals { part, amount, whole, total } = &invariant.rule else { return None };
    let what = format!("{total} of {whole} is stored, though it follows from {amount} of {part}");
    let made = decision(
        AT,
        Path::new(whole).join(total),
        what,
        "it is read far more often than a part is written, and no commit leaves the two apart",
        &invariant.origin,
        vec![],
    );
    let made = instead(made, format!("a sum over {part} at each read"), "every read would touch every part");
    let made = instead(made, "a materialised view", "it is as old as its last refresh, and the rule knows no age");
    Some(instead(made, "a queue of changes that a worker applies", "between a commit and the worker the two differ"))
}
