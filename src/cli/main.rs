//! Runs the command that was asked for.

use std::io::Write;

use clap::Parser;

use super::arguments::{Arguments, Command};
use super::exit::Exit;
use super::{check, explain, generated};

/// Room for the deepest syntax tree that the limits of `read_sql` let through. It is reserved, not used.
const STACK_BYTES: usize = 256 * 1024 * 1024;

/// Runs the program on its arguments.
pub fn run() -> Exit {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    let worker = std::thread::Builder::new()
        .name("laneset".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(move || dispatch(arguments.command));
    let outcome = match worker.map(std::thread::JoinHandle::join) {
        Ok(Ok(outcome)) => outcome,
        // The panic has said what happened.
        Ok(Err(_)) => return Exit::CouldNotCheck,
        Err(error) => Err(error.into()),
    };
    outcome.unwrap_or_else(|error| {
        if is_closed_pipe(&error) {
            return Exit::Clean;
        }
        // When standard error is gone too, the exit code has to say it.
        let _ = writeln!(std::io::stderr(), "error: {error:#}");
        Exit::CouldNotCheck
    })
}

fn dispatch(command: Command) -> anyhow::Result<Exit> {
    match command {
        Command::Check(arguments) => check::run(&arguments),
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
