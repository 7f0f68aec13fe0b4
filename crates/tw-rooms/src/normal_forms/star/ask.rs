//! What a query asks of a history, where sums a day can answer it; else why they cannot.
use super::{Dimension, Measure, Star};
use crate::kit::links;
use tw_model::{
    draft::Draft,
    model::{Entity, Model, ParamType, Query, Role, Rule, Sensitivity, Verb},
    sql::{Against, EntitySql, Piece, Predicate, PredicateOp, Scan, StatementKind},
};

/// A query in the words of a star.
pub(super) struct Asked {
    /// What it needs.
    pub star: Star,
    /// Its statement, with sums in place of rows.
    pub sql: EntitySql,
    /// Its name.
    pub query: String,
}

/// Column of the number of rows.
pub(super) const ROWS: &str = "rows";
/// Column of the day.
pub(super) const DAY: &str = "day";
/// Calls that mean the same over days and combinations as over rows.
const SAME: &[&str] = &["date_trunc", "extract", "round", "coalesce", "lower", "upper", "to_char", "nullif"];
/// Words that a parenthesis may follow.
const WORDS: &[&str] =
    &["in", "and", "or", "not", "on", "where", "by", "as", "then", "when", "else", "having", "case", "any"];
/// Words of what sums cannot say.
const MORE: &[&str] =
    &["distinct", "union", "intersect", "except", "with", "over", "filter", "limit", "fetch", "exists"];

/// What the query asks, or why a star does not answer it.
pub(super) fn asked(model: &Model, draft: &Draft, query: &Query) -> Result<Asked, String> {
    let [statement] = query.statements.as_slice() else { return Err("it is more than one statement".into()) };
    let sql = &statement.sql;
    if sql.kind != StatementKind::Select || !sql.locks.is_empty() {
        return Err("it writes or locks rows".into());
    }
    let role = query.role.as_ref().and_then(|name| model.roles.iter().find(|r| r.name == *name));
    let role = role.ok_or("the brief does not say who asks it (`as role`)")?;
    let (of, joined) = tables(model, sql)?;
    let entity = model.entity(&of.entity).ok_or("its entity is not known")?;
    let day = day(entity, query, of)?;
    let mut star = Star {
        of: of.entity.clone(),
        day,
        own: vec![],
        dimensions: joined.iter().map(|(end, scan)| dimension(end, scan)).collect(),
        measures: vec![],
        role: role.name.clone(),
        queries: vec![],
        oldest_s: query.oldest_s.unwrap_or(0),
    };
    for (scan, of) in joined.iter().map(|(_, scan)| (*scan, None)).chain([(of, Some(star.day.as_str()))]) {
        scan.predicates.iter().try_for_each(|p| constant(p, of))?;
    }
    let pieces = rewritten(sql, &mut star)?;
    outside(&pieces, &mut star)?;
    fits(model, draft, role, &star)?;
    Ok(Asked { star, sql: EntitySql { pieces, ..sql.clone() }, query: query.name.clone() })
}

/// An occurrence that rows refer to, with the end by which they do.
type Joined<'a> = (String, &'a Scan);

/// The occurrence whose rows are summed up, and those that it refers to, each by an end of its own.
fn tables<'a>(model: &Model, sql: &'a EntitySql) -> Result<(&'a Scan, Vec<Joined<'a>>), String> {
    let tie = |p: &&Predicate| p.attribute == "key" && matches!(p.against, Against::Column { .. });
    let mut roots = sql.scans.iter().filter(|s| !s.predicates.iter().any(|p| tie(&p)));
    let (Some(of), None) = (roots.next(), roots.next()) else {
        return Err("it does not ask of one entity and what its rows refer to".into());
    };
    let mut joined = vec![];
    for scan in sql.scans.iter().filter(|s| !std::ptr::eq(*s, of)) {
        let end = scan.predicates.iter().filter(tie).find_map(|p| match &p.against {
            Against::Column { alias, attribute } if *alias == of.alias => Some(attribute.clone()),
            _ => None,
        });
        let end = end.ok_or_else(|| format!("{} is reached over another entity than {}", scan.entity, of.entity))?;
        if !links(model).iter().any(|l| l.holder == of.entity && l.name == end && l.target == scan.entity) {
            return Err(format!("{} is not what {end} of {} refers to", scan.entity, of.entity));
        }
        if scan.entity == of.entity || joined.iter().any(|(_, other): &Joined| other.entity == scan.entity) {
            return Err(format!("{} occurs twice in it", scan.entity));
        }
        joined.push((end, scan));
    }
    Ok((of, joined))
}

fn dimension(end: &str, scan: &Scan) -> Dimension {
    Dimension { end: end.into(), entity: scan.entity.clone(), attributes: vec![] }
}

/// The attribute by which it asks from a day on.
fn day(entity: &Entity, query: &Query, of: &Scan) -> Result<String, String> {
    let ranges: Vec<&Predicate> = of.predicates.iter().filter(|p| p.op == PredicateOp::Range).collect();
    let first = ranges.first().ok_or("it asks of no time from which on")?;
    let attribute = entity.attribute(&first.attribute).ok_or("its time is no attribute")?;
    let whole = attribute.ty.sql == "date";
    if !(whole || attribute.ty.sql.starts_with("timestamp")) || attribute.optional {
        return Err(format!("{} is no time that every row has", attribute.name));
    }
    for p in &ranges {
        let Against::Param { name } = &p.against else { return Err("it asks from a time that is no parameter".into()) };
        let date =
            query.params.iter().any(|q| q.name == *name && matches!(&q.ty, ParamType::Type { ty } if ty.sql == "date"));
        let edge = p.text.contains(">=") || p.text.contains('<') && !p.text.contains("<=");
        if p.attribute != attribute.name || !date || !(whole || edge && !p.text.trim_start().starts_with(':')) {
            return Err(format!(
                "sums are a day: it must ask by `{} >= :from` and `< :to`, with parameters of type date",
                attribute.name
            ));
        }
    }
    Ok(attribute.name.clone())
}

/// A condition that does not differ from call to call, or one that is dealt with.
fn constant(p: &Predicate, day: Option<&str>) -> Result<(), String> {
    let fixed = matches!(p.against, Against::Literal { .. }) && matches!(p.op, PredicateOp::Equal | PredicateOp::In);
    let tie = matches!(p.against, Against::Column { .. });
    let timed = day == Some(p.attribute.as_str()) && p.op == PredicateOp::Range;
    let null = matches!(p.op, PredicateOp::IsNull | PredicateOp::IsNotNull);
    if fixed || tie || timed || null {
        Ok(())
    } else {
        Err(format!("its condition `{}` is not over whole days and fixed values", p.text))
    }
}

/// The statement with columns of sums in place of `count(*)` and `sum(...)`.
fn rewritten(sql: &EntitySql, star: &mut Star) -> Result<Vec<Piece>, String> {
    let (text, marks) = marked(&sql.pieces);
    let qualifier = sql.pieces.iter().find_map(|p| match p {
        Piece::Attribute { entity, qualifier, .. } if *entity == star.of => Some(qualifier.clone()),
        _ => None,
    });
    let column = |name: &str| Piece::Attribute {
        entity: star.of.clone(),
        name: name.into(),
        qualifier: qualifier.clone().flatten(),
        list: false,
    };
    let mut measures: Vec<Measure> = vec![];
    let mut out: Vec<Piece> = vec![];
    let (mut rest, mut next, mut selects) = (text.as_str(), 0, 0);
    while let Some((at, word, call)) = word(rest) {
        let lower = word.to_lowercase();
        selects += usize::from(lower == "select");
        if MORE.contains(&lower.as_str()) || selects > 1 {
            return Err(format!("it says `{lower}`, which sums cannot"));
        }
        let after = at + word.len();
        if !call || SAME.contains(&lower.as_str()) || WORDS.contains(&lower.as_str()) {
            out.extend(unmarked(&rest[..after], &marks, &mut next));
            rest = &rest[after..];
            continue;
        }
        let (inner, end) = argument(&rest[after..]).ok_or("its parentheses do not close")?;
        out.extend(unmarked(&rest[..at], &marks, &mut next));
        let pieces = unmarked(inner, &marks, &mut next);
        let name = match (lower.as_str(), inner.trim()) {
            ("count", "*") => ROWS.to_string(),
            ("sum", _) => measure(&mut measures, &star.of, pieces)?,
            _ => return Err(format!("it asks for `{lower}`: only sum(...) and count(*) can be added up")),
        };
        let sum = column(&name);
        let (before, behind) = if name == ROWS { ("coalesce(sum(", "), 0)") } else { ("sum(", ")") };
        out.extend([Piece::Text { text: before.into() }, sum, Piece::Text { text: behind.into() }]);
        rest = &rest[after + end..];
    }
    out.extend(unmarked(rest, &marks, &mut next));
    star.measures = measures;
    Ok(out)
}

/// What stands for a piece that is no text.
const MARK: char = '\u{e000}';

fn marked(pieces: &[Piece]) -> (String, Vec<Piece>) {
    let mut marks = vec![];
    let text = pieces.iter().map(|piece| match piece {
        Piece::Text { text } => text.clone(),
        other => {
            marks.push(other.clone());
            MARK.to_string()
        }
    });
    (text.collect(), marks)
}

fn unmarked(text: &str, marks: &[Piece], next: &mut usize) -> Vec<Piece> {
    let mut out = vec![];
    for (n, part) in text.split(MARK).enumerate() {
        if n > 0 {
            out.extend(marks.get(*next).cloned());
            *next += 1;
        }
        if !part.is_empty() {
            out.push(Piece::Text { text: part.into() });
        }
    }
    out
}

/// The first word outside quotes: where it begins, and whether a parenthesis follows.
fn word(text: &str) -> Option<(usize, &str, bool)> {
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        quoted ^= c == '\'';
        if !quoted && (c.is_ascii_alphabetic() || c == '_') {
            let end =
                text[at..].find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).map_or(text.len(), |n| at + n);
            return Some((at, &text[at..end], text[end..].trim_start().starts_with('(')));
        }
    }
    None
}

/// What stands in the parentheses that follow, and where they end.
fn argument(text: &str) -> Option<(&str, usize)> {
    let open = text.find('(')?;
    let (mut depth, mut quoted) = (0, false);
    for (at, c) in text.char_indices().skip_while(|(at, _)| *at < open) {
        quoted ^= c == '\'';
        match c {
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((&text[open + 1..at], at + 1));
        }
    }
    None
}

/// The column of a sum over the entity's own attributes.
fn measure(measures: &mut Vec<Measure>, of: &str, pieces: Vec<Piece>) -> Result<String, String> {
    let plain: Option<Vec<Piece>> = pieces
        .into_iter()
        .map(|piece| match piece {
            Piece::Attribute { entity, name, list, .. } if entity == of => {
                Some(Piece::Attribute { entity, name, qualifier: Some("f".into()), list })
            }
            Piece::Text { text } if text.chars().all(|c| " ()+-*0123456789.".contains(c)) => Some(Piece::Text { text }),
            _ => None,
        })
        .collect();
    let pieces = plain.ok_or_else(|| format!("it sums up other things than attributes of {of}"))?;
    if let Some(known) = measures.iter().find(|m| m.pieces == pieces) {
        return Ok(known.name.clone());
    }
    let names = pieces.iter().filter_map(|p| match p {
        Piece::Attribute { name, .. } => Some(name.as_str()),
        _ => None,
    });
    let name = format!("total_{}", names.collect::<Vec<_>>().join("_"));
    if measures.iter().any(|m| m.name == name) {
        return Err("it sums up the same attributes in two ways".into());
    }
    measures.push(Measure { name: name.clone(), pieces });
    Ok(name)
}

/// Attributes that are asked for outside sums make the combinations.
fn outside(pieces: &[Piece], star: &mut Star) -> Result<(), String> {
    let measured = |name: &String| *name == ROWS || star.measures.iter().any(|m| m.name == *name);
    let mut own: Vec<String> = vec![];
    let mut found: Vec<(String, String)> = vec![];
    for piece in pieces {
        match piece {
            Piece::Attribute { entity, name, .. } if *entity == star.of => {
                let tie = star.dimensions.iter().any(|d| d.end == *name);
                if !(tie || *name == star.day || measured(name) || own.contains(name)) {
                    own.push(name.clone());
                }
            }
            Piece::Attribute { entity, name, .. } => found.push((entity.clone(), name.clone())),
            Piece::Key { entity, .. } if *entity != star.of => {}
            Piece::Text { .. } | Piece::Relation { .. } | Piece::Param { .. } => {}
            _ => return Err("it asks for single rows".into()),
        }
    }
    star.own = own;
    for (entity, name) in found {
        let dimension = star.dimensions.iter_mut().find(|d| d.entity == entity);
        let dimension = dimension.ok_or_else(|| format!("{entity} is not joined"))?;
        if !dimension.attributes.contains(&name) {
            dimension.attributes.push(name);
        }
    }
    let empty = star.dimensions.iter().find(|d| d.attributes.is_empty());
    empty.map_or(Ok(()), |d| Err(format!("it asks for nothing of {}", d.entity)))
}

/// Combinations are of attributes that can be shown to who asks, and of dimensions those that never change: else every
/// change would move sums of all days.
fn fits(model: &Model, draft: &Draft, role: &Role, star: &Star) -> Result<(), String> {
    let summed = star.measures.iter().flat_map(|m| &m.pieces).filter_map(|p| match p {
        Piece::Attribute { name, .. } => Some(name.clone()),
        _ => None,
    });
    let own: Vec<String> = star.own.iter().cloned().chain(summed).chain([star.day.clone()]).collect();
    let asked = [(&star.of, &own)].into_iter().chain(star.dimensions.iter().map(|d| (&d.entity, &d.attributes)));
    for (name, attributes) in asked {
        let entity = model.entity(name).ok_or("its entity is not known")?;
        let home = draft.homes.get(name).ok_or("its entity has no table")?;
        if home.read_from != home.write_to {
            return Err(format!("{name} is kept in several tables"));
        }
        if model.promises.tenant.is_some() && !entity.shared {
            return Err(format!("rows of {name} are a tenant's own, and sums would mix them"));
        }
        for attribute in attributes {
            let known = entity.attribute(attribute).ok_or_else(|| format!("{attribute} of {name} is no attribute"))?;
            if !may_read(role, name, attribute) {
                return Err(format!("{} may not read {attribute} in all rows of {name}", role.name));
            }
            if [DAY, ROWS].contains(&attribute.as_str()) {
                return Err(format!("{attribute} of {name} is called like a column of the star"));
            }
            let shown = known.sensitivity.iter().all(|s| *s == Sensitivity::Financial);
            if !shown {
                return Err(format!("{attribute} of {name} is not for a copy"));
            }
            if *name != star.of && changes(model, name, attribute) {
                return Err(format!("{attribute} of {name} changes, and each change would move sums of all days"));
            }
        }
    }
    Ok(())
}

/// A rule opens the attribute in all rows, and none closes it.
fn may_read(role: &Role, entity: &str, attribute: &str) -> bool {
    let about = |r: &&Rule| r.verb == Verb::Read && r.entity == entity;
    let named = |r: &Rule| r.attributes.is_empty() || r.attributes.iter().any(|a| a == attribute);
    let mut rules = role.rules.iter().filter(about);
    rules.clone().any(|r| !r.never && r.own.is_none() && named(r)) && !rules.any(|r| r.never && named(r))
}

/// Somebody may change it, or a query does.
fn changes(model: &Model, entity: &str, attribute: &str) -> bool {
    let named = |attributes: &[String]| attributes.is_empty() || attributes.iter().any(|a| a == attribute);
    let by_role = model.roles.iter().flat_map(|r| &r.rules);
    let mut by_role = by_role.filter(|r| !r.never && r.verb == Verb::Update && r.entity == entity);
    let writes = model.workload.iter().flat_map(|q| &q.statements).filter(|s| s.sql.kind == StatementKind::Update);
    let mut by_query = writes.filter_map(|s| s.sql.writes.as_ref()).filter(|w| w.entity == entity);
    by_role.any(|r| named(&r.attributes)) || by_query.any(|w| w.attributes.iter().any(|a| a == attribute))
}
