//! Upkeep of partitions by time: one file of SQL, run once a day or month, that adds those to come and detaches those
//! whose time has come.
use super::partitions::{AHEAD, Layout, REST, layout, midnight_after, printed_prefix, type_of};
use tw_model::{
    draft::{Draft, symbol},
    ident::literal,
    model::{Disposal, Entity, Model, PartitionBy, TimeUnit},
    schema::Name,
};

/// The artifact's name.
pub const FILE: &str = "partitions.sql";
/// The session setting that stands for today, for trying and for catching up.
pub const TODAY: &str = "upkeep.today";

/// Writes the file where there is something to keep up. Names are given last, so they stand as symbols here.
pub(super) fn decide(model: &Model, draft: &mut Draft) {
    let blocks: Vec<String> = model.entities.iter().filter_map(|entity| block(model, draft, entity)).collect();
    if blocks.is_empty() {
        return;
    }
    let head = format!(
        "-- Upkeep of partitions: run it as the owner of the tables, at least once in each span of a partition:\n\
         --   psql -v ON_ERROR_STOP=1 -f {FILE}\n\
         -- It makes the partitions to come, moves rows that came before their partition, and detaches the partitions whose\n\
         -- time has come: each stays as a table of its own, to be kept elsewhere or dropped. Run twice it does nothing.\n\
         -- To try it as of another day: SET {TODAY} = '2027-01-31'.\n\n\
         -- Attaching waits for whoever looks at the rest, detaching for every reader of the table: not for long.\n\
         SET lock_timeout = '5s';\n\
         SET statement_timeout = '10min';\n"
    );
    draft.artifacts.insert(FILE.into(), format!("{head}\n{}\n", blocks.join("\n\n")));
}

/// The statement that keeps up one table, in symbols; none for tables that are not partitioned by time.
pub(super) fn block(model: &Model, draft: &Draft, entity: &Entity) -> Option<String> {
    let Some(Ok(layout)) = layout(model, draft, entity) else { return None };
    let PartitionBy::Time { unit, .. } = layout.by else { return None };
    let table = draft.schema.table(&Name::symbol(&entity.name))?;
    let options = draft.schema.partitions(&table.name).next().map(|p| p.options.clone()).unwrap_or_default();
    let with: Vec<String> = options.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let with = if with.is_empty() { String::new() } else { format!(" WITH ({})", with.join(", ")) };
    let written = table.columns.iter().filter(|c| c.generated.is_none());
    let columns: Vec<String> = written.map(|c| symbol(&format!("{}.{}", entity.name, c.name))).collect();
    let columns = columns.join(", ");
    let time = layout.columns.first().map(|c| symbol(&format!("{}.{c}", entity.name)))?;
    let ty = type_of(draft, &entity.name, &layout);
    let (form, unit) = (form(unit), unit.word());
    let (whole, whole_text) =
        (symbol(&format!("qualified {}", entity.name)), symbol(&format!("literal {}", entity.name)));
    let rest = symbol(&format!("qualified {}({REST})", entity.name));
    let prefix = printed_prefix(&entity.name);
    let until = midnight_after(&ty);
    let retired = retired(entity, &layout, &whole, &whole_text);
    Some(format!(
        r#"DO $upkeep$
DECLARE
    today date := coalesce(nullif(current_setting('{TODAY}', true), '')::date, (now() AT TIME ZONE 'UTC')::date);
    home text := (SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = {whole_text}::regclass);
    first date;
    bounds text[];
    part text;
BEGIN
    FOR n IN 0..{AHEAD} LOOP
        first := (date_trunc('{unit}', today::timestamp) + n * interval '1 {unit}')::date;
        bounds := ARRAY[first || '{until}', (first + interval '1 {unit}')::date || '{until}'];
        part := home || '.' || quote_ident({prefix} || to_char(first, '{form}'));
        CONTINUE WHEN to_regclass(part) IS NOT NULL;
        EXECUTE format('CREATE TABLE %s (LIKE {whole} INCLUDING DEFAULTS INCLUDING CONSTRAINTS '
            'INCLUDING GENERATED INCLUDING STORAGE INCLUDING COMPRESSION){with}', part);
        EXECUTE format('WITH late AS (DELETE FROM {rest} WHERE {time} >= %L AND {time} < %L RETURNING {columns}) '
            'INSERT INTO %s ({columns}) SELECT {columns} FROM late', bounds[1], bounds[2], part);
        EXECUTE format('ALTER TABLE {whole} ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)', part, bounds[1], bounds[2]);
    END LOOP;
{retired}END
$upkeep$;"#
    ))
}

/// Detaches the partitions of which every row is due.
fn retired(entity: &Entity, layout: &Layout, whole: &str, whole_text: &str) -> String {
    let Some(kept) = entity.retention.as_ref().filter(|r| r.then == Disposal::Detach) else { return String::new() };
    if !layout.columns.contains(&kept.from) {
        return String::new();
    }
    format!(
        r#"    FOR part IN
        SELECT c.oid::regclass::text FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = {whole_text}::regclass
          AND substring(pg_get_expr(c.relpartbound, c.oid) FROM {})::date <= today - {}
        ORDER BY 1
    LOOP
        EXECUTE format('ALTER TABLE {whole} DETACH PARTITION %s', part);
    END LOOP;
"#,
        literal("TO \\('(\\d{4}-\\d{2}-\\d{2})"),
        kept.days
    )
}

/// How the tail of a partition's name is made from its first day.
fn form(unit: TimeUnit) -> &'static str {
    match unit {
        TimeUnit::Day => "YYYY_MM_DD",
        TimeUnit::Month => "YYYY_MM",
        TimeUnit::Year => "YYYY",
    }
}
