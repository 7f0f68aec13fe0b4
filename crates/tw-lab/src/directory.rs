//! The lab's private directory, and the sweep of those whose owner is dead.
//!
//! The name carries the owner's process id and start mark, so that a directory is known for whose it is
//! from the moment it exists; the owner also holds a lock on a file in it, which tells the truth even
//! where process ids do not (another container that shares the directory).
use crate::{error::LabError, process, user::LabUser};
use std::fs::{File, TryLockError};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// First part of every name.
const PREFIX: &str = "tw-lab";
/// The longest path of a unix socket, without its final zero byte; macOS has 103.
const SOCKET_PATH_MAX: usize = 103;
const SOCKET_NAME: &str = ".s.PGSQL.5432";

/// A private directory. Removing it is the supervisor's work.
#[derive(Debug)]
pub struct PrivateDirectory {
    /// Where it is.
    pub path: PathBuf,
    /// Held as long as we live.
    _lock: File,
}

/// Makes one, mode 0700, owned by the lab's user.
pub fn make(parent: &Path, user: &LabUser) -> Result<PrivateDirectory, LabError> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let pid = std::process::id();
    let mark = process::start_mark(pid).unwrap_or_default();
    loop {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = parent.join(format!("{PREFIX}.{pid}.{mark}.{number}"));
        match std::fs::DirBuilder::new().mode(0o700).create(&path) {
            Ok(()) => {}
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => continue,
            Err(e) => return Err(LabError::io(format!("cannot make {}", path.display()))(e)),
        }
        let owned = lock_file(&path.join("owner.lock")).and_then(|lock| {
            lock.lock()?;
            if user.drop_to {
                std::os::unix::fs::chown(&path, Some(user.uid), Some(user.gid))?;
            }
            Ok(lock)
        });
        return owned
            .map(|lock| PrivateDirectory { path: path.clone(), _lock: lock })
            .map_err(LabError::io(format!("cannot prepare {}", path.display())));
    }
}

/// A file to lock, made when it is not there; never through a symbolic link.
pub(crate) fn lock_file(path: &Path) -> std::io::Result<File> {
    std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(rustix::fs::OFlags::NOFOLLOW.bits() as i32)
        .open(path)
}

/// Where private directories go: what was asked for, else `$TMPDIR`, else `/tmp`; the last as well when a
/// socket's path there would be too long, or the lab's user cannot write to it.
pub fn parent(asked: Option<&Path>, user: &LabUser) -> PathBuf {
    let wanted = asked
        .map(Path::to_path_buf)
        .or_else(|| std::env::var_os("TMPDIR").map(PathBuf::from))
        .filter(|p| p.is_absolute());
    match wanted {
        Some(path) if fits(&path) && can_write(&path, user) => path,
        _ => PathBuf::from("/tmp"),
    }
}

fn fits(parent: &Path) -> bool {
    // prefix, process id, start mark, number, with their dots
    let longest = PREFIX.len() + 1 + 10 + 1 + 24 + 1 + 6;
    parent.as_os_str().len() + 1 + longest + 1 + SOCKET_NAME.len() <= SOCKET_PATH_MAX
}

/// The lab's user can make, and so also remove, entries of it.
fn can_write(path: &Path, user: &LabUser) -> bool {
    !user.drop_to
        || user
            .command("/bin/sh")
            .args(["-c", "cd \"$1\" && test -w .", "sh"])
            .arg(path)
            .stderr(std::process::Stdio::null())
            .status()
            .is_ok_and(|s| s.success())
}

/// Removes what dead owners left in a directory (private directories, half-made caches), and ends the
/// servers that still work there. What belongs to another user is left alone. Gives what was removed.
pub fn sweep(parent: &Path, user: &LabUser) -> Vec<PathBuf> {
    let mut removed = vec![];
    let Ok(entries) = std::fs::read_dir(parent) else {
        return removed;
    };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = entry.path();
        if is_dead(&name, &path, user) {
            let data = path.join("data");
            let left = process::working_in(&data);
            left.iter().for_each(|&pid| process::kill(pid));
            process::wait_gone(&left, Duration::from_secs(5));
            if std::fs::remove_dir_all(&path).is_ok() {
                removed.push(path);
            }
        }
    }
    removed.sort();
    removed
}

fn is_dead(name: &str, path: &Path, user: &LabUser) -> bool {
    let mut parts = name.split('.');
    let (Some(PREFIX), Some(pid), Some(mark), Some(_), None) =
        (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let Ok(pid) = pid.parse::<u32>() else {
        return false;
    };
    let Ok(about) = std::fs::symlink_metadata(path) else {
        return false;
    };
    let ours = [user.uid, rustix::process::geteuid().as_raw()];
    if !about.is_dir() || !ours.contains(&about.uid()) {
        return false;
    }
    if process::start_mark(pid).is_some_and(|now| now == mark) {
        return false;
    }
    let lock = path.join("owner.lock");
    if std::fs::symlink_metadata(&lock).is_err() {
        return true;
    }
    match lock_file(&lock).map(|file| file.try_lock()) {
        Ok(Err(TryLockError::WouldBlock)) => false,
        Ok(_) => true,
        Err(_) => false,
    }
}
