//! lefthook's configuration. The text is edited where it is simple, and what came of it is parsed: when it does not say what it said before
//! and the command beside, it is left to a person.

use serde_json::{Map, Value, json};

use super::{HookEdit, Wanted};

const NAME: &str = "laneset";

pub(super) fn installed(text: &str, wanted: Wanted) -> HookEdit {
    let Wanted { hook, command } = wanted;
    let by_hand = || HookEdit::ByHand {
        why: "its layout is not one that can be edited safely; add this to it",
        lines: format!(
            "{hook}:\n  commands:\n    {NAME}:\n      run: {}",
            scalar(command)
        ),
    };
    let Some(before) = parsed(text) else {
        return by_hand();
    };
    if holds(before.get(hook), command) {
        return HookEdit::Nothing;
    }
    let name = free_name(&before, hook);
    let Some(expected) = with(&before, &name, wanted) else {
        return by_hand();
    };
    let edited = added(text, &before, &name, wanted);
    match edited.filter(|edited| parsed(edited).as_ref() == Some(&expected)) {
        Some(edited) => HookEdit::Write(edited),
        None => by_hand(),
    }
}

pub(super) fn uninstalled(text: &str, wanted: Wanted) -> HookEdit {
    let Wanted { hook, command } = wanted;
    let by_hand = || HookEdit::ByHand {
        why: "its layout is not one that can be edited safely; take this out of it",
        lines: format!("run: {}", scalar(command)),
    };
    let Some(before) = parsed(text) else {
        return by_hand();
    };
    if !holds(before.get(hook), command) {
        return HookEdit::Nothing;
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let run = format!("run: {}", scalar(command));
    let top = lines.iter().position(|line| key(line) == Some((0, hook)));
    let is_run = |line: &str| line.trim().trim_start_matches("- ") == run;
    let Some(at) = (top.unwrap_or(0)..lines.len()).find(|at| is_run(lines[*at])) else {
        return by_hand();
    };
    // The command alone, or with `NAME:`, `commands:` and `pre-commit:`, when they would be left empty.
    for above in [1, 2, 3] {
        let Some(first) = at.checked_sub(above) else {
            break;
        };
        let left = [&lines[..first], &lines[at + 1..]].concat().concat();
        let Some(after) = parsed(&left) else {
            continue;
        };
        let is_whole = with_out(&before, wanted).is_some_and(|expected| expected == after);
        if is_whole && left.trim().is_empty() {
            return HookEdit::Remove;
        }
        if is_whole {
            let is_at_end = lines[at + 1..].concat().trim().is_empty();
            return HookEdit::Write(match is_at_end && above == 3 {
                true => format!("{}\n", left.trim_end()),
                false => left,
            });
        }
    }
    by_hand()
}

/// Whether the configuration has a hook run at times and not at others.
pub fn is_conditional(text: &str, hook: &str) -> bool {
    let parsed = parsed(text).unwrap_or_default();
    let hook = parsed.get(hook);
    ["skip", "only"]
        .iter()
        .any(|key| hook.is_some_and(|hook| hook.get(key).is_some()))
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

/// As a scalar of YAML: plain, where nothing in it means anything there.
fn scalar(command: &str) -> String {
    match command.contains([':', '#', '\'', '"', '\\', '{', '[', '&', '*']) {
        true => Value::from(command).to_string(),
        false => command.to_owned(),
    }
}

/// Whether it runs the command anywhere.
fn holds(value: Option<&Value>, command: &str) -> bool {
    match value {
        Some(Value::String(text)) => text.trim() == command,
        Some(Value::Array(items)) => items.iter().any(|item| holds(Some(item), command)),
        Some(Value::Object(map)) => map.values().any(|item| holds(Some(item), command)),
        _ => false,
    }
}

/// The name of a command that is not taken: another manifest may have the first.
fn free_name(before: &Map<String, Value>, hook: &str) -> String {
    let commands = before.get(hook).and_then(|hook| hook.get("commands"));
    let is_free = |name: &String| commands.and_then(|commands| commands.get(name)).is_none();
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

fn with_out(before: &Map<String, Value>, wanted: Wanted) -> Option<Map<String, Value>> {
    let mut after = before.clone();
    let hook = after.get_mut(wanted.hook)?.as_object_mut()?;
    let own = json!(wanted.command);
    if let Some(jobs) = hook.get_mut("jobs").and_then(Value::as_array_mut) {
        jobs.retain(|job| job.get("run") != Some(&own));
        return Some(after);
    }
    let commands = hook.get_mut("commands")?.as_object_mut()?;
    commands.retain(|_, each| each.get("run") != Some(&own));
    if commands.is_empty() {
        hook.remove("commands");
    }
    if hook.is_empty() {
        after.remove(wanted.hook);
    }
    Some(after)
}

/// The text with the command in it, where its layout is a usual one.
fn added(text: &str, before: &Map<String, Value>, name: &str, wanted: Wanted) -> Option<String> {
    let Wanted {
        hook: hook_name,
        command,
    } = wanted;
    let run = format!("run: {}", scalar(command));
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let Some(hook) = before.get(hook_name) else {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        let block = [
            format!("{hook_name}:"),
            "  commands:".to_owned(),
            format!("    {name}:"),
            format!("      {run}"),
        ];
        lines.extend(block);
        return Some(lines.join(end) + end);
    };
    let top = lines
        .iter()
        .position(|line| key(line) == Some((0, hook_name)))?;
    let inner = indent_below(&lines, top)?;
    let child = |key_name: &str| {
        let block = lines.iter().enumerate().skip(top + 1);
        let mut block = block.take_while(|(_, line)| is_inside(line, 0));
        block.find_map(|(at, line)| (key(line) == Some((inner, key_name))).then_some(at))
    };
    let space = |width: usize| " ".repeat(width);
    if hook.get("jobs").is_some() {
        let jobs = child("jobs")?;
        let item = indent_below(&lines, jobs)?;
        // The last line of the list; an item may stand as far left as its key.
        let rest = lines.iter().enumerate().skip(jobs + 1);
        let mut rest = rest.take_while(|(_, line)| {
            is_inside(line, item.saturating_sub(1)) || (item == 0 && line.starts_with('-'))
        });
        let is_item = |line: &str| {
            let width = width(line);
            width > item || (width == item && line.trim_start().starts_with('-'))
        };
        let of_list = rest
            .by_ref()
            .filter(|(_, line)| is_item(line) && !line.trim().is_empty());
        let last = of_list.last().map(|(at, _)| at)?;
        lines.insert(last + 1, format!("{}- name: {name}", space(item)));
        lines.insert(last + 2, format!("{}  {run}", space(item)));
    } else if hook.get("commands").is_some() {
        let commands = child("commands")?;
        let width = indent_below(&lines, commands)?;
        lines.insert(commands + 1, format!("{}{name}:", space(width)));
        lines.insert(commands + 2, format!("{}{run}", space(width + inner)));
    } else {
        lines.insert(top + 1, format!("{}commands:", space(inner)));
        lines.insert(top + 2, format!("{}{name}:", space(2 * inner)));
        lines.insert(top + 3, format!("{}{run}", space(3 * inner)));
    }
    Some(lines.join(end) + end)
}

/// The indentation and the name of a key behind which nothing stands but a comment.
fn key(line: &str) -> Option<(usize, &str)> {
    let (name, rest) = line.trim_start().split_once(':')?;
    let is_bare = rest.trim().is_empty() || rest.trim_start().starts_with('#');
    is_bare.then(|| (width(line), name.trim_matches(['"', '\''])))
}

fn width(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn is_inside(line: &str, outer: usize) -> bool {
    line.trim().is_empty() || line.trim_start().starts_with('#') || width(line) > outer
}

/// The indentation of what stands below a line.
fn indent_below(lines: &[String], above: usize) -> Option<usize> {
    let below = lines.iter().skip(above + 1);
    let mut below =
        below.filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    below.next().map(|line| width(line))
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
        let edit = installed(text, WANTED);
        assert_eq!(edit, HookEdit::Write(expected.to_owned()), "{text}");
        assert_eq!(installed(expected, WANTED), HookEdit::Nothing);
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
            let HookEdit::Write(edited) = installed(text, WANTED) else {
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
        let HookEdit::Write(edited) = installed(before_others, WANTED) else {
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
            let edit = installed(text, WANTED);
            assert!(matches!(edit, HookEdit::ByHand { .. }), "{text}: {edit:?}");
        }
    }
}
