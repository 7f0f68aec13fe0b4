//! The oracle behind the search for witnesses: attempts inserts on the settled schema.
use crate::Failure;
use tw_lab::{lab::Lab, session::Session};
use tw_model::{draft::Draft, model::Model, trial::Actor};
use tw_rooms::{
    consistency,
    kit::{
        Witnesses,
        witness::{self, Answer},
    },
};

/// Finds rows that keep and break each rule, in an empty database of the design.
pub fn find(lab: &Lab, database: &str, model: &Model, draft: &Draft) -> Result<Witnesses, Failure> {
    let mut session = lab.session(database, &Actor::Owner)?;
    let mut oracle = |statements: &[String]| attempt(&mut session, statements);
    Ok(witness::search(draft, &consistency::crowds(model, draft), &mut oracle))
}

fn attempt(session: &mut Session, statements: &[String]) -> Answer {
    let Some((last, before)) = statements.split_last() else { return Answer::Yes };
    let setup = format!("BEGIN; {}", before.join("; "));
    let answer = if session.client.batch_execute(&setup).is_err() {
        Answer::Unready
    } else {
        match session.client.batch_execute(last) {
            Ok(()) => Answer::Yes,
            Err(error) => match error.as_db_error() {
                Some(db) => Answer::No {
                    sqlstate: db.code().code().into(),
                    by: db.constraint().or(db.column()).unwrap_or_default().into(),
                },
                None => Answer::Unready,
            },
        }
    };
    // A session that cannot even roll back answers Unready from here on, so nothing false is found.
    let _ = session.client.batch_execute("ROLLBACK");
    answer
}
