//! What is claimed of stars, and how it is tried: on the sample, with the file's own statements.
use super::{
    Star,
    ask::{DAY, ROWS},
    sql::{LOAD, Made, PLACE, READER, load, privileges, script},
    stars,
};
use crate::{
    kit::{Ground, claim, steps::*},
    normal_forms::AT,
};
use tw_model::{
    Path,
    claim::Claim,
    draft::Draft,
    evidence::Undecided,
    model::{Model, Query},
    sql::{Against, PredicateOp},
    trial::{Actor, Apart, Base, Expect, Step, Trial, Twin},
};

pub(in crate::normal_forms) fn claims(model: &Model, draft: &Draft) -> Vec<Claim> {
    let mut all = vec![];
    for star in stars(model, draft).0 {
        let path = Path::new(&star.of);
        for (name, _) in &star.queries {
            let Some(query) = model.workload.iter().find(|q| q.name == *name) else { continue };
            let statement = format!("after a load, {name} over the star returns what it returns over the core");
            all.push(claim(AT, "star", Path::new(name), statement, &query.origin));
        }
        let first = model.workload.iter().find(|q| star.queries.iter().any(|(name, _)| *name == q.name));
        let Some(origin) = first.map(|q| &q.origin) else { continue };
        let of = &star.of;
        let told = [
            ("star-again", format!("to load the star of {of} once more, with every day touched, changes nothing")),
            (
                "star-late",
                format!(
                    "a row of {of} that commits while a load runs, for a day that was loaded before, is in after the next"
                ),
            ),
            (
                "star-reader",
                format!(
                    "who reads the star of {of} as {READER} sees nothing of the core, and can neither write nor load"
                ),
            ),
        ];
        all.extend(told.into_iter().map(|(kind, statement)| claim(AT, kind, path.clone(), statement, origin)));
    }
    all
}

pub(in crate::normal_forms) fn trial(ground: &Ground, claim: &Claim) -> Result<Trial, Undecided> {
    let no_trial = || Undecided::NoTrial(claim.id.to_string());
    let stars = stars(ground.model, ground.draft).0;
    let subject = claim.subject.as_str();
    let asks = |star: &&Star| star.queries.iter().any(|(name, _)| name == subject);
    let of = |star: &&Star| star.of == subject;
    let made = |star| Store { ground, all: &stars, made: Made::new(star, ground.model, ground.draft) };
    let star = |found: Option<_>| found.map(made).ok_or_else(no_trial);
    match claim.id.kind() {
        "normal-forms/star" => star(stars.iter().find(asks))?.answers(claim),
        "normal-forms/star-again" => Ok(star(stars.iter().find(of))?.again(claim)),
        "normal-forms/star-late" => Ok(star(stars.iter().find(of))?.late(claim)),
        "normal-forms/star-reader" => Ok(star(stars.iter().find(of))?.reader(claim)),
        _ => Err(no_trial()),
    }
}

/// A star among all of a design.
struct Store<'a> {
    ground: &'a Ground<'a>,
    all: &'a [Star],
    made: Made<'a>,
}

impl Store<'_> {
    fn made(&self) -> Vec<Made<'_>> {
        self.all.iter().map(|s| Made::new(s, self.ground.model, self.ground.draft)).collect()
    }

    fn printed(&self, sql: &str) -> String {
        self.ground.draft.printed(sql)
    }

    /// The file's statements. Where every query asks from a day on, the last days of the sample are left to load.
    fn store(&self) -> Vec<Step> {
        let mut steps: Vec<Step> = script(&self.made()).iter().map(|sql| prepares(self.printed(sql))).collect();
        let queries =
            || self.ground.model.workload.iter().filter(|q| self.made.star.queries.iter().any(|(n, _)| *n == q.name));
        if queries().all(|q| q.params.iter().any(|p| bounds(q, &p.name) == Some(Bound::From))) {
            let touched = self.made.touched();
            steps.push(prepares(format!(
                "DELETE FROM {touched} WHERE {DAY} <= (SELECT max({DAY}) FROM {touched}) - {DAYS}"
            )));
        }
        steps
    }

    fn load(&self) -> Step {
        accepted(format!("SELECT {LOAD}"))
    }

    fn core(&self) -> String {
        self.printed(&self.made.core())
    }

    /// Rows and sums of each day that was loaded, of the core and of the star.
    fn totals(&self) -> [String; 2] {
        let star = self.made.star;
        let exact: Vec<&super::Measure> = star.measures.iter().filter(|m| self.made.exact(m)).collect();
        let core: String = exact.iter().map(|m| format!(", sum({})", self.made.measured(m))).collect();
        let sums: String = exact.iter().map(|m| format!(", sum({})", tw_model::ident::quote(&m.name))).collect();
        let day = self.made.day_of("f");
        let core = format!(
            "SELECT {day}, count(*){core} FROM {} f WHERE {day} IN (SELECT {DAY} FROM {PLACE}.dim_date) GROUP BY 1",
            self.made.core()
        );
        [self.printed(&core), format!("SELECT {DAY}, sum({ROWS}){sums} FROM {} GROUP BY 1", self.made.sums())]
    }

    fn tried(&self, claim: &Claim, steps: Vec<Step>, weaker: &str, weak: Vec<Step>) -> Trial {
        Trial {
            claim: claim.id.clone(),
            base: Base::Sample,
            isolation: Apart::Rollback,
            steps,
            twin: Twin::Steps { weaker: weaker.into(), steps: weak },
        }
    }

    fn answers(&self, claim: &Claim) -> Result<Trial, Undecided> {
        let no_trial = || Undecided::NoTrial(claim.id.to_string());
        let name = claim.subject.as_str();
        let query = self.ground.model.workload.iter().find(|q| q.name == name).ok_or_else(no_trial)?;
        let (_, asked) = self.made.star.queries.iter().find(|(n, _)| n == name).ok_or_else(no_trial)?;
        let statement = query.statements.first().ok_or_else(no_trial)?;
        let all_days = |param: &str| vec![edge(query, param)];
        let mapping = self.ground.draft.mapping();
        let core = tw_model::render::statement_with(&statement.sql, &mapping, &mut { all_days });
        let star = self.made.asked(asked, &mut { all_days });
        let steps = |before: Option<Step>| {
            let mut steps = self.store();
            steps.push(self.load());
            steps.extend(before);
            let at = steps.len();
            steps.push(accepted(core.clone()));
            steps.push(step(star.clone(), Expect::SameAs { step: at, ordered: false }));
            let priced = |sql: &String, what: &str| step(sql.clone(), Expect::Priced { what: what.into() });
            steps.extend([priced(&core, "the core"), priced(&star, "the star")]);
            steps
        };
        let sums = self.made.sums();
        let lost = prepares(format!("DELETE FROM {sums} WHERE ctid IN (SELECT ctid FROM {sums} LIMIT 1)"));
        Ok(self.tried(claim, steps(None), "one row of sums is lost after the load", steps(Some(lost))))
    }

    /// Every day is touched again, and loaded again.
    fn again(&self, claim: &Claim) -> Trial {
        let steps = |mistake: Option<Step>| {
            let mut steps = self.store();
            steps.push(self.load());
            let at = steps.len();
            let held = accepted(format!("SELECT * FROM {}", self.made.sums()));
            steps.push(held.clone());
            steps.extend(mistake);
            steps.push(prepares(format!("INSERT INTO {} SELECT {DAY} FROM {PLACE}.dim_date", self.made.touched())));
            steps.push(Step { expect: Expect::Priced { what: "a load of the touched days".into() }, ..self.load() });
            steps.push(Step { expect: Expect::SameAs { step: at, ordered: false }, ..held });
            steps
        };
        let adding = prepares(self.printed(&load(&self.made(), true)));
        self.tried(claim, steps(None), "the load adds to the sums that are there", steps(Some(adding)))
    }

    /// A row goes away and comes back in a transaction that commits after a load has begun and ended.
    fn late(&self, claim: &Claim) -> Trial {
        let columns = self.columns();
        let (core, sums) = (self.core(), self.totals());
        let key: Vec<String> = self.key();
        let (key, day, touched) = (key.join(", "), self.printed(&self.made.day_of("f")), self.made.touched());
        let steps = |forgets: bool| {
            let mut steps = self.store();
            steps
                .push(prepares(format!("CREATE TABLE tw_late AS SELECT {columns} FROM {core} f WHERE {day} IN (SELECT {DAY} FROM {touched}) ORDER BY {key} LIMIT 1")));
            let gone = format!("DELETE FROM {core} WHERE ({key}) IN (SELECT {key} FROM tw_late)");
            steps.push(Step { setup: true, ..affects(gone, 1) });
            steps.push(self.load());
            if forgets {
                let trigger = self.made.trigger("INSERT");
                steps.push(prepares(format!("ALTER TABLE {core} DISABLE TRIGGER {trigger}")));
            }
            let back = format!("INSERT INTO {core} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM tw_late");
            steps.push(in_session(2, prepares("BEGIN")));
            steps.push(in_session(2, Step { setup: true, ..affects(back, 1) }));
            steps.push(self.load());
            steps.push(in_session(2, prepares("COMMIT")));
            steps.push(self.load());
            let at = steps.len();
            steps.push(accepted(sums[0].clone()));
            steps.push(step(sums[1].clone(), Expect::SameAs { step: at, ordered: false }));
            steps
        };
        let trial = self.tried(claim, steps(false), "no trigger remembers the day of an inserted row", steps(true));
        Trial { isolation: Apart::Clone, ..trial }
    }

    fn reader(&self, claim: &Claim) -> Trial {
        let reader = || Actor::Role(READER.into());
        let steps = |more: Vec<Step>| {
            let mut steps = self.store();
            steps.push(by(Actor::Lab, prepares(format!("CREATE ROLE {READER} NOLOGIN"))));
            steps.extend(privileges(&self.made()).iter().map(|sql| prepares(self.printed(sql))));
            steps.push(self.load());
            steps.extend(more);
            let sums = self.made.sums();
            steps.push(by(reader(), accepted(format!("SELECT count(*) FROM {sums}"))));
            let forbidden = [
                format!("SELECT count(*) FROM {}", self.core()),
                format!("DELETE FROM {sums}"),
                format!("SELECT {LOAD}"),
            ];
            steps.extend(forbidden.map(|sql| by(reader(), refused(sql, FORBIDDEN, None))));
            steps
        };
        let place = tw_model::ident::quote(Physical(self.ground.draft).namespace_of(&self.made.star.of));
        let usage = prepares(format!("GRANT USAGE ON SCHEMA {place} TO {READER}"));
        let core = prepares(format!("GRANT SELECT ON {} TO {READER}", self.core()));
        self.tried(claim, steps(vec![usage.clone()]), "the reader may read the core too", steps(vec![usage, core]))
    }

    /// The core's columns that a statement can write.
    fn columns(&self) -> String {
        let star = self.made.star;
        let columns = table(self.ground.draft, &star.of).map(|t| t.columns.as_slice()).unwrap_or_default();
        let stored = columns.iter().filter(|c| c.generated.is_none());
        let names = stored.map(|c| self.ground.draft.printed_column(&format!("{}.{}", star.of, c.name)));
        names.collect::<Vec<_>>().join(", ")
    }

    fn key(&self) -> Vec<String> {
        let key = table(self.ground.draft, &self.made.star.of).map(|t| t.primary_key()).unwrap_or_default();
        key.iter().map(|c| self.ground.draft.printed_column(&format!("{}.{c}", self.made.star.of))).collect()
    }
}

const FORBIDDEN: &str = "42501";

/// Days of the sample that are loaded.
const DAYS: u32 = 60;

/// On which side of the days a parameter is.
#[derive(Clone, Copy, PartialEq)]
enum Bound {
    From,
    To,
}

fn bounds(query: &Query, param: &str) -> Option<Bound> {
    let scans = query.statements.iter().flat_map(|s| &s.sql.scans);
    let mut ranges = scans.flat_map(|s| &s.predicates).filter(|p| p.op == PredicateOp::Range);
    let named = |p: &&tw_model::sql::Predicate| matches!(&p.against, Against::Param { name } if name == param);
    ranges.find(named).map(|p| if p.text.contains('<') { Bound::To } else { Bound::From })
}

/// The edge of the days that were loaded.
fn edge(query: &Query, param: &str) -> String {
    match bounds(query, param) {
        Some(Bound::To) => format!("(SELECT max({DAY}) + 1 FROM {PLACE}.dim_date)"),
        _ => format!("(SELECT min({DAY}) FROM {PLACE}.dim_date)"),
    }
}
