//! Reads the plan, then writes the SQL files or prints facts about the tables.

use std::fs;
use std::path::{Path, PathBuf};

use ecom_core::atomic::{self, same_file};
use ecom_core::input;
use ecom_core::plan::Plan;
use ecom_core::schema::Schema;
use ecom_core::show::print;
use ecom_core::ui::Ui;
use ecom_core::work::{MANIFEST, Manifest, REJECTS, folder};
use ecom_core::{Code, Failure};

use crate::cli::Args;
use crate::{analysis, create, lake, list, live, load};

/// The name of the file with the load statements.
const LOAD_DATA: &str = "load_data.sql";

/// Writes the schema of a plan.
pub(crate) fn run(args: &Args) -> anyhow::Result<Code> {
    let ui = Ui::new(env!("CARGO_BIN_NAME"), args.common);
    let plan = Plan::read(&args.plan)?;
    if let Some(role) = &args.list_role {
        match list::column_with_role(&plan, role)? {
            Some(column) => print(&format!("{column}\n"))?,
            None => ui.status(format!("no column of transactions has the role {role}")),
        }
        return Ok(Code::Success);
    }
    if args.lake {
        return write_lake(&ui, args, &plan);
    }
    if let Some(folder) = &args.analysis {
        print(&analysis::job(&ui, &plan, folder)?)?;
        return Ok(Code::Success);
    }
    if let Some(folder) = &args.live {
        print(&live::job(&ui, &plan, folder)?)?;
        return Ok(Code::Success);
    }
    let schema = Schema::new(&plan)?;
    if args.list {
        print(&list::tables(&schema))?;
        return Ok(Code::Success);
    }
    check_database(&args.mysql_database)?;
    plan.absences().for_each(|absence| ui.status(absence));
    let text = create::text(&plan, &schema, &args.mysql_database);
    // load_data.sql belongs beside a file, so there is none without one.
    if args.output == Path::new("-") {
        print(&text)?;
        return Ok(Code::Success);
    }
    let data_dir = folder(args.data_dir.as_deref(), &args.plan);
    // The schema can be written before the splitter has run.
    let manifest = Manifest::read(data_dir).ok();
    let load_path = args.output.with_file_name(LOAD_DATA);
    guard(&[&args.output, &load_path], &args.plan, data_dir, &plan, manifest.as_ref())?;
    // Its counts are only used if it belongs to this plan; its files are guarded in any case.
    let manifest = manifest.filter(|manifest| manifest.check_plan(&plan).is_ok());
    let load = load::text(&plan, &schema, data_dir, manifest.as_ref(), &args.mysql_database)?;
    for path in [&args.output, &load_path] {
        // Both say in their first lines who made them.
        atomic::guard_foreign(path, args.force, |begin| {
            begin.starts_with(b"-- ") && String::from_utf8_lossy(begin).contains("schema-gen")
        })?;
    }
    for problem in &load.problems {
        ui.warn(problem);
    }
    write(&ui, &args.output, &text)?;
    write(&ui, &load_path, &load.text)?;
    Ok(Code::Success)
}

/// Writes the views of the data lake.
fn write_lake(ui: &Ui, args: &Args, plan: &Plan) -> anyhow::Result<Code> {
    let text = lake::views(plan)?;
    if args.output == Path::new("-") {
        print(&text)?;
    } else {
        let data_dir = folder(None, &args.plan);
        guard(&[&args.output], &args.plan, data_dir, plan, Manifest::read(data_dir).ok().as_ref())?;
        write(ui, &args.output, &text)?;
    }
    Ok(Code::Success)
}

/// Refuses to overwrite the files that were read, whatever path they are given by.
fn guard(
    outputs: &[&Path],
    plan_path: &Path,
    data_dir: &Path,
    plan: &Plan,
    manifest: Option<&Manifest>,
) -> Result<(), Failure> {
    let refuse = |path: &Path, why: &str| {
        Err(Failure::refused(format!("{} {why}: choose another --output", path.display())))
    };
    if let [create, load] = outputs
        && (create == load || same_file(create, load))
    {
        return refuse(create, "is also the file for the load statements");
    }
    let files = manifest.iter().flat_map(|manifest| &manifest.files);
    let files = files.map(|file| file.name.as_str()).chain([MANIFEST, REJECTS]);
    let kept: Vec<PathBuf> = plan.sources().chain(files.map(|name| data_dir.join(name))).collect();
    for output in outputs {
        if same_file(output, plan_path) {
            return refuse(output, "is the plan itself");
        }
        if kept.iter().any(|path| same_file(output, path)) {
            return refuse(output, "is a file of the data set");
        }
    }
    Ok(())
}

/// Writes a file unless it has this text already, so that its time changes only with its text.
fn write(ui: &Ui, path: &Path, text: &str) -> Result<(), Failure> {
    let same_length = |file: fs::Metadata| file.len() == text.len() as u64;
    if fs::metadata(path).is_ok_and(same_length)
        && input::bytes(path).is_ok_and(|old| old == text.as_bytes())
    {
        ui.status(format!("{} is up to date", path.display()));
        return Ok(());
    }
    atomic::write(path, text.as_bytes())?;
    ui.status(format!("wrote {}", path.display()));
    Ok(())
}

/// Refuses what MySQL does not accept as the name of a database.
fn check_database(name: &str) -> Result<(), Failure> {
    let length = name.chars().count();
    // MySQL's names hold only characters of the Basic Multilingual Plane.
    let odd = |character: char| character.is_control() || u32::from(character) > 0xffff;
    if length == 0 || length > 64 || name.ends_with(' ') || name.contains(odd) {
        return Err(Failure::usage(format!(
            "--mysql-database {name:?}: not a name of 1 to 64 characters"
        )));
    }
    Ok(())
}
