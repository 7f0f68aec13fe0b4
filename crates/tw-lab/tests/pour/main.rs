//! Rows poured into schemas of every kind: the server lets them all in, there are as many as asked for, and the
//! same seed gives the same.
mod corpus;
mod ground;
