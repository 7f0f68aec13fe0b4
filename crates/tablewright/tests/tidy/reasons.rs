//! Every direct dependency has a reason in deny.toml, and every reason a dependency.
use crate::arrows::section;
use crate::{Texts, made_up, none, only, repository};

fn reasons(texts: &Texts) -> Vec<String> {
    let deny = texts.get("deny.toml").map_or("", String::as_str);
    let manifest = texts.get("Cargo.toml").map_or("", String::as_str);
    let given = given(deny);
    let ours = |name: &&str| name.starts_with("tw-");
    let wanted: Vec<&str> = section(manifest, "[workspace.dependencies]").into_iter().filter(|n| !ours(n)).collect();
    let mut complaints = vec![];
    for name in &wanted {
        match given.iter().find(|(n, _)| n == name) {
            None => complaints.push(format!("{name} has no reason in deny.toml")),
            Some((_, reason)) if reason.len() < 20 => complaints.push(format!("the reason for {name} says nothing")),
            Some(_) => {}
        }
    }
    for (name, _) in given.iter().filter(|(name, _)| !wanted.contains(name)) {
        complaints.push(format!("deny.toml gives a reason for {name}, which is no direct dependency"));
    }
    complaints
}

/// (crate, reason) of the `[[bans.features]]` entries.
fn given(deny: &str) -> Vec<(&str, &str)> {
    let value = |block: &'_ str, key: &str| -> Option<(usize, usize)> {
        let at = block.find(&format!("{key} = \""))? + key.len() + 4;
        Some((at, at + block[at..].find("\"\n").or_else(|| block[at..].rfind('"'))?))
    };
    let blocks = deny.split("[[bans.features]]").skip(1);
    blocks
        .filter_map(|block| {
            let (name, reason) = (value(block, "crate")?, value(block, "reason")?);
            Some((&block[name.0..name.1], &block[reason.0..reason.1]))
        })
        .collect()
}

/// A crate's dependencies come from the workspace's list, so that the list is whole.
fn from_the_workspace(texts: &Texts) -> Vec<String> {
    let manifests = texts.iter().filter(|(p, _)| p.starts_with("crates/") && p.ends_with("/Cargo.toml"));
    let mut complaints = vec![];
    for (path, manifest) in manifests {
        let mut inside = false;
        for line in manifest.lines().map(str::trim) {
            if line.starts_with('[') {
                inside = line.ends_with("dependencies]");
            } else if inside && !line.is_empty() && !line.starts_with('#') && !line.contains("workspace = true") {
                complaints.push(format!("{path}: `{line}` is not taken from the workspace"));
            }
        }
    }
    complaints
}

#[test]
fn every_direct_dependency_has_a_reason() {
    none(reasons(&repository()));
    let manifest = ("Cargo.toml", "[workspace.dependencies]\ntw-model = {}\nserde = \"1\"\nclap = \"4\"\n");
    let entry = "[[bans.features]]\ncrate = \"serde\"\nreason = \"written to files and read back\"\n";
    only(reasons(&made_up(&[manifest, ("deny.toml", entry)])), "clap has no reason");
    let more = format!(
        "{entry}\n[[bans.features]]\ncrate = \"clap\"\nreason = \"arguments of the command line\"\n\n[[bans.features]]\ncrate = \"rayon\"\nreason = \"threads for parallel trials\"\n"
    );
    only(reasons(&made_up(&[manifest, ("deny.toml", &more)])), "rayon, which is no direct dependency");
}

#[test]
fn crates_take_their_dependencies_from_the_workspace() {
    none(from_the_workspace(&repository()));
    let own = ("crates/a/Cargo.toml", "[dependencies]\nserde.workspace = true\nrayon = \"1\"\n");
    only(from_the_workspace(&made_up(&[own])), "rayon");
}
