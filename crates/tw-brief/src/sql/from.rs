//! Relations: what stands in FROM, JOIN and USING, and what is written.
use super::level::{Columns, Ident, Output, Rel, Resolver};
use super::names::suggest;
use super::{expr::Ctx, query, range, slice};
use squawk_syntax::{SyntaxKind as K, SyntaxNode};
use tw_model::sql::{Piece, Scan};

/// What an occurrence of an entity is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Rows are read.
    Read,
    /// Rows are found and written: update, delete.
    Change,
    /// Rows are added: nothing is scanned.
    Add,
}

/// Relations that an item list will bring, nested queries not counted.
pub(super) fn relations_in(node: &SyntaxNode) -> usize {
    node.children()
        .map(|child| match child.kind() {
            K::RELATION_FROM_ITEM
            | K::FUNCTION_FROM_ITEM
            | K::ROWS_FROM_ITEM
            | K::EXPR_FROM_ITEM
            | K::JSON_TABLE_FROM_ITEM
            | K::XML_TABLE_FROM_ITEM
            | K::GRAPH_TABLE_FROM_ITEM => 1,
            K::PAREN_FROM_ITEM if child.children().any(|c| query::is_query(&c)) => 1,
            K::ON_CLAUSE => 0,
            _ if query::is_query(&child) => 1,
            _ => relations_in(&child),
        })
        .sum()
}

impl<'a> Resolver<'a> {
    /// The items of a FROM or USING clause, left to right.
    pub fn relations(&mut self, clause: &SyntaxNode) {
        for item in clause.children() {
            self.item(&item);
        }
    }

    fn item(&mut self, node: &SyntaxNode) {
        match node.kind() {
            K::RELATION_FROM_ITEM => {
                let alias = node
                    .children()
                    .filter(|c| c.kind() == K::FROM_ALIAS)
                    .flat_map(|c| c.children())
                    .find(|c| c.kind() == K::TABLE_ALIAS);
                self.relation(node, alias, Use::Read);
            }
            K::JOIN_EXPR => self.join(node),
            K::PAREN_FROM_ITEM | K::PAREN_EXPR => {
                let inner = node.children().find(|c| c.kind() != K::FROM_ALIAS && c.kind() != K::TABLE_ALIAS);
                match inner {
                    Some(inner) if query::is_query(&inner) => self.derived_table(node, &inner),
                    Some(inner) => self.item(&inner),
                    None => {}
                }
            }
            _ => self.function(node),
        }
    }

    fn join(&mut self, node: &SyntaxNode) {
        let before = self.top().rels.len();
        let mut middle = before;
        for child in node.children() {
            if child.kind() != K::JOIN {
                self.item(&child);
                middle = self.top().rels.len();
                continue;
            }
            let natural = child.first_token().is_some_and(|t| t.kind() == K::NATURAL_KW);
            let mut kept = (0, 0);
            for part in child.children() {
                match part.kind() {
                    K::JOIN_LEFT => kept = (1, 0),
                    K::JOIN_RIGHT => kept = (0, 1),
                    K::JOIN_FULL => kept = (1, 1),
                    K::JOIN_INNER | K::JOIN_CROSS => {}
                    K::ON_CLAUSE => {
                        let rels = &self.top().rels;
                        let (left, right) = (&rels[before..middle], &rels[middle..]);
                        let mut preserved = vec![];
                        if kept.0 == 1 {
                            preserved.extend_from_slice(left);
                        }
                        if kept.1 == 1 {
                            preserved.extend_from_slice(right);
                        }
                        if let Some(condition) = part.first_child() {
                            self.condition(&condition, &preserved);
                        }
                    }
                    K::JOIN_USING_CLAUSE => self.named_join(range(&part), "using"),
                    _ => self.item(&part),
                }
            }
            if natural {
                self.named_join(range(&child), "natural join");
            }
        }
    }

    fn named_join(&mut self, at: (usize, usize), form: &str) {
        self.problem(
            at,
            format!("`{form}` joins by column names"),
            "columns are named by the design, and equal names there need not mean equal things",
            "write on a.x = b.key",
        );
    }

    /// An entity or a common table expression, with its alias.
    pub fn relation(&mut self, node: &SyntaxNode, alias_node: Option<SyntaxNode>, how: Use) -> Option<usize> {
        let path = node.descendants().find(|n| n.kind() == K::PATH_REF)?;
        let at = range(&path);
        let written = slice(self.src, &path);
        let alias = alias_node.as_ref().map(|n| slice(self.src, n).to_string());
        let named_columns = self.column_list(node);
        let ident = Ident::new(written);
        if let Some(columns) = self.find_cte(&ident).filter(|_| how == Use::Read) {
            let called = alias.unwrap_or_else(|| written.to_string());
            return Some(self.enter_derived(at, called, columns, named_columns));
        }
        let Some((entity, of)) = self.scope.entities.get_key_value(ident.text.as_str()) else {
            self.unknown_relation(at, written);
            let called = alias.unwrap_or_else(|| written.to_string());
            self.enter_derived(at, called, Columns::Unknown, vec![]);
            return None;
        };
        if !named_columns.is_empty() {
            self.problem(
                range(node),
                format!("{entity} is given names for its columns"),
                "how many columns it has is for the design to say",
                "use the names of its attributes",
            );
        }
        self.children_marked(node);
        let name = alias.clone().unwrap_or_else(|| entity.clone());
        let scan = (how != Use::Add).then(|| self.new_scan(at.0, entity, &name));
        let rel = self.enter(
            alias_node.as_ref().map_or(at, range),
            Rel {
                name: alias.as_deref().map_or(entity.clone(), |a| Ident::new(a).text),
                entity: Some((entity, of)),
                columns: Columns::Unknown,
                aliased: alias.is_some(),
                qualifier: alias,
                scan,
            },
        );
        self.emit(at, Piece::Relation { entity: entity.clone(), add_alias: None, write: how != Use::Read });
        if let Some(edit) = self.edits.last_mut() {
            edit.rel = Some(rel);
        }
        if self.levels.first().is_some_and(|l| l.own) {
            // The table's own name is left to the row that the expression is about.
            self.qualifier(rel);
        }
        Some(rel)
    }

    /// `only Order` and `Order *`: with or without the tables that inherit.
    fn children_marked(&mut self, node: &SyntaxNode) {
        let mark = node
            .children_with_tokens()
            .filter_map(|c| c.into_token())
            .find(|t| matches!(t.kind(), K::STAR | K::ONLY_KW));
        if let Some(mark) = mark {
            let at = mark.text_range();
            self.problem(
                (at.start().into(), at.end().into()),
                format!("`{}` is about tables that inherit", mark.text()),
                "an entity is read whole; how many tables hold it is for the design to say",
                "leave it out",
            );
        }
    }

    fn new_scan(&mut self, at: usize, entity: &str, name: &str) -> usize {
        let base = name.trim_matches('"').to_string();
        let mut alias = base.clone();
        let mut n = 1;
        while self.scans.iter().any(|(_, s)| s.alias == alias) {
            n += 1;
            alias = format!("{base}#{n}");
        }
        let scan = Scan {
            entity: entity.to_string(),
            alias,
            predicates: vec![],
            order: vec![],
            group: vec![],
            limited: false,
            reads: vec![],
        };
        self.scans.push((at, scan));
        self.scans.len() - 1
    }

    fn unknown_relation(&mut self, at: (usize, usize), written: &str) {
        if written.contains('.') {
            return self.problem(
                at,
                format!("`{written}` is a table of some schema"),
                "statements name entities; where they live is for the design to say",
                "name the entity",
            );
        }
        let mut names: Vec<&str> = self.scope.entities.keys().map(String::as_str).collect();
        let ctes = self.levels.iter().flat_map(|l| l.ctes.iter().map(|(n, _)| n.as_str()));
        names.extend(ctes);
        let help = match suggest(written, names.into_iter()) {
            s if s.is_empty() => "describe it under Concepts, or correct its name".into(),
            s => s,
        };
        self.problem(
            at,
            format!("unknown entity `{written}`"),
            "it is neither an entity of this brief nor named by `with`",
            help,
        );
    }

    fn derived_table(&mut self, node: &SyntaxNode, inner: &SyntaxNode) {
        let lateral = node.first_token().is_some_and(|t| t.kind() == K::LATERAL_KW);
        let top = self.levels.len() - 1;
        let was = std::mem::replace(&mut self.levels[top].hidden, !lateral);
        let columns = self.query(inner, &[]);
        self.levels[top].hidden = was;
        let (at, called) = self.alias_of(node);
        let names = self.column_list(node);
        self.enter_derived(at, called, columns, names);
    }

    /// A function, VALUES or the like: its arguments see what stands to its left.
    fn function(&mut self, node: &SyntaxNode) {
        let mut called_like = String::new();
        for child in node.children() {
            match child.kind() {
                K::FROM_ALIAS | K::WITH_ORDINALITY => {}
                _ => {
                    if let Some(name) = child.first_child().filter(|n| n.kind() == K::NAME_REF) {
                        called_like = slice(self.src, &name).to_string();
                        if called_like.eq_ignore_ascii_case("search") {
                            self.problem(
                                range(&child),
                                "`search` is no relation",
                                "it says whether a row matches the words sought",
                                "write it in where",
                            );
                        }
                    }
                    self.expr(&child, Ctx::default());
                }
            }
        }
        let (at, alias) = self.alias_of(node);
        let called = if alias.is_empty() { called_like } else { alias };
        let names = self.column_list(node);
        self.enter_derived(at, called, Columns::Unknown, names);
    }

    fn alias_of(&self, node: &SyntaxNode) -> ((usize, usize), String) {
        let alias = node
            .children()
            .filter(|c| c.kind() == K::FROM_ALIAS)
            .flat_map(|c| c.children())
            .find(|c| c.kind() == K::TABLE_ALIAS);
        match alias {
            Some(alias) => (range(&alias), slice(self.src, &alias).to_string()),
            None => (range(node), String::new()),
        }
    }

    fn column_list(&self, node: &SyntaxNode) -> Vec<String> {
        node.children()
            .filter(|c| c.kind() == K::FROM_ALIAS)
            .flat_map(|c| c.descendants())
            .filter(|c| c.kind() == K::COLUMN_NAME)
            .map(|c| Ident::new(slice(self.src, &c)).text)
            .collect()
    }

    fn enter_derived(&mut self, at: (usize, usize), called: String, columns: Columns<'a>, names: Vec<String>) -> usize {
        let rel = Rel {
            name: Ident::new(&called).text,
            entity: None,
            columns: renamed(columns, names),
            aliased: true,
            qualifier: Some(called),
            scan: None,
        };
        self.enter(at, rel)
    }

    /// Brings a relation into the innermost level.
    pub fn enter(&mut self, at: (usize, usize), rel: Rel<'a>) -> usize {
        let twice = self.top().rels.iter().any(|&r| {
            let known = &self.rels[r];
            !rel.name.is_empty()
                && if known.aliased && rel.aliased {
                    known.name.eq_ignore_ascii_case(&rel.name)
                } else {
                    known.name == rel.name
                }
        });
        if twice {
            let name = &rel.name;
            self.problem(
                at,
                format!("`{name}` stands twice in one `from`"),
                "a name must say which of the two is meant",
                format!("give one of them an alias: {name} x"),
            );
        }
        let index = self.rels.len();
        self.rels.push(rel);
        let top = self.levels.len() - 1;
        self.levels[top].rels.push(index);
        index
    }
}

/// Columns under the names that an alias gives them.
pub(super) fn renamed(columns: Columns<'_>, names: Vec<String>) -> Columns<'_> {
    if names.is_empty() {
        return columns;
    }
    let known = match columns {
        Columns::Known(known) => known,
        Columns::Unknown => vec![],
    };
    let renamed = names.into_iter().enumerate().map(|(i, name)| Output {
        name,
        source: None,
        values: known.get(i).and_then(|k| k.values),
    });
    Columns::Known(renamed.collect())
}
