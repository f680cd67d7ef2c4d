//! What the files of hooks have to say so that git runs the gate before each commit, and how it is taken out again.

pub mod lefthook;
mod shell;

use shell::{Place, can_be_taken_out, is_own, or_exit, place};

const SHEBANG: &str = "#!/bin/sh";
/// In what laneset made, that it may be known and taken out whole.
const MARK: &str = "# Written by `laneset hook install`; `laneset hook uninstall` takes it out.";

/// A hook of git.
#[derive(Debug)]
pub struct Hook {
    pub name: &'static str,
    /// For people, as the end of "it runs".
    pub when: &'static str,
}

/// Those before which nothing is committed yet.
pub const HOOKS: [Hook; 2] = [
    Hook {
        name: "pre-commit",
        when: "before each commit",
    },
    Hook {
        name: "pre-merge-commit",
        when: "before git commits a merge by itself",
    },
];

/// What is to be run, and by which hook.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    pub hook: &'a str,
    pub command: &'a str,
}

/// What git's hooks are kept by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manager {
    Git,
    Husky,
    Lefthook,
}

/// What is to become of the hook's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookEdit {
    Write(String),
    /// Nothing is left in it.
    Remove,
    /// It is as it should be.
    Nothing,
    /// It is not known how to do that without harm: what a person has to do, as lines.
    ByHand {
        why: &'static str,
        lines: String,
    },
}

/// The file so that it runs the command and refuses the commit when that fails. `text` is what it holds; `None` when it is not there.
pub fn installed(manager: Manager, text: Option<&str>, wanted: Wanted) -> HookEdit {
    let command = wanted.command;
    if manager == Manager::Lefthook {
        return lefthook::installed(text, wanted);
    }
    match place(text.unwrap_or_default(), command, manager) {
        Place::Refuses => HookEdit::Nothing,
        Place::MayNot => HookEdit::ByHand {
            why: "the command is there, and it may not run, or the commit may pass though it fails; put this line where it always runs, at the top level",
            lines: or_exit(command),
        },
        Place::Nowhere if manager == Manager::Git => in_git(text.unwrap_or_default(), command),
        Place::Nowhere => in_husky(text, command),
    }
}

/// The file without the command.
pub fn uninstalled(manager: Manager, text: Option<&str>, wanted: Wanted) -> HookEdit {
    let Some(text) = text else {
        return HookEdit::Nothing;
    };
    if manager == Manager::Lefthook {
        return lefthook::uninstalled(text, wanted);
    }
    let lines = text.split_inclusive('\n');
    let left: String = lines.filter(|line| !is_own(line, wanted.command)).collect();
    if left == text {
        HookEdit::Nothing
    } else if !can_be_taken_out(text, wanted.command) {
        HookEdit::ByHand {
            why: "other lines of it may need this one; take it out",
            lines: wanted.command.to_owned(),
        }
    } else if left == head(manager) {
        HookEdit::Remove
    } else {
        HookEdit::Write(left)
    }
}

/// What a person has to add, where laneset does not.
pub fn lines_to_add(manager: Manager, wanted: Wanted) -> String {
    match manager {
        Manager::Git => or_exit(wanted.command),
        Manager::Husky => wanted.command.to_owned(),
        Manager::Lefthook => lefthook::lines_to_add(wanted),
    }
}

/// Whether laneset made the file that holds this.
pub fn is_written_by_laneset(text: &str) -> bool {
    text.lines().any(|line| line == MARK)
}

/// What a file begins with that was not there before.
fn head(manager: Manager) -> String {
    match manager {
        Manager::Git => format!("{SHEBANG}\n{MARK}\n"),
        Manager::Husky | Manager::Lefthook => format!("{MARK}\n"),
    }
}

fn in_git(text: &str, command: &str) -> HookEdit {
    let line = or_exit(command);
    if text.trim().is_empty() {
        return HookEdit::Write(format!("{}{line}\n", head(Manager::Git)));
    }
    let edited = format!("{}{line}\n", ended(text));
    let is_reached = place(&edited, command, Manager::Git) == Place::Refuses;
    if is_written_by_laneset(text) && is_reached {
        HookEdit::Write(edited)
    } else {
        HookEdit::ByHand {
            why: "it is there and was not written by laneset; add this line where it always runs",
            lines: line,
        }
    }
}

/// husky runs the file with `sh -e`: every line that fails refuses the commit.
fn in_husky(text: Option<&str>, command: &str) -> HookEdit {
    let before = text.map_or_else(|| head(Manager::Husky), ended);
    let edited = format!("{before}{command}\n");
    match place(&edited, command, Manager::Husky) {
        Place::Refuses => HookEdit::Write(edited),
        Place::MayNot | Place::Nowhere => HookEdit::ByHand {
            why: "a line at its end may not run, or in another folder; add this one where it always runs, at the root of the repository",
            lines: command.to_owned(),
        },
    }
}

/// With a line break at its end.
fn ended(text: &str) -> String {
    match text.is_empty() || text.ends_with('\n') {
        true => text.to_owned(),
        false => format!("{text}\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANTED: Wanted = Wanted {
        hook: "pre-commit",
        command: "laneset check --staged",
    };

    fn written(edit: HookEdit) -> String {
        match edit {
            HookEdit::Write(text) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_installed_twice_stands_there_once_and_can_be_taken_out() {
        for manager in [Manager::Git, Manager::Husky, Manager::Lefthook] {
            let text = written(installed(manager, None, WANTED));
            assert_eq!(text.matches(WANTED.command).count(), 1, "{text}");
            let again = installed(manager, Some(&text), WANTED);
            assert_eq!(again, HookEdit::Nothing, "{text}");
            let gone = uninstalled(manager, Some(&text), WANTED);
            assert_eq!(gone, HookEdit::Remove, "{text}");
            assert_eq!(uninstalled(manager, None, WANTED), HookEdit::Nothing);
            // A second manifest has a line of its own.
            let other = Wanted {
                command: "laneset check --staged --config app/laneset.toml",
                ..WANTED
            };
            let both = written(installed(manager, Some(&text), other));
            assert_eq!(
                uninstalled(manager, Some(&both), other),
                HookEdit::Write(text)
            );
        }
    }

    #[test]
    fn a_hook_of_others_is_left_to_them() {
        for text in [
            "#!/bin/sh\nmake lint\n",
            "#!/usr/bin/env python3\nprint()\n",
        ] {
            let edit = installed(Manager::Git, Some(text), WANTED);
            assert!(
                matches!(&edit, HookEdit::ByHand { lines, .. } if lines == "laneset check --staged || exit"),
                "{edit:?}"
            );
            assert_eq!(
                uninstalled(Manager::Git, Some(text), WANTED),
                HookEdit::Nothing
            );
        }
        let mended = "#!/bin/sh\nmake lint\nlaneset check --staged || exit 1\n";
        let edit = installed(Manager::Git, Some(mended), WANTED);
        assert_eq!(edit, HookEdit::Nothing, "they did what was said");
    }

    #[test]
    fn a_line_that_is_not_reached_does_not_count() {
        for manager in [Manager::Git, Manager::Husky] {
            let text = "#!/bin/sh\nmake lint\nexit 0\nlaneset check --staged || exit\n";
            let edit = installed(manager, Some(text), WANTED);
            assert!(
                matches!(&edit, HookEdit::ByHand { why, .. } if why.contains("is there")),
                "{edit:?}"
            );
            let text = "if a; then\nlaneset check --staged || exit\nfi\n";
            let edit = uninstalled(manager, Some(text), WANTED);
            assert!(matches!(edit, HookEdit::ByHand { .. }), "{edit:?}");
        }
    }

    #[test]
    fn a_file_that_was_there_is_as_it_was() {
        let husky = ["", "\n\n", "#!/bin/sh\n", "# ours\nnpm test\n"];
        let lefthook = ["", "\n", "# ours\n"];
        let husky = husky.map(|text| (Manager::Husky, text));
        let lefthook = lefthook.map(|text| (Manager::Lefthook, text));
        for (manager, before) in husky.into_iter().chain(lefthook) {
            let text = written(installed(manager, Some(before), WANTED));
            let left = uninstalled(manager, Some(&text), WANTED);
            assert_eq!(left, HookEdit::Write(before.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_line_is_appended_only_where_it_runs() {
        for (text, expected) in [
            (
                "npx lint-staged || exit 1",
                "npx lint-staged || exit 1\nlaneset check --staged\n",
            ),
            (
                "#!/usr/bin/env sh\n. \"$(dirname -- \"$0\")/_/husky.sh\"\n\nnpm test\n",
                "#!/usr/bin/env sh\n. \"$(dirname -- \"$0\")/_/husky.sh\"\n\nnpm test\nlaneset check --staged\n",
            ),
        ] {
            let text = written(installed(Manager::Husky, Some(text), WANTED));
            assert_eq!(text, expected);
        }
        for text in [
            "npm test\nexit 0\n",
            "exec npm test\n",
            "npm test &&\n",
            "npm test \\\n",
            "cat <<X\nX\n",
            "[ -n \"$CI\" ] && exit 0\nnpm test\n",
            "if a; then exit 0; fi\n",
            "echo 'a\n",
            "cd web\nnpm test\n",
            "true || # fall back\n",
            "npm test && # and then\n",
            "echo a # x \\\nif false; then\n",
            "never ( )\n",
            "never ()\n",
            ". ./ci.sh\n",
            "source ci.sh\n",
            "#!/usr/bin/env node\nrun()\n",
        ] {
            let edit = installed(Manager::Husky, Some(text), WANTED);
            assert!(matches!(edit, HookEdit::ByHand { .. }), "{text}: {edit:?}");
        }
    }
}
