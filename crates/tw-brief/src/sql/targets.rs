//! Select lists and RETURNING lists, and the output columns they make.
use super::expr::Ctx;
use super::level::{Columns, Found, Ident, Output, Resolver, Want};
use super::{range, slice};
use squawk_syntax::{SyntaxKind as K, SyntaxNode};
use tw_model::sql::Piece;

/// An item of a select list.
pub(super) struct Target {
    /// Output name, if it has one.
    pub name: Option<Ident>,
    /// The name was given with AS.
    pub given: bool,
    /// Place of the expression; a star has none.
    pub expr: Option<(usize, usize)>,
}

impl<'a> Resolver<'a> {
    /// A select list or RETURNING list.
    pub fn targets(&mut self, list: &SyntaxNode, wants: &[Option<Want<'a>>]) -> (Columns<'a>, Vec<Target>) {
        let mut outputs = Some(vec![]);
        let mut targets = vec![];
        for (i, target) in list.children().filter(|c| c.kind() == K::TARGET).enumerate() {
            let given = target
                .children()
                .find(|c| c.kind() == K::AS_NAME)
                .and_then(|a| a.first_child())
                .map(|n| Ident::new(slice(self.src, &n)));
            let expr = target.first_child().filter(|c| c.kind() != K::AS_NAME);
            let starred = match &expr {
                None => Some(self.every_star(range(&target))),
                Some(e) if e.kind() == K::FIELD_EXPR && e.last_token().is_some_and(|t| t.kind() == K::STAR) => {
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
                targets.push(Target { name: None, given: false, expr: None });
                continue;
            }
            let Some(expr) = expr else { continue };
            let ctx = Ctx { list: given.is_none(), want: wants.get(i).copied().flatten() };
            let values = self.values_of(&expr);
            self.expr(&expr, ctx);
            let source = self.source_of(&expr).filter(|_| given.is_none());
            let is_given = given.is_some();
            let name = given.or_else(|| output_name(self.src, &expr));
            if let Some(all) = &mut outputs {
                all.push(Output { name: name.as_ref().map_or(String::new(), |n| n.text.clone()), source, values });
            }
            targets.push(Target { name, given: is_given, expr: Some(range(&expr)) });
        }
        (outputs.map_or(Columns::Unknown, Columns::Known), targets)
    }

    /// The attribute whose columns the expression is, through derived tables too.
    pub fn source_of(&self, expr: &SyntaxNode) -> Option<(&'a str, String)> {
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
                (rel, self.rels[rel].column(&Ident::new(slice(self.src, &field)))?)
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
            let qualifier = if several { Some(self.qualifier(rel)) } else { self.qualifier_from(rel, level) };
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
        let output =
            |name: &str, values| Output { name: name.to_string(), source: Some((entity, name.to_string())), values };
        let key = of.key.is_empty().then(|| output("key", None));
        let attributes = of.attributes.iter().map(|attribute| {
            let values = (!attribute.values.is_empty()).then_some(Want { entity, attribute });
            output(&attribute.name, values)
        });
        Columns::Known(key.into_iter().chain(attributes).collect())
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
