//! Processes of the machine: who is alive, who works in a directory, ending them.
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// When a process started, in a form that differs for a later process with the same id; none when there
/// is no such process.
pub fn start_mark(pid: u32) -> Option<String> {
    if let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) {
        return stat_fields(&stat).get(19).map(|ticks| ticks.to_string());
    }
    if Path::new("/proc/self/stat").exists() {
        return None;
    }
    let answer =
        Command::new("ps").args(["-o", "lstart=", "-p", &pid.to_string()]).stdin(Stdio::null()).output().ok()?;
    let mark: String = String::from_utf8_lossy(&answer.stdout).chars().filter(char::is_ascii_alphanumeric).collect();
    (!mark.is_empty()).then_some(mark)
}

/// Fields of `/proc/PID/stat` from the third (state) on: the second holds the name, which may hold anything.
pub(crate) fn stat_fields(stat: &str) -> Vec<&str> {
    stat.rsplit_once(')').map(|(_, rest)| rest.split_whitespace().collect()).unwrap_or_default()
}

/// It exists and is not a zombie.
pub fn is_running(pid: i32) -> bool {
    if let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) {
        return !matches!(stat_fields(&stat).first(), Some(&"Z" | &"X") | None);
    }
    Pid::from_raw(pid).is_some_and(|pid| test_kill_process(pid).is_ok())
}

/// Every process id of the machine that has this parent.
pub fn children_of(parent: i32) -> Vec<i32> {
    let mut found: Vec<i32> = if Path::new("/proc/self/stat").exists() {
        numbered_proc_entries()
            .filter(|pid| {
                std::fs::read_to_string(format!("/proc/{pid}/stat"))
                    .is_ok_and(|stat| stat_fields(&stat).get(1) == Some(&parent.to_string().as_str()))
            })
            .collect()
    } else {
        let listing = Command::new("ps").args(["-A", "-o", "pid=,ppid="]).stdin(Stdio::null()).output();
        let text = listing.map(|l| String::from_utf8_lossy(&l.stdout).into_owned()).unwrap_or_default();
        text.lines()
            .filter_map(|line| {
                let mut words = line.split_whitespace().filter_map(|w| w.parse::<i32>().ok());
                let (pid, ppid) = (words.next()?, words.next()?);
                (ppid == parent).then_some(pid)
            })
            .collect()
    };
    found.sort_unstable();
    found
}

/// Server processes that work in a data directory. Every PostgreSQL process has it as its working
/// directory; where `/proc` does not tell, the postmaster named in `postmaster.pid` and its children count,
/// when its command line names the directory.
pub fn working_in(data: &Path) -> Vec<i32> {
    if Path::new("/proc/self/cwd").exists() {
        return numbered_proc_entries()
            .filter(|pid| {
                std::fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| {
                    // A removed directory reads as `/path (deleted)`.
                    let cwd = cwd.to_string_lossy().into_owned();
                    Path::new(cwd.trim_end_matches(" (deleted)")) == data
                })
            })
            .collect();
    }
    let Some(postmaster) = postmaster_pid(data) else {
        return vec![];
    };
    let command = Command::new("ps")
        .args(["-o", "command=", "-p", &postmaster.to_string()])
        .stdin(Stdio::null())
        .output()
        .map(|o| String::from_utf8_lossy(&o.stdout).into_owned())
        .unwrap_or_default();
    if !command.contains(&*data.to_string_lossy()) {
        return vec![];
    }
    let mut all = children_of(postmaster);
    all.push(postmaster);
    all
}

/// The postmaster's id as it wrote it into its data directory.
pub fn postmaster_pid(data: &Path) -> Option<i32> {
    let text = std::fs::read_to_string(data.join("postmaster.pid")).ok()?;
    text.lines().next()?.trim().parse().ok()
}

/// Kills at once; a process that is gone already is fine.
pub fn kill(pid: i32) {
    signal(pid, Signal::KILL);
}

/// Holds a process still.
pub fn pause(pid: i32) {
    signal(pid, Signal::STOP);
}

fn signal(pid: i32, signal: Signal) {
    // Never 0 or negative: those address whole groups.
    if let Some(pid) = Pid::from_raw(pid).filter(|_| pid > 1) {
        let _ = kill_process(pid, signal);
    }
}

/// Waits until none of them runs; false when the time is over first.
pub fn wait_gone(pids: &[i32], within: Duration) -> bool {
    let deadline = Instant::now() + within;
    while pids.iter().any(|&pid| is_running(pid)) {
        if Instant::now() > deadline {
            return false;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    true
}

fn numbered_proc_entries() -> impl Iterator<Item = i32> {
    std::fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_string_lossy().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn we_are_running_and_keep_our_mark() {
        let me = std::process::id();
        assert!(is_running(me as i32));
        assert!(start_mark(me).is_some());
        assert_eq!(start_mark(me), start_mark(me));
    }

    #[test]
    fn a_child_is_listed_and_gone_after_the_kill() {
        let mut child = Command::new("sleep").arg("30").spawn().expect("sleep runs");
        let pid = child.id() as i32;
        assert!(children_of(std::process::id() as i32).contains(&pid));
        kill(pid);
        child.wait().expect("it ends");
        assert!(!is_running(pid));
        assert_eq!(start_mark(pid as u32), None);
    }
}
