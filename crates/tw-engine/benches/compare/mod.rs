//! Plans of two databases side by side.
use tw_lab::Lab;
use tw_model::{horizon::Horizon, ident::literal, trial::Actor};

/// A plan: node tree with join order and indexes, and its cost, which is shown and not compared.
pub struct Shape {
    /// Lines as in receipts.
    pub lines: Vec<String>,
    /// The root node.
    pub root: serde_json::Value,
}

impl Shape {
    fn cost(&self) -> f64 {
        self.root["Total Cost"].as_f64().unwrap_or(0.0)
    }
    /// Lines, each with rows and cost where they are asked for.
    fn shown(&self) -> Vec<String> {
        let mut lines = self.lines.clone();
        if std::env::var_os("PLANS_DIAGNOSE").is_some() {
            let mut n = 0;
            tw_lab::execute::plan::walk(&self.root, 0, &mut |node, _| {
                lines[n] += &format!(" {} {}", node["Plan Rows"], node["Total Cost"]);
                n += 1;
            });
        }
        lines
    }
}

/// Plans by query.
pub type Shapes = Vec<(String, Shape)>;

/// How many are equal, and, where asked for, those that are not, side by side.
pub fn against(full: &Shapes, other: &Shapes, name: &str, show: bool) -> String {
    let equal = full.iter().zip(other).filter(|(a, b)| a.1.lines == b.1.lines).count();
    let mut text = format!("{name}: {equal} of {} plans equal the full load's", full.len());
    let unequal = full.iter().zip(other).filter(|(a, b)| a.1.lines != b.1.lines);
    for ((query, a), (_, b)) in unequal.filter(|_| show) {
        text += &format!("\n    query {query}: cost {:.0} in full, {:.0} here", a.cost(), b.cost());
        let (left, right) = (a.shown(), b.shown());
        for n in 0..left.len().max(right.len()) {
            let mark = if line(&a.lines, n) == line(&b.lines, n) { ' ' } else { '|' };
            let (left, right) = (line(&left, n), line(&right, n));
            text += &format!("\n      {left:<75} {mark} {right}");
        }
    }
    text
}

fn line(lines: &[String], n: usize) -> &str {
    lines.get(n).map_or("", String::as_str)
}

/// Distinct values that ANALYZE states of the full load and that the horizon foresees, where they are apart.
pub fn statistics(lab: &Lab, database: &str, horizon: &Horizon) {
    let mut session = lab.session(database, &Actor::Lab).unwrap_or_else(|e| panic!("{e}"));
    for table in &horizon.tables {
        for column in &table.columns {
            let sql = format!(
                "SELECT n_distinct::float8, correlation::float8, coalesce(cardinality(most_common_freqs), 0)::int4 \
                 FROM pg_stats WHERE tablename = {} AND attname = {}",
                literal(&table.name.name),
                literal(&column.name)
            );
            let Ok(row) = session.client.query_one(sql.as_str(), &[]) else { continue };
            let stated: f64 = row.get(0);
            let count = |n: f64| if n < 0.0 { -n * table.rows as f64 } else { n };
            if (count(stated) / count(column.n_distinct).max(1e-9) - 1.0).abs() > 0.1 {
                println!(
                    "    {}.{}: {stated} stated, {} foreseen, correlation {:.2}, {} common values",
                    table.name.name,
                    column.name,
                    column.n_distinct,
                    row.get::<_, f64>(1),
                    row.get::<_, i32>(2)
                );
            }
        }
    }
}
