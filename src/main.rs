//! The program: parse, run, exit code.

use std::process::ExitCode;

/// A check is short and allocates much: a tenth of its time goes with the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    laneset::cli::main::run().into()
}
