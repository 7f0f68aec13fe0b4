//! Volumes: means worked out, subtypes within their supertype, sane at the horizon.
use crate::cursor::Span;
use crate::diagnostic::Fault;
use crate::lower::unknown_entity;
use crate::syntax::{Brief, VolumeLine};
use crate::units::MOST_ROWS;
use std::collections::BTreeMap;
use tw_model::Path;
use tw_model::model::{Gap, Model, Volume};

/// Rows assumed where the brief is silent.
const ASSUMED_ROWS: u64 = 1000;

/// Sets every entity's volume; returns what was assumed.
pub(crate) fn lower(brief: &Brief, model: &mut Model, faults: &mut Vec<Fault>) -> Vec<Gap> {
    let said = said(brief, model, faults);
    let mut rows: BTreeMap<String, u64> = BTreeMap::new();
    let mut gaps = vec![];
    let names: Vec<String> = model.entities.iter().map(|e| e.name.clone()).collect();
    for name in &names {
        let supertype = model.entity(name).and_then(|e| e.supertype.clone());
        let resolved = match said.get(name.as_str()) {
            Some(_) => work_out(name, &said, &mut rows, faults, 0),
            None => {
                let (assumed, why) = match &supertype {
                    Some(parent) => {
                        let members = model
                            .entity(parent)
                            .and_then(|p| p.subtypes.as_ref())
                            .map_or(1, |s| s.members.len() as u64);
                        let all = rows.get(parent).copied().unwrap_or(ASSUMED_ROWS);
                        ((all / members.max(1)).max(1), format!("an equal share of {parent}"))
                    }
                    None => (ASSUMED_ROWS, "a small table".to_string()),
                };
                gaps.push(Gap {
                    subject: Path::new(name),
                    assumption: format!("no volume is given: {assumed} rows are assumed, {why}"),
                });
                assumed
            }
        };
        rows.insert(name.clone(), resolved);
    }
    let days = f64::from(model.promises.planned_days());
    for entity in &mut model.entities {
        let section = brief.entities.iter().find(|s| s.name.v == entity.name);
        let per = match section.and_then(|s| s.volume.as_ref()).map(|v| &v.v) {
            Some(VolumeLine::Per(mean, of)) => Some((*mean, of.v.clone())),
            _ => None,
        };
        let volume = Volume {
            rows: rows.get(&entity.name).copied().unwrap_or(ASSUMED_ROWS),
            per,
            growth_percent_per_month: section.and_then(|s| s.growth.as_ref()).map_or(0.0, |g| g.v),
            growth_said: section.is_some_and(|s| s.growth.is_some()),
        };
        if let Some(section) = section.filter(|_| volume.after(days) >= MOST_ROWS) {
            let span = section.growth.as_ref().map_or(section.name.span.clone(), |g| g.span.clone());
            faults.push(
                Fault::new(span, format!("{} would have more than 10¹⁵ rows at the horizon", entity.name))
                    .why("no table holds that many")
                    .help("mend the volume, the growth or the horizon"),
            );
        }
        entity.volume = Some(volume);
    }
    subtypes(brief, model, &rows, faults);
    gaps
}

type Said<'a> = BTreeMap<&'a str, (VolumeLine, Span)>;

/// The volumes that lines give, on the section or among the subtypes.
fn said<'a>(brief: &'a Brief, model: &Model, faults: &mut Vec<Fault>) -> Said<'a> {
    let mut out: Said = BTreeMap::new();
    for section in &brief.entities {
        if let Some(volume) = &section.volume {
            if let VolumeLine::Per(_, of) = &volume.v
                && model.entity(&of.v).is_none()
            {
                if !brief.torn {
                    faults.push(unknown_entity(of, model.entities.iter().map(|e| e.name.as_str())));
                }
                continue;
            }
            out.entry(&section.name.v).or_insert((volume.v.clone(), volume.span.clone()));
        }
    }
    for section in &brief.entities {
        for (member, rows) in section.subtypes.iter().flat_map(|s| &s.members) {
            let Some(rows) = rows else {
                continue;
            };
            match out.get(member.v.as_str()) {
                Some((VolumeLine::Rows(other), _)) if *other == rows.v => {}
                Some(_) => faults.push(
                    Fault::new(rows.span.clone(), format!("{} has two volumes", member.v))
                        .why("its own section gives one too")
                        .help("keep one"),
                ),
                None => {
                    out.insert(&member.v, (VolumeLine::Rows(rows.v), rows.span.clone()));
                }
            }
        }
    }
    out
}

fn work_out(name: &str, said: &Said, rows: &mut BTreeMap<String, u64>, faults: &mut Vec<Fault>, depth: usize) -> u64 {
    if let Some(rows) = rows.get(name) {
        return *rows;
    }
    let Some((line, span)) = said.get(name) else {
        return ASSUMED_ROWS;
    };
    let result = match line {
        VolumeLine::Rows(rows) => *rows,
        VolumeLine::Per(_, _) if depth > said.len() => {
            faults.push(
                Fault::new(span.clone(), format!("the volume of {name} depends on itself"))
                    .why("the means lead round in a circle")
                    .help("give one of them in rows"),
            );
            ASSUMED_ROWS
        }
        VolumeLine::Per(mean, of) => {
            let total = mean * work_out(&of.v, said, rows, faults, depth + 1) as f64;
            if total >= MOST_ROWS {
                faults.push(
                    Fault::new(span.clone(), format!("{name} would have more than 10¹⁵ rows"))
                        .why("no table holds that many"),
                );
                ASSUMED_ROWS
            } else {
                (total.round() as u64).max(1)
            }
        }
    };
    rows.insert(name.to_string(), result);
    result
}

/// Members fit their supertype.
fn subtypes(brief: &Brief, model: &Model, rows: &BTreeMap<String, u64>, faults: &mut Vec<Fault>) {
    for section in &brief.entities {
        let (Some(line), Some(all)) = (&section.subtypes, rows.get(&section.name.v)) else {
            continue;
        };
        let parent = &section.name.v;
        let members: Vec<_> = line
            .members
            .iter()
            .filter(|(m, _)| model.entity(&m.v).is_some_and(|e| e.supertype.as_ref() == Some(parent)))
            .filter_map(|(m, _)| rows.get(&m.v).map(|rows| (m, *rows)))
            .collect();
        let counted: Vec<u64> = members.iter().map(|(_, rows)| *rows).collect();
        for (member, rows) in &members {
            if rows > all {
                faults.push(
                    Fault::new(
                        member.span.clone(),
                        format!("there are more {} ({rows}) than {parent} ({all})", member.v),
                    )
                    .why(format!("each row of {} is a row of {parent} too", member.v))
                    .help("mend one of the volumes"),
                );
            }
        }
        let sum: u64 = counted.iter().fold(0, |a, b| a.saturating_add(*b));
        let too_many = !line.overlapping && sum > *all && counted.iter().all(|r| r <= all);
        let too_few = line.total && sum < *all;
        if too_many || too_few {
            let (what, why) = match too_many {
                true => ("more", "they are disjoint: no row is of two subtypes"),
                false => ("fewer", "they are total: every row is of some subtype"),
            };
            faults.push(
                Fault::new(
                    line.span.clone(),
                    format!("the subtypes have {what} rows together ({sum}) than {parent} ({all})"),
                )
                .why(why)
                .help("mend the volumes, or the kind of subtypes"),
            );
        }
    }
}
