//! The order within columns: few crossings, and ports in the order of what they lead to.
use super::{Grid, PORT_STEP, Segment};

const SWEEPS: usize = 12;

/// Orders each column by the mean place of its neighbours, keeping the order with the fewest crossings.
pub(super) fn untangle(grid: &mut Grid) {
    let (order, segments, vertices) = (&mut grid.order, &grid.segments, grid.vertices.len());
    let mut best = (crossings(order, segments, vertices), order.clone());
    for sweep in 0..SWEEPS {
        let rightwards = sweep % 2 == 0;
        for step in 1..order.len() {
            let column = if rightwards { step } else { order.len() - 1 - step };
            let place = places(order, vertices);
            let mut keyed: Vec<(f64, usize)> = order[column]
                .iter()
                .map(|v| {
                    let near: Vec<f64> = segments
                        .iter()
                        .filter_map(|s| match rightwards {
                            true => (s.right == *v).then(|| place[s.left]),
                            false => (s.left == *v).then(|| place[s.right]),
                        })
                        .collect();
                    let mean = near.iter().sum::<f64>() / near.len().max(1) as f64;
                    (if near.is_empty() { place[*v] } else { mean }, *v)
                })
                .collect();
            keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
            order[column] = keyed.into_iter().map(|(_, v)| v).collect();
        }
        let found = crossings(order, segments, vertices);
        if found < best.0 {
            best = (found, order.clone());
        }
    }
    *order = best.1;
}

/// Place of each vertex in its column, 0 to 1.
fn places(order: &[Vec<usize>], vertices: usize) -> Vec<f64> {
    let mut place = vec![0.0; vertices];
    for column in order {
        for (i, v) in column.iter().enumerate() {
            place[*v] = (i as f64 + 0.5) / column.len() as f64;
        }
    }
    place
}

fn crossings(order: &[Vec<usize>], segments: &[Segment], vertices: usize) -> usize {
    let place = places(order, vertices);
    let mut column = vec![0; vertices];
    for (i, vs) in order.iter().enumerate() {
        for v in vs {
            column[*v] = i;
        }
    }
    let mut found = 0;
    for (i, a) in segments.iter().enumerate() {
        for b in &segments[i + 1..] {
            let same_gap = column[a.left] == column[b.left];
            let turned = (place[a.left] - place[b.left]) * (place[a.right] - place[b.right]) < 0.0;
            found += usize::from(same_gap && turned);
        }
    }
    found
}

/// Gives every free end its port, from top to bottom in the order of the other ends, those of a box's links to itself last.
pub(super) fn give_ports(grid: &mut Grid) {
    let (links, reversed, vertices) = (grid.links, &grid.reversed, &grid.vertices);
    let (segments, loops) = (&mut grid.segments, &mut grid.loops);
    let place = places(&grid.order, vertices.len());
    for (v, vertex) in vertices.iter().enumerate() {
        let Some(node) = vertex.node else { continue };
        for left_side in [true, false] {
            let mut free: Vec<(f64, usize)> = vec![];
            for (i, s) in segments.iter_mut().enumerate() {
                let (mine, other) = if left_side { (s.right, s.left) } else { (s.left, s.right) };
                if mine != v {
                    continue;
                }
                let at_from = left_side == reversed[s.link];
                let link = &links[s.link];
                match if at_from { link.from_y } else { link.to_y } {
                    Some(y) if left_side => s.right_port = y,
                    Some(y) => s.left_port = y,
                    None => free.push((place[other], i)),
                }
            }
            free.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let own: Vec<usize> =
                (0..links.len()).filter(|i| !left_side && links[*i].from == node && links[*i].to == node).collect();
            let free_loops = own.iter().filter(|i| links[**i].from_y.is_none()).count();
            let ports = free.len() + 2 * free_loops;
            let first = (vertex.height - (ports.saturating_sub(1)) as f64 * PORT_STEP) / 2.0;
            let port = |i: usize| first + i as f64 * PORT_STEP;
            for (i, (_, s)) in free.iter().enumerate() {
                if left_side {
                    segments[*s].right_port = port(i);
                } else {
                    segments[*s].left_port = port(i);
                }
            }
            let mut at = free.len();
            for i in own {
                loops[i] = match (links[i].from_y, links[i].to_y) {
                    (Some(a), Some(b)) => Some((a, b)),
                    _ => {
                        at += 2;
                        Some((port(at - 2), port(at - 1)))
                    }
                };
            }
        }
    }
}
