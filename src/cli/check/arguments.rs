//! The command line of `laneset check`.

use clap::Args;

use crate::cli::arguments::CheckArguments;

#[derive(Debug, Args)]
pub struct GateArguments {
    #[command(flatten)]
    pub check: CheckArguments,

    /// Judge what is staged (git's index), as a commit would hold it, whatever the working tree holds
    #[arg(long, conflicts_with_all = ["fix", "write_baseline"])]
    pub staged: bool,

    /// Mend what can be mended without a decision, check again, and report what is left
    ///
    /// Writes what `laneset generate` writes, a new migration and a new patch included, but only for what is found by the selected rules
    /// and not suppressed; declares undeclared copies that are exactly like their set; and takes entries out of the baseline that match
    /// nothing any more. What would not be gone afterwards, or would bring up something else, is left. All is written, or nothing.
    #[arg(long, conflicts_with = "write_baseline")]
    pub fix: bool,

    /// Write nothing; print what --fix would change as a unified diff, and exit with 1 when it would change something
    #[arg(long, requires = "fix", conflicts_with_all = ["output_format", "output_file"])]
    pub diff: bool,
}
