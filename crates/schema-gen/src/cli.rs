//! The command line.

use std::path::PathBuf;

use clap::Parser;
use clap::builder::ArgPredicate;
use ecom_core::settings::CommonArgs;

/// Write the SQL schema of a plan and the statements that load its work files
#[derive(Debug, Parser)]
#[command(
    name = "schema-gen",
    version,
    long_about = "Write the SQL schema of a plan and the statements that load its work files\n\n\
        Writes load_data.sql beside create_tables.sql. It loads the work files with the plain client: \
        mysql --local-infile=1 < sql/load_data.sql",
    after_help = "Example: schema-gen --plan var/runs/sample/plan.toml\n\n\
        For scripts: schema-gen --plan FILE --list prints one line per table with tab-separated \
        fields (name, integer key column or nothing, SELECT list for Sqoop, which names the columns c1, \
        c2, …)"
)]
pub(crate) struct Args {
    /// Plan that analyzer wrote
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: PathBuf,

    /// File to write; - prints it instead and writes no load statements
    #[arg(
        long,
        value_name = "FILE",
        default_value = "sql/create_tables.sql",
        default_value_if("lake", ArgPredicate::IsPresent, "sql/lake.sql")
    )]
    pub(crate) output: PathBuf,

    /// Overwrite files that schema-gen did not write
    #[arg(long)]
    pub(crate) force: bool,

    /// Folder of the work files, as the MySQL client will see it [default: the plan's folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,

    /// Instead, write the views of the data lake for Spark SQL
    #[arg(long, conflicts_with_all = ["data_dir", "list", "list_role"])]
    pub(crate) lake: bool,

    /// Instead, print what the runner of the analysis reads: the views, and each question in this
    /// folder that the data set can answer; each text ends in U+0000
    #[arg(long, value_name = "DIR", conflicts_with_all = ["output", "data_dir", "list", "list_role", "lake"])]
    pub(crate) analysis: Option<PathBuf>,

    /// Instead, print what the runner of the live analysis reads: the views over the topic's
    /// messages, and the first question in this folder that the data set can answer; each text ends
    /// in U+0000
    #[arg(long, value_name = "DIR", conflicts_with_all = ["output", "data_dir", "list", "list_role", "lake", "analysis"])]
    pub(crate) live: Option<PathBuf>,

    /// Instead, print what Sqoop needs to know about each table; the SELECT list writes backslashes,
    /// tabs and line breaks in texts as \\, \t, \n and \r
    #[arg(long, conflicts_with_all = ["output", "data_dir", "list_role"])]
    pub(crate) list: bool,

    /// Instead, print the name of the transactions column with this role (amount, region, …), a tab,
    /// and SQL for its value in the lake; or nothing without such a column
    #[arg(long, value_name = "ROLE", conflicts_with_all = ["output", "data_dir"])]
    pub(crate) list_role: Option<String>,

    /// Name of the database
    #[arg(
        long,
        env = "MYSQL_DATABASE",
        default_value = "testdb",
        value_name = "NAME",
        help_heading = "MySQL"
    )]
    pub(crate) mysql_database: String,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}
