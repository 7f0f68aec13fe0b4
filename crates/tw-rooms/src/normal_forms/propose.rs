//! What to make of a table that is not in its best form.
use super::{
    Columns, Dependency, chase,
    cover::minimal,
    decompose::{Part, backings, boyce_codd, is_boyce_codd, synthesis},
    discover::Coded,
    forms::Form,
    multivalued::{ManyShown, multivalued, split},
};

/// Tables to put in the place of one.
#[derive(Clone, Debug, Default)]
pub struct Proposal {
    /// The form of every part.
    pub form: Form,
    /// The parts, which together say what the table says.
    pub parts: Vec<Part>,
    /// What is to be kept besides, each within a part that refers to it with all of its columns: no key of the part keeps it.
    pub backings: Vec<Part>,
    /// The chase says that the parts joined give the table, whatever its rows, as long as its dependencies hold.
    pub lossless: bool,
    /// Facts that did not depend on each other and were taken apart.
    pub many: Vec<ManyShown>,
    /// Boyce-Codd normal form, where it was not taken: what it would lose.
    pub lost: Vec<Dependency>,
}

/// The parts of a table over its columns; none when it is best left as it is. Boyce-Codd normal form, where that loses no
/// dependency; else third normal form with backings. Parts whose key is all of their columns are looked through for
/// facts that do not depend on each other. Splitting such a part loses no row, so what the chase says of the parts before
/// holds of those after.
pub fn propose(table: &Coded, dependencies: &[Dependency], all: Columns, telling: usize) -> Option<Proposal> {
    let cover = minimal(dependencies);
    let mut proposal = Proposal { form: Form::BoyceCodd, parts: synthesis(&cover, all), ..Proposal::default() };
    if !proposal.parts.iter().all(|p| is_boyce_codd(&cover, p.columns)) {
        let further = boyce_codd(&cover, all);
        proposal.lost = chase::lost(&cover, &columns(&further));
        if proposal.lost.is_empty() {
            proposal.parts = further;
        } else {
            proposal.form = Form::Third;
            proposal.backings = proposal.parts.iter().flat_map(|part| backings(&cover, *part)).collect();
            proposal.backings.sort();
            proposal.backings.dedup();
        }
    }
    proposal.lossless = chase::lossless(&cover, all, &columns(&proposal.parts));
    let mut open = std::mem::take(&mut proposal.parts);
    while let Some(part) = open.pop() {
        let whole_key = Some(part.columns).filter(|columns| part.key == *columns);
        match whole_key.and_then(|columns| multivalued(table, columns, telling)) {
            Some(many) => {
                open.extend(split(many.dependency));
                proposal.many.push(many);
            }
            None => proposal.parts.push(part),
        }
    }
    proposal.parts.sort();
    if !proposal.many.is_empty() && proposal.form == Form::BoyceCodd {
        proposal.form = Form::Fourth;
    }
    (proposal.parts.len() > 1 || !proposal.backings.is_empty()).then_some(proposal)
}

impl Proposal {
    /// The parts, and after them the backings that no part is already.
    pub fn tables(&self) -> impl Iterator<Item = &Part> {
        let is_part = |b: &&Part| self.parts.iter().any(|p| p.key == b.key && b.columns.within(p.columns));
        self.parts.iter().chain(self.backings.iter().filter(move |b| !is_part(b)))
    }
}

fn columns(parts: &[Part]) -> Vec<Columns> {
    parts.iter().map(|p| p.columns).collect()
}
