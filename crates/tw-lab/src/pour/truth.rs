//! Whether a rule holds for a row, in SQL's three-valued logic: true, false, unknown (null), or beyond us.
use super::{
    datum::Datum,
    form::Form,
    predicate::{Expr, Op, billionths},
};
use crate::fill::calendar;
use std::cmp::Ordering;

/// A value while a rule is evaluated.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    Null,
    Bool(bool),
    /// Billionths.
    Number(i128),
    Text(String),
    /// Microseconds since 1970 UTC.
    Clock(i64),
    /// Equal or not to its like, nothing more.
    Opaque(Datum),
}

/// Where the rule stands on a row: `Some(None)` is SQL's unknown, which a CHECK lets pass; `None` is beyond us.
pub fn truth(expr: &Expr, row: &dyn Fn(usize) -> (Datum, Form)) -> Option<Option<bool>> {
    match value(expr, row)? {
        Value::Bool(b) => Some(Some(b)),
        Value::Null => Some(None),
        _ => None,
    }
}

fn value(expr: &Expr, row: &dyn Fn(usize) -> (Datum, Form)) -> Option<Value> {
    let known = |truth: Option<bool>| truth.map_or(Value::Null, Value::Bool);
    Some(match expr {
        Expr::Column(c) => {
            let (datum, form) = row(*c);
            of_datum(datum, &form)
        }
        Expr::Null => Value::Null,
        Expr::Bool(b) => Value::Bool(*b),
        Expr::Number(n) => Value::Number(*n),
        Expr::Text(text) => Value::Text(text.clone()),
        Expr::Now => Value::Clock(calendar::PRESENT_US),
        Expr::Not(e) => known(truth(e, row)?.map(|b| !b)),
        Expr::And(all) => known(joined(all, row, false)?),
        Expr::Or(all) => known(joined(all, row, true)?),
        Expr::Compare(op, a, b) => match compare(value(a, row)?, value(b, row)?)? {
            None => Value::Null,
            Some(Found::Unequal) => match op {
                Op::Equal => Value::Bool(false),
                Op::Unequal => Value::Bool(true),
                _ => return None,
            },
            Some(Found::Order(order)) => Value::Bool(match op {
                Op::Equal => order.is_eq(),
                Op::Unequal => order.is_ne(),
                Op::Less => order.is_lt(),
                Op::AtMost => order.is_le(),
                Op::Greater => order.is_gt(),
                Op::AtLeast => order.is_ge(),
            }),
        },
        Expr::IsNull(e, wanted) => Value::Bool((value(e, row)? == Value::Null) == *wanted),
        Expr::Is(e, wanted) => Value::Bool(truth(e, row)? == Some(*wanted)),
        Expr::Same(a, b, wanted) => {
            let (a, b) = (value(a, row)?, value(b, row)?);
            let same = match (&a, &b) {
                (Value::Null, Value::Null) => true,
                (Value::Null, _) | (_, Value::Null) => false,
                _ => matches!(compare(a, b)?, Some(Found::Order(Ordering::Equal))),
            };
            Value::Bool(same == *wanted)
        }
        Expr::AnyOf(e, list) => {
            let left = value(e, row)?;
            let mut unknown = left == Value::Null && !list.is_empty();
            for item in list {
                match compare(left.clone(), value(item, row)?)? {
                    Some(Found::Order(Ordering::Equal)) => return Some(Value::Bool(true)),
                    Some(_) => {}
                    None => unknown = true,
                }
            }
            known((!unknown).then_some(false))
        }
        // Texts are made to match (see the plan); whether others do, only the server knows.
        Expr::Matches(e, _) => match value(e, row)? {
            Value::Null => Value::Null,
            _ => return None,
        },
        Expr::Like(e, pattern) => match value(e, row)? {
            Value::Null => Value::Null,
            Value::Text(text) => Value::Bool(like(&text, pattern)?),
            _ => return None,
        },
        Expr::Arithmetic(op, a, b) => match (value(a, row)?, value(b, row)?) {
            (Value::Null, _) | (_, Value::Null) => Value::Null,
            (Value::Number(a), Value::Number(b)) => Value::Number(match op {
                '+' => a.checked_add(b)?,
                '-' => a.checked_sub(b)?,
                '*' => a.checked_mul(b)? / 1_000_000_000,
                _ => return None,
            }),
            _ => return None,
        },
        Expr::Call(name, arguments) => call(name, arguments, row)?,
    })
}

/// AND and OR: `absorbing` decides alone; else unknown if any is unknown.
fn joined(all: &[Expr], row: &dyn Fn(usize) -> (Datum, Form), absorbing: bool) -> Option<Option<bool>> {
    let (mut unknown, mut beyond) = (false, false);
    for part in all {
        match truth(part, row) {
            Some(Some(b)) if b == absorbing => return Some(Some(absorbing)),
            Some(Some(_)) => {}
            Some(None) => unknown = true,
            None => beyond = true,
        }
    }
    if beyond {
        return None;
    }
    Some((!unknown).then_some(!absorbing))
}

fn of_datum(datum: Datum, form: &Form) -> Value {
    match datum {
        Datum::Null => Value::Null,
        Datum::Bool(b) => Value::Bool(b),
        Datum::Place(at) if form.clock() => Value::Clock(at),
        Datum::Place(at) if form.number() => Value::Number(i128::from(at) * 10i128.pow(9 - form.scale().min(9))),
        Datum::Float(x) => Value::Number((x * 1e9) as i128),
        Datum::Text(text) => Value::Text(text),
        other => Value::Opaque(other),
    }
}

enum Found {
    Order(Ordering),
    /// Different, and which is more only the server's collation knows.
    Unequal,
}

/// None outside is beyond us, none inside unknown.
fn compare(a: Value, b: Value) -> Option<Option<Found>> {
    let order = match (a, b) {
        (Value::Null, _) | (_, Value::Null) => return Some(None),
        (Value::Number(a), Value::Number(b)) => a.cmp(&b),
        (Value::Clock(a), Value::Clock(b)) => a.cmp(&b),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(&b),
        (Value::Number(a), Value::Text(t)) => {
            a.cmp(&billionths(t.trim_start_matches('-')).map(|n| if t.starts_with('-') { -n } else { n })?)
        }
        (Value::Text(t), Value::Number(b)) => {
            billionths(t.trim_start_matches('-')).map(|n| if t.starts_with('-') { -n } else { n })?.cmp(&b)
        }
        (Value::Clock(a), Value::Text(t)) => a.cmp(&calendar::parse(&t)?),
        (Value::Text(t), Value::Clock(b)) => calendar::parse(&t)?.cmp(&b),
        (Value::Bool(a), Value::Text(t)) => a.cmp(&(t == "t" || t == "true")),
        (Value::Text(a), Value::Text(b)) => {
            return Some(Some(if a == b { Found::Order(Ordering::Equal) } else { Found::Unequal }));
        }
        (Value::Opaque(a), Value::Opaque(b)) => {
            return Some(Some(if a == b { Found::Order(Ordering::Equal) } else { Found::Unequal }));
        }
        _ => return None,
    };
    Some(Some(Found::Order(order)))
}

fn call(name: &str, arguments: &[Expr], row: &dyn Fn(usize) -> (Datum, Form)) -> Option<Value> {
    let values: Vec<Value> = arguments.iter().map(|a| value(a, row)).collect::<Option<_>>()?;
    let count = |n: usize| Value::Number(n as i128 * 1_000_000_000);
    Some(match (name, values.as_slice()) {
        ("coalesce", all) => all.iter().find(|v| **v != Value::Null).cloned().unwrap_or(Value::Null),
        ("num_nonnulls", all) => count(all.iter().filter(|v| **v != Value::Null).count()),
        ("num_nulls", all) => count(all.iter().filter(|v| **v == Value::Null).count()),
        (_, [Value::Null]) => Value::Null,
        ("length" | "char_length" | "character_length", [Value::Text(t)]) => count(t.chars().count()),
        ("octet_length", [Value::Text(t)]) => count(t.len()),
        ("octet_length" | "length", [Value::Opaque(Datum::Bytes(bytes))]) => count(bytes.len()),
        ("lower", [Value::Text(t)]) => Value::Text(t.to_lowercase()),
        ("upper", [Value::Text(t)]) => Value::Text(t.to_uppercase()),
        ("btrim", [Value::Text(t)]) => Value::Text(t.trim_matches(' ').to_string()),
        ("abs", [Value::Number(n)]) => Value::Number(n.abs()),
        _ => return None,
    })
}

/// LIKE without escapes.
fn like(text: &str, pattern: &str) -> Option<bool> {
    if pattern.contains('\\') {
        return None;
    }
    let (text, pattern): (Vec<char>, Vec<char>) = (text.chars().collect(), pattern.chars().collect());
    // Which prefixes of the text the pattern so far covers.
    let mut reach = vec![false; text.len() + 1];
    reach[0] = true;
    for p in pattern {
        let mut next = vec![false; text.len() + 1];
        for (at, &reached) in reach.iter().enumerate() {
            if p == '%' {
                next[at] = reached || (at > 0 && next[at - 1]);
            } else if reached && at < text.len() && (p == '_' || p == text[at]) {
                next[at + 1] = true;
            }
        }
        reach = next;
    }
    Some(reach[text.len()])
}

#[cfg(test)]
mod tests {
    use super::{super::predicate::read, *};

    fn holds(rule: &str) -> Option<Option<bool>> {
        let names: Vec<String> = ["n", "s", "d", "Odd", "e"].iter().map(ToString::to_string).collect();
        let expr = read(rule, &names)?;
        truth(&expr, &|c| match c {
            0 => (Datum::Place(1250), Form::Numeric { precision: None, scale: 2 }),
            1 => (Datum::Text("Paid".into()), Form::Text { max: None, exact: false }),
            2 => (Datum::Place(calendar::parse("2024-05-01").unwrap_or(0)), Form::Date),
            3 => (Datum::Bool(true), Form::Bool),
            _ => (Datum::Null, Form::Int4),
        })
    }

    #[test]
    fn what_servers_print_is_understood() {
        for rule in [
            "((n > (0)::numeric) AND (n < 12.51))",
            "(n >= '-3'::integer)",
            "((s)::text = ANY ((ARRAY['Open'::character varying, 'Paid'::character varying])::text[]))",
            "s = ANY (ARRAY['Open'::text, 'Paid'::text])",
            "((s)::text <> ALL (ARRAY['x'::text, 'y'::text]))",
            "(d > '2000-01-01'::date)",
            "(d <= CURRENT_DATE)",
            "(\"Odd\" AND (e IS NULL))",
            "((char_length((s)::text) <= 4) OR false)",
            "(lower(s) ~~ 'p_i%'::text)",
            "s IN ('Paid') AND n BETWEEN 1 AND 20 AND NOT s LIKE 'x%'",
            "((n * (2)::numeric) = 25.00)",
            "(num_nonnulls(n, e) = 1)",
            "((s = 'Paid'::text) = (e IS NULL))",
            "(COALESCE(e, 3) = 3) AND e IS DISTINCT FROM 4",
            "d = '2024-05-01 00:00:00+00'::timestamp with time zone",
        ] {
            assert_eq!(holds(rule), Some(Some(true)), "{rule}");
            assert_eq!(holds(&format!("NOT ({rule})")), Some(Some(false)), "{rule}");
        }
        assert_eq!(holds("e > 3"), Some(None));
        assert_eq!(holds("e > 3 OR n > 1"), Some(Some(true)));
        assert_eq!(holds("e = ANY (ARRAY[1, 2])"), Some(None));
    }

    #[test]
    fn what_is_beyond_us_is_said_to_be() {
        for rule in [
            "my_rule(n)",
            "n > (SELECT 1)",
            "s ~ '^P'",
            "(d + '1 day'::interval) > d",
            "s < 'Q'",
            "unknown = 1",
            "n >",
            "E'\\n' = s",
        ] {
            assert_eq!(holds(rule), None, "{rule}");
        }
        // What decides alone decides.
        assert_eq!(holds("s ~ '^P' OR n > 1"), Some(Some(true)));
    }
}
