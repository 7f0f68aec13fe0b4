//! Settle: a draft loaded into labs and read back.
use crate::{Failure, counterparts::counterparts, design::Designed, sample, witnesses};
use std::collections::BTreeMap;
use std::path::Path;
use tw_lab::{
    execute::Bases,
    fill,
    installation::{Installation, discover},
    introspect,
    lab::Lab,
    settings::LabOptions,
    split::split,
};
use tw_model::{
    design::Design,
    horizon::Span,
    schema::{Schema, Table},
    sql::Mapping,
    trial::Actor,
};
use tw_rooms::kit::Witnesses;

/// The schema a user gave instead of the designed one.
#[derive(Clone, Debug)]
pub struct Given {
    /// `schema.sql` with its name.
    pub schema: (String, String),
    /// `roles.sql` with its name; the designed roles when none.
    pub roles: Option<(String, String)>,
}

/// A design on labs, ready to be tried.
pub struct Settled {
    /// The design, with the schema as a server reports it.
    pub design: Design,
    /// The server.
    pub installation: Installation,
    /// One server per worker, each with the same databases.
    pub labs: Vec<Lab>,
    /// Their databases and scripts.
    pub bases: Bases,
    /// Rows to try with.
    pub witnesses: Witnesses,
    /// What a given schema calls the design's constraints and indexes, where it calls them otherwise.
    pub names: BTreeMap<String, String>,
    /// Where concepts live in the plain tables.
    pub plain: Mapping,
    /// Set when the sample could not be loaded: why. Trials on the sample are then undecided.
    pub no_sample: Option<String>,
    /// Statements of a given script that the server refused, each with where and why.
    pub refused: Vec<String>,
}

const EMPTY: &str = "design";
const SAMPLE: &str = "sample";
const WANTED: &str = "wanted";

/// The installation to use.
pub fn installation(pg_bin: Option<&Path>) -> Result<Installation, Failure> {
    let found = discover(pg_bin)?;
    // discover gives the best first, and an error when there is none.
    found.into_iter().next().ok_or_else(|| Failure::Path {
        path: pg_bin.unwrap_or(Path::new("PATH")).into(),
        why: "no PostgreSQL server was found here".into(),
        help: "Install PostgreSQL 14 to 18, or name its bin directory with --pg-bin.".into(),
    })
}

/// Starts `workers` labs, loads the design (or the given schema) and the sample into each, and finds
/// witnesses. `progress` is told what is being done.
pub fn settle(
    designed: &Designed,
    given: Option<&Given>,
    pg_bin: Option<&Path>,
    workers: usize,
    progress: &(dyn Fn(&str) + Sync),
) -> Result<Settled, Failure> {
    let installation = installation(pg_bin)?;
    let bases = bases(designed, given);
    let plain = sample::plain_mapping(&designed.model, &designed.draft);
    progress("starting servers and loading the design");
    let (labs, first) = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..workers.max(1))
            .map(|n| {
                let (installation, bases) = (&installation, &bases);
                scope.spawn(move || prepare(installation, designed, given, bases, n == 0))
            })
            .collect();
        let mut labs = vec![];
        let mut first = None;
        for thread in threads {
            let (lab, seen) = thread.join().expect("a worker that prepares a lab does not panic")?;
            labs.push(lab);
            first = first.or(seen);
        }
        Ok::<_, Failure>((labs, first))
    })?;
    let Some(First { schema, witnesses, names, no_sample, refused }) = first else {
        return Err(Failure::Sample { why: "no lab was prepared".into() });
    };
    // The server that is killed has a table of its own; a given schema may hold what no server takes.
    let bases = match given {
        Some(_) => {
            let mut span = bases.span;
            of_schema(&mut span, &schema);
            Bases { schema_sql: String::new(), roles_sql: String::new(), span, ..bases }
        }
        None => bases,
    };
    let design = Design {
        model: designed.model.clone(),
        draft: designed.draft.clone(),
        schema,
        claims: designed.claims.clone(),
    };
    Ok(Settled { design, installation, labs, bases, witnesses, names, plain, no_sample, refused })
}

/// Of the designed sizes those of what a given schema has.
fn of_schema(span: &mut Span, schema: &Schema) {
    let part = |table: &Table, part: &str| {
        let index = table.indexes.iter().any(|i| i.name == part) || table.constraints.iter().any(|c| c.name == part);
        index || table.column(part).is_some()
    };
    span.retain(
        |name| schema.table(name).is_some(),
        |name, member| schema.table(name).is_some_and(|t| part(t, member)),
    );
}

/// What only the first lab is asked.
struct First {
    schema: Schema,
    witnesses: Witnesses,
    names: BTreeMap<String, String>,
    no_sample: Option<String>,
    refused: Vec<String>,
}

/// Loads a script statement by statement: what the server refuses is told, each with where and why, and the
/// rest goes on. Settings that the script makes hold for the statements after them.
pub fn load_what_loads(
    text: &str,
    file: &str,
    load: impl Fn(&str) -> Result<(), tw_lab::LoadError>,
) -> Result<Vec<String>, Failure> {
    let line_at = |offset: usize| text[..offset].matches('\n').count() + 1;
    let statements = split(text).map_err(|e| Failure::Path {
        path: file.into(),
        why: format!("line {}: {}", line_at(e.offset), e.message),
        help: "Mend the script there; nothing of it was tried.".into(),
    })?;
    let mut settings = String::new();
    let mut refused = vec![];
    for statement in statements {
        if statement.text.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("set ")) {
            settings += statement.text;
            settings += ";\n";
            continue;
        }
        if let Err(error) = load(&format!("{settings}{}", statement.text)) {
            let said = error.to_string();
            let said: Vec<&str> = said.lines().skip(1).collect();
            refused.push(format!(
                "{file}, line {}, was refused by the server: {}",
                line_at(statement.offset),
                first(&error, &said)
            ));
        }
    }
    Ok(refused)
}

/// What the server said, without the place in the piece that was sent.
fn first(error: &tw_lab::LoadError, rest: &[&str]) -> String {
    let head = error.to_string();
    let head = head.lines().next().unwrap_or_default();
    let said = head.split_once(": ").map_or(head, |(_, said)| said);
    match rest.first() {
        Some(statement) => format!("{said}\n  {}", statement.trim()),
        None => said.to_string(),
    }
}

fn bases(designed: &Designed, given: Option<&Given>) -> Bases {
    let schema_sql = given.map_or(&designed.schema_sql, |g| &g.schema.1).clone();
    let roles_sql = given.and_then(|g| g.roles.as_ref()).map_or(&designed.roles_sql, |(_, sql)| sql).clone();
    let span = designed.span.clone();
    Bases { empty: EMPTY.into(), sample: SAMPLE.into(), schema_sql, roles_sql, span }
}

fn prepare(
    installation: &Installation,
    designed: &Designed,
    given: Option<&Given>,
    bases: &Bases,
    first: bool,
) -> Result<(Lab, Option<First>), Failure> {
    let lab = Lab::start(installation, &LabOptions::default())?;
    let mut seen = None;
    let (mut witnesses, mut wanted) = (None, None);
    if first && given.is_some() {
        // Witnesses are rows of the design, whatever the given schema lets through. Its roles are not needed
        // for that, and roles belong to the whole server.
        lab.create_database(WANTED, None)?;
        lab.load(WANTED, &designed.schema_sql).map_err(|e| designed.refused(e))?;
        witnesses = Some(witnesses::find(&lab, WANTED, &designed.model, &designed.draft)?);
        wanted = Some(reported(&lab, WANTED)?);
        lab.drop_database(WANTED)?;
    }
    lab.create_database(EMPTY, None)?;
    let name = given.map_or("schema.sql", |g| g.schema.0.as_str());
    let mut refused = vec![];
    if given.is_some() {
        refused.extend(load_what_loads(&bases.schema_sql, name, |sql| lab.load(EMPTY, sql))?);
    } else {
        lab.load(EMPTY, &bases.schema_sql).map_err(|e| designed.refused(e))?;
    }
    let their_roles = given.and_then(|g| g.roles.as_ref());
    let name = their_roles.map_or("roles.sql", |(name, _)| name.as_str());
    if given.is_some() {
        refused.extend(load_what_loads(&bases.roles_sql, name, |sql| lab.load_roles(EMPTY, sql))?);
    } else {
        lab.load_roles(EMPTY, &bases.roles_sql).map_err(|e| script(name, e, true))?;
    }
    if first {
        let schema = reported(&lab, EMPTY)?;
        let names = wanted.map(|wanted| counterparts(&wanted, &schema)).unwrap_or_default();
        let witnesses = match witnesses {
            Some(found) => found,
            None => witnesses::find(&lab, EMPTY, &designed.model, &designed.draft)?,
        };
        seen = Some(First { schema, witnesses, names, no_sample: None, refused });
    }
    lab.create_database(SAMPLE, Some(EMPTY))?;
    let filled = fill_sample(&lab, designed);
    match (filled, &mut seen) {
        (Err(why), Some(seen)) => seen.no_sample = Some(why),
        (Err(_), None) | (Ok(()), _) => {}
    }
    Ok((lab, seen))
}

/// The schema as the server reports it.
fn reported(lab: &Lab, database: &str) -> Result<Schema, Failure> {
    let mut session = lab.session(database, &Actor::Lab)?;
    introspect::introspect(&mut session.client, &introspect::Scope::default())
        .map_err(|e| Failure::Sample { why: format!("the catalogue could not be read: {e}") })
}

fn fill_sample(lab: &Lab, designed: &Designed) -> Result<(), String> {
    let mut session = lab.session(SAMPLE, &Actor::Owner).map_err(|e| e.to_string())?;
    fill::fill(&mut session.client, &designed.sample, &mut |_, _, _| {}).map_err(|e| e.to_string())?;
    Ok(())
}

fn script(file: &str, error: tw_lab::error::LoadError, ours: bool) -> Failure {
    Failure::Script { file: file.into(), error: Box::new(error), ours }
}
