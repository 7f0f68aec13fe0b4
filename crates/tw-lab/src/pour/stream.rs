//! Rows to their destination: workers make them in chunks, sessions take them through COPY, and all rows of a
//! table are committed when the last has arrived.
use super::{
    binary::{self, Oids},
    destination::Destination,
    error::PourError,
    form::Form,
    plan::{Plan, Source, Table},
    row::{Drawn, Maker},
};
use postgres::Client;
use std::io::Write;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};
use tw_model::ident::{self, quote};

/// Rows made at a time.
const CHUNK: u64 = 2048;
/// Chunks that wait for their session, for each worker.
const WAITING: usize = 3;
/// Fewer rows than this are not shared between sessions.
const SHARED: u64 = 100_000;
/// Rows of a reference that waited, updated at a time.
const LATER: u64 = 100_000;

/// How rows are poured.
#[derive(Clone, Debug)]
pub struct Options {
    /// Workers that make rows.
    pub workers: usize,
    /// Sessions that a large table is shared between.
    pub streams: usize,
    /// Tables that hold exactly their rows already are passed over.
    pub go_on: bool,
}

/// How far it is.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    /// The table as printed.
    pub table: String,
    /// Rows that have been sent, of all tables.
    pub done: u64,
    /// Rows in all.
    pub of: u64,
    /// Rows a second, from the beginning.
    pub rate: f64,
    /// Seconds left at that rate.
    pub left_s: f64,
}

/// What was poured.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Each table as printed, with its rows and bytes, in the order they were filled.
    pub tables: Vec<(String, u64, u64)>,
    /// Tables that held their rows already.
    pub passed_over: Vec<String>,
    /// Rows in all.
    pub rows: u64,
    /// Bytes sent.
    pub bytes: u64,
    /// Seconds: a measurement.
    pub seconds: f64,
    /// What could not be done and does not matter to the rows, a sentence each.
    pub notes: Vec<String>,
}

/// Pours a plan into a database whose tables are empty.
///
/// A table's rows arrive whole or not at all: on an error, or when this process dies, those of tables before it
/// are there and nothing of it, as the error says. Shared between sessions, its parts are committed one right
/// after another; should everything die between two of these commits, the next fill finds a part and says so.
pub fn pour(
    to: &mut Destination,
    plan: &Plan,
    options: &Options,
    progress: &mut dyn FnMut(&Progress),
) -> Result<Report, PourError> {
    let begun = Instant::now();
    let held = to.held(plan)?;
    let same = |t: usize| held[t] > 0 && held[t] == plan.tables[t].rows;
    let full = |t: usize| (options.go_on || plan.tables[t].given) && same(t);
    let occupied: Vec<String> = (0..plan.tables.len())
        .filter(|&t| held[t] > 0 && !full(t))
        .map(|t| format!("{}: {} rows (planned: {})", plan.tables[t].printed(), held[t], plan.tables[t].rows))
        .collect();
    if !occupied.is_empty() {
        return Err(PourError::NotEmpty { at: to.shown.clone(), tables: occupied });
    }
    let oids = to.oids(plan)?;
    let passed_over = (0..plan.tables.len()).filter(|&t| full(t) && !plan.tables[t].given);
    let passed_over = passed_over.map(|t| plan.tables[t].printed()).collect();
    let mut report = Report { passed_over, ..Report::default() };
    let of = (0..plan.tables.len()).filter(|&t| !full(t)).map(|t| plan.tables[t].rows).sum();
    let sent = AtomicU64::new(0);
    let ground = Ground { plan, oids: &oids, options, sent: &sent, begun, of };
    for unit in &plan.units {
        let tables: Vec<usize> = unit.iter().copied().filter(|&t| !full(t) && plan.tables[t].rows > 0).collect();
        let filled = |report: &Report| report.tables.iter().map(|(name, ..)| name.clone()).collect::<Vec<_>>();
        let result = if tables.is_empty() { Ok(vec![]) } else { unit_into(to, &ground, &tables, progress) };
        let taken = result.map_err(|error| match error {
            PourError::Refused { doing, said, .. } => PourError::Refused { doing, said, filled: filled(&report) },
            other => other,
        })?;
        for (t, bytes) in taken {
            let table = &plan.tables[t];
            report.tables.push((table.printed(), table.rows, bytes));
            report.rows += table.rows;
            report.bytes += bytes;
            report.notes.extend(sequences(to, table));
        }
    }
    for (t, table) in plan.tables.iter().enumerate() {
        for pick in (0..table.picks.len()).filter(|&p| table.picks[p].later) {
            later(to, plan, t, pick)?;
        }
    }
    report.seconds = begun.elapsed().as_secs_f64();
    Ok(report)
}

/// What every part of a pour knows.
struct Ground<'g> {
    plan: &'g Plan,
    oids: &'g Oids,
    options: &'g Options,
    sent: &'g AtomicU64,
    begun: Instant,
    of: u64,
}

impl Ground<'_> {
    fn progress(&self, table: &Table) -> Progress {
        let done = self.sent.load(Ordering::Relaxed);
        let rate = done as f64 / self.begun.elapsed().as_secs_f64().max(1e-6);
        let left_s = self.of.saturating_sub(done) as f64 / rate.max(1e-6);
        Progress { table: table.printed(), done, of: self.of, rate, left_s }
    }
}

/// Pours tables in one transaction, or one table in several that commit together. Gives each with its bytes.
fn unit_into(
    to: &Destination,
    ground: &Ground,
    tables: &[usize],
    progress: &mut dyn FnMut(&Progress),
) -> Result<Vec<(usize, u64)>, PourError> {
    let first = &ground.plan.tables[tables[0]];
    let own = first.picks.iter().any(|p| p.target == tables[0] && !p.later);
    let shared = tables.len() == 1 && !own && !first.forced && first.rows >= SHARED;
    let streams = if shared { ground.options.streams.max(1) as u64 } else { 1 };
    let mut sessions: Vec<Client> = (0..streams).map(|_| to.session()).collect::<Result<_, _>>()?;
    for client in &mut sessions {
        client
            .batch_execute(if tables.len() > 1 { "BEGIN; SET CONSTRAINTS ALL DEFERRED" } else { "BEGIN" })
            .map_err(PourError::server("the rows' transaction cannot be begun"))?;
    }
    let mut bytes = vec![];
    let secure = |client: &mut Client, table: &Table, word: &str| {
        let printed = table.printed();
        let sql = format!("ALTER TABLE {printed} {word} ROW LEVEL SECURITY");
        client.batch_execute(&sql).map_err(PourError::server(format!(
            "the row security of {printed}, which holds for its owner too, cannot be lifted for the load"
        )))
    };
    for &t in tables {
        let table = &ground.plan.tables[t];
        let printed = table.printed();
        if table.forced {
            secure(&mut sessions[0], table, "NO FORCE")?;
            // Under its row security the owner may have seen none of its rows.
            let sql = format!("SELECT EXISTS (SELECT FROM {printed})");
            let row =
                sessions[0].query_one(&sql, &[]).map_err(PourError::server(format!("cannot look into {printed}")))?;
            if row.get(0) {
                return Err(PourError::NotEmpty { at: to.shown.clone(), tables: vec![printed] });
            }
        }
        let part = |n: u64| table.rows * n / streams;
        let stop = AtomicBool::new(false);
        let (done, hear) = sync_channel(sessions.len());
        let taken: Vec<(u64, u64)> = std::thread::scope(|scope| {
            for (n, client) in sessions.iter_mut().enumerate() {
                let (done, stop) = (done.clone(), &stop);
                let rows = (part(n as u64), part(n as u64 + 1));
                scope.spawn(move || {
                    let result = copied(ground, client, t, rows, stop);
                    let failed = result.is_err();
                    let _ = done.send(result);
                    // After the cause is told, so that it is heard before what it stops.
                    stop.fetch_or(failed, Ordering::Relaxed);
                });
            }
            let (mut results, mut failed) = (vec![], None);
            while results.len() + usize::from(failed.is_some()) < streams as usize {
                match hear.recv_timeout(Duration::from_millis(200)) {
                    Ok(Ok(counts)) => results.push(counts),
                    // The first error is the cause; the others were told to stop.
                    Ok(Err(_)) if failed.is_some() => results.push((0, 0)),
                    Ok(Err(error)) => failed = Some(error),
                    Err(_) => progress(&ground.progress(table)),
                }
            }
            failed.map_or(Ok(results), Err)
        })?;
        let rows: u64 = taken.iter().map(|(rows, _)| rows).sum();
        if rows != table.rows {
            return Err(PourError::Refused {
                doing: format!("rows of {printed} did not all arrive"),
                said: format!(
                    "{rows} of {}: a trigger or rule keeps the others out. Disable it for the load.",
                    table.rows
                ),
                filled: vec![],
            });
        }
        bytes.push((t, taken.iter().map(|(_, bytes)| bytes).sum()));
    }
    let names: Vec<String> = tables.iter().map(|&t| ground.plan.tables[t].printed()).collect();
    let doing = format!("the rows of {} cannot be committed", names.join(", "));
    // All that can still be refused is refused before the first commit.
    for client in &mut sessions {
        client.batch_execute("SET CONSTRAINTS ALL IMMEDIATE").map_err(PourError::server(&*doing))?;
    }
    for table in tables.iter().map(|&t| &ground.plan.tables[t]).filter(|t| t.forced) {
        secure(&mut sessions[0], table, "FORCE")?;
    }
    for client in &mut sessions {
        client.batch_execute("COMMIT").map_err(PourError::server(&*doing))?;
    }
    progress(&ground.progress(first));
    Ok(bytes)
}

/// Copies some rows of a table into a session. Gives rows and bytes.
fn copied(
    ground: &Ground,
    client: &mut Client,
    t: usize,
    rows: (u64, u64),
    stop: &AtomicBool,
) -> Result<(u64, u64), PourError> {
    let table = &ground.plan.tables[t];
    let binary = is_binary(table, ground.oids);
    let refused = || PourError::server(format!("rows of {} are refused", table.printed()));
    let sql = format!("COPY {} FROM STDIN{}", columns(table), if binary { " (FORMAT binary)" } else { "" });
    let mut writer = client.copy_in(&sql).map_err(refused())?;
    let workers = (ground.options.workers / ground.options.streams.max(1)).max(1);
    let mut bytes = 0;
    let mut lost = false;
    let made = chunks(ground.plan, t, rows, binary, ground.oids, workers, stop, &mut |chunk, count| {
        bytes += chunk.len() as u64;
        ground.sent.fetch_add(count, Ordering::Relaxed);
        lost = writer.write_all(chunk).is_err();
        // Refused: finishing tells why.
        !lost
    });
    if !lost {
        made?;
        if stop.load(Ordering::Relaxed) {
            // Dropped unfinished, the copy is taken back.
            return Err(PourError::Refused { doing: "stopped".into(), said: String::new(), filled: vec![] });
        }
        if binary {
            let _ = writer.write_all(binary::TRAILER);
        }
    }
    Ok((writer.finish().map_err(refused())?, bytes))
}

/// The table and the columns that rows bring, as COPY wants them.
pub(super) fn columns(table: &Table) -> String {
    format!("{} ({})", table.printed(), ident::list(table.columns.iter().map(|c| c.name.as_str())))
}

/// Every column can be written in binary.
pub(super) fn is_binary(table: &Table, oids: &Oids) -> bool {
    table.columns.iter().all(|c| c.form.binary(oids))
}

/// Makes rows in chunks on several workers and hears the chunks in order, whoever made them; the binary format's
/// header comes with the first. Ends early when `take` says so, or `stop` is set.
#[allow(clippy::too_many_arguments)] // each is a thing of its own
pub(super) fn chunks(
    plan: &Plan,
    t: usize,
    (from, to): (u64, u64),
    binary: bool,
    oids: &Oids,
    workers: usize,
    stop: &AtomicBool,
    take: &mut dyn FnMut(&[u8], u64) -> bool,
) -> Result<(), PourError> {
    let count = (to - from).div_ceil(CHUNK);
    if binary && !take(binary::HEADER, 0) {
        return Ok(());
    }
    std::thread::scope(|scope| {
        let mut hear: Vec<Receiver<Made>> = vec![];
        let workers = (workers as u64).min(count).max(1);
        for worker in 0..workers {
            let (send, receive) = sync_channel(WAITING);
            hear.push(receive);
            scope.spawn(move || {
                let mut maker = Chunk::new(plan, t, binary, oids);
                for n in (worker..count).step_by(workers as usize) {
                    let first = from + n * CHUNK;
                    let made = maker.make(first, (first + CHUNK).min(to));
                    let failed = made.is_err();
                    // Nobody hears: the reader has ended.
                    if send.send(made).is_err() || failed || stop.load(Ordering::Relaxed) {
                        return;
                    }
                }
            });
        }
        for n in 0..count {
            match hear[(n % workers) as usize].recv() {
                Ok(made) => {
                    let (chunk, rows) = made?;
                    if !take(&chunk, rows) {
                        return Ok(());
                    }
                }
                Err(_) => return Ok(()),
            }
        }
        Ok(())
    })
}

/// A chunk and its rows.
type Made = Result<(Vec<u8>, u64), PourError>;

/// Makes chunks of one table.
struct Chunk<'p> {
    maker: Maker<'p>,
    table: usize,
    forms: Vec<&'p Form>,
    binary: bool,
    oids: &'p Oids,
    drawn: Drawn,
    cells: Vec<super::datum::Datum>,
    size: usize,
}

impl<'p> Chunk<'p> {
    fn new(plan: &'p Plan, table: usize, binary: bool, oids: &'p Oids) -> Self {
        let forms = plan.tables[table].columns.iter().map(|c| &c.form).collect();
        Chunk { maker: Maker { plan }, table, forms, binary, oids, drawn: Drawn::default(), cells: vec![], size: 0 }
    }

    fn make(&mut self, from: u64, to: u64) -> Made {
        let mut out = Vec::with_capacity(self.size + self.size / 8);
        for row in from..to {
            self.maker.row(self.table, row, &mut self.drawn, &mut self.cells)?;
            if self.binary {
                binary::row(&self.forms, &self.cells, self.oids, &mut out);
            } else {
                binary::text_row(&self.forms, &self.cells, &mut out);
            }
        }
        self.size = out.len();
        Ok((out, to - from))
    }
}

/// Sequences go on after the last value. What is not allowed is told, not fatal.
fn sequences(to: &mut Destination, table: &Table) -> Vec<String> {
    let mut notes = vec![];
    for sql in set_sequences(table) {
        if let Err(error) = to.client().batch_execute(&sql) {
            notes.push(format!(
                "{}: the sequence stays where it was ({}).",
                table.printed(),
                super::error::said(&error)
            ));
        }
    }
    notes
}

/// Statements that let each sequence of a table go on after its last value.
pub(super) fn set_sequences(table: &Table) -> Vec<String> {
    let serial = table.columns.iter().filter(|c| c.serial && c.form.number() && table.rows > 0);
    serial
        .map(|c| {
            let printed = table.printed();
            let sequence = match &c.sequence {
                Some(name) => tw_model::ident::literal(name),
                None => format!(
                    "pg_catalog.pg_get_serial_sequence({}, {})",
                    tw_model::ident::literal(&printed),
                    tw_model::ident::literal(&c.name)
                ),
            };
            let last = match c.source {
                Source::Distinct { within: false } => {
                    c.series.first.saturating_add_unsigned(table.rows - 1).to_string()
                }
                _ => format!("(SELECT max({}) FROM {printed})", quote(&c.name)),
            };
            format!("SELECT pg_catalog.setval({sequence}, {last})")
        })
        .collect()
}

/// Fills a reference that waited until its target had rows.
fn later(to: &mut Destination, plan: &Plan, t: usize, pick: usize) -> Result<(), PourError> {
    let table = &plan.tables[t];
    let p = &table.picks[pick];
    let refused = || PourError::server(format!("the reference {} of {} cannot be filled", p.name, table.printed()));
    let mut transaction = to.client().transaction().map_err(refused())?;
    let (create, update) = later_sql(table, pick);
    transaction.batch_execute(&create).map_err(refused())?;
    let mut from = 0;
    while from < table.rows {
        let end = (from + LATER).min(table.rows);
        let rows = later_rows(plan, t, pick, from, end);
        let mut writer = transaction.copy_in("COPY pg_temp.later FROM STDIN").map_err(refused())?;
        let _ = writer.write_all(&rows);
        writer.finish().map_err(refused())?;
        transaction.batch_execute(&format!("{update}; TRUNCATE pg_temp.later")).map_err(refused())?;
        from = end;
    }
    transaction.batch_execute("DROP TABLE pg_temp.later").map_err(refused())?;
    transaction.commit().map_err(refused())
}

/// The temporary table of keys and referenced values, and the update from it.
pub(super) fn later_sql(table: &Table, pick: usize) -> (String, String) {
    let typed = |prefix: &str, c: usize| format!("{prefix}{c} {}", table.columns[c].ty);
    let keys: Vec<String> = table.key.iter().map(|&c| typed("k", c)).collect();
    let values: Vec<String> = table.own_columns(pick).map(|(c, _)| typed("v", c)).collect();
    let create = format!("CREATE TEMPORARY TABLE later ({})", [keys, values].concat().join(", "));
    let name = |c: usize| quote(&table.columns[c].name);
    let sets: Vec<String> = table.own_columns(pick).map(|(c, _)| format!("{} = l.v{c}", name(c))).collect();
    let same: Vec<String> = table.key.iter().map(|&c| format!("t.{} = l.k{c}", name(c))).collect();
    let update = format!(
        "UPDATE {} t SET {} FROM pg_temp.later l WHERE {}",
        table.printed(),
        sets.join(", "),
        same.join(" AND ")
    );
    (create, update)
}

/// Keys and referenced values of some rows, in the text format; rows that refer to none are left out.
pub(super) fn later_rows(plan: &Plan, t: usize, pick: usize, from: u64, to: u64) -> Vec<u8> {
    let table = &plan.tables[t];
    let p = &table.picks[pick];
    let maker = Maker { plan };
    let forms: Vec<&Form> = table
        .key
        .iter()
        .copied()
        .chain(table.own_columns(pick).map(|(c, _)| c))
        .map(|c| &table.columns[c].form)
        .collect();
    let mut out = vec![];
    for row in from..to {
        if let Some(parent) = maker.pick(t, pick, row, 0, None) {
            let keys = table.key.iter().map(|&c| maker.cell(t, c, row));
            let values = table.own_columns(pick).map(|(_, theirs)| maker.cell(p.target, theirs, parent));
            let cells: Vec<_> = keys.chain(values).collect();
            binary::text_row(&forms, &cells, &mut out);
        }
    }
    out
}
