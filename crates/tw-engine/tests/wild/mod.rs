//! Schemas that others wrote: what the review calls an error was shown, and a script of which a part is refused is
//! reviewed all the same.
#[path = "../../../tw-lab/tests/common/corpus.rs"]
mod corpus;

use tw_engine::review::{Request, Source, check, review, settings::Settings};
use tw_model::{
    evidence::Verdict,
    finding::{Review, Severity},
};

/// The review of a schema of the collection; none, and said, when it is not there.
fn reviewed(name: &str) -> Option<Review> {
    let path = corpus::directory().join(name);
    if corpus::scripts(name).is_none() {
        println!("not run: {} is not there", path.display());
        return None;
    }
    let source = Source::Paths(vec![path]);
    let request =
        Request { source, queries: None, rows: None, settings: Settings::default(), fix: false, pg_bin: None };
    Some(review(&request, &|_, _, _| {}).unwrap_or_else(|e| panic!("{name}: {e}")).0)
}

#[test]
fn errors_in_schemas_of_others_are_shown() {
    for (name, fewest) in [("northwind.sql", 3), ("synapse.sql", 8)] {
        let Some(review) = reviewed(name) else { continue };
        let error = |rule: &str| check::rule(rule).is_some_and(|r| r.severity == Severity::Error);
        let errors: Vec<_> = review.findings.iter().filter(|f| error(&f.rule)).collect();
        assert!(errors.len() >= fewest, "{name}: {} errors", errors.len());
        for finding in errors {
            let proof = finding.proof.as_ref().map(|p| (p.verdict, p.twin));
            assert_eq!(proof, Some((Verdict::Held, Some(Verdict::Refuted))), "{name}: {}", finding.message);
            assert_eq!(finding.severity, Severity::Error, "{name}: {}", finding.message);
        }
    }
}

#[test]
fn a_schema_that_is_refused_in_part_is_reviewed() {
    // It needs features of PostgreSQL 18: on every older server some of its tables are missing.
    let Some(review) = reviewed("pagila.sql") else { return };
    let refused = review.not_judged.iter().filter(|n| n.why.starts_with("refused: ")).count();
    assert!(review.tables > 5 && !review.findings.is_empty(), "{} tables", review.tables);
    let doubted = review.findings.iter().filter(|f| f.message.contains("as far as was loaded")).count();
    let whole = review.tables > 20;
    assert!(whole || refused > 0 && doubted > 0, "{refused} statements are refused, and {doubted} findings say so");
}
