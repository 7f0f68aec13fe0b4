//! What has no words, as SQL: each statement is kept once a server has taken it.
use super::{Bench, Drawn, block, first as before, lift::Lifted, reasons};
use crate::Failure;
use tw_lab::LoadError;
use tw_model::{
    adopted::{Kept, Loss},
    change::Change,
    diff::diff,
    model::{Place, RawSql},
    print,
    schema::{Schema, Table},
};

/// Runs a script up to the statement that is refused.
type Load<'a> = dyn Fn(&str) -> Result<(), LoadError> + 'a;

/// Functions name tables that come later.
const BODIES: &str = "SET check_function_bodies = off;\n";

/// What stands before everything designed.
pub(super) fn first(
    schema: &Schema,
    lifted: &Lifted,
    bench: &mut Bench,
    losses: &mut Vec<Loss>,
) -> Result<Vec<RawSql>, Failure> {
    let entities: Vec<&Table> = lifted.homes.values().filter_map(|h| schema.table(&h.table)).collect();
    let changes = before::changes(schema, &entities);
    let database = bench.database()?;
    let taken = tried(changes, &|sql| bench.lab.load(&database, sql), lifted, losses);
    Ok(blocks(Place::First, &taken))
}

/// Puts what the design of the words lacks into the brief, and tells of each.
pub(super) fn keep(
    schema: &Schema,
    lifted: &mut Lifted,
    drawn: &mut Drawn,
    bench: &mut Bench,
    losses: &mut Vec<Loss>,
) -> Result<(), Failure> {
    // Without roles first: what names one comes last.
    let wanted = without_roles(schema);
    let changes = diff(&without_roles(&drawn.schema), &wanted).into_iter().filter(|c| !print::names_roles(c)).collect();
    let taken = tried(changes, &|sql| bench.lab.load(&drawn.database, sql), lifted, losses);
    lifted.model.raw.extend(blocks(Place::After, &taken));
    let roles = bench.lab.load_roles(&drawn.database, &drawn.roles_sql);
    roles.map_err(|error| Failure::Script { file: "roles.sql".into(), error: Box::new(error), ours: true })?;
    let now = bench.reported(&drawn.database)?;
    let changes = diff(&now, schema).into_iter().filter(print::names_roles).collect();
    let last = tried(changes, &|sql| bench.lab.load_roles(&drawn.database, sql), lifted, losses);
    lifted.model.raw.extend(blocks(Place::Last, &last));
    Ok(())
}

/// The schema as it is before there are roles.
fn without_roles(schema: &Schema) -> Schema {
    let mut plain =
        Schema { roles: vec![], grants: vec![], revokes: vec![], default_privileges: vec![], ..schema.clone() };
    plain.namespaces.iter_mut().for_each(|n| n.owner = None);
    plain.types.iter_mut().for_each(|t| t.owner = None);
    plain.sequences.iter_mut().for_each(|s| s.owner = None);
    plain.views.iter_mut().for_each(|v| v.owner = None);
    plain.functions.iter_mut().for_each(|f| f.owner = None);
    for table in &mut plain.tables {
        table.owner = None;
        table.policies.clear();
        table.row_security = false;
        table.force_row_security = false;
    }
    plain
}

/// The changes that the server takes, one after the other; each is told as a loss.
fn tried(changes: Vec<Change>, load: &Load, lifted: &Lifted, losses: &mut Vec<Loss>) -> Vec<Change> {
    let mut taken = vec![];
    let mut left = changes;
    while !left.is_empty() {
        let (script, ends) = numbered(&left);
        let error = load(&script).err();
        let good = match &error {
            None => left.len(),
            // What we refuse to run we refuse before anything ran.
            Some(error) if error.sqlstate.is_none() && left.len() > 1 => {
                left.drain(..).for_each(|change| taken.extend(tried(vec![change], load, lifted, losses)));
                break;
            }
            Some(error) => ends.partition_point(|end| *end < error.line),
        };
        let rest = left.split_off(good.min(left.len()));
        losses.extend(left.iter().map(|change| reasons::loss(change, lifted, Kept::Sql)));
        taken.append(&mut left);
        let mut rest = rest.into_iter();
        if let (Some(change), Some(error)) = (rest.next(), error) {
            let loss = reasons::loss(&change, lifted, Kept::Nowhere);
            let why = format!("{}; the statement is refused: {}", loss.why, error.message);
            losses.push(Loss { why, ..loss });
        }
        left = rest.collect();
    }
    taken
}

/// A script of the changes, and the last line of each, counted from one.
fn numbered(changes: &[Change]) -> (String, Vec<usize>) {
    let functions = changes.iter().any(|c| matches!(c, Change::CreateFunction { .. }));
    let mut script = String::from(if functions { BODIES } else { "" });
    let mut lines = usize::from(functions);
    let ends = changes.iter().map(|change| {
        let sql = change.sql().join(";\n") + ";\n";
        lines += sql.matches('\n').count();
        script += &sql;
        lines
    });
    let ends = ends.collect();
    (script, ends)
}

/// A block for each kind of object, so that a reader finds them.
fn blocks(place: Place, changes: &[Change]) -> Vec<RawSql> {
    if changes.is_empty() { vec![] } else { vec![block(place, print::script(changes))] }
}
