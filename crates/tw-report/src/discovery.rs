//! What was found in rows, for a terminal.
use crate::text::{count, one_line, thousands, wrap};
use tw_model::discovery::{DependencyFound, Discovery, TableFound, ViolationFound};

/// Dependencies of one table that are told; the rest are counted.
const MOST: usize = 40;

/// The discovery in words, so many columns wide where a statement allows it.
pub fn discovery(found: &Discovery, width: usize) -> String {
    let mut out = String::new();
    for table in &found.tables {
        out += &of_table(table, width);
        out.push('\n');
    }
    if !found.references.is_empty() {
        out += "References that nobody declared\n";
    }
    for reference in &found.references {
        let why = if reference.named { "by values and by name" } else { "by values alone: look before you believe it" };
        out += &format!("  {} -> {}, {why}\n", one_line(&reference.from), one_line(&reference.to));
        for sql in reference.sql.iter().filter(|_| reference.named) {
            out += &format!("      {sql}\n");
        }
    }
    for left in &found.not_judged {
        out += &block(&format!("Not judged: {left}"), width, 0);
    }
    out
}

fn of_table(table: &TableFound, width: usize) -> String {
    let rows = count(table.rows, "row", "rows");
    let read = if table.whole { rows } else { format!("the first {rows}; more were not read") };
    let mut out = format!("{}  {read}, {} columns\n", one_line(&table.table), table.columns.len());
    let Some(form) = &table.form else {
        return out + "  not judged: two rows are needed to see what determines what\n";
    };
    if table.duplicates > 0 {
        let repeat = format!("{} another in every column", count(table.duplicates, "row repeats", "rows repeat"));
        out += &block(&repeat, width, 2);
    }
    let whose = if table.keys_declared { "declared" } else { "by the rows" };
    match table.keys.as_slice() {
        [] => out += "  key: none\n",
        keys => {
            let named: Vec<String> = keys.iter().map(|key| names(key)).collect();
            out += &block(&format!("key ({whose}): {}", named.join(" or ")), width, 2);
        }
    }
    out += &format!("  form: {form}\n");
    for dependency in table.dependencies.iter().take(MOST) {
        out += &block(&of_dependency(dependency), width, 4);
    }
    if table.dependencies.len() > MOST {
        out += &format!("    and {} more (--format json has all)\n", table.dependencies.len() - MOST);
    }
    if table.by_chance > 0 {
        let many = count(table.by_chance, "dependency holds that chance", "dependencies hold that chance");
        out += &block(&format!("{many} could give as well: left aside"), width, 4);
    }
    for violation in &table.violations {
        out += &block(&of_violation(violation), width, 2);
    }
    if let Some(tried) = &table.tried {
        out += "  in third normal form\n";
        for part in &table.proposal {
            let told = format!(
                "{} ({}), key {}: {}",
                part.table,
                part.columns.join(", "),
                names(&part.key),
                count(part.rows, "row", "rows")
            );
            out += &block(&told, width, 4);
        }
        let saved =
            format!("{} values stored instead of {}", thousands(tried.values_after), thousands(tried.values_before));
        let again = if tried.joined == tried.rows {
            format!("joined again they give the same {}", count(tried.rows, "row", "rows"))
        } else {
            format!("joined again they give {} rows instead of {}: do not do this", tried.joined, tried.rows)
        };
        let chase =
            if tried.lossless { "and so for every table with these dependencies" } else { "but not for every table" };
        out += &block(&format!("tried: {again}, {chase}; {saved}"), width, 4);
        for line in table.sql.lines() {
            out += &format!("      {line}\n");
        }
    }
    out
}

fn names(columns: &[String]) -> String {
    match columns {
        [one] => one_line(one),
        _ => format!("({})", one_line(&columns.join(", "))),
    }
}

fn of_dependency(d: &DependencyFound) -> String {
    if d.left.is_empty() {
        return format!("{} has one value in all rows", names(&d.right));
    }
    let arrow = format!("{} -> {}", names(&d.left), names(&d.right));
    if d.g3 > 0.0 {
        format!("{arrow}, but for {:.2} % of the rows (by chance {:.1} %)", 100.0 * d.g3, 100.0 * d.chance)
    } else if d.repeated > 0 {
        format!("{arrow}, repeated in {}", count(d.repeated, "row", "rows"))
    } else {
        arrow
    }
}

fn of_violation(v: &ViolationFound) -> String {
    let value = |(name, value): (&String, &Option<String>)| match value {
        Some(value) => format!("{name} = {}", one_line(value)),
        None => format!("{name} is null"),
    };
    let said: Vec<String> = v.left.iter().chain(&v.right).zip(&v.example).map(value).collect();
    let rows = count(v.example_rows, "row says", "rows say");
    let keeps = format!("keeps it in {}", v.leaves);
    format!(
        "{} -> {} {keeps}: {} is no key. {rows} so: {}",
        names(&v.left),
        names(&v.right),
        names(&v.left),
        said.join(", ")
    )
}

fn block(text: &str, width: usize, indent: usize) -> String {
    let lines = wrap(text, width.saturating_sub(indent + 2).max(20));
    lines
        .iter()
        .enumerate()
        .map(|(n, line)| format!("{}{line}\n", " ".repeat(indent + if n > 0 { 2 } else { 0 })))
        .collect()
}
