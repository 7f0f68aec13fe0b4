//! VOICE: a dossier as HTML, Markdown and terminal text, and its diagrams.
//!
//! Sees only `tw-model`: it reads no file, knows no server and takes no decision. The same dossier
//! gives the same bytes. What a step expects and what happened is said by [`words`] alone, so the same
//! thing reads the same in every voice.
pub mod adopted;
pub mod advice;
pub mod arrange;
pub mod changes;
pub mod diagram;
pub mod discovery;
pub mod horizon;
pub mod html;
pub mod latency;
pub mod markdown;
pub mod next;
pub mod plot;
pub mod review;
pub mod sizes;
pub mod sqlstate;
pub mod terminal;
pub mod text;
pub mod words;

pub use adopted::losses;
pub use advice::advice;
pub use diagram::{Place, concepts_svg, er_mermaid, er_svg};
pub use discovery::discovery;
pub use html::{
    html,
    measured::{driven_html, measured_html},
    review::review_html,
};
pub use latency::latencies;
pub use markdown::markdown;
pub use terminal::{progress, terminal};
