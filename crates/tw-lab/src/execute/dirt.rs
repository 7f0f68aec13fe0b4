//! What rolled back writes leave behind: dead rows, which later runs touch on their way to the living.
use crate::split;
use std::collections::BTreeMap;
use tw_model::trial::Step;

/// Writes since the copy was made, by table: a page count means nothing after more than a few.
#[derive(Debug, Default)]
pub(crate) struct Dirt {
    writes: BTreeMap<String, u32>,
}

/// Writes to a table that a page count bears: each may add a page to a look-up.
const BORNE: u32 = 3;

impl Dirt {
    /// Takes note of what these steps write.
    pub fn note(&mut self, steps: &[Step]) {
        for table in steps.iter().flat_map(|step| written(&step.sql)) {
            *self.writes.entry(table).or_default() += 1;
        }
    }

    /// True when these steps name a table with more dead rows than a page count bears.
    pub fn spoils(&self, steps: &[Step]) -> bool {
        let dirty = |word: &String| self.writes.get(word).is_some_and(|writes| *writes > BORNE);
        steps.iter().any(|step| split::words(&step.sql).iter().any(dirty))
    }
}

/// The tables that a statement (or one that it prepares) writes, in lower case.
fn written(sql: &str) -> Vec<String> {
    let words = split::words(sql);
    // The table's own name, behind its namespace where it has one.
    let after = |n: usize| {
        let qualified = words.get(n + 2).is_some_and(|dot| dot == ".");
        words.get(if qualified { n + 3 } else { n + 1 }).filter(|word| *word != "set").cloned()
    };
    words
        .iter()
        .enumerate()
        .filter_map(|(n, word)| match word.as_str() {
            "update" | "into" => after(n),
            "from" if n > 0 && words[n - 1] == "delete" => after(n),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tw_model::trial::{Actor, Expect};

    fn step(sql: &str) -> Step {
        Step { session: 1, actor: Actor::Owner, sql: sql.into(), keep: vec![], expect: Expect::Accepted, setup: false }
    }

    #[test]
    fn writes_are_counted_by_table_and_spoil_page_counts_of_it_alone() {
        let mut dirt = Dirt::default();
        let look = [step("select * from goods where id = 1")];
        for _ in 0..BORNE {
            dirt.note(&[step("PREPARE p (int) AS update goods set stock = 1 where id = $1")]);
            dirt.note(&[step("insert into lines (id) select id from goods")]);
        }
        assert!(!dirt.spoils(&look));
        dirt.note(&[step("DELETE FROM goods WHERE id = 1"), step("select 1 from lines")]);
        assert!(dirt.spoils(&look));
        assert!(!dirt.spoils(&[step("select * from lines")]) && !dirt.spoils(&[step("select * from goods_too")]));
        assert_eq!(written("update shop.goods set a = 1; delete from plain.\"Goods\""), ["goods", "\"Goods\""]);
    }
}
