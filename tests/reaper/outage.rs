//! The database is away longer than a run may be silent, and comes back: every live run looks stale.

use std::time::Duration;

use laneset::reaper::connect::options;
use laneset::reaper::guard::{Guard, Limits};
use laneset::reaper::heartbeat::{Heartbeat, LeaseBeat, Rhythm};
use laneset::reaper::lease::Lease;
use laneset::reaper::service::keep_reaping;
use laneset::render::lease::Claim;
use tokio_util::sync::CancellationToken;

use super::queue::Queue;

const STALE_AFTER: Duration = Duration::from_millis(2500);

/// Thirty workers beat, and a reaper looks; for twice the threshold nobody can reach the database.
fn live_runs_reaped_after_an_outage(database: &str, limits: Limits) -> u64 {
    let mut queue = Queue::new(database);
    queue.silent("auth", "NULL", 0, 30);
    let mut reaper = queue.reaper();
    (reaper.stale_after, reaper.every) = (STALE_AFTER, Duration::from_millis(100));
    // The server has just started, which has its grace too.
    std::thread::sleep(limits.grace);
    // A worker that cannot beat tries again after up to `every`, and a reaper after up to a tenth of a second.
    let rhythm = Rhythm {
        every: Duration::from_millis(800),
        stale_after: Duration::from_secs(60),
    };
    let mut beats = Vec::new();
    for run in 1..=30 {
        let claim = Claim {
            run: run.to_string(),
            worker: format!("w{run}"),
            attempt: None,
        };
        let lease = Lease::new(&queue.lane_set, claim).unwrap();
        let beat = LeaseBeat::new(options(&queue.url, "beats").unwrap(), lease);
        beats.push(
            queue
                .runtime
                .block_on(Heartbeat::start(beat, rhythm))
                .unwrap(),
        );
    }
    let stop = CancellationToken::new();
    let reaping = queue.runtime.spawn({
        let (stop, options) = (stop.clone(), options(&queue.url, "reaper").unwrap());
        async move {
            let guard = Guard::new(limits, reaper.every);
            keep_reaping(&options, &reaper, guard, &stop, |_| {}).await;
        }
    });
    std::thread::sleep(Duration::from_millis(300));
    let mut other = queue.server.session("postgres");
    let away = |is_away: bool| format!("ALTER DATABASE {database} ALLOW_CONNECTIONS {}", !is_away);
    other.execute(&away(true)).unwrap();
    other
        .execute(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}' AND application_name IN ('beats', 'reaper')"))
        .unwrap();
    std::thread::sleep(STALE_AFTER * 2);
    // The reaper is back first.
    drop(other.execute(&away(false)));
    std::thread::sleep(STALE_AFTER * 2);
    stop.cancel();
    queue.runtime.block_on(reaping).unwrap();
    queue.count("status = 'timeout'")
}

#[test]
fn after_an_outage_a_fleet_lives_on() {
    let limits = Limits {
        grace: STALE_AFTER,
        max_share: 0.5,
    };
    assert_eq!(live_runs_reaped_after_an_outage("outage", limits), 0);
}

/// The mutant of the test above.
#[test]
fn without_a_guard_a_fleet_dies_after_an_outage() {
    assert!(live_runs_reaped_after_an_outage("outage_unguarded", Limits::none()) > 0);
}
