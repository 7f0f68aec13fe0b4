//! Bytes of write-ahead log of one write, page images not counted.
//!
//! Sources: `xlogrecord.h` (XLogRecord, XLogRecordBlockHeader, XLogRecordDataHeaderShort), `heapam_xlog.h`,
//! `nbtxlog.h`. A record is aligned to eight bytes. Page images after a checkpoint come on top: up to a page for
//! each page that is written the first time.
use super::tuple::MAX_ALIGN;
use tw_model::layout::IndexLayout;

/// XLogRecord, one block reference with its relation and number, and the header of the record's own data.
const RECORD: f64 = 24.0 + 4.0 + 12.0 + 4.0 + 2.0;
/// xl_heap_insert, and xl_heap_header in place of the row's own header of 23 bytes.
const HEAP_INSERT: f64 = 3.0 + 5.0 - 23.0;
/// xl_heap_update, and the same exchange of headers.
const HEAP_UPDATE: f64 = 14.0 + 5.0 - 23.0;
/// xl_btree_insert.
const INDEX_INSERT: f64 = 2.0;
/// The commit's own record, for a transaction of one statement: XLogRecord, data header, xl_xact_commit.
const COMMIT: f64 = 24.0 + 2.0 + 8.0;

fn aligned(bytes: f64) -> f64 {
    (bytes / f64::from(MAX_ALIGN)).ceil() * f64::from(MAX_ALIGN)
}

/// An insert of one row of that size with an entry in each of the indexes, and its commit.
pub fn insert(tuple_bytes: f64, indexes: &[IndexLayout]) -> f64 {
    let entries: f64 = indexes
        .iter()
        .filter(|i| i.method == "btree" || i.method == "hash")
        .map(|i| aligned(RECORD + INDEX_INSERT + i.entry_bytes.max(16.0)))
        .sum();
    aligned(RECORD + HEAP_INSERT + tuple_bytes) + entries + aligned(COMMIT)
}

/// An update that stays on its page, with the whole new row; what the old one shares with it at its ends is left out
/// by the server, so this is the most.
pub fn update_in_place(tuple_bytes: f64) -> f64 {
    aligned(RECORD + HEAP_UPDATE + tuple_bytes) + aligned(COMMIT)
}
