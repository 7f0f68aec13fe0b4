//! A review as SARIF 2.1.0, the form in which code scanners hand findings on.
//!
//! Findings in files have a physical location, all have a logical one; fingerprints are ours, so that a moved line is
//! the same finding.
use serde_json::{Value, json};
use tw_model::{
    Origin,
    evidence::Verdict,
    finding::{Finding, Review, Severity, SubjectKind},
};

/// Where the schema of the form is.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// What a finding of a live database is shown at: a file that says what is there.
const CATALOGUE: &str = "schema.sql";

/// The review as SARIF.
pub fn sarif(review: &Review, version: &str) -> String {
    let rules: Vec<Value> = review
        .rules
        .iter()
        .map(|r| {
            json!({
                "id": r.id,
                "shortDescription": { "text": r.title },
                "fullDescription": { "text": r.title },
                "help": { "text": r.page, "markdown": r.page },
                "defaultConfiguration": { "level": level(r.severity) },
                "properties": { "tags": [r.id.split('/').next().unwrap_or("")] },
            })
        })
        .collect();
    let results: Vec<Value> = review.findings.iter().map(|f| result(review, f)).collect();
    let notes: Vec<Value> = review
        .not_judged
        .iter()
        .map(|n| json!({ "level": "note", "message": { "text": format!("not judged: {}: {}", n.what, n.why) } }))
        .collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "tablewright", "semanticVersion": version, "rules": rules } },
            "invocations": [{ "executionSuccessful": true, "toolExecutionNotifications": notes }],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    let mut text = serde_json::to_string_pretty(&log).unwrap_or_default();
    text.push('\n');
    text
}

fn result(review: &Review, finding: &Finding) -> Value {
    let (file, line) = match &finding.origin {
        Origin::Sql { file, line } => (file.as_str(), *line),
        _ => (CATALOGUE, 1),
    };
    let mut text = format!("{}.", finding.message);
    if let Some(fix) = &finding.fix {
        text += &format!("\nFix: {}", fix.sql);
    }
    json!({
        "ruleId": finding.rule,
        "ruleIndex": review.rules.iter().position(|r| r.id == finding.rule),
        "level": level(finding.severity),
        "message": { "text": text },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": uri(file) },
                "region": { "startLine": line },
            },
            "logicalLocations": [{
                "fullyQualifiedName": finding.subject.path,
                "kind": kind(finding.subject.kind),
            }],
        }],
        "partialFingerprints": { "tablewright/v1": finding.fingerprint },
        "properties": {
            "shown": finding.proof.as_ref().is_some_and(|p| p.verdict == Verdict::Held),
            "safety": finding.fix.as_ref().map(|f| f.safety),
        },
    })
}

fn level(severity: Severity) -> &'static str {
    severity.word()
}

/// SARIF knows kinds of code; a database's are given their own words, as it allows.
fn kind(kind: SubjectKind) -> &'static str {
    kind.word()
}

/// A path as a relative reference: what a URI reserves is written as its code.
fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.trim_start_matches("./").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => out.push(byte as char),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
