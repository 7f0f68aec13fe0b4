//! New tables and their columns: types, collations, defaults, comments, what the server computes, and counters.
use super::{Columns, Way};
use tw_model::{
    change::Change,
    schema::{Column, Generated, Sequence, Table},
};

impl Way<'_> {
    /// A new table as its rows are moved into it: columns and key, nothing that could refuse a row.
    pub(super) fn new_table(&self, n: usize) -> Table {
        let shape = self.shape;
        let part = shape.parts[n];
        Table {
            name: shape.names[n].clone(),
            columns: part.columns.iter().map(|c| self.new_column(n, c)).collect(),
            constraints: vec![shape.key(n)],
            unlogged: self.old.unlogged,
            owner: self.old.owner.clone(),
            ..Table::default()
        }
    }

    fn new_column(&self, n: usize, column: usize) -> Column {
        let (name, ty) = &self.shape.of.columns[column];
        let part = self.shape.parts[n];
        let not_null = match self.shape.of.declared {
            Some(_) => part.key.has(column) || self.old.column(name).is_some_and(|c| c.not_null),
            None => !self.shape.lacks(Columns::one(column)),
        };
        let old = self.old.column(name);
        let plain = Column { name: name.clone(), ty: ty.clone(), not_null, ..Column::default() };
        let Some(old) = old else { return plain };
        // Where the column stays too, its value comes from there.
        let moved = !self.staying().has(column);
        Column {
            collation: old.collation.clone(),
            storage: old.storage.clone(),
            compression: old.compression.clone(),
            default: old.default.clone().filter(|_| moved),
            comment: old.comment.clone().filter(|_| moved),
            generated: old.generated.clone().filter(|g| self.computed_within(g, part.columns)),
            ..plain
        }
    }

    fn computed_within(&self, generated: &Generated, columns: Columns) -> bool {
        self.named([generated.expression.as_str()]).within(columns)
    }

    /// Takes the moved columns from the table, with what hangs on them.
    pub(super) fn columns_go(&mut self) {
        for column in self.shape.columns(self.moving()) {
            Change::DropColumn { table: self.shape.of.name(), column }.apply(&mut self.after);
        }
    }

    /// A sequence goes with the column that it counts for.
    pub(super) fn sequences(&mut self) {
        let lost: Vec<Sequence> =
            self.from.sequences.iter().filter(|s| !self.after.sequences.contains(s)).cloned().collect();
        for sequence in lost {
            let column = sequence.owned_by.as_ref().map(|(_, column)| column.clone()).unwrap_or_default();
            let set = self.set(|c| c == column);
            let to = self.new_tables().find(|n| !set.is_empty() && set.within(self.shape.parts[*n].columns));
            let owned_by = to.map(|n| (self.shape.names[n].clone(), column));
            self.after.sequences.push(Sequence { owned_by, ..sequence });
        }
    }

    /// Says what became of each moved column's default, comment, expression and counter.
    pub(super) fn columns(&mut self) {
        for column in self.old.columns.clone() {
            let set = self.set(|c| c == column.name);
            let holds = |n: &usize| set.within(self.shape.parts[*n].columns);
            let to: Vec<usize> = self.new_tables().filter(holds).collect();
            if set.within(self.moving()) && !set.is_empty() {
                for n in &to {
                    let kinds = [("default", column.default.is_some()), ("comment", column.comment.is_some())];
                    kinds.iter().filter(|(_, is)| *is).for_each(|(kind, _)| self.carry_to(kind, &column.name, *n));
                }
                if column.identity.is_some() {
                    let why =
                        "where it goes it gets a counter of its own, whose next number these statements do not know";
                    self.leave(format!("identity of {}", column.name), why);
                }
            }
            // What the rows are computed from stays with them where a table stays; else it may part.
            if let (Some(generated), true) = (&column.generated, set.within(self.moving())) {
                let from = self.named([generated.expression.as_str()]);
                match to.iter().find(|n| from.within(self.shape.parts[**n].columns)) {
                    Some(n) => self.carry_to("generated column", &column.name, *n),
                    None => {
                        let why = format!("the server computes it from its own row alone, and {}", self.apart(from));
                        self.leave(format!("computation of {}", column.name), why);
                    }
                }
            }
        }
    }
}
