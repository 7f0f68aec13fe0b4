//! Rows to PostgreSQL's COPY text format, and into a table.
use super::work::Cell;
use postgres::Client;
use std::io::Write;

/// The rows as COPY's text format has them; with their number first when `numbered`.
pub fn encode<C: AsRef<[Cell]>>(cells: &[C], numbered: bool) -> Vec<u8> {
    let rows = cells.first().map_or(0, |c| c.as_ref().len());
    let mut out = Vec::with_capacity(rows * cells.len() * 16);
    for row in 0..rows {
        let mut first = true;
        if numbered {
            out.extend_from_slice(row.to_string().as_bytes());
            first = false;
        }
        for column in cells {
            if !first {
                out.push(b'\t');
            }
            first = false;
            match &column.as_ref()[row] {
                None => out.extend_from_slice(b"\\N"),
                Some(text) => escape(text, &mut out),
            }
        }
        out.push(b'\n');
    }
    out
}

/// Appends a text with the bytes that mean something to COPY escaped.
pub fn escape(text: &str, out: &mut Vec<u8>) {
    for &byte in text.as_bytes() {
        match byte {
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            other => out.push(other),
        }
    }
}

/// Streams bytes of the text format into a table (as printed). Gives the rows taken.
pub fn copy_in(client: &mut Client, table: &str, bytes: &[u8]) -> Result<u64, postgres::Error> {
    let mut writer = client.copy_in(&format!("COPY {table} FROM STDIN"))?;
    for chunk in bytes.chunks(1 << 18) {
        if writer.write_all(chunk).is_err() {
            // The server has refused the rows: finishing tells why.
            break;
        }
    }
    writer.finish()
}

#[cfg(test)]
mod tests {
    use super::{Cell, encode};

    #[test]
    fn special_bytes_are_escaped_and_nulls_marked() {
        let cells = vec![vec![Some("a\tb\\".to_string()), None], vec![Some("x\n".into()), Some(String::new())]];
        assert_eq!(encode(&cells, false), b"a\\tb\\\\\tx\\n\n\\N\t\n");
        assert_eq!(encode(&cells[..1], true), b"0\ta\\tb\\\\\n1\t\\N\n");
        assert!(encode::<Vec<Cell>>(&[], false).is_empty());
    }
}
