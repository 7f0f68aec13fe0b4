//! Mermaid entity relationship diagrams: <https://mermaid.js.org/syntax/entityRelationshipDiagram.html>.
use super::tokens::{Signs, Words};
use super::{
    Can, Form, Read, Refers, blocks, finished, is_unique, references, set_key, set_reference, set_unique, types,
    unplaced,
};
use crate::diagnostic::Fault;
use tw_model::{
    adopted::Loss,
    model::{Action, snake_case},
    schema::{Column, Name, Schema, Table},
};

pub(super) const FORM: Form =
    Form { word: "mermaid", endings: &["mmd", "mermaid"], can: Can { schemas: true, ..Can::NONE }, read, write };

const SIGNS: Signs = Signs { comment: "%%", java: false };

/// What the note of an attribute says when it may be absent.
const OPTIONAL: &str = "optional";

const BEGINS: &str = "an entity relationship diagram begins with it";

const RELATION: &str = "a relation is `A ||--o{ B : label`";

/// A relation as drawn: both ends with whether each is one and may be missing, and its label.
struct Drawn {
    left: String,
    right: String,
    left_one: bool,
    left_optional: bool,
    right_one: bool,
    label: String,
    span: std::ops::Range<usize>,
}

#[derive(Default)]
struct Reader {
    begun: bool,
    schema: Schema,
    drawn: Vec<Drawn>,
    losses: Vec<Loss>,
}

fn read(text: &str) -> Read {
    let Reader { begun, mut schema, drawn, mut losses } = blocks(text, SIGNS, Reader::line)?;
    let mut faults: Vec<Fault> = vec![];
    if !begun {
        faults.push(Fault::new(0..0, "there is no `erDiagram`").why(BEGINS));
    }
    for relation in drawn {
        if let Err(fault) = relate(&mut schema, relation, &mut losses) {
            faults.push(fault);
        }
    }
    finished(schema, losses, faults)
}

/// `--- ... ---` at the top.
fn front_matter(words: &mut Words) {
    let dashes = |w: &Words| (0..3).all(|n| w.ahead(n) == "-");
    if dashes(words) {
        words.next_line();
        while !words.done() && !dashes(words) {
            words.next_line();
        }
        words.next_line();
    }
}

impl Reader {
    /// The beginning, else a line.
    fn line(&mut self, words: &mut Words) -> Result<(), Fault> {
        if !self.begun {
            front_matter(words);
            self.begun = words.eat("erDiagram");
            return if self.begun { Ok(()) } else { Err(words.expected("`erDiagram`", BEGINS)) };
        }
        let only_drawing = ["direction", "title", "accTitle", "accDescr", "style", "classDef", "class"];
        if only_drawing.contains(&words.peek()) && words.at_line() && !matches!(words.ahead(1), "{" | "|" | "}") {
            self.losses.push(unplaced(words.peek(), "how it is drawn"));
            words.next_line();
            return Ok(());
        }
        let span = words.span();
        let name = words.name("an entity")?;
        if words.eat("[") {
            // An alias is how the entity is shown.
            words.token().is_some().then(|| words.bump());
            words.expect("]", "an alias stands in brackets")?;
        }
        if words.eat("{") {
            return attributes(words, &mut self.schema, &name);
        }
        if words.at_line() {
            entity(&mut self.schema, &name);
            return Ok(());
        }
        let (left_optional, left_one) = cardinality(words, true)?;
        let solid = words.eat("-") && words.eat("-");
        let drawn_so = solid || words.eat(".") && words.eat(".");
        if !drawn_so {
            return Err(words.expected("`--` or `..`", RELATION));
        }
        let (_, right_one) = cardinality(words, false)?;
        let right = words.name("an entity")?;
        let mut label = String::new();
        if words.eat(":") {
            label = match words.quoted("a label") {
                Ok(label) => label,
                Err(_) => words.name("a label")?,
            };
            while !words.at_line() {
                words.bump();
            }
        }
        self.drawn.push(Drawn { left: name, right, left_one, left_optional, right_one, label, span });
        Ok(())
    }
}

/// `||`, `|o`, `}o`, `}|` and their mirror images: may be none, is at most one.
fn cardinality(words: &mut Words, left: bool) -> Result<(bool, bool), Fault> {
    // `o` touches what follows it in a word: `|o--`, `--o{`.
    let (a, b) = (words.peek().to_string(), words.ahead(1).to_string());
    let known = match (a.as_str(), b.as_str(), left) {
        ("|", "|", _) => Some((false, true)),
        ("|", "o", true) | ("o", "|", false) => Some((true, true)),
        ("}", "o", true) | ("o", "{", false) => Some((true, false)),
        ("}", "|", true) | ("|", "{", false) => Some((false, false)),
        _ => None,
    };
    let Some(known) = known else {
        let fault = words.expected("how many", RELATION);
        return Err(fault.help("write `||`, `|o`, `}o` or `}|` on the left, `||`, `o|`, `o{` or `|{` on the right"));
    };
    words.bump();
    words.bump();
    Ok(known)
}

fn named(shown: &str) -> Name {
    match shown.split_once('.') {
        Some((schema, table)) if !schema.is_empty() && !table.is_empty() => Name::new(schema, table),
        _ => Name::new("public", shown),
    }
}

fn entity<'a>(schema: &'a mut Schema, shown: &str) -> &'a mut Table {
    let name = named(shown);
    let at = match schema.tables.iter().position(|t| t.name == name) {
        Some(at) => at,
        None => {
            schema.tables.push(Table { name, ..Table::default() });
            schema.tables.len() - 1
        }
    };
    &mut schema.tables[at]
}

fn attributes(words: &mut Words, schema: &mut Schema, shown: &str) -> Result<(), Fault> {
    let mut columns: Vec<Column> = vec![];
    let (mut key, mut unique): (Vec<String>, Vec<String>) = (vec![], vec![]);
    while !words.eat("}") {
        let written = words.written_type()?;
        let mut name = words.name("an attribute")?;
        let mut marks: Vec<String> = vec![];
        while !words.at_line() && ["PK", "FK", "UK"].contains(&words.peek()) {
            marks.push(words.peek().to_string());
            words.bump();
            words.eat(",");
        }
        let mut optional = false;
        if !words.at_line() && words.peek() != "}" {
            for note in words.quoted("a note")?.split(", ") {
                match note.strip_prefix("named ") {
                    Some(real) => name = real.to_string(),
                    None => optional |= note == OPTIONAL,
                }
            }
        }
        let has = |mark: &str| marks.iter().any(|m| m == mark);
        key.extend(has("PK").then(|| name.clone()));
        unique.extend(has("UK").then(|| name.clone()));
        columns.push(Column { name, ty: types::long(&written), not_null: !optional, ..Column::default() });
    }
    let table = entity(schema, shown);
    table.columns.extend(columns);
    if !key.is_empty() {
        set_key(table, key);
    }
    unique.into_iter().for_each(|column| set_unique(table, vec![column]));
    Ok(())
}

/// The side that can be many holds the reference; its columns are those that the label names, else one is made.
fn relate(schema: &mut Schema, relation: Drawn, losses: &mut Vec<Loss>) -> Result<(), Fault> {
    let Drawn { left, right, left_one, left_optional, right_one, label, span } = relation;
    for shown in [&left, &right] {
        entity(schema, shown);
    }
    if !left_one && !right_one {
        let what = format!("the relation `{label}` with {right}");
        losses.push(Loss::nowhere(left, what, "it is many to many, and the diagram draws no pair"));
        return Ok(());
    }
    let (target, holder, optional) = if left_one { (&left, &right, left_optional) } else { (&right, &left, false) };
    let to = entity(schema, target).clone();
    let key = to.primary_key().to_vec();
    if key.is_empty() {
        let fault = Fault::new(span, format!("`{target}` has no attribute marked PK"));
        return Err(fault.why("what is referred to is identified").help("mark its key: `int id PK`"));
    }
    let table = entity(schema, holder);
    let named: Vec<String> = label.split(", ").map(String::from).collect();
    let columns = if named.len() == key.len() && named.iter().all(|c| table.column(c).is_some()) {
        named
    } else {
        let base = snake_case(target.rsplit('.').next().unwrap_or(target));
        let wanted: Vec<String> = key.iter().map(|k| format!("{base}_{k}")).collect();
        for (name, k) in wanted.iter().zip(&key) {
            if table.column(name).is_none() {
                let ty = to.column(k).map(|c| c.ty.clone()).unwrap_or_default();
                table.columns.push(Column { name: name.clone(), ty, not_null: !optional, ..Column::default() });
            }
        }
        wanted
    };
    let unique = left_one && right_one && columns.as_slice() != table.primary_key();
    if unique && !columns.iter().all(|c| columns.len() == 1 && is_unique(table, c)) {
        set_unique(table, columns.clone());
    }
    let refers = Refers {
        columns,
        target: to.name.clone(),
        target_columns: key,
        on_delete: Action::NoAction,
        on_update: Action::NoAction,
    };
    set_reference(table, refers);
    Ok(())
}

/// A word that the diagram takes bare: letters, digits, underscores.
fn word(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' }).collect();
    if plain.starts_with(|c: char| c.is_ascii_digit()) { format!("_{plain}") } else { plain }
}

fn shown(name: &Name) -> String {
    let plain = name.schema == "public" && !name.name.contains('.');
    if plain { format!("\"{}\"", name.name) } else { format!("\"{}.{}\"", name.schema, name.name) }
}

fn write(schema: &Schema) -> String {
    let mut out = String::from("erDiagram\n");
    for table in &schema.tables {
        out += &format!("    {} {{\n", shown(&table.name));
        for column in &table.columns {
            let mut marks = vec![];
            if table.primary_key().contains(&column.name) {
                marks.push("PK");
            }
            if references(table).any(|(columns, ..)| columns.contains(&column.name)) {
                marks.push("FK");
            }
            if is_unique(table, &column.name) {
                marks.push("UK");
            }
            let name = word(&column.name);
            let mut notes: Vec<String> = vec![];
            if name != column.name {
                notes.push(format!("named {}", column.name));
            }
            if !column.not_null {
                notes.push(OPTIONAL.into());
            }
            let marks = if marks.is_empty() { String::new() } else { format!(" {}", marks.join(", ")) };
            let notes = if notes.is_empty() { String::new() } else { format!(" \"{}\"", notes.join(", ")) };
            out += &format!("        {} {name}{marks}{notes}\n", types::short(&column.ty).replace(',', "-"));
        }
        out += "    }\n";
    }
    for table in &schema.tables {
        for (columns, target, ..) in references(table) {
            let optional = columns.iter().any(|c| table.column(c).is_some_and(|c| !c.not_null));
            let one = if optional { "|o" } else { "||" };
            let alone = columns == table.primary_key() || matches!(columns, [c] if is_unique(table, c));
            let many = if alone { "o|" } else { "o{" };
            out +=
                &format!("    {} {one}--{many} {} : \"{}\"\n", shown(target), shown(&table.name), columns.join(", "));
        }
    }
    out
}
