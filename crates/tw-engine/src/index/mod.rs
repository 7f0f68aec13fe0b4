//! Index: which indexes a workload is worth, within a budget, for any database and any SQL.
pub mod ground;
pub mod planned;
pub mod sizes;
pub mod whatif;
pub mod workload;
