//! After an outage every live run looks stale, for none could beat: what keeps a pass from killing a fleet then.

use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

use super::status::Survey;
use crate::model::declaration::ReaperDeclaration;

/// So many runs one tick may always reap: a worker that dies takes a handful of runs with it.
pub const FEW: u64 = 10;

/// How much a tick may reap after an outage.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// How long runs are given to beat again after the database was away.
    pub grace: Duration,
    /// The share of the live runs that one tick may reap, beyond the first [`FEW`].
    pub max_share: f64,
}

impl Limits {
    /// No tick holds back.
    pub fn none() -> Self {
        Self {
            grace: Duration::ZERO,
            max_share: 1.0,
        }
    }

    /// As declared.
    pub fn of(reaper: &ReaperDeclaration) -> Self {
        Self {
            grace: reaper.grace,
            max_share: reaper.max_share,
        }
    }
}

/// Watches one lane set's database from tick to tick.
#[derive(Debug, Clone)]
pub struct Guard {
    limits: Limits,
    /// The longest time between two contacts that is no outage.
    longest_gap: Duration,
    last_contact: Option<Instant>,
    /// When the database came back, as far as it was seen to be away.
    back_since: Option<Instant>,
    /// Since when more runs are stale than a tick may reap.
    over_since: Option<Instant>,
}

/// What a tick may do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Allowance {
    pub rows: u64,
    /// Why it is less than what is stale.
    pub held: Option<Held>,
}

/// Why a tick holds back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Held {
    /// The database was away a moment ago.
    Grace { seconds_left: u64 },
    /// More runs are stale at once than workers die.
    Share { live: u64, stale: u64 },
}

impl Guard {
    /// `every` is how often a tick starts.
    pub fn new(limits: Limits, every: Duration) -> Self {
        Self {
            limits,
            longest_gap: every + limits.grace / 2,
            last_contact: None,
            back_since: None,
            over_since: None,
        }
    }

    /// Notes that the database has answered just now. After a long silence it was away, or this process was.
    pub fn contact(&mut self) {
        let gap = self.last_contact.map(|contact| contact.elapsed());
        if gap.is_some_and(|gap| gap > self.longest_gap) {
            self.back_since = Some(Instant::now());
            self.over_since = None;
        }
        self.last_contact = Some(Instant::now());
    }

    /// How many runs this tick may reap. `uptime` is the server's.
    pub fn allowance(&mut self, survey: &Survey, uptime: Duration) -> Allowance {
        let (live, stale) = (survey.live(), survey.stale());
        let back = self.back_since.map(|since| since.elapsed());
        let back = back.unwrap_or(Duration::MAX).min(uptime);
        if back < self.limits.grace && stale > 0 {
            let seconds_left = (self.limits.grace - back).as_secs() + 1;
            return Allowance {
                rows: 0,
                held: Some(Held::Grace { seconds_left }),
            };
        }
        let share = self.share_of(live).max(FEW);
        if stale <= share {
            self.over_since = None;
            return Allowance {
                rows: share,
                held: None,
            };
        }
        let over = self.over_since.get_or_insert_with(Instant::now).elapsed();
        Allowance {
            rows: if over < self.limits.grace { FEW } else { share },
            held: Some(Held::Share { live, stale }),
        }
    }

    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss
    )] // Far fewer than 2^52 rows are live, and the share is between 0 and 1.
    fn share_of(&self, live: u64) -> u64 {
        (live as f64 * self.limits.max_share) as u64
    }
}

impl std::fmt::Display for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Held::Grace { seconds_left } => write!(
                f,
                "the database was away a moment ago; runs are given {seconds_left} more seconds to beat again"
            ),
            Held::Share { live, stale } => write!(
                f,
                "{stale} of {live} live runs are stale at once, which looks like an outage and not like dead workers; a few are reaped \
                 now, and at most the declared share when it has lasted for the grace"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reaper::status::LaneSurvey;

    const HOUR: Duration = Duration::from_secs(3600);

    fn survey(live: u64, stale: u64) -> Survey {
        Survey {
            lanes: vec![LaneSurvey {
                lane: "sync".to_owned(),
                live,
                stale,
                oldest_stale: None,
            }],
        }
    }

    fn guard() -> Guard {
        let limits = Limits {
            grace: Duration::from_secs(120),
            max_share: 0.5,
        };
        Guard::new(limits, Duration::from_secs(30))
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_reaped_until_a_fleet_could_beat_again() {
        let mut guard = guard();
        let started = Duration::from_secs(50);
        let held = guard.allowance(&survey(100, 3), started);
        assert_eq!(held.rows, 0, "the server has just started");
        assert_eq!(held.held, Some(Held::Grace { seconds_left: 71 }));
        assert_eq!(guard.allowance(&survey(100, 3), HOUR).held, None);
        guard.contact();
        tokio::time::advance(Duration::from_secs(90)).await;
        guard.contact();
        assert_eq!(
            guard.allowance(&survey(100, 3), HOUR).rows,
            50,
            "a slow tick"
        );
        tokio::time::advance(Duration::from_secs(91)).await;
        guard.contact();
        assert_eq!(guard.allowance(&survey(100, 3), HOUR).rows, 0, "an outage");
        tokio::time::advance(Duration::from_secs(60)).await;
        guard.contact();
        assert_eq!(guard.allowance(&survey(100, 3), HOUR).rows, 0);
        tokio::time::advance(Duration::from_secs(60)).await;
        guard.contact();
        assert_eq!(guard.allowance(&survey(100, 3), HOUR).rows, 50);
    }

    #[tokio::test(start_paused = true)]
    async fn a_share_of_a_fleet_is_reaped_when_its_silence_lasts() {
        let mut guard = guard();
        let over = survey(100, 51);
        let held = Some(Held::Share {
            live: 100,
            stale: 51,
        });
        let few = Allowance { rows: FEW, held };
        assert_eq!(
            guard.allowance(&survey(100, 50), HOUR),
            Allowance {
                rows: 50,
                held: None
            }
        );
        assert_eq!(guard.allowance(&over, HOUR), few);
        tokio::time::advance(Duration::from_secs(119)).await;
        assert_eq!(guard.allowance(&over, HOUR), few);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(guard.allowance(&over, HOUR), Allowance { rows: 50, held });
        assert_eq!(
            guard.allowance(&survey(100, 5), HOUR).held,
            None,
            "they beat again"
        );
        assert_eq!(
            guard.allowance(&over, HOUR),
            few,
            "and the next outage is a new one"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_handful_is_never_an_outage() {
        assert_eq!(
            guard().allowance(&survey(10, 10), HOUR),
            Allowance {
                rows: FEW,
                held: None
            }
        );
    }
}
