//! What was written, on standard output.

use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use ecom_core::settings::Format;
use ecom_core::work::{Manifest, REJECTS};

/// Shows the files of a manifest.
pub(crate) fn show(folder: &Path, manifest: &Manifest, format: Format) -> anyhow::Result<()> {
    let mut output = BufWriter::new(io::stdout().lock());
    match format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut output, manifest)?;
            writeln!(output)?;
        }
        Format::Text => {
            writeln!(output, "{:>10}  file in {}", "records", folder.display())?;
            for file in &manifest.files {
                writeln!(output, "{:>10}  {}", file.rows, file.name)?;
            }
            writeln!(output, "{:>10}  {REJECTS}", manifest.rejected)?;
        }
    }
    output.flush()?;
    Ok(())
}
