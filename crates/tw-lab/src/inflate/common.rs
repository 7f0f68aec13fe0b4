//! Most common values, weighed again: of what stood out in a sample, what still would among the rows of the horizon.
//!
//! ANALYZE keeps a value only where it came significantly more often than the rest would by chance, and keeps all where
//! it has read the whole table. A sample that is read whole would so keep values of which nothing is known; the planner
//! would take their few rows in the sample for a large share of the horizon's. The rule is ANALYZE's own
//! (`src/backend/commands/analyze.c`, `analyze_mcv_list`).
use super::sizes::Size;
use postgres::{Client, Error};
use std::collections::BTreeMap;

/// A list of most common values, as the statistics hold it.
struct Kept {
    table: u32,
    column: i16,
    inherited: bool,
    /// Which of the five slots.
    slot: i32,
    shares: Vec<f64>,
    distinct: f64,
    null_share: f64,
}

/// Cuts every list of a table that grows to what stands out among so many rows. `sampled` are the rows that the
/// statistics were made from, by table; `read` is what ANALYZE reads of a table at most.
pub fn cut(
    client: &mut Client,
    sizes: &BTreeMap<u32, Size>,
    sampled: &BTreeMap<u32, f64>,
    read: f64,
) -> Result<(), Error> {
    client.batch_execute("SET allow_system_table_mods = on")?;
    let tables: Vec<u32> = sizes.keys().copied().collect();
    for list in lists(client, &tables)? {
        let rows = sizes[&list.table].rows;
        let looked = sampled.get(&list.table).copied().unwrap_or(0.0).min(read);
        let keep = standing_out(&list, looked, rows);
        if keep == list.shares.len() {
            continue;
        }
        let n = list.slot;
        let (kind, values) = if keep == 0 {
            (0, "NULL".to_string())
        } else {
            let first = format!("(s.stavalues{n}::text::text[])[1:{keep}]");
            (1, format!("array_in(textout({first}::text), a.atttypid, -1)"))
        };
        let numbers = if keep == 0 { "NULL".to_string() } else { format!("s.stanumbers{n}[1:{keep}]") };
        let sql = format!(
            "UPDATE pg_catalog.pg_statistic s SET stakind{n} = {kind}, stanumbers{n} = {numbers}, stavalues{n} = {values} \
             FROM pg_catalog.pg_attribute a WHERE s.starelid = $1 AND s.staattnum = $2 AND s.stainherit = $3 \
             AND a.attrelid = s.starelid AND a.attnum = s.staattnum"
        );
        client.execute(&sql, &[&list.table, &list.column, &list.inherited])?;
    }
    Ok(())
}

fn lists(client: &mut Client, tables: &[u32]) -> Result<Vec<Kept>, Error> {
    let slots: Vec<String> = (1..=5)
        .map(|n| {
            format!(
                "SELECT starelid, staattnum, stainherit, {n}::int4, stanumbers{n}::float8[], stadistinct::float8, \
                 stanullfrac::float8 FROM pg_catalog.pg_statistic WHERE starelid = ANY($1) AND stakind{n} = 1 \
                 AND stanumbers{n} IS NOT NULL"
            )
        })
        .collect();
    let rows = client.query(&slots.join(" UNION ALL "), &[&tables])?;
    let lists = rows.iter().map(|row| Kept {
        table: row.get(0),
        column: row.get(1),
        inherited: row.get(2),
        slot: row.get(3),
        shares: row.get(4),
        distinct: row.get(5),
        null_share: row.get(6),
    });
    Ok(lists.collect())
}

/// How many of a list's values are kept.
fn standing_out(list: &Kept, looked: f64, rows: f64) -> usize {
    if looked <= 0.0 || looked >= rows {
        return list.shares.len();
    }
    let distinct = if list.distinct < 0.0 { -list.distinct * rows } else { list.distinct };
    // A list of every value there is stays: nothing is left that a value could be weighed against.
    if list.distinct > 0.0 && list.shares.len() as f64 >= distinct {
        return list.shares.len();
    }
    let mut keep = list.shares.len();
    while keep > 0 {
        let count = list.shares[keep - 1] * looked;
        let before: f64 = list.shares[..keep - 1].iter().sum();
        let rest = (1.0 - before - list.null_share).clamp(0.0, 1.0);
        let others = distinct - (keep - 1) as f64;
        let by_chance = if others > 1.0 { rest / others } else { rest };
        let k = rows * count / looked;
        let variance = looked * k * (rows - k) * (rows - looked) / (rows * rows * (rows - 1.0));
        if count > by_chance * looked + 2.0 * variance.max(0.0).sqrt() + 0.5 && count > 1.5 {
            break;
        }
        keep -= 1;
    }
    keep
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(shares: &[f64], distinct: f64) -> Kept {
        Kept { table: 1, column: 1, inherited: false, slot: 1, shares: shares.to_vec(), distinct, null_share: 0.0 }
    }

    #[test]
    fn only_what_is_no_chance_is_kept() {
        // Five rows of 30,000 where half a million values share six million rows: chance.
        assert_eq!(standing_out(&list(&[5.0 / 3e4, 2.0 / 3e4], 450_000.0), 3e4, 6e6), 0);
        // A third of all rows is none.
        assert_eq!(standing_out(&list(&[0.33, 2.0 / 3e4], 450_000.0), 3e4, 6e6), 1);
        // A list of every value, or of a table that was read whole, stays.
        assert_eq!(standing_out(&list(&[0.5, 0.5], 2.0), 3e4, 6e6), 2);
        assert_eq!(standing_out(&list(&[5.0 / 3e4], -0.5), 3e4, 3e4), 1);
    }
}
