//! KNOWLEDGE: one room per topic. Pure: no IO, no clock, no verdicts, and no room imports another.
//!
//! A room is a record of functions and lists ([`room::Room`]); [`ROOMS`] is the one list of them, in
//! running order. What several rooms need to write their trials is in [`kit`].
pub mod access;
pub mod capacity;
pub mod columns;
pub mod concepts;
pub mod consistency;
pub mod engine_choice;
pub mod indexing;
pub mod keys;
pub mod kit;
pub mod logical;
pub mod naming;
pub mod normal_forms;
pub mod physical;
pub mod relationships;
pub mod room;
pub mod rule;
pub mod scene;

use room::Room;
use std::collections::BTreeMap;
use tw_model::{
    claim::Claim,
    draft::Draft,
    model::{Entity, Model, Numbered},
};

/// Every room, in running order: shape first, then what hangs on it, names last.
pub const ROOMS: &[Room] = &[
    concepts::ROOM,
    logical::ROOM,
    keys::ROOM,
    columns::ROOM,
    relationships::ROOM,
    consistency::ROOM,
    normal_forms::ROOM,
    indexing::ROOM,
    access::ROOM,
    physical::ROOM,
    capacity::ROOM,
    engine_choice::ROOM,
    naming::ROOM,
];

/// The room of that id.
pub fn room(id: &str) -> Option<&'static Room> {
    ROOMS.iter().find(|r| r.id == id)
}

/// The draft of a model: every room's decisions, folded in running order.
pub fn design(model: &Model) -> Draft {
    let mut draft = unnamed(model);
    name(model, &mut draft);
    draft
}

/// The draft before it has names, which come last: no decision before them depends on one.
pub fn unnamed(model: &Model) -> Draft {
    let mut draft = begun(model);
    let before = ROOMS.iter().take_while(|room| room.id != naming::ROOM.id);
    before.for_each(|room| (room.design)(model, &mut draft));
    draft
}

/// Gives a draft its names.
pub fn name(model: &Model, draft: &mut Draft) {
    (naming::ROOM.design)(model, draft);
}

/// The draft after each room, for those who want to watch it grow.
pub fn steps(model: &Model) -> Vec<(&'static Room, Draft)> {
    let mut draft = begun(model);
    let step = |room: &'static Room| {
        (room.design)(model, &mut draft);
        (room, draft.clone())
    };
    ROOMS.iter().map(step).collect()
}

/// The draft before any decision.
fn begun(model: &Model) -> Draft {
    let namespace = model.promises.schema.clone().unwrap_or_default();
    Draft { namespace, namespaces: elsewhere(model), ..Draft::default() }
}

/// The namespaces of entities that are not where the others are, and of the sequences that count in them.
fn elsewhere(model: &Model) -> BTreeMap<String, String> {
    let symbols = |e: &Entity| {
        let counted = e.attributes.iter().filter(|a| a.numbered == Some(Numbered::BySequence));
        let sequences = counted.map(|a| kit::links::sequence_symbol(e, a));
        sequences.chain([e.name.clone()]).collect::<Vec<_>>()
    };
    let of = |e: &Entity| e.schema.clone().map(|s| symbols(e).into_iter().map(move |symbol| (symbol, s.clone())));
    model.entities.iter().filter_map(of).flatten().collect()
}

/// Every claim about a draft, in item, room and subject order.
pub fn claims(model: &Model, draft: &Draft) -> Vec<Claim> {
    let mut claims: Vec<Claim> = ROOMS.iter().flat_map(|room| (room.claims)(model, draft)).collect();
    claims.sort_by(|a, b| kit::item_order(&a.item).cmp(&kit::item_order(&b.item)).then_with(|| a.id.cmp(&b.id)));
    claims
}
