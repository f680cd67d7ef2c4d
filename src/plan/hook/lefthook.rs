//! lefthook's configuration. The text is edited where it is simple, and what came of it is parsed: when it does not say what it said before
//! and the command beside, it is left to a person.

mod held;
mod layout;

use serde_json::{Map, Value, json};

use super::{HookEdit, Manager, Wanted, head};
use held::{Held, held, is_listed, jobs};
use layout::{added, scalar};

const NAME: &str = "laneset";

/// By which a hook is run at times and not at others, or some of its commands (lefthook's manual, "Git hook").
const CONDITIONS: [&str; 6] = ["skip", "only", "files", "exclude", "exclude_tags", "glob"];

const PASSED_OVER: &str = "the command is there, and lefthook may pass it over, for what is said beside it (`skip`, `only`, `glob`, `root`, its \
                           tags and the like); take that out, or add this";

pub(super) fn installed(text: Option<&str>, wanted: Wanted) -> HookEdit {
    let by_hand = |why| HookEdit::ByHand {
        why,
        lines: lines_to_add(wanted),
    };
    let unsafe_layout = "its layout is not one that can be edited safely; add this to it";
    let text = text.map_or_else(|| head(Manager::Lefthook), str::to_owned);
    let Some(before) = parsed(&text) else {
        return by_hand(unsafe_layout);
    };
    match held(&before, wanted) {
        Held::Runs => return HookEdit::Nothing,
        Held::PassedOver => {
            return by_hand(PASSED_OVER);
        }
        Held::Nowhere => {}
    }
    let name = free_name(&before, wanted.hook);
    let Some(expected) = with(&before, &name, wanted) else {
        return by_hand(unsafe_layout);
    };
    let edited = added(&text, &before, &name, wanted);
    match edited.filter(|edited| parsed(edited).as_ref() == Some(&expected)) {
        Some(edited) => HookEdit::Write(edited),
        None => by_hand(unsafe_layout),
    }
}

pub(super) fn uninstalled(text: &str, wanted: Wanted) -> HookEdit {
    let by_hand = HookEdit::ByHand {
        why: "its layout is not one that can be edited safely; take this out of it",
        lines: format!("run: {}", scalar(wanted.command)),
    };
    let Some(mut before) = parsed(text) else {
        return by_hand;
    };
    if held(&before, wanted) == Held::Nowhere {
        return HookEdit::Nothing;
    }
    let mut left = text.to_owned();
    loop {
        let expected = each_without(&before, wanted);
        if expected.is_empty() {
            break;
        }
        match taken_out(&left, &expected, wanted) {
            Some((after, text)) => (before, left) = (after, text),
            None => return by_hand,
        }
    }
    if left == text {
        // It stands beside what somebody else wrote.
        by_hand
    } else if left == head(Manager::Lefthook) {
        HookEdit::Remove
    } else {
        HookEdit::Write(left)
    }
}

pub(super) fn lines_to_add(wanted: Wanted) -> String {
    format!(
        "{}:\n  commands:\n    {NAME}:\n      run: {}",
        wanted.hook,
        scalar(wanted.command)
    )
}

/// What the configuration has a hook, or some of its commands, run by at times and not at others.
pub fn conditions(text: &str, hook: &str) -> Vec<&'static str> {
    let parsed = parsed(text).unwrap_or_default();
    let hook = parsed.get(hook);
    let is_said = |key: &&str| hook.is_some_and(|hook| hook.get(key).is_some());
    CONDITIONS.into_iter().filter(is_said).collect()
}

/// The text, and what it says, without one run of the command, when that leaves one of those that are expected.
fn taken_out(
    text: &str,
    expected: &[Map<String, Value>],
    wanted: Wanted,
) -> Option<(Map<String, Value>, String)> {
    let lines: &[&str] = &text.split_inclusive('\n').collect::<Vec<_>>();
    let run = format!("run: {}", scalar(wanted.command));
    let is_run = |at: &usize| lines[*at].trim().trim_start_matches("- ") == run;
    let runs = (0..lines.len()).filter(is_run);
    // The command alone, or with `NAME:`, `commands:` and `pre-commit:`, when they would be left empty, and the blank line before that.
    let mut cuts = runs.flat_map(|at| {
        (0..=3).filter_map(move |above| {
            let first = at.checked_sub(above)?;
            let is_parted = above == 3 && first > 0 && lines[first - 1].trim().is_empty();
            Some((at, first - usize::from(is_parted)))
        })
    });
    cuts.find_map(|(at, first)| {
        let left = [&lines[..first], &lines[at + 1..]].concat().concat();
        let after = parsed(&left)?;
        expected.contains(&after).then_some((after, left))
    })
}

/// What the text says; nothing at all is an empty map.
fn parsed(text: &str) -> Option<Map<String, Value>> {
    let is_blank = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
    if text.lines().all(is_blank) {
        return Some(Map::new());
    }
    match serde_saphyr::from_str(text) {
        Ok(Value::Object(map)) => Some(map),
        _ => None,
    }
}

/// The name of a command that is not taken, as another manifest may have the first, and not excluded.
fn free_name(before: &Map<String, Value>, hook: &str) -> String {
    let hook = before.get(hook);
    let commands = hook.and_then(|hook| hook.get("commands"));
    let excluded = hook.and_then(|hook| hook.get("exclude_tags"));
    let is_free = |name: &String| {
        let is_taken = commands.is_some_and(|commands| commands.get(name).is_some());
        !is_taken && !is_listed(excluded, name)
    };
    let numbered = (2..).map(|number| format!("{NAME}-{number}"));
    let mut names = std::iter::once(NAME.to_owned()).chain(numbered);
    names.find(is_free).unwrap_or_default()
}

fn with(before: &Map<String, Value>, name: &str, wanted: Wanted) -> Option<Map<String, Value>> {
    let command = wanted.command;
    let mut after = before.clone();
    let hook = after.entry(wanted.hook).or_insert_with(|| json!({}));
    let hook = hook.as_object_mut()?;
    if let Some(jobs) = hook.get_mut("jobs") {
        jobs.as_array_mut()?
            .push(json!({ "name": name, "run": command }));
        return Some(after);
    }
    let commands = hook.entry("commands").or_insert_with(|| json!({}));
    let commands = commands.as_object_mut()?;
    commands.insert(name.to_owned(), json!({ "run": command }));
    Some(after)
}

/// What is left when one of those that `with` adds is taken out, for each of them.
fn each_without(before: &Map<String, Value>, wanted: Wanted) -> Vec<Map<String, Value>> {
    let hook = before.get(wanted.hook);
    let commands = hook.and_then(|hook| hook.get("commands")?.as_object());
    let own = json!({ "run": wanted.command });
    let commands = commands.into_iter().flatten();
    let commands = commands.filter(|(_, command)| **command == own);
    let commands = commands.filter_map(|(name, _)| without_command(before, name, wanted));
    let is_own = |job: &Value| match job.get("name") {
        Some(name) => *job == json!({ "name": name, "run": wanted.command }),
        None => *job == own,
    };
    let jobs = hook.into_iter().flat_map(jobs).enumerate();
    let jobs = jobs.filter(|(_, job)| is_own(job));
    let jobs = jobs.filter_map(|(at, _)| without_job(before, at, wanted));
    commands.chain(jobs).collect()
}

fn without_command(
    before: &Map<String, Value>,
    name: &str,
    wanted: Wanted,
) -> Option<Map<String, Value>> {
    let mut after = before.clone();
    let hook = after.get_mut(wanted.hook)?.as_object_mut()?;
    let commands = hook.get_mut("commands")?.as_object_mut()?;
    commands.remove(name);
    if commands.is_empty() {
        hook.remove("commands");
    }
    if hook.is_empty() {
        after.remove(wanted.hook);
    }
    Some(after)
}

fn without_job(
    before: &Map<String, Value>,
    at: usize,
    wanted: Wanted,
) -> Option<Map<String, Value>> {
    let mut after = before.clone();
    let jobs = after.get_mut(wanted.hook)?.get_mut("jobs")?;
    jobs.as_array_mut()?.remove(at);
    Some(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOOK: &str = "pre-commit";
    const WANTED: Wanted = Wanted {
        hook: HOOK,
        command: "laneset check --staged",
    };

    #[track_caller]
    fn installs(text: &str, expected: &str) {
        let edit = installed(Some(text), WANTED);
        assert_eq!(edit, HookEdit::Write(expected.to_owned()), "{text}");
        assert_eq!(installed(Some(expected), WANTED), HookEdit::Nothing);
        let gone = uninstalled(expected, WANTED);
        assert_eq!(gone, HookEdit::Write(text.to_owned()), "{expected}");
    }

    #[test]
    fn a_configuration_keeps_its_layout_and_comments() {
        installs(
            "# ours\npre-push:\n  commands:\n    test:\n      run: make test\n",
            "# ours\npre-push:\n  commands:\n    test:\n      run: make test\n\npre-commit:\n  commands:\n    laneset:\n      run: laneset check --staged\n",
        );
        installs(
            "pre-commit:   # fast\n    parallel: true\n\n    commands:\n        # style\n        lint:\n            run: \"make: lint\"\n",
            "pre-commit:   # fast\n    parallel: true\n\n    commands:\n        laneset:\n            run: laneset check --staged\n        # style\n        lint:\n            run: \"make: lint\"\n",
        );
        installs(
            "pre-commit:\n  parallel: true\nassert_lefthook_installed: true\n",
            "pre-commit:\n  commands:\n    laneset:\n      run: laneset check --staged\n  parallel: true\nassert_lefthook_installed: true\n",
        );
        installs(
            "pre-commit:\r\n  commands:\r\n    a:\r\n      run: b\r\n",
            "pre-commit:\r\n  commands:\r\n    laneset:\r\n      run: laneset check --staged\r\n    a:\r\n      run: b\r\n",
        );
    }

    #[test]
    fn a_job_is_the_last_of_its_list() {
        for text in [
            "pre-commit:\n  jobs:\n    - run: make lint\n      glob: \"*.rs\"\n",
            "pre-commit:\n  jobs:\n  - name: a\n    run: make lint\n",
        ] {
            let HookEdit::Write(edited) = installed(Some(text), WANTED) else {
                panic!("{text}")
            };
            assert!(edited.starts_with(text), "{edited}");
            let jobs = &parsed(&edited).unwrap()[HOOK]["jobs"];
            assert_eq!(jobs[1], json!({ "name": NAME, "run": WANTED.command }));
            assert_eq!(
                uninstalled(&edited, WANTED),
                HookEdit::Write(text.to_owned())
            );
        }
        let before_others = "pre-commit:\n  jobs:\n    - run: a\n\n  # then\n  parallel: true\npre-push:\n  jobs:\n    - run: b\n";
        let HookEdit::Write(edited) = installed(Some(before_others), WANTED) else {
            panic!("{before_others}")
        };
        assert_eq!(
            edited,
            before_others.replacen(
                "run: a\n",
                "run: a\n    - name: laneset\n      run: laneset check --staged\n",
                1
            )
        );
    }

    #[test]
    fn other_layouts_are_left_to_a_person() {
        for text in [
            "pre-commit: { commands: { lint: { run: make } } }\n",
            "pre-commit:\n  commands: {}\n",
            "pre-commit: &hook\n  commands:\n    a:\n      run: b\npre-push: *hook\n",
            "pre-commit:\n  commands:\n    a: [\n",
            "- a\n",
        ] {
            let edit = installed(Some(text), WANTED);
            assert!(matches!(edit, HookEdit::ByHand { .. }), "{text}: {edit:?}");
        }
    }

    const MERGE: Wanted = Wanted {
        hook: "pre-merge-commit",
        ..WANTED
    };

    #[test]
    fn line_ends_and_blank_lines_come_back_as_they_were() {
        for text in [
            "pre-push:\r\n  commands:\r\n    t:\r\n      run: \"true\"\r\n",
            "pre-commit:\r\n  parallel: true\r\n",
            "pre-push:\n  parallel: true\n\n\n",
            "# mixed\r\npre-push:\n  parallel: true\r\n",
            "",
            "\n",
        ] {
            let HookEdit::Write(one) = installed(Some(text), WANTED) else {
                panic!("{text}")
            };
            let HookEdit::Write(two) = installed(Some(&one), MERGE) else {
                panic!("{one}")
            };
            let HookEdit::Write(left) = uninstalled(&two, WANTED) else {
                panic!("{two}")
            };
            let left = uninstalled(&left, MERGE);
            assert_eq!(left, HookEdit::Write(text.to_owned()), "{two}");
        }
    }

    #[test]
    fn what_a_hook_is_run_by_is_known_and_an_excluded_name_not_given() {
        let conditional = "pre-commit:\n  files: a\n  glob: b\n  exclude_tags: [laneset]\n  commands:\n    a:\n      run: b\n";
        assert_eq!(
            conditions(conditional, HOOK),
            ["files", "exclude_tags", "glob"]
        );
        let HookEdit::Write(edited) = installed(Some(conditional), WANTED) else {
            panic!("{conditional}")
        };
        assert!(edited.contains("laneset-2:"), "{edited}");
    }

    #[test]
    fn what_was_added_is_taken_out_beside_another_that_holds_the_text() {
        installs(
            "pre-commit:\n  commands:\n    l:\n      run: \"true\"\n      fail_text: laneset check --staged\n",
            "pre-commit:\n  commands:\n    laneset:\n      run: laneset check --staged\n    l:\n      run: \"true\"\n      fail_text: laneset check --staged\n",
        );
        let theirs = "pre-commit:\n  commands:\n    a:\n      run: laneset check --staged\n      skip: true\n";
        let both = format!("{theirs}    laneset:\n      run: laneset check --staged\n");
        let left = uninstalled(&both, WANTED);
        assert_eq!(left, HookEdit::Write(theirs.to_owned()));
        let edit = uninstalled(theirs, WANTED);
        assert!(matches!(edit, HookEdit::ByHand { .. }), "{edit:?}");
    }
}
