//! Features of the server that a design may use: which drafts use one, from which major it is there, and
//! how it is tried.
//!
//! Each trial is self-contained: it works on temporary objects and is rolled back. Its twin is the same
//! schedule on objects that lack the property, as an engine without the feature would leave them.
use crate::kit::steps::{accepted, refused, returns_one};
use tw_model::draft::Draft;
use tw_model::schema::{Column, Constraint, ConstraintKind, Index, Table};
use tw_model::trial::Step;

/// One feature.
pub struct Feature {
    /// Word in the claim's id.
    pub id: &'static str,
    /// What it is, to follow "the server has".
    pub what: &'static str,
    /// First major that has it.
    pub since: u32,
    /// The first element of a draft that uses it.
    pub used: fn(&Draft) -> Option<String>,
    /// Tries it; with `false`, the twin: the same without the feature.
    pub steps: fn(bool) -> Vec<Step>,
    /// What the twin lacks, one phrase.
    pub without: &'static str,
}

/// Every feature we look for, in the order of the claims.
pub const FEATURES: &[Feature] = &[
    Feature {
        id: "uuid_keys",
        what: "gen_random_uuid() without an extension",
        since: 13,
        used: |d| column(d, |c| says(&c.default, "gen_random_uuid(")),
        steps: |with| {
            let default = if with { " DEFAULT gen_random_uuid()" } else { "" };
            vec![
                accepted(format!("CREATE TEMPORARY TABLE tw_feature (id uuid{default}, n integer)")),
                accepted("INSERT INTO tw_feature (n) VALUES (1), (2)"),
                returns_one("SELECT count(DISTINCT id) FROM tw_feature", "2"),
            ]
        },
        without: "a key without the default",
    },
    Feature {
        id: "identity_columns",
        what: "identity columns",
        since: 10,
        used: |d| column(d, |c| c.identity.is_some()),
        steps: |with| {
            let kind = if with { " GENERATED ALWAYS AS IDENTITY" } else { "" };
            vec![
                accepted(format!("CREATE TEMPORARY TABLE tw_feature (id bigint{kind}, n integer)")),
                accepted("INSERT INTO tw_feature (n) VALUES (1)"),
                refused("INSERT INTO tw_feature (id, n) VALUES (7, 2)", "428C9", None),
            ]
        },
        without: "a plain bigint column",
    },
    Feature {
        id: "generated_columns",
        what: "stored generated columns",
        since: 12,
        used: |d| column(d, |c| c.generated.is_some()),
        steps: |with| {
            let kind = if with { " GENERATED ALWAYS AS (n * 2) STORED" } else { "" };
            vec![
                accepted(format!("CREATE TEMPORARY TABLE tw_feature (n integer, doubled integer{kind})")),
                accepted("INSERT INTO tw_feature (n) VALUES (21)"),
                returns_one("SELECT doubled FROM tw_feature", "42"),
            ]
        },
        without: "a plain column",
    },
    Feature {
        id: "exclusion_constraints",
        what: "exclusion constraints",
        since: 9,
        used: |d| constraint(d, |c| matches!(c.kind, ConstraintKind::Exclude { .. })),
        steps: |with| {
            let rule = if with { ", CONSTRAINT tw_apart EXCLUDE USING gist (during WITH &&)" } else { "" };
            vec![
                accepted(format!("CREATE TEMPORARY TABLE tw_feature (during int4range{rule})")),
                accepted("INSERT INTO tw_feature VALUES ('[1,5)')"),
                accepted("INSERT INTO tw_feature VALUES ('[5,9)')"),
                refused("INSERT INTO tw_feature VALUES ('[4,6)')", "23P01", Some("tw_apart")),
            ]
        },
        without: "no constraint",
    },
    Feature {
        id: "nulls_not_distinct",
        what: "unique constraints that treat nulls as equal",
        since: 15,
        used: |d| {
            constraint(d, |c| matches!(c.kind, ConstraintKind::Unique { nulls_not_distinct: true, .. }))
                .or_else(|| index(d, |i| i.nulls_not_distinct))
        },
        steps: |with| {
            let kind = if with { " NULLS NOT DISTINCT" } else { "" };
            vec![
                accepted(format!("CREATE TEMPORARY TABLE tw_feature (n integer, CONSTRAINT tw_once UNIQUE{kind} (n))")),
                accepted("INSERT INTO tw_feature VALUES (NULL)"),
                refused("INSERT INTO tw_feature VALUES (NULL)", "23505", Some("tw_once")),
            ]
        },
        without: "a plain unique constraint",
    },
    Feature {
        id: "deferrable_constraints",
        what: "constraints checked at the end of a transaction",
        since: 9,
        used: |d| constraint(d, |c| c.deferrable.is_some()),
        steps: |with| {
            let kind = if with { " DEFERRABLE INITIALLY DEFERRED" } else { "" };
            vec![
                accepted(format!("CREATE TEMPORARY TABLE tw_feature (n integer, CONSTRAINT tw_once UNIQUE (n){kind})")),
                accepted("INSERT INTO tw_feature VALUES (1)"),
                accepted("INSERT INTO tw_feature VALUES (1)"),
                refused("SET CONSTRAINTS ALL IMMEDIATE", "23505", Some("tw_once")),
            ]
        },
        without: "a constraint checked at once",
    },
    Feature {
        id: "documents",
        what: "jsonb documents and their containment operator",
        since: 10,
        used: |d| column(d, |c| c.ty == "jsonb"),
        steps: |with| {
            let ty = if with { "jsonb" } else { "json" };
            vec![
                accepted(format!("CREATE TEMPORARY TABLE tw_feature (document {ty})")),
                accepted(r#"INSERT INTO tw_feature VALUES ('{"tags": ["a", "b"], "size": 3}')"#),
                returns_one(r#"SELECT count(*) FROM tw_feature WHERE document @> '{"tags": ["b"]}'"#, "1"),
            ]
        },
        without: "documents kept as text (json)",
    },
    Feature {
        id: "full_text",
        what: "full text search",
        since: 10,
        used: |d| {
            column(d, |c| c.ty == "tsvector")
                .or_else(|| index(d, |i| i.parts.iter().any(|p| p.column.contains("to_tsvector"))))
        },
        steps: |with| {
            let body = if with { "to_tsvector('english', body)" } else { "to_tsvector('simple', body)" };
            vec![
                accepted("CREATE TEMPORARY TABLE tw_feature (body text)"),
                accepted("INSERT INTO tw_feature VALUES ('The quick foxes were jumping')"),
                returns_one(
                    format!("SELECT count(*) FROM tw_feature WHERE {body} @@ plainto_tsquery('english', 'fox jumps')"),
                    "1",
                ),
            ]
        },
        without: "words compared as they are written",
    },
    Feature {
        id: "ranges",
        what: "range types",
        since: 10,
        used: |d| column(d, |c| c.ty.ends_with("range")),
        steps: |with| {
            let bounds = if with { "[)" } else { "[]" };
            vec![returns_one(
                format!(
                    "SELECT tstzrange('2024-01-01', '2024-02-01', '{bounds}') && tstzrange('2024-02-01', '2024-03-01', '[)')"
                ),
                "f",
            )]
        },
        without: "periods whose ends both count",
    },
    Feature {
        id: "row_security",
        what: "row-level security that binds the owner too",
        since: 10,
        used: |d| table(d, |t| t.row_security),
        steps: |with| {
            let mut steps = vec![
                accepted("CREATE TEMPORARY TABLE tw_feature (mine boolean)"),
                accepted("INSERT INTO tw_feature VALUES (true), (false)"),
                accepted("CREATE POLICY tw_own ON tw_feature USING (mine)"),
            ];
            if with {
                steps.push(accepted("ALTER TABLE tw_feature ENABLE ROW LEVEL SECURITY"));
                steps.push(accepted("ALTER TABLE tw_feature FORCE ROW LEVEL SECURITY"));
            }
            steps.push(returns_one("SELECT count(*) FROM tw_feature", "1"));
            steps.push(refused("INSERT INTO tw_feature VALUES (false)", "42501", None));
            steps
        },
        without: "a policy on a table that does not enforce it",
    },
    Feature {
        id: "security_invoker_views",
        what: "views that check the rights of their reader",
        since: 15,
        used: |d| {
            let of = |o: &String| o.starts_with("security_invoker");
            d.schema.views.iter().find(|v| v.options.iter().any(of)).map(|v| v.name.name.clone())
        },
        steps: |with| {
            let option = if with { " WITH (security_invoker = true)" } else { "" };
            vec![
                accepted(format!("CREATE TEMPORARY VIEW tw_feature{option} AS SELECT 1 AS n")),
                returns_one(
                    "SELECT count(*) FROM pg_class WHERE relname = 'tw_feature' AND 'security_invoker=true' = ANY (reloptions)",
                    "1",
                ),
            ]
        },
        without: "a view with its owner's rights",
    },
    Feature {
        id: "materialized_views",
        what: "materialised views",
        since: 10,
        used: |d| d.schema.views.iter().find(|v| v.materialized).map(|v| v.name.name.clone()),
        steps: |with| {
            let kind = if with { "MATERIALIZED VIEW" } else { "VIEW" };
            vec![
                accepted("CREATE SCHEMA tw_feature"),
                accepted("CREATE TABLE tw_feature.source (n integer)"),
                accepted(format!("CREATE {kind} tw_feature.kept AS SELECT count(*) AS n FROM tw_feature.source")),
                accepted("INSERT INTO tw_feature.source VALUES (1)"),
                returns_one("SELECT n FROM tw_feature.kept", "0"),
            ]
        },
        without: "a plain view",
    },
    Feature {
        id: "partitioned_tables",
        what: "declarative partitioning",
        since: 10,
        used: |d| table(d, |t| t.partition_by.is_some()),
        steps: |with| {
            let (by, part) = if with {
                (" PARTITION BY RANGE (n)", "PARTITION OF tw_feature FOR VALUES FROM (0) TO (10)")
            } else {
                ("", "(LIKE tw_feature)")
            };
            vec![
                accepted(format!("CREATE TEMPORARY TABLE tw_feature (n integer){by}")),
                accepted(format!("CREATE TEMPORARY TABLE tw_feature_part {part}")),
                accepted("INSERT INTO tw_feature VALUES (5)"),
                returns_one("SELECT count(*) FROM tw_feature_part", "1"),
                refused("INSERT INTO tw_feature VALUES (15)", "23514", None),
            ]
        },
        without: "one plain table",
    },
    Feature {
        id: "partial_indexes",
        what: "partial indexes",
        since: 9,
        used: |d| index(d, |i| i.filter.is_some()),
        steps: |with| {
            let filter = if with { " WHERE active" } else { "" };
            vec![
                accepted("CREATE TEMPORARY TABLE tw_feature (n integer, active boolean)"),
                accepted(format!("CREATE UNIQUE INDEX tw_some ON tw_feature (n){filter}")),
                accepted("INSERT INTO tw_feature VALUES (1, true)"),
                accepted("INSERT INTO tw_feature VALUES (1, false)"),
                refused("INSERT INTO tw_feature VALUES (1, true)", "23505", Some("tw_some")),
            ]
        },
        without: "an index over every row",
    },
    Feature {
        id: "triggers",
        what: "triggers in PL/pgSQL",
        since: 9,
        used: |d| table(d, |t| !t.triggers.is_empty()),
        steps: |with| {
            let mut steps = vec![
                accepted("CREATE TEMPORARY TABLE tw_feature (n integer)"),
                accepted(
                    "CREATE FUNCTION pg_temp.tw_add() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.n := NEW.n + 1; RETURN NEW; END $$",
                ),
            ];
            if with {
                steps.push(accepted(
                    "CREATE TRIGGER tw_add BEFORE INSERT ON tw_feature FOR EACH ROW EXECUTE FUNCTION pg_temp.tw_add()",
                ));
            }
            steps.push(accepted("INSERT INTO tw_feature VALUES (1)"));
            steps.push(returns_one("SELECT n FROM tw_feature", "2"));
            steps
        },
        without: "no trigger",
    },
];

/// Features a draft uses, each with its first user.
pub fn used(draft: &Draft) -> Vec<(&'static Feature, String)> {
    FEATURES.iter().filter_map(|f| Some((f, (f.used)(draft)?))).collect()
}

/// The first major that has every feature of a draft.
pub fn least_major(draft: &Draft) -> u32 {
    used(draft).iter().map(|(f, _)| f.since).max().unwrap_or(0)
}

fn says(text: &Option<String>, word: &str) -> bool {
    text.as_deref().is_some_and(|t| t.contains(word))
}

fn table(draft: &Draft, wanted: impl Fn(&Table) -> bool) -> Option<String> {
    draft.schema.tables.iter().find(|t| wanted(t)).map(|t| t.name.name.clone())
}

fn column(draft: &Draft, wanted: impl Fn(&Column) -> bool) -> Option<String> {
    let mut all = draft.schema.tables.iter().flat_map(|t| t.columns.iter().map(move |c| (t, c)));
    all.find(|(_, c)| wanted(c)).map(|(t, c)| format!("{}.{}", t.name.name, c.name))
}

fn constraint(draft: &Draft, wanted: impl Fn(&Constraint) -> bool) -> Option<String> {
    table(draft, |t| t.constraints.iter().any(&wanted))
}

fn index(draft: &Draft, wanted: impl Fn(&Index) -> bool) -> Option<String> {
    table(draft, |t| t.indexes.iter().any(&wanted))
}
