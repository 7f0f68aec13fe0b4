//! Rows of files of comma-separated values.
use super::{Request, Rows};
use crate::Failure;
use std::path::{Path, PathBuf};
use tw_model::observed::{is_date, is_number};
use tw_rooms::normal_forms::{
    discover::{Coded, Coder},
    judge::Given,
};

/// Marks that may stand between values, tried in this order.
const BETWEEN: [u8; 4] = [b',', b';', b'\t', b'|'];

pub(super) fn read(
    paths: &[PathBuf],
    request: &Request,
    progress: &dyn Fn(usize, usize, &str),
) -> Result<(String, Vec<Rows>), Failure> {
    let mut tables: Vec<Rows> = vec![];
    for (n, path) in paths.iter().enumerate() {
        progress(n, paths.len(), &format!("reading {}", path.display()));
        let rows = table(path, request)?;
        if tables.iter().any(|t| t.table == rows.table) {
            return Err(wrong(
                path,
                format!("another file is called {} too", rows.table),
                "Give each file its own name.",
            ));
        }
        if request.tables.is_empty() || request.tables.contains(&rows.table) {
            tables.push(rows);
        }
    }
    let shown: Vec<String> = paths.iter().map(|p| p.display().to_string()).collect();
    Ok((shown.join(", "), tables))
}

fn wrong(path: &Path, why: String, help: &str) -> Failure {
    Failure::Path { path: path.into(), why, help: help.into() }
}

fn table(path: &Path, request: &Request) -> Result<Rows, Failure> {
    let file = |why| Failure::File { doing: "read", path: path.into(), why };
    let mut first = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(std::fs::File::open(path).map_err(file)?), &mut first)
        .map_err(file)?;
    let between = BETWEEN.into_iter().max_by_key(|mark| {
        let number = first.bytes().filter(|b| b == mark).count();
        (number, std::cmp::Reverse(BETWEEN.iter().position(|b| b == mark)))
    });
    let refused = |why: csv::Error| {
        let why = match why.kind() {
            csv::ErrorKind::UnequalLengths { pos, expected_len, len } => format!(
                "line {} has {len} values where the header has {expected_len}",
                pos.as_ref().map_or(0, |p| p.line())
            ),
            _ => why.to_string(),
        };
        wrong(path, why, "Mend the line, or export the file anew.")
    };
    let mut reader = csv::ReaderBuilder::new().delimiter(between.unwrap_or(b',')).from_path(path).map_err(refused)?;
    let names: Vec<String> = reader
        .byte_headers()
        .map_err(refused)?
        .iter()
        .map(|name| String::from_utf8_lossy(name).trim_start_matches('\u{feff}').trim().to_string())
        .collect();
    if names.is_empty() || names.iter().any(String::is_empty) {
        return Err(wrong(
            path,
            "a column has no name".into(),
            "Give the file a first line with the name of each column.",
        ));
    }
    if let Some((n, name)) = names.iter().enumerate().find(|(n, name)| names[..*n].contains(name)) {
        return Err(wrong(
            path,
            format!("column {} is called {name} like another", n + 1),
            "Give each column its own name.",
        ));
    }
    let mut coders: Vec<Coder> = names.iter().map(|_| Coder::new(request.nulls_differ)).collect();
    let (mut rows, mut whole) = (0, true);
    let mut record = csv::ByteRecord::new();
    while reader.read_byte_record(&mut record).map_err(refused)? {
        if rows == request.most_rows {
            whole = false;
            break;
        }
        rows += 1;
        for (coder, value) in coders.iter_mut().zip(&record) {
            coder.push((!value.is_empty()).then_some(value));
        }
    }
    let (columns, values): (Vec<_>, Vec<_>) = coders.into_iter().map(Coder::done).unzip();
    let types = values.iter().map(|of: &Vec<Option<Box<[u8]>>>| type_of(of.iter().flatten().map(|v| &v[..])));
    let columns_named = names.into_iter().zip(types.map(String::from)).collect();
    let called = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Rows {
        table: called.clone(),
        name: called,
        columns: columns_named,
        given: Given { coded: Coded { rows, columns }, ..Given::default() },
        values,
        whole,
        ..Rows::default()
    })
}

/// A type, and whether a text is a value of it.
type Named = (&'static str, fn(&str) -> bool);

/// The narrowest type that all values have.
fn type_of<'a>(values: impl Iterator<Item = &'a [u8]>) -> &'static str {
    let mut left: Vec<Named> = vec![
        ("boolean", |v| ["true", "false", "t", "f"].contains(&v.to_lowercase().as_str())),
        ("integer", |v| v.parse::<i32>().is_ok_and(|n| n.to_string() == v)),
        ("bigint", |v| v.parse::<i64>().is_ok_and(|n| n.to_string() == v)),
        ("numeric", is_number),
        ("date", is_date),
        ("timestamp with time zone", |v| {
            v.len() > 11 && v.is_char_boundary(10) && is_date(&v[..10]) && v[11..].contains(':')
        }),
    ];
    let mut any = false;
    for value in values {
        let Ok(text) = std::str::from_utf8(value) else { return "bytea" };
        left.retain(|(_, fits)| fits(text));
        any = true;
    }
    left.first().filter(|_| any).map_or("text", |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::type_of;

    #[test]
    fn types_are_read_off_the_values() {
        let of = |values: &[&str]| type_of(values.iter().map(|v| v.as_bytes()));
        assert_eq!(of(&["1", "-20"]), "integer");
        assert_eq!(of(&["1", "3000000000"]), "bigint");
        assert_eq!(of(&["1", "2.50"]), "numeric");
        assert_eq!(of(&["007", "8"]), "text");
        assert_eq!(of(&["2024-02-29", "2025-12-01"]), "date");
        assert_eq!(of(&["2024-02-29 10:00", "2025-12-01T11:00:00Z"]), "timestamp with time zone");
        assert_eq!(of(&["true", "F"]), "boolean");
        assert_eq!(of(&["a", "1"]), "text");
        assert_eq!(of(&[]), "text");
    }
}
