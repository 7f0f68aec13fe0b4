//! What hangs on a table goes along when its columns move: the schema as it is, with the new tables beside it, and after.
//!
//! A thing whose columns stay stays. One whose columns are together in a new table is made anew there. One whose columns come to
//! stand in two tables cannot be kept by a server that looks at one, and is said to be left, with the reason.
mod access;
mod parts;
mod readers;
mod table;

use super::{Columns, shape::Shape};
use tw_model::{
    change::Change,
    discovery::{CarriedFound, LeftFound},
    ident,
    mention::Mentions,
    schema::{Grant, GrantOn, Name, Schema, Table},
};

/// A schema on its way from one table to its parts.
pub struct Moves {
    /// As it is.
    pub from: Schema,
    /// With the new tables beside the old one; rows are moved here.
    pub beside: Schema,
    /// Without what was moved, with all that hung on it.
    pub after: Schema,
    /// What was made anew, and where.
    pub carried: Vec<CarriedFound>,
    /// What was not, and why.
    pub left: Vec<LeftFound>,
}

impl Moves {
    /// The same way without one thing that is made anew.
    pub fn without(&self, thing: &CarriedFound) -> Moves {
        let mut moves = Moves {
            from: self.from.clone(),
            beside: self.beside.clone(),
            after: self.after.clone(),
            carried: vec![],
            left: vec![],
        };
        for schema in [&mut moves.beside, &mut moves.after] {
            take_away(schema, thing);
        }
        moves
    }
}

fn take_away(schema: &mut Schema, CarriedFound { kind, name, table }: &CarriedFound) {
    let on = |n: &Name| ident::name(n) == *table;
    let granted = |g: &Grant| match &g.on {
        GrantOn::Table { name: n } => on(n) && name.starts_with(&format!("{} {}", g.role, g.privilege)),
        _ => false,
    };
    match kind.as_str() {
        "view" => schema.views.retain(|v| !on(&v.name)),
        "privilege" => schema.grants.retain(|g| !granted(g)),
        _ => {}
    }
    for t in schema.tables.iter_mut().filter(|t| on(&t.name)) {
        let column = t.columns.iter_mut().find(|c| c.name == *name);
        match (kind.as_str(), column) {
            ("default", Some(c)) => c.default = None,
            ("comment", Some(c)) => c.comment = None,
            ("generated column", Some(c)) => c.generated = None,
            ("constraint", _) => t.constraints.retain(|c| c.name != *name),
            ("index", _) => t.indexes.retain(|i| i.name != *name),
            ("trigger", _) => t.triggers.retain(|x| x.name != *name),
            ("policy", _) => t.policies.retain(|p| p.name != *name),
            ("row security", _) => (t.row_security, t.force_row_security) = (false, false),
            _ => {}
        }
    }
}

/// The way from a schema that has the table.
pub fn moves(shape: &Shape, from: &Schema) -> Moves {
    let name = shape.of.name();
    let old = from.table(&name).cloned().unwrap_or_else(|| shape.before());
    let mut way = Way { shape, from, old, after: Schema::default(), carried: vec![], left: vec![] };
    let mut beside = from.clone();
    beside.tables.extend((0..shape.parts.len()).filter(|n| Some(*n) != shape.kept).map(|n| way.new_table(n)));
    // The owner moves all rows, those that the table's own policies hide from him too.
    beside.tables.iter_mut().filter(|t| t.name == name).for_each(|t| t.force_row_security = false);
    way.after = beside.clone();
    match shape.kept {
        Some(_) => way.columns_go(),
        None => Change::DropTable { name }.apply(&mut way.after),
    }
    way.sequences();
    way.columns();
    way.constraints();
    way.keys_and_references();
    way.referring();
    way.indexes();
    way.triggers();
    way.row_security();
    way.privileges();
    way.readers();
    Moves { from: from.clone(), beside, after: way.after, carried: way.carried, left: way.left }
}

/// Where a thing goes whose columns are known.
enum Place {
    /// They are all in the table that stays.
    Stays,
    /// They are all in that new table.
    To(usize),
    /// They are in no one table.
    Apart,
}

/// What is known on the way.
struct Way<'a> {
    shape: &'a Shape<'a>,
    from: &'a Schema,
    /// The table as it is.
    old: Table,
    after: Schema,
    carried: Vec<CarriedFound>,
    left: Vec<LeftFound>,
}

impl Way<'_> {
    /// Columns of the table of which that is true.
    fn set(&self, has: impl Fn(&str) -> bool) -> Columns {
        let columns = self.shape.of.columns.iter().enumerate();
        Columns::of(columns.filter(|(_, (name, _))| has(name)).map(|(n, _)| n))
    }

    /// Columns of the table that texts name.
    fn named<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> Columns {
        let mentions = Mentions::of(texts);
        self.set(|column| mentions.has_word(column))
    }

    /// The columns of the table that stays; none where it goes.
    fn staying(&self) -> Columns {
        self.shape.kept.map_or(Columns::NONE, |kept| self.shape.parts[kept].columns)
    }

    /// Columns that the table loses.
    fn moving(&self) -> Columns {
        self.shape.all().minus(self.staying())
    }

    /// The new tables, by their place in the shape.
    fn new_tables(&self) -> impl Iterator<Item = usize> + use<'_> {
        (0..self.shape.parts.len()).filter(|n| Some(*n) != self.shape.kept)
    }

    fn place(&self, on: Columns) -> Place {
        if self.shape.kept.is_some() && on.within(self.staying()) {
            return Place::Stays;
        }
        let mut new = self.new_tables();
        new.find(|n| on.within(self.shape.parts[*n].columns)).map_or(Place::Apart, Place::To)
    }

    fn table_of(&mut self, n: usize) -> Option<&mut Table> {
        let name = &self.shape.names[n];
        self.after.table_mut(name)
    }

    /// The table that stays.
    fn kept_table(&mut self) -> Option<&mut Table> {
        self.table_of(self.shape.kept?)
    }

    fn carry(&mut self, kind: &str, name: &str, table: &Name) {
        self.carried.push(CarriedFound { kind: kind.into(), name: name.into(), table: ident::name(table) });
    }

    fn carry_to(&mut self, kind: &str, name: &str, n: usize) {
        let table = self.shape.names[n].clone();
        self.carry(kind, name, &table);
    }

    fn leave(&mut self, object: String, why: impl Into<String>) {
        self.left.push(LeftFound { object, why: why.into() });
    }

    /// Which tables columns come to stand in: `town is in customers, price in products`.
    fn apart(&self, on: Columns) -> String {
        let place = |column: usize| {
            let first = self.shape.kept.filter(|kept| self.shape.parts[*kept].columns.has(column));
            let other = || self.new_tables().find(|n| self.shape.parts[*n].columns.has(column));
            let table = first.or_else(other).map_or("no table", |n| self.shape.names[n].name.as_str());
            format!("{} is in {table}", self.shape.of.columns[column].0)
        };
        on.iter().map(place).collect::<Vec<_>>().join(", ")
    }
}
