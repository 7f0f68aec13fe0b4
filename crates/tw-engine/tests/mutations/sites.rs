//! Sites: tables of a schema with what a plant can name of them.
use std::collections::{BTreeMap, BTreeSet};
use tw_model::{
    ident::{name, quote},
    schema::{Column, Name},
};
use tw_rooms::{
    rule::{member, path},
    scene::{Kind, Scene, TableScene, types},
};

/// Words for what a plant can name, filled in for one table:
///
/// - `t` the table, `path` as findings name it, `s` its schema, `key` and `keytype` its primary key of one column, `pk` that constraint's name where it is the only key;
/// - `text` a text (`textpath` as findings name it), `required` a column that must have a value, `flag` a boolean that must, `made` a time with a default;
/// - `from` a column that refers to the key `tokey` of `to`, `way` the index over it alone;
/// - `u` another table that others refer to, with `ukey` and `ukeytype`; `v` and `w` two more tables;
/// - in copies with rows, `full` the table where it has rows, and `database` the copy.
pub type Site = BTreeMap<&'static str, String>;

/// Sites of a schema, one for each table of the business that has a primary key of one column.
pub fn sites(scene: &Scene) -> Vec<Site> {
    let tables: Vec<&TableScene> = scene.designed().filter(|t| fits(scene, t)).collect();
    let linked = |t: &&&TableScene| {
        let made = key(t).is_some_and(|c| ["smallint", "integer", "bigint", "uuid"].contains(&c.ty.as_str()));
        made && scene.referring(t.name()).any(|(from, _)| from.name() != t.name())
    };
    let mut homes: Vec<&&TableScene> = tables.iter().filter(linked).collect();
    // Some schemas have no reference at all.
    if homes.is_empty() {
        homes = tables.iter().collect();
    }
    let mut out = vec![];
    for (n, t) in tables.iter().enumerate() {
        let mut site = of(t);
        let others = |m: usize| tables[(n + m) % tables.len()];
        // A reference to it is new, and closes no ring.
        let apart = |u: &&&&TableScene| {
            let known = t.references.iter().any(|r| r.target == u.name());
            !known && scene.place(t.name()).is_some_and(|place| !reached(scene, u).contains(&place))
        };
        if let Some(home) = homes.iter().cycle().skip(n).take(homes.len()).find(apart) {
            site.insert("u", name(home.name()));
            site.extend(key(home).map(|c| ("ukey", quote(&c.name))));
            site.extend(key(home).map(|c| ("ukeytype", c.ty.clone())));
            let rest: Vec<&TableScene> = (1..tables.len()).map(others).filter(|o| o.name() != home.name()).collect();
            site.extend(["v", "w"].into_iter().zip(rest).map(|(word, o)| (word, name(o.name()))));
        }
        out.push(site);
    }
    out
}

/// The table and all that it refers to, directly or through others, as places in the scene.
fn reached(scene: &Scene, table: &TableScene) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<usize> = scene.place(table.name()).into_iter().collect();
    while let Some(place) = next.pop() {
        if reached.insert(place) {
            next.extend(scene.tables[place].references.iter().filter_map(|r| r.target_place));
        }
    }
    reached
}

/// A thing of the business, whole, that nothing is inherited from or by.
fn fits(scene: &Scene, t: &TableScene) -> bool {
    let alone = t.table.inherits.is_empty() && scene.children_of(t.name()).next().is_none();
    t.kind == Kind::Plain && alone && t.table.partition_by.is_none() && key(t).is_some()
}

fn key<'s>(t: &TableScene<'s>) -> Option<&'s Column> {
    let [key] = t.primary()?.columns.as_slice() else { return None };
    t.table.column(key)
}

fn of(t: &TableScene) -> Site {
    let mut site = Site::from([("t", name(t.name())), ("s", quote(&t.name().schema)), ("path", path(t.name()))]);
    site.extend(t.primary().filter(|_| t.keys.len() == 1).map(|k| ("pk", quote(k.name))));
    site.extend(key(t).map(|c| ("key", quote(&c.name))));
    site.extend(key(t).map(|c| ("keytype", c.ty.clone())));
    let free = |c: &&Column| !t.in_key(&c.name) && !t.refers(&c.name) && c.generated.is_none();
    let find = |fits: &dyn Fn(&Column) -> bool| t.own_columns().filter(free).find(|c| fits(c));
    let bare = |c: &Column| t.checks_of(&c.name).is_empty() && c.collation.is_none();
    let text =
        find(&|c| types::is_text(&c.ty) && bare(c) && !t.ways.iter().any(|w| w.columns.contains(&c.name.as_str())));
    let required = find(&|c| c.not_null && c.identity.is_none());
    let flag = find(&|c| c.not_null && c.ty == "boolean" && bare(c));
    let created = |c: &Column| c.name == "created_at" && c.default.is_some() && types::is_time(&c.ty);
    let made = find(&created).filter(|_| t.table.triggers.is_empty());
    for (word, column) in [("text", text), ("required", required), ("flag", flag), ("made", made)] {
        site.extend(column.map(|c| (word, quote(&c.name))));
    }
    site.extend(text.map(|c| ("textpath", member(t.name(), &c.name))));
    let reference = t.references.iter().find_map(|r| {
        let ([from], [to]) = (r.columns, r.target_columns) else { return None };
        let way = t.ways.iter().find(|w| w.columns == [from.as_str()] && w.plain && !w.unique && w.filter.is_none())?;
        (r.target != t.name() && way.method == "btree").then_some((r, from, to, way))
    });
    if let Some((r, from, to, way)) = reference {
        let way = Name::new(t.name().schema.clone(), way.name.to_string());
        site.extend([("from", quote(from)), ("to", name(r.target)), ("tokey", quote(to)), ("way", name(&way))]);
    }
    site
}
