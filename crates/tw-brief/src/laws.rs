//! Laws over every example brief, every example of the grammar page, and briefs made at random.
//!
//! Reading is total: whatever is done to a brief, there is a model or a diagnostic, never a panic, and
//! never silence: a change of a grammar line changes the model or is remarked upon.
use crate::document::{Kind, blocks};
use crate::lex::tokens;
use crate::text::{Lines, Text};
use crate::{format, read};
use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::Value;
use tw_model::model::Model;

const PAGE: &str = include_str!("../../../docs/reference/brief.md");

/// Every example brief and every accepted example of the page, by name.
fn briefs() -> Vec<(String, String)> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let mut out: Vec<(String, String)> = vec![];
    for entry in std::fs::read_dir(root).expect("examples").flatten() {
        if let Ok(text) = std::fs::read_to_string(entry.path().join("brief.md")) {
            out.push((entry.file_name().to_string_lossy().into_owned(), text));
        }
    }
    out.sort();
    assert!(out.len() >= 5);
    let lines: Vec<&str> = PAGE.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let fence = line.trim_end_matches("brief");
        if fence.len() < 3 || fence == *line || !fence.chars().all(|c| c == '`') {
            continue;
        }
        let end = (at + 1..lines.len()).find(|i| lines[*i] == fence).expect("closed");
        out.push((format!("page line {}", at + 1), lines[at + 1..end].join("\n") + "\n"));
    }
    assert!(out.len() > 15);
    out
}

/// The model without where its elements stood.
fn meaning(model: &Model) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(map) => {
                map.remove("origin");
                if let Some(Value::Object(origins)) = map.get_mut("origins") {
                    origins.values_mut().for_each(|origin| *origin = Value::Null);
                }
                map.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(model).expect("a model is data");
    strip(&mut value);
    value
}

/// The words of every grammar line and of raw SQL: what bears meaning besides prose.
fn grammar_words(text: &str) -> Vec<String> {
    let lines = Lines::new(text);
    let words = |text: &Text| -> Vec<String> {
        let cut = tokens(text);
        cut.iter().map(|t| text.text[t.start..t.end].to_string()).collect()
    };
    let mut out = vec![];
    for block in blocks(&lines, &mut vec![]) {
        match &block.kind {
            Kind::Heading { text, .. } => out.extend(words(text)),
            Kind::Item { text, statements } => {
                out.push("-".into());
                out.extend(words(text));
                for statement in statements {
                    out.push(">".into());
                    out.extend(words(statement));
                }
            }
            Kind::Fence { info, body } if info.eq_ignore_ascii_case("sql") => {
                out.push(lines.slice(body.clone()).to_string());
            }
            _ => {}
        }
    }
    out
}

/// Words that may come and go, and spellings that mean the same; sorted, since lines and options of one
/// kind may change places.
fn plain(words: &[String]) -> Vec<String> {
    let spelled = |word: &String| match word.as_str() {
        "," | ";" => None,
        "minute" | "minutes" => Some("min".to_string()),
        "hour" | "hours" => Some("h".into()),
        word => Some(word.trim_matches(['\'', '"']).to_string()),
    };
    let mut out: Vec<String> = words.iter().filter_map(spelled).collect();
    out.sort();
    out
}

fn below(random: &mut ChaCha8Rng, most: usize) -> usize {
    (random.next_u64() % most.max(1) as u64) as usize
}

/// One random edit of the bytes (as characters) or the words of a text.
fn mutate(text: &str, random: &mut ChaCha8Rng) -> String {
    const SIGNS: &[&str] = &[
        "(",
        ")",
        "[",
        "]",
        ",",
        ":",
        ";",
        "'",
        "\"",
        "-",
        "*",
        ">",
        "#",
        "%",
        ".",
        "=",
        " ",
        "\n",
        "\t",
        "\r\n",
        "`",
        "```",
        "<!--",
        "⟦",
        "\0",
        "é",
        "—",
        "0",
        "9",
        "99999999999999999999",
        "null",
        "key",
        "now",
        "--",
        "$$",
        "/*",
        "|",
        "\\",
        "{",
    ];
    let mut chars: Vec<char> = text.chars().collect();
    let at = below(random, chars.len());
    match below(random, 9) {
        0 => {
            chars.remove(at);
        }
        1 => {
            let sign = SIGNS[below(random, SIGNS.len())];
            chars.splice(at..at, sign.chars());
        }
        2 => {
            let other = chars[below(random, text.chars().count())];
            chars[at] = other;
        }
        3 => {
            let end = (at + 1 + below(random, 30)).min(chars.len());
            chars.drain(at..end);
        }
        choice => return mutate_words(text, choice, random),
    }
    chars.into_iter().collect()
}

fn mutate_words(text: &str, choice: usize, random: &mut ChaCha8Rng) -> String {
    if choice >= 7 {
        let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
        let (a, b) = (below(random, lines.len()), below(random, lines.len()));
        if choice == 7 {
            lines.swap(a, b);
        } else {
            lines.remove(a);
        }
        return lines.concat();
    }
    let mut words: Vec<&str> = text.split_inclusive(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let (a, b) = (below(random, words.len()), below(random, words.len()));
    match choice {
        4 => words.swap(a, b),
        5 => words.insert(a, words[b]),
        _ => {
            words.remove(a);
        }
    }
    words.concat()
}

#[test]
fn a_mutated_brief_is_read_or_refused_and_never_in_silence() {
    let mut random = ChaCha8Rng::seed_from_u64(20);
    let (mut refused, mut changed, mut prose) = (0, 0, 0);
    let mut silent = vec![];
    for (name, text) in briefs() {
        let times = if name.starts_with("page") { 100 } else { 1000 };
        let sound = meaning(&read(&text).0.expect("the example is sound"));
        for _ in 0..times {
            let mut mutated = mutate(&text, &mut random);
            for _ in 0..below(&mut random, 3) {
                if !mutated.is_empty() {
                    mutated = mutate(&mutated, &mut random);
                }
            }
            let (model, diagnostics) = read(&mutated);
            for diagnostic in &diagnostics {
                assert!(diagnostic.span.end <= mutated.len());
                assert!(!diagnostic.render("b.md", &mutated).is_empty());
            }
            let Some(model) = model else {
                assert!(!diagnostics.is_empty(), "silence about:\n{mutated}");
                refused += 1;
                continue;
            };
            if !diagnostics.is_empty() || meaning(&model) != sound {
                changed += 1;
                continue;
            }
            let (before, after) = (plain(&grammar_words(&text)), plain(&grammar_words(&mutated)));
            let gone: Vec<_> = before.iter().filter(|w| !after.contains(w)).collect();
            let new: Vec<_> = after.iter().filter(|w| !before.contains(w)).collect();
            if before != after {
                silent.push(format!("{name}: {gone:?} became {new:?}"));
            }
            prose += 1;
        }
    }
    println!("{refused} refused, {changed} with another meaning or a warning, {prose} in prose or spacing");
    assert_eq!(silent, Vec::<String>::new(), "changed lines that mean the same");
    assert!(refused > 1000 && changed > 300 && prose > 100);
}

fn same_after_format(name: &str, text: &str) {
    let formatted = format(text).unwrap_or_else(|d| panic!("{name}: {}", d[0].render(name, text)));
    assert_eq!(format(&formatted).as_ref(), Ok(&formatted), "{name}: twice is once");
    let (before, after) = (read(text), read(&formatted));
    assert_eq!(before.0.is_some(), after.0.is_some(), "{name}\n{formatted}");
    if let (Some(before), Some(after)) = (&before.0, &after.0) {
        assert_eq!(meaning(before), meaning(after), "{name}\n{formatted}");
    }
    assert_eq!(before.1.len(), after.1.len(), "{name}\n{formatted}");
}

#[test]
fn formatting_keeps_the_meaning_of_every_example() {
    for (name, text) in briefs() {
        same_after_format(&name, &text);
        same_after_format(&name, &text.replace('\n', "\r\n"));
        same_after_format(&name, &format!("\u{feff}{text}"));
    }
}

#[test]
fn formatting_keeps_the_meaning_of_every_mutation_that_it_accepts() {
    let mut random = ChaCha8Rng::seed_from_u64(21);
    let mut formatted = 0;
    for (name, text) in briefs() {
        for _ in 0..100 {
            let mutated = mutate(&text, &mut random);
            if format(&mutated).is_ok() {
                same_after_format(&name, &mutated);
                formatted += 1;
            }
        }
    }
    assert!(formatted > 300, "{formatted}");
}

#[test]
fn any_title_makes_a_sound_starter_brief() {
    for title in ["Corner shop", "", "  ", "a\0b", "#1 ⟦x⟧", "ünï", &"long ".repeat(100)] {
        let text = crate::starter(title);
        let (model, diagnostics) = read(&text);
        assert_eq!(diagnostics, [], "{title}");
        assert!(model.is_some_and(|m| m.gaps.is_empty() && !m.workload.is_empty()));
        assert_eq!(format(&text).as_ref(), Ok(&text));
    }
}

/// A brief made at random: entities, attributes of many kinds, relations, queries, roles.
fn brief() -> impl Strategy<Value = String> {
    const ATTRIBUTES: &[&str] = &[
        "a: varchar(20), unique",
        "b: money = 0.00, check (b >= 0), financial",
        "c: decimal(12,4), optional, null 20%",
        "d: instant = now",
        "e: text, search — what it's about",
        "f: smallint in (1 20%, 2 30%, 3) = 2",
        "g: flag = true",
        "h: varchar(10) in (on 10%, 'half off' 20%, off was out 70%) open = on",
        "i: document = '{}'",
        "j: int[], optional",
        "k: timestamp(3) with time zone = (now() - interval '1 day')",
        "l: email(90), unique nocase, personal, secret",
        "m: numeric(9,2), generated as (1 + 1) stored",
        "n: count = 3, zipf 1.2, was old_n",
        "check low: (1 < 2)",
    ];
    let attributes = proptest::sample::subsequence(ATTRIBUTES, 1..8);
    let heading = prop_oneof![
        Just("(2M, +3%/month)"),
        Just("(12, -0.5%/month, soft delete)"),
        Just("(1.5k, append-only)"),
        Just(""),
        Just("(3 per E0, schema other, was Old)"),
        Just("(7k, keys bigint)"),
    ];
    let entities = proptest::collection::vec((attributes, heading), 1..5);
    let relation = (0..4usize, 0..4usize, 0..6usize, any::<bool>());
    (entities, proptest::collection::vec(relation, 0..5)).prop_map(|(entities, relations)| {
        let count = entities.len();
        let mut out = String::from("# Made\n\nIt's made at random.\n\n## Promises\n\n- rpo: 5min\n- availability: 99.9%, longest incident 2h\n\n## Concepts\n\n");
        for (index, (a, b, kind, delete)) in relations.iter().enumerate() {
            let (a, b) = (a % count, b % count);
            let (from, to) = [("1", "*"), ("0..1", "*"), ("1", "1..*"), ("1", "0..1"), ("0..1", "2..5"), ("1", "1")][*kind];
            let action = if *delete { ", on delete cascade, on update no action" } else { "" };
            out += &format!("- [E{a} as r{index}] {from} --(is r{index})--> {to} [E{b}]{action}\n");
        }
        for (index, (attributes, heading)) in entities.iter().enumerate() {
            let heading = if index == 0 { heading.replace("3 per E0", "3k") } else { heading.to_string() };
            out += &format!("\n### E{index} {heading}\n\nNumber {index}.\n\n");
            for attribute in attributes {
                out += &format!("- {attribute}\n");
            }
        }
        out += "\n## Workload\n\n- all_of(x: E0 drawn zipf 1.1) 20/s peak, p95 2ms, serializable, as app\n  > select * from E0 where key = :x\n";
        out + "\n## Access\n\n- app: read E0; never E0; delete E0; write E0\n"
    })
}

/// Other spacing, same meaning: more spaces, tabs, and breaks inside items.
fn respaced(text: &str, seed: u64) -> String {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut out = String::new();
    for line in text.lines() {
        let item = line.trim_start().starts_with(['-', '>']);
        let start = line.len() - line.trim_start().len() + 2;
        let mut quote = false;
        for (at, c) in line.char_indices() {
            quote ^= c == '\'';
            let next_opens = line[at..].trim_start().starts_with('>');
            match (c, below(&mut random, 12)) {
                (' ', 0 | 1) if item && at >= start && !quote => out.push_str("   "),
                (' ', 2) if item && at >= start && !quote => out.push_str(" \t "),
                (' ', 3) if item && at >= start && !quote && !next_opens && !line.contains('—') => {
                    out.push_str("\n    ")
                }
                _ => out.push(c),
            }
        }
        out.push('\n');
        if line.is_empty() && below(&mut random, 3) == 0 {
            out.push_str(" \n");
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn formatting_keeps_the_meaning_of_made_briefs(text in brief(), seed in any::<u64>()) {
        let (model, diagnostics) = read(&text);
        let shown: String = diagnostics.iter().map(|d| d.render("made", &text)).collect();
        let respaced = respaced(&text, seed);
        same_after_format("made", &respaced);
        if let Some(model) = model {
            let again = read(&respaced).0;
            prop_assert_eq!(again.map(|m| meaning(&m)), Some(meaning(&model)), "{}\n{}", shown, respaced);
        }
    }

    #[test]
    fn any_text_is_read(text in "\\PC{0,200}", lines in "([-#> \\[\\]():,a-zA-Z0-9'\"%=*.\n]{0,30}\n){0,20}") {
        for text in [text, format!("# T\n\n## Concepts\n\n{lines}"), format!("# T\n\n## Workload\n\n{lines}"), format!("# T\n\n## Access\n\n{lines}")] {
            let (model, diagnostics) = read(&text);
            prop_assert!(model.is_some() || !diagnostics.is_empty());
        }
    }
}
