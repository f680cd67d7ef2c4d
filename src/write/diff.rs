//! Changes as a unified diff, in the form that `git apply` takes.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

use crate::model::file_change::FileChange;

/// Whether the diff has colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colors {
    On,
    Off,
}

/// How many unchanged lines stand around a change, as in git.
const CONTEXT: usize = 3;

/// The changes in their order, each with its headers. Empty where nothing changes.
pub fn unified(changes: &[FileChange], colors: Colors) -> String {
    let mut text = String::new();
    let is_one = |change: &&FileChange| change.before.as_ref() != Some(&change.after);
    for change in changes.iter().filter(is_one) {
        file(change, colors, &mut text);
    }
    text
}

fn file(change: &FileChange, colors: Colors, text: &mut String) {
    let path = change.path.as_str();
    let (old, new) = (quoted(&format!("a/{path}")), quoted(&format!("b/{path}")));
    let mut line = |style: Style, content: &str| {
        let style = match colors {
            Colors::On => style,
            Colors::Off => Style::new(),
        };
        let (content, end) = match content.strip_suffix('\n') {
            Some(content) => (content, "\n"),
            None => (content, "\n\\ No newline at end of file\n"),
        };
        // To a string, writing cannot fail.
        let _ = write!(text, "{style}{content}{style:#}{end}");
    };
    let bold = Style::new().bold();
    line(bold, &format!("diff --git {old} {new}\n"));
    if change.before.is_none() {
        line(bold, "new file mode 100644\n");
    }
    let before = change.before.as_deref().unwrap_or_default();
    // For git a line ends with `\n` alone; `TextDiff::from_lines` ends one at a lone `\r` too.
    let lines = |text| str::split_inclusive(text, '\n').collect::<Vec<&str>>();
    let diff = TextDiff::from_slices(&lines(before), &lines(change.after.as_str()));
    let old = if change.before.is_none() {
        "/dev/null"
    } else {
        &old
    };
    if before != change.after {
        line(bold, &format!("--- {old}\n"));
        line(bold, &format!("+++ {new}\n"));
    }
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        line(
            AnsiColor::Cyan.on_default(),
            &format!("{}\n", hunk.header()),
        );
        for each in hunk.iter_changes() {
            let (sign, style) = match each.tag() {
                ChangeTag::Delete => ('-', AnsiColor::Red.on_default()),
                ChangeTag::Insert => ('+', AnsiColor::Green.on_default()),
                ChangeTag::Equal => (' ', Style::new()),
            };
            line(style, &format!("{sign}{}", each.value()));
        }
    }
}

/// A path as git's headers have it: between quotes where it holds a quote, a backslash or a control character.
fn quoted(path: &str) -> String {
    if !path.contains(|c: char| c == '"' || c == '\\' || c.is_control()) {
        return path.to_owned();
    }
    let mut quoted = String::from("\"");
    for character in path.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            control if control.is_control() => {
                for byte in control.to_string().bytes() {
                    let _ = write!(quoted, "\\{byte:03o}");
                }
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::process::{Command, Stdio};

    use super::*;
    use crate::source::file::RepoPath;

    fn change(path: &str, before: Option<&str>, after: &str) -> FileChange {
        FileChange {
            path: RepoPath::new(path),
            before: before.map(str::to_owned),
            after: after.to_owned(),
        }
    }

    #[test]
    fn git_applies_the_diff() {
        let long: String = (0..40).map(|number| format!("line {number}\n")).collect();
        let changes = [
            change(
                "a b.sql",
                Some("one\ntwo\r\nthree"),
                "one\r\ntwo\r\nthree\n",
            ),
            change("db/neu/é.sql", None, "SELECT 'é';\n"),
            change("db/empty.sql", None, ""),
            change("end.ts", Some("x\n"), "x"),
            change(
                "long.ts",
                Some(&long),
                &long.replace("line 3\n", "").replace("line 30\n", "zé\n"),
            ),
            change("q\"uo\\te.sql", Some("a\n"), "b\n"),
            change("old mac.sql", Some("a\rb\nc\rd\n"), "a\rb\nc\re\n"),
            change("all.sql", Some("a\n"), ""),
            change("same.sql", Some("a\n"), "a\n"),
        ];
        let folder = tempfile::tempdir().unwrap();
        for change in &changes {
            if let Some(before) = &change.before {
                fs::write(folder.path().join(change.path.as_str()), before).unwrap();
            }
        }
        let mut git = Command::new("git")
            .args(["apply", "--whitespace=nowarn", "-"])
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let diff = unified(&changes, Colors::Off);
        std::io::Write::write_all(&mut git.stdin.take().unwrap(), diff.as_bytes()).unwrap();
        assert!(git.wait().unwrap().success(), "{diff}");
        for change in &changes {
            let written = fs::read_to_string(folder.path().join(change.path.as_str())).unwrap();
            assert_eq!(written, change.after, "{}", change.path);
        }
    }

    #[test]
    fn colours_are_an_ornament() {
        let changes = [change("a", Some("x\ny\n"), "x\nz\n")];
        let colored = unified(&changes, Colors::On);
        assert!(colored.contains("\u{1b}["));
        assert_eq!(
            anstream::adapter::strip_str(&colored).to_string(),
            unified(&changes, Colors::Off)
        );
        assert_eq!(unified(&[], Colors::On), "");
        let same = [change("a", Some("x\n"), "x\n")];
        assert_eq!(unified(&same, Colors::On), "");
    }
}
