//! What a condition asks of each occurrence of an entity: the material of index design.
use super::expr::{Binary, Ctx, bare, binary};
use super::level::{Columns, Found, Ident, Resolver};
use super::{query, range, slice};
use squawk_syntax::{SyntaxKind as K, SyntaxNode};
use tw_model::sql::{Against, Predicate, PredicateOp as Op};

/// A column of a scan.
#[derive(Clone, PartialEq, Eq)]
struct Column {
    scan: usize,
    rel: usize,
    name: String,
}

impl<'a> Resolver<'a> {
    /// Resolves a WHERE or ON condition and notes its conjuncts. `kept` are the relations whose rows an
    /// outer join keeps whatever its ON says.
    pub fn condition(&mut self, node: &SyntaxNode, kept: &[usize]) {
        for conjunct in conjuncts(self.src, node) {
            self.semi = is_semi_join(self.src, &conjunct);
            self.expr(&conjunct, Ctx::default());
            self.semi = false;
            self.classify(&conjunct, kept);
        }
    }

    fn classify(&mut self, conjunct: &SyntaxNode, kept: &[usize]) {
        let text = slice(self.src, conjunct).trim().to_string();
        let node = bare(conjunct);
        let mut found: Vec<(Column, Op, Against)> = vec![];
        self.asked(&node, &mut found);
        let level = self.levels.len() - 1;
        let semi = self.levels[level].semi;
        let mut known: Vec<Column> = vec![];
        for (column, mut op, mut against) in found {
            let joins = matches!(against, Against::Column { .. });
            let outer = !self.levels[level].rels.contains(&column.rel) && !self.stands_in(&column, &node);
            if (kept.contains(&column.rel) && !joins) || (outer && !semi) {
                (op, against) = (Op::Other, Against::Expression);
            }
            known.push(column.clone());
            self.note(&column, op, against, &text);
        }
        // Whatever else the condition names, it names in a way no index of ours can answer. What stands in
        // a query inside it was noted there.
        let (start, end) = range(&node);
        let queries: Vec<(usize, usize)> = node.descendants().filter(query::is_query).map(|q| range(&q)).collect();
        let named: Vec<Column> = self
            .refs
            .range(start..end)
            .filter(|(at, _)| !queries.iter().any(|(s, e)| (s..e).contains(at)))
            .filter_map(|(_, r)| self.column_at(r.rel, &r.name))
            .filter(|c| self.levels.iter().any(|l| l.rels.contains(&c.rel)))
            .collect();
        for column in named {
            if !known.contains(&column) {
                known.push(column.clone());
                self.note(&column, Op::Other, Against::Expression, &text);
            }
        }
    }

    /// True when the column belongs to a query inside the condition.
    fn stands_in(&self, column: &Column, node: &SyntaxNode) -> bool {
        let (start, end) = range(node);
        let at = self.scans[column.scan].0;
        start <= at && at < end
    }

    fn note(&mut self, column: &Column, op: Op, against: Against, text: &str) {
        let predicate = Predicate { attribute: column.name.clone(), op, against, text: text.to_string() };
        let predicates = &mut self.scans[column.scan].1.predicates;
        if !predicates.contains(&predicate) {
            predicates.push(predicate);
        }
    }

    fn asked(&self, node: &SyntaxNode, found: &mut Vec<(Column, Op, Against)>) {
        match node.kind() {
            K::NAME_REF | K::FIELD_EXPR => {
                found.extend(self.column(node).map(|c| (c, Op::Equal, literal("true"))));
            }
            K::PREFIX_EXPR if first_word(self.src, node) == "not" => {
                let flag = node.first_child().map(|n| bare(&n)).and_then(|n| self.column(&n));
                found.extend(flag.map(|c| (c, Op::Equal, literal("false"))));
            }
            K::POSTFIX_EXPR => {
                let Some(side) = node.first_child() else {
                    return;
                };
                let op = self.src.get(range(&side).1..range(node).1).unwrap_or("");
                let op = match op.trim().to_ascii_lowercase().as_str() {
                    "isnull" => Op::IsNull,
                    "notnull" => Op::IsNotNull,
                    _ => return,
                };
                found.extend(self.column(&bare(&side)).map(|c| (c, op, Against::Expression)));
            }
            K::BETWEEN_EXPR => self.between(node, found),
            K::CALL_EXPR => self.called(node, found),
            K::BIN_EXPR => {
                if let Some(b) = binary(self.src, node) {
                    self.compared(&b, found);
                }
            }
            _ => {}
        }
    }

    fn between(&self, node: &SyntaxNode, found: &mut Vec<(Column, Op, Against)>) {
        let negated = node.children_with_tokens().any(|t| t.kind() == K::NOT_KW);
        let parts: Vec<SyntaxNode> =
            node.children().filter(|c| !matches!(c.kind(), K::SYMMETRIC | K::ASYMMETRIC)).map(|n| bare(&n)).collect();
        let ([target, low, high], false) = (parts.as_slice(), negated) else {
            return;
        };
        match self.column(target) {
            Some(column) => {
                for side in [low, high] {
                    self.pair(&column, Op::Range, side, found);
                }
            }
            None => {
                for side in [low, high] {
                    if let Some(column) = self.column(side) {
                        self.pair(&column, Op::Range, target, found);
                    }
                }
            }
        }
    }

    fn called(&self, node: &SyntaxNode, found: &mut Vec<(Column, Op, Against)>) {
        let name = first_word(self.src, node);
        let args: Vec<SyntaxNode> = node
            .children()
            .filter(|c| c.kind() == K::ARG_LIST)
            .flat_map(|l| l.children())
            .filter_map(|a| a.first_child())
            .map(|n| bare(&n))
            .collect();
        let op = match name.as_str() {
            "search" => Op::Search,
            "starts_with" => Op::LikePrefix,
            _ => return,
        };
        if let [column, other] = args.as_slice() {
            found.extend(self.column(column).map(|c| (c, op, self.against(other))));
        }
    }

    fn compared(&self, b: &Binary, found: &mut Vec<(Column, Op, Against)>) {
        let (left, right) = (bare(&b.left), bare(&b.right));
        match b.op.as_str() {
            "=" if left.kind() == K::TUPLE_EXPR && right.kind() == K::TUPLE_EXPR => {
                for (l, r) in left.children().zip(right.children()) {
                    self.equal(&bare(&l), &bare(&r), found);
                }
            }
            "=" => self.equal(&left, &right, found),
            "<" | "<=" | ">" | ">=" if left.kind() == K::TUPLE_EXPR => {
                // A row comparison is a range of its first column; the others only refine it.
                if let (Some(l), Some(r)) = (left.first_child(), right.first_child()) {
                    self.both(&bare(&l), &bare(&r), Op::Range, found);
                }
            }
            "<" | "<=" | ">" | ">=" => self.both(&left, &right, Op::Range, found),
            "in" => self.one_of(&left, &b.right, found),
            "like" => {
                let op = if is_prefix(self.src, &right) { Op::LikePrefix } else { Op::LikeInfix };
                found.extend(self.column(&left).map(|c| (c, op, self.against(&right))));
            }
            "ilike" => found.extend(self.column(&left).map(|c| (c, Op::LikeInfix, self.against(&right)))),
            "^@" => found.extend(self.column(&left).map(|c| (c, Op::LikePrefix, self.against(&right)))),
            "is" | "is not" => {
                let Some(column) = self.column(&left) else {
                    return;
                };
                let word = slice(self.src, &right).trim().to_ascii_lowercase();
                match (b.op.as_str(), word.as_str()) {
                    ("is", "null") => found.push((column, Op::IsNull, Against::Expression)),
                    ("is not", "null") => found.push((column, Op::IsNotNull, Against::Expression)),
                    ("is", "true" | "false") => found.push((column, Op::Equal, literal(&word))),
                    _ => {}
                }
            }
            "@@" => {
                let side = |node: &SyntaxNode| self.columns_in(node).into_iter().next();
                if let Some(column) = side(&left) {
                    found.push((column, Op::Search, self.against(&right)));
                } else if let Some(column) = side(&right) {
                    found.push((column, Op::Search, self.against(&left)));
                }
            }
            "@>" | "<@" | "&&" | "?" | "?|" | "?&" | "@?" => self.both(&left, &right, Op::Contains, found),
            _ => {}
        }
    }

    fn equal(&self, left: &SyntaxNode, right: &SyntaxNode, found: &mut Vec<(Column, Op, Against)>) {
        for (side, other) in [(left, right), (right, left)] {
            let Some(any) = any_of(self.src, other) else {
                continue;
            };
            let Some(column) = self.column(side) else {
                return;
            };
            match any.first_child() {
                Some(rows) if query::is_query(&rows) => self.semi_join(&[column], &rows, found),
                Some(list) => found.push((column, Op::In, self.against(&list))),
                None => {}
            }
            return;
        }
        self.both(left, right, Op::Equal, found);
    }

    /// A comparison seen from both sides.
    fn both(&self, left: &SyntaxNode, right: &SyntaxNode, op: Op, found: &mut Vec<(Column, Op, Against)>) {
        if let Some(column) = self.column(left) {
            self.pair(&column, op, right, found);
        }
        if let Some(column) = self.column(right) {
            self.pair(&column, op, left, found);
        }
    }

    /// A column against the other side, unless that side reads the same row: then no index answers it.
    fn pair(&self, column: &Column, op: Op, other: &SyntaxNode, found: &mut Vec<(Column, Op, Against)>) {
        let own = |c: &Column| c.scan == column.scan;
        if !self.columns_in(other).iter().any(own) {
            found.push((column.clone(), op, self.against(other)));
        }
    }

    fn one_of(&self, left: &SyntaxNode, right: &SyntaxNode, found: &mut Vec<(Column, Op, Against)>) {
        let columns: Vec<Column> = if left.kind() == K::TUPLE_EXPR {
            left.children().filter_map(|c| self.column(&bare(&c))).collect()
        } else {
            self.column(left).into_iter().collect()
        };
        if let Some(rows) = right.first_child().filter(query::is_query) {
            return self.semi_join(&columns, &rows, found);
        }
        let items: Vec<SyntaxNode> = right.children().collect();
        for column in columns {
            let own = |c: &Column| c.scan == column.scan;
            if items.iter().any(|i| self.columns_in(i).iter().any(own)) {
                continue;
            }
            match items.as_slice() {
                [one] if left.kind() != K::TUPLE_EXPR => {
                    found.push((column, Op::Equal, self.against(one)));
                }
                _ => found.push((column, Op::In, Against::Expression)),
            }
        }
    }

    /// `x in (select y ...)`: an equality seen from both sides.
    fn semi_join(&self, columns: &[Column], rows: &SyntaxNode, found: &mut Vec<(Column, Op, Against)>) {
        let targets: Vec<Option<Column>> = rows
            .children()
            .filter(|_| rows.kind() == K::SELECT)
            .filter(|c| c.kind() == K::SELECT_CLAUSE)
            .flat_map(|c| c.children())
            .filter(|c| c.kind() == K::TARGET_LIST)
            .flat_map(|l| l.children())
            .map(|t| t.first_child().and_then(|e| self.column(&bare(&e))))
            .collect();
        for (i, column) in columns.iter().enumerate() {
            match targets.get(i).cloned().flatten() {
                Some(inner) => {
                    let outer_side = self.as_other(column);
                    found.push((column.clone(), Op::Equal, self.as_other(&inner)));
                    found.push((inner, Op::Equal, outer_side));
                }
                None => found.push((column.clone(), Op::Equal, Against::Expression)),
            }
        }
    }

    fn as_other(&self, column: &Column) -> Against {
        Against::Column { alias: self.scans[column.scan].1.alias.clone(), attribute: column.name.clone() }
    }

    fn column_at(&self, rel: usize, name: &str) -> Option<Column> {
        Some(Column { scan: self.rels[rel].scan?, rel, name: name.to_string() })
    }

    /// The column of a scan that the node is.
    fn column(&self, node: &SyntaxNode) -> Option<Column> {
        let (start, end) = range(node);
        let found = self.refs.get(&start).filter(|r| r.end == end)?;
        self.column_at(found.rel, &found.name)
    }

    fn columns_in(&self, node: &SyntaxNode) -> Vec<Column> {
        let (start, end) = range(node);
        let inside = self.refs.range(start..end);
        inside.filter_map(|(_, r)| self.column_at(r.rel, &r.name)).collect()
    }

    /// A column of a common table expression or derived table: a join too.
    fn derived_side(&self, node: &SyntaxNode) -> Option<Against> {
        let (rel, column) = match node.kind() {
            K::NAME_REF => match self.find(&Ident::new(slice(self.src, node))) {
                Found::Column { rel, column, .. } => (rel, column),
                _ => return None,
            },
            K::FIELD_EXPR => {
                let owner = node.first_child().filter(|o| o.kind() == K::NAME_REF)?;
                let field = node.children().nth(1)?;
                let (rel, _) = self.find_rel(&Ident::new(slice(self.src, &owner)))?;
                (rel, self.rels[rel].column(&Ident::new(slice(self.src, &field)))?)
            }
            _ => return None,
        };
        match &self.rels[rel].columns {
            Columns::Known(columns) => Some(Against::Column {
                alias: self.rels[rel].name.clone(),
                attribute: columns.get(column)?.name.clone(),
            }),
            Columns::Unknown => None,
        }
    }

    /// The other side of a comparison, casts and parentheses aside.
    fn against(&self, node: &SyntaxNode) -> Against {
        let node = bare(node);
        if let Some(column) = self.column(&node) {
            return self.as_other(&column);
        }
        if let Some(derived) = self.derived_side(&node) {
            return derived;
        }
        let text = slice(self.src, &node).trim();
        match node.kind() {
            K::LITERAL => match text.strip_prefix(':') {
                Some(name) => Against::Param { name: name.into() },
                None if text.eq_ignore_ascii_case("null") => Against::Expression,
                None => literal(&unquoted(text)),
            },
            K::NAME_REF if self.words.contains(&range(&node).0) => literal(text),
            K::CAST_EXPR => match node.children().find(|c| is_value(c.kind())) {
                Some(inner) => match self.against(&inner) {
                    Against::Column { .. } => Against::Expression,
                    value => value,
                },
                None => Against::Expression,
            },
            K::PREFIX_EXPR if text.starts_with('-') => match node.first_child().map(|n| self.against(&n)) {
                Some(Against::Literal { value }) => literal(&format!("-{value}")),
                _ => Against::Expression,
            },
            _ => Against::Expression,
        }
    }
}

fn is_value(kind: K) -> bool {
    matches!(kind, K::LITERAL | K::PAREN_EXPR | K::CAST_EXPR | K::PREFIX_EXPR | K::NAME_REF)
}

/// The conditions that all must hold.
fn conjuncts(src: &str, node: &SyntaxNode) -> Vec<SyntaxNode> {
    let mut open = vec![node.clone()];
    let mut all = vec![];
    while let Some(node) = open.pop() {
        let inner = bare(&node);
        match binary(src, &inner) {
            Some(Binary { left, op, right }) if op == "and" => {
                open.push(right);
                open.push(left);
            }
            _ => all.push(node),
        }
    }
    all
}

fn is_semi_join(src: &str, node: &SyntaxNode) -> bool {
    let node = bare(node);
    match node.kind() {
        K::CALL_EXPR => node.first_child().is_some_and(|c| c.kind() == K::EXISTS_FN),
        K::BIN_EXPR => binary(src, &node).is_some_and(|b| {
            b.op == "in" && b.right.first_child().is_some_and(|r| query::is_query(&r))
                || b.op == "=" && any_of(src, &b.right).is_some()
        }),
        _ => false,
    }
}

fn any_of(_src: &str, node: &SyntaxNode) -> Option<SyntaxNode> {
    let inner = if node.kind() == K::CALL_EXPR { node.first_child()? } else { node.clone() };
    matches!(inner.kind(), K::ANY_FN | K::SOME_FN).then_some(inner)
}

/// True when the pattern surely begins with fixed text: a literal, or `:p || '%'`.
fn is_prefix(src: &str, pattern: &SyntaxNode) -> bool {
    if let Some(Binary { left, op, right }) = binary(src, pattern) {
        let begins = bare(&left).kind() == K::LITERAL && slice(src, &bare(&left)).starts_with(':');
        return op == "||" && begins && slice(src, &bare(&right)).trim() == "'%'";
    }
    let text = slice(src, pattern).trim();
    let inner = text.strip_prefix('\'').and_then(|t| t.strip_suffix('\''));
    inner.is_some_and(|t| !t.is_empty() && !t.starts_with(['%', '_']))
}

fn literal(value: &str) -> Against {
    Against::Literal { value: value.to_string() }
}

fn unquoted(text: &str) -> String {
    match text.strip_prefix('\'').and_then(|t| t.strip_suffix('\'')) {
        Some(inner) => inner.replace("''", "'"),
        None => text.to_string(),
    }
}

fn first_word(src: &str, node: &SyntaxNode) -> String {
    let text = slice(src, node);
    let word: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    word.to_ascii_lowercase()
}
