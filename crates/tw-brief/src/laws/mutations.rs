//! Mutated briefs: read or refused, never in silence, and formatted without a change of meaning.
use super::{briefs, meaning, same_after_format};
use crate::document::{Kind, blocks};
use crate::lex::tokens;
use crate::text::{Lines, Text};
use crate::{format, read};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

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
        // A zero before a number says nothing.
        word => {
            let bare = word.trim_matches(['\'', '"']);
            let number = bare.trim_start_matches('0');
            Some(if number.starts_with(|c: char| c.is_ascii_digit()) { number } else { bare }.to_string())
        }
    };
    let mut out: Vec<String> = words.iter().filter_map(spelled).collect();
    out.sort();
    out
}

pub(super) fn below(random: &mut ChaCha8Rng, most: usize) -> usize {
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
