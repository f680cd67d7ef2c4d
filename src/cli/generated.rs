//! `laneset completions` and `laneset man`, made from the arguments' own definition.

use std::io::Write;

use clap::CommandFactory;
use clap_complete::Shell;

use super::arguments::Arguments;
use super::exit::Exit;
use super::output;

/// Prints a completion script.
///
/// # Errors
/// What standard output refuses.
pub fn completions(shell: Shell) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "laneset", &mut script);
    print(&script)
}

/// Prints the manual page, and one for each command after it.
///
/// # Errors
/// What standard output refuses.
pub fn man() -> anyhow::Result<Exit> {
    let mut pages = Vec::new();
    let command = Arguments::command();
    clap_mangen::Man::new(command.clone()).render(&mut pages)?;
    for subcommand in command.get_subcommands() {
        let named = subcommand.clone();
        clap_mangen::Man::new(named).render(&mut pages)?;
    }
    print(&pages)
}

fn print(bytes: &[u8]) -> anyhow::Result<Exit> {
    let mut writer = output::writer();
    writer.write_all(bytes)?;
    writer.flush()?;
    Ok(Exit::Clean)
}
