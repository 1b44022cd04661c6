//! From the profiles of the files to the plan.

pub(crate) mod cancelled;
pub(crate) mod cut;
pub(crate) mod explain;
pub(crate) mod plan;
pub(crate) mod second_look;
pub(crate) mod wishes;
