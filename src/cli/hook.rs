//! `laneset hook`: has git run the gate before each commit.

pub mod arguments;
mod repository;

use std::io::Write;

use anyhow::bail;

use super::exit::Exit;
use super::output;
use crate::plan::hook::{HookEdit, Manager, installed, uninstalled};
use crate::write::hook::{HookFile, Runs};
use arguments::{HookArguments, HookCommand};
use repository::Repository;

/// Installs the hook or takes it out.
///
/// # Errors
/// When that cannot be done without harm: what to do by hand.
pub fn run(command: &HookCommand) -> anyhow::Result<Exit> {
    let said = match command {
        HookCommand::Install(arguments) => install(arguments)?,
        HookCommand::Uninstall(arguments) => uninstall(arguments)?,
    };
    let mut writer = output::writer();
    writeln!(writer, "{said}")?;
    writer.flush()?;
    Ok(Exit::Clean)
}

fn install(arguments: &HookArguments) -> anyhow::Result<String> {
    let repository = Repository::of(arguments.config.as_deref())?;
    let manager = repository.manager(arguments.manager)?;
    let file = repository.file(manager)?;
    let (shown, command) = (repository.shown(&file), &repository.command);
    let mut said = match installed(manager, file.text.as_deref(), command) {
        HookEdit::Nothing => format!("{shown} runs `{command}` already."),
        edit => {
            make(edit, &file, manager, &shown)?;
            format!("{shown} runs `{command}` before each commit from now on.")
        }
    };
    if manager == Manager::Lefthook && !repository.is_run_by("lefthook") {
        said.push_str("\nlefthook runs no hook here yet: run `lefthook install`.");
    }
    if manager == Manager::Husky && !repository.is_husky_on() {
        said.push_str("\nhusky runs no hook here yet: run `npx husky`.");
    }
    Ok(said)
}

fn uninstall(arguments: &HookArguments) -> anyhow::Result<String> {
    let repository = Repository::of(arguments.config.as_deref())?;
    let manager = repository.manager(arguments.manager)?;
    let file = repository.file(manager)?;
    let (shown, command) = (repository.shown(&file), &repository.command);
    match uninstalled(manager, file.text.as_deref(), command) {
        HookEdit::Nothing => Ok(format!("{shown} does not run `{command}`.")),
        edit => {
            make(edit, &file, manager, &shown)?;
            Ok(format!("{shown} does not run `{command}` any more."))
        }
    }
}

fn make(edit: HookEdit, file: &HookFile, manager: Manager, shown: &str) -> anyhow::Result<()> {
    let runs = match manager {
        Manager::Git | Manager::Husky => Runs::AsProgram,
        Manager::Lefthook => Runs::Not,
    };
    match edit {
        HookEdit::Nothing => {}
        HookEdit::Write(text) => file.write(text, runs)?,
        HookEdit::Remove => file.remove()?,
        HookEdit::ByHand { why, lines } => bail!("{shown} was left as it is: {why}\n\n{lines}"),
    }
    Ok(())
}
