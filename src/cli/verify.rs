//! `laneset verify`: a real Postgres has the last word.

use std::path::Path;
use std::time::Duration;

use anyhow::bail;

use super::arguments::VerifyArguments;
use super::base::wanted_base;
use super::baseline::{self, Recording};
use super::exit::Exit;
use super::manifest::{self, Loaded};
use super::progress::Progress;
use super::report::report;
use super::signals::Signals;
use super::{check, judged, live, verify_live};
use crate::locate::base_migrations::Base;
use crate::locate::walk::Root;
use crate::model::declaration::Declaration;
use crate::model::finding::RuleId;
use crate::report::outcome::{Checked, Outcome};
use crate::rules::registry::Command;
use crate::rules::unused_ignore;
use crate::source::file::RepoPath;
use crate::verify::binaries;
use crate::verify::cluster::Cluster;
use crate::verify::indexes::Judged;
use crate::verify::judge::{Places, Task, VerifyError, verify};
use crate::verify::material::{Material, Wanted};
use crate::verify::pglite::{Package, has_node};
use crate::verify::shadow::Server;

/// How long one statement of a migration may take where nobody says, in seconds.
const STATEMENT_TIMEOUT: u64 = 60;

/// Replays on a server and reports; with `--live`, looks at a database.
///
/// # Errors
/// When there is no server, a file cannot be read, or something does not run to its end.
pub fn run(arguments: &VerifyArguments) -> anyhow::Result<Exit> {
    if arguments.live {
        return verify_live::run(arguments);
    }
    let rules = check::rules(&arguments.check, Command::Verify)?;
    let manifest = manifest::path(arguments.check.config.as_deref())?;
    let declaration = match manifest::load(&manifest, arguments.check.color)? {
        Loaded::Declaration(declaration) => declaration,
        Loaded::Invalid => return Ok(Exit::CouldNotCheck),
    };
    let folder = manifest.parent().unwrap_or(Path::new("."));
    let root = Root::new(folder);
    let material = material(&declaration, &root, arguments, &rules)?;
    let progress = Progress::new(arguments.check.quiet);
    let verified = live::block_on(async {
        // From here on a signal ends it in order, with nothing left.
        let mut signals = Signals::new()?;
        let (pglite, note) = pglite(&declaration, &root, arguments, &material)?;
        let server = server(arguments, &progress)?;
        let task = Task {
            declaration: &declaration,
            material: &material,
            watch: &progress,
        };
        let verified = verify(&Places { server, pglite }, task, signals.next()).await;
        let mut verified = verified.map_err(anyhow::Error::msg)?;
        verified.notes.extend(note);
        Ok(verified)
    });
    progress.clear();
    let verified = verified?;
    let notes = unreadable(&declaration, &root, &verified.indexes)?;
    let drifted = verified.indexes.into_iter();
    let drifted = drifted.filter_map(|judged| judged.finding);
    let mut outcome = Outcome {
        checked: Checked {
            lane_sets: declaration.lane_sets.len(),
            migrations: material.migrations.len(),
            patches: material.patches.len(),
            queries: verified.queries,
            ..Checked::default()
        },
        findings: verified.findings.into_iter().chain(drifted).collect(),
        notes: verified.notes.into_iter().chain(notes).collect(),
        ..Outcome::default()
    };
    let judged = unused_ignore::Judged {
        command: Command::Verify,
        rules: &rules,
        base: &Base::NotAsked,
    };
    let reason = baseline::reason(&arguments.check.baseline);
    let recording = Recording::of(reason.as_deref());
    judged::settle(&mut outcome, &declaration, &root, judged, recording)?;
    report(&outcome, &manifest, &arguments.check)
}

/// What the sites turned out to be that the gate cannot read.
fn unreadable(
    declaration: &Declaration,
    root: &Root,
    indexes: &[Judged],
) -> anyhow::Result<Vec<String>> {
    let gate = check::outcome(declaration, root, &[RuleId::UnreadableSite])?;
    let is_in = |path: &RepoPath, place: &RepoPath| {
        let rest = path
            .as_str()
            .strip_prefix(place.as_str().trim_end_matches('/'));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let rule_of = |path: &RepoPath| {
        let embedded = declaration.embedded.as_ref();
        if embedded.is_some_and(|embedded| is_in(path, &embedded.path.value)) {
            Some(RuleId::EmbeddedDrift)
        } else if is_in(path, &declaration.migrations.dir.path) {
            Some(RuleId::MigrationsDrift)
        } else if is_in(path, &declaration.schema.file.path) {
            Some(RuleId::IndexDrift)
        } else {
            None
        }
    };
    let notes = gate.findings.iter().map(|finding| {
        let place = &finding.culprit.location;
        let rule = rule_of(place.path());
        let judged = indexes.iter().find(|judged| {
            Some(judged.rule) == rule && Some(&judged.lane_set) == finding.lane_set.as_ref()
        });
        let turned_out = match judged.map(|judged| &judged.finding) {
            Some(None) => "on Postgres its index turned out to be as declared",
            Some(Some(_)) => "on Postgres its index turned out to be another than declared",
            None => "verify did not come to it",
        };
        format!(
            "{}:{}: the gate cannot read this; {turned_out}",
            place.path(),
            place.start().line
        )
    });
    Ok(notes.collect())
}

/// What is to be replayed.
fn material(
    declaration: &Declaration,
    root: &Root,
    arguments: &VerifyArguments,
    rules: &[RuleId],
) -> anyhow::Result<Material> {
    let of_patches = [
        RuleId::EmbeddedDrift,
        RuleId::EmbeddedReplayDrift,
        RuleId::EmbeddedNotIdempotent,
    ];
    let wanted = Wanted {
        patches: of_patches.iter().any(|rule| rules.contains(rule)),
        base: wanted_base(arguments.check.git_base.as_deref()),
        statement_timeout: Duration::from_secs(
            arguments.statement_timeout.unwrap_or(STATEMENT_TIMEOUT),
        ),
    };
    let material = Material::read(declaration, root, wanted).map_err(|error| {
        let context = match &error {
            VerifyError::Patches(_) => {
                "the patches cannot be replayed (--ignore embedded-drift,embedded-replay-drift,embedded-not-idempotent leaves them out)"
            }
            _ => "what is to be replayed cannot be read",
        };
        anyhow::Error::from(error).context(context)
    })?;
    if material.is_empty() {
        bail!(
            "{}: nothing to verify: there are neither migrations in {} nor a dump at {}",
            declaration.file.path(),
            declaration.migrations.dir.path,
            declaration.schema.file.path
        );
    }
    Ok(material)
}

/// PGlite for the patches, or a note why it is not used though it is there.
fn pglite(
    declaration: &Declaration,
    root: &Root,
    arguments: &VerifyArguments,
    material: &Material,
) -> anyhow::Result<(Option<Package>, Option<String>)> {
    if arguments.no_pglite || material.patches.is_empty() {
        return Ok((None, None));
    }
    if let Some(folder) = &arguments.pglite {
        if !has_node() {
            bail!("--pglite needs Node, and there is no `node` on PATH");
        }
        return Ok((Some(Package::at(folder)?), None));
    }
    let embedded = declaration.embedded.as_ref();
    let patches = embedded.map(|embedded| root.folder().join(embedded.path.value.as_str()));
    let folder = patches.as_deref().and_then(Path::parent);
    let Some(package) = folder.and_then(Package::above) else {
        return Ok((None, None));
    };
    if has_node() {
        return Ok((Some(package), None));
    }
    let note = format!(
        "PGlite {} is here, and Node is not: the patches were replayed on Postgres",
        package.version
    );
    Ok((None, Some(note)))
}

/// The server that was lent, or one of our own.
fn server(arguments: &VerifyArguments, progress: &Progress) -> anyhow::Result<Server> {
    match &arguments.database_url {
        Some(url) if arguments.shadow => Ok(Server::Lent(Box::new(live::database(
            url,
            "laneset verify",
        )?))),
        _ => {
            let binaries = binaries::find(arguments.pg_version)?;
            let waiting = progress.waiting_for(&format!("starting Postgres {}", binaries.version));
            let cluster = Cluster::start(&binaries, "");
            waiting.finish_and_clear();
            Ok(Server::Own(cluster?))
        }
    }
}
