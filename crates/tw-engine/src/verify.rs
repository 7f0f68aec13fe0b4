//! Verify: replays a dossier's receipts from its own files. No room takes part.
use crate::{
    Failure, artifacts,
    judge::judge,
    settle::{installation, load_what_loads},
};
use std::path::{Path, PathBuf};
use tw_lab::{
    execute::{self, Bases},
    fill,
    lab::Lab,
    settings::LabOptions,
};
use tw_model::{
    evidence::{Evidence, EvidenceFile, Outcome, Verdict},
    trial::{Actor, Base},
};

/// What a replay found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Receipts replayed.
    pub replayed: usize,
    /// Receipts without a trial: nothing to replay.
    pub without_trial: usize,
    /// Server version of the receipts, and of the replay.
    pub versions: (String, String),
    /// Every difference, in the receipts' order.
    pub differences: Vec<Difference>,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Claim id.
    pub claim: String,
    /// What differs, one sentence.
    pub what: String,
}

/// Largest receipt file that is read, bytes.
const LONGEST: u64 = 512 << 20;

fn text(path: &Path) -> Result<String, Failure> {
    let failed = |why| Failure::File { doing: "read", path: path.into(), why };
    if std::fs::metadata(path).map_err(failed)?.len() > LONGEST {
        return Err(Failure::Receipt { path: path.into(), why: format!("larger than {LONGEST} bytes") });
    }
    std::fs::read_to_string(path).map_err(failed)
}

/// Reads `evidence.json`.
pub fn evidence(dir: &Path) -> Result<EvidenceFile, Failure> {
    let path = dir.join("evidence.json");
    let broken = |why: String| Failure::Receipt { path: path.clone(), why };
    let file: EvidenceFile =
        serde_json::from_str(&text(&path)?).map_err(|e| broken(format!("not a receipt file: {e}")))?;
    if file.format != 1 {
        return Err(broken(format!("format {} is not known here; this version reads format 1", file.format)));
    }
    Ok(file)
}

/// Replays every receipt of a dossier's directory.
pub fn verify(dir: &Path, pg_bin: Option<&PathBuf>, progress: &crate::prove::Progress) -> Result<Verified, Failure> {
    let file = evidence(dir)?;
    let schema_sql = text(&dir.join("schema.sql"))?;
    let roles_sql = text(&dir.join("roles.sql"))?;
    let sample_path = dir.join("sample.json");
    let plan = artifacts::sample_plan(&text(&sample_path)?)
        .map_err(|e| Failure::Receipt { path: sample_path, why: format!("not a sample plan: {e}") })?;
    let span_path = dir.join("horizon.json");
    let span = serde_json::from_str(&text(&span_path)?)
        .map_err(|e| Failure::Receipt { path: span_path, why: format!("not the sizes of a horizon: {e}") })?;
    let installation = installation(pg_bin.map(PathBuf::as_path))?;
    progress(0, 0, "starting a server and loading the dossier's own files");
    let lab = Lab::start(&installation, &LabOptions::default())?;
    let mut bases = Bases { empty: "design".into(), sample: "sample".into(), schema_sql, roles_sql, span };
    lab.create_database(&bases.empty, None)?;
    // A schema tried with --against may hold statements that the server refused then, too.
    load_what_loads(&bases.schema_sql, "schema.sql", |sql| lab.load(&bases.empty, sql))?;
    load_what_loads(&bases.roles_sql, "roles.sql", |sql| lab.load_roles(&bases.empty, sql))?;
    // The server that is killed has a table of its own.
    (bases.schema_sql, bases.roles_sql) = (String::new(), String::new());
    lab.create_database(&bases.sample, Some(&bases.empty))?;
    let needs_sample = file.evidence.iter().filter_map(|e| e.trial.as_ref()).any(|t| t.base != Base::Empty);
    if needs_sample {
        let mut session = lab.session(&bases.sample, &Actor::Owner)?;
        fill::fill(&mut session.client, &plan, &mut |_, _, _| {})
            .map_err(|e| Failure::Sample { why: e.to_string() })?;
    }
    let mut verified =
        Verified { versions: (file.server_version.clone(), installation.version.clone()), ..Verified::default() };
    let total = file.evidence.len();
    for (n, receipt) in file.evidence.iter().enumerate() {
        replay(&lab, &bases, receipt, &mut verified)?;
        progress(n + 1, total, &receipt.claim.0);
    }
    verified.differences.extend(missing(dir, &file)?);
    let counted = tw_model::evidence::Summary::of(&file.evidence);
    if counted != file.summary {
        let words = |s: &tw_model::evidence::Summary| {
            format!("{} held, {} refuted, {} undecided", s.held, s.refuted, s.undecided)
        };
        let what = format!("it says {}; the receipts say {}", words(&file.summary), words(&counted));
        verified.differences.push(Difference { claim: "summary".into(), what });
    }
    Ok(verified)
}

/// Claims of `design.json` that have no receipt, in rooms that have any: a receipt that was taken out.
fn missing(dir: &Path, file: &EvidenceFile) -> Result<Vec<Difference>, Failure> {
    #[derive(serde::Deserialize)]
    struct Claims {
        claims: Vec<tw_model::claim::Claim>,
    }
    let path = dir.join("design.json");
    let design: Claims = serde_json::from_str(&text(&path)?)
        .map_err(|e| Failure::Receipt { path, why: format!("not a design: {e}") })?;
    let tried = |room: &str| file.evidence.iter().any(|e| e.room == room);
    let gone = design.claims.iter().filter(|c| tried(&c.room) && !file.evidence.iter().any(|e| e.claim == c.id));
    Ok(gone.map(|c| Difference { claim: c.id.0.clone(), what: "its receipt is missing".into() }).collect())
}

fn replay(lab: &Lab, bases: &Bases, receipt: &Evidence, verified: &mut Verified) -> Result<(), Failure> {
    let mut differs = |what: String| verified.differences.push(Difference { claim: receipt.claim.0.clone(), what });
    if receipt.digest() != receipt.hash {
        differs("its hash is not that of its contents: the receipt was changed".into());
    }
    let Some(trial) = &receipt.trial else {
        verified.without_trial += 1;
        return Ok(());
    };
    let executed = execute::execute(lab, bases, trial).map_err(|e| match e {
        execute::TrialError::Lab(error) => Failure::Lab(error),
        other => Failure::Sample { why: format!("the trial of {} could not be executed: {other}", receipt.claim) },
    })?;
    verified.replayed += 1;
    if let Some(n) = first_difference(&receipt.outcomes, &executed.outcomes) {
        let shown = |o: Option<&Outcome>| o.map_or("nothing".into(), |o| serde_json::to_string(o).unwrap_or_default());
        differs(format!(
            "step {} came out otherwise: the receipt has {}, the replay {}",
            n + 1,
            shown(receipt.outcomes.get(n)),
            shown(executed.outcomes.get(n))
        ));
    }
    let blocked = receipt.reason.as_deref().is_some_and(|r| r.starts_with("blocked by"));
    let judged = judge(&trial.steps, &executed.outcomes).verdict;
    if !blocked && judged != receipt.verdict {
        differs(format!("the receipt says {}, the replay says {}", word(receipt.verdict), word(judged)));
    }
    Ok(())
}

fn first_difference(a: &[Outcome], b: &[Outcome]) -> Option<usize> {
    (0..a.len().max(b.len())).find(|n| a.get(*n) != b.get(*n))
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Held => "held",
        Verdict::Refuted => "refuted",
        Verdict::Undecided => "undecided",
    }
}
