//! Queries: select lists, set operations, common table expressions, order and limit.
use super::expr::Ctx;
use super::from::relations_in;
use super::from::renamed;
use super::level::{Columns, Ident, Level, Pending, Rel, Resolver, Want};
use super::{range, slice};
use squawk_syntax::{SyntaxKind as K, SyntaxNode};

/// True for everything that yields rows.
pub(super) fn is_query(node: &SyntaxNode) -> bool {
    matches!(
        node.kind(),
        K::SELECT
            | K::SELECT_INTO
            | K::COMPOUND_SELECT
            | K::PAREN_SELECT
            | K::VALUES
            | K::TABLE
            | K::INSERT
            | K::UPDATE
            | K::DELETE
            | K::MERGE
    )
}

/// The order and limit of the whole statement.
pub(super) struct Outermost {
    pub ordered: bool,
    pub limit: Option<u64>,
}

impl<'a> Resolver<'a> {
    pub fn top(&self) -> &Level<'a> {
        &self.levels[self.levels.len() - 1]
    }

    pub fn push_level(&mut self, relations: usize) {
        let about_one_row = self.levels.first().is_some_and(|l| l.own);
        let semi = std::mem::take(&mut self.semi);
        self.levels.push(Level { qualify: relations > 1 || about_one_row, semi, ..Level::default() });
    }

    pub fn outermost(&self, node: &SyntaxNode) -> Outermost {
        let mut node = node.clone();
        loop {
            let child = |kind: K| node.children().find(|c| c.kind() == kind);
            let limit = child(K::LIMIT_CLAUSE).or_else(|| child(K::FETCH_CLAUSE));
            let ordered = child(K::ORDER_BY_CLAUSE).is_some();
            let inner = node.children().find(is_query);
            match inner {
                Some(inner) if node.kind() == K::PAREN_SELECT && !ordered && limit.is_none() => {
                    node = inner;
                }
                _ => {
                    let number = limit
                        .and_then(|l| l.children().find(|c| c.kind() == K::LITERAL))
                        .and_then(|l| slice(self.src, &l).parse().ok());
                    return Outermost { ordered, limit: number };
                }
            }
        }
    }

    /// Any query. `wants` are what its columns are compared with or given to.
    pub fn query(&mut self, node: &SyntaxNode, wants: &[Option<Want<'a>>]) -> Columns<'a> {
        match node.kind() {
            K::SELECT => self.select(node, wants),
            K::COMPOUND_SELECT => self.set_operation(node, wants),
            K::PAREN_SELECT => {
                let parts = node.children().count();
                match node.first_child().filter(|c| parts == 1 && is_query(c)) {
                    Some(inner) => self.query(&inner, wants),
                    None => self.set_operation(node, wants),
                }
            }
            K::VALUES => self.values(node, wants),
            K::INSERT => self.insert(node),
            K::UPDATE => self.update(node),
            K::DELETE => self.delete(node),
            _ => {
                self.problem(
                    range(node),
                    "this form of query is not taken",
                    "it creates a table, merges, or names no columns",
                    "write a select",
                );
                Columns::Unknown
            }
        }
    }

    pub fn subquery(&mut self, node: &SyntaxNode, wants: &[Option<Want<'a>>]) {
        self.query(node, wants);
    }

    fn select(&mut self, node: &SyntaxNode, wants: &[Option<Want<'a>>]) -> Columns<'a> {
        let child = |kind: K| node.children().find(|c| c.kind() == kind);
        let from = child(K::FROM_CLAUSE);
        self.push_level(from.as_ref().map_or(0, relations_in));
        let level = self.levels.len() - 1;
        if let Some(with) = child(K::WITH_CLAUSE) {
            self.with_clause(&with, level);
        }
        if let Some(from) = &from {
            self.relations(from);
        }
        if let Some(condition) = child(K::WHERE_CLAUSE).and_then(|w| w.first_child()) {
            self.condition(&condition, &[]);
        }
        let select_clause = child(K::SELECT_CLAUSE);
        let part = |kind: K| select_clause.iter().flat_map(|c| c.children()).find(|c| c.kind() == kind);
        let distinct = part(K::DISTINCT_CLAUSE);
        if let Some(on) = distinct.as_ref().and_then(|d| d.first_child()) {
            self.each_child(&on, Ctx::list());
        }
        let (columns, targets) = match part(K::TARGET_LIST) {
            Some(list) => self.targets(&list, wants),
            None => (Columns::Known(vec![]), vec![]),
        };
        let grouped = child(K::GROUP_BY_CLAUSE);
        if let Some(group) = &grouped {
            self.group_by(group, &targets);
        }
        for kind in [K::HAVING_CLAUSE, K::WINDOW_CLAUSE] {
            if let Some(clause) = child(kind) {
                self.each_child(&clause, Ctx::default());
            }
        }
        let folded = grouped.is_some() || distinct.is_some() || child(K::HAVING_CLAUSE).is_some();
        self.tail(node, &targets, !folded && !aggregates(node, self.src));
        self.levels.pop();
        columns
    }

    /// UNION and its siblings, and parentheses with an order or a limit of their own.
    fn set_operation(&mut self, node: &SyntaxNode, wants: &[Option<Want<'a>>]) -> Columns<'a> {
        self.push_level(0);
        let level = self.levels.len() - 1;
        if let Some(with) = leading_with(node) {
            self.with_clause(&with, level);
        }
        let pending = self.recursive.take();
        let mut first = None;
        for operand in node.children().filter(is_query) {
            let columns = self.query(&operand, wants);
            if first.is_none() {
                if let Some(p) = &pending {
                    let known = renamed(columns.clone(), p.columns.clone());
                    self.levels[p.level].ctes.push((p.name.clone(), known));
                }
                first = Some(columns);
            }
        }
        let columns = first.unwrap_or(Columns::Unknown);
        // The order of the whole names its output columns.
        let rel = Rel {
            name: String::new(),
            entity: None,
            columns: columns.clone(),
            aliased: true,
            qualifier: None,
            scan: None,
        };
        self.enter((0, 0), rel);
        self.tail(node, &[], false);
        self.levels.pop();
        columns
    }

    fn values(&mut self, node: &SyntaxNode, wants: &[Option<Want<'a>>]) -> Columns<'a> {
        self.push_level(0);
        let level = self.levels.len() - 1;
        if let Some(with) = node.children().find(|c| c.kind() == K::WITH_CLAUSE) {
            self.with_clause(&with, level);
        }
        for row in node.descendants().filter(|n| n.kind() == K::ROW) {
            for (i, value) in row.children().enumerate() {
                let want = wants.get(i).copied().flatten();
                self.expr(&value, Ctx { list: false, want });
            }
        }
        self.tail(node, &[], false);
        self.levels.pop();
        Columns::Unknown
    }

    /// Resolves the tables of a WITH clause into a level. A clause met again is known already.
    pub fn with_clause(&mut self, with: &SyntaxNode, level: usize) {
        if !self.withs.insert(range(with).0) {
            return;
        }
        let recursive = with.children_with_tokens().any(|t| t.kind() == K::RECURSIVE_KW);
        for table in with.children().filter(|c| c.kind() == K::WITH_TABLE) {
            let child = |kind: K| table.children().find(|c| c.kind() == kind);
            let name = child(K::CTE_NAME).map_or(String::new(), |n| Ident::new(slice(self.src, &n)).text);
            let names: Vec<String> = child(K::COLUMN_LIST)
                .iter()
                .flat_map(|l| l.descendants())
                .filter(|n| n.kind() == K::COLUMN_NAME)
                .map(|n| Ident::new(slice(self.src, &n)).text)
                .collect();
            let Some(query) = table.children().find(is_query) else {
                continue;
            };
            self.recursive = (recursive && query.kind() == K::COMPOUND_SELECT).then(|| Pending {
                level,
                name: name.clone(),
                columns: names.clone(),
            });
            let columns = self.query(&query, &[]);
            self.recursive = None;
            self.levels[level].ctes.push((name, renamed(columns, names)));
        }
    }
}

/// The WITH clause that the parser hangs on the first operand but that belongs to the whole.
fn leading_with(node: &SyntaxNode) -> Option<SyntaxNode> {
    let mut node = node.clone();
    loop {
        if let Some(with) = node.children().find(|c| c.kind() == K::WITH_CLAUSE) {
            return Some(with);
        }
        match node.first_child() {
            Some(first) if matches!(node.kind(), K::COMPOUND_SELECT) => node = first,
            _ => return None,
        }
    }
}

/// True when the select list aggregates: the one row it yields is none of the relations'.
fn aggregates(select: &SyntaxNode, src: &str) -> bool {
    const AGGREGATES: &[&str] = &[
        "array_agg",
        "avg",
        "bool_and",
        "bool_or",
        "count",
        "every",
        "json_agg",
        "json_object_agg",
        "jsonb_agg",
        "jsonb_object_agg",
        "max",
        "min",
        "percentile_cont",
        "percentile_disc",
        "string_agg",
        "sum",
    ];
    let list = select.children().filter(|c| c.kind() == K::SELECT_CLAUSE).flat_map(|c| c.descendants());
    list.filter(|n| n.kind() == K::CALL_EXPR)
        .filter(|n| !n.children().any(|c| c.kind() == K::OVER_CLAUSE))
        .filter_map(|n| n.first_child())
        .any(|callee| {
            let name = slice(src, &callee).to_ascii_lowercase();
            AGGREGATES.contains(&name.as_str())
        })
}
