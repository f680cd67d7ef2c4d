//! Whether lefthook is sure to run a command.

use serde_json::{Map, Value};

use super::Wanted;

/// What a command or job may say and is run all the same (lefthook's manual, "jobs").
const HARMLESS: [&str; 8] = [
    "run",
    "group",
    "env",
    "fail_text",
    "interactive",
    "priority",
    "stage_fixed",
    "use_stdin",
];

/// How a hook has the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Held {
    Nowhere,
    /// lefthook may not run it.
    PassedOver,
    Runs,
}

pub(super) fn held(configuration: &Map<String, Value>, wanted: Wanted) -> Held {
    let Some(hook) = configuration.get(wanted.hook) else {
        return Held::Nowhere;
    };
    let excluded = hook.get("exclude_tags");
    let commands = hook.get("commands").and_then(Value::as_object);
    let commands = commands.into_iter().flatten().map(|(name, command)| {
        let held = held_by(command, wanted.command, excluded);
        match is_listed(excluded, name) {
            true => held.min(Held::PassedOver),
            false => held,
        }
    });
    let jobs = jobs(hook).map(|job| held_by(job, wanted.command, excluded));
    commands.chain(jobs).max().unwrap_or(Held::Nowhere)
}

/// How a command or a job has it, or one of its group.
fn held_by(job: &Value, command: &str, excluded: Option<&Value>) -> Held {
    let Some(says) = job.as_object() else {
        return Held::Nowhere;
    };
    let held = match (says.get("run"), says.get("group")) {
        (Some(Value::String(run)), _) if run.trim() == command => Held::Runs,
        (None, Some(group)) => {
            let jobs = jobs(group).map(|job| held_by(job, command, excluded));
            let held = jobs.max().unwrap_or(Held::Nowhere);
            match group.get("root") {
                Some(_) => held.min(Held::PassedOver),
                None => held,
            }
        }
        _ => Held::Nowhere,
    };
    // `exclude_tags` takes names and tags.
    let is_harmless = |(key, value): (&String, &Value)| match key.as_str() {
        "name" => !value.as_str().is_some_and(|name| is_listed(excluded, name)),
        "tags" => excluded.is_none(),
        "skip" => *value == Value::Bool(false),
        key => HARMLESS.contains(&key),
    };
    match says.iter().all(is_harmless) {
        true => held,
        false => held.min(Held::PassedOver),
    }
}

pub(super) fn jobs(hook: &Value) -> impl Iterator<Item = &Value> {
    let jobs = hook.get("jobs").and_then(Value::as_array);
    jobs.into_iter().flatten()
}

/// Whether `exclude_tags`, which is a list or one text, has that name.
pub(super) fn is_listed(excluded: Option<&Value>, name: &str) -> bool {
    match excluded {
        Some(Value::Array(names)) => names.iter().any(|each| each == name),
        Some(Value::String(names)) => names.contains(name),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held_in(text: &str) -> Held {
        let wanted = Wanted {
            hook: "pre-commit",
            command: "laneset check --staged",
        };
        held(&serde_saphyr::from_str(text).unwrap(), wanted)
    }

    #[test]
    fn a_command_that_may_be_passed_over_does_not_count() {
        let run = "run: laneset check --staged";
        for text in [
            format!("  commands:\n    l:\n      {run}\n      skip: true\n"),
            format!("  commands:\n    l:\n      {run}\n      only: [merge]\n"),
            format!("  commands:\n    l:\n      {run}\n      glob: \"*.ts\"\n"),
            format!("  commands:\n    l:\n      {run}\n      files: git diff --name-only\n"),
            format!("  commands:\n    l:\n      {run}\n      exclude: [db]\n"),
            format!("  commands:\n    l:\n      {run}\n      root: web/\n"),
            format!("  exclude_tags: [a]\n  commands:\n    l:\n      {run}\n      tags: [a]\n"),
            format!("  exclude_tags: [l]\n  commands:\n    l:\n      {run}\n"),
            format!("  exclude_tags: [l]\n  jobs:\n    - name: l\n      {run}\n"),
            format!("  jobs:\n    - {run}\n      file_types: text\n"),
            format!("  jobs:\n    - skip: true\n      group:\n        jobs:\n          - {run}\n"),
            format!(
                "  jobs:\n    - group:\n        root: web/\n        jobs:\n          - {run}\n"
            ),
        ] {
            let text = format!("pre-commit:\n{text}");
            assert_eq!(held_in(&text), Held::PassedOver, "{text}");
        }
        for text in [
            format!("  commands:\n    l:\n      {run}\n      fail_text: drift\n      tags: [a]\n"),
            format!("  exclude_tags: [a]\n  commands:\n    l:\n      {run}\n      skip: false\n"),
            format!("  jobs:\n    - {run}\n"),
            format!("  jobs:\n    - group:\n        jobs:\n          - {run}\n"),
            format!("  commands:\n    a:\n      {run}\n      skip: true\n    l:\n      {run}\n"),
        ] {
            let text = format!("pre-commit:\n{text}");
            assert_eq!(held_in(&text), Held::Runs, "{text}");
        }
    }
}
