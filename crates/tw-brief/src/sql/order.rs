//! What follows a query: grouping, order, limit, locks.
use super::expr::Ctx;
use super::level::{Found, Ident, Resolver};
use super::names::suggest;
use super::targets::Target;
use super::{range, slice};
use squawk_syntax::{SyntaxKind as K, SyntaxNode};
use tw_model::sql::{Piece, Sort};

impl<'a> Resolver<'a> {
    /// ORDER BY, LIMIT and locks. `per_row`: a row of the result is a row of the relations.
    pub fn tail(&mut self, node: &SyntaxNode, targets: &[Target], per_row: bool) {
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
        let items: Vec<SyntaxNode> =
            items.filter(|n| n.parent().and_then(|p| p.parent()).as_ref() == Some(clause)).collect();
        for item in items {
            let Some(expr) = item.first_child() else {
                continue;
            };
            let has = |kind: K| item.children().any(|c| c.kind() == kind);
            let desc = has(K::SORT_DESC);
            let usual = !has(K::SORT_USING) && !has(if desc { K::NULLS_LAST } else { K::NULLS_FIRST });
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
            let mut named = targets.iter().filter(|t| t.name.as_ref().is_some_and(|n| ident.is(&n.text)));
            if let (Some(target), None) = (named.next(), named.next()) {
                let place = target.expr;
                if target.given {
                    self.own_name(range(expr));
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
        let moves = targets[..n - 1].iter().any(|t| t.expr.is_none_or(|place| self.several_columns(place)));
        match (&target.name, target.expr) {
            (Some(name), place) if target.given => {
                let text = if name.quoted {
                    format!("\"{}\"", name.text.replace('"', "\"\""))
                } else {
                    tw_model::ident::quote(&name.text.to_ascii_lowercase())
                };
                self.emit(range(expr), Piece::Text { text });
                return Some(place);
            }
            (_, Some(place)) => {
                if let Some(found) = self.refs.get(&place.0).filter(|r| r.end == place.1).cloned() {
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
            let attribute = self.rels[r.rel].entity.and_then(|(_, e)| e.attribute(&r.name));
            attribute.is_none_or(|a| a.target.is_some())
        })
    }

    pub fn group_by(&mut self, clause: &SyntaxNode, targets: &[Target]) {
        let items: Vec<SyntaxNode> = clause.descendants().filter(|n| n.kind() == K::GROUPING_EXPR).collect();
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
                    let output = |t: &Target| t.given && t.name.as_ref().is_some_and(|n| ident.is(&n.text));
                    !input && targets.iter().any(output)
                };
                if named {
                    self.own_name(range(&expr));
                    continue;
                }
                if self.ordinal(&expr, targets).is_none() {
                    self.expr(&expr, Ctx::list());
                }
                let place = range(&expr);
                let found = self.refs.get(&place.0).filter(|r| r.end == place.1).cloned();
                if let Some((found, scan)) = found.and_then(|f| Some((self.rels[f.rel].scan?, f))).map(|(s, f)| (f, s))
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
                    let names: Vec<String> = (self.top().rels.iter()).map(|&r| self.rels[r].name.clone()).collect();
                    let help = match suggest(&ident.text, names.iter().map(String::as_str)) {
                        s if s.is_empty() => format!("write one of {}", names.join(", ")),
                        s => s,
                    };
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
            if let Some((entity, _)) = self.rels[rel].entity
                && !self.locks.iter().any(|l| l == entity)
            {
                self.locks.push(entity.to_string());
            }
        }
    }
}
