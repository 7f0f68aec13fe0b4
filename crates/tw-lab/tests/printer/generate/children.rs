//! Partitions, children and views.
use super::{
    Dice, comment, public,
    tables::{column, constraint},
};
use tw_model::schema::*;

/// Partitioned tables with nested and default partitions, and a classic child.
pub fn children(d: &mut Dice, s: &mut Schema) {
    if d.once_in(2) {
        let by_range = d.once_in(2);
        let mut parent = Table {
            name: public("measures"),
            partition_by: Some(if by_range { "RANGE (at)" } else { "LIST (kind)" }.into()),
            ..Table::default()
        };
        let mut at = column(d, "at", "date");
        (at.default, at.not_null) = (Some("CURRENT_DATE".into()), true);
        let mut kind = column(d, "kind", "integer");
        (kind.default, kind.not_null) = (None, true);
        parent.columns = vec![at, kind, column(d, "s0", "text")];
        let columns = vec!["at".to_string(), "kind".into()];
        parent.constraints.push(constraint("pk_measures", ConstraintKind::Primary { columns, include: vec![] }));
        if d.once_in(2) {
            let kind = ConstraintKind::Check { expression: "kind > 0".into(), no_inherit: false };
            parent.constraints.push(constraint("chk_kind", kind));
        }
        if d.once_in(2) {
            let part = IndexPart { column: "s0".into(), ..IndexPart::default() };
            parent.indexes.push(Index {
                name: "idx_measures_s0".into(),
                method: "btree".into(),
                parts: vec![part],
                ..Index::default()
            });
        }
        let bounds = if by_range {
            [
                "FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
                "FOR VALUES FROM ('2025-01-01') TO (MAXVALUE)",
                "DEFAULT",
            ]
        } else {
            ["FOR VALUES IN (1, 2)", "FOR VALUES IN (3)", "DEFAULT"]
        };
        let mut partitions = vec![];
        for (i, bound) in bounds.into_iter().enumerate() {
            if d.once_in(3) {
                continue;
            }
            let mut p = Table {
                name: public(&format!("measures_{i}")),
                partition_of: Some((parent.name.clone(), bound.into())),
                ..Table::default()
            };
            if d.once_in(3) {
                // One with a default of its own.
                p.columns.clone_from(&parent.columns);
                p.columns.iter_mut().for_each(|c| c.comment = None);
                p.columns[2].default = Some("'own'".into());
                p.columns[2].not_null = true;
            }
            if i == 0 && d.once_in(2) {
                p.partition_by = Some("HASH (kind)".into());
                for part in 0..2 {
                    let bound = format!("FOR VALUES WITH (modulus 2, remainder {part})");
                    partitions.push(Table {
                        name: public(&format!("measures_0_{part}")),
                        partition_of: Some((p.name.clone(), bound)),
                        ..Table::default()
                    });
                }
            } else {
                p.options = if d.once_in(3) { vec![("fillfactor".into(), "95".into())] } else { vec![] };
            }
            partitions.insert(0, p);
        }
        s.tables.push(parent);
        partitions.sort_by_key(|p| p.name.name.len());
        s.tables.extend(partitions);
    }
    if d.once_in(3) {
        let parent = Table {
            name: public("animals"),
            columns: vec![column(d, "n0", "integer"), column(d, "s0", "text")],
            ..Table::default()
        };
        let mut columns = parent.columns.clone();
        columns.iter_mut().for_each(|c| (c.inherited, c.comment) = (true, None));
        columns[0].default = d.pick(&[None, Some("5".to_string())]);
        columns.push(column(d, "b0", "boolean"));
        let child = Table { name: public("cats"), columns, inherits: vec![parent.name.clone()], ..Table::default() };
        s.tables.extend([parent, child]);
    }
}

pub fn views(d: &mut Dice, s: &mut Schema) {
    let Some(t) = s.tables.first().cloned() else {
        return;
    };
    let full = tw_model::ident::name(&t.name);
    let names: Vec<String> =
        t.columns.iter().filter(|_| !d.once_in(3)).map(|c| tw_model::ident::quote(&c.name)).collect();
    let list = if names.is_empty() { "id".to_string() } else { names.join(", ") };
    if d.once_in(2) {
        s.views.push(View {
            name: public("shown"),
            query: format!("SELECT {list} FROM {full} WHERE id > {}", d.below(3)),
            options: if d.once_in(2) { vec!["security_barrier=true".into()] } else { vec![] },
            triggers: if d.once_in(2) {
                vec![Trigger {
                    name: "trg_shown".into(),
                    definition: "CREATE TRIGGER trg_shown INSTEAD OF INSERT ON public.shown FOR EACH ROW EXECUTE FUNCTION public.touch()".into(),
                    ..Trigger::default()
                }]
            } else {
                vec![]
            },
            owner: d.once_in(5).then(|| "tw_owner".into()),
            comment: comment(d),
            ..View::default()
        });
        if d.once_in(2) {
            s.views.insert(
                0,
                View {
                    name: Name::new("sales", "a_view_of_views"),
                    query: "SELECT count(*) AS n, public.next_of(1) AS next FROM public.shown".into(),
                    column_comments: if d.once_in(2) { vec![("n".into(), "How many.".into())] } else { vec![] },
                    ..View::default()
                },
            );
        }
    }
    if d.once_in(2) {
        let part = IndexPart { column: "id".into(), ..IndexPart::default() };
        s.views.push(View {
            name: public("kept"),
            materialized: true,
            query: format!("SELECT id, count(*) AS n FROM {full} GROUP BY id"),
            indexes: vec![Index {
                name: "idx_kept".into(),
                unique: true,
                method: "btree".into(),
                parts: vec![part],
                ..Index::default()
            }],
            comment: comment(d),
            ..View::default()
        });
    }
}

/// A function whose body the server parses.
pub fn reading_function(d: &mut Dice, s: &mut Schema) {
    if let Some(t) = s.tables.first()
        && d.once_in(2)
    {
        let full = tw_model::ident::name(&t.name);
        s.functions.push(Function {
            name: public("how_many"),
            definition: format!("CREATE OR REPLACE FUNCTION public.how_many()\n RETURNS bigint\n LANGUAGE sql\nBEGIN ATOMIC\n SELECT count(*) AS count FROM {full};\nEND"),
            ..Function::default()
        });
    }
}
