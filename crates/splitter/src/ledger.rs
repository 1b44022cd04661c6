//! The manifest with what it was made from, so that a second identical run finds nothing to do.
//!
//! A second run that still has rejects exits with 3, as the first did: 0 would claim that everything was
//! delivered.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use ecom_core::Failure;
use ecom_core::atomic;
use ecom_core::input;
use ecom_core::plan::{self, Plan, Split, SplitBy, hexadecimal};
use ecom_core::work::{MANIFEST, Manifest, REJECTS};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::cli::OnOrphan;
use crate::request::Request;

/// Increase it when the same plan gives other files than before.
const FORMAT: u32 = 2;

/// The manifest with what it was made from.
#[derive(Serialize, Deserialize)]
pub(crate) struct Ledger {
    #[serde(flatten)]
    pub(crate) manifest: Manifest,
    #[serde(default)]
    made_from: Vec<String>,
}

/// Everything that the user asked for and that decides the files.
pub(crate) struct Asked<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) plan_path: &'a Path,
    pub(crate) request: &'a Request,
    pub(crate) on_orphan: OnOrphan,
}

impl Ledger {
    /// The ledger of a manifest whose folder gets `final_plan`.
    pub(crate) fn new(manifest: Manifest, asked: &Asked<'_>, final_plan: &Plan) -> Self {
        let own = own_request(final_plan);
        // The next run may read either plan, with the same flags or without them.
        let mut made_from: Vec<_> =
            [(asked.plan, asked.request), (final_plan, asked.request), (final_plan, &own)]
                .map(|(plan, request)| fingerprint(plan, request, asked.on_orphan))
                .into();
        made_from.dedup();
        Self { manifest, made_from }
    }

    /// The ledger in `folder`, if there is one.
    pub(crate) fn read(folder: &Path) -> Option<Self> {
        serde_json::from_slice(&input::bytes(&folder.join(MANIFEST)).ok()?).ok()
    }

    /// Writes it as the manifest of `folder`.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), Failure> {
        atomic::write_json(&folder.join(MANIFEST), self)
    }
}

/// The manifest in `folder`, if its files are intact and made from what is asked for.
pub(crate) fn up_to_date(folder: &Path, asked: &Asked<'_>) -> Result<Option<Manifest>, Failure> {
    let Some(ledger) = Ledger::read(folder) else { return Ok(None) };
    let Ok(work_plan) = Plan::read(&folder.join(plan::FILE_NAME)) else { return Ok(None) };
    let is_known = |plan: &Plan, request: &Request| {
        ledger.made_from.contains(&fingerprint(plan, request, asked.on_orphan))
    };
    if !is_known(asked.plan, asked.request) || !is_known(&work_plan, &own_request(&work_plan)) {
        return Ok(None);
    }
    let mut checked = HashSet::new();
    for table in &asked.plan.tables {
        if table.files().any(|source| checked.insert(source.file)) {
            asked.plan.check_source(table)?;
        }
    }
    let is_complete = folder.join(REJECTS).is_file()
        && ledger.manifest.files.iter().all(|file| file.check(folder).is_ok());
    Ok(is_complete.then_some(ledger.manifest))
}

/// What a run without flags asks for.
fn own_request(plan: &Plan) -> Request {
    Request::At(plan.split.by, plan.split.cut.clone())
}

/// What decides the files: the plan without its source folder and its split, the request, and what
/// is done with orphans.
fn fingerprint(plan: &Plan, request: &Request, on_orphan: OnOrphan) -> String {
    let mut plan = plan.clone();
    plan.folder = PathBuf::new();
    let cut = String::new();
    plan.split = Split { by: SplitBy::Rows, ratio: 0.0, cut, historical: 0, realtime: 0 };
    let text = format!("{FORMAT} {plan:?} {request:?} {on_orphan:?}");
    hexadecimal(&Sha256::digest(text))
}
