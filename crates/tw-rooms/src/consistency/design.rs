//! Invariants to constraints, indexes and triggers.
use super::{AT, least};
use crate::kit::{
    decision, instead,
    links::{links, rules},
    shape::{end_columns, key_columns, member_columns},
};
use tw_model::{
    Path,
    change::Change,
    decision::Decision,
    draft::{Draft, symbol},
    ident::literal,
    model::{Entity, Invariant, InvariantRule, Model, Overlap},
    render,
    schema::{Constraint, ConstraintKind, Extension, Function, Index, IndexPart, Name, Trigger},
};

pub(super) fn design(model: &Model, draft: &mut Draft) {
    for invariant in &rules(model) {
        if let Some(decision) = kept(model, draft, invariant) {
            draft.decide(decision);
        }
    }
    for decision in least::decisions(model, draft) {
        draft.decide(decision);
    }
    exclusions(model, draft);
}

/// Symbol of the exclusion constraint of an overlap rule.
pub(super) fn exclusion(overlap: &Overlap) -> String {
    format!("exclude({})", overlap.equal.iter().chain(&overlap.during).cloned().collect::<Vec<_>>().join(","))
}

/// Column symbols compared for equality, and those that bound the time.
pub(super) fn overlap_columns(model: &Model, entity: &Entity, overlap: &Overlap) -> (Vec<String>, Vec<String>) {
    let of =
        |members: &[String]| members.iter().flat_map(|m| member_columns(model, entity, m)).map(|c| c.symbol).collect();
    (of(&overlap.equal), of(&overlap.during))
}

fn exclusions(model: &Model, draft: &mut Draft) {
    let mut extension = true;
    for entity in &model.entities {
        for overlap in &entity.never_overlap {
            let (equal, during) = overlap_columns(model, entity, overlap);
            let at = |c: &String| symbol(&format!("{}.{c}", entity.name));
            let range = match during.as_slice() {
                [one] => at(one),
                [from, to] => {
                    let ty = draft.column(&format!("{}.{from}", entity.name)).map(|c| c.ty.clone()).unwrap_or_default();
                    format!("{}({}, {})", range_of(&ty), at(from), at(to))
                }
                _ => continue,
            };
            let parts: Vec<String> =
                equal.iter().map(|c| format!("{} WITH =", at(c))).chain([format!("{range} WITH &&")]).collect();
            let filter = overlap
                .filter
                .as_ref()
                .map(|f| format!(" WHERE ({})", render::expression(f, &draft.symbolic_mapping(), &entity.name, None)));
            let definition = format!("USING gist ({}){}", parts.join(", "), filter.unwrap_or_default());
            let mut changes = vec![];
            if std::mem::take(&mut extension) && !equal.is_empty() {
                changes.push(Change::CreateExtension {
                    extension: Extension { name: "btree_gist".into(), schema: "public".into() },
                });
            }
            let constraint = Constraint {
                name: exclusion(overlap),
                kind: ConstraintKind::Exclude { definition },
                deferrable: None,
                not_valid: false,
                comment: None,
            };
            changes.push(Change::AddConstraint { table: Name::symbol(&entity.name), constraint });
            let what = format!(
                "No two rows of {} with the same {} overlap in {}",
                entity.name,
                overlap.equal.join(" and "),
                overlap.during.join(" to ")
            );
            let d = decision(
                AT,
                entity.path(),
                what,
                "an exclusion constraint refuses the second, however many sessions try at once",
                &overlap.origin,
                changes,
            );
            draft.decide(instead(d, "a look before each write", "two requests together both see the place free"));
        }
    }
}

/// The range type over a bound's type.
fn range_of(ty: &str) -> &'static str {
    match ty {
        "date" => "daterange",
        "timestamp without time zone" => "tsrange",
        "integer" | "smallint" => "int4range",
        "bigint" => "int8range",
        "timestamp with time zone" => "tstzrange",
        _ => "numrange",
    }
}

/// An invariant's name within symbols, whose parts are told apart by dots.
fn word(invariant: &Invariant) -> String {
    invariant.name.replace('.', " ")
}

/// Symbol of the trigger that keeps an invariant.
pub(super) fn keeping(invariant: &Invariant) -> String {
    format!("trigger(keep {})", word(invariant))
}

/// What the trigger on the parts of a sum has in its name besides.
const PARTS: &str = " parts";

/// Symbol of the trigger on the parts of a sum.
pub(super) fn keeping_parts(invariant: &Invariant) -> String {
    format!("trigger(keep {}{PARTS})", word(invariant))
}

/// Symbol of what keeps an invariant: a check, an index or a trigger.
pub(super) fn keeper(invariant: &Invariant) -> String {
    match &invariant.rule {
        InvariantRule::Always { .. } => format!("check({})", word(invariant)),
        InvariantRule::AtMost { .. } => format!("at-most({})", word(invariant)),
        InvariantRule::SumEquals { .. } => format!("sum({})", word(invariant)),
        InvariantRule::NoRow { .. } => String::new(),
    }
}

fn kept(model: &Model, draft: &Draft, invariant: &Invariant) -> Option<Decision> {
    let path = Path::new(&invariant.name);
    let at = |what: String, why: &str, changes| decision(AT, path.clone(), what, why, &invariant.origin, changes);
    let mapping = draft.symbolic_mapping();
    match &invariant.rule {
        InvariantRule::Always { entity, predicate } => {
            let expression = render::expression(predicate, &mapping, entity, None);
            let constraint = Constraint {
                name: keeper(invariant),
                kind: ConstraintKind::Check { expression, no_inherit: false },
                deferrable: None,
                not_valid: false,
                comment: None,
            };
            let change = Change::AddConstraint { table: Name::symbol(entity), constraint };
            Some(at(format!("{} is a CHECK of {entity}", invariant.name), "it is about one row", vec![change]))
        }
        InvariantRule::AtMost { limit, entity, per, filter } => {
            let of = model.entity(entity)?;
            let columns: Vec<String> = member_columns(model, of, per).into_iter().map(|c| c.symbol).collect();
            if *limit == 1 {
                let filter = filter.as_ref().map(|f| render::expression(f, &mapping, entity, None));
                let parts = columns.into_iter().map(|column| IndexPart { column, ..IndexPart::default() }).collect();
                let index = Index {
                    name: keeper(invariant),
                    unique: true,
                    method: "btree".into(),
                    parts,
                    filter,
                    ..Index::default()
                };
                let d = at(
                    format!("{} is a unique index over the rows it is about", invariant.name),
                    "the index refuses the second row, however many sessions try at once",
                    vec![Change::CreateIndex { table: Name::symbol(entity), index }],
                );
                return Some(instead(
                    d,
                    "a check in the application",
                    "two requests together both find no row, and both write one",
                ));
            }
            let changes = counting(model, draft, invariant, &columns)?;
            let d = at(
                format!("{} is counted by a trigger after it has written the {} counted for", invariant.name, per),
                "no constraint can count rows; two sessions meet at the row they count for",
                changes,
            );
            let d = instead(
                d,
                "a lock on the group",
                "above read committed who waited for it counts in a snapshot from before",
            );
            Some(instead(d, "a count in the application", "two requests together both count too few"))
        }
        InvariantRule::SumEquals { part, amount, whole, total } => {
            let changes = summing(model, invariant, [part, amount, whole, total])?;
            let d = at(
                format!("{} is checked when the transaction commits", invariant.name),
                "parts and total change in one transaction, in any order, and must agree at its end",
                changes,
            );
            Some(instead(d, "a total computed at each read", "every read would sum every part"))
        }
        InvariantRule::NoRow { .. } => Some(at(
            format!("{} is kept by serializable transactions", invariant.name),
            "it is over several entities, and no constraint can say it",
            vec![],
        )),
    }
}

/// A trigger that is looked at when its transaction commits; names are symbols.
pub(super) fn constraint_trigger(table: &str, name: &str, function: &str, events: &str) -> Change {
    let definition = format!(
        "CREATE CONSTRAINT TRIGGER {} AFTER {events} ON {} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {}()",
        symbol(&format!("{table}.{name}")),
        symbol(table),
        symbol(function)
    );
    Change::CreateTrigger {
        table: Name::symbol(table),
        trigger: Trigger { name: name.into(), definition, enabled: "O".into(), comment: None },
    }
}

/// The head of a function that a trigger calls as the owner.
pub(super) fn function_head(name: &str) -> String {
    format!(
        "CREATE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$",
        symbol(name)
    )
}

fn refuse(invariant: &Invariant, table: &str, what: &str) -> String {
    format!(
        "RAISE EXCEPTION {} USING ERRCODE = '23514', CONSTRAINT = {}, TABLE = {};",
        literal(what),
        literal(&invariant.name),
        literal(table)
    )
}

/// Counts the rows of the same group after each insert or update that brings one into it, having written the
/// row that they are counted for (see [`least::meeting`]).
fn counting(model: &Model, draft: &Draft, invariant: &Invariant, columns: &[String]) -> Option<Vec<Change>> {
    let InvariantRule::AtMost { limit, entity, per, filter } = &invariant.rule else { return None };
    let link = links(model).into_iter().find(|l| l.holder == *entity && l.name == *per)?;
    let keys = key_columns(model, model.entity(&link.target)?);
    let name = format!("fn(keep {})", word(invariant));
    let at = |c: &String| symbol(&format!("{entity}.{c}"));
    let all = |each: &dyn Fn(String) -> String| columns.iter().map(|c| each(at(c))).collect::<Vec<_>>().join(" AND ");
    let same = all(&|c| format!("{c} = NEW.{c}"));
    let ends = end_columns(model, &link);
    let pairs = keys.iter().zip(&ends);
    let target: Vec<String> = pairs
        .map(|(k, e)| format!("{} = NEW.{}", symbol(&format!("{}.{}", link.target, k.symbol)), at(&e.symbol)))
        .collect();
    let mapping = draft.symbolic_mapping();
    let told = |qualifier| filter.as_ref().map(|f| render::expression(f, &mapping, entity, qualifier));
    let and_filter = told(None).map(|f| format!(" AND ({f})")).unwrap_or_default();
    // A row that is not counted, or was counted there before, changes nothing.
    let counted = told(Some("NEW")).map(|f| format!("({f}) IS NOT TRUE OR ")).unwrap_or_default();
    let before = told(Some("OLD")).map(|f| format!(" AND ({f})")).unwrap_or_default();
    let kept = all(&|c| format!("OLD.{c} = NEW.{c}"));
    let definition = format!(
        "{head}\nBEGIN\n  IF {counted}TG_OP = 'UPDATE' AND {kept}{before} THEN\n    RETURN NULL;\n  END IF;\n  {meeting}\n  IF (SELECT count(*) FROM {table} WHERE {same}{and_filter}) > {limit} THEN\n    {refuse}\n  END IF;\n  RETURN NULL;\nEND\n$$",
        head = function_head(&name),
        meeting = least::meeting(draft, &link.target, &target.join(" AND ")),
        table = symbol(&format!("qualified {entity}")),
        refuse = refuse(invariant, entity, &format!("at most {limit} {entity} rows here")),
    );
    let trigger = Trigger {
        name: keeping(invariant),
        definition: format!(
            "CREATE TRIGGER {} AFTER INSERT OR UPDATE ON {} FOR EACH ROW EXECUTE FUNCTION {}()",
            symbol(&format!("{entity}.{}", keeping(invariant))),
            symbol(entity),
            symbol(&name)
        ),
        enabled: "O".into(),
        comment: None,
    };
    Some(vec![
        Change::CreateFunction { function: Function { name: Name::symbol(&name), definition, ..Function::default() } },
        Change::CreateTrigger { table: Name::symbol(entity), trigger },
    ])
}

/// Compares total and sum of parts when the transaction ends, for each whole that it touched.
fn summing(model: &Model, invariant: &Invariant, [part, amount, whole, total]: [&String; 4]) -> Option<Vec<Change>> {
    let link = links(model).into_iter().find(|l| l.holder == *part && l.target == *whole)?;
    let ends: Vec<String> = end_columns(model, &link).into_iter().map(|c| c.symbol).collect();
    let keys: Vec<String> = key_columns(model, model.entity(whole)?).into_iter().map(|c| c.symbol).collect();
    let (p, w) = (|c: &String| symbol(&format!("{part}.{c}")), |c: &String| symbol(&format!("{whole}.{c}")));
    let body = |name: &str, key_of: &dyn Fn(&str, usize) -> String, rows: &[&str]| {
        let checks: Vec<String> = rows
            .iter()
            .map(|row| {
                let same_whole: Vec<String> = keys.iter().enumerate().map(|(n, k)| format!("w.{} = {}", w(k), key_of(row, n))).collect();
                let same_part: Vec<String> = ends.iter().zip(&keys).map(|(e, k)| format!("p.{} = w.{}", p(e), w(k))).collect();
                format!(
                    "  PERFORM 1 FROM {wt} w WHERE {sw} FOR NO KEY UPDATE;\n  IF EXISTS (SELECT 1 FROM {wt} w WHERE {sw} AND w.{total} IS DISTINCT FROM (SELECT coalesce(sum(p.{amount}), 0) FROM {pt} p WHERE {sp})) THEN\n    {refuse}\n  END IF;\n",
                    wt = symbol(&format!("qualified {whole}")),
                    pt = symbol(&format!("qualified {part}")),
                    sw = same_whole.join(" AND "),
                    sp = same_part.join(" AND "),
                    total = w(total),
                    amount = p(amount),
                    refuse = refuse(invariant, whole, &format!("the {total} of a {whole} is not the sum of its parts")),
                )
            })
            .collect();
        format!("{}\nBEGIN\n{}  RETURN NULL;\nEND\n$$", function_head(name), checks.concat())
    };
    let (of_parts, of_whole) = (format!("fn(keep {} parts)", invariant.name), format!("fn(keep {})", invariant.name));
    // NEW and OLD are null where the operation has none: then no whole matches.
    let part_key = |row: &str, n: usize| format!("{row}.{}", p(&ends[n]));
    let whole_key = |row: &str, n: usize| format!("{row}.{}", w(&keys[n]));
    let function = |name: &str, definition: String| Change::CreateFunction {
        function: Function { name: Name::symbol(name), definition, ..Function::default() },
    };
    let trigger = |table: &str, events: &str, function: &str, word: &str| {
        constraint_trigger(table, &keeping(invariant).replace(')', &format!("{word})")), function, events)
    };
    Some(vec![
        function(&of_parts, body(&of_parts, &part_key, &["NEW", "OLD"])),
        function(&of_whole, body(&of_whole, &whole_key, &["NEW"])),
        trigger(part, "INSERT OR UPDATE OR DELETE", &of_parts, PARTS),
        trigger(whole, "INSERT OR UPDATE", &of_whole, ""),
    ])
}
