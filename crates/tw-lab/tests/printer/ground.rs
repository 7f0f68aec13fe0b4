//! What the tests stand on: a lab, a database a schema, and comparisons that say where they differ.
use std::collections::BTreeSet;
use tw_lab::{Installation, Introspection, Lab, LabOptions, Scope, Session, discover, introspect_all};
use tw_model::{change::Change, diff, ident::quote, print, schema::*, trial::Actor};

/// Every installation to test on.
pub fn installations() -> Vec<Installation> {
    discover(None).unwrap_or_else(|e| panic!("{e}"))
}

/// A lab.
pub fn start(installation: &Installation) -> Lab {
    Lab::start(installation, &LabOptions::default()).unwrap_or_else(|e| panic!("{e}"))
}

/// A database of a lab, gone when dropped, with its superuser's session.
pub struct Database<'a> {
    lab: &'a Lab,
    name: String,
    session: Option<Session>,
    /// Roles to read; those that the schema names when none.
    pub roles: Option<Vec<String>>,
}

impl<'a> Database<'a> {
    /// An empty one.
    pub fn new(lab: &'a Lab, name: &str) -> Self {
        lab.create_database(name, None).unwrap_or_else(|e| panic!("{e}"));
        let session = lab.session(name, &Actor::Lab).unwrap_or_else(|e| panic!("{e}"));
        Database { lab, name: name.to_string(), session: Some(session), roles: None }
    }

    /// One that holds the print of a schema.
    pub fn holding(lab: &'a Lab, name: &str, schema: &Schema) -> Self {
        let mut database = Database::new(lab, name);
        database.load(schema);
        database
    }

    /// Loads the print of a schema, which an empty database must take as one script.
    pub fn load(&mut self, schema: &Schema) {
        let sql = print::print(schema);
        if let Err(e) = self.client().batch_execute(&sql) {
            self.run(&diff::diff(&Schema::default(), schema));
            panic!("accepted statement by statement, but not as one script: {e:?}\n{sql}");
        }
    }

    /// Runs changes: in one go, or else one by one to tell which is refused.
    pub fn run(&mut self, changes: &[Change]) {
        let statements: Vec<String> = changes.iter().flat_map(Change::sql).collect();
        if self.client().batch_execute(&statements.join(";\n")).is_err() {
            for statement in &statements {
                if let Err(e) = self.client().batch_execute(statement) {
                    panic!("{statement}\n{e:?}\nin\n{}", statements.join(";\n"));
                }
            }
        }
    }

    /// The superuser's connection.
    pub fn client(&mut self) -> &mut postgres::Client {
        match &mut self.session {
            Some(session) => &mut session.client,
            None => panic!("the session is closed"),
        }
    }

    /// What the server reports; everything belongs to the superuser unless said.
    pub fn read(&mut self) -> Introspection {
        let scope = Scope {
            owner: Some(tw_lab::settings::SUPERUSER.to_string()),
            roles: self.roles.clone(),
            ..Scope::default()
        };
        introspect_all(self.client(), &scope).unwrap_or_else(|e| panic!("{e:?}"))
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        self.session = None;
        if let Err(e) = self.lab.drop_database(&self.name) {
            eprintln!("{e}");
        }
    }
}

/// Drops the schema's roles from the server; its databases must be gone.
pub fn forget_roles(lab: &Lab, schema: &Schema) {
    let mut session = lab.session("postgres", &Actor::Lab).unwrap_or_else(|e| panic!("{e}"));
    for role in &schema.roles {
        let sql = format!("DROP ROLE IF EXISTS {}", quote(&role.name));
        session.client.batch_execute(&sql).unwrap_or_else(|e| panic!("{sql}: {e:?}"));
    }
}

/// The schema in one order, for comparison: as a set of objects, columns too.
pub fn as_set(schema: &Schema) -> Schema {
    let mut s = diff::normal(schema);
    s.types.sort_by(|a, b| a.name.cmp(&b.name));
    s.sequences.sort_by(|a, b| a.name.cmp(&b.name));
    s.tables.sort_by(|a, b| a.name.cmp(&b.name));
    s.views.sort_by(|a, b| a.name.cmp(&b.name));
    s.functions.sort_by(|a, b| (&a.name, &a.arguments).cmp(&(&b.name, &b.arguments)));
    for t in &mut s.tables {
        t.columns.sort_by(|a, b| a.name.cmp(&b.name));
    }
    s
}

/// Panics with the lines that differ.
pub fn assert_same(left: &Schema, right: &Schema, what: &str) {
    let (left, right) = (as_set(left), as_set(right));
    if left != right {
        panic!("{what}\n{}", difference(&left, &right));
    }
}

/// Every leaf of the two schemas that only one has, as `path = value`.
pub fn difference(left: &Schema, right: &Schema) -> String {
    let (a, b) = (leaves(left), leaves(right));
    let only = |x: &BTreeSet<String>, y: &BTreeSet<String>, mark: &str| -> Vec<String> {
        x.difference(y).take(40).map(|l| format!("{mark} {l}")).collect()
    };
    let mut lines = only(&a, &b, "<");
    lines.extend(only(&b, &a, ">"));
    lines.join("\n")
}

fn leaves(schema: &Schema) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    let value = serde_json::to_value(schema).unwrap_or_default();
    walk("", &value, &mut out);
    out
}

fn walk(path: &str, value: &serde_json::Value, out: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                let name = item.get("name").map(|n| match n {
                    serde_json::Value::String(s) => s.clone(),
                    other => other["name"].as_str().unwrap_or_default().to_string(),
                });
                walk(&format!("{path}/{}", name.unwrap_or_else(|| at.to_string())), item, out);
            }
        }
        serde_json::Value::Object(fields) => {
            for (name, item) in fields {
                walk(&format!("{path}/{name}"), item, out);
            }
        }
        leaf => {
            out.insert(format!("{path} = {leaf}"));
        }
    }
}
