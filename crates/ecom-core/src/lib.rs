//! The library shared by the tools of the E-Commerce Analytics Platform: one module per subject, each
//! used by at least two tools. It names no tool.

pub mod ahead;
pub mod analytics;
pub mod atomic;
pub mod canonical;
pub mod checksum;
pub mod clock;
pub mod convert;
pub mod cut;
pub mod decimal;
mod dot_env;
pub mod escape;
pub mod exit;
#[cfg(feature = "hdfs")]
pub mod flume;
#[cfg(test)]
mod fuzz;
#[cfg(feature = "hdfs")]
pub mod hdfs;
mod in_force;
pub mod input;
#[cfg(feature = "kafka")]
pub mod kafka;
pub mod lake_text;
pub mod lock;
pub mod message;
#[cfg(feature = "mysql")]
pub mod mysql;
pub mod plan;
pub mod record;
pub mod report;
pub mod sales;
pub mod schema;
pub mod settings;
pub mod show;
pub mod sort;
#[cfg(feature = "source")]
pub mod source;
pub mod stop;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod tool;
pub mod ui;
pub mod work;

pub use exit::{Code, Failure};
pub use tool::main;
