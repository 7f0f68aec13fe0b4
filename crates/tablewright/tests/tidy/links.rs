//! Links between our own pages resolve.
use crate::{Texts, made_up, none, only, repository};

fn broken(texts: &Texts) -> Vec<String> {
    let mut complaints = vec![];
    for (path, text) in texts.iter().filter(|(path, _)| path.ends_with(".md")) {
        for target in targets(text) {
            let file = target.split('#').next().unwrap_or("");
            let elsewhere = target.contains("://") || target.starts_with("mailto:");
            if !elsewhere && !file.is_empty() && !exists(texts, &beside(path, file)) {
                complaints.push(format!("{path}: the link to {target} leads nowhere"));
            }
            if let Some((file, anchor)) = target.split_once('#')
                && !elsewhere
                && let Some(page) = texts.get(&if file.is_empty() { path.clone() } else { beside(path, file) })
                && !anchors(page).contains(&anchor.to_string())
            {
                complaints.push(format!("{path}: {target}: no such heading"));
            }
        }
    }
    complaints
}

/// Targets of `[text](target)`, outside code.
fn targets(text: &str) -> Vec<&str> {
    let mut fenced = false;
    let mut out = vec![];
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        let prose = line.split('`').step_by(2);
        for part in prose {
            let mut rest = part;
            while let Some((_, after)) = rest.split_once("](") {
                let Some((target, next)) = after.split_once(')') else {
                    break;
                };
                out.push(target.trim());
                rest = next;
            }
        }
    }
    out
}

/// The path of `target` seen from the directory of `page`.
fn beside(page: &str, target: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}

/// A file, or a directory with files.
pub fn exists(texts: &Texts, path: &str) -> bool {
    let path = path.trim_end_matches('/');
    let directory = format!("{path}/");
    texts.contains_key(path) || texts.keys().any(|p| p.starts_with(&directory))
}

/// Headings as a forge makes anchors of them.
fn anchors(page: &str) -> Vec<String> {
    let headings = page.lines().filter(|l| l.starts_with('#'));
    headings
        .map(|h| {
            let words = h.trim_start_matches('#').trim().to_lowercase();
            let kept = words.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
            kept.collect::<String>().replace(' ', "-")
        })
        .collect()
}

#[test]
fn links_between_pages_lead_somewhere() {
    none(broken(&repository()));
    let page = ("docs/a.md", "# One thing\n[b](b.md) [up](../README.md#start) `[no](code.md)`\n");
    let readme = ("README.md", "# Start\n[a](docs/a.md#one-thing) [far](https://example.org/x)\n");
    only(broken(&made_up(&[page, readme])), "docs/a.md: the link to b.md leads nowhere");
    only(broken(&made_up(&[("a.md", "# A\n[x](#b)\n")])), "no such heading");
    none(broken(&made_up(&[page, readme, ("docs/b.md", "")])));
}
