//! Tables that refer to each other in a ring.

/// The strongly connected parts of a graph that have two nodes or more, each sorted, in the order of their first node.
/// `edges[n]` are the nodes that n points to. Linear in nodes and edges, and without recursion (Kosaraju).
pub fn rings(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut back = vec![vec![]; edges.len()];
    for (from, targets) in edges.iter().enumerate() {
        for to in targets {
            back[*to].push(from);
        }
    }
    let mut order = vec![];
    let mut seen = vec![false; edges.len()];
    for start in 0..edges.len() {
        walk(edges, start, &mut seen, &mut order);
    }
    let mut rings = vec![];
    let mut seen = vec![false; edges.len()];
    for start in order.into_iter().rev() {
        let mut part = vec![];
        walk(&back, start, &mut seen, &mut part);
        if part.len() > 1 {
            part.sort_unstable();
            rings.push(part);
        }
    }
    rings.sort();
    rings
}

/// Appends every node that is reached from `start` and not seen yet, each after those it reaches.
fn walk(edges: &[Vec<usize>], start: usize, seen: &mut [bool], out: &mut Vec<usize>) {
    if std::mem::replace(&mut seen[start], true) {
        return;
    }
    let mut stack = vec![(start, 0)];
    while let Some((node, next)) = stack.pop() {
        match edges[node].get(next) {
            Some(to) => {
                stack.push((node, next + 1));
                if !std::mem::replace(&mut seen[*to], true) {
                    stack.push((*to, 0));
                }
            }
            None => out.push(node),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rings_are_found_and_chains_are_not() {
        let edges = vec![vec![1], vec![2], vec![0, 3], vec![4], vec![3], vec![5, 0]];
        assert_eq!(rings(&edges), [vec![0, 1, 2], vec![3, 4]]);
        assert!(rings(&[vec![1], vec![]]).is_empty());
    }
}
