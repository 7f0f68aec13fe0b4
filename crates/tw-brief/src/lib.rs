//! tw-brief
