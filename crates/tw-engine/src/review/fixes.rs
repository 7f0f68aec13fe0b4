//! Fixes as a script: each was applied in the lab, its finding was gone then, and no rule found more than before.
//!
//! The script is for people to read and run; nothing here runs on a live database.
use super::{DATABASE, check::Found, prove};
use crate::{Failure, prove::Progress};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tw_lab::{Lab, LabError, Scope, introspect};
use tw_model::{change::Change, schema::Schema, trial::Actor};
use tw_rooms::scene::Scene;

/// The database in which fixes are tried.
const TRIED: &str = "mended";
/// Rounds of trying: a batch that goes wrong is halved, so this many single wrong fixes can be found.
const MOST_ROUNDS: usize = 60;

/// The script.
pub fn script(
    scene: &Scene,
    found: &[Found],
    lab: Option<Lab>,
    pg_bin: Option<&Path>,
    progress: &Progress,
) -> Result<String, Failure> {
    let mut fixes: Vec<&Found> = found.iter().filter(|f| f.finding.fix.is_some()).collect();
    // Names change last: what stands before uses the old ones.
    fixes.sort_by_key(|f| renames(f));
    let mut out = String::from(
        "-- Fixes found by tablewright review. Each was applied to a copy of the schema, without rows, in the order below:\n\
         -- its finding was gone then and no rule found more than before. Read them, take what you want, try them on a copy\n\
         -- of your data. On tables in use write CREATE INDEX CONCURRENTLY and DROP INDEX CONCURRENTLY.\n",
    );
    if fixes.is_empty() {
        out += "\n-- There is nothing to mend that one statement would.\n";
        return Ok(out);
    }
    let lab = match lab {
        Some(lab) => lab,
        None => prove::made(scene.schema, pg_bin)?,
    };
    let before = counts(scene);
    let mut kept: Vec<&Found> = vec![];
    let mut dropped: Vec<(&Found, String)> = vec![];
    let mut batches: Vec<Vec<&Found>> = vec![fixes];
    let mut rounds = 0;
    while let Some(batch) = batches.pop() {
        progress(kept.len(), found.len(), "trying the fixes");
        rounds += 1;
        if rounds > MOST_ROUNDS {
            dropped.extend(batch.into_iter().map(|f| (f, "too many others went wrong for it to be tried".to_string())));
            continue;
        }
        let tried: Vec<&Found> = kept.iter().chain(&batch).copied().collect();
        match (attempt(&lab, scene, &before, &tried)?, batch.as_slice()) {
            (None, _) => kept = tried,
            (Some(why), [one]) => dropped.push((one, why)),
            (Some(_), many) => {
                let (first, second) = many.split_at(many.len() / 2);
                batches.push(second.to_vec());
                batches.push(first.to_vec());
            }
        }
    }
    for f in kept {
        let Some(fix) = &f.finding.fix else { continue };
        out += &format!(
            "\n{}{}{}\n",
            comment(&format!("{}: {}", f.rule.id, f.finding.message)),
            comment(fix.safety.phrase()),
            fix.sql
        );
    }
    for (f, why) in dropped {
        out += &format!("\n{}", comment(&format!("Not mended: {}: {} ({why})", f.rule.id, f.finding.message)));
    }
    Ok(out)
}

fn renames(f: &Found) -> bool {
    let fix = f.finding.fix.iter().flat_map(|f| &f.changes);
    fix.into_iter().any(|c| matches!(c, Change::RenameTable { .. } | Change::RenameColumn { .. }))
}

/// Applies the fixes to a fresh copy: why they do not do, or none when they do.
fn attempt(
    lab: &Lab,
    now: &Scene,
    before: &BTreeMap<&str, usize>,
    fixes: &[&Found],
) -> Result<Option<String>, Failure> {
    lab.drop_database(TRIED)?;
    lab.create_database(TRIED, Some(DATABASE))?;
    let mut session = lab.session(TRIED, &Actor::Lab)?;
    for fix in fixes.iter().filter_map(|f| f.finding.fix.as_ref()) {
        if let Err(error) = session.client.batch_execute(&fix.sql) {
            let said = error.as_db_error().map_or_else(|| error.to_string(), |e| e.message().to_string());
            return Ok(Some(format!("the server refuses it: {said}")));
        }
    }
    let schema: Schema = introspect(&mut session.client, &Scope::default())
        .map_err(|source| LabError::Server { doing: "the mended schema cannot be read".into(), source })?;
    // What was observed there is not observed in the lab: it stays as it was.
    let scene = Scene::with(&schema, now.observed);
    let after = counts(&scene);
    let more = after.iter().find(|(rule, n)| **n > before.get(*rule).copied().unwrap_or(0));
    if let Some((rule, _)) = more {
        return Ok(Some(format!("it brings a finding of {rule}")));
    }
    let rules: BTreeMap<&str, &Found> = fixes.iter().map(|f| (f.rule.id, *f)).collect();
    let left: BTreeSet<_> = rules
        .into_iter()
        .flat_map(|(id, f)| (f.rule.check)(&scene).into_iter().map(move |s| (id, s.subject.path, s.fact)))
        .collect();
    let again = |f: &&Found| left.contains(&(f.rule.id, f.spot.subject.path.clone(), f.spot.fact.clone()));
    Ok(fixes.iter().any(again).then(|| "it is found again after its fix".to_string()))
}

fn counts(scene: &Scene) -> BTreeMap<&'static str, usize> {
    let rules = super::check::rules().filter(|r| scene.has(r.needs));
    rules.map(|r| (r.id, (r.check)(scene).len())).collect()
}

/// The text as comment lines: nothing of it is ever run.
fn comment(text: &str) -> String {
    text.lines().map(|line| format!("-- {line}\n")).collect()
}
