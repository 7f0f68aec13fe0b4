//! The password file: `host:port:database:user:password` lines, a star for any.
use std::path::Path;

/// The first password that fits. As libpq does, a file that others may read is passed over.
pub fn find(file: &Path, host: &str, port: &str, database: &str, user: &str) -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    let about = std::fs::metadata(file).ok()?;
    if !about.is_file() || about.mode() & 0o077 != 0 {
        return None;
    }
    let text = std::fs::read_to_string(file).ok()?;
    let local = host.starts_with('/');
    text.lines().filter(|l| !l.starts_with('#')).find_map(|line| {
        let fields = fields(line);
        let [h, p, d, u, password] = fields.as_slice() else {
            return None;
        };
        let is = |field: &str, value: &str| field == "*" || value.split(',').any(|v| v == field);
        let here = is(h, host) || (local && h == "localhost");
        (here && is(p, port) && is(d, database) && is(u, user)).then(|| password.clone())
    })
}

/// Fields between colons; a backslash takes the next character as it is. The password is the rest.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        let count = fields.len();
        let last = &mut fields[count - 1];
        match c {
            ':' if count < 5 => fields.push(String::new()),
            '\\' => last.extend(chars.next()),
            other => last.push(other),
        }
    }
    fields
}
