//! What a brief that was made of a schema could not say, in Markdown.
use tw_model::adopted::{Adopted, Kept, Loss};

/// The page of losses.
pub fn losses(adopted: &Adopted) -> String {
    let mut out = format!(
        "# What the brief of {} could not say\n\n{} of {} tables are entities of the brief.\n",
        adopted.source, adopted.entities, adopted.tables
    );
    for (kept, heading) in [(Kept::Nowhere, "Not kept"), (Kept::Sql, "Kept as SQL in the brief")] {
        out += &format!("\n## {heading}\n\n{}", list(adopted.losses.iter().filter(|l| l.kept == kept)));
    }
    let same = "The design of the brief and the schema are the same to the server";
    out += &match adopted.differences.as_slice() {
        [] => format!("\n{same} (PostgreSQL {}).\n", adopted.server_version),
        all => format!("\n{same}, but for:\n\n- {}\n", all.join("\n- ")),
    };
    out
}

/// Losses as a list; a sentence when there are none.
pub fn list<'a>(losses: impl Iterator<Item = &'a Loss>) -> String {
    let lines: Vec<String> = losses.map(|l| format!("- `{}`: {}: {}\n", l.path, l.what, l.why)).collect();
    if lines.is_empty() { "Nothing.\n".into() } else { lines.concat() }
}
