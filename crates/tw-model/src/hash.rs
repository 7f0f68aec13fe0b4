//! Content hashes of receipts and artifacts.
use sha2::{Digest, Sha256};

/// SHA-256 of the bytes, lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// SHA-256 of the value's JSON: struct fields in declaration order, maps sorted by key.
pub fn of<T: serde::Serialize>(value: &T) -> String {
    sha256(&serde_json::to_vec(value).expect("model types have string keys and serialize"))
}
