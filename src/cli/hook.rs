//! `laneset hook`: has git run the gate before each commit.

pub mod arguments;
mod repository;

use std::io::Write;
use std::path::Path;

use anyhow::bail;

use super::exit::Exit;
use super::output;
use crate::plan::hook::{
    HOOKS, Hook, HookEdit, Manager, Wanted, installed, is_written_by_laneset, lefthook,
    lines_to_add, uninstalled,
};
use crate::write::hook::{HookChange, HookFile, Runs, make};
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
    for changed in change(&repository, manager, Task::Install)? {
        let (shown, when) = (&changed.shown, changed.hook.when);
        if changed.was_passed_over {
            say(&format!(
                "{shown} was not executable, so that git passed it over; now it is."
            ))?;
        }
        let since = if changed.is_new {
            "from now on"
        } else {
            "already"
        };
        say(&format!(
            "{shown} runs `{}` {when} {since}.",
            repository.command
        ))?;
        let conditions = match manager {
            Manager::Lefthook => lefthook::conditions(&changed.text, changed.hook.name),
            Manager::Git | Manager::Husky => Vec::new(),
        };
        if !conditions.is_empty() {
            say(&format!(
                "{shown} says when lefthook does that at all (`{}`).",
                conditions.join("`, `")
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
    for changed in change(&repository, manager, Task::Uninstall)? {
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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Task {
    Install,
    Uninstall,
}

/// What became of a hook.
struct Changed {
    hook: &'static Hook,
    /// The file's path, for people.
    shown: String,
    /// What the file held before.
    text: String,
    is_new: bool,
    /// Since it was not executable.
    was_passed_over: bool,
}

/// Changes the file of each hook, or none of them.
fn change(repository: &Repository, manager: Manager, task: Task) -> anyhow::Result<Vec<Changed>> {
    let mut plan = Plan {
        repository,
        manager,
        task,
        changes: Vec::new(),
    };
    let (mut changed, mut left) = (Vec::new(), Vec::new());
    for hook in &HOOKS {
        let file = repository.file(manager, hook.name)?;
        let shown = repository.shown(&file.path());
        match plan.add(hook, file) {
            Ok(done) => changed.push(done),
            Err(why) => left.push(format!("{shown} was left as it is: {why}")),
        }
    }
    if !left.is_empty() {
        bail!("{}", left.join("\n\n"));
    }
    make(&plan.changes)?;
    Ok(changed)
}

/// What is to become of the files of all hooks.
struct Plan<'a> {
    repository: &'a Repository,
    manager: Manager,
    task: Task,
    changes: Vec<HookChange>,
}

impl Plan<'_> {
    /// # Errors
    /// What a person has to do instead.
    fn add(&mut self, hook: &'static Hook, file: HookFile) -> Result<Changed, String> {
        let wanted = Wanted {
            hook: hook.name,
            command: &self.repository.command,
        };
        // Two hooks may share a file.
        let mut changes = self.changes.iter();
        let shared = changes.position(|each| each.file.real == file.real);
        let text = match shared {
            Some(at) => self.changes[at].after.clone(),
            None => file.text.clone(),
        };
        let edit = match self.task {
            Task::Install => installed(self.manager, text.as_deref(), wanted),
            Task::Uninstall => uninstalled(self.manager, text.as_deref(), wanted),
        };
        let is_edited = edit != HookEdit::Nothing;
        let after = match edit {
            HookEdit::Write(after) => Some(after),
            HookEdit::Remove => None,
            HookEdit::Nothing => text.clone(),
            HookEdit::ByHand { why, lines } => return Err(format!("{why}\n\n{lines}")),
        };
        let was_passed_over = shared.is_none() && self.is_passed_over(&file)?;
        let is_new = is_edited || was_passed_over;
        if let Some(to) = file.leads_to().filter(|_| is_new) {
            return Err(self.in_link(to, &file, wanted));
        }
        let changed = Changed {
            hook,
            shown: self.repository.shown(&file.path()),
            text: text.unwrap_or_default(),
            is_new,
            was_passed_over,
        };
        let runs = match self.task {
            Task::Install if is_new => self.repository.runs(self.manager, &file),
            Task::Install | Task::Uninstall => Runs::Not,
        };
        match shared {
            Some(at) => self.changes[at].after = after,
            None => self.changes.push(HookChange { file, after, runs }),
        }
        Ok(changed)
    }

    /// Whether git passes over the file, which may be mended.
    ///
    /// # Errors
    /// When somebody else wrote it, and may have meant that.
    fn is_passed_over(&self, file: &HookFile) -> Result<bool, String> {
        let Some(text) = file.text.as_deref().filter(|_| self.task == Task::Install) else {
            return Ok(false);
        };
        let runs = self.repository.runs(self.manager, file);
        if runs == Runs::Not || file.is_executable() {
            return Ok(false);
        }
        if is_written_by_laneset(text) || text.trim().is_empty() {
            return Ok(true);
        }
        let shown = self.repository.shown(&file.path());
        Err(format!(
            "it was not written by laneset and is not executable, so that git passes it over; if it is to run, do this, and install again\n\n\
             chmod +x {shown}"
        ))
    }

    fn in_link(&self, to: &Path, file: &HookFile, wanted: Wanted) -> String {
        let to = self.repository.shown(to);
        match (&file.text, self.task) {
            (None, _) => format!(
                "it is a link to {to}, which is not there; take the link out, or put a script there, and install again"
            ),
            (Some(_), Task::Install) => format!(
                "it is a link to {to}; add this there, where it always runs\n\n{}",
                lines_to_add(self.manager, wanted)
            ),
            (Some(_), Task::Uninstall) => format!(
                "it is a link to {to}; take this out there\n\n{}",
                wanted.command
            ),
        }
    }
}
