//! Which column each box stands in: right of all that it is drawn from, in columns of a bounded height.
use super::{BOX_GAP, Link, PORT_STEP, Size, linked};

/// Links that close a cycle, found depth first from the boxes nothing points at.
pub(super) fn back_links(nodes: usize, links: &[Link]) -> Vec<bool> {
    let mut reversed = vec![false; links.len()];
    let mut state = vec![0u8; nodes];
    let mut roots: Vec<usize> = (0..nodes).collect();
    roots.sort_by_key(|n| links.iter().any(|l| l.to == *n && l.from != *n));
    for root in roots {
        if state[root] != 0 {
            continue;
        }
        // (node, next link to look at); a stack of our own, since a chain can be long.
        let mut stack = vec![(root, 0)];
        state[root] = 1;
        while let Some((node, at)) = stack.pop() {
            let next = (at..links.len()).find(|i| links[*i].from == node && links[*i].to != node);
            let Some(i) = next else {
                state[node] = 2;
                continue;
            };
            stack.push((node, i + 1));
            match state[links[i].to] {
                0 => {
                    state[links[i].to] = 1;
                    stack.push((links[i].to, 0));
                }
                1 => reversed[i] = true,
                _ => {}
            }
        }
    }
    reversed
}

/// Heights once every free port has room.
pub(super) fn grown_heights(sizes: &[Size], links: &[Link], reversed: &[bool]) -> Vec<f64> {
    let mut sides = vec![(0u32, 0u32); sizes.len()];
    for (link, back) in links.iter().zip(reversed) {
        if link.from == link.to {
            if link.from_y.is_none() {
                sides[link.from].1 += 2;
            }
            continue;
        }
        let free = [(link.from, link.from_y, *back), (link.to, link.to_y, !*back)];
        for (node, _, on_left) in free.into_iter().filter(|f| f.1.is_none()) {
            if on_left {
                sides[node].0 += 1;
            } else {
                sides[node].1 += 1;
            }
        }
    }
    sizes.iter().zip(sides).map(|(size, (l, r))| size.height.max(f64::from(l.max(r)) * PORT_STEP + 18.0)).collect()
}

/// The column of each box: right of all it points from, in columns of a bounded height.
pub(super) fn columns(sizes: &[Size], heights: &[f64], links: &[Link], reversed: &[bool]) -> Vec<usize> {
    let n = sizes.len();
    let pairs: Vec<(usize, usize)> = links
        .iter()
        .zip(reversed)
        .filter(|(l, _)| l.from != l.to)
        .map(|(l, back)| if *back { (l.to, l.from) } else { (l.from, l.to) })
        .collect();
    let area: f64 =
        (0..n).filter(|i| linked(links, *i)).map(|i| (sizes[i].width + 120.0) * (heights[i] + BOX_GAP)).sum();
    let tallest = heights.iter().copied().fold(0.0, f64::max);
    let limit = (area / 1.5).sqrt().max(tallest + BOX_GAP);
    let mut column = vec![0; n];
    let mut filled: Vec<f64> = vec![];
    let mut waiting: Vec<usize> = (0..n).map(|i| pairs.iter().filter(|(_, to)| *to == i).count()).collect();
    let mut ready: Vec<usize> = (0..n).filter(|i| waiting[*i] == 0 && linked(links, *i)).collect();
    let mut done = vec![];
    while !ready.is_empty() {
        let mut next = vec![];
        for node in ready {
            let mut at = column[node];
            while filled.get(at).is_some_and(|f| *f > 0.0 && f + heights[node] > limit) {
                at += 1;
            }
            if filled.len() <= at {
                filled.resize(at + 1, 0.0);
            }
            filled[at] += heights[node] + BOX_GAP;
            column[node] = at;
            done.push(node);
            for (_, to) in pairs.iter().filter(|(from, _)| *from == node) {
                column[*to] = column[*to].max(at + 1);
                waiting[*to] -= 1;
                if waiting[*to] == 0 {
                    next.push(*to);
                }
            }
        }
        ready = next;
    }
    // A box that nothing points at moves next to the first one it points to.
    for node in done.into_iter().rev() {
        let first = pairs.iter().filter(|p| p.0 == node).map(|p| column[p.1]).min();
        if let (Some(first), false) = (first, pairs.iter().any(|p| p.1 == node)) {
            column[node] = first - 1;
        }
    }
    // Columns that were left empty by this disappear.
    let mut used: Vec<usize> = (0..n).filter(|i| linked(links, *i)).map(|i| column[i]).collect();
    used.sort_unstable();
    used.dedup();
    column.iter().map(|c| used.binary_search(c).unwrap_or(0)).collect()
}
