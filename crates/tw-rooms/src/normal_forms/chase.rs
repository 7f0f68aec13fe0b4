//! Whether a decomposition gives the table back, and whether it keeps the dependencies.
use super::{Columns, Dependency, closure::closure};

/// Whether the parts joined give exactly the table, for every table in which the dependencies hold: the chase of
/// the tableau with one row a part (Aho, Beeri and Ullman, "The Theory of Joins in Relational Databases", TODS 1979).
pub fn lossless(dependencies: &[Dependency], all: Columns, parts: &[Columns]) -> bool {
    let places: Vec<usize> = all.iter().collect();
    // Symbol 0 is the distinguished one; a row's own symbols are its number and one.
    let mut rows: Vec<Vec<usize>> = parts
        .iter()
        .enumerate()
        .map(|(n, part)| places.iter().map(|p| if part.has(*p) { 0 } else { n + 1 }).collect())
        .collect();
    let at = |columns: Columns| -> Vec<usize> { (0..places.len()).filter(|n| columns.has(places[*n])).collect() };
    let sides: Vec<(Vec<usize>, Vec<usize>)> =
        dependencies.iter().filter(|d| d.left.within(all)).map(|d| (at(d.left), at(d.right.minus(d.left)))).collect();
    loop {
        let mut changed = false;
        for (left, right) in &sides {
            for one in 0..rows.len() {
                for other in one + 1..rows.len() {
                    if left.iter().any(|c| rows[one][*c] != rows[other][*c]) {
                        continue;
                    }
                    for column in right {
                        let (a, b) = (rows[one][*column], rows[other][*column]);
                        if a != b {
                            changed = true;
                            for row in rows.iter_mut().filter(|row| row[*column] == a.max(b)) {
                                row[*column] = a.min(b);
                            }
                        }
                    }
                }
            }
        }
        if rows.iter().any(|row| row.iter().all(|symbol| *symbol == 0)) {
            return true;
        }
        if !changed {
            return false;
        }
    }
}

/// The dependencies that cannot be seen to within one part each: what the parts' own dependencies leave out. A left
/// side grows by what some part lets it reach, until nothing comes (Ullman, "Principles of Database Systems", 1982).
pub fn lost(dependencies: &[Dependency], parts: &[Columns]) -> Vec<Dependency> {
    let kept = |d: &Dependency| {
        let mut reached = d.left;
        loop {
            let before = reached;
            for part in parts {
                reached = reached.or(closure(dependencies, reached.and(*part)).and(*part));
            }
            if d.right.within(reached) {
                return true;
            }
            if reached == before {
                return false;
            }
        }
    };
    dependencies.iter().filter(|d| !kept(d)).copied().collect()
}
