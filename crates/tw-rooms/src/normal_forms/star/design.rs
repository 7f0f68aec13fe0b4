//! Whether a star is kept, as decisions, and its file.
use super::{
    LARGE, Star,
    sql::{LOAD, Made, PLACE, READER, privileges, script},
    stars,
};
use crate::{
    kit::{decision, growth, instead, thousands},
    normal_forms::AT,
};
use tw_model::{
    Path,
    decision::Decision,
    draft::Draft,
    ident::quote,
    model::{Model, Query},
};

/// The file that makes the stars.
const FILE: &str = "analytics.sql";

pub(in crate::normal_forms) fn design(model: &Model, draft: &mut Draft) {
    let (stars, stay) = stars(model, draft);
    if !stars.is_empty() {
        let file = file(model, draft, &stars);
        draft.artifacts.insert(FILE.into(), file);
    }
    let kept = stars.iter().map(|s| kept(model, s));
    let decisions: Vec<Decision> = kept.chain(stay.iter().map(|(query, why)| stays(query, why))).collect();
    decisions.into_iter().for_each(|d| draft.decide(d));
}

fn stays(query: &Query, why: &str) -> Decision {
    let what = format!("{} is answered by the core, though it may be old", query.name);
    let made = decision(AT, Path::new(&query.name), what, why, &query.origin, vec![]);
    instead(made, "a star that is loaded", why)
}

fn kept(model: &Model, star: &Star) -> Decision {
    let names: Vec<&str> = star.queries.iter().map(|(name, _)| name.as_str()).collect();
    let query = model.workload.iter().find(|q| Some(q.name.as_str()) == names.first().copied());
    let origin =
        query.map(|q| q.origin.clone()).unwrap_or_else(|| tw_model::Origin::assumed("a query that may be old"));
    let days = f64::from(model.promises.planned_days());
    let rows = growth::rows_after(model, &star.of, days).unwrap_or(LARGE);
    let history = model.entity(&star.of).and_then(|e| e.retention.as_ref()).map_or(days, |r| f64::from(r.days));
    let (each, unlisted) = combinations(model, star);
    let of =
        if unlisted.is_empty() { String::new() } else { format!(" for each combination of {}", unlisted.join(", ")) };
    let dimensions: Vec<String> = star.dimensions.iter().map(|d| format!("dim_{}", d.end)).collect();
    let what = format!(
        "{} of {} are answered by a star in {PLACE}: sums a day of {} and {}, beside {}",
        names.join(", "),
        star.role,
        star.day,
        said(star),
        dimensions.iter().map(String::as_str).chain(["dim_date"]).collect::<Vec<_>>().join(", "),
    );
    let why = format!(
        "they may be {} old, and read {} rows of {} at the horizon; the star has at most {} rows a day{of}, {} in {} days",
        lasting(star.oldest_s),
        thousands(rows as u64),
        star.of,
        thousands(each),
        thousands((each as f64 * history) as u64),
        thousands(history as u64),
    );
    let made = decision(AT, Path::new(&star.of).join("star"), what, why, &origin, vec![]);
    let made = instead(made, "the core alone", "each answer reads the whole history beside the customers");
    let made = instead(
        made,
        "a materialised view",
        "each refresh reads the whole history; a load reads the days that were touched",
    );
    let made =
        instead(made, "a trigger that adds to the sums", "all writers of a day would wait for each other at one row");
    let made = instead(
        made,
        "a load that goes by the newest row it has seen",
        "a transaction that commits late, and a row of an older day, would be left out for good",
    );
    instead(made, "one row of the star for each row of the core", "it would be as long as the core")
}

fn said(star: &Star) -> String {
    let of = |d: &super::Dimension| format!("{} of {}", d.attributes.join(", "), d.end);
    let parts: Vec<String> = star.own.iter().cloned().chain(star.dimensions.iter().map(of)).collect();
    if parts.is_empty() { "nothing else".into() } else { parts.join(", ") }
}

/// Combinations a day that listed values make, and the attributes whose values are not listed.
fn combinations<'a>(model: &Model, star: &'a Star) -> (u64, Vec<&'a str>) {
    let own = star.own.iter().map(|a| (&star.of, a));
    let all = own.chain(star.dimensions.iter().flat_map(|d| d.attributes.iter().map(|a| (&d.entity, a))));
    let (mut number, mut unlisted) = (1, vec![]);
    for (entity, name) in all {
        let attribute = model.entity(entity).and_then(|e| e.attribute(name));
        match attribute.and_then(|a| a.values.as_ref()).filter(|v| !v.open) {
            Some(values) => number *= values.items.len() as u64,
            None => unlisted.push(name.as_str()),
        }
    }
    (number, unlisted)
}

/// A duration in its largest whole unit.
fn lasting(seconds: u64) -> String {
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    let (unit, word) = units.into_iter().find(|(unit, _)| seconds.is_multiple_of(*unit)).unwrap_or((1, "second"));
    let n = seconds / unit;
    format!("{n} {word}{}", if n == 1 { "" } else { "s" })
}

fn file(model: &Model, draft: &Draft, stars: &[Star]) -> String {
    let made: Vec<Made> = stars.iter().map(|s| Made::new(s, model, draft)).collect();
    let oldest = stars.iter().map(|s| s.oldest_s).min().unwrap_or(86_400);
    let mut out = format!(
        "-- The analytical store: run once after schema.sql and roles.sql, as the owner of the tables, who may make roles.\n\
         -- Then, so that no answer is older than {}, more often than that: SELECT {LOAD};\n\
         -- The first load reads the whole history; each later one the days that were written to since. TRUNCATE, and rows that are\n\
         -- written straight into a partition, are not noticed: insert their days into the table of touched days.\n\n",
        lasting(oldest)
    );
    let mut roles = vec![format!("CREATE ROLE {READER} NOLOGIN")];
    roles.extend(privileges(&made));
    let mut members: Vec<&str> = stars.iter().map(|s| s.role.as_str()).collect();
    members.sort();
    members.dedup();
    roles.extend(members.iter().map(|role| format!("GRANT {READER} TO {}", quote(role))));
    for statement in script(&made).into_iter().chain(roles) {
        out += &format!("{statement};\n\n");
    }
    for (made, star) in made.iter().zip(stars) {
        for (name, asked) in &star.queries {
            let sql = made.asked(asked, &mut |param| vec![format!(":{param}")]).replace('\r', "\n");
            out +=
                &format!("-- {name}\n{}\n\n", sql.lines().map(|l| format!("--   {l}")).collect::<Vec<_>>().join("\n"));
        }
    }
    out.trim_end().to_string() + "\n"
}
