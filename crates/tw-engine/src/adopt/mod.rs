//! Adopt: a schema that exists to the brief that says it.
//!
//! The schema is lifted to words, the brief is designed in a lab, and the server tells what the two differ in: that is
//! what the brief language has no words for. It is put into the brief as SQL, each statement once the server has taken
//! it, and told as a loss. In the end the whole brief is designed anew and compared with the schema.
mod blame;
mod first;
pub mod lift;
pub mod notations;
mod reasons;
mod rest;
pub mod statistics;
mod workload;

use crate::{
    Failure,
    design::{self, Scripts},
    prove::Progress,
    review::{self, Source, sources::Script},
    settle,
};
use lift::{Lifted, Unsayable, lift};
use statistics::Statistics;
use std::path::{Path, PathBuf};
use tw_lab::{Installation, Lab, LabOptions, Live, Scope, discover, introspect};
use tw_model::{
    adopted::{Adopted, Loss},
    diff::diff,
    finding::NotJudged,
    model::{Model, Place, RawSql},
    print,
    schema::Schema,
    trial::Actor,
};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Request {
    /// What is adopted.
    pub from: From,
    /// The title of the brief.
    pub title: String,
    /// The server's programs; found when none.
    pub pg_bin: Option<PathBuf>,
}

/// What is adopted.
#[derive(Clone, Debug)]
pub enum From {
    /// A database or scripts.
    Source(Source),
    /// A script that was made of a file in another notation, and what that notation could not say in SQL.
    Script(Script, Vec<Loss>),
}

/// Attempts at most: each learns what cannot be said.
const MOST_ATTEMPTS: usize = 60;

/// Adopts.
pub fn adopt(request: &Request, progress: &Progress) -> Result<Adopted, Failure> {
    let pg_bin = request.pg_bin.as_deref();
    let mut statistics = Statistics::default();
    let mut recorded = workload::Recorded::default();
    let mut losses: Vec<Loss> = vec![];
    let mut subject = match &request.from {
        From::Source(Source::Database(text)) => {
            let mut live = Live::connect(text)?;
            statistics = Statistics::read(&mut live)?;
            recorded = workload::recorded(&mut live);
            let lab = Lab::start(&nearest(pg_bin, live.major)?, &LabOptions::default())?;
            let mut subject = review::of_live(text, progress)?;
            subject.lab = Some(lab);
            subject
        }
        From::Source(Source::Paths(paths)) => review::of_scripts(paths, pg_bin, progress)?,
        From::Script(script, lost) => {
            losses.extend(lost.iter().cloned());
            let installation = settle::installation(pg_bin)?;
            review::executed(std::slice::from_ref(script), script.name.clone(), vec![], &installation, progress)?
        }
    };
    losses.extend(subject.not_judged.drain(..).map(unread));
    let Some(lab) = subject.lab.take() else {
        return Err(Failure::Path { path: subject.name.into(), why: "no lab was started".into(), help: String::new() });
    };
    let mut bench = Bench::clean(lab)?;
    progress(0, 0, "putting the schema into words");
    let (mut lifted, mut drawn) = words(&subject.schema, request, &statistics, &mut bench, &mut losses)?;
    workload::say(&mut lifted, recorded, &mut losses);
    progress(0, 0, "keeping the rest as SQL");
    rest::keep(&subject.schema, &mut lifted, &mut drawn, &mut bench, &mut losses)?;
    let text = tw_brief::write(&lifted.model);
    progress(0, 0, "designing the brief anew");
    let (model, scripts) = designed(&text)?;
    let database = bench.database()?;
    let made = bench.design(&database, &scripts).map_err(|e| design::refused(&model, &scripts.printed_lines, e))?;
    let mut changes = diff(&made, &subject.schema);
    if !changes.is_empty() {
        // A server rewrites expressions when it reads its own printing: what is the same after one trip is the same.
        // A schema whose roles a lab does not make has no trip; it is told as it is.
        if let (Ok(made), Ok(wanted)) = (bench.trip(&made), bench.trip(&subject.schema)) {
            changes = diff(&made, &wanted);
        }
    }
    let mut differences: Vec<String> = changes.iter().map(reasons::sentence).collect();
    differences.extend(other_orders(&made, &subject.schema, &mut losses));
    losses.sort();
    losses.dedup();
    Ok(Adopted {
        format: 1,
        source: subject.name,
        brief: text,
        entities: lifted.model.entities.len(),
        tables: subject.schema.tables.len(),
        losses,
        differences,
        server_version: bench.lab.installation.version.clone(),
    })
}

fn unread(what: NotJudged) -> Loss {
    let why = what.why.lines().next().unwrap_or_default().to_string();
    Loss::nowhere(what.what, "it was not read", why)
}

/// The installation of that major, else the newest.
fn nearest(pg_bin: Option<&Path>, major: u32) -> Result<Installation, Failure> {
    let found = discover(pg_bin)?;
    match found.into_iter().find(|i| i.major == major) {
        Some(same) => Ok(same),
        None => settle::installation(pg_bin),
    }
}

/// A lab in which designs are loaded, each into a database of its own.
struct Bench {
    lab: Lab,
    databases: usize,
}

impl Bench {
    /// Roles of the schema are forgotten: a design makes its own.
    fn clean(lab: Lab) -> Result<Bench, Failure> {
        lab.drop_database(review::DATABASE)?;
        lab.forget_roles()?;
        Ok(Bench { lab, databases: 0 })
    }

    /// A new database; the one before it goes, and with it the roles.
    fn database(&mut self) -> Result<String, Failure> {
        if self.databases > 0 {
            self.lab.drop_database(&format!("adopted{}", self.databases))?;
            self.lab.forget_roles()?;
        }
        self.databases += 1;
        let name = format!("adopted{}", self.databases);
        self.lab.create_database(&name, None)?;
        Ok(name)
    }

    fn reported(&self, database: &str) -> Result<Schema, Failure> {
        let mut session = self.lab.session(database, &Actor::Lab)?;
        let failed = |source| tw_lab::LabError::Server { doing: "the design cannot be read back".into(), source };
        Ok(introspect(&mut session.client, &Scope::default()).map_err(failed)?)
    }

    /// The schema as it is once it was printed, loaded and read back.
    fn trip(&mut self, schema: &Schema) -> Result<Schema, Failure> {
        let database = self.database()?;
        let refused = |file: &str, error| Failure::Script { file: file.into(), error: Box::new(error), ours: true };
        self.lab.load(&database, &print::print_objects(schema)).map_err(|e| refused("the schema", e))?;
        self.lab.load_roles(&database, &print::print_roles(schema)).map_err(|e| refused("its roles", e))?;
        self.reported(&database)
    }

    /// The whole design, roles included.
    fn design(&self, database: &str, scripts: &Scripts) -> Result<Schema, tw_lab::LoadError> {
        self.lab.load(database, &scripts.schema_sql)?;
        self.lab.load_roles(database, &scripts.roles_sql)?;
        self.reported(database).map_err(|e| tw_lab::LoadError {
            statement: String::new(),
            line: 0,
            column: 0,
            caret: String::new(),
            sqlstate: None,
            message: e.to_string(),
        })
    }
}

/// A schema in words, and the database that holds what those words design, without its roles.
struct Drawn {
    database: String,
    schema: Schema,
    roles_sql: String,
}

/// What a brief means, and the scripts of its design.
fn designed(text: &str) -> Result<(Model, Scripts), Failure> {
    match tw_brief::read(text) {
        (Some(model), _) => {
            let scripts = design::scripts(&model, &tw_rooms::design(&model));
            Ok((model, scripts))
        }
        (None, diagnostics) => Err(Failure::Brief {
            rendered: diagnostics.iter().map(|d| d.render("the adopted brief", text)).collect(),
            count: diagnostics.len(),
        }),
    }
}

/// Attempts until the brief is read, its design is taken by the server, and its checks are as they were.
fn words(
    schema: &Schema,
    request: &Request,
    statistics: &Statistics,
    bench: &mut Bench,
    losses: &mut Vec<Loss>,
) -> Result<(Lifted, Drawn), Failure> {
    let mut unsayable = Unsayable::default();
    let mut before: Option<Vec<RawSql>> = None;
    let mut attempt = 0;
    loop {
        attempt += 1;
        let mut lifted = lift(schema, &request.title, bench.lab.installation.major, statistics, &unsayable);
        let raw = match &before {
            Some(raw) => raw.clone(),
            None => before.insert(rest::first(schema, &lifted, bench, losses)?).clone(),
        };
        lifted.model.raw = raw;
        let text = tw_brief::write(&lifted.model);
        let known = unsayable.clone();
        let (read, diagnostics) = tw_brief::read(&text);
        let Some(model) = read else {
            diagnostics.iter().for_each(|d| blame::unread(d, &text, &lifted, &mut unsayable));
            if attempt < MOST_ATTEMPTS && !same(&known, &unsayable) {
                continue;
            }
            return Err(designed(&text).err().unwrap_or_else(|| no_words(&request.title)));
        };
        if lifted.model.entities.is_empty() {
            return Err(no_words(&request.title));
        }
        let scripts = design::scripts(&model, &tw_rooms::design(&model));
        let database = bench.database()?;
        if let Err(error) = bench.lab.load(&database, &scripts.schema_sql) {
            blame::refused(&error, &scripts.schema_sql, &lifted, &mut unsayable);
            if attempt < MOST_ATTEMPTS && !same(&known, &unsayable) {
                continue;
            }
            return Err(design::refused(&model, &scripts.printed_lines, error));
        }
        let drawn = bench.reported(&database)?;
        blame::checks(schema, &drawn, &lifted, &mut unsayable);
        if attempt < MOST_ATTEMPTS && !same(&known, &unsayable) {
            continue;
        }
        return Ok((lifted, Drawn { database, schema: drawn, roles_sql: scripts.roles_sql }));
    }
}

fn same(a: &Unsayable, b: &Unsayable) -> bool {
    (a.tables.len(), a.constraints.len(), a.exact.len()) == (b.tables.len(), b.constraints.len(), b.exact.len())
}

fn no_words(title: &str) -> Failure {
    Failure::Path {
        path: title.into(),
        why: "no table of it can be an entity of a brief: an entity has a primary key and is no partition".into(),
        help: "Give its tables primary keys first; `tablewright review` tells which have none.".into(),
    }
}

/// A block of the brief.
fn block(place: Place, body: String) -> RawSql {
    RawSql { place, body, origin: tw_model::Origin::assumed("read from a schema") }
}

/// Tables whose columns stand in another order: no statement moves a column.
fn other_orders(made: &Schema, schema: &Schema, losses: &mut Vec<Loss>) -> Vec<String> {
    let mut out = vec![];
    for table in &schema.tables {
        let Some(other) = made.table(&table.name) else { continue };
        if other.columns.iter().map(|c| &c.name).ne(table.columns.iter().map(|c| &c.name)) {
            let path = format!("{}.{}", table.name.schema, table.name.name);
            out.push(format!("the columns of {path} stand in another order"));
            let why = "a column that stands as SQL is added at the end";
            losses.push(Loss::nowhere(path, "the order of its columns", why));
        }
    }
    out
}

/// What a database is called, for the names of files: the last word of its URL or conninfo string.
pub fn database_name(text: &str) -> String {
    let plain = text.split(['?', '#']).next().unwrap_or(text);
    let last = plain.rsplit(['/', '=', ' ']).find(|w| !w.is_empty()).unwrap_or("database");
    let name: String = last.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).take(40).collect();
    if name.is_empty() { "database".into() } else { name }
}
