//! tw-rooms
