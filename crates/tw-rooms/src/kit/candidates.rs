//! Values worth trying for a column. PostgreSQL alone knows what a rule means; these are guesses that a
//! server accepts or refuses.
use tw_model::schema::Column;

/// Text values for a column of that type, most plausible first. `instance` makes values of different
/// rows differ; `rules` are the SQL predicates that name the column: their literals are tried too.
pub fn candidates(column: &Column, rules: &[&str], instance: u8) -> Vec<String> {
    let base = column.ty.split('(').next().unwrap_or("").trim();
    let n = u32::from(instance);
    let mut values = in_list(rules, instance);
    match base {
        "uuid" => values.push(format!("00000000-0000-4000-8000-{n:012}")),
        "smallint" | "integer" | "bigint" => {
            values.extend([(100 + n).to_string(), n.to_string()]);
            values.extend(
                numbers(rules)
                    .iter()
                    .flat_map(|x| [x.trunc() as i64, x.trunc() as i64 + 1, x.trunc() as i64 - 1])
                    .map(|x| x.to_string()),
            );
            values.extend(["0", "1", "-1", "2", "50", "30000"].map(String::from));
        }
        "numeric" | "double precision" | "real" => {
            values.push(format!("{n}.5"));
            let scale = scale(&column.ty);
            let step = 10f64.powi(-(scale as i32));
            values.extend(
                numbers(rules)
                    .iter()
                    .flat_map(|x| [*x, x + step, x - step, x + 1.0, x - 1.0])
                    .map(|x| format!("{x:.scale$}")),
            );
            values.extend(["0", "1", "-1", "-0.5", "0.5", "50"].map(String::from));
        }
        "boolean" => values.extend(["true", "false"].map(String::from)),
        "date" => values.extend(dates(n)),
        "timestamp with time zone" | "timestamp without time zone" => {
            values.extend(dates(n).map(|d| format!("{d} 09:00:00+00")));
        }
        "time without time zone" | "time with time zone" => {
            values.extend([format!("{:02}:00:00", 8 + n % 8), "23:00:00".into(), "00:30:00".into()]);
        }
        "interval" => values.extend([format!("{n} hours"), "0".into(), "-1 hours".into(), "400 days".into()]),
        "jsonb" | "json" => values.extend(["{}", "[]", "\"text\"", "1", "null"].map(String::from)),
        "tstzrange" | "tsrange" => {
            let [a, b, c, ..] = dates(n);
            values.extend([
                format!("[{a} 09:00:00+00,{b} 09:00:00+00)"),
                format!("[{b} 09:00:00+00,{c} 09:00:00+00)"),
                "empty".into(),
                format!("[{a} 09:00:00+00,)"),
            ]);
        }
        "daterange" => {
            let [a, b, c, ..] = dates(n);
            values.extend([format!("[{a},{b})"), format!("[{b},{c})"), "empty".into(), format!("[{a},)")]);
        }
        "int4range" | "int8range" | "numrange" => {
            values.extend([
                format!("[{},{})", n * 10, n * 10 + 5),
                format!("[{},{})", n * 10 + 5, n * 10 + 9),
                "empty".into(),
            ]);
        }
        "inet" | "cidr" => values.extend([format!("10.0.0.{n}"), format!("192.168.{n}.0/24")]),
        "macaddr" => values.push(format!("08:00:2b:01:02:{n:02x}")),
        "bytea" => values.extend([format!("\\x{n:02x}"), "\\x".into()]),
        _ if column.ty.ends_with("[]") => values.extend(["{}".to_string(), format!("{{{n}}}"), "{1,2,3}".into()]),
        _ => values.extend(texts(&column.ty, rules, n)),
    }
    let mut seen = std::collections::BTreeSet::new();
    values.retain(|v| seen.insert(v.clone()));
    values
}

/// Days apart for each instance: three that increase, one before them, one after any clock.
fn dates(n: u32) -> [String; 5] {
    let day = |d: u32| format!("{}-{:02}-{:02}", 2025 - n / 12, 1 + n % 12, d);
    [day(2), day(5), day(9), day(1), "2199-01-01".into()]
}

fn texts(ty: &str, rules: &[&str], n: u32) -> Vec<String> {
    let limit = length(ty);
    let mut values: Vec<String> = vec![
        format!("text {n}"),
        format!("t{n}"),
        format!("user{n}@example.com"),
        format!("https://example.com/{n}"),
        format!("+4670123456{n}"),
        format!("{:03}", 100 + n),
        ["USD", "EUR", "GBP", "SEK"][n as usize % 4].into(),
        ["US", "SE", "DE", "FR"][n as usize % 4].into(),
        ["usd", "eur", "gbp", "sek"][n as usize % 4].into(),
        format!("{:08}", 10_000_000 + n),
        format!("a{n}-b"),
        format!("{n}"),
        String::new(),
        " ".into(),
        "not a valid value ~ !".into(),
        "X".into(),
    ];
    values.extend(matching(rules, n));
    values.extend(quoted(rules));
    // Values around the lengths that a rule names: length(x) >= 8.
    for number in numbers(rules) {
        let around = number.clamp(0.0, 4000.0) as usize;
        values.extend([around.saturating_sub(1), around, around + 1].map(|len| filled(len, n)));
    }
    values.push(filled(limit.unwrap_or(40).min(200), n));
    values.retain(|v| limit.is_none_or(|max| v.chars().count() <= max));
    values
}

/// Texts that the rules' regular expressions match (`x ~ '^[A-Z]{3}$'`), several for each.
fn matching(rules: &[&str], n: u32) -> Vec<String> {
    let of_rule = |rule: &&str| -> Vec<String> {
        let text = rule.replace("''", "\u{1}");
        let parts: Vec<&str> = text.split('\'').collect();
        let patterns = parts
            .iter()
            .enumerate()
            .skip(1)
            .step_by(2)
            .filter(|(at, _)| parts[at - 1].trim_end().ends_with(['~', '*']));
        patterns.map(|(_, p)| p.replace('\u{1}', "'")).collect()
    };
    let mut found = vec![];
    for pattern in rules.iter().flat_map(of_rule) {
        for turn in 0..4u64 {
            // A fixed sequence for each instance and turn: the same texts in every run.
            let mut state = u64::from(n) * 31 + turn * 7;
            found.extend(tw_model::pattern::matching(&pattern, &mut |below| {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                (state >> 33) % below.max(1)
            }));
        }
    }
    found
}

/// A text of that length that differs per instance.
pub fn filled(length: usize, n: u32) -> String {
    let head = format!("x{n}");
    head.chars().chain(std::iter::repeat('x')).take(length).collect()
}

/// `character varying(50)` to 50.
pub fn length(ty: &str) -> Option<usize> {
    let base = ty.split('(').next()?;
    if !base.starts_with("character") && base != "varchar" && base != "bpchar" {
        return None;
    }
    arguments(ty).first().map(|&n| n as usize)
}

/// `numeric(15,2)` to `[15, 2]`.
pub fn arguments(ty: &str) -> Vec<u32> {
    let inside = ty.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map_or("", |(inside, _)| inside);
    inside.split(',').filter_map(|part| part.trim().parse().ok()).collect()
}

fn scale(ty: &str) -> usize {
    arguments(ty).get(1).map_or(1, |s| *s as usize)
}

/// Quoted literals of the rules, rotated by instance so that rows differ where they can.
fn in_list(rules: &[&str], instance: u8) -> Vec<String> {
    let mut listed: Vec<String> =
        rules.iter().filter(|r| r.to_ascii_uppercase().contains(" IN (")).flat_map(|r| quoted(&[r])).collect();
    if !listed.is_empty() {
        let by = usize::from(instance.saturating_sub(1)) % listed.len();
        listed.rotate_left(by);
    }
    listed
}

fn quoted(rules: &[&str]) -> Vec<String> {
    let mut found = vec![];
    for rule in rules {
        // Odd pieces between single quotes; '' inside a literal is put back.
        let text = rule.replace("''", "\u{1}");
        found.extend(text.split('\'').skip(1).step_by(2).map(|s| s.replace('\u{1}', "'")));
    }
    found
}

fn numbers(rules: &[&str]) -> Vec<f64> {
    let mut found = vec![];
    for rule in rules {
        let outside: String = rule.split('\'').step_by(2).collect::<Vec<_>>().join(" ");
        let spaced: String =
            outside.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { ' ' }).collect();
        found.extend(
            spaced
                .split_whitespace()
                .filter_map(|word| word.parse::<f64>().ok())
                .filter(|x| x.is_finite() && x.abs() < 1e12),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(ty: &str) -> Column {
        Column { ty: ty.into(), ..Column::default() }
    }

    #[test]
    fn literals_of_a_rule_are_tried() {
        let amounts = candidates(&column("numeric(15,2)"), &["⟦T.amount⟧ > 0"], 1);
        assert!(amounts.contains(&"0.01".into()) && amounts.contains(&"-0.01".into()), "{amounts:?}");
        let states = candidates(&column("character varying(20)"), &["status IN ('open', 'it''s')"], 1);
        assert_eq!(states[..2], ["open".to_string(), "it's".into()]);
    }

    #[test]
    fn texts_fit_their_column() {
        assert!(candidates(&column("character varying(3)"), &[], 1).iter().all(|v| v.chars().count() <= 3));
        assert_eq!(length("character varying(50)"), Some(50));
        assert_eq!(length("text"), None);
        assert_eq!(arguments("numeric(15,2)"), [15, 2]);
    }
}
