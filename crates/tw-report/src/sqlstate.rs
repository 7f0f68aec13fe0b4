//! SQLSTATEs in words.

/// A SQLSTATE in words, as the standard and PostgreSQL name it.
pub fn sqlstate(code: &str) -> Option<&'static str> {
    Some(match code {
        "0A000" => "feature not supported",
        "21000" => "more than one row",
        "22001" => "value too long",
        "22003" => "number out of range",
        "22007" | "22008" => "not a valid date or time",
        "22012" => "division by zero",
        "22023" => "invalid parameter value",
        "22P02" => "not a value of the type",
        "23001" | "23503" => "broken reference",
        "23502" => "value missing",
        "23505" => "value already there",
        "23514" => "check broken",
        "23P01" => "overlap",
        "25001" => "not inside a transaction",
        "25006" => "read-only transaction",
        "28000" | "28P01" => "sign-in refused",
        "40001" => "serialization failure",
        "40P01" => "deadlock",
        "42501" => "not permitted",
        "42601" => "syntax error",
        "42703" => "no such column",
        "42704" => "no such object",
        "42883" => "no such function",
        "42P01" => "no such table",
        "428C9" => "value is always generated",
        "44000" => "view's check broken",
        "55P03" => "lock not available",
        "57014" => "cancelled",
        _ => return None,
    })
}
