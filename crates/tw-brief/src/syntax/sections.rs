//! From blocks to sections: which grammar each line is read with.
use super::loose::{self, Section};
use super::{
    Brief, EntitySection, ViewLine, access, attribute, entity, invariant, name, promise, relation, rule, workload,
};
use crate::cursor::{Cursor, shorten};
use crate::diagnostic::Fault;
use crate::document::{Block, Kind, trimmed};
use crate::limits::LONGEST_ITEM;
use crate::names;
use crate::text::{Lines, Text, words};
use tw_model::Origin;
use tw_model::model::{Place, RawSql};

const HEADINGS: &[(&str, Section)] = &[
    ("Promises", Section::Promises),
    ("Concepts", Section::Concepts),
    ("Invariants", Section::Invariants),
    ("Workload", Section::Workload),
    ("Access", Section::Access),
    ("Names", Section::Names),
];

/// Reads every block.
pub(crate) fn parse(lines: &Lines, blocks: &[Block], faults: &mut Vec<Fault>) -> Brief {
    let mut reader =
        Reader { lines, faults, brief: Brief::default(), section: Section::Before, seen: vec![], paragraphs: vec![] };
    for block in blocks {
        reader.block(block);
    }
    reader.end_section();
    reader.brief
}

struct Reader<'a, 'l> {
    lines: &'a Lines<'l>,
    faults: &'a mut Vec<Fault>,
    brief: Brief,
    section: Section,
    seen: Vec<&'static str>,
    /// Prose of the section at hand.
    paragraphs: Vec<String>,
}

impl Reader<'_, '_> {
    fn block(&mut self, block: &Block) {
        let first = block.lines.start;
        match &block.kind {
            Kind::Blank | Kind::Comment => {}
            Kind::Heading { level, text } => self.heading(*level, text, first),
            Kind::Item { text, statements } => self.item(text, statements, first),
            Kind::Quote => {
                if self.section == Section::Workload {
                    self.faults.push(
                        Fault::new(trimmed(self.lines, first), "this statement belongs to no query")
                            .why("`>` lines stand under the query's line")
                            .help("write `- name(parameter: type) rate` above it"),
                    );
                }
            }
            Kind::Prose => self.prose(block),
            Kind::Fence { info, body } => self.fence(info, body.clone(), first),
        }
    }

    fn origin(&self, line: usize) -> Origin {
        Origin::Brief { line: line as u32 + 1, text: self.lines.line(line).trim_end().to_string() }
    }

    fn end_section(&mut self) {
        let prose = std::mem::take(&mut self.paragraphs).join("\n\n");
        match self.section {
            Section::Title => self.brief.purpose = prose,
            Section::Entity => {
                if let Some(entity) = self.brief.entities.last_mut() {
                    entity.purpose = prose;
                }
            }
            _ => {}
        }
    }

    fn heading(&mut self, level: usize, text: &Text, line: usize) {
        self.end_section();
        let span = trimmed(self.lines, line);
        if self.too_long(text) {
            return;
        }
        match level {
            1 => self.title(text, span),
            2 => self.section_heading(text, span),
            3 if matches!(self.section, Section::Concepts | Section::Entity) => {
                let mut cursor = Cursor::new(text);
                let read = entity::heading(&mut cursor, self.origin(line), self.faults);
                self.brief.sql.insert(line, cursor.sql);
                match read {
                    Ok(section) => {
                        self.brief.torn |= section.torn;
                        self.brief.entities.push(section);
                        self.section = Section::Entity;
                    }
                    Err(fault) => {
                        self.faults.push(fault);
                        self.brief.torn = true;
                        // Its lines are read, for their own faults, under a name that nobody uses.
                        let name = crate::cursor::Sp { v: String::new(), span };
                        self.brief.entities.push(EntitySection::named(name, self.origin(line)));
                        self.section = Section::Entity;
                    }
                }
            }
            3 if self.section == Section::Unknown => {}
            3 => self.faults.push(
                Fault::new(span, format!("an entity section in the wrong place: `### {}`", shorten(&text.text)))
                    .why("`###` sections stand under `## Concepts`")
                    .help("move it there"),
            ),
            _ => self.faults.push(
                Fault::new(span, "a heading that is too deep")
                    .why("a brief has `#`, `##` and `###` headings")
                    .help("write it as a paragraph"),
            ),
        }
    }

    fn title(&mut self, text: &Text, span: std::ops::Range<usize>) {
        if self.section != Section::Before {
            self.faults.push(
                Fault::new(span, "a second title")
                    .why("a brief has one `#` heading, its first line")
                    .help("make it `##` if it is a section, or begin the line with another word"),
            );
            return;
        }
        self.section = Section::Title;
        if text.text.is_empty() {
            self.faults
                .push(Fault::new(span, "the title is empty").help("write what the brief is about: `# Retail bank`"));
        } else if text.text.chars().count() > 120 {
            self.faults.push(Fault::new(span, "the title is too long").why("at most 120 characters"));
        }
        self.brief.title = text.text.clone();
    }

    fn section_heading(&mut self, text: &Text, span: std::ops::Range<usize>) {
        let Some((name, section)) = HEADINGS.iter().find(|(name, _)| *name == text.text) else {
            self.section = Section::Unknown;
            // What it held is unknown, so names are too.
            self.brief.torn = true;
            self.faults.push(
                Fault::new(span, format!("unknown heading `## {}`", shorten(&text.text)))
                    .why("the headings are Promises, Concepts, Invariants, Workload, Access, Names")
                    .suggest(&text.text, HEADINGS.iter().map(|h| h.0), "take one of these, or write a paragraph"),
            );
            return;
        };
        if self.section == Section::Before {
            self.missing_title(span.clone());
        }
        if self.seen.contains(name) {
            self.faults.push(
                Fault::new(span, format!("a second `## {name}`"))
                    .why("each heading stands once, so that a reader finds everything under it")
                    .help("move its lines under the first one"),
            );
        }
        self.seen.push(name);
        self.section = *section;
    }

    fn missing_title(&mut self, span: std::ops::Range<usize>) {
        self.section = Section::Title;
        self.faults.push(
            Fault::new(span, "the title is missing")
                .why("a brief begins with its title")
                .help("write `# What it is about` as the first line"),
        );
    }

    fn prose(&mut self, block: &Block) {
        if self.section == Section::Before {
            self.missing_title(trimmed(self.lines, block.lines.start));
        }
        let words: Vec<&str> = block.lines.clone().map(|i| self.lines.line(i).trim()).collect();
        self.paragraphs.push(words.join(" "));
        for index in block.lines.clone() {
            if loose::looks_like_grammar(self.section, self.lines.line(index).trim()) {
                self.faults.push(
                    Fault::warning(trimmed(self.lines, index), "this line is read as prose")
                        .why("grammar lines begin with `- `; without it they mean nothing")
                        .help("put `- ` before it, or word it as a sentence"),
                );
            }
        }
    }

    fn fence(&mut self, info: &str, body: std::ops::Range<usize>, line: usize) {
        let said: Vec<String> = info.split_whitespace().map(str::to_lowercase).collect();
        let said: Vec<&str> = said.iter().map(String::as_str).collect();
        let place = match said.as_slice() {
            ["sql"] => Place::After,
            ["sql", "first"] => Place::First,
            ["sql", "last"] => Place::Last,
            ["sql", ..] => {
                self.faults.push(
                    Fault::new(trimmed(self.lines, line), format!("unknown words after `sql`: `{}`", shorten(info)))
                        .why("a block is loaded before what is designed (`sql first`), after it (`sql`), or after the roles (`sql last`)")
                        .help("say one of these"),
                );
                return;
            }
            _ => return,
        };
        if matches!(self.section, Section::Before | Section::Title) {
            self.faults.push(
                Fault::new(trimmed(self.lines, line), "raw SQL in the wrong place")
                    .why("`sql` blocks stand under a `##` heading")
                    .help("move it under `## Concepts`"),
            );
            return;
        }
        let text = self.lines.slice(body);
        if text.trim().is_empty() {
            self.faults.push(
                Fault::new(trimmed(self.lines, line), "this sql block is empty").help("fill it, or take it away"),
            );
            return;
        }
        let origin = self.origin((line + 1).min(self.lines.count().saturating_sub(1)));
        self.brief.raw.push(RawSql { place, body: text.replace("\r\n", "\n"), origin });
    }

    fn item(&mut self, text: &Text, statements: &[Text], line: usize) {
        if !statements.is_empty() && self.section != Section::Workload && self.section != Section::Unknown {
            for statement in statements {
                self.faults.push(
                    Fault::new(statement.whole(), "a statement in the wrong place")
                        .why("`>` lines stand under the queries of `## Workload`")
                        .help("move it there"),
                );
            }
        }
        let origin = self.origin(line);
        if text.text.is_empty() && self.section != Section::Unknown {
            self.faults
                .push(Fault::new(trimmed(self.lines, line), "an empty list item").help("fill it, or take it away"));
            return;
        }
        if self.too_long(text) || statements.iter().any(|s| self.too_long(s)) {
            return;
        }
        let mut cursor = Cursor::new(text);
        let result = match self.section {
            Section::Before | Section::Title => Err(Fault::new(text.whole(), "a list item in the wrong place")
                .why("list items are grammar lines, and none stands under the title")
                .help("put it under a `##` heading, or write it as a sentence")),
            Section::Unknown => Ok(()),
            Section::Promises => promise::parse(&mut cursor, origin).map(|line| self.brief.promises.push(line)),
            Section::Concepts => self.concept(&mut cursor, origin),
            Section::Entity => self.entity_line(&mut cursor, origin),
            Section::Invariants => invariant::parse(&mut cursor, origin).map(|line| self.brief.invariants.push(line)),
            Section::Names => name::parse(&mut cursor, origin).map(|line| self.brief.names.push(line)),
            Section::Access => access::parse(&mut cursor, origin, self.faults).map(|line| self.brief.roles.push(line)),
            Section::Workload => workload::parse(&mut cursor, origin, self.faults).map(|mut query| {
                for statement in statements {
                    let at = self.lines.line_of(statement.whole().start);
                    match workload::statement(statement, self.origin(at)) {
                        Ok(statement) => query.statements.push(statement),
                        Err(fault) => {
                            query.torn = true;
                            self.faults.push(fault);
                        }
                    }
                }
                if statements.is_empty() {
                    query.torn = true;
                    self.faults.push(
                        Fault::new(text.whole(), format!("the query {} has no statement", query.name.v))
                            .help("write `  > select ...` under it"),
                    );
                }
                self.brief.queries.push(query);
            }),
        };
        self.brief.sql.insert(line, cursor.sql);
        if let Err(fault) = result {
            self.faults.push(fault);
        }
    }

    fn too_long(&mut self, text: &Text) -> bool {
        let long = text.text.len() > LONGEST_ITEM;
        if long {
            self.brief.torn = true;
            self.faults.push(
                Fault::new(text.whole(), "this line is too long")
                    .why(format!("at most {LONGEST_ITEM} bytes are read, continuation lines included")),
            );
        }
        long
    }

    fn concept(&mut self, cursor: &mut Cursor, origin: Origin) -> Result<(), Fault> {
        if cursor.eat("view") {
            let name = names::snake(cursor, "a view")?;
            cursor.expect(":", "a view is `view name: select ...`")?;
            let sql = cursor.sql_rest("the query")?;
            self.brief.views.push(ViewLine { name, sql, origin });
            return Ok(());
        }
        if cursor.peek() == "[" {
            let line = relation::parse(cursor, origin).inspect_err(|_| self.brief.torn = true)?;
            self.brief.relations.push(line);
            return Ok(());
        }
        self.brief.torn = true;
        let word = cursor.peek().to_string();
        Err(cursor
            .expected("a relation or a view")
            .why("before the first `###` section stand relations, `[A] 1 --(verb)--> * [B]`, and views")
            .suggest(&word, ["view"], "attributes stand under their entity's `###` heading"))
    }

    fn entity_line(&mut self, cursor: &mut Cursor, origin: Origin) -> Result<(), Fault> {
        let Some(section) = self.brief.entities.last_mut() else {
            return Ok(());
        };
        let whole: &Text = cursor.text;
        if rule::is_attribute(cursor) {
            let read = attribute::parse(cursor, origin, self.faults)
                .inspect_err(|_| section.lost.extend(words(&whole.text)))?;
            section.attributes.push(read);
            return Ok(());
        }
        if cursor.peek() == "[" {
            section.torn = true;
            self.brief.torn = true;
            return Err(Fault::new(cursor.span(), "a relation in the wrong place")
                .why("relations stand directly under `## Concepts`, before the first `###` section")
                .help("move it there"));
        }
        if cursor.peek() == "view" {
            return Err(Fault::new(cursor.span(), "a view in the wrong place")
                .why("views stand directly under `## Concepts`, before the first `###` section")
                .help("move it there"));
        }
        let read = rule::parse(cursor, section, origin);
        if read.is_err() {
            section.lost.extend(words(&whole.text));
        }
        read
    }
}
