//! How the claims on layout are tried.
use super::{
    claims::{Expected, expected, options, reordered, written},
    design::fillfactor,
    settings,
};
use crate::kit::{
    Ground,
    steps::{Physical, accepted, affects, by, prepares, returns, returns_one, step, trial as on_schema},
};
use tw_model::{
    change::Change,
    claim::Claim,
    draft::Draft,
    evidence::Undecided,
    ident::{literal, quote},
    schema::Name,
    trial::{Actor, Apart, Base, Expect, Step, Trial, Twin},
};

/// Pages of the sample whose widest row is updated.
const UPDATED_PAGES: u64 = 3;
/// Fill of the twin's pages, in percent, the least a server takes: far beyond what any claim allows for.
const SPARSE: u32 = 10;

pub(super) fn trial(ground: &Ground, claim: &Claim) -> Result<Trial, Undecided> {
    let none = || Undecided::NoTrial(claim.id.to_string());
    let draft = ground.draft;
    let symbol = claim.subject.as_str();
    if claim.id.kind() == "physical/settings" {
        return Ok(taken(ground, claim));
    }
    if super::placing::KINDS.contains(&claim.id.kind()) {
        return super::placing::trial(ground, claim);
    }
    let all = expected(ground.model, draft);
    let e = all.iter().find(|e| e.table.name.name == symbol).ok_or_else(none)?;
    match claim.id.kind() {
        "physical/heap" => Ok(heap(draft, claim, e)),
        "physical/indexes" => indexes(draft, claim, e).ok_or_else(none),
        "physical/order" => order(draft, claim, e, &reordered(draft, symbol).ok_or_else(none)?).ok_or_else(none),
        "physical/in-place" => Ok(in_place(draft, claim, e, &written(ground.model, draft, symbol).ok_or_else(none)?)),
        "physical/storage" => Ok(storage(draft, claim, e)),
        _ => Err(none()),
    }
}

fn weaker(claim: &Claim, steps: Vec<Step>, weaker: &str, twin: Vec<Step>) -> Trial {
    let lab = |steps: Vec<Step>| steps.into_iter().map(|s| by(Actor::Lab, s)).collect();
    Trial {
        claim: claim.id.clone(),
        base: Base::Sample,
        isolation: Apart::Rollback,
        steps: lab(steps),
        twin: Twin::Steps { weaker: weaker.into(), steps: lab(twin) },
    }
}

fn qualified(draft: &Draft, symbol: &str) -> String {
    let name = Physical(draft).table(symbol);
    format!("{}.{}", quote(&name.schema), quote(&name.name))
}

/// A copy of a table's rows with pages of that fill.
fn copied(draft: &Draft, symbol: &str, fillfactor: u32) -> (String, Vec<Step>) {
    let from = qualified(draft, symbol);
    let copy = "tw_layout.copy".to_string();
    let steps = vec![
        prepares("CREATE SCHEMA tw_layout"),
        prepares(format!("CREATE TABLE {copy} (LIKE {from}) WITH (fillfactor = {fillfactor})")),
        prepares(format!("INSERT INTO {copy} SELECT * FROM {from}")),
    ];
    (copy, steps)
}

fn pages(of: &str, value: u64, percent: u32) -> Step {
    let size = format!("SELECT pg_relation_size({}::regclass) / 8192", literal(of));
    step(size, Expect::Near { value, percent })
}

fn heap(draft: &Draft, claim: &Claim, e: &Expected) -> Trial {
    let symbol = &e.table.name.name;
    let (copy, mut twin) = copied(draft, symbol, SPARSE);
    twin.push(pages(&copy, e.layout.pages, e.heap_percent()));
    // The partitions of a table end in a page of their own each, so rows are counted on a copy in one piece.
    let (of, mut steps) = match e.table.partition_by {
        Some(_) => copied(draft, symbol, fillfactor(&e.table)),
        None => (qualified(draft, symbol), vec![]),
    };
    steps.push(pages(&of, e.layout.pages, e.heap_percent()));
    weaker(claim, steps, "a copy with pages that are a tenth full", twin)
}

/// The sample's indexes grew as it was loaded; built anew they are what a fresh load leaves.
fn indexes(draft: &Draft, claim: &Claim, e: &Expected) -> Option<Trial> {
    let p = Physical(draft);
    let symbol = &e.table.name.name;
    let name = |index: &str| format!("{}.{}", quote(p.namespace_of(symbol)), quote(&p.member(symbol, index)));
    let telling = e.telling();
    let rebuilt = || prepares(format!("REINDEX TABLE {}", qualified(draft, symbol)));
    let asks: Vec<Step> = telling.iter().map(|(i, l, percent)| pages(&name(&i.name), l.pages, *percent)).collect();
    let (first, ..) = telling.first()?;
    let sparse = prepares(format!("ALTER INDEX {} SET (fillfactor = {SPARSE})", name(&first.name)));
    let steps = std::iter::once(rebuilt()).chain(asks.clone()).collect();
    let twin = [sparse, rebuilt()].into_iter().chain(asks).collect();
    Some(weaker(claim, steps, "an index with leaves that are a tenth full", twin))
}

fn order(draft: &Draft, claim: &Claim, e: &Expected, before: &[String]) -> Option<Trial> {
    let p = Physical(draft);
    let symbol = &e.table.name.name;
    let row = |columns: &[String]| format!("ROW({})", p.quoted(symbol, columns).join(", "));
    let sum = |row: &str| format!("sum(8 * ceil(pg_column_size({row}) / 8.0))::bigint");
    let asks = |now: &str| {
        let sql = format!("SELECT {} < {} FROM {} AS t", sum(now), sum(&row(before)), qualified(draft, symbol));
        vec![returns_one(sql, "t")]
    };
    Some(weaker(claim, asks("t.*"), "the brief's own order", asks(&row(before))))
}

/// The table itself, or the partition of it that surely holds its share of the rows: no span is fuller than the second.
fn piece(draft: &Draft, symbol: &str) -> String {
    let whole = Name::symbol(symbol);
    let pieces: Vec<&str> = draft.schema.partitions(&whole).map(|p| p.name.name.as_str()).collect();
    let at = pieces.len().min(2).saturating_sub(1);
    qualified(draft, pieces.get(at).copied().unwrap_or(symbol))
}

/// The widest row of each of the first pages is updated; the server counts the updates that touched no index.
fn in_place(draft: &Draft, claim: &Claim, e: &Expected, column: &str) -> Trial {
    let symbol = &e.table.name.name;
    let column = quote(&Physical(draft).member(symbol, column));
    let asks = |table: &str| {
        let count = format!("pg_stat_get_xact_tuples_hot_updated({}::regclass)", literal(table));
        let mut before = prepares(format!("SELECT {count}"));
        before.keep = vec!["before".into()];
        let widest = format!(
            "SELECT (array_agg(t.ctid ORDER BY pg_column_size(t.*) DESC, t.ctid))[1] FROM {table} AS t \
             WHERE t.ctid < '({UPDATED_PAGES},0)'::tid GROUP BY (t.ctid::text::point)[0]"
        );
        vec![
            before,
            affects(format!("UPDATE {table} SET {column} = {column} WHERE ctid IN ({widest})"), UPDATED_PAGES),
            returns_one(format!("SELECT {count} - :'before'::bigint"), &UPDATED_PAGES.to_string()),
        ]
    };
    let (copy, mut twin) = copied(draft, symbol, 100);
    twin.extend(asks(&copy));
    weaker(claim, asks(&piece(draft, symbol)), "a copy with full pages", twin)
}

fn storage(draft: &Draft, claim: &Claim, e: &Expected) -> Trial {
    let symbol = &e.table.name.name;
    let table = Physical(draft).table(symbol);
    let mut sql =
        "SELECT array_to_string(ARRAY(SELECT unnest(reloptions) ORDER BY 1), ', ') FROM pg_class WHERE oid = "
            .to_string();
    let of = literal(&qualified(draft, symbol));
    let mut tables = vec![table];
    if e.table.partition_by.is_some() {
        sql = format!(
            "{}IN (SELECT relid FROM pg_partition_tree({of}) WHERE isleaf) GROUP BY 1",
            sql.trim_end_matches("= ")
        );
        let whole = Name::symbol(symbol);
        tables = draft.schema.partitions(&whole).map(|p| Physical(draft).table(&p.name.name)).collect();
    } else {
        sql += &format!("{of}::regclass");
    }
    let change = |table| Change::SetTableOptions { table, from: e.table.options.clone(), to: vec![] };
    let twin = tables.into_iter().map(change).collect();
    on_schema(claim, vec![returns(sql, vec![vec![Some(options(&e.table))]])], twin)
}

/// `ALTER SYSTEM` takes a setting only when the server knows it and its value; on a server of its own.
fn taken(ground: &Ground, claim: &Claim) -> Trial {
    let set =
        |name: &str, value: &str| by(Actor::Lab, accepted(format!("ALTER SYSTEM SET {name} = {}", literal(value))));
    let all = settings::settings(ground.model, ground.draft);
    let steps: Vec<Step> = all.iter().map(|s| set(s.name, &s.value)).collect();
    let wrong =
        all.iter().map(|s| if s.name == "shared_buffers" { set(s.name, "a quarter") } else { set(s.name, &s.value) });
    Trial {
        claim: claim.id.clone(),
        base: Base::Empty,
        isolation: Apart::Cluster,
        twin: Twin::Steps { weaker: "a value that is no amount of memory".into(), steps: wrong.collect() },
        steps,
    }
}
