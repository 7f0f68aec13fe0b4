//! `search(attribute, words)`: a full-text match.
use super::expr::Ctx;
use super::level::{Found, Ident, Ref, Resolver};
use super::{range, slice};
use squawk_syntax::{SyntaxKind as K, SyntaxNode};
use tw_model::sql::Piece;

impl<'a> Resolver<'a> {
    /// The piece takes the place of everything up to the words sought.
    pub fn search(&mut self, call: &SyntaxNode) {
        let args: Vec<SyntaxNode> = call
            .children()
            .filter(|c| c.kind() == K::ARG_LIST)
            .flat_map(|list| list.children())
            .filter(|a| a.kind() == K::ARG)
            .filter_map(|a| a.first_child())
            .collect();
        let [attribute, words] = args.as_slice() else {
            return self.not_a_search(range(call));
        };
        let found = match attribute.kind() {
            K::NAME_REF => match self.find(&Ident::new(slice(self.src, attribute))) {
                Found::Attribute { rel, level, name } => {
                    let qualifier = self.qualifier_from(rel, level);
                    Some((rel, name, qualifier))
                }
                _ => None,
            },
            K::FIELD_EXPR => self.qualified_attribute(attribute),
            _ => None,
        };
        let Some((rel, name, qualifier)) = found.filter(|(_, name, _)| *name != "key") else {
            return self.not_a_search(range(attribute));
        };
        let Some((entity, _)) = self.rels[rel].entity else {
            return;
        };
        self.read(rel, name);
        let at = range(attribute);
        self.refs.insert(at.0, Ref { end: at.1, rel, name: name.to_string() });
        let piece = Piece::Search { entity: entity.to_string(), name: name.to_string(), qualifier };
        self.emit((range(call).0, range(words).0), piece);
        self.expr(words, Ctx::default());
    }

    fn qualified_attribute(&mut self, node: &SyntaxNode) -> Option<(usize, &'a str, Option<String>)> {
        let owner = node.first_child()?;
        let field = node.children().nth(1)?;
        let (rel, level) = self.find_rel(&Ident::new(slice(self.src, &owner)))?;
        let name = self.rels[rel].attribute(&Ident::new(slice(self.src, &field)))?;
        let qualifier = if self.rels[rel].aliased {
            Some(slice(self.src, &owner).to_string())
        } else {
            self.qualifier_from(rel, level)
        };
        Some((rel, name, qualifier))
    }

    fn not_a_search(&mut self, at: (usize, usize)) {
        self.problem(
            at,
            "search takes an attribute and the words sought",
            "it is a full-text match on one attribute of an entity",
            "write search(title, :words)",
        );
    }
}
