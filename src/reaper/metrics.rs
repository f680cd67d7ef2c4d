//! What a reaper counts, through the `metrics` facade: a service that embeds it sees the numbers in its own recorder.

use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};

use super::service::Tick;

const TICKS: &str = "laneset_reaper_ticks_total";
const REAPED: &str = "laneset_reaper_reaped_total";
const RETRIES: &str = "laneset_reaper_retries_total";
const STALE: &str = "laneset_reaper_stale_left";
const LOCKED: &str = "laneset_reaper_stale_locked";
const OLDEST: &str = "laneset_reaper_oldest_stale_seconds";
const DURATION: &str = "laneset_reaper_tick_duration_seconds";

/// Says what the numbers mean. Once, after a recorder is installed.
pub fn describe() {
    describe_counter!(
        TICKS,
        "Ticks, by outcome: acquired, locked (another reaper was at it), held (after an outage), failed"
    );
    describe_counter!(REAPED, "Runs that were reaped, by lane");
    describe_counter!(
        RETRIES,
        "Retries of reaped runs, by outcome: created, deduplicated, capped, keyless, refused"
    );
    describe_gauge!(STALE, "Runs that were still stale after the last tick");
    describe_gauge!(LOCKED, "Of those, the ones that another transaction holds");
    describe_gauge!(
        OLDEST,
        Unit::Seconds,
        "How long the longest silent run had been silent at the last tick; 0 when none was stale"
    );
    describe_histogram!(DURATION, Unit::Seconds, "How long ticks take");
}

/// Counts a tick.
pub fn record(lane_set: &str, tick: &Tick) {
    let set = || lane_set.to_owned();
    let sweep = &tick.sweep;
    let outcome = if sweep.acquired {
        "acquired"
    } else if tick.held.is_some() {
        "held"
    } else {
        "locked"
    };
    counter!(TICKS, "lane_set" => set(), "outcome" => outcome).increment(1);
    for (lane, reaped) in &sweep.reaped {
        counter!(REAPED, "lane_set" => set(), "lane" => lane.clone()).increment(*reaped);
    }
    let retries = [
        ("created", sweep.retries_created),
        ("deduplicated", sweep.retries_deduplicated()),
        ("capped", sweep.retries_capped),
        ("keyless", sweep.retries_keyless),
        ("refused", sweep.retries_refused),
    ];
    for (outcome, count) in retries {
        counter!(RETRIES, "lane_set" => set(), "outcome" => outcome).increment(count);
    }
    // Another reaper's pass says nothing of what is left.
    if sweep.acquired {
        set_gauge(STALE, lane_set, sweep.stale_left);
        if let Some(locked) = sweep.stale_locked {
            set_gauge(LOCKED, lane_set, locked);
        }
    }
    let oldest = tick.oldest_stale.unwrap_or_default();
    gauge!(OLDEST, "lane_set" => set()).set(oldest.as_secs_f64());
    histogram!(DURATION, "lane_set" => set()).record(tick.took.as_secs_f64());
}

/// Counts a tick that the database did not let happen.
pub fn record_failure(lane_set: &str) {
    counter!(TICKS, "lane_set" => lane_set.to_owned(), "outcome" => "failed").increment(1);
}

#[allow(clippy::cast_precision_loss)] // Far fewer than 2^52 rows are stale.
fn set_gauge(name: &'static str, lane_set: &str, value: u64) {
    gauge!(name, "lane_set" => lane_set.to_owned()).set(value as f64);
}
