//! Parameters against keys of several columns: what is compared with one, or given to it, is a row of that entity.
use super::expr::bare;
use super::level::Resolver;
use super::{range, slice};
use squawk_syntax::{SyntaxKind as K, SyntaxNode};

/// What `:name` may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub holds: Holds,
}

/// What a parameter holds, as far as the brief says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holds {
    /// A row of this entity: all columns of its key.
    Row(String),
    /// One value.
    Value,
    /// What an earlier statement gave.
    Unknown,
}

impl Resolver<'_> {
    /// Complains where one side is a parameter that cannot be what the other one names; rows are compared column by
    /// column. Both sides have been resolved.
    pub fn fit(&mut self, left: &SyntaxNode, right: &SyntaxNode) {
        let (left, right) = (bare(left), bare(right));
        if left.kind() == K::TUPLE_EXPR && right.kind() == K::TUPLE_EXPR {
            for (l, r) in left.children().zip(right.children()) {
                self.fit(&l, &r);
            }
            return;
        }
        for (value, other) in [(&left, &right), (&right, &left)] {
            if let Some((entity, name)) = self.source_of(other) {
                self.fits(value, entity, &name);
            }
        }
    }

    /// Complains where what a query selects for these columns is a parameter that they cannot take.
    pub fn selected_fit(&mut self, query: &SyntaxNode, entity: &str, columns: &[Option<&str>]) {
        let list = |of: &SyntaxNode, kind: K| of.children().find(|c| c.kind() == kind);
        let targets = list(query, K::SELECT_CLAUSE).and_then(|clause| list(&clause, K::TARGET_LIST));
        for (target, column) in targets.iter().flat_map(|l| l.children()).zip(columns) {
            if let (Some(value), Some(column)) = (target.first_child(), column) {
                self.fits(&value, entity, column);
            }
        }
    }

    /// Complains when the value is a parameter that cannot be the entity's attribute, end or key of that name. Where one
    /// column stands on both sides only the server can tell.
    pub fn fits(&mut self, value: &SyntaxNode, entity: &str, name: &str) {
        let value = match value.first_child().filter(|_| value.kind() == K::SET_EXPR) {
            Some(inner) => bare(&inner),
            None => bare(value),
        };
        let written = slice(self.src, &value);
        let called = written.strip_prefix(':').filter(|_| value.kind() == K::LITERAL);
        let Some(param) = called.and_then(|called| self.params.iter().find(|p| p.name == called)) else {
            return;
        };
        let held = match &param.holds {
            Holds::Row(row) => Some(row.as_str()),
            Holds::Value => None,
            Holds::Unknown => return,
        };
        let attribute = self.scope.entities.get(entity).and_then(|of| of.attribute(name));
        let asked = match attribute {
            Some(attribute) => attribute.target.as_deref(),
            None => Some(entity),
        };
        let (wide, given) = (self.width(entity, name), held.map_or(1, |row| self.key_width(row, 0)));
        let key = |of: &str| self.scope.entities.get(of).map(|of| &of.key);
        let alike = wide == given && (wide == 1 || held.is_some_and(|row| asked.is_some_and(|of| key(row) == key(of))));
        if alike {
            return;
        }
        let is = match held {
            Some(row) => format!("`{written}` is a {row}"),
            None => format!("`{written}` is one value"),
        };
        let (why, help) = match asked {
            Some(of) => {
                let parts = key(of).filter(|key| !key.is_empty()).map_or("one column".into(), |key| key.join(", "));
                let whose = if attribute.is_some() {
                    format!("`{name}` is a {of}, whose key")
                } else {
                    format!("the key of {of}")
                };
                (format!("{whose} is {parts}"), format!("write `{}: {of}`", param.name))
            }
            None => (
                format!("`{name}` is one column, and the key of what is given has {given}"),
                format!("write `{}: {entity}.{name}`", param.name),
            ),
        };
        self.problem(range(&value), is, why, help);
    }
}
