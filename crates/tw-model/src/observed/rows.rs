//! What rows look like: figures of values, not the rows themselves.
use super::Shape;
use std::collections::{BTreeMap, HashMap};

/// What some rows of a table look like.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableRows {
    /// Rows that were looked at.
    pub read: usize,
    /// They are all there are.
    pub whole: bool,
    /// Rows that equal an earlier one in every column.
    pub repeated: usize,
    /// By column name.
    pub columns: BTreeMap<String, ColumnRows>,
}

/// What the values of a column look like.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ColumnRows {
    /// Values that are not null.
    pub values: usize,
    /// Different ones.
    pub distinct: usize,
    /// Different ones when case is not minded.
    pub folded: usize,
    /// The most common ones with their numbers, most first; a few.
    pub common: Vec<(String, usize)>,
    /// Values of each shape.
    pub shapes: BTreeMap<Shape, usize>,
    /// Values that are empty.
    pub empty: usize,
    /// Values that begin or end with a blank.
    pub padded: usize,
    /// Values with a capital letter.
    pub capital: usize,
    /// Values that are midnight.
    pub midnight: usize,
    /// The keys that every document has, where all values are objects of the same keys.
    pub keys: Option<Vec<String>>,
    /// Equal for columns with the same values in the same rows.
    pub digest: u64,
    /// Digests of the different values, sorted.
    pub digests: Vec<u64>,
}

/// Most common values that are kept.
const COMMON: usize = 12;

impl TableRows {
    /// What rows look like, given column by column; `names` are the columns'.
    pub fn of(names: &[String], columns: &[Vec<Option<String>>], whole: bool) -> TableRows {
        let read = columns.first().map_or(0, Vec::len);
        let mut seen = std::collections::HashSet::new();
        let row = |n: usize| columns.iter().fold(0, |all, c| mixed(all, c[n].as_deref()));
        let repeated = (0..read).filter(|n| !seen.insert(row(*n))).count();
        let columns = names.iter().cloned().zip(columns.iter().map(|values| ColumnRows::of(values))).collect();
        TableRows { read, whole, repeated, columns }
    }
}

impl ColumnRows {
    /// What values look like.
    pub fn of(values: &[Option<String>]) -> ColumnRows {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        let mut out = ColumnRows { digest: values.iter().fold(0, |d, v| mixed(d, v.as_deref())), ..Default::default() };
        for value in values.iter().flatten() {
            *counts.entry(value).or_default() += 1;
            out.values += 1;
        }
        let mut keys: Option<Option<Vec<String>>> = None;
        for (value, n) in &counts {
            let shape = Shape::of(value);
            *out.shapes.entry(shape).or_default() += n;
            out.empty += if value.is_empty() { *n } else { 0 };
            out.padded += if value.trim() == *value || value.trim().is_empty() { 0 } else { *n };
            out.capital += if value.chars().any(char::is_uppercase) { *n } else { 0 };
            out.midnight += if value.get(10..19) == Some(" 00:00:00") { *n } else { 0 };
            let here = if shape == Shape::Document { object_keys(value) } else { None };
            keys = Some(match keys {
                None => here,
                Some(all) => all.filter(|all| Some(all) == here.as_ref()),
            });
        }
        out.keys = keys.flatten();
        out.distinct = counts.len();
        out.folded = counts.keys().map(|v| v.to_lowercase()).collect::<std::collections::HashSet<_>>().len();
        out.digests = counts.keys().map(|v| digest(v)).collect();
        out.digests.sort_unstable();
        let mut common: Vec<(&str, usize)> = counts.into_iter().collect();
        common.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        out.common = common.into_iter().take(COMMON).map(|(v, n)| (v.to_string(), n)).collect();
        out
    }

    /// Every value has the shape, or is empty.
    pub fn all(&self, shape: Shape) -> bool {
        let n = self.shapes.get(&shape).copied().unwrap_or(0);
        n > 0 && n + self.empty == self.values
    }
}

fn object_keys(text: &str) -> Option<Vec<String>> {
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).ok()?;
    let mut keys: Vec<String> = object.into_iter().map(|(key, _)| key).collect();
    keys.sort();
    Some(keys)
}

/// The digest of a value (FNV-1a, 64 bits): the same on every run.
pub fn digest(value: &str) -> u64 {
    value.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The digest of values in their order; a null is no value.
fn mixed(before: u64, value: Option<&str>) -> u64 {
    let value = value.map_or(1, digest);
    (before.rotate_left(5) ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(of: &[&str]) -> Vec<Option<String>> {
        of.iter().map(|v| (*v != "-").then(|| v.to_string())).collect()
    }

    #[test]
    fn figures_of_values_and_rows() {
        let names = ["a", "b", "c"].map(String::from);
        let columns = [values(&["x", "X", " x", "-"]), values(&["1", "2", "1", "1"]), values(&["x", "X", " x", "-"])];
        let rows = TableRows::of(&names, &columns, true);
        assert_eq!((rows.read, rows.repeated), (4, 0));
        let a = &rows.columns["a"];
        assert_eq!((a.values, a.distinct, a.folded, a.padded, a.capital), (3, 3, 2, 1, 1));
        assert_eq!(a.digest, rows.columns["c"].digest);
        let b = &rows.columns["b"];
        assert_eq!((b.common[0].clone(), b.all(Shape::Number)), (("1".into(), 3), true));
        assert!(b.digest != a.digest && b.digests.len() == 2);
        // A null in another place is another column; the same row twice is told.
        assert_ne!(ColumnRows::of(&values(&["-", "x"])).digest, ColumnRows::of(&values(&["x", "-"])).digest);
        assert_eq!(TableRows::of(&names[..1], &[values(&["x", "x", "-", "-"])], true).repeated, 2);
    }

    #[test]
    fn documents_of_one_form_have_keys() {
        let of = |texts: &[&str]| ColumnRows::of(&values(texts)).keys;
        assert_eq!(of(&["{\"b\": 1, \"a\": 2}", "{\"a\": 3, \"b\": 0}"]), Some(vec!["a".into(), "b".into()]));
        assert_eq!(of(&["{\"a\": 1}", "{\"b\": 1}"]), None);
        assert_eq!(of(&["{\"a\": 1}", "words"]), None);
        assert_eq!(of(&[]), None);
    }
}
