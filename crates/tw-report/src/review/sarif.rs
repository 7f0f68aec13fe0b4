//! A review as SARIF 2.1.0, the form in which code scanners hand findings on.
//!
//! Findings of a live database stand at the line of `schema.sql` where their table begins, and all have a logical location
//! besides; fingerprints are ours, so that a moved line is the same finding.
use super::holders;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tw_model::{
    Origin,
    evidence::Verdict,
    finding::{Finding, Review, Severity, SubjectKind},
    ident::quote,
    print::print,
    schema::Schema,
};

/// Where the schema of the form is.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// What a finding of a live database is shown at: a file of the dossier that says what is there.
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
    let lines = lines(&review.schema);
    let results: Vec<Value> = review.findings.iter().map(|f| result(review, f, &lines)).collect();
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

/// Lines of the printed schema at which tables begin, by their paths.
fn lines(schema: &Schema) -> BTreeMap<String, usize> {
    let paths: BTreeMap<String, String> = schema
        .tables
        .iter()
        .map(|t| &t.name)
        .map(|n| (format!("{}.{}", quote(&n.schema), quote(&n.name)), format!("{}.{}", n.schema, n.name)))
        .collect();
    let begins = |line: &str| {
        let rest = line.strip_prefix("CREATE TABLE ").or_else(|| line.strip_prefix("CREATE UNLOGGED TABLE "))?;
        let ends = rest.find(" (").into_iter().chain(rest.find(" PARTITION OF ")).min()?;
        paths.get(&rest[..ends]).cloned()
    };
    print(schema).lines().enumerate().filter_map(|(n, line)| Some((begins(line)?, n + 1))).collect()
}

fn result(review: &Review, finding: &Finding, lines: &BTreeMap<String, usize>) -> Value {
    let (file, line) = match &finding.origin {
        Origin::Sql { file, line } => (file.as_str(), *line as usize),
        _ => (CATALOGUE, holders(&finding.subject.path).find_map(|path| lines.get(path)).copied().unwrap_or(1)),
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
