//! The draft: decisions folded over symbolic names; physical names are given last.
//!
//! Symbols: a table is its entity (`Account`); a column is an attribute (`balance`), the word `key`
//! for a surrogate key, an end with one column (`account`) or `end.part` where the target's key has
//! several. The symbol of a constraint, index, trigger or policy is its kind with its columns in
//! parentheses, `unique(email)`, so it never meets a column's. A symbol's path is `Account.balance`.
//! SQL fragments name columns and tables as `⟦Account.balance⟧` and `⟦Account⟧`; `⟦qualified Account⟧`
//! always prints the namespace, for functions that pin their search path, and `⟦literal Account⟧` that name
//! as a quoted literal.
use crate::{
    decision::Decision,
    ident::{literal, quote},
    layout::Sizes,
    schema::*,
    sql::{MappedColumn, MappedRelation, Mapping},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the rooms have decided so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// Every decision, in the order it was taken.
    pub decisions: Vec<Decision>,
    /// The decisions' changes, applied. Identifiers are symbols.
    pub schema: Schema,
    /// Where each entity's facts are kept, by entity.
    pub homes: BTreeMap<String, Home>,
    /// Physical name by symbol path; the naming room fills it.
    pub names: BTreeMap<String, String>,
    /// Values that open lists start with, by lookup table symbol.
    #[serde(default)]
    pub listed: BTreeMap<String, Vec<String>>,
    /// Namespace of the tables; empty means `public`, and names are printed without it.
    pub namespace: String,
    /// Namespace by symbol, of those that are elsewhere.
    #[serde(default)]
    pub namespaces: BTreeMap<String, String>,
    /// What the tables and indexes come to, by symbol; none before the physical room has run.
    #[serde(default)]
    pub sizes: Option<Sizes>,
    /// Files of the design beside its schema and roles, by name: settings of the server, stars.
    #[serde(default)]
    pub artifacts: BTreeMap<String, String>,
}

/// Where an entity's facts are kept. Column paths are symbol paths: `Person.name`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Home {
    /// Table or view that reads select from.
    pub read_from: String,
    /// Table that writes go to.
    pub write_to: String,
    /// Key columns.
    pub key: Vec<String>,
    /// Columns of each attribute or end.
    pub columns: BTreeMap<String, Vec<String>>,
    /// Attributes and ends in order, `key` first when the key is a surrogate.
    pub all: Vec<String>,
}

impl Home {
    /// The home as queries see it: where a surrogate key has further columns beside it, `key` stands for all of them, and
    /// `*` names none of them twice.
    pub fn as_asked(&self) -> Home {
        let mut home = self.clone();
        let Some(key) = home.columns.get_mut("key").filter(|k| k.len() < self.key.len()) else { return home };
        key.clone_from(&self.key);
        let beside = |member: &String| self.columns.get(member).is_some_and(|c| c.iter().all(|p| self.key.contains(p)));
        home.all.retain(|member| member == "key" || !beside(member));
        home
    }
}

/// A reference to a symbol inside an SQL fragment.
pub fn symbol(path: &str) -> String {
    format!("⟦{path}⟧")
}

/// Replaces every `⟦path⟧` in the fragment.
pub fn replace_symbols(fragment: &str, mut name: impl FnMut(&str) -> String) -> String {
    let mut out = String::with_capacity(fragment.len());
    let mut rest = fragment;
    while let Some((before, tail)) = rest.split_once('⟦') {
        out.push_str(before);
        match tail.split_once('⟧') {
            Some((path, after)) => {
                out.push_str(&name(path));
                rest = after;
            }
            None => {
                out.push('⟦');
                rest = tail;
            }
        }
    }
    out.push_str(rest);
    out
}

impl Draft {
    /// Takes a decision: applies its changes and keeps it.
    pub fn decide(&mut self, decision: Decision) {
        for change in &decision.changes {
            change.apply(&mut self.schema);
        }
        self.decisions.push(decision);
    }

    /// The physical name of a symbol path, unquoted; its last part when none was given.
    pub fn name(&self, path: &str) -> String {
        self.names
            .get(path)
            .cloned()
            .unwrap_or_else(|| path.rsplit_once('.').map_or(path, |(_, last)| last).to_string())
    }

    /// A table or view symbol as printed: `accounts`, `bank.accounts`.
    pub fn printed_table(&self, symbol: &str) -> String {
        let name = quote(&self.name(symbol));
        match self.namespace_of(symbol) {
            "" => name,
            namespace => format!("{}.{name}", quote(namespace)),
        }
    }

    /// The namespace of a symbol; empty where names are printed without it.
    pub fn namespace_of(&self, symbol: &str) -> &str {
        self.namespaces.get(symbol).unwrap_or(&self.namespace)
    }

    /// A column symbol path as printed, unqualified.
    pub fn printed_column(&self, path: &str) -> String {
        quote(&self.name(path))
    }

    /// A fragment with every symbol replaced by its physical name.
    pub fn printed(&self, fragment: &str) -> String {
        replace_symbols(fragment, |path| {
            let qualified = |table: &str| {
                let namespace = self.namespace_of(table);
                let namespace = if namespace.is_empty() { "public" } else { namespace };
                format!("{}.{}", quote(namespace), quote(&self.name(table)))
            };
            if let Some(table) = path.strip_prefix("qualified ") {
                qualified(table)
            } else if let Some(table) = path.strip_prefix("literal ") {
                literal(&qualified(table))
            } else if path.contains('.') {
                self.printed_column(path)
            } else {
                self.printed_table(path)
            }
        })
    }

    /// Files of statements that are loaded after the schema and the roles, each with its text in physical names.
    pub fn sql_files(&self) -> impl Iterator<Item = (&str, String)> {
        let files = self.artifacts.iter().filter(|(name, _)| name.ends_with(".sql"));
        files.map(|(name, body)| (name.as_str(), self.printed(body)))
    }

    /// Where entities live, in physical names.
    pub fn mapping(&self) -> Mapping {
        self.map_with(|t| self.printed_table(t), |c| self.printed_column(c))
    }

    /// Where entities live, in symbols: for fragments that are named later.
    pub fn symbolic_mapping(&self) -> Mapping {
        self.map_with(symbol, symbol)
    }

    fn map_with(&self, table: impl Fn(&str) -> String, column: impl Fn(&str) -> String) -> Mapping {
        let tables: BTreeMap<&Name, &Table> = self.schema.tables.iter().map(|t| (&t.name, t)).collect();
        let of = |path: &str| {
            let (table, column) = path.split_once('.')?;
            Some(tables.get(&Name::symbol(table))?.column(column)?.ty.clone())
        };
        let mapped = |path: &String| MappedColumn { name: column(path), ty: of(path).unwrap_or_default() };
        let relation = |home: Home| MappedRelation {
            read_from: table(&home.read_from),
            write_to: table(&home.write_to),
            key: home.key.iter().map(mapped).collect(),
            columns: home
                .columns
                .iter()
                .map(|(attribute, paths)| (attribute.clone(), paths.iter().map(mapped).collect()))
                .collect(),
            all: home.all,
        };
        Mapping { relations: self.homes.iter().map(|(e, h)| (e.clone(), relation(h.as_asked()))).collect() }
    }

    /// The symbolic column at a path, if the draft has it.
    pub fn column(&self, path: &str) -> Option<&Column> {
        let (table, column) = path.split_once('.')?;
        self.schema.table(&Name::symbol(table))?.column(column)
    }
}
