//! A role's line: neighbouring rules that differ in their entity alone are one.
use tw_model::model::{Role, Rule, Verb};

pub(super) fn role(role: &Role) -> String {
    let mut said: Vec<(String, Vec<String>, String)> = vec![];
    let mut at = 0;
    while at < role.rules.len() {
        let rule = &role.rules[at];
        let write = role.rules.get(at + 1).is_some_and(|next| writes(rule, next));
        at += if write { 2 } else { 1 };
        let verb = match rule.verb {
            _ if write => "write",
            Verb::Read => "read",
            Verb::Append => "append",
            Verb::Update => "update",
            Verb::Delete => "delete",
        };
        let mut head = format!("{}{verb}", if rule.never { "never " } else { "" });
        let mut tail = String::new();
        if let Some(own) = &rule.own {
            head += " own";
            tail = format!(" by {} = session('{}')", own.by.join("."), own.setting);
        }
        let target = match rule.attributes.as_slice() {
            [] => rule.entity.clone(),
            attributes => format!("{}({})", rule.entity, attributes.join(", ")),
        };
        match said.last_mut() {
            Some((h, targets, t)) if *h == head && *t == tail => targets.push(target),
            _ => said.push((head, vec![target], tail)),
        }
    }
    let rules: Vec<String> =
        said.iter().map(|(head, targets, tail)| format!("{head} {}{tail}", targets.join(", "))).collect();
    format!("{}: {}", role.name, rules.join("; "))
}

/// `write` is append and update.
fn writes(first: &Rule, next: &Rule) -> bool {
    (first.verb, next.verb) == (Verb::Append, Verb::Update)
        && (first.never, &first.entity, &first.attributes, &first.own)
            == (next.never, &next.entity, &next.attributes, &next.own)
}
