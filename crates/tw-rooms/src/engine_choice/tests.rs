//! The room on small models: what is chosen, what is said of the rest, how it is tried.
use super::*;
use choose::shortcomings;
use table::{Date, Engine, engines};
use tw_model::decision::Decision;
use tw_model::model::{Action, EngineWish, Entity, Query, Relation, Side, Statement, Volume};
use tw_model::schema::{Column, Extension, Name, Table};
use tw_model::sql::{Against, EntitySql, Predicate, PredicateOp, Scan, StatementKind, Write};
use tw_model::trial::{Expect, Twin};
use version::version;

fn brief(line: u32) -> Origin {
    Origin::Brief { line, text: String::new() }
}

fn entity(name: &str, rows: u64) -> Entity {
    Entity {
        volume: Some(Volume { rows, per: None, growth_percent_per_month: 3.0, growth_said: true }),
        ..Entity::bare(name, brief(1))
    }
}

fn write(entity: &str) -> Statement {
    let scan = Scan {
        entity: entity.into(),
        alias: entity.into(),
        predicates: vec![Predicate {
            attribute: "key".into(),
            op: PredicateOp::Equal,
            against: Against::Param { name: "key".into() },
            text: "key = :key".into(),
        }],
        order: vec![],
        group: vec![],
        limited: false,
        reads: vec![],
    };
    let sql = EntitySql {
        scans: vec![scan],
        writes: Some(Write { entity: entity.into(), attributes: vec!["value".into()] }),
        ..EntitySql::bare(format!("update {entity} ..."), StatementKind::Update)
    };
    Statement::bare(sql, brief(9))
}

fn query(name: &str, rate: f64, isolation: Option<Isolation>, statements: Vec<Statement>) -> Query {
    Query { rate_per_s: Some(rate), peak: true, isolation, statements, ..Query::bare(name, brief(8)) }
}

/// Two related entities and a serializable transaction over both.
fn bank() -> Model {
    let side = |entity: &str, max| Side { entity: entity.into(), role: None, min: 1, max };
    let mut model = Model {
        entities: vec![entity("Account", 3_000_000), entity("Transfer", 2_000_000_000)],
        relations: vec![Relation {
            verb: "records".into(),
            from: side("Account", Some(1)),
            to: side("Transfer", None),
            via: None,
            on_delete: Some(Action::Restrict),
            on_update: None,
            origin: brief(2),
        }],
        workload: vec![query(
            "withdraw",
            90.0,
            Some(Isolation::Serializable),
            vec![write("Account"), write("Transfer")],
        )],
        ..Model::default()
    };
    model.promises.engine = Some(wish("postgresql", "15", true));
    model.promises.copies = Some(3);
    model.promises.horizon_days = Some(3 * 365);
    model.promises.origins.insert("engine".into(), brief(3));
    model
}

/// One entity, written by key alone.
fn counter(rate: f64) -> Model {
    Model {
        entities: vec![entity("Reading", 1000)],
        workload: vec![query("put", rate, None, vec![write("Reading")])],
        ..Model::default()
    }
}

fn wish(name: &str, version: &str, or_later: bool) -> EngineWish {
    EngineWish { name: name.into(), version: Some(version.into()), or_later }
}

fn designed(model: &Model) -> Draft {
    let mut draft = Draft::default();
    design(model, &mut draft);
    draft
}

fn decided<'a>(draft: &'a Draft, subject: &str) -> &'a Decision {
    draft.decisions.iter().find(|d| d.subject.as_str() == subject).unwrap_or_else(|| panic!("{subject}"))
}

fn engine(id: &str, version: &str) -> &'static Engine {
    engines().find(|e| e.id == id && e.version == version).unwrap()
}

#[test]
fn the_newest_supported_major_within_the_wish_is_chosen() {
    let needs = Needs::of(&bank());
    assert_eq!(needs.horizon, Date(2029, 11, 21));
    let later = version(Some(&wish("postgresql", "15", true)), &needs, 0);
    assert_eq!((later.major, later.min, later.max, later.broken_wish), (18, 15, 18, None));
    let exact = version(Some(&wish("postgresql", "16", false)), &needs, 0);
    assert_eq!((exact.major, exact.min, exact.max), (16, 16, 16));
    let reasons: Vec<_> = later.instead_of.iter().map(|r| (r.what.as_str(), r.why.as_str())).collect();
    assert_eq!(reasons.len(), 4);
    assert!(reasons[1].1.contains("before the horizon (2029-11-21)"), "{reasons:?}");
    assert!(reasons[3].1.contains("its support has ended (2026-11-12)"), "{reasons:?}");
}

#[test]
fn a_wish_without_a_fitting_major_is_broken_aloud() {
    let needs = Needs::of(&bank());
    let lacking = version(Some(&wish("postgresql", "14", false)), &needs, 15);
    assert_eq!(lacking.major, 18);
    assert!(lacking.broken_wish.is_some_and(|w| w.contains("from 15")));
    let ended = version(Some(&wish("postgresql", "14", false)), &needs, 0);
    assert_eq!(ended.major, 14);
    assert!(ended.broken_wish.is_some_and(|w| w.contains("supported")));
}

#[test]
fn another_engine_wished_is_refused_aloud_with_its_own_reason() {
    let mut model = bank();
    model.promises.engine = Some(wish("cassandra", "5.0", false));
    let draft = designed(&model);
    let choice = decided(&draft, "engine");
    assert_eq!(choice.what, "PostgreSQL 18");
    assert!(choice.why.starts_with("THE WISH IS NOT KEPT"), "{}", choice.why);
    assert!(choice.why.contains("no joins and no foreign keys"), "{}", choice.why);
    assert!(matches!(choice.origin, Origin::Assumed { .. }));
    model.promises.engine = Some(wish("foxpro", "2", false));
    assert!(decided(&designed(&model), "engine").why.contains("does not know"));
}

#[test]
fn every_other_engine_is_rejected_once_with_a_reason() {
    let draft = designed(&bank());
    let choice = decided(&draft, "engine");
    let mut ids: Vec<_> = engines().map(|e| e.id).filter(|id| *id != "postgresql").collect();
    ids.dedup();
    assert_eq!(choice.instead_of.len(), ids.len());
    for rejected in &choice.instead_of {
        assert!(rejected.why.len() > 10, "{}: {}", rejected.what, rejected.why);
    }
    let why = |name: &str| {
        let found = choice.instead_of.iter().find(|r| r.what.starts_with(name));
        found.map(|r| r.why.clone()).unwrap_or_default()
    };
    assert!(why("Fauna").contains("support: ended on 2025-05-30"));
    assert!(why("SQLite").contains("3 copies"));
    assert!(why("Neo4j").contains("withdraw needs serializable"), "{}", why("Neo4j"));
    assert!(why("MongoDB").contains("withdraw needs serializable"), "{}", why("MongoDB"));
    assert!(why("MySQL").contains("8.0: support: ended on 2026-04-30"), "{}", why("MySQL"));
    assert!(why("MySQL").contains("could not be tried"), "{}", why("MySQL"));
    assert!(why("CockroachDB").contains("agreement between machines"));
}

#[test]
fn an_unknown_cell_never_counts_against_an_engine() {
    let needs = Needs::of(&bank());
    let oracle = engine("oracle", "26ai");
    assert!(oracle.isolation.value.is_none() && oracle.log.value.is_none());
    assert_eq!(shortcomings(oracle, &needs), Vec::<String>::new());
}

#[test]
fn what_is_written_by_one_key_too_often_belongs_elsewhere() {
    let slow = designed(&counter(1000.0));
    assert!(decided(&slow, "engine.elsewhere").what.starts_with("No part"));
    assert!(decided(&slow, "engine.elsewhere").why.contains("Reading, is written by 1000 statements a second"));
    let fast = designed(&counter(200_000.0));
    assert!(decided(&fast, "engine.elsewhere").what.contains("Reading"));
    assert!(decided(&fast, "engine").why.contains("NOT MET"));
    assert!(decided(&fast, "engine.transactions").what.contains("are needed, and not designed"));
    let mut joined = counter(200_000.0);
    joined.workload[0].statements.push(write("Reading"));
    assert!(decided(&designed(&joined), "engine.elsewhere").what.starts_with("No part"));
}

#[test]
fn features_are_claimed_where_the_draft_uses_them() {
    let model = bank();
    let mut draft = Draft::default();
    let column = Column { name: "key".into(), default: Some("gen_random_uuid()".into()), ..Column::default() };
    let mut table = Table { name: Name::symbol("Account"), columns: vec![column], ..Table::default() };
    table.row_security = true;
    draft.schema.tables.push(table);
    draft.schema.extensions.push(Extension { name: "btree_gist".into(), ..Extension::default() });
    let ids: Vec<String> = claims(&model, &draft).iter().map(|c| c.id.to_string()).collect();
    assert_eq!(
        ids,
        [
            "engine-choice/version engine",
            "engine-choice/wal engine",
            "engine-choice/durability engine",
            "engine-choice/isolation engine.serializable",
            "engine-choice/feature engine.uuid_keys",
            "engine-choice/feature engine.row_security",
            "engine-choice/feature engine.extension.btree_gist",
        ]
    );
}

/// The trial of every kind of claim, for every feature and level.
fn all_trials() -> Vec<Trial> {
    let needs = Needs::of(&bank());
    let about = |kind: &str, subject: &str| kit::claim(ME, kind, path(subject), "", &brief(1));
    let mut out = laws();
    out.push(trials::version(&about("version", "engine"), &version(None, &needs, 0)));
    out.push(trials::extension(&about("feature", "engine.extension.btree_gist"), "btree_gist"));
    out
}

#[test]
fn every_twin_differs_from_its_trial_and_both_expect_something() {
    for trial in all_trials() {
        let Twin::Steps { weaker, steps } = &trial.twin else {
            continue;
        };
        assert!(!weaker.is_empty() && steps != &trial.steps, "{}", trial.claim);
        let says = |e: &Expect| !matches!(e, Expect::Accepted);
        assert!(trial.steps.iter().any(|s| says(&s.expect)), "{}", trial.claim);
        let expected: Vec<_> = trial.steps.iter().map(|s| &s.expect).filter(|e| says(e)).collect();
        let twin: Vec<_> = steps.iter().map(|s| &s.expect).filter(|e| says(e)).collect();
        assert_eq!(expected, twin, "{}: a twin keeps the expectations", trial.claim);
    }
}

#[test]
fn the_crash_trial_loses_commits_only_where_they_are_not_forced_to_disk() {
    let trial = trials::durability(&kit::claim(ME, "durability", path("engine"), "", &brief(1)));
    assert_eq!(trial.twin, Twin::Setting { name: "synchronous_commit".into(), value: "off".into() });
    assert!(matches!(trial.steps[2].expect, Expect::SurvivesCrash { commits: 200, .. }));
}
