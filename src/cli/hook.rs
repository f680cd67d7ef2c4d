//! `laneset hook`: has git run the gate before each commit.

pub mod arguments;
mod repository;

use std::io::Write;

use anyhow::bail;

use super::exit::Exit;
use super::output;
use crate::plan::hook::{HOOKS, Hook, HookEdit, Manager, Wanted, installed, lefthook, uninstalled};
use crate::write::hook::{HookFile, Runs};
use arguments::{HookArguments, HookCommand};
use repository::Repository;

/// Installs the hooks or takes them out.
///
/// # Errors
/// When that cannot be done without harm: what to do by hand.
pub fn run(command: &HookCommand) -> anyhow::Result<Exit> {
    match command {
        HookCommand::Install(arguments) => install(arguments)?,
        HookCommand::Uninstall(arguments) => uninstall(arguments)?,
    }
    Ok(Exit::Clean)
}

fn install(arguments: &HookArguments) -> anyhow::Result<()> {
    let repository = Repository::of(arguments.config.as_deref())?;
    let manager = repository.manager(arguments.manager)?;
    for changed in change(&repository, manager, installed)? {
        let (shown, when) = (&changed.shown, changed.hook.when);
        let since = if changed.is_new {
            "from now on"
        } else {
            "already"
        };
        say(&format!(
            "{shown} runs `{}` {when} {since}.",
            repository.command
        ))?;
        if manager == Manager::Lefthook
            && lefthook::is_conditional(&changed.text, changed.hook.name)
        {
            say(&format!(
                "{shown} says when lefthook does that at all (`skip`, `only`)."
            ))?;
        }
    }
    if manager == Manager::Lefthook && !repository.is_run_by("lefthook") {
        say("lefthook runs no hook here yet: run `lefthook install`.")?;
    }
    if manager == Manager::Husky && !repository.is_husky_on() {
        say("husky runs no hook here yet: run `npx husky`.")?;
    }
    Ok(())
}

fn uninstall(arguments: &HookArguments) -> anyhow::Result<()> {
    let repository = Repository::of(arguments.config.as_deref())?;
    let manager = repository.manager(arguments.manager)?;
    for changed in change(&repository, manager, uninstalled)? {
        let (shown, when) = (&changed.shown, changed.hook.when);
        let since = if changed.is_new { " any more" } else { "" };
        say(&format!(
            "{shown} does not run `{}` {when}{since}.",
            repository.command
        ))?;
    }
    Ok(())
}

fn say(line: &str) -> std::io::Result<()> {
    let mut writer = output::writer();
    writeln!(writer, "{line}")?;
    writer.flush()
}

/// What became of a hook.
struct Changed {
    hook: &'static Hook,
    /// The file's path, for people.
    shown: String,
    /// What the file held before.
    text: String,
    is_new: bool,
}

/// Changes the file of each hook, or none of them.
fn change(
    repository: &Repository,
    manager: Manager,
    edit: fn(Manager, Option<&str>, Wanted) -> HookEdit,
) -> anyhow::Result<Vec<Changed>> {
    let read = |hook: &Hook| -> anyhow::Result<(HookFile, HookEdit)> {
        let file = repository.file(manager, hook.name)?;
        let wanted = Wanted {
            hook: hook.name,
            command: &repository.command,
        };
        let edit = edit(manager, file.text.as_deref(), wanted);
        Ok((file, edit))
    };
    let mut left = Vec::new();
    for hook in &HOOKS {
        let (file, edit) = read(hook)?;
        if let HookEdit::ByHand { why, lines } = edit {
            let shown = repository.shown(&file);
            left.push(format!("{shown} was left as it is: {why}\n\n{lines}"));
        }
    }
    if !left.is_empty() {
        bail!("{}", left.join("\n\n"));
    }
    let mut changed = Vec::new();
    for hook in &HOOKS {
        // Two hooks may share a file.
        let (file, edit) = read(hook)?;
        changed.push(Changed {
            hook,
            shown: repository.shown(&file),
            text: file.text.clone().unwrap_or_default(),
            is_new: edit != HookEdit::Nothing,
        });
        make(edit, &file, manager)?;
    }
    Ok(changed)
}

fn make(edit: HookEdit, file: &HookFile, manager: Manager) -> anyhow::Result<()> {
    let runs = match manager {
        Manager::Git | Manager::Husky => Runs::AsProgram,
        Manager::Lefthook => Runs::Not,
    };
    match edit {
        HookEdit::Write(text) => file.write(text, runs)?,
        HookEdit::Remove => file.remove()?,
        HookEdit::Nothing | HookEdit::ByHand { .. } => {}
    }
    Ok(())
}
