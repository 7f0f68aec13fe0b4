//! How the types of columns are stored: length and alignment.
//!
//! Source: `pg_type.dat` (`typlen`, `typalign`, `typstorage`) of PostgreSQL 14 to 18; the same in all of them.
use tw_model::schema::{Schema, TypeKind};

/// How values of a type lie in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Storage {
    /// Bytes of every value; none when they vary.
    pub fixed: Option<u32>,
    /// Alignment of a value; of a varying one only when its header takes four bytes.
    pub align: u32,
    /// Long values can go to the TOAST table.
    pub toastable: bool,
}

/// Types of fixed length: name, bytes, alignment.
const FIXED: &[(&str, u32, u32)] = &[
    ("boolean", 1, 1),
    ("\"char\"", 1, 1),
    ("smallint", 2, 2),
    ("integer", 4, 4),
    ("real", 4, 4),
    ("date", 4, 4),
    ("oid", 4, 4),
    ("xid", 4, 4),
    ("bigint", 8, 8),
    ("double precision", 8, 8),
    ("money", 8, 8),
    ("timestamp without time zone", 8, 8),
    ("timestamp with time zone", 8, 8),
    ("time without time zone", 8, 8),
    ("time with time zone", 12, 8),
    ("interval", 16, 8),
    ("uuid", 16, 1),
    ("macaddr", 6, 4),
    ("macaddr8", 8, 4),
    ("point", 16, 8),
    ("pg_lsn", 8, 8),
];

/// How a type is stored. `schema` knows enums and domains. A type that we do not know is taken for a varying
/// one, which most are.
pub fn storage(ty: &str, schema: &Schema) -> Storage {
    let bare = without_modifier(ty);
    if let Some((_, bytes, align)) = FIXED.iter().find(|(name, ..)| *name == bare) {
        return Storage { fixed: Some(*bytes), align: *align, toastable: false };
    }
    let name = bare.rsplit_once('.').map_or(bare.as_str(), |(_, name)| name).trim_matches('"').to_string();
    match schema.types.iter().find(|t| t.name.name == name).map(|t| &t.kind) {
        Some(TypeKind::Enum { .. }) => Storage { fixed: Some(4), align: 4, toastable: false },
        Some(TypeKind::Domain { base, .. }) if without_modifier(base) != bare => storage(base, schema),
        Some(TypeKind::Composite { .. } | TypeKind::Range { .. }) => varying(8),
        _ if eight_aligned(&bare) => varying(8),
        _ => varying(4),
    }
}

fn varying(align: u32) -> Storage {
    Storage { fixed: None, align, toastable: true }
}

/// Varying types whose long form is aligned to eight bytes: ranges over eight-byte bounds and arrays of eight-byte
/// elements.
fn eight_aligned(bare: &str) -> bool {
    if let Some(element) = bare.strip_suffix("[]") {
        return FIXED.iter().any(|(name, _, align)| *name == element && *align == 8);
    }
    matches!(bare, "int8range" | "tsrange" | "tstzrange" | "int8multirange" | "tsmultirange" | "tstzmultirange")
}

/// `numeric(15,2)` to `numeric`, `timestamp(3) with time zone` to `timestamp with time zone`.
pub fn without_modifier(ty: &str) -> String {
    match (ty.find('('), ty.find(')')) {
        (Some(from), Some(to)) if from < to => format!("{}{}", &ty[..from], &ty[to + 1..]),
        _ => ty.to_string(),
    }
}

/// The numbers in parentheses: 15 and 2 of `numeric(15,2)`.
pub fn modifiers(ty: &str) -> Vec<u32> {
    let inside = ty.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map_or("", |(inside, _)| inside);
    inside.split(',').filter_map(|n| n.trim().parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_known_without_their_modifiers() {
        let schema = Schema::default();
        assert_eq!(storage("timestamp(3) with time zone", &schema).fixed, Some(8));
        assert_eq!(storage("numeric(15,2)", &schema).fixed, None);
        assert_eq!(storage("tstzrange", &schema).align, 8);
        assert_eq!(storage("bigint[]", &schema).align, 8);
        assert_eq!(storage("text", &schema), Storage { fixed: None, align: 4, toastable: true });
        assert_eq!(modifiers("numeric(15,2)"), [15, 2]);
    }
}
