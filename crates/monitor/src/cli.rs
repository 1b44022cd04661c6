//! The command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use ecom_core::Failure;
use ecom_core::settings::{
    CommonArgs, FormatArgs, HdfsArgs, KafkaArgs, MysqlArgs, TopicArgs, VAR_DIR,
};

/// Show where every record is: what should have arrived at each hop, what has, what is on its way.
///
/// Asks the servers read-only, each with its own deadline. Without options it draws the pipeline in
/// the terminal; where there is no terminal it prints a line whenever something changes.
///
/// Exit codes: 0 healthy · 5 something cannot be reached, or --timeout ran out · 7 something is lost.
#[derive(Parser, Debug)]
#[command(
    name = "monitor",
    version,
    after_help = "Example: monitor --plan var/runs/marketplace/plan.toml --web"
)]
pub(crate) struct Args {
    /// The plan to watch [default: that of the data set which the stores hold]
    #[arg(long, value_name = "FILE", env = "ECOM_PLAN")]
    pub(crate) plan: Option<PathBuf>,

    /// Seconds between two looks
    #[arg(long, value_name = "SECONDS", default_value_t = 5.0)]
    pub(crate) interval: f64,

    /// Seconds without an arrival after which a hop that should go on is called late
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0)]
    pub(crate) stale_after: f64,

    /// Look once, print it, and end
    #[arg(long, conflicts_with_all = ["until", "web"])]
    pub(crate) once: bool,

    /// Go on until this is so, then end; prints lines, also in a terminal
    #[arg(long, value_enum, value_name = "STATE")]
    pub(crate) until: Option<Until>,

    /// Seconds that --until waits at most
    #[arg(long, value_name = "SECONDS", default_value_t = 300.0, requires = "until")]
    pub(crate) timeout: f64,

    /// Serve the web page, /api/snapshot, /metrics and /healthz
    #[arg(long)]
    pub(crate) web: bool,

    /// Where to serve; an address other than loopback wants a token
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8090", requires = "web")]
    pub(crate) listen: String,

    /// File with the token that a client must know; or the variable `MONITOR_TOKEN`
    #[arg(long, value_name = "FILE", env = "MONITOR_TOKEN_FILE")]
    pub(crate) token_file: Option<PathBuf>,

    /// Name under which browsers may come, besides localhost and addresses; again for more
    #[arg(long, value_name = "NAME", requires = "web")]
    pub(crate) allowed_host: Vec<String>,

    /// Write every snapshot to this file, one JSON object a line
    #[arg(long, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,

    /// Show what --record wrote, without any server
    #[arg(long, value_name = "FILE", conflicts_with_all = ["record", "plan"])]
    pub(crate) replay: Option<PathBuf>,

    /// How many times as fast --replay goes
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, requires = "replay")]
    pub(crate) speed: f64,

    #[command(flatten)]
    pub(crate) format: FormatArgs,

    #[command(flatten)]
    pub(crate) mysql: MysqlArgs,

    #[command(flatten)]
    pub(crate) kafka: KafkaArgs,

    #[command(flatten)]
    pub(crate) topics: TopicArgs,

    #[command(flatten)]
    pub(crate) hdfs: HdfsArgs,

    /// The folder of HDFS that holds sqoop/ and flume/
    #[arg(
        long,
        env = "HDFS_ROOT",
        value_name = "DIR",
        default_value = "/user",
        help_heading = "HDFS"
    )]
    pub(crate) hdfs_root: String,

    /// Host of the Flume agents
    #[arg(
        long,
        env = "FLUME_HOST",
        default_value = "localhost",
        value_name = "HOST",
        help_heading = "Flume"
    )]
    pub(crate) flume_host: String,

    /// Port of the metrics of log-agent
    #[arg(
        long,
        env = "FLUME_LOG_AGENT_PORT",
        default_value_t = 41414,
        value_name = "PORT",
        help_heading = "Flume"
    )]
    pub(crate) log_agent_port: u16,

    /// Port of the metrics of kafka-agent
    #[arg(
        long,
        env = "FLUME_KAFKA_AGENT_PORT",
        default_value_t = 41415,
        value_name = "PORT",
        help_heading = "Flume"
    )]
    pub(crate) kafka_agent_port: u16,

    /// What runs leave behind: work folders and the servers' state
    #[arg(long, env = "ECOM_VAR_DIR", value_name = "DIR", default_value = VAR_DIR)]
    pub(crate) var_dir: PathBuf,

    /// Where log files wait for Flume [default: logs/incoming in the folder of --var-dir]
    #[arg(long = "spool-dir", env = "LOG_SPOOL_DIR", value_name = "DIR")]
    pub(crate) spool: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

impl Args {
    /// Refuses numbers that mean nothing.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let wrong =
            |name: &str, what: &str| Err(Failure::usage(format!("{name} has to be {what}")));
        if !(0.2..=3600.0).contains(&self.interval) {
            return wrong("--interval", "between 0.2 and 3600 seconds");
        }
        if !(0.0..=86_400.0).contains(&self.stale_after) {
            return wrong("--stale-after", "between 0 and 86400 seconds");
        }
        if !(0.0..=86_400.0).contains(&self.timeout) {
            return wrong("--timeout", "between 0 and 86400 seconds");
        }
        Ok(())
    }

    /// Where log files wait for Flume.
    pub(crate) fn spool_dir(&self) -> PathBuf {
        self.spool.clone().unwrap_or_else(|| self.var_dir.join("logs/incoming"))
    }

    /// Where an agent shows its metrics.
    pub(crate) fn agent_address(&self, port: u16) -> String {
        format!("http://{}:{port}/metrics", self.flume_host)
    }
}

/// What `--until` waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Until {
    /// Every record that is expected has arrived at every hop
    Complete,
}
