//! Insert, update, delete.
use super::expr::Ctx;
use super::from::{Use, relations_in};
use super::level::{Columns, Found, Ident, Level, Rel, Resolver, Want};
use super::{query, range, slice};
use squawk_syntax::{SyntaxKind as K, SyntaxNode};
use tw_model::sql::{StatementKind, Write};

impl<'a> Resolver<'a> {
    pub fn insert(&mut self, node: &SyntaxNode) -> Columns<'a> {
        let child = |kind: K| node.children().find(|c| c.kind() == kind);
        self.push_level(1);
        let level = self.levels.len() - 1;
        if let Some(with) = child(K::WITH_CLAUSE) {
            self.with_clause(&with, level);
        }
        let target = self.relation_part(node, K::RELATION_NAME_REF, K::REQUIRED_AS_ALIAS, Use::Add);
        let Some((rel, (entity, _))) = target.and_then(|r| Some((r, self.rels[r].entity?))) else {
            self.levels.pop();
            return Columns::Unknown;
        };
        let list = child(K::COLUMN_TARGET_LIST);
        let columns: Vec<Option<&'a str>> = list
            .iter()
            .flat_map(|l| l.children())
            .filter(|c| c.kind() == K::COLUMN_TARGET)
            .map(|c| self.target(&c, rel, true))
            .collect();
        let source = node.children().find(query::is_query);
        if list.is_none() && source.is_some() {
            self.problem(
                range(node),
                format!("the insert into {entity} does not name what it gives"),
                "the order of columns is for the design to say",
                format!("write insert into {entity} (attribute, ...) ..."),
            );
        }
        self.writes(entity, columns.iter().flatten().copied(), StatementKind::Insert, range(node));
        // What is given cannot see the row that it makes.
        self.levels[level].hidden = true;
        match source {
            Some(rows) if rows.kind() == K::VALUES => self.insert_values(&rows, entity, &columns, list.is_some()),
            Some(source) => {
                let wants: Vec<Option<Want<'a>>> = columns
                    .iter()
                    .map(|c| {
                        let attribute = c.and_then(|c| self.scope.entities.get(entity)?.attribute(c))?;
                        (!attribute.values.is_empty()).then_some(Want { entity, attribute })
                    })
                    .collect();
                self.query(&source, &wants);
                self.selected_fit(&source, entity, &columns);
            }
            None => {}
        }
        self.levels[level].hidden = false;
        if let Some(conflict) = child(K::ON_CONFLICT_CLAUSE) {
            self.on_conflict(&conflict, rel);
        }
        let columns = self.returning(node);
        self.levels.pop();
        columns
    }

    fn insert_values(&mut self, values: &SyntaxNode, entity: &'a str, columns: &[Option<&'a str>], named: bool) {
        for row in values.descendants().filter(|n| n.kind() == K::ROW) {
            let given: Vec<SyntaxNode> = row.children().collect();
            if named && given.len() != columns.len() {
                self.problem(
                    range(&row),
                    format!("{} for {}", counted(given.len(), "value"), counted(columns.len(), "attribute")),
                    "each attribute of the list is given one value",
                    "give as many values as the list names",
                );
            }
            for (i, value) in given.iter().enumerate() {
                match columns.get(i).copied().flatten() {
                    Some(column) => self.given(value, entity, column, true),
                    None => self.expr(value, Ctx::list()),
                }
            }
        }
    }

    fn on_conflict(&mut self, clause: &SyntaxNode, target: usize) {
        for part in clause.children() {
            match part.kind() {
                K::CONFLICT_ON_CONSTRAINT => self.problem(
                    range(&part),
                    "a constraint is named",
                    "constraints are named by the design",
                    "write on conflict (attribute, ...)",
                ),
                K::CONFLICT_ON_INDEX => {
                    for piece in part.descendants() {
                        match piece.kind() {
                            K::CONFLICT_INDEX_ITEM => self.each_child(&piece, Ctx::list()),
                            K::WHERE_CLAUSE => self.each_child(&piece, Ctx::default()),
                            _ => {}
                        }
                    }
                }
                _ => self.conflict_action(&part, target),
            }
        }
    }

    fn conflict_action(&mut self, action: &SyntaxNode, target: usize) {
        let Some((entity, of)) = self.rels[target].entity else {
            return;
        };
        let excluded = Rel {
            name: "excluded".into(),
            entity: Some((entity, of)),
            columns: Columns::Unknown,
            aliased: true,
            qualifier: Some("excluded".into()),
            scan: None,
        };
        self.rels.push(excluded);
        let top = self.levels.len() - 1;
        let was = std::mem::replace(
            &mut self.levels[top],
            Level { rels: vec![target, self.rels.len() - 1], qualify: true, ..Level::default() },
        );
        self.levels[top].ctes = was.ctes.clone();
        for part in action.children() {
            match part.kind() {
                K::SET_CLAUSE => self.set(&part, target),
                _ => self.each_child(&part, Ctx::default()),
            }
        }
        self.levels[top] = was;
    }

    pub fn update(&mut self, node: &SyntaxNode) -> Columns<'a> {
        let child = |kind: K| node.children().find(|c| c.kind() == kind);
        let from = child(K::FROM_CLAUSE);
        self.push_level(1 + from.as_ref().map_or(0, relations_in));
        let level = self.levels.len() - 1;
        if let Some(with) = child(K::WITH_CLAUSE) {
            self.with_clause(&with, level);
        }
        let target = self.relation_part(node, K::RELATION_NAME, K::OPTIONAL_AS_ALIAS, Use::Change);
        if let Some(from) = &from {
            self.relations(from);
        }
        if let (Some(rel), Some(set)) = (target, child(K::SET_CLAUSE)) {
            self.set(&set, rel);
            if let Some((entity, _)) = self.rels[rel].entity {
                let written = std::mem::take(&mut self.set_names);
                self.writes(entity, written.into_iter(), StatementKind::Update, range(node));
            }
        }
        if let Some(condition) = child(K::WHERE_CLAUSE).and_then(|w| w.first_child()) {
            self.condition(&condition, &[]);
        }
        let columns = self.returning(node);
        self.levels.pop();
        columns
    }

    pub fn delete(&mut self, node: &SyntaxNode) -> Columns<'a> {
        let child = |kind: K| node.children().find(|c| c.kind() == kind);
        let using = child(K::USING_CLAUSE);
        self.push_level(1 + using.as_ref().map_or(0, relations_in));
        let level = self.levels.len() - 1;
        if let Some(with) = child(K::WITH_CLAUSE) {
            self.with_clause(&with, level);
        }
        let target = self.relation_part(node, K::RELATION_NAME, K::OPTIONAL_AS_ALIAS, Use::Change);
        if let Some((entity, _)) = target.and_then(|rel| self.rels[rel].entity) {
            self.writes(entity, std::iter::empty(), StatementKind::Delete, range(node));
        }
        if let Some(using) = &using {
            self.relations(using);
        }
        if let Some(condition) = child(K::WHERE_CLAUSE).and_then(|w| w.first_child()) {
            self.condition(&condition, &[]);
        }
        let columns = self.returning(node);
        self.levels.pop();
        columns
    }

    fn set(&mut self, clause: &SyntaxNode, rel: usize) {
        let Some((entity, _)) = self.rels[rel].entity else {
            return;
        };
        for column in clause.children().flat_map(|list| list.children()) {
            match column.kind() {
                K::SET_SINGLE_COLUMN => {
                    let mut name = None;
                    for part in column.children() {
                        match (part.kind(), name) {
                            (K::COLUMN_TARGET, _) => name = self.target(&part, rel, false),
                            (_, Some(name)) => {
                                self.one_row(&part, entity, name);
                                self.given(&part, entity, name, false);
                            }
                            (_, None) => self.expr(&part, Ctx::default()),
                        }
                    }
                    self.set_names.extend(name);
                }
                K::SET_MULTIPLE_COLUMNS => self.set_several(&column, rel, entity),
                _ => self.expr(&column, Ctx::default()),
            }
        }
    }

    /// An end of several columns can be set to a row, not to whatever has a value.
    fn one_row(&mut self, given: &SyntaxNode, entity: &str, name: &str) {
        let width = self.width(entity, name);
        let Some(value) = given.first_child().filter(|_| width > 1) else {
            return;
        };
        let row = match value.kind() {
            K::LITERAL => {
                let text = slice(self.src, &value).to_ascii_lowercase();
                text.starts_with(':') || text == "null" || text == "default"
            }
            K::NAME_REF => match self.find(&Ident::new(slice(self.src, &value))) {
                Found::Attribute { rel, name, .. } => self.is_as_wide(rel, name, width),
                Found::Row { rel, .. } => self.is_as_wide(rel, "key", width),
                Found::Missing => !slice(self.src, &value).eq_ignore_ascii_case("now"),
                _ => true,
            },
            K::FIELD_EXPR => {
                let parts: Vec<Ident> = value.children().map(|c| Ident::new(slice(self.src, &c))).collect();
                match (parts.as_slice(), value.first_child().map(|c| c.kind())) {
                    ([owner, field], Some(K::NAME_REF)) => {
                        self.find_rel(owner).is_none_or(|(rel, _)| self.is_as_wide(rel, &field.text, width))
                    }
                    _ => false,
                }
            }
            K::PAREN_EXPR => value.first_child().is_some_and(|c| query::is_query(&c)),
            _ => false,
        };
        if !row {
            self.problem(
                range(&value),
                format!("`{name}` is not one column"),
                "a key of several columns is given whole",
                "give it a parameter, an end, a key, null, or (select key from ...)",
            );
        }
    }

    /// Columns of an attribute, of an end or of `key`, as far as the brief says.
    pub fn width(&self, entity: &str, name: &str) -> usize {
        let of = self.scope.entities.get(entity);
        match of.and_then(|e| e.attribute(name)).map(|a| &a.target) {
            Some(Some(target)) => self.key_width(target, 0),
            Some(None) => 1,
            None => self.key_width(entity, 0),
        }
    }

    /// True unless the name is known to be of another number of columns.
    fn is_as_wide(&self, rel: usize, name: &str, width: usize) -> bool {
        self.rels[rel].entity.is_none_or(|(entity, _)| self.width(entity, name) == width)
    }

    /// Columns of an entity's key, as far as the brief says.
    pub fn key_width(&self, entity: &str, depth: usize) -> usize {
        let Some(of) = self.scope.entities.get(entity).filter(|e| !e.key.is_empty()) else {
            return 1;
        };
        // A key that leads back to itself is refused elsewhere; here it only must end.
        let part = |name: &String| match of.attribute(name).and_then(|a| a.target.as_ref()) {
            Some(target) if depth < 8 => self.key_width(target, depth + 1),
            _ => 1,
        };
        of.key.iter().map(part).sum()
    }

    fn set_several(&mut self, column: &SyntaxNode, rel: usize, entity: &'a str) {
        let mut names: Vec<Option<&'a str>> = vec![];
        for part in column.children() {
            match part.kind() {
                K::COLUMN_TARGET_LIST => {
                    let targets = part.children().filter(|c| c.kind() == K::COLUMN_TARGET);
                    names = targets.map(|c| self.target(&c, rel, true)).collect();
                }
                K::SET_EXPR_LIST => {
                    for (i, value) in part.children().enumerate() {
                        match names.get(i).copied().flatten() {
                            Some(name) => self.given(&value, entity, name, true),
                            None => self.expr(&value, Ctx::list()),
                        }
                    }
                }
                _ => self.expr(&part, Ctx::list()),
            }
        }
        self.set_names.extend(names.into_iter().flatten());
    }

    fn returning(&mut self, node: &SyntaxNode) -> Columns<'a> {
        let list = node
            .children()
            .filter(|c| c.kind() == K::RETURNING_CLAUSE)
            .flat_map(|c| c.children())
            .find(|c| c.kind() == K::TARGET_LIST);
        match list {
            Some(list) => self.targets(&list, &[]).0,
            None => Columns::Known(vec![]),
        }
    }

    /// The written relation: its name and its alias are siblings among the statement's parts.
    fn relation_part(&mut self, node: &SyntaxNode, name: K, alias: K, how: Use) -> Option<usize> {
        let name = node.children().find(|c| c.kind() == name)?;
        let alias =
            node.children().find(|c| c.kind() == alias).and_then(|a| a.children().find(|c| c.kind() == K::TABLE_ALIAS));
        self.relation(&name, alias, how)
    }

    fn writes(&mut self, entity: &str, names: impl Iterator<Item = &'a str>, kind: StatementKind, at: (usize, usize)) {
        if self.writes.is_some() {
            return self.problem(
                at,
                "the statement writes twice",
                "each write has its own reason, rights and expectation",
                "make it two statements: several `>` are one transaction",
            );
        }
        let mut attributes: Vec<String> = vec![];
        for name in names {
            if !attributes.iter().any(|a| a == name) {
                attributes.push(name.to_string());
            }
        }
        self.written_by = Some(kind);
        self.writes = Some(Write { entity: entity.to_string(), attributes });
    }
}

fn counted(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}
