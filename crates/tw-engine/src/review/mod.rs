//! Review: what is wrong with a schema that exists, why it matters, the exact fix and the proof.
//!
//! A live database is read and no more; scripts are executed in a lab by an owner who is no superuser, and read back
//! by the one introspector. Every rule of every room judges the scene; what it demonstrates is tried in a lab.
pub mod check;
pub mod fixes;
pub mod ignores;
pub mod lines;
pub mod observe;
mod part;
pub mod prove;
pub mod settings;
pub mod sizes;
pub mod sources;

use crate::{Failure, prove::Progress, settle};
use check::Found;
use ignores::Applied;
use sources::Script;
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};
use tw_lab::{Installation, Lab, LabOptions, Live, Scope, introspect_all};
use tw_model::{
    finding::{NotJudged, Review, SubjectKind},
    observed::Observed,
    schema::Schema,
    trial::Actor,
};
use tw_rooms::scene::Scene;

/// The database in a lab that holds the schema.
pub const DATABASE: &str = "reviewed";

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Request {
    /// What is reviewed.
    pub source: Source,
    /// A file of queries that are asked of it.
    pub queries: Option<PathBuf>,
    /// Rows of each table of a live database that may be looked at; none when none.
    pub rows: Option<usize>,
    /// What the user said of rules.
    pub settings: settings::Settings,
    /// Fixes are wanted, each tried in the lab.
    pub fix: bool,
    /// The server's programs; found when none.
    pub pg_bin: Option<PathBuf>,
}

/// What is reviewed.
#[derive(Clone, Debug)]
pub enum Source {
    /// A database that exists: a URL, a conninfo string or a name.
    Database(String),
    /// Scripts, dumps and folders of migrations, in order.
    Paths(Vec<PathBuf>),
}

/// A schema, however it was come by.
pub(crate) struct Subject {
    /// As the user named it.
    pub name: String,
    pub schema: Schema,
    pub not_judged: Vec<NotJudged>,
    /// The database itself, to see more of it than the schema.
    live: Option<Live>,
    /// Words of refused statements that would have made or added to tables.
    refused: BTreeSet<String>,
    /// Where objects are written, for scripts.
    lines: lines::Lines,
    /// The lab that holds the schema, for scripts.
    pub lab: Option<Lab>,
}

/// Reviews. With it, where asked for, a script of the fixes that were tried.
pub fn review(request: &Request, progress: &Progress) -> Result<(Review, Option<String>), Failure> {
    let mut subject = match &request.source {
        Source::Database(text) => of_live(text, progress)?,
        Source::Paths(paths) => of_scripts(paths, request.pg_bin.as_deref(), progress)?,
    };
    let observed = look(&mut subject, request, progress)?;
    let sizes = observed.statistics.as_ref().map(|s| sizes::of(s, &subject.schema)).unwrap_or_default();
    progress(0, 0, "judging");
    let scene = Scene::with(&subject.schema, &observed);
    let mut found = check::check(&scene, &subject.lines);
    doubt(&mut found, &subject.refused);
    let mut not_judged = std::mem::take(&mut subject.not_judged);
    not_judged.extend(check::without_needs(&scene));
    let Applied { ignored, unused } = ignores::apply(&request.settings, &mut found, &subject.schema, &subject.lines);
    let lab = prove::prove(&scene, &mut found, subject.lab.take(), request.pg_bin.as_deref(), progress)?;
    check::arrange(&mut found);
    let fixes = match request.fix {
        true => Some(fixes::script(&scene, &found, lab, request.pg_bin.as_deref(), progress)?),
        false => None,
    };
    not_judged.sort();
    not_judged.dedup();
    let rules = check::notes(&found);
    let review = Review {
        format: 1,
        source: subject.name,
        tables: subject.schema.tables.len(),
        findings: found.into_iter().map(|Found { finding, .. }| finding).collect(),
        not_judged,
        ignored,
        unused_ignores: unused,
        rules,
        schema: subject.schema,
        sizes,
    };
    Ok((review, fixes))
}

/// What a whole table lacks may be in a statement that was refused.
fn doubt(found: &mut [Found], refused: &BTreeSet<String>) {
    for Found { finding, .. } in found.iter_mut().filter(|f| f.finding.subject.kind == SubjectKind::Table) {
        let path = &finding.subject.path;
        if path.rsplit('.').next().is_some_and(|table| refused.contains(table)) {
            finding.message += " (as far as was loaded: a statement that names it was refused)";
        }
    }
}

/// What is seen besides the schema. A database is left alone from then on.
fn look(subject: &mut Subject, request: &Request, progress: &Progress) -> Result<Observed, Failure> {
    let Subject { schema, not_judged, live, lab, lines, .. } = subject;
    let observed = match (live.take(), lab) {
        (Some(mut live), _) => observe::of_live(&mut live, schema, request, not_judged, progress)?,
        (None, Some(lab)) => observe::of_lab(lab, schema, request, not_judged)?,
        (None, None) => Observed::default(),
    };
    lines.add_queries(observed.queries.as_deref().unwrap_or_default());
    Ok(observed)
}

pub(crate) fn of_live(text: &str, progress: &Progress) -> Result<Subject, Failure> {
    progress(0, 0, "reading the database");
    let mut live = Live::connect(text)?;
    let read = live.introspect(&Scope::default())?;
    Ok(Subject {
        name: live.shown.clone(),
        schema: read.schema,
        not_judged: unread(read.not_read).collect(),
        live: Some(live),
        refused: BTreeSet::new(),
        lines: lines::Lines::default(),
        lab: None,
    })
}

pub(crate) fn of_scripts(paths: &[PathBuf], pg_bin: Option<&Path>, progress: &Progress) -> Result<Subject, Failure> {
    let installation: Installation = settle::installation(pg_bin)?;
    let (scripts, not_judged) = sources::gather(paths, &installation)?;
    let names: Vec<String> = paths.iter().map(|p| p.display().to_string()).collect();
    executed(&scripts, names.join(", "), not_judged, &installation, progress)
}

/// The schema that scripts make in a lab.
pub(crate) fn executed(
    scripts: &[Script],
    name: String,
    mut not_judged: Vec<NotJudged>,
    installation: &Installation,
    progress: &Progress,
) -> Result<Subject, Failure> {
    let lab = Lab::start(installation, &LabOptions::default())?;
    lab.create_database(DATABASE, None)?;
    let mut refused = BTreeSet::new();
    for (n, script) in scripts.iter().enumerate() {
        progress(n, scripts.len(), &script.name);
        refused.extend(load(&lab, script, &mut not_judged)?);
    }
    progress(0, 0, "reading the schema back");
    let schema = read_back(&lab, &mut not_judged)?;
    let lines = lines::Lines::of(scripts);
    Ok(Subject { name, schema, not_judged, live: None, refused, lines, lab: Some(lab) })
}

/// Loads a script: the words of refused statements that would have made or added to tables.
fn load(lab: &Lab, script: &Script, not_judged: &mut Vec<NotJudged>) -> Result<Vec<String>, Failure> {
    let mut refused = vec![];
    let loaded = lab.load_each(DATABASE, &script.text)?;
    for error in &loaded.refused {
        let words = tw_lab::split::words(&error.statement);
        if words.iter().take(3).any(|w| w == "table") && words.iter().any(|w| w == "create" || w == "add") {
            refused.extend(words.iter().map(|w| w.trim_matches('"').to_string()));
        }
        let state = error.sqlstate.as_ref().map(|s| format!(" ({s})")).unwrap_or_default();
        not_judged.push(NotJudged {
            what: format!("{}:{}:{}", script.name, error.line, error.column),
            why: format!("refused: {}{state}\n{}", error.message, error.caret),
        });
    }
    if loaded.owners > 0 {
        let why = format!("statements that say who owns what were left out: {}", loaded.owners);
        not_judged.push(NotJudged { what: script.name.clone(), why });
    }
    if !loaded.roles.is_empty() {
        let roles = loaded.roles.join(", ");
        let why = format!("roles that it names and does not make were made without rights: {roles}");
        not_judged.push(NotJudged { what: script.name.clone(), why });
    }
    Ok(refused)
}

/// The schema in the lab, and what of it the model has no word for.
fn read_back(lab: &Lab, not_judged: &mut Vec<NotJudged>) -> Result<Schema, Failure> {
    let mut session = lab.session(DATABASE, &Actor::Lab)?;
    let read = introspect_all(&mut session.client, &Scope::default())
        .map_err(|source| tw_lab::LabError::Server { doing: "the schema cannot be read back".into(), source })?;
    not_judged.extend(unread(read.not_read));
    Ok(read.schema)
}

fn unread(what: Vec<String>) -> impl Iterator<Item = NotJudged> {
    what.into_iter().map(|what| NotJudged { what, why: "there is no rule for it: it is not read".into() })
}
