//! Times the reaper on a Postgres of its own (`bash ci/bench/reaper.sh` starts it): idle sweeps beside other queues' rescue statements,
//! a large backlog beside a bare statement, and beats by the index. Prints medians and ratios, and asserts only that both sides did the
//! same work.
//!
//! ```text
//! bench-reaper DATABASE_URL [idle] [backlog] [heartbeats]
//! ```

mod backlog;
mod heartbeats;
mod idle;
mod peers;
mod queue;

use queue::{Outcome, Server};

#[tokio::main]
async fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments
        .next()
        .ok_or("bench-reaper DATABASE_URL [part …]")?;
    let wanted: Vec<String> = arguments.collect();
    let wants = |part: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == part);
    let server = Server::new(url);
    if wants("idle") {
        idle::measure(&server, &[10_000, 100_000, 1_000_000, 5_000_000]).await?;
    }
    if wants("backlog") {
        backlog::measure(&server, 5).await?;
    }
    if wants("heartbeats") {
        heartbeats::measure(&server, &[500, 5_000]).await?;
    }
    Ok(())
}
