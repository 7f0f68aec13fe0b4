//! Lines of a file, and item texts joined from several of them, with the way back to the source.
use std::ops::Range;

/// Where the lines of a text begin. Line breaks are `\n` or `\r\n`.
pub(crate) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub fn new(text: &'a str) -> Self {
        // A byte order mark belongs to no line.
        let mut starts = vec![if text.starts_with('\u{feff}') { 3 } else { 0 }];
        starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
        if starts.len() > 1 && starts.last() == Some(&text.len()) {
            starts.pop();
        }
        Lines { text, starts }
    }
    pub fn count(&self) -> usize {
        self.starts.len()
    }
    /// Byte range of line `index` (0-based) without its break; empty beyond the end.
    pub fn range(&self, index: usize) -> Range<usize> {
        let Some(&start) = self.starts.get(index) else {
            return self.text.len()..self.text.len();
        };
        let end = self.starts.get(index + 1).map_or(self.text.len(), |&e| e);
        let line = &self.text[start..end];
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        start..start + line.len()
    }
    pub fn line(&self, index: usize) -> &'a str {
        &self.text[self.range(index)]
    }
    /// Bytes of a range.
    pub fn slice(&self, range: Range<usize>) -> &'a str {
        self.text.get(range).unwrap_or("")
    }
    /// 0-based line of a byte offset.
    pub fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|&s| s <= offset).saturating_sub(1)
    }
    /// 1-based line and column (in characters) of a byte offset.
    pub fn position(&self, offset: usize) -> (u32, u32) {
        let index = self.line_of(offset);
        let start = self.starts[index];
        let mut end = offset.clamp(start, self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let column = self.text[start..end].chars().count();
        (index as u32 + 1, column as u32 + 1)
    }
}

/// The text of an item: its lines joined by single spaces, runs of spaces outside quotes made one, with
/// the way back to the source for every byte.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Text {
    pub text: String,
    /// (offset here, offset in the source) where a run of equal distance begins.
    map: Vec<(usize, usize)>,
    /// Offsets here of the spaces that were line breaks.
    pub breaks: Vec<usize>,
}

impl Text {
    /// Joins parts given with their offsets in the source.
    pub fn join(parts: &[(usize, &str)]) -> Text {
        let mut out = Text::default();
        let mut quote: Option<char> = None;
        for &(offset, part) in parts {
            let lead = part.len() - part.trim_start_matches([' ', '\t']).len();
            let body = part.trim_matches([' ', '\t']);
            let offset = offset + lead;
            if out.map.is_empty() {
                out.map.push((0, offset));
            } else if !body.is_empty() {
                out.map.push((out.text.len(), offset.saturating_sub(1)));
                out.breaks.push(out.text.len());
                out.text.push(' ');
                out.map.push((out.text.len(), offset));
            }
            let mut in_space = false;
            for (at, c) in body.char_indices() {
                let space = c == ' ' || c == '\t';
                if space && quote.is_none() {
                    if !in_space {
                        out.text.push(' ');
                    }
                    in_space = true;
                    continue;
                }
                if in_space {
                    out.map.push((out.text.len(), offset + at));
                    in_space = false;
                }
                match quote {
                    Some(open) if open == c => quote = None,
                    None if c == '\'' || c == '"' => quote = Some(c),
                    _ => {}
                }
                out.text.push(c);
            }
        }
        out
    }
    /// Offset in the source of an offset here.
    fn source(&self, at: usize) -> usize {
        let index = self.map.partition_point(|&(here, _)| here <= at);
        match index.checked_sub(1).and_then(|i| self.map.get(i)) {
            Some(&(here, there)) => there + (at - here),
            None => 0,
        }
    }
    /// Range in the source of a range here.
    pub fn span(&self, range: Range<usize>) -> Range<usize> {
        let start = self.source(range.start);
        if range.end <= range.start {
            return start..start;
        }
        start..self.source(range.end - 1) + 1
    }
    /// The whole in the source.
    pub fn whole(&self) -> Range<usize> {
        self.span(0..self.text.len())
    }
    /// A part, without spaces at its ends.
    pub fn slice(&self, range: Range<usize>) -> Text {
        let raw = self.text.get(range.clone()).unwrap_or("");
        let start = range.start + (raw.len() - raw.trim_start().len());
        let body = raw.trim();
        let end = start + body.len();
        let mut map = vec![(0, self.source(start))];
        map.extend(
            self.map
                .iter()
                .filter(|(here, _)| *here > start && *here < end)
                .map(|(here, there)| (here - start, *there)),
        );
        Text {
            text: body.to_string(),
            map,
            breaks: self.breaks.iter().filter(|b| **b >= start && **b < end).map(|b| b - start).collect(),
        }
    }
}

/// The words of a text: letters, digits and underscores.
pub(crate) fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty()).map(String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_text_leads_back_to_the_source() {
        let source = "- a:   'x  y',\r\n    b";
        let lines = Lines::new(source);
        assert_eq!(lines.count(), 2);
        let text = Text::join(&[(2, &source[2..14]), (lines.range(1).start, lines.line(1))]);
        assert_eq!(text.text, "a: 'x  y', b");
        let b = text.text.len() - 1;
        assert_eq!(&source[text.span(b..b + 1)], "b");
        let quoted = text.text.find('\'').unwrap();
        assert_eq!(&source[text.span(quoted..quoted + 6)], "'x  y'");
        let slice = text.slice(quoted..text.text.len());
        assert_eq!(slice.text, "'x  y', b");
        assert_eq!(&source[slice.span(8..9)], "b");
        assert_eq!(slice.breaks.len(), 1);
    }

    #[test]
    fn positions_count_characters() {
        let lines = Lines::new("ab\nä–c\n");
        assert_eq!(lines.count(), 2);
        assert_eq!(lines.position(3), (2, 1));
        assert_eq!(lines.position(3 + 2 + 3), (2, 3));
        assert_eq!(lines.position(99), (2, 5));
    }
}
