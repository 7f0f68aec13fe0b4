//! The statements of a star, with symbols for the core's names: tables, capture of touched days, load, privileges.
use super::{
    Dimension, Measure, Star,
    ask::{DAY, ROWS},
};
use crate::kit::{
    links,
    shape::{end_columns, key_columns},
};
use std::collections::BTreeMap;
use tw_model::{
    draft::{Draft, symbol},
    ident::{literal, quote},
    model::{Model, snake_case},
    render,
    sql::{EntityExpr, EntitySql, MappedColumn, MappedRelation, Mapping, Piece},
};

/// The namespace of stars.
pub(super) const PLACE: &str = "analytics";
/// Who sees stars and nothing else; who asks becomes a member.
pub(super) const READER: &str = "analytics_reader";
/// Brings every star up to date.
pub(super) const LOAD: &str = "analytics.load()";
/// Days of UTC, in whichever zone a session is.
const ZONE: &str = "'UTC'";

/// A star with what a server needs to know of the core.
pub(super) struct Made<'a> {
    pub star: &'a Star,
    model: &'a Model,
    draft: &'a Draft,
}

impl<'a> Made<'a> {
    pub fn new(star: &'a Star, model: &'a Model, draft: &'a Draft) -> Made<'a> {
        Made { star, model, draft }
    }

    fn plural(&self) -> String {
        pluralizer::pluralize(&snake_case(&self.star.of), 2, false)
    }

    /// The table of sums.
    pub fn sums(&self) -> String {
        format!("{PLACE}.{}", quote(&format!("fact_{}", self.plural())))
    }

    /// The table of days that were written to since the last load.
    pub fn touched(&self) -> String {
        format!("{PLACE}.{}", quote(&format!("touched_{}", self.plural())))
    }

    /// The table of a dimension.
    fn dimension(&self, d: &Dimension) -> String {
        format!("{PLACE}.{}", quote(&format!("dim_{}", d.end)))
    }

    /// The core's table.
    pub fn core(&self) -> String {
        symbol(&format!("qualified {}", self.star.of))
    }

    /// The trigger that remembers days that are written anew.
    pub fn trigger(&self, event: &str) -> String {
        format!("{PLACE}_touch_{}", event.to_lowercase())
    }

    fn path(entity: &str, member: &str) -> String {
        symbol(&format!("{entity}.{member}"))
    }

    fn home_column(&self, entity: &str, attribute: &str) -> String {
        let columns = self.draft.homes.get(entity).and_then(|h| h.columns.get(attribute));
        columns.and_then(|c| c.first()).cloned().unwrap_or_else(|| format!("{entity}.{attribute}"))
    }

    /// Type of an attribute's column, and whether every row has a value.
    fn column(&self, entity: &str, attribute: &str) -> (String, bool) {
        let column = self.draft.column(&self.home_column(entity, attribute));
        column.map_or(("text".into(), false), |c| (c.ty.clone(), c.not_null))
    }

    fn attribute(&self, alias: &str, entity: &str, attribute: &str) -> String {
        format!("{alias}.{}", symbol(&self.home_column(entity, attribute)))
    }

    /// The day of a row of the core that is called so.
    pub fn day_of(&self, alias: &str) -> String {
        let column = self.attribute(alias, &self.star.of, &self.star.day);
        match self.column(&self.star.of, &self.star.day).0.as_str() {
            "date" => column,
            "timestamp with time zone" => format!("({column} AT TIME ZONE {ZONE})::date"),
            _ => format!("{column}::date"),
        }
    }

    /// The rows of some days, in words that an index or partitions can use.
    fn within_days(&self) -> String {
        let column = self.attribute("f", &self.star.of, &self.star.day);
        let edge = |day: &str| match self.column(&self.star.of, &self.star.day).0.as_str() {
            "timestamp with time zone" => format!("({day})::timestamp AT TIME ZONE {ZONE}"),
            _ => format!("({day})"),
        };
        format!(
            "{column} >= {} AND {column} < {} AND {} = ANY (days)",
            edge("first_day"),
            edge("last_day + 1"),
            self.day_of("f")
        )
    }

    pub fn measured(&self, m: &Measure) -> String {
        let of = EntityExpr { text: String::new(), pieces: m.pieces.clone(), attributes: vec![] };
        render::expression(&of, &self.draft.symbolic_mapping(), &self.star.of, None)
    }

    fn measure_type(&self, m: &Measure) -> &'static str {
        let of = |p: &Piece| match p {
            Piece::Attribute { name, .. } => self.column(&self.star.of, name).0,
            _ => String::new(),
        };
        let types: Vec<String> = m.pieces.iter().map(of).collect();
        let any = |wanted: &[&str]| types.iter().any(|ty| wanted.contains(&ty.as_str()));
        match () {
            () if any(&["double precision", "real"]) => "double precision",
            () if any(&["interval"]) => "interval",
            () => "numeric",
        }
    }

    /// True where sums come out the same in whichever order they are made.
    pub fn exact(&self, m: &Measure) -> bool {
        self.measure_type(m) != "double precision"
    }

    fn key(d: &Dimension) -> String {
        quote(&format!("{}_key", d.end))
    }

    fn optional(&self, d: &Dimension) -> bool {
        links(self.model).iter().any(|l| l.holder == self.star.of && l.name == d.end && l.optional)
    }

    /// `UNIQUE` over columns of which some may lack a value.
    fn unique(columns: &[String], whole: bool) -> String {
        let word = if whole { "UNIQUE" } else { "UNIQUE NULLS NOT DISTINCT" };
        format!("{word} ({})", columns.join(", "))
    }

    /// Tables, capture, and what the days of before leave to load.
    pub fn tables(&self) -> Vec<String> {
        let mut all: Vec<String> = self.star.dimensions.iter().map(|d| self.dimension_table(d)).collect();
        let mut columns = vec![format!("{DAY} date NOT NULL REFERENCES {PLACE}.dim_date")];
        let mut unique = vec![DAY.to_string()];
        let mut whole = true;
        for d in &self.star.dimensions {
            let (key, null) = (Self::key(d), if self.optional(d) { "" } else { " NOT NULL" });
            whole &= !self.optional(d);
            columns.push(format!("{key} integer{null} REFERENCES {}", self.dimension(d)));
            unique.push(key);
        }
        for attribute in &self.star.own {
            let (ty, not_null) = self.column(&self.star.of, attribute);
            whole &= not_null;
            columns.push(format!("{} {ty}{}", quote(attribute), if not_null { " NOT NULL" } else { "" }));
            unique.push(quote(attribute));
        }
        columns.push(format!("{ROWS} bigint NOT NULL CHECK ({ROWS} > 0)"));
        columns.extend(self.star.measures.iter().map(|m| format!("{} {}", quote(&m.name), self.measure_type(m))));
        columns.push(Self::unique(&unique, whole));
        all.push(format!("CREATE TABLE {} (\n    {}\n)", self.sums(), columns.join(",\n    ")));
        let grain = format!(
            "Rows of {} of one day with the same {}: how many, and sums.",
            self.star.of,
            unique[1..].join(", ")
        );
        all.push(format!("COMMENT ON TABLE {} IS {}", self.sums(), literal(&grain)));
        all.push(format!("CREATE TABLE {} ({DAY} date NOT NULL)", self.touched()));
        all.extend(self.capture());
        all.push(format!("INSERT INTO {} SELECT DISTINCT {} FROM {} f", self.touched(), self.day_of("f"), self.core()));
        all
    }

    fn dimension_table(&self, d: &Dimension) -> String {
        let mut whole = true;
        let mut columns = vec![format!("{} integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY", Self::key(d))];
        for attribute in &d.attributes {
            let (ty, not_null) = self.column(&d.entity, attribute);
            whole &= not_null;
            columns.push(format!("{} {ty}{}", quote(attribute), if not_null { " NOT NULL" } else { "" }));
        }
        let names: Vec<String> = d.attributes.iter().map(|a| quote(a)).collect();
        columns.push(Self::unique(&names, whole));
        format!("CREATE TABLE {} (\n    {}\n)", self.dimension(d), columns.join(",\n    "))
    }

    /// Triggers that remember the days of written rows: one row a statement and day, in the writer's transaction.
    fn capture(&self) -> Vec<String> {
        let function = format!("{PLACE}.{}", quote(&format!("touch_{}", self.plural())));
        let insert =
            |rows: &str| format!("INSERT INTO {} SELECT DISTINCT {} FROM {rows} r;", self.touched(), self.day_of("r"));
        let body = format!(
            "CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$\n\
             BEGIN\n  IF TG_OP <> 'DELETE' THEN\n    {}\n  END IF;\n  IF TG_OP <> 'INSERT' THEN\n    {}\n  END IF;\n  RETURN NULL;\nEND\n$$",
            insert("new_rows"),
            insert("old_rows")
        );
        let tables = [
            ("INSERT", "NEW TABLE AS new_rows"),
            ("UPDATE", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
            ("DELETE", "OLD TABLE AS old_rows"),
        ];
        let triggers = tables.iter().map(|(event, rows)| {
            format!(
                "CREATE TRIGGER {} AFTER {event} ON {} REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION {function}()",
                self.trigger(event),
                self.core()
            )
        });
        [body, format!("REVOKE ALL ON FUNCTION {function}() FROM PUBLIC")].into_iter().chain(triggers).collect()
    }

    /// The part of the load that counts the touched days of this star anew; `adding` to what is there is the common mistake.
    fn load(&self, adding: bool) -> String {
        let star = self.star;
        let mut read = vec![format!("{} AS {DAY}", self.day_of("f"))];
        read.extend(star.own.iter().map(|a| format!("{} AS {}", self.attribute("f", &star.of, a), quote(a))));
        let mut from = format!("{} f", self.core());
        let (mut known, mut keys, mut places) = (String::new(), vec![], String::new());
        for (n, d) in star.dimensions.iter().enumerate() {
            let (alias, key) = (format!("d{n}"), format!("k{n}"));
            from += &format!(
                "\n    LEFT JOIN {} {alias} ON {}",
                symbol(&format!("qualified {}", d.entity)),
                self.tied(d, &alias)
            );
            read.push(format!("{} AS {alias}_there", self.there(d, &alias)));
            let in_batch = |a: &String| quote(&format!("{alias}_{a}"));
            read.extend(
                d.attributes.iter().map(|a| format!("{} AS {}", self.attribute(&alias, &d.entity, a), in_batch(a))),
            );
            let own: Vec<String> = d.attributes.iter().map(|a| quote(a)).collect();
            let batch: Vec<String> = d.attributes.iter().map(in_batch).collect();
            known += &format!(
                "    INSERT INTO {table} ({own}) SELECT {batch} FROM pg_temp.batch WHERE {alias}_there EXCEPT SELECT {own} FROM {table};\n",
                table = self.dimension(d),
                own = own.join(", "),
                batch = batch.join(", ")
            );
            let same: Vec<String> =
                own.iter().zip(&batch).map(|(o, b)| format!("{key}.{o} IS NOT DISTINCT FROM b.{b}")).collect();
            places += &format!(" LEFT JOIN {} {key} ON b.{alias}_there AND {}", self.dimension(d), same.join(" AND "));
            keys.push(format!("{key}.{}", Self::key(d)));
        }
        let groups: Vec<String> = (1..=read.len()).map(|n| n.to_string()).collect();
        read.push(format!("count(*) AS {ROWS}"));
        read.extend(star.measures.iter().map(|m| format!("sum({}) AS {}", self.measured(m), quote(&m.name))));
        let sums: Vec<String> =
            std::iter::once(ROWS.to_string()).chain(star.measures.iter().map(|m| quote(&m.name))).collect();
        let mut columns = vec![format!("b.{DAY}")];
        columns.extend(keys);
        columns.extend(star.own.iter().map(|a| format!("b.{}", quote(a))));
        columns.extend(sums.iter().map(|s| format!("b.{s}")));
        let names: Vec<&str> = columns.iter().map(|c| c.split_once('.').map_or(c.as_str(), |(_, name)| name)).collect();
        let (sums_table, touched) = (self.sums(), self.touched());
        let replace = if adding {
            let group = &names[..names.len() - sums.len()];
            let added: Vec<String> = sums.iter().map(|s| format!("{s} = s.{s} + excluded.{s}")).collect();
            let conflict = format!(" ON CONFLICT ({}) DO UPDATE SET {}", group.join(", "), added.join(", "));
            (String::new(), " AS s", conflict)
        } else {
            (format!("    DELETE FROM {sums_table} WHERE {DAY} = ANY (days);\n"), "", String::new())
        };
        format!(
            "  WITH gone AS (DELETE FROM {touched} RETURNING {DAY})\n\
             \x20 SELECT array_agg(DISTINCT {DAY}), min({DAY}), max({DAY}) INTO days, first_day, last_day FROM gone;\n\
             \x20 IF days IS NOT NULL THEN\n\
             \x20   DROP TABLE IF EXISTS pg_temp.batch;\n\
             \x20   CREATE TEMPORARY TABLE batch ON COMMIT DROP AS SELECT {}\n    FROM {from}\n    WHERE {}\n    GROUP BY {};\n\
             \x20   INSERT INTO {PLACE}.dim_date SELECT d, extract(year FROM d), extract(quarter FROM d), extract(month FROM d),\n\
             \x20     extract(isodow FROM d) FROM unnest(days) d ON CONFLICT DO NOTHING;\n\
             {known}{}\
             \x20   INSERT INTO {sums_table}{} ({})\n    SELECT {} FROM pg_temp.batch b{places}{};\n\
             \x20   GET DIAGNOSTICS written = ROW_COUNT;\n    total := total + written;\n    counted := counted + cardinality(days);\n\
             \x20 END IF;\n",
            read.join(", "),
            self.within_days(),
            groups.join(", "),
            replace.0,
            replace.1,
            names.join(", "),
            columns.join(", "),
            replace.2
        )
    }

    fn tied(&self, d: &Dimension, alias: &str) -> String {
        let link = links(self.model).into_iter().find(|l| l.holder == self.star.of && l.name == d.end);
        let ends = link.map(|l| end_columns(self.model, &l)).unwrap_or_default();
        let keys = self.model.entity(&d.entity).map(|e| key_columns(self.model, e)).unwrap_or_default();
        let same = ends.iter().zip(&keys).map(|(e, k)| {
            format!("{alias}.{} = f.{}", Self::path(&d.entity, &k.symbol), Self::path(&self.star.of, &e.symbol))
        });
        same.collect::<Vec<_>>().join(" AND ")
    }

    /// Whether the row refers to one.
    fn there(&self, d: &Dimension, alias: &str) -> String {
        let keys = self.model.entity(&d.entity).map(|e| key_columns(self.model, e)).unwrap_or_default();
        let first = keys.first().map(|k| k.symbol.clone()).unwrap_or_default();
        format!("({alias}.{} IS NOT NULL)", Self::path(&d.entity, &first))
    }

    /// The query over the star; `param` gives each parameter's text.
    pub fn asked(&self, sql: &EntitySql, param: &mut dyn FnMut(&str) -> Vec<String>) -> String {
        render::statement_with(sql, &self.mapping(), param)
    }

    /// Where the star has what the query names.
    fn mapping(&self) -> Mapping {
        let column = |name: &str| MappedColumn { name: quote(name), ty: String::new() };
        let mut relations = BTreeMap::new();
        let mut columns: BTreeMap<String, Vec<MappedColumn>> = BTreeMap::new();
        columns.insert(self.star.day.clone(), vec![column(DAY)]);
        let plain = self.star.own.iter().chain(self.star.measures.iter().map(|m| &m.name));
        columns.extend(plain.map(|name| (name.clone(), vec![column(name)])));
        columns.insert(ROWS.into(), vec![column(ROWS)]);
        for d in &self.star.dimensions {
            let key = MappedColumn { name: Self::key(d), ty: "integer".into() };
            columns.insert(d.end.clone(), vec![key.clone()]);
            let relation = MappedRelation {
                read_from: self.dimension(d),
                key: vec![key],
                columns: d.attributes.iter().map(|a| (a.clone(), vec![column(a)])).collect(),
                ..MappedRelation::default()
            };
            relations.insert(d.entity.clone(), relation);
        }
        let sums = MappedRelation { read_from: self.sums(), columns, ..MappedRelation::default() };
        relations.insert(self.star.of.clone(), sums);
        Mapping { relations }
    }

    /// Tables that who asks reads.
    fn read(&self) -> Vec<String> {
        self.star.dimensions.iter().map(|d| self.dimension(d)).chain([self.sums()]).collect()
    }
}

/// Everything but privileges.
pub(super) fn script(stars: &[Made]) -> Vec<String> {
    let mut all = vec![
        format!("CREATE SCHEMA {PLACE}"),
        format!(
            "CREATE TABLE {PLACE}.dim_date (\n    {DAY} date PRIMARY KEY,\n    year smallint NOT NULL,\n    quarter smallint NOT NULL,\n    \
             month smallint NOT NULL,\n    weekday smallint NOT NULL\n)"
        ),
        format!(
            "CREATE TABLE {PLACE}.loads (\n    finished_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),\n    \
             days bigint NOT NULL,\n    sums bigint NOT NULL\n)"
        ),
    ];
    all.extend(stars.iter().flat_map(Made::tables));
    all.push(load(stars, false));
    all.push(format!("REVOKE ALL ON FUNCTION {LOAD} FROM PUBLIC"));
    all
}

/// The load of all stars: one at a time, each day that was touched counted anew from one look at the core.
pub(super) fn load(stars: &[Made], adding: bool) -> String {
    let word = if adding { "CREATE OR REPLACE" } else { "CREATE" };
    let bodies: String = stars.iter().map(|s| s.load(adding)).collect();
    format!(
        "{word} FUNCTION {LOAD} RETURNS bigint LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET client_min_messages = warning AS $$\n\
         DECLARE\n  days date[];\n  first_day date;\n  last_day date;\n  written bigint;\n  total bigint := 0;\n  counted bigint := 0;\n\
         BEGIN\n  LOCK TABLE {PLACE}.loads IN SHARE ROW EXCLUSIVE MODE;\n{bodies}\
         \x20 INSERT INTO {PLACE}.loads (days, sums) VALUES (counted, total);\n  RETURN total;\nEND\n$$"
    )
}

/// The reader, and who becomes a member.
pub(super) fn privileges(stars: &[Made]) -> Vec<String> {
    let mut all = vec![format!("GRANT USAGE ON SCHEMA {PLACE} TO {READER}")];
    let tables: Vec<String> = stars.iter().flat_map(Made::read).collect();
    all.push(format!("GRANT SELECT ON {PLACE}.dim_date, {PLACE}.loads, {} TO {READER}", tables.join(", ")));
    all
}
