//! The scene: a schema that exists, with what rules need to know of it worked out once.
//!
//! Its size and the time to make it are linear in the schema. Rules ask it instead of searching the schema again.
pub mod copies;
pub mod cycles;
pub mod edits;
pub mod kinds;
pub mod observed;
pub mod programs;
pub mod queries;
pub mod rows;
pub mod table;
pub mod types;
pub mod words;

pub use kinds::Kind;
pub use queries::Asked;
pub use table::{Key, Reference, TableScene, Way};

use crate::rule::Needs;
use std::collections::HashMap;
use tw_model::{
    ident,
    observed::{Observed, Query},
    schema::{Function, Name, Schema, TypeDef, TypeKind},
};

/// A schema and what is known of it.
pub struct Scene<'a> {
    /// The schema as the server reports it.
    pub schema: &'a Schema,
    /// Its tables in the same order, each with what hangs on it.
    pub tables: Vec<TableScene<'a>>,
    /// For each table, who refers to it: (table, reference) as places in `tables` and its `references`.
    pub referenced_by: Vec<Vec<(usize, usize)>>,
    /// For each table, its partitions and the tables that inherit from it, as places in `tables`.
    pub children: Vec<Vec<usize>>,
    /// What is observed of the database besides its schema.
    pub observed: &'a Observed,
    /// Queries that are asked of it, parsed.
    pub queries: Vec<Asked<'a>>,
    /// Those that the parser does not take.
    pub unparsed: Vec<&'a Query>,
    names: HashMap<&'a Name, usize>,
    by_name: HashMap<&'a str, Vec<usize>>,
    functions: HashMap<String, &'a Function>,
    types: HashMap<String, &'a TypeDef>,
}

/// Nothing besides the schema.
static NOTHING: Observed = Observed { statistics: None, rows: None, queries: None };

impl<'a> Scene<'a> {
    /// The scene of a schema of which nothing else is known.
    pub fn new(schema: &'a Schema) -> Scene<'a> {
        Scene::with(schema, &NOTHING)
    }

    /// The scene of a schema and what is observed besides.
    pub fn with(schema: &'a Schema, observed: &'a Observed) -> Scene<'a> {
        let names: HashMap<&Name, usize> = schema.tables.iter().enumerate().map(|(n, t)| (&t.name, n)).collect();
        let tables: Vec<TableScene> = schema.tables.iter().map(|t| TableScene::new(t, &names)).collect();
        let mut referenced_by = vec![vec![]; tables.len()];
        for (from, table) in tables.iter().enumerate() {
            for (n, reference) in table.references.iter().enumerate() {
                if let Some(to) = reference.target_place {
                    referenced_by[to].push((from, n));
                }
            }
        }
        let mut children = vec![vec![]; tables.len()];
        for (n, table) in schema.tables.iter().enumerate() {
            let parents = table.inherits.iter().chain(table.partition_of.iter().map(|(parent, _)| parent));
            for parent in parents.filter_map(|p| names.get(p)) {
                children[*parent].push(n);
            }
        }
        let functions = schema.functions.iter().map(|f| (ident::name(&f.name), f)).collect();
        let types = schema.types.iter().map(|t| (ident::name(&t.name), t)).collect();
        let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
        for (n, table) in schema.tables.iter().enumerate() {
            by_name.entry(&table.name.name).or_default().push(n);
        }
        let (mut queries, mut unparsed) = (vec![], vec![]);
        for query in observed.queries.iter().flatten() {
            match Asked::of(query) {
                Some(asked) => queries.push(asked),
                None => unparsed.push(query),
            }
        }
        let mut scene = Scene {
            schema,
            tables,
            referenced_by,
            children,
            observed,
            queries,
            unparsed,
            names,
            by_name,
            functions,
            types,
        };
        let referred = |n: usize| !scene.referenced_by[n].is_empty();
        let kinds: Vec<Kind> =
            scene.tables.iter().enumerate().map(|(n, t)| kinds::kind(&scene, t, referred(n))).collect();
        for (table, kind) in scene.tables.iter_mut().zip(kinds) {
            table.kind = kind;
        }
        scene
    }

    /// What a rule needs is there.
    pub fn has(&self, needs: Needs) -> bool {
        match needs {
            Needs::Schema => true,
            Needs::Statistics => self.observed.statistics.is_some(),
            Needs::Rows => self.observed.rows.is_some(),
            Needs::Queries => self.observed.queries.is_some(),
        }
    }

    /// Tables that people designed: no partition (its parent speaks for it) and no migration tool's bookkeeping.
    pub fn designed(&self) -> impl Iterator<Item = &TableScene<'a>> {
        self.tables.iter().filter(|t| !matches!(t.kind, Kind::Partition | Kind::Bookkeeping))
    }

    /// Columns of designed tables, each once: where it is declared.
    pub fn columns(&self) -> impl Iterator<Item = (&TableScene<'a>, &'a tw_model::schema::Column)> {
        self.designed().flat_map(|t| t.own_columns().map(move |c| (t, c)))
    }

    /// The column at a path that a spot named.
    pub fn column_at(&self, path: &str) -> Option<(&TableScene<'a>, &'a tw_model::schema::Column)> {
        self.columns().find(|(t, c)| crate::rule::member(t.name(), &c.name) == path)
    }

    /// The place of a table in `tables`.
    pub fn place(&self, name: &Name) -> Option<usize> {
        self.names.get(name).copied()
    }

    /// The table of that name.
    pub fn table(&self, name: &Name) -> Option<&TableScene<'a>> {
        self.place(name).map(|n| &self.tables[n])
    }

    /// The one table that a name in a query is, schema and all or by itself.
    pub fn named(&self, parts: &[String]) -> Option<&TableScene<'a>> {
        match parts {
            [name] => match self.by_name.get(name.as_str())?.as_slice() {
                [one] => Some(&self.tables[*one]),
                _ => None,
            },
            [.., schema, name] => self.table(&Name::new(schema.clone(), name.clone())),
            [] => None,
        }
    }

    /// The function of that printed name; one of them where it is overloaded.
    pub fn function(&self, printed: &str) -> Option<&'a Function> {
        self.functions.get(printed).copied()
    }

    /// The tables that refer to a table, with the reference.
    pub fn referring(&self, name: &Name) -> impl Iterator<Item = (&TableScene<'a>, &Reference<'a>)> {
        let places = self.place(name).map(|n| self.referenced_by[n].as_slice()).unwrap_or_default();
        places.iter().map(|(table, n)| (&self.tables[*table], &self.tables[*table].references[*n]))
    }

    /// The partitions of a table and the tables that inherit from it.
    pub fn children_of(&self, name: &Name) -> impl Iterator<Item = &TableScene<'a>> {
        let places = self.place(name).map(|n| self.children[n].as_slice()).unwrap_or_default();
        places.iter().map(|n| &self.tables[*n])
    }

    /// A column may hold NULL, its domains and the primary key considered.
    pub fn may_be_null(&self, table: &TableScene, column: &str) -> bool {
        let found = table.table.column(column);
        found.is_some_and(|c| !c.not_null && !table.in_primary(&c.name) && !self.domain_not_null(&c.ty))
    }

    /// The user-defined type that a column's type text names, brackets of an array apart.
    pub fn type_of(&self, ty: &str) -> Option<&'a TypeDef> {
        self.types.get(ty.trim_end_matches("[]")).copied()
    }

    /// The type behind domains: what the server keeps. At most 32 domains deep.
    pub fn base<'t>(&'t self, ty: &'t str) -> &'t str {
        let mut ty = ty;
        for _ in 0..32 {
            match self.type_of(ty) {
                Some(TypeDef { kind: TypeKind::Domain { base, .. }, .. }) if !ty.ends_with("[]") => ty = base,
                _ => break,
            }
        }
        ty
    }

    /// The domains that a column's type goes through, outermost first.
    pub fn domains(&self, ty: &str) -> Vec<&'a TypeDef> {
        let mut out = vec![];
        let mut ty = ty.to_string();
        while let Some(def) = self.type_of(&ty)
            && out.len() < 32
        {
            let TypeKind::Domain { base, .. } = &def.kind else { break };
            out.push(def);
            ty = base.clone();
        }
        out
    }

    /// True when a domain of the type demands a value.
    pub fn domain_not_null(&self, ty: &str) -> bool {
        self.domains(ty).iter().any(|d| matches!(&d.kind, TypeKind::Domain { not_null: true, .. }))
    }

    /// The CHECK definitions of the type's domains.
    pub fn domain_checks(&self, ty: &str) -> Vec<&'a str> {
        let domains = self.domains(ty);
        let checks = domains.iter().filter_map(|d| match &d.kind {
            TypeKind::Domain { checks, .. } => Some(checks),
            _ => None,
        });
        checks.flatten().map(|(_, definition)| definition.as_str()).collect()
    }

    /// The labels of an enum type; none for any other.
    pub fn enum_labels(&self, ty: &str) -> Option<&'a [String]> {
        match &self.type_of(ty)?.kind {
            TypeKind::Enum { labels } => Some(labels),
            _ => None,
        }
    }
}
