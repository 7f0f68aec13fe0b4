//! Partitions and exclusions: rows inside bounds, ranges that do not overlap.
use super::{Plan, Slot, Source, Table};
use crate::{
    fill::calendar::{DAY_US, PRESENT_US, SECOND_US},
    pour::{datum::Datum, form::Form, plan::How, predicate},
};
use tw_model::schema::{self, ConstraintKind, Schema};

/// Values that a partition takes.
#[derive(Clone, Debug, PartialEq)]
pub enum Span {
    /// Places from the first, included, to the last, excluded.
    Places(i64, i64),
    /// These values.
    Values(Vec<Datum>),
}

/// How far a bound that is open to one side is gone into, in places of numbers.
const OPEN: i64 = 1_000_000;
/// Partitions that are told apart; more share the bounds of these.
const MOST: usize = 4096;

/// What one partition says of key columns.
type Leaf = Vec<(usize, Vec<Span>)>;

/// Key columns of a partitioned table get values inside the bounds of its partitions.
pub(super) fn leaves(schema: &Schema, table: &schema::Table, plan: &mut Plan, at: usize) {
    if table.partition_by.is_none() {
        return;
    }
    let own = &mut plan.tables[at];
    let mut leaves: Vec<Leaf> = vec![];
    let mut unread = false;
    walk(schema, table, own, &vec![], &mut leaves, &mut unread);
    let printed = own.printed();
    if leaves.is_empty() {
        plan.notes.push(format!("{printed}: its partitions are not told apart; rows outside of them are refused."));
        return;
    }
    if unread {
        plan.notes.push(format!("{printed}: some bounds of its partitions are not read; rows keep to the others."));
    }
    leaves.truncate(MOST);
    let mut keys: Vec<usize> = leaves.iter().flatten().map(|(c, _)| *c).collect();
    keys.sort_unstable();
    keys.dedup();
    own.leaves = leaves.len();
    for c in keys {
        if !matches!(own.columns[c].source, Source::Any) {
            plan.notes.push(format!(
                "{printed}.{}: it refers to rows, so it is not kept inside the partitions' bounds.",
                own.columns[c].name
            ));
            continue;
        }
        let spans = |leaf: &Leaf| leaf.iter().filter(|(k, _)| *k == c).flat_map(|(_, s)| s.clone()).collect();
        own.columns[c].source = Source::Leaf(leaves.iter().map(spans).collect());
        own.columns[c].null_share = 0.0;
    }
}

fn walk(schema: &Schema, table: &schema::Table, own: &Table, above: &Leaf, out: &mut Vec<Leaf>, unread: &mut bool) {
    let Some((kind, keys)) = table.partition_by.as_deref().and_then(|by| strategy(by, own)) else {
        *unread |= table.partition_by.is_some();
        if table.partition_by.is_none() && out.len() < MOST {
            out.push(above.clone());
        }
        return;
    };
    let children = |default: bool| {
        schema.tables.iter().filter(move |t| {
            t.partition_of
                .as_ref()
                .is_some_and(|(parent, bound)| *parent == table.name && (bound.trim() == "DEFAULT") == default)
        })
    };
    let before = out.len();
    for child in children(false) {
        let bound = child.partition_of.as_ref().map(|(_, b)| b.as_str()).unwrap_or_default();
        match limits(&kind, &keys, bound, own) {
            Some(mut more) => {
                let mut leaf = above.clone();
                leaf.append(&mut more);
                walk(schema, child, own, &leaf, out, unread);
            }
            None => *unread = true,
        }
    }
    if out.len() == before {
        for child in children(true) {
            walk(schema, child, own, above, out, unread);
        }
    }
}

/// `RANGE (placed_at)`: the strategy and its columns; none when a key is an expression.
fn strategy(by: &str, own: &Table) -> Option<(String, Vec<usize>)> {
    let (kind, keys) = by.split_once('(')?;
    let keys = keys.trim().strip_suffix(')')?;
    let places = keys.split(',').map(|key| {
        let name = key.trim().split(' ').next().unwrap_or_default().trim_matches('"');
        own.columns.iter().position(|c| c.name == name)
    });
    Some((kind.trim().to_uppercase(), places.collect::<Option<Vec<_>>>()?))
}

fn limits(kind: &str, keys: &[usize], bound: &str, own: &Table) -> Option<Leaf> {
    let lists: Vec<Vec<String>> = lists(bound);
    match (kind, keys, lists.as_slice()) {
        ("HASH", ..) => Some(vec![]),
        ("LIST", [key], [values]) => {
            let form = &own.columns[*key].form;
            let values: Vec<Datum> = values.iter().filter_map(|v| value(form, v)).collect();
            (!values.is_empty()).then(|| vec![(*key, vec![Span::Values(values)])])
        }
        ("RANGE", [key, rest @ ..], [from, to]) => {
            let form = &own.columns[*key].form;
            let (from, to) = (from.first()?, to.first()?);
            let low = place(form, from);
            let high = place(form, to);
            let span = match (low, high) {
                (Some(low), Some(high)) => (low, high),
                (Some(low), None) if to == "MAXVALUE" => (low, low.saturating_add(open(form))),
                (None, Some(high)) if from == "MINVALUE" => (high.saturating_sub(open(form)), high),
                (None, None) if from == "MINVALUE" && to == "MAXVALUE" => return Some(vec![]),
                _ => return None,
            };
            // With more keys the first alone decides where its bounds differ.
            (rest.is_empty() || span.0 < span.1).then(|| vec![(*key, vec![Span::Places(span.0, span.1)])])
        }
        _ => None,
    }
}

fn open(form: &Form) -> i64 {
    if form.clock() { 365 * DAY_US } else { OPEN }
}

fn value(form: &Form, text: &str) -> Option<Datum> {
    Datum::parse(form, text)
}

fn place(form: &Form, text: &str) -> Option<i64> {
    form.ordered().then(|| Datum::parse(form, text)?.place()).flatten()
}

/// `FROM ('a', 1) TO ('b', MAXVALUE)` is [[a, 1], [b, MAXVALUE]].
fn lists(bound: &str) -> Vec<Vec<String>> {
    let (mut lists, mut item, mut quoted, mut inside) = (vec![], String::new(), false, false);
    let mut chars = bound.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\'' if quoted && chars.peek() == Some(&'\'') => {
                chars.next();
                item.push('\'');
            }
            '\'' => quoted = !quoted,
            '(' if !quoted => {
                inside = true;
                lists.push(vec![]);
                item.clear();
            }
            ',' | ')' if !quoted && inside => {
                if let Some(list) = lists.last_mut() {
                    list.push(item.trim().to_string());
                }
                item.clear();
                inside = c == ',';
            }
            other => item.push(other),
        }
    }
    lists
}

/// Ranges under an EXCLUDE (or WITHOUT OVERLAPS) get slots of their own.
pub(super) fn exclusions(table: &schema::Table, plan: &mut Plan, at: usize) {
    let names: Vec<String> = plan.tables[at].columns.iter().map(|c| c.name.clone()).collect();
    for constraint in &table.constraints {
        let elements: Vec<(String, String)> = match &constraint.kind {
            ConstraintKind::Exclude { definition } => elements(definition),
            ConstraintKind::Other { definition } if definition.contains("WITHOUT OVERLAPS") => {
                let inside = definition.split_once('(').map(|(_, rest)| rest.split(')').next().unwrap_or_default());
                parts(inside.unwrap_or_default())
                    .into_iter()
                    .map(|p| match p.strip_suffix("WITHOUT OVERLAPS") {
                        Some(range) => (range.trim().to_string(), "&&".to_string()),
                        None => (p, "=".to_string()),
                    })
                    .collect()
            }
            _ => continue,
        };
        let rows = plan.tables[at].rows;
        let equal: Vec<usize> =
            elements.iter().filter(|(_, op)| op == "=").flat_map(|(e, _)| predicate::mentioned(e, &names)).collect();
        let during = elements.iter().find(|(_, op)| op == "&&");
        let ranges = during.map(|(e, _)| predicate::mentioned(e, &names)).unwrap_or_default();
        let free = |plan: &Plan, c: usize| {
            matches!(plan.tables[at].columns[c].source, Source::Any | Source::Slot(Slot { .. }))
        };
        // A range under several rules gets a slot of the whole table's.
        let again = ranges.iter().any(|&c| matches!(plan.tables[at].columns[c].source, Source::Slot(_)));
        if ranges.is_empty() || ranges.len() > 2 || !ranges.iter().all(|&c| free(plan, c)) {
            let printed = plan.tables[at].printed();
            plan.notes
                .push(format!("{printed}: {} is not arranged for; rows that break it are refused.", constraint.name));
            continue;
        }
        // Slots are counted among the rows of one parent, where the rows can be led by it.
        let lead = equal.iter().find_map(|&c| plan.tables[at].pick_of(c)).filter(|&pick| {
            let own = &plan.tables[at];
            if again {
                return false;
            }
            let certain = own.picks[pick].null_share == 0.0;
            own.leader.is_none_or(|l| l == pick)
                && (certain && matches!(own.picks[pick].how, How::Any { .. } | How::Zipf(..) | How::Spread { .. }))
        });
        let slots = match lead {
            Some(pick) => {
                let target = plan.tables[plan.tables[at].picks[pick].target].rows.max(1);
                plan.tables[at].leader = Some(pick);
                plan.tables[at].picks[pick].how = How::Spread { varied: false };
                rows.div_ceil(target)
            }
            None => rows,
        };
        let own = &mut plan.tables[at];
        // The bounds in the order in which the expression names them.
        let mut ordered = ranges.clone();
        if let (Some((text, _)), [a, b]) = (during, ranges.as_slice()) {
            let first = |c: usize| text.find(&own.columns[c].name).unwrap_or(usize::MAX);
            if first(*b) < first(*a) {
                ordered = vec![*b, *a];
            }
        }
        let whole = ordered.len() == 1;
        for (part, &c) in ordered.iter().enumerate() {
            let of = match &own.columns[c].form {
                Form::Range(of) | Form::Multirange(of) => (**of).clone(),
                other => other.clone(),
            };
            let (from, half) = line(&of, slots);
            let part = if whole { 2 } else { part as u8 };
            own.columns[c].source = Source::Slot(Slot { within: lead.is_some(), from, half, part });
            own.columns[c].null_share = 0.0;
        }
    }
}

/// Where slots begin and half of one's length.
fn line(of: &Form, slots: u64) -> (i64, i64) {
    let days = 730;
    let slots = i64::try_from(slots.max(1)).unwrap_or(i64::MAX / 4);
    match of {
        Form::Date => (PRESENT_US - days * DAY_US, (days / (2 * slots)).clamp(1, 14) * DAY_US),
        form if form.clock() => {
            let half = days * DAY_US / 2 / slots;
            let minute = 60 * SECOND_US;
            let half = if half > minute { (half / minute * minute).min(14 * DAY_US) } else { half.max(1) };
            (PRESENT_US - days * DAY_US, half)
        }
        _ => (1, 1),
    }
}

/// Elements of an EXCLUDE: expression and operator.
fn elements(definition: &str) -> Vec<(String, String)> {
    let Some((_, rest)) = definition.split_once('(') else {
        return vec![];
    };
    let mut depth = 1;
    let end = rest.char_indices().find(|(_, c)| {
        depth += i32::from(*c == '(') - i32::from(*c == ')');
        depth == 0
    });
    let inside = &rest[..end.map_or(rest.len(), |(at, _)| at)];
    parts(inside)
        .into_iter()
        .filter_map(|p| p.rsplit_once(" WITH ").map(|(e, op)| (e.trim().to_string(), op.trim().to_string())))
        .collect()
}

/// Split at commas outside parentheses.
fn parts(text: &str) -> Vec<String> {
    let (mut depth, mut found) = (0, vec![String::new()]);
    for c in text.chars() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        if c == ',' && depth == 0 {
            found.push(String::new());
        } else if let Some(last) = found.last_mut() {
            last.push(c);
        }
    }
    found.iter().map(|p| p.trim().to_string()).filter(|p| !p.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_and_exclusions_are_taken_apart() {
        let bound = "FOR VALUES FROM ('2022-01-01', 1) TO ('it''s', MAXVALUE)";
        assert_eq!(lists(bound), [["2022-01-01", "1"], ["it's", "MAXVALUE"]]);
        assert_eq!(lists("FOR VALUES IN ('a', 'b')"), [["a", "b"]]);
        let found = elements("USING gist (bed_id WITH =, tstzrange(a, b) WITH &&) WHERE ((state = 'x'::text))");
        assert_eq!(found, [("bed_id".into(), "=".into()), ("tstzrange(a, b)".to_string(), "&&".to_string())]);
    }
}
