//! Read: a brief's text to its model.
use crate::Failure;
use std::path::Path;
use tw_model::model::Model;

/// A brief that was understood.
#[derive(Clone, Debug)]
pub struct Read {
    /// The text.
    pub text: String,
    /// What it means.
    pub model: Model,
}

/// Longest brief that is read, bytes. A brief is a page; this is a thousand.
pub const LONGEST: u64 = 4 << 20;

/// Reads a file as UTF-8 text.
pub fn text(path: &Path) -> Result<String, Failure> {
    let failed = |why| Failure::File { doing: "read", path: path.into(), why };
    let size = std::fs::metadata(path).map_err(failed)?.len();
    if size > LONGEST {
        let why = format!("{size} bytes are more than a brief can have ({LONGEST})");
        return Err(Failure::Path { path: path.into(), why, help: "Give the brief itself, not a dump.".into() });
    }
    let bytes = std::fs::read(path).map_err(failed)?;
    String::from_utf8(bytes).map_err(|e| Failure::Path {
        path: path.into(),
        why: format!("byte {} is not UTF-8", e.utf8_error().valid_up_to() + 1),
        help: "Save the brief as UTF-8 text.".into(),
    })
}

/// Reads and understands a brief. All its errors are reported at once.
pub fn brief(path: &Path) -> Result<Read, Failure> {
    let text = text(path)?;
    match tw_brief::read(&text) {
        (Some(model), _) => Ok(Read { text, model }),
        (None, diagnostics) => Err(refused(path, &text, &diagnostics)),
    }
}

/// The text in its canonical layout.
pub fn formatted(path: &Path, text: &str) -> Result<String, Failure> {
    tw_brief::format(text).map_err(|diagnostics| refused(path, text, &diagnostics))
}

fn refused(path: &Path, text: &str, diagnostics: &[tw_brief::Diagnostic]) -> Failure {
    let shown = path.display().to_string();
    let rendered: Vec<String> = diagnostics.iter().map(|d| d.render(&shown, text)).collect();
    Failure::Brief {
        rendered: rendered.join("\n"),
        count: diagnostics.iter().filter(|d| d.severity == tw_brief::Severity::Error).count(),
    }
}
