//! What people write to have a value kept: `orders.total = sum(lines.amount)`.

/// A value that is to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derived {
    /// The table that has it.
    pub table: String,
    /// The column.
    pub column: String,
    /// What it follows from.
    pub of: Of,
}

/// What a value follows from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Of {
    /// The sum of a column over the rows that refer to the row.
    Sum {
        /// Their table.
        table: String,
        /// The column.
        column: String,
    },
    /// The number of rows that refer to the row.
    Count {
        /// Their table.
        table: String,
    },
    /// A column of the row referred to.
    Copy {
        /// Its table.
        table: String,
        /// The column.
        column: String,
    },
    /// An expression over the row itself.
    Row {
        /// SQL.
        expression: String,
    },
}

/// Reads a derived value. The error is what is wrong and where: a byte of the text.
pub fn parse(text: &str) -> Result<Derived, (usize, String)> {
    let (left, right) =
        text.split_once('=').ok_or((text.len(), "a derived value is written `table.column = ...`".to_string()))?;
    let (table, column) = dotted(left.trim()).ok_or((0, format!("`{}` is not `table.column`", left.trim())))?;
    let at = left.len() + 1 + (right.len() - right.trim_start().len());
    let right = right.trim();
    let call = |name: &str| -> Option<&str> {
        right.strip_prefix(name)?.trim().strip_prefix('(')?.strip_suffix(')').map(str::trim)
    };
    let wrong = |what: &str| (at, format!("`{right}` is not {what}"));
    let of = if let Some(inner) = call("sum") {
        let (table, column) = dotted(inner).ok_or_else(|| wrong("`sum(table.column)`"))?;
        Of::Sum { table, column }
    } else if let Some(inner) = call("count") {
        let table = Some(inner).filter(|t| is_name(t)).ok_or_else(|| wrong("`count(table)`"))?.to_string();
        Of::Count { table }
    } else if let Some(inner) = right.strip_prefix('(').and_then(|r| r.strip_suffix(')')) {
        Of::Row {
            expression: Some(inner.trim()).filter(|e| !e.is_empty()).ok_or_else(|| wrong("an expression"))?.into(),
        }
    } else {
        let kinds = "`sum(table.column)`, `count(table)`, `table.column` or `(expression)`";
        let (table, column) = dotted(right).ok_or_else(|| wrong(kinds))?;
        Of::Copy { table, column }
    };
    Ok(Derived { table, column, of })
}

/// `orders.total`, `sales.orders.total`: what comes last is the column.
fn dotted(text: &str) -> Option<(String, String)> {
    let (table, column) = text.rsplit_once('.')?;
    (is_name(table) && is_name(column)).then(|| (table.into(), column.into()))
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.' || c == ' ' || c == '-')
        && !text.starts_with(' ')
        && !text.ends_with(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_read() {
        let of = |text: &str| parse(text).map(|d| d.of);
        let (table, column) = ("lines".to_string(), "amount".to_string());
        assert_eq!(
            of("orders.total = sum(lines.amount)"),
            Ok(Of::Sum { table: table.clone(), column: column.clone() })
        );
        assert_eq!(of("orders.lines=count(lines)"), Ok(Of::Count { table: table.clone() }));
        assert_eq!(of("orders.amount = lines.amount"), Ok(Of::Copy { table, column }));
        assert_eq!(of("orders.gross = (net * 1.08)"), Ok(Of::Row { expression: "net * 1.08".into() }));
        let read = parse("sales.orders.total = count(lines)").map(|d| (d.table, d.column));
        assert_eq!(read, Ok(("sales.orders".into(), "total".into())));
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place() {
        let told =
            |text: &str| parse(text).map_err(|(at, why)| (at, why.contains("is not") || why.contains("is written")));
        assert_eq!(told("orders.total"), Err((12, true)));
        assert_eq!(told("total = sum(lines.amount)"), Err((0, true)));
        assert_eq!(told("orders.total = sum(lines)"), Err((15, true)));
        assert_eq!(told("orders.total = lines; drop"), Err((15, true)));
        assert_eq!(told("orders.total = ( )"), Err((15, true)));
    }
}
