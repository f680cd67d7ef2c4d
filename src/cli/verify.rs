//! `laneset verify`: a real Postgres has the last word.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};

use super::arguments::VerifyArguments;
use super::exit::Exit;
use super::manifest::{self, Loaded};
use super::signals::Signals;
use super::{check, live};
use crate::locate::walk::Root;
use crate::model::finding::RuleId;
use crate::report::outcome::{Checked, Outcome};
use crate::verify::binaries;
use crate::verify::cluster::Cluster;
use crate::verify::judge::{Material, verify};
use crate::verify::shadow::Server;

/// Replays on a server and reports.
///
/// # Errors
/// When there is no server, a file cannot be read, or something does not run to its end.
pub fn run(arguments: &VerifyArguments) -> anyhow::Result<Exit> {
    let rules = check::rules(&arguments.check, "verify")?;
    let manifest = manifest::path(arguments.check.config.as_deref())?;
    let declaration = match manifest::load(&manifest, arguments.check.color)? {
        Loaded::Declaration(declaration) => declaration,
        Loaded::Invalid => return Ok(Exit::CouldNotCheck),
    };
    let folder = manifest.parent().unwrap_or(Path::new("."));
    let with_patches = [RuleId::EmbeddedReplayDrift, RuleId::EmbeddedNotIdempotent]
        .iter()
        .any(|rule| rules.contains(rule));
    let root = Root::new(folder);
    let mut material = Material::read(&declaration, &root, with_patches).with_context(|| {
        match with_patches {
            true => "what is to be replayed cannot be read (--ignore embedded-replay-drift,embedded-not-idempotent leaves the patches out)",
            false => "what is to be replayed cannot be read",
        }
    })?;
    material.statement_timeout = Duration::from_secs(arguments.statement_timeout);
    if material.is_empty() {
        bail!(
            "{}: nothing to verify: there are neither migrations in {} nor a dump at {}",
            declaration.file.path(),
            declaration.migrations.dir.path,
            declaration.schema.file.path
        );
    }
    let server = server(arguments)?;
    let verified = live::block_on(async {
        let mut signals = Signals::new()?;
        verify(&server, &declaration, &material, signals.next())
            .await
            .map_err(anyhow::Error::msg)
    })?;
    let mut outcome = Outcome {
        checked: Checked {
            lane_sets: declaration.lane_sets.len(),
            migrations: material.migrations(),
            patches: material.patches(),
            ..Checked::default()
        },
        lane_sets: Vec::new(),
        findings: verified.findings,
        notes: verified.notes,
    };
    outcome
        .findings
        .retain(|finding| rules.contains(&finding.rule));
    outcome.sort();
    check::report(&outcome, &arguments.check)
}

/// The server that was lent, or one of our own.
fn server(arguments: &VerifyArguments) -> anyhow::Result<Server> {
    match &arguments.database_url {
        Some(url) if arguments.shadow => Ok(Server::Lent(Box::new(live::database(
            url,
            "laneset verify",
        )?))),
        _ => {
            let binaries = binaries::find(arguments.pg_version)?;
            Ok(Server::Own(Cluster::start(&binaries, "")?))
        }
    }
}
