//! What goes wrong with a table that is not in its best form, on its own rows: shown before, and gone after.
use super::{
    Columns,
    carry::Moves,
    judge::{Judged, Shown},
    migration,
    multivalued::ManyShown,
    shape::Shape,
};
use crate::kit::steps::{affects, prepares, refused, returns_one};
use std::collections::BTreeSet;
use tw_model::{
    change::Change,
    claim::ClaimId,
    ident::{list, literal, name, quote},
    trial::{Apart, Base, Step, Trial, Twin},
};

/// One anomaly.
pub struct Anomaly {
    /// `update`, `insert` or `delete`.
    pub kind: &'static str,
    /// What happens to which rows.
    pub said: String,
    /// Shows it. Its weaker steps do the same with the proposed tables.
    pub trial: Trial,
}

/// The worst flaw: which table keeps it once the rows are moved, and what hangs on it.
struct Flaw<'a> {
    shape: &'a Shape<'a>,
    moves: &'a Moves,
    shown: Shown,
    /// The new table for it.
    part: usize,
    /// What determines.
    left: Columns,
    /// A column that it determines.
    right: usize,
    /// The table's key.
    key: Columns,
}

/// The anomalies of the first flaw that the kept part can show; none where no part is kept.
pub fn anomalies(shape: &Shape, judged: &Judged, moves: &Moves) -> Vec<Anomaly> {
    let flaw = judged.violations.iter().find_map(|shown| flaw(shape, moves, judged, shown));
    let shown = flaw.iter().flat_map(|flaw| [update(flaw), insert(flaw), delete(flaw)]).flatten();
    shown.chain(judged.many.iter().filter_map(|many| combined(shape, moves, many))).collect()
}

fn flaw<'a>(shape: &'a Shape<'a>, moves: &'a Moves, judged: &Judged, shown: &Shown) -> Option<Flaw<'a>> {
    let kept = shape.parts[shape.kept?];
    let key = judged.keys.iter().find(|key| key.within(kept.columns) && !shape.lacks(**key)).copied()?;
    let d = shown.violation.dependency;
    if !d.left.within(kept.columns) {
        return None;
    }
    let mut rights: Vec<usize> = d.right.iter().collect();
    rights.sort_by_key(|r| kept.columns.has(*r));
    rights.into_iter().find_map(|right| {
        let holds = |n: &usize| Some(*n) != shape.kept && d.left.with(right).within(shape.parts[*n].columns);
        let part = (0..shape.parts.len()).find(holds)?;
        let same = shape.parts[part].key == d.left;
        same.then_some(Flaw { shape, moves, shown: *shown, part, left: d.left, right, key })
    })
}

impl Flaw<'_> {
    fn old_table(&self) -> String {
        name(&self.shape.of.name())
    }

    fn new_table(&self) -> String {
        name(&self.shape.names[self.part])
    }
}

impl Shape<'_> {
    fn value(&self, column: usize, row: u32) -> Option<String> {
        (self.of.value)(column, self.given.coded.columns[column].codes[row as usize])
    }

    fn column(&self, column: usize) -> String {
        quote(&self.of.columns[column].0)
    }

    /// The columns as that row has them.
    fn like(&self, columns: Columns, row: u32) -> String {
        let one = |c| match self.value(c, row) {
            Some(value) => format!("{} = {}", self.column(c), literal(&value)),
            None => format!("{} IS NULL", self.column(c)),
        };
        columns.iter().map(one).collect::<Vec<_>>().join(" AND ")
    }

    /// The same for people: `customer_no = 7`.
    fn said(&self, columns: Columns, row: u32) -> String {
        let one = |c: usize| {
            let value = self.value(c, row).map_or("null".into(), |v| v.chars().take(60).collect::<String>());
            format!("{} = {value}", self.of.columns[c].0)
        };
        columns.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    fn values(&self, columns: Columns, row: u32) -> String {
        let one = |c| self.value(c, row).map_or("NULL".into(), |v| literal(&v));
        columns.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    /// Shown on the table with its key, which is declared where nobody did.
    fn anomaly(&self, moves: &Moves, kind: &'static str, said: String, shows: Vec<Step>, after: Vec<Step>) -> Anomaly {
        let mut steps = vec![];
        if let (true, Some(kept)) = (self.given.keys.is_empty(), self.kept) {
            let add = Change::AddConstraint { table: self.of.name(), constraint: self.key(kept) };
            steps.extend(add.sql().into_iter().map(prepares));
        }
        steps.extend(shows);
        let mut weaker: Vec<Step> = migration::statements(self, moves).into_iter().map(prepares).collect();
        weaker.extend(after);
        let trial = Trial {
            claim: ClaimId(format!("normal-forms/{kind}-anomaly {}", self.of.table)),
            base: Base::Sample,
            isolation: Apart::Rollback,
            steps,
            twin: Twin::Steps { weaker: "the rows are in the proposed tables".into(), steps: weaker },
        };
        Anomaly { kind, said, trial }
    }
}

/// One row is changed, and the table says two things at once.
fn update(flaw: &Flaw) -> Option<Anomaly> {
    let (row, rows) = flaw.shown.largest;
    let coded = &flaw.shape.given.coded.columns[flaw.right];
    let now = coded.codes[row as usize];
    let other =
        (0..coded.distinct).filter(|code| *code != now).find_map(|code| (flaw.shape.of.value)(flaw.right, code))?;
    if rows < 2 || flaw.shape.value(flaw.right, row).is_none() {
        return None;
    }
    let set = format!("SET {} = {}", flaw.shape.column(flaw.right), literal(&other));
    let (left, column) = (flaw.shape.like(flaw.left, row), flaw.shape.column(flaw.right));
    let count = |from: &str| returns_one(format!("SELECT count(DISTINCT {column}) FROM {from} WHERE {left}"), "2");
    let one = format!("UPDATE {} {set} WHERE {}", flaw.old_table(), flaw.shape.like(flaw.key, row));
    let steps = vec![affects(&one, 1), count(&flaw.old_table())];
    let stays = flaw.shape.kept.is_some_and(|kept| flaw.shape.parts[kept].columns.has(flaw.right));
    let after = match stays {
        true => steps.clone(),
        false => vec![
            affects(format!("UPDATE {} {set} WHERE {left}", flaw.new_table()), 1),
            count(&format!("({}) joined", flaw.shape.joined())),
        ],
    };
    let said = format!(
        "{rows} rows say {} of {}; when {other} is written to one of them, the table says both",
        flaw.shape.said(Columns::one(flaw.right), row),
        flaw.shape.said(flaw.left, row)
    );
    Some(flaw.shape.anomaly(flaw.moves, "update", said, steps, after))
}

/// The fact cannot be written before a row of the table is there.
fn insert(flaw: &Flaw) -> Option<Anomaly> {
    let (row, _) = flaw.shown.smallest;
    let columns = flaw.left.with(flaw.right);
    let missing = flaw.key.minus(columns);
    if missing.is_empty() || flaw.shape.lacks(flaw.left) {
        return None;
    }
    let insert = |into: String| {
        let names = list(flaw.shape.columns(columns));
        format!("INSERT INTO {into} ({names}) VALUES ({})", flaw.shape.values(columns, row))
    };
    let first = flaw.shape.columns(missing).into_iter().next()?;
    let steps = vec![refused(insert(flaw.old_table()), "23502", Some(&first))];
    let left = flaw.shape.like(flaw.left, row);
    let gone = |from: String| prepares(format!("DELETE FROM {from} WHERE {left}"));
    // As if it had never been there: then the fact can be written.
    let after =
        vec![gone(flaw.old_table()), gone(flaw.new_table()), refused(insert_whole(flaw, row), "23502", Some(&first))];
    let said = format!(
        "that {} has {} cannot be written without {}",
        flaw.shape.said(flaw.left, row),
        flaw.shape.said(Columns::one(flaw.right), row),
        flaw.shape.columns(missing).join(", ")
    );
    Some(flaw.shape.anomaly(flaw.moves, "insert", said, steps, after))
}

/// The fact as a row of its new table.
fn insert_whole(flaw: &Flaw, row: u32) -> String {
    let columns = flaw.shape.parts[flaw.part].columns;
    let names = list(flaw.shape.columns(columns));
    format!("INSERT INTO {} ({names}) VALUES ({})", flaw.new_table(), flaw.shape.values(columns, row))
}

/// One more value of one of two facts takes a row for each value of the other.
fn combined(shape: &Shape, moves: &Moves, many: &ManyShown) -> Option<Anomaly> {
    let d = many.dependency;
    let (row, ones, others) = many.largest;
    let part = (0..shape.proper).find(|n| shape.parts[*n].columns == d.left.or(d.one))?;
    if shape.kept.is_some() || shape.lacks(shape.all()) {
        return None;
    }
    let codes = |columns: Columns, row: u32| -> Vec<u32> {
        columns.iter().map(|c| shape.given.coded.columns[c].codes[row as usize]).collect()
    };
    let rows = || 0..u32::try_from(shape.given.coded.rows).unwrap_or(u32::MAX);
    let about = codes(d.left, row);
    let there: BTreeSet<Vec<u32>> = rows().filter(|r| codes(d.left, *r) == about).map(|r| codes(d.one, r)).collect();
    let new = rows().find(|r| !there.contains(&codes(d.one, *r)))?;
    let insert = |into: String, columns: Columns| {
        let values: Vec<String> =
            columns.iter().map(|c| shape.values(Columns::one(c), if d.one.has(c) { new } else { row })).collect();
        let names = list(shape.columns(columns));
        affects(format!("INSERT INTO {into} ({names}) VALUES ({})", values.join(", ")), 1)
    };
    let distinct = |columns: Columns| format!("count(DISTINCT ({}))", list(shape.columns(columns)));
    let missing = |from: &str, number: usize| {
        let like = shape.like(d.left, row);
        let sql = format!("SELECT {} * {} - count(*) FROM {from} WHERE {like}", distinct(d.one), distinct(d.other));
        returns_one(sql, &number.to_string())
    };
    let old = name(&shape.of.name());
    let steps = vec![insert(old.clone(), shape.all()), missing(&old, others - 1)];
    let joined = format!("({}) joined", shape.joined());
    let after = vec![insert(name(&shape.names[part]), d.left.or(d.one)), missing(&joined, others - 1)];
    let said = format!(
        "{} has {ones} values of {} and {others} of {}; when {} is added to it in one row, the table denies it for the {} others",
        shape.said(d.left, row),
        shape.columns(d.one).join(", "),
        shape.columns(d.other).join(", "),
        shape.said(d.one, new),
        others - 1
    );
    (others > 1).then(|| shape.anomaly(moves, "insert", said, steps, after))
}

/// With its last row the fact is gone.
fn delete(flaw: &Flaw) -> Option<Anomaly> {
    let (row, rows) = flaw.shown.smallest;
    if flaw.shape.lacks(flaw.left) {
        return None;
    }
    let left = flaw.shape.like(flaw.left, row);
    let delete = affects(format!("DELETE FROM {} WHERE {left}", flaw.old_table()), rows as u64);
    let count = |from: String| returns_one(format!("SELECT count(*) FROM {from} WHERE {left}"), "0");
    let steps = vec![delete.clone(), count(flaw.old_table())];
    let said = format!(
        "with the {} of {} it is forgotten that it has {}",
        if rows == 1 { "only row".into() } else { format!("{rows} rows") },
        flaw.shape.said(flaw.left, row),
        flaw.shape.said(Columns::one(flaw.right), row)
    );
    Some(flaw.shape.anomaly(flaw.moves, "delete", said, steps, vec![delete, count(flaw.new_table())]))
}
