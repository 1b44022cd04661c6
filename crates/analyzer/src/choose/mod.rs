//! Which file becomes which table.

pub(crate) mod dimension;
pub(crate) mod further;
pub(crate) mod lines;
pub(crate) mod missing_roles;
pub(crate) mod sales;
