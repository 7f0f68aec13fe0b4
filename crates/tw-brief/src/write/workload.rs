//! A query's line and its statements.
use super::plain::duration;
use tw_model::model::{Isolation, ParamType, Query, Statement};

pub(super) fn query(query: &Query) -> String {
    let params: Vec<String> = query
        .params
        .iter()
        .map(|p| {
            let ty = match &p.ty {
                ParamType::Attribute { entity, attribute } => format!("{entity}.{attribute}"),
                ParamType::Entity { entity } => entity.clone(),
                ParamType::Type { ty } => ty.written.clone(),
            };
            let drawn = p.drawn_zipf.map(|z| format!(" drawn zipf {z}")).unwrap_or_default();
            format!("{}: {ty}{drawn}", p.name)
        })
        .collect();
    let mut options: Vec<String> = vec![];
    options.extend(query.rate_per_s.map(|rate| format!("{}{}", said(rate), if query.peak { " peak" } else { "" })));
    options.extend(query.p95_ms.map(|ms| format!("p95 {ms}ms")));
    options.extend(query.p99_ms.map(|ms| format!("p99 {ms}ms")));
    options.extend(query.isolation.map(|isolation| {
        match isolation {
            Isolation::ReadCommitted => "read committed",
            Isolation::RepeatableRead => "repeatable read",
            Isolation::Serializable => "serializable",
        }
        .to_string()
    }));
    options.extend(query.role.as_ref().map(|role| format!("as {role}")));
    options.extend(query.scan.then(|| "scan".to_string()));
    options.extend(query.oldest_s.map(|s| format!("up to {} old", duration(s))));
    let head = format!("{}({}) {}", query.name, params.join(", "), options.join(", "));
    let statements: Vec<String> = query.statements.iter().map(statement).collect();
    format!("{}\n  > {}", head.trim_end(), statements.join("\n  > "))
}

/// A rate in the largest unit that says it without a fraction, else per second.
fn said(rate_per_s: f64) -> String {
    for (unit, seconds) in [("s", 1.0), ("min", 60.0), ("h", 3_600.0), ("day", 86_400.0)] {
        let n = rate_per_s * seconds;
        if n >= 1.0 && n.fract() == 0.0 && n / seconds == rate_per_s {
            return format!("{n}/{unit}");
        }
    }
    format!("{rate_per_s}/s")
}

fn statement(statement: &Statement) -> String {
    let mut out = statement.sql.text.clone();
    if !statement.into.is_empty() {
        let names: Vec<String> = statement.into.iter().map(|n| format!(":{n}")).collect();
        out += &format!(" into {}", names.join(", "));
    }
    if let Some(rows) = statement.expect_rows {
        out += &format!("; expect {rows} {}", if rows == 1 { "row" } else { "rows" });
    }
    out
}
