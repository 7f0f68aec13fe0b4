//! PostgreSQL's types as the generator knows them.

/// A type that values can be made for.
#[derive(Clone, Debug, PartialEq)]
pub enum Ty {
    /// text, varchar(n), char(n), citext, name; at most so many characters.
    Text {
        /// Greatest length in characters.
        max: Option<usize>,
    },
    /// smallint, integer, bigint by their greatest value.
    Int {
        /// Greatest value.
        max: i64,
    },
    /// numeric(precision, scale).
    Numeric {
        /// Digits in all.
        precision: Option<u32>,
        /// Digits after the point.
        scale: u32,
    },
    /// real, double precision.
    Float,
    /// PostgreSQL's money.
    Money,
    /// boolean
    Bool,
    /// uuid
    Uuid,
    /// date
    Date,
    /// time, time with time zone
    Time {
        /// With time zone.
        zone: bool,
    },
    /// timestamp, timestamptz
    Timestamp {
        /// With time zone.
        zone: bool,
    },
    /// interval
    Interval,
    /// json, jsonb
    Json,
    /// inet
    Inet,
    /// cidr
    Cidr,
    /// macaddr
    Macaddr,
    /// bytea
    Bytea,
    /// bit(n), bit varying(n)
    Bit {
        /// Bits.
        length: usize,
    },
    /// tsvector
    Tsvector,
    /// A range over this type.
    Range(Box<Ty>),
    /// An array of this type.
    Array(Box<Ty>),
}

/// The type of that name (as `format_type` prints it, or an alias), if values can be made for it.
pub fn parse(text: &str) -> Option<Ty> {
    let text = text.trim().to_ascii_lowercase();
    if let Some(element) = text.strip_suffix("[]") {
        return parse(element).map(|t| match t {
            Ty::Array(_) => t,
            other => Ty::Array(Box::new(other)),
        });
    }
    let (base, arguments) = split_arguments(&text);
    let first = arguments.first().copied();
    let int = |max: i64| Some(Ty::Int { max });
    let range = |of: Ty| Some(Ty::Range(Box::new(of)));
    match base.as_str() {
        "text" | "citext" | "name" | "public.citext" => Some(Ty::Text { max: None }),
        "character varying" | "varchar" => Some(Ty::Text { max: first.map(|n| n as usize) }),
        "character" | "char" | "bpchar" | "\"char\"" => Some(Ty::Text { max: Some(first.unwrap_or(1) as usize) }),
        "smallint" | "int2" | "smallserial" => int(i64::from(i16::MAX)),
        "integer" | "int" | "int4" | "serial" => int(i64::from(i32::MAX)),
        "bigint" | "int8" | "bigserial" => int(i64::MAX),
        "numeric" | "decimal" => Some(Ty::Numeric {
            precision: first,
            scale: match arguments.as_slice() {
                [] => 2,
                [_] => 0,
                [_, scale, ..] => *scale,
            },
        }),
        "real" | "float4" | "double precision" | "float8" | "float" => Some(Ty::Float),
        "money" => Some(Ty::Money),
        "boolean" | "bool" => Some(Ty::Bool),
        "uuid" => Some(Ty::Uuid),
        "date" => Some(Ty::Date),
        "time" | "time without time zone" => Some(Ty::Time { zone: false }),
        "timetz" | "time with time zone" => Some(Ty::Time { zone: true }),
        "timestamp" | "timestamp without time zone" => Some(Ty::Timestamp { zone: false }),
        "timestamptz" | "timestamp with time zone" => Some(Ty::Timestamp { zone: true }),
        "interval" => Some(Ty::Interval),
        "json" | "jsonb" => Some(Ty::Json),
        "inet" => Some(Ty::Inet),
        "cidr" => Some(Ty::Cidr),
        "macaddr" => Some(Ty::Macaddr),
        "bytea" => Some(Ty::Bytea),
        "bit" => Some(Ty::Bit { length: first.unwrap_or(1) as usize }),
        "bit varying" | "varbit" => Some(Ty::Bit { length: first.unwrap_or(16) as usize }),
        "tsvector" => Some(Ty::Tsvector),
        "int4range" => range(Ty::Int { max: i64::from(i32::MAX) }),
        "int8range" => range(Ty::Int { max: i64::MAX }),
        "numrange" => range(Ty::Numeric { precision: None, scale: 2 }),
        "daterange" => range(Ty::Date),
        "tsrange" => range(Ty::Timestamp { zone: false }),
        "tstzrange" => range(Ty::Timestamp { zone: true }),
        _ => None,
    }
}

/// `timestamp(3) with time zone` is (`timestamp with time zone`, [3]).
fn split_arguments(text: &str) -> (String, Vec<u32>) {
    let Some((before, rest)) = text.split_once('(') else {
        return (text.to_string(), vec![]);
    };
    let (inside, after) = rest.split_once(')').unwrap_or((rest, ""));
    let base = format!("{} {}", before.trim(), after.trim());
    let arguments = inside.split(',').filter_map(|a| a.trim().parse().ok()).collect();
    (base.trim().to_string(), arguments)
}

impl Ty {
    /// How many values it has, when few enough to matter for uniqueness.
    pub fn capacity(&self) -> u64 {
        match self {
            Ty::Bool => 2,
            Ty::Int { max } => *max as u64,
            Ty::Text { max: Some(n) } if *n < 12 => 36u64.pow(*n as u32) - 1,
            Ty::Numeric { precision: Some(p), .. } if *p < 18 => 10u64.pow(*p) - 1,
            Ty::Bit { length } if *length < 63 => 1u64 << length,
            _ => u64::MAX,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_format_type_prints() {
        assert_eq!(parse("character varying(50)"), Some(Ty::Text { max: Some(50) }));
        assert_eq!(parse("numeric(15,2)"), Some(Ty::Numeric { precision: Some(15), scale: 2 }));
        assert_eq!(parse("timestamp(3) with time zone"), Some(Ty::Timestamp { zone: true }));
        assert_eq!(parse("text[]"), Some(Ty::Array(Box::new(Ty::Text { max: None }))));
        assert_eq!(parse("tsrange").map(|t| t.capacity()), Some(u64::MAX));
        assert_eq!(parse("geometry"), None);
    }
}
