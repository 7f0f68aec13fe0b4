//! Relations between entities and the ends that become references.
use crate::Origin;
use serde::{Deserialize, Serialize};

/// `[User] 1 --(owns)--> * [Account], on delete cascade`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Relation {
    /// The verb between `--(` and `)-->`.
    pub verb: String,
    /// Left side.
    pub from: Side,
    /// Right side.
    pub to: Side,
    /// The associative entity of a many-to-many relation.
    pub via: Option<String>,
    /// What happens to the holder when the target is deleted; none means unsaid (restrict).
    pub on_delete: Option<Action>,
    /// What happens when the target's key changes; none means unsaid (no action).
    pub on_update: Option<Action>,
    /// The brief line.
    pub origin: Origin,
}

/// One side of a relation: how many of this entity take part for one of the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Side {
    /// Entity name.
    pub entity: String,
    /// `as role`.
    pub role: Option<String>,
    /// Least number.
    pub min: u32,
    /// Greatest number; none is many.
    pub max: Option<u32>,
}

/// A referential action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Refuse at the end of the statement (or transaction, if deferred).
    NoAction,
    /// Refuse at once.
    Restrict,
    /// Do the same to the holder.
    Cascade,
    /// Forget the reference.
    SetNull,
    /// Fall back to the default reference.
    SetDefault,
}

impl Action {
    /// SQL words.
    pub fn sql(self) -> &'static str {
        match self {
            Action::NoAction => "NO ACTION",
            Action::Restrict => "RESTRICT",
            Action::Cascade => "CASCADE",
            Action::SetNull => "SET NULL",
            Action::SetDefault => "SET DEFAULT",
        }
    }
}

/// One reference: `holder.name` points at `target`. A one-to-many relation has one, a many-to-many
/// relation has two (both held by its `via` entity).
#[derive(Clone, Debug, PartialEq)]
pub struct End<'a> {
    /// The entity that holds the reference.
    pub holder: String,
    /// The attribute name of the end: the role, or the target's name in snake_case.
    pub name: String,
    /// The entity referenced.
    pub target: String,
    /// The holder may have no target.
    pub optional: bool,
    /// At most one holder per target.
    pub one_to_one: bool,
    /// Every target must have at least this many holders (`1..*`).
    pub min_holders: u32,
    /// At most so many holders per target; none is many.
    pub max_holders: Option<u32>,
    /// The relation it belongs to.
    pub relation: &'a Relation,
}

impl Relation {
    /// True when both sides are many.
    pub fn many_to_many(&self) -> bool {
        self.from.max != Some(1) && self.to.max != Some(1)
    }
    /// Name of the associative entity: `via`, or the two names joined.
    pub fn via_name(&self) -> String {
        self.via.clone().unwrap_or_else(|| format!("{}{}", self.from.entity, self.to.entity))
    }
    /// The references this relation needs. In `A 1 --> * B` the holder is B; in a one-to-one
    /// relation it is the side that must have the other (`0..1` holds `1`), else the right side.
    pub fn ends(&self) -> Vec<End<'_>> {
        if self.many_to_many() {
            let via = self.via_name();
            return [(&self.from, &self.to), (&self.to, &self.from)]
                .into_iter()
                .map(|(target, other)| End {
                    holder: via.clone(),
                    name: end_name(target),
                    target: target.entity.clone(),
                    optional: false,
                    one_to_one: false,
                    min_holders: other.min,
                    max_holders: other.max,
                    relation: self,
                })
                .collect();
        }
        let right_holds = match (self.from.max, self.to.max) {
            (Some(1), Some(1)) => !(self.from.min == 0 && self.to.min == 1),
            (Some(1), _) => true,
            _ => false,
        };
        let (target, holder) = if right_holds { (&self.from, &self.to) } else { (&self.to, &self.from) };
        vec![End {
            holder: holder.entity.clone(),
            name: end_name(target),
            target: target.entity.clone(),
            optional: target.min == 0,
            one_to_one: holder.max == Some(1),
            min_holders: holder.min,
            max_holders: holder.max,
            relation: self,
        }]
    }
}

fn end_name(side: &Side) -> String {
    side.role.clone().unwrap_or_else(|| snake_case(&side.entity))
}

/// `OrderLine` to `order_line`, `HTTPServer` to `http_server`.
pub fn snake_case(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (i, &c) in chars.iter().enumerate() {
        let boundary = c.is_uppercase()
            && i > 0
            && chars[i - 1] != '_'
            && (!chars[i - 1].is_uppercase() || chars.get(i + 1).is_some_and(|n| n.is_lowercase()));
        if boundary {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}
