//! Dates and times: how people write them, and what their years say.

pub(crate) mod form;
pub(crate) mod iso;
mod styles;
pub(crate) mod times;
pub(crate) mod years;
