//! Sums and counts over the rows that refer to a row.
use super::{
    Capture, Of, Place, Strategies, Strategy, captured, materialised,
    meet::{meeting, waits},
    trigger,
};

pub(super) fn strategies(of: &Of, place: &Place) -> Strategies {
    let Place { target, target_key, column, source, tie, .. } = place;
    let counts = matches!(of, Of::Count { .. });
    let all = if counts { "count(*)".to_string() } else { format!("coalesce(sum({}), 0)", place.from) };
    // What a row brings.
    let brings = |row: &str| if counts { "1".to_string() } else { format!("coalesce({row}.{}, 0)", place.from) };
    let truth = format!("(SELECT {all} FROM {source} s WHERE s.{tie} = t.{target_key})");
    let drift = place.drift(&truth);
    let start = [place.add_column(" NOT NULL DEFAULT 0"), format!("UPDATE {target} t SET {column} = {truth}")];
    let [one, two] = &place.values.rows;
    let on = match counts {
        true => format!("AFTER INSERT OR UPDATE OF {tie} OR DELETE ON {source}"),
        false => format!("AFTER INSERT OR UPDATE OF {tie}, {} OR DELETE ON {source}", place.from),
    };
    let kept = |body: &str, on: &str| -> Vec<String> {
        place.at_once(start.iter().cloned().chain(trigger(&place.called("keep_"), body, on)))
    };

    // The total goes up and down by what comes and goes: it is right whoever commits first.
    let add = |by: String, row: &str| {
        format!("UPDATE {target} SET {column} = {column} {by} WHERE {target_key} = {row}.{tie};")
    };
    let same = match counts {
        true => String::new(),
        false => format!("{}\n    ", add(format!("+ {} - {}", brings("NEW"), brings("OLD")), "NEW")),
    };
    let body = format!(
        "  IF TG_OP = 'UPDATE' AND NEW.{tie} IS NOT DISTINCT FROM OLD.{tie} THEN\n    {same}RETURN NULL;\n  END IF;\n  \
         IF TG_OP <> 'INSERT' THEN\n    {}\n  END IF;\n  IF TG_OP <> 'DELETE' THEN\n    {}\n  END IF;\n  RETURN NULL;",
        add(format!("- {}", brings("OLD")), "OLD"),
        add(format!("+ {}", brings("NEW")), "NEW"),
    );
    let sql = kept(&body, &on);
    let anew = format!("  UPDATE {target} t SET {column} = {truth} WHERE t.{target_key} = NEW.{tie};\n  RETURN NULL;");
    let counted_anew = kept(&anew, &format!("AFTER INSERT ON {source}"));
    let weaker = ("the trigger counts anew in place of adding", counted_anew.as_slice(), waits(one, two));
    let by_trigger = Strategy {
        name: "trigger",
        refresh: None,
        read: place.read(),
        trial: meeting(place, "trigger", &sql, waits(one, two), &drift, weaker),
        sql,
    };

    let note = |row: &str, by: String| format!("$add SELECT {row}.{tie}, {by} WHERE {row}.{tie} IS NOT NULL;");
    let body = format!(
        "  IF TG_OP <> 'INSERT' THEN\n    {}\n  END IF;\n  IF TG_OP <> 'DELETE' THEN\n    {}\n  END IF;\n  RETURN NULL;",
        note("OLD", format!("- {}", brings("OLD"))),
        note("NEW", brings("NEW")),
    );
    let capture = Capture {
        columns: &[("key", &place.tie_ty), ("by", if counts { "bigint" } else { &place.ty })],
        apply: format!(
            "UPDATE {target} t SET {column} = t.{column} + s.by FROM (SELECT key, sum(by) AS by FROM taken GROUP BY key) s \
             WHERE t.{target_key} = s.key"
        ),
        notes: trigger(&place.called("capture_"), &body, &on).into(),
        writes: [one, two],
    };
    Strategies {
        read: format!("SELECT {all} FROM {source} s WHERE s.{tie} = $key"),
        write: one.clone(),
        strategies: vec![by_trigger, materialised(place, &truth, one), captured(place, &start, &drift, capture)],
        drifted: drift,
    }
}
