//! JDL, the domain language of JHipster: <https://www.jhipster.tech/jdl/intro>.
//!
//! Columns are those that its changelogs make on PostgreSQL (`generators/liquibase` of
//! <https://github.com/jhipster/generator-jhipster>). What its applications promise of them, the server promises here:
//! validations and the values of an enum are checks, ids are counted up.
mod fit;
mod names;
mod relations;
mod validations;
mod write;

use super::tokens::{Kind, Signs, Words};
use super::{
    Can, Form, Read, blocks, count_up, finished, set_check, set_key, set_unique, types, unknown_block, unplaced,
};
use crate::diagnostic::Fault;
use relations::{Relation, Side};
use std::collections::BTreeMap;
use std::ops::Range;
use tw_model::{
    adopted::Loss,
    ident,
    printed::is_number,
    schema::{Column, Name, Schema, Table},
};
use validations::Validation;

pub(super) const FORM: Form = Form {
    word: "jdl",
    endings: &["jdl", "jh"],
    can: Can {
        enums: false,
        wide_uniques: false,
        indexes: false,
        schemas: false,
        other_targets: false,
        checks: validations::said,
        fit: fit::fit,
        ..Can::ALL
    },
    read,
    write: write::write,
};

const SIGNS: Signs = Signs { comment: "//", java: true };

/// (JDL's type, as a server prints its column).
const TYPES: &[(&str, &str)] = &[
    ("String", "character varying(255)"),
    ("Integer", "integer"),
    ("Long", "bigint"),
    ("BigDecimal", "numeric(21,2)"),
    ("Float", "real"),
    ("Double", "double precision"),
    ("Boolean", "boolean"),
    ("LocalDate", "date"),
    ("LocalTime", "time without time zone"),
    ("Instant", "timestamp without time zone"),
    ("ZonedDateTime", "timestamp without time zone"),
    ("Duration", "bigint"),
    ("UUID", "uuid"),
    ("TextBlob", "text"),
    ("Blob", "bytea"),
    ("AnyBlob", "bytea"),
    ("ImageBlob", "bytea"),
    ("ByteBuffer", "bytea"),
];

/// Entities that every application of JHipster has: name, table, key, its type.
const BUILT_IN: &[(&str, &str, &str, &str)] =
    &[("User", "jhi_user", "id", "bigint"), ("Authority", "jhi_authority", "name", "character varying(50)")];

/// Blocks, in the words that may be meant.
const BLOCKS: &[&str] = &["entity", "enum", "relationship", "application", "deployment"];

/// What applies to entities as a whole and says nothing of their tables.
const OPTIONS: &[&str] = &[
    "dto",
    "paginate",
    "service",
    "microservice",
    "search",
    "skipClient",
    "skipServer",
    "angularSuffix",
    "filter",
    "readOnly",
    "embedded",
    "noFluentMethod",
    "clientRootFolder",
    "use",
];

/// What follows `with` in a relationship.
const RELATION_OPTIONS: &[&str] = &["builtInEntity", "cascade", "jpaDerivedIdentifier"];

/// `@name(value)`, by its name in lower camel case.
type Annotations = Vec<(String, String)>;

fn said<'a>(annotations: &'a Annotations, name: &str) -> Option<&'a str> {
    annotations.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
}

/// An entity as written.
struct Entity {
    name: String,
    table: String,
    doc: Option<String>,
    fields: Vec<Field>,
    span: Range<usize>,
}

/// A field as written, its column and what is promised of it.
struct Field {
    column: Column,
    validations: Vec<Validation>,
    key: bool,
    unique: bool,
}

#[derive(Default)]
struct Reader {
    entities: Vec<Entity>,
    enums: BTreeMap<String, Vec<String>>,
    relations: Vec<Relation>,
    constants: BTreeMap<String, String>,
    /// What each field says, by entity and field: its type may be an enum that is written later.
    written: Vec<(usize, usize, Written)>,
    losses: Vec<Loss>,
}

/// What a field says of its type.
struct Written {
    ty: String,
    longest: Option<String>,
    annotations: Annotations,
    span: Range<usize>,
}

fn read(text: &str) -> Read {
    let mut reader: Reader = blocks(text, SIGNS, Reader::block)?;
    let mut faults = vec![];
    reader.give_types(&mut faults);
    let mut schema = Schema::default();
    let keys = relations::resolve(&mut reader, &mut faults);
    for (entity, key) in reader.entities.iter().zip(&keys) {
        schema.tables.push(table(entity, key));
    }
    relations::tables(&mut reader, &keys, &mut schema, &mut faults);
    finished(schema, reader.losses, faults)
}

impl Reader {
    fn block(&mut self, words: &mut Words) -> Result<(), Fault> {
        let doc = words.doc();
        let annotations = annotations(words)?;
        if words.done() {
            return Ok(());
        }
        if words.eat("entity") {
            return self.entity(words, doc, annotations);
        }
        if words.eat("enum") {
            return self.list(words);
        }
        if words.eat("relationship") {
            return self.relationship(words);
        }
        for word in ["application", "deployment"] {
            if words.eat(word) {
                self.losses.push(unplaced(word, "how it is built"));
                return words.skip_block();
            }
        }
        if words.ahead(1) == "=" {
            let name = words.name("a constant")?;
            words.bump();
            self.constants.insert(name, words.number("a constant")?);
            return Ok(());
        }
        if OPTIONS.contains(&words.peek()) {
            self.losses.push(unplaced(words.peek(), "the option"));
            skip_option(words);
            return Ok(());
        }
        let why = "a file has application, deployment, entity, enum and relationship blocks, constants and options";
        Err(unknown_block(words, BLOCKS, why))
    }

    /// Tells of the annotations that say nothing of a schema.
    fn lose_others(&mut self, path: &str, annotations: &Annotations, known: &[&str]) {
        for (name, _) in annotations.iter().filter(|(n, _)| !known.contains(&n.as_str())) {
            self.losses.push(unplaced(path, &format!("the option {name}")));
        }
    }

    fn entity(&mut self, words: &mut Words, doc: Option<String>, annotations: Annotations) -> Result<(), Fault> {
        let span = words.span();
        let name = words.name("an entity")?;
        self.lose_others(&name, &annotations, &[]);
        let mut table = names::table(&name);
        if words.eat("(") {
            table = words.name("a table")?;
            words.expect(")", "the name of a table stands in parentheses")?;
        }
        let mut entity = Entity { name, table, doc, fields: vec![], span };
        if words.eat("{") {
            loop {
                let doc = words.doc();
                if words.eat("}") {
                    break;
                }
                let at = (self.entities.len(), entity.fields.len());
                let mut field = self.field(words, &entity.name, at)?;
                field.column.comment = field.column.comment.or(doc);
                entity.fields.push(field);
            }
        }
        self.entities.push(entity);
        Ok(())
    }

    fn field(&mut self, words: &mut Words, entity: &str, at: (usize, usize)) -> Result<Field, Fault> {
        let annotations = annotations(words)?;
        let name = words.name("a field")?;
        let known =
            ["id", "autoGenerate", "columnType", "fieldNameAsDatabaseColumn", "defaultValue", "defaultValueComputed"];
        self.lose_others(&format!("{entity}.{name}"), &annotations, &known);
        let span = words.span();
        let ty = words.name("a type")?;
        let column = said(&annotations, "fieldNameAsDatabaseColumn").map_or(names::column(&name), String::from);
        let key = said(&annotations, "id").is_some();
        let mut field =
            Field { column: Column { name: column, ..Column::default() }, validations: vec![], key, unique: false };
        let mut longest = None;
        loop {
            if words.eat("required") {
                field.column.not_null = true;
            } else if words.eat("unique") {
                field.unique = true;
            } else if let Some(word) = validations::WORDS.iter().find(|w| words.peek() == **w && words.ahead(1) == "(")
            {
                words.bump();
                words.bump();
                let value = self.value(words, word)?;
                words.expect(")", "the value of a validation stands in parentheses")?;
                // Without a type of its own a text is as long as it may be.
                match *word == "maxlength" && said(&annotations, "columnType").is_none() {
                    true => longest = Some(value),
                    false => field.validations.extend(Validation::of(word, value)),
                }
            } else {
                break;
            }
        }
        if words.token().is_some_and(|t| t.kind == Kind::Doc && !t.first) {
            field.column.comment = words.doc();
        }
        words.eat(",");
        self.written.push((at.0, at.1, Written { ty, longest, annotations, span }));
        Ok(field)
    }

    /// A number, a constant, or a pattern.
    fn value(&self, words: &mut Words, word: &str) -> Result<String, Fault> {
        if word == "pattern" {
            return words.quoted("a pattern between slashes");
        }
        let span = words.span();
        let number = words.number("a number")?;
        let number = self.constants.get(&number).cloned().unwrap_or(number);
        if is_number(&number) {
            return Ok(number);
        }
        let fault = Fault::new(span, format!("`{}` is no number", crate::cursor::shorten(&number)));
        Err(fault.why("a validation has a number, or a constant that stands before it: `LONGEST = 20`"))
    }

    fn list(&mut self, words: &mut Words) -> Result<(), Fault> {
        let name = words.name("an enum")?;
        words.expect("{", "the values of an enum stand in braces")?;
        let mut labels = vec![];
        loop {
            words.doc();
            if words.eat("}") {
                break;
            }
            let label = words.name("a value")?;
            if words.eat("(") {
                if words.quoted("a text").is_err() {
                    words.name("a text")?;
                }
                words.expect(")", "how a value is shown stands in parentheses")?;
                self.losses.push(unplaced(&format!("{name}.{label}"), "how it is shown"));
            }
            labels.push(label);
            words.eat(",");
        }
        self.enums.insert(name, labels);
        Ok(())
    }

    fn relationship(&mut self, words: &mut Words) -> Result<(), Fault> {
        let (kind, why) = (words.peek().to_string(), "a relationship is OneToOne, OneToMany, ManyToOne or ManyToMany");
        let Some(kind) = relations::KINDS.iter().find(|(word, _)| *word == kind).map(|(_, kind)| *kind) else {
            let fault = words.expected("how many", why);
            return Err(fault.suggest(&kind, relations::KINDS.iter().map(|(word, _)| *word), ""));
        };
        words.bump();
        words.expect("{", "relationships stand in braces")?;
        while !words.eat("}") {
            let from = self.side(words)?;
            words.expect("to", "a relationship is `A{b} to B{a}`")?;
            let mut to = self.side(words)?;
            if words.eat("with") {
                loop {
                    // How a key that is another's was said once.
                    let derived = words.peek() == "jpaDerivedIdentifier";
                    to.annotations.extend(derived.then(|| ("id".to_string(), String::new())));
                    words.name("an option")?;
                    if words.peek() != "," || !RELATION_OPTIONS.contains(&words.ahead(1)) {
                        break;
                    }
                    words.bump();
                }
            }
            words.eat(",");
            self.relations.push(Relation { kind, from, to });
        }
        Ok(())
    }

    fn side(&mut self, words: &mut Words) -> Result<Side, Fault> {
        let annotations = annotations(words)?;
        let doc = words.doc();
        let span = words.span();
        let entity = words.name("an entity")?;
        self.lose_others(&entity, &annotations, &["id", "onDelete", "onUpdate"]);
        let mut side = Side { entity, field: None, required: false, annotations, doc, span };
        if words.eat("{") {
            let field = words.name("a field")?;
            if words.eat("(") {
                let shown = words.name("a field")?;
                self.losses.push(unplaced(&format!("{}.{field}", side.entity), &format!("that {shown} is shown")));
                words.expect(")", "the field that is shown stands in parentheses")?;
            }
            side.field = Some(field);
            side.required = words.eat("required");
            words.expect("}", "the field of a side stands in braces")?;
        }
        Ok(side)
    }

    /// Gives each field its type, now that every enum is known.
    fn give_types(&mut self, faults: &mut Vec<Fault>) {
        for (entity, field, written) in std::mem::take(&mut self.written) {
            let field = &mut self.entities[entity].fields[field];
            let values = self.enums.get(&written.ty);
            let plain = TYPES.iter().find(|(word, _)| *word == written.ty).map(|(_, sql)| *sql);
            let Some(plain) = plain.or(values.map(|_| TYPES[0].1)) else {
                let what = format!("unknown type `{}`", crate::cursor::shorten(&written.ty));
                let fault = Fault::new(written.span, what).why("a field is of one of JDL's types or of an enum");
                faults.push(fault.suggest(&written.ty, TYPES.iter().map(|t| t.0), "add the enum"));
                continue;
            };
            field.validations.extend(values.cloned().map(Validation::Values));
            let column = &mut field.column;
            column.ty = match (said(&written.annotations, "columnType"), written.longest) {
                (Some(own), _) => types::long(own),
                (None, Some(n)) if plain == TYPES[0].1 => format!("character varying({n})"),
                (None, Some(n)) => {
                    field.validations.push(Validation::Longest(n));
                    plain.into()
                }
                (None, None) => plain.into(),
            };
            column.default = default(&written.annotations, &column.ty);
            let generated = field.key && said(&written.annotations, "autoGenerate") != Some("false");
            match written.ty.as_str() {
                "Integer" | "Long" if generated => count_up(column),
                "UUID" if generated && column.default.is_none() => column.default = Some(names::UUID.into()),
                _ => {}
            }
        }
    }
}

/// Annotations one after the other.
fn annotations(words: &mut Words) -> Result<Annotations, Fault> {
    let mut out = vec![];
    while words.eat("@") {
        let name = names::lower_first(&words.name("an annotation")?);
        let mut value = String::new();
        if words.eat("(") {
            let quoted = words.token().is_some_and(|t| t.kind == Kind::Name);
            value = if quoted { words.quoted("a value")? } else { words.number("a value")? };
            words.expect(")", "the value of an annotation stands in parentheses")?;
        }
        out.push((name, value));
    }
    Ok(out)
}

/// To the end of `dto A, B with mapstruct`: a line that ends with a comma goes on.
fn skip_option(words: &mut Words) {
    loop {
        let comma = words.peek() == ",";
        words.bump();
        if words.done() || words.at_line() && !comma {
            return;
        }
    }
}

fn default(annotations: &Annotations, ty: &str) -> Option<String> {
    let plain = |text: &str| is_number(text) || matches!((text, ty), ("true" | "false", "boolean"));
    let text = said(annotations, "defaultValue").map(|t| if plain(t) { t.to_string() } else { ident::literal(t) });
    said(annotations, "defaultValueComputed").map(String::from).or(text)
}

/// The table of an entity, without what relations add to it besides its key.
fn table(entity: &Entity, key: &[Column]) -> Table {
    let name = Name::new("public", &entity.table);
    let mut table = Table { name, comment: entity.doc.clone(), ..Table::default() };
    // A key that is no field comes first, but for the ends that relations add.
    let own = |c: &&Column| c.identity.is_some() && !entity.fields.iter().any(|f| f.column.name == c.name);
    table.columns.extend(key.iter().filter(own).cloned());
    table.columns.extend(entity.fields.iter().map(|f| f.column.clone()));
    table
}

/// The key and what the fields promise: said once every column is there.
fn promise(table: &mut Table, entity: &Entity, key: &[Column], losses: &mut Vec<Loss>) {
    set_key(table, key.iter().map(|c| c.name.clone()).collect());
    for field in &entity.fields {
        let column = &field.column;
        if field.unique {
            set_unique(table, vec![column.name.clone()]);
        }
        for validation in &field.validations {
            match validation.expression(column) {
                Some(expression) => set_check(table, &column.name, expression),
                None => losses.push(Loss::nowhere(
                    format!("{}.{}", entity.name, column.name),
                    "a validation",
                    "it is not for columns of this type",
                )),
            }
        }
    }
}
