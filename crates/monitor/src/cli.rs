//! The command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use ecom_core::Failure;
use ecom_core::settings::{
    CommonArgs, FormatArgs, HdfsArgs, KafkaArgs, MysqlArgs, TopicArgs, VAR_DIR,
};

/// Show where every record is: how many should have arrived at each hop, how many have, how many are in flight.
///
/// Queries each server read-only, with its own deadline. By default it draws the pipeline in the
/// terminal; without a terminal it prints a line whenever something changes.
///
/// Exit codes: 0 healthy · 5 a service is unreachable, or --timeout expired · 7 records are lost or doubled.
#[derive(Parser, Debug)]
#[command(
    name = "monitor",
    version,
    after_help = "Example: monitor --plan var/runs/marketplace/plan.toml --web"
)]
pub(crate) struct Args {
    /// The plan to watch [default: the plan of the data set that the stores hold]
    #[arg(long, value_name = "FILE", env = "ECOM_PLAN")]
    pub(crate) plan: Option<PathBuf>,

    /// Seconds between two snapshots
    #[arg(long, value_name = "SECONDS", default_value_t = 5.0)]
    pub(crate) interval: f64,

    /// Seconds without an arrival after which an unfinished hop is reported as late
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0)]
    pub(crate) stale_after: f64,

    /// Print one snapshot and exit
    #[arg(long, conflicts_with_all = ["until", "web"])]
    pub(crate) once: bool,

    /// Watch until STATE is reached, then exit; prints plain lines even on a terminal
    #[arg(long, value_enum, value_name = "STATE")]
    pub(crate) until: Option<Until>,

    /// Give up --until after this many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 300.0, requires = "until")]
    pub(crate) timeout: f64,

    /// Serve the web page, /api/snapshot, /metrics and /healthz
    #[arg(long)]
    pub(crate) web: bool,

    /// Address to listen on; any address but loopback requires a token
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8090", requires = "web")]
    pub(crate) listen: String,

    /// File with the token that clients must send [default: the variable `MONITOR_TOKEN`]
    #[arg(long, value_name = "FILE", env = "MONITOR_TOKEN_FILE")]
    pub(crate) token_file: Option<PathBuf>,

    /// Host name that browsers may use besides localhost and IP addresses; repeatable
    #[arg(long, value_name = "NAME", requires = "web")]
    pub(crate) allowed_host: Vec<String>,

    /// Write every snapshot to this file, one JSON object per line
    #[arg(long, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,

    /// Show a recording made with --record; needs no server
    #[arg(long, value_name = "FILE", conflicts_with_all = ["record", "plan"])]
    pub(crate) replay: Option<PathBuf>,

    /// Speed factor of --replay
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

    /// HDFS folder that contains sqoop/ and flume/
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

    /// Metrics port of log-agent
    #[arg(
        long,
        env = "FLUME_LOG_AGENT_PORT",
        default_value_t = 41414,
        value_name = "PORT",
        help_heading = "Flume"
    )]
    pub(crate) log_agent_port: u16,

    /// Metrics port of kafka-agent
    #[arg(
        long,
        env = "FLUME_KAFKA_AGENT_PORT",
        default_value_t = 41415,
        value_name = "PORT",
        help_heading = "Flume"
    )]
    pub(crate) kafka_agent_port: u16,

    /// Folder of the work folders and the servers' state
    #[arg(long, env = "ECOM_VAR_DIR", value_name = "DIR", default_value = VAR_DIR)]
    pub(crate) var_dir: PathBuf,

    /// Folder where log files wait for Flume [default: logs/incoming below --var-dir]
    #[arg(long = "spool-dir", env = "LOG_SPOOL_DIR", value_name = "DIR")]
    pub(crate) spool: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

impl Args {
    /// Refuses numbers out of range.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let wrong = |name: &str, what: &str| Err(Failure::usage(format!("{name} must be {what}")));
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
