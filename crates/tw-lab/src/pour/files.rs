//! Rows into files: COPY's own formats and a script that loads them, in a directory that appears whole.
use super::{
    binary::{self, Oids},
    error::PourError,
    plan::Plan,
    stream::{self, Progress, Report},
};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

/// Rows of a waiting reference written at a time.
const LATER: u64 = 100_000;

/// Writes a plan's rows into a new directory: a file a table, `schema.sql` when one is given, and `load.sql`. The
/// same plan gives the same bytes, however many workers make them.
///
/// The directory must not exist yet, or be empty. It is written beside its place and appears there when it is
/// complete.
pub fn write(
    dir: &Path,
    plan: &Plan,
    oids: &Oids,
    schema_sql: Option<&str>,
    workers: usize,
    progress: &mut dyn FnMut(&Progress),
) -> Result<Report, PourError> {
    let begun = Instant::now();
    let failed = |path: &Path| {
        let path = path.to_path_buf();
        move |why| PourError::File { path, why }
    };
    if std::fs::read_dir(dir).is_ok_and(|mut d| d.next().is_some()) {
        let why = std::io::Error::new(std::io::ErrorKind::AlreadyExists, "the directory is not empty; name a new one");
        return Err(failed(dir)(why));
    }
    let mut name = dir.as_os_str().to_os_string();
    name.push(".unfinished");
    let place = PathBuf::from(name);
    // What a broken-off run left.
    let _ = std::fs::remove_dir_all(&place);
    std::fs::create_dir_all(&place).map_err(failed(&place))?;
    let mut report = Report::default();
    let mut script = String::from(
        "-- Loads the rows beside this file. Run it in this directory, on a database without rows:\n\
         --   psql -X -v ON_ERROR_STOP=1 -f load.sql DATABASE\n",
    );
    if let Some(sql) = schema_sql {
        let path = place.join("schema.sql");
        std::fs::write(&path, sql).map_err(failed(&path))?;
        script += "\\i schema.sql\n";
    }
    let of = plan.tables.iter().filter(|t| !t.given).map(|t| t.rows).sum();
    let stop = AtomicBool::new(false);
    for unit in &plan.units {
        let tables: Vec<usize> =
            unit.iter().copied().filter(|&t| plan.tables[t].rows > 0 && !plan.tables[t].given).collect();
        if tables.is_empty() {
            continue;
        }
        script += if tables.len() > 1 { "BEGIN;\nSET CONSTRAINTS ALL DEFERRED;\n" } else { "BEGIN;\n" };
        let mut forced = String::new();
        for t in tables {
            let table = &plan.tables[t];
            let binary = stream::is_binary(table, oids);
            let file = format!("{}.{}", plain(&table.printed()), if binary { "copy" } else { "txt" });
            let path = place.join(&file);
            let mut out = BufWriter::with_capacity(1 << 20, File::create(&path).map_err(failed(&path))?);
            let (mut bytes, mut wrong) = (0, None);
            stream::chunks(plan, t, (0, table.rows), binary, oids, workers, &stop, &mut |chunk, rows| {
                bytes += chunk.len() as u64;
                report.rows += rows;
                let rate = report.rows as f64 / begun.elapsed().as_secs_f64().max(1e-6);
                let left_s = (of - report.rows) as f64 / rate.max(1e-6);
                progress(&Progress { table: table.printed(), done: report.rows, of, rate, left_s });
                wrong = out.write_all(chunk).err();
                wrong.is_none()
            })?;
            if let Some(why) = wrong {
                return Err(failed(&path)(why));
            }
            if binary {
                out.write_all(binary::TRAILER).map_err(failed(&path))?;
            }
            out.flush().map_err(failed(&path))?;
            report.bytes += bytes;
            report.tables.push((table.printed(), table.rows, bytes));
            let with = if binary { " WITH (FORMAT binary)" } else { "" };
            let lift = |word: &str| format!("ALTER TABLE {} {word} ROW LEVEL SECURITY;\n", table.printed());
            if table.forced {
                script += &lift("NO FORCE");
            }
            script += &format!("\\copy {} FROM '{file}'{with}\n", stream::columns(table));
            if table.forced {
                forced += &lift("FORCE");
            }
        }
        script += &format!("SET CONSTRAINTS ALL IMMEDIATE;\n{forced}COMMIT;\n");
    }
    for (t, table) in plan.tables.iter().enumerate() {
        for pick in (0..table.picks.len()).filter(|&p| table.picks[p].later) {
            let file = format!("{}.{}.txt", plain(&table.printed()), plain(&table.picks[pick].name));
            let path = place.join(&file);
            let mut out = BufWriter::new(File::create(&path).map_err(failed(&path))?);
            let mut from = 0;
            while from < table.rows {
                let to = (from + LATER).min(table.rows);
                out.write_all(&stream::later_rows(plan, t, pick, from, to)).map_err(failed(&path))?;
                from = to;
            }
            out.flush().map_err(failed(&path))?;
            let (create, update) = stream::later_sql(table, pick);
            script += &format!(
                "BEGIN;\n{create};\n\\copy pg_temp.later FROM '{file}'\n{update};\nDROP TABLE pg_temp.later;\nCOMMIT;\n"
            );
        }
    }
    for table in plan.tables.iter().filter(|t| !t.given) {
        stream::set_sequences(table).iter().for_each(|sql| script += &format!("{sql};\n"));
    }
    script += "ANALYZE;\n";
    let path = place.join("load.sql");
    std::fs::write(&path, script).map_err(failed(&path))?;
    if dir.is_dir() {
        std::fs::remove_dir(dir).map_err(failed(dir))?;
    }
    std::fs::rename(&place, dir).map_err(failed(dir))?;
    report.seconds = begun.elapsed().as_secs_f64();
    Ok(report)
}

/// A name that any file system takes.
fn plain(name: &str) -> String {
    name.chars().map(|c| if c.is_alphanumeric() || c == '.' || c == '_' { c } else { '_' }).collect()
}
