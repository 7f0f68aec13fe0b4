//! Writes the fixture's dossier to a directory, to be looked at: `cargo run -p tw-report --example look -- DIR`.
#[path = "../tests/fixture/mod.rs"]
mod fixture;

use std::{env, fs, path::PathBuf};
use tw_report::diagram::{Place, concepts_svg, er_mermaid, er_svg};

fn main() -> std::io::Result<()> {
    let out = PathBuf::from(env::args().nth(1).unwrap_or_else(|| "out".into()));
    fs::create_dir_all(&out)?;
    let dossier = fixture::dossier();
    fs::write(out.join("index.html"), tw_report::html(&dossier))?;
    fs::write(out.join("measured.html"), tw_report::measured_html(&dossier))?;
    fs::write(out.join("er.svg"), er_svg(&dossier.physical, Place::File))?;
    fs::write(out.join("concepts.svg"), concepts_svg(&dossier.model, Place::File))?;
    fs::write(out.join("dossier.md"), tw_report::markdown(&dossier))?;
    fs::write(out.join("er.mmd"), er_mermaid(&dossier.physical))?;
    let (shop, concepts) = (fixture::shop::schema(), fixture::shop::model());
    fs::write(out.join("shop.svg"), er_svg(&shop, Place::File))?;
    fs::write(out.join("shop_concepts.svg"), concepts_svg(&concepts, Place::File))?;
    println!("{}", tw_report::terminal(&dossier, 80, false));
    Ok(())
}
