//! What a column's values look like on the wire: its type, with domains resolved and user types looked up.
use crate::fill::types;
use std::collections::BTreeMap;
use tw_model::schema::{Schema, TypeKind};

/// A type that values can be made for.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)] // each is PostgreSQL's type of that name
pub enum Form {
    Int2,
    Int4,
    Int8,
    Oid,
    Float4,
    Float8,
    /// Digits in all (none is any number of them), and after the point.
    Numeric {
        precision: Option<u32>,
        scale: u32,
    },
    Money,
    Bool,
    /// Characters at most; `exact` for char(n), which is padded.
    Text {
        max: Option<usize>,
        exact: bool,
    },
    Json,
    Jsonb,
    Xml,
    Uuid,
    Date,
    Time,
    TimeTz,
    Timestamp,
    TimestampTz,
    Interval,
    Inet,
    Cidr,
    Macaddr,
    /// Exactly so many bytes, where a rule says so.
    Bytea {
        length: Option<usize>,
    },
    /// Bits; varying or exactly so many.
    Bit {
        length: usize,
    },
    Tsvector,
    Point,
    /// Labels in order.
    Enum(Vec<String>),
    Range(Box<Form>),
    Multirange(Box<Form>),
    /// Elements and their type's name.
    Array(Box<Form>, String),
    /// Attributes: form and type's name.
    Composite(Vec<(Form, String)>),
    /// A type whose binary form we do not write: these are plausible values, as text.
    Words(Vec<String>),
}

/// How deep types may nest.
const DEPTH: usize = 8;

/// A resolved type.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolved {
    /// Its form.
    pub form: Form,
    /// The type without its domains, as printed.
    pub base: String,
    /// Checks of the domains it goes through, over `VALUE`.
    pub checks: Vec<String>,
    /// A domain on the way is NOT NULL.
    pub not_null: bool,
}

/// The form of a type as `format_type` prints it; none when no values can be made for it.
pub fn resolve(schema: &Schema, ty: &str) -> Option<Resolved> {
    resolve_within(schema, ty, DEPTH)
}

fn resolve_within(schema: &Schema, ty: &str, depth: usize) -> Option<Resolved> {
    let plain = |form: Form| Some(Resolved { form, base: ty.to_string(), checks: vec![], not_null: false });
    if depth == 0 {
        return None;
    }
    if let Some(element) = ty.strip_suffix("[]") {
        let element = element.trim_end_matches("[]");
        let inner = resolve_within(schema, element, depth - 1)?;
        return plain(Form::Array(Box::new(inner.form), element.to_string()));
    }
    if let Some(found) = schema.types.iter().find(|t| same_name(&tw_model::ident::name(&t.name), ty)) {
        return match &found.kind {
            TypeKind::Enum { labels } => plain(Form::Enum(labels.clone())),
            TypeKind::Domain { base, not_null, checks, .. } => {
                let mut inner = resolve_within(schema, base, depth - 1)?;
                inner.not_null |= *not_null;
                inner.checks.extend(checks.iter().map(|(_, definition)| definition.clone()));
                Some(inner)
            }
            TypeKind::Composite { attributes } => {
                let parts = attributes
                    .iter()
                    .map(|(_, ty)| Some((resolve_within(schema, ty, depth - 1)?.form, ty.clone())))
                    .collect::<Option<Vec<_>>>()?;
                plain(Form::Composite(parts))
            }
            TypeKind::Range { subtype, .. } => {
                plain(Form::Range(Box::new(resolve_within(schema, subtype, depth - 1)?.form)))
            }
        };
    }
    plain(built_in(ty)?)
}

/// `public.mood` and `mood` are one type: introspection qualifies, people do not.
fn same_name(full: &str, said: &str) -> bool {
    full == said || full.strip_prefix("public.") == Some(said)
}

fn built_in(ty: &str) -> Option<Form> {
    let lower = ty.to_ascii_lowercase();
    let bare = lower.strip_prefix("pg_catalog.").unwrap_or(&lower);
    let bare = bare.strip_prefix("public.").unwrap_or(bare);
    let ordered = |name: &str| {
        Some(match name {
            "int4" => Form::Int4,
            "int8" => Form::Int8,
            "num" => Form::Numeric { precision: None, scale: 2 },
            "date" => Form::Date,
            "ts" => Form::Timestamp,
            "tstz" => Form::TimestampTz,
            _ => return None,
        })
    };
    if let Some(inner) = bare.strip_suffix("multirange").and_then(ordered) {
        return Some(Form::Multirange(Box::new(inner)));
    }
    if let Some(inner) = bare.strip_suffix("range").and_then(ordered) {
        return Some(Form::Range(Box::new(inner)));
    }
    let words = |list: &[&str]| Some(Form::Words(list.iter().map(ToString::to_string).collect()));
    let base = bare.split('(').next().unwrap_or(bare).trim();
    match base {
        "oid" => return Some(Form::Oid),
        "xml" => return Some(Form::Xml),
        "point" => return Some(Form::Point),
        "jsonb" => return Some(Form::Jsonb),
        "json" => return Some(Form::Json),
        "real" | "float4" => return Some(Form::Float4),
        "\"char\"" | "\"char\"[]" => return words(&["a", "b", "c"]),
        "hstore" => return words(&["\"kind\"=>\"plain\"", "\"kind\"=>\"fine\", \"size\"=>\"3\"", "\"size\"=>\"7\""]),
        "ltree" => return words(&["top", "top.science", "top.science.astronomy", "top.hobbies"]),
        "box" => return words(&["(1,1),(0,0)", "(4,3),(2,1)"]),
        "circle" => return words(&["<(0,0),1>", "<(3,4),2>"]),
        "path" | "polygon" => return words(&["((0,0),(1,0),(1,1))", "((2,2),(4,2),(3,5))"]),
        "line" => return words(&["{1,-1,0}", "{2,1,3}"]),
        "lseg" => return words(&["[(0,0),(1,1)]", "[(2,0),(3,4)]"]),
        "pg_lsn" => return words(&["0/1", "0/16B3740"]),
        "macaddr8" => return words(&["02:00:00:ff:fe:00:00:01", "02:00:00:ff:fe:00:00:02"]),
        "tsquery" => return words(&["'bridge'", "'river' & 'stone'"]),
        "name" => return Some(Form::Text { max: Some(63), exact: false }),
        "character" | "char" | "bpchar" => {
            let max = match types::parse(bare)? {
                types::Ty::Text { max } if bare != "bpchar" => max,
                _ => None,
            };
            return Some(Form::Text { max, exact: max.is_some() });
        }
        _ => {}
    }
    Some(match types::parse(bare)? {
        types::Ty::Text { max } => Form::Text { max, exact: false },
        types::Ty::Int { max } if max == i64::from(i16::MAX) => Form::Int2,
        types::Ty::Int { max } if max == i64::from(i32::MAX) => Form::Int4,
        types::Ty::Int { .. } => Form::Int8,
        types::Ty::Numeric { precision, scale } => Form::Numeric { precision, scale },
        types::Ty::Float => Form::Float8,
        types::Ty::Money => Form::Money,
        types::Ty::Bool => Form::Bool,
        types::Ty::Uuid => Form::Uuid,
        types::Ty::Date => Form::Date,
        types::Ty::Time { zone } => {
            if zone {
                Form::TimeTz
            } else {
                Form::Time
            }
        }
        types::Ty::Timestamp { zone } => {
            if zone {
                Form::TimestampTz
            } else {
                Form::Timestamp
            }
        }
        types::Ty::Interval => Form::Interval,
        types::Ty::Json => Form::Jsonb,
        types::Ty::Inet => Form::Inet,
        types::Ty::Cidr => Form::Cidr,
        types::Ty::Macaddr => Form::Macaddr,
        types::Ty::Bytea => Form::Bytea { length: None },
        types::Ty::Bit { length } => Form::Bit { length },
        types::Ty::Tsvector => Form::Tsvector,
        types::Ty::Range(_) | types::Ty::Array(_) => return None,
    })
}

impl Form {
    /// True when its values have a scale on which they are placed (see [`super::datum::Datum::place`]).
    pub fn ordered(&self) -> bool {
        self.number() || self.clock()
    }

    /// True for numbers.
    pub fn number(&self) -> bool {
        matches!(
            self,
            Form::Int2
                | Form::Int4
                | Form::Int8
                | Form::Oid
                | Form::Float4
                | Form::Float8
                | Form::Numeric { .. }
                | Form::Money
        )
    }

    /// True for dates and instants.
    pub fn clock(&self) -> bool {
        matches!(self, Form::Date | Form::Timestamp | Form::TimestampTz)
    }

    /// Digits after the point that its places count: 0 for whole numbers.
    pub fn scale(&self) -> u32 {
        match self {
            Form::Numeric { scale, .. } => (*scale).min(9),
            Form::Money => 2,
            Form::Float4 | Form::Float8 => 3,
            _ => 0,
        }
    }

    /// The type's name is needed to write it in binary: elements carry the identifier of their type.
    pub fn names<'a>(&'a self, out: &mut Vec<&'a str>) {
        match self {
            Form::Array(of, name) => {
                out.push(name);
                of.names(out);
            }
            Form::Composite(parts) => parts.iter().for_each(|(form, name)| {
                out.push(name);
                form.names(out);
            }),
            _ => {}
        }
    }

    /// True when its values can be written in binary, given the identifiers of types.
    pub fn binary(&self, oids: &BTreeMap<String, u32>) -> bool {
        match self {
            Form::Words(_) => false,
            Form::Range(of) | Form::Multirange(of) => of.binary(oids),
            Form::Array(of, name) => oids.contains_key(name) && of.binary(oids),
            Form::Composite(parts) => parts.iter().all(|(form, name)| oids.contains_key(name) && form.binary(oids)),
            _ => true,
        }
    }
}
