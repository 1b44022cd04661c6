//! The former name of [`crate::show::counted`].

pub use crate::show::counted;
