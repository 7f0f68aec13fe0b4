//! Briefs made at random, in any spacing, and any text at all.
use super::mutations::below;
use super::{meaning, same_after_format};
use crate::read;
use proptest::{prelude::*, test_runner::RngSeed};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

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
        "keep whole",
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
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, rng_seed: RngSeed::Fixed(3), ..ProptestConfig::default() })]

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

#[test]
fn hostile_sizes_are_read_or_refused_soon() {
    let wrap = |lines: String| format!("# T\n\n## Concepts\n\n### A (1k)\n\n{lines}");
    let many = |line: &str, times: usize| line.repeat(times);
    let texts = [
        "(".repeat(390_000),
        wrap(format!("- a: int, check ({}", "(".repeat(380_000))),
        wrap(format!("- a: int, check ({}1{})", "(".repeat(2_000), ")".repeat(2_000))),
        wrap(format!("- a: int, check ({})", "not ".repeat(1_500))),
        wrap(many("- a: int, check (a > 0)\n", 10_000)),
        wrap(format!("- a: int{}", ", check (1=1)".repeat(1_000))),
        wrap(many("\n### A (1k)\n", 30_000)),
        wrap(format!("- a: varchar({})", "9".repeat(1_000))),
        wrap(format!("- {}: int", "a".repeat(300_000))),
        format!("# T\n\n## Concepts\n\n{}", many("- [A] 1 --(has)--> * [A]\n", 15_000)),
        format!("# T\n\n## Workload\n\n- f() 1/s\n{}", many("  > select 1\n", 30_000)),
        format!("# T\n\n## Access\n\n- a: {}", many("read A; ", 40_000)),
        "a".repeat(400_001),
        "<!--\n".repeat(50_000),
        "```\n".repeat(90_001),
    ];
    for text in &texts {
        let (model, diagnostics) = read(text);
        assert!(model.is_some() != diagnostics.iter().any(|d| d.severity == crate::Severity::Error), "{text:.60}");
    }
}
