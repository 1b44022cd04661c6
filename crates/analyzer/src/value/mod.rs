//! What values are: numbers, times, truth values or text, and how they are written.
//!
//! Formats are found with the readers that every other tool converts values with
//! (`ecom_core::canonical`). What the values leave open is asked, never guessed.

pub(crate) mod answers;
pub(crate) mod column;
mod column_format;
mod decimal_sign;
mod figures;
mod format_reader;
pub(crate) mod guesses;
pub(crate) mod missing;
pub(crate) mod number;
mod truths;
