//! One table judged by its rows: which dependencies are meant, the form it is in, what to make of it.
use super::{
    Columns, Dependency, chase,
    cover::grouped,
    decompose::{Part, synthesis},
    discover::{Coded, Near, Partition, Scratch, chances, exact, near},
    forms::{Form, Violation, form},
    joined::joined,
    keys::keys,
};

/// A table's rows and what is declared of it.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// The rows.
    pub coded: Coded,
    /// Declared keys, the primary one first.
    pub keys: Vec<Columns>,
    /// Declared dependencies besides: of generated columns.
    pub declared: Vec<Dependency>,
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

/// A dependency on what is no key, with the rows that show it.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    /// What is wrong.
    pub violation: Violation,
    /// One row of the largest group.
    pub row: u32,
    /// Rows of that group.
    pub rows: usize,
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
    pub near: Vec<Near>,
    /// The form; none with less than two rows.
    pub form: Option<Form>,
    /// What keeps it from Boyce-Codd normal form.
    pub violations: Vec<Shown>,
    /// The table in third normal form, when it is in less.
    pub parts: Vec<Part>,
    /// The chase on the parts.
    pub lossless: bool,
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
    dependencies.extend(&given.declared);
    dependencies.extend(meant.iter().map(|m| m.dependency));
    let (form, _, violations) = form(&dependencies, all);
    let violations = violations.into_iter().map(|violation| shown(table, violation, &mut scratch)).collect();
    let by_chance = rest.iter().filter(|m| m.repeated > 0).count();
    let mut judged = Judged { constant, duplicates, keys, meant, by_chance, near, violations, ..Judged::default() };
    judged.form = Some(form);
    if form < Form::Third {
        judged.parts = synthesis(&dependencies, all);
        let columns: Vec<Columns> = judged.parts.iter().map(|p| p.columns).collect();
        judged.lossless = chase::lossless(&grouped(&dependencies), all, &columns);
        judged.counts = joined(table, &columns);
    }
    judged
}

/// Those with the fewest columns.
fn smallest(keys: Vec<Columns>) -> Vec<Columns> {
    let least = keys.first().map_or(0, |key| key.len());
    keys.into_iter().filter(|key| key.len() == least).collect()
}

fn shown(table: &Coded, violation: Violation, scratch: &mut Scratch) -> Shown {
    let groups = Partition::of(table, violation.dependency.left, scratch);
    let largest = groups.groups().max_by_key(|g| (g.len(), std::cmp::Reverse(g[0])));
    Shown { violation, row: largest.map_or(0, |g| g[0]), rows: largest.map_or(1, <[u32]>::len) }
}
