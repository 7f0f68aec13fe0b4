//! References: which rows they take, and how those that share columns take rows that agree.
use super::{Asked, How, Pick, Plan, Source, Stop, filled, key};
use crate::pour::{error::PourError, perm::Order, zipf::Zipf};
use tw_model::{
    ident,
    sample::Draw,
    schema::{ConstraintKind, Schema},
};

/// Rows that refer to rows of their own table by default refer to none so often.
const ROOTS: f64 = 0.2;

/// Draws every table's foreign keys up, the certain before the optional, the wide before the narrow.
pub(super) fn picks(schema: &Schema, asked: &Asked, plan: &mut Plan) -> Result<(), Stop> {
    for (at, table) in filled(schema).enumerate() {
        let mut picks: Vec<Pick> = vec![];
        for constraint in &table.constraints {
            let ConstraintKind::Foreign { columns, target, target_columns, match_full, .. } = &constraint.kind else {
                continue;
            };
            let wrong = |why: String| PourError::Impossible {
                table: ident::name(&table.name),
                what: constraint.name.clone(),
                why,
                help: "Fill the referenced table first, or leave this constraint out of the schema.".into(),
            };
            let to = plan.tables.iter().position(|t| t.name == *target);
            let to = to.ok_or_else(|| wrong(format!("it refers to {}, which is not filled", ident::name(target))))?;
            let mine = plan.tables[at].places(columns);
            let theirs = plan.tables[to].places(target_columns);
            let (Some(mine), Some(theirs)) = (mine, theirs) else {
                // A column that is left null refers to nothing.
                continue;
            };
            let own = &plan.tables[at];
            let optional = mine.iter().any(|&c| !own.columns[c].not_null)
                && (!match_full || mine.iter().all(|&c| !own.columns[c].not_null));
            let terms = columns.iter().find_map(|c| asked.target(&table.name, c));
            for &theirs in &theirs {
                plan.tables[to].columns[theirs].null_share = 0.0;
            }
            let own = &plan.tables[at];
            let known = columns.iter().any(|c| asked.hints.contains_key(&(table.name.clone(), c.clone())));
            let share = mine.iter().map(|&c| own.columns[c].null_share).fold(0.0, f64::max);
            let draws = key(own.draws, &["pick", &constraint.name]);
            let count = plan.tables[to].rows;
            let null_share = match optional {
                false => 0.0,
                true if count == 0 => 1.0,
                true if to == at && !known => ROOTS,
                true => share,
            };
            if count == 0 && null_share < 1.0 && own.rows > 0 {
                let what = format!("{} refers to {}, which gets none, and", constraint.name, ident::name(target));
                return Err(Stop::Short(super::Short { table: at, most: 0, what }));
            }
            let shares = columns.first().and_then(|c| asked.shares(&table.name, c, target));
            let how = match (terms.map(|t| &t.draw), shares) {
                _ if to == at => How::Earlier,
                (_, Some(running)) => How::Shares(running),
                (Some(Draw::Zipf { exponent }), _) => How::Zipf(Zipf::new(count, *exponent), Order::new(count, draws)),
                _ => How::Any { each: terms.is_some_and(|t| t.at_least > 0) },
            };
            let alone = |name: &String| {
                filled(schema).nth(to).is_some_and(|t| {
                    t.constraints.iter().any(|c| match &c.kind {
                        ConstraintKind::Primary { columns, .. } | ConstraintKind::Unique { columns, .. } => {
                            columns.as_slice() == std::slice::from_ref(name)
                        }
                        _ => false,
                    })
                })
            };
            let telling = mine.iter().zip(target_columns).filter(|(_, name)| alone(name)).map(|(c, _)| *c).collect();
            picks.push(Pick {
                name: constraint.name.clone(),
                telling,
                target: to,
                columns: mine.into_iter().zip(theirs).collect(),
                how,
                null_share,
                frozen: false,
                later: false,
                deferrable: constraint.deferrable.is_some(),
                draws,
            });
        }
        picks.sort_by(|a, b| {
            let optional = |p: &Pick| p.null_share > 0.0;
            optional(a).cmp(&optional(b)).then(b.columns.len().cmp(&a.columns.len()))
        });
        let own = &mut plan.tables[at];
        for (pick, p) in picks.iter().enumerate() {
            for &(mine, theirs) in &p.columns {
                if own.pick_of(mine).is_none() {
                    own.columns[mine].source = Source::Picked { pick, column: theirs };
                }
            }
        }
        // As many rows for each referenced one as the brief allows.
        let limit = |p: &Pick| {
            let terms = p.columns.iter().find_map(|(c, _)| asked.target(&table.name, &own.columns[*c].name))?;
            Some((terms.at_most, terms.at_least))
        };
        let limits: Vec<_> = picks.iter().map(limit).collect();
        let rows = own.rows;
        own.picks = picks;
        for (pick, terms) in limits.iter().enumerate() {
            let p = &plan.tables[at].picks[pick];
            let (Some((most, least)), true) = (terms, p.target != at && p.null_share == 0.0) else {
                continue;
            };
            let count = plan.tables[p.target].rows;
            if let Some(most) = most.filter(|m| rows > u64::from(*m) * count) {
                let what = format!("{} lets {most} rows refer to one, and", p.name);
                return Err(Stop::Short(super::Short { table: at, most: u64::from(most) * count, what }));
            }
            if (most.is_some() || *least > 1) && plan.tables[at].leader.is_none() {
                plan.tables[at].leader = Some(pick);
                plan.tables[at].picks[pick].how = How::Spread { varied: false };
            }
        }
    }
    Ok(())
}

/// A column and where its value comes from, step by step: (table, column), and the pick taken from each.
fn line(plan: &Plan, table: usize, column: usize) -> Vec<(usize, usize, Option<usize>)> {
    let (mut at, mut c) = (table, column);
    let mut line = vec![];
    for _ in 0..plan.tables.len() + 1 {
        match plan.tables[at].columns[c].source {
            // A row of the same table is no step up.
            Source::Picked { pick, column } if plan.tables[at].picks[pick].target != at => {
                line.push((at, c, Some(pick)));
                (at, c) = (plan.tables[at].picks[pick].target, column);
            }
            _ => break,
        }
    }
    line.push((at, c, None));
    line
}

/// Picks that share columns with picks before them: rows are taken that agree with what was taken.
pub(super) fn agree(plan: &mut Plan) -> Result<(), Stop> {
    for at in 0..plan.tables.len() {
        for pick in 0..plan.tables[at].picks.len() {
            let p = &plan.tables[at].picks[pick];
            let shared: Vec<(usize, usize)> =
                p.columns.iter().copied().filter(|(mine, _)| plan.tables[at].pick_of(*mine) != Some(pick)).collect();
            let Some(&(mine, theirs)) = shared.first() else {
                continue;
            };
            let up = line(plan, at, mine);
            let down = line(plan, p.target, theirs);
            // The first place on the other side's way up that is also on ours, above this row itself.
            let met = down.iter().enumerate().find_map(|(i, (t, c, _))| {
                let j = up.iter().skip(1).position(|(ut, uc, _)| ut == t && uc == c)?;
                Some((i, j + 1))
            });
            let whole = shared.len() == p.columns.len();
            let how = match met {
                Some((0, _)) if whole => Some(How::Given),
                Some((i, j)) => {
                    let steps: Vec<usize> = up[..j].iter().filter_map(|(_, _, pick)| *pick).collect();
                    let leads: Vec<(usize, usize)> =
                        down[..i].iter().filter_map(|(t, _, pick)| Some((*t, (*pick)?))).collect();
                    let free = leads.iter().all(|(t, lead)| {
                        let table = &plan.tables[*t];
                        table.leader.is_none_or(|l| l == *lead) && table.picks[*lead].null_share == 0.0
                    });
                    free.then(|| {
                        for (t, lead) in &leads {
                            plan.tables[*t].leader = Some(*lead);
                            plan.tables[*t].picks[*lead].how = How::Spread { varied: false };
                        }
                        How::Agree { up: steps, down: leads.iter().map(|(t, _)| *t).collect(), once: false }
                    })
                }
                None => None,
            };
            let own = &mut plan.tables[at];
            let printed = own.printed();
            let p = &mut own.picks[pick];
            match how {
                Some(how) => p.how = how,
                None if p.null_share > 0.0 => {
                    p.how = How::Never;
                    p.null_share = 1.0;
                    plan.notes
                        .push(format!("{printed}: {} is left null: it shares columns with other references.", p.name));
                }
                None => {
                    return Err(Stop::Error(PourError::Impossible {
                        table: printed,
                        what: p.name.clone(),
                        why: "it shares columns with other references, and no way was found to take rows that agree"
                            .into(),
                        help: "Make the reference optional, or fill this table by hand.".into(),
                    }));
                }
            }
        }
    }
    Ok(())
}

/// What others take is made once for good. (What is unique by its number stays so however often it is drawn; only
/// whether it is null may change.)
pub(super) fn freeze(plan: &mut Plan) {
    let taken: Vec<(usize, usize)> = plan
        .tables
        .iter()
        .flat_map(|t| t.picks.iter().flat_map(|p| p.columns.iter().map(|(_, theirs)| (p.target, *theirs))))
        .collect();
    for (t, c) in taken {
        plan.tables[t].columns[c].frozen = true;
    }
    for table in &mut plan.tables {
        let held: Vec<usize> = (0..table.columns.len()).filter(|&c| table.columns[c].frozen).collect();
        for c in held {
            if let Some(pick) = table.pick_of(c) {
                table.picks[pick].frozen = true;
            }
        }
        // A pick that agrees with a frozen one may be drawn again; one that a frozen one follows may not.
        let followed: Vec<usize> = table
            .picks
            .iter()
            .filter(|p| p.frozen)
            .filter_map(|p| match &p.how {
                How::Agree { up, .. } => up.first().copied(),
                _ => None,
            })
            .collect();
        for at in followed {
            table.picks[at].frozen = true;
        }
        for c in 0..table.columns.len() {
            if let Some(pick) = table.pick_of(c) {
                table.columns[c].frozen |= table.picks[pick].frozen;
            }
        }
    }
}
