//! Text made safe and short: control characters, widths in a terminal, wrapping, anchors.

/// The text without characters that act on a reader or a terminal instead of being read: controls
/// (escape sequences among them) and the marks that reorder text. Line breaks and tabs stay.
pub fn clean(text: &str) -> String {
    text.chars()
        .map(|c| {
            let acts = (c.is_control() && c != '\n' && c != '\t')
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
                || matches!(c, '\u{fffe}' | '\u{ffff}');
            if acts { '\u{fffd}' } else { c }
        })
        .collect()
}

/// Cleaned, on one line.
pub fn one_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most `limit` characters, the last one an ellipsis when something was cut.
pub fn short(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_string();
    }
    let mut cut: String = text.chars().take(limit.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// Columns a character takes in a terminal.
pub fn columns_of(c: char) -> usize {
    match class(c) {
        Class::None => 0,
        Class::Wide => 2,
        Class::Plain => 1,
    }
}

/// Columns a text takes in a terminal.
pub fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

/// How much room a character takes, in kind.
pub enum Class {
    /// Combines with the one before it.
    None,
    /// East Asian wide characters and emoji.
    Wide,
    /// Everything else.
    Plain,
}

/// The character's class, by block: near enough for alignment.
pub fn class(c: char) -> Class {
    match c as u32 {
        0x300..=0x36f | 0x483..=0x489 | 0x591..=0x5bd | 0x610..=0x61a | 0x64b..=0x65f => Class::None,
        0x1ab0..=0x1aff | 0x1dc0..=0x1dff | 0x200b..=0x200f | 0x20d0..=0x20ff => Class::None,
        0xfe00..=0xfe0f | 0xfe20..=0xfe2f | 0xe0100..=0xe01ef => Class::None,
        0x1100..=0x115f | 0x2e80..=0x303e | 0x3041..=0xa4cf | 0xac00..=0xd7a3 => Class::Wide,
        0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 => Class::Wide,
        0x1f000..=0x1faff | 0x20000..=0x3fffd => Class::Wide,
        _ => Class::Plain,
    }
}

/// The text broken at spaces into lines of at most `width` columns; a longer word is broken where it must be.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(8);
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split_whitespace() {
        let size = columns(word);
        if used > 0 && used + 1 + size > width {
            lines.push(String::new());
            used = 0;
        }
        let Some(line) = lines.last_mut() else { break };
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        if used + size <= width {
            line.push_str(word);
            used += size;
            continue;
        }
        for c in word.chars() {
            if used + columns_of(c) > width {
                lines.push(String::new());
                used = 0;
            }
            if let Some(line) = lines.last_mut() {
                line.push(c);
            }
            used += columns_of(c);
        }
    }
    lines
}

/// The text padded with spaces to so many columns.
pub fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

/// An anchor: the prefix and the text, every character that is not plain in a link written as its
/// bytes, so that two texts never share an anchor.
pub fn anchor(prefix: &str, text: &str) -> String {
    let mut out = format!("{prefix}-");
    for c in text.chars() {
        match c {
            ' ' => out.push('+'),
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' | '.' | '/' | '(' | ')' | ',' => out.push(c),
            _ => {
                let mut bytes = [0; 4];
                for b in c.encode_utf8(&mut bytes).bytes() {
                    out.push_str(&format!("~{b:02x}"));
                }
            }
        }
    }
    out
}

/// `1 row`, `3 rows`.
pub fn count(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(n), if n == 1 { one } else { many })
}

/// `2,000,000`.
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// `2 million`, `3 billion`, `950`: a volume as people say it.
pub fn volume(n: u64) -> String {
    let scaled = |unit: f64, word: &str| {
        let v = n as f64 / unit;
        let digits = usize::from(v < 100.0 && (v * 10.0).round() % 10.0 != 0.0);
        format!("{v:.digits$} {word}")
    };
    match n {
        1_000_000_000.. => scaled(1e9, "billion"),
        1_000_000.. => scaled(1e6, "million"),
        10_000.. => format!("{},000", (n + 500) / 1000),
        _ => thousands(n),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_of_different_texts_differ() {
        let texts = ["a b", "a+b", "a/b", "a~2bb", "ä", "a\u{308}", "a  b"];
        let mut anchors: Vec<String> = texts.iter().map(|t| anchor("c", t)).collect();
        anchors.sort();
        anchors.dedup();
        assert_eq!(anchors.len(), texts.len());
        assert_eq!(anchor("claim", "keys/primary A.b"), "claim-keys/primary+A.b");
    }

    #[test]
    fn escape_sequences_and_reordering_marks_do_not_pass() {
        assert_eq!(clean("a\u{1b}[31mb\u{202e}c\td"), "a\u{fffd}[31mb\u{fffd}c\td");
    }

    #[test]
    fn wrapping_keeps_every_word_and_the_width() {
        let lines = wrap("one two three averyveryverylongword 四五六七八九", 10);
        assert!(lines.iter().all(|l| columns(l) <= 10), "{lines:?}");
        assert_eq!(lines.concat().replace(' ', ""), "onetwothreeaveryveryverylongword四五六七八九");
    }

    #[test]
    fn volumes_read_as_people_say_them() {
        assert_eq!(volume(2_000_000_000), "2 billion");
        assert_eq!(volume(1_500_000), "1.5 million");
        assert_eq!(volume(390_000), "390,000");
        assert_eq!(volume(1200), "1,200");
    }
}
