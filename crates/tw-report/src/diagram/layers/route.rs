//! Edges as paths: straight inside columns, curved in the gaps between them.
use super::{BOX_GAP, Grid, Link, Placed, Rect, Route, Segment, Size, Tip, linked};

/// Width of the part of a gap in which edges bend.
const CURVE: f64 = 44.0;
/// Least straight room on both sides of it.
const ROOM: f64 = 10.0;
/// What a loop needs beyond its marks and label.
const LOOP: f64 = 24.0;

/// Borders of the columns, and of the bends in the gap after each.
struct Ruler {
    lefts: Vec<f64>,
    bends: Vec<(f64, f64)>,
    width: f64,
}

/// Boxes and routes at the given tops.
pub(super) fn draw(grid: &Grid, tops: &[f64]) -> Placed {
    let ruler = ruler(grid);
    let columns = grid.columns();
    let boxes: Vec<Rect> = grid
        .sizes
        .iter()
        .enumerate()
        .map(|(n, size)| Rect {
            x: ruler.lefts.get(columns[n]).copied().unwrap_or(0.0),
            y: tops[n],
            width: size.width,
            height: grid.vertices[n].height,
        })
        .collect();
    let routes = grid
        .links
        .iter()
        .enumerate()
        .map(|(i, link)| match link.from == link.to {
            true => own_route(&boxes[link.from], grid.loops[i], link),
            false => route(grid, &ruler, &columns, tops, i),
        })
        .collect();
    let bottoms = grid.order.iter().flatten().map(|v| tops[*v] + grid.vertices[*v].height);
    Placed { boxes, routes, width: ruler.width, height: bottoms.fold(0.0, f64::max) }
}

fn ruler(grid: &Grid) -> Ruler {
    let (mut lefts, mut bends, mut x) = (vec![], vec![], 0.0);
    for (i, column) in grid.order.iter().enumerate() {
        let width = column.iter().map(|v| grid.width(*v)).fold(0.0, f64::max);
        let (mut before, mut after) = (ROOM, ROOM);
        for s in grid.segments.iter().filter(|s| column.contains(&s.left)) {
            let link = &grid.links[s.link];
            let (mut left, mut right) = (link.from_room, link.to_room);
            if grid.reversed[s.link] {
                std::mem::swap(&mut left, &mut right);
            }
            if grid.vertices[s.left].node.is_some() {
                before = before.max(left);
            }
            if grid.vertices[s.right].node.is_some() {
                after = after.max(right);
            }
        }
        let loops = column.iter().map(|v| loop_room(grid.links, *v)).fold(0.0, f64::max);
        before = before.max(loops);
        lefts.push(x);
        bends.push((x + width + before, x + width + before + CURVE));
        x += match i + 1 == grid.order.len() {
            true => width + loops,
            false => width + before + CURVE + after,
        };
    }
    Ruler { lefts, bends, width: x }
}

/// Room at the right of a box for the edges from it to itself.
fn loop_room(links: &[Link], node: usize) -> f64 {
    links
        .iter()
        .filter(|l| l.from == node && l.to == node)
        .map(|l| l.from_room.max(l.to_room) + LOOP)
        .fold(0.0, f64::max)
}

fn route(grid: &Grid, ruler: &Ruler, columns: &[usize], tops: &[f64], link: usize) -> Route {
    let mine: Vec<&Segment> = grid.segments.iter().filter(|s| s.link == link).collect();
    let (mut path, mut lanes) = (String::new(), vec![]);
    let mut left = Tip { x: 0.0, y: 0.0, dir: 1.0 };
    let mut right = Tip { x: 0.0, y: 0.0, dir: -1.0 };
    for (k, s) in mine.iter().enumerate() {
        let (a, b) = (tops[s.left] + s.left_port, tops[s.right] + s.right_port);
        let column = columns[s.left];
        let start = ruler.lefts[column] + if k == 0 { grid.width(s.left) } else { 0.0 };
        let (bend, end) = ruler.bends[column];
        let arrival = ruler.lefts[column + 1];
        if k == 0 {
            path.push_str(&format!("M{} {}", n(start), n(a)));
            (left.x, left.y) = (start, a);
        }
        path.push_str(&format!("H{}", n(bend)));
        if (a - b).abs() > 0.01 {
            let mid = n((bend + end) / 2.0);
            path.push_str(&format!("C{mid} {} {mid} {} {} {}", n(a), n(b), n(end), n(b)));
        }
        path.push_str(&format!("H{}", n(arrival)));
        lanes.extend([(start, bend, a), (end, arrival, b)]);
        (right.x, right.y) = (arrival, b);
    }
    let (from, to) = if grid.reversed[link] { (right, left) } else { (left, right) };
    Route { from, to, path, lanes }
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
    Route { from: tip(a), to: tip(b), path, lanes: vec![] }
}

/// Boxes without edges to others stand in rows below the rest.
pub(super) fn pack_loners(grid: &Grid, placed: &mut Placed) {
    let (sizes, links): (&[Size], &[Link]) = (grid.sizes, grid.links);
    let loners: Vec<usize> = (0..sizes.len()).filter(|b| !linked(links, *b)).collect();
    let room_of = |b: usize| loop_room(links, b);
    let area: f64 =
        loners.iter().map(|b| (sizes[*b].width + room_of(*b) + 40.0) * (grid.vertices[*b].height + BOX_GAP)).sum();
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
        placed.boxes[b] = Rect { x, y, width: sizes[b].width, height: grid.vertices[b].height };
        placed.width = placed.width.max(x + wide);
        placed.height = placed.height.max(y + grid.vertices[b].height);
        x += wide + 40.0;
        row = row.max(grid.vertices[b].height);
        for (i, link) in links.iter().enumerate().filter(|(_, l)| l.from == b) {
            placed.routes[i] = own_route(&placed.boxes[b], grid.loops[i], link);
        }
    }
}

/// A number in SVG: at most one decimal, never `-0`.
pub fn n(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    if rounded == 0.0 { "0".into() } else { format!("{rounded}") }
}
