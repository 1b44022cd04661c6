//! The hops of the pipeline.

use clap::builder::{PossibleValue, PossibleValuesParser};
use serde::Serialize;

/// A step of the pipeline, from one store to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Hop {
    /// From the source files to the work files.
    Input,
    /// From the work files to MySQL.
    Mysql,
    /// From the work files to Kafka.
    Kafka,
    /// From MySQL to HDFS, by Sqoop.
    Sqoop,
    /// From Kafka to HDFS, by Flume.
    FlumeKafka,
    /// From the generated log files to HDFS, by Flume.
    FlumeLogs,
    /// From the lake to the results of the analysis, and from there to MySQL.
    Analytics,
}

/// The value that selects every hop.
const ALL: &str = "all";

impl Hop {
    /// Every hop of records, in the order of the pipeline. The analysis comes after their proof.
    pub(crate) const ALL: [Self; 6] =
        [Self::Input, Self::Mysql, Self::Kafka, Self::Sqoop, Self::FlumeKafka, Self::FlumeLogs];

    /// The name on the command line and in reports.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Mysql => "mysql",
            Self::Kafka => "kafka",
            Self::Sqoop => "sqoop",
            Self::FlumeKafka => "flume-kafka",
            Self::FlumeLogs => "flume-logs",
            Self::Analytics => "analytics",
        }
    }

    fn help(self) -> &'static str {
        match self {
            Self::Input => "Source files → work files",
            Self::Mysql => "Work files → MySQL",
            Self::Kafka => "Work files → Kafka",
            Self::Sqoop => "MySQL → HDFS, by Sqoop",
            Self::FlumeKafka => "Kafka → HDFS, by Flume",
            Self::FlumeLogs => "Generated log files → HDFS, by Flume",
            Self::Analytics => {
                "Work files → results of the analysis in HDFS and MySQL, computed again"
            }
        }
    }

    /// The values that the command line accepts.
    pub(crate) fn values() -> PossibleValuesParser {
        let all = PossibleValue::new(ALL).help("Every hop of records: all but analytics");
        let hops = Self::ALL.into_iter().chain([Self::Analytics]);
        let hops = hops.map(|hop| PossibleValue::new(hop.as_str()).help(hop.help()));
        PossibleValuesParser::new(hops.chain([all]))
    }

    /// The selected hops in the order of the pipeline. A plan's routes exclude none of them: they
    /// inform people, and no tool sends less because of them.
    pub(crate) fn chosen(names: &[String]) -> Vec<Self> {
        let named = |name: &str| names.iter().any(|given| given == name);
        let chosen = |hop: &Self| named(hop.as_str()) || (named(ALL) && Self::ALL.contains(hop));
        Self::ALL.into_iter().chain([Self::Analytics]).filter(chosen).collect()
    }
}
