//! Runs the command that was asked for.

use std::io::Write;

use clap::{CommandFactory, FromArgMatches};

use super::arguments::{Arguments, Command, PatchesCommand};
use super::change::Direction;
use super::exit::Exit;
use super::{
    change, check, explain, generate, generated, history, hook, init, patches, reap, status, verify,
};

/// Room for the deepest syntax tree that the limits of `read_sql` let through. It is reserved, not used.
const STACK_BYTES: usize = 256 * 1024 * 1024;

/// Runs the program on its arguments.
pub fn run() -> Exit {
    let command = without_idle_variables(Arguments::command());
    let parsed = command.try_get_matches();
    let arguments = match parsed.and_then(|it| Arguments::from_arg_matches(&it)) {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    on_worker(move || dispatch(arguments.command)).unwrap_or_else(|error| {
        if is_closed_pipe(&error) {
            return Exit::Clean;
        }
        // When standard error is gone too, the exit code has to say it.
        let _ = writeln!(std::io::stderr(), "error: {error:#}");
        Exit::CouldNotCheck
    })
}

/// A variable that is empty counts as one that is not set: workflows and compose files leave it so. And a format that one asks for is for
/// reports, so that it does not speak against `--diff`.
fn without_idle_variables(command: clap::Command) -> clap::Command {
    let is_diff = std::env::args_os().any(|argument| argument == "--diff");
    let command = command.mut_args(|arg| {
        let value = arg.get_env().and_then(std::env::var_os);
        let is_idle = value.is_some_and(|value| value.is_empty())
            || is_diff && arg.get_id() == "output_format";
        match is_idle {
            true => arg.env(None::<&'static str>),
            false => arg,
        }
    });
    command.mut_subcommands(without_idle_variables)
}

/// Does the work where there is room for it.
fn on_worker(work: impl FnOnce() -> anyhow::Result<Exit> + Send + 'static) -> anyhow::Result<Exit> {
    let worker = std::thread::Builder::new()
        .name("laneset".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(work)?;
    worker.join().unwrap_or_else(|_| Err(bug()))
}

/// What is said after a panic, which has said where it was.
fn bug() -> anyhow::Error {
    anyhow::anyhow!(
        "this is a bug in laneset {}, and nothing was checked; please report it with the lines above",
        env!("CARGO_PKG_VERSION")
    )
}

fn dispatch(command: Command) -> anyhow::Result<Exit> {
    match command {
        Command::Check(arguments) => check::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Generate(arguments) => generate::run(&arguments),
        Command::Widen { change, admit } => change::run(&change, Direction::Widen { admit }),
        Command::Narrow(change) => change::run(&change, Direction::Narrow),
        Command::Init(arguments) => init::run(&arguments),
        Command::History(arguments) => history::run(&arguments),
        Command::Reap(arguments) => reap::run(&arguments),
        Command::Status(arguments) => status::run(&arguments),
        Command::Patches(PatchesCommand::Apply(arguments)) => patches::apply(&arguments),
        Command::Hook(command) => hook::run(&command),
        Command::Rules { output_format } => explain::list(output_format),
        Command::Explain { rule } => explain::explain(&rule),
        Command::Completions { shell } => generated::completions(shell),
        Command::Man => generated::man(),
    }
}

/// `--help` and `--version` arrive here too, and are no errors.
fn usage(error: &clap::Error) -> Exit {
    // A closed pipe is no reason to fail.
    let _ = error.print();
    if error.use_stderr() {
        Exit::CouldNotCheck
    } else {
        Exit::Clean
    }
}

/// Whoever reads the output has seen enough, as `head` has.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_said_to_be_a_bug() {
        let error = on_worker(|| panic!("on purpose")).unwrap_err();
        assert!(error.to_string().starts_with("this is a bug in laneset"));
        assert!(!is_closed_pipe(&error));
    }
}
