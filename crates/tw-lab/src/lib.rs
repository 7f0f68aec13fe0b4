//! tw-lab
