//! Plans of two databases side by side.
use tw_lab::Lab;
use tw_model::{horizon::Horizon, ident::literal, trial::Actor};

/// A plan: node tree with join order and indexes, and its cost, which is shown and not compared.
pub struct Shape {
    /// Lines as in receipts.
    pub lines: Vec<String>,
    /// Total cost.
    pub cost: f64,
}

/// Plans by query.
pub type Shapes = Vec<(String, Shape)>;

/// How many are equal, and, where asked for, those that are not, side by side.
pub fn against(full: &Shapes, other: &Shapes, name: &str, show: bool) -> String {
    let equal = full.iter().zip(other).filter(|(a, b)| a.1.lines == b.1.lines).count();
    let mut text = format!("{name}: {equal} of {} plans equal the full load's", full.len());
    let unequal = full.iter().zip(other).filter(|(a, b)| a.1.lines != b.1.lines);
    for ((query, a), (_, b)) in unequal.filter(|_| show) {
        text += &format!("\n    query {query}: cost {:.0} in full, {:.0} here", a.cost, b.cost);
        for n in 0..a.lines.len().max(b.lines.len()) {
            let (left, right) = (line(a, n), line(b, n));
            let mark = if left == right { ' ' } else { '|' };
            text += &format!("\n      {left:<60} {mark} {right}");
        }
    }
    text
}

fn line(shape: &Shape, n: usize) -> &str {
    shape.lines.get(n).map_or("", String::as_str)
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
