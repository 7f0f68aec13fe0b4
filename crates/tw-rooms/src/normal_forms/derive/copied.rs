//! A column of the row that is referred to, copied to those that refer to it.
use super::{
    Capture, Place, Strategies, Strategy, captured, materialised,
    meet::{crosses, meeting, waits},
    trigger,
};

pub(super) fn strategies(place: &Place) -> Strategies {
    let Place { target, target_key, column, source, source_key, tie, from, values, .. } = place;
    let truth = format!("(SELECT s.{from} FROM {source} s WHERE s.{source_key} = t.{tie})");
    let drift = place.drift(&truth);
    let start = [place.add_column(""), format!("UPDATE {target} t SET {column} = {truth}")];
    let change = format!("UPDATE {source} SET {from} = {} WHERE {source_key} = {}", values.other, values.key);
    let [insert, _] = &values.rows;

    // The row that is copied from is locked: who changes it waits, or is waited for.
    let taken = |lock: &str| {
        let select = format!("(SELECT s.{from} FROM {source} s WHERE s.{source_key} = NEW.{tie}{lock})");
        let body = format!("  NEW.{column} := {select};\n  RETURN NEW;");
        trigger(&place.called("take_"), &body, &format!("BEFORE INSERT OR UPDATE OF {tie} ON {target}"))
    };
    let spread = trigger(
        &place.called("spread_"),
        &format!("  UPDATE {target} SET {column} = NEW.{from} WHERE {tie} = NEW.{source_key};\n  RETURN NULL;"),
        &format!("AFTER UPDATE OF {from} ON {source}"),
    );
    let kept = |lock: &str| place.at_once(start.iter().cloned().chain(taken(lock)).chain(spread.clone()));
    let (sql, unlocked) = (kept(" FOR SHARE"), kept(""));
    let weaker = ("the row that is copied from is not locked", unlocked.as_slice(), crosses(&change, insert));
    let by_trigger = Strategy {
        name: "trigger",
        refresh: None,
        read: place.read(),
        trial: meeting(place, "trigger", &sql, waits(&change, insert), &drift, weaker),
        sql,
    };

    // Whatever ties a row to a source, or changes the source, is a change: the worker copies anew for that key.
    let noted = |name: &str, key: &str, when: String| {
        trigger(&place.called(name), &format!("  $add VALUES (NEW.{key});\n  RETURN NULL;"), &when)
    };
    let tied = noted("capture_", tie, format!("AFTER INSERT OR UPDATE OF {tie} ON {target}"));
    let changed = noted("capture_source_", source_key, format!("AFTER UPDATE OF {from} ON {source}"));
    let another = format!("SELECT {source_key} FROM {source} WHERE {source_key} <> {} LIMIT 1", values.key);
    let other = format!("UPDATE {source} SET {from} = {from} WHERE {source_key} = ({another})");
    let capture = Capture {
        columns: &[("key", &place.tie_ty)],
        apply: format!(
            "UPDATE {target} t SET {column} = s.{from} FROM {source} s WHERE s.{source_key} = t.{tie} AND t.{tie} IN (SELECT key FROM taken)"
        ),
        notes: tied.into_iter().chain(changed).collect(),
        writes: [&change, &other],
    };
    Strategies {
        read: format!(
            "SELECT s.{from} FROM {target} t JOIN {source} s ON s.{source_key} = t.{tie} WHERE t.{target_key} = $key"
        ),
        write: insert.clone(),
        strategies: vec![by_trigger, materialised(place, &truth, &change), captured(place, &start, &drift, capture)],
        drifted: drift,
    }
}
