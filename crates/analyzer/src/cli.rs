//! The command line of `analyzer`.

use std::path::PathBuf;

use clap::Parser;
use ecom_core::plan::SplitBy;
use ecom_core::settings::{self, CommonArgs, Format, ThreadsArgs};

use crate::read::wish::EncodingWish;
use crate::roles::wish::RoleWish;
use crate::time::form::DateOrder;
use crate::value::answers::{Answers, FormatChoice, NumberStyle};

/// Analyze a folder of CSV files and plan their way through the platform
///
/// Reads every record of every file, not a sample. Writes nothing without --plan or --html. With
/// --verbose the report also shows each file's columns with their types, roles and values, and its
/// first five records.
#[derive(Parser, Debug)]
#[command(
    name = "analyzer",
    version,
    about,
    after_help = "Example: analyzer data/sample --plan var/runs/sample/plan.toml"
)]
pub(crate) struct Args {
    /// Folder of the data set
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,

    /// Write the plan to FILE; an edited plan is kept while its source files are unchanged
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: Option<PathBuf>,

    /// Replace the plan even if it was edited or made from other files
    #[arg(long, requires = "plan")]
    pub(crate) force: bool,

    /// Write the report as an HTML page to FILE, even if the data set is refused
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,

    /// Share of the records in the historical part [default: 0.7]
    #[arg(long, value_name = "SHARE", value_parser = settings::share)]
    pub(crate) ratio: Option<f64>,

    /// Cut by the date of the sale or by rows in file order [default: date if there is one]
    #[arg(long, value_name = "WHAT")]
    pub(crate) by: Option<SplitBy>,

    /// Encoding of all files or, as FILE=NAME, of one file [default: the most likely]
    #[arg(long, value_name = "NAME", value_parser = EncodingWish::parse)]
    pub(crate) encoding: Vec<EncodingWish>,

    /// Order of day and month in dates such as 1/2/2024 if no value of the column decides it
    #[arg(long, value_name = "ORDER")]
    pub(crate) date_order: Option<DateOrder>,

    /// Decimal sign of numbers such as 1.250 or 1,250 if no value of the column decides it
    #[arg(long, value_name = "SIGN")]
    pub(crate) number_style: Option<NumberStyle>,

    /// Format of the report, text or json [default: text]; or how the values of a column are written,
    /// once for each such column: "Price=1.234,56", "Order Date=%d/%m/%Y", "Code=plain"
    #[arg(long, value_name = "FORMAT|COLUMN=FORMAT")]
    pub(crate) format: Vec<FormatChoice>,

    /// Role of a column, such as "Bestelldatum=event time" or "Foo=none"; can be repeated
    #[arg(long, value_name = "HEADER=ROLE")]
    pub(crate) role: Vec<RoleWish>,

    /// Refuse the data set if more than N records of a file are damaged [default: 1 %, at least 10]
    #[arg(long, value_name = "N")]
    pub(crate) max_rejects: Option<u64>,

    /// Print the name of the data set, which is also the name of its work folder, and read no file
    #[arg(long, conflicts_with_all = ["plan", "html"])]
    pub(crate) print_name: bool,

    #[command(flatten)]
    pub(crate) threads: ThreadsArgs,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

impl Args {
    /// The format of the report.
    pub(crate) fn report_format(&self) -> Format {
        let form = |choice: &FormatChoice| match choice {
            FormatChoice::Report(form) => Some(*form),
            FormatChoice::Column(_) => None,
        };
        self.format.iter().rev().find_map(form).unwrap_or_default()
    }

    /// What the user says about the values.
    pub(crate) fn answers(&self) -> Answers {
        let format = |choice: &FormatChoice| match choice {
            FormatChoice::Column(column) => Some(column.clone()),
            FormatChoice::Report(_) => None,
        };
        Answers {
            date_order: self.date_order,
            number_style: self.number_style,
            formats: self.format.iter().filter_map(format).collect(),
        }
    }
}
