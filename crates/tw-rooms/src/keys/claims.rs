//! What is claimed of keys, and how it is tried.
use super::AT;
use crate::kit::{self, Ground, Row, claim, origin_of, steps::*};
use tw_model::{
    Path,
    change::{Change, CommentOn, Fact},
    claim::Claim,
    draft::Draft,
    evidence::Undecided,
    model::Model,
    schema::{Column, ConstraintKind, Index, Name, Table},
    trial::{Expect, Trial},
};

pub(super) fn claims(model: &Model, draft: &Draft) -> Vec<Claim> {
    let p = Physical(draft);
    let mut all = vec![];
    for table in draft.schema.wholes() {
        let symbol = &table.name.name;
        let physical = p.table(symbol).name;
        let subject = Path::new(symbol);
        let origin = origin_of(model, &subject);
        let mut primary = claim(
            AT,
            "primary",
            subject.clone(),
            format!("no two rows of {symbol} have the same key, and none is without"),
            &origin,
        );
        primary.rests_on = vec![Fact::constraint(&physical, &p.member(symbol, "primary"))];
        all.push(primary);
        for unique in unique_rules(table) {
            let subject = subject.join(unique.subject());
            let origin = origin_of(model, &subject);
            let mut c = claim(
                AT,
                "unique",
                subject.clone(),
                format!("no two rows of {symbol} have the same {}", unique.columns().join(" and ")),
                &origin,
            );
            let name = p.member(symbol, unique.name());
            c.rests_on = vec![if unique.index.is_some() {
                Fact::index(&physical, &name)
            } else {
                Fact::constraint(&physical, &name)
            }];
            all.push(c);
        }
        if let Some(column) = generated_key(table) {
            let mut c = claim(
                AT,
                "generated",
                subject.join(&column.name),
                format!("the server makes the key of {symbol}, and never the same twice"),
                &origin,
            );
            let name = p.member(symbol, &column.name);
            c.rests_on = vec![if column.identity.is_some() {
                Fact::generated(&physical, &name)
            } else {
                Fact::default(&physical, &name)
            }];
            all.push(c);
        }
        let mut logged =
            claim(AT, "logged", subject.clone(), format!("rows of {symbol} outlive a crash of the server"), &origin);
        logged.rests_on = vec![Fact::logged(&physical)];
        all.push(logged);
        if table.comment.is_some() {
            let mut c = claim(AT, "purpose", subject, format!("the table of {symbol} says what it is for"), &origin);
            c.rests_on = vec![Fact::comment(&physical)];
            all.push(c);
        }
    }
    all
}

/// A uniqueness rule: a constraint, or a unique index where case does not count.
struct UniqueRule<'a> {
    symbol: &'a str,
    index: Option<&'a Index>,
}

impl UniqueRule<'_> {
    fn name(&self) -> &str {
        self.symbol
    }
    fn columns(&self) -> Vec<String> {
        let inside = self.symbol.trim_start_matches("unique(").trim_end_matches(')');
        inside.split(',').map(String::from).collect()
    }
    /// The member part of the claim's subject: the columns joined by `+`.
    fn subject(&self) -> String {
        self.columns().join("+")
    }
}

fn unique_rules(table: &Table) -> Vec<UniqueRule<'_>> {
    let constraints = table.constraints.iter().filter(|c| matches!(c.kind, ConstraintKind::Unique { .. }));
    let indexes = table.indexes.iter().filter(|i| i.unique && i.name.starts_with("unique("));
    // A rule that holds the whole primary key says nothing new: it is there to be referred to, and the
    // references over it are tried.
    let more = |rule: &UniqueRule| !table.primary_key().iter().all(|k| rule.columns().contains(k));
    constraints
        .map(|c| UniqueRule { symbol: &c.name, index: None })
        .chain(indexes.map(|i| UniqueRule { symbol: &i.name, index: Some(i) }))
        .filter(more)
        .collect()
}

fn generated_key(table: &Table) -> Option<&Column> {
    match table.primary_key() {
        [only] => table.column(only).filter(|c| c.default.is_some() || c.identity.is_some()),
        _ => None,
    }
}

pub(super) fn trial(ground: &Ground, claim: &Claim) -> Result<Trial, Undecided> {
    let no_trial = || Undecided::NoTrial(claim.id.to_string());
    let symbol = claim.subject.head();
    let table = table(ground.draft, symbol).ok_or_else(no_trial)?;
    match claim.id.kind() {
        "keys/primary" => primary(ground, claim, table),
        "keys/unique" => {
            let rule =
                unique_rules(table).into_iter().find(|u| format!("{symbol}.{}", u.subject()) == claim.subject.as_str());
            unique(ground, claim, table, &rule.ok_or_else(no_trial)?)
        }
        "keys/generated" => generated(ground, claim, table),
        "keys/logged" => Ok(logged(ground, claim, symbol)),
        "keys/purpose" => Ok(purpose(ground, claim, table)),
        _ => Err(no_trial()),
    }
}

fn two_rows<'a>(ground: &'a Ground, symbol: &str) -> Result<(&'a Row, &'a Row), Undecided> {
    let row = |n| {
        ground
            .witnesses
            .row(symbol, n)
            .ok_or_else(|| Undecided::NoWitness(format!("two rows of {symbol} that keep every rule")))
    };
    Ok((row(1)?, row(2)?))
}

/// Foreign keys of other tables (or the same) that need a key of this table, as drops: a key cannot be
/// dropped while something refers to it.
fn dependents(draft: &Draft, symbol: &str, columns: &[String]) -> Vec<Change> {
    let mut drops = vec![];
    for other in draft.schema.wholes() {
        for c in &other.constraints {
            if matches!(&c.kind, ConstraintKind::Foreign { target, target_columns, .. } if target.name == symbol && target_columns == columns)
            {
                drops.push(drop_constraint(draft, &other.name.name, &c.name));
            }
        }
    }
    drops
}

fn primary(ground: &Ground, claim: &Claim, table: &Table) -> Result<Trial, Undecided> {
    let (draft, symbol) = (ground.draft, table.name.name.as_str());
    let p = Physical(draft);
    let (one, two) = two_rows(ground, symbol)?;
    let key = table.primary_key();
    let mut steps = inserts(draft, &ground.witnesses.with_parents(draft, one));
    steps.extend(inserts(draft, &ground.witnesses.parents(draft, two)));
    let same_key = key.iter().fold(two.clone(), |row, column| row.with(column, one.value(column)));
    steps.push(refused(same_key.insert(draft), "23505", Some(&p.member(symbol, "primary"))));
    for column in key {
        let missing = two.with(column, None).insert(draft);
        // An identity column refuses null as a value it did not make.
        steps.push(refused(missing, "23502", Some(&p.member(symbol, column))));
    }
    steps.push(prepares(two.insert(draft)));
    let mut twin = dependents(draft, symbol, key);
    twin.push(drop_constraint(draft, symbol, "primary"));
    Ok(kit::steps::trial(claim, steps, twin))
}

fn unique(ground: &Ground, claim: &Claim, table: &Table, rule: &UniqueRule) -> Result<Trial, Undecided> {
    let (draft, symbol) = (ground.draft, table.name.name.as_str());
    let p = Physical(draft);
    let name = p.member(symbol, rule.name());
    let (one, two) = two_rows(ground, symbol)?;
    let columns = rule.columns();
    // Optional columns are null in the plainest row; a null repeats freely, so each gets a value.
    let with_value = |row: &Row, n: u8| {
        columns.iter().fold(row.clone(), |row, column| match (row.value(column), table.column(column)) {
            (None, Some(c)) => row.with(column, ground.witnesses.value_for(draft, table, c, n).as_deref()),
            _ => row,
        })
    };
    let (one, two) = (with_value(one, 1), with_value(two, 2));
    let mut steps = inserts(draft, &ground.witnesses.with_parents(draft, &one));
    let mut parents = ground.witnesses.parents(draft, &two);
    parents.retain(|r| !ground.witnesses.parents(draft, &one).contains(r));
    steps.extend(inserts(draft, &parents));
    let with = |value: &dyn Fn(&str) -> String| {
        columns.iter().fold(two.clone(), |row, column| row.with(column, one.value(column).map(value).as_deref()))
    };
    steps.push(refused(with(&|v| v.to_string()).insert(draft), "23505", Some(&name)));
    if rule.index.is_some() {
        // In other case it is the same value; unless a rule of the column refuses that case altogether.
        let of = vec![refusal("23505", Some(&name)), refusal("23514", None)];
        steps.push(step(with(&other_case).insert(draft), Expect::OneOf { of }));
    }
    if columns.len() > 1 {
        // The same in all but one column is another row, unless a narrower key says otherwise.
        steps.push(prepares(two.insert(draft)));
    }
    let mut twin = dependents(draft, symbol, &columns);
    twin.push(match rule.index {
        Some(index) => drop_index(draft, symbol, index),
        None => drop_constraint(draft, symbol, rule.name()),
    });
    Ok(kit::steps::trial(claim, steps, twin))
}

fn other_case(text: &str) -> String {
    let upper = text.to_uppercase();
    if upper == text { text.to_lowercase() } else { upper }
}

fn generated(ground: &Ground, claim: &Claim, table: &Table) -> Result<Trial, Undecided> {
    let (draft, symbol) = (ground.draft, table.name.name.as_str());
    let p = Physical(draft);
    let (one, two) = two_rows(ground, symbol)?;
    let column = generated_key(table).ok_or_else(|| Undecided::NoTrial(claim.id.to_string()))?;
    let key = draft.printed_column(&format!("{symbol}.{}", column.name));
    let mut steps = inserts(draft, &ground.witnesses.parents(draft, one));
    steps.extend(inserts(draft, &ground.witnesses.parents(draft, two)));
    steps.extend(rehearsed(draft, one));
    steps.push(accepted(one.without(&column.name).insert(draft)));
    steps.push(accepted(two.without(&column.name).insert(draft)));
    let count = format!("SELECT count(DISTINCT {key}) FROM {}", draft.printed_table(symbol));
    steps.push(returns_one(count, "2"));
    let twin = if column.identity.is_some() {
        let from = Column { name: p.member(symbol, &column.name), ..column.clone() };
        let to = Column { identity: None, ..from.clone() };
        Change::SetColumnProperty { table: p.table(symbol), from, to }
    } else {
        Change::SetDefault { table: p.table(symbol), column: p.member(symbol, &column.name), default: None }
    };
    Ok(kit::steps::trial(claim, steps, vec![twin]))
}

/// An unlogged table is emptied when the server recovers.
fn logged(ground: &Ground, claim: &Claim, symbol: &str) -> Trial {
    let p = Physical(ground.draft);
    let table = p.table(symbol);
    let printed = tw_model::ident::literal(&format!(
        "{}.{}",
        tw_model::ident::quote(&table.schema),
        tw_model::ident::quote(&table.name)
    ));
    // A partitioned table holds no row itself: its partitions do.
    let whole = Name::symbol(symbol);
    let pieces: Vec<Name> = ground.draft.schema.partitions(&whole).map(|piece| p.table(&piece.name.name)).collect();
    let sql = if pieces.is_empty() {
        format!("SELECT relpersistence FROM pg_class WHERE oid = {printed}::regclass")
    } else {
        format!(
            "SELECT DISTINCT relpersistence FROM pg_class WHERE oid IN (SELECT relid FROM pg_partition_tree({printed}) WHERE isleaf)"
        )
    };
    let step = returns_one(sql, "p");
    let mut twin = vec![];
    // A logged table cannot refer to an unlogged one, so references to this one go first.
    for other in ground.draft.schema.wholes() {
        for c in &other.constraints {
            if matches!(&c.kind, ConstraintKind::Foreign { target, .. } if target.name == symbol && other.name.name != symbol)
            {
                twin.push(drop_constraint(ground.draft, &other.name.name, &c.name));
            }
        }
    }
    let unlogged = pieces.into_iter().next().unwrap_or(table);
    twin.push(Change::SetLogged { table: unlogged, logged: false });
    kit::steps::trial(claim, vec![step], twin)
}

fn purpose(ground: &Ground, claim: &Claim, table: &Table) -> Trial {
    let symbol = table.name.name.as_str();
    let printed = tw_model::ident::literal(&ground.draft.printed_table(symbol));
    let sql = format!("SELECT obj_description({printed}::regclass, 'pg_class')");
    let step = returns_one(sql, table.comment.as_deref().unwrap_or_default());
    let twin = Change::Comment { on: CommentOn::Table { name: Physical(ground.draft).table(symbol) }, text: None };
    kit::steps::trial(claim, vec![step], vec![twin])
}
