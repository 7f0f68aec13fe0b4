//! What a notation can say of a schema; the rest is told.
use super::{check, constraint, count_up, made_up, rename};
use tw_model::{
    adopted::Loss,
    ident,
    model::Action,
    schema::{Column, Constraint, ConstraintKind, Name, Schema, Sequence, Table, TypeKind},
};

/// Parts of a check: the column that each is about, and its expression; none when they cannot be said.
type Parts = Option<Vec<(String, String)>>;

/// What a notation can say besides tables, columns, primary keys and references.
#[derive(Clone, Copy, Debug)]
pub struct Can {
    /// Defaults of columns.
    pub defaults: bool,
    /// Comments on tables and columns.
    pub comments: bool,
    /// Enum types.
    pub enums: bool,
    /// Uniqueness of several columns together.
    pub wide_uniques: bool,
    /// Plain indexes over columns.
    pub indexes: bool,
    /// What happens to a reference.
    pub actions: bool,
    /// Columns that the server counts up.
    pub counted: bool,
    /// Tables in schemas other than `public`.
    pub schemas: bool,
    /// References whose columns are not the primary key.
    pub other_targets: bool,
    /// Checks, in parts as they are read back.
    pub checks: fn(&Table, &str) -> Parts,
    /// What must be otherwise before anything can be said.
    pub fit: fn(Schema, &mut Vec<Loss>) -> Schema,
}

impl Can {
    /// A notation without any of it.
    pub(super) const NONE: Can = Can {
        defaults: false,
        comments: false,
        enums: false,
        wide_uniques: false,
        indexes: false,
        actions: false,
        counted: false,
        schemas: false,
        other_targets: false,
        checks: |_, _| None,
        fit: |schema, _| schema,
    };

    /// A notation with all that most have.
    pub(super) const ALL: Can = Can {
        defaults: true,
        comments: true,
        enums: true,
        wide_uniques: true,
        indexes: true,
        actions: true,
        counted: true,
        schemas: true,
        other_targets: true,
        ..Can::NONE
    };
}

/// The schema that a notation can say, and what it cannot.
pub fn narrow(schema: &Schema, can: &Can) -> (Schema, Vec<Loss>) {
    let mut losses = Losses(vec![]);
    let mut schema = schema.clone();
    words(&mut schema, &mut losses);
    let schema = &(can.fit)(schema, &mut losses.0);
    let mut out = Schema::default();
    for ty in &schema.types {
        let plain =
            can.enums && matches!(ty.kind, TypeKind::Enum { .. }) && (can.schemas || ty.name.schema == "public");
        match plain {
            true => out.types.push(tw_model::schema::TypeDef { owner: None, comment: None, ..ty.clone() }),
            false => losses.tell(
                &format!("{}.{}", ty.name.schema, ty.name.name),
                "the type",
                "the notation has no types of this kind",
            ),
        }
    }
    for table in &schema.tables {
        if table.partition_of.is_some() {
            losses.of(table, None, "the partition", "the notation has no partitions");
        } else {
            out.tables.push(self::table(table, schema, can, &mut losses));
        }
    }
    for (names, what) in [
        (schema.views.iter().map(|v| &v.name).collect::<Vec<_>>(), "the view"),
        (schema.functions.iter().map(|f| &f.name).collect(), "the function"),
    ] {
        names
            .iter()
            .for_each(|n| losses.tell(&format!("{}.{}", n.schema, n.name), what, "the notation has tables alone"));
    }
    for extension in &schema.extensions {
        losses.tell(&extension.name, "the extension", "the notation has tables alone");
    }
    for role in &schema.roles {
        losses.tell(&role.name, "the role and what it may do", "the notation has no access rules");
    }
    // What refers to a table that is not there has nothing to refer to.
    let there: Vec<_> = out.tables.iter().map(|t| t.name.clone()).collect();
    for table in &mut out.tables {
        table
            .constraints
            .retain(|c| !matches!(&c.kind, ConstraintKind::Foreign { target, .. } if !there.contains(target)));
    }
    losses.0.sort();
    losses.0.dedup();
    (out, losses.0)
}

/// Names that no quoted text can hold become words.
fn words(schema: &mut Schema, losses: &mut Losses) {
    let why = "the notation has no names with such signs";
    for n in 0..schema.tables.len() {
        let name = schema.tables[n].name.clone();
        let plain = Name::new(&name.schema, rename::word(&name.name));
        if !is_plain(&name.name) && schema.table(&plain).is_none() {
            losses.of(&schema.tables[n], None, &format!("its name, which becomes {}", plain.name), why);
            rename::table(schema, n, plain);
        }
        for at in 0..schema.tables[n].columns.len() {
            let table = &schema.tables[n];
            let name = table.columns[at].name.clone();
            let plain = rename::word(&name);
            if !is_plain(&name) && table.column(&plain).is_none() {
                losses.of(table, Some(&name), &format!("its name, which becomes {plain}"), why);
                rename::column(schema, n, &name, &plain);
            }
        }
    }
}

struct Losses(Vec<Loss>);

impl Losses {
    fn tell(&mut self, path: &str, what: &str, why: &str) {
        self.0.push(Loss::nowhere(path, what, why));
    }
    fn of(&mut self, table: &Table, member: Option<&str>, what: &str, why: &str) {
        let member = member.map(|m| format!(".{m}")).unwrap_or_default();
        self.tell(&format!("{}.{}{member}", table.name.schema, table.name.name), what, why);
    }
}

fn table(table: &Table, schema: &Schema, can: &Can, losses: &mut Losses) -> Table {
    let mut out = Table { name: table.name.clone(), columns: table.columns.clone(), ..Table::default() };
    out.comment = table.comment.clone().filter(|c| can.comments && is_plain(c));
    if out.comment != table.comment {
        losses.of(table, None, "its comment", "the notation has no comments, or none with such signs");
    }
    for (is, what) in [
        (table.partition_by.is_some(), "how it is partitioned"),
        (!table.inherits.is_empty(), "what it inherits"),
        (!table.triggers.is_empty(), "its triggers"),
        (!table.policies.is_empty(), "its policies"),
        (!table.options.is_empty() || table.unlogged, "how it is stored"),
    ] {
        if is {
            losses.of(table, None, what, "the notation has no words for it");
        }
    }
    out.columns.iter_mut().for_each(|c| column(c, table, schema, can, losses));
    for made in &table.constraints {
        let parts = match said(table, made, schema, can) {
            Ok(parts) => parts,
            Err(why) => {
                losses.of(table, Some(&made.name), "the constraint", why);
                continue;
            }
        };
        for (columns, ending, kind) in parts {
            let name = made_up(&out, &columns, ending);
            if name != made.name {
                losses.of(table, Some(&made.name), "the name of the constraint", "the notation names no constraints");
            }
            out.constraints.push(constraint(name, kind));
        }
    }
    for index in &table.indexes {
        let plain = can.indexes
            && !index.unique
            && index.method == "btree"
            && index.filter.is_none()
            && index.include.is_empty()
            && index.options.is_empty()
            && index.comment.is_none()
            && index.parts.iter().all(|p| {
                !p.is_expression && p.opclass.is_none() && p.collation.is_none() && !p.desc && p.nulls_first.is_none()
            });
        if plain {
            out.indexes.push(index.clone());
        } else {
            losses.of(table, Some(&index.name), "the index", "the notation has no indexes, or none of this kind");
        }
    }
    out
}

/// What the notation can say of a column.
fn column(column: &mut Column, table: &Table, schema: &Schema, can: &Can, losses: &mut Losses) {
    let at = column.name.clone();
    let mut lose = |what: &str, why: &str| losses.of(table, Some(&at), what, why);
    let counted = column.default.as_ref().is_some_and(|d| serial(table, &at, d, &schema.sequences));
    if column.identity.is_some() || counted {
        if !can.counted {
            lose("that it is counted up", "the notation has no words for it");
        } else if counted || column.identity.as_ref().is_some_and(|i| i.always || !i.options.is_empty()) {
            lose("how it is counted up", "the notation says only that it is");
        }
        column.default = None;
        column.identity = None;
        if can.counted {
            count_up(column);
        }
    }
    if column.generated.take().is_some() {
        lose("how it is worked out", "the notation has no generated columns");
    }
    if let Some(default) = &column.default
        && !(can.defaults && is_plain(default) && !calls_others(default))
    {
        lose("its default", "the notation has no defaults, or none with such signs or functions");
        column.default = None;
    }
    if column.comment.as_ref().is_some_and(|c| !(can.comments && is_plain(c))) {
        lose("its comment", "the notation has no comments, or none with such signs");
        column.comment = None;
    }
    if column.collation.take().is_some() || column.storage.take().is_some() || column.compression.take().is_some() {
        lose("its collation or storage", "the notation has no words for it");
    }
    column.not_null_as = None;
    column.inherited = false;
    if let Some(ty) = other_type(&column.ty, schema, can) {
        lose("its type", "the notation has no types of this kind");
        let cast = format!("::{}", column.ty);
        column.default = column.default.take().map(|d| d.replace(&cast, ""));
        column.ty = ty;
    }
}

/// What a column is of when its type stays behind: of a domain the base, of an enum or what an extension brings `text`.
fn other_type(ty: &str, schema: &Schema, can: &Can) -> Option<String> {
    let (base, arrays) = ty.strip_suffix("[]").map_or((ty, ""), |base| (base, "[]"));
    match schema.types.iter().find(|t| ident::name(&t.name) == base).map(|t| &t.kind) {
        Some(TypeKind::Domain { base, .. }) => {
            Some(other_type(base, schema, can).unwrap_or_else(|| base.clone()) + arrays)
        }
        Some(TypeKind::Enum { .. }) if can.enums => None,
        None if !base.contains('.') => None,
        _ => Some(format!("text{arrays}")),
    }
}

/// The default calls a function or counts with a sequence that stays behind.
fn calls_others(default: &str) -> bool {
    let of_schema = |head: &str| {
        let name =
            head.rsplit(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '"'))).next().unwrap_or_default();
        name.contains('.') && !name.starts_with("pg_catalog.")
    };
    default.match_indices('(').any(|(at, _)| of_schema(&default[..at])) || default.starts_with("nextval(")
}

/// Signs that every notation can hold in a text.
pub(super) fn is_plain(text: &str) -> bool {
    let sound = !text.is_empty() && text.trim() == text && !text.starts_with('*');
    sound
        && !text.chars().any(|c| c.is_control() || matches!(c, '"' | '`' | '\\'))
        && !["'''", "*/"].iter().any(|s| text.contains(s))
}

fn serial(table: &Table, column: &str, default: &str, sequences: &[Sequence]) -> bool {
    let owner = Some((table.name.clone(), column.to_string()));
    default.starts_with("nextval(") && sequences.iter().any(|s| s.owned_by == owner)
}

type Said = (Vec<String>, &'static str, ConstraintKind);

fn said(table: &Table, made: &Constraint, schema: &Schema, can: &Can) -> Result<Vec<Said>, &'static str> {
    if made.deferrable.is_some() || made.not_valid {
        return Err("the notation has no deferrable or unvalidated constraints");
    }
    match &made.kind {
        ConstraintKind::Primary { columns, include } if include.is_empty() => {
            Ok(vec![(vec![], "pkey", ConstraintKind::Primary { columns: columns.clone(), include: vec![] })])
        }
        ConstraintKind::Unique { columns, include, nulls_not_distinct: false } if include.is_empty() => {
            match columns.len() == 1 || can.wide_uniques {
                true => Ok(vec![(columns.clone(), "key", made.kind.clone())]),
                false => Err("the notation has uniqueness of one column only"),
            }
        }
        ConstraintKind::Foreign { columns, target, target_columns, on_delete, on_update, match_full: false } => {
            let there = schema.table(target).filter(|t| t.partition_of.is_none());
            let Some(to) = there else { return Err("the table referred to is not said") };
            if !can.other_targets && to.primary_key() != target_columns.as_slice() {
                return Err("in the notation a reference goes to the primary key, in its order");
            }
            if !can.actions && (*on_delete, *on_update) != (Action::NoAction, Action::NoAction) {
                return Err("the notation does not say what happens to a reference");
            }
            let kind = ConstraintKind::Foreign {
                columns: columns.clone(),
                target: target.clone(),
                target_columns: target_columns.clone(),
                on_delete: *on_delete,
                on_update: *on_update,
                match_full: false,
            };
            Ok(vec![(columns.clone(), "fkey", kind)])
        }
        ConstraintKind::Check { expression, .. } => match (can.checks)(table, expression) {
            Some(parts) => Ok(parts.into_iter().map(|(c, e)| (vec![c], "check", check(e))).collect()),
            None => Err("the notation has no checks, or none of this kind"),
        },
        _ => Err("the notation has no constraints of this kind"),
    }
}
