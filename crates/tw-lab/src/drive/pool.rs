//! What callers choose from: the rows of each draw, held in memory, and how a call picks among them.
use crate::{
    error::LabError,
    fill::dice::{Dice, zipf},
};
use postgres::{Client, SimpleQueryMessage};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use tw_model::drive::{Call, Choice, Draw};

/// Rows kept of one draw; callers choose among these.
pub const ROWS_MOST: usize = 50_000;
/// How often a call looks for arguments that belong together before it gives up.
const TRIES: usize = 20;

/// The rows of one draw.
#[derive(Debug)]
pub struct Pool {
    names: Vec<String>,
    within: Option<String>,
    choice: Choice,
    rows: Vec<Vec<Option<String>>>,
    groups: Vec<Group>,
    by: BTreeMap<Option<String>, usize>,
    running: Vec<f64>,
}

/// Rows that share the value they lie within, in shuffled order.
#[derive(Debug, Default)]
struct Group {
    rows: Vec<u32>,
    next: AtomicU64,
}

/// Reads the rows of a call's draws.
pub fn pools(client: &mut Client, call: &Call, seed: u64) -> Result<Vec<Pool>, LabError> {
    call.draws.iter().enumerate().map(|(n, draw)| pool(client, call, draw, seed, n)).collect()
}

fn pool(client: &mut Client, call: &Call, draw: &Draw, seed: u64, n: usize) -> Result<Pool, LabError> {
    let sql = format!("SELECT * FROM ({}) drawn LIMIT {ROWS_MOST}", draw.sql);
    let doing = format!("cannot read what callers of {} choose from ({})", call.name, draw.sql);
    let messages = client.simple_query(&sql).map_err(LabError::server(doing))?;
    let rows = messages.iter().filter_map(|m| match m {
        SimpleQueryMessage::Row(row) => {
            Some((0..row.len()).map(|i| row.get(i).map(String::from)).collect::<Vec<Option<String>>>())
        }
        _ => None,
    });
    Ok(Pool::new(draw, rows.collect(), &mut Dice::new(seed, &["pool", &call.name, &n.to_string()])))
}

impl Pool {
    /// The rows of a draw, shuffled.
    pub fn new(draw: &Draw, mut rows: Vec<Vec<Option<String>>>, dice: &mut Dice) -> Pool {
        dice.shuffle(&mut rows);
        let mut by: BTreeMap<Option<String>, usize> = BTreeMap::new();
        let mut groups: Vec<Group> = vec![];
        for (n, row) in rows.iter_mut().enumerate() {
            let key = draw.within.as_ref().and_then(|_| row.first().cloned().flatten());
            if draw.within.is_some() {
                row.remove(0);
            }
            let at = *by.entry(key).or_insert_with(|| {
                groups.push(Group::default());
                groups.len() - 1
            });
            groups[at].rows.push(n as u32);
        }
        let longest = groups.iter().map(|g| g.rows.len()).max().unwrap_or(0);
        let running = match draw.choice {
            Choice::Zipf { exponent } => zipf(longest, exponent.max(0.0)),
            _ => vec![],
        };
        Pool { names: draw.names.clone(), within: draw.within.clone(), choice: draw.choice, rows, groups, by, running }
    }

    fn pick(&self, dice: &mut Dice, chosen: &BTreeMap<String, Option<String>>) -> Option<&[Option<String>]> {
        let key = self.within.as_ref().and_then(|name| chosen.get(name).cloned().flatten());
        let group = &self.groups[*self.by.get(&key)?];
        let n = match self.choice {
            Choice::Uniform => dice.index(group.rows.len()),
            Choice::Zipf { .. } => dice.weighted(&self.running[..group.rows.len()]),
            Choice::Once => usize::try_from(group.next.fetch_add(1, Ordering::Relaxed)).ok()?,
        };
        Some(&self.rows[*group.rows.get(n)? as usize])
    }
}

/// The arguments of one call: the same for the same seed and number, but for values that are given once.
pub fn choose(pools: &[Pool], seed: u64, call: &str, number: u32) -> Option<BTreeMap<String, Option<String>>> {
    let mut dice = Dice::new(seed, &["arguments", call, &number.to_string()]);
    'again: for _ in 0..TRIES {
        let mut chosen = BTreeMap::new();
        for pool in pools {
            let Some(row) = pool.pick(&mut dice, &chosen) else { continue 'again };
            chosen.extend(pool.names.iter().cloned().zip(row.iter().cloned()));
        }
        return Some(chosen);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(names: &[&str], choice: Choice, within: Option<&str>) -> Draw {
        let names = names.iter().map(|n| n.to_string()).collect();
        Draw { names, sql: String::new(), choice, within: within.map(String::from) }
    }

    fn rows(of: &[&[&str]]) -> Vec<Vec<Option<String>>> {
        of.iter().map(|r| r.iter().map(|v| Some(v.to_string())).collect()).collect()
    }

    #[test]
    fn values_within_another_agree_with_it() {
        let mut dice = Dice::new(1, &[]);
        let shops = Pool::new(&draw(&["shop"], Choice::Uniform, None), rows(&[&["a"], &["b"], &["empty"]]), &mut dice);
        let orders = rows(&[&["a", "1"], &["a", "2"], &["b", "3"]]);
        let orders = Pool::new(&draw(&["order"], Choice::Uniform, Some("shop")), orders, &mut dice);
        let pools = [shops, orders];
        for n in 0..200 {
            let chosen = choose(&pools, 5, "pay", n).expect("there are orders");
            let (shop, order) = (chosen["shop"].as_deref(), chosen["order"].as_deref());
            assert!(matches!((shop, order), (Some("a"), Some("1" | "2")) | (Some("b"), Some("3"))), "{chosen:?}");
            assert_eq!(Some(chosen), choose(&pools, 5, "pay", n));
        }
    }

    #[test]
    fn few_are_chosen_often_and_new_values_once() {
        let all: Vec<Vec<Option<String>>> = (0..1000).map(|n| vec![Some(n.to_string())]).collect();
        let zipfian =
            Pool::new(&draw(&["a"], Choice::Zipf { exponent: 1.1 }, None), all.clone(), &mut Dice::new(1, &[]));
        let mut counts: BTreeMap<Option<String>, usize> = BTreeMap::new();
        for n in 0..20_000 {
            *counts
                .entry(choose(std::slice::from_ref(&zipfian), 1, "c", n).expect("a row")["a"].clone())
                .or_default() += 1;
        }
        let running = zipf(1000, 1.1);
        let most = *counts.values().max().expect("some") as f64 / 20_000.0;
        assert!((most - running[0] / running[999]).abs() < 0.01, "{most}");
        let once = [Pool::new(&draw(&["a"], Choice::Once, None), all, &mut Dice::new(1, &[]))];
        let mut seen: Vec<_> = (0..1000).filter_map(|n| choose(&once, 1, "c", n)).map(|c| c["a"].clone()).collect();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 1000);
        assert!(choose(&once, 1, "c", 1000).is_none());
    }
}
