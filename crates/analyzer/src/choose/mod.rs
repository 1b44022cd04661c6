//! Which file becomes which table.

pub(crate) mod complete;
pub(crate) mod dimension;
pub(crate) mod further;
pub(crate) mod lines;
pub(crate) mod sales;
