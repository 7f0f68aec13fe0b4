//! Types without spaces, and as a server prints them.

/// (printed, short): a type whose printed name has a space, and the alias that has none.
const SHORT: &[(&str, &str)] = &[
    ("character varying", "varchar"),
    ("double precision", "float8"),
    ("bit varying", "varbit"),
    ("character", "char"),
];

/// Types with a zone: (words before the precision, words after it, alias).
const ZONED: &[(&str, &str, &str)] = &[
    ("timestamp", " with time zone", "timestamptz"),
    ("timestamp", " without time zone", "timestamp"),
    ("time", " with time zone", "timetz"),
    ("time", " without time zone", "time"),
];

/// A printed type by its alias: `character varying(20)` is `varchar(20)`.
pub(super) fn short(printed: &str) -> String {
    let (base, arrays) = printed.strip_suffix("[]").map_or((printed, ""), |b| (b, "[]"));
    for (head, tail, alias) in ZONED {
        let precision = base.strip_suffix(tail).and_then(|b| b.strip_prefix(head));
        if let Some(precision) = precision.filter(|p| p.is_empty() || p.starts_with('(')) {
            return format!("{alias}{precision}{arrays}");
        }
    }
    for (long, alias) in SHORT {
        if let Some(rest) = base.strip_prefix(long).filter(|r| r.is_empty() || r.starts_with('(')) {
            return format!("{alias}{rest}{arrays}");
        }
    }
    printed.to_string()
}

/// An alias as a server prints it. What is no alias stays.
pub(super) fn long(written: &str) -> String {
    let (base, arrays) = written.strip_suffix("[]").map_or((written, ""), |b| (b, "[]"));
    let (name, parameters) = base.split_once('(').map_or((base, String::new()), |(n, p)| (n, format!("({p}")));
    let name = name.trim().to_lowercase();
    if let Some((head, tail, _)) = ZONED.iter().find(|(_, _, alias)| *alias == name) {
        return format!("{head}{parameters}{tail}{arrays}");
    }
    let printed = match name.as_str() {
        "int" | "int4" => "integer",
        "int2" => "smallint",
        "int8" => "bigint",
        "bool" => "boolean",
        "decimal" => "numeric",
        "string" => "text",
        "datetime" => return format!("timestamp{parameters} without time zone{arrays}"),
        "float" | "double" => "double precision",
        "float4" => "real",
        other => match SHORT.iter().find(|(_, alias)| *alias == other) {
            Some((long, _)) => long,
            None => return format!("{}{arrays}", base.trim()),
        },
    };
    format!("{printed}{parameters}{arrays}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_lead_back() {
        for printed in [
            "integer",
            "bigint",
            "text",
            "boolean",
            "character varying(20)",
            "character(3)",
            "character varying",
            "numeric(10,2)",
            "double precision",
            "timestamp with time zone",
            "timestamp(3) without time zone",
            "time without time zone",
            "date",
            "character varying(20)[]",
            "bit varying(4)",
            "public.mood",
            "uuid",
            "jsonb",
        ] {
            assert_eq!(long(&short(printed)), printed);
            assert!(!short(printed).contains(' '));
        }
    }
}
