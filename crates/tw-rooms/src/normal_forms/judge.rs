//! One table judged by its rows: which dependencies are meant, the form it is in, what to make of it.
use super::{
    Columns, Dependency,
    discover::{Coded, Near, Partition, Scratch, chances, exact, near},
    forms::{Form, Violation, form},
    joined::joined,
    keys::keys,
    multivalued::{MOST_SIDES_OF, ManyShown, multivalued},
    propose::{Proposal, propose},
};

/// A table's rows and what is declared of it.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// The rows.
    pub coded: Coded,
    /// Declared keys, the primary one first.
    pub keys: Vec<Columns>,
    /// Columns that the server computes from others of the row, with those: they are kept right and cannot be moved away
    /// from each other.
    pub computed: Vec<Dependency>,
    /// Columns whose values the server cannot compare: they stay where they are.
    pub unequal: Columns,
}

impl Given {
    /// What is computed.
    pub fn computed_columns(&self) -> Columns {
        self.computed.iter().fold(Columns::NONE, |set, d| set.or(d.right))
    }
}

/// How far to look.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Columns on a left side. Long ones are many, hold by chance, and mean nothing to a design.
    pub most_left: usize,
    /// Columns on the left side of a dependency that some rows break.
    pub most_left_near: usize,
    /// Share of rows that may break one.
    pub most_g3: f64,
    /// Seed of what is dealt out by chance.
    pub seed: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { most_left: 3, most_left_near: 2, most_g3: 0.02, seed: 1 }
    }
}

/// Chance would break a dependency in so many rows at least, and in that share of them, if it says anything that it holds.
const TELLING_ROWS: f64 = 5.0;
const TELLING_SHARE: f64 = 0.005;

/// A dependency that holds and is meant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Meant {
    /// The dependency; one column on the right.
    pub dependency: Dependency,
    /// Share of rows in its way by chance.
    pub chance: f64,
    /// Rows that repeat what the left side says.
    pub repeated: usize,
}

/// Rows that agree on a left side: one of them, and how many there are.
pub type Group = (u32, usize);

/// A dependency on what is no key, with the rows that show it.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    /// What is wrong.
    pub violation: Violation,
    /// The rows that repeat it most.
    pub largest: Group,
    /// The rows that repeat it least.
    pub smallest: Group,
}

/// A dependency that some rows break, with rows that contradict each other.
#[derive(Clone, Debug)]
pub struct Broken {
    /// It.
    pub near: Near,
    /// Rows that agree on its left side and not on its right side, those of the commonest value first.
    pub groups: Vec<Group>,
}

/// The judgement.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// Columns with one value.
    pub constant: Columns,
    /// Rows that repeat another in every column.
    pub duplicates: usize,
    /// Keys: the declared ones, or the smallest that the rows have.
    pub keys: Vec<Columns>,
    /// What holds and is meant.
    pub meant: Vec<Meant>,
    /// How many dependencies hold besides.
    pub by_chance: usize,
    /// What nearly holds.
    pub near: Vec<Broken>,
    /// The form; none with less than two rows.
    pub form: Option<Form>,
    /// What keeps it from Boyce-Codd normal form.
    pub violations: Vec<Shown>,
    /// What keeps it from the fourth.
    pub many: Option<ManyShown>,
    /// Tables in its place, when it is not in its best form.
    pub proposal: Option<Proposal>,
    /// Different rows of the table, of the parts joined, and of each part.
    pub counts: (usize, usize, Vec<usize>),
}

/// Judges a table.
pub fn judge(given: &Given, limits: &Limits) -> Judged {
    let table = &given.coded;
    if table.rows < 2 || table.columns.is_empty() {
        return Judged { keys: given.keys.clone(), ..Judged::default() };
    }
    let mut scratch = Scratch::default();
    let all = Columns::first(table.columns.len());
    let found = exact(table, limits.most_left);
    let constant =
        found.dependencies.iter().filter(|d| d.left.is_empty()).fold(Columns::NONE, |set, d| set.or(d.right));
    let chance = chances(table, &found.dependencies, limits.seed);
    let telling = (TELLING_ROWS / table.rows as f64).max(TELLING_SHARE);
    let varied = found.dependencies.iter().zip(&found.repeated).zip(&chance).filter(|((d, _), _)| !d.left.is_empty());
    let (meant, rest): (Vec<Meant>, Vec<Meant>) = varied
        .map(|((dependency, repeated), chance)| Meant { dependency: *dependency, chance: *chance, repeated: *repeated })
        .partition(|m| m.chance >= telling);
    let whole = Partition::of(table, all, &mut scratch);
    let duplicates = whole.repeated();
    let keys = match (given.keys.is_empty(), duplicates) {
        (false, _) => given.keys.clone(),
        (true, 0) => smallest(keys(&found.dependencies, all.minus(constant)).0),
        (true, _) => vec![],
    };
    let near = near(table, &found.dependencies, limits.most_left_near, limits.most_g3, limits.seed);
    // What the design means: the keys, what is declared, what the rows tell. A column that is the same everywhere
    // hangs on nothing in particular.
    let mut dependencies: Vec<Dependency> = keys.iter().map(|key| Dependency { left: *key, right: all }).collect();
    let computed = given.computed_columns();
    let stored = meant.iter().map(|m| m.dependency).filter(|d| d.left.or(d.right).and(computed).is_empty());
    dependencies.extend(stored);
    let (form, all_keys, violations) = form(&dependencies, all);
    let violations = violations.into_iter().map(|violation| shown(table, violation, &mut scratch)).collect();
    let by_chance = rest.iter().filter(|m| m.repeated > 0).count();
    let near = near.into_iter().map(|near| broken(table, near, &mut scratch)).collect();
    let mut judged = Judged { constant, duplicates, keys, meant, by_chance, near, violations, ..Judged::default() };
    let implied = (telling * table.rows as f64).ceil() as usize;
    if form == Form::BoyceCodd && all_keys == [all] {
        judged.many = multivalued(table, all, implied);
    }
    // With a key of one column there is nothing above Boyce-Codd form to be had (Date and Fagin, TODS 1992).
    let simple = all_keys.iter().any(|key| key.len() == 1);
    let looked = all_keys == [all] && all.len() <= MOST_SIDES_OF && judged.many.is_none();
    judged.form = Some(if form == Form::BoyceCodd && (simple || looked) { Form::Fourth } else { form });
    dependencies.retain_mut(|d| judged.keys.contains(&d.left) || movable(given, d));
    judged.proposal = propose(table, &dependencies, all, implied);
    if let Some(proposal) = &judged.proposal {
        // Backings repeat what a part says: they add no row to the join.
        let columns: Vec<Columns> = proposal.tables().map(|p| p.columns).collect();
        judged.counts = joined(table, &columns);
    }
    judged
}

/// Whether the left side can be a key elsewhere: rows without a part of it say nothing on the right side. What is computed
/// from a column must stay with it, and so is taken off the right side; so is what cannot be compared.
fn movable(given: &Given, dependency: &mut Dependency) -> bool {
    let stay = given.computed.iter().fold(given.unequal, |set, d| set.or(d.left));
    dependency.right = dependency.right.minus(stay);
    let columns = &given.coded.columns;
    let silent = |row: &u32| dependency.right.iter().all(|c| columns[c].missing.binary_search(row).is_ok());
    !dependency.right.is_empty() && dependency.left.iter().all(|c| columns[c].missing.iter().all(silent))
}

/// Those with the fewest columns.
fn smallest(keys: Vec<Columns>) -> Vec<Columns> {
    let least = keys.first().map_or(0, |key| key.len());
    keys.into_iter().filter(|key| key.len() == least).collect()
}

fn shown(table: &Coded, violation: Violation, scratch: &mut Scratch) -> Shown {
    let groups = Partition::of(table, violation.dependency.left, scratch);
    let sizes: Vec<Group> = groups.groups().map(|g| (g[0], g.len())).collect();
    let largest = sizes.iter().max_by_key(|(row, rows)| (*rows, std::cmp::Reverse(*row))).copied();
    // A row that agrees with no other is in no group.
    let grouped: std::collections::HashSet<u32> = groups.rows.iter().copied().collect();
    let alone =
        (0..u32::try_from(table.rows).unwrap_or(u32::MAX)).find(|row| !grouped.contains(row)).map(|row| (row, 1));
    let smallest = alone.or_else(|| sizes.iter().min_by_key(|(row, rows)| (*rows, *row)).copied());
    Shown { violation, largest: largest.unwrap_or((0, 1)), smallest: smallest.unwrap_or((0, 1)) }
}

/// The rows that contradict each other most: of the group in which most rows are in the way.
fn broken(table: &Coded, near: Near, scratch: &mut Scratch) -> Broken {
    let groups = Partition::of(table, near.dependency.left, scratch);
    let told = groups.groups().map(|group| {
        let mut values: std::collections::BTreeMap<Vec<u32>, Group> = Default::default();
        for row in group {
            let value = near.dependency.right.iter().map(|c| table.columns[c].codes[*row as usize]).collect();
            values.entry(value).or_insert((*row, 0)).1 += 1;
        }
        let mut values: Vec<Group> = values.into_values().collect();
        values.sort_by_key(|(row, rows)| (std::cmp::Reverse(*rows), *row));
        values
    });
    let in_the_way = |values: &Vec<Group>| values.iter().skip(1).map(|(_, rows)| *rows).sum::<usize>();
    let worst = told.max_by_key(|values| (in_the_way(values), std::cmp::Reverse(values[0].0)));
    Broken { near, groups: worst.unwrap_or_default() }
}
