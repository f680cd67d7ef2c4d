//! What can be told of a shell script by reading it: whether a line of it always runs, and refuses the commit when it fails. Where that
//! is not certain, it is not so.

use super::Manager;

/// How a script has the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// It always runs, in the folder where the script began, and when it fails, so does the script.
    Refuses,
    /// It may not run, or its failure may be lost.
    MayNot,
    Nowhere,
}

pub(super) fn or_exit(command: &str) -> String {
    format!("{command} || exit")
}

/// Whether the line is the command, and nothing but that or the script's end hangs on it.
pub(super) fn is_own(line: &str, command: &str) -> bool {
    let rest = line.trim_end().strip_prefix(command);
    matches!(rest, Some("" | " || exit" | " || exit 1"))
}

pub(super) fn place(text: &str, command: &str, manager: Manager) -> Place {
    let lines: Vec<&str> = text.lines().collect();
    let own: Vec<usize> = (0..lines.len())
        .filter(|at| is_own(lines[*at], command))
        .collect();
    let refuses = |at: &usize| {
        let (above, below) = (&lines[..*at], &lines[at + 1..]);
        let ends_by_itself = lines[*at].trim_end() != command;
        let is_last = below.iter().all(|line| says_nothing(line));
        // husky runs `sh -e`.
        let is_fatal = manager == Manager::Husky && !above.iter().any(|line| unsets(line));
        (ends_by_itself || is_last || is_fatal) && goes_on(above)
    };
    // A shell takes the first half of `\r\n` for a part of the line.
    let is_readable = is_shell(text) && !text.contains('\r');
    match (own.is_empty(), is_readable && own.iter().any(refuses)) {
        (true, _) => Place::Nowhere,
        (false, true) => Place::Refuses,
        (false, false) => Place::MayNot,
    }
}

fn says_nothing(line: &str) -> bool {
    line.trim().is_empty() || line.trim().starts_with('#')
}

/// Whether a line may be `set +e`, or `set +o errexit`.
fn unsets(line: &str) -> bool {
    let mut words = line.split_whitespace();
    words.any(|word| word.ends_with("set")) && line.contains('+')
}

/// Whether a script is one of a shell that runs all of it, as it is where nothing is said.
fn is_shell(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    let Some(interpreter) = first.strip_prefix("#!") else {
        return true;
    };
    let mut words = interpreter.split_whitespace();
    let name = words.find(|word| !word.ends_with("/env") && *word != "-S");
    let name = name.and_then(|path| path.rsplit('/').next());
    let is_harmless = |option: &str| {
        let letters = option.strip_prefix('-').unwrap_or("?");
        letters.chars().all(|letter| "eux".contains(letter))
    };
    matches!(name, Some("sh" | "ash" | "bash" | "dash" | "zsh" | "ksh")) && words.all(is_harmless)
}

/// Whether what stands below these lines runs where the script began, as far as can be told: nothing in them may end it or lead to another
/// folder, and nothing is open at their end.
fn goes_on(lines: &[&str]) -> bool {
    let is_over = joined(lines).is_none_or(|lines| lines.iter().any(|line| may_end(line)));
    !is_over && is_closed(lines)
}

/// Whether each line that is the command stands by itself, so that the script is still one without it.
pub(super) fn can_be_taken_out(text: &str, command: &str) -> bool {
    let lines: Vec<&str> = text.lines().collect();
    let mut own = (0..lines.len()).filter(|at| is_own(lines[*at], command));
    is_shell(text) && own.all(|at| is_closed(&lines[..at]))
}

/// Whether no block, quotes, heredoc or command is open at the end of these lines.
fn is_closed(lines: &[&str]) -> bool {
    let Some(lines) = joined(lines) else {
        return false;
    };
    let mut blocks = Blocks::default();
    let is_known = |line: &String| {
        let words = words(line);
        !line.contains("<<") && words.is_some_and(|it| blocks.follow(&it))
    };
    lines.iter().all(is_known)
        && blocks.0.is_empty()
        && !lines.last().is_some_and(|last| is_continued(last))
}

/// Whether the next line hangs on this one: an operator stands at its end, or the head of a function, whatever a comment says behind it.
fn is_continued(line: &str) -> bool {
    let words = words(line).unwrap_or_default();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    matches!(
        words.as_slice(),
        [.., "|" | "("] | [.., "&", "&"] | [.., "|", "&"] | [.., "(", ")"]
    )
}

/// The lines that say something, those that a backslash parts as one; `None` where the last is not at its end.
fn joined(lines: &[&str]) -> Option<Vec<String>> {
    let mut joined = Vec::new();
    let mut begun = String::new();
    for line in lines.iter().map(|line| line.trim()) {
        if begun.is_empty() && says_nothing(line) {
            continue;
        }
        let backslashes = line.len() - line.trim_end_matches('\\').len();
        match line.strip_suffix('\\') {
            // In a comment it parts nothing, and what is one is not told here.
            Some(_) if backslashes % 2 == 1 && line.contains('#') => return None,
            // Of two the second is what the first says.
            Some(start) if backslashes % 2 == 1 => begun = format!("{begun}{start} "),
            _ => joined.push(std::mem::take(&mut begun) + line),
        }
    }
    begun.is_empty().then_some(joined)
}

fn may_end(line: &str) -> bool {
    // What failed refuses the commit.
    let refusals = ["|| exit", "|| exit $?"];
    let refused = refusals.iter().find_map(|end| line.strip_suffix(end));
    let line = refused.unwrap_or(line);
    if sources(line) && !line.contains("husky.sh") {
        return true;
    }
    let mut words = line.split(|c: char| !c.is_alphanumeric()).peekable();
    while let Some(word) = words.next() {
        // `exit 1` refuses the commit by itself.
        let is_refusal = word == "exit" && words.peek() == Some(&"1");
        if matches!(word, "exit" | "exec" | "return" | "cd" | "chdir" | "pushd") && !is_refusal {
            return true;
        }
    }
    false
}

/// Whether a line reads another script in, which may end this one: `. ./ci.sh`. husky's own does not.
fn sources(line: &str) -> bool {
    const BEFORE: [&str; 12] = [
        ";", "&", "|", "(", "{", "!", "if", "then", "elif", "else", "do", "while",
    ];
    let words = words(line).unwrap_or_default();
    let mut may_begin = true;
    words.iter().any(|word| {
        let is_command = std::mem::replace(&mut may_begin, BEFORE.contains(&word.as_str()));
        is_command && matches!(word.as_str(), "." | "source")
    })
}

/// The words and the operators of a line, without what stands in quotes; `None` where quotes are left open.
fn words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut open = None;
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match (open, letter) {
            (Some(quote), _) if quote == letter => open = None,
            (Some('\''), _) => {}
            // In a word it stays as a sign that this is none of the shell's own words.
            (_, '\\') => {
                word.push(letter);
                letters.next();
            }
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => {
                word.push(letter);
                open = Some(letter);
            }
            (None, '#') if word.is_empty() => break,
            (None, ';' | '&' | '|' | '(' | ')') => {
                words.push(std::mem::take(&mut word));
                words.push(letter.to_string());
            }
            (None, _) if letter.is_whitespace() => words.push(std::mem::take(&mut word)),
            (None, _) => word.push(letter),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    open.is_none().then_some(words)
}

/// What ends each block that is open, the innermost last.
#[derive(Default)]
struct Blocks(Vec<&'static str>);

impl Blocks {
    const WORDS: [(&str, &str); 5] = [
        ("if", "fi"),
        ("case", "esac"),
        ("do", "done"),
        ("{", "}"),
        ("(", ")"),
    ];

    /// Whether it is known what is open after these words. What begins a block does so anywhere, as an argument too; what ends one does so
    /// only where a command may begin.
    fn follow(&mut self, words: &[String]) -> bool {
        let mut may_begin = true;
        for word in words.iter().map(String::as_str) {
            if let Some((_, end)) = Self::WORDS.iter().find(|(start, _)| *start == word) {
                self.0.push(end);
            } else if (may_begin || word == ")") && Self::WORDS.iter().any(|(_, end)| *end == word)
            {
                match self.0.last() {
                    Some(end) if *end == word => {
                        self.0.pop();
                    }
                    // The end of a pattern.
                    Some(&"esac") if word == ")" => {}
                    _ => return false,
                }
            }
            may_begin = matches!(word, ";" | "&" | "|");
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMAND: &str = "laneset check --staged";

    #[track_caller]
    fn stands(text: &str, manager: Manager, expected: Place) {
        assert_eq!(place(text, COMMAND, manager), expected, "{text}");
    }

    #[test]
    fn a_line_at_the_top_level_refuses() {
        for above in [
            "",
            "#!/bin/sh\nmake lint\n",
            "#!/usr/bin/env -S bash -eu\nmake lint || exit 1\nmake \\\n  test || exit $?\n",
            "#!/bin/bash\n\n# don't cd\nif a; then\n  case $1 in\n    x) exit 1;;\n  esac\nfi\n",
            "for x in $(git diff --name-only); do (lint \"$x\"); done # it's quick\n",
            "lint() {\n  npx eslint \"it's\" .\n}\nlint\n",
        ] {
            for manager in [Manager::Git, Manager::Husky] {
                for line in ["", " || exit", " || exit 1"] {
                    let text = format!("{above}{COMMAND}{line}\n# that was it\n\n");
                    stands(&text, manager, Place::Refuses);
                }
                let text = format!("{above}{COMMAND} || exit\necho done\n");
                stands(&text, manager, Place::Refuses);
            }
        }
    }

    #[test]
    fn a_line_that_is_not_reached_or_stands_in_something_may_not() {
        for (above, below) in [
            ("exit 0", ""),
            ("{\n  exit 0\n}", ""),
            ("\texit 0", ""),
            ("[ -z \"$CI\" ] && exit 0", ""),
            ("cd db", ""),
            ("if [ -n \"$NEVER\" ]; then", "fi"),
            ("if a; then\necho fi", "fi"),
            ("if a; then\necho \\\nfi", "fi"),
            ("echo \\\\\nif a; then", "fi"),
            ("if a; then\necho \"x; fi ;\"", "fi"),
            ("if a; then\nx=(\nfi\n)", "fi"),
            ("case $1 in\n  a)", ";;\nesac"),
            ("(\ncase $1 in a) b;; esac", ")"),
            ("while a; do", "done"),
            ("never() {", "}"),
            ("cat <<X >/dev/null", "X"),
            ("echo '", "'"),
            ("make lint ||", ""),
            ("make lint \\", ""),
        ] {
            for line in ["", " || exit", " || exit 1"] {
                let text = format!("#!/bin/sh\n{above}\n{COMMAND}{line}\n{below}\n");
                stands(&text, Manager::Git, Place::MayNot);
                stands(&text, Manager::Husky, Place::MayNot);
            }
        }
        let python = format!("#!/usr/bin/env python3\n\"\"\"\n{COMMAND}\n\"\"\"\n");
        let reads_only = format!("#!/bin/sh -n\n{COMMAND} || exit\n");
        let line_ends = format!("#!/bin/sh\r\n{COMMAND} || exit\r\n");
        for text in [python, reads_only, line_ends] {
            stands(&text, Manager::Git, Place::MayNot);
        }
        stands(&format!("echo {COMMAND}\n"), Manager::Git, Place::Nowhere);
    }

    #[test]
    fn a_failure_that_is_lost_does_not_refuse() {
        let followed = format!("{COMMAND}\necho done\n");
        stands(&followed, Manager::Git, Place::MayNot);
        stands(&followed, Manager::Husky, Place::Refuses);
        for unset in ["set +e", "set -u +e", "set +o errexit"] {
            let text = format!("{unset}\n{followed}");
            stands(&text, Manager::Husky, Place::MayNot);
            let text = format!("{unset}\n{COMMAND} || exit\ntrue\n");
            stands(&text, Manager::Husky, Place::Refuses);
        }
    }

    #[test]
    fn a_line_that_others_hold_together_is_not_taken_out() {
        for text in [
            "if a; then\nlaneset check --staged\nfi\n",
            "make lint ||\nlaneset check --staged\n",
            "#!/usr/bin/env python3\n\"\"\"\nlaneset check --staged\n\"\"\"\n",
        ] {
            assert!(!can_be_taken_out(text, COMMAND), "{text}");
        }
        for text in [
            "exit 0\nlaneset check --staged\n",
            "if a; then\n  b\nfi\nlaneset check --staged || exit\n",
        ] {
            assert!(can_be_taken_out(text, COMMAND), "{text}");
        }
    }
}
