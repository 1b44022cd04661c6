//! The command line.

use std::path::PathBuf;

use clap::Parser;
use ecom_core::settings::CommonArgs;

/// Write the SQL schema of a plan, and the statements that load its files
#[derive(Debug, Parser)]
#[command(
    name = "schema-gen",
    version,
    long_about = "Write the SQL schema of a plan, and the statements that load its files\n\n\
        Beside create_tables.sql stands load_data.sql, which loads the split files through the \
        plain client: mysql --local-infile=1 < sql/load_data.sql",
    after_help = "Example: schema-gen --plan var/runs/sample/plan.toml\n\n\
        For scripts, one line a table, fields separated by tabs (name, integer key column or \
        nothing, SELECT list for Sqoop): schema-gen --plan FILE --list"
)]
pub(crate) struct Args {
    /// Plan that analyzer wrote
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: PathBuf,

    /// File to write, - for standard output (then without the load statements)
    #[arg(long, value_name = "FILE", default_value = "sql/create_tables.sql")]
    pub(crate) output: PathBuf,

    /// Folder of the split files, as the client will find it [default: the plan's folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,

    /// Print the facts of each table that Sqoop needs instead; tabs in texts become spaces in the
    /// SELECT list
    #[arg(long, conflicts_with_all = ["output", "data_dir", "list_role"])]
    pub(crate) list: bool,

    /// Print the name of the transactions column with that role (amount, region, …) instead;
    /// nothing when there is none
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
