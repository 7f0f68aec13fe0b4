//! What every reader needs: the version, which objects are in scope, owners and comments.
use super::Scope;
use postgres::{Error, Transaction};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use tw_model::schema::{Extension, Name, Namespace};

/// Shared by all readers of one introspection.
pub(super) struct Context {
    /// `server_version_num`.
    pub(super) version: i32,
    /// Namespaces in scope, by object identifier.
    pub(super) namespaces: BTreeMap<u32, String>,
    /// Owners and comments of namespaces that are printed: not `public`, not an extension's.
    own_namespaces: Vec<(u32, u32)>,
    /// Extensions besides plpgsql.
    pub(super) extensions: Vec<Extension>,
    /// Role names.
    pub(super) roles: HashMap<u32, String>,
    /// The role whose ownership goes without saying.
    pub(super) owner: u32,
    members: HashSet<(String, u32)>,
    comments: HashMap<(String, u32, i32), String>,
    said: HashSet<(String, u32, i32)>,
    /// Tables and views in scope, for the names in other objects.
    pub(super) relations: HashMap<u32, Name>,
    /// See [`super::Introspection::not_read`].
    pub(super) not_read: Vec<String>,
}

impl Context {
    /// Reads what the other readers share.
    pub(super) fn read(t: &mut Transaction, scope: &Scope) -> Result<Self, Error> {
        let version: String = t.query_one("SHOW server_version_num", &[])?.get(0);
        let roles = t.query("SELECT oid, rolname::text FROM pg_catalog.pg_roles", &[])?;
        let roles: HashMap<u32, String> = roles.iter().map(|r| (r.get(0), r.get(1))).collect();
        let database_owner = "SELECT datdba FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()";
        let database_owner: u32 = t.query_one(database_owner, &[])?.get(0);
        let named = scope.owner.as_ref().and_then(|name| roles.iter().find(|(_, n)| *n == name).map(|(oid, _)| *oid));
        let mut c = Context {
            version: version.parse().unwrap_or(0),
            namespaces: BTreeMap::new(),
            own_namespaces: vec![],
            extensions: vec![],
            roles,
            owner: named.unwrap_or(database_owner),
            members: HashSet::new(),
            comments: HashMap::new(),
            said: HashSet::new(),
            relations: HashMap::new(),
            not_read: vec![],
        };
        c.read_members(t)?;
        c.read_scope(t, scope)?;
        c.read_comments(t)?;
        Ok(c)
    }

    fn read_members(&mut self, t: &mut Transaction) -> Result<(), Error> {
        let sql = "SELECT d.classid::pg_catalog.regclass::text, d.objid FROM pg_catalog.pg_depend d
                   WHERE d.deptype = 'e' AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass";
        self.members = t.query(sql, &[])?.iter().map(|r| (catalogue(r.get(0)), r.get(1))).collect();
        Ok(())
    }

    fn read_scope(&mut self, t: &mut Transaction, scope: &Scope) -> Result<(), Error> {
        let sql = "SELECT oid, nspname::text, nspowner FROM pg_catalog.pg_namespace
                   WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY nspname";
        for row in t.query(sql, &[])? {
            let (oid, name, owner): (u32, String, u32) = (row.get(0), row.get(1), row.get(2));
            if scope.except.contains(&name) {
                continue;
            }
            if name != "public" && !self.is_member("pg_namespace", oid) {
                self.own_namespaces.push((oid, owner));
            }
            self.namespaces.insert(oid, name);
        }
        let sql = "SELECT e.extname::text, n.nspname::text FROM pg_catalog.pg_extension e
                   JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname <> 'plpgsql' ORDER BY 1";
        self.extensions = t.query(sql, &[])?.iter().map(|r| Extension { name: r.get(0), schema: r.get(1) }).collect();
        let sql = "SELECT oid, relnamespace, relname::text FROM pg_catalog.pg_class
                   WHERE relnamespace = ANY ($1) AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')";
        for row in t.query(sql, &[&self.scope()])? {
            let name = self.name(row.get(1), row.get(2));
            self.relations.insert(row.get(0), name);
        }
        Ok(())
    }

    fn read_comments(&mut self, t: &mut Transaction) -> Result<(), Error> {
        let sql = "SELECT classoid::pg_catalog.regclass::text, objoid, objsubid, description
                   FROM pg_catalog.pg_description WHERE objoid >= 16384
                   UNION ALL
                   SELECT 'pg_authid', objoid, 0, description FROM pg_catalog.pg_shdescription
                   WHERE classoid = 'pg_catalog.pg_authid'::pg_catalog.regclass";
        for row in t.query(sql, &[])? {
            let class: String = row.get(0);
            let key = (catalogue(&class), row.get(1), row.get(2));
            self.comments.insert(key, row.get(3));
        }
        Ok(())
    }

    /// Identifiers of the namespaces in scope, as a query parameter.
    pub(super) fn scope(&self) -> Vec<u32> {
        self.namespaces.keys().copied().collect()
    }

    /// True for members of extensions.
    pub(super) fn is_member(&self, catalogue: &str, oid: u32) -> bool {
        self.members.contains(&(catalogue.to_string(), oid))
    }

    /// A qualified name.
    pub(super) fn name(&self, namespace: u32, name: String) -> Name {
        let schema = self.namespaces.get(&namespace).cloned().unwrap_or_default();
        Name { schema, name }
    }

    /// The owner, when it has to be said.
    pub(super) fn owner(&self, owner: u32) -> Option<String> {
        (owner != self.owner).then(|| self.role(owner))
    }

    /// A role's name; `public` for none.
    pub(super) fn role(&self, role: u32) -> String {
        match role {
            0 => "public".into(),
            _ => self.roles.get(&role).cloned().unwrap_or_else(|| role.to_string()),
        }
    }

    /// The comment on an object, or on its column.
    pub(super) fn comment(&mut self, catalogue: &str, oid: u32, column: i32) -> Option<String> {
        let key = (catalogue.to_string(), oid, column);
        let text = self.comments.get(&key).cloned();
        self.said.insert(key);
        text
    }

    /// Comments that no reader asked for, of objects that are no extension's: catalogue, object, column.
    pub(super) fn unsaid_comments(&self) -> BTreeSet<(String, u32, i32)> {
        let keys = self.comments.keys().filter(|key| !self.said.contains(*key));
        keys.filter(|(class, oid, _)| {
            !self.is_member(class, *oid) && !matches!(class.as_str(), "pg_extension" | "pg_authid")
        })
        .cloned()
        .collect()
    }

    /// Namespaces that are printed.
    pub(super) fn read_namespaces(&mut self) -> Vec<Namespace> {
        self.own_namespaces
            .clone()
            .into_iter()
            .map(|(oid, owner)| Namespace {
                name: self.namespaces.get(&oid).cloned().unwrap_or_default(),
                owner: self.owner(owner),
                comment: self.comment("pg_namespace", oid, 0),
            })
            .collect()
    }
}

fn catalogue(name: &str) -> String {
    name.strip_prefix("pg_catalog.").unwrap_or(name).to_string()
}

/// `name=value` entries as pairs, sorted.
pub(super) fn pairs(options: Option<Vec<String>>) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = options
        .unwrap_or_default()
        .into_iter()
        .map(|o| match o.split_once('=') {
            Some((name, value)) => (name.to_string(), value.to_string()),
            None => (o, "true".to_string()),
        })
        .collect();
    all.sort();
    all
}
