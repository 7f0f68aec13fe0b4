//! Cached data directories: `initdb` and the lab's roles once per server version, then only copies.
use crate::{directory, error::LabError, installation::Installation, settings::*, user::LabUser};
use std::fs::File;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

/// What is done to a fresh data directory before it is cached. Part of the cache's key.
pub const PREPARE: &str = "\
CREATE ROLE tablewright_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;
-- A third of the files that every start copies, and nothing in a lab is made from it.
ALTER DATABASE template0 IS_TEMPLATE false;
DROP DATABASE template0;
";

/// Since 15 a database's owner owns its namespace `public`. Before, the superuser did, and an owner who is
/// not one could not revoke what everybody may do there.
pub const PREPARE_TEMPLATE1: &str = "ALTER SCHEMA public OWNER TO pg_database_owner;\n";

/// Where caches are: what was asked for, else `$TABLEWRIGHT_CACHE`, else for root `/var/cache/tablewright`,
/// else `$XDG_CACHE_HOME/tablewright`, else `~/.cache/tablewright`, else under `/tmp` with the user's id.
pub fn cache_directory(asked: Option<&Path>, user: &LabUser) -> PathBuf {
    let from = |variable: &str, tail: &str| {
        std::env::var_os(variable).map(PathBuf::from).filter(|p| p.is_absolute()).map(|p| p.join(tail))
    };
    if let Some(path) = asked.map(Path::to_path_buf).or_else(|| from("TABLEWRIGHT_CACHE", "")) {
        return path;
    }
    if user.drop_to {
        return PathBuf::from("/var/cache/tablewright").join(&user.name);
    }
    from("XDG_CACHE_HOME", "tablewright")
        .or_else(|| from("HOME", ".cache/tablewright"))
        .unwrap_or_else(|| PathBuf::from(format!("/tmp/tablewright-cache.{}", user.uid)))
}

/// The cache of one server version and preparation.
#[derive(Debug)]
pub struct Template {
    /// The data directory; there when complete, since it comes by one rename.
    pub path: PathBuf,
    /// Its directory.
    pub cache: PathBuf,
}

/// Names the template, and makes the cache directory. None when no directory can be made that is the lab
/// user's alone: then nothing is cached, and every start takes the time of `initdb`.
pub fn locate(installation: &Installation, user: &LabUser, asked: Option<&Path>) -> Option<Template> {
    let cache = cache_directory(asked, user);
    if !cache.is_dir() {
        if let Some(parent) = cache.parent() {
            std::fs::create_dir_all(parent).ok()?;
        }
        match std::fs::DirBuilder::new().mode(0o700).create(&cache) {
            Ok(()) if user.drop_to => std::os::unix::fs::chown(&cache, Some(user.uid), Some(user.gid)).ok()?,
            Ok(()) => {}
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(_) => return None,
        }
    }
    let about = std::fs::symlink_metadata(&cache).ok()?;
    // A data directory that others could have written would let them run code as the lab's user.
    if !about.is_dir() || about.uid() != user.uid || about.mode() & 0o022 != 0 {
        return None;
    }
    let recipe = format!(
        "{}\n{}\n{SUPERUSER}\n{PREPARE}{PREPARE_TEMPLATE1}{}\n{}",
        installation.bin.display(),
        installation.version,
        include_str!("supervisor.sh"),
        std::env::consts::ARCH,
    );
    let key = tw_model::hash::sha256(recipe.as_bytes());
    let path = cache.join(format!("{}-{}", installation.version, &key[..16]));
    Some(Template { path, cache })
}

impl Template {
    /// It is complete.
    pub fn exists(&self) -> bool {
        self.path.join("PG_VERSION").is_file()
    }

    /// Waits until no other process makes this template. Held while one is made.
    pub fn lock(&self) -> Result<File, LabError> {
        let path = std::path::PathBuf::from(format!("{}.lock", self.path.display()));
        let doing = || LabError::io(format!("cannot lock {}", path.display()));
        let file = directory::lock_file(&path).map_err(doing())?;
        file.lock().map_err(doing())?;
        Ok(file)
    }

    /// A name for a half-made one, which the sweep knows when its maker dies.
    pub fn unfinished(&self, private: &Path) -> PathBuf {
        self.cache.join(private.file_name().unwrap_or_default())
    }
}
