//! A draft of the plan for the user to complete, if a file of transactions lacks a role.

use std::fmt::Write as _;
use std::path::Path;

use ecom_core::Failure;
use ecom_core::atomic;
use ecom_core::input;
use ecom_core::plan::{Plan, TableName};

use crate::choose::missing_roles::MissingRole;
use crate::meaning::role::role_words;

/// Writes a draft for the user to complete: all that is known and, at each column that could have a
/// missing role, a commented line that gives it that role.
pub(crate) fn write_draft(
    plan: &Plan,
    missing_roles: &[MissingRole],
    path: &Path,
) -> Result<(), Failure> {
    plan.write(path)?;
    let text = input::text(path)?;
    atomic::write(path, with_role_lines(&text, plan, missing_roles).as_bytes())
}

/// The text of the plan with the lines that the user can complete.
fn with_role_lines(text: &str, plan: &Plan, missing_roles: &[MissingRole]) -> String {
    let roles: Vec<_> = missing_roles.iter().map(|one| role_words(one.role)).collect();
    let mut draft = format!(
        "# DRAFT: no column is known to be the {} of a sale. Remove the `# ` from the role of the\n\
         # right column, correct what else is wrong, and save the file as plan.toml in this folder.\n\
         # A text column that holds times also needs their type and format. Or run the analyzer\n\
         # again with --role \"HEADER=ROLE\", and it plans the cut by date.\n",
        roles.join(" or ")
    );
    let mut in_transactions = false;
    for line in text.lines() {
        if line == "[[table]]" {
            in_transactions = false;
        }
        in_transactions |= line == format!("name = \"{}\"", TableName::Transactions);
        draft.push_str(line);
        draft.push('\n');
        if let Some(name) = line.strip_prefix("name = ").filter(|_| in_transactions) {
            draft.push_str(&role_lines(plan, name.trim_matches('"'), missing_roles));
        }
    }
    draft
}

/// The commented lines that give a column a missing role.
fn role_lines(plan: &Plan, name: &str, missing_roles: &[MissingRole]) -> String {
    let table = plan.table(TableName::Transactions);
    let column = table.and_then(|table| table.columns.iter().find(|column| column.name == name));
    let mut lines = String::new();
    let Some(column) = column.filter(|column| !column.generated) else { return lines };
    for missing in missing_roles.iter().filter(|one| one.headers.contains(&column.header)) {
        let role = role_words(missing.role).replace(' ', "_");
        // Writing to a String cannot fail.
        let _ = writeln!(lines, "# role = \"{role}\"  # <- give one column this role");
    }
    lines
}
