//! An entity's section.
use super::plain::{number, quantity, text, value};
use super::{key_kind, paragraphs};
use crate::{lower, types};
use tw_model::model::{
    Attribute, Disposal, Entity, Key, Model, Numbered, PartitionBy, Partitioning, Sensitivity, Values,
};

/// Heading, prose, lines.
pub(super) fn section(model: &Model, entity: &Entity) -> String {
    let mut lines = rules(model, entity);
    lines.extend(entity.attributes.iter().map(|a| attribute(entity, a)));
    let mut out = format!("### {}\n\n{}", heading(model, entity), paragraphs(&entity.purpose));
    super::items(&mut out, &lines);
    out
}

fn heading(model: &Model, entity: &Entity) -> String {
    let mut options = volume(model, entity);
    let mut say = |said: bool, words: &str| {
        if said {
            options.push(words.to_string());
        }
    };
    say(entity.append_only, "append-only");
    say(entity.soft_delete, "soft delete");
    say(entity.shared, "shared");
    if let Some(kept) = &entity.retention {
        let then = match kept.then {
            Disposal::Detach => "detach",
            Disposal::Delete => "delete",
            Disposal::Anonymise => "anonymise",
        };
        options.push(format!("keep {} days from {} then {then}", kept.days, kept.from));
    }
    if let Key::SurrogateOf { of } = &entity.key
        && entity.supertype.is_none()
    {
        options.push(format!("keys {}", key_kind(*of)));
    }
    options.extend(entity.schema.as_ref().map(|s| format!("schema {s}")));
    options.extend(entity.was.as_ref().map(|w| format!("was {w}")));
    let mut out = entity.name.clone();
    if !options.is_empty() {
        out += &format!(" ({})", options.join(", "));
    }
    if let Some(owner) = &entity.weak_of {
        out += &format!(" of {owner}");
    }
    if let Some(subtypes) = &entity.subtypes {
        let kind = if subtypes.overlapping { "overlapping" } else { "disjoint" };
        let total = if subtypes.total { "total" } else { "partial" };
        out += &format!(", subtypes ({}): {kind}, {total}", subtypes.members.join(", "));
    }
    out
}

/// Rows and growth; what was assumed is not said.
fn volume(model: &Model, entity: &Entity) -> Vec<String> {
    let Some(volume) = &entity.volume else { return vec![] };
    let assumed = model.gaps.iter().any(|g| g.subject == entity.path() && g.assumption.starts_with("no volume"));
    let rows = match &volume.per {
        Some((mean, of)) => Some(format!("{} per {of}", number(*mean))),
        None => (!assumed).then(|| quantity(volume.rows)),
    };
    let growth = volume.growth_percent_per_month;
    let growth = (volume.growth_said || growth != 0.0).then(|| format!("{growth:+}%/month"));
    rows.into_iter().chain(growth).collect()
}

fn rules(model: &Model, entity: &Entity) -> Vec<String> {
    let mut out = vec![];
    if let Key::Natural { parts } = &entity.key
        && key_line(model, entity, parts)
    {
        out.push(format!("key ({})", parts.join(", ")));
    }
    for unique in &entity.uniques {
        let per = if unique.per_tenant { "unique per tenant" } else { "unique" };
        out.push(format!("{per} ({})", unique.parts.join(", ")));
    }
    for check in &entity.checks {
        let name = check.name.as_ref().map(|n| format!("{n}: ")).unwrap_or_default();
        out.push(format!("check {name}({})", check.predicate.text));
    }
    for overlap in &entity.never_overlap {
        let during = overlap.during.join(" to ");
        let parts: Vec<&str> = overlap.equal.iter().map(String::as_str).chain([during.as_str()]).collect();
        let told = overlap.filter.as_ref().map(|f| format!(" where ({})", f.text)).unwrap_or_default();
        out.push(format!("never overlap ({}){told}", parts.join(", ")));
    }
    for depends in &entity.depends {
        let then = match &depends.kept_because {
            Some(why) => format!("kept because \"{}\"", why.replace('"', "\"\"")),
            None => "decompose".into(),
        };
        out.push(format!("depends: {} -> {}, {then}", depends.from.join(", "), depends.to.join(", ")));
    }
    out.extend(entity.partitioning.as_ref().map(partitioning));
    out
}

/// The key has a line of its own unless something else says it: the supertype, the pair, an attribute's `key`.
fn key_line(model: &Model, entity: &Entity, parts: &[String]) -> bool {
    let pair = |r: &&tw_model::model::Relation| r.many_to_many() && r.via_name() == entity.name;
    let implied = model.relations.iter().find(pair).is_some_and(|r| r.ends().iter().map(|e| &e.name).eq(parts));
    entity.supertype.is_none() && !implied && !key_options(entity)
}

/// Every part of the key is an attribute, in the order of the attributes.
fn key_options(entity: &Entity) -> bool {
    let Key::Natural { parts } = &entity.key else { return false };
    let among = entity.attributes.iter().map(|a| &a.name).filter(|a| parts.contains(a));
    entity.supertype.is_none() && parts.len() == 1 && among.eq(parts)
}

fn partitioning(partitioning: &Partitioning) -> String {
    match &partitioning.by {
        PartitionBy::Whole => "keep whole".into(),
        PartitionBy::Time { unit, of } => format!("partition by {} of {of}", unit.word()),
        PartitionBy::Hash { of, into } => format!("partition by hash of {of} into {into}"),
    }
}

fn attribute(entity: &Entity, a: &Attribute) -> String {
    let mut out = format!("{}: {}", a.name, a.ty.written);
    if let Some(Values { open, items }) = &a.values {
        let plain = types::is_number(&a.ty.sql);
        let item = |v: &str| if plain { v.to_string() } else { text(v) };
        let items: Vec<String> = items
            .iter()
            .map(|i| {
                let share = i.share.map(|s| format!(" {}%", number(s * 100.0))).unwrap_or_default();
                let was = i.was.as_ref().map(|w| format!(" was {}", item(w))).unwrap_or_default();
                format!("{}{share}{was}", item(&i.value))
            })
            .collect();
        out += &format!(" in ({}){}", items.join(", "), if *open { " open" } else { "" });
    }
    out.extend(a.default.as_ref().map(|d| format!(" = {}", value(d))));
    let mut options: Vec<String> = vec![];
    let mut say = |said: bool, words: &str| {
        if said {
            options.push(words.to_string());
        }
    };
    let in_key = matches!(&entity.key, Key::Natural { parts } if parts.contains(&a.name));
    say(key_options(entity) && in_key, "key");
    say(a.optional, "optional");
    if let Some(unique) = a.unique {
        let nocase = if unique.nocase { " nocase" } else { "" };
        say(true, &format!("unique{nocase}{}", if unique.per_tenant { " per tenant" } else { "" }));
    }
    match a.numbered {
        Some(Numbered::Always) => say(true, "numbered"),
        Some(Numbered::ByDefault) => say(true, "numbered by default"),
        Some(Numbered::BySequence) => say(true, "numbered by sequence"),
        None => {}
    }
    // The type's word brings its rule along.
    let brought = types::rules_of(&a.ty.written);
    let brought: Vec<String> = brought.iter().filter_map(|rule| lower::with_name(rule, &a.name)).collect();
    for check in a.checks.iter().filter(|c| !brought.contains(&c.text)) {
        say(true, &format!("check ({})", check.text));
    }
    if let Some(generated) = &a.generated {
        say(true, &format!("generated as ({}) stored", generated.text));
    }
    say(a.search, "search");
    for sensitivity in &a.sensitivity {
        say(
            true,
            match sensitivity {
                Sensitivity::Personal => "personal",
                Sensitivity::Secret => "secret",
                Sensitivity::Financial => "financial",
            },
        );
    }
    options.extend(a.null_share.map(|s| format!("null {}%", number(s * 100.0))));
    options.extend(a.zipf.map(|z| format!("zipf {z}")));
    options.extend(a.was.as_ref().map(|w| format!("was {w}")));
    options.iter().for_each(|option| out += &format!(", {option}"));
    if !a.purpose.is_empty() {
        out += &format!(" — {}", a.purpose);
    }
    out
}
