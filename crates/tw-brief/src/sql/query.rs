//! Queries: select lists, set operations, common table expressions, order and limit.
use super::expr::Ctx;
use super::from::relations_in;
use super::from::renamed;
use super::level::{Columns, Found, Ident, Level, Output, Pending, Rel, Resolver, Want};
use super::names::suggest;
use super::{range, slice};
use squawk_syntax::{SyntaxKind as K, SyntaxNode};
use tw_model::sql::{Piece, Sort};

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

/// An item of a select list.
pub(super) struct Target {
    /// Output name, if it has one.
    name: Option<Ident>,
    /// The name was given with AS.
    given: bool,
    /// Place of the expression; a star has none.
    expr: Option<(usize, usize)>,
}

impl<'a> Resolver<'a> {
    pub fn top(&self) -> &Level<'a> {
        &self.levels[self.levels.len() - 1]
    }

    pub fn push_level(&mut self, relations: usize) {
        let about_one_row = self.levels.first().is_some_and(|l| l.own);
        let semi = std::mem::take(&mut self.semi);
        self.levels.push(Level {
            qualify: relations > 1 || about_one_row,
            semi,
            ..Level::default()
        });
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
                    return Outermost {
                        ordered,
                        limit: number,
                    };
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
            self.from_clause(from);
        }
        if let Some(condition) = child(K::WHERE_CLAUSE).and_then(|w| w.first_child()) {
            self.condition(&condition, &[]);
        }
        let select_clause = child(K::SELECT_CLAUSE);
        let part = |kind: K| {
            select_clause
                .iter()
                .flat_map(|c| c.children())
                .find(|c| c.kind() == kind)
        };
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

    /// ORDER BY, LIMIT and locks. `per_row`: a row of the result is a row of the relations.
    fn tail(&mut self, node: &SyntaxNode, targets: &[Target], per_row: bool) {
        let mut order = None;
        let mut limited = false;
        for clause in node.children() {
            match clause.kind() {
                K::ORDER_BY_CLAUSE => order = Some(self.order_by(&clause, targets)),
                K::LIMIT_CLAUSE | K::FETCH_CLAUSE => {
                    limited |= !clause.children().any(|c| c.kind() == K::ALL);
                    self.each_child(&clause, Ctx::default());
                }
                K::OFFSET_CLAUSE => self.each_child(&clause, Ctx::default()),
                K::LOCKING_CLAUSE => self.locking(&clause),
                _ => {}
            }
        }
        match order {
            Some(Some((scan, sorts))) => {
                self.scans[scan].1.order = sorts;
                self.scans[scan].1.limited = limited && per_row;
            }
            Some(None) => {}
            None => {
                let only = match self.top().rels.as_slice() {
                    [only] => self.rels[*only].scan,
                    _ => None,
                };
                if let Some(scan) = only {
                    self.scans[scan].1.limited |= limited && per_row;
                }
            }
        }
    }

    /// The sort keys, when all are columns of one scan with NULLs in their usual place.
    fn order_by(&mut self, clause: &SyntaxNode, targets: &[Target]) -> Option<(usize, Vec<Sort>)> {
        let mut sorts: Option<(usize, Vec<Sort>)> = None;
        let mut plain = true;
        let items = clause.descendants().filter(|n| n.kind() == K::SORT_BY);
        let items: Vec<SyntaxNode> = items
            .filter(|n| n.parent().and_then(|p| p.parent()).as_ref() == Some(clause))
            .collect();
        for item in items {
            let Some(expr) = item.first_child() else {
                continue;
            };
            let has = |kind: K| item.children().any(|c| c.kind() == kind);
            let desc = has(K::SORT_DESC);
            let usual = !has(K::SORT_USING)
                && !(has(K::NULLS_FIRST) && !desc)
                && !(has(K::NULLS_LAST) && desc);
            let place = self.sort_expr(&expr, targets);
            let found = place.and_then(|(start, end)| {
                let found = self.refs.get(&start).filter(|r| r.end == end)?;
                Some((self.rels[found.rel].scan?, found.name.clone()))
            });
            match (found, &mut sorts) {
                (Some((scan, attribute)), Some((known, list))) if *known == scan && usual => {
                    list.push(Sort { attribute, desc });
                }
                (Some((scan, attribute)), None) if usual => {
                    sorts = Some((scan, vec![Sort { attribute, desc }]));
                }
                _ => plain = false,
            }
        }
        sorts.filter(|_| plain)
    }

    /// Resolves a sort expression and says where the column stands that it names.
    fn sort_expr(&mut self, expr: &SyntaxNode, targets: &[Target]) -> Option<(usize, usize)> {
        let written = slice(self.src, expr);
        if expr.kind() == K::NAME_REF {
            let ident = Ident::new(written);
            let mut named = targets
                .iter()
                .filter(|t| t.name.as_ref().is_some_and(|n| ident.is(&n.text)));
            if let (Some(target), None) = (named.next(), named.next()) {
                let place = target.expr;
                if target.given {
                    return place;
                }
                if let Some(found) = place.and_then(|p| self.refs.get(&p.0).cloned()) {
                    let qualifier = self.qualifier_from(found.rel, self.levels.len() - 1);
                    let (rel, name) = (found.rel, found.name);
                    self.attribute(range(expr), rel, &name, qualifier, true);
                    return Some(range(expr));
                }
            }
        }
        if let Some(place) = self.ordinal(expr, targets) {
            return place;
        }
        self.expr(expr, Ctx::list());
        Some(range(expr))
    }

    /// `order by 2`: positions move when a key has several columns, so a column is named instead.
    fn ordinal(&mut self, expr: &SyntaxNode, targets: &[Target]) -> Option<Option<(usize, usize)>> {
        if expr.kind() != K::LITERAL {
            return None;
        }
        let n: usize = slice(self.src, expr).parse().ok()?;
        let target = n.checked_sub(1).and_then(|i| targets.get(i))?;
        let moves = targets[..n - 1]
            .iter()
            .any(|t| t.expr.is_none_or(|place| self.several_columns(place)));
        match (&target.name, target.expr) {
            (Some(name), place) if target.given => {
                let text = if name.quoted {
                    format!("\"{}\"", name.text.replace('"', "\"\""))
                } else {
                    name.text.clone()
                };
                self.emit(range(expr), Piece::Text { text });
                return Some(place);
            }
            (_, Some(place)) => {
                if let Some(found) = self
                    .refs
                    .get(&place.0)
                    .filter(|r| r.end == place.1)
                    .cloned()
                {
                    let level = self.levels.len() - 1;
                    let qualifier = self.qualifier_from(found.rel, level);
                    self.attribute(range(expr), found.rel, &found.name, qualifier, true);
                    return Some(Some(place));
                }
            }
            _ => {}
        }
        if moves {
            self.problem(
                range(expr),
                format!("`{n}` counts columns"),
                "a key, an end or `*` before it may be several columns, and the count moves",
                "give that column a name with `as` and write the name",
            );
        }
        Some(None)
    }

    /// True when an end or a key stands there: as many columns as the design makes of it.
    fn several_columns(&self, place: (usize, usize)) -> bool {
        let found = self.refs.get(&place.0).filter(|r| r.end == place.1);
        found.is_some_and(|r| {
            let attribute = self.rels[r.rel]
                .entity
                .and_then(|(_, e)| e.attribute(&r.name));
            attribute.is_none_or(|a| a.target.is_some())
        })
    }

    fn group_by(&mut self, clause: &SyntaxNode, targets: &[Target]) {
        let items: Vec<SyntaxNode> = clause
            .descendants()
            .filter(|n| n.kind() == K::GROUPING_EXPR)
            .collect();
        for list in clause.children() {
            for item in list.children() {
                let plain = item.first_child().filter(|_| items.contains(&item));
                let Some(expr) = plain else {
                    self.expr(&item, Ctx::default());
                    continue;
                };
                let named = expr.kind() == K::NAME_REF && {
                    let ident = Ident::new(slice(self.src, &expr));
                    let input = matches!(
                        self.find(&ident),
                        Found::Attribute { .. } | Found::Column { .. } | Found::Ambiguous(_)
                    );
                    let output =
                        |t: &Target| t.given && t.name.as_ref().is_some_and(|n| ident.is(&n.text));
                    !input && targets.iter().any(output)
                };
                if named {
                    continue;
                }
                if self.ordinal(&expr, targets).is_none() {
                    self.expr(&expr, Ctx::list());
                }
                let place = range(&expr);
                let found = self
                    .refs
                    .get(&place.0)
                    .filter(|r| r.end == place.1)
                    .cloned();
                if let Some((found, scan)) = found
                    .and_then(|f| Some((self.rels[f.rel].scan?, f)))
                    .map(|(s, f)| (f, s))
                {
                    let group = &mut self.scans[scan].1.group;
                    if !group.contains(&found.name) {
                        group.push(found.name);
                    }
                }
            }
        }
    }

    fn locking(&mut self, clause: &SyntaxNode) {
        let mut named = vec![];
        let of = clause.children().find(|c| c.kind() == K::LOCKING_OF);
        for name in of.iter().flat_map(|o| o.children()) {
            let ident = Ident::new(slice(self.src, &name));
            match self.find_rel(&ident) {
                Some((rel, _)) => {
                    if !self.rels[rel].aliased {
                        let text = self.qualifier(rel);
                        self.emit(range(&name), Piece::Text { text });
                    }
                    named.push(rel);
                }
                None => {
                    let names: Vec<String> = self
                        .top()
                        .rels
                        .iter()
                        .map(|&r| self.rels[r].name.clone())
                        .collect();
                    let help = suggest(&ident.text, names.iter().map(String::as_str));
                    self.problem(
                        range(&name),
                        format!("unknown alias `{}`", ident.text),
                        "only what stands in `from` can be locked",
                        help,
                    );
                }
            }
        }
        if of.is_none() {
            named = self.top().rels.clone();
        }
        for rel in named {
            if let Some((entity, _)) = self.rels[rel].entity {
                if !self.locks.iter().any(|l| l == entity) {
                    self.locks.push(entity.to_string());
                }
            }
        }
    }

    /// A select list or RETURNING list.
    pub fn targets(
        &mut self,
        list: &SyntaxNode,
        wants: &[Option<Want<'a>>],
    ) -> (Columns<'a>, Vec<Target>) {
        let mut outputs = Some(vec![]);
        let mut targets = vec![];
        for (i, target) in list
            .children()
            .filter(|c| c.kind() == K::TARGET)
            .enumerate()
        {
            let given = target
                .children()
                .find(|c| c.kind() == K::AS_NAME)
                .and_then(|a| a.first_child())
                .map(|n| Ident::new(slice(self.src, &n)));
            let expr = target.first_child().filter(|c| c.kind() != K::AS_NAME);
            let starred = match &expr {
                None => Some(self.every_star(range(&target))),
                Some(e)
                    if e.kind() == K::FIELD_EXPR
                        && e.last_token().is_some_and(|t| t.kind() == K::STAR) =>
                {
                    self.expr(e, Ctx::list());
                    let owner = e.first_child().map(|o| Ident::new(slice(self.src, &o)));
                    let rel = owner.and_then(|o| self.find_rel(&o));
                    Some(rel.map_or(Columns::Unknown, |(rel, _)| self.columns_of(rel)))
                }
                _ => None,
            };
            if let Some(starred) = starred {
                match (starred, &mut outputs) {
                    (Columns::Known(more), Some(all)) => all.extend(more),
                    _ => outputs = None,
                }
                targets.push(Target {
                    name: None,
                    given: false,
                    expr: None,
                });
                continue;
            }
            let Some(expr) = expr else { continue };
            let ctx = Ctx {
                list: given.is_none(),
                want: wants.get(i).copied().flatten(),
            };
            let values = self.values_of(&expr);
            self.expr(&expr, ctx);
            let source = self.source_of(&expr).filter(|_| given.is_none());
            let is_given = given.is_some();
            let name = given.or_else(|| output_name(self.src, &expr));
            if let Some(all) = &mut outputs {
                all.push(Output {
                    name: name.as_ref().map_or(String::new(), |n| n.text.clone()),
                    source,
                    values,
                });
            }
            targets.push(Target {
                name,
                given: is_given,
                expr: Some(range(&expr)),
            });
        }
        (outputs.map_or(Columns::Unknown, Columns::Known), targets)
    }

    /// The attribute whose columns the expression is, through derived tables too.
    fn source_of(&self, expr: &SyntaxNode) -> Option<(&'a str, String)> {
        let place = range(expr);
        if let Some(found) = self.refs.get(&place.0).filter(|r| r.end == place.1) {
            let (entity, _) = self.rels[found.rel].entity?;
            return Some((entity, found.name.clone()));
        }
        let (rel, column) = match expr.kind() {
            K::NAME_REF => match self.find(&Ident::new(slice(self.src, expr))) {
                Found::Column { rel, column, .. } => (rel, column),
                _ => return None,
            },
            K::FIELD_EXPR => {
                let owner = expr.first_child()?;
                let field = expr.children().nth(1)?;
                let (rel, _) = self.find_rel(&Ident::new(slice(self.src, &owner)))?;
                (
                    rel,
                    self.rels[rel].column(&Ident::new(slice(self.src, &field)))?,
                )
            }
            _ => return None,
        };
        match &self.rels[rel].columns {
            Columns::Known(columns) => columns.get(column)?.source.clone(),
            Columns::Unknown => None,
        }
    }

    /// `*`: every relation's columns, in order.
    fn every_star(&mut self, at: (usize, usize)) -> Columns<'a> {
        let rels = self.top().rels.clone();
        let level = self.levels.len() - 1;
        let several = rels.len() > 1;
        let mut all = Some(vec![]);
        for (i, &rel) in rels.iter().enumerate() {
            if i > 0 {
                self.emit((at.1, at.1), Piece::Text { text: ", ".into() });
            }
            let qualifier = if several {
                Some(self.qualifier(rel))
            } else {
                self.qualifier_from(rel, level)
            };
            let place = if i == 0 { at } else { (at.1, at.1) };
            self.star(place, rel, qualifier);
            match (self.columns_of(rel), &mut all) {
                (Columns::Known(more), Some(all)) => all.extend(more),
                _ => all = None,
            }
        }
        all.map_or(Columns::Unknown, Columns::Known)
    }

    fn columns_of(&self, rel: usize) -> Columns<'a> {
        let Some((entity, of)) = self.rels[rel].entity else {
            return self.rels[rel].columns.clone();
        };
        let output = |name: &str, values| Output {
            name: name.to_string(),
            source: Some((entity, name.to_string())),
            values,
        };
        let key = of.key.is_empty().then(|| output("key", None));
        let attributes = of.attributes.iter().map(|attribute| {
            let values = (!attribute.values.is_empty()).then_some(Want { entity, attribute });
            output(&attribute.name, values)
        });
        Columns::Known(key.into_iter().chain(attributes).collect())
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
        let recursive = with
            .children_with_tokens()
            .any(|t| t.kind() == K::RECURSIVE_KW);
        for table in with.children().filter(|c| c.kind() == K::WITH_TABLE) {
            let child = |kind: K| table.children().find(|c| c.kind() == kind);
            let name =
                child(K::CTE_NAME).map_or(String::new(), |n| Ident::new(slice(self.src, &n)).text);
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
            self.levels[level]
                .ctes
                .push((name, renamed(columns, names)));
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

/// What PostgreSQL calls a column that has no AS.
fn output_name(src: &str, expr: &SyntaxNode) -> Option<Ident> {
    let named = match expr.kind() {
        K::NAME_REF => expr.clone(),
        K::FIELD_EXPR => expr.children().nth(1)?,
        K::CALL_EXPR => expr.first_child()?,
        K::CAST_EXPR => return output_name(src, &expr.first_child()?),
        _ => return None,
    };
    (named.kind() == K::NAME_REF).then(|| Ident::new(slice(src, &named)))
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
    let list = select
        .children()
        .filter(|c| c.kind() == K::SELECT_CLAUSE)
        .flat_map(|c| c.descendants());
    list.filter(|n| n.kind() == K::CALL_EXPR)
        .filter(|n| !n.children().any(|c| c.kind() == K::OVER_CLAUSE))
        .filter_map(|n| n.first_child())
        .any(|callee| {
            let name = slice(src, &callee).to_ascii_lowercase();
            AGGREGATES.contains(&name.as_str())
        })
}
