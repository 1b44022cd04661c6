//! What values are: numbers, times, truth values or text, and how they are written.

pub(crate) mod answers;
pub(crate) mod column;
mod figures;
pub(crate) mod guesses;
pub(crate) mod missing;
pub(crate) mod number;
mod said;
mod told;
mod truths;
