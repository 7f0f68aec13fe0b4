//! The physical design: every table's page, and why each index and constraint is there.
use super::rich::{rich, sql};
use crate::{
    changes::{constraint_text, index_text},
    diagram::tables::{is_reference, short_type, shown, wholes},
    text::{anchor, one_line},
};
use maud::{Markup, html};
use std::collections::BTreeMap;
use tw_model::{
    change::Change,
    decision::Decision,
    dossier::Dossier,
    schema::{Column, Name, Schema, Table},
};

/// The decision that made an object, by (table, object) in physical names: (number, decision).
type Reasons<'a> = BTreeMap<(String, String), (usize, &'a Decision)>;

/// Gives the reason of an object of a table by its name.
pub type Why<'a> = dyn Fn(&str) -> Option<Markup> + 'a;

/// All tables.
pub fn tables(dossier: &Dossier) -> Markup {
    let reasons = reasons(dossier);
    html! {
        @for table in wholes(&dossier.physical) {
            @let why = |object: &str| why(table, object, &reasons);
            (self::table(&dossier.physical, table, html! {}, Some(&why)))
        }
        @if dossier.physical.tables.is_empty() { p.quiet { "The design has no table." } }
    }
}

/// Which decision made which object.
fn reasons(dossier: &Dossier) -> Reasons<'_> {
    let draft = &dossier.draft;
    let table_name = |name: &Name| draft.name(&name.name);
    let mut out = Reasons::new();
    for (n, decision) in draft.decisions.iter().enumerate() {
        for change in &decision.changes {
            let (table, parts): (&Name, Vec<&str>) = match change {
                Change::CreateIndex { table, index } => (table, vec![&index.name]),
                Change::AddConstraint { table, constraint } => (table, vec![&constraint.name]),
                Change::CreateTrigger { table, trigger } => (table, vec![&trigger.name]),
                Change::CreatePolicy { table, policy } => (table, vec![&policy.name]),
                Change::AddColumn { table, column } => (table, vec![&column.name]),
                Change::CreateTable { table } => (
                    &table.name,
                    table
                        .constraints
                        .iter()
                        .map(|c| c.name.as_str())
                        .chain(table.indexes.iter().map(|i| i.name.as_str()))
                        .collect(),
                ),
                _ => continue,
            };
            for part in parts {
                let physical = draft.name(&format!("{}.{part}", table.name));
                out.insert((table_name(table), physical), (n, decision));
            }
        }
    }
    out
}

/// The reason of an object, and the decision that made it.
fn why(table: &Table, object: &str, reasons: &Reasons) -> Option<Markup> {
    let (n, decision) = reasons.get(&(table.name.name.clone(), object.to_string()))?;
    Some(html! { (rich(&decision.why)) " " a href={ "#decision-" (n + 1) } { "decision" } })
}

/// A table's page. `head` stands below its comment; `why` gives the reason of a constraint or an index, where
/// reasons are known.
pub fn table(schema: &Schema, table: &Table, head: Markup, why: Option<&Why>) -> Markup {
    let name = shown(&table.name);
    let partitions =
        schema.tables.iter().filter(|t| t.partition_of.as_ref().is_some_and(|(p, _)| *p == table.name)).count();
    let constraints: Vec<Object> =
        table.constraints.iter().map(|c| Object { name: &c.name, text: constraint_text(c), comment: &None }).collect();
    let indexes: Vec<Object> =
        table.indexes.iter().map(|i| Object { name: &i.name, text: index_text(i), comment: &i.comment }).collect();
    html! {
        article.table id=(anchor("table", &name)) {
            h3 { code { (one_line(&name)) } }
            @if let Some(comment) = &table.comment { p { (rich(comment)) } }
            @if let Some(by) = &table.partition_by {
                p { "Partitioned by " code { (one_line(by)) } @if partitions > 0 { ", " (partitions) " partitions" } "." }
            }
            (head)
            (scroll(&format!("Columns of {name}"), html! {
                table {
                    thead { tr { th scope="col" { "Column" } th scope="col" { "Type" } th scope="col" { "Null" } th scope="col" { "Default" } th scope="col" { "Notes" } } }
                    tbody { @for column in &table.columns { (self::column(table, column)) } }
                }
            }))
            (objects(&format!("Constraints of {name}"), ["Constraint", "Rule"], &constraints, why))
            (objects(&format!("Indexes of {name}"), ["Index", "Definition"], &indexes, why))
            @for (what, names) in hanging(table) { p { (what) ": " @for (i, n) in names.iter().enumerate() { @if i > 0 { ", " } code { (one_line(n)) } } "." } }
        }
    }
}

/// A constraint or an index.
struct Object<'a> {
    name: &'a str,
    text: String,
    comment: &'a Option<String>,
}

fn objects(label: &str, headings: [&str; 2], objects: &[Object], why: Option<&Why>) -> Markup {
    if objects.is_empty() {
        return html! {};
    }
    scroll(
        label,
        html! {
            table {
                thead { tr { @for heading in headings { th scope="col" { (heading) } } @if why.is_some() { th scope="col" { "Reason" } } } }
                tbody {
                    @for object in objects {
                        tr {
                            th scope="row" { code { (one_line(object.name)) } }
                            td { code { (sql(&object.text)) } }
                            @if let Some(why) = why {
                                td.reasoned {
                                    @if let Some(reason) = why(object.name) { (reason) }
                                    @else if let Some(comment) = object.comment { (rich(comment)) }
                                }
                            }
                        }
                    }
                }
            }
        },
    )
}

fn hanging(table: &Table) -> Vec<(&'static str, Vec<&str>)> {
    let triggers: Vec<&str> = table.triggers.iter().map(|t| t.name.as_str()).collect();
    let policies: Vec<&str> = table.policies.iter().map(|p| p.name.as_str()).collect();
    [("Triggers", triggers), ("Row-level policies", policies)]
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .collect()
}

fn column(table: &Table, column: &Column) -> Markup {
    let mut notes: Vec<String> = vec![];
    if table.primary_key().contains(&column.name) {
        notes.push("primary key".into());
    }
    if is_reference(table, &column.name) {
        notes.push("reference".into());
    }
    if let Some(generated) = &column.generated {
        notes.push(format!("generated as `{}`", one_line(&generated.expression)));
    }
    if let Some(identity) = &column.identity {
        let how = if identity.always { "always" } else { "by default" };
        notes.push(format!("identity, generated {how}"));
    }
    if let Some(collation) = &column.collation {
        notes.push(format!("collation `{}`", one_line(collation)));
    }
    if let Some(comment) = &column.comment {
        notes.push(comment.clone());
    }
    html! {
        tr {
            th scope="row" { code { (one_line(&column.name)) } }
            td { code { (one_line(&short_type(&column.ty))) } }
            td { (if column.not_null { "never" } else { "allowed" }) }
            td { @if let Some(default) = &column.default { code { (sql(default)) } } }
            td.reasoned { @for (i, note) in notes.iter().enumerate() { @if i > 0 { "; " } (rich(note)) } }
        }
    }
}

/// A wide thing that scrolls inside its own frame, reachable by keyboard.
pub fn scroll(label: &str, inner: Markup) -> Markup {
    html! { div.scroll tabindex="0" role="region" aria-label=(one_line(label)) { (inner) } }
}
