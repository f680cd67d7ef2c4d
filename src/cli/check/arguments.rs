//! The command line of `laneset check`.

use clap::Args;

use crate::cli::arguments::CheckArguments;

#[derive(Debug, Args)]
pub struct GateArguments {
    #[command(flatten)]
    pub check: CheckArguments,

    /// Judge what is staged (git's index), as a commit would hold it, whatever the working tree holds
    #[arg(long)]
    pub staged: bool,
}
