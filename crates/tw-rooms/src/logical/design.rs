//! Every concept form to relations.
use super::AT;
use crate::kit::{
    a, decision, instead,
    links::{Link, LinkKind, links, links_of, lookup_symbol},
    shape::{ShapeColumn, end_columns, is_associative, key_columns, surrogate, surrogate_column, view_alias},
};
use std::collections::BTreeMap;
use tw_model::{
    Origin, Path,
    change::Change,
    decision::Decision,
    draft::{Draft, Home, symbol},
    model::{Attribute, Entity, Model},
    render,
    schema::{Column, Constraint, ConstraintKind, Function, Name, Table, Trigger, View},
};

pub(super) fn design(model: &Model, draft: &mut Draft) {
    draft.decide(data_model(model));
    if let Some(namespace) = Some(&draft.namespace).filter(|n| !n.is_empty()) {
        let change = Change::CreateNamespace {
            namespace: tw_model::schema::Namespace { name: namespace.clone(), ..Default::default() },
        };
        let origin = model.promises.origins.get("schema").cloned().unwrap_or_else(|| Origin::assumed("one namespace"));
        let decision = decision(
            AT,
            Path::new(namespace),
            format!("Tables live in the namespace {namespace}"),
            "the brief names it",
            &origin,
            vec![change],
        );
        draft.decide(decision);
    }
    let of_their_own: BTreeMap<&String, &Entity> =
        model.entities.iter().rev().filter_map(|e| e.schema.as_ref().map(|s| (s, e))).collect();
    let main = draft.namespace.clone();
    for (namespace, entity) in of_their_own.into_iter().filter(|(n, _)| **n != main && *n != "public") {
        let namespace = tw_model::schema::Namespace { name: namespace.clone(), ..Default::default() };
        let what = format!("{} and others live in the namespace {}", entity.name, namespace.name);
        let changes = vec![Change::CreateNamespace { namespace }];
        draft.decide(decision(AT, entity.path(), what, "the brief names it", &entity.origin, changes));
    }
    for entity in &model.entities {
        let table = relation(model, entity);
        let home = home(model, entity);
        draft.decide(table);
        draft.homes.insert(entity.name.clone(), home);
        for attribute in entity.attributes.iter().filter(|a| a.values.as_ref().is_some_and(|v| v.open)) {
            draft.decide(lookup(entity, attribute));
            let values = attribute.values.iter().flat_map(|v| &v.items).map(|i| i.value.clone()).collect();
            draft.listed.insert(lookup_symbol(entity, attribute), values);
        }
    }
    for entity in model.entities.iter().filter(|e| e.subtypes.is_some()) {
        subtypes(model, entity, draft);
    }
    for view in &model.views {
        let decision = named_view(view, draft);
        draft.decide(decision);
    }
}

/// The column symbol that names a supertype row's subtype.
pub(super) const KIND: &str = "subtype";

fn data_model(model: &Model) -> Decision {
    let documents: Vec<String> = model
        .entities
        .iter()
        .flat_map(|e| e.attributes.iter().filter(|a| a.ty.sql == "jsonb").map(|a| e.at(&a.name).to_string()))
        .collect();
    let graphs: Vec<String> =
        links(model).iter().filter(|l| l.holder == l.target).map(|l| format!("{}.{}", l.holder, l.name)).collect();
    let mut what = String::from("The data model is relational");
    if !documents.is_empty() {
        what += &format!(", with documents inside it ({})", documents.join(", "));
    }
    if !graphs.is_empty() {
        what += &format!(", and walks its self-relations ({}) with recursive queries", graphs.join(", "));
    }
    let transactions = model.workload.iter().filter(|q| q.statements.len() > 1).count();
    let why = format!(
        "{} entities refer to each other by {} links, {transactions} transactions change several rows at once, and every rule of the brief can be declared",
        model.entities.len(),
        links(model).len(),
    );
    let origin = Origin::assumed("the brief leaves the data model to the design");
    let d = decision(AT, Path::new("model"), what, why, &origin, vec![]);
    let d = instead(
        d,
        "a document per entity",
        "rules between entities (references, uniqueness, sums) could not be declared, only hoped for",
    );
    instead(
        d,
        "a graph store",
        "the walks of this brief are over one relation at a time, which a recursive query does inside the same transaction",
    )
}

fn relation(model: &Model, entity: &Entity) -> Decision {
    let columns = columns(model, entity);
    let table = Table {
        name: Name::symbol(&entity.name),
        columns: columns
            .iter()
            .filter(|(c, _)| !computed(entity, &c.symbol))
            .map(|(c, _)| Column { name: c.symbol.clone(), ty: c.ty.clone(), ..Column::default() })
            .collect(),
        ..Table::default()
    };
    let (what, why) = if is_associative(model, entity) {
        ("an associative table", "a many-to-many relation needs a row for each pair".to_string())
    } else if entity.weak_of.is_some() {
        (
            "a table whose key begins with its owner's",
            format!("{} is only known within its {}", a(&entity.name), entity.weak_of.as_deref().unwrap_or("")),
        )
    } else if let Some(supertype) = &entity.supertype {
        (
            "a table that shares its supertype's key",
            format!("{} is {} with facts of its own", a(&entity.name), a(supertype)),
        )
    } else {
        ("a table", format!("{} is a thing with {} facts of its own", entity.name, entity.attributes.len()))
    };
    let what = format!("{} becomes {what}", entity.name);
    decision(AT, entity.path(), what, why, &entity.origin, vec![Change::CreateTable { table }])
}

/// The columns of an entity's own table, with the member each belongs to: key, ends, attributes, stamps.
fn columns(model: &Model, entity: &Entity) -> Vec<(ShapeColumn, String)> {
    let mut all: Vec<(ShapeColumn, String)> = vec![];
    let mut add = |column: ShapeColumn, member: &str| {
        if !all.iter().any(|(c, _)| c.symbol == column.symbol) {
            all.push((column, member.to_string()));
        }
    };
    if let Some(kind) = surrogate(model, entity) {
        add(surrogate_column(kind), "key");
    } else if entity.supertype.is_some() {
        key_columns(model, entity).into_iter().for_each(|c| add(c, "key"));
    }
    for link in own_links(model, entity) {
        end_columns(model, &link).into_iter().for_each(|c| add(c, &link.name));
    }
    for attribute in &entity.attributes {
        add(ShapeColumn { symbol: attribute.name.clone(), ty: attribute.ty.sql.clone() }, &attribute.name);
    }
    if entity.soft_delete {
        add(instant("deleted_at"), "deleted_at");
    }
    for stamp in stamps(model, entity) {
        add(instant(&stamp), &stamp);
    }
    all
}

/// Computed columns are added once their expression can be written.
fn computed(entity: &Entity, symbol: &str) -> bool {
    entity.attribute(symbol).is_some_and(|a| a.generated.is_some())
}

fn instant(name: &str) -> ShapeColumn {
    ShapeColumn { symbol: name.into(), ty: "timestamp with time zone".into() }
}

fn own_links(model: &Model, entity: &Entity) -> Vec<Link> {
    links_of(model, entity).into_iter().filter(|l| l.kind != LinkKind::Subtype).collect()
}

/// Names of the row timestamps an entity gets. A subtype's are its supertype's.
fn stamps(model: &Model, entity: &Entity) -> Vec<String> {
    let Some(stamps) = &model.promises.timestamps else { return vec![] };
    if entity.supertype.is_some() || (entity.append_only && stamps.only_what_changes) {
        return vec![];
    }
    let updated = stamps.updated.clone().filter(|_| !entity.append_only);
    stamps.created.iter().cloned().chain(updated).filter(|name| entity.attribute(name).is_none()).collect()
}

fn home(model: &Model, entity: &Entity) -> Home {
    let own = columns(model, entity);
    let at = |table: &str, symbol: &str| format!("{table}.{symbol}");
    let mut home = Home {
        read_from: entity.name.clone(),
        write_to: entity.name.clone(),
        key: key_columns(model, entity).iter().map(|c| at(&entity.name, &c.symbol)).collect(),
        ..Home::default()
    };
    for (column, member) in &own {
        home.columns.entry(member.clone()).or_default().push(at(&entity.name, &column.symbol));
        if !home.all.contains(member) {
            home.all.push(member.clone());
        }
    }
    // Ends whose columns an earlier member already has (a pair end that is part of the key) keep their own list.
    for link in own_links(model, entity) {
        let paths = end_columns(model, &link).iter().map(|c| at(&entity.name, &c.symbol)).collect();
        home.columns.insert(link.name.clone(), paths);
    }
    if let Some(supertype) = entity.supertype.as_deref().and_then(|s| model.entity(s)) {
        home.read_from = view_symbol(&entity.name);
        let inherited = self::home(model, supertype);
        for member in inherited.all {
            if !home.columns.contains_key(&member) {
                home.columns.insert(member.clone(), inherited.columns[&member].clone());
                home.all.push(member);
            }
        }
    }
    home
}

/// Symbol of the view that reads a subtype whole.
fn view_symbol(entity: &str) -> String {
    format!("view({entity})")
}

fn lookup(entity: &Entity, attribute: &Attribute) -> Decision {
    let name = lookup_symbol(entity, attribute);
    let column = Column { name: "value".into(), ty: attribute.ty.sql.clone(), ..Column::default() };
    let table = Table { name: Name::symbol(&name), columns: vec![column], ..Table::default() };
    let what = format!("The values of {} live in a lookup table", entity.at(&attribute.name));
    let d = decision(
        AT,
        entity.at(&attribute.name),
        what,
        "the list is open: people add values without changing the schema",
        &attribute.origin,
        vec![Change::CreateTable { table }],
    );
    instead(d, "a CHECK list", "each new value would be a schema change")
}

/// Symbol of a view that the brief names.
pub(super) fn named_view_symbol(view: &tw_model::model::View) -> String {
    format!("view(named {})", view.name)
}

fn named_view(view: &tw_model::model::View, draft: &Draft) -> Decision {
    let query =
        render::statement_with(&view.statement, &draft.symbolic_mapping(), &mut |name| vec![format!(":{name}")]);
    let made = View {
        name: Name::symbol(named_view_symbol(view)),
        query,
        options: vec!["security_barrier=true".into()],
        ..View::default()
    };
    let what = format!("{} is a view", view.name);
    let d = decision(
        AT,
        Path::new(&view.name),
        what,
        "the brief names it",
        &view.origin,
        vec![Change::CreateView { view: made }],
    );
    instead(
        d,
        "a materialised view",
        "it would be as old as its last refresh, and the brief does not say how old it may be",
    )
}

fn subtypes(model: &Model, entity: &Entity, draft: &mut Draft) {
    let Some(spec) = &entity.subtypes else { return };
    let members: Vec<&Entity> = spec.members.iter().filter_map(|m| model.entity(m)).collect();
    let mut changes = vec![];
    if !spec.overlapping {
        changes.extend(discriminator(model, entity, &members));
    }
    changes.extend(members.iter().map(|m| Change::CreateView { view: whole_view(model, m, entity, draft) }));
    let how = if spec.overlapping {
        "an instance may be of several"
    } else {
        "an instance is of one at most, held by the kind it carries"
    };
    let what = format!("The subtypes of {} are one table each, joined by its key; {how}", entity.name);
    let d = decision(
        AT,
        entity.path(),
        what,
        "each subtype has facts and relations of its own that must be required of it alone",
        &spec.origin,
        changes,
    );
    let d =
        instead(d, "one table for all", "every subtype's facts would have to be nullable, so none could be required");
    draft.decide(instead(
        d,
        "a table per subtype without the common one",
        "a reference to any of them would have no table to point at, and common facts would be unique only per table",
    ));
    if spec.overlapping || !spec.total {
        return;
    }
    let kind = Change::SetNotNull { table: Name::symbol(&entity.name), column: KIND.into(), not_null: false };
    let why = "the common row is inserted first, and takes its kind when the subtype's row arrives";
    draft.decide(decision(
        AT,
        entity.at(KIND),
        format!("Which subtype {} is may be unset for a moment", a(&entity.name)),
        why,
        &spec.origin,
        vec![kind],
    ));
}

/// A `kind` on the supertype, the same constant on each subtype, and a reference over both: a key can then
/// belong to one subtype only. A trigger sets the kind when the subtype's row arrives, so that inserting
/// does not need to know about it.
fn discriminator(model: &Model, entity: &Entity, members: &[&Entity]) -> Vec<Change> {
    let super_table = Name::symbol(&entity.name);
    let text = |generated| Column { name: KIND.into(), ty: "text".into(), generated, ..Column::default() };
    let key: Vec<String> = key_columns(model, entity).into_iter().map(|c| c.symbol).collect();
    let with_kind: Vec<String> = key.iter().cloned().chain([KIND.to_string()]).collect();
    let plain = |name: String, kind| Constraint { name, kind, deferrable: None, not_valid: false, comment: None };
    let names: Vec<String> = members.iter().map(|m| tw_model::ident::literal(&m.name)).collect();
    let mut changes = vec![
        Change::AddColumn { table: super_table.clone(), column: text(None) },
        Change::AddConstraint {
            table: super_table.clone(),
            constraint: plain(
                format!("in({KIND})"),
                ConstraintKind::Check {
                    expression: format!("{} IN ({})", symbol(&format!("{}.{KIND}", entity.name)), names.join(", ")),
                    no_inherit: false,
                },
            ),
        },
        Change::AddConstraint {
            table: super_table.clone(),
            constraint: plain(
                format!("unique({})", with_kind.join(",")),
                ConstraintKind::Unique { columns: with_kind.clone(), include: vec![], nulls_not_distinct: false },
            ),
        },
    ];
    for member in members {
        let table = Name::symbol(&member.name);
        let constant = tw_model::schema::Generated {
            expression: format!("{}::text", tw_model::ident::literal(&member.name)),
            stored: true,
        };
        changes.push(Change::AddColumn { table: table.clone(), column: text(Some(constant)) });
        changes.push(Change::AddConstraint {
            table: table.clone(),
            constraint: plain(
                format!("references({KIND})"),
                ConstraintKind::Foreign {
                    columns: with_kind.clone(),
                    target: super_table.clone(),
                    target_columns: with_kind.clone(),
                    on_delete: tw_model::model::Action::Cascade,
                    on_update: tw_model::model::Action::NoAction,
                    match_full: false,
                },
            ),
        });
        changes.extend(take_kind(entity, member, &key));
    }
    changes
}

fn take_kind(entity: &Entity, member: &Entity, key: &[String]) -> [Change; 2] {
    let function = format!("fn(take {} subtype)", member.name);
    let same = |k: &String| {
        format!("{} = NEW.{}", symbol(&format!("{}.{k}", entity.name)), symbol(&format!("{}.{k}", member.name)))
    };
    let condition = key.iter().map(same).collect::<Vec<_>>().join(" AND ");
    let kind = symbol(&format!("{}.{KIND}", entity.name));
    let definition = format!(
        "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$\nBEGIN\n  UPDATE {table} SET {kind} = {value} WHERE {condition} AND {kind} IS NULL;\n  RETURN NEW;\nEND\n$$",
        name = symbol(&function),
        table = symbol(&format!("qualified {}", entity.name)),
        value = tw_model::ident::literal(&member.name),
    );
    let trigger = Trigger {
        name: "trigger(subtype)".into(),
        definition: format!(
            "CREATE TRIGGER {} BEFORE INSERT ON {} FOR EACH ROW EXECUTE FUNCTION {}()",
            symbol(&format!("{}.trigger(subtype)", member.name)),
            symbol(&member.name),
            symbol(&function)
        ),
        enabled: "O".into(),
        comment: None,
    };
    [
        Change::CreateFunction {
            function: Function { name: Name::symbol(&function), definition, ..Function::default() },
        },
        Change::CreateTrigger { table: Name::symbol(&member.name), trigger },
    ]
}

fn whole_view(model: &Model, member: &Entity, supertype: &Entity, draft: &Draft) -> View {
    let home = &draft.homes[&member.name];
    let mut paths: Vec<String> = home.key.clone();
    for path in home.all.iter().flat_map(|m| &home.columns[m]) {
        let symbol = path.split_once('.').map_or("", |(_, s)| s);
        if !paths.iter().any(|p| p.split_once('.').map_or("", |(_, s)| s) == symbol) {
            paths.push(path.clone());
        }
    }
    // The subtype's own table and every ancestor's, one alias each.
    let ancestors: Vec<&Entity> =
        std::iter::successors(Some(supertype), |e| e.supertype.as_deref().and_then(|s| model.entity(s)))
            .take(16)
            .collect();
    let alias = |path: &String| {
        let generation = ancestors.iter().position(|a| path.starts_with(&format!("{}.", a.name))).map_or(0, |n| n + 1);
        view_alias(generation)
    };
    let list: Vec<String> = paths.iter().map(|p| format!("{}.{}", alias(p), symbol(p))).collect();
    let joins: Vec<String> = ancestors
        .iter()
        .map(|ancestor| {
            let as_name = alias(&format!("{}.", ancestor.name));
            let on: Vec<String> = key_columns(model, ancestor)
                .iter()
                .map(|c| {
                    format!(
                        "{as_name}.{} = part.{}",
                        symbol(&format!("{}.{}", ancestor.name, c.symbol)),
                        symbol(&format!("{}.{}", member.name, c.symbol))
                    )
                })
                .collect();
            format!("JOIN {} {as_name} ON {}", symbol(&ancestor.name), on.join(" AND "))
        })
        .collect();
    View {
        name: Name::symbol(view_symbol(&member.name)),
        query: format!("SELECT {}\nFROM {} part\n{}", list.join(", "), symbol(&member.name), joins.join("\n")),
        ..View::default()
    }
}
