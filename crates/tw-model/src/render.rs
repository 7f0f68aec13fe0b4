//! Entity SQL to SQL: pieces rendered against a mapping of entities to tables.
//!
//! Rendering knows nothing of grammar: it replaces the resolved pieces and copies the rest. An end or a
//! key of several columns stands bare where a list may stand (`a, b`), else as a row (`(a, b)`).
use crate::ident::quote;
use crate::model::{Param, ParamType};
use crate::sql::{EntityExpr, EntitySql, MappedColumn, MappedRelation, Mapping, OWN_ROW, Piece};

/// A statement as PostgreSQL takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The text with `$1`, `$2`, ...
    pub sql: String,
    /// What `$1`, `$2`, ... stand for, in order.
    pub params: Vec<RenderedParam>,
}

/// One `$n`. A parameter that stands for a composite key takes several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderedParam {
    /// Parameter name without the colon.
    pub name: String,
    /// Which of its columns, from 0.
    pub part: usize,
    /// Type as PostgreSQL prints it; empty when unknown (a value kept by an earlier statement), and the
    /// server then infers it.
    pub ty: String,
}

/// The text search configuration of every `search` attribute. `simple` splits words and folds case but
/// knows no language: no stemming and no stop words, so that every word of any language can be found.
pub const SEARCH_CONFIGURATION: &str = "simple";

/// The indexed expression of a `search` attribute: an index must have exactly this for a match to use it.
pub fn search_vector(column: &str) -> String {
    format!("to_tsvector('{SEARCH_CONFIGURATION}', {column})")
}

/// A full-text match of a column (as printed) with a web-style query expression.
pub fn search_match(column: &str, query: &str) -> String {
    format!("{}{query})", search_head(column))
}

fn search_head(column: &str) -> String {
    format!("{} @@ websearch_to_tsquery('{SEARCH_CONFIGURATION}', ", search_vector(column))
}

/// The statement with `$n` for parameters, numbered by first use.
pub fn statement(sql: &EntitySql, mapping: &Mapping, params: &[Param]) -> Rendered {
    let mut taken: Vec<RenderedParam> = vec![];
    let text = statement_with(sql, mapping, &mut |name| {
        let first = taken.iter().position(|p| p.name == name);
        let (first, count) = match first {
            Some(at) => (at, taken.iter().filter(|p| p.name == name).count()),
            None => {
                let at = taken.len();
                let types = param_types(name, mapping, params);
                let count = types.len();
                taken.extend(types.into_iter().enumerate().map(|(part, ty)| RenderedParam {
                    name: name.to_string(),
                    part,
                    ty,
                }));
                (at, count)
            }
        };
        (first..first + count).map(|n| format!("${}", n + 1)).collect()
    });
    Rendered { sql: text, params: taken }
}

/// The statement with a given text for each parameter: `param` is handed its name and answers one text
/// per column (see [`param_types`]). Called once per use, in the order of the text.
pub fn statement_with(sql: &EntitySql, mapping: &Mapping, param: &mut dyn FnMut(&str) -> Vec<String>) -> String {
    pieces(&sql.pieces, mapping, None, param)
}

/// The expression over one row of `entity`, its attributes qualified when a qualifier (as printed) is given.
/// Inside a query of the expression they are qualified always, by the table's name if nothing else is said.
pub fn expression(expr: &EntityExpr, mapping: &Mapping, entity: &str, qualifier: Option<&str>) -> String {
    let own = qualifier.map(|q| (entity, q));
    pieces(&expr.pieces, mapping, own, &mut |name| vec![format!(":{name}")])
}

/// Types of the columns a parameter stands for: one, or one per key column. An unknown parameter has one
/// of unknown (empty) type.
pub fn param_types(name: &str, mapping: &Mapping, params: &[Param]) -> Vec<String> {
    let types = |columns: &[MappedColumn]| columns.iter().map(|c| c.ty.clone()).collect::<Vec<_>>();
    let found = params.iter().find(|p| p.name == name);
    let types = match found.map(|p| &p.ty) {
        Some(ParamType::Type { ty }) => vec![ty.sql.clone()],
        Some(ParamType::Entity { entity }) => mapping.relations.get(entity).map(|r| types(&r.key)).unwrap_or_default(),
        Some(ParamType::Attribute { entity, attribute }) => {
            mapping.relations.get(entity).map(|r| types(columns_of(r, attribute))).unwrap_or_default()
        }
        None => vec![],
    };
    if types.is_empty() { vec![String::new()] } else { types }
}

fn columns_of<'a>(relation: &'a MappedRelation, name: &str) -> &'a [MappedColumn] {
    match relation.columns.get(name) {
        Some(columns) => columns,
        None if name == "key" => &relation.key,
        None => &[],
    }
}

fn pieces(
    pieces: &[Piece],
    mapping: &Mapping,
    own: Option<(&str, &str)>,
    param: &mut dyn FnMut(&str) -> Vec<String>,
) -> String {
    let mut out = String::new();
    for (i, piece) in pieces.iter().enumerate() {
        let (parts, list) = match piece {
            Piece::Text { text } => (vec![text.clone()], true),
            Piece::Relation { entity, add_alias, write } => {
                (vec![relation(mapping, entity, add_alias.as_deref(), *write)], true)
            }
            Piece::Attribute { entity, name, qualifier, list } => {
                (columns(mapping, entity, name, qualifier.as_deref(), own), *list)
            }
            Piece::Key { entity, qualifier, list } => {
                (columns(mapping, entity, "key", qualifier.as_deref(), own), *list)
            }
            Piece::Star { entity, qualifier } => (star(mapping, entity, qualifier.as_deref(), own), true),
            Piece::Param { name, list } => (param(name), *list),
            Piece::Each { text, entity, name, list } => {
                let count = columns(mapping, entity, name, None, None).len();
                (vec![text.clone(); count], *list)
            }
            Piece::Search { entity, name, qualifier } => {
                let columns = columns(mapping, entity, name, qualifier.as_deref(), own);
                (columns.iter().take(1).map(|c| search_head(c)).collect(), true)
            }
        };
        let direction = match (pieces.get(i + 1), parts.len()) {
            (Some(Piece::Text { text }), 2..) if list => sort_direction(text),
            _ => "",
        };
        let text = match parts.as_slice() {
            [one] => one.clone(),
            many if list => many.join(&format!("{direction}, ")),
            many => format!("({})", many.join(", ")),
        };
        // `select*from User`: what parted the words may have been the piece itself.
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '⟦' | '⟧');
        if out.ends_with(is_word) && text.starts_with(is_word) {
            out.push(' ');
        }
        out.push_str(&text);
    }
    out
}

fn relation(mapping: &Mapping, entity: &str, add_alias: Option<&str>, write: bool) -> String {
    let table = match mapping.relations.get(entity) {
        Some(r) if write => r.write_to.clone(),
        Some(r) => r.read_from.clone(),
        None => quote(entity),
    };
    match add_alias {
        Some(alias) => format!("{table} as {alias}"),
        None => table,
    }
}

/// Columns of an attribute, an end or `key`, qualified. A name the mapping lacks stands for itself.
fn columns(
    mapping: &Mapping,
    entity: &str,
    name: &str,
    qualifier: Option<&str>,
    own: Option<(&str, &str)>,
) -> Vec<String> {
    let own = own.filter(|(e, _)| *e == entity).map(|(_, q)| q);
    let table = || mapping.relations.get(entity).map_or(entity, |r| &r.read_from);
    let prefix = match qualifier {
        Some(OWN_ROW) => format!("{}.", own.unwrap_or_else(table)),
        Some(alias) => format!("{alias}."),
        None => own.map(|q| format!("{q}.")).unwrap_or_default(),
    };
    let columns = mapping.relations.get(entity).map(|r| columns_of(r, name));
    match columns {
        Some(columns) if !columns.is_empty() => columns.iter().map(|c| format!("{prefix}{}", c.name)).collect(),
        _ => vec![format!("{prefix}{}", quote(name))],
    }
}

fn star(mapping: &Mapping, entity: &str, qualifier: Option<&str>, own: Option<(&str, &str)>) -> Vec<String> {
    let all = mapping.relations.get(entity).map(|r| r.all.as_slice());
    match all {
        Some(all) if !all.is_empty() => {
            all.iter().flat_map(|name| columns(mapping, entity, name, qualifier, own)).collect()
        }
        _ => vec![qualifier.map_or("*".to_string(), |q| format!("{q}.*"))],
    }
}

/// The `desc nulls last` a text begins with, leading space included; empty when there is none.
fn sort_direction(text: &str) -> &str {
    let mut end = 0;
    loop {
        let rest = &text[end..];
        let spaces = rest.len() - rest.trim_start().len();
        let word = rest[spaces..].split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("");
        let known = ["asc", "desc", "nulls", "first", "last"];
        if spaces == 0 || !known.iter().any(|k| word.eq_ignore_ascii_case(k)) {
            return &text[..end];
        }
        end += spaces + word.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn mapping() -> Mapping {
        let column = |name: &str| MappedColumn { name: name.into(), ty: "integer".into() };
        let bed = MappedRelation {
            read_from: "beds_view".into(),
            write_to: "beds".into(),
            key: vec![column("ward_id"), column("number")],
            columns: BTreeMap::from([
                ("ward".to_string(), vec![column("ward_id")]),
                ("number".to_string(), vec![column("number")]),
                ("next".to_string(), vec![column("next_ward"), column("next_number")]),
            ]),
            all: vec!["ward".into(), "number".into(), "next".into()],
        };
        Mapping { relations: BTreeMap::from([("Bed".to_string(), bed)]) }
    }

    fn text(text: &str) -> Piece {
        Piece::Text { text: text.into() }
    }

    fn render(list: Vec<Piece>) -> String {
        pieces(&list, &mapping(), None, &mut |n| vec![format!(":'{n}_1'"), format!(":'{n}_2'")])
    }

    #[test]
    fn composite_columns_stand_bare_only_in_lists() {
        let next =
            |list| Piece::Attribute { entity: "Bed".into(), name: "next".into(), qualifier: Some("b".into()), list };
        let param = |list| Piece::Param { name: "x".into(), list };
        assert_eq!(
            render(vec![next(false), text(" = "), param(false)]),
            "(b.next_ward, b.next_number) = (:'x_1', :'x_2')"
        );
        assert_eq!(render(vec![next(true)]), "b.next_ward, b.next_number");
        assert_eq!(render(vec![text("values ("), param(true), text(")")]), "values (:'x_1', :'x_2')");
    }

    #[test]
    fn a_sort_direction_reaches_every_column() {
        let key = Piece::Key { entity: "Bed".into(), qualifier: None, list: true };
        assert_eq!(
            render(vec![text("order by "), key, text(" DESC nulls last limit 1")]),
            "order by ward_id DESC nulls last, number DESC nulls last limit 1"
        );
    }

    #[test]
    fn writes_and_reads_may_live_in_different_places() {
        let relation = |write, alias: Option<&str>| Piece::Relation {
            entity: "Bed".into(),
            add_alias: alias.map(String::from),
            write,
        };
        assert_eq!(render(vec![relation(true, Some("bed"))]), "beds as bed");
        assert_eq!(render(vec![relation(false, None)]), "beds_view");
    }

    #[test]
    fn the_search_match_holds_the_indexed_expression() {
        let search = Piece::Search { entity: "Bed".into(), name: "number".into(), qualifier: None };
        let rendered = render(vec![search, text("'x')")]);
        assert_eq!(rendered, search_match("number", "'x'"));
        assert!(rendered.starts_with(&search_vector("number")));
    }
}
