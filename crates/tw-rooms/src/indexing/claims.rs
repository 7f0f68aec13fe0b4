//! What is claimed of indexes, and how plans are tried.
use super::{
    AT,
    ways::{Need, WORTH_AN_INDEX, Way, looked_up, needs, sample_pages, volume, ways},
};
use crate::kit::{
    self, Ground, claim, origin_of,
    queries::{self, Side},
    steps::*,
};
use tw_model::{
    Path,
    change::{Change, Fact},
    claim::Claim,
    draft::Draft,
    evidence::Undecided,
    ident::{literal, quote},
    model::{Model, Query},
    schema::ConstraintKind,
    sql::StatementKind,
    trial::{Actor, Expect, Step, Trial, Twin},
};

pub(super) fn claims(model: &Model, draft: &Draft) -> Vec<Claim> {
    let mut all = vec![];
    for query in &model.workload {
        let paths = leaned_on(model, draft, query);
        if query.scan || paths.is_empty() {
            continue;
        }
        let statement =
            format!("{} touches no more pages than its result and the height of its trees allow", query.name);
        let mut c = claim(AT, "bounded", Path::new(&query.name), statement, &query.origin);
        // Where another way leads to the rows too, losing one of them is no matter; losing all of them is.
        c.rests_on = paths.iter().map(|l| way_fact(draft, &l.table, &l.way, !l.replaceable)).collect();
        c.rests_on.extend(queries::filled_in(draft, query));
        all.push(c);
    }
    for table in draft.schema.wholes() {
        let symbol = &table.name.name;
        for way in ways(draft, symbol) {
            let subject = Path::new(symbol).join(inside(&way.symbol));
            let origin = origin_of(model, &Path::new(symbol).join(way.columns.first().map_or("", |c| c.as_str())));
            let name = Physical(draft).member(symbol, &way.symbol);
            let mut c =
                claim(AT, "used", subject, format!("{name} is used, and without it the plan is another"), &origin);
            c.statement =
                format!("the way into {symbol} by {} is used, and without it the plan is another", words(&way));
            let physical = Physical(draft).table(symbol).name;
            c.rests_on =
                vec![if way.constraint { Fact::constraint(&physical, &name) } else { Fact::index(&physical, &name) }];
            all.push(c);
        }
    }
    if draft.schema.wholes().any(|t| !t.indexes.is_empty()) {
        let origin = tw_model::Origin::assumed("each index is paid for by every write");
        all.push(claim(AT, "no-redundant", Path::new("indexes"), "no designed index is served by another", &origin));
    }
    all
}

fn words(way: &Way) -> String {
    let columns = tw_model::draft::replace_symbols(&way.columns.join(", "), |path| path.to_string());
    if way.filter.is_some() { format!("{columns}, for the few rows asked for") } else { columns }
}

/// `unique(a,b)` to `a+b`, `primary` to `primary`: no two ways of a table are alike in it and their kind.
fn inside(symbol: &str) -> String {
    match symbol.split_once('(') {
        Some(("unique", rest)) => format!("unique+{}", rest.trim_end_matches(')').replace(',', "+")),
        Some((_, rest)) => rest.trim_end_matches(')').replace(',', "+"),
        None => symbol.to_string(),
    }
}

/// The way itself where it stands alone, or else that there is one.
pub(super) fn way_fact(draft: &Draft, table: &str, way: &Way, alone: bool) -> Fact {
    if alone { path_fact(draft, table, way) } else { Fact::any_way(&Physical(draft).table(table).name) }
}

fn path_fact(draft: &Draft, table: &str, way: &Way) -> Fact {
    let p = Physical(draft);
    let physical = p.table(table).name;
    if way.constraint {
        return Fact::access_path(&physical, &p.quoted(table, &way.columns));
    }
    let index = kit::steps::table(draft, table).and_then(|t| t.indexes.iter().find(|i| i.name == way.symbol));
    let part = |i: &tw_model::schema::IndexPart| {
        let column = if i.is_expression { draft.printed(&i.column) } else { quote(&p.member(table, &i.column)) };
        if i.desc { format!("{column} DESC") } else { column }
    };
    match index {
        // An expression is printed by the server in its own words, so such an index is known by its name.
        Some(i) if i.parts.iter().any(|p| p.is_expression) => Fact::index(&physical, &p.member(table, &way.symbol)),
        Some(i) => Fact::access_path(&physical, &i.parts.iter().map(part).collect::<Vec<_>>()),
        None => Fact::index(&physical, &p.member(table, &way.symbol)),
    }
}

/// Pages from which on reading a table whole breaks the bound of a look-up of one row: 4 × a row + 10 × three levels.
const ENOUGH_PAGES: u64 = 40;

/// A way that keeps a query from reading a large table whole.
struct Lean {
    table: String,
    way: Way,
    /// Another way of the table has a column that the query asks for.
    replaceable: bool,
}

/// The ways a query leans on, each once.
fn leaned_on(model: &Model, draft: &Draft, query: &Query) -> Vec<Lean> {
    let mut all: Vec<Lean> = vec![];
    for (statement, scan) in query.statements.iter().flat_map(|s| s.sql.scans.iter().map(move |scan| (s, scan))) {
        for need in needs(model, draft, scan) {
            // Where reading the whole sample costs little, no bound could tell the difference.
            let most = if scan.limited { limit(&statement.sql.text) } else { 1 };
            let rows = most.min(found(model, &need));
            let enough = ENOUGH_PAGES.max(4 * rows + 30);
            if volume(model, &need.table) < WORTH_AN_INDEX || sample_pages(model, draft, &need.table) < enough {
                continue;
            }
            let every = ways(draft, &need.table);
            let Some(way) = every.iter().find(|w| need.served_by(w)).cloned() else { continue };
            if all.iter().any(|l| l.table == need.table && l.way == way) {
                continue;
            }
            // Reading an index whole for a column within it costs little as well.
            let asked = |column: &String| need.equal.contains(column) || need.then.iter().any(|(c, _)| c == column);
            let replaceable = every.iter().any(|w| *w != way && w.columns.iter().any(asked));
            all.push(Lean { table: need.table.clone(), way, replaceable });
        }
    }
    all
}

/// Rows that a need finds, about: as many as there are to one of what it names; few of what is searched for.
fn found(model: &Model, need: &Need) -> u64 {
    if need.special.is_some() {
        return 1;
    }
    let sizes = kit::size::sizes(model);
    let to_one = |column: &String| {
        let links = kit::links(model).into_iter().filter(|l| l.holder == need.table);
        let link = links.into_iter().find(|l| kit::shape::end_columns(model, l).iter().any(|c| c.symbol == *column))?;
        Some(sizes.get(&need.table)? / sizes.get(&link.target)?.max(&1))
    };
    need.equal.iter().filter_map(to_one).min().unwrap_or(u64::MAX).max(1)
}

/// The number of `limit 50`; one where it is no number.
fn limit(text: &str) -> u64 {
    let mut words = text.split_whitespace().skip_while(|w| !w.eq_ignore_ascii_case("limit"));
    words.nth(1).and_then(|n| n.trim_end_matches(';').parse().ok()).unwrap_or(1)
}

pub(super) fn trial(ground: &Ground, claim: &Claim) -> Result<Trial, Undecided> {
    let no_trial = || Undecided::NoTrial(claim.id.to_string());
    match claim.id.kind() {
        "indexing/bounded" => {
            let query = ground.model.workload.iter().find(|q| q.name == claim.subject.as_str()).ok_or_else(no_trial)?;
            bounded(ground, claim, query)
        }
        "indexing/used" => {
            let (symbol, rest) = claim.subject.as_str().split_once('.').ok_or_else(no_trial)?;
            let way =
                ways(ground.draft, symbol).into_iter().find(|w| inside(&w.symbol) == rest).ok_or_else(no_trial)?;
            used(ground, claim, symbol, &way)
        }
        "indexing/no-redundant" => Ok(no_redundant(ground, claim)),
        _ => Err(no_trial()),
    }
}

pub(super) fn drop_way(draft: &Draft, table: &str, way: &Way) -> Vec<Change> {
    if !way.constraint {
        let index = kit::steps::table(draft, table).and_then(|t| t.indexes.iter().find(|i| i.name == way.symbol));
        return index.map(|i| drop_index(draft, table, i)).into_iter().collect();
    }
    let mut changes = vec![];
    for other in draft.schema.wholes() {
        for c in &other.constraints {
            if matches!(&c.kind, ConstraintKind::Foreign { target, target_columns, .. } if target.name == table && *target_columns == way.columns)
            {
                changes.push(drop_constraint(draft, &other.name.name, &c.name));
            }
        }
    }
    changes.push(drop_constraint(draft, table, &way.symbol));
    changes
}

fn bounded(ground: &Ground, claim: &Claim, query: &Query) -> Result<Trial, Undecided> {
    let mut steps = queries::arguments(ground, query)?;
    for statement in &query.statements {
        let sql = queries::with_arguments(ground, query, &statement.sql, Side::Design);
        // An insert looks nothing up; what it must check is bounded by its keys and references.
        let looks_up = statement.sql.kind != StatementKind::Insert && statement.into.is_empty();
        let mut step = step(sql, if looks_up { Expect::Bounded } else { Expect::Accepted });
        step.keep = statement.into.clone();
        steps.push(step);
    }
    // Every way into those tables goes, so that nothing takes the place of what was lost.
    let twin = leaned_on(ground.model, ground.draft, query)
        .iter()
        .flat_map(|l| ways(ground.draft, &l.table).into_iter().map(move |w| (l.table.clone(), w)))
        .flat_map(|(table, way)| drop_way(ground.draft, &table, &way))
        .collect();
    Ok(on_sample(kit::steps::trial(claim, steps, without_repeats(twin))))
}

pub(super) fn without_repeats(changes: Vec<Change>) -> Vec<Change> {
    let mut kept: Vec<Change> = vec![];
    for change in changes {
        if !kept.contains(&change) {
            kept.push(change);
        }
    }
    kept
}

/// The query that asks for the way: one of the workload, or the look-up of its own columns.
fn used(ground: &Ground, claim: &Claim, symbol: &str, way: &Way) -> Result<Trial, Undecided> {
    let draft = ground.draft;
    let asks = |need: &Need| need.table == symbol && need.served_by(way);
    let asking = looked_up(ground.model).find(|(q, scan)| {
        q.statements
            .iter()
            .any(|s| s.sql.kind == StatementKind::Select && s.into.is_empty() && s.sql.scans.contains(scan))
            && needs(ground.model, draft, scan).iter().any(asks)
    });
    let name = Physical(draft).member(symbol, &way.symbol);
    let mut steps = vec![];
    let special = way.columns.iter().any(|c| c.contains('(')) || way.filter.is_some() || way.method != "btree";
    let sql = match asking {
        Some((query, scan)) if special => {
            steps.extend(queries::arguments(ground, query)?);
            let statement = query.statements.iter().find(|s| s.sql.scans.contains(scan));
            let statement = statement.ok_or_else(|| Undecided::NoTrial(claim.id.to_string()))?;
            queries::with_arguments(ground, query, &statement.sql, Side::Design)
        }
        _ => look_up(ground, symbol, way, &mut steps)?,
    };
    // Scans of a small sample can be cheaper than any index; what is asked is whether the index serves.
    steps.push(by(Actor::Lab, accepted("SET LOCAL enable_seqscan = off")));
    if !way.columns.iter().any(|c| c.contains('(')) {
        steps.push(by(Actor::Lab, accepted("SET LOCAL enable_sort = off")));
    }
    // Another index may do for a small sample; here each one is asked by itself.
    let table = literal(&qualified(draft, symbol, &draft.name(symbol)));
    let index = literal(&qualified(draft, symbol, &name));
    let partitioned = kit::steps::table(draft, symbol).is_some_and(|t| t.partition_by.is_some());
    // What is done to a partitioned table or index is done to each piece of it.
    let others = if partitioned {
        format!(
            "indrelid IN (SELECT relid FROM pg_partition_tree({table})) AND indexrelid NOT IN (SELECT relid FROM pg_partition_tree({index}))"
        )
    } else {
        let name = literal(&name);
        format!("indrelid = {table}::regclass AND indexrelid NOT IN (SELECT oid FROM pg_class WHERE relname = {name})")
    };
    steps.push(by(Actor::Lab, accepted(format!("UPDATE pg_index SET indisvalid = false WHERE {others}"))));
    steps.push(step(sql.clone(), Expect::Uses { index: name.clone() }));
    let its = if partitioned {
        format!("indexrelid IN (SELECT relid FROM pg_partition_tree({index}))")
    } else {
        format!("indexrelid = {index}::regclass")
    };
    steps.push(by(Actor::Lab, accepted(format!("UPDATE pg_index SET indisvalid = false WHERE {its}"))));
    steps.push(step(sql, Expect::Avoids { index: name }));
    Ok(on_sample(kit::steps::trial(claim, steps, drop_way(draft, symbol, way))))
}

/// A table or index of the namespace that a table is in, as printed.
pub(super) fn qualified(draft: &Draft, symbol: &str, name: &str) -> String {
    format!("{}.{}", quote(Physical(draft).namespace_of(symbol)), quote(name))
}

/// `SELECT` by the way's own columns, with the values of some row.
fn look_up(ground: &Ground, symbol: &str, way: &Way, steps: &mut Vec<Step>) -> Result<String, Undecided> {
    let draft = ground.draft;
    let table = draft.printed_table(symbol);
    let mut conditions = vec![];
    let mut columns = vec![];
    for (n, column) in way.columns.iter().enumerate() {
        let printed = if column.contains('(') {
            draft.printed(column)
        } else {
            draft.printed_column(&format!("{symbol}.{column}"))
        };
        columns.push(printed.clone());
        conditions.push(format!("{printed} = :'v{n}'"));
    }
    if columns.is_empty() {
        return Err(Undecided::NoTrial(format!("look-up by {}", way.symbol)));
    }
    let present: Vec<String> = columns.iter().map(|c| format!("{c} IS NOT NULL")).collect();
    let filter = way.filter.as_ref().map(|f| format!(" AND {}", draft.printed(f))).unwrap_or_default();
    let list = columns.join(", ");
    let mut draw =
        accepted(format!("SELECT {list} FROM {table} WHERE {}{filter} ORDER BY {list} LIMIT 1", present.join(" AND ")));
    draw.keep = (0..columns.len()).map(|n| format!("v{n}")).collect();
    steps.push(draw);
    Ok(format!("SELECT * FROM {table} WHERE {}{filter}", conditions.join(" AND ")))
}

/// Among the designed B-trees, none that is not unique has columns that another begins with.
fn no_redundant(ground: &Ground, claim: &Claim) -> Trial {
    let draft = ground.draft;
    let p = Physical(draft);
    let names: Vec<String> = draft
        .schema
        .wholes()
        .flat_map(|t| ways(draft, &t.name.name).into_iter().map(|w| literal(&p.member(&t.name.name, &w.symbol))))
        .collect();
    let query = |names: &str| {
        format!(
            "SELECT a.indexrelid::regclass::text, b.indexrelid::regclass::text FROM pg_index a JOIN pg_index b ON a.indrelid = b.indrelid AND a.indexrelid <> b.indexrelid \
             JOIN pg_class ca ON ca.oid = a.indexrelid JOIN pg_class cb ON cb.oid = b.indexrelid JOIN pg_am m ON m.oid = ca.relam AND ca.relam = cb.relam \
             WHERE m.amname = 'btree' AND ca.relname IN ({names}) AND cb.relname IN ({names}) AND NOT a.indisunique AND a.indexprs IS NULL AND b.indexprs IS NULL \
             AND pg_get_expr(a.indpred, a.indrelid) IS NOT DISTINCT FROM pg_get_expr(b.indpred, b.indrelid) \
             AND (b.indkey::text || ' ') LIKE (a.indkey::text || ' %') AND (b.indclass::text || ' ') LIKE (a.indclass::text || ' %') ORDER BY 1, 2"
        )
    };
    let step = returns(query(&names.join(", ")), vec![]);
    let mut trial = kit::steps::trial(claim, vec![step], vec![]);
    let first = draft.schema.wholes().find(|t| !t.primary_key().is_empty());
    let duplicate = first.map(|t| {
        let columns = p.quoted(&t.name.name, t.primary_key()).join(", ");
        accepted(format!("CREATE INDEX redundant_twin ON {} ({columns})", draft.printed_table(&t.name.name)))
    });
    let with_duplicate = returns(query(&format!("{}, 'redundant_twin'", names.join(", "))), vec![]);
    let steps = duplicate.into_iter().chain([with_duplicate]).collect();
    trial.twin = Twin::Steps { weaker: "an index on the columns of a primary key is added first".into(), steps };
    trial
}
