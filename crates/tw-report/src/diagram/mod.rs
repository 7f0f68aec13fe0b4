//! Diagrams: the concepts of a brief and the tables of a schema, as SVG and as Mermaid.
pub mod concepts;
pub mod draw;
pub mod layers;
pub mod mermaid;
pub mod metrics;
pub mod neighbours;
pub mod tables;

pub use concepts::concepts_svg;
pub use mermaid::er_mermaid;
pub use tables::er_svg;

/// Where a drawing will stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a page, which brings [`draw::STYLE`] and its colours, and has an anchor for every box.
    Inline,
    /// In a file of its own, with its own style.
    File,
}

/// More boxes than this are not drawn; the drawing says how many are missing.
pub const BOXES_DRAWN: usize = 120;
