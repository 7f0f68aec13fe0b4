//! The result on a terminal: a table of items, every refuted claim, what is undecided, what to do next.
use crate::{
    arrange::{self, ItemTold, Tally, Told, plural},
    text::{columns, one_line, pad, short, wrap},
    words::{self, Status},
};
use tw_model::{Origin, dossier::Dossier, evidence::Evidence};

/// Undecided claims named for each reason; the rest are counted.
const NAMED: usize = 8;

/// How text is set off. Without colour nothing is lost: signs and words say the same.
#[derive(Clone, Copy, Debug)]
enum Ink {
    Bold,
    Soft,
    Of(Status),
}

/// The report for a terminal of `width` columns (at least 40 are used); `colour` puts ANSI colours in.
pub fn terminal(dossier: &Dossier, width: usize, colour: bool) -> String {
    let width = width.clamp(40, 100);
    let page = Page { width, colour };
    let claims = arrange::claims(dossier);
    let items = arrange::items(dossier);
    let mut out = String::new();
    out.push_str(&page.ink(&one_line(&dossier.model.title), Ink::Bold));
    out.push('\n');
    out.push_str(&page.ink(&about(dossier, &claims), Ink::Soft));
    out.push_str("\n\n");
    out.push_str(&page.table(&items, Tally::of(&claims)));
    for told in &claims {
        if let (Status::Refuted, Some(receipt)) = (told.status, told.receipt) {
            out.push('\n');
            out.push_str(&page.refuted(told, receipt));
        }
    }
    out.push_str(&page.undecided(&claims));
    out.push('\n');
    out.push_str(&page.ink("What to do next", Ink::Bold));
    out.push('\n');
    for (i, order) in arrange::next(dossier).iter().enumerate() {
        out.push_str(&page.paragraph(order, &format!("{:>3}. ", i + 1), 5));
    }
    out
}

/// One line that tells how far the work is, at most `width` columns, without a line break.
pub fn progress(done: usize, total: usize, what: &str, width: usize, colour: bool) -> String {
    let page = Page { width, colour };
    let total = total.max(done).max(1);
    let bar = (width / 4).clamp(6, 24);
    let full = bar * done / total;
    let counts = format!("{done:>w$}/{total}", w = total.to_string().len());
    let room = width.saturating_sub(bar + columns(&counts) + 3);
    format!(
        "{}{} {counts} {}",
        "━".repeat(full),
        page.ink(&"─".repeat(bar - full), Ink::Soft),
        fit(&one_line(what), room)
    )
}

struct Page {
    width: usize,
    colour: bool,
}

fn about(dossier: &Dossier, claims: &[Told]) -> String {
    let tried = match &dossier.evidence {
        Some(file) => format!("tried on PostgreSQL {}", one_line(&file.server_version)),
        None => "not tried on a server".into(),
    };
    format!("{}, {tried}, seed {}", plural(claims.len(), "claim"), dossier.seed)
}

/// The text cut to so many columns.
fn fit(text: &str, room: usize) -> String {
    let mut n = text.chars().count();
    let mut cut = text.to_string();
    while columns(&cut) > room && n > 0 {
        n -= 1;
        cut = short(text, n);
    }
    cut
}

impl Page {
    fn ink(&self, text: &str, ink: Ink) -> String {
        let code = match ink {
            Ink::Bold => "1",
            Ink::Soft => "2",
            Ink::Of(Status::Held) => "32",
            Ink::Of(Status::Refuted) => "1;31",
            Ink::Of(Status::Undecided) => "33",
            Ink::Of(Status::Untried) => "2",
        };
        if self.colour && !text.is_empty() { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_string() }
    }

    /// Wrapped text: the first line starts with `lead`, the others are indented.
    fn paragraph(&self, text: &str, lead: &str, indent: usize) -> String {
        let mut out = String::new();
        for (i, line) in wrap(text, self.width.saturating_sub(indent)).iter().enumerate() {
            if i == 0 {
                out.push_str(&pad(lead, indent));
            } else {
                out.push_str(&" ".repeat(indent));
            }
            out.push_str(line);
            out.push('\n');
        }
        out
    }

    fn table(&self, items: &[ItemTold], total: Tally) -> String {
        let shown: Vec<Status> = [Status::Held, Status::Refuted, Status::Undecided, Status::Untried]
            .into_iter()
            .filter(|s| *s != Status::Untried || total.untried > 0)
            .collect();
        // Where words do not fit, their signs head the columns.
        let wide: usize = shown.iter().map(|s| columns(s.word()) + 2).sum();
        let head = |status: &Status| match self.width >= 28 + wide {
            true => status.word(),
            false => status.sign(),
        };
        let cell = |status: &Status| (columns(head(status)) + 2).max(6);
        let cells: usize = shown.iter().map(cell).sum();
        let title = self.width.saturating_sub(8 + cells).clamp(8, 36);
        let mut out = pad("", 8 + title);
        for status in &shown {
            out.push_str(&format!("{:>w$}", head(status), w = cell(status)));
        }
        out = self.ink(&out, Ink::Soft);
        out.push('\n');
        for item in items {
            out.push_str(&format!("  {} {}", pad(item.number, 5), pad(&fit(&one_line(item.title), title), title)));
            let tally = item.tally();
            if tally.total() == 0 && item.not_designed.is_some() {
                out.push_str(&self.ink("  not designed yet", Ink::Soft));
            } else {
                for status in &shown {
                    out.push_str(&self.count(tally.get(*status), *status, cell(status)));
                }
            }
            out.push('\n');
        }
        out.push_str(&pad("        total", 8 + title));
        for status in &shown {
            out.push_str(&self.count(total.get(*status), *status, cell(status)));
        }
        out.push('\n');
        out
    }

    fn count(&self, n: usize, status: Status, cell: usize) -> String {
        let (text, ink) = match n {
            0 => ("·".to_string(), Ink::Soft),
            n => (format!("{} {n}", status.sign()), Ink::Of(status)),
        };
        let space = " ".repeat(cell.saturating_sub(columns(&text)));
        format!("{space}{}", self.ink(&text, ink))
    }

    fn refuted(&self, told: &Told, receipt: &Evidence) -> String {
        let sign = format!("{} refuted", Status::Refuted.sign());
        let mut out = format!("{}  {}\n", self.ink(&sign, Ink::Of(Status::Refuted)), one_line(&told.id.0));
        out.push_str(&self.paragraph(&one_line(told.statement), "", 4));
        out.push_str(&self.paragraph(&from(told.origin), "", 4));
        let turned = words::turned_at(receipt.verdict, receipt.reason.as_deref(), &receipt.outcomes);
        let step = turned.and_then(|i| receipt.trial.as_ref().and_then(|t| t.steps.get(i)));
        match (turned, step) {
            (Some(i), Some(step)) => {
                let lead = format!("step {}, {}:", i + 1, words::actor(&step.actor));
                out.push_str(&self.paragraph(&format!("{lead} {}", fit(&one_line(&step.sql), 400)), "", 4));
                out.push_str(&self.paragraph(&words::expectation(&step.expect), "    expected", 14));
                if let Some(outcome) = receipt.outcomes.get(i) {
                    out.push_str(&self.paragraph(&words::outcome(outcome), "    happened", 14));
                    for line in words::plan(outcome).unwrap_or(&[]) {
                        out.push_str(&format!(
                            "{}{}\n",
                            " ".repeat(16),
                            fit(&crate::text::clean(line), self.width - 16)
                        ));
                    }
                }
            }
            _ => {
                let reason = receipt.reason.as_deref().unwrap_or("the receipt holds no step");
                out.push_str(&self.paragraph(&one_line(reason), "", 4));
            }
        }
        out
    }

    fn undecided(&self, claims: &[Told]) -> String {
        let mut out = String::new();
        for (kind, list) in arrange::undecided(claims) {
            let sign = format!("{} undecided", Status::Undecided.sign());
            out.push_str(&format!(
                "\n{}  {}, {}\n",
                self.ink(&sign, Ink::Of(Status::Undecided)),
                kind,
                plural(list.len(), "claim")
            ));
            for (told, detail) in list.iter().take(NAMED) {
                let id = one_line(&told.id.0);
                let said = if detail.is_empty() { id } else { format!("{id} ({detail})") };
                out.push_str(&self.paragraph(&said, "", 4));
            }
            if list.len() > NAMED {
                out.push_str(&format!("    and {} more\n", list.len() - NAMED));
            }
        }
        out
    }
}

fn from(origin: &Origin) -> String {
    match origin {
        Origin::Brief { line, text } => format!("line {line}: {}", one_line(text)),
        other => words::origin(other),
    }
}
