//! What values are: numbers, times, truth values or text, and how they are written.
//!
//! Formats are found with the readers that every other tool converts values with
//! (`ecom_core::canonical`). What the values leave open is asked, never guessed.

pub(crate) mod answers;
pub(crate) mod column;
mod decimal_sign;
mod figures;
pub(crate) mod guesses;
pub(crate) mod missing;
pub(crate) mod number;
mod said;
mod told;
mod truths;
