//! Constraints, indexes and triggers: where each is made anew.
use super::{Columns, Place, Way};
use tw_model::{
    change::uses,
    mention::{Mentions, replace_words},
    schema::{Constraint, ConstraintKind, Name, Table, Trigger},
};

impl Way<'_> {
    pub(super) fn constraints(&mut self) {
        for constraint in self.old.constraints.clone() {
            let on = self.set(|column| uses::constraint(&constraint, column));
            match self.place(on) {
                Place::Stays => self.repeat_check(&constraint, on),
                Place::To(n) => self.move_constraint(constraint, on, n),
                Place::Apart => {
                    let why = format!("a constraint is about one table, and {}", self.apart(on));
                    self.leave(format!("constraint {}", constraint.name), why);
                }
            }
        }
    }

    /// What is said of the columns that both tables have holds in both.
    fn repeat_check(&mut self, constraint: &Constraint, on: Columns) {
        if !matches!(constraint.kind, ConstraintKind::Check { .. }) || on.is_empty() {
            return;
        }
        let has = |n: &usize| on.within(self.shape.parts[*n].columns);
        for n in self.new_tables().filter(has).collect::<Vec<_>>() {
            self.add(n, constraint.clone());
        }
    }

    fn move_constraint(&mut self, mut constraint: Constraint, on: Columns, n: usize) {
        let unique = match &constraint.kind {
            ConstraintKind::Primary { columns, include } => Some((columns.clone(), include.clone(), false)),
            ConstraintKind::Unique { columns, include, nulls_not_distinct } => {
                Some((columns.clone(), include.clone(), *nulls_not_distinct))
            }
            _ => None,
        };
        if let Some((columns, include, nulls_not_distinct)) = unique {
            if on == self.shape.parts[n].key {
                let key = self.shape.key(n).name;
                return self.carry_to("constraint", &key, n);
            }
            constraint.kind = ConstraintKind::Unique { columns, include, nulls_not_distinct };
        }
        self.add(n, constraint);
    }

    fn add(&mut self, n: usize, constraint: Constraint) {
        let name = constraint.name.clone();
        if let Some(table) = self.table_of(n)
            && table.constraint(&name).is_none()
        {
            table.constraints.push(constraint);
            self.carry_to("constraint", &name, n);
        }
    }

    /// The key of the table that stays where it has none left, and the references of the parts to each other.
    pub(super) fn keys_and_references(&mut self) {
        for n in 0..self.shape.parts.len() {
            let (key, references) = (self.shape.key(n), self.shape.references(n));
            let Some(table) = self.table_of(n) else { continue };
            let keyed = table.constraints.iter().any(is_key);
            table.constraints.extend((!keyed).then_some(key));
            for constraint in references {
                if table.constraint(&constraint.name).is_none() {
                    table.constraints.push(constraint);
                }
            }
        }
    }

    /// What refers to the table by columns that move refers to a key of no table any more.
    pub(super) fn referring(&mut self) {
        let (old, staying) = (self.shape.of.name(), self.staying());
        let mut lost = vec![];
        for table in &mut self.after.tables {
            table.constraints.retain(|c| {
                let ConstraintKind::Foreign { target, target_columns, .. } = &c.kind else { return true };
                let of =
                    self.shape.of.columns.iter().enumerate().filter(|(_, (name, _))| target_columns.contains(name));
                let stays =
                    *target != old || self.shape.kept.is_some() && Columns::of(of.map(|(n, _)| n)).within(staying);
                if !stays {
                    lost.push((table.name.clone(), c.name.clone()));
                }
                stays
            });
        }
        for (table, name) in lost {
            self.carried.retain(|c| (c.kind.as_str(), &c.name) != ("constraint", &name));
            let why = format!("what it refers to in {} is no key of a table any more", old.name);
            self.leave(format!("constraint {name} of {}", table.name), why);
        }
    }

    pub(super) fn indexes(&mut self) {
        for index in self.old.indexes.clone() {
            let on = self.set(|column| uses::index(&index, column));
            match self.place(on) {
                Place::Stays => {}
                Place::To(n) => {
                    let name = index.name.clone();
                    self.table_of(n).into_iter().for_each(|t| t.indexes.push(index.clone()));
                    self.carry_to("index", &name, n);
                }
                Place::Apart => {
                    let why = format!("an index is over one table, and {}", self.apart(on));
                    self.leave(format!("index {}", index.name), why);
                }
            }
        }
    }

    /// A trigger goes by the columns that its text and its function name. One that names none is for every row of every
    /// part.
    pub(super) fn triggers(&mut self) {
        for trigger in self.old.triggers.clone() {
            let called = Mentions::of([trigger.definition.as_str()]);
            let body = self.from.functions.iter().filter(|f| called.names(&f.name)).map(|f| f.definition.as_str());
            let on = self.named(body.chain([trigger.definition.as_str()]));
            if on.is_empty() {
                self.new_tables().collect::<Vec<_>>().into_iter().for_each(|n| self.move_trigger(&trigger, n));
                continue;
            }
            match self.place(on) {
                Place::Stays => continue,
                Place::To(n) => self.move_trigger(&trigger, n),
                Place::Apart => {
                    let why = format!("it or its function names columns that part: {}", self.apart(on));
                    self.leave(format!("trigger {}", trigger.name), why);
                }
            }
            self.kept_table().into_iter().for_each(|t| t.triggers.retain(|x| x.name != trigger.name));
        }
    }

    fn move_trigger(&mut self, trigger: &Trigger, n: usize) {
        let definition = on_table(&trigger.definition, &self.old.name, &self.shape.names[n]);
        let moved = Trigger { definition, ..trigger.clone() };
        self.table_of(n).into_iter().for_each(|t: &mut Table| t.triggers.push(moved.clone()));
        self.carry_to("trigger", &trigger.name, n);
    }
}

/// The text with one table's name in place of the other's.
pub(super) fn on_table(text: &str, from: &Name, to: &Name) -> String {
    replace_words(text, |head, word| {
        let named = head.is_none_or(|schema| schema == from.schema);
        (named && word == from.name).then(|| tw_model::ident::quote(&to.name))
    })
}

fn is_key(constraint: &Constraint) -> bool {
    matches!(constraint.kind, ConstraintKind::Primary { .. } | ConstraintKind::Unique { .. })
}
