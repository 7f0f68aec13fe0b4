//! A value that is kept though it follows from others: the strategies that keep it true, each with its trial.
//!
//! A strategy is statements, a read, and a trial of two sessions that meet. The trial's weaker steps are the same with the
//! mistake that is commonly made there; they must let the copy drift.
mod aggregate;
mod copied;
mod meet;
mod row;
mod spec;

pub use spec::{Derived, Of, parse};

use meet::{meeting, refreshed, worked};
use tw_model::{
    ident::{literal, quote},
    trial::Trial,
};

/// Tables and columns that a derived value lies between, as statements name them.
#[derive(Clone, Debug)]
pub struct Place {
    /// The table that has the value.
    pub target: String,
    /// Its key.
    pub target_key: String,
    /// The derived column.
    pub column: String,
    /// The type of the value.
    pub ty: String,
    /// The table that it comes from; the target itself where it comes from the row.
    pub source: String,
    /// The key of the source.
    pub source_key: String,
    /// The column that ties the two together: of the source for sums and counts, of the target for copies.
    pub tie: String,
    /// The type of the key that it holds.
    pub tie_ty: String,
    /// What is summed or copied; of a value of the row its expression.
    pub from: String,
    /// Values for the trial, as literals.
    pub values: Values,
}

/// Literals that trials write.
#[derive(Clone, Debug, Default)]
pub struct Values {
    /// A key that rows of the source, or of the target, refer to.
    pub key: String,
    /// Two inserts of whole rows: into the source for sums and counts, into the target for copies.
    pub rows: [String; 2],
    /// Another value for what is copied, or for a column of the expression.
    pub other: String,
    /// The column of the expression that is changed.
    pub changed: String,
}

/// One way to keep the value.
#[derive(Clone, Debug)]
pub struct Strategy {
    /// `trigger`, `generated column`, `materialised view`, `change capture`.
    pub name: &'static str,
    /// Statements that make it, with the values as of then.
    pub sql: Vec<String>,
    /// What must be run every so often: the value is as old as the last time. None where it changes in the transaction that
    /// changes its source.
    pub refresh: Option<String>,
    /// Reads the value of one row; `$key` stands for its key.
    pub read: String,
    /// Two sessions meet.
    pub trial: Trial,
}

/// A derived value at its place: its definition and every strategy for it.
#[derive(Clone, Debug)]
pub struct Strategies {
    /// Reads the value of one row from its source; `$key` stands for its key.
    pub read: String,
    /// A write to the source.
    pub write: String,
    /// Counts the rows of the column that say otherwise than its definition, where the column is there already.
    pub drifted: String,
    /// The strategies.
    pub strategies: Vec<Strategy>,
}

/// Every strategy that can keep the value.
pub fn strategies(of: &Of, place: &Place) -> Strategies {
    match of {
        Of::Sum { .. } | Of::Count { .. } => aggregate::strategies(of, place),
        Of::Copy { .. } => copied::strategies(place),
        Of::Row { .. } => row::strategies(place),
    }
}

/// A literal, for those who fill [`Values`].
pub fn value(text: Option<&str>) -> String {
    text.map_or("NULL".into(), literal)
}

impl Place {
    /// A name for what belongs to the value: `keep_orders_total`.
    fn called(&self, verb: &str) -> String {
        let plain = |name: &str| name.rsplit('.').next().unwrap_or(name).trim_matches('"').to_string();
        quote(&crate::kit::fitting(&format!("{verb}{}_{}", plain(&self.target), plain(&self.column))))
    }

    fn add_column(&self, more: &str) -> String {
        format!("ALTER TABLE {} ADD COLUMN {} {}{more}", self.target, self.column, self.ty)
    }

    /// One transaction, while nobody else writes: a row that is written after the values are counted and before a trigger is
    /// there would be in neither.
    fn at_once(&self, statements: impl IntoIterator<Item = String>) -> Vec<String> {
        let begin = [
            "BEGIN".to_string(),
            format!("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", self.target),
            format!("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE", self.source),
        ];
        begin.into_iter().chain(statements).chain(["COMMIT".to_string()]).collect()
    }

    /// Reads the column of one row.
    fn read(&self) -> String {
        format!("SELECT {} FROM {} WHERE {} = $key", self.column, self.target, self.target_key)
    }

    /// Counts the rows whose value is not what `truth` says of row `t`.
    fn drift(&self, truth: &str) -> String {
        format!("SELECT count(*) FROM {} t WHERE t.{} IS DISTINCT FROM {truth}", self.target, self.column)
    }
}

/// A function that a trigger calls, and the trigger.
fn trigger(function: &str, body: &str, when: &str) -> [String; 2] {
    [
        format!("CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n{body}\nEND\n$$"),
        format!("CREATE TRIGGER {function} {when} FOR EACH ROW EXECUTE FUNCTION {function}()"),
    ]
}

/// A view that holds all values as they were at its last refresh. `truth` says the value of row `t`, `one` changes some.
fn materialised(place: &Place, truth: &str, one: &str) -> Strategy {
    let Place { target, target_key: key, column, .. } = place;
    let view = place.called("");
    let sql = vec![
        format!("CREATE MATERIALIZED VIEW {view} AS SELECT t.{key}, {truth} AS {column} FROM {target} t"),
        format!("CREATE UNIQUE INDEX ON {view} ({key})"),
    ];
    let refresh = format!("REFRESH MATERIALIZED VIEW CONCURRENTLY {view}");
    let drift = format!(
        "SELECT count(*) FROM {target} t LEFT JOIN {view} v ON v.{key} = t.{key} WHERE v.{column} IS DISTINCT FROM {truth}"
    );
    let name = "materialised view";
    let weaker = ("nobody refreshes it after the last commit", sql.as_slice(), refreshed(one, &refresh, false));
    Strategy {
        name,
        read: format!("SELECT {column} FROM {view} WHERE {key} = $key"),
        trial: meeting(place, name, &sql, refreshed(one, &refresh, true), &drift, weaker),
        refresh: Some(refresh),
        sql,
    }
}

/// What a change capture is made of.
struct Capture<'a> {
    /// Columns of a change, with their types.
    columns: &'a [(&'a str, &'a str)],
    /// Makes of the changes in `taken` an update of the target.
    apply: String,
    /// Statements that note changes; `$add` stands for `INSERT INTO queue (columns)`.
    notes: Vec<String>,
    /// Changes the value that is compared, and another one that commits before it.
    writes: [&'a str; 2],
}

/// A queue of changes, written in the transaction that makes them, and a worker that takes what is committed and applies it. The
/// worker that is commonly written goes by the highest number that it has seen, and so misses what commits late.
fn captured(place: &Place, start: &[String], drift: &str, capture: Capture) -> Strategy {
    let (table, worker) = (place.called("changes_of_"), place.called("apply_"));
    let typed: Vec<String> = capture.columns.iter().map(|(name, ty)| format!("{name} {ty}")).collect();
    let list = capture.columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let queue =
        format!("CREATE TABLE {table} (change bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, {})", typed.join(", "));
    let function = |body: String| format!("CREATE FUNCTION {worker}() RETURNS void LANGUAGE sql AS $$\n{body}\n$$");
    let apply = &capture.apply;
    let takes = function(format!("WITH taken AS (DELETE FROM {table} RETURNING {list})\n{apply}"));
    let by_number = function(format!(
        "WITH taken AS (SELECT {list} FROM {table} WHERE change > (SELECT seen FROM {table}_mark))\n{apply};\n\
         UPDATE {table}_mark SET seen = (SELECT coalesce(max(change), 0) FROM {table})"
    ));
    let add = format!("INSERT INTO {table} ({list})");
    let notes: Vec<String> = capture.notes.iter().map(|sql| sql.replace("$add", &add)).collect();
    let made = |more: Vec<String>| -> Vec<String> {
        place.at_once(start.iter().cloned().chain([queue.clone()]).chain(more).chain(notes.clone()))
    };
    let sql = made(vec![takes]);
    let forgetful = made(vec![format!("CREATE TABLE {table}_mark AS SELECT 0::bigint AS seen"), by_number]);
    let refresh = format!("SELECT {worker}()");
    let meets = worked(capture.writes, &refresh);
    let name = "change capture";
    let weaker = ("the worker goes by the highest number it has seen", forgetful.as_slice(), meets.clone());
    Strategy {
        name,
        read: place.read(),
        trial: meeting(place, name, &sql, meets, drift, weaker),
        refresh: Some(refresh),
        sql,
    }
}
