//! Queries that are asked of a database, parsed: which tables they name, and which column an expression is.
//!
//! A parser owns spans; names are looked up in the schema. What does not resolve to exactly one table or column is not
//! judged.
use super::{Scene, TableScene};
use crate::rule::Spot;
use squawk_syntax::{SourceFile, SyntaxKind as K, SyntaxNode};
use tw_model::{finding::SubjectKind, observed::Query, schema::Column};

/// Longest query that is looked into, bytes.
const LONGEST: usize = 65_536;
/// Deepest tree that is walked.
const DEEPEST: usize = 160;

/// What stands in FROM and is no table.
const OTHER_ITEMS: &[K] = &[
    K::EXPR_FROM_ITEM,
    K::FUNCTION_FROM_ITEM,
    K::JSON_TABLE_FROM_ITEM,
    K::PAREN_FROM_ITEM,
    K::ROWS_FROM_ITEM,
    K::XML_TABLE_FROM_ITEM,
];

/// A query with its tree.
pub struct Asked<'a> {
    /// The query.
    pub query: &'a Query,
    tree: SyntaxNode,
}

/// A relation that a statement names, with what it is called there.
pub struct Named<'s, 'a> {
    /// Alias, or the table's own name.
    pub called: String,
    /// The table, where there is one of that name only.
    pub table: Option<&'s TableScene<'a>>,
}

impl<'a> Asked<'a> {
    /// The query parsed; none when it is too long, too deep, or no SQL to the parser.
    pub fn of(query: &'a Query) -> Option<Asked<'a>> {
        if query.sql.len() > LONGEST {
            return None;
        }
        let parse = SourceFile::parse(&query.sql);
        let tree = parse.syntax_node();
        let deep = tree.descendants().any(|n| n.children().next().is_none() && n.ancestors().count() > DEEPEST);
        (parse.errors().is_empty() && !deep).then_some(Asked { query, tree })
    }

    /// Nodes of a kind, in the order of the text.
    pub fn nodes(&self, kind: K) -> impl Iterator<Item = SyntaxNode> {
        self.tree.descendants().filter(move |n| n.kind() == kind)
    }

    /// The statement itself, WITH and the like apart.
    pub fn statement(&self) -> Option<SyntaxNode> {
        self.tree.children().next()
    }

    /// The text of a node.
    pub fn text(&self, node: &SyntaxNode) -> String {
        node.text().to_string().trim().to_string()
    }

    /// The query's first words, for messages.
    pub fn shown(&self) -> String {
        let words: Vec<&str> = self.query.sql.split_whitespace().collect();
        let text = words.join(" ");
        if text.chars().count() <= 70 {
            return text;
        }
        text.chars().take(69).collect::<String>() + "…"
    }

    /// A spot at the query.
    pub fn spot(&self, message: impl Into<String>) -> Spot {
        Spot::at(SubjectKind::Statement, self.query.called(), message)
    }

    /// The relations that a statement names itself, those of queries inside it apart; none where one is no table.
    pub fn relations<'s>(&self, scene: &'s Scene<'a>, statement: &SyntaxNode) -> Vec<Named<'s, 'a>> {
        let own = |n: &SyntaxNode| level(n).as_ref() == Some(statement);
        let mut out = vec![];
        for item in statement.descendants().filter(own) {
            let written = match item.kind() {
                K::RELATION_FROM_ITEM => item.children().find(|n| n.kind() == K::RELATION_NAME_REF),
                K::RELATION_NAME if item.parent().is_some_and(|p| p == *statement) => Some(item.clone()),
                kind if OTHER_ITEMS.contains(&kind) => None,
                _ => continue,
            };
            let within = if item.kind() == K::RELATION_NAME { statement } else { &item };
            let alias = within.children().flat_map(|n| n.descendants()).find(|n| {
                n.kind() == K::TABLE_ALIAS && n.parent().is_some_and(|p| p.parent().as_ref() == Some(within))
            });
            let parts = written.map(|w| names(&self.text(&w))).unwrap_or_default();
            let called = alias.map(|a| names(&self.text(&a))).unwrap_or_else(|| parts.clone());
            let table = if self.is_common(&parts) { None } else { scene.named(&parts) };
            out.push(Named { called: called.last().cloned().unwrap_or_default(), table });
        }
        out
    }

    /// The name is one that WITH gives.
    fn is_common(&self, parts: &[String]) -> bool {
        let [name] = parts else { return false };
        self.nodes(K::WITH_TABLE).any(|n| n.first_child().is_some_and(|c| names(&self.text(&c)).first() == Some(name)))
    }

    /// The column that an expression is, with its table.
    pub fn column<'s>(&self, scene: &'s Scene<'a>, node: &SyntaxNode) -> Option<(&'s TableScene<'a>, &'a Column)> {
        let node = bare(node);
        if !matches!(node.kind(), K::NAME_REF | K::FIELD_EXPR) {
            return None;
        }
        let mut parts = names(&self.text(&node));
        let column = parts.pop()?;
        let mut within = level(&node);
        while let Some(statement) = within {
            let relations = self.relations(scene, &statement);
            let fits = |n: &&Named| parts.last().is_none_or(|alias| *alias == n.called);
            let fitting: Vec<&Named> = relations.iter().filter(fits).collect();
            let found: Vec<_> =
                fitting.iter().filter_map(|n| Some((n.table?, n.table?.table.column(&column)?))).collect();
            // What else stands there may have a column of that name too.
            let known = fitting.iter().all(|n| n.table.is_some());
            match (found.as_slice(), known) {
                ([one], true) => return Some(*one),
                ([], true) => within = statement.parent().and_then(|p| level(&p)),
                _ => return None,
            }
        }
        None
    }
}

/// The nearest statement around a node that has rows of its own.
pub fn level(node: &SyntaxNode) -> Option<SyntaxNode> {
    node.ancestors().find(|n| matches!(n.kind(), K::SELECT | K::UPDATE | K::DELETE | K::INSERT))
}

/// The inside of parentheses.
pub fn bare(node: &SyntaxNode) -> SyntaxNode {
    let mut node = node.clone();
    while node.kind() == K::PAREN_EXPR {
        match node.first_child() {
            Some(inner) => node = inner,
            None => break,
        }
    }
    node
}

/// The inside of parentheses and casts.
pub fn uncast(node: &SyntaxNode) -> SyntaxNode {
    let mut node = bare(node);
    while node.kind() == K::CAST_EXPR {
        match node.first_child() {
            Some(inner) => node = bare(&inner),
            None => break,
        }
    }
    node
}

/// Left side, operator in lower case, and right side of a comparison or the like.
pub fn sides(node: &SyntaxNode) -> Option<(SyntaxNode, String, SyntaxNode)> {
    let left = node.first_child()?;
    let right = node.last_child().filter(|r| *r != left)?;
    let between = node.children_with_tokens().filter(|part| {
        part.text_range().start() >= left.text_range().end() && part.text_range().end() <= right.text_range().start()
    });
    let text: String = between.map(|part| part.to_string()).collect();
    let op = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    (node.kind() == K::BIN_EXPR).then_some((left, op, right))
}

/// The operands of a chain of one operator, `and` or `or`, parentheses taken off.
pub fn operands(node: &SyntaxNode, chain: &str) -> Vec<SyntaxNode> {
    let node = bare(node);
    match sides(&node) {
        Some((left, op, right)) if op == chain => [operands(&left, chain), operands(&right, chain)].concat(),
        _ => vec![node],
    }
}

/// The conditions of a statement's WHERE and ON, cut at AND.
pub fn conditions(statement: &SyntaxNode) -> Vec<SyntaxNode> {
    let own = |n: &SyntaxNode| level(n).as_ref() == Some(statement);
    let clauses = statement.descendants().filter(|n| matches!(n.kind(), K::WHERE_CLAUSE | K::ON_CLAUSE)).filter(own);
    clauses.filter_map(|clause| clause.first_child()).flat_map(|n| operands(&n, "and")).collect()
}

/// The parts of a dotted name as the server takes them: folded unless quoted.
fn names(text: &str) -> Vec<String> {
    let (mut out, mut part, mut quoted) = (vec![], String::new(), false);
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            '.' if !quoted => out.push(std::mem::take(&mut part)),
            c if quoted => part.push(c),
            c if c.is_whitespace() => {}
            c => part.extend(c.to_lowercase()),
        }
    }
    out.push(part);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use tw_model::schema::{Name, Schema, Table};

    #[test]
    fn columns_resolve_only_where_one_table_fits() {
        let table = |name: &str, columns: &[&str]| Table {
            name: Name::new("public", name),
            columns: columns.iter().map(|c| Column { name: c.to_string(), ..Column::default() }).collect(),
            ..Table::default()
        };
        let tables = vec![table("orders", &["id", "name"]), table("Lines", &["id", "of"]), table("x", &["id"])];
        let schema = Schema { tables, ..Schema::default() };
        let scene = Scene::new(&schema);
        let left_of_first = |sql: &str| {
            let query = Query { sql: sql.into(), ..Query::default() };
            let asked = Asked::of(&query).unwrap_or_else(|| panic!("{sql}"));
            let condition = asked.nodes(K::WHERE_CLAUSE).last().and_then(|n| n.first_child()).expect("a condition");
            let (left, _, _) = sides(&operands(&condition, "and")[0]).expect("a comparison");
            let found = asked.column(&scene, &left).map(|(t, c)| format!("{}.{}", t.name().name, c.name));
            found.unwrap_or_default()
        };
        for (sql, is) in [
            ("select 1 from orders where NAME = 1", "orders.name"),
            ("select 1 from public.orders as o, \"Lines\" where o.id = 1", "orders.id"),
            ("select 1 from orders, \"Lines\" where id = 1", ""),
            ("select 1 from orders, \"Lines\" where of = 1 and id = 2", "Lines.of"),
            ("select 1 from orders where exists (select 1 from x where name = 1)", "orders.name"),
            ("select 1 from orders, (select 1 as name) s where name = 1", ""),
            ("with orders as (select 1 as name) select 1 from orders where name = 1", ""),
            ("update orders o set id = 1 where o.name = 1", "orders.name"),
            ("delete from orders where orders.name = 1", "orders.name"),
            ("select 1 from gone where name = 1", ""),
        ] {
            assert_eq!(left_of_first(sql), is, "{sql}");
        }
        assert!(Asked::of(&Query { sql: "selec 1".into(), ..Query::default() }).is_none());
    }

    #[test]
    fn names_are_folded_unless_quoted() {
        assert_eq!(names("Shop . \"Or.ders\".ID"), ["shop", "Or.ders", "id"]);
    }
}
