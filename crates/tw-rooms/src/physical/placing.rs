//! What is claimed of partitions, and how it is tried: where rows go, what a query reads, that the key stays one, upkeep.
use super::{
    AT,
    partitions::{AHEAD, Layout, layout, midnight_after, pieces, spans, symbol, tail, type_of},
    upkeep,
};
use crate::kit::{
    Ground, Row, claim,
    date::{Date, READ_ON},
    size::sizes,
    steps::{
        Physical, accepted, drop_constraint, inserts, on_sample, prepares, refused, returns, returns_one, table,
        trial as on_schema,
    },
};
use tw_model::{
    change::{Change, Fact},
    claim::Claim,
    draft::Draft,
    evidence::Undecided,
    ident::{literal, quote},
    model::{Disposal, Entity, Model, PartitionBy, TimeUnit},
    trial::{Step, Trial, Twin},
};

/// Sampled rows for each partition by hash from which on none of them is empty by chance.
const TELLING_ROWS: u64 = 50;

/// Kinds of claim about partitions.
pub(super) const KINDS: &[&str] = &["physical/placed", "physical/pruned", "physical/whole-key", "physical/upkeep"];

pub(super) fn claims(model: &Model, draft: &Draft) -> Vec<Claim> {
    let mut all = vec![];
    for entity in &model.entities {
        let Some(layout) = made(model, draft, entity) else { continue };
        let symbol = &entity.name;
        let p = Physical(draft);
        let physical = p.table(symbol).name;
        let words = layout.columns.join(", ");
        let mut state = |kind: &str, statement: String, fact: Option<Fact>| {
            let mut c = claim(AT, kind, entity.path(), statement, &layout.origin);
            c.rests_on = fact.into_iter().collect();
            all.push(c);
        };
        let lies = Fact::table(&physical);
        match &layout.by {
            PartitionBy::Time { unit, .. } => {
                let what = format!("each row of {symbol} lies in the partition of its {}", unit.word());
                state("placed", what, Some(lies));
                let what = if due(entity, &layout).is_some() {
                    format!(
                        "upkeep adds the partitions of {symbol} to come, and takes those away whose time has come, with their rows"
                    )
                } else {
                    format!("upkeep adds the partitions of {symbol} to come")
                };
                state("upkeep", what, None);
            }
            _ if rows(model, symbol) >= TELLING_ROWS * u64::from(count(&layout)) => {
                let what = format!("the rows of {symbol} are spread over {} partitions", count(&layout));
                state("placed", what, Some(lies));
            }
            _ => {}
        }
        state(
            "pruned",
            format!("a query of {symbol} that is bounded in {words} reads no partition beside its own"),
            None,
        );
        let key = Fact::constraint(&physical, &p.member(symbol, "primary"));
        state(
            "whole-key",
            format!("the key of {symbol} does not repeat, in whichever partition a row lies"),
            Some(key),
        );
    }
    all
}

/// The layout of a table that has partitions.
fn made(model: &Model, draft: &Draft, entity: &Entity) -> Option<Layout> {
    table(draft, &entity.name)?.partition_by.as_ref()?;
    layout(model, draft, entity)?.ok()
}

fn rows(model: &Model, symbol: &str) -> u64 {
    sizes(model).get(symbol).copied().unwrap_or(0)
}

fn count(layout: &Layout) -> u32 {
    if let PartitionBy::Hash { into, .. } = layout.by { into } else { 0 }
}

/// Days after which rows leave with their partition.
fn due(entity: &Entity, layout: &Layout) -> Option<u32> {
    let kept = entity.retention.as_ref().filter(|r| r.then == Disposal::Detach)?;
    layout.columns.contains(&kept.from).then_some(kept.days)
}

pub(super) fn trial(ground: &Ground, claim: &Claim) -> Result<Trial, Undecided> {
    let none = || Undecided::NoTrial(claim.id.to_string());
    let entity = ground.model.entity(claim.subject.as_str()).ok_or_else(none)?;
    let layout = made(ground.model, ground.draft, entity).ok_or_else(none)?;
    let at = At { ground, claim, entity, layout };
    match (claim.id.kind(), &at.layout.by) {
        ("physical/placed", PartitionBy::Time { unit, .. }) => at.placed(*unit),
        ("physical/placed", _) => Ok(at.spread()),
        ("physical/pruned", PartitionBy::Time { unit, .. }) => Ok(at.pruned_by_time(*unit)),
        ("physical/pruned", _) => Ok(at.pruned_by_hash()),
        ("physical/whole-key", _) => at.whole_key(),
        ("physical/upkeep", PartitionBy::Time { unit, .. }) => at.upkeep(*unit),
        _ => Err(none()),
    }
}

/// A claim about one partitioned table.
struct At<'a> {
    ground: &'a Ground<'a>,
    claim: &'a Claim,
    entity: &'a Entity,
    layout: Layout,
}

impl At<'_> {
    fn draft(&self) -> &Draft {
        self.ground.draft
    }

    fn name(&self) -> &str {
        &self.entity.name
    }

    fn table(&self) -> String {
        let name = Physical(self.draft()).table(self.name());
        format!("{}.{}", quote(&name.schema), quote(&name.name))
    }

    /// Names of the partitions, in the order they were made.
    fn names(&self) -> Vec<String> {
        let pieces = pieces(self.entity, &self.layout, &type_of(self.draft(), self.name(), &self.layout));
        pieces.iter().map(|piece| self.draft().name(&symbol(self.name(), piece))).collect()
    }

    fn column(&self, symbol: &str) -> String {
        self.draft().printed_column(&format!("{}.{symbol}", self.name()))
    }

    /// The first column that decides.
    fn decides(&self) -> &str {
        self.layout.columns.first().map_or("", String::as_str)
    }

    fn two_rows(&self) -> Result<(&Row, &Row), Undecided> {
        let row = |n| {
            let missing = || Undecided::NoWitness(format!("two rows of {} that keep every rule", self.name()));
            self.ground.witnesses.row(self.name(), n).ok_or_else(missing)
        };
        Ok((row(1)?, row(2)?))
    }

    /// A row at the start of a day.
    fn on(&self, row: &Row, day: Date) -> Row {
        let ty = type_of(self.draft(), self.name(), &self.layout);
        row.with(self.decides(), Some(&format!("{day}{}", midnight_after(&ty))))
    }

    fn detached(&self, partition: &str) -> Change {
        let parent = Physical(self.draft()).table(self.name());
        let table = tw_model::schema::Name::new(&parent.schema, partition);
        Change::DetachPartition { table, parent }
    }

    fn parents(&self) -> Result<Vec<Step>, Undecided> {
        let (one, two) = self.two_rows()?;
        let mut all = self.ground.witnesses.parents(self.draft(), one);
        for parent in self.ground.witnesses.parents(self.draft(), two) {
            if !all.contains(&parent) {
                all.push(parent);
            }
        }
        Ok(inserts(self.draft(), &all))
    }

    /// The first instant of a span lies in it: of the oldest, and of the last one to come, where no sampled row lies that
    /// the twin would take away from other claims.
    fn placed(&self, unit: TimeUnit) -> Result<Trial, Undecided> {
        let (one, two) = self.two_rows()?;
        let all = spans(self.entity, unit);
        let names = self.names();
        let mut steps = self.parents()?;
        let at = all.len() - 1;
        steps.push(accepted(self.on(one, all[0].0).insert(self.draft())));
        steps.push(accepted(self.on(two, all[at].0).insert(self.draft())));
        let time = self.column(self.decides());
        let sql =
            format!("SELECT c.relname FROM {} t JOIN pg_class c ON c.oid = t.tableoid ORDER BY t.{time}", self.table());
        let wanted = [0, at].iter().map(|n| vec![names.get(*n).cloned()]).collect();
        steps.push(returns(sql, wanted));
        Ok(on_schema(self.claim, steps, vec![self.detached(&names[at])]))
    }

    fn spread(&self) -> Trial {
        let sql = format!("SELECT count(DISTINCT tableoid) FROM {}", self.table());
        let steps = vec![returns_one(sql, &count(&self.layout).to_string())];
        on_sample(on_schema(self.claim, steps, vec![self.detached(&self.names()[0])]))
    }

    fn pruned_by_time(&self, unit: TimeUnit) -> Trial {
        let all = spans(self.entity, unit);
        let ty = type_of(self.draft(), self.name(), &self.layout);
        let moment = |day: Date| literal(&format!("{day}{}", midnight_after(&ty)));
        let time = self.column(self.decides());
        let (from, to) = all[all.len() / 2];
        let sql =
            format!("SELECT * FROM {} WHERE {time} >= {} AND {time} < {}", self.table(), moment(from), moment(to));
        let name = &self.names()[all.len() / 2];
        self.pruned(vec![], returns_one(format!("SELECT pg_temp.tables_read({})", literal(&sql)), name))
    }

    fn pruned_by_hash(&self) -> Trial {
        let columns: Vec<String> = self.layout.columns.iter().map(|c| self.column(c)).collect();
        let list = columns.join(", ");
        let (table, first) = (self.table(), "ORDER BY 1 LIMIT 1");
        let conditions: Vec<String> = columns.iter().enumerate().map(|(n, c)| format!("{c} = %{}$L", n + 1)).collect();
        let sql = format!("SELECT * FROM {table} WHERE {}", conditions.join(" AND "));
        let mut draw = prepares(format!(
            "SELECT format({}, {list}), (SELECT relname FROM pg_class c WHERE c.oid = t.tableoid) FROM {table} t {first}",
            literal(&sql)
        ));
        draw.keep = vec!["query".into(), "partition".into()];
        let asks = returns_one("SELECT pg_temp.tables_read(:'query') = :'partition'", "t");
        on_sample(self.pruned(vec![draw], asks))
    }

    /// The tables of a plan are told by a function of the trial's own.
    fn pruned(&self, before: Vec<Step>, asks: Step) -> Trial {
        let told = prepares(
            "CREATE FUNCTION pg_temp.tables_read(query text) RETURNS text LANGUAGE plpgsql AS $read$ DECLARE plan json; \
             BEGIN EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO plan; RETURN (SELECT string_agg(DISTINCT m[1], ', ') \
             FROM regexp_matches(plan::text, '\"Relation Name\": \"([^\"]*)\"', 'g') m); END $read$",
        );
        let off = prepares("SET LOCAL enable_partition_pruning = off");
        let steps: Vec<Step> = before.iter().cloned().chain([told.clone(), asks.clone()]).collect();
        let twin = before.into_iter().chain([told, off, asks]).collect();
        let mut trial = on_schema(self.claim, steps, vec![]);
        trial.twin = Twin::Steps { weaker: "a planner that rules no partition out".into(), steps: twin };
        trial
    }

    /// In two partitions, a second row of the same key is refused.
    fn whole_key(&self) -> Result<Trial, Undecided> {
        let draft = self.draft();
        let (one, two) = self.two_rows()?;
        let (one, two) = match &self.layout.by {
            PartitionBy::Time { unit, .. } => {
                let all = spans(self.entity, *unit);
                (self.on(one, all[0].0), self.on(two, all[all.len() - 1].0))
            }
            _ => (one.clone(), two.clone()),
        };
        let mut steps = self.parents()?;
        steps.extend([accepted(one.insert(draft)), accepted(two.insert(draft))]);
        let key = table(draft, self.name()).map(|t| t.primary_key().to_vec()).unwrap_or_default();
        let same = |row: &Row, of: &Row| key.iter().fold(row.clone(), |row, column| row.with(column, of.value(column)));
        let name = Physical(draft).member(self.name(), "primary");
        steps.push(refused(same(&two, &one).insert(draft), "23505", Some(&name)));
        steps.push(refused(same(&one, &two).insert(draft), "23505", Some(&name)));
        let mut twin: Vec<Change> = vec![];
        for other in draft.schema.wholes() {
            for (constraint, _, target, _) in crate::kit::rows::foreign_keys(draft, &other.name.name) {
                if target == self.name() {
                    twin.push(drop_constraint(draft, &other.name.name, &constraint));
                }
            }
        }
        twin.push(drop_constraint(draft, self.name(), "primary"));
        Ok(on_schema(self.claim, steps, twin))
    }

    /// On a day on which the oldest partition is due, and a row has come before its partition.
    fn upkeep(&self, unit: TimeUnit) -> Result<Trial, Undecided> {
        let draft = self.draft();
        let none = || Undecided::NoTrial(self.claim.id.to_string());
        let (one, two) = self.two_rows()?;
        let all = spans(self.entity, unit);
        let (oldest, last) = (all[0], all[all.len() - 1]);
        let following = READ_ON.first_of(unit).next(unit);
        let today = match due(self.entity, &self.layout) {
            Some(kept) => following.max(oldest.1.plus_days(kept)),
            None => following,
        };
        // The last span that upkeep makes on that day is one that was not there.
        let to_come = (0..AHEAD).fold(today.first_of(unit), |day, _| day.next(unit)).max(last.1);
        let prefix = draft.name(&format!("{}({})", self.name(), tail(oldest.0, unit)));
        let prefix = prefix.strip_suffix(&tail(oldest.0, unit)).unwrap_or_default().to_string();
        let block = draft.printed(&upkeep::block(self.ground.model, draft, self.entity).ok_or_else(none)?);
        let steps = |today: Date| -> Result<Vec<Step>, Undecided> {
            let mut steps = self.parents()?;
            steps.push(accepted(self.on(one, oldest.0).insert(draft)));
            steps.push(accepted(self.on(two, to_come).insert(draft)));
            steps.push(prepares(format!("SET LOCAL {} = '{today}'", upkeep::TODAY)));
            steps.push(accepted(block.clone()));
            let time = self.column(self.decides());
            let mut wanted = vec![vec![Some(format!("{prefix}{}", tail(to_come, unit)))]];
            let table = self.table();
            if due(self.entity, &self.layout).is_some() {
                let gone = format!("{}.{}", quote(Physical(draft).namespace()), quote(&self.names()[0]));
                steps.push(returns_one(format!("SELECT count(*) FROM {gone}"), "1"));
            } else {
                wanted.insert(0, vec![self.names().first().cloned()]);
            }
            let sql =
                format!("SELECT c.relname FROM {table} t JOIN pg_class c ON c.oid = t.tableoid ORDER BY t.{time}");
            steps.push(returns(sql, wanted));
            Ok(steps)
        };
        let mut trial = on_schema(self.claim, steps(today)?, vec![]);
        let weaker = "a day on which nothing is due and all that is to come is there".into();
        trial.twin = Twin::Steps { weaker, steps: steps(READ_ON)? };
        Ok(trial)
    }
}
