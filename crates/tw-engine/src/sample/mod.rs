//! From brief and draft to the sample plan: which rows, how many, under which rules, and how the design's
//! tables are loaded from them. Pure.
//!
//! One plain table per concept, `plain."Entity"`, has a column for every symbol the concept's facts are
//! kept in: `balance`, `key`, `account`, `bed.ward`. A subtype's plain table holds its inherited columns
//! too.
mod bounds;
mod columns;
mod loads;
mod partial;
mod rules;

pub use tw_rooms::kit::size::{BUDGET, FEW, MOST, SMALL};

use std::collections::BTreeMap;
use tw_lab::fill::plain_table;
use tw_model::{
    draft::{Draft, Home},
    ident::quote,
    model::{Entity, Model, snake_case},
    sample::SamplePlan,
    sql::{MappedColumn, MappedRelation, Mapping},
};
use tw_rooms::kit::{
    Link,
    links::{self, LinkKind},
    shape::{end_columns, key_columns},
};

/// What every part of the plan is made from.
struct Ground<'a> {
    model: &'a Model,
    draft: &'a Draft,
    links: Vec<Link>,
    sizes: BTreeMap<String, u64>,
    plain: Mapping,
}

/// The sample of a brief's concepts and the loads into the draft's tables.
pub fn plan(model: &Model, draft: &Draft, seed: u64) -> SamplePlan {
    let links = links::links(model);
    let ground =
        Ground { model, draft, sizes: tw_rooms::kit::size::sizes(model), links, plain: plain_mapping(model, draft) };
    SamplePlan {
        seed,
        tables: model
            .entities
            .iter()
            .filter(|e| draft.homes.contains_key(&e.name))
            .map(|e| rules::table(&ground, e))
            .collect(),
        adjust: rules::totals(&ground),
        loads: loads::loads(&ground),
        analyze: loads::analyzed(draft),
    }
}

/// Where entities live among the plain tables.
pub fn plain_mapping(model: &Model, draft: &Draft) -> Mapping {
    let column = |path: &String| MappedColumn {
        name: quote(tail(path)),
        ty: draft.column(path).map(|c| c.ty.clone()).unwrap_or_default(),
    };
    let relation = |name: &str, home: Home| MappedRelation {
        read_from: plain_table(name),
        write_to: plain_table(name),
        key: home.key.iter().map(column).collect(),
        columns: home
            .columns
            .iter()
            .map(|(member, paths)| (member.clone(), paths.iter().map(column).collect()))
            .collect(),
        all: home.all,
    };
    let homes = model.entities.iter().filter_map(|e| Some((&e.name, draft.homes.get(&e.name)?)));
    Mapping { relations: homes.map(|(name, home)| (name.clone(), relation(name, home.as_asked()))).collect() }
}

/// The plain column of a symbol path: the path without its table.
fn tail(path: &str) -> &str {
    path.split_once('.').map_or(path, |(_, column)| column)
}

impl Ground<'_> {
    fn home(&self, entity: &str) -> Option<&Home> {
        self.draft.homes.get(entity)
    }

    fn rows(&self, entity: &str) -> u64 {
        self.sizes.get(entity).copied().unwrap_or(0)
    }

    /// Plain columns of a member.
    fn member(&self, entity: &str, member: &str) -> Vec<String> {
        let home = self.home(entity);
        let paths = home.and_then(|h| match h.columns.get(member) {
            Some(paths) => Some(paths),
            None if member == "key" => Some(&h.key),
            None => None,
        });
        paths.into_iter().flatten().map(|p| tail(p).to_string()).collect()
    }

    /// Plain columns of several members, each once.
    fn members(&self, entity: &str, members: &[String]) -> Vec<String> {
        let mut all: Vec<String> = vec![];
        for column in members.iter().flat_map(|m| self.member(entity, m)) {
            if !all.contains(&column) {
                all.push(column);
            }
        }
        all
    }

    /// (column of the holder, key column of the target) of a link.
    fn pairs(&self, link: &Link) -> Vec<(String, String)> {
        let Some(target) = self.model.entity(&link.target) else { return vec![] };
        let theirs = key_columns(self.model, target).into_iter().map(|c| c.symbol);
        end_columns(self.model, link).into_iter().map(|c| c.symbol).zip(theirs).collect()
    }

    /// How often one target may be taken.
    fn at_most(link: &Link) -> Option<u32> {
        if link.one_to_one { Some(1) } else { link.max_holders }
    }

    /// The topmost supertype of an entity, or itself.
    fn root<'e>(&'e self, entity: &'e Entity) -> &'e Entity {
        let mut at = entity;
        for _ in 0..self.model.entities.len() {
            match at.supertype.as_deref().and_then(|s| self.model.entity(s)) {
                Some(above) => at = above,
                None => break,
            }
        }
        at
    }

    /// The link of an entity (or of its topmost supertype) to the tenant.
    fn tenant_link(&self, entity: &Entity) -> Option<&Link> {
        let root = self.root(entity);
        let tenant = links::tenant_of(self.model, root)?;
        let end = snake_case(tenant);
        self.links.iter().find(|l| l.holder == root.name && l.target == tenant && l.name == end)
    }

    /// Columns that tell an entity's tenant: its end to it, or the tenant's own key.
    fn tenant_columns(&self, entity: &Entity) -> Vec<String> {
        if self.model.promises.tenant.as_deref() == Some(entity.name.as_str()) {
            return key_columns(self.model, entity).into_iter().map(|c| c.symbol).collect();
        }
        self.tenant_link(entity)
            .map(|link| self.pairs(link).into_iter().map(|(mine, _)| mine).collect())
            .unwrap_or_default()
    }

    /// The link a row takes its tenant from: its owner, the one it is counted by, or one that is taken a
    /// limited number of times. None when the tenant is drawn first.
    fn lead(&self, entity: &Entity) -> Option<&Link> {
        let tenant = self.tenant_link(entity).filter(|_| entity.supertype.is_none())?;
        let mates = || {
            self.links.iter().filter(|l| {
                l.holder == entity.name
                    && l.target != entity.name
                    && l.target != tenant.target
                    && !l.optional
                    && self.model.entity(&l.target).is_some_and(|t| self.tenant_link(t).is_some())
            })
        };
        let counted_by = entity.volume.as_ref().and_then(|v| v.per.as_ref()).map(|(_, of)| of);
        mates()
            .find(|l| l.kind == LinkKind::Owner)
            .or_else(|| mates().find(|l| Ground::at_most(l).is_some()))
            .or_else(|| mates().find(|l| Some(&l.target) == counted_by))
            .or_else(|| mates().find(|l| l.min_holders > 0))
    }
}

#[cfg(test)]
mod tests;
