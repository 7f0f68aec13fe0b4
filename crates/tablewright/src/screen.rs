//! What is printed while work goes on and when it fails.
use crate::options::{Common, Format};
use std::io::{IsTerminal, Write};
use tw_engine::Failure;

/// Columns to print in: what `COLUMNS` says, else the terminal's own, else a hundred.
pub fn width() -> usize {
    let said = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
    let own = || rustix::termios::tcgetwinsize(std::io::stdout()).ok().map(|size| usize::from(size.ws_col));
    said.or_else(own).filter(|w| *w >= 40).unwrap_or(100)
}

/// True when colour is wanted: a terminal, and not declined (https://no-color.org).
pub fn colour() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
}

/// Prints to standard output; a closed pipe is not an error of ours.
pub fn print(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// Prints beside standard output what a program that reads it does not want.
pub fn note(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// Tells progress on standard error: one line that is rewritten on a terminal, else a line at each tenth of what is
/// counted and for each step of what is not.
pub fn progress(common: &Common) -> impl Fn(usize, usize, &str) + Sync + '_ {
    let last = std::sync::Mutex::new(String::new());
    move |done, total, what| {
        if common.quiet {
            return;
        }
        let mut err = std::io::stderr().lock();
        if err.is_terminal() {
            let line = tw_report::progress(done, total, what, width().min(100), colour());
            let end = if total > 0 && done == total { "\r\x1b[K" } else { "" };
            let _ = write!(err, "\r\x1b[K{line}{end}");
            let _ = err.flush();
            return;
        }
        let step = (done * 10).checked_div(total).map_or(what.to_string(), |tenth| tenth.to_string());
        let mut last = last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if *last != step {
            *last = step;
            let _ = if total == 0 { writeln!(err, "{what} ...") } else { writeln!(err, "{done} of {total}") };
        }
    }
}

/// Takes the line of progress away before a result is printed.
pub fn clear(common: &Common) {
    let mut err = std::io::stderr().lock();
    if !common.quiet && err.is_terminal() {
        let _ = write!(err, "\r\x1b[K");
    }
}

/// Prints why a command could not do its work.
pub fn failure(common: &Common, failure: &Failure) {
    if common.format == Format::Json {
        let body = serde_json::json!({ "format": 1, "error": failure.to_string() });
        print(&format!("{body}\n"));
    }
    let _ = writeln!(std::io::stderr(), "{failure}");
}
