//! Runs one verb.

use ecom_core::Code;
use ecom_core::hdfs::Hdfs;

use crate::cli::{Args, Verb};
use crate::{change, claim, count, pack, read, report, results};

/// Runs the verb that the command line names.
pub(crate) fn run(args: &Args) -> anyhow::Result<Code> {
    match &args.verb {
        Verb::Check(wanted) => claim::check(wanted)?,
        Verb::Claim(wanted) => claim::claim(wanted)?,
        Verb::LeftOut { plan } => claim::list_left_out(plan)?,
        Verb::Results { plan } => pack::list(plan)?,
        Verb::Scope { plan } => report::print_scope(plan)?,
        verb => {
            let hdfs = Hdfs::new(&args.hdfs)?;
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(on_hdfs(verb, &hdfs))?;
        }
    }
    Ok(Code::Success)
}

async fn on_hdfs(verb: &Verb, hdfs: &Hdfs) -> anyhow::Result<()> {
    match verb {
        Verb::List { folder } => read::list(hdfs, folder).await,
        Verb::Walk { folder } => read::walk(hdfs, folder).await,
        Verb::Count { folder, fields, each } => count::count(hdfs, folder, *fields, *each).await,
        Verb::Cat { path, if_exists } => read::cat(hdfs, path, *if_exists).await,
        Verb::Id { path } => read::id(hdfs, path).await,
        Verb::Write { path } => change::write(hdfs, path).await,
        Verb::Rename { from, to } => Ok(hdfs.rename(from, to).await?),
        Verb::Delete { path } => Ok(hdfs.delete(path).await?),
        Verb::Replace { fresh, target } => Ok(change::replace(hdfs, fresh, target).await?),
        Verb::Recover { folder } => Ok(change::recover(hdfs, folder).await?),
        Verb::Report(import) => report::write(hdfs, import).await,
        Verb::Publish(args) => results::publish(hdfs, args).await,
        Verb::Pack(args) => pack::pack(hdfs, args).await,
        Verb::Check(_)
        | Verb::Claim(_)
        | Verb::LeftOut { .. }
        | Verb::Results { .. }
        | Verb::Scope { .. } => Ok(()),
    }
}
