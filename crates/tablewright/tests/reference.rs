//! The pages of `docs/reference` that are made from the program: the commands as it tells them itself, and the
//! rooms' own pages. `UPDATE=1 cargo test -p tablewright --test reference` writes them anew.
mod common;
use common::*;

fn kept(path: &str, made: &str) {
    let file = root().join(path);
    if std::env::var_os("UPDATE").is_some_and(|v| v == "1") {
        std::fs::write(&file, made).expect("the page is written");
    }
    let page = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(page == made, "{path} is not what the program says; write it anew with UPDATE=1");
}

#[test]
fn the_page_of_commands_is_what_the_program_says() {
    let place = Place::new("help");
    let mut page = String::from(
        "# The command line\n\nMade from the program's own help by a test (`UPDATE=1 cargo test -p tablewright --test reference`).\n",
    );
    let whole = place.expect(0, &["--help"]).out;
    let listed = whole.lines().skip_while(|l| *l != "Commands:").skip(1).take_while(|l| !l.is_empty());
    let commands: Vec<&str> = listed.filter_map(|l| l.split_whitespace().next()).filter(|c| *c != "help").collect();
    let known = [
        "new", "fmt", "design", "prove", "verify", "index", "review", "adopt", "export", "discover", "fill", "load",
        "explain",
    ];
    assert_eq!(commands, known);
    let mut tell = |heading: &str, help: &str| {
        let help: Vec<&str> = help.lines().map(str::trim_end).collect();
        page += &format!("\n## {heading}\n\n```text\n{}\n```\n", help.join("\n").trim_end());
    };
    tell("tablewright", &whole);
    for command in commands {
        tell(&format!("tablewright {command}"), &place.expect(0, &[command, "--help"]).out);
    }
    kept("docs/reference/cli.md", &page);
}

#[test]
fn the_page_of_rooms_is_what_the_rooms_say() {
    let mut page = String::from(
        "# The rooms\n\nMade from the rooms' own pages by a test (`UPDATE=1 cargo test -p tablewright --test reference`).\nIn running order; `tablewright explain ROOM` prints one.\n",
    );
    for room in tw_rooms::ROOMS {
        page += &format!("\n## {} (item {}): {}\n\n{}\n\n", room.id, room.item, room.title, room.why_here);
        if !room.kinds.is_empty() {
            page += "| claim | says |\n|---|---|\n";
            for (kind, says) in room.kinds {
                page += &format!("| `{}/{kind}` | {} |\n", room.id, says.replace('|', "\\|"));
            }
            page.push('\n');
        }
        // The room's own headings go two levels down, below this page's.
        let mut fenced = false;
        for line in room.page.lines() {
            fenced ^= line.starts_with("```");
            let heading = !fenced && line.starts_with('#');
            page += &format!("{}{line}\n", if heading { "##" } else { "" });
        }
    }
    kept("docs/reference/rooms.md", &page);
}
