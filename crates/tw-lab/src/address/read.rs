//! The two forms in which people write where a database is.
use crate::error::LiveError;
use std::collections::BTreeMap;

/// The parameters that a text says, by libpq's names.
pub fn parameters(text: &str) -> Result<BTreeMap<String, String>, LiveError> {
    let text = text.trim();
    for scheme in ["postgresql://", "postgres://"] {
        if let Some(rest) = text.strip_prefix(scheme) {
            return url(rest);
        }
    }
    if text.contains("://") {
        let why = "its scheme is not PostgreSQL's".to_string();
        return Err(LiveError::Address { why, help: "Begin it with postgresql://.".into() });
    }
    if text.contains('=') {
        return pairs(text);
    }
    let mut only = BTreeMap::new();
    if !text.is_empty() {
        only.insert("dbname".to_string(), text.to_string());
    }
    Ok(only)
}

fn url(rest: &str) -> Result<BTreeMap<String, String>, LiveError> {
    let mut found = BTreeMap::new();
    let mut put = |name: &str, text: &str| -> Result<(), LiveError> {
        if !text.is_empty() {
            found.insert(name.to_string(), decoded(text)?);
        }
        Ok(())
    };
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
    let (who, places) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (user, password) = who.split_once(':').unwrap_or((who, ""));
    put("user", user)?;
    put("password", password)?;
    put("dbname", database)?;
    let (mut hosts, mut ports) = (vec![], vec![]);
    for place in places.split(',') {
        // `[::1]:5432`: an address of version 6 holds colons itself.
        let (host, port) = match place.strip_prefix('[').and_then(|p| p.split_once(']')) {
            Some((host, after)) => (host, after.strip_prefix(':').unwrap_or("")),
            None => place.rsplit_once(':').unwrap_or((place, "")),
        };
        hosts.push(host);
        ports.push(if port.is_empty() { "5432" } else { port });
    }
    if hosts.iter().any(|h| !h.is_empty()) {
        put("host", &hosts.join(","))?;
    }
    if places.split(',').any(|p| p.rsplit_once(':').is_some_and(|(_, port)| !port.is_empty() && !port.contains(']'))) {
        put("port", &ports.join(","))?;
    }
    for pair in query.split('&').filter(|p| !p.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        match (name, value) {
            ("ssl", "true") => put("sslmode", "require")?,
            _ => put(name, value)?,
        }
    }
    Ok(found)
}

/// `%40` is `@`.
fn decoded(text: &str) -> Result<String, LiveError> {
    let wrong = || LiveError::Address {
        why: "a percent sign in it is not followed by two hexadecimal digits of UTF-8".into(),
        help: "Write a percent sign itself as %25.".into(),
    };
    let mut bytes = vec![];
    let mut at = 0;
    let raw = text.as_bytes();
    while at < raw.len() {
        if raw[at] == b'%' {
            let digits = raw.get(at + 1..at + 3).and_then(|d| std::str::from_utf8(d).ok()).ok_or_else(wrong)?;
            bytes.push(u8::from_str_radix(digits, 16).map_err(|_| wrong())?);
            at += 3;
        } else {
            bytes.push(raw[at]);
            at += 1;
        }
    }
    String::from_utf8(bytes).map_err(|_| wrong())
}

/// `name = value` pairs; values with spaces stand in single quotes, a backslash takes the next character as it is.
fn pairs(text: &str) -> Result<BTreeMap<String, String>, LiveError> {
    let mut found = BTreeMap::new();
    let mut chars = text.chars().peekable();
    let wrong = |why: String| LiveError::Address { why, help: "Write it as host=... dbname=... user=...".into() };
    loop {
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        let mut name = String::new();
        while let Some(c) = chars.next_if(|c| !c.is_whitespace() && *c != '=') {
            name.push(c);
        }
        if name.is_empty() && chars.peek().is_none() {
            return Ok(found);
        }
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        if chars.next() != Some('=') || name.is_empty() {
            return Err(wrong(format!("`{name}` in it has no value")));
        }
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        let quoted = chars.next_if_eq(&'\'').is_some();
        let mut value = String::new();
        loop {
            match chars.next() {
                Some('\'') if quoted => break,
                Some(c) if c.is_whitespace() && !quoted => break,
                Some('\\') => value.extend(chars.next()),
                Some(c) => value.push(c),
                None if quoted => return Err(wrong(format!("the quoted value of `{name}` does not end"))),
                None => break,
            }
        }
        found.insert(name, value);
    }
}
