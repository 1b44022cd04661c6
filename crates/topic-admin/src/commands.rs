//! Runs the command that the user chose.

use ecom_core::exit::Code;
use ecom_core::stop::Stop;
use ecom_core::ui::Ui;

use crate::admin::Admin;
use crate::cli::{Args, Command};
use crate::shape::Shape;
use crate::{create, delete, describe, list};

/// Runs the tool.
pub(crate) fn run(args: Args) -> anyhow::Result<Code> {
    let ui = Ui::new("topic-admin", args.common);
    let stop = Stop::listen()?;
    let connect = || Admin::connect(&args.kafka, &stop, &ui);
    match args.command {
        Command::Create { topics, partitions, replication_factor, configs } => {
            let configs = configs.configs.into_iter().collect();
            let wanted = Shape { partitions, replication: replication_factor, configs };
            let names = topics.names(&args.tables);
            create::create(&connect()?, &names, &wanted, &args.tables.kafka_topic)?;
        }
        Command::List { all, format } => list::list(&connect()?, all, format.format)?,
        Command::Describe { topics, format } => {
            describe::describe(&connect()?, &topics.names(&args.tables), format.format)?;
        }
        Command::Delete { topics, consent } => {
            delete::check(&topics.names(&args.tables), consent)?;
            delete::delete(&connect()?, &topics.names(&args.tables), consent)?;
        }
        Command::Reset { topics, consent, partitions, replication_factor, configs } => {
            delete::check(&topics.names(&args.tables), consent)?;
            let wanted = delete::WantedShape {
                partitions,
                replication: replication_factor,
                configs: configs.configs.into_iter().collect(),
            };
            delete::reset(&connect()?, &topics.names(&args.tables), &wanted, consent)?;
        }
    }
    Ok(Code::Success)
}
