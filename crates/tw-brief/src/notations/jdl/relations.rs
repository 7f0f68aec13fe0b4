//! Relationships as references: who holds the columns, what they are called, and which are a part of a key.
use super::super::{Refers, action_of, set_key, set_reference, set_unique};
use super::{Annotations, BUILT_IN, Entity, Field, Reader, names, promise, said};
use crate::diagnostic::Fault;
use std::ops::Range;
use tw_model::{
    adopted::Loss,
    model::{Action, snake_case},
    schema::{Column, Name, Schema, Table},
};

/// How many of each side.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    OneToOne,
    OneToMany,
    ManyToOne,
    ManyToMany,
}

pub(super) const KINDS: [(&str, Kind); 4] = [
    ("OneToOne", Kind::OneToOne),
    ("OneToMany", Kind::OneToMany),
    ("ManyToOne", Kind::ManyToOne),
    ("ManyToMany", Kind::ManyToMany),
];

/// A relationship as written.
pub(super) struct Relation {
    pub kind: Kind,
    pub from: Side,
    pub to: Side,
}

/// A side as written: an entity, and the field in it that leads to the other one.
pub(super) struct Side {
    pub entity: String,
    pub field: Option<String>,
    pub required: bool,
    /// What is said of the reference to this side.
    pub annotations: Annotations,
    pub doc: Option<String>,
    pub span: Range<usize>,
}

impl Relation {
    /// The side that holds the columns, and the one that they lead to.
    fn held(&self) -> (&Side, &Side) {
        if self.kind == Kind::OneToMany { (&self.to, &self.from) } else { (&self.from, &self.to) }
    }

    /// What the columns are called after.
    fn name(&self) -> String {
        let (holder, target) = self.held();
        snake_case(&holder.field.clone().unwrap_or_else(|| names::lower_first(&target.entity)))
    }

    /// The reference is a part of its holder's key.
    fn is_key(&self) -> bool {
        said(&self.held().1.annotations, "id").is_some()
    }

    /// The columns that refer to a key.
    fn columns(&self, key: &[Column]) -> Vec<Column> {
        let (holder, _) = self.held();
        let comment = holder.doc.clone().filter(|_| key.len() == 1);
        let column = |k: &Column| Column {
            name: format!("{}_{}", self.name(), k.name),
            ty: k.ty.clone(),
            not_null: holder.required || self.is_key(),
            comment: comment.clone(),
            ..Column::default()
        };
        key.iter().map(column).collect()
    }
}

/// Columns of a key at most: what a server indexes together.
const WIDEST: usize = 32;

/// Keys that are made of keys that are made of keys, at most.
const DEEPEST: usize = 16;

/// The key of each entity, once the entities that every application has are among them. Relationships that lead nowhere are
/// taken out.
pub(super) fn resolve(reader: &mut Reader, faults: &mut Vec<Fault>) -> Vec<Vec<Column>> {
    add_built_in(reader);
    let entities = &reader.entities;
    let is_there = |side: &Side| entities.iter().any(|e| e.name == side.entity);
    reader.relations.retain(|relation| {
        let missing = [&relation.from, &relation.to].into_iter().find(|side| !is_there(side));
        faults.extend(missing.map(|side| {
            let what = format!("the entity `{}` is not there", crate::cursor::shorten(&side.entity));
            let known = entities.iter().map(|e| e.name.as_str());
            Fault::new(side.span.clone(), what).suggest(&side.entity, known, "add it, or take the relationship away")
        }));
        missing.is_none()
    });
    let mut keys: Vec<Option<Vec<Column>>> = vec![None; entities.len()];
    for _ in 0..DEEPEST {
        for n in 0..entities.len() {
            if keys[n].is_none() {
                keys[n] = key(reader, n, &keys).filter(|key| key.len() <= WIDEST);
            }
        }
    }
    let known = |(n, key): (usize, Option<Vec<Column>>)| {
        key.unwrap_or_else(|| {
            let entity = &entities[n];
            let why = "its key is made of its own, of very many columns, or of keys that are made of too many others";
            let fault = Fault::new(entity.span.clone(), format!("the key of `{}` cannot be told", entity.name));
            faults.push(fault.why(why).help("take an @Id away"));
            vec![]
        })
    };
    keys.into_iter().enumerate().map(known).collect()
}

fn add_built_in(reader: &mut Reader) {
    for (name, table, key, ty) in BUILT_IN {
        let sides = reader.relations.iter().flat_map(|r| [&r.from, &r.to]);
        let Some(side) = sides.into_iter().find(|s| s.entity == *name) else { continue };
        if reader.entities.iter().any(|e| e.name == *name) {
            continue;
        }
        let column = Column { name: key.to_string(), ty: ty.to_string(), ..Column::default() };
        let field = Field { column, validations: vec![], key: true, unique: false };
        let fields = if *key == "id" { vec![] } else { vec![field] };
        let span = side.span.clone();
        reader.entities.push(Entity { name: name.to_string(), table: table.to_string(), doc: None, fields, span });
        let why = "JHipster makes its table, and the file tells nothing but that it is there";
        reader.losses.push(Loss::nowhere(*name, "every column but its key", why));
    }
}

fn place(reader: &Reader, side: &Side) -> Option<usize> {
    reader.entities.iter().position(|e| e.name == side.entity)
}

/// The key of an entity, when the keys that it is made of are known.
fn key(reader: &Reader, n: usize, keys: &[Option<Vec<Column>>]) -> Option<Vec<Column>> {
    let entity = &reader.entities[n];
    let mut out: Vec<Column> = entity.fields.iter().filter(|f| f.key).map(|f| f.column.clone()).collect();
    for relation in reader.relations.iter().filter(|r| r.kind != Kind::ManyToMany && r.is_key()) {
        let (holder, target) = relation.held();
        if holder.entity == entity.name {
            out.extend(relation.columns(keys[place(reader, target)?].as_ref()?));
        }
    }
    if out.is_empty() {
        let mut id = Column { name: "id".into(), ty: "bigint".into(), ..Column::default() };
        super::count_up(&mut id);
        out.push(id);
    }
    Some(out)
}

/// Gives the tables their references, keys and promises, and pairs tables of their own.
pub(super) fn tables(reader: &mut Reader, keys: &[Vec<Column>], schema: &mut Schema, faults: &mut Vec<Fault>) {
    let at: Vec<(usize, usize)> = reader
        .relations
        .iter()
        .filter_map(|r| Some((place(reader, r.held().0)?, place(reader, r.held().1)?)))
        .collect();
    for (relation, (holder, target)) in reader.relations.iter().zip(&at) {
        if relation.kind != Kind::ManyToMany {
            schema.tables[*holder].columns.extend(relation.columns(&keys[*target]));
        }
    }
    for (n, entity) in reader.entities.iter().enumerate() {
        promise(&mut schema.tables[n], entity, &keys[n], &mut reader.losses);
    }
    for (relation, (holder, target)) in reader.relations.iter().zip(&at) {
        let (on_delete, on_update) = match actions(relation.held().1) {
            Ok(actions) => actions,
            Err(fault) => {
                faults.push(fault);
                continue;
            }
        };
        let refers = |columns: Vec<String>, to: usize| Refers {
            columns,
            target: Name::new("public", &reader.entities[to].table),
            target_columns: keys[to].iter().map(|k| k.name.clone()).collect(),
            on_delete,
            on_update,
        };
        let names = |columns: &[Column]| columns.iter().map(|c| c.name.clone()).collect::<Vec<String>>();
        let columns = relation.columns(&keys[*target]);
        let (_, other) = relation.held();
        if other.required || relation.kind == Kind::ManyToMany && relation.from.required {
            let what = format!("that each has at least one {}", relation.held().0.entity);
            reader.losses.push(Loss::nowhere(&other.entity, what, "no constraint of a table says it"));
        }
        if relation.kind == Kind::ManyToMany {
            let owner = &schema.tables[*holder].name.name;
            let mut pair = Table { name: pair_name(owner, &relation.name()), ..Table::default() };
            let own: Vec<Column> = keys[*holder].iter().map(|k| pair_column(owner, k)).collect();
            let theirs: Vec<Column> = keys[*target].iter().map(|k| pair_column(&relation.name(), k)).collect();
            pair.columns = own.iter().chain(&theirs).cloned().collect();
            let key = names(&pair.columns);
            set_key(&mut pair, key);
            set_reference(&mut pair, refers(names(&own), *holder));
            set_reference(&mut pair, refers(names(&theirs), *target));
            schema.tables.push(pair);
            continue;
        }
        let table = &mut schema.tables[*holder];
        let columns = names(&columns);
        if relation.kind == Kind::OneToOne && columns != table.primary_key() {
            set_unique(table, columns.clone());
        }
        set_reference(table, refers(columns, *target));
    }
}

/// The table of pairs of an owner's rows and those that a field of it leads to.
pub(super) fn pair_name(owner: &str, field: &str) -> Name {
    Name::new("public", format!("rel_{owner}__{field}"))
}

fn pair_column(of: &str, key: &Column) -> Column {
    Column { name: format!("{of}_{}", key.name), ty: key.ty.clone(), not_null: true, ..Column::default() }
}

fn actions(side: &Side) -> Result<(Action, Action), Fault> {
    let of = |what: &str| match said(&side.annotations, what) {
        None => Ok(Action::NoAction),
        Some(words) => action_of(words).ok_or_else(|| {
            let what = format!("unknown action `{}`", crate::cursor::shorten(words));
            let why = "what happens to a reference is NO ACTION, RESTRICT, CASCADE, SET NULL or SET DEFAULT";
            Fault::new(side.span.clone(), what).why(why)
        }),
    };
    Ok((of("onDelete")?, of("onUpdate")?))
}
