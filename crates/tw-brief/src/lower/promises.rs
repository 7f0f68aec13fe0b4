//! Promises: each said once.
use crate::diagnostic::Fault;
use crate::lower::unknown_entity;
use crate::syntax::Brief;
use crate::syntax::promise::{Promise, PromiseLine};
use tw_model::model::{Entity, Promises};

/// The promises of a brief.
pub(crate) fn lower(lines: &[PromiseLine], faults: &mut Vec<Fault>) -> Promises {
    let mut out = Promises::default();
    for line in lines {
        let word = &line.word.v;
        let repeatable = matches!(line.promise, Promise::Naming(_));
        if !repeatable && out.origins.contains_key(word) {
            faults
                .push(Fault::new(line.word.span.clone(), format!("`{word}` is promised twice")).help("keep one line"));
            continue;
        }
        out.origins.entry(word.clone()).or_insert_with(|| line.origin.clone());
        match &line.promise {
            Promise::Engine(wish) => out.engine = Some(wish.clone()),
            Promise::Keys(kind) => out.keys = *kind,
            Promise::Tenant(entity) => out.tenant = Some(entity.v.clone()),
            Promise::Availability { percent, incident_s } => {
                out.availability_percent = Some(percent.clone());
                out.longest_incident_s = *incident_s;
            }
            Promise::Rpo(seconds) => out.rpo_s = Some(*seconds),
            Promise::Rto(seconds) => out.rto_s = Some(*seconds),
            Promise::Copies(copies) => out.copies = Some(*copies),
            Promise::Horizon(days) => out.horizon_days = Some(*days),
            Promise::Machine(machine) => out.machine = Some(*machine),
            Promise::Timestamps(timestamps) => out.timestamps = Some(timestamps.clone()),
            Promise::NothingAdded => out.nothing_added = true,
            Promise::Schema(name) => out.schema = Some(name.clone()),
            Promise::Naming(rule) => {
                if out.naming.iter().any(|r| r.object == rule.object) {
                    let what = format!("the naming of `{}` is promised twice", rule.object);
                    faults.push(Fault::new(line.word.span.clone(), what).help("keep one line"));
                } else {
                    out.naming.push(rule.clone());
                }
            }
        }
    }
    out
}

/// The tenant is an entity, and none that is shared or a subtype; tenancy's words need a tenant.
pub(crate) fn tenant(brief: &Brief, promises: &Promises, entities: &[Entity], faults: &mut Vec<Fault>) {
    for line in &brief.promises {
        let Promise::Tenant(name) = &line.promise else {
            continue;
        };
        match entities.iter().find(|e| e.name == name.v) {
            None if brief.torn => {}
            None => faults.push(unknown_entity(name, entities.iter().map(|e| e.name.as_str()))),
            Some(e) if e.shared || e.supertype.is_some() => faults.push(
                Fault::new(name.span.clone(), format!("{} cannot be the tenant", name.v))
                    .why("the tenant is an entity of its own, neither shared nor a subtype"),
            ),
            Some(_) => {}
        }
    }
    if promises.tenant.is_some() || brief.torn {
        return;
    }
    let fault = |span: &std::ops::Range<usize>, word: &str| {
        Fault::new(span.clone(), format!("`{word}` without a tenant"))
            .why("the brief promises no tenant, so there is nothing to be shared by or unique within")
            .help("promise one, `- tenant: Shop`, or take the word away")
    };
    for section in &brief.entities {
        faults.extend(section.shared.iter().map(|span| fault(span, "shared")));
        let lines = section.uniques.iter().filter(|u| u.per_tenant);
        faults.extend(lines.map(|u| fault(&u.span, "unique per tenant")));
        let options = section.attributes.iter().filter_map(|a| a.unique.as_ref());
        faults.extend(options.filter(|u| u.v.per_tenant).map(|u| fault(&u.span, "unique per tenant")));
    }
}
