//! The questions of the analysis: the SQL files in `sql/analytics`, and what their comments declare.
//!
//! `NAME.sql` is one `SELECT`, and its result is called NAME wherever it is. Its comments say the
//! question, what a data set must have for it, and what the proof computes again:
//!
//! ```sql
//! -- What is sold in each region, and how is it paid?
//! -- needs: log_events
//! -- proof: where status is not null group by region, payment_method: orders = count, revenue = sum(amount)
//! SELECT …
//! ```
//!
//! The first line is the question. [`Proof`] has the grammar of a proof. Whoever runs a question and
//! whoever proves its result asks [`Question::lacks`], so that both agree on the results of a data set.

mod column;
mod proof;
mod question;
mod syntax;

pub use column::{ColumnName, Place, View, ViewColumn};
pub use proof::{Condition, Figure, Groups, Key, Measure, Proof, Test, TimePart};
pub use question::Question;

/// The file beside a result's data in HDFS that lists its columns: on each line a name and a type of
/// the plan, separated by a tab, in the order of the fields.
pub const COLUMNS_FILE: &str = "_columns";
