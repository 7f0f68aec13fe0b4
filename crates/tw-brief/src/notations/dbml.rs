//! DBML: <https://dbml.dbdiagram.io/docs>.
use super::tokens::{Kind, Signs, Words};
use super::{
    Can, Form, Read, Refers, action_of, action_words, blocks, count_up, finished, is_unique, made_up, references,
    set_key, set_reference, set_unique, types, unknown_block, unplaced, wide_uniques,
};
use crate::diagnostic::Fault;
use tw_model::{
    adopted::Loss,
    ident,
    model::Action,
    schema::{Column, Index, IndexPart, Name, Schema, Table, TypeDef, TypeKind},
};

pub(super) const FORM: Form = Form { word: "dbml", endings: &["dbml"], can: Can::ALL, read, write };

const SIGNS: Signs = Signs { comment: "//", java: false };

const BLOCKS: &str = "a file has Table, Enum, Ref, Project, TableGroup and Note blocks";

#[derive(Default)]
struct Reader {
    schema: Schema,
    /// References: holder, what it refers to, where it was said.
    refs: Vec<(Name, Refers, std::ops::Range<usize>)>,
    aliases: Vec<(String, Name)>,
    losses: Vec<Loss>,
}

fn read(text: &str) -> Read {
    let Reader { mut schema, refs, aliases, losses } = blocks(text, SIGNS, Reader::block)?;
    let real = |name: &Name| aliases.iter().find(|(a, _)| *a == name.name).map_or(name.clone(), |(_, n)| n.clone());
    let mut faults = vec![];
    for (holder, refers, span) in refs {
        let refers = Refers { target: real(&refers.target), ..refers };
        let fault = |name: &Name| {
            Fault::new(span.clone(), format!("the table `{}` is not there", name.name))
                .help("add it, or take the Ref away")
        };
        if schema.table(&refers.target).is_none() {
            faults.push(fault(&refers.target));
            continue;
        }
        let holder = real(&holder);
        match schema.table_mut(&holder) {
            Some(table) => set_reference(table, refers),
            None => faults.push(fault(&holder)),
        }
    }
    finished(schema, losses, faults)
}

impl Reader {
    fn block(&mut self, words: &mut Words) -> Result<(), Fault> {
        if words.eat_word("table") {
            return self.table(words);
        }
        if words.eat_word("enum") {
            return self.list(words);
        }
        if words.eat_word("ref") {
            if words.peek() != ":" && words.peek() != "{" {
                words.name("a reference")?;
            }
            if words.eat(":") {
                return self.reference(words);
            }
            words.expect("{", "a Ref is `Ref: a.x > b.y` or a block of such lines")?;
            while !words.eat("}") {
                self.reference(words)?;
            }
            return Ok(());
        }
        for (word, what) in
            [("project", "the project's settings"), ("tablegroup", "a group of tables"), ("note", "a note")]
        {
            if words.eat_word(word) {
                while !words.done() && words.peek() != "{" {
                    words.bump();
                }
                self.losses.push(unplaced(word, what));
                return words.skip_block();
            }
        }
        Err(unknown_block(words, &["Table", "Enum", "Ref", "Project", "TableGroup", "Note"], BLOCKS))
    }

    fn table(&mut self, words: &mut Words) -> Result<(), Fault> {
        let mut table = Table { name: qualified(words, "a table")?, ..Table::default() };
        if words.eat_word("as") {
            self.aliases.push((words.name("an alias")?, table.name.clone()));
        }
        if words.peek() == "[" {
            for (setting, value) in settings(words)? {
                if setting == "note" {
                    table.comment = Some(value);
                }
            }
        }
        words.expect("{", "the columns of a table stand in braces")?;
        let mut key: Vec<String> = vec![];
        let mut unique: Vec<String> = vec![];
        while !words.eat("}") {
            if words.peek().eq_ignore_ascii_case("indexes") && words.ahead(1) == "{" {
                words.bump();
                words.bump();
                while !words.eat("}") {
                    index(words, &mut table)?;
                }
            } else if words.peek().eq_ignore_ascii_case("note") && matches!(words.ahead(1), ":" | "{") {
                words.bump();
                let block = words.eat("{");
                if !block {
                    words.expect(":", "a note is `Note: 'text'`")?;
                }
                table.comment = Some(words.quoted("a note")?);
                if block {
                    words.expect("}", "a note's block holds one text")?;
                }
            } else {
                let (column, is_key, is_unique) = self.column(words, &table.name)?;
                if is_key {
                    key.push(column.name.clone());
                }
                if is_unique {
                    unique.push(column.name.clone());
                }
                table.columns.push(column);
            }
        }
        if !key.is_empty() {
            set_key(&mut table, key);
        }
        unique.into_iter().for_each(|column| set_unique(&mut table, vec![column]));
        self.schema.tables.push(table);
        Ok(())
    }

    fn column(&mut self, words: &mut Words, table: &Name) -> Result<(Column, bool, bool), Fault> {
        let name = words.name("a column")?;
        let written = words.written_type()?;
        let enumerated = self.schema.types.iter().find(|t| t.name.name == written).map(|t| ident::name(&t.name));
        let mut column = Column { name, ty: enumerated.unwrap_or_else(|| types::long(&written)), ..Column::default() };
        let (mut key, mut unique) = (false, false);
        if words.peek() == "[" {
            let start = words.span();
            for (setting, value) in settings_with_refs(words, &mut |words, sign| {
                let (target, theirs) = endpoint(words)?;
                let own = vec![column.name.clone()];
                self.refs.push(directed(sign, (table.clone(), own), (target, theirs), start.clone()));
                Ok(())
            })? {
                match setting.as_str() {
                    "pk" | "primary key" => key = true,
                    "not null" => column.not_null = true,
                    "null" => column.not_null = false,
                    "unique" => unique = true,
                    "increment" => count_up(&mut column),
                    "note" => column.comment = Some(value),
                    "default" => column.default = Some(value),
                    "ref" => {}
                    other => {
                        let what = format!("unknown setting `{other}`");
                        return Err(Fault::new(start, what).why(
                            "settings of a column are pk, not null, null, unique, increment, default, note and ref",
                        ));
                    }
                }
            }
        }
        Ok((column, key, unique))
    }

    fn reference(&mut self, words: &mut Words) -> Result<(), Fault> {
        let span = words.span();
        let (table, own) = endpoint(words)?;
        let sign = direction(words)?;
        let (target, theirs) = endpoint(words)?;
        let mut made = directed(sign, (table, own), (target, theirs), span);
        if words.peek() == "[" {
            for (setting, value) in settings(words)? {
                match setting.as_str() {
                    "delete" => made.1.on_delete = action_of(&value).unwrap_or(Action::NoAction),
                    "update" => made.1.on_update = action_of(&value).unwrap_or(Action::NoAction),
                    _ => {}
                }
            }
        }
        if sign == '!' {
            let why = "DBML gives its pair no table";
            self.losses.push(Loss::nowhere(&made.0.name, "a reference of many to many", why));
        } else {
            self.refs.push(made);
        }
        Ok(())
    }

    fn list(&mut self, words: &mut Words) -> Result<(), Fault> {
        let name = qualified(words, "an enum")?;
        words.expect("{", "the values of an enum stand in braces")?;
        let mut labels = vec![];
        while !words.eat("}") {
            labels.push(words.name("a value")?);
            if words.peek() == "[" {
                settings(words)?;
            }
        }
        self.schema.types.push(TypeDef { name, kind: TypeKind::Enum { labels }, owner: None, comment: None });
        Ok(())
    }
}

fn qualified(words: &mut Words, what: &str) -> Result<Name, Fault> {
    let first = words.name(what)?;
    match words.eat(".") {
        true => Ok(Name::new(first, words.name(what)?)),
        false => Ok(Name::new("public", first)),
    }
}

/// `users.id`, `shop.users.id`, `users.(a, b)`.
fn endpoint(words: &mut Words) -> Result<(Name, Vec<String>), Fault> {
    let mut parts = vec![words.name("a table")?];
    loop {
        words.expect(".", "an end of a reference is `table.column` or `table.(a, b)`")?;
        if words.eat("(") {
            let mut columns = vec![words.name("a column")?];
            while words.eat(",") {
                columns.push(words.name("a column")?);
            }
            words.expect(")", "the columns stand in parentheses")?;
            return Ok((named(&parts), columns));
        }
        let name = words.name("a column")?;
        if words.peek() != "." {
            return Ok((named(&parts), vec![name]));
        }
        parts.push(name);
    }
}

fn named(parts: &[String]) -> Name {
    match parts {
        [table] => Name::new("public", table),
        [.., schema, table] => Name::new(schema, table),
        [] => Name::default(),
    }
}

/// `>`, `<`, `-`, and `!` for `<>`.
fn direction(words: &mut Words) -> Result<char, Fault> {
    let sign = match (words.peek(), words.ahead(1)) {
        ("<", ">") => '!',
        (">", _) => '>',
        ("<", _) => '<',
        ("-", _) => '-',
        _ => return Err(words.expected("`>`, `<`, `-` or `<>`", "it says which side is many")),
    };
    words.bump();
    if sign == '!' {
        words.bump();
    }
    Ok(sign)
}

type End = (Name, Vec<String>);

/// With `<` the right side holds the reference.
fn directed(sign: char, left: End, right: End, span: std::ops::Range<usize>) -> (Name, Refers, std::ops::Range<usize>) {
    let (holder, target) = if sign == '<' { (right, left) } else { (left, right) };
    let refers = Refers {
        columns: holder.1,
        target: target.0,
        target_columns: target.1,
        on_delete: Action::NoAction,
        on_update: Action::NoAction,
    };
    (holder.0, refers, span)
}

fn settings(words: &mut Words) -> Result<Vec<(String, String)>, Fault> {
    settings_with_refs(words, &mut |words, _| endpoint(words).map(drop))
}

/// `[pk, default: 'x', note: 'y', ref: > a.b]`: each setting with its value.
fn settings_with_refs(
    words: &mut Words,
    reference: &mut dyn FnMut(&mut Words, char) -> Result<(), Fault>,
) -> Result<Vec<(String, String)>, Fault> {
    words.expect("[", "settings stand in brackets")?;
    let mut out = vec![];
    loop {
        let mut setting = words.name("a setting")?.to_lowercase();
        while !matches!(words.peek(), ":" | "," | "]") {
            setting = format!("{setting} {}", words.name("a setting")?.to_lowercase());
        }
        let mut value = String::new();
        if words.eat(":") {
            if setting == "ref" {
                let sign = direction(words)?;
                reference(words, sign)?;
            } else {
                value = self::value(words, &setting)?;
            }
        }
        out.push((setting, value));
        if !words.eat(",") {
            words.expect("]", "settings are separated by commas")?;
            return Ok(out);
        }
    }
}

/// A value of a setting; a default is SQL.
fn value(words: &mut Words, setting: &str) -> Result<String, Fault> {
    let Some(token) = words.token().cloned() else { return Err(words.expected("a value", "a setting has one")) };
    if matches!(token.kind, Kind::Text | Kind::Name | Kind::Code) {
        words.bump();
        let text = setting == "default" && token.kind != Kind::Code;
        return Ok(if text { ident::literal(&token.text) } else { token.text });
    }
    let mut out = String::new();
    while !words.done() && !matches!(words.peek(), "," | "]") {
        let word = words.peek().to_string();
        if !out.is_empty() && out.ends_with(char::is_alphabetic) {
            out.push(' ');
        }
        out += &word;
        words.bump();
    }
    if out.is_empty() { Err(words.expected("a value", "a setting has one")) } else { Ok(out) }
}

fn index(words: &mut Words, table: &mut Table) -> Result<(), Fault> {
    let mut parts = vec![];
    if words.eat("(") {
        loop {
            parts.push(part(words)?);
            if !words.eat(",") {
                break;
            }
        }
        words.expect(")", "the columns of an index stand in parentheses")?;
    } else {
        parts.push(part(words)?);
    }
    let said = if words.peek() == "[" { settings(words)? } else { vec![] };
    let has = |what: &str| said.iter().any(|(s, _)| s == what);
    let columns: Vec<String> = parts.iter().map(|p| p.column.clone()).collect();
    let plain = parts.iter().all(|p| !p.is_expression);
    if has("pk") && plain {
        set_key(table, columns);
    } else if has("unique") && plain {
        set_unique(table, columns);
    } else {
        let name = said.iter().find(|(s, _)| s == "name").map(|(_, n)| n.clone());
        let method = said.iter().find(|(s, _)| s == "type").map_or("btree".to_string(), |(_, m)| m.clone());
        let name = name.unwrap_or_else(|| made_up(table, &columns, "idx"));
        table.indexes.push(Index { name, method, parts, unique: has("unique"), ..Index::default() });
    }
    Ok(())
}

fn part(words: &mut Words) -> Result<IndexPart, Fault> {
    let is_expression = words.token().is_some_and(|t| t.kind == Kind::Code);
    let column = if is_expression { words.quoted("an expression")? } else { words.name("a column")? };
    Ok(IndexPart { column, is_expression, ..IndexPart::default() })
}

/// A name, quoted where it is no plain word.
fn name(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain && !name.is_empty() && !name.eq_ignore_ascii_case("note") && !name.eq_ignore_ascii_case("indexes") {
        name.to_string()
    } else {
        format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

fn full(of: &Name) -> String {
    if of.schema == "public" { name(&of.name) } else { format!("{}.{}", name(&of.schema), name(&of.name)) }
}

fn text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "\\'"))
}

fn list(names: &[String]) -> String {
    names.iter().map(|n| name(n)).collect::<Vec<_>>().join(", ")
}

fn write(schema: &Schema) -> String {
    let mut out = String::new();
    for ty in &schema.types {
        if let TypeKind::Enum { labels } = &ty.kind {
            let labels: Vec<String> = labels.iter().map(|l| format!("  {}\n", name(l))).collect();
            out += &format!("Enum {} {{\n{}}}\n\n", full(&ty.name), labels.concat());
        }
    }
    for table in &schema.tables {
        out += &format!("Table {} {{\n", full(&table.name));
        for column in &table.columns {
            out += &self::column(table, column, schema);
        }
        let mut lines: Vec<String> = vec![];
        if table.primary_key().len() > 1 {
            lines.push(format!("({}) [pk]", list(table.primary_key())));
        }
        lines.extend(wide_uniques(table).map(|columns| format!("({}) [unique]", list(columns))));
        for index in &table.indexes {
            let columns: Vec<String> = index.parts.iter().map(|p| p.column.clone()).collect();
            lines.push(format!("({}) [name: {}]", list(&columns), text(&index.name)));
        }
        if !lines.is_empty() {
            out += &format!("\n  indexes {{\n    {}\n  }}\n", lines.join("\n    "));
        }
        if let Some(comment) = &table.comment {
            out += &format!("\n  Note: {}\n", text(comment));
        }
        out += "}\n\n";
    }
    for table in &schema.tables {
        for (columns, target, theirs, on_delete, on_update) in references(table) {
            let end = |t: &Name, c: &[String]| match c {
                [one] => format!("{}.{}", full(t), name(one)),
                many => format!("{}.({})", full(t), list(many)),
            };
            let actions: Vec<String> = [("delete", on_delete), ("update", on_update)]
                .into_iter()
                .filter(|(_, a)| *a != Action::NoAction)
                .map(|(on, a)| format!("{on}: {}", action_words(a)))
                .collect();
            let actions = if actions.is_empty() { String::new() } else { format!(" [{}]", actions.join(", ")) };
            out += &format!("Ref: {} > {}{actions}\n", end(&table.name, columns), end(target, theirs));
        }
    }
    out.trim_end().to_string() + "\n"
}

fn column(table: &Table, column: &Column, schema: &Schema) -> String {
    let mut said: Vec<String> = vec![];
    let key = table.primary_key();
    if key == [column.name.clone()] {
        said.push("pk".into());
    } else if column.not_null {
        said.push("not null".into());
    }
    if is_unique(table, &column.name) {
        said.push("unique".into());
    }
    if column.identity.is_some() {
        said.push("increment".into());
    }
    said.extend(column.default.as_ref().map(|d| format!("default: `{d}`")));
    said.extend(column.comment.as_ref().map(|c| format!("note: {}", text(c))));
    let said = if said.is_empty() { String::new() } else { format!(" [{}]", said.join(", ")) };
    let short = types::short(&column.ty);
    let of_enum = schema.types.iter().find(|t| ident::name(&t.name) == column.ty);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '(' | ')' | ',' | '[' | ']');
    let ty = match of_enum {
        Some(ty) if ty.name.schema == "public" => name(&ty.name.name),
        _ if short.chars().all(plain) => short,
        _ => format!("\"{}\"", column.ty.replace('"', "\\\"")),
    };
    format!("  {} {ty}{said}\n", name(&column.name))
}
