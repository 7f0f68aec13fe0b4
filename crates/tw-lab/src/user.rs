//! Which user of the machine the server runs as: never root.
use crate::error::LabError;
use crate::installation::Installation;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

/// A user of the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabUser {
    /// Name, for messages.
    pub name: String,
    /// User id.
    pub uid: u32,
    /// Group id.
    pub gid: u32,
    /// We are root and become this user for every process of the lab.
    pub drop_to: bool,
}

impl LabUser {
    /// A command that runs as this user, in `/`, with a plain environment: no `PG*` variable of the
    /// caller reaches the server.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("LC_ALL", "C").env("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin");
        for kept in ["LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"] {
            if let Some(value) = std::env::var_os(kept) {
                command.env(kept, value);
            }
        }
        command.current_dir("/");
        if self.drop_to {
            command.uid(self.uid).gid(self.gid);
        }
        command
    }
}

/// Oneself; as root `postgres`, else `nobody`, whichever can run the installation's programs.
pub fn lab_user(installation: &Installation) -> Result<LabUser, LabError> {
    let uid = rustix::process::geteuid();
    if !uid.is_root() {
        let user = LabUser {
            name: std::env::var("USER").unwrap_or_else(|_| uid.as_raw().to_string()),
            uid: uid.as_raw(),
            gid: rustix::process::getegid().as_raw(),
            drop_to: false,
        };
        return reachable(&user, installation).map(|()| user);
    }
    let mut failure = LabError::NoUser;
    for name in ["postgres", "nobody"] {
        let Some((uid, gid)) = ids_of(name) else {
            continue;
        };
        let user = LabUser { name: name.to_string(), uid, gid, drop_to: true };
        match reachable(&user, installation) {
            Ok(()) => return Ok(user),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

/// Numeric ids of a user, asked of `id` so that every directory service counts. Never root's.
fn ids_of(name: &str) -> Option<(u32, u32)> {
    let ask = |flag: &str| -> Option<u32> {
        let answer = Command::new("id").args([flag, name]).stdin(Stdio::null()).output().ok()?;
        String::from_utf8_lossy(&answer.stdout).trim().parse().ok()
    };
    let (uid, gid) = (ask("-u")?, ask("-g")?);
    (uid != 0).then_some((uid, gid))
}

fn reachable(user: &LabUser, installation: &Installation) -> Result<(), LabError> {
    let unreachable =
        |why: String| LabError::Unreachable { bin: installation.bin.clone(), user: user.name.clone(), why };
    let answer = user
        .command(installation.bin.join("postgres"))
        .arg("--version")
        .stdin(Stdio::null())
        .output()
        .map_err(|e| unreachable(e.to_string()))?;
    if !answer.status.success() {
        let said = String::from_utf8_lossy(&answer.stderr).trim().to_string();
        return Err(unreachable(format!("`postgres --version` fails: {said}")));
    }
    Ok(())
}
