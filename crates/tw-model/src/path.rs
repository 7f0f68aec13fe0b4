//! Stable names of the elements of a model: `Account`, `Account.balance`, `withdraw`.
use serde::{Deserialize, Serialize};
use std::fmt;

/// The path of an element, parts joined by dots, in the brief's own words. It never holds a line
/// number, a position or a physical name, so it survives edits around the element.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Path(String);

impl Path {
    /// A path of one part.
    pub fn new(part: impl Into<String>) -> Self {
        Path(part.into())
    }
    /// This path with one more part.
    pub fn join(&self, part: impl AsRef<str>) -> Self {
        Path(format!("{}.{}", self.0, part.as_ref()))
    }
    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// The first part.
    pub fn head(&self) -> &str {
        self.0.split('.').next().unwrap_or("")
    }
    /// True for the path itself and everything below it.
    pub fn covers(&self, other: &Path) -> bool {
        other.0 == self.0 || other.0.strip_prefix(&self.0).is_some_and(|rest| rest.starts_with('.'))
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Path {
    fn from(text: &str) -> Self {
        Path(text.to_string())
    }
}
