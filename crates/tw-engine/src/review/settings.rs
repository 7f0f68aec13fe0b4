//! What a user says of rules: a file `tablewright.toml`, each exception with its reason.
use crate::{Failure, review::check};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use tw_model::finding::Severity;

/// What the user said of rules.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// Severities of rules, instead of their own.
    pub severity: BTreeMap<String, Severity>,
    /// What is not to be told.
    pub ignores: Vec<Ignore>,
    /// Findings that were known when the baseline was written: their fingerprints, with rule and path.
    pub baseline: BTreeMap<String, (String, String)>,
}

/// An exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignore {
    /// A rule's id, a room's, or `*`.
    pub rule: String,
    /// Paths it is about; `*` stands for any characters.
    pub path: String,
    /// Why.
    pub because: String,
    /// Where that is said.
    pub said_in: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    review: Section,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    #[serde(default)]
    severity: BTreeMap<String, String>,
    #[serde(default)]
    off: Vec<Off>,
    #[serde(default)]
    ignore: Vec<OneIgnore>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Off {
    rule: String,
    because: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OneIgnore {
    rule: String,
    path: String,
    because: String,
}

/// What the baseline file holds.
#[derive(Deserialize, serde::Serialize)]
pub struct Baseline {
    /// Always 1.
    pub format: u32,
    /// By fingerprint: rule and path, for people.
    pub findings: BTreeMap<String, (String, String)>,
}

impl Settings {
    /// Reads a configuration.
    pub fn read(path: &Path) -> Result<Settings, Failure> {
        Settings::of(path, &crate::read::text(path)?)
    }

    /// Reads a configuration's text.
    pub fn of(path: &Path, text: &str) -> Result<Settings, Failure> {
        let wrong = |why: String, help: &str| Failure::Path { path: path.into(), why, help: help.into() };
        let file: File = toml::from_str(text).map_err(|e| {
            wrong(
                e.to_string().trim_end().to_string(),
                "It has [review.severity], [[review.off]] and [[review.ignore]].",
            )
        })?;
        let mut settings = Settings::default();
        for (rule, word) in file.review.severity {
            known(&rule).map_err(|why| wrong(why, "`tablewright explain RULE` prints a rule's page."))?;
            let severity = Severity::of(&word)
                .ok_or_else(|| wrong(format!("{rule}: `{word}` is no severity"), "Write note, warning or error."))?;
            settings.severity.insert(rule, severity);
        }
        let off = file.review.off.into_iter().map(|o| (o.rule, "*".to_string(), o.because));
        let ignores = off.chain(file.review.ignore.into_iter().map(|i| (i.rule, i.path, i.because)));
        for (rule, path_of, because) in ignores {
            known(&rule).map_err(|why| wrong(why, "`tablewright explain RULE` prints a rule's page."))?;
            if because.trim().is_empty() {
                return Err(wrong(format!("{rule} is ignored without a reason"), "Say why: because = \"...\"."));
            }
            let said_in = path.display().to_string();
            settings.ignores.push(Ignore { rule, path: path_of, because, said_in });
        }
        Ok(settings)
    }

    /// Reads a baseline beside it.
    pub fn with_baseline(mut self, path: &Path) -> Result<Settings, Failure> {
        let text = crate::read::text(path)?;
        let baseline: Baseline = serde_json::from_str(&text).map_err(|e| Failure::Path {
            path: path.into(),
            why: format!("it is no baseline: {e}"),
            help: "Write it anew with --write-baseline.".into(),
        })?;
        self.baseline = baseline.findings;
        Ok(self)
    }
}

/// The rule, or every rule of the room, exists.
pub fn known(rule: &str) -> Result<(), String> {
    if rule == "*" || check::rules().any(|r| r.id == rule || r.room() == rule) {
        return Ok(());
    }
    let ids = check::rules().flat_map(|r| [r.id, r.room()]).map(String::from).collect::<Vec<_>>();
    let meant = crate::meant(rule, &ids).map(|id| format!("; did you mean `{id}`?")).unwrap_or_default();
    Err(format!("there is no rule or room `{rule}`{meant}"))
}

/// The exception is about this rule.
pub fn is_about(pattern: &str, rule: &str) -> bool {
    pattern == "*" || pattern == rule || rule.split('/').next() == Some(pattern)
}

/// The path is one of those that the pattern stands for.
pub fn matches(pattern: &str, path: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(rest) = path.strip_prefix(parts.next().unwrap_or("")) else { return false };
    let mut rest = rest;
    let mut last = None;
    for part in parts {
        if let Some(part) = last.replace(part) {
            match rest.find(part) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
    }
    match last {
        Some(tail) => rest.ends_with(tail),
        None => rest.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Settings, String> {
        Settings::of(Path::new("tablewright.toml"), text).map_err(|e| e.to_string())
    }

    #[test]
    fn each_exception_has_a_rule_that_exists_and_a_reason() {
        let settings = of("[review.severity]\n\"keys/no-primary\" = \"note\"\n\
                           [[review.off]]\nrule = \"naming\"\nbecause = \"a mapper names\"\n\
                           [[review.ignore]]\nrule = \"keys/no-primary\"\npath = \"public.import_*\"\nbecause = \"staging\"\n")
        .expect("it reads");
        assert_eq!(settings.severity["keys/no-primary"], Severity::Note);
        assert_eq!(settings.ignores.len(), 2);
        for (text, says) in [
            ("[[review.off]]\nrule = \"keys/gone\"\nbecause = \"x\"\n", "no rule or room `keys/gone`"),
            ("[[review.off]]\nrule = \"keys\"\nbecause = \" \"\n", "without a reason"),
            ("[[review.off]]\nrule = \"keys\"\n", "because"),
            ("[review.severity]\n\"keys/no-primary\" = \"fatal\"\n", "no severity"),
            ("[reviews]\n", "reviews"),
        ] {
            let error = of(text).expect_err(text);
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn patterns_of_paths() {
        for (pattern, path) in
            [("*", "a.b"), ("public.*", "public.a.b"), ("*.created_at", "a.b.created_at"), ("a*c*e", "abcde")]
        {
            assert!(matches(pattern, path), "{pattern} {path}");
        }
        for (pattern, path) in [("public.a", "public.ab"), ("a*c*e", "abd"), ("*.x", "a.xy"), ("", "a")] {
            assert!(!matches(pattern, path), "{pattern} {path}");
        }
        assert!(is_about("keys", "keys/no-primary") && !is_about("key", "keys/no-primary"));
    }
}
