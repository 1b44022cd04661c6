//! How the tables refer to each other.

pub(crate) mod accept;
pub(crate) mod links;
pub(crate) mod relations;
