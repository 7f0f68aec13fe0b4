//! The brief that people start from.

/// A commented starter brief: it is valid, and every comment tells what to change.
pub fn starter(title: &str) -> String {
    let title: String =
        title.chars().map(|c| if c.is_control() || "⟦⟧#".contains(c) { ' ' } else { c }).take(100).collect();
    let words: Vec<&str> = title.split_whitespace().collect();
    let title = match words.is_empty() {
        true => "Untitled".to_string(),
        false => words.join(" "),
    };
    STARTER.replace("TITLE", &title)
}

const STARTER: &str = include_str!("starter.md");
