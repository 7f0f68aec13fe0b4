//! A review as Markdown: for a comment on a change, or a page that is kept.
use super::{by_room, headline, message, not_judged, place, proved, sign, story};
use crate::markdown::safe::{cell, code, fence, rich};
use tw_model::finding::Review;

/// The review as Markdown.
pub fn markdown(review: &Review) -> String {
    let mut out = format!("# Review\n\n{}\n", rich(&headline(review)));
    let rules = story(review);
    if !rules.is_empty() {
        out += "\n| severity | findings | rule | |\n|---|---:|---|---|\n";
    }
    for (first, title, n) in &rules {
        let title = rich(title).replace('|', "\\|");
        out += &format!(
            "| {} {} | {n} | {} | {title} |\n",
            sign(first.severity),
            first.severity.word(),
            cell(&first.rule)
        );
    }
    for (room, findings) in by_room(&review.findings, |f| f) {
        out += &format!("\n## {}\n", rich(room));
        let mut last = "";
        for finding in findings {
            if finding.rule != last {
                out +=
                    &format!("\n### {} ({})\n\n{}\n", code(&finding.rule), finding.severity.word(), rich(&finding.why));
                last = &finding.rule;
            }
            out += &format!("\n- {} ({})", rich(&message(finding)), code(&place(finding)));
            if let Some(proved) = proved(finding) {
                out += &format!("; {}", rich(&proved));
            }
            out.push('\n');
            if let Some(fix) = &finding.fix {
                out += &format!("\n{}:\n\n", rich(fix.safety.phrase()));
                fence(&mut out, "sql", &fix.sql);
            }
        }
    }
    if !review.ignored.is_empty() {
        out += "\n## Looked away from\n\n";
    }
    for item in &review.ignored {
        out += &format!(
            "- {} at {}: {} ({})\n",
            code(&item.rule),
            code(&item.path),
            rich(&item.because),
            rich(&item.said_in)
        );
    }
    if !review.unused_ignores.is_empty() {
        out += "\n## Exceptions to take away\n\n";
    }
    for item in &review.unused_ignores {
        out += &format!("- {} ignores {}: {}\n", code(&item.said_in), code(&item.rule), rich(&item.because));
    }
    if !review.not_judged.is_empty() {
        out += "\n## Not judged\n\n";
    }
    for (things, why) in not_judged(review) {
        let things: Vec<String> = things.iter().map(|t| code(t)).collect();
        out += &format!("- {}: {}\n", things.join(", "), rich(why.lines().next().unwrap_or_default()));
    }
    out
}
