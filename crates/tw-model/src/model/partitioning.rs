//! How a brief asks for a table to be laid out in partitions.
use crate::Origin;
use serde::{Deserialize, Serialize};

/// `partition by month of created_at`, `partition by hash of customer into 8`, `keep whole`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Partitioning {
    /// What decides where a row goes.
    pub by: PartitionBy,
    /// The brief line.
    pub origin: Origin,
}

/// What decides where a row goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum PartitionBy {
    /// Nothing: the table stays in one piece, whatever its size.
    Whole,
    /// A span of time for each partition.
    Time {
        /// The span.
        unit: TimeUnit,
        /// The attribute that tells the time: a date or an instant.
        of: String,
    },
    /// The hash of a value: as many partitions, about equally full.
    Hash {
        /// Attribute or end, or the word `key`.
        of: String,
        /// Partitions.
        into: u32,
    },
}

/// The span of one partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TimeUnit {
    /// From midnight to midnight, UTC.
    Day,
    /// A month of the calendar.
    Month,
    /// A year of the calendar.
    Year,
}

impl TimeUnit {
    /// Days, as the brief language counts them.
    pub fn days(self) -> u32 {
        match self {
            TimeUnit::Day => 1,
            TimeUnit::Month => 30,
            TimeUnit::Year => 365,
        }
    }

    /// As a brief and an SQL interval spell it.
    pub fn word(self) -> &'static str {
        match self {
            TimeUnit::Day => "day",
            TimeUnit::Month => "month",
            TimeUnit::Year => "year",
        }
    }
}

impl Partitioning {
    /// Days of rows that are there when nobody says how long they are kept.
    pub const KEPT_DAYS_ASSUMED: u32 = 365;

    /// The attribute or end that the key must hold so that it stays unique: none where the key itself decides.
    pub fn in_key(&self) -> Option<&str> {
        match &self.by {
            PartitionBy::Time { of, .. } => Some(of),
            PartitionBy::Hash { of, .. } if of != "key" => Some(of),
            _ => None,
        }
    }
}
