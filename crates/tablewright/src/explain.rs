//! Pages: of a room, of a rule, of a kind of claim; and how a draft grows room by room.
use crate::screen;
use tw_engine::{Failure, design::Designed, review::check};

/// The page; a rule's is laid out for the terminal.
pub fn told(id: &str) -> Result<String, Failure> {
    match check::rule(id.split_whitespace().next().unwrap_or("")) {
        Some(rule) => Ok(tw_report::review::explained(&check::note(rule), screen::width(), screen::colour())),
        None => page(id),
    }
}

/// The page of a room or claim kind: `indexing`, `columns/not-null`, or a whole claim id.
pub fn page(id: &str) -> Result<String, Failure> {
    let id = id.split_whitespace().next().unwrap_or("");
    let (room, kind) = id.split_once('/').map_or((id, None), |(room, kind)| (room, Some(kind)));
    if let Some(rule) = check::rule(id) {
        return Ok(format!("# {}\n\n{}: {}", rule.id, rule.severity.word(), rule.page()));
    }
    let unknown = || {
        let rooms: Vec<&str> = tw_engine::rooms().iter().map(|r| r.id).collect();
        let kinds = tw_engine::rooms().iter().flat_map(|r| r.kinds.iter().map(move |(k, _)| format!("{}/{k}", r.id)));
        let rules = check::rules().map(|r| r.id.to_string());
        let names: Vec<String> = kinds.chain(rules).chain(rooms.iter().map(|r| r.to_string())).collect();
        let close = tw_engine::meant(id, &names);
        Failure::Path {
            path: id.into(),
            why: "there is no room, rule or kind of claim of that name".into(),
            help: close.map_or(format!("Rooms: {}.", rooms.join(", ")), |k| format!("Did you mean {k}?")),
        }
    };
    let room = tw_engine::rooms().iter().find(|r| r.id == room).ok_or_else(unknown)?;
    let Some(kind) = kind else {
        return Ok(room.page.to_string());
    };
    let (kind, says) = room.kinds.iter().find(|(k, _)| *k == kind).ok_or_else(unknown)?;
    Ok(format!(
        "# {}/{kind}\n\n{says}.\n\nItem {}, room {}. The room's page follows.\n\n{}",
        room.id, room.item, room.id, room.page
    ))
}

/// The decisions each room adds, in running order.
pub fn steps(designed: &Designed) -> String {
    let mut out = format!("# {}: the draft, room by room\n", designed.model.title);
    let mut seen = 0;
    for (room, draft) in tw_engine::steps(&designed.model) {
        out += &format!("\n## {} ({}): {}\n", room.id, room.item, room.why_here);
        for decision in &draft.decisions[seen.min(draft.decisions.len())..] {
            out += &format!("- {} [{}]\n", decision.what, decision.origin.short());
        }
        seen = draft.decisions.len();
        let s = &draft.schema;
        let columns: usize = s.tables.iter().map(|t| t.columns.len()).sum();
        let constraints: usize = s.tables.iter().map(|t| t.constraints.len()).sum();
        let indexes: usize = s.tables.iter().map(|t| t.indexes.len()).sum();
        out += &format!(
            "\n{} tables, {columns} columns, {constraints} constraints, {indexes} indexes, {} roles, {} names\n",
            s.tables.len(),
            s.roles.len(),
            draft.names.len()
        );
    }
    out
}
