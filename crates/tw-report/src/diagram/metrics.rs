//! Widths of text before any font is seen: boxes must hold their labels in every browser.
use crate::text::{Class, class};

/// Advance widths of ASCII 32 to 126 in thousandths of an em, the greater of DejaVu Sans and
/// Liberation Sans (which has Arial's and Helvetica's widths), so that neither overflows.
#[rustfmt::skip]
const REGULAR: [u16; 95] = [
    318, 401, 460, 838, 637, 951, 780, 275, 391, 391, 501, 838, 318, 361, 318, 337,
    637, 637, 637, 637, 637, 637, 637, 637, 637, 637, 337, 337, 838, 838, 838, 557,
    1016, 685, 687, 723, 771, 667, 611, 778, 752, 295, 501, 667, 558, 863, 749, 788,
    667, 788, 723, 667, 611, 732, 685, 989, 686, 667, 686, 391, 337, 391, 838, 557,
    501, 613, 635, 550, 635, 616, 353, 635, 634, 278, 278, 580, 278, 975, 634, 612,
    635, 635, 412, 521, 393, 634, 592, 818, 592, 592, 525, 637, 337, 637, 838,
];

/// The same for the bold faces.
#[rustfmt::skip]
const BOLD: [u16; 95] = [
    349, 457, 521, 838, 696, 1002, 873, 307, 458, 458, 523, 838, 380, 416, 380, 366,
    696, 696, 696, 696, 696, 696, 696, 696, 696, 696, 400, 400, 838, 838, 838, 611,
    1001, 774, 763, 734, 831, 684, 684, 821, 837, 373, 557, 775, 638, 996, 837, 851,
    733, 851, 771, 721, 683, 813, 774, 1104, 771, 725, 726, 458, 366, 458, 838, 557,
    501, 675, 716, 593, 716, 679, 436, 716, 712, 343, 343, 666, 343, 1042, 712, 688,
    716, 716, 494, 596, 479, 712, 652, 924, 646, 652, 583, 712, 366, 712, 838,
];

/// A face that diagrams are set in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// Sans, regular.
    Regular,
    /// Sans, bold.
    Bold,
    /// Monospaced.
    Mono,
}

/// Width of the text in pixels at the size; never less than the faces we know need.
pub fn width(text: &str, face: Face, size_px: f64) -> f64 {
    text.chars().map(|c| em(c, face)).sum::<f64>() * size_px
}

fn em(c: char, face: Face) -> f64 {
    let ascii = (c as usize).checked_sub(32).filter(|i| *i < 95);
    match (ascii, face) {
        (Some(i), Face::Regular) => f64::from(REGULAR[i]) / 1000.0,
        (Some(i), Face::Bold) => f64::from(BOLD[i]) / 1000.0,
        // The widest of the common monospaced faces.
        (Some(_), Face::Mono) => 0.62,
        (None, _) => match class(c) {
            Class::None => 0.0,
            // Colour emoji are wider than an em in most fonts.
            Class::Wide => 1.35,
            Class::Plain => 1.05,
        },
    }
}
