//! Rows in COPY's two formats: binary, as each type's receive function reads it
//! (<https://www.postgresql.org/docs/current/sql-copy.html>), and text for types whose binary form we do not write.
use super::{datum::Datum, form::Form};
use crate::fill::calendar::DAY_US;
use std::collections::BTreeMap;

/// What a binary file begins with: signature, no flags, no extension.
pub const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// What it ends with.
pub const TRAILER: &[u8] = &[0xff, 0xff];

/// 2000-01-01 in microseconds and days since 1970: where the server counts from.
const EPOCH_DAYS: i64 = 10_957;

/// Identifiers of types by name.
pub type Oids = BTreeMap<String, u32>;

/// Appends a row.
pub fn row(forms: &[&Form], cells: &[Datum], oids: &Oids, out: &mut Vec<u8>) {
    out.extend_from_slice(&(cells.len() as i16).to_be_bytes());
    for (form, cell) in forms.iter().zip(cells) {
        field(form, cell, oids, out);
    }
}

/// A length and a value; the length -1 is null.
fn field(form: &Form, datum: &Datum, oids: &Oids, out: &mut Vec<u8>) {
    if *datum == Datum::Null {
        out.extend_from_slice(&(-1i32).to_be_bytes());
        return;
    }
    let at = out.len();
    out.extend_from_slice(&[0; 4]);
    value(form, datum, oids, out);
    let length = (out.len() - at - 4) as i32;
    out[at..at + 4].copy_from_slice(&length.to_be_bytes());
}

fn value(form: &Form, datum: &Datum, oids: &Oids, out: &mut Vec<u8>) {
    match (form, datum) {
        (_, Datum::Bool(b)) => out.push(u8::from(*b)),
        (Form::Int2, Datum::Place(n)) => out.extend_from_slice(&(*n as i16).to_be_bytes()),
        (Form::Int4 | Form::Oid, Datum::Place(n)) => out.extend_from_slice(&(*n as i32).to_be_bytes()),
        (Form::Float4, Datum::Float(x)) => out.extend_from_slice(&(*x as f32).to_be_bytes()),
        (_, Datum::Float(x)) => out.extend_from_slice(&x.to_be_bytes()),
        (Form::Numeric { scale, .. }, Datum::Place(n)) => numeric(*n, (*scale).min(9), *scale, out),
        (Form::Date, Datum::Place(us)) => {
            out.extend_from_slice(&((us.div_euclid(DAY_US) - EPOCH_DAYS) as i32).to_be_bytes());
        }
        (Form::Timestamp | Form::TimestampTz, Datum::Place(us)) => {
            out.extend_from_slice(&(us - EPOCH_DAYS * DAY_US).to_be_bytes());
        }
        (Form::Time, Datum::Place(us)) => out.extend_from_slice(&us.rem_euclid(DAY_US).to_be_bytes()),
        (Form::TimeTz, Datum::Place(us)) => {
            out.extend_from_slice(&us.rem_euclid(DAY_US).to_be_bytes());
            out.extend_from_slice(&[0; 4]);
        }
        (Form::Interval, Datum::Place(us)) => {
            out.extend_from_slice(&us.to_be_bytes());
            // Days and months.
            out.extend_from_slice(&[0; 8]);
        }
        (_, Datum::Place(n)) => out.extend_from_slice(&n.to_be_bytes()),
        (Form::Jsonb, Datum::Text(text)) => {
            out.push(1);
            out.extend_from_slice(text.as_bytes());
        }
        (Form::Bit { .. }, Datum::Text(bits)) => {
            out.extend_from_slice(&(bits.len() as i32).to_be_bytes());
            for byte in bits.as_bytes().chunks(8) {
                let set = |(at, bit): (usize, &u8)| if *bit == b'1' { 128u8 >> at } else { 0 };
                out.push(byte.iter().enumerate().map(set).sum());
            }
        }
        (_, Datum::Text(text)) => out.extend_from_slice(text.as_bytes()),
        (_, Datum::Bytes(bytes)) => out.extend_from_slice(bytes),
        (form, Datum::Inet(address, bits)) => {
            // Version 4 is 2 in this format, on every machine.
            out.extend_from_slice(&[2, *bits, u8::from(*form == Form::Cidr), 4]);
            out.extend_from_slice(address);
        }
        (Form::Range(of), Datum::Range(from, to)) => {
            // The lower bound is included; nothing else is said.
            out.push(2);
            field(of, from, oids, out);
            field(of, to, oids, out);
        }
        (_, Datum::Range(..)) => {}
        (Form::Point, Datum::List(parts)) => parts.iter().for_each(|p| value(&Form::Float8, p, oids, out)),
        (Form::Multirange(of), Datum::List(parts)) => {
            out.extend_from_slice(&(parts.len() as i32).to_be_bytes());
            let range = Form::Range(of.clone());
            parts.iter().for_each(|p| field(&range, p, oids, out));
        }
        (Form::Array(of, name), Datum::List(parts)) => {
            let has_null = i32::from(parts.contains(&Datum::Null));
            let dimensions = i32::from(!parts.is_empty());
            out.extend_from_slice(&dimensions.to_be_bytes());
            out.extend_from_slice(&has_null.to_be_bytes());
            out.extend_from_slice(&oids.get(name).copied().unwrap_or(0).to_be_bytes());
            if !parts.is_empty() {
                out.extend_from_slice(&(parts.len() as i32).to_be_bytes());
                out.extend_from_slice(&1i32.to_be_bytes());
            }
            parts.iter().for_each(|p| field(of, p, oids, out));
        }
        (Form::Composite(of), Datum::List(parts)) => {
            out.extend_from_slice(&(parts.len() as i32).to_be_bytes());
            for ((form, name), part) in of.iter().zip(parts) {
                out.extend_from_slice(&oids.get(name).copied().unwrap_or(0).to_be_bytes());
                field(form, part, oids, out);
            }
        }
        // Lexemes, each without positions.
        (_, Datum::List(parts)) => {
            out.extend_from_slice(&(parts.len() as i32).to_be_bytes());
            for part in parts {
                out.extend_from_slice(part.text(&Form::Xml).as_bytes());
                out.extend_from_slice(&[0; 3]);
            }
        }
        (_, Datum::Null) => {}
    }
}

/// Digits to the base of ten thousand, from the first that is not zero to the last.
fn numeric(units: i64, scale: u32, shown: u32, out: &mut Vec<u8>) {
    let one = 10u64.pow(scale);
    let (mut whole, fraction) = (units.unsigned_abs() / one, units.unsigned_abs() % one);
    // Twelve digits after the point are three groups.
    let fraction = fraction * 10u64.pow(12 - scale);
    let mut groups = [0u16; 8];
    let mut first = 5;
    let mut count = 5;
    while whole > 0 {
        first -= 1;
        groups[first] = (whole % 10_000) as u16;
        whole /= 10_000;
    }
    for power in [100_000_000, 10_000, 1] {
        groups[count] = (fraction / power % 10_000) as u16;
        count += 1;
    }
    let mut last = count;
    while last > first && groups[last - 1] == 0 {
        last -= 1;
    }
    while first < last && groups[first] == 0 {
        first += 1;
    }
    let digits = &groups[first..last];
    let weight = if digits.is_empty() { 0 } else { 4 - first as i16 };
    let sign: u16 = if units < 0 { 0x4000 } else { 0 };
    out.extend_from_slice(&(digits.len() as i16).to_be_bytes());
    out.extend_from_slice(&weight.to_be_bytes());
    out.extend_from_slice(&sign.to_be_bytes());
    out.extend_from_slice(&(shown as i16).to_be_bytes());
    for digit in digits {
        out.extend_from_slice(&digit.to_be_bytes());
    }
}

/// Appends a row in the text format.
pub fn text_row(forms: &[&Form], cells: &[Datum], out: &mut Vec<u8>) {
    for (at, (form, cell)) in forms.iter().zip(cells).enumerate() {
        if at > 0 {
            out.push(b'\t');
        }
        match cell {
            Datum::Null => out.extend_from_slice(b"\\N"),
            other => crate::fill::copy::escape(&other.text(form), out),
        }
    }
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(units: i64, scale: u32) -> Vec<i16> {
        let mut out = vec![];
        numeric(units, scale, scale, &mut out);
        out.chunks(2).map(|b| i16::from_be_bytes([b[0], b[1]])).collect()
    }

    #[test]
    fn numerics_have_the_digits_the_server_would_send() {
        // Count, weight, sign, shown scale, digits: as numeric_send has them.
        assert_eq!(digits(0, 2), [0, 0, 0, 2]);
        assert_eq!(digits(1234567, 2), [3, 1, 0, 2, 1, 2345, 6700]);
        assert_eq!(digits(-5, 2), [1, -1, 0x4000, 2, 500]);
        assert_eq!(digits(10_000, 0), [1, 1, 0, 0, 1]);
        assert_eq!(digits(1, 9), [1, -3, 0, 9, 1000]);
    }

    #[test]
    fn a_row_counts_its_fields_and_their_bytes() {
        let mut out = vec![];
        let text = Form::Text { max: None, exact: false };
        row(
            &[&Form::Int4, &text, &text],
            &[Datum::Place(7), Datum::Text("ab".into()), Datum::Null],
            &Oids::new(),
            &mut out,
        );
        assert_eq!(out, [0, 3, 0, 0, 0, 4, 0, 0, 0, 7, 0, 0, 0, 2, b'a', b'b', 255, 255, 255, 255]);
    }
}
