//! A statement over tables, as a statement over entities.
use super::super::lift::{Home, Lifted};
use std::collections::BTreeMap;
use tw_model::{
    Origin,
    model::{Param, ParamType, Query, Statement, Type},
    schema::Name,
    sql::{EntitySql, StatementKind},
};

/// Longest statement that stands in a line of a brief, in bytes.
const LONGEST: usize = 4_000;

pub(super) struct Words<'a> {
    pub lifted: &'a Lifted,
}

/// A word of a statement and where it stands.
struct Word<'a> {
    text: &'a str,
    /// The identifier, unquoted; lower case unless it was quoted.
    name: String,
    start: usize,
}

impl Words<'_> {
    /// The statement over entities. Columns that mean different members in the tables named are refused.
    pub fn query(&self, sql: &str, n: usize) -> Result<Query, String> {
        let sql = sql.split_whitespace().collect::<Vec<_>>().join(" ");
        if sql.len() > LONGEST {
            return Err("it is longer than a line of a brief".into());
        }
        if ["--", "/*", "$$", "⟦", "⟧"].iter().any(|sign| sql.contains(sign)) {
            return Err("it holds a comment, dollar quotes or the signs ⟦ ⟧".into());
        }
        let words = words(&sql);
        let relations = self.relations(&sql, &words);
        if relations.is_empty() {
            return Err("none of its tables is an entity".into());
        }
        let (text, params) = self.replaced(&sql, &words, &relations)?;
        let kind = match words.first().map(|w| w.name.as_str()) {
            Some("insert") => StatementKind::Insert,
            Some("update") => StatementKind::Update,
            Some("delete") => StatementKind::Delete,
            _ => StatementKind::Select,
        };
        let verb = serde_json::to_value(kind).ok().and_then(|v| v.as_str().map(String::from)).unwrap_or_default();
        let first =
            relations.values().min_by_key(|r| r.at).map(|r| tw_model::model::snake_case(&r.entity)).unwrap_or_default();
        let origin = Origin::assumed("counted by the server");
        let name: String = format!("{verb}_{first}").chars().take(40).collect();
        let statements = vec![Statement::bare(EntitySql::bare(text, kind), origin.clone())];
        Ok(Query { params, statements, ..Query::bare(&format!("{name}_{n}"), origin) })
    }

    /// Tables in relation position, by alias or name.
    fn relations(&self, sql: &str, words: &[Word]) -> BTreeMap<String, Relation> {
        let mut out = BTreeMap::new();
        let mut from = false;
        for (n, word) in words.iter().enumerate() {
            from = match word.name.as_str() {
                "from" | "join" | "into" | "update" | "using" => true,
                "where" | "set" | "values" | "on" | "group" | "order" | "limit" | "returning" | "select" => false,
                _ => from,
            };
            let before = sql[..word.start].trim_end();
            let place =
                n > 0 && matches!(words[n - 1].name.as_str(), "from" | "join" | "into" | "update" | "only" | "using");
            let listed = from && before.ends_with(',');
            let qualified = before.ends_with('.') && n > 0;
            let starts = place
                || listed
                || (qualified
                    && n > 1
                    && matches!(words[n - 2].name.as_str(), "from" | "join" | "into" | "update" | "only" | "using"));
            if !starts {
                continue;
            }
            let schema = if qualified { words[n - 1].name.clone() } else { "public".into() };
            let name = Name::new(schema, word.name.clone());
            let Some((entity, home)) = self.lifted.homes.iter().find(|(_, h)| h.table == name) else { continue };
            let start = if qualified { words[n - 1].start } else { word.start };
            let next = words.get(n + 1).filter(|w| w.name == "as").map_or(n + 1, |_| n + 2);
            let alias =
                words.get(next).filter(|w| adjacent(sql, &words[next - 1], w) && !KEYWORDS.contains(&w.name.as_str()));
            let known_as = alias.map_or(word.name.clone(), |a| a.name.clone());
            let end = word.start + word.text.len();
            let relation =
                Relation { entity: entity.clone(), home: home.clone(), at: start, end, aliased: alias.is_some() };
            out.entry(known_as).or_insert(relation);
        }
        out
    }

    /// The text with entities, members and named parameters.
    fn replaced(
        &self,
        sql: &str,
        words: &[Word],
        relations: &BTreeMap<String, Relation>,
    ) -> Result<(String, Vec<Param>), String> {
        let mut out = String::new();
        let mut params: BTreeMap<u32, Option<ParamType>> = BTreeMap::new();
        let mut done = 0;
        let mut last: Option<(String, String)> = None;
        let mut inserted: Vec<(String, String)> = vec![];
        for (n, word) in words.iter().enumerate() {
            if word.start < done {
                continue;
            }
            out += &sql[done..word.start];
            done = word.start + word.text.len();
            if let Some(relation) = relations.values().find(|r| r.at == word.start) {
                out += &relation.entity;
                done = relation.end;
                continue;
            }
            if let Some(number) = word.text.strip_prefix('$').and_then(|d| d.parse::<u32>().ok()) {
                out += &format!(":p{number}");
                let before = words[..n].last().map(|w| w.name.as_str()).unwrap_or_default();
                let ty = match before {
                    "limit" | "offset" | "first" | "next" => Some(whole_number()),
                    _ if !inserted.is_empty() && sql[..word.start].to_lowercase().contains("values") => {
                        let before = sql[..word.start].rsplit('(').next().unwrap_or_default().matches(',').count();
                        inserted.get(before).map(|(e, m)| self.type_of(e, m))
                    }
                    _ => last.as_ref().map(|(e, m)| self.type_of(e, m)),
                };
                let slot = params.entry(number).or_default();
                *slot = slot.take().or(ty);
                continue;
            }
            let after_dot = sql[..word.start].ends_with('.');
            let calls = sql[done..].starts_with('(') || sql[..word.start].ends_with("::");
            let owner = after_dot.then(|| n.checked_sub(1).and_then(|b| relations.get(&words[b].name))).flatten();
            let candidates: Vec<&Relation> = match owner {
                Some(relation) => vec![relation],
                None if after_dot || calls => vec![],
                None => relations.values().collect(),
            };
            let members: Vec<(String, String)> = candidates
                .iter()
                .filter_map(|r| Some((r.entity.clone(), r.home.members.get(&word.name)?.clone())))
                .collect();
            match members.as_slice() {
                [] if sql[done..].starts_with('.') && relations.get(&word.name).is_some_and(|r| !r.aliased) => {
                    out += &relations[&word.name].entity;
                }
                [] => out += word.text,
                [first, rest @ ..] => {
                    if rest.iter().any(|(_, m)| *m != first.1) {
                        return Err(format!("the column {} means different things in its tables", word.name));
                    }
                    if relations
                        .values()
                        .any(|r| r.entity == first.0 && r.home.ends.get(&first.1).is_some_and(|c| c.len() > 1))
                    {
                        return Err(format!("the column {} is a part of an end only", word.name));
                    }
                    out += &first.1;
                    if words.first().is_some_and(|w| w.name == "insert")
                        && !sql[..word.start].to_lowercase().contains(" values")
                    {
                        inserted.push(first.clone());
                    }
                    last = Some(first.clone());
                }
            }
        }
        out += &sql[done..];
        let params: Result<Vec<Param>, String> = params
            .into_iter()
            .map(|(number, ty)| {
                let ty = ty.ok_or_else(|| format!("what ${number} stands for cannot be told"))?;
                Ok(Param { name: format!("p{number}"), ty, drawn_zipf: None })
            })
            .collect();
        Ok((out, params?))
    }

    /// A member as the type of a parameter: an end stands for the row it points at.
    fn type_of(&self, entity: &str, member: &str) -> ParamType {
        if member == "key" {
            return ParamType::Entity { entity: entity.to_string() };
        }
        let end = self.lifted.model.ends_of(entity).into_iter().find(|e| e.name == member).map(|e| e.target);
        match end {
            Some(entity) => ParamType::Entity { entity },
            None => ParamType::Attribute { entity: entity.to_string(), attribute: member.to_string() },
        }
    }
}

/// A table in relation position.
struct Relation {
    entity: String,
    home: Home,
    at: usize,
    end: usize,
    aliased: bool,
}

const KEYWORDS: &[&str] = &[
    "where",
    "set",
    "values",
    "on",
    "group",
    "order",
    "limit",
    "returning",
    "select",
    "join",
    "left",
    "right",
    "inner",
    "outer",
    "full",
    "cross",
    "using",
    "for",
    "having",
    "union",
    "offset",
    "fetch",
    "default",
    "natural",
    "window",
];

fn whole_number() -> ParamType {
    ParamType::Type { ty: Type { written: "bigint".into(), sql: "bigint".into(), word: None } }
}

/// Only spaces stand between the two.
fn adjacent(sql: &str, a: &Word, b: &Word) -> bool {
    sql[a.start + a.text.len()..b.start].trim().is_empty()
}

/// Identifiers, keywords and parameters in order; what stands in single quotes is passed over.
fn words(sql: &str) -> Vec<Word<'_>> {
    let mut out = vec![];
    let mut at = 0;
    while let Some(c) = sql[at..].chars().next() {
        let rest = &sql[at..];
        let inside = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let length = match c {
            '\'' => {
                at += rest[1..].find('\'').map_or(rest.len(), |n| n + 2);
                continue;
            }
            '"' => rest[1..].find('"').map_or(rest.len(), |n| n + 2),
            c if c.is_alphabetic() || c == '_' || c == '$' => rest.find(|c| !inside(c)).unwrap_or(rest.len()),
            _ => {
                at += c.len_utf8();
                continue;
            }
        };
        let text = &rest[..length];
        let name = if c == '"' { text.trim_matches('"').to_string() } else { text.to_lowercase() };
        out.push(Word { text, name, start: at });
        at += length;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lifted() -> Lifted {
        let text = "# Shop\n\n## Concepts\n\n- [Artist] 1 --(has)--> * [Album]\n\n### Artist\n\n- artist_id: integer, key\n- name: text\n\n### Album\n\n- album_id: integer, key\n- title: text\n";
        let model = tw_brief::read(text).0.expect("a model");
        let home = |table: &str, members: &[(&str, &str)], ends: &[(&str, &str)]| Home {
            table: Name::new("public", table),
            members: members.iter().map(|(c, m)| (c.to_string(), m.to_string())).collect(),
            ends: ends.iter().map(|(e, c)| (e.to_string(), vec![c.to_string()])).collect(),
            ..Home::default()
        };
        let homes = [
            ("Artist".to_string(), home("artists", &[("artist_id", "artist_id"), ("name", "name")], &[])),
            (
                "Album".to_string(),
                home(
                    "albums",
                    &[("album_id", "album_id"), ("title", "title"), ("artist_id", "artist")],
                    &[("artist", "artist_id")],
                ),
            ),
        ];
        Lifted { model, homes: homes.into_iter().collect(), ..Lifted::default() }
    }

    fn said(sql: &str) -> Result<String, String> {
        let lifted = lifted();
        let query = Words { lifted: &lifted }.query(sql, 1)?;
        let text = query.statements[0].sql.text.clone();
        match super::super::read_in(&lifted, vec![query]).1.pop() {
            Some((_, why)) => Err(why),
            None => Ok(text),
        }
    }

    #[test]
    fn statements_are_said_over_entities() {
        for (sql, wanted) in [
            (
                "SELECT title FROM albums WHERE artist_id = $1 ORDER BY title LIMIT $2",
                "SELECT title FROM Album WHERE artist = :p1 ORDER BY title LIMIT :p2",
            ),
            (
                "select a.title, r.name from public.albums a join artists r on a.artist_id = r.artist_id where r.name = $1",
                "select a.title, r.name from Album a join Artist r on a.artist = r.artist_id where r.name = :p1",
            ),
            (
                "INSERT INTO albums (album_id, title, artist_id) VALUES ($1, $2, $3)",
                "INSERT INTO Album (album_id, title, artist) VALUES (:p1, :p2, :p3)",
            ),
            ("UPDATE albums SET title = $1 WHERE album_id = $2", "UPDATE Album SET title = :p1 WHERE album_id = :p2"),
            ("delete from artists where artists.name = $1", "delete from Artist where Artist.name = :p1"),
        ] {
            assert_eq!(said(sql).as_deref(), Ok(wanted), "{sql}");
        }
    }

    #[test]
    fn what_cannot_be_said_is_told() {
        for sql in [
            "select $1 from albums",
            "select artist_id from albums, artists",
            "select 1 from nowhere",
            "select title from albums -- x",
        ] {
            assert!(said(sql).is_err(), "{sql}");
        }
    }
}
