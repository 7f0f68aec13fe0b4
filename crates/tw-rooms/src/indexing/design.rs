//! Which indexes to add to what keys already bring.
use super::{
    AT,
    ways::{Need, WORTH_AN_INDEX, Way, looked_up, needs, volume, ways},
};
use crate::kit::{decision, instead, origin_of, rows::foreign_keys};
use tw_model::{
    Origin, Path,
    change::Change,
    decision::Decision,
    draft::Draft,
    model::Model,
    schema::{Extension, Index, IndexPart, Name},
};

/// A wanted index, and why.
struct Wanted {
    table: String,
    index: Index,
    because: Vec<String>,
    origin: Origin,
}

pub(super) fn design(model: &Model, draft: &mut Draft) {
    if model.promises.nothing_added {
        return;
    }
    let mut wanted: Vec<Wanted> = vec![];
    let mut small: Vec<String> = vec![];
    for (query, scan) in looked_up(model) {
        for need in needs(model, draft, scan) {
            if ways(draft, &need.table).iter().any(|w| need.served_by(w)) {
                continue;
            }
            if volume(model, &need.table) < WORTH_AN_INDEX {
                small.push(need.table.clone());
                continue;
            }
            add(&mut wanted, need, &query.name, &query.origin);
        }
    }
    for table in draft.schema.wholes().map(|t| t.name.name.clone()).collect::<Vec<_>>() {
        for (name, columns, target, _) in foreign_keys(draft, &table) {
            let end = name.trim_start_matches("references(").trim_end_matches(')').to_string();
            let begins = |w: &Way| {
                w.filter.is_none()
                    && w.columns.len() >= columns.len()
                    && columns.iter().all(|c| w.columns[..columns.len()].contains(c))
            };
            let planned = |w: &Wanted| {
                w.table == table
                    && w.index.filter.is_none()
                    && w.index.parts.len() >= columns.len()
                    && columns.iter().all(|c| w.index.parts[..columns.len()].iter().any(|p| &p.column == c))
            };
            if ways(draft, &table).iter().any(begins) || wanted.iter().any(planned) {
                continue;
            }
            let parts =
                columns.iter().map(|column| IndexPart { column: column.clone(), ..IndexPart::default() }).collect();
            let index = Index {
                name: format!("index({})", columns.join(",")),
                method: "btree".into(),
                parts,
                ..Index::default()
            };
            let because = format!("deleting a {target} looks for the {table} rows that point at it");
            wanted.push(Wanted {
                origin: origin_of(model, &Path::new(&table).join(&end)),
                table: table.clone(),
                index,
                because: vec![because],
            });
        }
    }
    let wanted = without_prefixes(wanted);
    if wanted.iter().any(|w| w.index.parts.iter().any(|p| p.opclass.as_deref() == Some("gin_trgm_ops"))) {
        let change =
            Change::CreateExtension { extension: Extension { name: "pg_trgm".into(), schema: "public".into() } };
        let origin = Origin::assumed("a pattern that starts with a wildcard needs trigrams");
        draft.decide(decision(
            AT,
            Path::new("pg_trgm"),
            "The extension pg_trgm is used",
            "it indexes parts of words",
            &origin,
            vec![change],
        ));
    }
    for w in wanted {
        draft.decide(decided(w));
    }
    small.sort();
    small.dedup();
    for table in small {
        let path = Path::new(&table);
        let what = format!("{table} has no index besides its keys");
        let why = format!(
            "its {} rows fit in a few pages, which are read whole faster than through an index",
            volume(model, &table)
        );
        draft.decide(decision(AT, path.clone(), what, why, &origin_of(model, &path), vec![]));
    }
    no_bitmaps(model, draft);
}

/// What reads whole tables by columns of few values is where other engines keep bitmaps.
fn no_bitmaps(model: &Model, draft: &mut Draft) {
    let scans: Vec<_> = model.workload.iter().filter(|q| q.scan).collect();
    let Some(first) = scans.first() else { return };
    let names: Vec<&str> = scans.iter().map(|q| q.name.as_str()).collect();
    let why = format!(
        "{} may read tables whole; conditions on several columns of few values each are met by combining the columns' indexes through bitmaps in memory, which the planner does where it is cheaper",
        names.join(", ")
    );
    let what = "No bitmap index is kept: bitmaps are made for the query";
    let d = decision(AT, Path::new("bitmaps"), what, why, &first.origin, vec![]);
    draft.decide(instead(
        d,
        "bitmap indexes on disk, as some engines have them",
        "PostgreSQL has none, and where they exist a changed row locks the bitmap of every row with that value: they suit a store that is loaded, not one that is written all day",
    ));
}

fn add(wanted: &mut Vec<Wanted>, need: Need, query: &str, origin: &Origin) {
    let index = need.index();
    let partial = need.filter.as_ref().map(|(_, words)| format!(" ({words})")).unwrap_or_default();
    let because = format!("{query} looks it up{partial}");
    match wanted.iter_mut().find(|w| w.table == need.table && w.index == index) {
        Some(same) if !same.because.contains(&because) => same.because.push(because),
        Some(_) => {}
        None => wanted.push(Wanted { table: need.table, index, because: vec![because], origin: origin.clone() }),
    }
}

/// Leaves out every index that another wanted one begins with; its reasons go to that one.
fn without_prefixes(mut wanted: Vec<Wanted>) -> Vec<Wanted> {
    let mut at = 0;
    while at < wanted.len() {
        let (table, index) = (wanted[at].table.clone(), wanted[at].index.clone());
        let longer = wanted.iter().position(|o| {
            o.table == table
                && o.index != index
                && o.index.method == "btree"
                && index.method == "btree"
                && o.index.filter == index.filter
                && o.index.parts.len() > index.parts.len()
                && o.index.parts.iter().zip(&index.parts).all(|(a, b)| a.column == b.column && a.opclass == b.opclass)
        });
        match longer {
            Some(longer) => {
                let reasons = std::mem::take(&mut wanted[at].because);
                wanted[longer].because.extend(reasons);
                wanted.remove(at);
            }
            None => at += 1,
        }
    }
    wanted
}

fn decided(w: Wanted) -> Decision {
    let parts: Vec<String> = w
        .index
        .parts
        .iter()
        .map(|p| if p.desc { format!("{} descending", p.column) } else { p.column.clone() })
        .collect();
    let shown = tw_model::draft::replace_symbols(&parts.join(", "), |path| path.to_string());
    let kind = match w.index.method.as_str() {
        "btree" => "an index",
        "gin" => "a GIN index",
        _ => "a GiST index",
    };
    let partial = if w.index.filter.is_some() { ", of the few rows asked for" } else { "" };
    let what = format!("{} has {kind} on {shown}{partial}", w.table);
    let subject = Path::new(&w.table);
    let change = Change::CreateIndex { table: Name::symbol(&w.table), index: w.index.clone() };
    let d = decision(AT, subject, what, w.because.join("; "), &w.origin, vec![change]);
    match w.index.method.as_str() {
        "btree" if w.index.filter.is_some() => {
            instead(d, "an index of every row", "most of it would never be read, and every write would pay for it")
        }
        "btree" if w.index.parts.len() > 1 => {
            instead(d, "an index on the first column alone", "the rows found would still have to be filtered or sorted")
        }
        "btree" => instead(d, "a hash index", "it serves equality only, and cannot be unique or sorted"),
        _ => instead(d, "a B-tree", "it cannot find a word or a part inside a value"),
    }
}
