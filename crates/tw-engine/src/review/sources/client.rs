//! What in a script concerns the psql program alone: its commands, and the rows that follow COPY ... FROM stdin.
//!
//! Both are blanked out, so that what is left has the lines it had.
use tw_lab::split::{Token, token, words};

/// The script without them, and what was left out, in words.
pub fn without_client(script: &str) -> (String, Vec<String>) {
    let mut out = String::with_capacity(script.len());
    let (mut commands, mut blocks, mut rows) = (0usize, 0usize, 0usize);
    let mut at = 0;
    let mut kept = 0;
    // Where the statement that is being read begins.
    let mut statement: Option<usize> = None;
    while at < script.len() {
        // What does not end is reported by whoever runs the script.
        let Ok((kind, next)) = token(script, at) else { break };
        match kind {
            Token::Space => {}
            Token::Other(b'\\') => {
                // A command may also end a statement, such as \gexec: the rest of the line is psql's.
                let end = script[at..].find('\n').map_or(script.len(), |n| at + n);
                out.push_str(&script[kept..at]);
                (kept, at) = (end, end);
                commands += 1;
                continue;
            }
            Token::Other(b';') => {
                let begin = statement.take().unwrap_or(at);
                if is_copy_in(&script[begin..at]) {
                    out.push_str(&script[kept..begin]);
                    let end = end_of_rows(script, next);
                    let lines = script[begin..end].matches('\n').count();
                    rows += script[next..end].lines().filter(|l| !l.is_empty() && *l != "\\.").count();
                    blocks += 1;
                    out.extend(std::iter::repeat_n('\n', lines));
                    (kept, at) = (end, end);
                    continue;
                }
            }
            _ => {
                statement.get_or_insert(at);
            }
        }
        at = next;
    }
    out.push_str(&script[kept..]);
    let mut said = vec![];
    if commands > 0 {
        said.push(format!("commands of the psql program were left out: {commands}"));
    }
    if blocks > 0 {
        said.push(format!("rows of COPY ... FROM stdin were left out: {rows} in {blocks} blocks"));
    }
    (out, said)
}

fn is_copy_in(statement: &str) -> bool {
    let head = statement.get(..4).unwrap_or("");
    if !head.eq_ignore_ascii_case("copy") {
        return false;
    }
    words(statement).windows(2).any(|w| w[0] == "from" && w[1] == "stdin")
}

/// The byte after the line `\.` that ends the rows, or the end of the script.
fn end_of_rows(script: &str, from: usize) -> usize {
    let mut at = from;
    for line in script[from..].split_inclusive('\n') {
        at += line.len();
        if line.trim_end() == "\\." {
            break;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_and_rows_are_left_out_and_lines_stay() {
        let script = "\\restrict abc\nCREATE TABLE a (b text DEFAULT '\\x');\n\\connect - x\nCOPY a (b) FROM stdin;\n\
                      it's; a row\n\\N\n\\.\n\nSELECT 1;\n";
        let (text, said) = without_client(script);
        assert_eq!(text, "\nCREATE TABLE a (b text DEFAULT '\\x');\n\n\n\n\n\n\nSELECT 1;\n");
        assert_eq!(text.lines().count(), script.lines().count());
        assert_eq!(
            said,
            [
                "commands of the psql program were left out: 2",
                "rows of COPY ... FROM stdin were left out: 2 in 1 blocks",
            ]
        );
    }

    #[test]
    fn what_is_sql_stays_as_it_is() {
        let script = "create function f() returns text language sql as $$ select '\\.' $$;\ncopy a to stdout;\n";
        assert_eq!(without_client(script), (script.to_string(), vec![]));
    }
}
