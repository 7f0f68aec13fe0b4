//! Latencies on a terminal: one line a call, the control, what is sustained, and every verdict that is not held.
use crate::{
    plot::{Unit, scale::written},
    text::{columns, one_line, pad, wrap},
    words::Status,
};
use tw_model::{
    dossier::Dossier,
    driven::{Driven, DrivenCall, MeasuredClaim, Percentile},
    evidence::Verdict,
};

/// The table of latencies; one sentence when nothing was driven though something was proved. `width` and
/// `colour` as for [`crate::terminal()`].
pub fn latencies(dossier: &Dossier, width: usize, colour: bool) -> String {
    let targets = dossier.model.workload.iter().any(|q| q.p95_ms.is_some() || q.p99_ms.is_some());
    match (&dossier.driven, &dossier.evidence) {
        (Some(driven), _) => told(driven, width.clamp(40, 100), colour),
        (None, Some(_)) if targets => {
            "\nLatencies were not measured. Run with `--load-seconds 20`, or run `tablewright load`.\n".into()
        }
        _ => String::new(),
    }
}

/// What came of driving a mix, for a terminal.
pub fn told(driven: &Driven, width: usize, colour: bool) -> String {
    let ink = |text: &str, code: &str| match colour && !text.is_empty() {
        true => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        false => text.to_string(),
    };
    let mut out = format!("\n{}\n", ink("Latencies, measured (they differ from run to run)", "1"));
    let about = format!(
        "{} s of the whole mix at {} % of {}, from the moment each call is due; in brackets where the percentile lies (each end with 95 % confidence)",
        figure(driven.seconds),
        figure(driven.share * 100.0),
        written(Unit::PerSecond, driven.asked_per_s)
    );
    out += &paragraph(&about, 2, width);
    out.push('\n');
    let name = driven.calls.iter().map(|c| columns(&one_line(&c.name))).max().unwrap_or(8).clamp(24, 28);
    let head = format!("  {} {:>9} {:>8} {:>9} {:>9}  {}", pad("", name), "calls", "p50", "p95", "p99", "target");
    out += &ink(head.trim_end(), "2");
    out.push('\n');
    for call in driven.calls.iter().chain(&driven.control) {
        out += &line(driven, call, name);
    }
    if let Some(s) = &driven.saturation {
        let told = match s.reached {
            true => format!(
                "{} are sustained; then short was {}.",
                written(Unit::PerSecond, s.sustained_per_s),
                s.bottleneck
            ),
            false => {
                format!("At least {} are sustained; {}.", written(Unit::PerSecond, s.sustained_per_s), s.bottleneck)
            }
        };
        out += &paragraph(&one_line(&told), 2, width);
    }
    for verdict in [Verdict::Refuted, Verdict::Undecided] {
        for claim in driven.claims.iter().filter(|c| c.verdict == verdict) {
            let status = Status::of_verdict(verdict);
            let code = if verdict == Verdict::Refuted { "1;31" } else { "33" };
            let sign = ink(&format!("{} {}", status.sign(), status.word()), code);
            out += &format!("\n{sign}  {}\n{}", one_line(&claim.id.0), paragraph(&one_line(&claim.reason), 4, width));
        }
    }
    for (name, why) in &driven.left_out {
        out += &paragraph(&format!("not driven: {} ({})", one_line(name), one_line(why)), 2, width);
    }
    let held = driven.count(Verdict::Held);
    out += &format!(
        "\n  {} of {} targets held, {} refuted, {} undecided\n",
        held,
        driven.claims.len(),
        driven.count(Verdict::Refuted),
        driven.count(Verdict::Undecided)
    );
    out
}

fn line(driven: &Driven, call: &DrivenCall, width: usize) -> String {
    let at = |percent: f64| call.percentile(percent).map(|p| short_ms(p.ms)).unwrap_or_default();
    let p99 = call.percentile(99.0).map(bracket).unwrap_or_default();
    let judged: Vec<String> = of(driven, &call.name).iter().map(|c| said(c)).collect();
    let control = driven.control.iter().any(|c| c.name == call.name);
    let name = if control { format!("select 1, {}", call.name) } else { one_line(&call.name) };
    let text = format!(
        "  {} {:>9} {:>8} {:>9} {:>9} {p99}  {}",
        pad(&crate::text::short(&name, width.max(8)), width),
        crate::text::thousands(call.samples),
        at(50.0),
        at(95.0),
        at(99.0),
        judged.join(", ")
    );
    format!("{}\n", text.trim_end())
}

/// The claims about one call.
pub fn of<'a>(driven: &'a Driven, name: &str) -> Vec<&'a MeasuredClaim> {
    driven.claims.iter().filter(|c| c.id.0.split_once(' ').is_some_and(|(_, subject)| subject == name)).collect()
}

/// `✓ p99`.
fn said(claim: &MeasuredClaim) -> String {
    let kind = claim.id.kind().rsplit('/').next().unwrap_or("").to_string();
    format!("{} {kind}", Status::of_verdict(claim.verdict).sign())
}

/// `[3.1 to 4.2]`, with a dash for an end that the samples do not give.
fn bracket(p: &Percentile) -> String {
    match (p.low_ms, p.high_ms) {
        (None, None) => String::new(),
        (low, high) => {
            let end = |v: Option<f64>| v.map_or("–".to_string(), short_ms);
            format!("[{} to {}]", end(low), end(high))
        }
    }
}

/// Milliseconds with their unit, short.
pub fn short_ms(ms: f64) -> String {
    written(Unit::Ms, if ms >= 100.0 { ms.round() } else { ms }).replace(' ', "")
}

fn figure(v: f64) -> String {
    written(Unit::Number, (v * 10.0).round() / 10.0)
}

fn paragraph(text: &str, indent: usize, width: usize) -> String {
    wrap(text, width.saturating_sub(indent)).iter().map(|line| format!("{}{line}\n", " ".repeat(indent))).collect()
}
