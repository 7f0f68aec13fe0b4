//! The operators: what plants the flaw of each rule into a schema that exists, as SQL with holes.
//!
//! One file a room. `--- room/flaw` begins a rule; blank lines part its plants; `--+ room/flaw: why` under a plant says
//! what else it honestly brings. Statistics and queries stand below their lines ([`super::given`]): statistics are said
//! only where no server in a test can come to have them. What begins with a line `-- committed` is committed, in a copy
//! of its own ([`super::copies`]). `{t}` and its like are filled from the schema
//! ([`super::sites`]), and these words stand for text that many plants share:
use std::collections::BTreeMap;
use tw_engine::review::check;
use tw_rooms::rule::Needs;

/// Words that stand for longer text, which may hold words itself. `@` is what follows the word, `depot.moves` when nothing;
/// `{list 3}` is `1, 2, 3`.
const SHORT: &[(&str, &str)] = &[
    ("id", "id bigint generated always as identity primary key"),
    // A new table has to do with the old ones.
    ("link", "home_ref {ukeytype} not null unique references {u}"),
    ("days", "id bigint not null, moved_on date not null, primary key (id, moved_on)"),
    ("parted", "{days}, home_ref {ukeytype} not null references {u}"),
    ("all", "partition by range (moved_on); create table depot.moves_all partition of @ default"),
    ("by", "{all @}; create index on @ (home_ref)"),
    (
        "halves",
        "partition by range (moved_on); create index on depot.moves (home_ref); create table depot.moves_old partition of \
         depot.moves for values from (minvalue) to ('2025-01-01'); create table depot.moves_new partition of depot.moves \
         for values from ('2025-01-01') to (maxvalue)",
    ),
    (
        "papers",
        "create table depot.papers ({id}, {link}, keeper name not null); create index on depot.papers (keeper); \
         alter table depot.papers enable row level security, force row level security;",
    ),
    // A new table that may have many rows, and what they refer to.
    (
        "heap",
        "create table depot.moves ({id}, home_ref {ukeytype} not null references {u}, @); create index on depot.moves (home_ref);",
    ),
    ("some", "(array(select {ukey} from {u} order by {ukey}))[1 + n % 40]"),
    ("rows", "generate_series(1, @) n"),
    ("seen", "analyze @;"),
    // References are not looked up for each of a hundred thousand rows.
    ("quick", "set session_replication_role = replica;"),
    ("guarded", "{papers} create policy own on depot.papers using (keeper = current_user);"),
];

/// One way to plant the flaw of a rule.
pub struct Plant {
    /// The rule that must find it.
    pub rule: String,
    /// Its place among the rule's plants, from 1.
    pub number: usize,
    /// SQL with holes.
    pub sql: String,
    /// Rules that find something besides, with the reason why that is honest.
    pub besides: Vec<(String, String)>,
}

/// Every plant of every rule, in the order of the files' names.
pub fn plants() -> Vec<Plant> {
    let folder = format!("{}/tests/mutations", env!("CARGO_MANIFEST_DIR"));
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{folder}: {e}"));
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "sql"));
    paths.sort();
    let texts = paths.iter().map(|path| std::fs::read_to_string(path).expect("operators are text"));
    texts.flat_map(|text| text.split("\n--- ").skip(1).flat_map(of_rule).collect::<Vec<_>>()).collect()
}

fn of_rule(part: &str) -> Vec<Plant> {
    let (rule, plants) = part.split_once('\n').unwrap_or((part, ""));
    let plants = plants.split("\n\n").map(str::trim).filter(|f| !f.is_empty());
    plants
        .zip(1..)
        .map(|(plant, number)| {
            let (besides, sql): (Vec<&str>, Vec<&str>) = plant.lines().partition(|l| l.starts_with("--+ "));
            let besides = besides.iter().map(|l| l[4..].split_once(": ").unwrap_or((&l[4..], "")));
            let besides = besides.map(|(rule, why)| (rule.to_string(), why.to_string())).collect();
            Plant { rule: rule.to_string(), number, sql: sql.join("\n"), besides }
        })
        .collect()
}

impl Plant {
    /// SQL with holes that is no rule's.
    pub fn of(sql: &str) -> Plant {
        Plant { rule: String::new(), number: 0, sql: sql.into(), besides: vec![] }
    }

    /// The SQL for a site; none where the site has not what the plant asks for.
    pub fn filled(&self, site: &BTreeMap<&'static str, String>) -> Option<String> {
        fill(&self.sql, site)
    }

    /// It honestly brings findings of that rule too.
    pub fn excuses(&self, rule: &str) -> bool {
        self.besides.iter().any(|(r, _)| r == rule)
    }

    /// Its rule needs rows or statistics.
    pub fn among_rows(&self) -> bool {
        check::rule(&self.rule).is_some_and(|r| matches!(r.needs, Needs::Rows | Needs::Statistics))
    }

    /// The room of its rule.
    pub fn room(&self) -> &str {
        self.rule.split('/').next().unwrap_or("")
    }
}

fn fill(text: &str, site: &BTreeMap<&'static str, String>) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out += before;
        let (inside, left) = after.split_once('}').unwrap_or((after, ""));
        let (word, argument) = inside.split_once(' ').unwrap_or((inside, "depot.moves"));
        // Braces of arrays and patterns are no holes.
        if word.is_empty() || !word.chars().all(|c| c.is_ascii_lowercase()) {
            out.push('{');
            rest = after;
            continue;
        }
        if word == "list" {
            let count: usize = argument.parse().ok()?;
            out += &(1..=count).map(|n| n.to_string()).collect::<Vec<_>>().join(", ");
            rest = left;
            continue;
        }
        match SHORT.iter().find(|(short, _)| *short == word) {
            Some((_, long)) => out += &fill(&long.replace('@', argument), site)?,
            None => out += site.get(word)?,
        }
        rest = left;
    }
    Some(out + rest)
}
