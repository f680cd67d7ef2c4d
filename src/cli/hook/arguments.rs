//! The command line of `laneset hook`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub enum HookCommand {
    /// Add `laneset check --staged` to the hooks pre-commit and pre-merge-commit
    ///
    /// Changes nothing where it is there already. A hook that somebody else wrote is left as it is, and the line to add is printed.
    Install(HookArguments),
    /// Take it out again
    Uninstall(HookArguments),
}

#[derive(Debug, Args)]
pub struct HookArguments {
    /// Who keeps the repository's hooks [default: husky where there is a .husky folder, lefthook where there is its configuration,
    /// git otherwise]
    #[arg(long = "for", value_enum, value_name = "MANAGER")]
    pub manager: Option<HookManager>,

    /// The manifest; without it, laneset.toml is sought from here up to the repository's root
    #[arg(short, long, value_name = "FILE", env = "LANESET_CONFIG")]
    pub config: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum HookManager {
    Git,
    Husky,
    Lefthook,
}
