//! What was found in rows, for a terminal.
use crate::text::{count, one_line, thousands, wrap};
use tw_model::{discovery::*, evidence::Verdict, finding::Proof, trial::Twin};

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
    for derived in &found.derived {
        out += &of_derived(derived, width);
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
    for found in &table.not_atomic {
        out += &not_atomic(found, width);
    }
    for computed in &table.computed {
        out += &block(&format!("{} is computed by the server, which keeps it right", one_line(computed)), width, 2);
    }
    for violation in &table.violations {
        out += &block(&of_violation(violation), width, 2);
    }
    for found in &table.independent {
        out += &block(&of_independent(found), width, 2);
    }
    for anomaly in &table.anomalies {
        let said = format!("{} anomaly: {} ({})", anomaly.kind, one_line(&anomaly.said), of_proof(&anomaly.proof));
        out += &block(&said, width, 2);
    }
    if let (Some(tried), Some(form)) = (&table.tried, &table.proposed_form) {
        out += &proposed(table, tried, form, width);
    }
    out
}

fn not_atomic(found: &NotAtomic, width: usize) -> String {
    let columns = names(&found.columns);
    let what = match (found.kind.as_str(), &found.between) {
        ("numbered", _) => format!("{columns} are one thing in several columns"),
        ("list", Some(between)) => format!(
            "{columns} holds lists with {between} between the values, in {:.0} % of its values: {}",
            100.0 * found.share,
            one_line(&found.example)
        ),
        ("document", _) => format!("{columns} holds documents: what is in them has no type, no key and no reference"),
        _ => format!("{columns} holds arrays"),
    };
    let mut out = block(&format!("not in first normal form: {what}"), width, 2);
    out.extend(found.sql.iter().map(|sql| format!("      {sql};\n")));
    out
}

fn of_independent(found: &IndependentFound) -> String {
    let shown: Vec<String> = found.left.iter().zip(&found.example).map(value).collect();
    format!(
        "{} ->> {} | {} keeps it in BCNF: the two do not depend on each other, so each of {} stands beside each of {} for {}; {} more than they say",
        names(&found.left),
        names(&found.one),
        names(&found.other),
        count(found.ones, "value", "values"),
        count(found.others, "value", "values"),
        shown.join(", "),
        count(found.implied, "row is there", "rows are there"),
    )
}

/// What came of a trial, in a few words.
fn of_proof(proof: &Option<Proof>) -> String {
    match proof {
        None => "not tried".into(),
        Some(p) => match (p.verdict, &p.reason) {
            (Verdict::Held, _) => format!("tried on PostgreSQL {}", p.server_version),
            (verdict, Some(reason)) => format!("{verdict:?}: {}", one_line(reason)).to_lowercase(),
            (verdict, None) => format!("{verdict:?}").to_lowercase(),
        },
    }
}

fn proposed(table: &TableFound, tried: &Tried, form: &str, width: usize) -> String {
    let mut out = format!("  in {form}\n");
    for part in &table.proposal {
        let rows = count(part.rows, "row", "rows");
        let backing = if part.backing { ", kept beside it so that its key keeps what no other key keeps" } else { "" };
        let (called, columns) = (one_line(&part.table), one_line(&part.columns.join(", ")));
        out += &block(&format!("{called} ({columns}), key {}: {rows}{backing}", names(&part.key)), width, 4);
    }
    for lost in &table.lost {
        let kept = format!("not in BCNF: it would lose {}, which no key of its tables could keep", of_dependency(lost));
        out += &block(&kept, width, 4);
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
    if let Some(migration) = &table.migration {
        let how = of_proof(&migration.proof);
        let told = format!("migration ({how}: every old row is shown, and no other), in one transaction");
        out += &block(&told, width, 4);
        out.extend(migration.sql.iter().map(|sql| statement(sql)));
        if !migration.view.is_empty() {
            out += "    for what still reads the old shape\n";
            out += &statement(&migration.view);
        }
        out += &carried(migration, width);
    }
    out
}

/// What hung on the table: made anew, or left behind.
fn carried(migration: &MigrationFound, width: usize) -> String {
    let mut out = String::new();
    if !migration.carried.is_empty() {
        let all = migration.carried.iter().map(|c| {
            let named = if c.name.is_empty() { c.kind.clone() } else { format!("{} {}", c.kind, c.name) };
            one_line(&format!("{named} of {}", c.table))
        });
        let how = of_proof(&migration.carried_proof);
        let told = format!("made anew ({how}: the catalogue has all of it): {}", all.collect::<Vec<_>>().join(", "));
        out += &block(&told, width, 4);
    }
    for left in &migration.left {
        out += &block(&one_line(&format!("not made anew: {}: {}", left.object, left.why)), width, 4);
    }
    out
}

fn of_derived(d: &DerivedFound, width: usize) -> String {
    let tie = d.tie.as_ref().map(|tie| format!(", by {}", one_line(tie))).unwrap_or_default();
    let mut out = format!("{} = {}{tie}\n", one_line(&d.column), one_line(&d.definition));
    match d.drifted {
        Some(0) => out += "  it is there already, and right in every row\n",
        Some(n) => {
            let said = format!("it is there already, and wrong in {}: nothing keeps it", count(n, "row", "rows"));
            out += &block(&said, width, 2);
        }
        None => {}
    }
    let price = |p: &PriceFound| {
        let (read, write) = (p.read_pages, p.write_pages);
        format!("a read touches {read:.1} pages in {:.3} ms, a write {write:.1} in {:.3} ms", p.read_ms, p.write_ms)
    };
    let times = |with: f64, without: f64| with / without.max(f64::MIN_POSITIVE);
    out += &block(&format!("without: {}", price(&d.without)), width, 2);
    for strategy in &d.strategies {
        let age = match (&strategy.refresh, strategy.refresh_ms) {
            (Some(refresh), Some(ms)) => format!("as old as the last {}, which took {ms:.1} ms", one_line(refresh)),
            _ => "never old".into(),
        };
        let weaker = strategy.proof.as_ref().and_then(|p| p.trial.as_ref()).map(|t| match &t.twin {
            Twin::Steps { weaker, .. } => format!("; it drifts when {weaker}"),
            _ => String::new(),
        });
        let told = format!(
            "{}: {} ({:.2} and {:.2} times as long); {age}; true after two sessions met ({}){}",
            strategy.name,
            price(&strategy.with),
            times(strategy.with.read_ms, d.without.read_ms),
            times(strategy.with.write_ms, d.without.write_ms),
            of_proof(&strategy.proof),
            weaker.unwrap_or_default()
        );
        out += &block(&told, width, 2);
    }
    let chosen = d.strategies.iter().find(|w| Some(&w.name) == d.chosen.as_ref());
    match chosen {
        Some(strategy) => {
            out += &block(&format!("best: {}, since {}", strategy.name, one_line(&d.why)), width, 2);
            out.extend(strategy.sql.iter().map(|sql| statement(sql)));
        }
        None => out += &block(&format!("best: leave it out, since {}", one_line(&d.why)), width, 2),
    }
    out.push('\n');
    out
}

fn statement(sql: &str) -> String {
    let lines: Vec<String> = sql.lines().map(|line| format!("      {line}")).collect();
    format!("{};\n", lines.join("\n"))
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
        let broken =
            format!("{arrow}, but for {:.2} % of the rows (by chance {:.1} %)", 100.0 * d.g3, 100.0 * d.chance);
        contradicted(d, broken)
    } else if d.repeated > 0 {
        format!("{arrow}, repeated in {}", count(d.repeated, "row", "rows"))
    } else {
        arrow
    }
}

/// Rows that contradict each other: an update that reached some of them.
fn contradicted(d: &DependencyFound, broken: String) -> String {
    let said = |s: &SaidFound| {
        let right = d.right.iter().zip(&s.values[d.left.len().min(s.values.len())..]).map(value);
        format!("{} in {}", right.collect::<Vec<_>>().join(", "), count(s.rows, "row", "rows"))
    };
    let Some(first) = d.contradicting.first() else { return broken };
    let left: Vec<String> = d.left.iter().zip(&first.values).map(value).collect();
    let all: Vec<String> = d.contradicting.iter().map(said).collect();
    format!("{broken}; {} has {}", left.join(", "), all.join(" and "))
}

fn of_violation(v: &ViolationFound) -> String {
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

fn value((name, value): (&String, &Option<String>)) -> String {
    match value {
        Some(value) => format!("{} = {}", one_line(name), one_line(value)),
        None => format!("{} is null", one_line(name)),
    }
}

fn block(text: &str, width: usize, indent: usize) -> String {
    let lines = wrap(text, width.saturating_sub(indent + 2).max(20));
    lines
        .iter()
        .enumerate()
        .map(|(n, line)| format!("{}{line}\n", " ".repeat(indent + if n > 0 { 2 } else { 0 })))
        .collect()
}
