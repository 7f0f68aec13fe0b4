//! What is claimed of references, and how it is tried on real rows.
use super::AT;
use crate::kit::{self, Ground, Row, a, claim, origin_of, rows::sql_value, steps::*};
use tw_model::{
    Path,
    change::{Change, Fact},
    claim::{Claim, ClaimId},
    draft::Draft,
    evidence::Undecided,
    model::{Action, Model},
    schema::{Constraint, ConstraintKind, Table},
    trial::{Expect, Step, Trial},
};

/// A foreign key, taken apart.
struct Reference<'a> {
    holder: &'a str,
    constraint: &'a Constraint,
    columns: &'a [String],
    target: &'a str,
    target_columns: &'a [String],
    on_delete: Action,
    on_update: Action,
}

impl Reference<'_> {
    fn subject(&self) -> Path {
        let inside = self.constraint.name.trim_start_matches("references(").trim_end_matches(')');
        Path::new(self.holder).join(inside)
    }
}

fn references<'a>(table: &'a Table) -> impl Iterator<Item = Reference<'a>> {
    table.constraints.iter().filter_map(|c| match &c.kind {
        ConstraintKind::Foreign { columns, target, target_columns, on_delete, on_update, .. } => Some(Reference {
            holder: &table.name.name,
            constraint: c,
            columns,
            target: &target.name,
            target_columns,
            on_delete: *on_delete,
            on_update: *on_update,
        }),
        _ => None,
    })
}

fn all(draft: &Draft) -> Vec<Reference<'_>> {
    draft.schema.wholes().flat_map(references).collect()
}

pub(super) fn claims(model: &Model, draft: &Draft) -> Vec<Claim> {
    let p = Physical(draft);
    let mut made = vec![];
    let every = all(draft);
    for r in &every {
        let (table, name) = (p.table(r.holder).name, p.member(r.holder, &r.constraint.name));
        let subject = r.subject();
        let origin = origin_of(model, &subject);
        let mut reference = claim(
            AT,
            "reference",
            subject.clone(),
            format!("{subject} never points at {} that is not there", a(r.target)),
            &origin,
        );
        reference.rests_on = vec![Fact::constraint(&table, &name)];
        // A part that the server computes points nowhere once it is left out.
        let computed = |c: &&String| column(draft, r.holder, c).is_some_and(|c| c.generated.is_some());
        let parts = r.columns.iter().filter(computed);
        reference.rests_on.extend(parts.map(|c| Fact::generated(&table, &p.member(r.holder, c))));
        made.push(reference);
        let presumes = vec![ClaimId::new("relationships/reference", &subject)];
        // The subtype's second reference repeats the first; its actions are the first one's.
        if subject.as_str().ends_with(".subtype") {
            continue;
        }
        let mut delete = claim(
            AT,
            "on-delete",
            subject.clone(),
            format!("when the {} that {subject} points at is deleted: {}", r.target, consequence(r.on_delete)),
            &origin,
        );
        delete.rests_on = vec![Fact::constraint(&table, &name), Fact::on_delete(&table, &name)];
        // A row can forget only what may be missing. In a table that refers to itself the first row shows that already.
        let forgettable = |r: &Reference| {
            r.columns.iter().map(|c| Fact::not_null(&table, &p.member(r.holder, c))).collect::<Vec<_>>()
        };
        if r.on_delete == Action::SetNull && r.holder != r.target {
            delete.rests_on.extend(forgettable(r));
        }
        delete.presumes = presumes.clone();
        made.push(delete);
        let mut update = claim(
            AT,
            "on-update",
            subject.clone(),
            format!("when the key that {subject} points at changes: {}", consequence(r.on_update)),
            &origin,
        );
        update.rests_on = vec![Fact::constraint(&table, &name), Fact::on_update(&table, &name)];
        if r.on_update == Action::SetNull && r.holder != r.target {
            update.rests_on.extend(forgettable(r));
        }
        if let Some(made) = server_made(draft, r) {
            update.rests_on.push(Fact::generated(&p.table(r.target).name, &p.member(r.target, made)));
        }
        update.presumes = presumes;
        made.push(update);
    }
    for (first, second) in stops(&every) {
        let subject = first.subject().join(second.subject().as_str());
        let origin = origin_of(model, &first.subject());
        let statement = format!(
            "deleting {} whose {} rows are pointed at by {} deletes nothing",
            a(first.target),
            first.holder,
            a(second.holder)
        );
        let mut c = claim(AT, "cascade-stops", subject, statement, &origin);
        let name = |r: &Reference| (p.table(r.holder).name, p.member(r.holder, &r.constraint.name));
        let ((t1, n1), (t2, n2)) = (name(first), name(second));
        c.rests_on = vec![
            Fact::constraint(&t2, &n2),
            Fact::on_delete(&t2, &n2),
            Fact::constraint(&t1, &n1),
            Fact::on_delete(&t1, &n1),
        ];
        c.presumes = [first, second].iter().map(|r| ClaimId::new("relationships/reference", &r.subject())).collect();
        made.push(c);
    }
    made
}

/// Pairs where a cascade into a table meets a restriction on that table.
fn stops<'a, 'b>(every: &'b [Reference<'a>]) -> Vec<(&'b Reference<'a>, &'b Reference<'a>)> {
    let cascades = every.iter().filter(|r| {
        r.on_delete == Action::Cascade && r.holder != r.target && !r.subject().as_str().ends_with(".subtype")
    });
    let stopped_by = |first: &'b Reference<'a>| {
        every.iter().filter(move |second| {
            second.target == first.holder
                && second.holder != first.holder
                && second.holder != first.target
                && matches!(second.on_delete, Action::Restrict | Action::NoAction)
                // A row that the same deletion takes away does not stop it.
                && !every.iter().any(|r| r.holder == second.holder && r.target == first.target && r.on_delete == Action::Cascade)
        })
    };
    cascades.flat_map(|first| stopped_by(first).map(move |second| (first, second))).collect()
}

fn consequence(action: Action) -> &'static str {
    match action {
        Action::NoAction | Action::Restrict => "it is refused",
        Action::Cascade => "the same happens to the row",
        Action::SetNull => "the row forgets it",
        Action::SetDefault => "the row falls back to its default",
    }
}

pub(super) fn trial(ground: &Ground, claim: &Claim) -> Result<Trial, Undecided> {
    let every = all(ground.draft);
    let no_trial = || Undecided::NoTrial(claim.id.to_string());
    if claim.id.kind() == "relationships/cascade-stops" {
        let pairs = stops(&every);
        let (first, second) =
            pairs.iter().find(|(a, b)| a.subject().join(b.subject().as_str()) == claim.subject).ok_or_else(no_trial)?;
        return cascade_stops(ground, claim, first, second);
    }
    let r = every.iter().find(|r| r.subject() == claim.subject).ok_or_else(no_trial)?;
    match claim.id.kind() {
        "relationships/reference" => reference(ground, claim, r),
        "relationships/on-delete" => on_delete(ground, claim, r),
        "relationships/on-update" => on_update(ground, claim, r),
        _ => Err(no_trial()),
    }
}

/// The parent and a holder that points at it.
fn pair<'a>(ground: &'a Ground, r: &Reference) -> Result<(&'a Row, Row), Undecided> {
    let missing = |what: &str| Undecided::NoWitness(format!("a row of {what} that keeps every rule"));
    let holder = ground.witnesses.row(r.holder, 1).ok_or_else(|| missing(r.holder))?;
    // A row that points at its own table points at another row of it.
    let instance = if r.holder == r.target { 2 } else { 1 };
    let parent = ground.witnesses.row(r.target, instance).ok_or_else(|| missing(r.target))?;
    let pointing =
        r.columns.iter().zip(r.target_columns).fold(holder.clone(), |row, (c, t)| row.with(c, parent.value(t)));
    Ok((parent, pointing))
}

fn setup(ground: &Ground, rows: &[&Row]) -> Vec<Step> {
    let mut all: Vec<Row> = vec![];
    for row in rows {
        for r in ground.witnesses.with_parents(ground.draft, row) {
            if !all.contains(&r) {
                all.push(r);
            }
        }
    }
    inserts(ground.draft, &all)
}

fn reference(ground: &Ground, claim: &Claim, r: &Reference) -> Result<Trial, Undecided> {
    let draft = ground.draft;
    let (parent, pointing) = pair(ground, r)?;
    let name = Physical(draft).member(r.holder, &r.constraint.name);
    // The other references of the row stand aside, so that this one alone refuses or accepts.
    let mut steps = only_references(draft, &[r.holder], &[(r.holder, &r.constraint.name)]);
    steps.extend(setup(ground, &[parent]));
    steps.extend(rehearsed(draft, &pointing));
    // A target that is not there: the third row's key, and the third row is nowhere.
    let absent = ground.witnesses.row(r.target, 3);
    let absent = absent.ok_or_else(|| Undecided::NoWitness(format!("a third row of {}", r.target)))?;
    let orphan =
        r.columns.iter().zip(r.target_columns).fold(pointing.clone(), |row, (c, t)| row.with(c, absent.value(t)));
    steps.push(refused(orphan.insert(draft), "23503", Some(&name)));
    if let Some(stranger) = of_another_tenant(ground, r, &pointing) {
        // The target is there, but it is another tenant's.
        let there: Vec<Row> = ground.witnesses.with_parents(draft, parent);
        let other =
            ground.witnesses.row(r.target, 3).map(|row| ground.witnesses.with_parents(draft, row)).unwrap_or_default();
        steps.extend(inserts(draft, &other.into_iter().filter(|row| !there.contains(row)).collect::<Vec<_>>()));
        steps.push(refused(stranger.insert(draft), "23503", Some(&name)));
    }
    Ok(kit::steps::trial(claim, steps, vec![drop_constraint(draft, r.holder, &r.constraint.name)]))
}

/// The row with its own tenant and the target of another, where the reference is over both.
fn of_another_tenant(ground: &Ground, r: &Reference, pointing: &Row) -> Option<Row> {
    let holder = ground.model.entity(r.holder)?;
    let tenant = kit::shape::tenant_column(ground.model, holder)?;
    let other = ground.witnesses.row(r.target, 3)?;
    let (first, rest) = r.columns.split_first()?;
    if *first != tenant || rest.is_empty() {
        return None;
    }
    Some(
        rest.iter()
            .zip(r.target_columns.iter().skip(1))
            .fold(pointing.clone(), |row, (c, t)| row.with(c, other.value(t))),
    )
}

fn gone(draft: &Draft, row: &Row) -> Step {
    returns_one(format!("SELECT count(*) FROM {} WHERE {}", draft.printed_table(&row.table), row.by_key(draft)), "0")
}

fn there(draft: &Draft, row: &Row) -> Step {
    returns_one(format!("SELECT count(*) FROM {} WHERE {}", draft.printed_table(&row.table), row.by_key(draft)), "1")
}

fn on_delete(ground: &Ground, claim: &Claim, r: &Reference) -> Result<Trial, Undecided> {
    let draft = ground.draft;
    let (parent, pointing) = pair(ground, r)?;
    // Before the rows: a table with rows whose rules wait for the end of the transaction cannot be altered.
    let mut steps = others_aside(ground, &[r], &[parent, &pointing]);
    steps.extend(setup(ground, &[parent, &pointing]));
    let delete = format!("DELETE FROM {} WHERE {}", draft.printed_table(r.target), parent.by_key(draft));
    let name = Physical(draft).member(r.holder, &r.constraint.name);
    steps.extend(match r.on_delete {
        Action::Restrict | Action::NoAction => vec![step(delete, restricted(&name)), there(draft, &pointing)],
        Action::Cascade => vec![affects(delete, 1), gone(draft, &pointing)],
        Action::SetNull => vec![affects(delete, 1), forgotten(draft, r, &pointing)],
        Action::SetDefault => vec![affects(delete, 1), there(draft, &pointing)],
    });
    let other = if r.on_delete == Action::Cascade { Action::Restrict } else { Action::Cascade };
    Ok(kit::steps::trial(claim, steps, with_actions(draft, r, other, r.on_update)))
}

/// The other references of every row at hand stand aside: what happens must be this one's doing.
fn others_aside(ground: &Ground, kept: &[&Reference], rows: &[&Row]) -> Vec<Step> {
    let draft = ground.draft;
    let all: Vec<Row> = rows.iter().flat_map(|row| ground.witnesses.with_parents(draft, row)).collect();
    let tables: std::collections::BTreeSet<&str> = all.iter().map(|row| row.table.as_str()).collect();
    let kept: Vec<(&str, &str)> = kept.iter().map(|r| (r.holder, r.constraint.name.as_str())).collect();
    only_references(draft, &tables.into_iter().collect::<Vec<_>>(), &kept)
}

fn forgotten(draft: &Draft, r: &Reference, pointing: &Row) -> Step {
    let columns: Vec<String> =
        r.columns.iter().map(|c| format!("{} IS NULL", draft.printed_column(&format!("{}.{c}", r.holder)))).collect();
    let sql = format!(
        "SELECT {} FROM {} WHERE {}",
        columns.join(" AND "),
        draft.printed_table(r.holder),
        pointing.by_key(draft)
    );
    returns_one(sql, "t")
}

/// RESTRICT reports 23001 from version 18 on, 23503 before it.
fn restricted(name: &str) -> Expect {
    Expect::OneOf { of: vec![refusal("23503", Some(name)), refusal("23001", Some(name))] }
}

/// The part of the referenced key that the server alone makes: nobody can change it as it is.
fn server_made<'a>(draft: &Draft, r: &Reference<'a>) -> Option<&'a String> {
    let always = |c: &&String| {
        column(draft, r.target, c).is_some_and(|c| c.identity.as_ref().is_some_and(|identity| identity.always))
    };
    r.target_columns.iter().find(always)
}

/// A key that is the server's own identity cannot be changed at all: that is seen first, then what ON UPDATE
/// does without the identity.
fn on_update(ground: &Ground, claim: &Claim, r: &Reference) -> Result<Trial, Undecided> {
    let draft = ground.draft;
    let (parent, pointing) = pair(ground, r)?;
    let made = server_made(draft, r);
    // A part of the key that the row itself can change; the last one when none was found.
    let known = ground.witnesses.rekeyed.get(r.target).filter(|(column, _)| r.target_columns.contains(column));
    let known = known.filter(|_| made.is_none());
    let last = r.target_columns.last().ok_or_else(|| Undecided::NoTrial(claim.id.to_string()))?;
    let changed = made.unwrap_or(known.map_or(last, |(column, _)| column));
    let third = ground.witnesses.row(r.target, 3).and_then(|row| row.value(changed)).map(String::from);
    let new = known.map(|(_, value)| value.clone()).or(third);
    let name = draft.printed_column(&format!("{}.{changed}", r.target));
    let target = draft.printed_table(r.target);
    let update = format!("UPDATE {target} SET {name} = {} WHERE {}", sql_value(new.as_deref()), parent.by_key(draft));
    let mut steps = vec![];
    if made.is_some() {
        steps.push(refused(update.clone(), "428C9", None));
        steps.push(prepares(format!("ALTER TABLE {target} ALTER COLUMN {name} DROP IDENTITY IF EXISTS")));
    }
    steps.extend(others_aside(ground, &[r], &[parent, &pointing]));
    steps.extend(setup(ground, &[parent, &pointing]));
    let constraint = Physical(draft).member(r.holder, &r.constraint.name);
    let at = r.target_columns.iter().position(|c| c == changed).and_then(|n| r.columns.get(n));
    let moved = at.map(|c| pointing.with(c, new.as_deref())).unwrap_or_default();
    steps.extend(match r.on_update {
        Action::Restrict | Action::NoAction => vec![step(update, restricted(&constraint))],
        Action::Cascade => vec![affects(update, 1), followed(draft, r, &moved)],
        Action::SetNull => vec![affects(update, 1), forgotten(draft, r, &pointing)],
        Action::SetDefault => vec![affects(update, 1), there(draft, &pointing)],
    });
    let other = if r.on_update == Action::Cascade { Action::NoAction } else { Action::Cascade };
    Ok(kit::steps::trial(claim, steps, with_actions(draft, r, r.on_delete, other)))
}

/// The row points at the new key.
fn followed(draft: &Draft, r: &Reference, moved: &Row) -> Step {
    let key = table(draft, r.holder).map(|t| t.primary_key().to_vec()).unwrap_or_default();
    let columns: Vec<String> = key.iter().chain(r.columns.iter().filter(|c| !key.contains(c))).cloned().collect();
    let sql =
        format!("SELECT count(*) FROM {} WHERE {}", draft.printed_table(r.holder), moved.condition(draft, &columns));
    returns_one(sql, "1")
}

/// The same foreign key with other actions, in physical names.
fn with_actions(draft: &Draft, r: &Reference, on_delete: Action, on_update: Action) -> Vec<Change> {
    let p = Physical(draft);
    let constraint = Constraint {
        name: p.member(r.holder, &r.constraint.name),
        kind: ConstraintKind::Foreign {
            columns: p.members(r.holder, r.columns),
            target: p.table(r.target),
            target_columns: p.members(r.target, r.target_columns),
            on_delete,
            on_update,
            match_full: false,
        },
        ..r.constraint.clone()
    };
    vec![
        drop_constraint(draft, r.holder, &r.constraint.name),
        Change::AddConstraint { table: p.table(r.holder), constraint },
    ]
}

fn cascade_stops(ground: &Ground, claim: &Claim, first: &Reference, second: &Reference) -> Result<Trial, Undecided> {
    let draft = ground.draft;
    let (top, _) = pair(ground, first)?;
    let (middle, bottom) = pair(ground, second)?;
    let mut steps = others_aside(ground, &[first, second], &[top, middle, &bottom]);
    steps.extend(setup(ground, &[top, middle, &bottom]));
    let delete = format!("DELETE FROM {} WHERE {}", draft.printed_table(first.target), top.by_key(draft));
    steps.push(step(delete, restricted(&Physical(draft).member(second.holder, &second.constraint.name))));
    steps.extend([there(draft, top), there(draft, middle), there(draft, &bottom)]);
    Ok(kit::steps::trial(claim, steps, vec![drop_constraint(draft, second.holder, &second.constraint.name)]))
}
