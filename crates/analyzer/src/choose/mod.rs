//! Which file becomes which table.

pub(crate) mod complete;
pub(crate) mod files;
pub(crate) mod further;
pub(crate) mod lines;
