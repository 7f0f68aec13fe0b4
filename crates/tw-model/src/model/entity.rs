//! Entities and their attributes.
use crate::Origin;
use crate::sql::EntityExpr;
use serde::{Deserialize, Serialize};

/// A thing the business keeps facts about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entity {
    /// Name as written, singular: `Account`.
    pub name: String,
    /// Prose under the heading: its purpose.
    pub purpose: String,
    /// Rows today.
    pub volume: Option<Volume>,
    /// Rows are never changed or deleted.
    pub append_only: bool,
    /// Rows are marked deleted, never removed by the application.
    pub soft_delete: bool,
    /// Kept outside tenancy (`shared`).
    pub shared: bool,
    /// How long rows are kept and what happens then.
    pub retention: Option<Retention>,
    /// The partitions the brief asks for, or that it wants none.
    #[serde(default)]
    pub partitioning: Option<super::Partitioning>,
    /// How rows are identified.
    pub key: Key,
    /// `of Ward`: the owner of a weak entity; the owner's key leads this key.
    pub weak_of: Option<String>,
    /// `unique (a, b)`.
    pub uniques: Vec<Unique>,
    /// Entity-level `check (...)`, each with its name if given.
    pub checks: Vec<Check>,
    /// `never overlap (bed, during)`.
    pub never_overlap: Vec<Overlap>,
    /// `depends: product -> product_name, kept because "invoice"`.
    pub depends: Vec<Dependency>,
    /// Attributes in brief order, relation ends excluded.
    pub attributes: Vec<Attribute>,
    /// `subtypes (Patient 390k, Doctor 2k): overlapping, partial`.
    pub subtypes: Option<Subtypes>,
    /// The supertype when this entity is a subtype.
    pub supertype: Option<String>,
    /// Schema that holds it, when the brief names one.
    pub schema: Option<String>,
    /// `was OldName`.
    pub was: Option<String>,
    /// The heading, or the line that implied the entity.
    pub origin: Origin,
}

/// How many rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Volume {
    /// Rows today: absolute, or worked out from `per`.
    pub rows: u64,
    /// `3 per Order`: mean rows per row of another entity.
    pub per: Option<(f64, String)>,
    /// Growth in percent per month (compound); 0 when unsaid.
    pub growth_percent_per_month: f64,
    /// The growth was said, be it none.
    #[serde(default)]
    pub growth_said: bool,
}

impl Volume {
    /// Rows after so many days; a month of the brief language has 30.
    pub fn after(&self, days: f64) -> f64 {
        self.rows as f64 * (1.0 + self.growth_percent_per_month / 100.0).powf(days / 30.0)
    }
}

/// `keep 7 years from placed_at then detach`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Retention {
    /// How long, in days (a year is 365, a month 30).
    pub days: u32,
    /// The attribute that counts.
    pub from: String,
    /// What happens then.
    pub then: Disposal,
}

/// What happens to rows whose retention has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Disposal {
    /// A partition is detached.
    Detach,
    /// Rows are deleted.
    Delete,
    /// Personal attributes are blanked.
    Anonymise,
}

/// How rows of an entity are identified.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Key {
    /// A surrogate of the promised kind.
    Surrogate,
    /// A surrogate of a kind named on the entity.
    SurrogateOf {
        /// The kind.
        of: super::KeyKind,
    },
    /// Attributes or relation ends, in order. For a weak entity: its partial key.
    Natural {
        /// Attribute or relation-end names.
        parts: Vec<String>,
    },
}

/// A uniqueness rule over several attributes or ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unique {
    /// Attribute or relation-end names in order.
    pub parts: Vec<String>,
    /// `unique per tenant`: the tenant leads.
    pub per_tenant: bool,
    /// The brief line.
    pub origin: Origin,
}

/// A row rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// Given name, if any.
    pub name: Option<String>,
    /// The predicate.
    pub predicate: EntityExpr,
    /// The brief line.
    pub origin: Origin,
}

/// An exclusion rule: no two rows equal in the first parts may overlap in the last one (a range).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overlap {
    /// Attribute or relation-end names compared for equality.
    pub equal: Vec<String>,
    /// The range attribute, or the two attributes that bound it (`from`, `to`).
    pub during: Vec<String>,
    /// Predicate that limits the rule to some rows.
    pub filter: Option<EntityExpr>,
    /// The brief line.
    pub origin: Origin,
}

/// A declared functional dependency and what is done about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dependency {
    /// Determinant attributes.
    pub from: Vec<String>,
    /// Determined attributes.
    pub to: Vec<String>,
    /// `kept because "..."`; none means `decompose`.
    pub kept_because: Option<String>,
    /// The brief line.
    pub origin: Origin,
}

/// Specialisation of an entity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Subtypes {
    /// Names, in order; each is an entity too (its volume is there).
    pub members: Vec<String>,
    /// An instance may be of several subtypes.
    pub overlapping: bool,
    /// Every instance is of some subtype.
    pub total: bool,
    /// The brief line.
    pub origin: Origin,
}

/// A fact kept about an entity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attribute {
    /// Name as written, snake_case.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// May be absent.
    pub optional: bool,
    /// Uniqueness of this attribute alone.
    pub unique: Option<UniqueKind>,
    /// Default value.
    pub default: Option<Value>,
    /// `check (...)` rules on this attribute, in order.
    pub checks: Vec<EntityExpr>,
    /// `in (...)`.
    pub values: Option<Values>,
    /// `generated as (...) stored`.
    pub generated: Option<EntityExpr>,
    /// `numbered`: the server counts it up.
    #[serde(default)]
    pub numbered: Option<Numbered>,
    /// Searched as full text.
    pub search: bool,
    /// `personal`, `secret`, `financial`: any of them.
    pub sensitivity: Vec<Sensitivity>,
    /// Share of absent values, 0..1, for sample data.
    pub null_share: Option<f64>,
    /// Zipf exponent of its values, for sample data.
    pub zipf: Option<f64>,
    /// `was old_name`.
    pub was: Option<String>,
    /// Prose in the line after a dash, if any.
    pub purpose: String,
    /// The brief line.
    pub origin: Origin,
}

/// An attribute's type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Type {
    /// As written: `money`, `email(100)`, `varchar(20)`.
    pub written: String,
    /// PostgreSQL's spelling as `format_type` prints it: `numeric(15,2)`, `character varying(100)`.
    pub sql: String,
    /// The domain word, if one was used: `money`, `email`, `instant`, ...
    pub word: Option<String>,
}

/// Uniqueness of one attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UniqueKind {
    /// Compared without regard to case.
    pub nocase: bool,
    /// Within a tenant.
    pub per_tenant: bool,
}

/// How the server counts an attribute up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Numbered {
    /// `numbered`: an identity that no writer supplies by accident.
    Always,
    /// `numbered by default`: an identity that writers may supply.
    ByDefault,
    /// `numbered by sequence`: a default from a sequence of its own, as `serial` makes it.
    BySequence,
}

/// A literal or an expression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "text", rename_all = "snake_case")]
pub enum Value {
    /// The keyword `now`.
    Now,
    /// A bare word or quoted text, unquoted here.
    Text(String),
    /// A number as written.
    Number(String),
    /// `true` or `false`.
    Bool(bool),
    /// `(expression)` in SQL, without the parentheses.
    Expression(String),
}

/// A closed (or open) list of values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Values {
    /// `open`: users add values, so they live in a lookup table.
    pub open: bool,
    /// The values in order.
    pub items: Vec<ValueItem>,
}

/// One value of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValueItem {
    /// The value, unquoted.
    pub value: String,
    /// Its share of rows, 0..1.
    pub share: Option<f64>,
    /// `was old_value`.
    pub was: Option<String>,
}

/// How sensitive an attribute is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sensitivity {
    /// About a person.
    Personal,
    /// A credential or the like: nobody reads it without a stated need.
    Secret,
    /// Money and its movements.
    Financial,
}

impl Entity {
    /// An entity of which nothing is said but its name: surrogate key, no attributes.
    pub fn bare(name: &str, origin: Origin) -> Entity {
        Entity {
            name: name.to_string(),
            purpose: String::new(),
            volume: None,
            append_only: false,
            soft_delete: false,
            shared: false,
            retention: None,
            partitioning: None,
            key: Key::Surrogate,
            weak_of: None,
            uniques: vec![],
            checks: vec![],
            never_overlap: vec![],
            depends: vec![],
            attributes: vec![],
            subtypes: None,
            supertype: None,
            schema: None,
            was: None,
            origin,
        }
    }

    /// The attribute of that name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|a| a.name == name)
    }
    /// This entity's path.
    pub fn path(&self) -> crate::Path {
        crate::Path::new(&self.name)
    }
    /// Path of one of its attributes or ends.
    pub fn at(&self, attribute: &str) -> crate::Path {
        self.path().join(attribute)
    }
}
