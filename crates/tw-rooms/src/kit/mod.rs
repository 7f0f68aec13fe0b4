//! What rooms share: links between entities, rows that keep every rule, steps, decisions.
pub mod candidates;
pub mod date;
pub mod growth;
pub mod horizon;
pub mod links;
pub mod queries;
pub mod rows;
pub mod shape;
pub mod size;
pub mod steps;
pub mod witness;

pub use links::{Link, links, lookup_symbol, tenant_shared};
pub use rows::Row;
pub use witness::Witnesses;

use tw_model::{
    Origin, Path,
    change::Change,
    claim::{Claim, ClaimId},
    decision::{Decision, Rejected},
    draft::Draft,
    model::Model,
};

/// The session setting that names the tenant.
pub const TENANT_SETTING: &str = "app.tenant";

/// Bytes that a name may have (NAMEDATALEN - 1).
pub const LONGEST_NAME: usize = 63;

/// What a room has in hand when it writes a trial.
pub struct Ground<'a> {
    /// What the brief means.
    pub model: &'a Model,
    /// The finished draft.
    pub draft: &'a Draft,
    /// Rows found on a server that keep (or break) each rule.
    pub witnesses: &'a Witnesses,
    /// What the server that is tried reports: the settled design, or a given schema.
    pub schema: &'a tw_model::schema::Schema,
    /// The plain tables, one per concept, that hold the same sample.
    pub plain: &'a tw_model::sql::Mapping,
}

/// `2.10` as something that sorts after `2.9`.
pub fn item_order(item: &str) -> Vec<u32> {
    item.split('.').map(|part| part.parse().unwrap_or(u32::MAX)).collect()
}

/// The name with its article: `an Account`, `a User`. By its first letter; a few words with a vowel that
/// sounds like a consonant (`User`, `Unit`, `Euro`, `One`) take `a`.
pub fn a(name: &str) -> String {
    let lower = name.to_lowercase();
    let vowel = lower.starts_with(['a', 'e', 'i', 'o', 'u']);
    let glide = ["use", "uni", "eu", "one", "ute", "uti"].iter().any(|head| lower.starts_with(head));
    format!("{} {name}", if vowel && !glide { "an" } else { "a" })
}

/// A count with its thousands apart: `2,000,000`.
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Bytes in words: `292 GB`.
pub fn in_bytes(bytes: f64) -> String {
    let units = [("TB", 40), ("GB", 30), ("MB", 20), ("kB", 10)];
    for (unit, power) in units {
        let one = (1u64 << power) as f64;
        if bytes >= one {
            let n = bytes / one;
            return if n < 10.0 { format!("{n:.1} {unit}") } else { format!("{n:.0} {unit}") };
        }
    }
    format!("{bytes:.0} bytes")
}

/// A name of at most 63 bytes: what is cut is replaced by eight characters of a hash of the whole.
pub fn fitting(name: &str) -> String {
    if name.len() <= LONGEST_NAME {
        return name.to_string();
    }
    let mut end = LONGEST_NAME - 9;
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}_{}", &name[..end], &tw_model::hash::sha256(name.as_bytes())[..8])
}

/// A decision without alternatives; see [`instead`].
pub fn decision(
    room: (&str, &str),
    subject: Path,
    what: impl Into<String>,
    why: impl Into<String>,
    origin: &Origin,
    changes: Vec<Change>,
) -> Decision {
    Decision {
        room: room.0.into(),
        item: room.1.into(),
        subject,
        what: what.into(),
        why: why.into(),
        instead_of: vec![],
        origin: origin.clone(),
        changes,
    }
}

/// Adds a rejected alternative.
pub fn instead(mut decision: Decision, what: impl Into<String>, why: impl Into<String>) -> Decision {
    decision.instead_of.push(Rejected { what: what.into(), why: why.into() });
    decision
}

/// A claim that presumes nothing and rests on nothing yet.
pub fn claim(room: (&str, &str), kind: &str, subject: Path, statement: impl Into<String>, origin: &Origin) -> Claim {
    Claim {
        id: ClaimId::new(&format!("{}/{kind}", room.0), &subject),
        room: room.0.into(),
        item: room.1.into(),
        subject,
        statement: statement.into(),
        origin: origin.clone(),
        presumes: vec![],
        rests_on: vec![],
    }
}

/// Where a claim or decision about a column or table of the draft comes from: the attribute, link or
/// entity behind it.
pub fn origin_of(model: &Model, path: &Path) -> Origin {
    let mut parts = path.as_str().splitn(3, '.');
    let (entity, member) = (parts.next().unwrap_or(""), parts.next());
    let found = model.entity(entity);
    if let Some(member) = member {
        if let Some(attribute) = found.and_then(|e| e.attribute(member)) {
            return attribute.origin.clone();
        }
        let own = found.map(|e| links::links_of(model, e)).unwrap_or_default();
        if let Some(link) = own.into_iter().find(|l| l.name == member) {
            return link.origin;
        }
        if let Some(stamp) = model.promises.timestamps.as_ref()
            && (stamp.created.as_deref() == Some(member) || stamp.updated.as_deref() == Some(member))
            && let Some(origin) = model.promises.origins.get("timestamps")
        {
            return origin.clone();
        }
    }
    match found {
        Some(entity) => entity.origin.clone(),
        None => Origin::assumed(format!("{path} follows from the design, not from a line of the brief")),
    }
}

/// The path of a link: its holder and end.
pub fn link_path(link: &Link) -> Path {
    Path::new(&link.holder).join(&link.name)
}
