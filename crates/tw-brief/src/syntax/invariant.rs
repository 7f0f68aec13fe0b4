//! `## Invariants` lines.
use crate::cursor::{Cursor, Sp};
use crate::diagnostic::Fault;
use crate::text::Text;
use crate::{names, units};
use tw_model::Origin;

/// An invariant as written.
pub(crate) struct InvariantLine {
    pub name: Sp<String>,
    pub form: InvariantForm,
    pub origin: Origin,
}

pub(crate) enum InvariantForm {
    AtMost { limit: u32, entity: Sp<String>, per: Sp<String>, filter: Option<Text> },
    Sum { part: Option<Sp<String>>, amount: Sp<String>, total: Sp<String>, whole: Sp<String> },
    Always { predicate: Text, entity: Option<Sp<String>> },
    NoRow(Text),
}

/// Reads an invariant.
pub(crate) fn parse(cursor: &mut Cursor, origin: Origin) -> Result<InvariantLine, Fault> {
    let name = names::snake(cursor, "an invariant")?;
    cursor.expect(":", "an invariant is `name: what holds`")?;
    let form = if cursor.eat_all(&["at", "most"]) {
        at_most(cursor)?
    } else if cursor.peek() == "sum" && cursor.peek_at(1) == "(" {
        sum(cursor)?
    } else if cursor.eat_all(&["no", "row", ":"]) {
        InvariantForm::NoRow(cursor.sql_rest("the query")?)
    } else if cursor.peek() == "(" {
        let predicate = cursor.sql_group("the predicate")?;
        let entity = match cursor.eat("for") {
            true => {
                cursor.expect("every", "the form is `(expression) for every Entity`")?;
                Some(names::entity(cursor)?)
            }
            false => None,
        };
        InvariantForm::Always { predicate, entity }
    } else {
        return Err(cursor.expected("what holds").why(
            "an invariant is `at most N Entity per Entity`, `sum(a) = total per Entity`, `(expression) for every Entity` or `no row: select ...`",
        ));
    };
    cursor.finish()?;
    Ok(InvariantLine { name, form, origin })
}

fn at_most(cursor: &mut Cursor) -> Result<InvariantForm, Fault> {
    let limit = units::whole(cursor, "how many", 1, 1_000_000)? as u32;
    let entity = names::entity(cursor)?;
    cursor.expect("per", "the form is `at most 1 Order per Customer where ...`")?;
    let per = cursor.word("an entity or the name of a relation end")?;
    let filter = match cursor.eat("where") {
        true => Some(cursor.sql_rest("the condition")?),
        false => None,
    };
    Ok(InvariantForm::AtMost { limit, entity, per, filter })
}

fn sum(cursor: &mut Cursor) -> Result<InvariantForm, Fault> {
    let form = "the form is `sum(amount) = total per Order`";
    cursor.eat_all(&["sum", "("]);
    let first = cursor.word("the attribute that is summed")?;
    let (part, amount) = match cursor.eat(".") {
        true => (Some(first), cursor.word("the attribute that is summed")?),
        false => (None, first),
    };
    cursor.expect(")", form)?;
    cursor.expect("=", form)?;
    let total = cursor.word("the attribute that holds the total")?;
    cursor.expect("per", form)?;
    let whole = names::entity(cursor)?;
    Ok(InvariantForm::Sum { part, amount, total, whole })
}
