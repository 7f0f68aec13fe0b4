//! What a table is partitioned by must be there in every row, and no rule may need to look into every partition.
use super::Known;
use crate::diagnostic::Fault;
use crate::limits;
use crate::syntax::{EntitySection, PartitionLine};
use crate::types;
use tw_model::model::{Entity, PartitionBy, Partitioning, snake_case};

/// Types that the server neither orders nor hashes.
const WITHOUT_HASH: &[&str] = &["json", "xml", "point", "line", "lseg", "box", "path", "polygon", "circle"];

/// Reports what is wrong with the entity's partition line.
pub(crate) fn check(known: &Known, section: &EntitySection, entity: &Entity, faults: &mut Vec<Fault>) {
    let Some(line) = &section.partition else { return };
    let Some(of) = &line.of else { return };
    if entity.supertype.is_some() || entity.subtypes.is_some() {
        let what = format!("{} cannot be partitioned: its rows belong to a supertype or its subtypes", entity.name);
        faults.push(
            Fault::new(line.span.clone(), what)
                .why("they share one key, and a key of a partitioned table holds what it is partitioned by")
                .help("take the line away"),
        );
        return;
    }
    let by_key = matches!(line.by, PartitionBy::Hash { .. }) && of.v == "key";
    if !by_key && !decides(known, entity, line, faults) {
        return;
    }
    count(entity, line, faults);
    rules(known, entity, line, faults);
}

/// Partitions of the time that rows are kept.
fn count(entity: &Entity, line: &PartitionLine, faults: &mut Vec<Fault>) {
    let PartitionBy::Time { unit, .. } = &line.by else { return };
    let kept = entity.retention.as_ref().map_or(Partitioning::KEPT_DAYS_ASSUMED, |r| r.days);
    let partitions = u64::from(kept.div_ceil(unit.days()));
    if partitions > limits::MOST_PARTITIONS {
        let what = format!("{} would have {partitions} partitions of a {}", entity.name, unit.word());
        faults.push(
            Fault::new(line.span.clone(), what)
                .why(format!(
                    "{kept} days of rows are kept, and at most {} partitions are made",
                    limits::MOST_PARTITIONS
                ))
                .help("take a longer span, or keep rows for less"),
        );
    }
}

/// True when what the line names can decide where a row goes; else it is reported.
fn decides(known: &Known, entity: &Entity, line: &PartitionLine, faults: &mut Vec<Fault>) -> bool {
    let Some(of) = &line.of else { return false };
    if !known.fact(&entity.name, of, faults) {
        return false;
    }
    let Some(fact) = known.facts.get(&entity.name, &of.v) else { return false };
    let time = matches!(line.by, PartitionBy::Time { .. });
    let wrong = if time && !types::is_dated(&fact.sql) {
        Some(("it is neither a date nor an instant", "name one that is, or say `partition by hash of`"))
    } else if fact.optional {
        Some(("it may be absent, and a row without it would belong nowhere", "make it present"))
    } else if entity.attribute(&of.v).is_some_and(|a| a.generated.is_some()) {
        Some(("it is worked out only after a row has its place", "name what it is worked out from"))
    } else if WITHOUT_HASH.contains(&fact.sql.as_str()) {
        Some(("the server has no hash of its type", "name another"))
    } else {
        None
    };
    if let Some((why, help)) = wrong {
        let what = format!("{} cannot be partitioned by `{}`", entity.name, of.v);
        faults.push(Fault::new(of.span.clone(), what).why(why).help(help));
    }
    wrong.is_none()
}

/// A rule over rows of several partitions is one that no partition can keep alone.
fn rules(known: &Known, entity: &Entity, line: &PartitionLine, faults: &mut Vec<Fault>) {
    let Some(of) = &line.of else { return };
    let tenant = known.promises.tenant.as_deref().map(snake_case);
    let holds =
        |members: &[String], per_tenant: bool| members.contains(&of.v) || per_tenant && tenant.as_ref() == Some(&of.v);
    let alone = entity.attributes.iter().filter_map(|a| {
        let kind = a.unique?;
        (!holds(std::slice::from_ref(&a.name), kind.per_tenant)).then(|| format!("`{}` is unique", a.name))
    });
    let together = entity.uniques.iter().filter(|u| !holds(&u.parts, u.per_tenant));
    let together = together.map(|u| format!("`unique ({})`", u.parts.join(", ")));
    let overlaps = entity.never_overlap.iter().map(|o| {
        format!("`never overlap ({})`", {
            let parts: Vec<&str> = o.equal.iter().chain(&o.during).map(String::as_str).collect();
            parts.join(", ")
        })
    });
    let broken: Vec<String> = alone.chain(together).chain(overlaps).collect();
    if broken.is_empty() {
        return;
    }
    let what = format!("{} cannot be partitioned by `{}`: {}", entity.name, of.v, broken.join(", "));
    faults.push(
        Fault::new(line.span.clone(), what)
            .why("each partition knows its own rows only, so no rule over all rows could be kept that does not hold what decides the partition")
            .help("take the rule or the line away, or partition by what the rule is about"),
    );
}
