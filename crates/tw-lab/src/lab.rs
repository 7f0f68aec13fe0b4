//! A throwaway PostgreSQL server: started, asked, stopped, gone.
use crate::{
    directory::{self, PrivateDirectory},
    error::LabError,
    installation::Installation,
    process,
    session::Session,
    settings::*,
    supervisor::Supervisor,
    template::{self, Template},
    user::{LabUser, lab_user},
};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tw_model::{ident::quote, trial::Actor};

/// A running server of our own. Dropping it, or dying, ends the server and removes its directory.
#[derive(Debug)]
pub struct Lab {
    /// The programs it runs.
    pub installation: Installation,
    /// How it is run.
    pub options: LabOptions,
    /// Who it runs as.
    pub user: LabUser,
    /// Its data, socket and log.
    pub(crate) directory: PrivateDirectory,
    /// The server's first process.
    pub(crate) postmaster: Mutex<i32>,
    /// Ends the server when dropped.
    pub(crate) supervisor: Mutex<Supervisor>,
    /// The superuser's session in the home database.
    pub(crate) home: Mutex<Option<Session>>,
    /// What the executor keeps from trial to trial.
    pub(crate) bench: Mutex<crate::execute::Bench>,
}

impl Lab {
    /// Starts a server: from the cached data directory of its version, which the first start makes.
    ///
    /// Sweeps up first what labs left behind whose owner died together with its supervisor.
    pub fn start(installation: &Installation, options: &LabOptions) -> Result<Lab, LabError> {
        let user = lab_user(installation)?;
        let parent = directory::parent(options.parent.as_deref(), &user);
        directory::sweep(&parent, &user);
        check_free_space(&parent, options.keep_free_bytes)?;
        let template = template::locate(installation, &user, options.cache.as_deref());
        if let Some(template) = &template {
            directory::sweep(&template.cache, &user);
        }
        let lab = Lab::unstarted(installation, options, user, &parent)?;
        match &template {
            Some(template) if template.exists() => lab.copy(template)?,
            Some(template) => {
                let held = template.lock()?;
                if template.exists() {
                    drop(held);
                    lab.copy(template)?;
                } else {
                    lab.initialise()?;
                    lab.keep(template)?;
                    drop(held);
                }
            }
            None => lab.initialise()?,
        }
        lab.launch()?;
        Ok(lab)
    }

    /// More labs with the same databases and roles, by copying the data directory. Ends every session of
    /// this lab, which stops for the time of the copies.
    pub fn fork(&self, copies: usize) -> Result<Vec<Lab>, LabError> {
        self.fork_as(copies, &self.options)
    }

    /// The same, run in another way: durable, say.
    pub fn fork_as(&self, copies: usize, options: &LabOptions) -> Result<Vec<Lab>, LabError> {
        let parent = self.directory.path.parent().unwrap_or(Path::new("/tmp"));
        check_free_space(parent, self.options.keep_free_bytes)?;
        *self.bench.lock().unwrap_or_else(PoisonError::into_inner) = crate::execute::Bench::default();
        *self.home.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.ask("stop", "", "the server did not stop to be copied")?;
        let data = self.data();
        let made = (0..copies).map(|_| {
            let lab = Lab::unstarted(&self.installation, options, self.user.clone(), parent)?;
            let from = data.to_string_lossy();
            lab.ask("copy", &from, &format!("cannot copy the data directory {from}"))?;
            lab.launch()?;
            Ok(lab)
        });
        let made: Result<Vec<Lab>, LabError> = made.collect();
        self.launch()?;
        made
    }

    /// A private directory and a supervisor, without data.
    fn unstarted(
        installation: &Installation,
        options: &LabOptions,
        user: LabUser,
        parent: &Path,
    ) -> Result<Lab, LabError> {
        let directory = directory::make(parent, &user)?;
        let supervisor = Supervisor::spawn(&user, &directory.path, &installation.bin, &settings(options))?;
        Ok(Lab {
            installation: installation.clone(),
            options: options.clone(),
            user,
            directory,
            postmaster: Mutex::new(0),
            supervisor: Mutex::new(supervisor),
            home: Mutex::new(None),
            bench: Mutex::default(),
        })
    }

    /// Ends the server and removes its directory.
    pub fn stop(self) {
        drop(self);
    }

    /// The directory that holds data, socket and log.
    pub fn directory(&self) -> &Path {
        &self.directory.path
    }

    /// The server's data directory.
    pub fn data(&self) -> PathBuf {
        self.directory.path.join("data")
    }

    /// Makes a database that the owner owns; a copy of another when one is named, which then must have no
    /// sessions.
    pub fn create_database(&self, name: &str, template: Option<&str>) -> Result<(), LabError> {
        check_free_space(&self.directory.path, self.options.keep_free_bytes)?;
        // Copying files is the faster way where nothing is synced; before 15 it was the only one.
        let strategy = if self.installation.major >= 15 { " STRATEGY file_copy" } else { "" };
        self.home(&format!("cannot create database {name}"), |session| {
            session.client.batch_execute(&format!(
                "CREATE DATABASE {} OWNER {OWNER} TEMPLATE {}{strategy}",
                quote(name),
                quote(template.unwrap_or("template1")),
            ))?;
            // A copy does not take along the privileges on the database itself.
            if let Some(template) = template {
                let sql = "UPDATE pg_database SET datacl = (SELECT datacl FROM pg_database WHERE datname = $1) \
                           WHERE datname = $2";
                session.client.execute(sql, &[&template, &name])?;
            }
            Ok(())
        })
    }

    /// Drops a database, ending its sessions. One that is not there is fine.
    pub fn drop_database(&self, name: &str) -> Result<(), LabError> {
        self.home(&format!("cannot drop database {name}"), |session| {
            session.client.batch_execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quote(name)))
        })
    }

    /// Does something as the superuser in the home database.
    pub(crate) fn home<T>(
        &self,
        doing: &str,
        action: impl FnOnce(&mut Session) -> Result<T, postgres::Error>,
    ) -> Result<T, LabError> {
        let mut slot = self.home.lock().unwrap_or_else(PoisonError::into_inner);
        let usable = slot.take().filter(|s| !s.client.is_closed());
        let mut session = match usable {
            Some(session) => session,
            None => self.home_session()?,
        };
        let result = action(&mut session).map_err(LabError::server(doing));
        *slot = Some(session);
        result
    }

    /// Copying a large database may take longer than a statement of a trial may.
    fn home_session(&self) -> Result<Session, LabError> {
        let mut session = self.session(HOME_DATABASE, &Actor::Lab)?;
        let limit_ms = self.options.load_timeout.as_millis();
        session
            .client
            .batch_execute(&format!("SET statement_timeout = {limit_ms}"))
            .map_err(LabError::server("cannot set the limit of the lab's own statements"))?;
        Ok(session)
    }

    /// The last lines of the server's log.
    pub fn log_tail(&self) -> String {
        tail(&self.directory.path.join("log"), 4096)
    }

    fn ask(&self, verb: &str, path: &str, doing: &str) -> Result<Option<i32>, LabError> {
        let mut supervisor = self.supervisor.lock().unwrap_or_else(PoisonError::into_inner);
        match supervisor.ask(verb, path)? {
            (0, pid) => Ok(pid),
            _ => Err(LabError::NotStarted { doing: doing.to_string(), log_tail: self.log_tail() }),
        }
    }

    fn copy(&self, template: &Template) -> Result<(), LabError> {
        let from = template.path.to_string_lossy();
        self.ask("copy", &from, &format!("cannot copy the data directory {from}")).map(|_| ())
    }

    fn initialise(&self) -> Result<(), LabError> {
        self.ask("init", SUPERUSER, "initdb failed")?;
        self.launch()?;
        self.home("cannot prepare the data directory", |s| {
            crate::split::split(template::PREPARE)
                .unwrap_or_default()
                .iter()
                .try_for_each(|statement| s.client.batch_execute(statement.text))
        })?;
        self.session("template1", &Actor::Lab)?
            .client
            .batch_execute(template::PREPARE_TEMPLATE1)
            .map_err(LabError::server("cannot prepare the data directory"))?;
        *self.home.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.ask("stop", "", "the server did not stop after its preparation").map(|_| ())
    }

    /// Puts our data directory, of a stopped server, into the cache. It appears there complete or not at all.
    fn keep(&self, template: &Template) -> Result<(), LabError> {
        let unfinished = template.unfinished(&self.directory.path);
        let to = unfinished.to_string_lossy();
        self.ask("keep", &to, &format!("cannot write {to}"))?;
        match std::fs::rename(&unfinished, &template.path) {
            Ok(()) => Ok(()),
            // Somebody's complete one is as good as ours.
            Err(_) if template.exists() => {
                let _ = std::fs::remove_dir_all(&unfinished);
                Ok(())
            }
            Err(e) => Err(LabError::io(format!("cannot write {}", template.path.display()))(e)),
        }
    }

    /// Lets the supervisor take note that the server was killed.
    pub(crate) fn reap(&self) -> Result<(), LabError> {
        *self.home.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.ask("reap", "", "the killed server does not end").map(|_| ())
    }

    /// Starts the server on our data directory and waits until it takes connections.
    pub fn launch(&self) -> Result<(), LabError> {
        let pid = self.ask("start", "", "the server could not be started")?.unwrap_or(0);
        *self.postmaster.lock().unwrap_or_else(PoisonError::into_inner) = pid;
        let deadline = Instant::now() + self.options.start_timeout;
        let failed = |doing: String| LabError::NotStarted { doing, log_tail: self.log_tail() };
        loop {
            if self.says_ready()
                && let Ok(session) = self.home_session()
            {
                *self.home.lock().unwrap_or_else(PoisonError::into_inner) = Some(session);
                return Ok(());
            }
            if !process::is_running(pid) {
                return Err(failed(format!("the server of {} ended while starting", self.installation.bin.display())));
            }
            if Instant::now() > deadline {
                let waited = self.options.start_timeout.as_secs();
                return Err(failed(format!("the server was not ready after {waited} s")));
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// The status line that the postmaster keeps in its file.
    fn says_ready(&self) -> bool {
        std::fs::read_to_string(self.data().join("postmaster.pid"))
            .is_ok_and(|text| text.lines().nth(7).is_some_and(|line| line.trim() == "ready"))
    }
}

/// Refuses to go on where the machine's disk is nearly full.
pub(crate) fn check_free_space(at: &Path, keep_free_bytes: u64) -> Result<(), LabError> {
    let Ok(about) = rustix::fs::statvfs(at) else {
        return Ok(());
    };
    let free_bytes = about.f_bavail.saturating_mul(about.f_frsize);
    if free_bytes < keep_free_bytes {
        return Err(LabError::DiskFull { at: at.to_path_buf(), needed_bytes: keep_free_bytes, free_bytes });
    }
    Ok(())
}

fn tail(path: &Path, bytes: u64) -> String {
    let Ok(mut file) = std::fs::File::open(path) else {
        return String::new();
    };
    let length = file.metadata().map(|m| m.len()).unwrap_or(0);
    let mut text = vec![];
    let _ = file.seek(SeekFrom::Start(length.saturating_sub(bytes)));
    let _ = file.read_to_end(&mut text);
    String::from_utf8_lossy(&text).into_owned()
}
