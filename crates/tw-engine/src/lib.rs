//! tw-engine
