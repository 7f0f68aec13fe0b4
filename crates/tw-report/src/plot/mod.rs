//! Plots: figures drawn as SVG, for pages that hold measured or predicted figures.
//!
//! Two forms are enough for what a database has to show. A [`Chart`] has two axes: how something changes
//! with something else. [`Rows`] has one axis and a row of marks for each thing: how things compare. Both
//! show intervals where they are known, are told apart without colour (shape and dash), have text for readers
//! who cannot see them, and are the same bytes for the same figures.
pub mod chart;
pub mod ink;
pub mod rows;
pub mod scale;

pub use chart::chart;
pub use rows::rows;
pub use scale::{Axis, Scale, Unit};

/// The style of every plot; colours are variables so that a page's dark mode reaches them.
pub const STYLE: &str = include_str!("plot.css");
/// Series drawn; a plot says how many are missing.
pub const SERIES_DRAWN: usize = 6;
/// Points drawn of a series; a plot says when some are missing.
pub const POINTS_DRAWN: usize = 2000;
/// Rows drawn; a plot says how many are missing.
pub const ROWS_DRAWN: usize = 60;

/// A figure with the interval it lies in, when one is known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figure {
    /// The figure.
    pub value: f64,
    /// Lower end.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

impl Figure {
    /// A figure without an interval.
    pub fn alone(value: f64) -> Figure {
        Figure { value, low: None, high: None }
    }
}

/// A point of a [`Series`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// Along the horizontal axis.
    pub x: f64,
    /// Along the vertical axis.
    pub y: Figure,
}

/// How a series is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Drawn {
    /// Points joined by a line; intervals make a band.
    #[default]
    Line,
    /// Points alone; intervals make bars.
    Dots,
}

/// A series of points.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// Name in the legend.
    pub name: String,
    /// Line or dots.
    pub drawn: Drawn,
    /// The points; drawn in the order of `x`.
    pub points: Vec<Point>,
}

/// A line across the whole plot at one value: a target, what is asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// What it stands for.
    pub name: String,
    /// Where.
    pub at: f64,
    /// It crosses the horizontal axis, and so stands upright.
    pub upright: bool,
}

/// Two axes and series of points.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chart {
    /// Makes the ids of a page's plots differ: letters, digits, hyphens.
    pub id: String,
    /// Title.
    pub title: String,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// What is drawn; the first [`SERIES_DRAWN`].
    pub series: Vec<Series>,
    /// Lines across.
    pub lines: Vec<Line>,
}

/// One axis and a row of marks for each thing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// Makes the ids of a page's plots differ: letters, digits, hyphens.
    pub id: String,
    /// Title.
    pub title: String,
    /// The axis, drawn below.
    pub axis: Axis,
    /// Names of the marks, for the legend; the first [`SERIES_DRAWN`].
    pub marks: Vec<String>,
    /// Marks are bars instead of dots, each from where the one before it ends.
    pub bars: bool,
    /// The rows, in order.
    pub rows: Vec<Row>,
}

/// One thing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// A figure for each of [`Rows::marks`], none where there is none.
    pub figures: Vec<Option<Figure>>,
    /// What it should stay below, drawn as an upright tick.
    pub target: Option<f64>,
}
