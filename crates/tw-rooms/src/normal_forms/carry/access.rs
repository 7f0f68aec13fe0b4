//! Row security and privileges: nobody sees or does more after than before.
//!
//! A new table has the policies of the old one when it has the columns of all of them: one that is left out could be the one that
//! hides a row. Else its rows are seen by those who see a row that refers to it, and written by the owner alone.
use super::Way;
use tw_model::{
    ident::{name, quote},
    schema::{Grant, GrantOn, Policy},
};

impl Way<'_> {
    pub(super) fn row_security(&mut self) {
        if !self.old.row_security {
            return;
        }
        let policies: Vec<(Policy, super::Columns)> =
            self.old.policies.iter().map(|p| (p.clone(), self.on(p))).collect();
        for n in self.new_tables().collect::<Vec<_>>() {
            let forced = self.old.force_row_security;
            if let Some(table) = self.table_of(n) {
                (table.row_security, table.force_row_security) = (true, forced);
            }
            self.carry_to("row security", "", n);
            if policies.iter().all(|(_, on)| on.within(self.shape.parts[n].columns)) {
                policies.iter().for_each(|(policy, _)| self.give(n, policy.clone()));
            } else if self.shape.kept.is_some() && policies.iter().all(|(_, on)| on.and(self.moving()).is_empty()) {
                let seen = self.seen_with_a_row(n);
                self.give(n, seen);
            } else {
                let why = "its columns part; until a policy is written for it, only the owner sees its rows";
                self.leave(format!("policies for {}", self.shape.names[n].name), why);
            }
        }
        let forced = self.old.force_row_security;
        self.kept_table().into_iter().for_each(|t| t.force_row_security = forced);
        let moving = self.moving();
        for (policy, on) in policies.iter().filter(|(_, on)| !on.and(moving).is_empty()) {
            self.look_up(policy, *on);
        }
    }

    fn on(&self, policy: &Policy) -> super::Columns {
        self.named([&policy.using, &policy.check].into_iter().flatten().map(String::as_str))
    }

    fn give(&mut self, n: usize, policy: Policy) {
        self.carry_to("policy", &policy.name, n);
        self.table_of(n).into_iter().for_each(|t| t.policies.push(policy.clone()));
    }

    /// The condition that ties a row of a new table to one of the table that stays.
    fn tied(&self, n: usize) -> String {
        let (new, old) = (&self.shape.names[n], self.shape.of.name());
        let same = |c: String| format!("{}.{c} = {}.{c}", name(new), name(&old), c = quote(&c));
        self.shape.columns(self.shape.parts[n].key).into_iter().map(same).collect::<Vec<_>>().join(" AND ")
    }

    fn seen_with_a_row(&self, n: usize) -> Policy {
        let using = format!("EXISTS (SELECT 1 FROM {} WHERE {})", name(&self.shape.of.name()), self.tied(n));
        Policy {
            name: crate::kit::fitting(&format!("seen_with_{}", self.old.name.name)),
            permissive: true,
            command: "SELECT".into(),
            roles: vec!["public".into()],
            using: Some(using),
            ..Policy::default()
        }
    }

    /// A policy of the table that stays looks its columns up where they went.
    fn look_up(&mut self, policy: &Policy, on: super::Columns) {
        let staying = self.staying();
        let fits = |n: &usize| {
            let part = self.shape.parts[*n];
            on.within(part.columns) && part.key.within(staying)
        };
        let to = self.new_tables().find(fits);
        let tied =
            to.map(|n| format!("EXISTS (SELECT 1 FROM {} WHERE {} AND ", name(&self.shape.names[n]), self.tied(n)));
        let Some(table) = self.kept_table() else { return };
        let Some(tied) = tied else {
            table.policies.retain(|p| p.name != policy.name);
            let why = format!("a policy is about one row of one table, and {}", self.apart(on));
            return self.leave(format!("policy {}", policy.name), why);
        };
        for p in table.policies.iter_mut().filter(|p| p.name == policy.name) {
            for text in [&mut p.using, &mut p.check].into_iter().flatten() {
                *text = format!("{tied}({text}))");
            }
        }
        let table = table.name.clone();
        self.carry("policy", &policy.name, &table);
    }

    /// Who may do what with the table may do it with each part; with a column, where it went.
    pub(super) fn privileges(&mut self) {
        let old = self.shape.of.name();
        let on_old = |g: &&Grant| matches!(&g.on, GrantOn::Table { name } if *name == old);
        let grants: Vec<Grant> = self.from.grants.iter().filter(on_old).cloned().collect();
        for n in self.new_tables().collect::<Vec<_>>() {
            let name = self.shape.names[n].clone();
            let own = self.shape.columns(self.shape.parts[n].columns);
            for grant in &grants {
                let columns: Vec<String> = grant.columns.iter().filter(|c| own.contains(c)).cloned().collect();
                if !grant.columns.is_empty() && columns.is_empty() {
                    continue;
                }
                let what = format!("{} {}", grant.role, grant.privilege);
                if columns.is_empty() {
                    self.carry("privilege", &what, &name);
                }
                columns.iter().for_each(|c| self.carry("privilege", &format!("{what} ({c})"), &name));
                self.after.grants.push(Grant { on: GrantOn::Table { name: name.clone() }, columns, ..grant.clone() });
            }
        }
    }
}
