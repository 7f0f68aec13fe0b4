//! Other tools' notations: a file to a script that a lab runs, and a schema to a file.
use crate::{
    Failure,
    design::design,
    prove::Progress,
    read,
    review::{self, Source, sources::Script},
};
use std::path::{Path, PathBuf};
use tw_brief::Notation;
use tw_model::{
    adopted::Loss,
    print,
    schema::{Name, Namespace, Schema},
};

/// The notation of a file: as forced, else by the ending of its name.
pub fn notation_of(path: &Path, forced: Option<Notation>) -> Result<Notation, Failure> {
    let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_lowercase();
    forced.or_else(|| Notation::of_ending(&ending)).ok_or_else(|| Failure::Path {
        path: path.into(),
        why: "the ending of its name tells no notation".into(),
        help: format!("Name it with --notation: {}.", Notation::ALL.map(Notation::word).join(", ")),
    })
}

/// A file as a script that makes its schema, and what of it has no place in one.
pub fn script(path: &Path, forced: Option<Notation>) -> Result<(Script, Vec<Loss>), Failure> {
    let notation = notation_of(path, forced)?;
    let text = read::text(path)?;
    let shown = path.display().to_string();
    let (mut schema, losses) = notation.read(&text).map_err(|diagnostics| Failure::Notation {
        notation: notation.word(),
        rendered: diagnostics.iter().map(|d| d.render(&shown, &text)).collect::<Vec<_>>().join("\n"),
    })?;
    let used = schema.tables.iter().map(|t| &t.name).chain(schema.types.iter().map(|t| &t.name));
    let mut namespaces: Vec<String> = used.map(|n| n.schema.clone()).filter(|s| s != "public").collect();
    namespaces.sort();
    namespaces.dedup();
    schema.namespaces = namespaces.into_iter().map(|name| Namespace { name, ..Namespace::default() }).collect();
    Ok((Script { name: shown, text: print::print(&schema) }, losses))
}

/// What is exported.
#[derive(Clone, Debug)]
pub enum Exported {
    /// The design of a brief.
    Brief(PathBuf),
    /// A database or scripts.
    Source(Source),
}

/// A schema in a notation, and what the notation cannot say.
pub fn export(
    what: &Exported,
    notation: Notation,
    pg_bin: Option<&Path>,
    progress: &Progress,
) -> Result<(String, Vec<Loss>), Failure> {
    let schema = match what {
        Exported::Brief(path) => in_public(design(read::brief(path)?, 1).physical),
        Exported::Source(Source::Database(text)) => review::of_live(text, progress)?.schema,
        Exported::Source(Source::Paths(paths)) => review::of_scripts(paths, pg_bin, progress)?.schema,
    };
    Ok(notation.write(&schema))
}

/// The draft's names without a namespace are in `public`.
fn in_public(mut schema: Schema) -> Schema {
    let give = |name: &mut Name| {
        if name.schema.is_empty() {
            name.schema = "public".into();
        }
    };
    for table in &mut schema.tables {
        give(&mut table.name);
        table.partition_of.iter_mut().for_each(|(parent, _)| give(parent));
        for constraint in &mut table.constraints {
            if let tw_model::schema::ConstraintKind::Foreign { target, .. } = &mut constraint.kind {
                give(target);
            }
        }
    }
    for sequence in &mut schema.sequences {
        give(&mut sequence.name);
        sequence.owned_by.iter_mut().for_each(|(table, _)| give(table));
    }
    schema.views.iter_mut().for_each(|v| give(&mut v.name));
    schema.functions.iter_mut().for_each(|f| give(&mut f.name));
    schema.types.iter_mut().for_each(|t| give(&mut t.name));
    schema
}
