//! A table under construction: its plan, the types of its columns and the cells made so far.
use super::{FillError, dice::Dice, shape::Shape, types, types::Ty, value};
use std::collections::{BTreeMap, HashMap};
use tw_model::sample::{SampleColumn, SampleTable, Values};

/// One value as text; none is null.
pub type Cell = Option<String>;

/// What a plan must know of the rows while it is carried out: for each predicate, the rows where it
/// is exactly that truth value.
pub struct Question<'a> {
    /// The table.
    pub table: &'a SampleTable,
    /// Its cells, column by column.
    pub cells: &'a [Vec<Cell>],
    /// (SQL predicate, truth value).
    pub predicates: Vec<(&'a str, bool)>,
}

/// Who evaluates SQL predicates: a server.
pub type Ask<'a> = dyn FnMut(&Question) -> Result<Vec<Vec<usize>>, FillError> + 'a;

/// A table under construction.
pub struct Work<'a> {
    /// Its plan.
    pub plan: &'a SampleTable,
    /// The plan's seed.
    pub seed: u64,
    /// Rows.
    pub rows: usize,
    /// Type of each column.
    pub types: Vec<Ty>,
    /// Shape of each column.
    pub shapes: Vec<Shape>,
    /// Cells, column by column; empty until made.
    pub cells: Vec<Vec<Cell>>,
    /// Columns that are made.
    pub made: Vec<bool>,
    /// Columns that no repair may change: another table has taken values from them, or a rule set them.
    pub frozen: Vec<bool>,
    /// What a reference may take instead of what it took, by its name.
    pub pools: BTreeMap<String, Pool>,
    /// Every rule has been seen to.
    pub finished: bool,
}

/// The rows that a reference may take.
pub struct Pool {
    /// The reference's columns.
    pub columns: Vec<usize>,
    /// Their values in each row it may take, column by column.
    pub cells: Vec<Vec<Cell>>,
    /// This table's columns that must agree.
    pub mine: Vec<usize>,
    /// What they must agree with, column by column.
    pub theirs: Vec<Vec<Cell>>,
}

impl Pool {
    /// True when a row may take that referenced row.
    pub fn agrees(&self, work: &Work, row: usize, referred: usize) -> bool {
        self.mine.iter().zip(&self.theirs).all(|(&mine, theirs)| work.cells[mine][row] == theirs[referred])
    }

    /// The row takes that referenced row.
    pub fn take(&self, work: &mut Work, row: usize, referred: usize) {
        for (&c, values) in self.columns.iter().zip(&self.cells) {
            work.cells[c][row] = values[referred].clone();
        }
    }
}

impl<'a> Work<'a> {
    /// An empty table of that plan. Errors when a column's type is one no values can be made for.
    pub fn new(plan: &'a SampleTable, seed: u64) -> Result<Self, FillError> {
        let mut work = Work {
            plan,
            seed,
            rows: usize::try_from(plan.rows).unwrap_or(usize::MAX),
            types: vec![],
            shapes: vec![],
            cells: vec![vec![]; plan.columns.len()],
            made: vec![false; plan.columns.len()],
            frozen: vec![false; plan.columns.len()],
            pools: BTreeMap::new(),
            finished: false,
        };
        for column in &plan.columns {
            work.types.push(types::parse(&column.ty).ok_or_else(|| FillError::Type {
                table: plan.name.clone(),
                column: column.name.clone(),
                ty: column.ty.clone(),
            })?);
            let like = if column.like.is_empty() { &column.name } else { &column.like };
            work.shapes.push(Shape::of(&plan.name, like));
        }
        Ok(work)
    }

    /// The place of a column.
    pub fn column(&self, name: &str) -> Result<usize, FillError> {
        self.plan
            .columns
            .iter()
            .position(|c| c.name == name)
            .ok_or_else(|| self.error(name, "a rule of the sample plan names this column, and the table has none"))
    }

    /// The places of columns.
    pub fn columns(&self, names: &[String]) -> Result<Vec<usize>, FillError> {
        names.iter().map(|n| self.column(n)).collect()
    }

    /// An error about one of its columns.
    pub fn error(&self, column: &str, why: impl Into<String>) -> FillError {
        FillError::Impossible { table: self.plan.name.clone(), column: column.to_string(), why: why.into() }
    }

    /// The random stream of one purpose in this table.
    pub fn dice(&self, purpose: &str, of: &str) -> Dice {
        Dice::new(self.seed, &[&self.plan.name, purpose, of])
    }

    /// The values of some columns in a row as one text, without regard to case, for grouping; none when
    /// one is null.
    pub fn tuple(&self, columns: &[usize], row: usize) -> Option<String> {
        let mut key = String::new();
        for &column in columns {
            let value = self.cells[column][row].as_ref()?;
            if value.is_ascii() {
                key.extend(value.bytes().map(|b| char::from(b.to_ascii_lowercase())));
            } else {
                key.push_str(&value.to_lowercase());
            }
            // No value holds the unit separator.
            key.push('\u{1f}');
        }
        Some(key)
    }

    /// Columns that a change to this one must change too: those of the same reference.
    pub fn companions(&self, column: usize) -> Vec<usize> {
        match &self.plan.columns[column].values {
            Values::Reference { reference, .. } => (0..self.plan.columns.len())
                .filter(|&c| {
                    matches!(&self.plan.columns[c].values, Values::Reference { reference: r, .. } if r == reference)
                })
                .collect(),
            _ => vec![column],
        }
    }

    /// Rows of the column that are null, marked: exactly its share, rounded.
    pub fn nulls(&self, column: &SampleColumn, stream: &str) -> Vec<bool> {
        let count = (column.null_share.clamp(0.0, 1.0) * self.rows as f64).round() as usize;
        self.dice("null", stream).marks(count, self.rows)
    }

    /// Makes every cell of a column that is no reference.
    pub fn make(&mut self, at: usize) -> Result<(), FillError> {
        let column = &self.plan.columns[at];
        let mut dice = self.dice("values", &column.name);
        let nulls = self.nulls(column, &column.name);
        let filled = nulls.iter().filter(|n| !**n).count();
        let values = self.series(at, filled, &nulls, &mut dice)?;
        let mut values = values.into_iter();
        self.cells[at] = nulls.iter().map(|&null| if null { None } else { values.next().flatten() }).collect();
        self.made[at] = true;
        Ok(())
    }

    /// The values of a column for its rows that are not null, in row order.
    fn series(&self, at: usize, filled: usize, nulls: &[bool], dice: &mut Dice) -> Result<Vec<Cell>, FillError> {
        let column = &self.plan.columns[at];
        let ty = &self.types[at];
        let kept_rows = || (0..self.rows).filter(|&r| !nulls[r]);
        let none_left = || {
            self.error(
                &column.name,
                format!("{filled} different values of type {} are needed, and it has not so many", column.ty),
            )
        };
        Ok(match &column.values {
            Values::Serial if *ty == Ty::Uuid => {
                (0..filled).map(|_| Some(value::any(ty, Shape::Plain, dice))).collect()
            }
            Values::Serial => (0..filled as u64)
                .map(|n| value::nth(ty, n).map(Some).ok_or_else(none_left))
                .collect::<Result<_, _>>()?,
            Values::Choice { of } => {
                let shares: Vec<f64> = of.iter().map(|(_, share)| *share).collect();
                let mut values: Vec<Cell> = of
                    .iter()
                    .zip(super::dice::apportion(filled, &shares))
                    .flat_map(|((value, _), count)| std::iter::repeat_n(Some(value.clone()), count))
                    .collect();
                dice.shuffle(&mut values);
                values
            }
            Values::Zipf { distinct, exponent } => {
                let distinct = (*distinct).clamp(1, filled.max(1) as u64) as usize;
                let pool = self.pool(at, distinct, dice);
                let running = super::dice::zipf(pool.len(), *exponent);
                dice.stratified(filled, &running).into_iter().map(|i| Some(pool[i].clone())).collect()
            }
            Values::CountWithin { columns, from } => {
                let within = self.columns(columns)?;
                let mut counts: HashMap<Vec<Cell>, u64> = HashMap::new();
                kept_rows()
                    .map(|row| {
                        let group = within.iter().map(|&c| self.cells[c][row].clone()).collect();
                        let count = counts.entry(group).or_insert(0);
                        *count += 1;
                        let number = match ty {
                            Ty::Int { max } if *from != 1 => from
                                .checked_add_unsigned(*count - 1)
                                .filter(|n| i128::from(*n) <= *max as i128)
                                .map(|n| n.to_string()),
                            _ => value::nth(ty, *count - 1),
                        };
                        number.map(Some).ok_or_else(none_left)
                    })
                    .collect::<Result<_, _>>()?
            }
            _ => kept_rows().map(|row| self.fresh(at, row, dice)).collect::<Result<_, _>>()?,
        })
    }

    /// A fresh value for one cell, null never meant by it (except by a constant null).
    pub fn fresh(&self, at: usize, row: usize, dice: &mut Dice) -> Result<Cell, FillError> {
        let column = &self.plan.columns[at];
        let ty = &self.types[at];
        let wrong =
            |text: &str| self.error(&column.name, format!("the bound `{text}` is no value of type {}", column.ty));
        let place = |text: &str| value::place(ty, text).ok_or_else(|| wrong(text));
        Ok(match &column.values {
            Values::Number { min, max } => {
                let (low, high) = (place(min)?, place(max)?);
                if low > high {
                    return Err(self.error(&column.name, format!("no number is between {min} and {max}")));
                }
                let units = dice.between(low, high);
                Some(match ty {
                    Ty::Float => value::decimal(units, 3),
                    Ty::Money => value::decimal(units, 2),
                    other => value::at(other, units),
                })
            }
            Values::Instant { from, to } => {
                let (low, high) = (
                    super::calendar::parse(from).ok_or_else(|| wrong(from))?,
                    super::calendar::parse(to).ok_or_else(|| wrong(to))?,
                );
                Some(value::at(ty, dice.between(low, high.max(low))))
            }
            Values::After { column: other, within_s } => {
                let other = self.column(other)?;
                match self.cells[other].get(row).and_then(Option::as_ref) {
                    Some(text) => {
                        let start = value::place(&self.types[other], text).ok_or_else(|| wrong(text))?;
                        let later =
                            if dice.below(2) == 0 { 0 } else { dice.below(within_s.saturating_mul(1_000_000)) as i64 };
                        Some(value::at(ty, start + later))
                    }
                    None => None,
                }
            }
            Values::Pattern { regex } => {
                Some(tw_model::pattern::matching(regex, &mut |n| dice.below(n)).ok_or_else(|| {
                    self.error(&column.name, format!("no text can be made for the pattern `{regex}`"))
                })?)
            }
            Values::Choice { of } => {
                let running: Vec<f64> = of
                    .iter()
                    .scan(0.0, |sum, (_, share)| {
                        *sum += share;
                        Some(*sum)
                    })
                    .collect();
                of.get(dice.weighted(&running)).map(|(value, _)| value.clone())
            }
            Values::Zipf { .. } if self.made[at] => {
                let other = dice.index(self.rows);
                self.cells[at][other].clone()
            }
            Values::Constant { value } => value.clone(),
            Values::Computed { .. } => None,
            _ => Some(value::any(ty, self.shapes[at], dice)),
        })
    }

    /// So many different values of a column's type, fewer when it has no more.
    fn pool(&self, at: usize, distinct: usize, dice: &mut Dice) -> Vec<String> {
        let ty = &self.types[at];
        let mut seen = std::collections::HashSet::new();
        let mut pool = vec![];
        let mut next = 0;
        while pool.len() < distinct {
            let tries = (0..8).map(|_| value::any(ty, self.shapes[at], dice)).find(|v| !seen.contains(v));
            let Some(value) = tries.or_else(|| {
                std::iter::from_fn(|| {
                    next += 1;
                    value::nth(ty, next - 1)
                })
                .find(|v| !seen.contains(v))
            }) else {
                break;
            };
            seen.insert(value.clone());
            pool.push(value);
        }
        pool
    }
}
