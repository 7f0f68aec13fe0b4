//! Expressions: a walk that hands every name its context.
use super::level::{Found, Ident, Resolver, Want};
use super::names::column_piece;
use super::{query, range, slice};
use squawk_syntax::{SyntaxKind as K, SyntaxNode};
use tw_model::sql::Piece;

/// What an expression's place allows and asks.
#[derive(Clone, Copy, Default)]
pub(super) struct Ctx<'a> {
    /// Several columns may stand bare.
    pub list: bool,
    /// A bare word may be one of these values.
    pub want: Option<Want<'a>>,
}

impl<'a> Ctx<'a> {
    pub fn list() -> Self {
        Ctx { list: true, want: None }
    }
    fn row(self) -> Self {
        Ctx { list: false, ..self }
    }
    fn wanting(want: Option<Want<'a>>) -> Self {
        Ctx { list: false, want }
    }
}

/// An operation of two sides.
pub(super) struct Binary {
    pub left: SyntaxNode,
    /// Lower case, single spaces.
    pub op: String,
    pub right: SyntaxNode,
}

pub(super) fn binary(src: &str, node: &SyntaxNode) -> Option<Binary> {
    if node.kind() != K::BIN_EXPR {
        return None;
    }
    let left = node.first_child()?;
    let right = node.last_child().filter(|r| *r != left)?;
    let between = src.get(range(&left).1..range(&right).0)?;
    let op: Vec<String> = between.split_whitespace().map(str::to_ascii_lowercase).collect();
    Some(Binary { left, op: op.join(" "), right })
}

/// The inside of parentheses and nothing else.
pub(super) fn bare(node: &SyntaxNode) -> SyntaxNode {
    let mut node = node.clone();
    while node.kind() == K::PAREN_EXPR {
        match node.first_child() {
            Some(inner) if !query::is_query(&inner) => node = inner,
            _ => break,
        }
    }
    node
}

impl<'a> Resolver<'a> {
    pub fn expr(&mut self, node: &SyntaxNode, ctx: Ctx<'a>) {
        match node.kind() {
            K::NAME_REF => self.name(node, ctx),
            K::FIELD_EXPR => self.field(node, ctx),
            K::LITERAL => self.param(node, ctx),
            K::BIN_EXPR => self.operation(node, ctx),
            K::BETWEEN_EXPR => self.siblings(node, ctx),
            K::PAREN_EXPR => self.inside(node, ctx.row()),
            K::TUPLE_EXPR => self.each_child(node, Ctx::list()),
            K::CASE_EXPR => self.case(node, ctx.row()),
            K::CALL_EXPR => self.call(node, ctx),
            K::ARRAY_EXPR | K::ANY_FN | K::ALL_FN | K::SOME_FN => self.inside(node, ctx.row()),
            K::GROUPING_EXPR | K::PARTITION_BY_CLAUSE | K::SORT_BY => self.each_child(node, Ctx::list()),
            K::ROW => self.each_child(node, Ctx::default()),
            _ if query::is_query(node) => {
                self.subquery(node, &[]);
            }
            _ => self.each_child(node, Ctx::default()),
        }
    }

    pub fn each_child(&mut self, node: &SyntaxNode, ctx: Ctx<'a>) {
        for child in node.children() {
            self.expr(&child, ctx);
        }
    }

    /// Children that are an expression of this context, or a query.
    fn inside(&mut self, node: &SyntaxNode, ctx: Ctx<'a>) {
        for child in node.children() {
            if query::is_query(&child) {
                self.subquery(&child, &[ctx.want]);
            } else {
                self.expr(&child, ctx);
            }
        }
    }

    fn param(&mut self, node: &SyntaxNode, ctx: Ctx<'a>) {
        if let Some(name) = slice(self.src, node).strip_prefix(':') {
            let piece = Piece::Param { name: name.to_string(), list: ctx.list };
            self.emit(range(node), piece);
        }
    }

    fn operation(&mut self, node: &SyntaxNode, ctx: Ctx<'a>) {
        let Some(Binary { left, op, right }) = binary(self.src, node) else {
            return self.each_child(node, Ctx::default());
        };
        match op.as_str() {
            "in" | "not in" => {
                let tuple = bare(&left);
                if tuple.kind() == K::TUPLE_EXPR {
                    self.expr(&left, Ctx::default());
                    let wants: Vec<_> = tuple.children().map(|c| self.values_of(&c)).collect();
                    for row in right.children() {
                        if query::is_query(&row) {
                            self.subquery(&row, &wants);
                        } else {
                            self.tuple(&row, &wants);
                            self.fit(&tuple, &row);
                        }
                    }
                } else {
                    let want = self.values_of(&left);
                    self.expr(&left, Ctx::default());
                    self.inside(&right, Ctx::wanting(want));
                    for item in right.children() {
                        self.fit(&left, &item);
                    }
                }
            }
            "=" | "<>" | "!=" | "<" | "<=" | ">" | ">=" | "is distinct from" | "is not distinct from" => {
                let (l, r) = (bare(&left), bare(&right));
                if l.kind() == K::TUPLE_EXPR && r.kind() == K::TUPLE_EXPR {
                    let left_wants: Vec<_> = r.children().map(|c| self.values_of(&c)).collect();
                    let right_wants: Vec<_> = l.children().map(|c| self.values_of(&c)).collect();
                    self.tuple(&l, &left_wants);
                    self.tuple(&r, &right_wants);
                } else {
                    self.siblings(node, Ctx::default());
                }
                self.fit(&l, &r);
            }
            // Postfix conditions on the left side, such as `x in (...) is true`, want nothing.
            _ => {
                let _ = ctx;
                self.expr(&left, Ctx::default());
                self.expr(&right, Ctx::default());
            }
        }
    }

    /// Parts that are compared with each other: each may be a value of what another one is.
    fn siblings(&mut self, node: &SyntaxNode, ctx: Ctx<'a>) {
        let parts: Vec<SyntaxNode> = node.children().collect();
        let want = parts.iter().find_map(|p| self.values_of(p)).or(ctx.want);
        for part in &parts {
            self.expr(part, Ctx::wanting(want));
        }
    }

    fn tuple(&mut self, node: &SyntaxNode, wants: &[Option<Want<'a>>]) {
        if node.kind() != K::TUPLE_EXPR {
            return self.expr(node, Ctx::default());
        }
        for (i, child) in node.children().enumerate() {
            let want = wants.get(i).copied().flatten();
            self.expr(&child, Ctx { list: true, want });
        }
    }

    fn case(&mut self, node: &SyntaxNode, ctx: Ctx<'a>) {
        let mut subject = None;
        for child in node.children() {
            match child.kind() {
                K::WHEN_CLAUSE_LIST => {
                    for when in child.children() {
                        let mut parts = when.children();
                        if let Some(condition) = parts.next() {
                            self.expr(&condition, Ctx::wanting(subject));
                        }
                        if let Some(then) = parts.next() {
                            self.expr(&then, ctx);
                        }
                    }
                }
                K::ELSE_CLAUSE => {
                    for result in child.children() {
                        self.expr(&result, ctx);
                    }
                }
                _ => {
                    subject = self.values_of(&child);
                    self.expr(&child, Ctx::default());
                }
            }
        }
    }

    fn call(&mut self, node: &SyntaxNode, ctx: Ctx<'a>) {
        let mut children = node.children().peekable();
        let callee = match children.peek() {
            Some(first) if matches!(first.kind(), K::NAME_REF | K::FIELD_EXPR) => {
                let name = slice(self.src, first).to_ascii_lowercase();
                children.next();
                name
            }
            _ => String::new(),
        };
        if callee == "search" {
            return self.search(node);
        }
        let same_kind = matches!(callee.as_str(), "coalesce" | "nullif" | "greatest" | "least");
        for child in children {
            match child.kind() {
                K::ARG_LIST if same_kind => {
                    let args: Vec<SyntaxNode> = child.children().filter_map(|a| a.first_child()).collect();
                    let want = args.iter().find_map(|a| self.values_of(a)).or(ctx.want);
                    for arg in &args {
                        self.expr(arg, Ctx::wanting(want));
                    }
                }
                K::ANY_FN | K::ALL_FN | K::SOME_FN => self.expr(&child, ctx),
                _ => self.each_child(&child, Ctx::default()),
            }
        }
    }

    /// An expression given to a column: `null` and `default` are said for each column of an end.
    pub fn given(&mut self, node: &SyntaxNode, entity: &'a str, name: &str, list: bool) {
        let of = self.scope.entities.get(entity);
        let attribute = of.and_then(|e| e.attribute(name));
        let several = name == "key" || attribute.is_some_and(|a| a.target.is_some());
        let word = slice(self.src, node).trim();
        if several && ["null", "default"].iter().any(|w| word.eq_ignore_ascii_case(w)) {
            let piece =
                Piece::Each { text: word.to_string(), entity: entity.to_string(), name: name.to_string(), list };
            self.emit(range(node), piece);
            return;
        }
        self.fits(node, entity, name);
        let want = attribute.filter(|a| !a.values.is_empty()).map(|attribute| Want { entity, attribute });
        let ctx = Ctx { list, want };
        if node.kind() == K::SET_EXPR {
            self.each_child(node, ctx);
        } else {
            self.expr(node, ctx);
        }
    }

    /// The attribute with `in (...)` values that the expression is, if it is one.
    pub fn values_of(&self, node: &SyntaxNode) -> Option<Want<'a>> {
        let node = bare(node);
        let (rel, level_name) = match node.kind() {
            K::NAME_REF => match self.find(&Ident::new(slice(self.src, &node))) {
                Found::Attribute { rel, name, .. } => (rel, Ident::new(name)),
                Found::Column { rel, .. } => (rel, Ident::new(slice(self.src, &node))),
                _ => return None,
            },
            K::FIELD_EXPR => {
                let owner = node.first_child()?;
                let field = node.children().nth(1)?;
                let (rel, _) = self.find_rel(&Ident::new(slice(self.src, &owner)))?;
                (rel, Ident::new(slice(self.src, &field)))
            }
            K::CAST_EXPR => return self.values_of(&node.first_child()?),
            K::CALL_EXPR => {
                let name = slice(self.src, &node.first_child()?).to_ascii_lowercase();
                let args = node.children().find(|c| c.kind() == K::ARG_LIST)?;
                let same_kind = matches!(name.as_str(), "coalesce" | "nullif" | "greatest" | "least");
                return args
                    .children()
                    .filter(|_| same_kind)
                    .filter_map(|a| a.first_child())
                    .find_map(|a| self.values_of(&a));
            }
            _ => return None,
        };
        let rel = &self.rels[rel];
        match rel.entity {
            Some((entity, of)) => {
                let attribute = of.attributes.iter().find(|a| level_name.is(&a.name))?;
                (!attribute.values.is_empty()).then_some(Want { entity, attribute })
            }
            None => match &rel.columns {
                super::level::Columns::Known(columns) => columns.iter().find(|c| level_name.is(&c.name))?.values,
                super::level::Columns::Unknown => None,
            },
        }
    }

    /// A column named where it is written: never qualified, never read.
    pub fn target(&mut self, node: &SyntaxNode, rel: usize, list: bool) -> Option<&'a str> {
        let (entity, of) = self.rels[rel].entity?;
        let name_node = node.descendants().find(|n| n.kind() == K::COLUMN_NAME_REF).unwrap_or_else(|| node.clone());
        let ident = Ident::new(slice(self.src, &name_node));
        match self.rels[rel].attribute(&ident) {
            Some(name) => {
                self.emit(range(&name_node), column_piece(entity, name, None, list));
                Some(name)
            }
            None => {
                let names = of.attributes.iter().map(|a| a.name.as_str()).chain(["key"]);
                let help = match super::names::suggest(&ident.text, names) {
                    s if s.is_empty() => format!("name an attribute or a relation end of {entity}"),
                    s => s,
                };
                self.problem(
                    range(&name_node),
                    format!("unknown attribute `{}`", ident.text),
                    format!("{entity} has no attribute or relation end of that name"),
                    help,
                );
                None
            }
        }
    }
}
