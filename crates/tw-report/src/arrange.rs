//! The dossier in the order in which it is told: items, rooms, kinds of claim, worst first.
use crate::words::{Status, reason};

pub use crate::next::{next, plural};
use std::collections::BTreeMap;
use tw_model::{
    Origin, Path,
    claim::{Claim, ClaimId},
    decision::Decision,
    dossier::{Dossier, RoomPage},
    evidence::Evidence,
};

/// A claim with what is known of it.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// Id.
    pub id: &'a ClaimId,
    /// Room id.
    pub room: &'a str,
    /// Item.
    pub item: &'a str,
    /// What it is about.
    pub subject: &'a Path,
    /// The sentence.
    pub statement: &'a str,
    /// The brief line.
    pub origin: &'a Origin,
    /// Claims it presumes.
    pub presumes: &'a [ClaimId],
    /// Verdict.
    pub status: Status,
    /// The receipt.
    pub receipt: Option<&'a Evidence>,
}

/// An item with all that belongs to it.
#[derive(Clone, Debug)]
pub struct ItemTold<'a> {
    /// `2.8`.
    pub number: &'a str,
    /// Title.
    pub title: &'a str,
    /// Rooms in order.
    pub rooms: Vec<RoomTold<'a>>,
    /// What is not designed yet.
    pub not_designed: Option<&'a str>,
}

/// A room with its decisions and claims for one item.
#[derive(Clone, Debug)]
pub struct RoomTold<'a> {
    /// Id.
    pub id: &'a str,
    /// Title.
    pub title: &'a str,
    /// Summary.
    pub summary: &'a str,
    /// Decisions in the order they were taken, each with its number in the draft.
    pub decisions: Vec<(usize, &'a Decision)>,
    /// Claims by kind; kinds with refuted claims first, and refuted claims first in each.
    pub kinds: Vec<(&'a str, Vec<Told<'a>>)>,
}

/// How many of each status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Held.
    pub held: usize,
    /// Refuted.
    pub refuted: usize,
    /// Undecided.
    pub undecided: usize,
    /// Not tried.
    pub untried: usize,
}

impl Tally {
    /// Counts.
    pub fn of<'a>(claims: impl IntoIterator<Item = &'a Told<'a>>) -> Tally {
        let mut tally = Tally::default();
        for told in claims {
            *tally.at(told.status) += 1;
        }
        tally
    }
    fn at(&mut self, status: Status) -> &mut usize {
        match status {
            Status::Held => &mut self.held,
            Status::Refuted => &mut self.refuted,
            Status::Undecided => &mut self.undecided,
            Status::Untried => &mut self.untried,
        }
    }
    /// The count of one status.
    pub fn get(mut self, status: Status) -> usize {
        *self.at(status)
    }
    /// All of them.
    pub fn total(self) -> usize {
        self.held + self.refuted + self.undecided + self.untried
    }
}

/// Every claim once: those of the design, then receipts of claims that the design does not have.
pub fn claims(dossier: &Dossier) -> Vec<Told<'_>> {
    let receipts = dossier.receipt_of();
    let known: BTreeMap<&ClaimId, &Claim> = dossier.claims.iter().map(|c| (&c.id, c)).collect();
    let mut told: Vec<Told> = dossier
        .claims
        .iter()
        .map(|c| {
            let receipt = receipts.get(&c.id).copied();
            Told {
                id: &c.id,
                room: &c.room,
                item: &c.item,
                subject: &c.subject,
                statement: &c.statement,
                origin: &c.origin,
                presumes: &c.presumes,
                status: Status::of(receipt),
                receipt,
            }
        })
        .collect();
    told.extend(dossier.receipts().iter().filter(|e| !known.contains_key(&e.claim)).map(|e| Told {
        id: &e.claim,
        room: &e.room,
        item: &e.item,
        subject: &e.subject,
        statement: &e.statement,
        origin: &e.origin,
        presumes: &[],
        status: Status::of(Some(e)),
        receipt: Some(e),
    }));
    told
}

impl RoomTold<'_> {
    /// Counts over the room.
    pub fn tally(&self) -> Tally {
        Tally::of(self.kinds.iter().flat_map(|(_, claims)| claims))
    }
}

impl ItemTold<'_> {
    /// Counts over the item.
    pub fn tally(&self) -> Tally {
        Tally::of(self.rooms.iter().flat_map(|r| &r.kinds).flat_map(|(_, c)| c))
    }
    /// What to call what is missing: the whole item, or a part of it.
    pub fn open(&self) -> Option<&'static str> {
        let begun = self.decisions() + self.tally().total() > 0;
        self.not_designed.map(|_| if begun { "designed in part" } else { "not designed yet" })
    }
    /// How many decisions.
    pub fn decisions(&self) -> usize {
        self.rooms.iter().map(|r| r.decisions.len()).sum()
    }
}

/// The items in their order. Nothing is lost: a claim or decision whose item or room the dossier does
/// not list stands under its own name at the end.
pub fn items(dossier: &Dossier) -> Vec<ItemTold<'_>> {
    let claims = claims(dossier);
    let decisions = &dossier.draft.decisions;
    let mut items: Vec<ItemTold> = dossier
        .items
        .iter()
        .map(|item| ItemTold {
            number: &item.number,
            title: &item.title,
            rooms: item.rooms.iter().map(room).collect(),
            not_designed: item.not_designed.as_deref(),
        })
        .collect();
    let named =
        claims.iter().map(|c| (c.item, c.room)).chain(decisions.iter().map(|d| (d.item.as_str(), d.room.as_str())));
    for (number, id) in named {
        let at = match items.iter().position(|i| i.number == number) {
            Some(at) => at,
            None => {
                items.push(ItemTold { number, title: "Further", rooms: vec![], not_designed: None });
                items.len() - 1
            }
        };
        if !items[at].rooms.iter().any(|r| r.id == id) {
            items[at].rooms.push(RoomTold { id, title: id, summary: "", decisions: vec![], kinds: vec![] });
        }
    }
    for item in &mut items {
        for room in &mut item.rooms {
            room.decisions =
                decisions.iter().enumerate().filter(|(_, d)| d.item == item.number && d.room == room.id).collect();
            room.kinds = kinds(claims.iter().filter(|c| c.item == item.number && c.room == room.id).copied());
        }
    }
    items
}

fn room(page: &RoomPage) -> RoomTold<'_> {
    RoomTold { id: &page.id, title: &page.title, summary: &page.summary, decisions: vec![], kinds: vec![] }
}

fn kinds<'a>(claims: impl Iterator<Item = Told<'a>>) -> Vec<(&'a str, Vec<Told<'a>>)> {
    let mut kinds: Vec<(&str, Vec<Told>)> = vec![];
    for told in claims {
        let kind = told.id.kind();
        match kinds.iter_mut().find(|(k, _)| *k == kind) {
            Some((_, list)) => list.push(told),
            None => kinds.push((kind, vec![told])),
        }
    }
    for (_, list) in &mut kinds {
        list.sort_by_key(|t| t.status);
    }
    kinds.sort_by_key(|(_, list)| list.first().map(|t| t.status));
    kinds
}

/// Undecided claims by the kind of their reason.
pub fn undecided<'a>(claims: &[Told<'a>]) -> BTreeMap<String, Vec<(Told<'a>, String)>> {
    let mut groups: BTreeMap<String, Vec<(Told, String)>> = BTreeMap::new();
    for told in claims {
        if let (Status::Undecided, Some(receipt)) = (told.status, told.receipt) {
            let (kind, detail) = reason(receipt);
            groups.entry(kind).or_default().push((*told, detail));
        }
    }
    groups
}
