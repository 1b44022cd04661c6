//! From the profiles of the files to the plan.

mod cancelled;
mod cut;
mod explain;
pub(crate) mod plan;
mod plan_draft;
mod second_look;
pub(crate) mod wishes;
