//! What was written, on standard output.

use std::path::Path;

use ecom_core::escape;
use ecom_core::settings::Format;
use ecom_core::show::{self, Style, Table};
use ecom_core::work::{Manifest, REJECTS};

/// Prints the files of a manifest.
pub(crate) fn print(folder: &Path, manifest: &Manifest, format: Format) -> anyhow::Result<()> {
    let text = match format {
        Format::Json => show::json(manifest)?,
        Format::Text => table(folder, manifest).render(show::color(&std::io::stdout())),
    };
    Ok(show::print(&text)?)
}

fn table(folder: &Path, manifest: &Manifest) -> Table {
    let title = format!("file in {}", escape::path(folder));
    let mut table = Table::new(Style::Plain).number("records").text(&title);
    for file in &manifest.files {
        table.row([file.rows.to_string(), file.name.clone()]);
    }
    table.row([manifest.rejected.to_string(), REJECTS.to_owned()]);
    table
}
