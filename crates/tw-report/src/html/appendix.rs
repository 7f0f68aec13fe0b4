//! The workload in both languages, the files, and the brief with an anchor on every line.
use super::{claims::badge, rich::*};
use crate::{
    arrange::{Told, plural},
    text::{anchor, clean, one_line},
};
use maud::{Markup, html};
use std::collections::BTreeMap;
use tw_model::{
    Origin,
    dossier::{Dossier, QueryTexts},
    model::{ParamType, Query},
};

/// Every query of the workload.
pub fn workload(dossier: &Dossier, claims: &[Told]) -> Markup {
    html! {
        @for query in &dossier.queries {
            @let asked = dossier.model.workload.iter().find(|q| q.name == query.name);
            article.query id=(anchor("query", &query.name)) {
                h3 { code { (one_line(&query.name)) } }
                @if let Some(asked) = asked { p { (rich(&signature(asked))) " " (source_short(&asked.origin)) } }
                @if dossier.evidence.is_some() && asked.is_some_and(|q| q.p95_ms.is_some() || q.p99_ms.is_some()) {
                    p.quiet { "How fast it was: " a href="measured.html" { "measured" } ", apart from here, since it differs from run to run." }
                }
                (texts(query))
                @let about: Vec<&Told> = claims.iter().filter(|t| query.claims.contains(t.id)).collect();
                @if !about.is_empty() {
                    ul.about { @for told in about { li { (badge(told.status)) " " a href={ "#" (claim_anchor(told.id)) } { (rich(told.statement)) } } } }
                }
            }
        }
        @if dossier.queries.is_empty() { p.quiet { "The brief asks no query." } }
    }
}

fn texts(query: &QueryTexts) -> Markup {
    html! {
        div.both {
            @for (title, list) in [("As the brief asks it", &query.brief), ("As the server runs it", &query.sql)] {
                figure {
                    figcaption { (title) }
                    pre { code { @for (i, statement) in list.iter().enumerate() { @if i > 0 { ";\n" } (sql(statement)) } } }
                }
            }
        }
    }
}

/// What is asked of a query, in words.
pub fn signature(query: &Query) -> String {
    let mut said = vec![];
    let params: Vec<String> = query
        .params
        .iter()
        .map(|p| {
            let of = match &p.ty {
                ParamType::Attribute { entity, attribute } => format!("{entity}.{attribute}"),
                ParamType::Entity { entity } => entity.clone(),
                ParamType::Type { ty } => ty.written.clone(),
            };
            format!("`:{}` {of}", p.name)
        })
        .collect();
    if !params.is_empty() {
        said.push(format!("Given {}", params.join(", ")));
    }
    if let Some(rate) = query.rate_per_s {
        let peak = if query.peak { " at peak" } else { "" };
        said.push(if rate >= 1.0 {
            format!("{rate} a second{peak}")
        } else {
            format!("{} an hour{peak}", (rate * 3600.0 * 100.0).round() / 100.0)
        });
    }
    for (name, ms) in [("p95", query.p95_ms), ("p99", query.p99_ms)] {
        if let Some(ms) = ms {
            said.push(format!("{name} within {ms} ms"));
        }
    }
    if let Some(isolation) = query.isolation {
        said.push(isolation.sql().to_lowercase());
    }
    if let Some(role) = &query.role {
        said.push(format!("as `{role}`"));
    }
    if query.scan {
        said.push("a scan, as declared".into());
    }
    if let Some(oldest) = query.oldest_s {
        let unit = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
        let fits = unit.into_iter().find(|(seconds, _)| oldest.is_multiple_of(*seconds));
        said.extend(fits.map(|(seconds, unit)| format!("up to {} old", plural((oldest / seconds) as usize, unit))));
    }
    if query.statements.len() > 1 {
        said.push(format!("{} in one transaction", plural(query.statements.len(), "statement")));
    }
    said.join("; ")
}

/// `schema.sql`, `roles.sql`, and what is loaded after them.
pub fn files(dossier: &Dossier) -> Markup {
    let mut files = vec![("schema.sql", dossier.schema_sql.clone()), ("roles.sql", dossier.roles_sql.clone())];
    files.extend(dossier.draft.sql_files());
    html! {
        @for (name, body) in &files {
            @if !body.is_empty() {
                details.file id=(anchor("file", name)) {
                    summary { code { (name) } " " span.count { (plural(body.lines().count(), "line")) } }
                    pre { code { (sql(body)) } }
                }
            }
        }
    }
}

/// The brief, line by line, each with what came of it.
pub fn brief(dossier: &Dossier, claims: &[Told]) -> Markup {
    let mut came: BTreeMap<u32, (usize, usize)> = BTreeMap::new();
    for decision in &dossier.draft.decisions {
        if let Origin::Brief { line, .. } = decision.origin {
            came.entry(line).or_default().0 += 1;
        }
    }
    for told in claims {
        if let Origin::Brief { line, .. } = told.origin {
            came.entry(*line).or_default().1 += 1;
        }
    }
    html! {
        div.brief {
            @for (i, line) in dossier.brief_text.lines().enumerate() {
                @let number = i as u32 + 1;
                div.line id={ "line-" (number) } {
                    a.n href={ "#line-" (number) } aria-label={ "Line " (number) } { (number) }
                    code { (clean(line)) }
                    @if let Some((decisions, claims)) = came.get(&number) {
                        span.came {
                            @if *decisions > 0 { (plural(*decisions, "decision")) }
                            @if *decisions > 0 && *claims > 0 { ", " }
                            @if *claims > 0 { (plural(*claims, "claim")) }
                        }
                    }
                }
            }
        }
    }
}
