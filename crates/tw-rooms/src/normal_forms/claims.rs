//! What is claimed of the forms of tables, and how it is tried.
use super::{AT, standing::standings, star};
use crate::kit::{self, Ground, Row, candidates, claim, shape::member_columns, steps::*};
use tw_model::{
    Origin, Path,
    change::{Change, Fact},
    claim::Claim,
    draft::Draft,
    evidence::Undecided,
    ident::literal,
    model::{Dependency, Entity, Model},
    schema::{Constraint, ConstraintKind},
    trial::Trial,
};

/// What all tables together are called in a claim's subject.
const TABLES: &str = "tables";

pub(super) fn claims(model: &Model, draft: &Draft) -> Vec<Claim> {
    let p = Physical(draft);
    let determinants = determinants(model, draft);
    let mut all = vec![];
    if !determinants.is_empty() {
        let statement = format!(
            "whatever is declared to determine a column is a key that the server keeps: {} in all",
            kit::thousands(determinants.len() as u64)
        );
        let origin = Origin::assumed("every table is kept free of repetition unless the brief says otherwise");
        let mut c = claim(AT, "form", Path::new(TABLES), statement, &origin);
        c.rests_on = determinants
            .iter()
            .map(|(table, key)| Fact::unique_over(&p.table(table).name, &p.quoted(table, key)))
            .collect();
        all.push(c);
    }
    for entity in &model.entities {
        for d in entity.depends.iter().filter(|d| d.kept_because.is_some()) {
            let statement = format!(
                "two rows of {} may agree in {} and differ in {}: each says how it was",
                entity.name,
                d.from.join(", "),
                d.to.join(", ")
            );
            all.push(claim(AT, "kept", subject(entity, d), statement, &d.origin));
        }
    }
    all.extend(star::claims(model, draft));
    all
}

fn subject(entity: &Entity, d: &Dependency) -> Path {
    entity.path().join(d.from.join("+"))
}

/// Each table with each of its keys.
fn determinants(model: &Model, draft: &Draft) -> Vec<(String, Vec<String>)> {
    let of = |s: super::standing::Standing| -> Vec<(String, Vec<String>)> {
        s.keys.iter().map(|key| (s.table.name.name.clone(), key.clone())).collect()
    };
    standings(model, draft).into_iter().flat_map(of).collect()
}

pub(super) fn trial(ground: &Ground, claim: &Claim) -> Result<Trial, Undecided> {
    match claim.id.kind() {
        "normal-forms/form" => form(ground, claim),
        "normal-forms/kept" => kept(ground, claim),
        _ => star::trial(ground, claim),
    }
}

/// Asks the catalogue which of the keys no unique index keeps: none.
fn form(ground: &Ground, claim: &Claim) -> Result<Trial, Undecided> {
    let draft = ground.draft;
    let p = Physical(draft);
    let determinants = determinants(ground.model, draft);
    let wanted: Vec<String> = determinants
        .iter()
        .map(|(table, key)| {
            let columns: Vec<String> = p.members(table, key).iter().map(|c| literal(c)).collect();
            format!("(to_regclass({}), ARRAY[{}])", literal(&draft.printed_table(table)), columns.join(", "))
        })
        .collect();
    let sql = format!(
        "SELECT t::text, k::text FROM (VALUES {}) wanted (t, k) WHERE NOT EXISTS (SELECT 1 FROM pg_catalog.pg_index i \
         WHERE i.indrelid = t AND i.indisunique AND i.indpred IS NULL AND k = ARRAY(SELECT a.attname::text FROM \
         unnest(i.indkey[0:i.indnkeyatts - 1]) WITH ORDINALITY c (n, place) JOIN pg_catalog.pg_attribute a ON a.attrelid = t AND a.attnum = c.n \
         ORDER BY c.place)) ORDER BY 1, 2",
        wanted.join(", ")
    );
    let twin =
        unkept(draft, &determinants).ok_or_else(|| Undecided::NoWitness("a key that nothing refers to".into()))?;
    Ok(kit::steps::trial(claim, vec![returns(sql, vec![])], vec![twin]))
}

/// The drop of a key that nothing refers to.
fn unkept(draft: &Draft, determinants: &[(String, Vec<String>)]) -> Option<Change> {
    let referred = |symbol: &str, key: &Vec<String>| {
        draft.schema.tables.iter().any(|t| {
            t.constraints.iter().any(|c| match &c.kind {
                ConstraintKind::Foreign { target, target_columns, .. } => {
                    target.name == *symbol && (target_columns == key || target_columns.is_empty())
                }
                _ => false,
            })
        })
    };
    determinants.iter().filter(|(symbol, key)| !referred(symbol, key)).find_map(|(symbol, key)| {
        let keeps = |c: &&Constraint| match &c.kind {
            ConstraintKind::Primary { columns, .. } | ConstraintKind::Unique { columns, .. } => columns == key,
            _ => false,
        };
        let constraint = table(draft, symbol)?.constraints.iter().find(keeps)?;
        Some(drop_constraint(draft, symbol, &constraint.name))
    })
}

/// Two rows that agree on the left side and differ on the right. The twin makes the left side a key.
fn kept(ground: &Ground, claim: &Claim) -> Result<Trial, Undecided> {
    let draft = ground.draft;
    let no_trial = || Undecided::NoTrial(claim.id.to_string());
    let entity = ground.model.entity(claim.subject.head()).ok_or_else(no_trial)?;
    let d = entity.depends.iter().find(|d| subject(entity, d) == claim.subject).ok_or_else(no_trial)?;
    let missing =
        || Undecided::NoWitness(format!("two rows of {} that differ in {} alone", entity.name, d.to.join(", ")));
    let symbols = |members: &[String]| -> Vec<String> {
        members.iter().flat_map(|m| member_columns(ground.model, entity, m)).map(|c| c.symbol).collect()
    };
    let (from, to) = (symbols(&d.from), symbols(&d.to));
    let (one, two) =
        ground.witnesses.row(&entity.name, 1).zip(ground.witnesses.row(&entity.name, 2)).ok_or_else(missing)?;
    let alike = from.iter().fold(two.clone(), |row, c| row.with(c, one.value(c)));
    let other = differing(ground, entity, one, alike, &to).ok_or_else(missing)?;
    let mut steps = inserts(draft, &ground.witnesses.with_parents(draft, one));
    let parents = ground.witnesses.parents(draft, two);
    let known = ground.witnesses.with_parents(draft, one);
    steps.extend(inserts(draft, &parents.into_iter().filter(|r| !known.contains(r)).collect::<Vec<_>>()));
    steps.push(accepted(other.insert(draft)));
    let p = Physical(draft);
    let constraint = Constraint {
        name: "tw_one_each".into(),
        kind: ConstraintKind::Unique {
            columns: p.members(&entity.name, &from),
            include: vec![],
            nulls_not_distinct: false,
        },
        deferrable: None,
        not_valid: false,
        comment: None,
    };
    let twin = Change::AddConstraint { table: p.table(&entity.name), constraint };
    Ok(kit::steps::trial(claim, steps, vec![twin]))
}

/// The row with another value on the right side than the first has.
fn differing(ground: &Ground, entity: &Entity, one: &Row, row: Row, to: &[String]) -> Option<Row> {
    if to.iter().any(|c| one.value(c) != row.value(c)) {
        return Some(row);
    }
    to.iter().find_map(|c| {
        let column = column(ground.draft, &entity.name, c)?;
        let other = candidates::candidates(column, &[], 7).into_iter().find(|v| Some(v.as_str()) != one.value(c))?;
        Some(row.with(c, Some(&other)))
    })
}
