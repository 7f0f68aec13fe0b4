//! Files that look large: the planner asks a file for its size, and a sparse file says what it is told while it
//! takes no room.
use super::relations::Layout;
use crate::{error::LabError, user::LabUser};
use std::fs::OpenOptions;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Most segments that one copy may have in all: 32 TiB of apparent size, and few enough files to make in seconds.
pub const MOST_SEGMENTS: u64 = 32_768;
/// Most bytes that extending may really allocate on the disk, for all files of a copy together.
pub const MOST_ALLOCATED: u64 = 256 << 20;

/// Segments that a file of so many pages has.
pub fn segments(pages: u64, layout: Layout) -> u64 {
    pages / layout.segment_pages + 1
}

/// Extends a relation's file to so many pages, segment by segment, each full but the last, as the server itself
/// keeps them. A file that is that long already stays as it is. Gives the bytes that the disk really gave.
pub fn extend(first: &Path, pages: u64, layout: Layout, user: &LabUser) -> Result<u64, LabError> {
    let full = layout.segment_pages * layout.page_bytes;
    let mut allocated = 0;
    let mut left = pages * layout.page_bytes;
    for number in 0.. {
        let path = segment(first, number);
        let bytes = left.min(full);
        allocated += lengthen(&path, bytes, user)?;
        left -= bytes;
        // A last segment that is full is followed by an empty one or by none; none is fine.
        if left == 0 {
            break;
        }
    }
    Ok(allocated)
}

fn segment(first: &Path, number: u64) -> PathBuf {
    if number == 0 { first.to_path_buf() } else { PathBuf::from(format!("{}.{number}", first.display())) }
}

fn lengthen(path: &Path, bytes: u64, user: &LabUser) -> Result<u64, LabError> {
    let doing = || LabError::io(format!("cannot lengthen {} to {bytes} bytes", path.display()));
    let is_new = !path.exists();
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(rustix::fs::OFlags::NOFOLLOW.bits() as i32)
        .open(path)
        .map_err(doing())?;
    if is_new && user.drop_to {
        std::os::unix::fs::fchown(&file, Some(user.uid), Some(user.gid)).map_err(doing())?;
    }
    let before = file.metadata().map_err(doing())?;
    if before.len() >= bytes {
        return Ok(0);
    }
    file.set_len(bytes).map_err(doing())?;
    let after = file.metadata().map_err(doing())?;
    Ok((after.blocks().saturating_sub(before.blocks())) * 512)
}
