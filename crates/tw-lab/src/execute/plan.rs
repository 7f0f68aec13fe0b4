//! Plans: their shape, and the pages that a run touches.
use super::roots::Roots;
use postgres::{Client, Error, SimpleQueryMessage};
use serde_json::Value;
use std::{collections::BTreeSet, time::Instant};
use tw_model::ident::quote;

/// The size of a page.
const PAGE_BYTES: f64 = 8192.0;

/// What a run of a statement cost, in pages.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// Pages of any kind that the run touched, a page once for each time it was asked for.
    pub touched: u64,
    /// Pages that the result comes from or fills, whichever is more, at least 1: a row may come from a page
    /// of its own in each table.
    ///
    /// Of a write: one page in the table and one in each of its indexes for every row written, since that
    /// is the least that has to be touched.
    pub result: u64,
    /// Tables of the plan: (namespace, name).
    pub tables: BTreeSet<(String, String)>,
}

impl Figures {
    /// `touched ≤ 4 × result pages + 10 × tree height`.
    pub fn within(&self, height: u32) -> bool {
        self.touched <= 4 * self.result + 10 * u64::from(height)
    }
}

/// The plan's nodes from the root, two blanks deeper each level: node type, then ` using INDEX` where the
/// node reads one, then ` on TABLE` where it reads or writes one. Names are quoted where SQL needs it.
pub fn shape(client: &mut Client, sql: &str, roots: &Roots) -> Result<Vec<String>, Error> {
    let mut plan = explain(client, "COSTS OFF", sql)?;
    roots.rename(&mut plan);
    Ok(lines(&plan))
}

/// The shape, and the root node as `EXPLAIN (FORMAT JSON)` gives it, whose costs are for showing and never for
/// comparing.
pub fn shape_and_root(client: &mut Client, sql: &str) -> Result<(Vec<String>, Value), Error> {
    let plan = explain(client, "VERBOSE OFF", sql)?;
    Ok((lines(&plan), plan))
}

/// Runs the statement twice, the first time undone, and reads the second: then caches are warm and hint
/// bits set.
pub fn pages(client: &mut Client, sql: &str, roots: &Roots) -> Result<(Vec<String>, Figures), Error> {
    const OPTIONS: &str = "ANALYZE, BUFFERS, TIMING OFF, SUMMARY OFF, VERBOSE";
    run_before(client, sql, OPTIONS)?;
    let mut plan = explain(client, OPTIONS, sql)?;
    let indexes = match written(&plan) {
        Some(target) => index_count(client, &target)?,
        None => 0,
    };
    let figures = figures(&plan, indexes);
    roots.rename(&mut plan);
    Ok((lines(&plan), figures))
}

/// Pages of any kind that the statement touches, what it calls included, and milliseconds, after a run that is undone.
pub fn price(client: &mut Client, sql: &str) -> Result<(f64, f64), Error> {
    const OPTIONS: &str = "ANALYZE, BUFFERS, TIMING OFF, SUMMARY OFF";
    run_before(client, sql, OPTIONS)?;
    let began = Instant::now();
    let plan = explain(client, OPTIONS, sql)?;
    Ok((figures(&plan, 0).touched as f64, began.elapsed().as_secs_f64() * 1000.0))
}

/// Runs it once and undoes that.
fn run_before(client: &mut Client, sql: &str, options: &str) -> Result<(), Error> {
    let (before, after) = match client.batch_execute("SAVEPOINT tw_first_run") {
        Ok(()) => ("", "ROLLBACK TO SAVEPOINT tw_first_run; RELEASE SAVEPOINT tw_first_run"),
        // no_active_sql_transaction
        Err(e) if e.code().is_some_and(|c| c.code() == "25P01") => ("BEGIN", "ROLLBACK"),
        Err(e) => return Err(e),
    };
    client.batch_execute(before)?;
    let first = explain(client, options, sql);
    client.batch_execute(after)?;
    first.map(|_| ())
}

/// The root node of what EXPLAIN says of a statement.
pub(crate) fn explain(client: &mut Client, options: &str, sql: &str) -> Result<Value, Error> {
    root(&client.simple_query(&format!("EXPLAIN ({options}, FORMAT JSON) {sql}"))?)
}

/// The root node in the answer to an EXPLAIN, alone or the last of several statements.
pub(crate) fn root(messages: &[SimpleQueryMessage]) -> Result<Value, Error> {
    let text: String = messages
        .iter()
        .filter_map(|m| match m {
            SimpleQueryMessage::Row(row) => row.get(0),
            _ => None,
        })
        .collect::<Vec<_>>()
        .join("\n");
    let mut parsed: Value = serde_json::from_str(&text).unwrap_or_default();
    Ok(parsed.get_mut(0).and_then(|p| p.get_mut("Plan")).map(Value::take).unwrap_or_default())
}

/// Figures of an analysed node that count pages.
const BLOCKS: [&str; 6] = [
    "Shared Hit Blocks",
    "Shared Read Blocks",
    "Local Hit Blocks",
    "Local Read Blocks",
    "Temp Read Blocks",
    "Temp Written Blocks",
];

/// Pages of any kind that an analysed plan touched.
pub(crate) fn touched(plan: &Value) -> u64 {
    BLOCKS.iter().map(|key| plan[*key].as_f64().unwrap_or(0.0) as u64).sum()
}

/// The shape of a plan that EXPLAIN gave; see [`shape`].
pub fn lines(plan: &Value) -> Vec<String> {
    let mut out = vec![];
    walk(plan, 0, &mut |node, depth| out.push(line(node, depth)));
    out
}

/// Visits every node from the root, with its depth.
pub fn walk(node: &Value, depth: usize, visit: &mut impl FnMut(&Value, usize)) {
    visit(node, depth);
    for child in node["Plans"].as_array().into_iter().flatten() {
        walk(child, depth + 1, visit);
    }
}

/// Tables that the plan reads whole, sorted: every page of them, or every entry of an index that is not `partial`.
///
/// A search without a condition of its index reads it whole unless a limit ends it early, which it does where nothing
/// sorts or gathers first and no filter passes rows over.
pub fn whole(plan: &Value, partial: &BTreeSet<String>) -> Vec<String> {
    let mut found = BTreeSet::new();
    whole_below(plan, false, partial, &mut found);
    found.into_iter().collect()
}

fn whole_below(node: &Value, limited: bool, partial: &BTreeSet<String>, found: &mut BTreeSet<String>) {
    let text = |key: &str| node[key].as_str().unwrap_or("");
    let kind = text("Node Type");
    let index = text("Index Name");
    let reads_all = match kind {
        "Seq Scan" => true,
        "Index Scan" | "Index Only Scan" => {
            let ends_early = limited && node["Filter"].is_null();
            node["Index Cond"].is_null() && node["Order By"].is_null() && !ends_early && !partial.contains(index)
        }
        _ => false,
    };
    if reads_all {
        found.insert(text("Relation Name").to_string());
    }
    let gathers = matches!(kind, "Sort" | "Incremental Sort" | "Aggregate" | "Hash" | "WindowAgg" | "Unique" | "SetOp");
    let limited = (limited || kind == "Limit") && !gathers;
    for child in node["Plans"].as_array().into_iter().flatten() {
        whole_below(child, limited, partial, found);
    }
}

fn line(node: &Value, depth: usize) -> String {
    let text = |key: &str| node[key].as_str();
    let mut line = "  ".repeat(depth);
    let kind = text("Node Type").unwrap_or("unknown");
    line.push_str(match (kind, text("Operation"), text("Strategy")) {
        ("ModifyTable", Some(operation), _) => operation,
        ("Aggregate", _, Some("Hashed")) => "Hash Aggregate",
        ("Aggregate", _, Some("Sorted")) => "Group Aggregate",
        _ => kind,
    });
    if let Some(join @ ("Left" | "Right" | "Full" | "Semi" | "Anti" | "Right Semi" | "Right Anti")) = text("Join Type")
    {
        line.push_str(&format!(" ({join})"));
    }
    if text("Scan Direction") == Some("Backward") {
        line.push_str(" Backward");
    }
    if let Some(index) = text("Index Name") {
        line.push_str(&format!(" using {}", quote(index)));
    }
    if let Some(table) = text("Relation Name") {
        line.push_str(&format!(" on {}", quote(table)));
    }
    line
}

/// The table that the plan writes.
fn written(plan: &Value) -> Option<(String, String)> {
    let mut target = None;
    walk(plan, 0, &mut |node, _| {
        if node["Node Type"] == "ModifyTable" {
            target = target.take().or(table_of(node));
        }
    });
    target
}

fn table_of(node: &Value) -> Option<(String, String)> {
    let table = node["Relation Name"].as_str()?;
    let schema = node["Schema"].as_str().unwrap_or("public");
    Some((schema.to_string(), table.to_string()))
}

fn index_count(client: &mut Client, table: &(String, String)) -> Result<u64, Error> {
    let sql = "SELECT count(*) FROM pg_catalog.pg_index i \
               JOIN pg_catalog.pg_class c ON c.oid = i.indrelid \
               JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
               WHERE i.indisready AND n.nspname = $1 AND c.relname = $2";
    let count: i64 = client.query_one(sql, &[&table.0, &table.1])?.get(0);
    Ok(count as u64)
}

fn figures(plan: &Value, target_indexes: u64) -> Figures {
    let number = |node: &Value, key: &str| node[key].as_f64().unwrap_or(0.0);
    let mut tables = BTreeSet::new();
    let mut written_rows = 0.0;
    walk(plan, 0, &mut |node, _| {
        tables.extend(table_of(node));
        if node["Node Type"] == "ModifyTable" {
            // Without RETURNING the node gives no rows; what feeds it does.
            let feeders = node["Plans"].as_array();
            written_rows += feeders.into_iter().flatten().map(|f| number(f, "Actual Rows")).sum::<f64>();
        }
    });
    let rows = number(plan, "Actual Rows");
    let bytes = rows * number(plan, "Plan Width");
    // The rows of a result lie where they lie: each may come from a page of its own in each table.
    let stored = rows as u64 * tables.len() as u64;
    let result = stored.max((bytes / PAGE_BYTES).ceil() as u64) + written_rows as u64 * (1 + target_indexes);
    Figures { touched: touched(plan), result: result.max(1), tables }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_names_nodes_indexes_and_tables_and_no_cost() {
        let plan = serde_json::json!({
            "Node Type": "Nested Loop", "Join Type": "Left", "Total Cost": 12.5,
            "Plans": [
                {"Node Type": "Index Scan", "Scan Direction": "Backward", "Index Name": "Pk", "Relation Name": "accounts"},
                {"Node Type": "Seq Scan", "Relation Name": "order"}
            ]
        });
        assert_eq!(
            lines(&plan),
            ["Nested Loop (Left)", "  Index Scan Backward using \"Pk\" on accounts", "  Seq Scan on \"order\""]
        );
    }

    #[test]
    fn what_reads_a_table_whole_is_told_from_what_seeks() {
        let whole = |plan: Value| super::whole(&plan, &BTreeSet::from(["few".to_string()]));
        let scan = |cond: Option<&str>, filter: Option<&str>, index: &str| {
            serde_json::json!({"Node Type": "Index Scan", "Index Name": index, "Relation Name": "t", "Index Cond": cond,
                "Filter": filter})
        };
        let under = |kind: &str, child: Value| serde_json::json!({"Node Type": kind, "Plans": [child]});
        assert_eq!(whole(serde_json::json!({"Node Type": "Seq Scan", "Relation Name": "t"})), ["t"]);
        assert!(whole(scan(Some("a = 1"), None, "i")).is_empty());
        assert_eq!(whole(scan(None, None, "i")), ["t"]);
        assert!(whole(scan(None, None, "few")).is_empty(), "a partial index is not the table");
        assert!(whole(under("Limit", scan(None, None, "i"))).is_empty());
        assert_eq!(whole(under("Limit", scan(None, Some("b = 2"), "i"))), ["t"]);
        assert_eq!(whole(under("Limit", under("Sort", scan(None, None, "i")))), ["t"]);
    }

    #[test]
    fn a_read_is_charged_the_pages_of_its_result_and_a_write_its_rows() {
        let read = serde_json::json!({
            "Node Type": "Seq Scan", "Relation Name": "t", "Schema": "s", "Actual Rows": 1000, "Plan Width": 100,
            "Shared Hit Blocks": 50, "Shared Read Blocks": 3
        });
        let f = figures(&read, 0);
        assert_eq!((f.touched, f.result), (53, 1000));
        let few = serde_json::json!({
            "Node Type": "Seq Scan", "Relation Name": "t", "Schema": "s", "Actual Rows": 1, "Plan Width": 100000,
            "Shared Hit Blocks": 60, "Shared Read Blocks": 2
        });
        let f = figures(&few, 0);
        assert_eq!((f.touched, f.result), (62, 13));
        assert!(f.within(1) && !f.within(0));
        let write = serde_json::json!({
            "Node Type": "ModifyTable", "Operation": "Insert", "Relation Name": "t", "Actual Rows": 0,
            "Plans": [{"Node Type": "Result", "Actual Rows": 1}], "Shared Hit Blocks": 9
        });
        assert_eq!(figures(&write, 2).result, 3);
        assert_eq!(lines(&write)[0], "Insert on t");
    }
}
