//! From syntax to meaning: names looked up, SQL resolved, silence turned into gaps.
mod access;
mod attribute;
mod decompose;
mod entities;
mod facts;
mod gaps;
mod invariants;
mod names;
mod partition;
mod promises;
mod relations;
mod rights;
mod rules;
mod volumes;
mod workload;

pub(crate) use rules::with_name;

use crate::cursor::{Sp, shorten};
use crate::diagnostic::{Fault, Severity};
use crate::sql::{self, Problem, Scope};
use crate::syntax::{Brief, EntitySection};
use crate::text::{Text, words};
use facts::Facts;
use std::collections::{BTreeMap, BTreeSet};
use tw_model::Origin;
use tw_model::model::{Model, Promises};
use tw_model::sql::{EntityExpr, EntitySql};

/// What lowering knows once entities and relations are known.
pub(crate) struct Known<'a> {
    pub facts: Facts,
    pub scope: Scope,
    pub promises: Promises,
    /// Names could not be read, and nobody knows which: unknown ones are not reported.
    pub torn: bool,
    /// Words of lines that could not be read: unknown names among them are not reported.
    pub lost: BTreeSet<String>,
    pub sections: BTreeMap<&'a str, &'a EntitySection>,
    /// Dependencies that have become entities.
    pub decomposed: Vec<Origin>,
}

/// The model of a brief. It is whole only when no error was added to `faults`.
pub(crate) fn lower(brief: &Brief, faults: &mut Vec<Fault>) -> Model {
    let twice = |e: &EntitySection| brief.entities.iter().filter(|o| o.name.v == e.name.v).count() > 1;
    let mut torn = brief.torn || brief.entities.iter().any(|e| e.torn || twice(e));
    let promises = promises::lower(&brief.promises, faults);
    let mut entities = entities::collect(brief, faults);
    let mut relations = relations::lower(brief, &mut entities, &mut torn, faults);
    entities::keys(brief, &mut entities, &relations, faults);
    let decomposed = decompose::lower(brief, &mut entities, faults);
    let origins = decomposed.iter().map(|r| r.origin.clone()).collect();
    relations.extend(decomposed);
    promises::tenant(brief, &promises, &entities, faults);
    let facts = facts::collect(brief, &entities, &relations, &promises, faults);
    let sections = brief.entities.iter().map(|e| (e.name.v.as_str(), e)).collect();
    let scope = facts.scope(&entities);
    let lost = brief.entities.iter().flat_map(|e| e.lost.iter().cloned()).collect();
    let known = Known { facts, scope, promises, torn, lost, sections, decomposed: origins };
    let mut model = Model {
        title: brief.title.clone(),
        purpose: brief.purpose.clone(),
        promises: known.promises.clone(),
        entities,
        relations,
        raw: brief.raw.clone(),
        ..Model::default()
    };
    rules::lower(&known, &mut model.entities, faults);
    model.invariants = invariants::lower(brief, &known, &model.entities, faults);
    model.views = invariants::views(brief, &known, faults);
    model.roles = access::lower(brief, &known, &model.entities, faults);
    model.workload = workload::lower(brief, &known, &model.entities, faults);
    model.names = names::lower(brief, &known, &model.entities, faults);
    // Rights are compared once every line is understood, else what is missing may only be misspelt.
    if faults.iter().all(|f| f.severity != Severity::Error) {
        rights::check(brief, &known, &model, faults);
    }
    let mut gaps = volumes::lower(brief, &mut model, faults);
    gaps.extend(gaps::collect(&model));
    model.gaps = gaps;
    model
}

impl Known<'_> {
    /// Reports what is unknown in `said`, unless it may be unknown because something else could not be read.
    pub fn unknown(&self, faults: &mut Vec<Fault>, said: &str, fault: Fault) {
        if !self.torn && !words(said).any(|word| self.lost.contains(&word)) {
            faults.push(fault);
        }
    }

    /// True when the entity is known; else it is reported.
    pub fn entity(&self, name: &Sp<String>, faults: &mut Vec<Fault>) -> bool {
        let known = self.facts.entity(&name.v).is_some();
        if !known {
            self.unknown(faults, &name.v, unknown_entity(name, self.facts.names()));
        }
        known
    }

    /// True when the entity has an attribute or end of that name; else it is reported.
    pub fn fact(&self, entity: &str, name: &Sp<String>, faults: &mut Vec<Fault>) -> bool {
        let known = self.facts.get(entity, &name.v).is_some();
        if !known {
            let fault = Fault::new(
                name.span.clone(),
                format!("{entity} has no attribute or relation end `{}`", shorten(&name.v)),
            )
            .suggest(
                &name.v,
                self.facts.entity(entity).into_iter().flatten().map(|f| f.name.as_str()),
                "name one that it has, or add it",
            );
            self.unknown(faults, &name.v, fault);
        }
        known
    }

    /// An expression over one entity's attributes.
    pub fn expression(&self, text: &Text, entity: &str, faults: &mut Vec<Fault>) -> EntityExpr {
        match sql::expression(&text.text, &self.scope, entity) {
            Ok(expression) => expression,
            Err(problems) => {
                self.report(text, problems, faults);
                EntityExpr { text: text.text.clone(), pieces: vec![], attributes: vec![] }
            }
        }
    }

    /// A statement over entities.
    pub fn statement(&self, text: &Text, params: &[sql::Param], faults: &mut Vec<Fault>) -> Option<EntitySql> {
        match sql::statement(&text.text, &self.scope, params) {
            Ok(statement) => Some(statement),
            Err(problems) => {
                self.report(text, problems, faults);
                None
            }
        }
    }

    fn report(&self, text: &Text, problems: Vec<Problem>, faults: &mut Vec<Fault>) {
        for problem in problems {
            let end = problem.end.min(text.text.len());
            let start = problem.start.min(end);
            let span = text.span(start..end.max((start + 1).min(text.text.len())));
            let fault = Fault::new(span, problem.what).why(problem.why).help(problem.help);
            self.unknown(faults, &text.text[start..end], fault);
        }
    }
}

/// `unknown entity`.
pub(crate) fn unknown_entity<'a>(name: &Sp<String>, known: impl IntoIterator<Item = &'a str>) -> Fault {
    Fault::new(name.span.clone(), format!("unknown entity `{}`", shorten(&name.v)))
        .why("an entity has a `###` section, or is named by `subtypes` or `via`")
        .suggest(&name.v, known, "add its section under `## Concepts`")
}
