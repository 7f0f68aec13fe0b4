//! A value that follows from its own row.
use super::{
    Place, Strategies, Strategy,
    meet::{meeting, waits},
};

pub(super) fn strategies(place: &Place) -> Strategies {
    let Place { target, target_key, column, from, values, ty, .. } = place;
    let drift = format!("SELECT count(*) FROM {target} WHERE {column} IS DISTINCT FROM ({from})::{ty}");
    let change =
        format!("UPDATE {target} SET {} = {} WHERE {target_key} = {}", values.changed, values.other, values.key);
    let sql = vec![place.add_column(&format!(" GENERATED ALWAYS AS ({from}) STORED"))];
    let by_hand = [place.add_column(""), format!("UPDATE {target} SET {column} = ({from})")];
    let meets = waits(&change, &change);
    let weaker = ("the column is filled once and left to those who write", by_hand.as_slice(), meets.clone());
    let generated = Strategy {
        name: "generated column",
        refresh: None,
        read: place.read(),
        trial: meeting(place, "generated column", &sql, meets, &drift, weaker),
        sql,
    };
    Strategies {
        read: format!("SELECT ({from})::{ty} FROM {target} WHERE {target_key} = $key"),
        write: change,
        drifted: drift,
        strategies: vec![generated],
    }
}
