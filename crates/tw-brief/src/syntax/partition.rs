//! `partition by month of created_at`, `partition by hash of customer into 8`, `keep whole`.
use crate::cursor::{Cursor, Sp, Span, shorten};
use crate::diagnostic::Fault;
use crate::{limits, units};
use tw_model::Origin;
use tw_model::model::{PartitionBy, Partitioning, TimeUnit};

/// How a table is laid out, as written.
pub(crate) struct PartitionLine {
    pub by: PartitionBy,
    /// The attribute or end that is named; none for a table that is kept whole.
    pub of: Option<Sp<String>>,
    pub span: Span,
    pub origin: Origin,
}

impl PartitionLine {
    pub fn meaning(&self) -> Partitioning {
        Partitioning { by: self.by.clone(), origin: self.origin.clone() }
    }
}

const FORM: &str = "the line is `partition by month of created_at` or `partition by hash of customer into 8`";
const WORDS: &[&str] = &["day", "month", "year", "hash"];

/// What follows the word `partition`.
pub(crate) fn by(cursor: &mut Cursor, start: usize, origin: Origin) -> Result<PartitionLine, Fault> {
    cursor.expect("by", FORM)?;
    let word = cursor.word("`day`, `month`, `year` or `hash`")?;
    let unit = match word.v.as_str() {
        "day" => Some(TimeUnit::Day),
        "month" => Some(TimeUnit::Month),
        "year" => Some(TimeUnit::Year),
        "hash" => None,
        other => {
            return Err(Fault::new(word.span.clone(), format!("a table is not partitioned by `{}`", shorten(other)))
                .why("a partition holds a day, a month or a year, or the rows whose values have one hash")
                .suggest(other, WORDS.iter().copied(), "say `day`, `month`, `year` or `hash`"));
        }
    };
    cursor.expect("of", FORM)?;
    let of = cursor.word("the attribute that decides")?;
    let by = match unit {
        Some(unit) => PartitionBy::Time { unit, of: of.v.clone() },
        None => {
            cursor.expect("into", FORM)?;
            let into = units::whole(cursor, "the number of partitions", 2, limits::MOST_PARTITIONS)?;
            PartitionBy::Hash { of: of.v.clone(), into: into as u32 }
        }
    };
    Ok(PartitionLine { by, of: Some(of), span: cursor.since(start), origin })
}

/// What follows the word `keep` on a line of its own.
pub(crate) fn whole(cursor: &mut Cursor, start: usize, origin: Origin) -> Result<PartitionLine, Fault> {
    cursor.expect("whole", "the line is `keep whole`; how long rows are kept stands in the heading")?;
    Ok(PartitionLine { by: PartitionBy::Whole, of: None, span: cursor.since(start), origin })
}
