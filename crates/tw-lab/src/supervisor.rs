//! The process between us and the server: it runs the server, and ends it and removes its directory when
//! we are gone.
use crate::{error::LabError, user::LabUser};
use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::time::{Duration, Instant};

const SCRIPT: &str = include_str!("supervisor.sh");

/// A running supervisor. Dropping it ends the server and removes the directory.
#[derive(Debug)]
pub struct Supervisor {
    child: Child,
    verbs: Option<ChildStdin>,
    answers: ChildStdout,
}

impl Supervisor {
    /// Starts it in a process group of its own, so that a Ctrl-C at the terminal reaches us and not the
    /// server. `settings` go on the server's command line.
    pub fn spawn(
        user: &LabUser,
        directory: &Path,
        bin: &Path,
        settings: &[(String, String)],
    ) -> Result<Supervisor, LabError> {
        let mut command = user.command("/bin/sh");
        command.arg("-c").arg(SCRIPT).arg("tablewright-lab").arg(directory).arg(bin);
        command.arg("-k").arg(directory);
        for (name, value) in settings {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        let mut child = command
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(LabError::io("cannot start /bin/sh to supervise the server"))?;
        let (verbs, answers) = (child.stdin.take(), child.stdout.take());
        match answers {
            Some(answers) => Ok(Supervisor { child, verbs, answers }),
            None => Err(LabError::Io {
                doing: "cannot talk to the server's supervisor".into(),
                source: std::io::ErrorKind::BrokenPipe.into(),
            }),
        }
    }

    /// Does one verb. Gives its exit status and the server's process id, when one runs.
    pub fn ask(&mut self, verb: &str, path: &str) -> Result<(i32, Option<i32>), LabError> {
        let lost = || LabError::io(format!("the server's supervisor did not answer `{verb}`"));
        let verbs = self.verbs.as_mut().ok_or_else(|| std::io::ErrorKind::BrokenPipe.into()).map_err(lost())?;
        verbs.write_all(format!("{verb} {path}\n").as_bytes()).map_err(lost())?;
        let mut line = vec![];
        let mut byte = [0u8; 1];
        loop {
            self.answers.read_exact(&mut byte).map_err(lost())?;
            if byte[0] == b'\n' {
                break;
            }
            line.push(byte[0]);
        }
        let text = String::from_utf8_lossy(&line);
        let mut words = text.split_whitespace().map(|w| w.parse::<i32>().ok());
        let status = words.next().flatten().unwrap_or(-1);
        Ok((status, words.next().flatten()))
    }

    /// Ends the server and removes its directory; true when that was seen to happen in time.
    pub fn end(&mut self, within: Duration) -> bool {
        self.verbs = None;
        let deadline = Instant::now() + within;
        loop {
            match self.child.try_wait() {
                Ok(Some(_)) | Err(_) => return true,
                Ok(None) if Instant::now() > deadline => return false,
                Ok(None) => std::thread::sleep(Duration::from_millis(5)),
            }
        }
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        // Longer than the script's own patience (6 s of signals, 1 s of removing).
        self.end(Duration::from_secs(15));
    }
}
