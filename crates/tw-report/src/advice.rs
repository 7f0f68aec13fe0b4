//! Advice on indexes for a terminal.
use crate::text::wrap;
use tw_model::advice::Advice;

/// The advice in words, at most so many columns wide where a statement allows it.
pub fn advice(advice: &Advice, width: usize) -> String {
    let mut out = String::new();
    let percent = 100.0 * advice.cost / advice.base_cost.max(f64::MIN_POSITIVE);
    out += &match advice.indexes.len() {
        0 => "No index is worth having: the workload costs the same without any more.\n".to_string(),
        n => format!(
            "{n} {}, {}{}: the workload costs {percent:.1} % of what it does now\n",
            if n == 1 { "index" } else { "indexes" },
            size(advice.bytes),
            advice.budget_bytes.map(|b| format!(" of {}", size(b))).unwrap_or_default(),
        ),
    };
    for (n, index) in advice.indexes.iter().enumerate() {
        let gain = 100.0 * index.benefit / advice.base_cost.max(f64::MIN_POSITIVE);
        let written = match index.write_overhead {
            Some(ratio) => format!("writing a row takes {ratio:.2} times as long"),
            None => "what it costs writes was not measured".into(),
        };
        out += &format!("\n{}. {};\n", n + 1, index.sql);
        out += &block(&format!("{}, saves {gain:.1} %; {written}", size(index.bytes)), width);
        out += &block(&index.why, width);
    }
    if !advice.rejected.is_empty() {
        out += "\nNot chosen\n";
    }
    for rejected in &advice.rejected {
        out += &format!("  {}\n", rejected.sql);
        out += &block(&format!("{}: {}", size(rejected.bytes), rejected.why), width);
    }
    if let Some(design) = &advice.design {
        let percent = 100.0 * design.cost / advice.base_cost.max(f64::MIN_POSITIVE);
        let many = design.indexes.len();
        out +=
            &format!("\nThe design has {many}, {}: with those the workload costs {percent:.1} %\n", size(design.bytes));
        for index in &design.indexes {
            let found = if index.found { "found as well" } else { "in the design only" };
            out += &format!("  {}\n", index.sql);
            out += &block(&format!("{}, {found}: {}", size(index.bytes), index.why), width);
        }
        for (sql, share) in &design.beside {
            out += &format!("  {sql}\n");
            out += &block(&format!("found only: beside the design it would save {:.1} %", 100.0 * share), width);
        }
    }
    out += "\nQueries\n";
    let longest = advice.queries.iter().map(|q| q.name.chars().count()).max().unwrap_or(0);
    for query in &advice.queries {
        let percent = 100.0 * query.cost / query.base_cost.max(f64::MIN_POSITIVE);
        out +=
            &format!("  {:longest$}  {:>14.2} to {:>14.2}  {percent:5.1} %\n", query.name, query.base_cost, query.cost);
    }
    for problem in &advice.problems {
        out += &format!("\nLeft out: {problem}\n");
    }
    for note in &advice.notes {
        out += &format!("\n{}", block(&format!("Note: {note}"), width).trim_start());
    }
    out += &format!(
        "\n{} plans asked for in {:.1} s; candidates built in {:.1} s; the rest took {:.1} s\n",
        advice.plans_asked, advice.seconds.search, advice.seconds.build, advice.seconds.rest
    );
    out
}

fn block(text: &str, width: usize) -> String {
    text.lines().flat_map(|line| wrap(line, width.saturating_sub(4))).map(|line| format!("    {line}\n")).collect()
}

fn size(bytes: u64) -> String {
    match bytes {
        0..=1_048_575 => format!("{} kB", bytes >> 10),
        _ => format!("{:.1} MB", bytes as f64 / f64::from(1 << 20)),
    }
}
