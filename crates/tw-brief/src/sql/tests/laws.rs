//! What holds for every statement.
use super::*;
use proptest::{prelude::*, test_runner::RngSeed};
use squawk_syntax::SourceFile;
use tw_model::model::{Param, ParamType};

/// Every entity under its own name, every attribute one column of its own name.
fn identity(scope: &Scope) -> Mapping {
    let column = |name: &str| MappedColumn { name: name.into(), ty: String::new() };
    let relation = |(name, of): (&String, &ScopeEntity)| {
        let columns = of.attributes.iter().map(|a| (a.name.clone(), vec![column(&a.name)]));
        let mapped = MappedRelation {
            read_from: name.clone(),
            write_to: name.clone(),
            key: vec![column("key")],
            columns: columns.collect(),
            all: vec![],
        };
        (name.clone(), mapped)
    };
    Mapping { relations: scope.entities.iter().map(relation).collect() }
}

fn as_written(sql: &EntitySql) -> String {
    let mapping = identity(&scope());
    tw_model::render::statement_with(sql, &mapping, &mut |name| vec![format!(":{name}")])
}

fn all_statements() -> impl Iterator<Item = &'static str> {
    rendered::STATEMENTS.iter().chain(scans::STATEMENTS).copied()
}

/// Numbered parameters, a bed being two.
fn numbered(sql: &EntitySql) -> tw_model::render::Rendered {
    let params: Vec<Param> = params()
        .into_iter()
        .map(|p| Param {
            ty: ParamType::Entity { entity: if p.name.ends_with("bed") { "Bed".into() } else { "User".into() } },
            name: p.name,
            drawn_zipf: None,
        })
        .collect();
    tw_model::render::statement(sql, &mapping(&scope()), &params)
}

fn syntax_errors(sql: &str) -> Vec<String> {
    let errors = SourceFile::parse(sql).errors();
    errors.iter().map(|e| e.message().to_string()).collect()
}

#[test]
fn pieces_under_their_own_names_are_the_text() {
    let mut same = 0;
    for text in all_statements() {
        let sql = resolved(text);
        let written = as_written(&sql);
        // What may differ: a qualifier with its alias, the quotes of a value, a name for a count.
        same += usize::from(written == text);
        let again = resolved(&written);
        assert_eq!(rendered(&again), rendered(&sql), "{text}");
        assert_eq!(as_written(&again), written, "a second trip changes nothing");
    }
    assert!(same > 50, "{same}");
}

#[test]
fn what_is_rendered_is_sql() {
    for text in all_statements() {
        let sql = numbered(&resolved(text));
        assert_eq!(syntax_errors(&sql.sql), Vec::<String>::new(), "{}", sql.sql);
    }
}

#[test]
fn parameters_are_numbered_by_first_use_and_part() {
    let sql = numbered(&resolved("select key from Booking where bed = :bed and note = :x and bed in (:bed)"));
    assert_eq!(
        sql.sql,
        "select booking_id from bookings where (bed_ward_id, bed_number) = ($1, $2) and note = $3 \
         and (bed_ward_id, bed_number) in (($1, $2))"
    );
    let parts: Vec<_> = sql.params.iter().map(|p| (p.name.as_str(), p.part, p.ty.as_str())).collect();
    assert_eq!(parts, [("bed", 0, "text"), ("bed", 1, "text"), ("x", 0, "text")]);
}

const WORDS: &[&str] = &[
    "select",
    "from",
    "where",
    "User",
    "Account",
    "Order",
    "OrderLine",
    "Bed",
    "Booking",
    "Transaction",
    "email",
    "key",
    "order",
    "user",
    "status",
    "active",
    "cart",
    "bed",
    "account",
    "amount",
    "a",
    "b",
    "o",
    "*",
    ",",
    "(",
    ")",
    "=",
    "<",
    "and",
    "or",
    "not",
    "in",
    "is",
    "null",
    ".",
    "a.",
    "o.",
    ":x",
    ":bed",
    ":user",
    ":nope",
    "1",
    "'x'",
    "group by",
    "order by",
    "desc",
    "limit",
    "join",
    "left join",
    "on",
    "insert into",
    "values",
    "update",
    "set",
    "delete from",
    "using",
    "returning",
    "with",
    "recursive",
    "as",
    "union",
    "all",
    "exists",
    "case",
    "when",
    "then",
    "else",
    "end",
    "between",
    "like",
    "count(",
    "search(",
    "lateral",
    "for update",
    "of",
    "::",
    "int",
    "[",
    "]",
    "->>",
    "@>",
    "||",
    "-",
    "--",
    "/*",
    "$$",
    "\"",
    "'",
    "default",
    "on conflict",
    "do nothing",
    "do update",
    "excluded",
    "now",
    "any(",
    "array[",
    "over (",
    "partition by",
    "from",
    "é",
    "\n",
    ";",
    "distinct",
    "having",
    "coalesce(",
];

fn checked(text: &str) -> Result<(), TestCaseError> {
    match statement(text, &scope(), &params()) {
        Ok(sql) => {
            let sql = numbered(&sql).sql;
            let errors = syntax_errors(&sql);
            prop_assert!(errors.is_empty(), "{text}\n{sql}\n{errors:?}");
        }
        Err(problems) => {
            prop_assert!(!problems.is_empty());
            for p in &problems {
                prop_assert!(p.start <= p.end && p.end <= text.len(), "{text}: {p:?}");
                prop_assert!(text.is_char_boundary(p.start) && text.is_char_boundary(p.end));
            }
        }
    }
    if let Err(problems) = expression(text, &scope(), "Order") {
        for p in &problems {
            prop_assert!(p.start <= p.end && p.end <= text.len(), "{text}: {p:?}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, rng_seed: RngSeed::Fixed(3), ..ProptestConfig::default() })]

    #[test]
    fn word_soup_is_understood_or_refused(words in prop::collection::vec(prop::sample::select(WORDS), 0..40)) {
        checked(&words.join(" "))?;
    }

    #[test]
    fn torn_statements_are_understood_or_refused(
        at in 0..rendered::STATEMENTS.len(),
        edits in prop::collection::vec((0usize..60, prop::sample::select(WORDS), 0u8..3), 1..4),
    ) {
        let mut words: Vec<&str> = rendered::STATEMENTS[at].split(' ').collect();
        for (place, word, what) in edits {
            let place = place % words.len().max(1);
            match what {
                0 => words.insert(place.min(words.len()), word),
                1 if place < words.len() => { words.remove(place); }
                _ if place < words.len() => words[place] = word,
                _ => {}
            }
        }
        checked(&words.join(" "))?;
    }

    #[test]
    fn torn_bytes_are_understood_or_refused(
        at in 0..rendered::STATEMENTS.len(),
        edits in prop::collection::vec((0usize..200, "[ -~é]{0,2}"), 1..5),
    ) {
        let mut text = rendered::STATEMENTS[at].to_string();
        for (place, with) in edits {
            let place = place % (text.len() + 1);
            if text.is_char_boundary(place) {
                let end = text[place..].chars().next().map_or(place, |c| place + c.len_utf8());
                text.replace_range(place..end, &with);
            }
        }
        checked(&text)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, rng_seed: RngSeed::Fixed(3), ..ProptestConfig::default() })]

    #[test]
    fn runs_of_one_word_are_understood_or_refused(word in prop::sample::select(WORDS), n in 1usize..3000, head in prop::sample::select(WORDS)) {
        checked(&format!("{head} {}", format!("{word} ").repeat(n)))?;
    }
}
