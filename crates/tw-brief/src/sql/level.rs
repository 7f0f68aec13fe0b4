//! Levels of names: each query has one, and sees those around it.
use super::{Param, Problem, Scope, ScopeAttribute, ScopeEntity};
use std::collections::{BTreeMap, BTreeSet};
use tw_model::ident::quote;
use tw_model::model::snake_case;
use tw_model::sql::{OWN_ROW, Piece, Scan, StatementKind, Write};

/// One resolution under way.
pub(super) struct Resolver<'a> {
    /// The text whose places the tree has.
    pub src: &'a str,
    pub scope: &'a Scope,
    /// What `:name` may be.
    pub params: &'a [Param],
    /// What replaces which bytes.
    pub edits: Vec<Edit>,
    pub problems: Vec<Problem>,
    /// Every relation met; levels and references hold its index.
    pub rels: Vec<Rel<'a>>,
    /// The innermost last.
    pub levels: Vec<Level<'a>>,
    /// With the byte where each occurrence stands.
    pub scans: Vec<(usize, Scan)>,
    /// Resolved references to columns of entities, by first byte.
    pub refs: BTreeMap<usize, Ref>,
    /// First bytes of bare words that stand for a value.
    pub words: BTreeSet<usize>,
    /// Aliases that are taken, lower case.
    pub taken: BTreeSet<String>,
    pub writes: Option<Write>,
    pub written_by: Option<StatementKind>,
    pub locks: Vec<String>,
    /// The next subquery is a semi-join: a top-level EXISTS or IN.
    pub semi: bool,
    /// A recursive table to be known once the first part of its query is resolved.
    pub recursive: Option<Pending>,
    /// WITH clauses already resolved, by first byte.
    pub withs: BTreeSet<usize>,
    /// Attributes set so far by the SET clause under way.
    pub set_names: Vec<&'a str>,
}

/// Bytes `start..end` become the piece.
pub(super) struct Edit {
    pub start: usize,
    pub end: usize,
    pub piece: Piece,
    /// The relation, for relation pieces: its added alias is known last.
    pub rel: Option<usize>,
}

/// A reference to an attribute, an end or `key` of an entity.
#[derive(Clone)]
pub(super) struct Ref {
    pub end: usize,
    pub rel: usize,
    /// Attribute or end name, or `key`.
    pub name: String,
}

/// A relation in scope.
pub(super) struct Rel<'a> {
    /// What it is called: the alias, or the entity's or table's own name.
    pub name: String,
    /// The entity, unless it is a derived table.
    pub entity: Option<(&'a str, &'a ScopeEntity)>,
    /// Columns of a derived table.
    pub columns: Columns<'a>,
    /// The text names it, so that the name can stand in the rendered text.
    pub aliased: bool,
    /// Qualifier as printed, once known.
    pub qualifier: Option<String>,
    /// Its scan, when rows are read from it.
    pub scan: Option<usize>,
}

/// Columns of a derived table.
#[derive(Clone)]
pub(super) enum Columns<'a> {
    /// A function's, or anything else that cannot be seen from here.
    Unknown,
    Known(Vec<Output<'a>>),
}

/// An output column of a query.
#[derive(Clone)]
pub(super) struct Output<'a> {
    pub name: String,
    /// The attribute (or `key`) whose columns these are, under their own names.
    pub source: Option<(&'a str, String)>,
    /// The attribute whose values it has, under whatever name.
    pub values: Option<Want<'a>>,
}

/// The attribute that a bare word's place asks a value of.
#[derive(Clone, Copy)]
pub(super) struct Want<'a> {
    pub entity: &'a str,
    pub attribute: &'a ScopeAttribute,
}

/// One query's relations.
#[derive(Default)]
pub(super) struct Level<'a> {
    pub rels: Vec<usize>,
    /// Several relations: unqualified names are given a qualifier.
    pub qualify: bool,
    /// Not visible from the query being resolved: a plain derived table does not see its siblings.
    pub hidden: bool,
    /// A semi-join's query.
    pub semi: bool,
    /// The one row that an expression is about: never qualified.
    pub own: bool,
    /// Common table expressions.
    pub ctes: Vec<(String, Columns<'a>)>,
}

/// See [`Resolver::recursive`].
pub(super) struct Pending {
    pub level: usize,
    pub name: String,
    pub columns: Vec<String>,
}

/// What a bare name is.
pub(super) enum Found<'a> {
    /// An attribute, end or `key` of an entity.
    Attribute {
        rel: usize,
        level: usize,
        name: &'a str,
    },
    /// A column of a derived table.
    Column {
        rel: usize,
        level: usize,
        column: usize,
    },
    /// A relation's name: its row.
    Row {
        rel: usize,
        level: usize,
    },
    /// Something of a relation whose columns are not known.
    Opaque,
    /// Several things, as one would write them.
    Ambiguous(Vec<String>),
    Missing,
}

/// An identifier as written.
pub(super) struct Ident {
    pub text: String,
    pub quoted: bool,
}

impl Ident {
    pub fn new(written: &str) -> Self {
        match written.strip_prefix('"').and_then(|w| w.strip_suffix('"')) {
            Some(inner) => Ident { text: inner.replace("\"\"", "\""), quoted: true },
            None => Ident { text: written.to_string(), quoted: false },
        }
    }

    /// As PostgreSQL compares names: unquoted ones without regard to case.
    pub fn is(&self, name: &str) -> bool {
        if self.quoted { self.text == name } else { self.text.eq_ignore_ascii_case(name) }
    }
}

impl<'a> Rel<'a> {
    /// The row of an expression.
    pub fn own((name, entity): (&'a String, &'a ScopeEntity)) -> Self {
        Rel {
            name: name.clone(),
            entity: Some((name, entity)),
            columns: Columns::Unknown,
            aliased: false,
            qualifier: None,
            scan: None,
        }
    }

    /// An entity keeps its spelling; an alias is compared as PostgreSQL does.
    pub fn is_called(&self, ident: &Ident) -> bool {
        if self.aliased { ident.is(&self.name) } else { ident.text == self.name }
    }

    /// Its attribute, end or `key` of that name. `Account` is an entity, not the end `account`: only a
    /// name in capitals throughout stands for the one in small letters.
    pub fn attribute(&self, ident: &Ident) -> Option<&'a str> {
        let (_, entity) = self.entity?;
        if ident.text.chars().any(|c| c.is_uppercase()) && ident.text.chars().any(|c| c.is_lowercase()) {
            return None;
        }
        if let Some(found) = entity.attributes.iter().find(|a| ident.is(&a.name)) {
            return Some(&found.name);
        }
        ident.is("key").then_some("key")
    }

    /// Its derived column of that name.
    pub fn column(&self, ident: &Ident) -> Option<usize> {
        match (&self.columns, self.entity) {
            (Columns::Known(columns), None) => columns.iter().position(|c| ident.is(&c.name)),
            _ => None,
        }
    }

    fn opaque(&self) -> bool {
        self.entity.is_none() && matches!(self.columns, Columns::Unknown)
    }
}

impl<'a> Resolver<'a> {
    pub fn new(src: &'a str, scope: &'a Scope, taken: BTreeSet<String>) -> Self {
        Resolver {
            src,
            scope,
            params: &[],
            edits: vec![],
            problems: vec![],
            rels: vec![],
            levels: vec![],
            scans: vec![],
            refs: BTreeMap::new(),
            words: BTreeSet::new(),
            taken,
            writes: None,
            written_by: None,
            locks: vec![],
            semi: false,
            recursive: None,
            withs: BTreeSet::new(),
            set_names: vec![],
        }
    }

    /// What a bare name means, seen from the innermost level.
    pub fn find(&self, ident: &Ident) -> Found<'a> {
        let mut opaque = false;
        for (level_index, level) in self.levels.iter().enumerate().rev() {
            if level.hidden {
                continue;
            }
            let mut found = vec![];
            let mut written = vec![];
            for &rel in &level.rels {
                let r = &self.rels[rel];
                if let Some(name) = r.attribute(ident) {
                    found.push(Found::Attribute { rel, level: level_index, name });
                    written.push(format!("{}.{name}", r.name));
                } else if let Some(column) = r.column(ident) {
                    found.push(Found::Column { rel, level: level_index, column });
                    written.push(format!("{}.{}", r.name, ident.text));
                }
                if r.is_called(ident) {
                    found.push(Found::Row { rel, level: level_index });
                    written.push(format!("{}.key", r.name));
                }
                opaque |= r.opaque();
            }
            match found.len() {
                0 => {}
                1 => return found.pop().unwrap_or(Found::Missing),
                _ => return Found::Ambiguous(written),
            }
        }
        if opaque { Found::Opaque } else { Found::Missing }
    }

    /// The relation of that name, and its level.
    pub fn find_rel(&self, ident: &Ident) -> Option<(usize, usize)> {
        self.levels.iter().enumerate().rev().filter(|(_, level)| !level.hidden).find_map(|(i, level)| {
            let rel = level.rels.iter().find(|&&r| self.rels[r].is_called(ident))?;
            Some((*rel, i))
        })
    }

    /// The common table expression of that name.
    pub fn find_cte(&self, ident: &Ident) -> Option<Columns<'a>> {
        self.levels
            .iter()
            .rev()
            .flat_map(|level| level.ctes.iter().rev())
            .find(|(name, _)| ident.is(name))
            .map(|(_, columns)| columns.clone())
    }

    /// The qualifier of a relation, as printed; an unaliased entity is given an alias.
    pub fn qualifier(&mut self, rel: usize) -> String {
        if let Some(known) = &self.rels[rel].qualifier {
            return known.clone();
        }
        let base = snake_case(&self.rels[rel].name);
        let mut name = base.clone();
        let mut n = 1;
        while !self.taken.insert(name.clone()) {
            n += 1;
            name = format!("{base}_{n}");
        }
        let printed = quote(&name);
        self.rels[rel].qualifier = Some(printed.clone());
        printed
    }

    /// The qualifier that a reference from the innermost level needs, if any.
    pub fn qualifier_from(&mut self, rel: usize, level: usize) -> Option<String> {
        let at = &self.levels[level];
        let outer = level + 1 != self.levels.len();
        if at.own {
            return outer.then(|| OWN_ROW.to_string());
        }
        if !(at.qualify || outer) {
            return None;
        }
        Some(self.qualifier(rel))
    }

    pub fn emit(&mut self, (start, end): (usize, usize), piece: Piece) {
        self.edits.push(Edit { start, end, piece, rel: None });
    }

    pub fn problem(
        &mut self,
        (start, end): (usize, usize),
        what: impl Into<String>,
        why: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.problems.push(Problem { start, end, what: what.into(), why: why.into(), help: help.into() });
    }

    /// The text with every edit made, as pieces.
    pub fn pieces(&mut self) -> Vec<Piece> {
        let mut edits = std::mem::take(&mut self.edits);
        edits.sort_by_key(|e| e.start);
        let mut pieces = vec![];
        let mut at = 0;
        let push_text = |pieces: &mut Vec<Piece>, text: &str| match pieces.last_mut() {
            _ if text.is_empty() => {}
            Some(Piece::Text { text: last }) => last.push_str(text),
            _ => pieces.push(Piece::Text { text: text.into() }),
        };
        for edit in edits {
            push_text(&mut pieces, self.src.get(at..edit.start).unwrap_or(""));
            at = edit.end.max(at);
            match (edit.piece, edit.rel) {
                (Piece::Text { text }, _) => push_text(&mut pieces, &text),
                (Piece::Relation { entity, write, .. }, Some(rel)) => {
                    let rel = &self.rels[rel];
                    pieces.push(Piece::Relation {
                        entity,
                        add_alias: rel.qualifier.clone().filter(|_| !rel.aliased),
                        write,
                    });
                }
                (piece, _) => pieces.push(piece),
            }
        }
        push_text(&mut pieces, self.src.get(at..).unwrap_or(""));
        pieces
    }
}
