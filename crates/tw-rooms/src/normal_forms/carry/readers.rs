//! Views and functions that read the table: a view that names what moved reads the old shape; a function is told.
use super::{Way, parts::on_table};
use crate::normal_forms::migration;
use tw_model::{
    change::Change,
    ident,
    mention::Mentions,
    schema::{Function, Grant, GrantOn, View},
};

/// Privileges that read.
const READS: &str = "SELECT";

impl Way<'_> {
    pub(super) fn readers(&mut self) {
        self.views();
        let reads = |f: &&Function| self.reads(&f.definition) && !self.fires(f);
        for f in self.from.functions.iter().filter(reads).collect::<Vec<_>>() {
            let why = format!(
                "its text names {} and columns that move: it finds them in the new tables, or all together in {}",
                self.old.name.name,
                ident::name(&migration::view_name(self.shape))
            );
            self.leave(format!("function {}", f.name.name), why);
        }
    }

    /// The text names the table, and a column that it loses.
    fn reads(&self, text: &str) -> bool {
        let mentions = Mentions::of([text]);
        let moving = self.shape.columns(self.moving());
        mentions.names(&self.old.name) && moving.iter().any(|c| mentions.has_word(c))
    }

    /// A trigger of the table calls it: that is told of the trigger.
    fn fires(&self, function: &Function) -> bool {
        self.old.triggers.iter().any(|t| Mentions::of([t.definition.as_str()]).names(&function.name))
    }

    /// Views over what moved read the old shape, which then is a view itself.
    fn views(&mut self) {
        let readers: Vec<View> = self.from.views.iter().filter(|v| self.reads(&v.query)).cloned().collect();
        let old = self.old.name.clone();
        let on_old = |g: &&Grant| matches!(&g.on, GrantOn::Table { name } if *name == old);
        let readable = |g: &&Grant| g.privilege == READS;
        let gone = self.shape.kept.is_none();
        let used = !readers.is_empty() || gone && self.from.grants.iter().any(|g| on_old(&g));
        if !used {
            return;
        }
        let view = migration::view(self.shape);
        let name = view.name.clone();
        Change::CreateView { view: View { owner: self.old.owner.clone(), ..view } }.apply(&mut self.after);
        self.carry("view", "", &name);
        let grants: Vec<Grant> = self.from.grants.iter().filter(on_old).filter(readable).cloned().collect();
        self.after.grants.extend(grants.into_iter().map(|g| Grant { on: GrantOn::Table { name: name.clone() }, ..g }));
        for reader in readers {
            if !gone {
                let wanted = self.after.views.iter_mut().filter(|v| v.name == reader.name);
                wanted.for_each(|v| v.query = on_table(&v.query, &old, &name));
            }
            self.carry("view", "", &reader.name);
            let writes =
                |g: &&Grant| g.privilege != READS && matches!(&g.on, GrantOn::Table { name } if *name == reader.name);
            if self.from.grants.iter().any(|g| writes(&g)) {
                let why = "it joins tables now, and a server writes through a view of one table only";
                self.leave(format!("writing through view {}", reader.name.name), why);
            }
        }
    }
}
