//! Every rule's page is executed: what it says is found is found, what it says passes passes, what it demonstrates is
//! seen on a server and gone under its twin, and after its fix the finding is gone and no new one has appeared.
//!
//! All examples live in one database, each in a namespace of its own, so that one reading of the catalogue serves all.
mod mutations;
mod planted;
mod wild;

use mutations::given::Given;
use std::collections::BTreeMap;
use tw_engine::{
    index::made,
    review::{DATABASE, check, prove},
};
use tw_lab::{Lab, LabOptions, Live, Scope, discover, introspect, observe};
use tw_model::{
    claim::ClaimId,
    evidence::Verdict,
    finding::{Severity, SubjectKind},
    observed::{Observed, Statistics},
    schema::{GrantOn, Schema},
    trial::Actor,
};
use tw_rooms::{
    rule::{Example, Needs, Rule, Spot},
    scene::Scene,
};

/// Headings of a rule's page, in order.
const HEADINGS: &[&str] = &["What", "Why it matters", "What to do", "When to accept it", "Sources"];
/// Forms in which a rule's flaw is shown at least: inline, by ALTER, by domain or inheritance or partitions.
const FORMS: usize = 3;

/// An example with its namespace; statistics name its tables without the namespace.
struct Block {
    rule: &'static Rule,
    kind: Example,
    namespace: String,
    given: Given,
}

impl Block {
    /// What the rule needs besides the schema: statistics and queries as the example gives them, rows as they are.
    fn observed(&self, live: &mut Live, schema: &Schema) -> Observed {
        let mut observed = Observed::default();
        match self.rule.needs {
            Needs::Schema => {}
            Needs::Statistics => observed.statistics = Some(self.within(self.given.statistics(&self.namespace))),
            Needs::Rows => {
                let looked = observe::rows(live, schema, observe::MOST_ROWS).expect("rows are read");
                assert!(looked.left_out.is_empty(), "{:?}", looked.left_out);
                observed.rows = Some(looked.tables);
            }
            Needs::Queries => observed.queries = Some(self.given.queries(&self.namespace)),
        }
        observed
    }

    /// The statistics with the namespace before every name.
    fn within(&self, mut said: Statistics) -> Statistics {
        fn named<T>(namespace: &str, map: &mut BTreeMap<String, T>) {
            *map = std::mem::take(map).into_iter().map(|(name, of)| (format!("{namespace}.{name}"), of)).collect();
        }
        let n = &self.namespace;
        named(n, &mut said.tables);
        named(n, &mut said.indexes);
        named(n, &mut said.columns);
        named(n, &mut said.sequences);
        for of in said.sequences.values_mut().filter(|s| !s.column.is_empty()) {
            of.column = format!("{n}.{}", of.column);
        }
        said
    }
}

/// The place of a block, its spots, and what every rule found in it before the fixes.
type Fixed = (usize, Vec<Spot>, BTreeMap<&'static str, usize>);

fn blocks() -> Vec<Block> {
    let wanted = std::env::var("RULE").unwrap_or_default();
    let rules = check::rules().filter(|r| r.id.contains(&wanted));
    rules
        .flat_map(|rule| {
            rule.examples().into_iter().enumerate().map(move |(n, (kind, text))| {
                let namespace = format!("{}_{n}", rule.id.replace(['/', '-'], "_"));
                Block { rule, kind, namespace, given: Given::of(&text) }
            })
        })
        .collect()
}

/// What of the schema is of one example. Roles belong to the whole server: those that its text names.
fn part(whole: &Schema, block: &Block) -> Schema {
    fn kept<T: Clone>(all: &[T], wanted: impl Fn(&T) -> bool) -> Vec<T> {
        all.iter().filter(|one| wanted(one)).cloned().collect()
    }
    let ours = |schema: &str| schema == block.namespace;
    let words: Vec<String> = tw_lab::split::words(&block.given.sql);
    let on = |on: &GrantOn| match on {
        GrantOn::Table { name } | GrantOn::Sequence { name } | GrantOn::Type { name } => ours(&name.schema),
        GrantOn::Function { name, .. } => ours(&name.schema),
        GrantOn::Namespace { name } => ours(name),
        GrantOn::Database => false,
    };
    Schema {
        namespaces: kept(&whole.namespaces, |n| ours(&n.name)),
        extensions: kept(&whole.extensions, |e| ours(&e.schema)),
        types: kept(&whole.types, |t| ours(&t.name.schema)),
        sequences: kept(&whole.sequences, |s| ours(&s.name.schema)),
        tables: kept(&whole.tables, |t| ours(&t.name.schema)),
        views: kept(&whole.views, |v| ours(&v.name.schema)),
        functions: kept(&whole.functions, |f| ours(&f.name.schema)),
        roles: kept(&whole.roles, |r| words.contains(&r.name)),
        grants: kept(&whole.grants, |g| on(&g.on)),
        revokes: kept(&whole.revokes, |g| on(&g.on)),
        default_privileges: kept(&whole.default_privileges, |p| p.schema.as_deref().is_some_and(ours)),
    }
}

fn read(lab: &Lab) -> Schema {
    let mut session = lab.session(DATABASE, &Actor::Lab).expect("a session");
    introspect(&mut session.client, &Scope::default()).expect("the schema is read")
}

/// How often each rule finds something.
fn counts(scene: &Scene) -> BTreeMap<&'static str, usize> {
    let found = check::rules().filter(|r| scene.has(r.needs)).map(|r| (r.id, (r.check)(scene).len()));
    found.filter(|(_, n)| *n > 0).collect()
}

fn started() -> (Lab, Vec<Block>) {
    let installation = discover(None).unwrap_or_else(|e| panic!("{e}")).remove(0);
    let lab = Lab::start(&installation, &LabOptions::default()).unwrap_or_else(|e| panic!("{e}"));
    lab.create_database(DATABASE, None).expect("a database");
    let blocks = blocks();
    let mut script = String::new();
    let mut lines = vec![];
    for block in &blocks {
        lines.push(script.lines().count());
        let n = &block.namespace;
        script += &format!("create schema {n};\nset search_path = {n};\n{}\n;\n", block.given.sql);
    }
    let loaded = lab.load_each(DATABASE, &script).expect("the examples are loaded");
    let told: Vec<String> = loaded
        .refused
        .iter()
        .map(|e| {
            let at = lines.iter().rposition(|l| e.line > *l).unwrap_or(0);
            format!("{}: {e}", blocks[at].namespace)
        })
        .collect();
    assert!(told.is_empty(), "examples are refused:\n{}", told.join("\n"));
    (lab, blocks)
}

/// The part of the schema that is each block's, with what is observed of it. Nobody is connected afterwards.
fn observed(lab: &Lab, blocks: &[Block], whole: &Schema) -> Vec<(Schema, Observed)> {
    let mut live = made::look_at(lab, DATABASE).expect("the lab can be looked at");
    let one = |block: &Block| {
        let schema = part(whole, block);
        let observed = block.observed(&mut live, &schema);
        (schema, observed)
    };
    blocks.iter().map(one).collect()
}

#[test]
fn every_page_is_true() {
    let (lab, blocks) = started();
    let before = read(&lab);
    let mut faults = vec![];
    let mut fixes: Vec<Fixed> = vec![];
    let seen = observed(&lab, &blocks, &before);
    for (n, (block, (schema, observed))) in blocks.iter().zip(&seen).enumerate() {
        let scene = Scene::with(schema, observed);
        let spots = (block.rule.check)(&scene);
        faults.extend(fault(block.kind, &spots).map(|fault| format!("{}: {fault}", block.namespace)));
        if block.rule.needs != Needs::Schema && !(block.rule.check)(&Scene::with(schema, &unseen())).is_empty() {
            faults.push(format!("{}: it is found without {}", block.namespace, block.rule.needs.phrase()));
        }
        for spot in &spots {
            if spot.message.ends_with('.') || spot.message.is_empty() {
                faults.push(format!(
                    "{}: a message is a sentence without its full stop: {}",
                    block.namespace, spot.message
                ));
            }
            faults.extend(demonstrated(&lab, &scene, block, spot));
        }
        if spots.iter().any(|s| s.fix.is_some()) {
            fixes.push((n, spots, counts(&scene)));
        }
    }
    faults.extend(fixed(&lab, &blocks, &seen, &fixes));
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// What is wrong with what a rule finds in an example of that kind.
fn fault(kind: Example, spots: &[Spot]) -> Option<String> {
    let told: Vec<&str> = spots.iter().map(|s| s.message.as_str()).collect();
    match kind {
        Example::Finds if told.is_empty() => Some("nothing is found".into()),
        Example::Passes if !told.is_empty() => Some(format!("found: {told:?}")),
        _ => None,
    }
}

/// A database of which all was looked at and nothing seen.
fn unseen() -> Observed {
    Observed { statistics: Some(Statistics::default()), rows: Some(BTreeMap::new()), queries: Some(vec![]) }
}

/// The pages can fail: with a rule that finds nothing, or something in everything, each of them does.
#[test]
fn a_rule_that_finds_nothing_or_everything_fails_on_its_page() {
    let something = Spot::at(SubjectKind::Database, "database".into(), "there it is");
    for broken in [vec![], vec![something]] {
        for rule in check::rules() {
            let examples = rule.examples();
            let fails = examples.iter().any(|(kind, _)| fault(*kind, &broken).is_some());
            assert!(fails, "{}: its page takes a rule that finds {broken:?} everywhere", rule.id);
        }
    }
}

/// The demonstration of a finding holds, and its twin makes it fail.
fn demonstrated(lab: &Lab, scene: &Scene, block: &Block, spot: &Spot) -> Option<String> {
    let demonstrate = block.rule.proof?;
    let at = &block.namespace;
    let demonstration = match demonstrate(scene, spot) {
        Ok(demonstration) => demonstration,
        Err(why) => return Some(format!("{at}: {} is not demonstrated: {why}", spot.subject.path)),
    };
    let claim = ClaimId(format!("{} {}", block.rule.id, spot.subject.path));
    let proof = prove::one(lab, &prove::bases(), claim, demonstration).expect("the lab holds");
    let shown = proof.verdict == Verdict::Held && proof.twin == Some(Verdict::Refuted);
    (!shown).then(|| {
        let steps: Vec<&str> = proof.trial.iter().flat_map(|t| &t.steps).map(|s| s.sql.as_str()).collect();
        format!(
            "{at}: not shown: {:?} {:?}\n  {}\n  {:?}",
            proof.reason,
            proof.twin,
            steps.join("\n  "),
            proof.outcomes
        )
    })
}

/// After the fixes of a block its findings are gone, and no rule finds more than before.
fn fixed(lab: &Lab, blocks: &[Block], seen: &[(Schema, Observed)], fixes: &[Fixed]) -> Vec<String> {
    let mut faults = vec![];
    let mut session = lab.session(DATABASE, &Actor::Lab).expect("a session");
    for (n, spots, ..) in fixes {
        for fix in spots.iter().filter_map(|s| s.fix.as_ref()) {
            if let Err(error) = session.client.batch_execute(&fix.sql) {
                let said = error.as_db_error().map_or(error.to_string(), |e| e.message().to_string());
                faults.push(format!("{}: the fix is refused: {said}\n  {}", blocks[*n].namespace, fix.sql));
            }
        }
    }
    drop(session);
    let after = read(lab);
    for (n, spots, before) in fixes {
        let block = &blocks[*n];
        let schema = part(&after, block);
        let scene = Scene::with(&schema, &seen[*n].1);
        let left = (block.rule.check)(&scene);
        for spot in spots.iter().filter(|s| s.fix.is_some()) {
            if left.iter().any(|l| l.subject == spot.subject && l.fact == spot.fact) {
                faults.push(format!("{}: found again after its fix: {}", block.namespace, spot.message));
            }
        }
        for (rule, count) in counts(&scene) {
            if count > before.get(rule).copied().unwrap_or(0) {
                faults.push(format!("{}: the fix brings a finding of {rule}", block.namespace));
            }
        }
    }
    faults
}

#[test]
fn every_rule_has_the_shape() {
    let mut faults = vec![];
    let mut ids: Vec<&str> = vec![];
    for room in tw_rooms::ROOMS {
        for rule in room.rules {
            ids.push(rule.id);
            let (examples, page) = (rule.examples(), rule.page());
            let of = |kind: Example| examples.iter().filter(|(k, _)| *k == kind).count();
            let headings: Vec<&str> = page.lines().filter_map(|l| l.strip_prefix("## ")).collect();
            let mut fault = |wrong: bool, what: &str| {
                if wrong {
                    faults.push(format!("{}: {what}", rule.id));
                }
            };
            fault(rule.room() != room.id, "its id does not begin with its room");
            fault(headings != HEADINGS, &format!("its headings are {headings:?}"));
            fault(HEADINGS.iter().any(|h| rule.section(h).is_empty()), "a section is empty");
            fault(of(Example::Finds) < FORMS, "it shows too few forms of its flaw");
            fault(of(Example::Passes) == 0, "it has no example that passes");
            fault(rule.severity == Severity::Error && rule.proof.is_none(), "an error without a demonstration");
            fault(!rule.source.contains(&format!("id: \"{}\"", rule.id)), "its source is not its own file");
        }
    }
    let total = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), total, "two rules have one id");
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
