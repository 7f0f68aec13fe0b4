//! Random schemas that a server accepts, from a seed. The pools of names are small, so that two schemas of
//! different seeds share objects and define them differently.
mod access;
mod children;
mod objects;
mod tables;

use access::access;
use children::{children, reading_function, views};
use objects::{functions, sequence, types};
use tables::{foreign_keys, table};
use tw_model::schema::*;

/// A small generator of numbers; the same seed gives the same schema.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5DEE_CE66_D1CE_4E5B)
    }
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
    /// True once in `n`.
    pub fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
    pub fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())].clone()
    }
}

/// What the generated schema may use.
#[derive(Clone, Copy)]
pub struct Features {
    pub major: u32,
}

const TABLES: &[(&str, &str)] = &[
    ("public", "accounts"),
    ("public", "user"),
    ("sales", "Order Lines"),
    ("sales", "accounts"),
    ("public", "events"),
];

/// Roles of every generated schema; they are the server's, so each test drops them.
pub const ROLES: &[&str] = &["tw_app", "tw_teller", "tw_owner"];

/// A schema.
pub fn schema(seed: u64, features: Features) -> Schema {
    let mut d = Dice::new(seed);
    let mut s = Schema {
        namespaces: vec![Namespace { name: "sales".into(), owner: None, comment: comment(&mut d) }],
        types: types(&mut d),
        functions: functions(&mut d),
        ..Schema::default()
    };
    s.sequences.push(sequence(&mut d, "numbers"));
    for name in TABLES {
        if !d.once_in(3) {
            let t = table(&mut d, features, Name::new(name.0, name.1), &mut s);
            let own = |q: &&mut Sequence| q.owned_by.as_ref().is_some_and(|o| o.0 == t.name);
            s.sequences.iter_mut().filter(own).for_each(|q| q.owner.clone_from(&t.owner));
            s.tables.push(t);
        }
    }
    foreign_keys(&mut d, &mut s);
    children(&mut d, &mut s);
    views(&mut d, &mut s);
    reading_function(&mut d, &mut s);
    access(&mut d, &mut s);
    s
}

fn comment(d: &mut Dice) -> Option<String> {
    let texts = ["It's a comment.", "two\nlines", "a \\ backslash", "“quoted”"];
    d.once_in(4).then(|| d.pick(&texts).to_string())
}

fn public(name: &str) -> Name {
    Name::new("public", name)
}
