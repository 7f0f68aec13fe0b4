//! The names of types: domain words, PostgreSQL's spellings, and names that have a better word.

/// A word that expands to a type and its rule.
pub(crate) struct Word {
    pub name: &'static str,
    pub sql: &'static str,
    /// Most parameters it takes.
    pub takes: usize,
    /// Parameters when none are written.
    pub default: &'static [&'static str],
    pub rule: Option<&'static str>,
}

#[rustfmt::skip]
pub(crate) const WORDS: &[Word] = &[
    Word { name: "money", sql: "numeric", takes: 2, default: &["15", "2"], rule: None },
    Word { name: "email", sql: "character varying", takes: 1, default: &["254"], rule: Some("x ~ '^[^@ ]+@[^@ ]+$'") },
    Word { name: "url", sql: "character varying", takes: 1, default: &["2048"], rule: Some("x ~ '^https?://[^ ]+$'") },
    Word { name: "phone", sql: "character varying", takes: 0, default: &["16"], rule: Some("x ~ '^[+][1-9][0-9]{6,14}$'") },
    Word { name: "slug", sql: "character varying", takes: 1, default: &["80"], rule: Some("x ~ '^[a-z0-9]+(-[a-z0-9]+)*$'") },
    Word { name: "instant", sql: "timestamp with time zone", takes: 0, default: &[], rule: None },
    Word { name: "period", sql: "tstzrange", takes: 0, default: &[], rule: Some("not isempty(x)") },
    Word { name: "flag", sql: "boolean", takes: 0, default: &[], rule: None },
    Word { name: "count", sql: "integer", takes: 0, default: &[], rule: Some("x >= 0") },
    Word { name: "percent", sql: "numeric", takes: 0, default: &["5", "2"], rule: Some("x between 0 and 100") },
    Word { name: "approximate", sql: "double precision", takes: 0, default: &[], rule: None },
    Word { name: "document", sql: "jsonb", takes: 0, default: &[], rule: Some("jsonb_typeof(x) = 'object'") },
];

/// (spelling, `format_type`'s spelling, most parameters).
#[rustfmt::skip]
pub(crate) const SPELLINGS: &[(&str, &str, usize)] = &[
    ("int", "integer", 0), ("int4", "integer", 0), ("integer", "integer", 0),
    ("int2", "smallint", 0), ("smallint", "smallint", 0),
    ("int8", "bigint", 0), ("bigint", "bigint", 0),
    ("decimal", "numeric", 2), ("dec", "numeric", 2), ("numeric", "numeric", 2),
    ("varchar", "character varying", 1), ("character varying", "character varying", 1), ("char varying", "character varying", 1),
    ("char", "character", 1), ("character", "character", 1), ("bpchar", "character", 1),
    ("text", "text", 0), ("bool", "boolean", 0), ("boolean", "boolean", 0), ("bytea", "bytea", 0),
    ("timestamptz", "timestamp with time zone", 1), ("timestamp with time zone", "timestamp with time zone", 1),
    ("timestamp without time zone", "timestamp without time zone", 1),
    ("date", "date", 0), ("time", "time without time zone", 1), ("time without time zone", "time without time zone", 1),
    ("timetz", "time with time zone", 1), ("time with time zone", "time with time zone", 1),
    ("interval", "interval", 1), ("uuid", "uuid", 0), ("jsonb", "jsonb", 0), ("xml", "xml", 0),
    ("bit", "bit", 1), ("varbit", "bit varying", 1), ("bit varying", "bit varying", 1),
    ("inet", "inet", 0), ("cidr", "cidr", 0), ("macaddr", "macaddr", 0), ("macaddr8", "macaddr8", 0),
    ("point", "point", 0), ("line", "line", 0), ("lseg", "lseg", 0), ("box", "box", 0), ("path", "path", 0),
    ("polygon", "polygon", 0), ("circle", "circle", 0), ("tsvector", "tsvector", 0), ("tsquery", "tsquery", 0),
    ("int4range", "int4range", 0), ("int8range", "int8range", 0), ("numrange", "numrange", 0),
    ("tsrange", "tsrange", 0), ("tstzrange", "tstzrange", 0), ("daterange", "daterange", 0),
    ("int4multirange", "int4multirange", 0), ("int8multirange", "int8multirange", 0), ("nummultirange", "nummultirange", 0),
    ("tsmultirange", "tsmultirange", 0), ("tstzmultirange", "tstzmultirange", 0), ("datemultirange", "datemultirange", 0),
    ("jsonpath", "jsonpath", 0), ("oid", "oid", 0), ("pg_lsn", "pg_lsn", 0),
    ("citext", "citext", 0), ("hstore", "hstore", 0), ("ltree", "ltree", 0), ("vector", "vector", 1),
    ("geometry", "geometry", 2), ("geography", "geography", 2),
];

/// (spelling, what to say instead, why).
#[rustfmt::skip]
pub(crate) const REFUSED: &[(&str, &str, &str)] = &[
    ("float", "say `approximate`", "binary floating point rounds, and the brief says so by the word"),
    ("float4", "say `approximate`", "binary floating point rounds, and the brief says so by the word"),
    ("float8", "say `approximate`", "binary floating point rounds, and the brief says so by the word"),
    ("real", "say `approximate`", "binary floating point rounds, and the brief says so by the word"),
    ("double", "say `approximate`", "binary floating point rounds, and the brief says so by the word"),
    ("double precision", "say `approximate`", "binary floating point rounds, and the brief says so by the word"),
    ("serial", "leave the key out and say `keys: bigint`", "keys are made by the promise `keys`"),
    ("serial4", "leave the key out and say `keys: bigint`", "keys are made by the promise `keys`"),
    ("serial8", "leave the key out and say `keys: bigint`", "keys are made by the promise `keys`"),
    ("smallserial", "leave the key out and say `keys: bigint`", "keys are made by the promise `keys`"),
    ("bigserial", "leave the key out and say `keys: bigint`", "keys are made by the promise `keys`"),
    ("timestamp", "say `instant`, or spell out `timestamp without time zone` where a wall clock is meant", "a time without its zone means another instant in every place"),
    ("datetime", "say `instant`", "it is no type of PostgreSQL"),
    ("json", "say `document`", "jsonb is checked, indexed and compared; json is kept as text"),
    ("name", "say `varchar(n)`", "`name` is PostgreSQL's type for its own identifiers"),
    ("string", "say `text` or `varchar(n)`", "it is no type of PostgreSQL"),
    ("enum", "say `varchar(n) in (a, b, c)`", "values are listed with `in (...)`"),
];
