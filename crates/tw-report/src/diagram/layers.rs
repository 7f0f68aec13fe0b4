//! Layered layout: boxes in columns from left to right, edges only in the gaps between columns.
//!
//! An edge that spans several columns passes through a lane of its own in each of them, so no edge
//! crosses a box. Everything is decided by the order of the input: the same input, the same drawing.

/// Least vertical distance between two ports of one side, and between an edge's lane and anything else.
pub const PORT_STEP: f64 = 26.0;
const LANE: f64 = 12.0;
const BOX_GAP: f64 = 30.0;
const SWEEPS: usize = 12;

/// A box to place.
#[derive(Clone, Debug)]
pub struct Size {
    /// Width.
    pub width: f64,
    /// Least height; free ports may need more.
    pub height: f64,
}

/// An edge to route; `from` is drawn left of `to` where no cycle forbids it.
#[derive(Clone, Debug)]
pub struct Link {
    /// Box it starts at.
    pub from: usize,
    /// Box it ends at.
    pub to: usize,
    /// Fixed port: distance from the top of the `from` box; none is a free port.
    pub from_y: Option<f64>,
    /// The same for `to`.
    pub to_y: Option<f64>,
    /// Straight room needed beside the `from` box, for marks and label.
    pub from_room: f64,
    /// The same for `to`.
    pub to_room: f64,
}

/// A placed box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// Left.
    pub x: f64,
    /// Top.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// Where an edge meets a box; `dir` is 1 when it leaves to the right, -1 to the left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tip {
    /// On the box's border.
    pub x: f64,
    /// Its height.
    pub y: f64,
    /// Away from the box.
    pub dir: f64,
}

/// A routed edge.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// At the `from` box.
    pub from: Tip,
    /// At the `to` box.
    pub to: Tip,
    /// SVG path data.
    pub path: String,
    /// Heights of the straight pieces inside columns: (left, right, y); for checking.
    pub lanes: Vec<(f64, f64, f64)>,
}

/// The drawing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Placed {
    /// One for each box.
    pub boxes: Vec<Rect>,
    /// One for each link.
    pub routes: Vec<Route>,
    /// Whole width.
    pub width: f64,
    /// Whole height.
    pub height: f64,
}

/// A box or a lane in one column.
struct Vertex {
    height: f64,
    node: Option<usize>,
}

/// A piece of a link between two neighbouring columns.
struct Segment {
    left: usize,
    right: usize,
    link: usize,
    left_port: f64,
    right_port: f64,
}

/// Places every box and routes every edge.
pub fn place(sizes: &[Size], links: &[Link]) -> Placed {
    let reversed = back_links(sizes.len(), links);
    let heights = grown_heights(sizes, links, &reversed);
    let column_of = columns(sizes, &heights, links, &reversed);
    let mut vertices: Vec<Vertex> = (0..sizes.len())
        .map(|n| Vertex {
            height: heights[n],
            node: Some(n),
        })
        .collect();
    let column_count = column_of.iter().max().map_or(0, |m| m + 1);
    let mut order: Vec<Vec<usize>> = vec![vec![]; column_count];
    for n in (0..sizes.len()).filter(|n| linked(links, *n)) {
        order[column_of[n]].push(n);
    }
    let mut segments = vec![];
    for (i, link) in links.iter().enumerate().filter(|(_, l)| l.from != l.to) {
        let (left, right) = if reversed[i] {
            (link.to, link.from)
        } else {
            (link.from, link.to)
        };
        let mut at = left;
        for column in column_of[left] + 1..=column_of[right] {
            let next = if column == column_of[right] {
                right
            } else {
                vertices.push(Vertex {
                    height: LANE,
                    node: None,
                });
                order[column].push(vertices.len() - 1);
                vertices.len() - 1
            };
            segments.push(Segment {
                left: at,
                right: next,
                link: i,
                left_port: LANE / 2.0,
                right_port: LANE / 2.0,
            });
            at = next;
        }
    }
    untangle(&mut order, &segments, vertices.len());
    let loops = give_ports(links, &reversed, &vertices, &order, &mut segments);
    let tops = spread(&vertices, &order, &segments);
    let mut placed = draw(
        sizes, links, &reversed, &vertices, &order, &segments, &tops, &loops,
    );
    pack_loners(sizes, &heights, links, &loops, &mut placed);
    placed
}

/// True for boxes with an edge to another box.
fn linked(links: &[Link], node: usize) -> bool {
    links.iter().any(|l| (l.from == node) != (l.to == node))
}

/// Links that close a cycle, found depth first from the boxes nothing points at.
fn back_links(nodes: usize, links: &[Link]) -> Vec<bool> {
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
fn grown_heights(sizes: &[Size], links: &[Link], reversed: &[bool]) -> Vec<f64> {
    let mut sides = vec![(0u32, 0u32); sizes.len()];
    for (link, back) in links.iter().zip(reversed) {
        if link.from == link.to {
            if link.from_y.is_none() {
                sides[link.from].1 += 2;
            }
            continue;
        }
        let free = [
            (link.from, link.from_y, *back),
            (link.to, link.to_y, !*back),
        ];
        for (node, _, on_left) in free.into_iter().filter(|f| f.1.is_none()) {
            if on_left {
                sides[node].0 += 1;
            } else {
                sides[node].1 += 1;
            }
        }
    }
    sizes
        .iter()
        .zip(sides)
        .map(|(size, (l, r))| size.height.max(f64::from(l.max(r)) * PORT_STEP + 18.0))
        .collect()
}

/// The column of each box: right of all it points from, in columns of a bounded height.
fn columns(sizes: &[Size], heights: &[f64], links: &[Link], reversed: &[bool]) -> Vec<usize> {
    let n = sizes.len();
    let pairs: Vec<(usize, usize)> = links
        .iter()
        .zip(reversed)
        .filter(|(l, _)| l.from != l.to)
        .map(|(l, back)| {
            if *back {
                (l.to, l.from)
            } else {
                (l.from, l.to)
            }
        })
        .collect();
    let area: f64 = (0..n)
        .filter(|i| linked(links, *i))
        .map(|i| (sizes[i].width + 120.0) * (heights[i] + BOX_GAP))
        .sum();
    let tallest = heights.iter().copied().fold(0.0, f64::max);
    let limit = (area / 1.5).sqrt().max(tallest + BOX_GAP);
    let mut column = vec![0; n];
    let mut filled: Vec<f64> = vec![];
    let mut waiting: Vec<usize> = (0..n)
        .map(|i| pairs.iter().filter(|(_, to)| *to == i).count())
        .collect();
    let mut ready: Vec<usize> = (0..n)
        .filter(|i| waiting[*i] == 0 && linked(links, *i))
        .collect();
    let mut done = vec![];
    while !ready.is_empty() {
        let mut next = vec![];
        for node in ready {
            let mut at = column[node];
            while filled
                .get(at)
                .is_some_and(|f| *f > 0.0 && f + heights[node] > limit)
            {
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
        let first = pairs
            .iter()
            .filter(|p| p.0 == node)
            .map(|p| column[p.1])
            .min();
        if let (Some(first), false) = (first, pairs.iter().any(|p| p.1 == node)) {
            column[node] = first - 1;
        }
    }
    // Columns that were left empty by this disappear.
    let mut used: Vec<usize> = (0..n)
        .filter(|i| linked(links, *i))
        .map(|i| column[i])
        .collect();
    used.sort_unstable();
    used.dedup();
    column
        .iter()
        .map(|c| used.binary_search(c).unwrap_or(0))
        .collect()
}

/// Orders each column by the mean place of its neighbours, keeping the order with the fewest crossings.
fn untangle(order: &mut Vec<Vec<usize>>, segments: &[Segment], vertices: usize) {
    let mut best = (crossings(order, segments, vertices), order.clone());
    for sweep in 0..SWEEPS {
        let rightwards = sweep % 2 == 0;
        for step in 1..order.len() {
            let column = if rightwards {
                step
            } else {
                order.len() - 1 - step
            };
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

/// Gives every free end its port, from top to bottom in the order of the other ends. Returns the two
/// ports of each link from a box to itself.
fn give_ports(
    links: &[Link],
    reversed: &[bool],
    vertices: &[Vertex],
    order: &[Vec<usize>],
    segments: &mut [Segment],
) -> Vec<Option<(f64, f64)>> {
    let place = places(order, vertices.len());
    let mut loops = vec![None; links.len()];
    for (v, vertex) in vertices.iter().enumerate() {
        let Some(node) = vertex.node else { continue };
        for left_side in [true, false] {
            let mut free: Vec<(f64, usize)> = vec![];
            for (i, s) in segments.iter_mut().enumerate() {
                let (mine, other) = if left_side {
                    (s.right, s.left)
                } else {
                    (s.left, s.right)
                };
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
            let own: Vec<usize> = (0..links.len())
                .filter(|i| !left_side && links[*i].from == node && links[*i].to == node)
                .collect();
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
    loops
}

/// Tops of all vertices: each as near to level with its neighbours as its column allows.
fn spread(vertices: &[Vertex], order: &[Vec<usize>], segments: &[Segment]) -> Vec<f64> {
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
            let column = &order[if rightwards {
                step
            } else {
                order.len() - 1 - step
            }];
            let wanted: Vec<(f64, f64)> = column
                .iter()
                .map(|v| {
                    let (mut sum, mut weight) = (top[*v] * 0.05, 0.05);
                    for s in segments {
                        // The last rounds look both ways, so that chains come out straight.
                        let from_left = s.right == *v && (rightwards || round > 15);
                        let from_right = s.left == *v && (!rightwards || round > 15);
                        let lane =
                            vertices[s.left].node.is_none() || vertices[s.right].node.is_none();
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

#[allow(clippy::too_many_arguments)] // one call, right above; a struct would only rename the arguments
fn draw(
    sizes: &[Size],
    links: &[Link],
    reversed: &[bool],
    vertices: &[Vertex],
    order: &[Vec<usize>],
    segments: &[Segment],
    tops: &[f64],
    loops: &[Option<(f64, f64)>],
) -> Placed {
    let width_of = |v: usize| vertices[v].node.map_or(0.0, |n| sizes[n].width);
    let rooms = |link: usize| -> (f64, f64) {
        let (from, to) = (links[link].from_room, links[link].to_room);
        if reversed[link] {
            (to, from)
        } else {
            (from, to)
        }
    };
    // Left and right border of each column, and where curves start and end in the gap after it.
    let mut lefts = vec![];
    let mut rights = vec![];
    let mut bends = vec![];
    let mut x = 0.0;
    for (i, column) in order.iter().enumerate() {
        let width = column.iter().map(|v| width_of(*v)).fold(0.0, f64::max);
        let mut before: f64 = 10.0;
        let mut after: f64 = 10.0;
        for s in segments.iter().filter(|s| column.contains(&s.left)) {
            if vertices[s.left].node.is_some() {
                before = before.max(rooms(s.link).0);
            }
            if vertices[s.right].node.is_some() {
                after = after.max(rooms(s.link).1);
            }
        }
        for link in links
            .iter()
            .filter(|l| l.from == l.to && column.contains(&l.from))
        {
            before = before.max(link.from_room.max(link.to_room) + 24.0);
        }
        lefts.push(x);
        rights.push(x + width);
        let last = i + 1 == order.len();
        let curve = if last { 0.0 } else { 44.0 };
        bends.push((x + width + before, x + width + before + curve));
        x += width + before + curve + if last { 0.0 } else { after };
        if last
            && !links
                .iter()
                .any(|l| l.from == l.to && column.contains(&l.from))
        {
            x -= before;
        }
    }
    let mut column_of = vec![0; vertices.len()];
    for (i, column) in order.iter().enumerate() {
        for v in column {
            column_of[*v] = i;
        }
    }
    let boxes: Vec<Rect> = sizes
        .iter()
        .enumerate()
        .map(|(n, size)| Rect {
            x: lefts.get(column_of[n]).copied().unwrap_or(0.0),
            y: tops[n],
            width: size.width,
            height: vertices[n].height,
        })
        .collect();
    let routes = links
        .iter()
        .enumerate()
        .map(|(i, link)| {
            if link.from == link.to {
                return own_route(&boxes[link.from], loops[i], link);
            }
            let mut path = String::new();
            let mut lanes = vec![];
            let mine: Vec<&Segment> = segments.iter().filter(|s| s.link == i).collect();
            for (k, s) in mine.iter().enumerate() {
                let (a, b) = (tops[s.left] + s.left_port, tops[s.right] + s.right_port);
                let column = column_of[s.left];
                let start = if k == 0 {
                    lefts[column] + width_of(s.left)
                } else {
                    lefts[column]
                };
                if k == 0 {
                    path.push_str(&format!("M{} {}", n(start), n(a)));
                }
                let (bend, end) = bends[column];
                let mid = (bend + end) / 2.0;
                lanes.push((start, bend, a));
                path.push_str(&format!("H{}", n(bend)));
                if (a - b).abs() > 0.01 {
                    path.push_str(&format!(
                        "C{} {} {} {} {} {}",
                        n(mid),
                        n(a),
                        n(mid),
                        n(b),
                        n(end),
                        n(b)
                    ));
                }
                lanes.push((end, lefts[column + 1], b));
                path.push_str(&format!("H{}", n(lefts[column + 1])));
            }
            let (first, last) = (mine.first(), mine.last());
            let left = first.map_or(
                Tip {
                    x: 0.0,
                    y: 0.0,
                    dir: 1.0,
                },
                |s| Tip {
                    x: lefts[column_of[s.left]] + width_of(s.left),
                    y: tops[s.left] + s.left_port,
                    dir: 1.0,
                },
            );
            let right = last.map_or(
                Tip {
                    x: 0.0,
                    y: 0.0,
                    dir: -1.0,
                },
                |s| Tip {
                    x: lefts[column_of[s.right]],
                    y: tops[s.right] + s.right_port,
                    dir: -1.0,
                },
            );
            let (from, to) = if reversed[i] {
                (right, left)
            } else {
                (left, right)
            };
            Route {
                from,
                to,
                path,
                lanes,
            }
        })
        .collect();
    let height = order
        .iter()
        .flatten()
        .map(|v| tops[*v] + vertices[*v].height)
        .fold(0.0, f64::max);
    Placed {
        boxes,
        routes,
        width: x.max(rights.last().copied().unwrap_or(0.0)),
        height,
    }
}

/// A link from a box to itself: out at its right side and back.
fn own_route(rect: &Rect, ports: Option<(f64, f64)>, link: &Link) -> Route {
    let (a, b) = ports.unwrap_or((rect.height / 3.0, rect.height * 2.0 / 3.0));
    let (a, b) = (rect.y + a, rect.y + b);
    let x = rect.x + rect.width;
    let out = x + link.from_room.max(link.to_room);
    let r = ((a - b).abs() / 2.0).min(10.0);
    let d = if b > a { r } else { -r };
    let path = format!(
        "M{} {}H{}q{} 0 {} {}V{}q0 {} {} {}H{}",
        n(x),
        n(a),
        n(out),
        n(r),
        n(r),
        n(d),
        n(b - d),
        n(d),
        n(-r),
        n(d),
        n(x)
    );
    let tip = |y| Tip { x, y, dir: 1.0 };
    Route {
        from: tip(a),
        to: tip(b),
        path,
        lanes: vec![],
    }
}

/// Boxes without edges to others stand in rows below the rest.
fn pack_loners(
    sizes: &[Size],
    heights: &[f64],
    links: &[Link],
    loops: &[Option<(f64, f64)>],
    placed: &mut Placed,
) {
    let loners: Vec<usize> = (0..sizes.len()).filter(|b| !linked(links, *b)).collect();
    let room_of = |b: usize| {
        links
            .iter()
            .filter(|l| l.from == b && l.to == b)
            .map(|l| l.from_room.max(l.to_room) + 24.0)
            .fold(0.0, f64::max)
    };
    let area: f64 = loners
        .iter()
        .map(|b| (sizes[*b].width + room_of(*b) + 40.0) * (heights[*b] + BOX_GAP))
        .sum();
    let across = placed.width.max((area * 1.6).sqrt()).max(300.0);
    let (mut x, mut y, mut row) = (0.0, placed.height, 0.0f64);
    y += if y > 0.0 { BOX_GAP * 1.5 } else { 0.0 };
    for b in loners {
        let wide = sizes[b].width + room_of(b);
        if x > 0.0 && x + wide > across {
            x = 0.0;
            y += row + BOX_GAP;
            row = 0.0;
        }
        placed.boxes[b] = Rect {
            x,
            y,
            width: sizes[b].width,
            height: heights[b],
        };
        placed.width = placed.width.max(x + wide);
        placed.height = placed.height.max(y + heights[b]);
        x += wide + 40.0;
        row = row.max(heights[b]);
        for (i, link) in links.iter().enumerate().filter(|(_, l)| l.from == b) {
            placed.routes[i] = own_route(&placed.boxes[b], loops[i], link);
        }
    }
}

/// A number in SVG: at most one decimal, never `-0`.
pub fn n(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    if rounded == 0.0 {
        "0".into()
    } else {
        format!("{rounded}")
    }
}
