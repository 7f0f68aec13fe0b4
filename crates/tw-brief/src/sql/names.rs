//! Names in expressions: attributes, ends, keys, aliases, and bare words that are values.
use super::expr::Ctx;
use super::level::{Found, Ident, Ref, Resolver, Want};
use super::{range, slice};
use squawk_syntax::{SyntaxKind, SyntaxNode};
use tw_model::ident::{is_reserved, literal};
use tw_model::sql::Piece;

/// Names that PostgreSQL itself answers.
const BUILT_IN: &[&str] = &[
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "localtime",
    "localtimestamp",
    "session_user",
    "system_user",
    "user",
];

impl<'a> Resolver<'a> {
    /// A bare name.
    pub fn name(&mut self, node: &SyntaxNode, ctx: Ctx<'a>) {
        let at = range(node);
        let written = slice(self.src, node);
        let ident = Ident::new(written);
        let value =
            ctx.want.filter(|_| !ident.quoted).and_then(|w| w.attribute.values.iter().find(|v| **v == ident.text));
        match (self.find(&ident), value) {
            (Found::Attribute { rel, name, .. }, Some(value)) => {
                let owner = self.rels[rel].name.clone();
                let of = ctx.want.map_or(String::new(), |w| format!("{}.{}", w.entity, w.attribute.name));
                self.problem(
                    at,
                    format!("`{written}` could be the attribute {owner}.{name} or the value of {of}"),
                    "both are in scope here",
                    format!("write `'{value}'` or `{owner}.{name}`"),
                );
            }
            (Found::Attribute { rel, level, name }, _) => {
                let qualifier = self.qualifier_from(rel, level);
                self.attribute(at, rel, name, qualifier, ctx.list);
            }
            (Found::Column { rel, level, column }, _) => self.derived_name(at, rel, level, column, ctx.list),
            (_, Some(value)) => {
                self.words.insert(at.0);
                self.emit(at, Piece::Text { text: literal(value) });
            }
            (Found::Row { rel, level }, None) => {
                if self.rels[rel].entity.is_some() {
                    let qualifier = self.qualifier_from(rel, level);
                    self.attribute(at, rel, "key", qualifier, ctx.list);
                }
            }
            (Found::Ambiguous(of), None) => self.problem(
                at,
                format!("`{written}` could be {}", of.join(" or ")),
                "several relations of this statement have it",
                format!("write `{}`", of.first().map_or("", String::as_str)),
            ),
            // A reserved word is no name of a function's column either.
            (Found::Opaque, None) if ident.quoted || !is_reserved(&ident.text) => {}
            (Found::Opaque, None) => self.missing(at, &ident, ctx.want),
            (Found::Missing, None) => self.missing(at, &ident, ctx.want),
        }
    }

    fn missing(&mut self, at: (usize, usize), ident: &Ident, want: Option<Want<'a>>) {
        let lower = ident.text.to_ascii_lowercase();
        if !ident.quoted && BUILT_IN.contains(&lower.as_str()) {
            return;
        }
        if !ident.quoted && lower == "now" {
            self.emit(at, Piece::Text { text: "now()".into() });
            return;
        }
        let word = &ident.text;
        if let Some(want) = want {
            let values = &want.attribute.values;
            let help = match suggest(word, values.iter().map(String::as_str)) {
                s if s.is_empty() => format!("write one of {}", values.join(", ")),
                s => s,
            };
            self.problem(
                at,
                format!("`{word}` is not a value of {}.{}", want.entity, want.attribute.name),
                format!("its values are {}", values.join(", ")),
                help,
            );
            return;
        }
        let names = self.visible_names();
        let relations = self.visible_relations();
        let why = if relations.is_empty() {
            "no relation is in scope here".to_string()
        } else {
            format!(
                "{} {} no attribute of that name",
                relations.join(", "),
                if relations.len() == 1 { "has" } else { "have" }
            )
        };
        let help = match suggest(word, names.iter().map(String::as_str)) {
            s if s.is_empty() => format!("name an attribute, or quote a text: '{word}'"),
            s => s,
        };
        self.problem(at, format!("unknown attribute `{word}`"), why, help);
    }

    /// `a.b`, `a.*`, and what hangs on them.
    pub fn field(&mut self, node: &SyntaxNode, ctx: Ctx<'a>) {
        let Some(base) = node.children().next() else {
            return;
        };
        let at = range(node);
        if base.kind() != SyntaxKind::NAME_REF {
            match base.kind() {
                SyntaxKind::FIELD_EXPR => self.too_many_dots(&base, at),
                _ => self.expr(&base, Ctx::default()),
            }
            return;
        }
        let owner = Ident::new(slice(self.src, &base));
        let Some((rel, level)) = self.find_rel(&owner) else {
            self.unknown_owner(&base, &owner, at);
            return;
        };
        // The alias as written, unless the entity's own name stood for it.
        let qualifier = if self.rels[rel].aliased {
            Some(slice(self.src, &base).to_string())
        } else {
            self.qualifier_from(rel, level)
        };
        let Some(field) = node.children().nth(1) else {
            self.star(at, rel, qualifier);
            return;
        };
        let ident = Ident::new(slice(self.src, &field));
        if let Some(name) = self.rels[rel].attribute(&ident) {
            self.attribute(at, rel, name, qualifier, ctx.list);
        } else if let Some(column) = self.rels[rel].column(&ident) {
            self.derived(at, rel, column, qualifier, ctx.list);
        } else if let Some((entity, of)) = self.rels[rel].entity {
            let names = of.attributes.iter().map(|a| a.name.as_str()).chain(["key"]);
            let help = match suggest(&ident.text, names) {
                s if s.is_empty() => format!("name an attribute or a relation end of {entity}"),
                s => s,
            };
            self.problem(
                range(&field),
                format!("unknown attribute `{}`", ident.text),
                format!("{entity} has no attribute or relation end of that name"),
                help,
            );
        }
    }

    /// Emits an attribute, an end or `key` and notes that it is read.
    pub fn attribute(&mut self, at: (usize, usize), rel: usize, name: &str, qualifier: Option<String>, list: bool) {
        let Some((entity, _)) = self.rels[rel].entity else {
            return;
        };
        self.read(rel, name);
        self.refs.insert(at.0, Ref { end: at.1, rel, name: name.to_string() });
        self.emit(at, column_piece(entity, name, qualifier, list));
    }

    /// Notes that an attribute of the relation's scan is read.
    pub fn read(&mut self, rel: usize, name: &str) {
        if let Some(scan) = self.rels[rel].scan {
            let reads = &mut self.scans[scan].1.reads;
            if !reads.iter().any(|r| r == name) {
                reads.push(name.to_string());
            }
        }
    }

    fn derived_name(&mut self, at: (usize, usize), rel: usize, level: usize, column: usize, list: bool) {
        let qualifier = self.qualifier_from(rel, level);
        self.derived(at, rel, column, qualifier, list);
    }

    /// A derived table's column: under the attribute's physical names when it kept them.
    fn derived(&mut self, at: (usize, usize), rel: usize, column: usize, qualifier: Option<String>, list: bool) {
        let super::level::Columns::Known(columns) = &self.rels[rel].columns else {
            return;
        };
        match columns.get(column).and_then(|c| c.source.clone()) {
            Some((entity, name)) => self.emit(at, column_piece(entity, &name, qualifier, list)),
            None => {
                // The name is the text's own; only a needed qualifier is added.
                let written = self.src.get(at.0..at.1).unwrap_or("");
                if let Some(q) = qualifier.filter(|_| !written.contains('.')) {
                    let text = format!("{q}.{written}");
                    self.emit(at, Piece::Text { text });
                } else {
                    self.own_name(at);
                }
            }
        }
    }

    /// Refuses reserved words that were taken for a name but turned out to be none of the brief's.
    pub fn reserved_words(&mut self, words: &[(usize, usize)], shift: usize) {
        for &(start, end) in words {
            let (start, end) = (start + shift, end + shift);
            let resolved = self.edits.iter().any(|e| e.start <= start && end <= e.end);
            let known = self.problems.iter().any(|p| p.start <= start && end <= p.end);
            if !resolved && !known {
                let word = self.src.get(start..end).unwrap_or("").to_string();
                self.problem(
                    (start, end),
                    format!("`{word}` is a reserved word"),
                    "it stands where a new name is given, and SQL takes no reserved word there",
                    "give another name",
                );
            }
        }
    }

    /// A name that the text itself gave, standing alone: quoted where it is a reserved word.
    pub fn own_name(&mut self, at: (usize, usize)) {
        let written = self.src.get(at.0..at.1).unwrap_or("");
        if is_reserved(written) {
            let text = format!("\"{}\"", written.to_ascii_lowercase());
            self.emit(at, Piece::Text { text });
        }
    }

    /// `a.*`, or one relation's part of `*`.
    pub fn star(&mut self, at: (usize, usize), rel: usize, qualifier: Option<String>) {
        match self.rels[rel].entity {
            Some((entity, of)) => {
                if of.key.is_empty() {
                    self.read(rel, "key");
                }
                for attribute in &of.attributes {
                    self.read(rel, &attribute.name);
                }
                self.emit(at, Piece::Star { entity: entity.to_string(), qualifier });
            }
            None => {
                let text = qualifier.map_or("*".to_string(), |q| format!("{q}.*"));
                self.emit(at, Piece::Text { text });
            }
        }
    }

    fn too_many_dots(&mut self, base: &SyntaxNode, at: (usize, usize)) {
        let parts: Vec<String> = base.children().map(|c| slice(self.src, &c).to_string()).collect();
        let (Some(owner), Some(end)) = (parts.first(), parts.get(1)) else {
            return;
        };
        let target = self
            .find_rel(&Ident::new(owner))
            .and_then(|(rel, _)| self.rels[rel].entity)
            .and_then(|(_, entity)| entity.attribute(end))
            .and_then(|a| a.target.clone())
            .or_else(|| self.end_target(&Ident::new(owner)));
        self.navigation(at, target, &parts.join("."));
    }

    fn end_target(&self, ident: &Ident) -> Option<String> {
        match self.find(ident) {
            Found::Attribute { rel, name, .. } => {
                self.rels[rel].entity.and_then(|(_, e)| e.attribute(name)).and_then(|a| a.target.clone())
            }
            _ => None,
        }
    }

    fn navigation(&mut self, at: (usize, usize), target: Option<String>, path: &str) {
        match target {
            Some(target) => self.problem(
                at,
                format!("`{path}` is a relation end, it has no attributes here"),
                "there are no implicit joins: what a statement reads, it says",
                format!("join {target} x on x.key = {path}, and write x.attribute"),
            ),
            None => self.problem(
                at,
                format!("`{path}` has no parts"),
                "a name is an attribute, or `alias.attribute`",
                "remove what follows the second dot, or put a composite value in parentheses",
            ),
        }
    }

    fn unknown_owner(&mut self, base: &SyntaxNode, owner: &Ident, at: (usize, usize)) {
        if let Some(target) = self.end_target(owner) {
            self.navigation(at, Some(target), &owner.text);
            return;
        }
        if matches!(self.find(owner), Found::Attribute { .. }) {
            self.navigation(at, None, &owner.text);
            return;
        }
        let aliased = self.levels.iter().rev().filter(|l| !l.hidden).flat_map(|l| &l.rels);
        let alias = aliased
            .map(|&r| &self.rels[r])
            .find(|r| r.entity.is_some_and(|(e, _)| e == owner.text))
            .map(|r| r.name.clone());
        let (why, help) = match alias {
            Some(alias) => {
                (format!("{} is called `{alias}` in this statement", owner.text), format!("write `{alias}`"))
            }
            None => {
                let visible = self.visible_relations();
                let help = match suggest(&owner.text, visible.iter().map(String::as_str)) {
                    s if s.is_empty() => "name it in `from`, or correct the alias".to_string(),
                    s => s,
                };
                ("no relation of that name is in scope here".to_string(), help)
            }
        };
        self.problem(range(base), format!("unknown alias `{}`", owner.text), why, help);
    }

    fn visible_relations(&self) -> Vec<String> {
        let visible = self.levels.iter().rev().filter(|l| !l.hidden);
        visible
            .flat_map(|l| l.rels.iter().map(|&r| self.rels[r].name.clone()))
            .filter(|name| !name.is_empty())
            .collect()
    }

    fn visible_names(&self) -> Vec<String> {
        let visible = self.levels.iter().rev().filter(|l| !l.hidden);
        let mut names = vec![];
        for &rel in visible.flat_map(|l| &l.rels) {
            let rel = &self.rels[rel];
            names.push(rel.name.clone());
            if let Some((_, entity)) = rel.entity {
                names.extend(entity.attributes.iter().map(|a| a.name.clone()));
            }
            if let super::level::Columns::Known(columns) = &rel.columns {
                names.extend(columns.iter().map(|c| c.name.clone()));
            }
        }
        names
    }
}

pub(super) fn column_piece(entity: &str, name: &str, qualifier: Option<String>, list: bool) -> Piece {
    let entity = entity.to_string();
    if name == "key" {
        Piece::Key { entity, qualifier, list }
    } else {
        Piece::Attribute { entity, name: name.to_string(), qualifier, list }
    }
}

/// "did you mean", or nothing when no name is near.
pub(super) fn suggest<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> String {
    let lower = word.to_ascii_lowercase();
    names
        .map(|n| (strsim::damerau_levenshtein(&lower, &n.to_ascii_lowercase()), n))
        .filter(|(distance, n)| *distance <= 1 + n.len().max(word.len()) / 4 && !n.is_empty())
        .min_by(|a, b| a.0.cmp(&b.0))
        .map_or(String::new(), |(_, n)| format!("did you mean `{n}`?"))
}
