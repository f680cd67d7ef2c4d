//! The program as its users meet it: a process, its streams and its exit code.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use walkdir::WalkDir;

/// What a run left behind.
#[derive(Debug)]
pub struct Run {
    /// `None` when a signal ended it.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// `laneset` in that folder, without the settings of whoever runs the tests.
pub fn laneset(folder: &Path) -> Command {
    program(Path::new(env!("CARGO_BIN_EXE_laneset")), folder)
}

/// A copy of `laneset` that any user may run, in that folder, as a user whom permissions bind: root reads whatever it likes.
#[cfg(unix)]
pub fn laneset_as_anyone(folder: &Path) -> Command {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    const NOBODY: u32 = 65_534;
    let copied = folder.join("laneset-for-anyone");
    if !copied.exists() {
        fs::copy(env!("CARGO_BIN_EXE_laneset"), &copied).unwrap();
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let mut command = program(&copied, folder);
    if fs::read("/etc/shadow").is_ok() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

fn program(path: &Path, folder: &Path) -> Command {
    let mut command = Command::new(path);
    command.current_dir(folder).stdin(Stdio::null());
    // A fixture is no part of the repository that it lies in: what is new or changed there is nobody's drift.
    command.env("GIT_CEILING_DIRECTORIES", env!("CARGO_MANIFEST_DIR"));
    for name in [
        "LANESET_CONFIG",
        "LANESET_OUTPUT_FORMAT",
        "DBMATE_MIGRATIONS_DIR",
        "DBMATE_SCHEMA_FILE",
        "NO_COLOR",
        "CLICOLOR_FORCE",
        "FORCE_COLOR",
        "COLUMNS",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
        "GITHUB_ACTIONS",
        "GITHUB_BASE_REF",
        "GITHUB_STEP_SUMMARY",
        "GIT_DIR",
        "GIT_INDEX_FILE",
        "GIT_WORK_TREE",
    ] {
        command.env_remove(name);
    }
    command
}

pub fn finish(command: &mut Command) -> Run {
    let output = command.output().unwrap();
    Run {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs `laneset ARGUMENTS…` in that folder.
pub fn run<Argument: AsRef<OsStr>>(
    folder: &Path,
    arguments: impl IntoIterator<Item = Argument>,
) -> Run {
    finish(laneset(folder).args(arguments))
}

/// Checks that folder, for machines.
pub fn check(folder: &Path) -> Run {
    run(folder, ["check", "--output-format", "json"])
}

impl Run {
    /// The report that was printed, and nothing beside it.
    pub fn report(&self) -> Report {
        match serde_json::from_str(&self.stdout) {
            Ok(json) => Report(json),
            Err(error) => panic!("{error} in {self:#?}"),
        }
    }

    /// Its report, once the exit code has said that nothing is wrong.
    #[track_caller]
    pub fn clean(&self) -> Report {
        let report = self.report();
        assert_eq!(report.found(), Vec::<String>::new(), "{}", self.stdout);
        assert_eq!(report.0["status"], "clean");
        assert_eq!(self.code, Some(0), "{}", self.stderr);
        report
    }

    /// Its report, once the exit code has said that something is.
    #[track_caller]
    pub fn drift(&self) -> Report {
        assert_eq!(self.code, Some(1), "{self:#?}");
        let report = self.report();
        assert_eq!(report.0["status"], "drift");
        report
    }

    /// What it says of why it could not check; nothing is on standard output then.
    #[track_caller]
    pub fn could_not_check(&self) -> &str {
        assert_eq!(self.code, Some(2), "{self:#?}");
        assert_eq!(self.stdout, "", "{}", self.stderr);
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        &self.stderr
    }
}

/// A report of `--output-format json`.
#[derive(Debug)]
pub struct Report(pub Value);

impl Report {
    pub fn findings(&self) -> &Vec<Value> {
        self.0["findings"].as_array().unwrap()
    }

    /// `rule path:line` of each finding, in the report's order.
    pub fn found(&self) -> Vec<String> {
        let findings = self.findings().iter();
        findings
            .map(|finding| {
                let rule = finding["rule"].as_str().unwrap();
                let path = finding["path"].as_str().unwrap();
                format!("{rule} {path}:{}", finding["line"])
            })
            .collect()
    }

    /// The message of each finding, in the report's order.
    pub fn messages(&self) -> Vec<&str> {
        let findings = self.findings().iter();
        findings.map(|it| it["message"].as_str().unwrap()).collect()
    }

    /// `role path:line` of each site of each lane set.
    pub fn sites(&self) -> Vec<String> {
        let sets = self.0["lane_sets"].as_array().unwrap().iter();
        sets.flat_map(|set| set["sites"].as_array().unwrap())
            .map(|site| {
                let role = site["role"].as_str().unwrap();
                let path = site["path"].as_str().unwrap();
                format!("{role} {path}:{}", site["line"])
            })
            .collect()
    }
}

/// The text that a finding marks, by its 1-based lines and columns, which count characters; an end is the place after the last one.
pub fn marked(folder: &Path, finding: &Value) -> String {
    let number = |key: &str| {
        usize::try_from(finding[key].as_u64().unwrap_or_else(|| panic!("{key}"))).unwrap()
    };
    let text = fs::read_to_string(folder.join(finding["path"].as_str().unwrap())).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let offset = |line: usize, column: usize| {
        let before: usize = lines[..line - 1]
            .iter()
            .map(|line| line.chars().count())
            .sum();
        before + column - 1
    };
    let start = offset(number("line"), number("column"));
    let end = offset(number("end_line"), number("end_column"));
    text.chars().skip(start).take(end - start).collect()
}

/// A copy of a repository to break, gone when it is dropped. It is a repository root of its own.
pub struct Copy(TempDir);

impl Copy {
    pub fn of(repository: &Path) -> Self {
        let copy = Self(tempfile::tempdir().unwrap());
        fs::create_dir(copy.path().join(".git")).unwrap();
        for entry in WalkDir::new(repository).min_depth(1) {
            let entry = entry.unwrap();
            let to = copy
                .path()
                .join(entry.path().strip_prefix(repository).unwrap());
            if entry.file_type().is_dir() {
                fs::create_dir(to).unwrap();
            } else {
                fs::copy(entry.path(), to).unwrap();
            }
        }
        copy
    }

    /// The same, on a branch that left an empty `main`: all of it is new, and nothing has to be said of an unknown base branch.
    pub fn on_a_branch(self) -> Self {
        git(self.path(), &["init", "-q", "-b", "main"]);
        git(
            self.path(),
            &["commit", "-q", "--allow-empty", "-m", "empty"],
        );
        git(self.path(), &["switch", "-q", "-c", "change"]);
        self
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn file(&self, path: &str) -> PathBuf {
        self.path().join(path)
    }

    pub fn text(&self, path: &str) -> String {
        fs::read_to_string(self.file(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        fs::create_dir_all(self.file(path).parent().unwrap()).unwrap();
        fs::write(self.file(path), bytes).unwrap();
    }

    pub fn remove(&self, path: &str) {
        fs::remove_file(self.file(path)).unwrap();
    }

    /// Replaces text that stands in the file exactly once.
    #[track_caller]
    pub fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.text(path);
        assert_eq!(text.matches(from).count(), 1, "`{from}` in {path}");
        self.write(path, text.replacen(from, to, 1));
    }

    /// Replaces the last place where the text stands in the file, below `after`, which stands there once.
    #[track_caller]
    pub fn edit_after(&self, path: &str, after: &str, from: &str, to: &str) {
        let text = self.text(path);
        assert_eq!(text.matches(after).count(), 1, "`{after}` in {path}");
        let (before, rest) = text.split_at(text.find(after).unwrap());
        assert!(rest.contains(from), "`{from}` after `{after}` in {path}");
        self.write(path, format!("{before}{}", rest.replacen(from, to, 1)));
    }

    /// The 1-based line on which the text stands, which it does once.
    #[track_caller]
    pub fn line(&self, path: &str, text: &str) -> usize {
        let whole = self.text(path);
        assert_eq!(whole.matches(text).count(), 1, "`{text}` in {path}");
        line_at(&whole, whole.find(text).unwrap())
    }

    /// The 1-based line of the first `text` below `after`, which stands there once.
    #[track_caller]
    pub fn line_after(&self, path: &str, after: &str, text: &str) -> usize {
        let whole = self.text(path);
        assert_eq!(whole.matches(after).count(), 1, "`{after}` in {path}");
        let start = whole.find(after).unwrap();
        let found = whole[start..]
            .find(text)
            .unwrap_or_else(|| panic!("`{text}` after `{after}` in {path}"));
        line_at(&whole, start + found)
    }

    pub fn check(&self) -> Run {
        check(self.path())
    }
}

fn line_at(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

/// git in that folder, as somebody.
#[track_caller]
pub fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder);
    for (name, value) in [
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_SYSTEM", "/dev/null"),
    ] {
        command.env(name, value);
    }
    for setting in [
        "user.name=a",
        "user.email=a@example.com",
        "protocol.file.allow=always",
    ] {
        command.args(["-c", setting]);
    }
    let output = command.args(arguments).output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {complaint}");
    String::from_utf8(output.stdout).unwrap()
}

/// A folder of `tests/`.
pub fn in_tests(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(path)
}
