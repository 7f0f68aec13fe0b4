//! Queries and transactions.
use super::Known;
use crate::cursor::shorten;
use crate::diagnostic::Fault;
use crate::sql::{self, Holds};
use crate::syntax::workload::ParamTypeLine;
use crate::syntax::{Brief, ParamLine, QueryLine, StatementLine};
use tw_model::model::{Entity, Param, ParamType, Query, Statement};
use tw_model::sql::{EntitySql, Piece, StatementKind};

/// The whole workload.
pub(crate) fn lower(brief: &Brief, known: &Known, entities: &[Entity], faults: &mut Vec<Fault>) -> Vec<Query> {
    let mut out: Vec<Query> = vec![];
    for line in &brief.queries {
        if out.iter().any(|q| q.name == line.name.v) {
            faults.push(
                Fault::new(line.name.span.clone(), format!("two queries are named `{}`", line.name.v))
                    .help("rename one"),
            );
            continue;
        }
        if let Some(role) = &line.role
            && !brief.roles.iter().any(|r| r.name.v == role.v)
            && !brief.torn
        {
            faults.push(
                Fault::new(role.span.clone(), format!("unknown role `{}`", shorten(&role.v)))
                    .why("roles stand under `## Access`")
                    .suggest(&role.v, brief.roles.iter().map(|r| r.name.v.as_str()), "add it there"),
            );
        }
        out.push(Query {
            params: line.params.iter().map(|p| param(p, known, faults)).collect(),
            role: line.role.as_ref().map(|r| r.v.clone()),
            statements: statements(line, known, entities, faults),
            ..line.said.clone()
        });
        if let (Some(p95), Some(p99)) = (line.said.p95_ms, line.said.p99_ms)
            && p95 > p99
        {
            faults.push(
                Fault::new(line.name.span.clone(), format!("{} answers slower at p95 than at p99", line.name.v))
                    .why("95 of 100 calls are among 99 of 100")
                    .help("mend one of them"),
            );
        }
    }
    out
}

fn param(line: &ParamLine, known: &Known, faults: &mut Vec<Fault>) -> Param {
    let ty = match &line.ty {
        ParamTypeLine::Entity(entity) => {
            known.entity(entity, faults);
            ParamType::Entity { entity: entity.v.clone() }
        }
        ParamTypeLine::Attribute(entity, attribute) => {
            if known.entity(entity, faults)
                && known.fact(&entity.v, attribute, faults)
                && let Some(target) = known.facts.get(&entity.v, &attribute.v).and_then(|f| f.target.clone())
            {
                faults.push(
                    Fault::new(attribute.span.clone(), format!("`{}` is a relation end", attribute.v))
                        .why("a parameter that stands for a row has its entity as type")
                        .help(format!("write `{}: {target}`", line.name.v)),
                );
            }
            ParamType::Attribute { entity: entity.v.clone(), attribute: attribute.v.clone() }
        }
        ParamTypeLine::Type(ty) => ParamType::Type { ty: ty.ty.clone() },
    };
    Param { name: line.name.v.clone(), ty, drawn_zipf: line.drawn_zipf }
}

fn statements(line: &QueryLine, known: &Known, entities: &[Entity], faults: &mut Vec<Fault>) -> Vec<Statement> {
    let mut params: Vec<sql::Param> =
        line.params.iter().map(|p| sql::Param { name: p.name.v.clone(), holds: holds(&p.ty) }).collect();
    let mut used: Vec<String> = vec![];
    let mut whole = !line.torn;
    let mut out = vec![];
    for statement in &line.statements {
        let Some(sql) = known.statement(&statement.sql, &params, faults) else {
            whole = false;
            params.extend(statement.into.iter().map(|n| kept(&n.v)));
            continue;
        };
        for piece in &sql.pieces {
            if let Piece::Param { name, .. } = piece {
                used.push(name.clone());
            }
        }
        for name in &statement.into {
            if params.iter().any(|p| p.name == name.v) {
                faults.push(
                    Fault::new(name.span.clone(), format!("`:{}` is already a parameter of {}", name.v, line.name.v))
                        .help("keep the value under another name"),
                );
            }
            params.push(kept(&name.v));
        }
        tails(statement, &sql, faults);
        promises(statement, &sql, entities, faults);
        out.push(Statement {
            sql,
            expect_rows: statement.expect_rows,
            into: statement.into.iter().map(|n| n.v.clone()).collect(),
            origin: statement.origin.clone(),
        });
    }
    if whole && out.len() == line.statements.len() {
        for param in line.params.iter().filter(|p| !used.contains(&p.name.v)) {
            faults.push(
                Fault::warning(param.name.span.clone(), format!("the parameter `{}` is never used", param.name.v))
                    .help(format!("use `:{}`, or take it out", param.name.v)),
            );
        }
    }
    out
}

fn holds(ty: &ParamTypeLine) -> Holds {
    match ty {
        ParamTypeLine::Entity(entity) => Holds::Row(entity.v.clone()),
        ParamTypeLine::Attribute(..) | ParamTypeLine::Type(_) => Holds::Value,
    }
}

/// A parameter that a statement keeps for those after it.
fn kept(name: &str) -> sql::Param {
    sql::Param { name: name.to_string(), holds: Holds::Unknown }
}

fn tails(statement: &StatementLine, sql: &EntitySql, faults: &mut Vec<Fault>) {
    let returns = sql.kind == StatementKind::Select || sql.text.to_lowercase().contains("returning");
    if let Some(name) = statement.into.first().filter(|_| !returns) {
        faults.push(
            Fault::new(name.span.clone(), "the statement returns nothing to keep")
                .why("`into` keeps what a select or a `returning` gives")
                .help("add `returning key` before `into`"),
        );
    }
}

/// What the entity's own words forbid.
fn promises(statement: &StatementLine, sql: &EntitySql, entities: &[Entity], faults: &mut Vec<Fault>) {
    let Some(entity) = sql.writes.as_ref().and_then(|w| entities.iter().find(|e| e.name == w.entity)) else {
        return;
    };
    let changes = matches!(sql.kind, StatementKind::Update | StatementKind::Delete);
    if entity.append_only && changes {
        faults.push(
            Fault::new(statement.sql.whole(), format!("{} is append-only", entity.name))
                .why("its rows are never changed or deleted")
                .help("insert a row instead, or take `append-only` away"),
        );
    }
    if entity.soft_delete && sql.kind == StatementKind::Delete {
        faults.push(
            Fault::new(statement.sql.whole(), format!("rows of {} are marked deleted, never removed", entity.name))
                .why("the entity is `soft delete`")
                .help(format!("write `update {} set deleted_at = now() where ...`", entity.name)),
        );
    }
}
