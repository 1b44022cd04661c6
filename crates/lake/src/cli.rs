//! The command line.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand};
use ecom_core::settings::{CommonArgs, HdfsArgs};

/// Read and change the files of the data lake in HDFS, for scripts
///
/// Output is one line an entry, its fields separated by tabs.
#[derive(Debug, Parser)]
#[command(name = "lake", version, after_help = "Example: lake list /user/sqoop")]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) verb: Verb,

    #[command(flatten)]
    pub(crate) hdfs: HdfsArgs,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List a folder: FILE or DIRECTORY, bytes, milliseconds since 1970, name
    #[command(after_help = "Example: lake list /user/sqoop/transactions")]
    List { folder: String },
    /// List the data files in a folder and below: bytes, seconds since 1970, path
    ///
    /// Files that Flume is still writing are included; hidden files and markers such as _SUCCESS
    /// are not.
    #[command(after_help = "Example: lake walk /user/flume/logs")]
    Walk { folder: String },
    /// Count the lines of the data files in a folder and below
    #[command(after_help = "Example: lake count /user/analytics/sales_by_region --fields 3")]
    Count {
        folder: String,
        /// Refuse lines with another number of tab-separated fields
        #[arg(long, value_name = "N")]
        fields: Option<u64>,
        /// Print one line for each folder in it instead: name, lines
        #[arg(long)]
        each: bool,
    },
    /// Print a file
    #[command(after_help = "Example: lake cat /user/sqoop/products/part-m-00000")]
    Cat {
        path: String,
        /// Print nothing when there is no such file [default: refuse]
        #[arg(long)]
        if_exists: bool,
    },
    /// Print the number of a file or folder, which a rename does not change; nothing if there is none
    #[command(after_help = "Example: lake id /user/sqoop/transactions")]
    Id { path: String },
    /// Write standard input to a small file, replacing it
    #[command(after_help = "Example: date | lake write /user/sqoop/.marks/today")]
    Write { path: String },
    /// Rename a file or folder
    #[command(after_help = "Example: lake rename /user/a /user/b")]
    Rename { from: String, to: String },
    /// Delete a file or a folder with everything in it; it may be missing
    #[command(after_help = "Example: lake delete /user/sqoop/.import-transactions")]
    Delete { path: String },
    /// Put the folder FRESH in the place of TARGET
    #[command(
        after_help = "Example: lake replace /user/sqoop/.import-products /user/sqoop/products"
    )]
    Replace { fresh: String, target: String },
    /// Clean up what killed runs left in a folder; create the folder if it is missing
    #[command(after_help = "Example: lake recover /user/sqoop")]
    Recover { folder: String },
    /// Write the run report of a Sqoop import: reports/sqoop-NAME.json beside the plan
    #[command(
        after_help = "Example: lake report products /user/sqoop/products 60 --started 1700000000.5 \
                      --plan var/runs/sample/plan.toml"
    )]
    Report(Import),
    /// Refuse a run with data other than those that the stores hold
    #[command(after_help = "Example: lake check --data-set sample --folder data/sample \
                      --plan var/runs/sample/plan.toml --stores var/stack/data")]
    Check(Claim),
    /// Check, then note in the stores' folder that they hold this data set
    #[command(after_help = "Example: lake claim --data-set sample --folder data/sample \
                      --plan var/runs/sample/plan.toml --stores var/stack/data")]
    Claim(Claim),
}

/// An import that has been counted.
#[derive(Debug, ClapArgs)]
pub(crate) struct Import {
    /// Name of the import
    pub(crate) name: String,

    /// Folder in HDFS
    pub(crate) folder: String,

    /// Rows counted in the folder
    pub(crate) rows: u64,

    /// When the import began: seconds since 1970
    #[arg(long, value_name = "SECONDS")]
    pub(crate) started: f64,

    /// Plan of the data set
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: PathBuf,
}

/// A run that is about to fill the stores.
#[derive(Debug, ClapArgs)]
pub(crate) struct Claim {
    /// Name of the data set
    #[arg(long, value_name = "NAME")]
    pub(crate) data_set: String,

    /// Folder of the data set's source files
    #[arg(long, value_name = "DIR")]
    pub(crate) folder: PathBuf,

    /// Plan of the data set; for check it may be missing
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: PathBuf,

    /// Folder that holds the stores' data; without it check does not ask what they hold
    #[arg(long, value_name = "DIR")]
    pub(crate) stores: Option<PathBuf>,

    /// Also compare the source files with their SHA-256 in the plan
    #[arg(long)]
    pub(crate) files: bool,
}
