//! What is looked away from: by the configuration, a comment in a script, a COMMENT of an object, or the baseline.
//!
//! Each has its reason; what looks away from nothing is told, so that exceptions do not outlive their cause.
use super::{
    check::Found,
    lines::Lines,
    settings::{Ignore, Settings, is_about, known, matches},
};
use std::collections::BTreeMap;
use tw_model::{finding::Ignored, schema::Schema};
use tw_rooms::rule::{member, path};

/// What came of the exceptions.
#[derive(Debug, Default)]
pub struct Applied {
    /// Findings taken out, with the reason.
    pub ignored: Vec<Ignored>,
    /// Exceptions that are about nothing, or say no reason.
    pub unused: Vec<Ignored>,
}

/// Why an exception without a reason is not followed.
const NO_REASON: &str = "it gives no reason, so it is not followed: write `ignore RULE because REASON`";

/// Sets severities and takes out what is to be ignored.
pub fn apply(settings: &Settings, found: &mut Vec<Found>, schema: &Schema, lines: &Lines) -> Applied {
    for f in found.iter_mut() {
        if let Some(severity) = settings.severity.get(f.rule.id) {
            f.finding.severity = *severity;
        }
    }
    let mut applied = Applied::default();
    let mut ways: Vec<Way> = settings.ignores.iter().cloned().map(|i| Way { ignore: i, at: At::Paths }).collect();
    for aside in &lines.asides {
        let said_in = format!("{}:{}", aside.file, aside.line);
        let at = At::Line(aside.file.clone(), aside.target);
        ways.extend(exception(&aside.text, "*", said_in, &mut applied.unused).map(|ignore| Way { ignore, at }));
    }
    for (object, comment) in comments(schema) {
        let texts = comment.lines().filter_map(|l| l.trim().strip_prefix("tablewright:"));
        for text in texts {
            let said_in = format!("the comment of {object}");
            let ignore = exception(text.trim(), &object, said_in, &mut applied.unused);
            ways.extend(ignore.map(|ignore| Way { ignore, at: At::Object(object.clone()) }));
        }
    }
    let mut used = vec![false; ways.len()];
    let mut known_already = settings.baseline.clone();
    found.retain(|f| {
        let hit = ways.iter().position(|way| is_about(&way.ignore.rule, f.rule.id) && way.covers(f, lines));
        if let Some(n) = hit {
            used[n] = true;
            applied.ignored.push(ignored(f, &ways[n].ignore.said_in, &ways[n].ignore.because));
            return false;
        }
        if known_already.remove(&f.finding.fingerprint).is_some() {
            applied.ignored.push(ignored(f, "the baseline", "it was known when the baseline was written"));
            return false;
        }
        true
    });
    for (way, _) in ways.iter().zip(&used).filter(|(_, used)| !**used) {
        let Ignore { rule, path, because, said_in } = way.ignore.clone();
        let because = format!("nothing of it is found any more; it said: {because}");
        applied.unused.push(Ignored { rule, path, said_in, because });
    }
    for (rule, path) in known_already.into_values() {
        let because = "it is not found any more; write the baseline anew".into();
        applied.unused.push(Ignored { rule, path, said_in: "the baseline".into(), because });
    }
    applied.ignored.sort();
    applied.unused.sort();
    applied
}

/// An exception and where it holds.
struct Way {
    ignore: Ignore,
    at: At,
}

enum At {
    /// Wherever the path matches.
    Paths,
    /// What is written at this line of this file, or in the statement that begins there.
    Line(String, u32),
    /// This object and what is of it.
    Object(String),
}

impl Way {
    fn covers(&self, f: &Found, lines: &Lines) -> bool {
        let path = &f.finding.subject.path;
        match &self.at {
            At::Paths => matches(&self.ignore.path, path),
            At::Object(object) => path == object || path.starts_with(&format!("{object}.")),
            At::Line(file, target) => lines
                .span(&f.finding.subject)
                .is_some_and(|(of, first, _, line)| of == file && (line == *target || first == *target)),
        }
    }
}

fn ignored(f: &Found, said_in: &str, because: &str) -> Ignored {
    Ignored {
        rule: f.rule.id.into(),
        path: f.finding.subject.path.clone(),
        said_in: said_in.into(),
        because: because.into(),
    }
}

/// `ignore RULE because REASON`; what is not so is told.
fn exception(text: &str, path: &str, said_in: String, unused: &mut Vec<Ignored>) -> Option<Ignore> {
    let rest = text.strip_prefix("ignore ").unwrap_or("").trim();
    let (rule, because) = rest.split_once(" because ").unwrap_or((rest, ""));
    let (rule, because) = (rule.trim().to_string(), because.trim().to_string());
    let wrong = match known(&rule) {
        Err(why) => Some(why),
        Ok(()) if because.is_empty() => Some(NO_REASON.to_string()),
        Ok(()) => None,
    };
    if let Some(because) = wrong {
        unused.push(Ignored { rule, path: path.into(), said_in, because });
        return None;
    }
    Some(Ignore { rule, path: path.into(), because, said_in })
}

/// Comments of objects by path.
fn comments(schema: &Schema) -> BTreeMap<String, &str> {
    let mut out: BTreeMap<String, &str> = BTreeMap::new();
    let put = |path: String, comment: &Option<String>| -> Option<String> {
        comment.as_ref().filter(|c| c.contains("tablewright:")).map(|_| path)
    };
    for n in &schema.namespaces {
        out.extend(put(n.name.clone(), &n.comment).zip(n.comment.as_deref()));
    }
    for t in &schema.tables {
        out.extend(put(path(&t.name), &t.comment).zip(t.comment.as_deref()));
        let columns = t.columns.iter().map(|c| (&c.name, &c.comment));
        let constraints = t.constraints.iter().map(|c| (&c.name, &c.comment));
        let indexes = t.indexes.iter().map(|c| (&c.name, &c.comment));
        let triggers = t.triggers.iter().map(|c| (&c.name, &c.comment));
        let policies = t.policies.iter().map(|c| (&c.name, &c.comment));
        for (name, comment) in columns.chain(constraints).chain(indexes).chain(triggers).chain(policies) {
            out.extend(put(member(&t.name, name), comment).zip(comment.as_deref()));
        }
    }
    for v in &schema.views {
        out.extend(put(path(&v.name), &v.comment).zip(v.comment.as_deref()));
    }
    for t in &schema.types {
        out.extend(put(path(&t.name), &t.comment).zip(t.comment.as_deref()));
    }
    for f in &schema.functions {
        out.extend(put(format!("{}({})", path(&f.name), f.arguments), &f.comment).zip(f.comment.as_deref()));
    }
    out
}
