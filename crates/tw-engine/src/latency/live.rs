//! Queries driven on a database that is somebody's: reads only, never faster than asked.
use super::{Limits, Progress, Server, file, measure};
use crate::Failure;
use tw_lab::{LabError, Live, address::Address};
use tw_model::{driven::Driven, trial::Actor};

/// Calls a second at most that are driven on a user's database.
pub const RATE_MOST_PER_S: f64 = 5_000.0;

/// Drives the queries of a file's text on a database. `name` is the file's, for messages.
pub fn on_database(url: &str, name: &str, text: &str, limits: &Limits, progress: &Progress) -> Result<Driven, Failure> {
    let mix = file::mix(name, text)?;
    if mix.rate_per_s() > RATE_MOST_PER_S {
        return Err(Failure::Path {
            path: name.into(),
            why: format!("its rates come to {:.0} calls a second", mix.rate_per_s()),
            help: format!("Ask for {RATE_MOST_PER_S:.0} a second at most: it is somebody's database."),
        });
    }
    let live = |why| Failure::Lab(LabError::Live(Box::new(why)));
    let address = Address::read(url).map_err(live)?;
    let version = Live::at(&address).map_err(live)?.version;
    let connect = |_: &Actor| Live::reader(&address);
    let server = Server {
        connect: &connect,
        data: None,
        conditions: vec![
            format!("PostgreSQL {version} at {}; the generator runs on this machine.", address.shown),
            "Only reads are driven, each in a transaction that cannot write, begun and committed in round trips of its own; rates never rise above those of the file.".into(),
            "What the server's processors do is not looked at: whatever of it runs on this machine counts as other programs.".into(),
            "Statements are prepared; latency runs from the moment a call is due, so time spent waiting for a session is part of it.".into(),
        ],
        version,
    };
    measure(&server, &mix, &Limits { steps: false, ..*limits }, progress)
}
