//! Layered layout: boxes in columns from left to right, edges only in the gaps between columns.
//!
//! An edge that spans several columns passes through a lane of its own in each of them, so no edge
//! crosses a box. Everything is decided by the order of the input: the same input, the same drawing.

mod level;
mod order;
mod rank;
mod route;

pub use route::n;

/// Least vertical distance between two ports of one side.
pub const PORT_STEP: f64 = 26.0;
/// Height of the lane in which an edge passes a column.
const LANE: f64 = 12.0;
/// Least vertical distance between boxes, and between a lane and anything else.
const BOX_GAP: f64 = 30.0;

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

/// Everything in its column.
struct Grid<'a> {
    sizes: &'a [Size],
    links: &'a [Link],
    /// Links that are drawn from right to left.
    reversed: Vec<bool>,
    /// Boxes first, in their order, then lanes.
    vertices: Vec<Vertex>,
    /// Vertices of each column from top to bottom. Boxes without edges are in none.
    order: Vec<Vec<usize>>,
    segments: Vec<Segment>,
    /// Both ports of each link from a box to itself.
    loops: Vec<Option<(f64, f64)>>,
}

impl Grid<'_> {
    fn width(&self, vertex: usize) -> f64 {
        self.vertices[vertex].node.map_or(0.0, |n| self.sizes[n].width)
    }
    /// Column of each vertex.
    fn columns(&self) -> Vec<usize> {
        let mut columns = vec![0; self.vertices.len()];
        for (i, column) in self.order.iter().enumerate() {
            for v in column {
                columns[*v] = i;
            }
        }
        columns
    }
}

/// Places every box and routes every edge.
pub fn place(sizes: &[Size], links: &[Link]) -> Placed {
    let mut grid = grid(sizes, links);
    order::untangle(&mut grid);
    order::give_ports(&mut grid);
    let tops = level::spread(&grid);
    let mut placed = route::draw(&grid, &tops);
    route::pack_loners(&grid, &mut placed);
    placed
}

fn grid<'a>(sizes: &'a [Size], links: &'a [Link]) -> Grid<'a> {
    let reversed = rank::back_links(sizes.len(), links);
    let heights = rank::grown_heights(sizes, links, &reversed);
    let column_of = rank::columns(sizes, &heights, links, &reversed);
    let boxes = heights.iter().enumerate();
    let mut grid = Grid {
        sizes,
        links,
        vertices: boxes.map(|(n, h)| Vertex { height: *h, node: Some(n) }).collect(),
        order: vec![vec![]; column_of.iter().max().map_or(0, |m| m + 1)],
        segments: vec![],
        loops: vec![None; links.len()],
        reversed,
    };
    for n in (0..sizes.len()).filter(|n| linked(links, *n)) {
        grid.order[column_of[n]].push(n);
    }
    for (i, link) in links.iter().enumerate().filter(|(_, l)| l.from != l.to) {
        let (left, right) = match grid.reversed[i] {
            true => (link.to, link.from),
            false => (link.from, link.to),
        };
        let mut at = left;
        let between = column_of[left] + 1..column_of[right];
        for column in &mut grid.order[between] {
            grid.vertices.push(Vertex { height: LANE, node: None });
            let lane = grid.vertices.len() - 1;
            column.push(lane);
            grid.segments.push(segment(at, lane, i));
            at = lane;
        }
        grid.segments.push(segment(at, right, i));
    }
    grid
}

fn segment(left: usize, right: usize, link: usize) -> Segment {
    Segment { left, right, link, left_port: LANE / 2.0, right_port: LANE / 2.0 }
}

/// True for boxes with an edge to another box.
fn linked(links: &[Link], node: usize) -> bool {
    links.iter().any(|l| (l.from == node) != (l.to == node))
}
