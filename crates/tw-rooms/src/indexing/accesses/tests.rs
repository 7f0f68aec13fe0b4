//! Plans as PostgreSQL prints them, and what is read from them.
use super::*;
use serde_json::json;

fn scan(table: &str, alias: &str, filter: &str) -> Value {
    json!({"Node Type": "Seq Scan", "Relation Name": table, "Schema": "public", "Alias": alias, "Filter": filter,
           "Output": [format!("{alias}.everything")]})
}

/// On what and how, of each condition of the only access.
fn told(filter: &str) -> Vec<(String, How)> {
    let all = accesses(0, &[scan("t", "t", filter)]);
    all[0].conditions.iter().map(|c| (c.on.as_ref().map_or(String::new(), |e| e.sql.clone()), c.how.clone())).collect()
}

#[test]
fn conditions_are_told_apart_by_how_they_compare() {
    let cases: &[(&str, &str, How)] = &[
        ("(t.a = 1)", "a", How::Equal),
        ("('5'::text = t.a)", "a", How::Equal),
        ("(t.a = ANY ('{1,2}'::integer[]))", "a", How::OneOf),
        ("(t.\"Mixed Case\" >= '2024-01-01'::date)", "\"Mixed Case\"", How::Range),
        ("((t.name)::text ~~ 'abc%'::text)", "name", How::Prefix),
        ("((t.name)::text ~~ '%abc%'::text)", "name", How::Pattern),
        ("(t.name ~* 'a+'::text)", "name", How::Pattern),
        ("(lower(t.email) = 'x'::text)", "lower(email)", How::Equal),
        ("(SUBSTRING(t.phone FROM 1 FOR 2) = '13'::text)", "SUBSTRING(phone FROM 1 FOR 2)", How::Equal),
        ("(t.doc @> '{\"a\": 1}'::jsonb)", "doc", How::Contains("@>".into())),
        ("('[1,2)'::int4range @> t.during)", "during", How::Contains("<@".into())),
        (
            "(to_tsvector('english'::regconfig, t.body) @@ '''x'''::tsquery)",
            "to_tsvector('english'::regconfig, body)",
            How::Search,
        ),
        ("(t.gone IS NULL)", "gone", How::Null),
        ("(t.a > (InitPlan 1).col1)", "a", How::Range),
    ];
    for (filter, on, how) in cases {
        assert_eq!(told(filter), [(on.to_string(), how.clone())], "{filter}");
    }
    assert_eq!(told("(t.a < t.b)"), [(String::new(), How::Other)]);
    assert_eq!(told("((t.a = 1) AND (t.b > 2) AND (NOT (hashed SubPlan 1)))").len(), 2);
}

#[test]
fn what_varies_is_not_fixed_and_columns_of_the_row_are() {
    let fixed = |filter: &str| accesses(0, &[scan("t", "t", filter)])[0].conditions[0].fixed;
    assert!(fixed("(t.a = 'x'::text)"));
    assert!(fixed("(t.a < t.b)"));
    assert!(!fixed("(t.a = $1)"));
    assert!(!fixed("(t.a = (SubPlan 2))"));
}

#[test]
fn alternatives_are_each_a_way_but_only_together() {
    let all = accesses(0, &[scan("t", "t", "((t.a = 1) OR ((t.b = 2) AND (t.c > 3)))")]);
    let arms: Vec<&str> = all[0]
        .conditions
        .iter()
        .filter(|c| c.alternative)
        .map(|c| c.on.as_ref().expect("a column").sql.as_str())
        .collect();
    assert_eq!(arms, ["a", "b", "c"]);
    assert!(all[0].conditions.iter().any(|c| !c.alternative && c.on.is_none()));
}

#[test]
fn joins_orders_and_needs_are_read_from_the_nodes_above() {
    let plan = json!({
        "Node Type": "Sort", "Output": ["o.total", "c.name"], "Sort Key": ["o.placed DESC NULLS LAST", "o.id", "c.name"],
        "Plans": [{
            "Node Type": "Hash Join", "Hash Cond": "(o.customer_id = c.id)", "Output": ["o.total", "o.placed", "o.id", "c.name"],
            "Plans": [scan("orders", "o", "(o.state = 'open'::text)"),
                {"Node Type": "Hash", "Output": ["c.name", "c.id"], "Plans": [scan("customers", "c", "(c.age > 3)")]}]
        }]
    });
    let all = accesses(4, &[plan]);
    let (c, o) = (&all[0], &all[1]);
    assert_eq!((c.table.name.as_str(), o.table.name.as_str(), o.query), ("customers", "orders", 4));
    let joins = |a: &Access| -> Vec<String> {
        a.conditions
            .iter()
            .filter(|c| c.how == How::Join)
            .filter_map(|c| c.on.as_ref())
            .map(|e| e.sql.clone())
            .collect()
    };
    assert_eq!((joins(c), joins(o)), (vec!["id".to_string()], vec!["customer_id".to_string()]));
    let order: Vec<(&str, bool, bool)> =
        o.orders[0].iter().map(|o| (o.by.sql.as_str(), o.desc, o.nulls_last)).collect();
    assert_eq!(order, [("placed", true, true), ("id", false, false)]);
    let needed: Vec<&str> = o.needed.iter().map(String::as_str).collect();
    assert_eq!(
        needed,
        ["customer_id", "id", "placed", "total"],
        "a column that only its own condition reads is not needed"
    );
}
