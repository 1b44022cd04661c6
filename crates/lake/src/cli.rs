//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use ecom_core::settings::{CommonArgs, HdfsArgs};

use crate::claim::ClaimArgs;
use crate::pack::PackArgs;
use crate::report::ImportArgs;
use crate::results::PublishArgs;

/// Read and change the files of the data lake in HDFS, for scripts
///
/// Lists have one line per entry, its fields separated by tabs.
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
    List {
        /// Folder in HDFS; a missing one has no entries
        folder: String,
    },
    /// List the data files below a folder: bytes, seconds since 1970, path
    ///
    /// Files that Flume is still writing are included; hidden files and markers such as _SUCCESS
    /// are not.
    #[command(after_help = "Example: lake walk /user/flume/logs")]
    Walk {
        /// Folder in HDFS; a missing one has no files
        folder: String,
    },
    /// Count the lines of the data files below a folder
    #[command(after_help = "Example: lake count /user/analytics/sales_by_region --fields 3")]
    Count {
        /// Folder in HDFS; a missing one has no lines
        folder: String,

        /// Refuse lines with another number of tab-separated fields, or with a backslash that is not
        /// part of \\, \t, \n, \r, \0 or \N
        #[arg(long, value_name = "N")]
        fields: Option<u64>,

        /// Print one line per subfolder instead: name, lines
        #[arg(long)]
        each: bool,
    },
    /// Print a file
    #[command(after_help = "Example: lake cat /user/sqoop/products/part-m-00000")]
    Cat {
        /// File in HDFS
        path: String,

        /// Print nothing if there is no such file [default: refuse]
        #[arg(long)]
        if_exists: bool,
    },
    /// Print the inode number of a file or folder, which does not change when it is renamed
    #[command(after_help = "Example: lake id /user/sqoop/transactions")]
    Id {
        /// File or folder in HDFS; nothing is printed if there is none
        path: String,
    },
    /// Write standard input to a small file, replacing it
    #[command(after_help = "Example: date | lake write /user/sqoop/.marks/today")]
    Write {
        /// File in HDFS
        path: String,
    },
    /// Rename a file or folder
    #[command(after_help = "Example: lake rename /user/a /user/b")]
    Rename {
        /// File or folder in HDFS
        from: String,

        /// Its new path, which must not exist
        to: String,
    },
    /// Delete a file, or a folder with everything in it; it may be missing
    #[command(after_help = "Example: lake delete /user/sqoop/.import-transactions")]
    Delete {
        /// File or folder in HDFS
        path: String,
    },
    /// Replace the folder TARGET with the folder FRESH
    #[command(
        after_help = "Example: lake replace /user/sqoop/.import-products /user/sqoop/products"
    )]
    Replace {
        /// Folder in HDFS that replaces the other one
        fresh: String,

        /// Folder in HDFS; it may be missing
        target: String,
    },
    /// Remove what killed imports left in a folder, and finish interrupted replacements
    #[command(after_help = "Example: lake recover /user/sqoop")]
    Recover {
        /// Folder in HDFS; it is created if it is missing
        folder: String,
    },
    /// Write the run report of a Sqoop import: reports/sqoop-NAME.json beside the plan
    #[command(
        after_help = "Example: lake report products /user/sqoop/products 60 --started 1700000000.5 \
                      --plan var/runs/sample/plan.toml"
    )]
    Report(ImportArgs),
    /// Publish the results that Spark has written, once they are counted; standard input is what it printed
    #[command(
        after_help = "Example: lake publish /user/analytics --questions sql/analytics --started 1700000000.5 \
                      --plan var/runs/sample/plan.toml < found"
    )]
    Publish(PublishArgs),
    /// List the results of the last analysis: name, rows, checksum, columns for CREATE TABLE
    #[command(after_help = "Example: lake results --plan var/runs/sample/plan.toml")]
    Results {
        /// Plan of the data set
        #[arg(long, value_name = "FILE")]
        plan: PathBuf,
    },
    /// Write lines of results for one Sqoop job: the result's name, the line's number, the line
    #[command(
        after_help = "Example: lake pack /user/analytics/.import-export sales_by_day --plan var/runs/sample/plan.toml"
    )]
    Pack(PackArgs),
    /// Refuse a data set that is not the one in the stores
    #[command(after_help = "Example: lake check --data-set sample --folder data/sample \
                      --plan var/runs/sample/plan.toml --stores var/stack/data")]
    Check(ClaimArgs),
    /// Check, then record that the stores hold this data set
    #[command(after_help = "Example: lake claim --data-set sample --folder data/sample \
                      --plan var/runs/sample/plan.toml --stores var/stack/data")]
    Claim(ClaimArgs),
    /// Say what the latest proof of a data set was about; nothing if there was none
    #[command(after_help = "Example: lake scope --plan var/runs/sample/plan.toml")]
    Scope {
        /// Plan of the data set
        #[arg(long, value_name = "FILE")]
        plan: PathBuf,
    },
    /// List the files with sales that a plan leaves out
    #[command(after_help = "Example: lake left-out --plan var/runs/sample/plan.toml")]
    LeftOut {
        /// Plan of the data set
        #[arg(long, value_name = "FILE")]
        plan: PathBuf,
    },
}
