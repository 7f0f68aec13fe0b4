//! Reading a server's catalogue into a [`Schema`]: the one place where the meaning of SQL is asked for.
//!
//! Majors 14 to 18. One snapshot, a handful of set-based queries, every name qualified, the same order
//! on every run. Members of extensions are the extension's and left out; what we have no word for is
//! named in [`Introspection::not_read`], never dropped in silence.
mod columns;
mod constraints;
mod context;
mod indexes;
mod privileges;
mod relations;
mod rest;
mod roles;
mod routines;
mod sequences;
mod types;

use context::Context;
use postgres::{Client, Error, IsolationLevel, Transaction};
use tw_model::schema::Schema;

/// What to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Namespaces that are left out, besides the system's.
    pub except: Vec<String>,
    /// The role whose ownership goes without saying; the database's owner when none.
    pub owner: Option<String>,
    /// The roles to read. When none, those that an owner, a privilege or a policy in the database names,
    /// and the roles they are members of; predefined roles and the owner are not read.
    pub roles: Option<Vec<String>>,
}

/// A schema and what was left out of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Introspection {
    /// What was read.
    pub schema: Schema,
    /// Objects and properties that the model has no word for, one phrase each, sorted.
    pub not_read: Vec<String>,
}

/// Everything in the database that the model has words for.
///
/// The session must not be in a transaction. Its settings are as before afterwards.
pub fn introspect(client: &mut Client, scope: &Scope) -> Result<Schema, Error> {
    introspect_all(client, scope).map(|all| all.schema)
}

/// [`introspect`], and the list of what was not read.
pub fn introspect_all(client: &mut Client, scope: &Scope) -> Result<Introspection, Error> {
    let mut transaction =
        client.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true).start()?;
    let read = introspect_within(&mut transaction, scope)?;
    transaction.rollback()?;
    Ok(read)
}

/// What [`introspect_all`] reads, as the transaction sees it, which may have written. Settings of the transaction are
/// changed.
pub fn introspect_within(transaction: &mut Transaction, scope: &Scope) -> Result<Introspection, Error> {
    // Expressions are printed with these.
    transaction.batch_execute(
        "SET LOCAL search_path = ''; SET LOCAL DateStyle = 'ISO, MDY'; SET LOCAL IntervalStyle = 'postgres';
         SET LOCAL TimeZone = 'UTC'; SET LOCAL extra_float_digits = 1; SET LOCAL quote_all_identifiers = off;
         SET LOCAL jit = off",
    )?;
    let mut c = Context::read(transaction, scope)?;
    let mut schema = Schema {
        namespaces: c.read_namespaces(),
        extensions: c.extensions.clone(),
        types: types::read(transaction, &mut c)?,
        sequences: sequences::read(transaction, &mut c)?,
        ..Schema::default()
    };
    relations::read(transaction, &mut c, &mut schema)?;
    schema.functions = routines::read(transaction, &mut c)?;
    privileges::read(transaction, &mut c, &mut schema)?;
    schema.roles = roles::read(transaction, &mut c, scope, &schema)?;
    rest::read(transaction, &mut c)?;
    tw_model::diff::sort_by_dependency(&mut schema);
    c.not_read.sort();
    c.not_read.dedup();
    Ok(Introspection { schema, not_read: c.not_read })
}
