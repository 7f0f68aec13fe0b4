//! Prisma schema: <https://www.prisma.io/docs/orm/reference/prisma-schema-reference>.
mod write;

use super::tokens::{Kind, Signs, Words};
use super::{
    Can, Form, Read, Refers, blocks, count_up, finished, set_key, set_reference, set_unique, types, unknown_block,
};
use crate::diagnostic::Fault;
use std::ops::Range;
use tw_model::{
    adopted::Loss,
    ident,
    model::Action,
    schema::{Column, Index, IndexPart, Name, Schema, Table, TypeDef, TypeKind},
};

pub(super) const FORM: Form =
    Form { word: "prisma", endings: &["prisma"], can: Can { comments: false, ..Can::ALL }, read, write: write::write };

const SIGNS: Signs = Signs { comment: "//", java: false };

/// (Prisma's type, native type, as a server prints it); without parameters.
const TYPES: &[(&str, &str, &str)] = &[
    ("String", "", "text"),
    ("String", "VarChar", "character varying"),
    ("String", "Char", "character"),
    ("String", "Uuid", "uuid"),
    ("String", "Xml", "xml"),
    ("String", "Inet", "inet"),
    ("String", "Citext", "citext"),
    ("String", "Text", "text"),
    ("Int", "", "integer"),
    ("Int", "SmallInt", "smallint"),
    ("Int", "Oid", "oid"),
    ("BigInt", "", "bigint"),
    ("Float", "", "double precision"),
    ("Float", "Real", "real"),
    ("Decimal", "Decimal", "numeric"),
    ("Decimal", "Money", "money"),
    ("DateTime", "Timestamptz", "timestamptz"),
    ("DateTime", "Timestamp", "timestamp"),
    ("DateTime", "Date", "date"),
    ("DateTime", "Time", "time"),
    ("DateTime", "Timetz", "timetz"),
    ("Boolean", "", "boolean"),
    ("Json", "", "jsonb"),
    ("Json", "Json", "json"),
    ("Bytes", "", "bytea"),
];

/// What Prisma takes when a type says no more.
fn plain(ty: &str) -> Option<&'static str> {
    match ty {
        "Decimal" => Some("numeric(65,30)"),
        "DateTime" => Some("timestamp(3) without time zone"),
        _ => TYPES.iter().find(|(p, native, _)| *p == ty && native.is_empty()).map(|(_, _, sql)| *sql),
    }
}

/// A field of a model as written.
struct Field {
    name: String,
    ty: String,
    list: bool,
    optional: bool,
    attributes: Vec<Attribute>,
    span: Range<usize>,
}

/// `@name(arguments)`: each with its name, if it has one.
struct Attribute {
    name: String,
    arguments: Vec<(String, Value)>,
}

/// A value of an argument.
#[derive(Clone, Debug)]
enum Value {
    Text(String),
    Word(String),
    List(Vec<String>),
    /// `autoincrement()`, `dbgenerated("...")`.
    Call(String, Vec<Value>),
}

/// A model as written.
struct Model {
    name: String,
    fields: Vec<Field>,
    attributes: Vec<Attribute>,
}

#[derive(Default)]
struct Reader {
    models: Vec<Model>,
    schema: Schema,
    losses: Vec<Loss>,
}

fn read(text: &str) -> Read {
    let mut reader: Reader = blocks(text, SIGNS, Reader::block)?;
    let mut faults = vec![];
    reader.tables(&mut faults);
    finished(reader.schema, reader.losses, faults)
}

impl Reader {
    fn block(&mut self, words: &mut Words) -> Result<(), Fault> {
        if words.eat("model") || words.eat("view") {
            let model = model(words)?;
            self.models.push(model);
            return Ok(());
        }
        if words.eat("enum") {
            return self.list(words);
        }
        for kind in ["datasource", "generator", "type"] {
            if words.eat(kind) {
                let name = words.name("a block")?;
                if kind == "type" {
                    self.lose(
                        &name,
                        "the composite type",
                        "PostgreSQL columns of it are jsonb in Prisma's other engines only",
                    );
                }
                return words.skip_block();
            }
        }
        let why = "a schema has model, enum, view, type, datasource and generator blocks";
        Err(unknown_block(words, &["model", "enum", "datasource", "generator"], why))
    }

    fn lose(&mut self, path: &str, what: &str, why: &str) {
        self.losses.push(Loss::nowhere(path, what, why));
    }

    fn list(&mut self, words: &mut Words) -> Result<(), Fault> {
        let name = words.name("an enum")?;
        words.expect("{", "the values of an enum stand in braces")?;
        let mut labels: Vec<String> = vec![];
        let mut known = Name::new("public", name);
        while !words.eat("}") {
            if words.peek() == "@" && words.ahead(1) == "@" {
                words.bump();
                words.bump();
                let attribute = attribute(words)?;
                match (attribute.name.as_str(), attribute.first()) {
                    ("map", Some(Value::Text(real))) => known.name = real.clone(),
                    ("schema", Some(Value::Text(schema))) => known.schema = schema.clone(),
                    _ => {}
                }
                continue;
            }
            let mut label = words.name("a value")?;
            while words.eat("@") {
                let attribute = attribute(words)?;
                if let ("map", Some(Value::Text(real))) = (attribute.name.as_str(), attribute.first()) {
                    label = real.clone();
                }
            }
            labels.push(label);
        }
        // Fields name the enum as it is written: its own name leads there.
        self.schema.types.push(TypeDef { name: known, kind: TypeKind::Enum { labels }, owner: None, comment: None });
        Ok(())
    }

    fn tables(&mut self, faults: &mut Vec<Fault>) {
        let models = std::mem::take(&mut self.models);
        for model in &models {
            let table = self.table(model, &models, faults);
            self.schema.tables.push(table);
        }
        for (n, model) in models.iter().enumerate() {
            for field in &model.fields {
                if let Some(relation) = field.attribute("relation").filter(|r| r.list("fields").is_some()) {
                    match refers(model, field, relation, &models) {
                        Ok(refers) => set_reference(&mut self.schema.tables[n], refers),
                        Err(fault) => faults.push(fault),
                    }
                } else if let Some(target) = models.iter().find(|m| m.name == field.ty && field.list) {
                    let of_it = |f: &&Field| f.ty == model.name && f.relation() == field.relation();
                    let back: Vec<&Field> = target.fields.iter().filter(of_it).collect();
                    let held = back.iter().any(|f| f.attribute("relation").is_some_and(|r| r.list("fields").is_some()));
                    if !held && back.iter().any(|f| f.list) && model.name <= field.ty {
                        let what = format!("the relation {} with {}", field.name, field.ty);
                        self.lose(&model.name, &what, "it is many to many, and its table is Prisma's own");
                    }
                }
            }
        }
    }

    fn table(&mut self, model: &Model, models: &[Model], faults: &mut Vec<Fault>) -> Table {
        let mut table = Table { name: name_of(model), ..Table::default() };
        for field in model.fields.iter().filter(|f| !models.iter().any(|m| m.name == f.ty)) {
            match self.column(field) {
                Ok(column) => table.columns.push(column),
                Err(fault) => faults.push(fault),
            }
        }
        let column = |name: &String| model.fields.iter().find(|f| f.name == *name).map_or(name.clone(), Field::column);
        for field in &model.fields {
            if field.attribute("id").is_some() {
                set_key(&mut table, vec![field.column()]);
            }
            if field.attribute("unique").is_some() {
                set_unique(&mut table, vec![field.column()]);
            }
        }
        for attribute in &model.attributes {
            let columns: Vec<String> = attribute.list("fields").unwrap_or_default().iter().map(column).collect();
            match attribute.name.as_str() {
                "id" => set_key(&mut table, columns),
                "unique" => set_unique(&mut table, columns),
                "index" => {
                    let parts =
                        columns.iter().map(|c| IndexPart { column: c.clone(), ..IndexPart::default() }).collect();
                    let name = match attribute.named("map") {
                        Some(Value::Text(name)) => name.clone(),
                        _ => format!("{}_{}_idx", table.name.name, columns.join("_")),
                    };
                    table.indexes.push(Index { name, method: "btree".into(), parts, ..Index::default() });
                }
                _ => {}
            }
        }
        table
    }

    fn column(&self, field: &Field) -> Result<Column, Fault> {
        let enumerated = self.schema.types.iter().find(|t| t.name.name == field.ty).map(|t| ident::name(&t.name));
        let native = field.attributes.iter().find_map(|a| Some((a.name.strip_prefix("db.")?, a)));
        let sql = match (native, &field.ty) {
            (Some((native, attribute)), ty) => {
                let found = TYPES.iter().find(|(p, n, _)| p == ty && n.eq_ignore_ascii_case(native));
                let base = found.map(|(.., sql)| sql.to_string()).unwrap_or_else(|| native.to_lowercase());
                let parameters: Vec<&str> = attribute
                    .arguments
                    .iter()
                    .filter_map(|(_, v)| if let Value::Word(w) = v { Some(w.as_str()) } else { None })
                    .collect();
                let list = if parameters.is_empty() { String::new() } else { format!("({})", parameters.join(",")) };
                Some(types::long(&format!("{base}{list}")))
            }
            (None, ty) => plain(ty).map(String::from).or(enumerated).or_else(|| ty.strip_prefix('"').map(String::from)),
        };
        let Some(ty) = sql else {
            let fault = Fault::new(field.span.clone(), format!("unknown type `{}`", crate::cursor::shorten(&field.ty)));
            let fault = fault.why("a field is of a scalar type, an enum or a model");
            return Err(fault.suggest(&field.ty, TYPES.iter().map(|t| t.0), "add the model or the enum"));
        };
        let ty = if field.list { format!("{ty}[]") } else { ty };
        let mut column = Column { name: field.column(), ty, not_null: !field.optional, ..Column::default() };
        match field.attribute("default").and_then(Attribute::first) {
            Some(Value::Call(call, _)) if call == "autoincrement" => count_up(&mut column),
            Some(value) => column.default = default(value),
            None => {}
        }
        Ok(column)
    }
}

/// A default as SQL; what Prisma's own client makes up is none.
fn default(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(ident::literal(text)),
        Value::Word(word)
            if super::types::long(word) == *word
                && word.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-')) =>
        {
            Some(word.clone())
        }
        Value::Word(word) if word == "true" || word == "false" => Some(word.clone()),
        // An enum's value.
        Value::Word(word) => Some(ident::literal(word)),
        Value::Call(call, _) if call == "now" => Some("CURRENT_TIMESTAMP".into()),
        Value::Call(call, arguments) if call == "dbgenerated" => match arguments.first() {
            Some(Value::Text(sql)) => Some(sql.clone()),
            _ => None,
        },
        Value::Call(..) | Value::List(_) => None,
    }
}

fn name_of(model: &Model) -> Name {
    let of = |what: &str| {
        let found = model.attributes.iter().find(|a| a.name == what).and_then(Attribute::first);
        found.and_then(|v| if let Value::Text(text) = v { Some(text.clone()) } else { None })
    };
    Name::new(of("schema").unwrap_or_else(|| "public".into()), of("map").unwrap_or_else(|| model.name.clone()))
}

fn refers(model: &Model, field: &Field, relation: &Attribute, models: &[Model]) -> Result<Refers, Fault> {
    let Some(target) = models.iter().find(|m| m.name == field.ty) else {
        return Err(Fault::new(field.span.clone(), format!("the model `{}` is not there", field.ty)).help("add it"));
    };
    let columns = |of: &Model, names: Vec<String>| -> Vec<String> {
        names.iter().map(|n| of.fields.iter().find(|f| f.name == *n).map_or(n.clone(), Field::column)).collect()
    };
    let action = |what: &str, unsaid: Action| match relation.named(what) {
        Some(Value::Word(word)) => ACTIONS.iter().find(|(w, _)| w == word).map(|(_, a)| *a).unwrap_or(unsaid),
        _ => unsaid,
    };
    // What Prisma takes when nothing is said.
    let on_delete = if field.optional { Action::SetNull } else { Action::Restrict };
    Ok(Refers {
        columns: columns(model, relation.list("fields").unwrap_or_default()),
        target: name_of(target),
        target_columns: columns(target, relation.list("references").unwrap_or_default()),
        on_delete: action("onDelete", on_delete),
        on_update: action("onUpdate", Action::Cascade),
    })
}

const ACTIONS: &[(&str, Action)] = &[
    ("NoAction", Action::NoAction),
    ("Restrict", Action::Restrict),
    ("Cascade", Action::Cascade),
    ("SetNull", Action::SetNull),
    ("SetDefault", Action::SetDefault),
];

impl Field {
    fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|a| a.name == name)
    }
    /// The name of its relation; two between the same models have names.
    fn relation(&self) -> Option<&str> {
        let relation = self.attribute("relation")?;
        match relation.named("name").or_else(|| relation.named("")) {
            Some(Value::Text(name)) => Some(name),
            _ => None,
        }
    }
    fn column(&self) -> String {
        match self.attribute("map").and_then(Attribute::first) {
            Some(Value::Text(real)) => real.clone(),
            _ => self.name.clone(),
        }
    }
}

impl Attribute {
    fn first(&self) -> Option<&Value> {
        self.arguments.iter().find(|(n, _)| n.is_empty()).or(self.arguments.first()).map(|(_, v)| v)
    }
    fn named(&self, name: &str) -> Option<&Value> {
        self.arguments.iter().find(|(n, _)| n == name).map(|(_, v)| v)
    }
    /// A list by its name, or the first argument when it is one.
    fn list(&self, name: &str) -> Option<Vec<String>> {
        let found = self.named(name).or_else(|| self.arguments.iter().find(|(n, _)| n.is_empty()).map(|(_, v)| v));
        match found {
            Some(Value::List(list)) => Some(list.clone()),
            _ => None,
        }
    }
}

fn model(words: &mut Words) -> Result<Model, Fault> {
    let mut model = Model { name: words.name("a model")?, fields: vec![], attributes: vec![] };
    words.expect("{", "the fields of a model stand in braces")?;
    while !words.eat("}") {
        if words.peek() == "@" && words.ahead(1) == "@" {
            words.bump();
            words.bump();
            model.attributes.push(attribute(words)?);
            continue;
        }
        let span = words.span();
        let name = words.name("a field")?;
        let mut ty = words.name("a type")?;
        if ty == "Unsupported" {
            words.expect("(", "an unsupported type is `Unsupported(\"type\")`")?;
            ty = format!("\"{}", words.quoted("the type")?);
            words.expect(")", "an unsupported type is `Unsupported(\"type\")`")?;
        }
        let mut field = Field { name, ty, list: false, optional: false, attributes: vec![], span };
        if words.peek() == "[" && words.ahead(1) == "]" {
            words.bump();
            words.bump();
            field.list = true;
        }
        field.optional = words.eat("?");
        while words.peek() == "@" && words.ahead(1) != "@" {
            words.bump();
            field.attributes.push(attribute(words)?);
        }
        model.fields.push(field);
    }
    Ok(model)
}

/// What follows `@`: a name, perhaps with a dot, and arguments.
fn attribute(words: &mut Words) -> Result<Attribute, Fault> {
    let mut name = words.name("an attribute")?;
    while words.eat(".") {
        name = format!("{name}.{}", words.name("an attribute")?);
    }
    let mut arguments = vec![];
    if words.peek() == "(" && !words.at_line() {
        words.bump();
        arguments = self::arguments(words, 0)?;
    }
    Ok(Attribute { name, arguments })
}

/// Deepest nesting of calls.
const DEEPEST: usize = 8;

fn arguments(words: &mut Words, depth: usize) -> Result<Vec<(String, Value)>, Fault> {
    let mut out = vec![];
    while !words.eat(")") {
        let mut name = String::new();
        if words.ahead(1) == ":" {
            name = words.name("an argument")?;
            words.bump();
        }
        out.push((name, value(words, depth)?));
        if !words.eat(",") && words.peek() != ")" {
            return Err(words.expected("`)`", "arguments are separated by commas and end with a parenthesis"));
        }
    }
    Ok(out)
}

fn value(words: &mut Words, depth: usize) -> Result<Value, Fault> {
    if depth > DEEPEST {
        return Err(Fault::new(words.span(), "too many nested calls").why(format!("at most {DEEPEST} levels are read")));
    }
    if words.eat("[") {
        let mut list = vec![];
        while !words.eat("]") {
            list.push(match words.token() {
                Some(t) if t.kind == Kind::Name => words.quoted("a value")?,
                _ => words.name("a field")?,
            });
            // A field of a list may have options: `[name(sort: Desc)]`.
            if words.eat("(") {
                arguments(words, depth + 1)?;
            }
            if !words.eat(",") && words.peek() != "]" {
                return Err(words.expected("`]`", "a list ends with its bracket"));
            }
        }
        return Ok(Value::List(list));
    }
    if words.token().is_some_and(|t| t.kind == Kind::Name) {
        return Ok(Value::Text(words.quoted("a value")?));
    }
    let mut word = String::new();
    if words.eat("-") {
        word.push('-');
    }
    word += &words.name("a value")?;
    if words.eat(".") {
        word = format!("{word}.{}", words.name("a value")?);
    }
    if words.eat("(") {
        let values = arguments(words, depth + 1)?;
        return Ok(Value::Call(word, values.into_iter().map(|(_, v)| v).collect()));
    }
    Ok(Value::Word(word))
}
