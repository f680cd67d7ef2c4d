//! `action.yml` and `.pre-commit-hooks.yaml`: what the program is for GitHub Actions and for pre-commit.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::{green, red};
use crate::program::{Copy, Run, finish};

fn yaml(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    serde_saphyr::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn steps() -> Vec<Value> {
    yaml("action.yml")["runs"]["steps"]
        .as_array()
        .unwrap()
        .clone()
}

/// Runs the action's last step as the runner does: the script in bash, the inputs in its environment, the program on its path.
fn run_step(copy: &Copy, inputs: &[(&str, &str)]) -> Run {
    let step = steps().pop().unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_laneset")).parent().unwrap();
    let path = std::env::var("PATH").unwrap();
    let mut command = Command::new("bash");
    command
        .args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c"])
        .arg(step["run"].as_str().unwrap())
        .current_dir(copy.path())
        .stdin(Stdio::null())
        .env("PATH", format!("{}:{path}", program.display()))
        .env("RUNNER_TEMP", copy.path())
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_OUTPUT", copy.file("outputs"))
        .env_remove("GITHUB_STEP_SUMMARY")
        .env_remove("LANESET_OUTPUT_FORMAT")
        .env_remove("LANESET_CONFIG");
    let declared = yaml("action.yml")["inputs"].clone();
    for (variable, expression) in step["env"].as_object().unwrap() {
        let name = expression.as_str().unwrap();
        let name = name
            .strip_prefix("${{ inputs.")
            .unwrap()
            .strip_suffix(" }}")
            .unwrap();
        let given = inputs.iter().find(|(input, _)| *input == name);
        let default = declared[name]["default"].as_str().unwrap();
        command.env(variable, given.map_or(default, |(_, value)| value));
    }
    finish(&mut command)
}

fn outputs(copy: &Copy) -> String {
    copy.text("outputs")
        .replace(copy.path().to_str().unwrap(), "TEMP")
}

#[test]
fn the_action_is_composite_and_has_its_inputs_and_outputs() {
    let action = yaml("action.yml");
    assert_eq!(action["runs"]["using"], "composite");
    let names = |key: &str| -> Vec<String> {
        let mut names: Vec<String> = action[key].as_object().unwrap().keys().cloned().collect();
        names.sort();
        names
    };
    assert_eq!(
        names("inputs"),
        [
            "args",
            "config",
            "git-base",
            "output-format",
            "version",
            "working-directory"
        ]
    );
    assert_eq!(names("outputs"), ["findings", "sarif-file"]);
    for output in ["findings", "sarif-file"] {
        let value = format!("${{{{ steps.run.outputs.{output} }}}}");
        assert_eq!(action["outputs"][output]["value"], value);
    }
    assert_eq!(steps().last().unwrap()["id"], "run");
}

#[test]
fn no_input_is_put_into_a_script() {
    let steps = steps();
    let mut passed = String::new();
    for step in &steps {
        let script = step["run"].as_str().unwrap();
        assert!(!script.contains("${{"), "{script}");
        assert_eq!(step["shell"], "bash");
        passed.push_str(&step["env"].to_string());
    }
    for input in yaml("action.yml")["inputs"].as_object().unwrap().keys() {
        assert!(
            passed.contains(&format!("inputs.{input} ")),
            "{input} reaches no step"
        );
    }
}

#[test]
fn the_action_fails_on_drift_and_counts_it() {
    let copy = red();
    let step = run_step(&copy, &[]);
    assert_eq!(step.code, Some(1), "{step:#?}");
    assert!(
        step.stdout.starts_with("::error file=db/migrations/"),
        "{}",
        step.stdout
    );
    assert!(step.stdout.contains("\nFound 1 error."), "{}", step.stdout);
    assert_eq!(
        outputs(&copy),
        "findings=1\nsarif-file=TEMP/laneset.sarif\n"
    );
    let sarif: Value = serde_json::from_str(&copy.text("laneset.sarif")).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "migrations-drift");
}

#[test]
fn the_action_passes_what_is_clean() {
    let copy = green();
    let step = run_step(&copy, &[("output-format", "concise")]);
    assert_eq!(step.code, Some(0), "{step:#?}");
    assert_eq!(step.stdout.lines().count(), 1, "{}", step.stdout);
    assert_eq!(
        outputs(&copy),
        "findings=0\nsarif-file=TEMP/laneset.sarif\n"
    );
}

#[test]
fn the_action_takes_every_input_as_it_is_written() {
    let copy = Copy::of(&crate::program::in_tests("rules/migrations-drift"));
    let odd = "red $(touch pwned) `touch pwned`; \"x\"";
    fs::rename(copy.file("red"), copy.file(odd)).unwrap();
    let manifest = "-lane's $(touch pwned).toml";
    fs::rename(
        copy.file(odd).join("laneset.toml"),
        copy.file(odd).join(manifest),
    )
    .unwrap();
    let step = run_step(
        &copy,
        &[
            ("working-directory", odd),
            ("config", manifest),
            ("args", "check\n  --ignore *,$(touch${IFS}pwned)"),
        ],
    );
    // The star is no pattern and the command is none either: they are names of rules that do not exist.
    assert_eq!(step.code, Some(2), "{step:#?}");
    assert!(
        step.stderr.contains("there is no rule `*`"),
        "{}",
        step.stderr
    );
    let step = run_step(
        &copy,
        &[
            ("working-directory", odd),
            ("config", manifest),
            ("args", " check\n  --select=migrations-drift "),
        ],
    );
    assert_eq!(step.code, Some(1), "{step:#?}");
    let made = walkdir::WalkDir::new(copy.path())
        .into_iter()
        .map(Result::unwrap);
    assert!(made.into_iter().all(|entry| entry.file_name() != "pwned"));
}

#[test]
fn what_could_not_be_checked_fails_the_action_before_it_counts() {
    let copy = red();
    copy.remove("laneset.toml");
    let step = run_step(&copy, &[]);
    assert_eq!(step.code, Some(2), "{step:#?}");
    assert!(!copy.file("outputs").exists());
}

#[test]
fn pre_commit_runs_the_whole_check_once() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let [hook] = &hooks.as_array().unwrap()[..] else {
        panic!("{hooks}")
    };
    assert_eq!(hook["id"], "laneset");
    assert_eq!(hook["entry"], "laneset check --staged");
    assert_eq!(hook["language"], "rust");
    let flags = ["pass_filenames", "always_run", "require_serial"].map(|key| hook[key].clone());
    assert_eq!(flags, [json!(false), json!(true), json!(true)]);
}
