//! Which candidates there are for which conditions, and which there are not.
use super::*;
use crate::indexing::accesses::accesses;
use serde_json::json;
use tw_model::print::index_definition;

fn facts() -> Facts {
    let column = |ty: &str, distinct: f64, correlation: f64, width: f64| ColumnFacts {
        ty: ty.into(),
        distinct,
        correlation,
        width,
        by_bytes: false,
    };
    let columns = [
        ("a", column("integer", 1_000.0, 0.0, 4.0)),
        ("b", column("integer", 100_000.0, 0.1, 4.0)),
        ("at", column("timestamp with time zone", 900_000.0, 0.99, 8.0)),
        ("state", column("text", 3.0, 0.2, 5.0)),
        ("name", column("character varying(40)", 500_000.0, 0.0, 40.0)),
        ("doc", column("jsonb", -1.0, 0.0, 120.0)),
        ("tags", column("text[]", -1.0, 0.0, 60.0)),
        ("during", column("tstzrange", -1.0, 0.0, 22.0)),
        ("body", column("text", -1.0, 0.0, 400.0)),
    ];
    let table = TableFacts {
        rows: 1_000_000.0,
        pages: 20_000.0,
        columns: columns.into_iter().map(|(n, c)| (n.to_string(), c)).collect(),
    };
    Facts {
        tables: BTreeMap::from([(Name::new("public", "t"), table)]),
        extensions: BTreeSet::from(["pg_trgm".to_string()]),
        existing: BTreeMap::new(),
    }
}

/// The definitions after `ON public.t`, for a filter.
fn for_filter(filter: &str, facts: &Facts) -> Vec<String> {
    let plan = json!({"Node Type": "Aggregate", "Output": ["count(*)"], "Plans": [
        {"Node Type": "Seq Scan", "Relation Name": "t", "Schema": "public", "Alias": "t", "Filter": filter}]});
    let all = candidates(&accesses(0, &[plan]), facts);
    let definition = |c: &Candidate| index_definition(&c.table, &c.index);
    all.iter()
        .map(|c| definition(c).split_once("ON public.t ").map(|(_, d)| d.to_string()).expect("a definition"))
        .collect()
}

#[track_caller]
fn check(filter: &str, there: &[&str], not_there: &[&str]) {
    let all = for_filter(filter, &facts());
    for wanted in there {
        assert!(all.iter().any(|d| d == wanted), "{wanted} is not among {all:#?}");
    }
    for unwanted in not_there {
        assert!(!all.iter().any(|d| d.contains(unwanted)), "{unwanted} is among {all:#?}");
    }
}

#[test]
fn each_kind_has_its_conditions() {
    check("((t.a = 1) AND (t.b > 7))", &["(a)", "(b)", "(a, b)"], &["gin", "brin", "WHERE"]);
    check("(t.at > '2024-01-01'::date)", &["(at)", "USING brin (at)"], &["WHERE"]);
    check("(t.b > 7)", &["(b)"], &["brin"]);
    check("((t.name)::text ~~ 'ab%'::text)", &["(name varchar_pattern_ops)", "USING gin (name gin_trgm_ops)"], &[]);
    check("((t.name)::text ~~ '%ab%'::text)", &["USING gin (name gin_trgm_ops)"], &["pattern_ops)\""]);
    check("(t.doc @> '{\"k\": 1}'::jsonb)", &["USING gin (doc jsonb_path_ops)"], &["(doc)"]);
    check("(t.doc ? 'k'::text)", &["USING gin (doc)"], &["path_ops"]);
    check("(t.tags && '{x}'::text[])", &["USING gin (tags)"], &[]);
    check("(t.during && '[2024-01-01,2024-02-01)'::tstzrange)", &["USING gist (during)"], &["gin"]);
    check("((t.name)::text = 'x'::text)", &["(name)", "USING hash (name)"], &[]);
    check("(lower((t.name)::text) = 'x'::text)", &["((lower((name)::text)))"], &[]);
    check("(t.state = 'open'::text)", &["(state)", "(state) WHERE state = 'open'::text"], &["gin"]);
    check("(t.state = $1)", &["(state)"], &["WHERE"]);
}

#[test]
fn small_tables_missing_extensions_and_existing_indexes_give_none() {
    let mut small = facts();
    small.tables.values_mut().for_each(|t| t.rows = 100.0);
    assert!(for_filter("(t.a = 1)", &small).is_empty());
    let mut without = facts();
    without.extensions.clear();
    assert!(!for_filter("((t.name)::text ~~ '%ab%'::text)", &without).iter().any(|d| d.contains("gin")));
    let mut there = facts();
    let part = tw_model::schema::IndexPart { column: "a".into(), ..Default::default() };
    let index = Index { method: "btree".into(), parts: vec![part], ..Index::default() };
    there.existing.insert(Name::new("public", "t"), vec![index]);
    assert!(!for_filter("(t.a = 1)", &there).iter().any(|d| d == "(a)"));
}

#[test]
fn a_candidate_is_relevant_where_its_first_part_is_compared_or_it_holds_all_that_is_read() {
    let plan = |filter: &str| {
        accesses(
            0,
            &[json!({"Node Type": "Aggregate", "Output": ["sum(t.b)"], "Plans": [
            {"Node Type": "Seq Scan", "Relation Name": "t", "Schema": "public", "Alias": "t", "Filter": filter}]})],
        )
    };
    let mut few = facts();
    few.tables.values_mut().flat_map(|t| t.columns.get_mut("a")).for_each(|c| c.distinct = 20.0);
    let all = candidates(&plan("(t.a = 1)"), &few);
    let with =
        |what: &str| all.iter().find(|c| index_definition(&c.table, &c.index).ends_with(what)).expect("a candidate");
    assert!(relevant(with("(a)"), &plan("(t.a = 5)")));
    assert!(!relevant(with("(a)"), &plan("(t.b = 5)")));
    assert!(relevant(with("INCLUDE (b)"), &plan("(t.b = 5)")), "it can be read instead of the table");
    assert!(!relevant(with("WHERE a = 1"), &plan("(t.a = 5)")), "its rows are others");
}
