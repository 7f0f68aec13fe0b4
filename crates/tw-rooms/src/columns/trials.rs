//! How each claim about a column is tried.
use super::{claims::updated, design::TOUCH_TRIGGER};
use crate::kit::{
    self, Ground, Row,
    candidates::{arguments, filled, length},
    steps::*,
    witness::listed,
};
use tw_model::{
    change::Change,
    claim::Claim,
    draft::{Draft, symbol},
    evidence::Undecided,
    ident::literal,
    schema::{Column, ConstraintKind, Name, Table, TypeDef, TypeKind},
    trial::{Trial, Twin},
};

pub(super) fn trial(ground: &Ground, claim: &Claim) -> Result<Trial, Undecided> {
    let no_trial = || Undecided::NoTrial(claim.id.to_string());
    let (symbol, member) = claim.subject.as_str().split_once('.').ok_or_else(no_trial)?;
    let table = table(ground.draft, symbol).ok_or_else(no_trial)?;
    let row = ground
        .witnesses
        .row(symbol, 1)
        .ok_or_else(|| Undecided::NoWitness(format!("a row of {symbol} that keeps every rule")))?;
    let subject = Subject { ground, claim, table, symbol, row };
    let column = || table.column(member).ok_or_else(no_trial);
    match claim.id.kind() {
        "columns/type" => Ok(subject.ty(column()?)),
        "columns/not-null" => Ok(subject.not_null(column()?)),
        "columns/optional" => Ok(subject.optional(column()?)),
        "columns/default" => subject.default(column()?),
        "columns/generated" => subject.generated(column()?),
        "columns/in" => subject.listed(member),
        "columns/check" => subject.check(&member.replace('+', ",")),
        "columns/stamped" => subject.stamped(),
        _ => Err(no_trial()),
    }
}

/// A claim about a member of a table, and a row that keeps every rule.
struct Subject<'a> {
    ground: &'a Ground<'a>,
    claim: &'a Claim,
    table: &'a Table,
    symbol: &'a str,
    row: &'a Row,
}

impl Subject<'_> {
    fn draft(&self) -> &Draft {
        self.ground.draft
    }
    fn parents(&self, row: &Row) -> Vec<tw_model::trial::Step> {
        inserts(self.draft(), &self.ground.witnesses.parents(self.draft(), row))
    }
    fn named(&self, member: &str) -> String {
        Physical(self.draft()).member(self.symbol, member)
    }
    fn printed(&self, column: &str) -> String {
        self.draft().printed_column(&format!("{}.{column}", self.symbol))
    }
    fn set_not_null(&self, column: &str, not_null: bool) -> Change {
        Change::SetNotNull { table: Physical(self.draft()).table(self.symbol), column: self.named(column), not_null }
    }

    fn ty(&self, column: &Column) -> Trial {
        let table = literal(&self.draft().printed_table(self.symbol));
        let name = literal(&self.named(&column.name));
        let asks = |table: &str| {
            let sql = format!(
                "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = {table}::regclass AND attname = {name} AND NOT attisdropped"
            );
            returns_one(sql, &column.ty)
        };
        let mut steps = vec![asks(&table)];
        if column.generated.is_none() {
            steps.extend(self.bounds(column));
        }
        let mut trial = kit::steps::trial(self.claim, steps, type_twin(self.draft(), self.symbol, column));
        if self.decides(column) {
            // No statement gives another type to what rows are placed by, so the twin is a copy.
            let p = Physical(self.draft());
            let copy = format!("{}.another_table", tw_model::ident::quote(p.namespace()));
            let like = format!("CREATE TABLE {copy} (LIKE {})", self.draft().printed_table(self.symbol));
            let name = tw_model::ident::quote(&self.named(&column.name));
            let other = format!("ALTER TABLE {copy} ALTER COLUMN {name} TYPE text");
            let steps = vec![prepares(like), prepares(other), asks(&literal(&copy))];
            trial.twin = Twin::Steps { weaker: "a copy in which the column is a text".into(), steps };
        }
        trial
    }

    /// True for a column that tells in which partition a row lies.
    fn decides(&self, column: &Column) -> bool {
        let by = kit::steps::table(self.draft(), self.symbol).and_then(|t| t.partition_by.as_deref());
        by.is_some_and(|by| by.contains(&symbol(&format!("{}.{}", self.symbol, column.name))))
    }

    /// The widest value that fits is accepted (unless another rule limits it further), one wider is refused.
    fn bounds(&self, column: &Column) -> Vec<tw_model::trial::Step> {
        let (fits, wider, sqlstate) = if let Some(n) = length(&column.ty) {
            (filled(n, 7), filled(n + 1, 7), "22001")
        } else if let (true, [p, s]) =
            (column.ty.starts_with("numeric("), arguments(&column.ty)[..].to_vec().as_slice())
        {
            let (whole, scale) = (p.saturating_sub(*s) as usize, *s as usize);
            let fraction = if scale > 0 { format!(".{}", "9".repeat(scale)) } else { String::new() };
            (
                format!("{}{fraction}", if whole > 0 { "9".repeat(whole) } else { "0".into() }),
                format!("1{}", "0".repeat(whole)),
                "22003",
            )
        } else {
            return vec![];
        };
        let mut steps = self.parents(self.row);
        steps.extend(rehearsed(self.draft(), self.row));
        if self.is_free(column) {
            let row = self.row.with(&column.name, Some(&fits));
            steps.push(accepted(row.insert(self.draft())));
            steps.push(prepares(format!(
                "DELETE FROM {} WHERE {}",
                self.draft().printed_table(self.symbol),
                row.by_key(self.draft())
            )));
        }
        steps.push(refused(self.row.with(&column.name, Some(&wider)).insert(self.draft()), sqlstate, None));
        steps
    }

    /// No check, reference or exclusion limits the column.
    fn is_free(&self, column: &Column) -> bool {
        let named = format!("⟦{}.{}⟧", self.symbol, column.name);
        !self.table.constraints.iter().any(|c| match &c.kind {
            ConstraintKind::Check { expression, .. } => expression.contains(&named),
            ConstraintKind::Foreign { columns, .. } => columns.contains(&column.name),
            ConstraintKind::Exclude { definition } => definition.contains(&named),
            _ => false,
        }) && !self.table.indexes.iter().any(|i| i.unique && i.filter.is_some())
    }

    fn not_null(&self, column: &Column) -> Trial {
        let mut steps = self.parents(self.row);
        steps.extend(rehearsed(self.draft(), self.row));
        let missing = self.row.with(&column.name, None).insert(self.draft());
        steps.push(refused(missing, "23502", Some(&self.named(&column.name))));
        kit::steps::trial(self.claim, steps, vec![self.set_not_null(&column.name, false)])
    }

    fn optional(&self, column: &Column) -> Trial {
        let row = self.row.with(&column.name, None);
        let mut steps = self.parents(&row);
        if let Some(value) = self.ground.witnesses.value_for(self.draft(), self.table, column, 1) {
            let full = self.row.with(&column.name, Some(&value));
            // A row that refers to its own table refers to itself here: it needs no other.
            let needed = self.ground.witnesses.parents(self.draft(), &full);
            let needed = needed.iter().filter(|r| r.table != self.symbol).map(|r| prepares(r.insert(self.draft())));
            steps.extend(needed.filter(|s| !steps.contains(s)).collect::<Vec<_>>());
            steps.extend(rehearsed(self.draft(), &full));
        }
        steps.push(accepted(row.insert(self.draft())));
        kit::steps::trial(self.claim, steps, vec![self.set_not_null(&column.name, true)])
    }

    fn default(&self, column: &Column) -> Result<Trial, Undecided> {
        let default = column.default.as_deref().ok_or_else(|| Undecided::NoTrial(self.claim.id.to_string()))?;
        let path = format!("{}.{}", self.symbol, column.name);
        let known = self.ground.witnesses.defaulted.get(&path).cloned();
        let row = known.unwrap_or_else(|| self.row.without(&column.name));
        let mut steps = self.parents(self.row);
        if let (Some(setting), Some(value)) = (session_setting(default), self.row.value(&column.name)) {
            steps.push(prepares(format!("SELECT set_config({}, {}, true)", literal(setting), literal(value))));
        }
        steps.extend(rehearsed(self.draft(), self.row));
        steps.push(accepted(row.insert(self.draft())));
        let sql = format!(
            "SELECT {} IS NOT DISTINCT FROM ({default}) FROM {}",
            self.printed(&column.name),
            self.draft().printed_table(self.symbol)
        );
        steps.push(returns_one(sql, "t"));
        let twin = Change::SetDefault {
            table: Physical(self.draft()).table(self.symbol),
            column: self.named(&column.name),
            default: None,
        };
        Ok(kit::steps::trial(self.claim, steps, vec![twin]))
    }

    fn generated(&self, column: &Column) -> Result<Trial, Undecided> {
        let generated = column.generated.as_ref().ok_or_else(|| Undecided::NoTrial(self.claim.id.to_string()))?;
        let expression = self.draft().printed(&generated.expression);
        let mut steps = self.parents(self.row);
        steps.push(prepares(self.row.insert(self.draft())));
        let table = self.draft().printed_table(self.symbol);
        let name = self.printed(&column.name);
        let by_key = self.row.by_key(self.draft());
        steps.push(returns_one(
            format!("SELECT {name} IS NOT DISTINCT FROM ({expression}) FROM {table} WHERE {by_key}"),
            "t",
        ));
        steps.push(refused(format!("UPDATE {table} SET {name} = NULL WHERE {by_key}"), "428C9", None));
        let twin = self.uncomputed(column);
        Ok(kit::steps::trial(self.claim, steps, vec![twin]))
    }

    fn uncomputed(&self, column: &Column) -> Change {
        uncomputed(self.draft(), self.symbol, column)
    }

    fn listed(&self, member: &str) -> Result<Trial, Undecided> {
        let no_trial = || Undecided::NoTrial(self.claim.id.to_string());
        let name = format!("in({member})");
        let constraint = self.table.constraint(&name).ok_or_else(no_trial)?;
        let ConstraintKind::Check { expression, .. } = &constraint.kind else { return Err(no_trial()) };
        let mut steps = self.parents(self.row);
        steps.extend(rehearsed(self.draft(), self.row));
        for value in listed(expression) {
            let key = (format!("{}.{member}", self.symbol), value.clone());
            let row =
                self.ground.witnesses.holding.get(&key).ok_or_else(|| {
                    Undecided::NoWitness(format!("{} whose {member} is {value}", kit::a(self.symbol)))
                })?;
            for parent in self.ground.witnesses.parents(self.draft(), row) {
                let insert = prepares(parent.insert(self.draft()));
                if !steps.contains(&insert) {
                    steps.push(insert);
                }
            }
            steps.push(accepted(row.insert(self.draft())));
            steps.push(affects(
                format!("DELETE FROM {} WHERE {}", self.draft().printed_table(self.symbol), row.by_key(self.draft())),
                1,
            ));
        }
        steps.push(self.broken(&name)?);
        steps.extend(self.not_listed(member, &listed(expression)));
        Ok(kit::steps::trial(self.claim, steps, vec![drop_constraint(self.draft(), self.symbol, &name)]))
    }

    /// Every value that the tried schema names in a rule on the column and the brief does not list: refused.
    fn not_listed(&self, member: &str, known: &[String]) -> Vec<tw_model::trial::Step> {
        let p = Physical(self.draft());
        let column = p.member(self.symbol, member);
        let Some(table) = self.ground.schema.table(&p.table(self.symbol)) else { return vec![] };
        let mentions = |text: &str| text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == column);
        let named = table.constraints.iter().filter_map(|c| match &c.kind {
            ConstraintKind::Check { expression, .. } if mentions(expression) && expression.contains("ARRAY[") => {
                Some(listed(expression))
            }
            _ => None,
        });
        let others: std::collections::BTreeSet<String> = named.flatten().filter(|v| !known.contains(v)).collect();
        others.iter().map(|v| refused(self.row.with(member, Some(v)).insert(self.draft()), "23514", None)).collect()
    }

    fn broken(&self, name: &str) -> Result<tw_model::trial::Step, Undecided> {
        let path = format!("{}.{name}", self.symbol);
        let row = self
            .ground
            .witnesses
            .breaks
            .get(&path)
            .ok_or_else(|| Undecided::NoWitness(format!("{} that breaks only {name}", kit::a(self.symbol))))?;
        Ok(refused(row.insert(self.draft()), "23514", Some(&self.named(name))))
    }

    fn check(&self, inside: &str) -> Result<Trial, Undecided> {
        let name = format!("check({inside})");
        let mut steps = self.parents(self.row);
        steps.extend(rehearsed(self.draft(), self.row));
        steps.push(self.broken(&name)?);
        Ok(kit::steps::trial(self.claim, steps, vec![drop_constraint(self.draft(), self.symbol, &name)]))
    }

    fn stamped(&self) -> Result<Trial, Undecided> {
        let stamp = updated(self.ground.model).ok_or_else(|| Undecided::NoTrial(self.claim.id.to_string()))?;
        let row = self.row.with(stamp, Some("2001-01-01 00:00:00+00"));
        let (table, name, by_key) =
            (self.draft().printed_table(self.symbol), self.printed(stamp), row.by_key(self.draft()));
        let mut steps = self.parents(&row);
        steps.push(prepares(row.insert(self.draft())));
        steps.push(affects(format!("UPDATE {table} SET {name} = {name} WHERE {by_key}"), 1));
        steps.push(returns_one(format!("SELECT {name} = CURRENT_TIMESTAMP FROM {table} WHERE {by_key}"), "t"));
        let twin =
            Change::DropTrigger { table: Physical(self.draft()).table(self.symbol), name: self.named(TOUCH_TRIGGER) };
        Ok(kit::steps::trial(self.claim, steps, vec![twin]))
    }
}

/// The session setting that a default reads.
fn session_setting(default: &str) -> Option<&str> {
    default.split_once("current_setting('")?.1.split('\'').next()
}

/// The column no longer computed by the server, in physical names.
fn uncomputed(draft: &Draft, symbol: &str, column: &Column) -> Change {
    let name = draft.name(&format!("{symbol}.{}", column.name));
    let to = Column { name: name.clone(), ty: column.ty.clone(), not_null: column.not_null, ..Column::default() };
    let generated = column.generated.clone().map(|mut g| {
        g.expression = draft.printed(&g.expression);
        g
    });
    let from = Column { generated, ..to.clone() };
    Change::SetColumnProperty { table: Physical(draft).table(symbol), from, to }
}

/// Another type that keeps every value: one wider, or a domain over the same type. What depends on the
/// column and would forbid the change goes first.
fn type_twin(draft: &Draft, symbol: &str, column: &Column) -> Vec<Change> {
    let p = Physical(draft);
    let named = format!("⟦{symbol}.{}⟧", column.name);
    let mut changes = vec![];
    for view in draft.schema.views.iter().filter(|v| v.query.contains(&named)) {
        changes.push(Change::DropView {
            name: Name::new(p.namespace(), draft.name(&view.name.name)),
            materialized: view.materialized,
        });
    }
    for table in draft.schema.wholes() {
        for policy in
            table.policies.iter().filter(|p| [&p.using, &p.check].into_iter().flatten().any(|e| e.contains(&named)))
        {
            changes.push(drop_policy(draft, &table.name.name, policy));
        }
        for other in
            table.columns.iter().filter(|c| c.generated.as_ref().is_some_and(|g| g.expression.contains(&named)))
        {
            changes.push(uncomputed(draft, &table.name.name, other));
        }
    }
    let (ty, domain) = other_type(column);
    let ty = match domain {
        Some(base) => {
            let name = Name::new(p.namespace(), "another_type");
            let kind = TypeKind::Domain { base, collation: None, default: None, not_null: false, checks: vec![] };
            changes.push(Change::CreateType { ty: TypeDef { name: name.clone(), kind, comment: None, owner: None } });
            format!("{}.{}", tw_model::ident::quote(&name.schema), name.name)
        }
        None => ty,
    };
    if column.generated.is_some() {
        changes.push(uncomputed(draft, symbol, column));
    }
    changes.push(Change::SetColumnType {
        table: p.table(symbol),
        column: p.member(symbol, &column.name),
        ty,
        collation: None,
    });
    changes
}

/// Another type, or the base of a domain to make.
fn other_type(column: &Column) -> (String, Option<String>) {
    let ty = column.ty.as_str();
    let base = ty.split('(').next().unwrap_or(ty);
    let args = arguments(ty);
    match (base, args.as_slice()) {
        ("character varying", [n]) => (format!("character varying({})", n + 1), None),
        ("character", [n]) => (format!("character({})", n + 1), None),
        ("numeric", [p, s]) => (format!("numeric({},{s})", p + 1), None),
        ("text", _) => ("character varying".into(), None),
        ("timestamp with time zone", []) => ("timestamp(6) with time zone".into(), None),
        ("bigint", _) if column.identity.is_some() => ("integer".into(), None),
        ("integer" | "smallint", _) => ("bigint".into(), None),
        _ => (String::new(), Some(ty.into())),
    }
}
