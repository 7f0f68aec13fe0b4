//! `cargo bench -p tw-engine --bench discover`: how long finding dependencies takes.
//!
//! `DISCOVER_ROWS` orders (100,000) of ten columns: an order, a customer and what hangs on it, a product and what hangs
//! on it, an amount. With `DISCOVER_CSV` the rows are read from that file instead, left sides having at most
//! `DISCOVER_LEFT` columns (ten). With `DISCOVER_WRITE` the orders are written to that file as well, for other
//! programs to be measured on. The median of `RUNS` (5) is printed.
use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;
use tw_engine::discover::{Limits, Request, Source, rows};
use tw_rooms::normal_forms::discover::{Coded, Coder, exact, near};

fn orders(rows: u64) -> Vec<[String; 10]> {
    let mut state = 1u64;
    let mut below = |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let customers: Vec<[u64; 2]> = (0..5000).map(|_| [below(3000), below(200)]).collect();
    let products: Vec<[u64; 2]> = (0..800).map(|_| [below(40), below(500)]).collect();
    (0..rows)
        .map(|n| {
            let (customer, product) = (below(5000), below(800));
            let [name, town] = customers[customer as usize];
            let [class, price] = products[product as usize];
            [n, customer, name, town, town % 12, product, class, class % 7, price, 1 + below(20)].map(|v| v.to_string())
        })
        .collect()
}

fn number(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}

fn main() {
    let runs = number("RUNS", 5);
    let (table, names) = match std::env::var_os("DISCOVER_CSV") {
        Some(path) => from_file(&PathBuf::from(path)),
        None => {
            let made = orders(number("DISCOVER_ROWS", 100_000) as u64);
            if let Some(path) = std::env::var_os("DISCOVER_WRITE") {
                let mut file = std::io::BufWriter::new(std::fs::File::create(path).expect("a file"));
                writeln!(file, "a,b,c,d,e,f,g,h,i,j").expect("a line");
                made.iter().for_each(|row| writeln!(file, "{}", row.join(",")).expect("a line"));
            }
            let columns = (0..10).map(|c| {
                let mut coder = Coder::new(false);
                made.iter().for_each(|row| coder.push(Some(row[c].as_bytes())));
                coder.done().0
            });
            (Coded { rows: made.len(), columns: columns.collect() }, String::from("orders"))
        }
    };
    let left = number("DISCOVER_LEFT", 10);
    let (mut found, mut seconds) = (Default::default(), vec![]);
    for _ in 0..runs {
        let began = Instant::now();
        found = exact(&table, left);
        seconds.push(began.elapsed().as_secs_f64());
    }
    println!(
        "{names}: {} rows, {} columns, left sides of at most {left}: {} minimal dependencies in {:.3} s",
        table.rows,
        table.columns.len(),
        found.dependencies.len(),
        median(seconds)
    );
    let (mut nearly, mut seconds) = (vec![], vec![]);
    for _ in 0..runs {
        let began = Instant::now();
        nearly = near(&table, &found.dependencies, 2, 0.02, 1);
        seconds.push(began.elapsed().as_secs_f64());
    }
    println!("nearly holding, left sides of at most 2, 2 % of the rows: {} in {:.3} s", nearly.len(), median(seconds));
}

fn from_file(path: &std::path::Path) -> (Coded, String) {
    let request = Request {
        source: Source::Files(vec![path.into()]),
        tables: vec![],
        most_rows: usize::MAX,
        nulls_differ: false,
        limits: Limits { most_left: 1, most_left_near: 0, ..Limits::default() },
        derive: vec![],
        reads_per_write: 1.0,
        may_be_old: false,
        pg_bin: None,
    };
    let began = Instant::now();
    let read = rows(&request).expect("a file of values").remove(0);
    println!("{} read and coded in {:.3} s", path.display(), began.elapsed().as_secs_f64());
    (read.coded, path.file_stem().unwrap_or_default().to_string_lossy().into_owned())
}
