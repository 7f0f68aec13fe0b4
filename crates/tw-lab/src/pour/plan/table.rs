//! How one table is poured: its columns, references and rules.
use super::ranges;
use crate::{
    fill::shape::Shape,
    pour::{datum::Datum, form::Form, perm::Order, predicate::Expr, zipf::Zipf},
};
use tw_model::{ident, schema::Name};

/// How one table's rows are made.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name.
    pub name: Name,
    /// Rows.
    pub rows: u64,
    /// Columns that rows bring with them.
    pub columns: Vec<Column>,
    /// References, in the order they are drawn.
    pub picks: Vec<Pick>,
    /// Pick that the rows are spread over, in row order: a parent's rows stand together.
    pub leader: Option<usize>,
    /// Rules that are looked at row by row.
    pub rules: Vec<Rule>,
    /// Tuples that a server has found to keep rules that only it understands.
    pub pools: Vec<Vec<Vec<Datum>>>,
    /// Its rows are there already.
    pub given: bool,
    /// Row security applies to the owner too: it is lifted for the load, in its transaction.
    pub forced: bool,
    /// A deferred trigger looks at its rows at the commit.
    pub watched: bool,
    /// Partition bounds to choose among; empty when it has none.
    pub leaves: usize,
    /// Columns made first to last, each after those it follows.
    pub making: Vec<usize>,
    /// Columns of the primary key; empty when it has none.
    pub key: Vec<usize>,
    /// Key of the table's draws.
    pub draws: u64,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Name.
    pub name: String,
    /// Type without its domains, as printed.
    pub ty: String,
    /// Form.
    pub form: Form,
    /// Nulls are refused.
    pub not_null: bool,
    /// Share of nulls.
    pub null_share: f64,
    /// What its name tells.
    pub like: Shape,
    /// How values are made.
    pub source: Source,
    /// Its values in a row, where each is used once.
    pub series: Series,
    /// Constants that rules compare it with: tried when it is drawn again.
    pub near: Vec<Datum>,
    /// Others take its values, or uniqueness rests on them: one value for good.
    pub frozen: bool,
    /// A sequence or identity stands behind it.
    pub serial: bool,
    /// The sequence's name as printed, where the default says it.
    pub sequence: Option<String>,
    /// Key of the column's draws.
    pub draws: u64,
}

/// How a column's values are made.
#[derive(Clone, Debug)]
pub enum Source {
    /// Taken from the row that a pick chose.
    Picked {
        /// Pick.
        pick: usize,
        /// Column of its target.
        column: usize,
    },
    /// The n-th of a series without repeats: of the row's number, or of its ordinal under the leader.
    Distinct {
        /// Counted within the leader's parent.
        within: bool,
    },
    /// One digit of a number: columns that are unique together.
    Digit(Digit),
    /// A slot of its own on a line: ranges that do not overlap.
    Slot(Slot),
    /// One of a list, by running sums of shares.
    Choice {
        /// Values.
        of: Vec<Datum>,
        /// Running sums.
        running: Vec<f64>,
    },
    /// A place between two, both included.
    Between {
        /// Least.
        low: i64,
        /// Greatest.
        high: i64,
    },
    /// A place up to so many microseconds after another column's.
    After {
        /// The other column.
        column: usize,
        /// Most.
        within_us: i64,
        /// The same in half of the rows.
        same: bool,
    },
    /// A text that matches a regular expression.
    Pattern(String),
    /// Zipf-distributed values of the form.
    Zipf(Zipf),
    /// As a live server's statistics say.
    Seen {
        /// Values with running shares.
        common: (Vec<Datum>, Vec<f64>),
        /// Share of common values among those that are not null.
        share: f64,
        /// Histogram bounds as places.
        bounds: Vec<i64>,
        /// Values follow the row's number: 1 upwards, -1 downwards, 0 not.
        follows: i8,
    },
    /// In the bounds of the partition that the row goes to.
    Leaf(Vec<Vec<ranges::Span>>),
    /// A part of a tuple that keeps rules only a server understands.
    Pool {
        /// Which pool of the table.
        pool: usize,
        /// Which part.
        part: usize,
    },
    /// Always this.
    Constant(Datum),
    /// Any value of the form.
    Any,
}

/// Values in a row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// First place, for numbers.
    pub first: i64,
    /// The only values.
    pub list: Option<Vec<Datum>>,
    /// A regular expression that texts match.
    pub pattern: Option<String>,
    /// Characters of a text at least.
    pub shortest: usize,
}

/// A digit of the row's ordinal among the combinations of columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Digit {
    /// The number is taken within the leader's parent, else over the table.
    pub within: bool,
    /// All combinations.
    pub all: u64,
    /// Combinations of the columns before it.
    pub unit: u64,
    /// Its own number of values.
    pub base: u64,
    /// The leader's own row is left out: a pair of different rows of one table.
    pub skip: bool,
}

/// A slot on a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Slot {
    /// Counted within the leader's parent.
    pub within: bool,
    /// The first slot's place.
    pub from: i64,
    /// Half a slot.
    pub half: i64,
    /// Which bound this column is: 0 the lower, 1 the upper, 2 the whole range.
    pub part: u8,
}

/// A reference.
#[derive(Clone, Debug)]
pub struct Pick {
    /// The constraint's name.
    pub name: String,
    /// The referenced table.
    pub target: usize,
    /// (Own column, referenced column); own columns that another pick gives are among them.
    pub columns: Vec<(usize, usize)>,
    /// Own columns each of which alone tells the referenced row.
    pub telling: Vec<usize>,
    /// How the referenced row is chosen.
    pub how: How,
    /// Share of rows without.
    pub null_share: f64,
    /// Chosen once for good.
    pub frozen: bool,
    /// Filled when all tables are: it closes a circle.
    pub later: bool,
    /// The constraint can be deferred to the end of the transaction.
    pub deferrable: bool,
    /// Key of its draws.
    pub draws: u64,
}

/// How a referenced row is chosen.
#[derive(Clone, Debug)]
pub enum How {
    /// Every row alike; the first rows take each once when `each`.
    Any {
        /// Every referenced row is taken at least once, as far as rows suffice.
        each: bool,
    },
    /// Few rows often.
    Zipf(Zipf, Order),
    /// By running sums of the rows' shares.
    Shares(Vec<f64>),
    /// In row order: a parent's rows stand together, their number varies when `varied`.
    Spread {
        /// Numbers vary between none and twice the average.
        varied: bool,
    },
    /// No row twice.
    Once(Order),
    /// A row before this one; the first takes none, or itself.
    Earlier,
    /// The row just before; the first takes none, or itself.
    Previous,
    /// A digit of the ordinal under the leader: with it, unique.
    Within(Digit),
    /// A row that agrees with what other picks have chosen.
    Agree {
        /// The own picks to follow from the row, first the own, then those of what it chose.
        up: Vec<usize>,
        /// From the row reached, down: (table, its leading pick), nearest last.
        down: Vec<usize>,
        /// No row twice under the leader.
        once: bool,
    },
    /// Given whole by other picks: nothing is chosen.
    Given,
    /// None: no row can be told that would agree.
    Never,
}

/// A rule on a row.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// As printed.
    pub text: String,
    /// As read; its columns are the table's.
    pub expr: Expr,
    /// Columns it names.
    pub columns: Vec<usize>,
    /// Holds only for rows with an ordinal under the leader from this on; there it must be false.
    pub limit: Option<u64>,
}

impl Table {
    /// Its name as printed.
    pub fn printed(&self) -> String {
        ident::name(&self.name)
    }

    /// The pick that gives a column its value.
    pub fn pick_of(&self, column: usize) -> Option<usize> {
        match &self.columns[column].source {
            Source::Picked { pick, .. } => Some(*pick),
            _ => None,
        }
    }

    /// The columns of a pick that it alone gives: own and referenced.
    pub fn own_columns(&self, pick: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.picks[pick].columns.iter().copied().filter(move |(mine, _)| self.pick_of(*mine) == Some(pick))
    }

    /// Places of columns by name; none when one is not poured.
    pub fn places(&self, names: &[String]) -> Option<Vec<usize>> {
        names.iter().map(|n| self.columns.iter().position(|c| c.name == *n)).collect()
    }
}
