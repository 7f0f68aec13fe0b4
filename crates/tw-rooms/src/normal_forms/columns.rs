//! A set of columns of one table, by their places.

/// Most columns of a table that dependencies are looked at in.
pub const MOST: usize = 128;

/// A set of places below [`MOST`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Columns(u128);

impl Columns {
    /// None.
    pub const NONE: Columns = Columns(0);

    /// That one column.
    pub fn one(place: usize) -> Columns {
        Columns::NONE.with(place)
    }

    /// The first so many columns.
    pub fn first(number: usize) -> Columns {
        Columns(if number >= MOST { u128::MAX } else { (1 << number) - 1 })
    }

    /// Those columns; a place from [`MOST`] on is left out.
    pub fn of(places: impl IntoIterator<Item = usize>) -> Columns {
        places.into_iter().fold(Columns::NONE, Columns::with)
    }

    /// These and that one.
    #[must_use]
    pub fn with(self, place: usize) -> Columns {
        if place < MOST { Columns(self.0 | 1 << place) } else { self }
    }

    /// These without that one.
    #[must_use]
    pub fn without(self, place: usize) -> Columns {
        self.minus(Columns::one(place))
    }

    /// In either.
    #[must_use]
    pub fn or(self, other: Columns) -> Columns {
        Columns(self.0 | other.0)
    }

    /// In both.
    #[must_use]
    pub fn and(self, other: Columns) -> Columns {
        Columns(self.0 & other.0)
    }

    /// In this and not in the other.
    #[must_use]
    pub fn minus(self, other: Columns) -> Columns {
        Columns(self.0 & !other.0)
    }

    /// Whether the column is among them.
    pub fn has(self, place: usize) -> bool {
        place < MOST && self.0 >> place & 1 == 1
    }

    /// Whether all of these are in the other.
    pub fn within(self, other: Columns) -> bool {
        self.0 & !other.0 == 0
    }

    /// How many.
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Their places, in order.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let place = rest.trailing_zeros() as usize;
            rest &= rest.wrapping_sub(1);
            (place < MOST).then_some(place)
        })
    }
}
