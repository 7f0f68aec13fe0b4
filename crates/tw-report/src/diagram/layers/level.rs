//! How high everything stands: as level with its neighbours as its column allows.
use super::{BOX_GAP, Grid};

/// Tops of all vertices: each as near to level with its neighbours as its column allows.
pub(super) fn spread(grid: &Grid) -> Vec<f64> {
    let (vertices, order, segments) = (&grid.vertices, &grid.order, &grid.segments);
    let mut top = vec![0.0; vertices.len()];
    for column in order {
        let all: f64 = column.iter().map(|v| vertices[*v].height + BOX_GAP).sum();
        let mut y = -all / 2.0;
        for v in column {
            top[*v] = y;
            y += vertices[*v].height + BOX_GAP;
        }
    }
    for round in 0..20 {
        let rightwards = round % 2 == 0;
        for step in 0..order.len() {
            let column = &order[if rightwards { step } else { order.len() - 1 - step }];
            let wanted: Vec<(f64, f64)> = column
                .iter()
                .map(|v| {
                    let (mut sum, mut weight) = (top[*v] * 0.05, 0.05);
                    for s in segments {
                        // The last rounds look both ways, so that chains come out straight.
                        let from_left = s.right == *v && (rightwards || round > 15);
                        let from_right = s.left == *v && (!rightwards || round > 15);
                        let lane = vertices[s.left].node.is_none() || vertices[s.right].node.is_none();
                        let pull = if lane { 2.0 } else { 1.0 };
                        if from_left {
                            sum += pull * (top[s.left] + s.left_port - s.right_port);
                            weight += pull;
                        } else if from_right {
                            sum += pull * (top[s.right] + s.right_port - s.left_port);
                            weight += pull;
                        }
                    }
                    (sum / weight, weight)
                })
                .collect();
            let heights: Vec<f64> = column.iter().map(|v| vertices[*v].height).collect();
            for (v, y) in column.iter().zip(settle(&wanted, &heights)) {
                top[*v] = y;
            }
        }
    }
    let placed = order.iter().flatten().map(|v| top[*v]);
    let least = placed.fold(f64::INFINITY, f64::min);
    top.iter().map(|y| (y - least).round()).collect()
}

/// Tops nearest to the wanted ones (least squares) that keep order and distance: pooled neighbours.
fn settle(wanted: &[(f64, f64)], heights: &[f64]) -> Vec<f64> {
    let mut offset = vec![0.0; wanted.len()];
    for i in 1..wanted.len() {
        offset[i] = offset[i - 1] + heights[i - 1] + BOX_GAP;
    }
    // (mean, weight, members)
    let mut pools: Vec<(f64, f64, usize)> = vec![];
    for (i, (y, w)) in wanted.iter().enumerate() {
        pools.push((y - offset[i], *w, 1));
        while let [.., a, b] = pools.as_slice() {
            if a.0 <= b.0 {
                break;
            }
            let merged = ((a.0 * a.1 + b.0 * b.1) / (a.1 + b.1), a.1 + b.1, a.2 + b.2);
            pools.truncate(pools.len() - 2);
            pools.push(merged);
        }
    }
    let mut out = vec![];
    for (mean, _, members) in pools {
        for _ in 0..members {
            out.push(mean + offset[out.len()]);
        }
    }
    out
}
