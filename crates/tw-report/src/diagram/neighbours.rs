//! Neighbourhoods: a schema's tables parted into drawings that a person can read, each of tables that belong together.
//!
//! A namespace that is small enough is one. A larger one is parted along its references: the reference that says most
//! joins first, which is the one between tables that have few others, so that a table everything refers to does not
//! pull everything into one heap.
use super::tables::{shown, wholes};
use std::collections::{BTreeMap, BTreeSet};
use tw_model::schema::{ConstraintKind, Name, Schema, Table};

/// Tables of one neighbourhood at most.
pub const MOST: usize = 24;
/// What was parted into fewer is put together with what else refers to the same tables.
const FEW: usize = 4;

/// Tables that are drawn together.
pub struct Neighbourhood<'a> {
    /// The namespace, or the table that most others of it refer to.
    pub name: String,
    /// The tables, in the schema's order.
    pub tables: Vec<&'a Table>,
    /// Tables elsewhere that they refer to.
    pub beside: Vec<&'a Table>,
}

/// A schema's tables, parted.
pub struct Map<'a> {
    /// The namespaces in order, in each the largest first. One, without a name, where that can be read.
    pub parts: Vec<Neighbourhood<'a>>,
    /// Tables that refer to none and that none refers to, where there are several neighbourhoods.
    pub alone: Vec<&'a Table>,
}

impl<'a> Map<'a> {
    /// Tables that most of the neighbourhoods refer to: a line to each of them would tell nothing.
    pub fn common(&self) -> Vec<&'a Table> {
        let mut counts: BTreeMap<&Name, (usize, &'a Table)> = BTreeMap::new();
        for table in self.parts.iter().flat_map(|part| &part.beside) {
            counts.entry(&table.name).or_insert((0, table)).0 += 1;
        }
        let most = (self.parts.len() / 2).max(FEW);
        counts.into_values().filter(|(n, _)| *n > most).map(|(_, table)| table).collect()
    }
}

/// Parts the tables of a schema.
pub fn map(schema: &Schema) -> Map<'_> {
    let tables = wholes(schema);
    let links = links(&tables);
    if tables.len() <= MOST {
        let all = (0..tables.len()).collect();
        return Map { parts: vec![part_of(String::new(), all, &tables, &links)], alone: vec![] };
    }
    let linked: BTreeSet<usize> = links.iter().flat_map(|(a, b)| [*a, *b]).collect();
    let alone = (0..tables.len()).filter(|at| !linked.contains(at)).map(|at| tables[at]).collect();
    let mut spaces: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for at in linked {
        spaces.entry(&tables[at].name.schema).or_default().push(at);
    }
    let mut parts = vec![];
    for (space, members) in spaces {
        if members.len() <= MOST {
            parts.push(part_of(space.to_string(), members, &tables, &links));
            continue;
        }
        let mut found = parted(&members, &links);
        found.sort_by_key(|part| (std::cmp::Reverse(part.len()), part.first().copied()));
        parts.extend(found.into_iter().map(|part| {
            let name = match hub(&part, &links) {
                Some(at) => format!("around {}", shown(&tables[at].name)),
                None => format!("{space}: small groups"),
            };
            part_of(name, part, &tables, &links)
        }));
    }
    Map { parts, alone }
}

/// Who refers to whom: pairs of different tables, each once, the holder first.
fn links(tables: &[&Table]) -> BTreeSet<(usize, usize)> {
    let index: BTreeMap<&Name, usize> = tables.iter().enumerate().map(|(at, t)| (&t.name, at)).collect();
    let mut links = BTreeSet::new();
    for (holder, table) in tables.iter().enumerate() {
        for constraint in &table.constraints {
            if let ConstraintKind::Foreign { target, .. } = &constraint.kind
                && let Some(at) = index.get(target).filter(|at| **at != holder)
            {
                links.insert((holder, *at));
            }
        }
    }
    links
}

fn part_of<'a>(
    name: String,
    mut members: Vec<usize>,
    tables: &[&'a Table],
    links: &BTreeSet<(usize, usize)>,
) -> Neighbourhood<'a> {
    members.sort_unstable();
    let inside: BTreeSet<usize> = members.iter().copied().collect();
    let beside: BTreeSet<usize> =
        links.iter().filter(|(from, to)| inside.contains(from) && !inside.contains(to)).map(|(_, to)| *to).collect();
    let these = |of: &mut dyn Iterator<Item = usize>| of.map(|at| tables[at]).collect();
    Neighbourhood { name, tables: these(&mut members.into_iter()), beside: these(&mut beside.into_iter()) }
}

/// The table that most of a part refer to, in it before elsewhere; none where the part hangs together by nothing.
fn hub(part: &[usize], links: &BTreeSet<(usize, usize)>) -> Option<usize> {
    let inside: BTreeSet<usize> = part.iter().copied().collect();
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    let mut boxes = inside.clone();
    for (_, to) in links.iter().filter(|(from, _)| inside.contains(from)) {
        *counts.entry(*to).or_default() += 1;
        boxes.insert(*to);
    }
    // Boxes that all hang together have a line for each but one.
    let together = counts.values().sum::<usize>() + 1 >= boxes.len();
    let most = counts.into_iter().max_by_key(|(at, n)| (inside.contains(at), *n, std::cmp::Reverse(*at)));
    most.filter(|_| together).map(|(at, _)| at)
}

/// A namespace parted along its references, none larger than [`MOST`].
fn parted(members: &[usize], links: &BTreeSet<(usize, usize)>) -> Vec<Vec<usize>> {
    let inside: BTreeSet<usize> = members.iter().copied().collect();
    let within: Vec<(usize, usize)> =
        links.iter().filter(|(a, b)| inside.contains(a) && inside.contains(b)).copied().collect();
    let mut degree: BTreeMap<usize, usize> = BTreeMap::new();
    for (a, b) in &within {
        *degree.entry(*a).or_default() += 1;
        *degree.entry(*b).or_default() += 1;
    }
    let mut order = within.clone();
    order.sort_by_key(|(a, b)| (degree[a] * degree[b], *a, *b));
    let mut parts = Parts::of(members);
    for (a, b) in order {
        parts.join(a, b);
    }
    // What is left in small parts is joined with what else hangs on the same part, and at last in order.
    let mut tied: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for part in parts.list().into_iter().filter(|p| p.len() < FEW) {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for (a, b) in &within {
            match (part.contains(a), part.contains(b)) {
                (true, false) => *counts.entry(parts.root(*b)).or_default() += 1,
                (false, true) => *counts.entry(parts.root(*a)).or_default() += 1,
                _ => {}
            }
        }
        let most = counts.into_iter().max_by_key(|(root, n)| (*n, std::cmp::Reverse(*root)));
        tied.entry(most.map_or(usize::MAX, |(root, _)| root)).or_default().extend(part.first());
    }
    for firsts in tied.values() {
        let mut last = None;
        for first in firsts {
            if last.is_some_and(|last| !parts.join(last, *first)) {
                last = None;
            }
            last = last.or(Some(*first));
        }
    }
    parts.list()
}

/// Parts of a set that are joined, as long as they stay small.
struct Parts {
    part_of: BTreeMap<usize, usize>,
    sizes: BTreeMap<usize, usize>,
}

impl Parts {
    fn of(members: &[usize]) -> Parts {
        Parts { part_of: members.iter().map(|m| (*m, *m)).collect(), sizes: members.iter().map(|m| (*m, 1)).collect() }
    }

    fn root(&self, mut at: usize) -> usize {
        while let Some(above) = self.part_of.get(&at).filter(|above| **above != at) {
            at = *above;
        }
        at
    }

    /// Joins the parts of two members: true when they are one part afterwards.
    fn join(&mut self, a: usize, b: usize) -> bool {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return true;
        }
        let size = self.sizes[&a] + self.sizes[&b];
        if size > MOST {
            return false;
        }
        self.part_of.insert(a.max(b), a.min(b));
        self.sizes.insert(a.min(b), size);
        true
    }

    fn list(&self) -> Vec<Vec<usize>> {
        let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for member in self.part_of.keys() {
            parts.entry(self.root(*member)).or_default().push(*member);
        }
        parts.into_values().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tw_model::{model::Action, schema::Constraint};

    fn table(space: &str, name: &str, refers_to: &[&str]) -> Table {
        let constraints = refers_to.iter().map(|target| Constraint {
            name: format!("{name}_{target}_fkey"),
            kind: ConstraintKind::Foreign {
                columns: vec![],
                target: Name::new(space, *target),
                target_columns: vec![],
                on_delete: Action::NoAction,
                on_update: Action::NoAction,
                match_full: false,
            },
            deferrable: None,
            not_valid: false,
            comment: None,
        });
        Table { name: Name::new(space, name), constraints: constraints.collect(), ..Default::default() }
    }

    fn names(n: &Neighbourhood) -> Vec<String> {
        n.tables.iter().map(|t| t.name.name.clone()).collect()
    }

    fn schema(tables: Vec<Table>) -> Schema {
        Schema { tables, ..Default::default() }
    }

    #[test]
    fn a_small_schema_is_one_drawing_and_small_namespaces_stay_whole() {
        let small = schema(vec![table("a", "one", &[]), table("b", "two", &[])]);
        assert_eq!(map(&small).parts.iter().map(|n| n.tables.len()).collect::<Vec<_>>(), [2]);
        let chain = |space: &str, n: usize| {
            let refers = |i: usize| (i > 0).then(|| format!("t{}", i - 1));
            (0..n).map(|i| table(space, &format!("t{i}"), refers(i).as_deref().as_slice())).collect::<Vec<_>>()
        };
        let large = schema([chain("even", 10), chain("odd", 20), vec![table("odd", "lonely", &[])]].concat());
        let found = map(&large);
        let told: Vec<(&str, usize)> = found.parts.iter().map(|n| (n.name.as_str(), n.tables.len())).collect();
        assert_eq!(told, [("even", 10), ("odd", 20)]);
        assert_eq!(found.alone.iter().map(|t| t.name.name.as_str()).collect::<Vec<_>>(), ["lonely"]);
    }

    #[test]
    fn a_table_that_all_refer_to_does_not_heap_everything_together() {
        // Five clusters of ten, each around a table of its own, and every table refers to `users` besides.
        let mut tables = vec![table("public", "users", &[])];
        for c in 0..5 {
            tables.push(table("public", &format!("c{c}"), &["users"]));
            tables.extend((0..9).map(|n| table("public", &format!("c{c}_{n}"), &[&format!("c{c}"), "users"])));
        }
        // Pairs that nothing else refers to.
        for pair in 0..3 {
            tables.push(table("public", &format!("a{pair}"), &[]));
            tables.push(table("public", &format!("b{pair}"), &[&format!("a{pair}")]));
        }
        let schema = schema(tables);
        let found = map(&schema);
        assert_eq!(found.common().iter().map(|t| t.name.name.as_str()).collect::<Vec<_>>(), [""; 0], "three of five");
        let parts = found.parts;
        assert!(parts.iter().all(|p| p.tables.len() <= MOST));
        assert_eq!(parts.iter().map(|p| p.tables.len()).sum::<usize>(), 57);
        for c in 0..5 {
            let home = parts.iter().find(|p| names(p).contains(&format!("c{c}"))).expect("somewhere");
            assert!((0..9).all(|n| names(home).contains(&format!("c{c}_{n}"))), "{:?}", names(home));
            assert!(home.beside.iter().chain(&home.tables).any(|t| t.name.name == "users"));
            assert!(home.name == "around users" || home.name.starts_with("around c"), "{}", home.name);
        }
        let pairs = parts.iter().find(|p| names(p).contains(&"a0".into())).expect("somewhere");
        assert_eq!((pairs.tables.len(), pairs.name.as_str()), (6, "public: small groups"));
    }
}
