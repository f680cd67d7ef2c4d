//! `laneset generate`: makes every site agree with the manifest.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Context;

use super::arguments::{GenerateArguments, GenerateOptions};
use super::base::wanted_base;
use super::baseline;
use super::check;
use super::exit::Exit;
use super::manifest::{self, Loaded};
use super::output;
use crate::locate::base_branch::{BaseBranch, BaseQuery, WantedBase};
use crate::locate::base_files::files_on_base;
use crate::locate::error::LocateError;
use crate::locate::sites::locate;
use crate::locate::walk::Root;
use crate::model::declaration::Declaration;
use crate::model::file_change::FileChange;
use crate::model::finding::Finding;
use crate::plan::draft::{Obstacle, Plan};
use crate::plan::planner::{Admission, Circumstances, Planner, plan};
use crate::plan::scope::Scope;
use crate::report::full;
use crate::report::look::{Color, Look, ShowMatrix};
use crate::report::outcome::Outcome;
use crate::report::visible::one_line;
use crate::rules::registry::Command;
use crate::source::file::{Location, RepoPath};
use crate::write::apply::apply;
use crate::write::diff::{Colors, unified};

/// Generates whatever disagrees.
///
/// # Errors
/// Whatever keeps the repository from being read or written.
pub fn run(arguments: &GenerateArguments) -> anyhow::Result<Exit> {
    let path = manifest::path(arguments.options.config.as_deref())?;
    let declaration = match manifest::load(&path, arguments.options.color)? {
        Loaded::Declaration(declaration) => declaration,
        Loaded::Invalid => return Ok(Exit::CouldNotCheck),
    };
    let generation = Generation::new(&path, &arguments.options);
    generation.run(&declaration, None, &Advice::default())
}

/// What is said in the end when something changed.
#[derive(Debug, Default)]
pub struct Advice {
    /// When to deploy what.
    pub order: Vec<String>,
    /// Said when nothing is left to do by hand.
    pub when_whole: Option<&'static str>,
}

/// One run of the generator.
pub struct Generation<'a> {
    root: Root,
    options: &'a GenerateOptions,
    color: Color,
    admission: Admission,
}

impl<'a> Generation<'a> {
    pub fn new(manifest: &Path, options: &'a GenerateOptions) -> Self {
        let folder = manifest.parent().map_or_else(PathBuf::new, Path::to_owned);
        Self {
            root: Root::new(&folder),
            options,
            color: output::color(options.color, None),
            admission: Admission::Keep,
        }
    }

    /// The same run, that also lets lanes into the column.
    pub fn admitting(self) -> Self {
        Self {
            admission: Admission::Extend,
            ..self
        }
    }

    pub fn root(&self) -> &Root {
        &self.root
    }

    /// Plans, proves with the gate's own reading that the plan does what it should, and writes or shows it. `manifest` is a change of
    /// the manifest that goes along; `advice` is said in the end.
    ///
    /// # Errors
    /// Whatever keeps the repository from being read or written. Nothing is written then.
    pub fn run(
        &self,
        declaration: &Declaration,
        manifest: Option<FileChange>,
        advice: &Advice,
    ) -> anyhow::Result<Exit> {
        let mut plan = self.plan(declaration)?;
        let mut outcome = self.prove(declaration, &mut plan)?;
        // What generating would mend it has mended; of the rest it has said why it cannot.
        for finding in outcome
            .findings
            .iter_mut()
            .filter(|finding| finding.is_fixable)
        {
            finding.help = None;
            finding.is_fixable = false;
        }
        // Entries of the baseline that it has no use for any more go with what they knew.
        let unused = baseline::without_unused(&self.root, &outcome.findings)?;
        if unused.is_some() {
            outcome.findings.retain(|it| !baseline::is_unused_entry(it));
        }
        plan.changes.extend(unused);
        plan.changes.extend(manifest);
        plan.changes.sort_by(|a, b| a.path.cmp(&b.path));
        if self.options.check || self.options.diff {
            show(&plan.changes, self.color)?;
        } else {
            apply(self.root.folder(), &plan.changes)?;
        }
        self.report(&plan, &outcome, advice)?;
        let is_left = !plan.obstacles.is_empty() || !outcome.findings.is_empty();
        Ok(
            match is_left || (self.options.check && !plan.changes.is_empty()) {
                true => Exit::Drift,
                false => Exit::Clean,
            },
        )
    }

    /// What the gate will say of the repository as planned. A change of source that does not read back as it was meant is taken out of
    /// the plan, and left to a person.
    fn prove(&self, declaration: &Declaration, plan: &mut Plan) -> anyhow::Result<Outcome> {
        let outcome = self.outcome_after(declaration, plan)?;
        let is_explained = |path: &RepoPath| {
            plan.obstacles
                .iter()
                .any(|obstacle| obstacle.location.path() == path)
        };
        let sources = declaration.lane_sets.iter().flat_map(|lane_set| {
            let queries = lane_set.queries.iter().map(|query| &query.file.value);
            queries.chain(lane_set.arrays.iter().map(|array| &array.file.value))
        });
        let sources: BTreeSet<&RepoPath> = sources.collect();
        let unproven: Vec<Location> = outcome
            .findings
            .iter()
            .filter(|finding| finding.rule.is_of_generated_places())
            .map(|finding| &finding.culprit.location)
            .filter(|location| {
                let path = location.path();
                let is_changed = plan.changes.iter().any(|change| change.path == *path);
                is_changed && sources.contains(path) && !is_explained(path)
            })
            .cloned()
            .collect();
        if unproven.is_empty() {
            return Ok(outcome);
        }
        for location in unproven {
            plan.changes
                .retain(|change| change.path != *location.path());
            let reason = "with other lanes it would not read as it should; change it by hand";
            plan.obstacles.push(Obstacle {
                location,
                reason: reason.to_owned(),
            });
        }
        self.outcome_after(declaration, plan)
    }

    fn outcome_after(&self, declaration: &Declaration, plan: &Plan) -> anyhow::Result<Outcome> {
        let after = self.root.with(&plan.changes);
        check::outcome(declaration, &after, &check::all_rules(Command::Check))
            .context("what was planned cannot be read back, so nothing was written; the files are as they were, and laneset is at fault")
    }

    fn plan(&self, declaration: &Declaration) -> anyhow::Result<Plan> {
        let suppressed = self.suppressed(declaration)?;
        let wanted = wanted_base(self.options.git_base.as_deref());
        let base = Base::ask(declaration, &self.root, wanted)?;
        let circumstances = Circumstances {
            now: SystemTime::now(),
            base_file_names: base.file_names,
            admission: self.admission,
            scope: Scope::AllBut(suppressed.clone()),
        };
        let mut plan = planned(declaration, &self.root, &circumstances)?;
        plan.notes.extend(suppressed.iter().map(left_alone));
        plan.notes
            .extend(base.note.filter(|_| makes_files(&plan.changes)));
        Ok(plan)
    }

    /// What may stay as it is, by a comment beside it. What the baseline knows may not: it waits for somebody to mend it.
    fn suppressed(&self, declaration: &Declaration) -> anyhow::Result<Vec<Finding>> {
        let mut rules = check::all_rules(Command::Check);
        rules.retain(|rule| rule.is_of_generated_places());
        check::suppressed(declaration, &self.root, &rules)
    }

    /// Says what was done and what is left. Beside a diff that goes to standard error.
    fn report(&self, plan: &Plan, outcome: &Outcome, advice: &Advice) -> anyhow::Result<()> {
        let is_shown = self.options.check || self.options.diff;
        let mut writer: Box<dyn Write> = if is_shown {
            Box::new(std::io::stderr().lock())
        } else {
            Box::new(std::io::stdout().lock())
        };
        let look = Look {
            color: self.color,
            matrix: ShowMatrix::WithFindings,
            ..Look::default()
        };
        for obstacle in &plan.obstacles {
            let message = format!("this cannot be generated: {}", obstacle.reason);
            let shown = full::problem(&obstacle.location, &message, &look);
            writeln!(writer, "{shown}\n")?;
        }
        if !outcome.findings.is_empty() {
            full::write(outcome, &look, &mut writer)?;
        }
        if self.options.quiet {
            return Ok(());
        }
        for note in plan.notes.iter().chain(&outcome.notes) {
            writeln!(writer, "note: {}", one_line(note))?;
        }
        if !is_shown {
            for line in listed(&plan.changes) {
                writeln!(writer, "{line}")?;
            }
        }
        writeln!(writer, "{}", self.summary(plan, outcome))?;
        if !plan.changes.is_empty() {
            for line in &advice.order {
                writeln!(writer, "{line}")?;
            }
            let is_whole = outcome.findings.is_empty() && plan.obstacles.is_empty();
            if let Some(line) = advice.when_whole.filter(|_| is_whole) {
                writeln!(writer, "{line}")?;
            }
        }
        Ok(())
    }

    fn summary(&self, plan: &Plan, outcome: &Outcome) -> String {
        let count = plan.changes.len();
        let files = if count == 1 {
            "1 file".to_owned()
        } else {
            format!("{count} files")
        };
        let is_shown = self.options.check || self.options.diff;
        let left = outcome.findings.len().max(plan.obstacles.len());
        let done = match (count, is_shown) {
            (0, _) if left == 0 => return format!("Nothing to change: {AGREES}."),
            (0, _) => "Nothing that could be generated.".to_owned(),
            (_, true) => format!("Would change {files}."),
            (_, false) => format!("Changed {files}."),
        };
        match left {
            0 => format!("{done} With that, {AGREES}."),
            1 => format!("{done} 1 thing is left to do by hand; then run `laneset check`."),
            _ => format!("{done} {left} things are left to do by hand; then run `laneset check`."),
        }
    }
}

/// What the base branch has already.
#[derive(Debug, Clone, Default)]
pub struct Base {
    /// The files of its migrations, by their paths from the folder on.
    pub file_names: Vec<String>,
    /// Why it was not asked, to be said where files are made.
    pub note: Option<String>,
}

impl Base {
    /// Asks the branch that was named, or the repository's main branch.
    ///
    /// # Errors
    /// When git knows no such branch, or cannot be run.
    pub fn ask(declaration: &Declaration, root: &Root, wanted: WantedBase) -> anyhow::Result<Self> {
        let dir = &declaration.migrations.dir.path;
        Ok(
            match files_on_base(&BaseQuery::new(root.folder(), wanted), dir)? {
                BaseBranch::Found(file_names) => Self {
                    file_names,
                    note: None,
                },
                BaseBranch::Unknown(reason) => Self {
                    file_names: Vec::new(),
                    note: Some(format!(
                        "the base branch was not asked which versions it has: {reason}"
                    )),
                },
            },
        )
    }
}

/// Whether one of the changes is a new file.
pub fn makes_files(changes: &[FileChange]) -> bool {
    changes.iter().any(|change| change.before.is_none())
}

/// Plans what has to change under the circumstances.
///
/// # Errors
/// When a file that is needed cannot be read.
pub fn planned(
    declaration: &Declaration,
    root: &Root,
    circumstances: &Circumstances,
) -> Result<Plan, LocateError> {
    let located = locate(declaration, root)?;
    let planner = Planner {
        declaration,
        located: &located,
        root,
    };
    plan(&planner, circumstances)
}

/// Shows changes as a diff, and nothing else on standard output, so that `git apply` takes it.
///
/// # Errors
/// When it cannot be written.
pub fn show(changes: &[FileChange], color: Color) -> anyhow::Result<()> {
    let colors = match color {
        Color::Always => Colors::On,
        Color::Never => Colors::Off,
    };
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(unified(changes, colors).as_bytes())?;
    Ok(stdout.flush()?)
}

/// One line for each change, with what it does to its file.
pub fn listed(changes: &[FileChange]) -> Vec<String> {
    let lines = changes.iter().map(|change| {
        let what = match change.before {
            None => "new    ",
            Some(_) => "changed",
        };
        format!("{what}  {}", one_line(change.path.as_str()))
    });
    lines.collect()
}

fn left_alone(finding: &Finding) -> String {
    let place = &finding.culprit.location;
    let (path, line) = (place.path(), place.start().line);
    format!(
        "{path}:{line} stays as it is: {} is suppressed there",
        finding.rule
    )
}

const AGREES: &str = "every site agrees with laneset.toml";
