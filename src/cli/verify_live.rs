//! `laneset verify --live`: whether a live database is as declared.

use std::path::Path;
use std::time::Duration;

use anyhow::Context;

use super::arguments::VerifyArguments;
use super::baseline::{self, Recording};
use super::exit::Exit;
use super::manifest::{self, Loaded};
use super::report::report;
use super::{check, judged, live};
use crate::locate::base_migrations::Base;
use crate::locate::migrations::Migrations;
use crate::locate::walk::Root;
use crate::report::outcome::{Checked, Outcome};
use crate::rules::registry::Command;
use crate::rules::unused_ignore::Judged;
use crate::verify::live::look;

/// How long one statement may take where nobody says, in seconds: others use this database.
const STATEMENT_TIMEOUT: u64 = 5;

/// Looks at the database and reports.
///
/// # Errors
/// When it cannot be reached or looked at, or a migration cannot be read.
pub fn run(arguments: &VerifyArguments) -> anyhow::Result<Exit> {
    let rules = check::rules(&arguments.check, Command::VerifyLive)?;
    let manifest = manifest::path(arguments.check.config.as_deref())?;
    let declaration = match manifest::load(&manifest, arguments.check.color)? {
        Loaded::Declaration(declaration) => declaration,
        Loaded::Invalid => return Ok(Exit::CouldNotCheck),
    };
    if declaration.lane_sets.is_empty() {
        let path = declaration.file.path();
        anyhow::bail!("{path}: nothing to verify: no lane set is declared");
    }
    let root = Root::new(manifest.parent().unwrap_or(Path::new(".")));
    let declared = &declaration.migrations;
    let is_site = declared.dir.declared_at.is_some() || root.exists(&declared.dir.path);
    let migrations = match is_site {
        true => Some(Migrations::read(&root, declared)?),
        false => None,
    };
    let url = arguments.database_url.as_deref();
    let url = url.context("--live needs --database-url or DATABASE_URL")?;
    let database = live::database(url, "laneset verify")?;
    let longest = Duration::from_secs(arguments.statement_timeout.unwrap_or(STATEMENT_TIMEOUT));
    let looked = live::block_on(async {
        let mut connection = live::open(&database).await?;
        let looked = look(&mut connection, &declaration, migrations.as_ref(), longest).await;
        looked.map_err(|error| live::told(&error).context("the database cannot be looked at"))
    })?;
    let mut outcome = Outcome {
        checked: Checked {
            lane_sets: declaration.lane_sets.len(),
            migrations: migrations.map_or(0, |migrations| migrations.list.len()),
            live_indexes: looked.indexes.len(),
            ..Checked::default()
        },
        findings: looked.findings,
        live: looked.indexes,
        notes: looked.notes,
        ..Outcome::default()
    };
    let judged = Judged {
        command: Command::VerifyLive,
        rules: &rules,
        base: &Base::NotAsked,
    };
    let reason = baseline::reason(&arguments.check.baseline);
    let recording = Recording::of(reason.as_deref());
    judged::settle(&mut outcome, &declaration, &root, judged, recording)?;
    report(&outcome, &manifest, &arguments.check)
}
