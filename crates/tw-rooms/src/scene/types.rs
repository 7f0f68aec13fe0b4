//! Type texts as `format_type` prints them, taken apart.

/// The type without its modifier and brackets: `numeric(10,2)` is `numeric`, `timestamp(3) with time zone` is
/// `timestamp with time zone`.
pub fn plain(ty: &str) -> String {
    let ty = ty.trim_end_matches("[]");
    match (ty.find('('), ty.find(')')) {
        (Some(open), Some(close)) if open < close => {
            format!("{}{}", &ty[..open], &ty[close + 1..])
        }
        _ => ty.to_string(),
    }
}

/// The numbers of the modifier: `numeric(10,2)` has 10 and 2.
pub fn modifiers(ty: &str) -> Vec<i64> {
    let inside = ty.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(inside, _)| inside);
    inside.into_iter().flat_map(|text| text.split(',')).filter_map(|n| n.trim().parse().ok()).collect()
}

/// An array.
pub fn is_array(ty: &str) -> bool {
    ty.ends_with("[]")
}

/// Letters of any length: text, varchar, char, citext; no array.
pub fn is_text(ty: &str) -> bool {
    !is_array(ty)
        && (matches!(plain(ty).as_str(), "text" | "character varying" | "character" | "name")
            || plain(ty).rsplit('.').next() == Some("citext"))
}

/// A whole number.
pub fn is_integer(ty: &str) -> bool {
    matches!(ty, "smallint" | "integer" | "bigint")
}

/// Any number.
pub fn is_number(ty: &str) -> bool {
    is_integer(ty) || matches!(plain(ty).as_str(), "numeric" | "real" | "double precision" | "money") && !is_array(ty)
}

/// A day or an instant, with or without zone.
pub fn is_time(ty: &str) -> bool {
    !is_array(ty) && (ty == "date" || plain(ty).starts_with("timestamp "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modifiers_are_taken_off_and_read() {
        assert_eq!(plain("timestamp(3) without time zone"), "timestamp without time zone");
        assert_eq!(plain("character varying(20)[]"), "character varying");
        assert_eq!(modifiers("numeric(10,2)"), [10, 2]);
        assert_eq!(modifiers("text"), [0i64; 0]);
        assert!(is_text("character varying(20)") && is_text("public.citext") && !is_text("text[]"));
        assert!(is_number("numeric(4,1)") && !is_number("numeric[]") && is_time("timestamp(0) with time zone"));
    }
}
