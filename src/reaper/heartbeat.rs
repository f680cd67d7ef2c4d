//! The worker's side: beats while the work goes on, and not a beat longer.

use std::future::Future;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use thiserror::Error;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::connect::{connect, no_answer, said};
use super::lease::{Fenced, Lease};

/// Something that tells the reaper that a run is alive.
pub trait Beat: Send + 'static {
    /// Beats once.
    ///
    /// # Errors
    /// When it cannot be told whether the beat was seen.
    fn beat(&mut self) -> impl Future<Output = sqlx::Result<Fenced>> + Send;
}

/// Beats of a lease, on a connection of their own that is made again when it is lost: a beat inside the work's transaction is seen by nobody.
pub struct LeaseBeat {
    options: PgConnectOptions,
    lease: Lease,
    connection: Option<PgConnection>,
}

impl LeaseBeat {
    pub fn new(options: PgConnectOptions, lease: Lease) -> Self {
        Self {
            options,
            lease,
            connection: None,
        }
    }
}

impl Beat for LeaseBeat {
    async fn beat(&mut self) -> sqlx::Result<Fenced> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => connect(&self.options).await?,
        };
        let fenced = self.lease.beat(&mut connection).await?;
        self.connection = Some(connection);
        Ok(fenced)
    }
}

/// How often a worker beats, and when it must take its run for lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rhythm {
    pub every: Duration,
    /// Without a beat that was seen for so long, the run may have been reaped.
    pub stale_after: Duration,
}

impl Rhythm {
    /// As the lease's lane set declares it.
    pub fn of(lease: &Lease) -> Self {
        let declared = lease.declared();
        Self {
            every: declared.worker.beat_every,
            stale_after: declared.stale_after,
        }
    }
}

/// Why there is no heartbeat, or no result of the work.
#[derive(Debug, Error)]
pub enum HeartbeatError {
    #[error("the run is not this worker's any more: it was reaped, ended or claimed by another")]
    Lost,
    #[error("the first heartbeat could not be sent")]
    NotStarted(#[source] sqlx::Error),
}

/// Beats in a task of its own from [`Heartbeat::start`] until it is dropped: at the end of the work, its failure, a panic or a cancellation.
#[derive(Debug)]
pub struct Heartbeat {
    task: JoinHandle<()>,
    lost: CancellationToken,
}

impl Heartbeat {
    /// Beats once, and then every so often. On a runtime with one thread, work that blocks the thread blocks the beats too: give it to
    /// `spawn_blocking`.
    ///
    /// # Errors
    /// When the run is lost already, or the first beat cannot be sent.
    pub async fn start(mut beat: impl Beat, rhythm: Rhythm) -> Result<Self, HeartbeatError> {
        // What the server sees is at least as young as this.
        let seen_at = Instant::now();
        match beat.beat().await {
            Ok(Fenced::Written) => {}
            Ok(Fenced::Lost) => return Err(HeartbeatError::Lost),
            Err(error) => return Err(HeartbeatError::NotStarted(error)),
        }
        let lost = CancellationToken::new();
        let task = tokio::spawn(go_on(beat, rhythm, seen_at, lost.clone()));
        Ok(Self { task, lost })
    }

    /// Runs the work until it ends or the lease is lost, whichever is first; a lost lease drops the work. The beats end with it.
    ///
    /// # Errors
    /// [`HeartbeatError::Lost`]: the work was dropped where it waited, and its writes must be taken for void.
    pub async fn guard<T>(self, work: impl Future<Output = T>) -> Result<T, HeartbeatError> {
        tokio::select! {
            // Work that has ended has ended.
            biased;
            done = work => Ok(done),
            () = self.lost.cancelled() => Err(HeartbeatError::Lost),
        }
    }

    /// Is told when the lease is lost: for work that runs in a thread, and has to look by itself.
    pub fn lost(&self) -> CancellationToken {
        self.lost.clone()
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn go_on(mut beat: impl Beat, rhythm: Rhythm, mut seen_at: Instant, lost: CancellationToken) {
    let mut ticks = interval_at(seen_at + rhythm.every, rhythm.every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match beat_in_time(&mut beat, rhythm, seen_at).await {
            Some(now) => seen_at = now,
            None => return lost.cancel(),
        }
    }
}

/// Tries until a beat is seen; gives when it was sent. `None` when the run is lost, or must be taken for lost.
async fn beat_in_time(beat: &mut impl Beat, rhythm: Rhythm, seen_at: Instant) -> Option<Instant> {
    let deadline = seen_at + rhythm.stale_after;
    let mut pause = rhythm.every / 20;
    loop {
        let now = Instant::now();
        let rest = deadline
            .checked_duration_since(now)
            .filter(|rest| !rest.is_zero())?;
        let longest = rest.min(rhythm.every);
        let error = match timeout(longest, beat.beat()).await {
            Ok(Ok(Fenced::Written)) => return Some(now),
            Ok(Ok(Fenced::Lost)) => return None,
            Ok(Err(error)) => error,
            Err(_) => no_answer(longest),
        };
        warn!(
            "a heartbeat was not sent, the next try is in {} ms: {}",
            pause.as_millis(),
            said(&error)
        );
        sleep(pause.min(rest)).await;
        pause = (pause * 2).min(rhythm.every);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const RHYTHM: Rhythm = Rhythm {
        every: Duration::from_secs(30),
        stale_after: Duration::from_secs(120),
    };

    /// Counts its beats, and answers as it is told.
    struct Counted {
        beats: Arc<AtomicUsize>,
        answer: fn(usize) -> sqlx::Result<Fenced>,
    }

    impl Beat for Counted {
        async fn beat(&mut self) -> sqlx::Result<Fenced> {
            (self.answer)(self.beats.fetch_add(1, Ordering::SeqCst))
        }
    }

    struct Counter(Arc<AtomicUsize>);

    impl Counter {
        fn count(&self) -> usize {
            self.0.load(Ordering::SeqCst)
        }

        /// None comes any more.
        async fn assert_silent(&self) {
            let before = self.count();
            sleep(Duration::from_secs(600)).await;
            assert_eq!(self.count(), before);
        }
    }

    async fn started(answer: fn(usize) -> sqlx::Result<Fenced>) -> (Heartbeat, Counter) {
        let beats = Arc::new(AtomicUsize::new(0));
        let beat = Counted {
            beats: beats.clone(),
            answer,
        };
        (
            Heartbeat::start(beat, RHYTHM).await.unwrap(),
            Counter(beats),
        )
    }

    fn held(_: usize) -> sqlx::Result<Fenced> {
        Ok(Fenced::Written)
    }

    fn away(count: usize) -> sqlx::Result<Fenced> {
        if count == 0 {
            Ok(Fenced::Written)
        } else {
            Err(sqlx::Error::PoolClosed)
        }
    }

    fn reaped(count: usize) -> sqlx::Result<Fenced> {
        Ok(if count < 2 {
            Fenced::Written
        } else {
            Fenced::Lost
        })
    }

    async fn work() -> u32 {
        sleep(Duration::from_secs(70)).await;
        7
    }

    #[tokio::test(start_paused = true)]
    async fn work_that_waits_beats_at_its_start_and_twice_in_seventy_seconds() {
        let (heartbeat, beats) = started(held).await;
        assert_eq!(beats.count(), 1, "it starts with a beat");
        assert_eq!(heartbeat.guard(work()).await.unwrap(), 7);
        assert_eq!(beats.count(), 3);
        beats.assert_silent().await;
    }

    #[tokio::test(start_paused = true)]
    async fn work_in_a_task_of_its_own_beats_too() {
        let (heartbeat, beats) = started(held).await;
        let task = tokio::spawn(heartbeat.guard(tokio::spawn(work())));
        assert_eq!(task.await.unwrap().unwrap().unwrap(), 7);
        assert_eq!(beats.count(), 3);
        beats.assert_silent().await;
    }

    /// A paused clock does not run while a thread is busy, so this one runs in real time, faster.
    #[tokio::test]
    async fn work_that_blocks_a_thread_beats_too_and_sees_that_it_is_lost() {
        let beats = Arc::new(AtomicUsize::new(0));
        let counter = Counter(beats.clone());
        let rhythm = Rhythm {
            every: Duration::from_millis(30),
            stale_after: Duration::from_millis(1200),
        };
        let heartbeat = Heartbeat::start(
            Counted {
                beats,
                answer: reaped,
            },
            rhythm,
        )
        .await
        .unwrap();
        let lost = heartbeat.lost();
        let thread = tokio::task::spawn_blocking(move || {
            while !lost.is_cancelled() {
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        let joined = heartbeat.guard(async { thread.await.unwrap() }).await;
        assert!(matches!(joined, Ok(()) | Err(HeartbeatError::Lost)));
        assert_eq!(counter.count(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn work_that_fails_beats_no_more() {
        let (heartbeat, beats) = started(held).await;
        let failed = heartbeat.guard(async {
            work().await;
            Err::<(), &str>("broken")
        });
        assert_eq!(failed.await.unwrap(), Err("broken"));
        assert_eq!(beats.count(), 3);
        beats.assert_silent().await;
    }

    #[tokio::test(start_paused = true)]
    async fn work_that_panics_beats_no_more() {
        let (heartbeat, beats) = started(held).await;
        let task = tokio::spawn(heartbeat.guard(async {
            work().await;
            panic!("on purpose");
        }));
        assert!(task.await.unwrap_err().is_panic());
        assert_eq!(beats.count(), 3);
        beats.assert_silent().await;
    }

    #[tokio::test(start_paused = true)]
    async fn work_that_is_cancelled_beats_no_more() {
        let (heartbeat, beats) = started(held).await;
        let cancelled = timeout(Duration::from_secs(65), heartbeat.guard(work())).await;
        assert!(cancelled.is_err());
        assert_eq!(beats.count(), 3);
        beats.assert_silent().await;

        let (heartbeat, beats) = started(held).await;
        let task = tokio::spawn(heartbeat.guard(work()));
        sleep(Duration::from_secs(40)).await;
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        assert_eq!(beats.count(), 2);
        beats.assert_silent().await;
    }

    #[tokio::test(start_paused = true)]
    async fn work_whose_run_was_reaped_is_stopped() {
        let (heartbeat, beats) = started(reaped).await;
        let began = Instant::now();
        let long = heartbeat.guard(sleep(Duration::from_secs(3600)));
        assert!(matches!(long.await, Err(HeartbeatError::Lost)));
        assert_eq!(
            (beats.count(), began.elapsed()),
            (3, Duration::from_secs(60))
        );
        beats.assert_silent().await;
    }

    #[tokio::test(start_paused = true)]
    async fn work_that_cannot_beat_until_it_is_stale_is_stopped() {
        let (heartbeat, beats) = started(away).await;
        let began = Instant::now();
        let long = heartbeat.guard(sleep(Duration::from_secs(3600)));
        assert!(matches!(long.await, Err(HeartbeatError::Lost)));
        assert_eq!(
            began.elapsed(),
            Duration::from_secs(120),
            "not sooner: it may be an outage of a moment"
        );
        assert!(beats.count() > 4, "it tries more often than it beats");
        beats.assert_silent().await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_run_that_is_lost_before_it_starts_does_not_start() {
        let beats = Arc::new(AtomicUsize::new(0));
        let beat = Counted {
            beats,
            answer: |_| Ok(Fenced::Lost),
        };
        assert!(matches!(
            Heartbeat::start(beat, RHYTHM).await,
            Err(HeartbeatError::Lost)
        ));
    }
}
