//! What the files of hooks have to say so that git runs the gate before each commit, and how it is taken out again.

pub mod lefthook;

/// The first words of a hook that laneset wrote.
const SHEBANG: &str = "#!/bin/sh";
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
    let text = text.unwrap_or_default();
    match manager {
        Manager::Lefthook => lefthook::installed(text, wanted),
        Manager::Git | Manager::Husky => match place(text, wanted.command) {
            Place::Runs => HookEdit::Nothing,
            Place::NotReached => HookEdit::ByHand {
                why: "what stands above this line ends the hook; put it where it always runs",
                lines: or_exit(wanted.command),
            },
            Place::Nowhere if manager == Manager::Git => in_git(text, wanted.command),
            Place::Nowhere => in_husky(text, wanted.command),
        },
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
    let command = wanted.command;
    let is_own = |line: &str| line.trim_end() == command || line.trim_end() == or_exit(command);
    let own = text.split_inclusive('\n').filter(|line| is_own(line));
    if own.count() == 0 {
        return HookEdit::Nothing;
    }
    let left = text.split_inclusive('\n').filter(|line| !is_own(line));
    let left: String = left.collect();
    let says_nothing = |line: &str| matches!(line.trim(), "" | SHEBANG | MARK);
    match left.lines().all(says_nothing) {
        true => HookEdit::Remove,
        false => HookEdit::Write(left),
    }
}

fn or_exit(command: &str) -> String {
    format!("{command} || exit")
}

/// Where a script has the command.
enum Place {
    Runs,
    /// The script has ended by then.
    NotReached,
    Nowhere,
}

fn place(text: &str, command: &str) -> Place {
    let with_code = format!("{} 1", or_exit(command));
    let is_own = |line: &str| line == command || line == or_exit(command) || line == with_code;
    let mut lines = text.lines().map(str::trim_end);
    let Some(at) = lines.clone().position(is_own) else {
        return Place::Nowhere;
    };
    // What is indented may be part of a condition.
    let ends = |line: &str| matches!(line.split_whitespace().next(), Some("exit" | "exec"));
    match lines
        .by_ref()
        .take(at)
        .any(|line| ends(line) && !line.starts_with(' '))
    {
        true => Place::NotReached,
        false => Place::Runs,
    }
}

fn in_git(text: &str, command: &str) -> HookEdit {
    let line = or_exit(command);
    if text.trim().is_empty() {
        HookEdit::Write(format!("{SHEBANG}\n{MARK}\n{line}\n"))
    } else if text.lines().any(|line| line == MARK) && goes_on(text) {
        HookEdit::Write(format!("{}{line}\n", ended(text)))
    } else {
        HookEdit::ByHand {
            why: "it is there and was not written by laneset; add this line where it always runs",
            lines: line,
        }
    }
}

/// husky runs the file with `sh -e`: every line that fails refuses the commit.
fn in_husky(text: &str, command: &str) -> HookEdit {
    if goes_on(text) && is_shell(text) {
        HookEdit::Write(format!("{}{command}\n", ended(text)))
    } else {
        HookEdit::ByHand {
            why: "a line at its end may not run, or in another folder; add this one where it always runs, at the root of the repository",
            lines: command.to_owned(),
        }
    }
}

/// Whether a script is one of a shell, as it is where nothing is said.
fn is_shell(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    let interpreter = first
        .strip_prefix("#!")
        .map(|it| it.rsplit(['/', ' ']).next());
    interpreter.is_none_or(|name| matches!(name, Some("sh" | "bash" | "dash" | "zsh" | "ksh")))
}

/// Whether a line that is appended to a shell script runs where it began, as far as can be told: nothing ends the script before, leads to
/// another folder, or goes on in the next line.
fn goes_on(text: &str) -> bool {
    const OPEN: [&str; 5] = ["\\", "&&", "||", "|", "("];
    let ends = |line: &str| {
        // What failed refuses the commit.
        let line = line.strip_suffix("|| exit").unwrap_or(line);
        let mut words = line.split(|c: char| !c.is_alphanumeric()).peekable();
        while let Some(word) = words.next() {
            // `exit 1` refuses the commit by itself.
            let is_refusal = word == "exit" && words.peek() == Some(&"1");
            if matches!(word, "exit" | "exec" | "return" | "cd" | "pushd") && !is_refusal {
                return true;
            }
        }
        false
    };
    // A heredoc or quotes may be open at the end.
    let is_plain = |line: &str| {
        let quotes = line.matches(['"', '\'', '`']).count();
        !ends(line) && !line.contains("<<") && quotes.is_multiple_of(2)
    };
    let mut lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'));
    let last = lines
        .clone()
        .rfind(|line| !line.is_empty())
        .unwrap_or_default();
    lines.all(is_plain) && !OPEN.iter().any(|open| last.ends_with(open))
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
            let mended = format!("{text}laneset check --staged || exit 1\n");
            let edit = installed(Manager::Git, Some(&mended), WANTED);
            assert_eq!(edit, HookEdit::Nothing, "they did what was said");
        }
    }

    #[test]
    fn a_line_that_is_not_reached_does_not_count() {
        for manager in [Manager::Git, Manager::Husky] {
            let text = "#!/bin/sh\nmake lint\nexit 0\nlaneset check --staged || exit\n";
            let edit = installed(manager, Some(text), WANTED);
            assert!(matches!(edit, HookEdit::ByHand { .. }), "{edit:?}");
            let text = "#!/bin/sh\nif a; then\n  exit 0\nfi\nlaneset check --staged || exit\n";
            assert_eq!(installed(manager, Some(text), WANTED), HookEdit::Nothing);
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
            "#!/usr/bin/env node\nrun()\n",
        ] {
            let edit = installed(Manager::Husky, Some(text), WANTED);
            assert!(matches!(edit, HookEdit::ByHand { .. }), "{text}: {edit:?}");
        }
    }
}
