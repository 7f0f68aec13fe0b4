//! A lab's owner is killed with SIGKILL at any moment: no process is left, and after the next start no
//! directory.
//!
//! This binary starts itself again (`hold CACHE PARENT`) as the process to kill, so it has its own `main`.
mod common;
use common::*;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tw_lab::{Installation, Lab, LabOptions, directory, process, user::lab_user};
use tw_model::{
    horizon::{Horizon, HorizonTable},
    schema::Name,
    trial::Actor,
};

/// What is done on each installation.
type Test = fn(&Installation);

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, verb, cache, parent, bin] = arguments.as_slice()
        && verb == "hold"
    {
        return hold(Path::new(cache), Path::new(parent), Path::new(bin));
    }
    let tests: [(&str, Test); 4] = [
        ("killed_at_random_moments", killed_at_random_moments),
        ("killed_together_with_its_supervisor", killed_together_with_its_supervisor),
        ("the_sweep_knows_the_living", the_sweep_knows_the_living),
        ("starts_at_once_share_one_cache", starts_at_once_share_one_cache),
    ];
    for installation in installations() {
        for (name, test) in tests {
            let begun = Instant::now();
            test(&installation);
            println!("test {name} on {} ... ok ({:.1} s)", installation.version, begun.elapsed().as_secs_f64());
        }
    }
}

/// Starts a lab, works in it, and waits for its end.
fn hold(cache: &Path, parent: &Path, bin: &Path) {
    let found = tw_lab::discover(Some(bin)).unwrap_or_else(|e| panic!("{e}"));
    let lab = Lab::start(&found[0], &options(cache, parent)).unwrap_or_else(|e| panic!("{e}"));
    println!("{}", lab.directory().display());
    let mut session = lab.session("postgres", &Actor::Lab).unwrap_or_else(|e| panic!("{e}"));
    session.client.batch_execute("create table t as select generate_series(1, 100000) i").expect("it works");
    // And something that looks large.
    lab.create_database("few", None).unwrap_or_else(|e| panic!("{e}"));
    lab.load("few", "create table t (i int); insert into t select generate_series(1, 1000); analyze t;")
        .unwrap_or_else(|e| panic!("{e}"));
    let table = HorizonTable {
        name: Name::new("public", "t"),
        rows: 1_000_000_000,
        pages: 5_000_000,
        visible_share: 1.0,
        ..HorizonTable::default()
    };
    let horizon = Horizon { tables: vec![table], settings: vec![] };
    let _copy = tw_lab::inflate(&lab, "few", &horizon).unwrap_or_else(|e| panic!("{e}"));
    std::thread::sleep(Duration::from_secs(60));
}

fn options(cache: &Path, parent: &Path) -> LabOptions {
    LabOptions { cache: Some(cache.into()), parent: Some(parent.into()), ..LabOptions::default() }
}

/// A directory of the test alone, where anybody may make entries, as in `/tmp`.
struct Place {
    root: PathBuf,
    parent: PathBuf,
    cache: PathBuf,
}

impl Place {
    fn new(name: &str) -> Place {
        let root = PathBuf::from(format!("/tmp/twk-{}-{name}", std::process::id()));
        let (parent, cache) = (root.join("p"), root.join("c"));
        std::fs::create_dir_all(&parent).expect("makes the test's directory");
        std::fs::set_permissions(&parent, PermissionsExt::from_mode(0o1777)).expect("opens it");
        Place { root, parent, cache }
    }
    fn entries(&self, of: &Path) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(of)
            .map(|d| d.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect())
            .unwrap_or_default();
        names.sort();
        names
    }
    fn child(&self, installation: &Installation) -> Child {
        Command::new(std::env::current_exe().expect("knows itself"))
            .arg("hold")
            .args([&self.cache, &self.parent, &installation.bin])
            .stdout(Stdio::piped())
            .spawn()
            .expect("starts itself")
    }
    /// Processes that work below this place, or name it on their command line; ours apart.
    fn processes(&self) -> Vec<String> {
        let root = self.root.to_string_lossy().into_owned();
        let Ok(entries) = std::fs::read_dir("/proc") else {
            return vec![];
        };
        entries
            .flatten()
            .filter_map(|e| e.file_name().to_string_lossy().parse::<i32>().ok())
            .filter(|pid| process::is_running(*pid))
            .filter_map(|pid| {
                let cwd = std::fs::read_link(format!("/proc/{pid}/cwd")).unwrap_or_default();
                let command = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
                let command = String::from_utf8_lossy(&command).replace('\0', " ");
                let named = cwd.to_string_lossy().starts_with(&root) || command.contains(&root);
                named.then(|| format!("{pid}: {command}"))
            })
            .collect()
    }
    fn assert_no_process(&self, after: &str) {
        let deadline = Instant::now() + Duration::from_secs(15);
        loop {
            let left = self.processes();
            if left.is_empty() {
                return;
            }
            assert!(Instant::now() < deadline, "{after}: still running {left:#?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    /// The next start leaves its own directory alone, and nothing at all after its end.
    fn assert_swept(&self, installation: &Installation, after: &str) {
        let lab =
            Lab::start(installation, &options(&self.cache, &self.parent)).unwrap_or_else(|e| panic!("{after}: {e}"));
        let own = lab.directory().file_name().expect("has a name").to_string_lossy().into_owned();
        assert_eq!(self.entries(&self.parent), [own], "{after}");
        let mut session = lab.session("postgres", &Actor::Lab).unwrap_or_else(|e| panic!("{after}: {e}"));
        let tables: i64 =
            session.client.query_one("select count(*) from pg_class where relname = 't'", &[]).expect("counts").get(0);
        assert_eq!(tables, 0, "{after}: the cache holds a used data directory");
        lab.stop();
        assert_eq!(self.entries(&self.parent), Vec::<String>::new(), "{after}");
        let unfinished: Vec<String> =
            self.entries(&self.cache).into_iter().filter(|n| n.starts_with("tw-lab")).collect();
        assert_eq!(unfinished, Vec::<String>::new(), "{after}");
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.root);
    }
}

fn killed_at_random_moments(installation: &Installation) {
    // Cold starts, which run initdb, take some seconds; warm ones some tenths. A linear congruence gives
    // moments that are the same in every run.
    let mut state: u64 = 20_240_601;
    let mut moment = |below_ms: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Duration::from_millis((state >> 33) % below_ms)
    };
    let place = Place::new("random");
    for (kind, rounds, below_ms) in [("cold", 3, 1500), ("warm", 5, 300)] {
        for round in 0..rounds {
            if kind == "cold" {
                let _ = std::fs::remove_dir_all(&place.cache);
            }
            let mut child = place.child(installation);
            let after = moment(below_ms);
            std::thread::sleep(after);
            child.kill().expect("kills");
            child.wait().expect("ends");
            let after = format!("{kind} start {round} killed after {} ms", after.as_millis());
            place.assert_no_process(&after);
            if kind == "warm" || round == 2 {
                place.assert_swept(installation, &after);
            }
        }
    }
}

fn started(child: &mut Child) -> PathBuf {
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("is piped")).read_line(&mut line).expect("answers");
    PathBuf::from(line.trim())
}

fn killed_together_with_its_supervisor(installation: &Installation) {
    let place = Place::new("both");
    let mut child = place.child(installation);
    let directory = started(&mut child);
    let supervisors = process::children_of(child.id() as i32);
    assert_eq!(supervisors.len(), 1, "one supervisor");
    process::kill(supervisors[0]);
    assert!(process::wait_gone(&supervisors, Duration::from_secs(5)));
    child.kill().expect("kills");
    child.wait().expect("ends");
    let data = directory.join("data");
    assert!(!process::working_in(&data).is_empty(), "nobody was left to end the server");
    place.assert_swept(installation, "killed together");
    assert_gone(&directory);
    place.assert_no_process("killed together");
}

fn the_sweep_knows_the_living(installation: &Installation) {
    let place = Place::new("living");
    let user = lab_user(installation).unwrap_or_else(|e| panic!("{e}"));
    let me = std::process::id();
    let mark = process::start_mark(me).expect("we run");
    let make = |name: &str| {
        let path = place.parent.join(name);
        std::fs::create_dir(&path).expect("makes");
        path
    };
    let living = make(&format!("tw-lab.{me}.{mark}.900"));
    let recycled = make(&format!("tw-lab.{me}.{mark}9.901"));
    let elsewhere = make("tw-lab.999999999.1.902");
    let lock = std::fs::File::create(elsewhere.join("owner.lock")).expect("makes");
    lock.lock().expect("locks");
    let stranger = make("tw-lab-notes");
    assert_eq!(directory::sweep(&place.parent, &user), std::slice::from_ref(&recycled));
    assert!(living.exists() && elsewhere.exists() && stranger.exists() && !recycled.exists());
    drop(lock);
    assert_eq!(directory::sweep(&place.parent, &user), [elsewhere]);
}

fn starts_at_once_share_one_cache(installation: &Installation) {
    let place = Place::new("once");
    let labs: Vec<Lab> = std::thread::scope(|scope| {
        let starts: Vec<_> =
            (0..3).map(|_| scope.spawn(|| Lab::start(installation, &options(&place.cache, &place.parent)))).collect();
        starts.into_iter().map(|s| s.join().expect("no panic").unwrap_or_else(|e| panic!("{e}"))).collect()
    });
    let templates: Vec<String> = place.entries(&place.cache).into_iter().filter(|n| !n.ends_with(".lock")).collect();
    assert_eq!(templates.len(), 1, "{templates:?}");
    assert_eq!(place.entries(&place.parent).len(), 3);
    drop(labs);
    assert_eq!(place.entries(&place.parent), Vec::<String>::new());
}
