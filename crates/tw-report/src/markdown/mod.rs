//! `dossier.md`: the dossier as text that any forge renders.
use crate::{
    arrange::{self, ItemTold, Tally, Told, plural},
    changes::{change, constraint_text, index_text},
    diagram::{
        er_mermaid,
        tables::{short_type, shown},
    },
    html::appendix::signature,
    text::clean,
    words::{self, Status},
};
use std::fmt::Write;
use tw_model::{dossier::Dossier, evidence::Evidence, schema::Table, trial::Twin};

pub(crate) mod safe;

use safe::{cell, code, escape, fence, rich, source};

/// `dossier.md`.
pub fn markdown(dossier: &Dossier) -> String {
    let claims = arrange::claims(dossier);
    let items = arrange::items(dossier);
    let mut out = String::new();
    head(&mut out, dossier, &claims, &items);
    for item in &items {
        self::item(&mut out, item);
        if item.number == "2.4" {
            sizes(&mut out, dossier);
        }
        if item.number == "2.8" {
            plans(&mut out, dossier);
        }
    }
    out.push_str("\n## Tables\n\n");
    fence(&mut out, "mermaid", &er_mermaid(&dossier.physical));
    for table in dossier.physical.tables.iter().filter(|t| t.partition_of.is_none()) {
        self::table(&mut out, table);
    }
    out.push_str("\n## Workload\n");
    for query in &dossier.queries {
        let _ = write!(out, "\n### {}\n\n", code(&query.name));
        if let Some(asked) = dossier.model.workload.iter().find(|q| q.name == query.name) {
            let _ = write!(out, "{}\n\n", rich(&signature(asked)));
        }
        out.push_str("As the brief asks it:\n\n");
        fence(&mut out, "sql", &query.brief.join(";\n"));
        out.push_str("\nAs the server runs it:\n\n");
        fence(&mut out, "sql", &query.sql.join(";\n"));
    }
    for (name, body) in [("schema.sql", &dossier.schema_sql), ("roles.sql", &dossier.roles_sql)] {
        if !body.is_empty() {
            let _ = write!(out, "\n## {name}\n\n");
            fence(&mut out, "sql", body);
        }
    }
    out.push_str("\n## The brief\n\n");
    fence(&mut out, "markdown", &dossier.brief_text);
    out
}

fn head(out: &mut String, dossier: &Dossier, claims: &[Told], items: &[ItemTold]) {
    let tally = Tally::of(claims);
    let _ = write!(out, "# {}\n\n", escape(&dossier.model.title));
    for paragraph in clean(&dossier.model.purpose).split("\n\n").filter(|p| !p.trim().is_empty()) {
        let _ = write!(out, "{}\n\n", rich(paragraph));
    }
    let counts: Vec<String> = Status::ALL
        .iter()
        .rev()
        .filter(|s| **s != Status::Untried || tally.untried > 0)
        .map(|s| format!("{} **{}** {}", s.sign(), tally.get(*s), s.word()))
        .collect();
    let _ = write!(out, "{}\n\n", counts.join(" · "));
    if let Some(file) = &dossier.evidence {
        let _ = write!(out, "Tried on PostgreSQL {}, seed {}.\n\n", escape(&file.server_version), dossier.seed);
    } else {
        out.push_str("Not tried on a server.\n\n");
    }
    out.push_str("## What to do next\n\n");
    for (i, order) in arrange::next(dossier).iter().enumerate() {
        let _ = writeln!(out, "{}. {}", i + 1, rich(order));
    }
    for status in [Status::Refuted, Status::Undecided] {
        let mine: Vec<&Told> = claims.iter().filter(|t| t.status == status).collect();
        if mine.is_empty() {
            continue;
        }
        let _ = write!(out, "\n## {} {}\n\n", plural(mine.len(), "claim"), status.word());
        for told in mine {
            let reason = told.receipt.and_then(|r| r.reason.as_deref()).unwrap_or("no reason given");
            let _ = writeln!(
                out,
                "- {} {} ({}): {}. From {}.",
                status.sign(),
                rich(told.statement),
                code(&told.id.0),
                rich(reason),
                source(told.origin)
            );
        }
    }
    out.push_str("\n## The twelve items\n\n| item | decisions | held | refuted | undecided | not tried |\n|---|--:|--:|--:|--:|--:|\n");
    for item in items {
        let t = item.tally();
        let open = item.open().map(|open| format!(" ({open})")).unwrap_or_default();
        let _ = writeln!(
            out,
            "| {} {}{open} | {} | {} | {} | {} | {} |",
            item.number,
            escape(item.title),
            item.decisions(),
            t.held,
            t.refuted,
            t.undecided,
            t.untried
        );
    }
    out.push_str("\n## Assumptions\n\n");
    if dossier.model.gaps.is_empty() {
        out.push_str("None: the brief says all that the design needed.\n");
    }
    for gap in &dossier.model.gaps {
        let _ = writeln!(out, "- {}: {}", code(gap.subject.as_str()), rich(&gap.assumption));
    }
}

fn item(out: &mut String, item: &ItemTold) {
    let _ = write!(out, "\n## {} {}\n", item.number, escape(item.title));
    if let Some(open) = item.not_designed {
        let _ = write!(out, "\n**Open.** {}\n", rich(open));
    }
    for room in &item.rooms {
        let _ = write!(out, "\n### {}\n\n", escape(room.title));
        if !room.summary.is_empty() {
            let _ = write!(out, "{}\n\n", rich(room.summary));
        }
        for (n, decision) in &room.decisions {
            let _ = writeln!(out, "- **{}. {}**: {}", n + 1, rich(&decision.what), rich(&decision.why));
            for other in &decision.instead_of {
                let _ = writeln!(out, "  - instead of {}: {}", rich(&other.what), rich(&other.why));
            }
            let _ = writeln!(out, "  - from {}", source(&decision.origin));
            for edit in &decision.changes {
                let _ = writeln!(out, "  - {}", rich(&change(edit)));
            }
        }
        if !room.decisions.is_empty() && !room.kinds.is_empty() {
            out.push('\n');
        }
        for told in room.kinds.iter().flat_map(|(_, list)| list) {
            claim(out, told);
        }
    }
    if item.rooms.is_empty() && item.not_designed.is_none() {
        out.push_str("\nNo room answers this item.\n");
    }
}

/// What tables and indexes come to.
fn sizes(out: &mut String, dossier: &Dossier) {
    let Some(sizes) = &dossier.draft.sizes else { return };
    let _ = write!(out, "\n### Sizes\n\n{}.\n\n", crate::sizes::caption(sizes));
    let _ = writeln!(out, "| {} |\n|---|{}", crate::sizes::HEADINGS.join(" | "), "--:|".repeat(8));
    for row in crate::sizes::size_rows(dossier) {
        let cells: Vec<String> = row.cells.iter().map(|c| escape(c)).collect();
        let mark = if row.is_index { "· " } else { "" };
        let _ = writeln!(out, "| {mark}{} | {} |", cell(&row.name), cells.join(" | "));
    }
}

/// How queries are planned at the horizon.
fn plans(out: &mut String, dossier: &Dossier) {
    let rows = crate::horizon::plan_rows(dossier);
    if rows.is_empty() {
        return;
    }
    let _ = write!(out, "\n### At the horizon\n\n{}.\n\n", crate::horizon::CAPTION);
    let _ = writeln!(out, "| {} |\n|---|---|---|---|", crate::horizon::HEADINGS.join(" | "));
    for [query, rows, planned, without] in rows {
        let _ = writeln!(out, "| {} | {} | {} | {} |", cell(&query), escape(&rows), escape(&planned), escape(&without));
    }
}

/// Held claims take one line; what did not hold is told in full.
fn claim(out: &mut String, told: &Told) {
    let _ = writeln!(
        out,
        "- {} {}: {} {} ({})",
        told.status.sign(),
        told.status.word(),
        rich(told.statement),
        code(&told.id.0),
        escape(&told.origin.short())
    );
    if let (Some(receipt), true) = (told.receipt, told.status != Status::Held) {
        transcript(out, receipt);
    }
}

fn transcript(out: &mut String, receipt: &Evidence) {
    if let Some(reason) = &receipt.reason {
        let _ = writeln!(out, "  - {}", rich(reason));
    }
    let Some(trial) = &receipt.trial else { return };
    let _ = writeln!(out, "  - {}", words::setting(trial));
    for (i, step) in trial.steps.iter().enumerate() {
        let mark = if words::turned_at(receipt.verdict, receipt.reason.as_deref(), &receipt.outcomes) == Some(i) {
            "**otherwise** "
        } else {
            ""
        };
        let what = match step.sql.is_empty() {
            true => String::new(),
            false => format!(" {}", code(&step.sql)),
        };
        let happened = receipt.outcomes.get(i).map_or("no outcome".into(), words::outcome);
        let _ = writeln!(
            out,
            "  - step {}, {}{what}: {}; {mark}{}",
            i + 1,
            rich(&words::actor(&step.actor)),
            rich(&words::expectation(&step.expect)),
            rich(&happened)
        );
    }
    if trial.twin != (Twin::Schema { changes: vec![] }) {
        let _ = writeln!(out, "  - its twin, which must fail: {}", rich(&words::twin(&trial.twin)));
    }
    let _ = writeln!(out, "  - receipt {}", code(&receipt.hash));
}

fn table(out: &mut String, table: &Table) {
    let _ = write!(out, "\n### {}\n\n", code(&shown(&table.name)));
    if let Some(comment) = &table.comment {
        let _ = write!(out, "{}\n\n", rich(comment));
    }
    out.push_str("| column | type | null | default |\n|---|---|---|---|\n");
    for column in &table.columns {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} |",
            cell(&column.name),
            cell(&short_type(&column.ty)),
            if column.not_null { "never" } else { "allowed" },
            column.default.as_deref().map(cell).unwrap_or_default()
        );
    }
    if !table.constraints.is_empty() || !table.indexes.is_empty() {
        out.push('\n');
    }
    for constraint in &table.constraints {
        let _ = writeln!(out, "- {}: {}", code(&constraint.name), code(&constraint_text(constraint)));
    }
    for index in &table.indexes {
        let _ = writeln!(out, "- {}: {}", code(&index.name), code(&index_text(index)));
    }
}
