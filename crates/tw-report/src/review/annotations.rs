//! A review as annotations of a GitHub workflow: one line a finding, shown beside the line of the file; then what was
//! not judged, and exceptions that are about nothing.
use super::{first_of, message, not_judged, proved};
use tw_model::{
    Origin,
    finding::{Finding, Review, Severity},
};

/// Things with one reason that are named.
const MOST_THINGS: usize = 10;

/// The review as workflow commands.
pub fn annotations(review: &Review) -> String {
    let mut out: String = review.findings.iter().map(|f| format!("{}\n", one(f))).collect();
    for (things, why) in not_judged(review) {
        out += &format!("::notice title=not judged::{}\n", data(&format!("{}: {why}", first_of(&things, MOST_THINGS))));
    }
    for item in &review.unused_ignores {
        let text = format!("{} ignores {}: {}", item.said_in, item.rule, item.because);
        out += &format!("::warning title=exception to take away::{}\n", data(&text));
    }
    out
}

fn one(finding: &Finding) -> String {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut properties = vec![];
    if let Origin::Sql { file, line } = &finding.origin {
        properties.push(format!("file={}", property(file)));
        properties.push(format!("line={line}"));
    }
    properties.push(format!("title={}", property(&finding.rule)));
    let mut text = format!("{} ({}). {}", message(finding), finding.subject.path, finding.why);
    if let Some(fix) = &finding.fix {
        text += &format!("\nFix: {}", fix.sql);
    }
    if let Some(proved) = proved(finding) {
        text += &format!("\nThis was {proved}.");
    }
    format!("::{level} {}::{}", properties.join(","), data(&text))
}

/// The message of a command: what would end it is written as its code.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A value of a property: commas and colons besides.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
