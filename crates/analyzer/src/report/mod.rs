//! The report: for people as text that fits their terminal or as a page, for programs as JSON.

mod file;
mod grid;
pub(crate) mod html;
pub(crate) mod json;
mod layout;
mod paint;
mod statements;
pub(crate) mod text;
mod words;

use ecom_core::plan::LeftOut;

use crate::decide::Decision;
use crate::profile::FileProfile;
use crate::wishes::Wishes;

/// What was found out, and what was decided or why that was not possible.
pub(crate) struct Findings<'a> {
    pub(crate) wishes: &'a Wishes,
    pub(crate) files: &'a [FileProfile],
    /// Files that could not be read or hold nothing of their own.
    pub(crate) left_out: &'a [LeftOut],
    /// Files that were passed over: the splitter wrote them.
    pub(crate) split: Vec<String>,
    pub(crate) decision: Result<&'a Decision, &'a anyhow::Error>,
}
