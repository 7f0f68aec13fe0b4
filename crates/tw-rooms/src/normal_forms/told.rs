//! A judgement under the table's own names.
use super::{
    Columns, Dependency, anomalies, atomic,
    carry::{Moves, moves},
    judge::{Broken, Given, Group, Judged, Meant, Shown},
    migration,
    multivalued::ManyShown,
    shape::Shape,
};
use std::collections::{BTreeMap, BTreeSet};
use tw_model::{
    change::Change,
    discovery::*,
    print,
    schema::{Name, Schema, Table},
    trial::Trial,
};

/// What a table is called, and its columns.
pub struct Described<'a> {
    /// The table, as people name it.
    pub table: &'a str,
    /// Its schema; empty where there is none.
    pub schema: &'a str,
    /// Its name there.
    pub name: &'a str,
    /// Name and type of each column.
    pub columns: &'a [(String, String)],
    /// All rows were read.
    pub whole: bool,
    /// The value of a code of a column, as text.
    pub value: &'a dyn Fn(usize, u32) -> Option<String>,
    /// The table as it is declared, with what hangs on it; none of rows alone.
    pub declared: Option<&'a Schema>,
    /// Names that other tables and views have already.
    pub taken: &'a BTreeSet<String>,
}

impl Described<'_> {
    /// Its name in statements.
    pub fn name(&self) -> Name {
        Name::new(self.schema, self.name)
    }

    fn names(&self, columns: Columns) -> Vec<String> {
        columns.iter().map(|c| self.columns[c].0.clone()).collect()
    }

    /// What a row says in those columns.
    fn said(&self, given: &Given, columns: impl Iterator<Item = usize>, row: u32) -> Vec<Option<String>> {
        let short = |v: String| v.chars().take(LONGEST).collect::<String>();
        columns.map(|c| (self.value)(c, given.coded.columns[c].codes[row as usize]).map(short)).collect()
    }
}

/// Most characters of a value that is shown.
const LONGEST: usize = 60;

/// A judgement in names, with what is to be tried of it.
pub struct Told {
    /// What was found.
    pub found: TableFound,
    /// The table as it is, for a server to be tried on.
    pub before: Option<Table>,
    /// Of each anomaly.
    pub anomalies: Vec<Trial>,
    /// Of the migration, on rows alone.
    pub migration: Option<Trial>,
    /// Of the migration, on the table as it is declared.
    pub whole: Option<Whole>,
}

/// The migration with all that hangs on the table.
pub struct Whole {
    /// What a lab is to have.
    pub from: Schema,
    /// The rows are moved.
    pub migration: Trial,
    /// What hung on the table is made anew; none where nothing did.
    pub carried: Option<Trial>,
}

/// The judgement in names.
pub fn told(of: &Described, given: &Given, judged: &Judged) -> Told {
    let table = &given.coded;
    let columns = of.columns.iter().zip(&table.columns).map(|((name, ty), c)| ColumnFound {
        name: name.clone(),
        ty: ty.clone(),
        distinct: c.distinct.into(),
        nulls: c.missing.len() as u64,
    });
    let mut found = TableFound {
        table: of.table.into(),
        rows: table.rows as u64,
        whole: of.whole,
        duplicates: judged.duplicates as u64,
        columns: columns.collect(),
        keys: judged.keys.iter().map(|key| of.names(*key)).collect(),
        keys_declared: !given.keys.is_empty(),
        dependencies: dependencies(of, given, judged),
        by_chance: judged.by_chance as u64,
        form: judged.form.map(|f| f.name().into()),
        computed: of.names(given.computed_columns()),
        not_atomic: atomic::told(of, given),
        violations: judged.violations.iter().map(|shown| violation(of, given, shown)).collect(),
        independent: judged.many.iter().map(|many| independent(of, given, many)).collect(),
        ..TableFound::default()
    };
    let Some(shape) = Shape::new(of, given, judged) else {
        return Told { found, before: None, anomalies: vec![], migration: None, whole: None };
    };
    let bare = moves(&shape, &Schema { tables: vec![shape.before()], ..Schema::default() });
    proposed(&shape, judged, &mut found);
    found.migration =
        Some(migrated(&shape, &of.declared.map_or_else(|| moves(&shape, &bare.from), |d| moves(&shape, d))));
    let anomalies = anomalies::anomalies(&shape, judged, &bare);
    let told = |a: &anomalies::Anomaly| AnomalyFound { kind: a.kind.into(), said: a.said.clone(), proof: None };
    found.anomalies = anomalies.iter().map(told).collect();
    Told {
        found,
        before: Some(shape.before()),
        anomalies: anomalies.into_iter().map(|a| a.trial).collect(),
        migration: Some(migration::trial(&shape, &bare)),
        whole: of.declared.map(|declared| {
            let moves = moves(&shape, &ownerless(declared));
            let (migration, carried) = (migration::trial(&shape, &moves), migration::carried(&shape, &moves));
            Whole { from: moves.from, migration, carried }
        }),
    }
}

/// In a lab everything is its owner's.
fn ownerless(schema: &Schema) -> Schema {
    let mut schema = schema.clone();
    schema.tables.iter_mut().for_each(|t| t.owner = None);
    schema.views.iter_mut().for_each(|v| v.owner = None);
    schema.sequences.iter_mut().for_each(|s| s.owner = None);
    schema.functions.iter_mut().for_each(|f| f.owner = None);
    schema.types.iter_mut().for_each(|t| t.owner = None);
    schema.namespaces.iter_mut().for_each(|n| n.owner = None);
    schema
}

/// The migration in words: what is left behind stands before its statements too.
fn migrated(shape: &Shape, moves: &Moves) -> MigrationFound {
    let mut sql = migration::statements(shape, moves);
    // A name may hold a line break, which would end the comment.
    let one_line = |l: &LeftFound| format!("{}: {}", l.object, l.why).replace(['\n', '\r'], " ");
    let said = moves.left.iter().map(|l| format!("-- not moved: {}\n", one_line(l)));
    if let Some(first) = sql.first_mut() {
        *first = said.collect::<String>() + first;
    }
    let seen = moves.after.views.iter().any(|v| v.name == migration::view_name(shape));
    MigrationFound {
        sql,
        view: if seen { String::new() } else { Change::CreateView { view: migration::view(shape) }.sql().join(";\n") },
        carried: moves.carried.clone(),
        left: moves.left.clone(),
        ..MigrationFound::default()
    }
}

fn dependencies(of: &Described, given: &Given, judged: &Judged) -> Vec<DependencyFound> {
    let mut all = vec![];
    if !judged.constant.is_empty() {
        all.push(DependencyFound { right: of.names(judged.constant), ..DependencyFound::default() });
    }
    all.extend(together(&judged.meant).into_iter().map(|(d, m)| DependencyFound {
        chance: m.chance,
        repeated: m.repeated as u64,
        ..named(of, d)
    }));
    all.extend(judged.near.iter().map(|Broken { near, groups }| {
        let d = near.dependency;
        let said = |(row, rows): &Group| SaidFound {
            values: of.said(given, d.left.iter().chain(d.right.iter()), *row),
            rows: *rows as u64,
        };
        let contradicting = groups.iter().take(MOST_CONTRADICTING).map(said).collect();
        DependencyFound { g3: near.g3, chance: near.chance, contradicting, ..named(of, d) }
    }));
    all
}

/// Values that contradict each other and are told.
const MOST_CONTRADICTING: usize = 4;

fn named(of: &Described, d: Dependency) -> DependencyFound {
    DependencyFound { left: of.names(d.left), right: of.names(d.right), ..DependencyFound::default() }
}

fn violation(of: &Described, given: &Given, shown: &Shown) -> ViolationFound {
    let d = shown.violation.dependency;
    let (row, rows) = shown.largest;
    ViolationFound {
        left: of.names(d.left),
        right: of.names(d.right),
        leaves: shown.violation.leaves.name().into(),
        example: of.said(given, d.left.iter().chain(d.right.iter()), row),
        example_rows: rows as u64,
    }
}

fn independent(of: &Described, given: &Given, many: &ManyShown) -> IndependentFound {
    let (row, ones, others) = many.largest;
    let d = many.dependency;
    IndependentFound {
        left: of.names(d.left),
        one: of.names(d.one),
        other: of.names(d.other),
        example: of.said(given, d.left.iter(), row),
        ones: ones as u64,
        others: others as u64,
        implied: many.implied as u64,
    }
}

fn proposed(shape: &Shape, judged: &Judged, found: &mut TableFound) {
    let (of, given) = (shape.of, shape.given);
    let Some(proposal) = &judged.proposal else { return };
    let (before, joined, counts) = &judged.counts;
    let parts = proposal.tables().zip(&shape.names).enumerate().map(|(n, (part, name))| PartFound {
        backing: n >= shape.proper,
        table: name.name.clone(),
        columns: of.names(part.columns),
        key: of.names(part.key),
        rows: counts.get(n).map_or(0, |rows| *rows as u64),
    });
    found.proposal = parts.collect();
    found.proposed_form = Some(proposal.form.name().into());
    found.lost = proposal.lost.iter().map(|d| named(of, *d)).collect();
    found.independent.extend(proposal.many.iter().map(|many| independent(of, given, many)));
    found.independent.dedup_by(|a, b| (&a.left, &a.one, &a.other) == (&b.left, &b.one, &b.other));
    let stored = |(part, rows): (&super::decompose::Part, &usize)| (rows * part.columns.len()) as u64;
    found.tried = Some(Tried {
        lossless: proposal.lossless,
        rows: *before as u64,
        joined: *joined as u64,
        values_before: (given.coded.rows * given.coded.columns.len()) as u64,
        values_after: proposal.tables().zip(counts).map(stored).sum(),
    });
    found.sql = print::print(&Schema { tables: shape.after(), ..Schema::default() });
}

/// Those with one left side as one; the least chance and the rows of the left side stand for all.
fn together(meant: &[Meant]) -> Vec<(Dependency, Meant)> {
    let mut all: BTreeMap<(usize, Columns), (Dependency, Meant)> = BTreeMap::new();
    for m in meant {
        let left = m.dependency.left;
        let of = all.entry((left.len(), left)).or_insert((Dependency { left, right: Columns::NONE }, *m));
        of.0.right = of.0.right.or(m.dependency.right);
        of.1.chance = of.1.chance.min(m.chance);
    }
    all.into_values().collect()
}
