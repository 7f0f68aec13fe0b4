//! A table taken apart.
use super::{
    Columns, Dependency,
    closure::closure,
    cover::{grouped, minimal},
    keys::{keys, reduced},
};

/// One table of a decomposition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// Its columns.
    pub columns: Columns,
    /// Its key.
    pub key: Columns,
}

/// Third normal form by synthesis: a part for each determinant of a minimal cover, those with equivalent left sides
/// together, one that holds a key of the whole; none within another. Loses neither rows nor dependencies (Bernstein,
/// "Synthesizing Third Normal Form Relations from Functional Dependencies", TODS 1976; the key's part is Biskup,
/// Dayal and Bernstein's, SIGMOD 1979).
pub fn synthesis(dependencies: &[Dependency], all: Columns) -> Vec<Part> {
    let cover = minimal(dependencies);
    let mut parts: Vec<Part> = vec![];
    for d in grouped(&cover) {
        let reached = closure(&cover, d.left);
        let twin = parts.iter_mut().find(|p| p.key.within(reached) && d.left.within(closure(&cover, p.key)));
        match twin {
            Some(part) => part.columns = part.columns.or(d.left).or(d.right),
            None => parts.push(Part { columns: d.left.or(d.right), key: d.left }),
        }
    }
    let (keys, _) = keys(&cover, all);
    // Columns that no dependency speaks of are in every key.
    if let Some(key) = keys.first()
        && !keys.iter().any(|key| parts.iter().any(|p| key.within(p.columns)))
    {
        parts.push(Part { columns: *key, key: *key });
    }
    without_inner(parts)
}

/// Parts that are not within another, sorted.
fn without_inner(mut parts: Vec<Part>) -> Vec<Part> {
    parts.sort();
    parts.dedup();
    let whole = parts.clone();
    parts.retain(|p| !whole.iter().any(|o| p != o && p.columns.within(o.columns) && (p.columns != o.columns || o < p)));
    parts
}

/// Whether every determinant within the columns is a key of them.
pub fn is_boyce_codd(dependencies: &[Dependency], columns: Columns) -> bool {
    violated(&minimal(dependencies), columns).is_none()
}

/// Boyce-Codd normal form by taking out, again and again, what hangs on something that is no key. Loses no rows; which
/// dependencies it loses is for [`super::chase::lost`] to say. The dependencies of a part are those that follow
/// within its columns from the left sides at hand and what the part's own columns add: a table with so many columns
/// that its subsets cannot be gone through is taken apart by the left sides that are written.
pub fn boyce_codd(dependencies: &[Dependency], all: Columns) -> Vec<Part> {
    let cover = minimal(dependencies);
    let mut open = vec![all];
    let mut parts = vec![];
    while let Some(columns) = open.pop() {
        match violated(&cover, columns) {
            Some((left, reached)) => {
                open.push(columns.minus(reached.minus(left)));
                open.push(reached);
            }
            None => parts.push(Part { columns, key: reduced(&cover, columns, columns) }),
        }
    }
    without_inner(parts)
}

/// Tables to stand beside a part that is not in Boyce-Codd normal form: one for each dependency in it whose left side is
/// no key of it. A row of the part refers to it with both sides, so that the dependency is kept by its key.
pub fn backings(dependencies: &[Dependency], part: Part) -> Vec<Part> {
    let cover = minimal(dependencies);
    let within = |left: Columns| (left, closure(&cover, left).and(part.columns));
    let is_flaw = |(left, reached): &(Columns, Columns)| left != reached && *reached != part.columns;
    let written = grouped(&cover).into_iter().filter(|d| d.left.within(part.columns)).map(|d| within(d.left));
    let mut flaws: Vec<(Columns, Columns)> = written.filter(is_flaw).collect();
    if flaws.is_empty() {
        flaws.extend(violated(&cover, part.columns));
    }
    flaws.into_iter().map(|(key, columns)| Part { columns, key }).collect()
}

/// Most columns whose subsets are gone through.
const MOST_SUBSETS_OF: usize = 14;

/// Left sides that may matter within the columns.
fn lefts(cover: &[Dependency], columns: Columns) -> Vec<Columns> {
    let places: Vec<usize> = columns.iter().collect();
    if places.len() > MOST_SUBSETS_OF {
        return cover.iter().map(|d| d.left).filter(|left| left.within(columns)).collect();
    }
    let mut all: Vec<Columns> = (1u32..1 << places.len())
        .map(|bits| Columns::of(places.iter().enumerate().filter(|(n, _)| bits >> n & 1 == 1).map(|(_, p)| *p)))
        .collect();
    all.sort_by_key(|left| (left.len(), *left));
    all
}

fn violated(cover: &[Dependency], columns: Columns) -> Option<(Columns, Columns)> {
    lefts(cover, columns).into_iter().find_map(|left| {
        let reached = closure(cover, left).and(columns);
        (reached != left && reached != columns).then_some((left, reached))
    })
}

/// Dependencies of a part: what follows within its columns.
pub fn projection(cover: &[Dependency], columns: Columns) -> Vec<Dependency> {
    let all: Vec<Dependency> = lefts(cover, columns)
        .into_iter()
        .map(|left| Dependency { left, right: closure(cover, left).and(columns).minus(left) })
        .filter(|d| !d.right.is_empty())
        .collect();
    minimal(&all)
}
