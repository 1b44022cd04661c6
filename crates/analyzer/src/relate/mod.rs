//! How the tables refer to each other.

mod accept;
pub(crate) mod links;
pub(crate) mod relations;
