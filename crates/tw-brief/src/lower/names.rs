//! Names: what a name line calls is there, and is called once.
use super::Known;
use crate::cursor::Sp;
use crate::diagnostic::Fault;
use crate::syntax::Brief;
use crate::syntax::name::{ConstraintSyntax, NameSyntax, NamedSyntax};
use std::collections::BTreeSet;
use tw_model::model::{Entity, NameLine, Named, NamedColumn};

/// The name lines of a brief.
pub(crate) fn lower(brief: &Brief, known: &Known, entities: &[Entity], faults: &mut Vec<Fault>) -> Vec<NameLine> {
    let mut said: BTreeSet<(String, String)> = BTreeSet::new();
    let mut out = vec![];
    for line in &brief.names {
        if !known.entity(&line.entity, faults) {
            continue;
        }
        let of = match &line.of {
            NamedSyntax::Table(name, columns) => table(line, name, columns, known, faults),
            NamedSyntax::Constraint(which, name) => {
                let Some(symbol) = constraint(line, which, known, entities, faults) else { continue };
                Named::Constraint { symbol, name: name.clone() }
            }
        };
        let what = match &of {
            Named::Table { .. } => String::new(),
            Named::Constraint { symbol, .. } => symbol.clone(),
        };
        if !said.insert((line.entity.v.clone(), what)) {
            let fault = Fault::new(line.entity.span.clone(), format!("{} is called twice", line.entity.v));
            faults.push(fault.why("another line names the same thing").help("keep one"));
        }
        out.push(NameLine { entity: line.entity.v.clone(), of, origin: line.origin.clone() });
    }
    out
}

fn table(
    line: &NameSyntax,
    name: &str,
    columns: &[(Sp<String>, String)],
    known: &Known,
    faults: &mut Vec<Fault>,
) -> Named {
    for (symbol, _) in columns {
        member(line, symbol, known, faults);
    }
    let columns = columns.iter().map(|(s, n)| NamedColumn { symbol: s.v.clone(), name: n.clone() }).collect();
    Named::Table { name: name.to_string(), columns }
}

/// A symbol begins with an attribute, an end or `key`.
fn member(line: &NameSyntax, symbol: &Sp<String>, known: &Known, faults: &mut Vec<Fault>) -> bool {
    let head = symbol.v.split('.').next().unwrap_or_default();
    head == "key" || known.fact(&line.entity.v, &Sp { v: head.to_string(), span: symbol.span.clone() }, faults)
}

/// The constraint's symbol in a draft.
fn constraint(
    line: &NameSyntax,
    which: &ConstraintSyntax,
    known: &Known,
    entities: &[Entity],
    faults: &mut Vec<Fault>,
) -> Option<String> {
    let entity = entities.iter().find(|e| e.name == line.entity.v)?;
    match which {
        ConstraintSyntax::Key => Some("primary".into()),
        ConstraintSyntax::References(end) => {
            known.fact(&entity.name, end, faults).then(|| format!("references({})", end.v))
        }
        ConstraintSyntax::Unique(symbols) => {
            let all = symbols.iter().filter(|s| member(line, s, known, faults)).count() == symbols.len();
            let joined: Vec<&str> = symbols.iter().map(|s| s.v.as_str()).collect();
            all.then(|| format!("unique({})", joined.join(",")))
        }
        ConstraintSyntax::In(attribute) => {
            known.fact(&entity.name, attribute, faults).then(|| format!("in({})", attribute.v))
        }
        ConstraintSyntax::Check(name) => {
            let named = |check: &&tw_model::model::Check| check.name.as_ref() == Some(&name.v);
            let there = entity.checks.iter().any(|c| named(&c)) || known.facts.get(&entity.name, &name.v).is_some();
            if !there {
                let fault = Fault::new(name.span.clone(), format!("{} has no check `{}`", entity.name, name.v));
                let fault = fault.why("a check goes by its name, or by its attribute's");
                known.unknown(faults, &name.v, fault.help("name one that it has"));
            }
            there.then(|| format!("check({})", name.v))
        }
    }
}
