//! tw-report
